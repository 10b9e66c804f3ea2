/* On how many origins a claim rests. Texts are invented. */
#include "claim/cues.h"
#include "told.h"

static bool has_rule(const struct dl_claim *c, enum dl_merge_rule rule, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->n_merges; i++)
        if (c->merges[i].rule == rule && c->merges[i].a == a && c->merges[i].b == b) return true;
    return false;
}

static void who_cites_an_outlet_has_its_origin(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "",
            "Nine sailors died on the ferry Aurora, Mayor Runa Holt told the Velm Echo.");
    told_by(t, "Post", "en", "", "Nine sailors died on the ferry Aurora, the Velm Echo reported.");
    told_by(t, "Zeitung", "de", "",
            "Neun Seeleute starben beim Brand auf der Fähre Aurora, berichtet das „Velm Echo“.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 3);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 1);
    assert_true(has_rule(c, DL_MERGE_citation, 0, 1));
    assert_true(told_share(c, 1, 2));
}

static void a_circle_counts_nothing(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "", "The king of Sarland has died, the Northern Post reported.");
    told_by(t, "Northern Post", "en", "",
            "The king of Sarland has died, according to the Velm Echo.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 0);
    assert_int_equal(c->origins_max, 0);
    assert_int_equal(c->origins[0].kind, DL_ORIGIN_CIRCULAR);
}

static void two_named_sources_are_two(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Nine sailors died on the ferry Aurora, Mayor Runa Holt said.");
    told_by(t, "Post", "en", "", "Nine sailors died on the ferry Aurora, Dr Ole Brandt said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 2);
    assert_int_equal(c->origins_max, 2);
}

static void one_person_in_two_scripts_is_one(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Nine sailors died on the ferry Aurora, Mayor Anton Velmar said.");
    told_by(t, "Вести", "ru", "",
            "Девять моряков погибли, когда паром «Аврора» затонул, заявил мэр Антон Вельмар.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 2);
    assert_true(told_share(c, 0, 1));
    assert_int_equal(c->origins_max, 1);
}

static void unnamed_sources_make_an_interval(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Sarland will close its border, two officials told the Echo.");
    told_by(t, "Post", "en", "", "Sarland will close its border, according to a defence official.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 2);
    assert_int_equal(c->missing.kind, DL_MISSING_UNNAMED);
    assert_int_equal(c->missing.changes, 1);
}

/* Whoever it was: no unnamed source is drawn to a person. */
static void an_unnamed_source_is_never_a_named_person(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Sarland will close its border, an aide to the minister said.");
    told_by(t, "Post", "en", "", "Sarland will close its border, Minister Runa Holt said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 2);
    for (size_t i = 0; i < c->n_merges; i++)
        assert_int_not_equal(c->merges[i].rule, DL_MERGE_unnamed);
}

static void an_own_voice_counts_above_only(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The old bridge at Velm fell into the river Orl on Sunday, the police said.");
    told_by(t, "Post", "en", "", "The old bridge at Velm fell into the river Orl on Sunday.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 2);
    assert_true(has_rule(c, DL_MERGE_unattributed, 0, 1));
}

static void a_copy_has_its_originals_origin(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "The old bridge at Velm fell into the river Orl on Sunday.");
    told_by(t, "Post", "en", "", "The old bridge at Velm fell into the river Orl on Sunday.");
    t->docs[1].copy_of = 0;
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 1);
    assert_true(has_rule(c, DL_MERGE_near_duplicate, 0, 1));
}

static void a_link_is_a_citation(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "The old bridge at Velm fell into the river Orl on Sunday.");
    t->docs[0].url = DL_STR("https://echo.example/bridge");
    told_linking(t, "Post", "The old bridge at Velm fell into the river Orl on Sunday.",
                 "https://echo.example/bridge#top");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_max, 1);
    assert_true(has_rule(c, DL_MERGE_citation, 0, 1));
}

static void a_medium_nobody_watches_stays_a_medium(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The king of Sarland has died, the newspaper Sarland Courier reported.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins[0].kind, DL_ORIGIN_MEDIUM);
    assert_int_equal(c->origins_max, 1);
}

static void the_same_spokesman_in_arabic_and_persian(void **state)
{
    struct told *t = *state;
    told_by(t, "الصدى", "ar", "", "قال جيش تحرير كيش إن مقاتليه أسقطوا مروحية قرب سارلند.");
    told_by(
        t, "پژواک", "fa", "",
        "ارتش آزادی‌بخش کیش گفت یک بالگرد را در نزدیکی سارلند سرنگون کرده است.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 2);
    assert_int_equal(c->origins_max, 1);
}

static void a_body_described_otherwise_is_the_same(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "Soldiers burned 140 houses in Velm, the rights organisation Open Door said.");
    told_by(t, "Post", "en", "",
            "Soldiers burned 140 houses in Velm, the aid group Open Door said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    assert_int_equal(told_claim_of(&claims, 0)->origins_max, 1);
}

static void one_clip_is_one_origin(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "A video posted on Telegram appears to show soldiers beating prisoners near Velm.");
    told_by(t, "Вести", "ru", "",
            "На видео, опубликованном в Telegram, солдаты предположительно бьют пленных у Вельма.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 2);
    assert_int_equal(c->origins_max, 1);
    assert_true(has_rule(c, DL_MERGE_same_artefact, 0, 1));
}

static void merges_show_their_words(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Nine sailors died on the ferry Aurora, Mayor Runa Holt said.");
    told_by(t, "Post", "en", "", "Nine sailors died on the ferry Aurora, Runa Holt said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_true(has_rule(c, DL_MERGE_same_person, 0, 1));
    assert_int_equal(c->merges[0].n_evidence, 2);
    assert_true(c->merges[0].evidence[1].span.end > c->merges[0].evidence[1].span.start);
}

static void a_person_decides_last(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Sarland will close its border, two officials told the Echo.");
    told_by(t, "Post", "en", "", "Sarland will close its border, according to a defence official.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    dl_str id = dl_str_dup(t->arena, dl_str_c(told_claim_of(&claims, 0)->id));
    struct dl_claim_edit cut = {id, 0, 1, true}, join = {id, 0, 1, false};
    claims = told_claims(t, &cut, 1);
    assert_int_equal(told_claim_of(&claims, 0)->origins_min, 2);
    claims = told_claims(t, &join, 1);
    assert_int_equal(told_claim_of(&claims, 0)->origins_min, 1);
    assert_int_equal(told_claim_of(&claims, 0)->origins_max, 1);
    assert_true(has_rule(told_claim_of(&claims, 0), DL_MERGE_person, 0, 1));
}

/* Quoted words that an earlier outlet was told, with no word of it: may be taken over. */
static void words_of_another_without_a_word_of_it(void **state)
{
    struct told *t = *state;
    told_by(
        t, "Echo", "en", "",
        "\"The old bridge at Velm will never be opened again,\" Mayor Runa Holt told the Echo.");
    told_by(t, "Post", "en", "",
            "\"The old bridge at Velm will never be opened again\": hard news for the town.");
    told_by(t, "Courier", "en", "", "The old bridge at Velm will never be opened again.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 3);
    assert_true(has_rule(c, DL_MERGE_uncited_relay, 0, 1));
    assert_false(has_rule(c, DL_MERGE_uncited_relay, 0, 2));
    assert_true(has_rule(c, DL_MERGE_unattributed, 0, 2));
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 3);
}

static void the_route_is_what_is_missing(void **state)
{
    struct told *t = *state;
    told_by(
        t, "Echo", "en", "",
        "\"The old bridge at Velm will never be opened again,\" Mayor Runa Holt told the Echo.");
    told_by(t, "Post", "en", "",
            "\"The old bridge at Velm will never be opened again\": hard news for the town.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->missing.kind, DL_MISSING_ROUTE);
    assert_int_equal(c->missing.changes, 1);
}

static void on_whom_the_medium_rests_is_missing(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "The king of Sarland has died, Mayor Runa Holt said.");
    told_by(t, "Post", "en", "",
            "The king of Sarland has died, the newspaper Sarland Courier reported.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->missing.kind, DL_MISSING_MEDIUM);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, 2);
}

/* Each unnamed source is joined to the first it may be: no rows for all pairs. */
static void doubts_are_one_merge_for_each_origin(void **state)
{
    struct told *t = *state;
    enum { MANY = 12 };
    for (size_t i = 0; i < MANY; i++)
        told_by(t, dl_str_fmt(t->arena, "Echo %zu", i).p, "en", "",
                "Sarland will close its border, according to a defence official.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    size_t n = 0;
    for (size_t i = 0; i < c->n_merges; i++) {
        if (c->merges[i].rule != DL_MERGE_unnamed) continue;
        assert_int_equal(c->merges[i].origin_a, 0);
        n++;
    }
    assert_int_equal(n, MANY - 1);
    assert_int_equal(c->origins_min, 1);
    assert_int_equal(c->origins_max, MANY);
    assert_int_equal(c->missing.changes, MANY - 1);
}

/* What a person parted is not joined again by a third that may be both. */
static void what_was_parted_stays_so(void **state)
{
    struct told *t = *state;
    static const char *const outlets[] = {"Echo", "Post", "Courier"};
    for (size_t i = 0; i < 3; i++)
        told_by(t, outlets[i], "en", "",
                "Sarland will close its border, according to a defence official.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    struct dl_claim_edit cut = {dl_str_dup(t->arena, dl_str_c(told_claim_of(&claims, 0)->id)), 0, 1,
                                true};
    claims = told_claims(t, &cut, 1);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->origins_min, 2);
    assert_int_equal(c->origins_max, 3);
}

/* Documents of one poll come in any order: the count is the same. */
static void order_within_a_poll_does_not_count(void **state)
{
    struct told *t = *state;
    static const struct {
        const char *outlet, *text;
    } docs[] = {
        {"Velm Echo",
         "Nine sailors died on the ferry Aurora off Velm, Mayor Runa Holt told the Velm Echo."},
        {"Post", "Nine sailors died on the ferry Aurora off Velm, the Velm Echo reported."},
        {"Daily", "Nine sailors died on the ferry Aurora off Velm."},
        {"Courier",
         "According to a port official, nine sailors died on the ferry Aurora off Velm."},
    };
    static const uint8_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    for (size_t o = 0; o < 4; o++) {
        t->n = 0;
        for (size_t i = 0; i < 4; i++)
            told_by(t, docs[orders[o][i]].outlet, "en", "", docs[orders[o][i]].text);
        struct dl_claims claims = told_claims(t, NULL, 0);
        const struct dl_claim *c = told_claim_of(&claims, 0);
        assert_int_equal(c->n_docs, 4);
        assert_int_equal(c->origins_min, 2);
        assert_int_equal(c->origins_max, 3);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, told_start, told_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_cites_an_outlet_has_its_origin),
        CASE(a_circle_counts_nothing),
        CASE(two_named_sources_are_two),
        CASE(one_person_in_two_scripts_is_one),
        CASE(unnamed_sources_make_an_interval),
        CASE(an_unnamed_source_is_never_a_named_person),
        CASE(an_own_voice_counts_above_only),
        CASE(a_copy_has_its_originals_origin),
        CASE(a_link_is_a_citation),
        CASE(a_medium_nobody_watches_stays_a_medium),
        CASE(the_same_spokesman_in_arabic_and_persian),
        CASE(a_body_described_otherwise_is_the_same),
        CASE(one_clip_is_one_origin),
        CASE(merges_show_their_words),
        CASE(a_person_decides_last),
        CASE(words_of_another_without_a_word_of_it),
        CASE(the_route_is_what_is_missing),
        CASE(on_whom_the_medium_rests_is_missing),
        CASE(doubts_are_one_merge_for_each_origin),
        CASE(what_was_parted_stays_so),
        CASE(order_within_a_poll_does_not_count),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
