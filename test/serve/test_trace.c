/* Statements with their sentence and chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "serve/trace.h"

static dl_arena *arena;

static int start(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return arena == NULL ? -1 : 0;
}

static int stop(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_traces read_json(const struct dl_trace_text *text, const char *json)
{
    yyjson_doc *doc;
    dl_traces traces;
    assert_int_equal(dl_json_read(arena, dl_str_c(json), &doc, NULL), DL_OK);
    assert_int_equal(dl_trace_read(arena, text, yyjson_doc_get_root(doc), &traces), DL_OK);
    return traces;
}

#define ASSERT_STR(have, want) assert_true(dl_str_eq_c((have), (want)))

static void sentence_is_the_one_of_the_cue(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("It rained. Odo said it would stop. It did."),
                                 .outlet_name = DL_STR("Courier")};
    dl_traces t =
        read_json(&text, "{\"sentences\":[{\"start\":0,\"end\":10},{\"start\":11,\"end\":34},"
                         "{\"start\":35,\"end\":42}],\"statements\":[{\"cue\":[{\"start\":15,"
                         "\"end\":19}],\"source\":[{\"start\":11,\"end\":14}],\"content\":[{"
                         "\"start\":20,\"end\":33}],\"source_class\":\"individual\"}]}");
    assert_int_equal(t.n, 1);
    ASSERT_STR(t.p[0].sentence, "Odo said it would stop.");
    ASSERT_STR(t.p[0].content, "it would stop");
    assert_int_equal(t.p[0].hops.n, 2);
    ASSERT_STR(t.p[0].hops.p[0].text, "Courier");
    ASSERT_STR(t.p[0].hops.p[1].text, "Odo");
    assert_true(t.p[0].traced);
}

static void a_chain_is_kept_as_it_was_found(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("x"), .outlet_name = DL_STR("Courier")};
    dl_traces t = read_json(
        &text, "{\"statements\":[{\"chain\":[{\"text\":\"Global News\",\"class\":\"media\"},{"
               "\"text\":\"Iranian media\",\"class\":\"media\",\"cue\":\"reported\"},{\"text\":"
               "\"sources within ISIS\",\"class\":\"unnamed\",\"anonymity\":\"group\"}]}]}");
    assert_int_equal(t.p[0].hops.n, 3);
    ASSERT_STR(t.p[0].hops.p[1].cue, "reported");
    ASSERT_STR(t.p[0].hops.p[2].class, "unnamed");
}

static void without_a_source_nothing_is_traced(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("It was reportedly late."),
                                 .outlet_name = DL_STR("Courier")};
    dl_traces t = read_json(&text, "{\"statements\":[{\"cue\":[{\"start\":0,\"end\":17}],"
                                   "\"source_class\":\"none\"}]}");
    assert_int_equal(t.p[0].hops.n, 1);
    assert_false(t.p[0].traced);
    ASSERT_STR(t.p[0].sentence, "It was reportedly late.");
}

/* Spans past the end, inside a character, backwards, or of other types show nothing. */
static void wrong_spans_show_nothing(void **state)
{
    (void)state;
    static const char *const spans[] = {"{\"start\":0,\"end\":99}",
                                        "{\"start\":1,\"end\":6}",
                                        "{\"start\":3,\"end\":0}",
                                        "{\"start\":-1,\"end\":3}",
                                        "{\"start\":0}",
                                        "7",
                                        "{\"start\":\"0\",\"end\":3}",
                                        "null"};
    struct dl_trace_text text = {.text = DL_STR("港务局表示"), .outlet_name = DL_STR("莲山")};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"sentences\":[%s],\"statements\":[{\"content\":[%s]}, 3]}",
                 spans[i], spans[i]);
        dl_traces t = read_json(&text, json);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.p[0].content.n, 0);
        assert_int_equal(t.p[0].sentence.n, 0);
    }
}

static void titles_are_sentences_and_long_text_is_cut_whole(void **state)
{
    (void)state;
    char json[200];
    dl_buf long_text = DL_BUF_INIT(1 << 20);
    for (int i = 0; i < 3000; i++)
        dl_buf_c(&long_text, "码");
    struct dl_trace_text text = {.title = DL_STR("Odo: quota agreed"),
                                 .text = dl_buf_slice(&long_text)};
    snprintf(json, sizeof json,
             "{\"statements\":[{\"content\":[{\"start\":0,\"end\":%zu}]},{\"source\":[{\"start\":"
             "0,\"end\":3,\"in\":\"title\"}]}]}",
             long_text.n);
    dl_traces t = read_json(&text, json);
    assert_true(t.p[0].content.n <= DL_TRACE_WORDS + 3 && t.p[0].content.n > 500);
    assert_true(dl_utf8_valid(t.p[0].content, NULL));
    assert_true(dl_utf8_valid(t.p[0].sentence, NULL));
    ASSERT_STR(t.p[1].sentence, "Odo: quota agreed");
    assert_string_equal(t.p[1].at.field, "title");
    dl_buf_free(&long_text);
}

static void no_analysis_is_no_error(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("x")};
    dl_traces t;
    assert_int_equal(dl_trace_read(arena, &text, NULL, &t), DL_OK);
    assert_int_equal(t.n, 0);
}

static void headline_and_deck_come_first(void **state)
{
    (void)state;
    struct dl_trace_text text = {.title = DL_STR("Odo: it stops"), .text = DL_STR("Ann said so.")};
    dl_traces t = read_json(
        &text, "{\"statements\":[{\"cue\":[{\"start\":4,\"end\":8}]}],\"title_statements\":[{"
               "\"content\":[{\"start\":5,\"end\":13,\"in\":\"title\"}]}]}");
    assert_int_equal(t.n, 2);
    ASSERT_STR(t.p[0].content, "it stops");
    assert_string_equal(t.p[0].at.field, "title");
    ASSERT_STR(t.p[1].cue, "said");
}

static void hops_know_their_sentence(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("Ann spoke. She said that it burns.")};
    dl_traces t = read_json(
        &text, "{\"sentences\":[{\"start\":0,\"end\":10},{\"start\":11,\"end\":34}],"
               "\"statements\":[{\"cue\":[{\"start\":15,\"end\":19}],\"chain\":[{\"class\":"
               "\"media\"},{\"text\":\"Ann\",\"start\":0,\"end\":3,\"on_behalf_of\":{\"text\":"
               "\"the port\"}},{\"text\":\"She\",\"start\":11,\"end\":14,\"pronoun\":true}]}]}");
    assert_int_equal(t.p[0].hops.n, 3);
    assert_int_equal(t.p[0].hops.p[0].at.end, 0);
    assert_int_equal(t.p[0].hops.p[1].at.start, 0);
    assert_int_equal(t.p[0].hops.p[1].at.end, 10);
    ASSERT_STR(t.p[0].hops.p[1].on_behalf_of, "the port");
    assert_int_equal(t.p[0].hops.p[2].at.start, 11);
    assert_true(t.p[0].hops.p[2].pronoun && !t.p[0].hops.p[1].pronoun);
}

static void evidence_and_voices_are_told_apart(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("footage, a letter, data")};
    dl_traces t = read_json(
        &text, "{\"statements\":[{\"stance\":\"denied\",\"score\":0.3,\"legal_formula\":true,"
               "\"source_class\":\"police\",\"evidence\":[{\"kind\":\"footage\",\"start\":0,"
               "\"end\":7,\"verified\":false},{\"kind\":\"letter\",\"start\":9,\"end\":99},{"
               "\"kind\":\"data\",\"verified\":true}]},{\"rule\":\"comment\",\"stance\":\"own\"},{"
               "\"stance\":\"own\",\"source_class\":\"none\"},{\"stance\":\"hearsay\","
               "\"source_class\":\"none\"}]}");
    assert_int_equal(t.p[0].evidence.n, 3);
    ASSERT_STR(t.p[0].evidence.p[0].words, "footage");
    assert_int_equal(t.p[0].evidence.p[0].check, DL_TRACE_NOT_VERIFIED);
    assert_int_equal(t.p[0].evidence.p[1].words.n, 0);
    assert_int_equal(t.p[0].evidence.p[1].check, DL_TRACE_NOT_SAID);
    assert_int_equal(t.p[0].evidence.p[2].check, DL_TRACE_VERIFIED);
    assert_true(t.p[0].unclear && t.p[0].denied && t.p[0].legal_formula);
    static const enum dl_trace_voice voices[] = {DL_VOICE_SOURCE, DL_VOICE_ANALYSIS,
                                                 DL_VOICE_OUTLET, DL_VOICE_SOURCE};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(t.p[i].voice, voices[i]);
}

/* index and depth of what stands at place k of the tree */
static void node(const dl_trace_tree *tree, size_t k, uint32_t index, uint8_t depth)
{
    assert_true(k < tree->n);
    assert_int_equal(tree->p[k].index, index);
    assert_int_equal(tree->p[k].depth, depth);
}

static void what_is_held_stands_under_what_holds_it(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("x")};
    dl_trace_tree tree;
    dl_traces t = read_json(&text, "{\"statements\":[{\"id\":\"c\",\"parent\":\"b\"},{\"id\":"
                                   "\"a\"},{\"id\":\"b\",\"parent\":\"a\"},{\"id\":\"d\","
                                   "\"parent\":\"nobody\"},{\"id\":\"e\",\"parent\":\"a\"}]}");
    assert_int_equal(dl_trace_order(arena, &t, &tree), DL_OK);
    assert_int_equal(tree.n, 5);
    node(&tree, 0, 1, 0);
    node(&tree, 1, 2, 1);
    node(&tree, 2, 0, 2);
    node(&tree, 3, 4, 1);
    node(&tree, 4, 3, 0);
}

/* A reader that was taken over says what it likes. */
static void circles_and_wells_have_an_end(void **state)
{
    (void)state;
    struct dl_trace_text text = {.text = DL_STR("x")};
    dl_trace_tree tree;
    dl_traces t = read_json(&text, "{\"statements\":[{\"id\":\"a\",\"parent\":\"b\"},{\"id\":"
                                   "\"b\",\"parent\":\"a\"},{\"id\":\"c\",\"parent\":\"c\"},"
                                   "{\"id\":\"d\",\"parent\":\"a\"}]}");
    assert_int_equal(dl_trace_order(arena, &t, &tree), DL_OK);
    assert_int_equal(tree.n, 4);
    dl_buf deep = DL_BUF_INIT(1 << 20);
    dl_buf_c(&deep, "{\"statements\":[{\"id\":\"0\"}");
    for (int i = 1; i < 1900; i++)
        dl_buf_fmt(&deep, ",{\"id\":\"%d\",\"parent\":\"%d\"}", i, i - 1);
    dl_buf_c(&deep, "]}");
    t = read_json(&text, dl_str_cstr(arena, dl_buf_slice(&deep)));
    dl_buf_free(&deep);
    assert_int_equal(dl_trace_order(arena, &t, &tree), DL_OK);
    assert_int_equal(tree.n, 1900);
    for (size_t i = 0; i < tree.n; i++)
        assert_true(tree.p[i].depth <= DL_TRACE_DEPTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentence_is_the_one_of_the_cue),
        cmocka_unit_test(a_chain_is_kept_as_it_was_found),
        cmocka_unit_test(without_a_source_nothing_is_traced),
        cmocka_unit_test(wrong_spans_show_nothing),
        cmocka_unit_test(titles_are_sentences_and_long_text_is_cut_whole),
        cmocka_unit_test(no_analysis_is_no_error),
        cmocka_unit_test(headline_and_deck_come_first),
        cmocka_unit_test(hops_know_their_sentence),
        cmocka_unit_test(evidence_and_voices_are_told_apart),
        cmocka_unit_test(what_is_held_stands_under_what_holds_it),
        cmocka_unit_test(circles_and_wells_have_an_end),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
