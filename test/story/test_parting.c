/* A story that turns out to be two: when, which documents, and that a restart repeats it. */
#include "material.h"

#include "story/parting.h"
#include "story/stories.h"

/* ------------------------------------------------------------------ texts in groups */

static struct dl_parting_text text_of(const uint32_t *ids, size_t n)
{
    struct dl_parting_text t = {.n = n};
    for (size_t i = 0; i < n; i++)
        t.terms[i] = (struct dl_member_term){ids[i], 40};
    return t;
}

/* Of each event six words, of the topic two, of its own one. */
static struct dl_parting_text report(uint32_t event, uint32_t number)
{
    uint32_t ids[9], n = 0;
    ids[n++] = 1;
    ids[n++] = 2;
    for (uint32_t i = 0; i < 6; i++)
        ids[n++] = 100 * event + i;
    ids[n++] = 10000 + number;
    return text_of(ids, n);
}

static void two_events_are_told_apart(void **state)
{
    (void)state;
    struct dl_parting_text texts[DL_PARTING_MOST];
    uint8_t side[DL_PARTING_MOST];
    for (uint32_t i = 0; i < 20; i++)
        texts[i] = report(i % 3 == 1 ? 7 : 4, i);
    assert_true(dl_parting_find(texts, 20, side));
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(side[i], i % 3 == 1);
    struct dl_parting_text late = report(7, 99);
    assert_int_equal(dl_parting_side(texts, 20, side, &late), 1);
    for (uint32_t i = 0; i < DL_PARTING_MOST; i++) /* the second group is that without text 0 */
        texts[i] = report(i % 2 == 0 ? 7 : 4, i);
    assert_true(dl_parting_find(texts, DL_PARTING_MOST, side));
    for (uint32_t i = 0; i < DL_PARTING_MOST; i++)
        assert_int_equal(side[i], i % 2);
}

static void one_event_is_not_parted(void **state)
{
    (void)state;
    struct dl_parting_text texts[DL_PARTING_MOST];
    uint8_t side[DL_PARTING_MOST];
    for (uint32_t i = 0; i < 24; i++)
        texts[i] = report(4, i);
    assert_false(dl_parting_find(texts, 24, side));
    for (uint32_t i = 0; i < 3; i++) /* strays are no event */
        texts[(size_t)i * 7] = report(7, i);
    assert_false(dl_parting_find(texts, 24, side));
    assert_false(dl_parting_find(texts, 7, side));
    for (uint32_t i = 0; i < 24; i++) /* texts of nothing in common, of nothing at all */
        texts[i] = report(10 + i, i);
    for (uint32_t i = 0; i < 24; i += 2)
        texts[i].n = 0;
    assert_false(dl_parting_find(texts, 24, side));
}

static void it_is_looked_at_now_and_then(void **state)
{
    (void)state;
    size_t times = 0;
    for (size_t n = 0; n < 100000; n++) {
        if (!dl_parting_due(n)) continue;
        assert_true(n >= 8 && n <= DL_PARTING_MOST);
        times++;
    }
    assert_int_equal(times, 9);
}

/* ------------------------------------------------------------------ stories */

enum { TOPIC = 5, REPORTS = 64 };

static uint32_t draw(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

/* Words of the topic, of the event and of nobody else, in an order of its own: no copy. */
static const char *told(struct material *m, uint32_t event, uint32_t number, bool is_title)
{
    enum { SENTENCES = 4, VOCABULARY = 40, WORDS = 48 };
    const struct {
        uint32_t seed, words;
    } parts[] = {{TOPIC, is_title ? 4 : 26}, {event, is_title ? 1 : 14}, {number + 1000, 4}};
    uint32_t random = number * 2654435761U + 17;
    dl_str words[WORDS];
    size_t n = 0;
    for (size_t p = 0; p < (is_title ? 2 : 3); p++) {
        dl_str all[VOCABULARY], rest = dl_str_c(material_prose(m, parts[p].seed, SENTENCES));
        size_t have = 0;
        for (dl_str w; have < VOCABULARY && dl_str_split(&rest, ' ', &w);)
            if (w.n > 1) all[have++] = w;
        for (size_t k = 0; k < parts[p].words; k++)
            words[n++] = all[is_title ? k : draw(&random) % (have * 2 / 3)];
    }
    dl_buf out = DL_BUF_INIT(1 << 16);
    while (n > 0) {
        size_t at = draw(&random) % n;
        dl_buf_str(&out, words[at]);
        dl_buf_c(&out, " ");
        words[at] = words[--n];
    }
    const char *text = dl_str_cstr(m->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return text;
}

struct memory {
    struct dl_features features;
    struct dl_story_doc doc;
    struct dl_story_result result;
    uint64_t moved[REPORTS];
};

static void remember(struct material *m, uint32_t i, const char *outlet, struct memory *ret)
{
    uint32_t event = i % 2 == 0 ? 40 : 41;
    ret->features = material_features(m, "en", told(m, event, i, true), told(m, event, i, false));
    ret->doc = (struct dl_story_doc){.key = i + 1,
                                     .time_ms = (int64_t)i * HOUR,
                                     .outlet = dl_str_c(outlet),
                                     .features = &ret->features};
}

static void take(struct dl_stories *s, struct memory *memory)
{
    assert_ok(dl_stories_add(s, &memory->doc, &memory->result));
    struct dl_story_part *part = &memory->result.part;
    if (part->n > 0) memcpy(memory->moved, part->moved, part->n * sizeof *memory->moved);
    part->moved = memory->moved;
}

/* The stories of all documents after what was decided with each. */
static void stories_of(const struct dl_stories *s, const struct memory *memories, size_t n,
                       uint64_t *ret_story)
{
    for (size_t i = 0; i < n; i++)
        ret_story[i] = memories[i].result.story;
    for (size_t i = 0; i < n; i++) {
        const struct dl_story_part *part = &memories[i].result.part;
        for (size_t k = 0; k < part->n; k++)
            ret_story[part->moved[k] - 1] = part->into;
    }
    for (size_t i = 0; i < n; i++)
        ret_story[i] = dl_stories_now(s, ret_story[i]);
}

static size_t parts_of(const struct memory *memories, size_t n)
{
    size_t parts = 0;
    for (size_t i = 0; i < n; i++)
        parts += memories[i].result.part.n > 0;
    return parts;
}

static void look_alikes_become_two_stories(void **state)
{
    static struct memory memories[REPORTS];
    uint64_t story[REPORTS];
    struct material *m = *state;
    struct dl_stories *s = dl_stories_new(NULL);
    for (uint32_t i = 0; i < REPORTS; i++) {
        bool again = i == 9 || i == 11; /* of text 3, by others */
        remember(m, again ? 3 : i, again ? i == 9 ? "paper" : "radio" : "courier", &memories[i]);
        memories[i].doc.key = i + 1;
        memories[i].doc.time_ms = (int64_t)i * HOUR;
        take(s, &memories[i]);
        assert_int_equal(memories[i].result.copy_of, again ? 4 : 0);
    }
    assert_int_equal(memories[1].result.story, 1); /* at their first meeting they are one */
    assert_int_equal(parts_of(memories, REPORTS), 1);
    stories_of(s, memories, REPORTS, story);
    for (uint32_t i = 0; i < REPORTS; i++)
        assert_int_equal(story[i], story[i % 2]);
    assert_int_equal(story[0], 1);
    assert_true(story[1] != 1);
    dl_stories_free(s);
}

static void a_restart_parts_again(void **state)
{
    static struct memory memories[REPORTS];
    struct material *m = *state;
    struct dl_stories *a = dl_stories_new(NULL), *b = dl_stories_new(NULL);
    for (uint32_t i = 0; i < REPORTS; i++) {
        remember(m, i, "courier", &memories[i]);
        take(a, &memories[i]);
        assert_ok(dl_stories_restore(b, &memories[i].doc, &memories[i].result));
        assert_true(dl_stories_hash(a) == dl_stories_hash(b));
    }
    assert_int_equal(parts_of(memories, REPORTS), 1);
    dl_stories_free(a);
    dl_stories_free(b);
}

/* Of what was before the window nothing is known but which stories were parted. */
static void a_later_restart_keeps_them_apart(void **state)
{
    enum { FROM = 30, UNTIL = 40 };
    static struct memory memories[REPORTS];
    struct material *m = *state;
    uint64_t other = 0;
    struct dl_stories *a = dl_stories_new(NULL), *b = dl_stories_new(NULL);
    for (uint32_t i = 0; i < UNTIL; i++) {
        remember(m, i, "courier", &memories[i]);
        take(a, &memories[i]);
        if (memories[i].result.part.n > 0) other = memories[i].result.part.into;
    }
    assert_true(other != 0 && parts_of(memories, FROM) == 1);
    for (uint32_t i = FROM; i < UNTIL; i++) {
        struct dl_story_result *r = &memories[i].result;
        assert_int_equal(r->story, i % 2 == 0 ? 1 : other);
        assert_int_equal(r->parted_from, i % 2 == 0 ? 0 : 1);
        assert_ok(dl_stories_restore(b, &memories[i].doc, r));
    }
    for (uint32_t i = UNTIL; i < REPORTS; i++) {
        remember(m, i, "courier", &memories[i]);
        take(b, &memories[i]);
        assert_int_equal(memories[i].result.story, i % 2 == 0 ? 1 : other);
        assert_int_equal(memories[i].result.n_joins, 0);
    }
    assert_int_equal(parts_of(memories, REPORTS), 1);
    dl_stories_free(a);
    dl_stories_free(b);
}

/* One report on thirty sites is no event of its own. */
static void copies_make_no_event(void **state)
{
    static struct memory memories[REPORTS];
    uint64_t story[REPORTS];
    char outlet[REPORTS][16];
    struct material *m = *state;
    struct dl_stories *s = dl_stories_new(NULL);
    for (uint32_t i = 0; i < REPORTS; i++) {
        snprintf(outlet[i], sizeof outlet[i], "outlet%u", i);
        remember(m, i < 6 || i % 2 == 0 ? i : 3, outlet[i], &memories[i]);
        memories[i].doc.key = i + 1;
        memories[i].doc.time_ms = (int64_t)i * HOUR;
        take(s, &memories[i]);
        if (i >= 7 && i % 2 == 1) assert_int_equal(memories[i].result.copy_of, 4);
    }
    assert_int_equal(parts_of(memories, REPORTS), 0); /* the other event has three texts */
    stories_of(s, memories, REPORTS, story);
    for (uint32_t i = 0; i < REPORTS; i++)
        assert_int_equal(story[i], 1);
    dl_stories_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_events_are_told_apart),
        cmocka_unit_test(one_event_is_not_parted),
        cmocka_unit_test(it_is_looked_at_now_and_then),
        cmocka_unit_test(look_alikes_become_two_stories),
        cmocka_unit_test(a_restart_parts_again),
        cmocka_unit_test(a_later_restart_keeps_them_apart),
        cmocka_unit_test(copies_make_no_event),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
