/* Stories that citations, and openings in two languages, tell to be one. Texts are invented. */
#include "story/relays.h"
#include "told.h"

static bool joined(struct told *t, int64_t hours_apart)
{
    struct dl_relay_doc docs[TOLD_MAX];
    for (uint32_t i = 0; i < t->n; i++)
        docs[i] = (struct dl_relay_doc){t->docs[i].sayings, t->docs[i].outlet,
                                        (int64_t)i * hours_apart * 3600 * 1000, i};
    assert_ok(dl_relays_join(t->arena, docs, t->n));
    return docs[0].story == docs[1].story;
}

static void a_citation_joins(void **state)
{
    struct told *t = *state;
    told_by(
        t, "پیام شرق", "fa", "",
        "به گزارش شبکه المسار، رئیس‌جمهور لتیا تحت عمل جراحی قلب قرار گرفته است.");
    told_by(t, "المسار", "ar", "", "خضع رئيس ليثيا لعملية جراحية في القلب، بحسب مصدر طبي.");
    assert_true(joined(t, 1));
    assert_false(joined(t, 24 * 9));
}

static void a_citation_of_something_else_does_not(void **state)
{
    struct told *t = *state;
    told_by(t, "Velm Echo", "en", "",
            "The opera of Velm will stage a comedy in May, its director said.");
    told_by(t, "Post", "en", "", "Nine sailors died on the ferry Aurora, the Velm Echo reported.");
    assert_false(joined(t, 1));
}

static void openings_join_two_languages(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "Rebels shot down an army helicopter near Karsund, the government said.");
    told_by(t, "Вести", "ru", "",
            "Повстанцы сбили военный вертолёт под Карсундом, сообщило правительство.");
    assert_true(joined(t, 1));
}

static void openings_join_one_language(void **state)
{
    struct told *t = *state;
    told_by(
        t, "Echo", "en", "",
        "At least 140 houses in the village of Karsund were burned, the rights group Lantern said.");
    told_by(t, "Post", "en", "",
            "Monitors who walked through Karsund counted 151 burned houses, the UN mission said.");
    assert_true(joined(t, 1));
    assert_false(joined(t, 30));
}

static void one_place_joins_nothing(void **state)
{
    struct told *t = *state;
    told_by(t, "Echo", "en", "",
            "Rebels shot down an army helicopter near Karsund, the government said.");
    told_by(t, "Вести", "ru", "", "В Карсунде открылась новая школа, сообщило правительство.");
    assert_false(joined(t, 1));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, told_start, told_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_citation_joins),
        CASE(a_citation_of_something_else_does_not),
        CASE(openings_join_two_languages),
        CASE(openings_join_one_language),
        CASE(one_place_joins_nothing),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
