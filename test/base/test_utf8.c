#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(4 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

/* RFC 3629 section 4, the first and the last of each row. */
static void borders_of_the_table_are_valid(void **state)
{
    (void)state;
    static const char *const good[] = {
        "\x01",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xe0\xbf\xbf",
        "\xe1\x80\x80",
        "\xec\xbf\xbf",
        "\xed\x80\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf0\xbf\xbf\xbf",
        "\xf1\x80\x80\x80",
        "\xf3\xbf\xbf\xbf",
        "\xf4\x80\x80\x80",
        "\xf4\x8f\xbf\xbf",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dl_str s = dl_str_c(good[i]);
        assert_true(dl_utf8_valid(s, NULL));
        assert_ptr_equal(dl_utf8_repair(arena, s).p, s.p);
        assert_int_equal(dl_utf8_count(s), 1);
        assert_true(dl_utf8_valid(dl_str_fmt(arena, "12345678%s12345678", good[i]), NULL));
    }
}

/* Each maximal invalid part becomes one U+FFFD (Unicode 15, 3.9, table 3-8). */
static void invalid_parts_become_one_replacement_each(void **state)
{
    (void)state;
#define R "\xef\xbf\xbd"
    static const struct {
        const char *bytes, *want;
        size_t bad;
    } rows[] = {
        {"\x80", R, 0},
        {"a\xff", "a" R, 1},
        {"\xc0\xaf", R R, 0},             /* overlong */
        {"\xc1\xbf", R R, 0},             /* overlong */
        {"\xe0\x9f\xbf", R R R, 0},       /* overlong */
        {"\xf0\x8f\xbf\xbf", R R R R, 0}, /* overlong */
        {"\xed\xa0\x80", R R R, 0},       /* surrogate D800 */
        {"\xed\xbf\xbf", R R R, 0},       /* surrogate DFFF */
        {"\xf4\x90\x80\x80", R R R R, 0}, /* past 10FFFF */
        {"\xf5\x80\x80\x80", R R R R, 0},
        {"x\xe2\x82", "x" R, 1},     /* cut */
        {"x\xf0\x9f\x98", "x" R, 1}, /* cut */
        {"x\xf0\x9fy", "x" R "y", 1},
        {"x\xc3", "x" R, 1},
        {"\xe2\x82(", R "(", 0},
        {"12345678\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "12345678" R R R R "A", 8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t bad = 99;
        dl_str s = dl_str_c(rows[i].bytes), fixed = dl_utf8_repair(arena, s);
        assert_false(dl_utf8_valid(s, &bad));
        assert_int_equal(bad, rows[i].bad);
        assert_string_equal(fixed.p, rows[i].want);
        assert_true(dl_utf8_valid(fixed, NULL));
    }
#undef R
}

static void nul_is_dropped(void **state)
{
    (void)state;
    dl_str fixed = dl_utf8_repair(arena, DL_STR("a\0b\0"));
    assert_true(dl_str_eq_c(fixed, "ab"));
}

static void every_scalar_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t cp = 1; cp <= 0x10FFFF; cp += cp < 0x3000 ? 1 : 7) {
        char out[4];
        bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
        dl_str s = {out, dl_utf8_put(cp, out)};
        size_t at = 0, back = s.n;
        assert_true(dl_utf8_valid(s, NULL));
        assert_int_equal(dl_utf8_next(s, &at), surrogate ? 0xFFFD : cp);
        assert_int_equal(at, s.n);
        assert_int_equal(dl_utf8_prev(s, &back), surrogate ? 0xFFFD : cp);
        assert_int_equal(back, 0);
    }
    char out[4];
    size_t at = 0;
    dl_str past = {out, dl_utf8_put(0x110000, out)};
    assert_int_equal(dl_utf8_next(past, &at), 0xFFFD);
    assert_int_equal(dl_utf8_next(past, &at), 0);
    at = 0;
    assert_int_equal(dl_utf8_prev(past, &at), 0);
}

static void prefixes_cut_no_character(void **state)
{
    (void)state;
    dl_str s = DL_STR("aéไทย😀");
    for (size_t max = 0; max <= s.n + 1; max++) {
        dl_str cut = dl_utf8_prefix(s, max);
        assert_true(cut.n <= max && dl_utf8_valid(cut, NULL));
        assert_true(dl_utf8_is_border(s, cut.n));
        if (max <= s.n) assert_true(max - cut.n < 4);
    }
    assert_int_equal(dl_utf8_prefix(s, 2).n, 1);
    assert_int_equal(dl_utf8_count(s), 6);
    assert_false(dl_utf8_is_border(s, 2));
    assert_false(dl_utf8_is_border(s, s.n + 1));
}

/* What people write stays to the byte: ZWNJ of Persian, ZWJ of families, virama, Thai, flags. */
static void scripts_stay_as_they_are(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "وكالة الأنباء: «قال» مصدرٌ",
        "می‌خواهند",
        "नहीं क्‍ष",
        "สำนักข่าวไทยรายงานว่า",
        "👨‍👩‍👧‍👦 🏳️‍🌈 🇺🇦",
        "北京时间",
        "tab\tline\nend",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dl_str s = dl_str_c(texts[i]);
        assert_ptr_equal(dl_utf8_clean(arena, s).p, s.p);
    }
}

static void what_deceives_the_eye_is_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"a\u202Eb\u202Cc", "abc"},             /* override and its end */
        {"\u2066x\u2069 \u200Ey\u200F", "x y"}, /* isolates, marks */
        {"zero\u200Bwidth\u2060\uFEFF", "zerowidth"},
        {"\x1b[31mred\x07\r\n", "[31mred\n"},
        {"c1\xc2\x85\xc2\x9b\x7f", "c1"},
        {"\uFFF9a\uFFFAb\uFFFB", "ab"},
        {"tag\U000E0041\U000E007F", "tag"},
        {"می‌\u202Bخواهند", "می‌خواهند"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(dl_utf8_clean(arena, dl_str_c(rows[i].in)).p, rows[i].want);
}

static void no_memory_gives_nothing(void **state)
{
    (void)state;
    dl_arena_fail_at(arena, 1);
    assert_null(dl_utf8_repair(arena, DL_STR("\xff")).p);
    dl_arena_fail_at(arena, 1);
    assert_null(dl_utf8_clean(arena, DL_STR("a\x01")).p);
}

/* Long texts are looked at in wide steps, short ones byte by byte: both must say the same. */
static void wide_steps_see_what_small_ones_see(void **state)
{
    (void)state;
    static const char *const fill[] = {"a", "\u0436", "\u5317", "\U0001F525", "\u00E9b"};
    static const unsigned char bytes[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                          0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED,
                                          0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
    uint64_t seed = 3;
    size_t valid = 0, wrong = 0;
    for (size_t round = 0; round < 200000; round++) {
        char text[320], part[8];
        size_t n = 0, m = 0, want = 0, at = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const char *unit = fill[seed >> 33 & 3];
        for (size_t before = seed >> 36 & 127; n < before; n += strlen(unit))
            memcpy(text + n, unit, strlen(unit));
        for (size_t k = 1 + (seed >> 45 & 3); m < k; m++)
            part[m] = (char)bytes[(seed >> (46 + 4 * m)) % sizeof bytes];
        part[m++] = 'a';
        bool sound = dl_utf8_valid((dl_str){part, m}, &want);
        size_t start = n;
        memcpy(text + n, part, m);
        for (n += m; n < 200; n += strlen(unit))
            memcpy(text + n, unit, strlen(unit));
        assert_true(dl_utf8_valid((dl_str){text, n}, &at) == sound);
        if (!sound) assert_int_equal(at, start + want);
        valid += sound;
        wrong += !sound;
        /* Cut anywhere, a text ends within a character or not. */
        size_t cut = 128 + (seed >> 40) % (n - 128);
        bool border = ((unsigned char)text[cut] & 0xC0) != 0x80;
        if (sound) assert_true(dl_utf8_valid((dl_str){text, cut}, NULL) == border);
    }
    assert_true(valid > 10000 && wrong > 10000);
}

static void what_is_unwanted_is_found_anywhere(void **state)
{
    (void)state;
    static const char *const unwanted[] = {"\x01",     "\x1F",     "\r",     "\x7F",
                                           "\xC2\x80", "\xC2\x9F", "\u200B", "\u202E",
                                           "\u2066",   "\uFEFF",   "\uFFFA", "\U000E0041"};
    static const char *const wanted[] = {"\t",     "\n",     "\u00A0",    "\u2013",
                                         "\u200D", "\uFF0C", "\U000F0000"};
    for (size_t i = 0; i < 60; i++) {
        char text[100];
        dl_arena *a = dl_arena_new(4 << 20);
        for (size_t k = 0; k < sizeof unwanted / sizeof *unwanted; k++) {
            int n = snprintf(text, sizeof text, "%.*s%s\u0436b", (int)i,
                             "abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh",
                             unwanted[k]);
            assert_int_equal(dl_utf8_clean(a, (dl_str){text, (size_t)n}).n, i + 3);
        }
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
            int n = snprintf(text, sizeof text, "%.*s%s\u0436b", (int)i,
                             "abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh abcdefgh",
                             wanted[k]);
            assert_int_equal(dl_utf8_clean(a, (dl_str){text, (size_t)n}).n, n);
        }
        dl_arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(borders_of_the_table_are_valid),
        cmocka_unit_test(invalid_parts_become_one_replacement_each),
        cmocka_unit_test(nul_is_dropped),
        cmocka_unit_test(every_scalar_goes_there_and_back),
        cmocka_unit_test(prefixes_cut_no_character),
        cmocka_unit_test(scripts_stay_as_they_are),
        cmocka_unit_test(what_deceives_the_eye_is_dropped),
        cmocka_unit_test(wide_steps_see_what_small_ones_see),
        cmocka_unit_test(what_is_unwanted_is_found_anywhere),
        cmocka_unit_test(no_memory_gives_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
