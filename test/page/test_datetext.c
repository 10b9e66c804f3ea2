#include "page/datetext.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_arena *arena;
static dl_months *months;

/* First date of the text as "2024-03-25"; "" when there is none. */
static const char *first(const char *text, bool month_first, const char *language)
{
    static char out[16];
    struct dl_date_style style = {month_first, dl_str_c(language)};
    struct dl_date_found d;
    size_t pos = 0;
    out[0] = '\0';
    if (dl_date_next(months, dl_str_c(text), &style, &pos, &d))
        snprintf(out, sizeof out, "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.day % 100);
    return out;
}

static void numbers_in_all_orders(void **state)
{
    (void)state;
    assert_string_equal(first("on 2024-03-25 it", false, ""), "2024-03-25");
    assert_string_equal(first("25.3.2024", true, "en"), "2024-03-25");
    assert_string_equal(first("3/4/2024", true, "en"), "2024-03-04");
    assert_string_equal(first("3/4/2024", false, "de"), "2024-04-03");
    assert_string_equal(first("25/3/2024", true, "en"), "2024-03-25");
    assert_string_equal(first("2024年3月25日 来源", false, "zh"), "2024-03-25");
    assert_string_equal(first("2024년 3월 25일", false, "ko"), "2024-03-25");
}

static void glued_to_words(void **state)
{
    (void)state;
    assert_string_equal(first("25.03.2024terror", false, ""), "2024-03-25");
    assert_string_equal(first("Politics12.03.2024By X", false, ""), "2024-03-12");
    assert_string_equal(first("terrorMarch 25, 2024", false, ""), "");
}

static void month_names_of_languages(void **state)
{
    (void)state;
    assert_string_equal(first("March 25th, 2024", false, "en"), "2024-03-25");
    assert_string_equal(first("Montag, 25. März 2024", false, "de"), "2024-03-25");
    assert_string_equal(first("25 de marzo de 2024", false, "es"), "2024-03-25");
    assert_string_equal(first("25 марта 2024 г.", false, "ru"), "2024-03-25");
    assert_string_equal(first("٢٥ مارس ٢٠٢٤", false, "ar"), "2024-03-25");
    assert_string_equal(first("25 آذار 2024", false, "ar"), "2024-03-25");
    assert_string_equal(first("5 listopada 2024", false, "pl"), "2024-11-05");
    assert_string_equal(first("5. listopada 2024.", false, "hr"), "2024-10-05");
}

static void other_calendars(void **state)
{
    (void)state;
    assert_string_equal(first("25 มีนาคม 2567", false, "th"), "2024-03-25");
    assert_string_equal(first("۶ فروردین ۱۴۰۳", false, "fa"), "2024-03-25");
    assert_string_equal(first("۱۴۰۳/۰۱/۰۱", false, "fa"), "2024-03-20");
    assert_string_equal(first("۳۰ اسفند ۱۴۰۳", false, "fa"), "2025-03-20");
}

static void what_is_no_date(void **state)
{
    (void)state;
    assert_string_equal(first("31.02.2024", false, ""), "");
    assert_string_equal(first("version 1.2.2024.5", false, ""), "");
    assert_string_equal(first("call 030-12-1234567", false, ""), "");
    assert_string_equal(first("12/2024", false, ""), "");
    assert_string_equal(first("", false, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_all_orders),    cmocka_unit_test(glued_to_words),
        cmocka_unit_test(month_names_of_languages), cmocka_unit_test(other_calendars),
        cmocka_unit_test(what_is_no_date),
    };
    struct dl_diag diag = {0};
    arena = dl_arena_new(8 << 20);
    if (dl_months_new(arena, &months, &diag) != DL_OK) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_free(arena);
    return failed;
}
