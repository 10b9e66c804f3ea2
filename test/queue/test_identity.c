#include "queue/identity.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "net/url.h"

static int set_up(void **state)
{
    *state = dl_arena_new(4 << 20);
    return *state == NULL;
}

static int tear_down(void **state)
{
    dl_arena_free(*state);
    return 0;
}

static bool read_back(dl_arena *a, dl_str text, struct dl_identity *ret)
{
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(a, text, &doc, NULL), DL_OK);
    return dl_identity_read(yyjson_doc_get_root(doc), ret);
}

static void what_is_written_is_read_back(void **state)
{
    dl_arena *a = *state;
    static const char *const urls[] = {"https://www.a.example.co.uk/x?utm_source=y&b=1#z",
                                       "http://новости.example/خبر", "HTTP://[::1]:8080/"};
    for (size_t i = 0; i < 3; i++) {
        struct dl_identity id, back;
        dl_buf out = DL_BUF_INIT(100000);
        dl_identity_of(a, dl_str_c(urls[i]), DL_STR("guid-ي"), &id);
        assert_true(id.url.n > 0 && id.host.n > 0 && id.domain.n > 0);
        yyjson_mut_doc *doc = dl_json_new(a);
        dl_identity_json(&id, doc, yyjson_mut_doc_get_root(doc));
        assert_int_equal(dl_json_line(doc, a, &out), DL_OK);
        assert_true(read_back(a, dl_buf_slice(&out), &back));
        assert_true(dl_str_eq(id.url, back.url) && dl_str_eq(id.shown_url, back.shown_url));
        assert_true(dl_str_eq(id.guid, back.guid) && dl_str_eq(id.host, back.host));
        assert_true(dl_str_eq(id.domain, back.domain));
        dl_buf_free(&out);
    }
}

static void no_web_address_leaves_the_guid(void **state)
{
    dl_arena *a = *state;
    static const char *const urls[] = {
        "",         "javascript:alert(1)", "ftp://a.example/", "//a.example", "file:///etc/passwd",
        "https://", "http://a b/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct dl_identity id;
        dl_identity_of(a, dl_str_c(urls[i]), DL_STR("tag:x,2024:1"), &id);
        assert_int_equal(id.url.n + id.shown_url.n + id.host.n + id.domain.n, 0);
        assert_true(dl_str_eq_c(id.guid, "tag:x,2024:1"));
    }
    char *big = dl_alloc(a, 5000);
    memset(big, 'g', 5000);
    struct dl_identity id;
    dl_identity_of(a, DL_STR(""), (dl_str){big, 5000}, &id);
    assert_int_equal(id.guid.n, 0);
}

static void hostile_json_is_refused(void **state)
{
    dl_arena *a = *state;
    static const char *const rows[] = {
        "{}",
        "[]",
        "null",
        "1",
        "\"identity\"",
        "{\"identity\":null}",
        "{\"identity\":[]}",
        "{\"identity\":\"https://a.example/\"}",
        "{\"identity\":{}}",
        "{\"identity\":{\"url\":1,\"guid\":{}}}",
        "{\"identity\":{\"url\":[\"https://a.example/\"]}}",
        "{\"identity\":{\"url\":\"javascript:alert(1)\"}}",
        "{\"identity\":{\"url\":\"ftp://a.example/\"}}",
        "{\"identity\":{\"url\":\"HTTPS://a.example/\"}}", /* not what we write: canonical form */
        "{\"identity\":{\"url\":\"https://a.example/\\r\\nX: y\"}}",
        "{\"identity\":{\"url\":\"https://a.example/\\u0000\"}}",
        "{\"identity\":{\"url\":\"https://a.example/ b\"}}",
        "{\"identity\":{\"url\":\"https://a.example/\\u007f\"}}",
        "{\"identity\":{\"url\":\"\",\"guid\":\"\"}}",
        "{\"identity\":{\"host\":\"a.example\",\"domain\":\"a.example\"}}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dl_identity id;
        if (read_back(a, dl_str_c(rows[i]), &id)) print_error("read: %s\n", rows[i]);
        assert_false(read_back(a, dl_str_c(rows[i]), &id));
        assert_int_equal(id.url.n + id.guid.n + id.shown_url.n, 0);
    }
    assert_false(dl_identity_read(NULL, &(struct dl_identity){0}));
}

static void a_bad_part_does_not_spoil_a_good_one(void **state)
{
    dl_arena *a = *state;
    struct dl_identity id;
    assert_true(read_back(a,
                          DL_STR("{\"identity\":{\"url\":\"https://a.example/\","
                                 "\"shown_url\":\"javascript:alert(1)\",\"guid\":7}}"),
                          &id));
    assert_true(dl_str_eq_c(id.shown_url, "https://a.example/") && id.guid.n == 0);
    char *big = dl_alloc(a, DL_URL_MAX + 1);
    memset(big, 'x', DL_URL_MAX + 1);
    dl_str text =
        dl_str_fmt(a, "{\"identity\":{\"url\":\"https://%.*s\",\"guid\":\"g\"}}", DL_URL_MAX, big);
    assert_true(read_back(a, text, &id));
    assert_true(id.url.n == 0 && dl_str_eq_c(id.guid, "g"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_web_address_leaves_the_guid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_json_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_part_does_not_spoil_a_good_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
