#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(1 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

/* Day by day over a whole Gregorian cycle and the years around it, with no formula in between. */
static void days_go_there_and_back(void **state)
{
    (void)state;
    int64_t days = dl_days_from_civil(1799, 1, 1);
    assert_int_equal(dl_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(dl_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(dl_weekday(0), 3);
    int weekday = dl_weekday(days);
    for (int year = 1799; year <= 2205; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= dl_days_in_month(year, month); day++, days++) {
                dl_civil c;
                dl_civil_from_days(days, &c);
                assert_true(c.year == year && c.month == month && c.day == day);
                assert_true(dl_days_from_civil(year, month, day) == days);
                assert_true(dl_weekday(days) == weekday);
                weekday = (weekday + 1) % 7;
            }
}

static void leap_years_follow_the_rule(void **state)
{
    (void)state;
    assert_int_equal(dl_days_in_month(2024, 2), 29);
    assert_int_equal(dl_days_in_month(2023, 2), 28);
    assert_int_equal(dl_days_in_month(1900, 2), 28);
    assert_int_equal(dl_days_in_month(2000, 2), 29);
    assert_int_equal(dl_days_from_civil(0, 3, 1) - dl_days_from_civil(0, 2, 28), 2);
}

static void good_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
        int precision, zone, offset;
    } rows[] = {
        {"2024", "2024", DL_PREC_YEAR, DL_ZONE_NONE, 0},
        {"2024-03", "2024-03", DL_PREC_MONTH, DL_ZONE_NONE, 0},
        {"2024-03-25", "2024-03-25", DL_PREC_DAY, DL_ZONE_NONE, 0},
        {" 2024-02-29\n", "2024-02-29", DL_PREC_DAY, DL_ZONE_NONE, 0},
        {"2024-03-25T10:00Z", "2024-03-25T10:00:00Z", DL_PREC_MINUTE, DL_ZONE_KNOWN, 0},
        {"2024-03-25t10:00:01z", "2024-03-25T10:00:01Z", DL_PREC_SECOND, DL_ZONE_KNOWN, 0},
        {"2024-03-25 10:00:01", "2024-03-25T10:00:01Z", DL_PREC_SECOND, DL_ZONE_ASSUMED, 0},
        {"2024-03-25T10:00:01.5Z", "2024-03-25T10:00:01.500Z", DL_PREC_MS, DL_ZONE_KNOWN, 0},
        {"2024-03-25T10:00:01,1239999Z", "2024-03-25T10:00:01.123Z", DL_PREC_MS, DL_ZONE_KNOWN, 0},
        {"2024-03-25T01:30:00+03:30", "2024-03-24T22:00:00Z", DL_PREC_SECOND, DL_ZONE_KNOWN, 210},
        {"2024-12-31T20:00:00-0500", "2025-01-01T01:00:00Z", DL_PREC_SECOND, DL_ZONE_KNOWN, -300},
        {"2024-03-25T10:00:00 +02", "2024-03-25T08:00:00Z", DL_PREC_SECOND, DL_ZONE_KNOWN, 120},
        {"2024-03-25T10:00:00-00:30", "2024-03-25T10:30:00Z", DL_PREC_SECOND, DL_ZONE_KNOWN, -30},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", DL_PREC_SECOND, DL_ZONE_KNOWN, 0},
        {"0001-01-01", "0001-01-01", DL_PREC_DAY, DL_ZONE_NONE, 0},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", DL_PREC_MS, DL_ZONE_KNOWN, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dl_time t, again;
        assert_true(dl_time_parse(dl_str_c(rows[i].text), &t));
        assert_string_equal(dl_time_format(arena, t).p, rows[i].want);
        assert_int_equal(t.precision, rows[i].precision);
        assert_int_equal(t.zone, rows[i].zone);
        assert_int_equal(t.offset_min, rows[i].offset);
        assert_true(dl_time_parse(dl_str_c(rows[i].want), &again));
        assert_true(again.ms == t.ms);
    }
}

static void bad_times_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "24",
        "20x4",
        "2024-",
        "2024-3",
        "2024-13",
        "2024-00",
        "2024-02-30",
        "2023-02-29",
        "2024-03-00",
        "2024-03-25T",
        "2024-03-25T10",
        "2024-03-25T24:00Z",
        "2024-03-25T10:60Z",
        "2024-03-25T10:00:61Z",
        "2024-03-25T10:00:00.Z",
        "2024-03-25T10:00:00+",
        "2024-03-25T10:00:00+1",
        "2024-03-25T10:00:00+15:00",
        "2024-03-25T10:00:00+02:60",
        "2024-03-25T10:00:00+02:",
        "2024-03-25T10:00:00Zx",
        "2024-03-25T10:00:00 GMT",
        "2024T10:00Z",
        "2024-03T10:00Z",
        "2024/03/25",
        "0000-01-01",
        "٢٠٢٤-٠٣-٢٥",
        "-2024-01-01",
        "+12024-01-01",
        "20240-01-01",
        "2024-03-251",
        "2024-03-25T1:00Z",
        "never",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dl_time t = {.ms = 42};
        bool read = dl_time_parse(dl_str_c(bad[i]), &t);
        if (read) print_error("read: %s\n", bad[i]);
        assert_false(read);
        assert_int_equal(t.ms, 42);
    }
}

static void the_zone_it_was_written_in_is_kept(void **state)
{
    (void)state;
    dl_time t;
    assert_true(dl_time_parse(DL_STR("2024-03-25T00:15:00+05:45"), &t));
    dl_civil here = dl_civil_of(t, true), utc = dl_civil_of(t, false);
    assert_true(here.day == 25 && here.hour == 0 && here.minute == 15);
    assert_true(utc.day == 24 && utc.hour == 18 && utc.minute == 30);
    assert_false(dl_time_is_set((dl_time){0}));
    assert_null(dl_time_format(arena, (dl_time){0}).p);
}

static void any_millisecond_can_be_printed(void **state)
{
    (void)state;
    char text[32];
    dl_time_format_ms(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    static const int64_t far[] = {INT64_MIN, INT64_MAX, 253402300800000, -62135596800001};
    for (size_t i = 0; i < 4; i++) {
        dl_time t = {.ms = far[i], .precision = DL_PREC_MS};
        dl_time_format_ms(far[i], text);
        assert_true(strlen(text) < sizeof text);
        (void)dl_civil_of(t, false);
        assert_non_null(dl_time_format(arena, t).p);
    }
}

static void clocks_go_on(void **state)
{
    (void)state;
    int64_t a = dl_monotonic_ms(), b = dl_monotonic_ms();
    assert_true(a <= b);
    assert_true(dl_now_ms() > 1700000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_go_there_and_back),
        cmocka_unit_test(leap_years_follow_the_rule),
        cmocka_unit_test(good_times_are_read),
        cmocka_unit_test(bad_times_are_refused),
        cmocka_unit_test(the_zone_it_was_written_in_is_kept),
        cmocka_unit_test(any_millisecond_can_be_printed),
        cmocka_unit_test(clocks_go_on),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
