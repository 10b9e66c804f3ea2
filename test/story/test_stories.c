/* Stories online: what comes together, what stays apart, and that a restart changes nothing. */
#include "material.h"

#include "story/stories.h"

struct said {
    const char *outlet, *language, *title, *text;
};

static struct dl_stories *open_stories(bool one_language)
{
    struct dl_stories_options options = {.one_language = one_language};
    struct dl_stories *s = dl_stories_new(&options);
    assert_non_null(s);
    return s;
}

static struct dl_story_result add(struct material *m, struct dl_stories *s, uint64_t key,
                                  int64_t time_ms, const struct said *said)
{
    struct dl_features f = material_features(m, said->language, said->title, said->text);
    struct dl_story_doc doc = {
        .key = key, .time_ms = time_ms, .outlet = dl_str_c(said->outlet), .features = &f};
    struct dl_story_result r;
    assert_ok(dl_stories_add(s, &doc, &r));
    return r;
}

static const struct said dam[] = {
    {"courier", "en", "Dam breaks near Nordhaven, nine hurt",
     "A dam broke near Nordhaven on Monday evening after days of rain. Nine people were hurt, the "
     "port authority of Nordhaven said. Minister Odo Lemaire travelled to the Long Bank."},
    {"agency", "en", "Nine injured as Nordhaven dam gives way",
     "Nine people were injured when the dam above Nordhaven gave way on Monday, authorities said. "
     "Odo Lemaire, the minister, went to see the Long Bank, where water stood in the streets."},
    {"marisol", "en", "Lemaire visits Nordhaven after dam break",
     "Minister Odo Lemaire met families in Nordhaven whose houses on the Long Bank were flooded "
     "when the dam broke. Nine people remain in hospital."},
};
static const struct said chess[] = {
    {"courier", "en", "Teenager wins the Veldria chess open",
     "Ana Petrova, aged fifteen, won the chess open of Veldria in the last round. She beat the "
     "champion Karl Renner with the black pieces in forty moves."},
    {"agency", "en", "Petrova, 15, beats Renner to take chess title",
     "Ana Petrova took the Veldria chess title on Sunday. The fifteen-year-old beat champion Karl "
     "Renner in the last round, playing black."},
};

static void one_event_is_one_story(void **state)
{
    struct dl_stories *s = open_stories(false);
    assert_int_equal(add(*state, s, 1, 0, &dam[0]).story, 1);
    assert_int_equal(add(*state, s, 2, HOUR, &chess[0]).story, 2);
    struct dl_story_result r = add(*state, s, 3, 2 * HOUR, &dam[1]);
    assert_int_equal(r.story, 1);
    assert_false(r.founded);
    assert_int_equal(r.copy_of, 0);
    assert_true(r.similarity > 0 && r.similarity <= 1);
    assert_int_equal(add(*state, s, 4, 3 * HOUR, &chess[1]).story, 2);
    assert_int_equal(add(*state, s, 5, 4 * HOUR, &dam[2]).story, 1);
    dl_stories_free(s);
}

static void every_accept_has_its_words(void **state)
{
    struct dl_stories *s = open_stories(false);
    add(*state, s, 1, 0, &dam[0]);
    struct dl_story_result r = add(*state, s, 2, HOUR, &dam[1]);
    assert_true(r.n_evidence >= 3 && r.n_evidence <= DL_STORY_EVIDENCE);
    bool named = false;
    for (size_t i = 0; i < r.n_evidence; i++) {
        assert_true(i == 0 || r.evidence[i].weight <= r.evidence[i - 1].weight);
        named |= dl_str_eq_c(r.evidence[i].text, "nordhaven");
    }
    assert_true(named);
    dl_stories_free(s);
}

static void a_copy_joins_the_story_of_its_source(void **state)
{
    struct dl_stories *s = open_stories(false);
    add(*state, s, 1, 0, &dam[0]);
    struct said copy = dam[0];
    copy.outlet = "paper";
    copy.title = "News of the evening";
    struct dl_story_result r = add(*state, s, 2, HOUR, &copy);
    assert_int_equal(r.copy_of, 1);
    assert_int_equal(r.story, 1);
    assert_true(r.similarity > 0.9);
    dl_stories_free(s);
}

static void the_window_closes(void **state)
{
    struct dl_stories *s = open_stories(false);
    struct dl_stories_stats stats;
    add(*state, s, 1, 0, &dam[0]);
    assert_int_equal(add(*state, s, 2, 6LL * DAY, &dam[1]).story, 1);
    assert_int_equal(add(*state, s, 3, 12LL * DAY, &dam[2]).story, 1); /* it lives on */
    assert_int_equal(add(*state, s, 4, 20LL * DAY, &dam[1]).story, 4);
    for (uint64_t i = 0; i < 8; i++)
        add(*state, s, 5 + i, 20LL * DAY, &chess[i % 2]);
    dl_stories_stats(s, &stats);
    assert_int_equal(stats.stories, 2);
    assert_int_equal(stats.documents, 9);
    dl_stories_free(s);
}

static void empty_documents_stay_alone(void **state)
{
    static const struct said nothing[] = {
        {"a", "", "", ""}, {"b", "", "🌊🌊", "🌊"}, {"c", "xx", "!", "…"}};
    struct dl_stories *s = open_stories(false);
    for (uint64_t i = 0; i < 9; i++)
        assert_int_equal(add(*state, s, i + 1, HOUR, &nothing[i % 3]).story, i + 1);
    dl_stories_free(s);
}

static void keys_must_grow(void **state)
{
    struct material *m = *state;
    struct dl_stories *s = open_stories(false);
    add(m, s, 7, 0, &dam[0]);
    struct dl_features f = material_features(m, "en", "a", "b");
    struct dl_story_doc doc = {.key = 7, .features = &f};
    struct dl_story_result r;
    assert_int_equal(dl_stories_add(s, &doc, &r), DL_ERR_INVALID);
    doc.key = 0;
    assert_int_equal(dl_stories_add(s, &doc, &r), DL_ERR_INVALID);
    assert_int_equal(dl_stories_now(s, 7), 7);
    assert_int_equal(dl_stories_now(s, 99), 99);
    dl_stories_free(s);
}

/* ------------------------------------------------------------------ a long stream */

enum { STREAM = 1500, SCENES = 150 };

struct memory {
    struct said said;
    int64_t time_ms;
    struct dl_story_result result;
};

/* Articles about invented scenes: each has names of its own, told with other filling words. */
static void invent(struct material *m, uint32_t i, struct memory *ret_memory)
{
    static const char *const outlets[] = {"courier", "agency", "marisol", "paper", ""};
    static const char *const languages[] = {"en", "de", "vi", "ar", ""};
    uint32_t scene = (i * 7919U + i / 9) % SCENES;
    const char *facts = material_prose(m, 10000 + scene, 3 + i % 3);
    const char *text = material_join(m, facts, material_prose(m, 50000 + i % 700, 4), "");
    *ret_memory = (struct memory){
        .said = {outlets[i % 5], languages[scene % 5], material_prose(m, 10000 + scene, 1), text},
        .time_ms = (int64_t)i * HOUR / 5 + (i % 4 == 0 ? -HOUR : 0)};
}

static struct memory *remember(struct material *m)
{
    static struct memory memories[STREAM];
    if (memories[0].said.text == NULL)
        for (uint32_t i = 0; i < STREAM; i++)
            invent(m, i, &memories[i]);
    return memories;
}

static struct dl_stories *play(struct material *m, struct memory *memories, size_t n)
{
    struct dl_stories *s = open_stories(false);
    for (size_t i = 0; i < n; i++)
        memories[i].result = add(m, s, i + 1, memories[i].time_ms, &memories[i].said);
    return s;
}

static void restore(struct material *m, struct dl_stories *s, size_t i, const struct memory *memory)
{
    struct dl_features f =
        material_features(m, memory->said.language, memory->said.title, memory->said.text);
    struct dl_story_doc doc = {.key = i + 1,
                               .time_ms = memory->time_ms,
                               .outlet = dl_str_c(memory->said.outlet),
                               .features = &f};
    const struct dl_story_result *r = &memory->result;
    assert_ok(dl_stories_restore(s, &doc, r));
}

static void a_restart_is_not_seen(void **state)
{
    struct material *m = *state;
    struct memory *memories = remember(m);
    struct dl_stories *a = play(m, memories, STREAM), *b = open_stories(false);
    for (size_t i = 0; i < STREAM; i++)
        restore(m, b, i, &memories[i]);
    assert_true(dl_stories_hash(a) == dl_stories_hash(b));
    for (uint64_t i = 0; i < 50; i++) {
        struct dl_story_result x =
            add(m, a, STREAM + 1 + i, memories[STREAM - 1].time_ms, &memories[i * 17].said);
        struct dl_story_result y =
            add(m, b, STREAM + 1 + i, memories[STREAM - 1].time_ms, &memories[i * 17].said);
        assert_int_equal(x.story, y.story);
        assert_int_equal(x.copy_of, y.copy_of);
    }
    assert_true(dl_stories_hash(a) == dl_stories_hash(b));
    dl_stories_free(a);
    dl_stories_free(b);
}

static void the_future_changes_nothing(void **state)
{
    struct material *m = *state;
    struct memory *memories = remember(m);
    uint64_t online[STREAM / 2];
    dl_stories_free(play(m, memories, STREAM / 2));
    for (size_t i = 0; i < STREAM / 2; i++)
        online[i] = memories[i].result.story;
    dl_stories_free(play(m, memories, STREAM));
    for (size_t i = 0; i < STREAM / 2; i++)
        assert_int_equal(online[i], memories[i].result.story);
}

static void stories_are_founded_by_their_first_and_joined_into_older(void **state)
{
    struct material *m = *state;
    struct memory *memories = remember(m);
    struct dl_stories *s = play(m, memories, STREAM);
    for (size_t i = 0; i < STREAM; i++) {
        const struct dl_story_result *r = &memories[i].result;
        assert_true(r->story <= i + 1);
        assert_int_equal(r->founded, r->story == i + 1);
        assert_true(r->copy_of <= i);
        assert_true(dl_stories_now(s, r->story) <= r->story);
        for (size_t k = 0; k < r->n_joins; k++)
            assert_true(r->joins[k].into < r->joins[k].from);
    }
    dl_stories_free(s);
}

static void another_state_has_another_hash(void **state)
{
    struct material *m = *state;
    struct memory *memories = remember(m);
    struct dl_stories *a = play(m, memories, 50), *b = play(m, memories, 49);
    assert_true(dl_stories_hash(a) != dl_stories_hash(b));
    dl_stories_free(a);
    dl_stories_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_is_one_story),
        cmocka_unit_test(every_accept_has_its_words),
        cmocka_unit_test(a_copy_joins_the_story_of_its_source),
        cmocka_unit_test(the_window_closes),
        cmocka_unit_test(empty_documents_stay_alone),
        cmocka_unit_test(keys_must_grow),
        cmocka_unit_test(a_restart_is_not_seen),
        cmocka_unit_test(the_future_changes_nothing),
        cmocka_unit_test(stories_are_founded_by_their_first_and_joined_into_older),
        cmocka_unit_test(another_state_has_another_hash),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
