/* How wording gets firmer on its way. Texts are invented. */
#include "claim/cues.h"
#include "told.h"

static uint8_t lost(struct told *t, const char *from, const char *to)
{
    t->n = 0;
    told_by(t, "Velm Echo", "en", "", from);
    told_by(t, "Northern Post", "en", "", to);
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 2);
    return c->n_hardenings == 1 ? c->hardenings[0].lost : 0;
}

static void what_is_lost(void **state)
{
    struct told *t = *state;
    assert_int_equal(lost(t, "At least 14 people died in the Velm mine, the police said.",
                          "Fourteen people, 14 in all, died in the Velm mine, the police said."),
                     DL_CHANGE_SCOPE);
    assert_int_equal(lost(t, "Sarland may send tanks to Velm, the government said.",
                          "Sarland will send tanks to Velm, the government said."),
                     DL_CHANGE_CERTAINTY);
    assert_int_equal(lost(t, "Sarland will send tanks to Velm, the government said.",
                          "Sarland will send tanks to Velm."),
                     DL_CHANGE_ATTRIBUTION);
    assert_int_equal(lost(t, "The rebels claimed that they had taken the port of Velm.",
                          "The rebels said that they had taken the port of Velm."),
                     DL_CHANGE_STANCE);
    assert_int_equal(lost(t, "Sarland will send tanks to Velm, an aide to the minister said.",
                          "Sarland will send tanks to Velm, the government said."),
                     DL_CHANGE_ANONYMITY);
    assert_int_equal(lost(t, "Sarland will send tanks to Velm, the government said.",
                          "Sarland will send tanks to Velm, the government said."),
                     0);
}

static void one_source_becomes_many(void **state)
{
    struct told *t = *state;
    const char *one = "Sarland will send tanks to Velm, according to a defence official.",
               *many = "Sarland will send tanks to Velm, according to defence officials.",
               *two = "Sarland will send tanks to Velm, according to two defence officials.",
               *others = "Sarland will send tanks to Velm, according to residents.";
    assert_int_equal(lost(t, one, many), DL_CHANGE_SCOPE);
    assert_int_equal(lost(t, two, many), 0);
    assert_int_equal(lost(t, many, one), 0);
    assert_int_equal(lost(t, one, others), 0);
}

static void softer_is_told_as_well(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "", "Sarland will send tanks to Velm, the government said.");
    told_by(t, "Post", "en", "", "Sarland may send tanks to Velm, the government said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_hardenings, 1);
    assert_int_equal(c->hardenings[0].lost, 0);
    assert_int_equal(c->hardenings[0].gained, DL_CHANGE_CERTAINTY);
}

static void named_sources_speak_for_themselves(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "", "Nine sailors may have died on the Aurora, Runa Holt said.");
    told_by(t, "Post", "en", "", "Nine sailors died on the Aurora, Ole Brandt said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    assert_int_equal(told_claim_of(&claims, 0)->n_hardenings, 0);
}

static void languages_are_compared_along_citations_only(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "", "Sarland may send tanks to Velm, the government said.");
    told_by(t, "Zeitung", "de", "",
            "Sarland wird Panzer nach Velm liefern, teilte die Regierung mit.");
    told_by(t, "Blatt", "de", "",
            "Sarland wird Panzer nach Velm liefern, berichtet das „Velm Echo“.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 3);
    assert_int_equal(c->n_hardenings, 1);
    assert_int_equal(c->wordings[c->hardenings[0].to].document, 2);
}

static void a_title_is_held_against_its_text(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "Sarland will send tanks to Velm",
            "Sarland may send tanks to Velm, the government said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_hardenings, 0);
    assert_int_equal(c->n_titles, 1);
    assert_true(c->titles[0].lost & DL_CHANGE_CERTAINTY);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, told_start, told_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_lost),
        CASE(one_source_becomes_many),
        CASE(softer_is_told_as_well),
        CASE(named_sources_speak_for_themselves),
        CASE(languages_are_compared_along_citations_only),
        CASE(a_title_is_held_against_its_text),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
