#include "page/datetext.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_arena *arena;
static dl_date_words *words;

/* First date of the text as "2024-03-25"; "" when there is none. */
static const char *first(const char *text, bool month_first, const char *language)
{
    static char out[16];
    struct dl_date_style style = {month_first, dl_str_c(language)};
    struct dl_date_found d;
    size_t pos = 0;
    out[0] = '\0';
    if (dl_date_next(words, dl_str_c(text), &style, &pos, &d))
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

static void further_orders_and_scripts(void **state)
{
    (void)state;
    assert_string_equal(first("2024 m. kovo 25 d.", false, "lt"), "2024-03-25");
    assert_string_equal(first("2024. gada 25. marts", false, "lv"), "2024-03-25");
    assert_string_equal(first("2024. március 25.", false, "hu"), "2024-03-25");
    assert_string_equal(first("2024. 3. 25.", false, "ko"), "2024-03-25");
    assert_string_equal(first("25. 3. 2024", false, "cs"), "2024-03-25");
    assert_string_equal(first("Ngày 25 tháng 3 năm 2024", false, "vi"), "2024-03-25");
    assert_string_equal(first("2024 оны 3-р сарын 25", false, "mn"), "2024-03-25");
    assert_string_equal(first("25 במרץ 2024", false, "he"), "2024-03-25");
    assert_string_equal(first("२५ मार्च २०२४", false, "hi"), "2024-03-25");
    assert_string_equal(first("২৫ মার্চ ২০২৪", false, "bn"), "2024-03-25");
    assert_string_equal(first("25 إبريل 2024", false, "ar"), "2024-04-25");
    assert_string_equal(first("25 كانون الأول 2024", false, "ar"), "2024-12-25");
    assert_string_equal(first("25 KASIM 2024", false, "tr"), "2024-11-25");
    assert_string_equal(first("25 Μαρτίου 2024", false, "el"), "2024-03-25");
    assert_string_equal(first("25 მარტი, 2024", false, "ka"), "2024-03-25");
    assert_string_equal(first("25 Machi 2024", false, "sw"), "2024-03-25");
}

static void other_calendars(void **state)
{
    (void)state;
    assert_string_equal(first("25 มีนาคม 2567", false, "th"), "2024-03-25");
    assert_string_equal(first("วันที่ 25 มีนาคม พ.ศ. 2567", false, "th"), "2024-03-25");
    assert_string_equal(first("25 มี.ค. 67 14:30", false, "th"), "2024-03-25");
    assert_string_equal(first("25/03/2567", false, "th"), "2024-03-25");
    assert_string_equal(first("۶ فروردین ۱۴۰۳", false, "fa"), "2024-03-25");
    assert_string_equal(first("6 فروردين 1403", false, "fa"), "2024-03-25");
    assert_string_equal(first("۱۴۰۳/۰۱/۰۱", false, "fa"), "2024-03-20");
    assert_string_equal(first("۳۰ اسفند ۱۴۰۳", false, "fa"), "2025-03-20");
    assert_string_equal(first("١٥ رمضان ١٤٤٥", false, "ar"), "2024-03-25");
    assert_string_equal(first("15 ربيع الأول 1446 هـ", false, "ar"), "2024-09-18");
    assert_string_equal(first("١٥/٠٩/١٤٤٥", false, "ar"), "2024-03-25");
    assert_string_equal(first("令和6年3月25日", false, "ja"), "2024-03-25");
    assert_string_equal(first("発表平成31年4月30日", false, "ja"), "2019-04-30");
    assert_string_equal(first("民國113年3月25日", false, "zh"), "2024-03-25");
    assert_string_equal(first("113年3月25日", false, "zh-TW"), "2024-03-25");
    assert_string_equal(first("113年3月25日", false, "ja"), "");
    assert_string_equal(first("መጋቢት 16 2016", false, "am"), "2024-03-25");
    assert_string_equal(first("15 באדר ב׳ 5784", false, "he"), "2024-03-25");
    assert_string_equal(first("15 Ramadan 1445", false, "en"), "2024-03-25");
}

static const char *clock(const char *text)
{
    struct dl_date_style style = {false, DL_STR("en")};
    struct dl_date_found d;
    size_t pos = 0;
    assert_true(dl_date_next(words, dl_str_c(text), &style, &pos, &d));
    dl_time t = dl_date_clock(dl_str_c(text), &d);
    return dl_str_fmt(arena, "%s%s", dl_time_format(arena, t).p,
                      t.zone == DL_ZONE_ASSUMED ? " assumed" : "")
        .p;
}

static void clocks_beside_dates(void **state)
{
    (void)state;
    assert_string_equal(clock("24.11.2020, 14:48 Uhr"), "2020-11-24T14:48:00Z assumed");
    assert_string_equal(clock("4. März 2025 um 14:48 von A. Beispiel"),
                        "2025-03-04T14:48:00Z assumed");
    assert_string_equal(clock("08:22, 24.11.2020"), "2020-11-24T08:22:00Z assumed");
    assert_string_equal(clock("Mar 11, 2026 9:00 am PDT"), "2026-03-11T16:00:00Z");
    assert_string_equal(clock("March 11, 2026 at 9:05 p.m."), "2026-03-11T21:05:00Z assumed");
    assert_string_equal(clock("le 11 mars 2026 à 14h30"), "2026-03-11T14:30:00Z assumed");
    assert_string_equal(clock("2026-03-11 14:30:05 +0200"), "2026-03-11T12:30:05Z");
    assert_string_equal(clock("11 March 2026, 3 min read"), "2026-03-11");
    assert_string_equal(clock("11 March 2026, 25:10"), "2026-03-11");
}

/* "3 hours ago" as "3 hour"; "" when there is none. */
static const char *ago(const char *text)
{
    static const char *const units[] = {"second", "minute", "hour", "day", "week", "month", "year"};
    static char out[32];
    struct dl_date_since s;
    out[0] = '\0';
    if (dl_date_since_find(words, dl_str_c(text), &s))
        snprintf(out, sizeof out, "%d %s", s.n, units[s.unit]);
    return out;
}

static void how_long_ago(void **state)
{
    (void)state;
    assert_string_equal(ago("2 hours ago"), "2 hour");
    assert_string_equal(ago("Published 5 mins. ago by A. Example"), "5 minute");
    assert_string_equal(ago("vor 3 Stunden"), "3 hour");
    assert_string_equal(ago("il y a 4 jours"), "4 day");
    assert_string_equal(ago("3時間前"), "3 hour");
    assert_string_equal(ago("发布于3小时前"), "3 hour");
    assert_string_equal(ago("10分钟前发布"), "10 minute");
    assert_string_equal(ago("3시간 전"), "3 hour");
    assert_string_equal(ago("قبل ساعتين"), "2 hour");
    assert_string_equal(ago("منذ ٣ ساعات"), "3 hour");
    assert_string_equal(ago("۳ ساعت پیش"), "3 hour");
    assert_string_equal(ago("לפני 3 שעות"), "3 hour");
    assert_string_equal(ago("5 минут назад"), "5 minute");
    assert_string_equal(ago("3 घंटे पहले"), "3 hour");
    assert_string_equal(ago("3 ชั่วโมงที่ผ่านมา"), "3 hour");
    assert_string_equal(ago("an hour ago"), "1 hour");
    assert_string_equal(ago("Yesterday"), "1 day");
    assert_string_equal(ago("gestern"), "1 day");
    assert_string_equal(ago("3 apples"), "");
    assert_string_equal(ago(""), "");
}

static const char *since(const char *text, const char *now)
{
    struct dl_date_since s;
    dl_time t = {0};
    if (now != NULL) assert_true(dl_time_parse(dl_str_c(now), &t));
    assert_true(dl_date_since_find(words, dl_str_c(text), &s));
    t = dl_date_since_time(&s, t);
    return dl_time_is_set(t) ? dl_time_format(arena, t).p : "";
}

static void ago_is_no_more_exact_than_it_says(void **state)
{
    (void)state;
    const char *now = "2024-03-25T01:30:20Z";
    assert_string_equal(since("5 minutes ago", now), "2024-03-25T01:25:00Z");
    assert_string_equal(since("2 hours ago", now), "2024-03-24");
    assert_string_equal(since("yesterday", now), "2024-03-24");
    assert_string_equal(since("2 weeks ago", now), "2024-03");
    assert_string_equal(since("3 months ago", now), "2023-12");
    assert_string_equal(since("2 hours ago", NULL), "");
    assert_string_equal(since("2 hours ago", "2024-03-25"), "");
}

static enum dl_date_label label(const char *text)
{
    return dl_date_words_label(words, dl_str_c(text));
}

static void words_beside_dates(void **state)
{
    (void)state;
    assert_int_equal(label("Published on"), DL_LABEL_PUBLISHED);
    assert_int_equal(label("Last Updated:"), DL_LABEL_UPDATED);
    assert_int_equal(label("Published 2 March, updated"), DL_LABEL_UPDATED);
    assert_int_equal(label("This article was originally published on"), DL_LABEL_ORIGIN);
    assert_int_equal(label("Обновлено:"), DL_LABEL_UPDATED);
    assert_int_equal(label("ΕΝΗΜΕΡΏΘΗΚΕ"), DL_LABEL_UPDATED);
    assert_int_equal(label("تاريخ النشر"), DL_LABEL_PUBLISHED);
    assert_int_equal(label("最終更新日"), DL_LABEL_UPDATED);
    assert_int_equal(label("Berlin"), DL_LABEL_NONE);
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
        cmocka_unit_test(numbers_in_all_orders),
        cmocka_unit_test(glued_to_words),
        cmocka_unit_test(month_names_of_languages),
        cmocka_unit_test(other_calendars),
        cmocka_unit_test(further_orders_and_scripts),
        cmocka_unit_test(how_long_ago),
        cmocka_unit_test(clocks_beside_dates),
        cmocka_unit_test(ago_is_no_more_exact_than_it_says),
        cmocka_unit_test(words_beside_dates),
        cmocka_unit_test(what_is_no_date),
    };
    struct dl_diag diag = {0};
    arena = dl_arena_new(8 << 20);
    if (dl_date_words_new(arena, &words, &diag) != DL_OK) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_free(arena);
    return failed;
}
