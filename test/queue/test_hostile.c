/* The writer of a store under clients that send what they should not: every request is answered,
 * by counts or by a coded error, and the writer works on. */
#include "queue/local.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/json.h"

struct place {
    dl_arena *arena;
    dl_local *local;
    char dir[64];
};

static int set_up(void **state)
{
    static struct place p;
    strcpy(p.dir, "/tmp/dateline-hostile-XXXXXX");
    p.arena = dl_arena_new(64 << 20);
    if (mkdtemp(p.dir) == NULL) return 1;
    struct dl_local_options o = {.dir = p.dir, .readers = 1, .sandboxed = true};
    struct dl_diag diag = {0};
    if (dl_local_open(&o, &p.local, &diag) != DL_OK) {
        print_error("%s\n", diag.message);
        return 1;
    }
    *state = &p;
    return 0;
}

static void remove_all(struct place *p)
{
    dl_str_vec paths;
    assert_int_equal(dl_io_list(p->arena, p->dir, &paths, NULL), DL_OK);
    for (size_t i = 0; i < paths.n; i++) {
        char *slash = strrchr(paths.p[i].p, '/');
        unlink(paths.p[i].p);
        *slash = '\0';
        if (strcmp(paths.p[i].p, p->dir) != 0) rmdir(paths.p[i].p); /* once it is empty */
    }
    char socket_path[100];
    snprintf(socket_path, sizeof socket_path, "%s/write.sock", p->dir);
    unlink(socket_path);
    rmdir(p->dir);
}

static int tear_down(void **state)
{
    struct place *p = *state;
    dl_local_close(p->local);
    remove_all(p);
    dl_arena_free(p->arena);
    return 0;
}

/* Asks; what comes must be one of a few codes. Returns the answer's JSON, empty for an error. */
static dl_str ask(struct place *p, enum dl_request_type type, dl_str json, dl_str bytes)
{
    struct dl_frame answer;
    struct dl_diag diag = {0};
    enum dl_err err = dl_asker_ask(dl_local_asker(p->local), type, json, bytes, &answer, &diag);
    bool known = err == DL_OK || dl_err_class(err) == DL_CLASS_REJECT;
    if (!known)
        print_error("%s %.*s: %s %s\n", dl_request_name(type), DL_FMT(json), dl_err_name(err),
                    diag.message);
    assert_true(known);
    if (err != DL_OK) {
        if (diag.message[0] == '\0')
            print_error("%s %.*s: %s without a word\n", dl_request_name(type), DL_FMT(json),
                        dl_err_name(err));
        assert_true(diag.message[0] != '\0');
        return (dl_str){NULL, 0};
    }
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(p->arena, answer.part[0], &doc, NULL), DL_OK);
    return dl_str_dup(p->arena, answer.part[0]);
}

static void assert_still_works(struct place *p)
{
    dl_str answer = ask(p, DL_REQUEST_INGEST, DL_STR("{\"name\":\"a\",\"kind\":\"article\"}"),
                        DL_STR("{\"title\":\"A bridge was opened in Riga\",\"text\":\"The mayor "
                               "opened a bridge in Riga on Monday, the city said.\"}"));
    assert_true(dl_str_find_c(answer, "\"items\":1", 0) != DL_NO_POS);
    assert_true(ask(p, DL_REQUEST_SETTLED, DL_STR("{}"), DL_STR("")).n > 0);
}

static const char *const shapes[] = {
    "",
    " ",
    "x",
    "{",
    "{}",
    "[]",
    "null",
    "7",
    "\"s\"",
    "[[[[[[[[]]]]]]]]",
    "{\"a\":1}{\"b\":2}",
    "\xff\xfe",
    "{\"url\":\"\xc3\"}",
    "{\"\\u0000\":\"\\u0000\"}",
};

static void no_json_and_wrong_shapes(void **state)
{
    struct place *p = *state;
    for (uint32_t type = 0; type <= DL_REQUEST_SETTLED + 3; type++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            if (type != DL_REQUEST_HELLO)
                ask(p, (enum dl_request_type)type, dl_str_c(shapes[i]),
                    i % 2 == 0 ? DL_STR("") : DL_STR("\x00\xff garbage"));
    assert_still_works(p);
}

static const char *const values[] = {
    "null",
    "true",
    "0",
    "-1",
    "1",
    "1e300",
    "-1e300",
    "0.5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999999",
    "\"\"",
    "\"x\"",
    "\"\\u0000\"",
    "\"../../../etc/passwd\"",
    "\"http://\"",
    "\"https://a.example/\\n\"",
    "\"' OR 1=1; --\"",
    "\"2024-03-25\"",
    "\"\\u202e\\u001b[31m\"",
    "[]",
    "[null]",
    "{}",
    "[[1],{\"url\":1}]",
    "{\"url\":[],\"guid\":{}}",
    "{\"url\":\"https://a.example/1\"}",
};

/* Every field that is documented, with every value that no client of ours would send. */
static void fields_with_wrong_values(void **state)
{
    struct place *p = *state;
    static const char *const ingest[] = {"name",        "url",     "content_type", "kind",
                                         "channel",     "seen_by", "outlet",       "outlet_name",
                                         "outlet_kind", "country", "language",     "identity"};
    static const char *const kinds[] = {"page", "article", "feed", ""};
    for (size_t f = 0; f < sizeof ingest / sizeof *ingest; f++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            dl_str json = dl_str_fmt(p->arena, "{\"kind\":\"%s\",\"%s\":%s}", kinds[v % 4],
                                     ingest[f], values[v]);
            dl_str body = dl_str_fmt(p->arena, "<p>one %zu %zu", f, v);
            ask(p, DL_REQUEST_INGEST, json, body);
        }
    assert_still_works(p);
}

static void results_of_polls_that_cannot_be(void **state)
{
    struct place *p = *state;
    static const char feed[] =
        "<rss version='2.0'><channel><title>x</title><item><title>A title</title>"
        "<link>https://a.example/1</link></item></channel></rss>";
    dl_str put = ask(p, DL_REQUEST_SOURCES,
                     DL_STR("{\"put\":[{\"outlet\":\"a.example\",\"name\":\"A\","
                            "\"url\":\"https://a.example/feed\"}]}"),
                     DL_STR(""));
    assert_true(dl_str_find_c(put, "\"put\":1", 0) != DL_NO_POS);
    static const char *const fields[] = {
        "at",    "status", "etag",   "last_modified", "max_age",  "retry_after", "error", "why",
        "again", "tries",  "outlet", "final_url",     "identity", "document",    "feed"};
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++)
            for (int document = 0; document < 2; document++) {
                dl_str json = dl_str_fmt(
                    p->arena, "{\"%s\":1,\"outlet\":\"a.example\",\"status\":%s,\"%s\":%s}",
                    document ? "document" : "feed", v % 2 == 0 ? "200" : "304", fields[f],
                    values[v]);
                ask(p, DL_REQUEST_FETCHED, json, v % 3 == 0 ? dl_str_c(feed) : DL_STR(""));
            }
    dl_str work = ask(
        p, DL_REQUEST_WORK,
        DL_STR("{\"feeds\":[{\"high\":9000000000000000,\"most\":1000}],\"pages\":[]}"), DL_STR(""));
    assert_true(dl_str_find_c(work, "\"feeds\":[[{\"feed\":1,", 0) != DL_NO_POS);
    assert_still_works(p);
}

static void sources_and_work_with_wrong_values(void **state)
{
    struct place *p = *state;
    static const char *const fields[] = {"outlet", "name", "country",   "language", "kind",
                                         "home",   "url",  "feed_kind", "title"};
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            dl_str json = dl_str_fmt(p->arena,
                                     "{\"put\":[{\"outlet\":\"b.example\",\"url\":"
                                     "\"https://b.example/%zu\",\"%s\":%s}]}",
                                     f, fields[f], values[v]);
            ask(p, DL_REQUEST_SOURCES, json, DL_STR(""));
        }
        ask(p, DL_REQUEST_SOURCES,
            dl_str_fmt(p->arena, "{\"put\":%s,\"remove\":%s}", values[v], values[v]), DL_STR(""));
        ask(p, DL_REQUEST_SOURCES, dl_str_fmt(p->arena, "{\"remove\":[%s]}", values[v]),
            DL_STR(""));
        ask(p, DL_REQUEST_WORK,
            dl_str_fmt(p->arena, "{\"feeds\":%s,\"pages\":%s}", values[v], values[v]), DL_STR(""));
        ask(p, DL_REQUEST_WORK,
            dl_str_fmt(p->arena, "{\"feeds\":[{\"low\":%s,\"high\":%s,\"most\":%s}],\"behind\":%s}",
                       values[v], values[v], values[v], values[v]),
            DL_STR(""));
    }
    dl_str bad = ask(p, DL_REQUEST_SOURCES,
                     DL_STR("{\"put\":[{\"outlet\":\"a\\nb\",\"url\":\"https://x.example/\"},"
                            "{\"outlet\":\"x\",\"url\":\"https://x.example/\\u001b[0m\"}]}"),
                     DL_STR(""));
    assert_true(dl_str_find_c(bad, "\"put\":0", 0) != DL_NO_POS);
    assert_true(dl_str_find_c(bad, "\"invalid\"", 0) != DL_NO_POS);
    assert_still_works(p);
}

static int raw_connection(struct place *p)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s/write.sock", p->dir);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void garbage_on_the_wire(void **state)
{
    struct place *p = *state;
    unsigned seed = 5;
    dl_outbox out;
    dl_outbox_init(&out);
    for (int round = 0; round < 100; round++) {
        int fd = raw_connection(p);
        char bytes[200];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
        if (round % 3 == 0) { /* a good hello first */
            struct dl_frame hello = {.type = DL_REQUEST_HELLO, .id = DL_PROTOCOL};
            assert_int_equal(dl_frame_write(&out, fd, &hello), DL_OK);
        }
        if (round % 3 == 1) { /* a request without hello */
            struct dl_frame work = {.type = DL_REQUEST_WORK, .part = {{"{}", 2}}};
            assert_int_equal(dl_frame_write(&out, fd, &work), DL_OK);
        }
        (void)!send(fd, bytes, sizeof bytes, MSG_NOSIGNAL);
        if (round % 2 == 0) usleep(1000);
        close(fd);
    }
    dl_outbox_free(&out);
    assert_still_works(p);
}

/* Clients that wait for answers, in number, and go before they come. */
static void clients_that_go(void **state)
{
    struct place *p = *state;
    for (int round = 0; round < 5; round++) {
        dl_asker *askers[20];
        for (size_t i = 0; i < 20; i++) {
            uint64_t id;
            assert_int_equal(dl_asker_open(p->dir, &askers[i], NULL), DL_OK);
            for (int k = 0; k < 5; k++)
                assert_int_equal(
                    dl_asker_send(askers[i], k % 2 ? DL_REQUEST_SETTLED : DL_REQUEST_INGEST,
                                  DL_STR("{\"kind\":\"page\"}"), DL_STR("<p>text"), &id),
                    DL_OK);
        }
        for (size_t i = 0; i < 20; i++)
            dl_asker_free(askers[i]);
    }
    assert_still_works(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_json_and_wrong_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_with_wrong_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(results_of_polls_that_cannot_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_and_work_with_wrong_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(garbage_on_the_wire, set_up, tear_down),
        cmocka_unit_test_setup_teardown(clients_that_go, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
