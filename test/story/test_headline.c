/* The title that stands for a story: what most agree on, and what marks a bad one. */
#include "material.h"

#include "story/headline.h"

static size_t pick(struct material *m, const char *const *titles, size_t n)
{
    dl_str slices[128];
    for (size_t i = 0; i < n; i++)
        slices[i] = dl_str_c(titles[i]);
    return dl_headline_pick(m->arena, slices, n);
}
#define PICK(m, ...)                                                                               \
    pick(m, (const char *const[]){__VA_ARGS__},                                                    \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void nothing_to_choose_from(void **state)
{
    assert_true(dl_headline_pick(((struct material *)*state)->arena, NULL, 0) == DL_NO_POS);
    assert_true(PICK(*state, "", " ", "") == DL_NO_POS);
    assert_int_equal(PICK(*state, "", "A dam breaks near the town"), 1);
    assert_int_equal(PICK(*state, "", "🌊🌊🌊"), 1);
}

static void the_medoid_wins(void **state)
{
    assert_int_equal(PICK(*state, "What we know so far this evening",
                          "Dam breaks near Nordhaven, nine hurt",
                          "Nine hurt as dam near Nordhaven breaks after storm",
                          "The minister cancels his holiday on the coast"),
                     1);
}

static void the_earlier_stands_when_nothing_tells(void **state)
{
    assert_int_equal(PICK(*state, "Nine hurt as dam breaks near Nordhaven",
                          "Dam near Nordhaven breaks and nine are hurt"),
                     0);
    assert_int_equal(PICK(*state, "Port closed after blast at night", "Other words stand here now"),
                     0);
}

static void bad_marks_cost(void **state)
{
    static const char *const bad[] = {
        "Did a dam break near Nordhaven, nine hurt?",
        "DAM BREAKS NEAR NORDHAVEN, NINE HURT",
        "Dam breaks near Nordhaven, nine hurt!",
        "Dam breaks near Nordhaven, nine hurt…",
        "Dam breaks near Nordhaven, nine hurt...",
        "Dam breaks near Nordhaven, nine hurt | The Courier",
        "Dam breaks near Nordhaven, nine hurt - Radio Marisol",
        "Dam breaks",
        "¡Dam breaks near Nordhaven, nine hurt!",
        "“Dam breaks near Nordhaven, nine hurt?”",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (PICK(*state, bad[i], "Dam breaks near Nordhaven, nine hurt") != 1)
            fail_msg("%s", bad[i]);
}

static void a_hyphen_or_acronym_is_no_mark(void **state)
{
    assert_int_equal(PICK(*state, "EU and UN meet over the half-built dam",
                          "EU and UN meet over the half built dam"),
                     0);
}

static void every_script_is_read(void **state)
{
    assert_int_equal(
        PICK(*state, "今晚的新闻回顾和评论", "北京大学发生火灾无人伤亡", "北京大学昨晚发生火灾"),
        1);
    assert_int_equal(PICK(*state, "هل انهار السد قرب كييف؟", "انهيار السد قرب كييف مساء الاثنين"),
                     1);
    assert_int_equal(PICK(*state, "น้ำท่วมหนักหรือไม่?", "น้ำท่วมหนักในประเทศไทยวันนี้"), 1);
    assert_int_equal(PICK(*state, "自民党、解散？", "自民党が衆議院の解散を決めた"), 1);
}

static void only_the_first_are_looked_at(void **state)
{
    const char *titles[DL_HEADLINE_MAX + 20];
    for (size_t i = 0; i < DL_HEADLINE_MAX + 20; i++)
        titles[i] = "Dam breaks near Nordhaven, nine hurt";
    for (size_t i = 0; i < DL_HEADLINE_MAX; i++)
        titles[i] = i == 40 ? "Why?" : "";
    assert_int_equal(pick(*state, titles, DL_HEADLINE_MAX + 20), 40);
}

static void long_and_hostile_titles_are_bounded(void **state)
{
    struct material *m = *state;
    const char *titles[DL_HEADLINE_MAX];
    for (uint32_t i = 0; i < DL_HEADLINE_MAX; i++)
        titles[i] = material_prose(m, i, 400);
    assert_true(pick(m, titles, DL_HEADLINE_MAX) < DL_HEADLINE_MAX);
    assert_int_equal(PICK(m, "\u202e\u0301\u200b|||---", "A dam breaks near the town"), 1);
}

static void a_failing_arena_is_told(void **state)
{
    struct material *m = *state;
    dl_arena *small = dl_arena_new(1 << 16);
    size_t failed = 0;
    for (size_t n = 1; n < 8; n++) {
        dl_str titles[] = {DL_STR("A dam breaks near the town"), DL_STR("Dam near town breaks")};
        dl_arena_reset(small);
        dl_arena_fail_at(small, n);
        size_t got = dl_headline_pick(small, titles, 2);
        failed += got == DL_NO_POS;
        assert_true(got == DL_NO_POS || dl_arena_failed(small) == DL_OK);
    }
    assert_true(failed > 0);
    dl_arena_free(small);
    (void)m;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_choose_from),
        cmocka_unit_test(the_medoid_wins),
        cmocka_unit_test(the_earlier_stands_when_nothing_tells),
        cmocka_unit_test(bad_marks_cost),
        cmocka_unit_test(a_hyphen_or_acronym_is_no_mark),
        cmocka_unit_test(every_script_is_read),
        cmocka_unit_test(only_the_first_are_looked_at),
        cmocka_unit_test(long_and_hostile_titles_are_bounded),
        cmocka_unit_test(a_failing_arena_is_told),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
