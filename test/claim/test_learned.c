/* What is learned fills what the rules miss; a file of weights from a stranger is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/asset.h"
#include "train/learn_statements.h"

/* "…, read a notice": a pattern that is not of the rules. */
static const char lessons_text[] =
    "“{t1 The quay would flood by noon},” {c1 read} {s1 a notice} in the hall.\n"
    "“{t1 The ferry had sunk},” {c1 read} {s1 a letter} on the door.\n"
    "“{t1 All trains stop here},” {c1 read} {s1 a poster} by the track.\n"
    "“{t1 Nobody may leave},” {c1 read} {s1 an order} on the gate.\n"
    "The children saw “A Book of Roads” in the park.\n"
    "She bought “The Old Well” and went home.\n"
    "They had played “Rain on the Roof” in the spring.\n";
static const char asked[] = "“The well was poisoned,” read a leaflet on the wall.";

static dl_arena *arena;
static struct said_tools tools;
static dl_buf weights;

static void learn(dl_buf *out, int32_t least, int32_t gate)
{
    static const struct said_options options = {
        .epochs = 12, .scale = 4, .max_bytes = 1 << 20, .least = 1, .slack = 4, .quiet = true};
    dl_said_corpus corpus;
    said_lessons lessons = {0};
    assert_int_equal(dl_said_read(arena, dl_str_c(lessons_text), true, &corpus, NULL), DL_OK);
    said_learn_gold(&lessons, arena, &tools, &corpus.p[0], 0);
    assert_true(lessons.n >= 7);
    dl_buf_init(out, 1 << 22);
    struct said_head head = {.least = least, .gate = gate, .languages = {"en"}, .n_languages = 1};
    said_learn(&lessons, &options, 0, 0, &head, out);
}

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL) return 1;
    said_tools_open(&tools, arena, "en");
    learn(&weights, 10, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dl_buf_free(&weights);
    dl_arena_free(arena);
    return 0;
}

static dl_statements find(struct said_text *text, const char *words, const dl_learned *learned)
{
    dl_statements found;
    said_text_read(text, &tools, arena, dl_str_c(words));
    text->say.learned = learned;
    assert_int_equal(dl_statements_find(&text->say, arena, &found), DL_OK);
    return found;
}

static dl_str words_of(const struct said_text *t, struct dl_span s)
{
    return dl_str_sub(t->words.text, t->words.p[s.first].start, t->words.p[s.last - 1].end);
}

static void fills_a_gap_of_the_rules(void **state)
{
    (void)state;
    struct said_text text;
    dl_learned learned;
    assert_int_equal(find(&text, asked, NULL).n, 0);
    assert_int_equal(dl_learned_read(&learned, dl_buf_slice(&weights), NULL), DL_OK);
    dl_statements found = find(&text, asked, &learned);
    assert_int_equal(found.n, 1);
    assert_string_equal(found.p[0].rule, "learned");
    assert_true(dl_str_eq_c(words_of(&text, found.p[0].source), "a leaflet"));
    assert_true(dl_str_eq_c(words_of(&text, found.p[0].cue), "read"));
    assert_true(dl_str_eq_c(words_of(&text, found.p[0].content[0]), "The well was poisoned"));
    assert_true(found.p[0].margin >= learned.least);
    assert_true(found.p[0].score > 0.25f && found.p[0].score < 0.5f);
    assert_int_equal(find(&text, "The boys played “The Last Train Home” on the wall.", &learned).n,
                     0);
}

static void leaves_alone_what_the_rules_said(void **state)
{
    (void)state;
    static const char words[] = "Ana Prohl said the bridge was closed.";
    struct said_text text;
    dl_learned learned;
    assert_int_equal(dl_learned_read(&learned, dl_buf_slice(&weights), NULL), DL_OK);
    dl_statements by_rules = find(&text, words, NULL), by_both = find(&text, words, &learned);
    assert_int_equal(by_rules.n, 1);
    assert_int_equal(by_both.n, 1);
    assert_ptr_equal(by_rules.p[0].rule, by_both.p[0].rule);
}

static void the_score_follows_the_margin(void **state)
{
    (void)state;
    dl_learned l = {.least = 100, .gate = 900};
    assert_float_equal(dl_learned_score(&l, 100), 0.25f, 1e-6);
    assert_true(dl_learned_score(&l, 899) < 0.5f);
    assert_float_equal(dl_learned_score(&l, 900), 0.5f, 1e-6);
    assert_true(dl_learned_score(&l, 1 << 23) < 0.76f);
    l.gate = 0; /* nothing is sure enough */
    assert_true(dl_learned_score(&l, 1 << 23) < 0.5f);
    assert_true(dl_learned_score(&l, 300) > dl_learned_score(&l, 200));
}

static void the_same_lessons_give_the_same_bytes(void **state)
{
    (void)state;
    dl_buf again;
    learn(&again, 10, 0);
    assert_true(dl_str_eq(dl_buf_slice(&weights), dl_buf_slice(&again)));
    dl_buf_free(&again);
}

static void the_weights_of_the_program_serve_their_languages(void **state)
{
    (void)state;
    dl_learned learned;
    struct dl_diag diag = {0};
    assert_int_equal(dl_learned_open(&learned, &diag), DL_OK);
    assert_true(dl_learned_serves(&learned, "fr"));
    assert_false(dl_learned_serves(&learned, "en")); /* no gain there on real news */
    assert_false(dl_learned_serves(&learned, "xx"));
    assert_true(learned.least > 0 && learned.gate == 0);
}

static void refuse(dl_str bytes)
{
    dl_learned learned;
    struct dl_diag diag = {0};
    assert_int_equal(dl_learned_read(&learned, bytes, &diag), DL_ERR_SYNTAX);
    assert_true(diag.message[0] != '\0');
}

static void strangers_are_refused(void **state)
{
    (void)state;
    dl_str bytes = dl_buf_slice(&weights), names;
    char *copy = dl_alloc(arena, bytes.n);
    assert_non_null(copy);
    for (size_t n = 0; n < bytes.n; n += n < 64 ? 1 : 997)
        refuse(dl_str_sub(bytes, 0, n));
    for (size_t at = 0; at < bytes.n; at += at < 64 ? 1 : 499) {
        memcpy(copy, bytes.p, bytes.n);
        copy[at] ^= 0x20;
        refuse((dl_str){copy, bytes.n});
    }
    assert_true(dl_asset_get("models/ner-und.bin", &names)); /* sound, but of another task */
    refuse(names);
}

static void margins_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const int32_t bad[][2] = {{-1, 0}, {10, 5}, {10, 10}, {1 << 25, 0}, {0, -7}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dl_buf out;
        learn(&out, bad[i][0], bad[i][1]);
        refuse(dl_buf_slice(&out));
        dl_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_a_gap_of_the_rules),
        cmocka_unit_test(leaves_alone_what_the_rules_said),
        cmocka_unit_test(the_score_follows_the_margin),
        cmocka_unit_test(the_same_lessons_give_the_same_bytes),
        cmocka_unit_test(the_weights_of_the_program_serve_their_languages),
        cmocka_unit_test(strangers_are_refused),
        cmocka_unit_test(margins_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
