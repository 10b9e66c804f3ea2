/* What a document says, as it is kept. Texts are invented. */
#include "claim/cues.h"
#include "story/sayings.h"
#include "told.h"

static const struct dl_saying *only_hop(const struct told *t, uint32_t document, size_t i)
{
    size_t seen = 0;
    for (size_t k = 0; k < t->sayings[document].n_sayings; k++) {
        const struct dl_saying *s = &t->sayings[document].sayings[k];
        if (s->content.in == DL_IN_TEXT && s->n_hops > 0 && seen++ == i) return s;
    }
    fail_msg("no such statement");
    return NULL;
}

static void a_person_is_one_actor(void **state)
{
    struct told *t = *state;
    told_by(
        t, "Echo", "en", "",
        "The lake is poisoned, Mayor Runa Holt said on Monday. \"We must close the beach,\" she "
        "said. Holt added that divers had been sent home.");
    const struct dl_saying *a = only_hop(t, 0, 0), *b = only_hop(t, 0, 1), *c = only_hop(t, 0, 2);
    assert_int_equal(a->hops[0].actor, b->hops[0].actor);
    assert_int_equal(a->hops[0].actor, c->hops[0].actor);
}

static void an_aide_is_never_the_minister(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The plan is dead, Minister Runa Holt said. It may come back, an aide to Holt said.");
    assert_int_not_equal(only_hop(t, 0, 0)->hops[0].actor, only_hop(t, 0, 1)->hops[0].actor);
}

static void a_spokesman_speaks_for_his_body(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "Two miners are missing, the Mining Authority said. A spokesman for the Mining "
            "Authority said that the search went on.");
    const struct dl_actor *spokesman = told_actor(t, 0, "spokesman");
    assert_non_null(spokesman);
    assert_true(spokesman->body >= 0);
    dl_str body = t->sayings[0].actors[spokesman->body].text;
    assert_int_not_equal(dl_str_find_c(body, "Mining Authority", 0), DL_NO_POS);
}

static void who_was_once_speaks_for_nobody(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The Mining Authority said that the shaft was safe. It was not, its former director, "
            "Ole Brandt, said.");
    const struct dl_actor *former = told_actor(t, 0, "Brandt");
    assert_non_null(former);
    assert_true(former->body < 0);
}

static void two_sources_are_two(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The lake is poisoned, the Velm Daily and the Harbour Post reported on Monday.");
    const struct dl_saying *s = only_hop(t, 0, 0);
    assert_int_equal(s->n_hops, 2);
    assert_int_equal(s->hops[0].depth, s->hops[1].depth);
}

static void bounds_stay_with_their_numbers(void **state)
{
    struct told *t = *state;
    static const struct {
        const char *language, *text;
    } cases[] = {
        {"en", "At least 14 people were killed in the mine, police said."},
        {"de", "Mindestens 14 Menschen wurden in der Mine getötet, sagte die Polizei."},
        {"fr", "Au moins 14 personnes ont été tuées dans la mine, a déclaré la police."},
        {"es", "Al menos 14 personas murieron en la mina, dijo la policía."},
        {"ru", "Не менее 14 человек погибли в шахте, сообщила полиция."},
        {"ar", "قالت الشرطة إن ما لا يقل عن 14 شخصا قتلوا في المنجم."},
        {"fa", "پلیس گفت دست‌کم 14 نفر در معدن کشته شدند."},
    };
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        told_by(t, "Echo", cases[i].language, "", cases[i].text);
        const struct dl_saying *s = only_hop(t, i, 0);
        assert_int_equal(s->gist.n_counts, 1);
        assert_int_equal(s->gist.counts[0].value, 14);
        if (s->gist.counts[0].bound != DL_BOUND_LEAST) fail_msg("%s", cases[i].text);
    }
}

static void caveats_reach_back(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "The rebels claimed that they had taken the port of Velm. The Echo could not "
            "independently verify the claim.");
    assert_true(only_hop(t, 0, 0)->flags & DL_SAYING_CAVEAT);
}

static void the_outlets_own_words_are_sayings_too(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "", "The old bridge at Velm fell into the river on Sunday night.");
    assert_int_equal(t->sayings[0].n_sayings, 1);
    assert_true(t->sayings[0].sayings[0].flags & DL_SAYING_OWN);
}

/* ------------------------------------------------------------------ bytes */

static dl_str packed_sample(struct told *t)
{
    told_by(t, "Echo", "en", "Mine: 14 dead",
            "VELM (Nordwire) - At least 14 people were killed in the mine, the Mining Authority "
            "said. \"We had no warning of any kind here,\" its director, Ole Brandt, said.");
    dl_str bytes = dl_sayings_pack(t->arena, &t->sayings[0]);
    assert_true(bytes.n > 0);
    return bytes;
}

static void packing_keeps_everything(void **state)
{
    struct told *t = *state;
    dl_str bytes = packed_sample(t);
    struct dl_sayings again;
    assert_ok(dl_sayings_unpack(t->arena, bytes, &again));
    dl_str twice = dl_sayings_pack(t->arena, &again);
    assert_int_equal(twice.n, bytes.n);
    assert_memory_equal(twice.p, bytes.p, bytes.n);
    assert_int_equal(again.n_credits, 1);
}

static void short_bytes_are_refused(void **state)
{
    struct told *t = *state;
    dl_str bytes = packed_sample(t);
    for (size_t n = 0; n < bytes.n; n++) {
        struct dl_sayings out;
        assert_int_not_equal(dl_sayings_unpack(t->arena, dl_str_sub(bytes, 0, n), &out), DL_OK);
    }
}

/* Whatever comes out of changed bytes must be sound: every index in its range. */
static void changed_bytes_are_refused_or_sound(void **state)
{
    struct told *t = *state;
    dl_str bytes = packed_sample(t);
    char *copy = dl_str_cstr(t->arena, bytes);
    size_t refused = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        char old = copy[i];
        copy[i] = (char)(old ^ 0x5A);
        dl_arena *arena = dl_arena_new(16 << 20);
        struct dl_sayings out;
        enum dl_err err = dl_sayings_unpack(arena, (dl_str){copy, bytes.n}, &out);
        refused += err != DL_OK;
        for (size_t k = 0; err == DL_OK && k < out.n_sayings; k++)
            for (size_t h = 0; h < out.sayings[k].n_hops; h++)
                assert_true(out.sayings[k].hops[h].actor < out.n_actors);
        for (size_t k = 0; err == DL_OK && k < out.n_actors; k++)
            assert_true(out.actors[k].body < (int)out.n_actors);
        if (err == DL_OK) {
            struct dl_claim_doc doc = {.outlet = DL_STR("Echo"), .sayings = &out};
            doc.copy_of = doc.translation_of = doc.revision_of = DL_NO_DOCUMENT;
            struct dl_claims_input in = {&doc, 1, NULL, 0};
            struct dl_claims claims;
            assert_ok(dl_claims_of_story(arena, &in, &claims));
        }
        dl_arena_free(arena);
        copy[i] = old;
    }
    assert_true(refused > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, told_start, told_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_person_is_one_actor),
        CASE(an_aide_is_never_the_minister),
        CASE(a_spokesman_speaks_for_his_body),
        CASE(who_was_once_speaks_for_nobody),
        CASE(two_sources_are_two),
        CASE(bounds_stay_with_their_numbers),
        CASE(caveats_reach_back),
        CASE(the_outlets_own_words_are_sayings_too),
        CASE(packing_keeps_everything),
        CASE(short_bytes_are_refused),
        CASE(changed_bytes_are_refused_or_sound),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
