#include "serve/prose.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/json.h"

static dl_arena *arena;
static dl_buf out = DL_BUF_INIT(1 << 20);
static dl_html html = {&out};

static int fresh(void **state)
{
    (void)state;
    dl_arena_reset(arena);
    dl_buf_reset(&out);
    return 0;
}

static int make(void **state)
{
    (void)state;
    arena = dl_arena_new(1 << 22);
    return arena == NULL;
}

static int end(void **state)
{
    (void)state;
    dl_arena_free(arena);
    dl_buf_free(&out);
    return 0;
}

static yyjson_val *json(const char *text)
{
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(arena, dl_str_c(text), &doc, NULL), DL_OK);
    return yyjson_doc_get_root(doc);
}

/* Statements as a list of JSON, read over the text. */
static const dl_traces *traces(dl_str text, const char *statements)
{
    static dl_traces list;
    struct dl_trace_text words = {.title = text, .text = text};
    dl_str whole = dl_str_fmt(arena, "{\"statements\":%s}", statements);
    assert_int_equal(dl_trace_read(arena, &words, json(dl_str_cstr(arena, whole)), &list), DL_OK);
    return &list;
}

static const char *run(const char *text, const char *statements, const char *field)
{
    struct dl_prose prose;
    dl_str s = dl_str_c(text);
    assert_int_equal(dl_prose_init(&prose, arena, s, DL_STR("en"), traces(s, statements), field),
                     DL_OK);
    dl_prose_run(&prose, &html, 0, s.n);
    return out.p;
}

static void source_cue_and_content_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(
        run("Ann said it burns.",
            "[{\"source\":[{\"start\":0,\"end\":3}],\"cue\":[{\"start\":4,\"end\":8}],"
            "\"content\":[{\"start\":9,\"end\":17}]}]",
            NULL),
        "<span class=\"sentence\" id=\"s-0\"><span class=\"who\">Ann</span> <span "
        "class=\"cue\">said</span> <span class=\"says\">it burns</span><a class=\"ref\" dir=\"ltr\" "
        "lang=\"en\" href=\"#st-1\" aria-label=\"statement 1\">1</a>.</span>");
}

static void statement_in_a_statement_keeps_both(void **state)
{
    (void)state;
    const char *page = run("A said B said x",
                           "[{\"content\":[{\"start\":7,\"end\":15}]},{\"cue\":[{\"start\":9,"
                           "\"end\":13}],\"content\":[{\"start\":14,\"end\":15}]}]",
                           NULL);
    assert_non_null(strstr(page, "<span class=\"says\"><span class=\"cue\">said</span></span>"));
    assert_non_null(strstr(page, "#st-1"));
    assert_non_null(strstr(page, "#st-2"));
}

/* Words beside the cue, in the page's language whatever that of the text. */
static void hedges_are_told_in_words(void **state)
{
    (void)state;
    const char *page = run("Ann claims it burns.",
                           "[{\"stance\":\"distanced\",\"cue\":[{\"start\":4,\"end\":10}]}]", NULL);
    assert_non_null(strstr(page,
                           "claims</span> <bdi class=\"hedge\" dir=\"ltr\" lang=\"en\">(kept at "
                           "a distance)</bdi> it burns"));
    dl_buf_reset(&out);
    page =
        run("Ann claims it burns.",
            "[{\"stance\":\"distanced\",\"score\":0.4,\"cue\":[{\"start\":4,\"end\":10}]}]", NULL);
    assert_non_null(strstr(page, ">(attribution unclear)</bdi>"));
    dl_buf_reset(&out);
    page = run("Ann said it burns.",
               "[{\"stance\":\"neutral\",\"certainty\":\"asserted\",\"cue\":[{"
               "\"start\":4,\"end\":8}]}]",
               NULL);
    assert_null(strstr(page, "hedge"));
}

/* Whoever is led to a sentence finds all of it, and each id once. */
static void sentences_have_ids(void **state)
{
    (void)state;
    struct dl_prose prose;
    dl_str text = DL_STR("One here. Two here.\n\nThree");
    dl_traces list;
    struct dl_trace_text words = {.text = text};
    yyjson_val *analyse =
        json("{\"sentences\":[{\"start\":0,\"end\":9},{\"start\":10,\"end\":26}],\"statements\":[{"
             "\"cue\":[{\"start\":0,\"end\":3}]},{\"cue\":[{\"start\":10,\"end\":13}]},{\"cue\":[{"
             "\"start\":14,\"end\":18}]}]}");
    assert_int_equal(dl_trace_read(arena, &words, analyse, &list), DL_OK);
    assert_int_equal(dl_prose_init(&prose, arena, text, DL_STR("en"), &list, NULL), DL_OK);
    assert_false(dl_prose_blocks(&prose, &html, NULL, text.n));
    assert_non_null(strstr(out.p, "id=\"s-0\"><span class=\"cue\">One</span> here.</span> <span "
                                  "class=\"sentence\" id=\"s-10\">"));
    assert_non_null(
        strstr(out.p, "<p lang=\"en\" dir=\"auto\"><span class=\"sentence\">Three</span></p>"));
    assert_ptr_equal(strstr(out.p, "s-10"), strrchr(out.p, '1') - 2);
    assert_int_equal(prose.shown, text.n);
}

static void impossible_spans_are_left_out(void **state)
{
    (void)state;
    /* outside, reversed, empty, and in the middle of a character */
    assert_string_equal(
        run("aé<b>",
            "[{\"content\":[{\"start\":0,\"end\":99},{\"start\":3,\"end\":1},"
            "{\"start\":1,\"end\":1},{\"start\":2,\"end\":4},{\"start\":-1,\"end\":2},"
            "{\"start\":\"0\",\"end\":1},7]},3]",
            NULL),
        "aé&lt;b&gt;");
}

static void spans_of_the_title_stay_in_the_title(void **state)
{
    (void)state;
    const char *spans =
        "[{\"cue\":[{\"start\":0,\"end\":1,\"in\":\"title\"},{\"start\":2,\"end\":3}]}]";
    assert_string_equal(run("a b c", spans, "title"), "<span class=\"cue\">a</span> b c");
    dl_buf_reset(&out);
    assert_string_equal(run("a b c", spans, NULL), "a <span class=\"cue\">b</span> c");
}

static void span_over_paragraphs_is_closed_in_each(void **state)
{
    (void)state;
    struct dl_prose prose;
    dl_str text = DL_STR("one two\n\nthree four");
    const dl_traces *s = traces(text, "[{\"content\":[{\"start\":4,\"end\":14}]}]");
    assert_int_equal(dl_prose_init(&prose, arena, text, DL_STR("en"), s, NULL), DL_OK);
    assert_false(dl_prose_blocks(&prose, &html, NULL, text.n));
    assert_non_null(strstr(out.p, "one <span class=\"says\">two</span></span></p>"));
    assert_non_null(strstr(out.p, "<span class=\"says\">three</span><a"));
}

static void blocks_give_their_elements(void **state)
{
    (void)state;
    struct dl_prose prose;
    dl_str text = DL_STR("Head\n\nItem\n\nMore\n\nSaid\n\nDay\t\tm\n\nMon\t4\n\nrest");
    yyjson_val *blocks =
        json("[{\"start\":0,\"end\":4,\"kind\":\"heading\"},{\"start\":6,\"end\":10,"
             "\"kind\":\"list_item\"},{\"start\":12,\"end\":16,\"kind\":\"list_item\"},"
             "{\"start\":18,\"end\":22,\"kind\":\"quote\"},"
             "{\"start\":24,\"end\":30,\"kind\":\"table\"},"
             "{\"start\":32,\"end\":37,\"kind\":\"table\"}]");
    assert_int_equal(dl_prose_init(&prose, arena, text, DL_STR("fa"), NULL, NULL), DL_OK);
    assert_false(dl_prose_blocks(&prose, &html, blocks, text.n));
#define FA " lang=\"fa\" dir=\"auto\">"
    assert_string_equal(out.p,
                        "<h3" FA "Head</h3>\n<ul class=\"items\">\n<li" FA "Item</li>\n<li" FA
                        "More</li>\n</ul>\n<blockquote" FA "Said</blockquote>\n"
                        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">"
                        "<table class=\"cells\">\n<tr><td" FA "Day</td><td" FA "</td><td" FA
                        "m</td></tr>\n<tr><td" FA "Mon</td><td" FA
                        "4</td></tr>\n</table></div>\n<p" FA "rest</p>\n");
}

static void excerpt_ends_between_paragraphs(void **state)
{
    (void)state;
    struct dl_prose prose;
    dl_str text = DL_STR("short one\n\nlonger paragraph that does not fit");
    assert_int_equal(dl_prose_init(&prose, arena, text, DL_STR("en"), NULL, NULL), DL_OK);
    assert_true(dl_prose_blocks(&prose, &html, NULL, 20));
    assert_null(strstr(out.p, "longer"));
    assert_non_null(strstr(out.p, "short one"));
}

static void quote_is_cut_at_a_character(void **state)
{
    (void)state;
    dl_prose_quote(&html, DL_STR("ééé"), json("[{\"start\":0,\"end\":6}]"), DL_STR("fr"), 3);
    assert_string_equal(out.p, "<bdi lang=\"fr\" dir=\"auto\">é…</bdi>");
}

static void thousands_of_spans_cost_little(void **state)
{
    (void)state;
    dl_buf list = DL_BUF_INIT(1 << 20), text = DL_BUF_INIT(1 << 20);
    dl_buf_byte(&list, '[');
    for (int i = 0; i < 8000; i++) {
        dl_buf_fmt(&list, "%s{\"content\":[{\"start\":0,\"end\":%d}]}", i > 0 ? "," : "", i + 1);
        dl_buf_byte(&text, 'x');
    }
    dl_buf_byte(&list, ']');
    dl_arena *big = dl_arena_new(1 << 26), *small = arena;
    arena = big;
    run(text.p, list.p, NULL);
    arena = small;
    assert_int_equal(dl_buf_failed(&out), DL_OK);
    assert_true(out.n < (size_t)200 * DL_PROSE_MAX_MARKS);
    dl_arena_free(big);
    dl_buf_free(&list);
    dl_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(source_cue_and_content_are_told_apart, fresh),
        cmocka_unit_test_setup(statement_in_a_statement_keeps_both, fresh),
        cmocka_unit_test_setup(hedges_are_told_in_words, fresh),
        cmocka_unit_test_setup(sentences_have_ids, fresh),
        cmocka_unit_test_setup(impossible_spans_are_left_out, fresh),
        cmocka_unit_test_setup(spans_of_the_title_stay_in_the_title, fresh),
        cmocka_unit_test_setup(span_over_paragraphs_is_closed_in_each, fresh),
        cmocka_unit_test_setup(blocks_give_their_elements, fresh),
        cmocka_unit_test_setup(excerpt_ends_between_paragraphs, fresh),
        cmocka_unit_test_setup(quote_is_cut_at_a_character, fresh),
        cmocka_unit_test_setup(thousands_of_spans_cost_little, fresh),
    };
    return cmocka_run_group_tests(tests, make, end);
}
