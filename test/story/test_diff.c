/* Word diffs: what comes out gives the new wording back, in every script, within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "story/diff.h"

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(512 << 20);
    return arena != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

/* "a [-b-]{+c+} d", and checks that the runs cover both texts. */
static const char *shown(const char *old, const char *new)
{
    static char out[4000];
    struct dl_diff d;
    size_t n = 0, at_old = 0, at_new = 0;
    assert_int_equal(dl_diff_make(arena, dl_str_c(old), dl_str_c(new), &d), DL_OK);
    for (size_t i = 0; i < d.runs.n; i++) {
        const struct dl_diff_run *r = &d.runs.p[i];
        assert_true(i == 0 || (r->old_start == at_old && r->new_start == at_new));
        at_old = r->old_end, at_new = r->new_end;
        bool gone = r->op == DL_DIFF_DELETED;
        dl_str words = dl_str_trim(gone ? dl_str_sub(dl_str_c(old), r->old_start, r->old_end)
                                        : dl_str_sub(dl_str_c(new), r->new_start, r->new_end));
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s%s",
                              gone                        ? "[-"
                              : r->op == DL_DIFF_INSERTED ? "{+"
                              : n > 0                     ? "|"
                                                          : "",
                              DL_FMT(words),
                              gone                        ? "-]"
                              : r->op == DL_DIFF_INSERTED ? "+}"
                                                          : "|");
    }
    assert_true(d.runs.n == 0 || (at_old == strlen(old) && at_new == strlen(new)));
    return out;
}

static void the_least_is_marked_in_every_script(void **state)
{
    (void)state;
    assert_string_equal(shown("Five people were killed.", "Seven people were killed."),
                        "[-Five-]{+Seven+}|people were killed.|");
    assert_string_equal(shown("港口旧桥将关闭至明年春季", "港口旧桥将关闭至明年夏季"),
                        "港口旧桥将关闭至明年|[-春季-]{+夏季+}");
    assert_string_equal(shown("الجسر القديم مغلق حتى الربيع", "الجسر الجديد مغلق حتى الربيع"),
                        "الجسر|[-القديم-]{+الجديد+}|مغلق حتى الربيع|");
    assert_string_equal(shown("สะพานเก่าปิดจนถึงฤดูหนาว", "สะพานใหม่ปิดจนถึงฤดูหนาว"),
                        "สะพาน|[-เก่า-]{+ใหม่+}|ปิดจนถึงฤดูหนาว|");
    assert_string_equal(shown("a b c d", "a b x c d"), "a b|{+x+}|c d|");
    assert_string_equal(shown("a b x c d", "a b c d"), "a b|[-x-]|c d|");
}

static void white_space_and_kinds_of_marks_are_no_words(void **state)
{
    (void)state;
    struct dl_diff d;
    assert_int_equal(dl_diff_make(arena, DL_STR("He said \"no\" - twice.\nMore."),
                                  DL_STR("He said  \u201Cno\u201D \u2013 twice.\n\nMore."), &d),
                     DL_OK);
    assert_int_equal(d.deleted + d.inserted, 0);
    assert_int_equal(d.runs.n, 1);
}

static void nothing_against_something(void **state)
{
    (void)state;
    assert_string_equal(shown("", "new words"), "{+new words+}");
    assert_string_equal(shown("old words", ""), "[-old words-]");
    struct dl_diff d;
    assert_int_equal(dl_diff_make(arena, (dl_str){NULL, 0}, DL_STR(" \n"), &d), DL_OK);
    assert_int_equal(d.runs.n, 0);
}

static uint64_t seed = 1;

static unsigned chance(unsigned most)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(seed >> 33) % most;
}

/* Length of the longest common subsequence, by the slow way that cannot be wrong. */
static size_t longest_common(const char *a, const char *b, size_t n, size_t m)
{
    static size_t table[64][64];
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++)
            table[i][j] = i == 0 || j == 0                    ? 0
                          : a[2 * (i - 1)] == b[2 * (j - 1)]  ? table[i - 1][j - 1] + 1
                          : table[i - 1][j] > table[i][j - 1] ? table[i - 1][j]
                                                              : table[i][j - 1];
    return table[n][m];
}

static void it_is_the_shortest(void **state)
{
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char a[128] = "", b[128] = "";
        size_t n = chance(12), m = chance(12);
        for (size_t i = 0; i < n; i++)
            a[2 * i] = (char)('a' + chance(4)), a[2 * i + 1] = ' ';
        for (size_t i = 0; i < m; i++)
            b[2 * i] = (char)('a' + chance(4)), b[2 * i + 1] = ' ';
        struct dl_diff d;
        dl_arena_reset(arena);
        assert_int_equal(dl_diff_make(arena, dl_str_c(a), dl_str_c(b), &d), DL_OK);
        assert_int_equal(d.kept + d.deleted, n);
        assert_int_equal(d.kept + d.inserted, m);
        size_t most = longest_common(a, b, n, m);
        /* Chance words between large changes are given up on purpose. */
        bool joined = d.kept < most && d.deleted + d.inserted >= 12;
        if (!joined) assert_int_equal(d.kept, most);
    }
}

static char *words_by_number(size_t n, unsigned kinds)
{
    char *text = dl_alloc(arena, n * 8 + 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        at += (size_t)sprintf(text + at, "w%u ", chance(kinds));
    return text;
}

static void long_and_different_texts_end_soon(void **state)
{
    (void)state;
    dl_arena_reset(arena);
    const char *a = words_by_number(30000, 50000), *b = words_by_number(30000, 50000);
    struct dl_diff d;
    int64_t before = dl_monotonic_ms();
    assert_int_equal(dl_diff_make(arena, dl_str_c(a), dl_str_c(b), &d), DL_OK);
    assert_int_equal(d.kept + d.deleted, 30000);
    assert_true(dl_monotonic_ms() - before < 10000);
    /* Too many words for words. */
    a = words_by_number(DL_DIFF_WORDS_MAX + 10, 9);
    assert_int_equal(dl_diff_make(arena, dl_str_c(a), dl_str_c(b), &d), DL_OK);
    assert_true(d.by_paragraph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_is_marked_in_every_script),
        cmocka_unit_test(white_space_and_kinds_of_marks_are_no_words),
        cmocka_unit_test(nothing_against_something),
        cmocka_unit_test(it_is_the_shortest),
        cmocka_unit_test(long_and_different_texts_end_soon),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
