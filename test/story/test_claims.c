/* Which sayings are one claim. Texts are invented. */
#include "claim/cues.h"
#include "told.h"

static void the_same_in_other_words(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Nine sailors died on the ferry Aurora off Velm, police said.");
    told_by(t, "Post", "en", "",
            "The sinking of the ferry Aurora off Velm killed nine sailors, the coast guard said.");
    told_by(t, "Daily", "en", "", "The Velm opera will stage a comedy in May, its director said.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    assert_int_equal(told_claim_of(&claims, 0)->n_docs, 2);
    assert_ptr_not_equal(told_claim_of(&claims, 0), told_claim_of(&claims, 2));
}

static void the_same_in_other_languages(void **state)
{
    struct told *t = *state;
    static const struct {
        const char *language, *text;
    } same[] = {
        {"en", "Nine sailors died on the ferry Aurora near Velmora, the police said."},
        {"de", "Neun Seeleute starben, als die Fähre Aurora bei Velmora sank, sagte die Polizei."},
        {"fr",
         "Neuf marins sont morts dans le naufrage du ferry Aurora près de Velmora, a déclaré la police."},
        {"es",
         "Nueve marineros murieron al hundirse el transbordador Aurora cerca de Velmora, dijo la policía."},
        {"ru", "Девять моряков погибли, когда паром «Аврора» затонул у Велморы, сообщила полиция."},
        {"ar", "قالت الشرطة إن تسعة بحارة قتلوا في غرق العبارة أورورا قرب فيلمورا."},
        {"fa", "پلیس گفت نه ملوان در غرق شدن کشتی آرورا در نزدیکی ولمورا کشته شدند."},
        {"zh", "警方说，渡轮在维尔莫拉附近沉没，9名船员死亡。"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        told_by(t, "Echo", same[i].language, "", same[i].text);
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    for (uint32_t i = 0; i < t->n; i++)
        if (told_claim_of(&claims, i) != c) fail_msg("%s stands alone", same[i].language);
}

static void other_numbers_of_other_things_are_other_claims(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "Five people died in the fire at the Velm hotel, the mayor said.");
    told_by(t, "Correo", "es", "",
            "Otras once personas reciben atención por inhalación de humo, dijo el alcalde.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    assert_ptr_not_equal(told_claim_of(&claims, 0), told_claim_of(&claims, 1));
}

static void a_denial_joins_what_it_denies(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "Troops of Sarland burned the village of Velm, the Human Rights League said. The army "
            "of Sarland denied any involvement.");
    told_by(t, "Post", "en", "",
            "Sarland's army denied that its troops had burned the village of Velm.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    const struct dl_claim *c = told_claim_of(&claims, 0);
    assert_int_equal(c->n_docs, 2);
    assert_int_equal(c->origins_max, 1);
    size_t deniers = 0;
    for (size_t i = 0; i < c->n_denials; i++)
        deniers += c->denials[i].n_docs;
    assert_int_equal(deniers, 2);
}

static void a_denial_in_arabic_and_in_persian(void **state)
{
    struct told *t = *state;
    told_by(t, "الصدى", "ar", "",
            "قالت منظمة حقوقية إن الجيش أحرق قرية فيلم. ونفى الجيش إحراق القرية.");
    told_by(t, "پژواک", "fa", "",
            "یک سازمان حقوق بشری گفت ارتش روستای ولم را آتش زد. ارتش این گزارش را تکذیب کرد.");
    struct dl_claims claims = told_claims(t, NULL, 0);
    for (uint32_t i = 0; i < 2; i++) {
        const struct dl_claim *c = told_claim_of(&claims, i);
        size_t n = 0;
        for (size_t k = 0; k < c->n_denials; k++)
            n += c->denials[k].n_docs;
        if (n == 0) fail_msg("document %u: no denial", i);
    }
}

/* A claim keeps its name and its wordings whatever comes later. */
static void later_documents_change_no_earlier_claim(void **state)
{
    struct told *t = *state;
    static const char *const texts[] = {
        "Nine sailors died on the ferry Aurora off Velm, police said.",
        "The captain of the ferry Aurora was drunk, a port official told the Echo.",
        "The ferry Aurora sank off Velm and nine sailors died, the coast guard said.",
        "The captain was drunk and nine sailors died on the ferry Aurora off Velm, Judge Ole "
        "Brandt said.",
        "The port of Velm denied that the captain of the Aurora had been drunk.",
    };
    char ids[8][DL_SAYING_ID + 1];
    size_t known = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        told_by(t, "Echo", "en", "", texts[i]);
        struct dl_claims claims = told_claims(t, NULL, 0);
        assert_true(claims.n >= known && claims.n <= 8);
        for (size_t k = 0; k < known; k++)
            assert_string_equal(ids[k], claims.p[k].id);
        for (known = 0; known < claims.n; known++)
            memcpy(ids[known], claims.p[known].id, sizeof ids[known]);
    }
}

static void many_documents_take_no_square_of_time(void **state)
{
    struct told *t = *state;
    for (size_t i = 0; i < TOLD_MAX; i++)
        told_by(t, i % 2 ? "Echo" : "Post", "en", "",
                "Nine sailors died on the ferry Aurora off Velm, police said.");
    enum { MANY = 3000 };
    struct dl_claim_doc *docs = DL_NEW_ARRAY(t->arena, struct dl_claim_doc, MANY);
    for (size_t i = 0; i < MANY; i++)
        docs[i] = t->docs[i % TOLD_MAX];
    struct dl_claims_input in = {docs, MANY, NULL, 0};
    struct dl_claims claims;
    assert_ok(dl_claims_of_story(t->arena, &in, &claims));
    assert_int_equal(claims.n, 1);
    assert_int_equal(claims.p[0].n_docs, MANY);
    assert_int_equal(claims.p[0].origins_max, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, told_start, told_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_in_other_words),
        CASE(the_same_in_other_languages),
        CASE(other_numbers_of_other_things_are_other_claims),
        CASE(a_denial_joins_what_it_denies),
        CASE(a_denial_in_arabic_and_in_persian),
        CASE(later_documents_change_no_earlier_claim),
        CASE(many_documents_take_no_square_of_time),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
