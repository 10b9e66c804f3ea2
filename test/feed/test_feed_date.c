#include "feed/feed_date.h"

#include "feed/months.h"
#include "lab.h"

static void dates_in_many_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"Mon, 25 Mar 2024 10:00:00 GMT", "2024-03-25T10:00:00Z"},
        {"Mon, 25 Mar 2024 10:00:00 +0530", "2024-03-25T04:30:00Z"},
        {"25 Mar 24 10:00 EST", "2024-03-25T15:00:00Z"},
        {"Monday, March 25, 2024 3:05 PM", "2024-03-25T15:05:00Z"},
        {"Mon Mar 25 10:00:00 2024", "2024-03-25T10:00:00Z"},
        {"Wed, 19 Feb 2012 22:40:00 GMT-01:01", "2012-02-19T23:41:00Z"},
        {"2024-03-25", "2024-03-25"},
        {"2024-03-25T10:00:00Z", "2024-03-25T10:00:00Z"},
        {"2024-03-25 10:00:00.5 +02:00", "2024-03-25T08:00:00.500Z"},
        {"20240325T100000Z", "2024-03-25T10:00:00Z"},
        {"2024-085", "2024-03-25"},
        {"2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"},
        {"Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"},
        {"25.03.2024 9:05", "2024-03-25T09:05:00Z"},
        {"2024-március-25T9:15-05:00", "2024-03-25T14:15:00Z"},
        {"Δευ, 25 Μαρ 2024 10:00:00 GMT", "2024-03-25T10:00:00Z"},
        {"lun, 25 dic 2023 10:00:00 GMT", "2023-12-25T10:00:00Z"},
        {"mar, 12 gen 2024 10:00:00 GMT", "2024-01-12T10:00:00Z"},
        {"25 марта 2024 10:00", "2024-03-25T10:00:00Z"},
        {"25 مارس 2024", "2024-03-25"},
        {"2024년 3월 25일 오후 9:00:00", "2024-03-25T12:00:00Z"},
        {"2024年3月25日", "2024-03-25"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dl_time t;
        if (!dl_feed_date(dl_str_c(cases[i].text), &t)) fail_msg("not read: %s", cases[i].text);
        assert_str(dl_time_format(arena, t), cases[i].want);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",      "yesterday", "2024-13-01", "31 Feb 2024",         "99999999",
        "10:00", "Mon",       "-1",         "2024-02-30T10:00:00Z"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dl_time t = {.ms = 7};
        if (dl_feed_date(dl_str_c(cases[i]), &t)) fail_msg("read as a date: %s", cases[i]);
        assert_int_equal(t.ms, 7);
    }
    dl_time t;
    assert_false(dl_feed_date(lab_repeat("25 Mar 2024 ", 100), &t));
}

static void a_zone_that_is_not_given_is_assumed(void **state)
{
    (void)state;
    dl_time t;
    assert_true(dl_feed_date(DL_STR("25 Mar 2024 10:00"), &t));
    assert_int_equal(t.zone, DL_ZONE_ASSUMED);
    assert_true(dl_feed_date(DL_STR("25 Mar 2024 10:00 GMT"), &t));
    assert_int_equal(t.zone, DL_ZONE_KNOWN);
}

static void months_of_many_languages(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int month;
    } cases[] = {{"Sept.", 9}, {"DECEMBER", 12}, {"août", 8},      {"AOUT", 8},
                 {"März", 3},  {"şubat", 2},     {"września", 9},  {"marraskuuta", 11},
                 {"Ιούλ", 7},  {"ليس", 0},       {"listopada", 0}, {"ma", 0},
                 {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (dl_month_named(dl_str_c(cases[i].name)) != cases[i].month)
            fail_msg("%s: %d", cases[i].name, dl_month_named(dl_str_c(cases[i].name)));
}

/* The spelling of RFC 822 is read at once; with a space more it is read word by word. */
static void usual_spelling_is_read_as_any_other(void **state)
{
    (void)state;
    static const char *const days[] = {"Mon", "Sat", "Mar", "mon", "Xxx"};
    static const char *const months[] = {"Jan", "May", "Sep", "Dec", "feb", "Foo"};
    static const char *const rest[] = {
        "2024 10:20:30 GMT", "2024 23:59:59 +0330", "1999 00:00:00 -1200", "2024 24:00:00 GMT",
        "2024 10:60:00 GMT", "2024 10:20:60 +0000", "2024 10:20:30 +1500", "2024 10:20:30 +0160",
        "0000 10:20:30 GMT", "2024 1a:20:30 GMT",   "2024 10:20:30 EST",   "2024 10:20:30 +02:00",
        "2024 10:20:30 +02", "2024 10:20:30",       "24 10:20:30 GMT",     "2024 10:20 GMT",
    };
    for (size_t d = 0; d < 5; d++)
        for (size_t day = 0; day < 33; day++)
            for (size_t m = 0; m < 6; m++)
                for (size_t r = 0; r < sizeof rest / sizeof *rest; r++) {
                    dl_time one = {0}, two = {0};
                    dl_str a =
                        dl_str_fmt(arena, "%s, %02zu %s %s", days[d], day, months[m], rest[r]);
                    dl_str b =
                        dl_str_fmt(arena, "%s,  %02zu %s %s", days[d], day, months[m], rest[r]);
                    assert_int_equal(dl_feed_date(a, &one), dl_feed_date(b, &two));
                    assert_memory_equal(&one, &two, sizeof one);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(dates_in_many_spellings),
        LAB_TEST(what_is_no_date_is_refused),
        LAB_TEST(a_zone_that_is_not_given_is_assumed),
        LAB_TEST(usual_spelling_is_read_as_any_other),
        LAB_TEST(months_of_many_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
