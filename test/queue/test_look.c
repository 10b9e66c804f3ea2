/* What a reader tells the writer of a feed's head. */
#include "queue/reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/json.h"

static void a_feeds_head_says_when_to_ask_and_who_pushes(void **state)
{
    static const char feed[] =
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
        "xmlns:a='http://www.w3.org/2005/Atom'><channel><title>Новости</title><ttl>30</ttl>"
        "<skipHours><hour>1</hour><hour>2</hour></skipHours>"
        "<skipDays><day>Sunday</day></skipDays>"
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
        "<a:link rel='hub' href='https://hub.example/'/>"
        "<a:link rel='hub' href='javascript:alert(1)'/>"
        "<a:link rel='self' href='/rss?x=1'/>"
        "<item><title>Потоп</title><link>/1</link></item></channel></rss>";
    struct dl_reader *reader = NULL;
    struct dl_diag diag = {0};
    (void)state;
    assert_int_equal(dl_reader_new(false, &reader, &diag), DL_OK);
    dl_arena *arena = dl_arena_new(64 << 20);
    struct dl_frame ask = {
        .type = DL_JOB_LOOK,
        .part = {DL_STR("{\"url\":\"https://news.example/rss\"}"), {feed, sizeof feed - 1}}};
    struct dl_frame answer = {0};
    assert_int_equal(dl_reader_work(reader, arena, &ask, &answer, &diag), DL_OK);
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(arena, answer.part[0], &doc, NULL), DL_OK);
    yyjson_val *head = yyjson_doc_get_root(doc), *hubs = yyjson_obj_get(head, "hubs");
    assert_int_equal(dl_json_get_int(head, "ttl_min", -1), 30);
    assert_int_equal(dl_json_get_int(head, "update_s", -1), 6 * 3600);
    assert_int_equal(dl_json_get_int(head, "skip_hours", -1), 1 << 1 | 1 << 2);
    assert_int_equal(dl_json_get_int(head, "skip_days", -1), 1 << 6);
    assert_true(dl_str_eq_c(dl_json_get_str(head, "self"), "https://news.example/rss?x=1"));
    assert_int_equal(yyjson_arr_size(hubs), 1);
    assert_string_equal(yyjson_get_str(yyjson_arr_get(hubs, 0)), "https://hub.example/");
    dl_arena_free(arena);
    dl_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feeds_head_says_when_to_ask_and_who_pushes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
