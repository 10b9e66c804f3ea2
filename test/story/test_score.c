/* Score: what is asked where a script shows no names, and of a young stream. */
#include "material.h"

#include "story/score.h"

/* A long text that shares ordinary words with a story of one document. */
static struct dl_score_input ordinary_words(void)
{
    return (struct dl_score_input){
        .match = {.all = 0.14F, .title_in = 0.06F, .title_of = 0.17F, .mass = 44},
        .documents = 1,
        .gap_ms = HOUR,
        .terms = DL_FEATURES_TERMS,
        .seen = 400};
}

static void ordinary_words_are_no_story(void **state)
{
    (void)state;
    struct dl_score_input in = ordinary_words();
    assert_true(dl_score_document(&in) < DL_SCORE_SAME);
}

static void many_rare_words_are_one_without_names(void **state)
{
    (void)state;
    struct dl_score_input in = ordinary_words();
    in.match.all = 0.4F;
    in.match.mass = 90;
    assert_true(dl_score_document(&in) >= DL_SCORE_SAME);
}

static void a_headline_is_not_asked_for_names(void **state)
{
    (void)state;
    struct dl_score_input in = ordinary_words();
    in.terms = 9;
    in.match.mass = 12;
    assert_true(dl_score_document(&in) >= DL_SCORE_SAME);
}

static void a_young_stream_is_trusted_less(void **state)
{
    (void)state;
    struct dl_score_input young = ordinary_words(), old = ordinary_words();
    young.seen = 10;
    assert_true(dl_score_document(&young) < dl_score_document(&old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_words_are_no_story),
        cmocka_unit_test(many_rare_words_are_one_without_names),
        cmocka_unit_test(a_headline_is_not_asked_for_names),
        cmocka_unit_test(a_young_stream_is_trusted_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
