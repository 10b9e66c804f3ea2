/* Score: what is asked of a text and of a headline, and how the rest of the stream speaks. */
#include "material.h"

#include "story/score.h"

/* A long text that shares a fair part of its words and names with a story of one document. */
static struct dl_score_input same_event(void)
{
    return (struct dl_score_input){.match = {.all = 0.35F,
                                             .title = 0.3F,
                                             .lead = 0.35F,
                                             .names = 0.4F,
                                             .plain = 0.25F,
                                             .title_in = 0.5F,
                                             .title_of = 0.5F,
                                             .top_in = 0.5F,
                                             .top_of = 0.5F,
                                             .names_in = 0.6F,
                                             .names_of = 0.6F,
                                             .lead_names = 0.5F,
                                             .mass = 60,
                                             .named = true},
                                   .documents = 1,
                                   .gap_ms = HOUR,
                                   .terms = DL_FEATURES_TERMS,
                                   .rest = 0.03F};
}

static void words_and_names_make_a_story(void **state)
{
    (void)state;
    struct dl_score_input in = same_event();
    assert_true(dl_score_document(&in) >= DL_SCORE_SAME);
}

static void ordinary_words_are_no_story(void **state)
{
    (void)state;
    struct dl_score_input in = {
        .match = {.all = 0.08F, .plain = 0.1F, .title_in = 0.06F, .title_of = 0.1F, .mass = 20},
        .documents = 1,
        .gap_ms = HOUR,
        .terms = DL_FEATURES_TERMS,
        .rest = 0.05F};
    assert_true(dl_score_document(&in) < DL_SCORE_SAME);
}

static void other_people_speak_against_it(void **state)
{
    (void)state;
    struct dl_score_input same = same_event(), other = same_event();
    other.match.names_in = other.match.names_of = other.match.lead_names = 0;
    other.match.names = 0.1F;
    assert_true(dl_score_document(&other) < dl_score_document(&same));
}

static void likeness_to_all_is_likeness_to_none(void **state)
{
    (void)state;
    struct dl_score_input apart = same_event(), among = same_event();
    among.rest = 0.3F;
    assert_true(dl_score_document(&among) < dl_score_document(&apart));
}

/* What is news in one text is the background of another. */
static void news_told_in_passing_wants_clear_proof(void **state)
{
    (void)state;
    struct dl_score_input same = same_event();
    same.match.head_in = 0.3F;
    same.match.head_of = 0.4F;
    same.match.lead = 0.2F;
    struct dl_score_input aside = same, told = same, several = same, headline = same;
    assert_true(dl_score_document(&same) >= DL_SCORE_SAME);
    aside.match.head_in = 0.1F;
    assert_true(dl_score_document(&aside) < DL_SCORE_SAME);
    aside.match.all = aside.match.top_in = aside.match.top_of = 0.8F;
    assert_true(dl_score_document(&aside) >= DL_SCORE_SAME);
    told.match.head_in = 0.1F;
    told.match.lead = 0.35F;
    assert_true(dl_score_document(&told) >= DL_SCORE_SAME);
    several.match.head_in = 0.1F;
    several.documents = 2;
    assert_true(dl_score_document(&several) >= DL_SCORE_SAME);
    headline.terms = 9;
    float before = dl_score_document(&headline);
    headline.match.head_in = 0.1F;
    assert_float_equal(dl_score_document(&headline), before, 1e-9);
}

static void a_number_alone_is_chance(void **state)
{
    (void)state;
    struct dl_score_input in = {.match = {.all = 0.08F,
                                          .plain = 0.07F,
                                          .title_in = 0.43F,
                                          .title_of = 0.12F,
                                          .numbers = 1,
                                          .mass = 22,
                                          .numbered = true},
                                .documents = 1,
                                .gap_ms = HOUR,
                                .terms = DL_FEATURES_TERMS,
                                .rest = 0.06F};
    assert_true(dl_score_document(&in) < DL_SCORE_SAME);
    struct dl_score_input alike = same_event(), numbered = same_event();
    alike.match.numbered = numbered.match.numbered = true;
    numbered.match.numbers = 1;
    assert_true(dl_score_document(&numbered) > dl_score_document(&alike));
}

static void headlines_have_weights_of_their_own(void **state)
{
    (void)state;
    struct dl_score_input text = same_event(), headline = same_event();
    headline.terms = 9;
    assert_false(dl_score_is_headline(text.terms));
    assert_true(dl_score_is_headline(headline.terms));
    headline.match.mass = text.match.mass = 15;
    text.terms = 21;
    float difference = dl_score_document(&text) - dl_score_document(&headline);
    assert_true(difference > 1e-3F || difference < -1e-3F);
}

static void the_rest_leaves_out_own_and_the_best_other(void **state)
{
    (void)state;
    float all[8] = {0.9F, 0.5F, 0.4F, 0.3F, 0.2F, 0.1F, 0.1F, 0.1F};
    assert_float_equal(dl_score_rest(all, 8, 0.9F), 0.22F, 1e-5);
    assert_float_equal(dl_score_rest(all, 8, 0.4F), (0.5F + 0.3F + 0.2F + 0.1F + 0.1F) / 5, 1e-5);
    assert_float_equal(dl_score_rest(all, 1, 0.9F), 0, 1e-9);
    assert_float_equal(dl_score_rest(all, 0, 0.9F), 0, 1e-9);
}

static void parts_are_finite(void **state)
{
    (void)state;
    struct dl_score_input nothing = {.terms = 0}, old = same_event();
    double parts[DL_SCORE_PARTS];
    old.gap_ms = old.age_ms = INT64_MAX / 4;
    old.documents = UINT32_MAX;
    for (int k = 0; k < 2; k++) {
        dl_score_parts(k ? &old : &nothing, parts);
        for (size_t i = 0; i < DL_SCORE_PARTS; i++)
            assert_true(parts[i] > -1e6 && parts[i] < 1e6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_names_make_a_story),
        cmocka_unit_test(ordinary_words_are_no_story),
        cmocka_unit_test(other_people_speak_against_it),
        cmocka_unit_test(likeness_to_all_is_likeness_to_none),
        cmocka_unit_test(news_told_in_passing_wants_clear_proof),
        cmocka_unit_test(a_number_alone_is_chance),
        cmocka_unit_test(headlines_have_weights_of_their_own),
        cmocka_unit_test(the_rest_leaves_out_own_and_the_best_other),
        cmocka_unit_test(parts_are_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
