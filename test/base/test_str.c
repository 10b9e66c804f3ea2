#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void split_keeps_empty_parts(void **state)
{
    (void)state;
    dl_str rest = DL_STR("a,,b"), part;
    assert_true(dl_str_split(&rest, ',', &part) && dl_str_eq_c(part, "a"));
    assert_true(dl_str_split(&rest, ',', &part) && part.n == 0);
    assert_true(dl_str_split(&rest, ',', &part) && dl_str_eq_c(part, "b"));
    assert_false(dl_str_split(&rest, ',', &part));
}

static void lines_end_in_three_ways(void **state)
{
    (void)state;
    dl_str rest = DL_STR("one\r\ntwo\rthree\n\nfive"), line;
    const char *want[] = {"one", "two", "three", "", "five"};
    for (size_t i = 0; i < 5; i++)
        assert_true(dl_str_line(&rest, &line) && dl_str_eq_c(line, want[i]));
    assert_false(dl_str_line(&rest, &line));
}

static void buffer_stops_at_its_maximum(void **state)
{
    (void)state;
    dl_buf buf = DL_BUF_INIT(5);
    dl_buf_c(&buf, "abc");
    dl_buf_c(&buf, "def");
    assert_int_equal(dl_buf_failed(&buf), DL_ERR_TOO_BIG);
    assert_string_equal(buf.p, "abc");
    dl_buf_free(&buf);
}

static void numbers_refuse_overflow(void **state)
{
    (void)state;
    uint64_t v;
    assert_true(dl_str_u64(DL_STR("18446744073709551615"), &v) && v == UINT64_MAX);
    assert_false(dl_str_u64(DL_STR("18446744073709551616"), &v));
    assert_false(dl_str_u64(DL_STR("-1"), &v));
    assert_false(dl_str_u64(DL_STR(""), &v));
}

static void squeeze_folds_white_space(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    assert_true(dl_str_eq_c(dl_str_squeeze(a, DL_STR("  a \t\n b  ")), "a b"));
    assert_int_equal(dl_str_squeeze(a, DL_STR("   ")).n, 0);
    dl_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_keeps_empty_parts),     cmocka_unit_test(lines_end_in_three_ways),
        cmocka_unit_test(buffer_stops_at_its_maximum), cmocka_unit_test(numbers_refuse_overflow),
        cmocka_unit_test(squeeze_folds_white_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
