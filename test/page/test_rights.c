/* Rights signals: from metas, headers, robots.txt; for whom they hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "page/rights.h"

static dl_arena *arena;
static dl_page_reader *reader;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(64 << 20);
    reader = dl_page_reader_new();
    return arena != NULL && reader != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dl_page_reader_free(reader);
    dl_arena_free(arena);
    return 0;
}

static yyjson_val *rights_of(const char *head, const struct dl_page_signals *signals)
{
    dl_str html = dl_str_fmt(arena,
                             "<html><head><title>T</title>%s</head><body><article><h1>T</h1><p>The "
                             "bridge is closed until May, the council said.</p></article></body>",
                             head);
    struct dl_page_input in = {
        .bytes = html, .url = DL_STR("https://b.example/1"), .signals = signals};
    struct dl_page *page;
    yyjson_doc *doc;
    dl_str text;
    assert_int_equal(dl_page_read(reader, arena, &in, &page, NULL), DL_OK);
    yyjson_mut_doc *json = dl_json_new(arena);
    dl_page_json(page, arena, json, yyjson_mut_doc_get_root(json));
    assert_int_equal(dl_json_text(json, arena, &text), DL_OK);
    assert_int_equal(dl_json_read(arena, text, &doc, NULL), DL_OK);
    return yyjson_obj_get(yyjson_doc_get_root(doc), "rights");
}

static void assert_right(yyjson_val *rights, const char *key, const char *want)
{
    dl_str got = dl_json_get_str(rights, key);
    if (!dl_str_eq_c(got, want)) fail_msg("%s: \"%.*s\", not \"%s\"", key, DL_FMT(got), want);
}

static void metas_are_summed_up(void **state)
{
    (void)state;
    yyjson_val *r = rights_of("<meta name=robots content='NOARCHIVE, max-snippet: 0'>"
                              "<meta name=googlebot content=noindex>"
                              "<meta name=tdm-reservation content=1>"
                              "<meta name=tdm-policy content='https://b.example/p.json'>",
                              NULL);
    assert_right(r, "directives", "noarchive nosnippet");
    assert_right(r, "reserved", "tdm");
    assert_right(r, "googlebot", "noindex"); /* kept; it binds another */
    assert_right(r, "tdm-policy", "https://b.example/p.json");
    assert_int_equal(dl_rights_bits(r), DL_RIGHTS_NOARCHIVE | DL_RIGHTS_NOSNIPPET | DL_RIGHTS_TDM);
    assert_null(rights_of("", NULL));
    assert_right(rights_of("<meta name=robots content='index, follow'>", NULL), "directives", "");
}

static void headers_and_robots_txt_count_too(void **state)
{
    (void)state;
    struct dl_page_signals s = {
        .x_robots_tag = DL_STR("noarchive, unavailable_after: 25 Jun 2030 15:00:00 PST"),
        .tdm_reservation = DL_STR("1"),
        .tdm_policy = DL_STR("https://b.example/policy"),
        .link = DL_STR("<https://b.example/hub>; rel=\"hub\", <https://b.example/l.xml>; "
                       "rel=\"license\"; type=\"application/rsl+xml\""),
        .content_signal = DL_STR("search=yes, ai-train=no"),
        .robots_license = DL_STR("https://b.example/rsl.xml"),
    };
    yyjson_val *r = rights_of("", &s);
    assert_right(r, "directives", "noarchive");
    assert_right(r, "reserved", "tdm ai-train");
    assert_right(r, "license", "https://b.example/l.xml");
    assert_right(r, "robots-license", "https://b.example/rsl.xml");
    assert_right(r, "content-signal", "search=yes, ai-train=no");
    /* The page's own word comes first. */
    r = rights_of("<meta name=tdm-reservation content=0>", &s);
    assert_right(r, "reserved", "ai-train");
}

static void what_others_are_told_binds_them(void **state)
{
    (void)state;
    struct dl_page_signals s = {.x_robots_tag = DL_STR("otherbot: noindex, nosnippet")};
    assert_right(rights_of("", &s), "directives", "");
    s.x_robots_tag = DL_STR("nosnippet, otherbot: noindex");
    assert_right(rights_of("", &s), "directives", "nosnippet");
    s.x_robots_tag = DL_STR("otherbot: noindex, dateline: none");
    assert_right(rights_of("", &s), "directives", "noindex nofollow");
}

static void nonsense_is_no_right(void **state)
{
    (void)state;
    char *much = dl_alloc(arena, 5000);
    memset(much, ',', 5000);
    struct dl_page_signals s = {.x_robots_tag = {much, 5000},
                                .link = DL_STR("<javascript:x>; rel=license, <https://b"),
                                .tdm_reservation = DL_STR("yes")};
    yyjson_val *r = rights_of("", &s);
    assert_right(r, "x-robots-tag", "");
    assert_right(r, "license", "");
    assert_right(r, "reserved", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metas_are_summed_up),
        cmocka_unit_test(headers_and_robots_txt_count_too),
        cmocka_unit_test(what_others_are_told_binds_them),
        cmocka_unit_test(nonsense_is_no_right),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
