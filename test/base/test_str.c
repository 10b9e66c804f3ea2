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
    assert_true(
        dl_str_eq_c(dl_str_unix_lines(a, DL_STR("\r\na\rb\n\r\r\nc\r")), "\na\nb\n\n\nc\n"));
    dl_str lf = DL_STR("a\nb");
    assert_ptr_equal(dl_str_unix_lines(a, lf).p, lf.p);
    dl_arena_free(a);
}

static void buffer_keeps_growing_until_then(void **state)
{
    (void)state;
    dl_buf buf = DL_BUF_INIT(100000);
    for (int i = 0; i < 10000; i++)
        dl_buf_fmt(&buf, "%05d\n", i);
    assert_int_equal(buf.n, 60000);
    assert_memory_equal(buf.p + 59994, "09999\n", 7);
    while (dl_buf_failed(&buf) == DL_OK)
        dl_buf_c(&buf, "more");
    assert_int_equal(buf.n, 100000);
    dl_buf_byte(&buf, 'x'); /* after a failure nothing more comes in */
    assert_int_equal(buf.n, 100000);
    dl_buf_reset(&buf);
    assert_int_equal(dl_buf_failed(&buf), DL_OK);
    assert_int_equal(dl_buf_reserve(&buf, 100001), DL_ERR_TOO_BIG);
    dl_buf_free(&buf);
    assert_int_equal(buf.max, 100000);
}

static void slices_compare_as_bytes(void **state)
{
    (void)state;
    assert_int_equal(dl_str_cmp(DL_STR("a"), DL_STR("b")), -1);
    assert_int_equal(dl_str_cmp(DL_STR("a"), DL_STR("ab")), -1);
    assert_int_equal(dl_str_cmp(DL_STR("\xff"), DL_STR("a")), 1);
    assert_int_equal(dl_str_cmp((dl_str){NULL, 0}, DL_STR("")), 0);
    assert_true(dl_str_ieq(DL_STR("ETag"), DL_STR("etag")));
    assert_false(dl_str_ieq(DL_STR("É"), DL_STR("é")));
    assert_false(dl_str_ieq(DL_STR("[a"), DL_STR("{a"))); /* differ in the bit of the case */
    assert_true(dl_str_istarts(DL_STR("HTTP/1.1"), "http/"));
    assert_true(dl_str_iends(DL_STR("a.XML"), ".xml") && !dl_str_ends(DL_STR("a.XML"), ".xml"));
    assert_false(dl_str_starts(DL_STR("ht"), "http"));
    assert_true(dl_str_starts((dl_str){NULL, 0}, "") && dl_str_ends((dl_str){NULL, 0}, ""));
}

static void search_says_where(void **state)
{
    (void)state;
    dl_str s = DL_STR("abcABC\0abc");
    assert_int_equal(dl_str_find_c(s, "abc", 1), 7);
    assert_int_equal(dl_str_ifind_c(s, "abc", 1), 3);
    assert_int_equal(dl_str_find(s, DL_STR("\0a"), 0), 6);
    assert_true(dl_str_find_c(s, "abcd", 0) == DL_NO_POS);
    assert_true(dl_str_find_c(s, "a", 99) == DL_NO_POS);
    assert_true(dl_str_ifind_c(DL_STR("a"), "abc", 0) == DL_NO_POS);
    assert_int_equal(dl_str_chr(s, 'c', 3), 9);
    assert_int_equal(dl_str_rchr(s, 'a'), 7);
    assert_true(dl_str_rchr(s, 'x') == DL_NO_POS);
    assert_int_equal(dl_str_sub(s, 8, 99).n, 2);
    assert_int_equal(dl_str_sub(s, 99, 3).n, 0);
    assert_null(dl_str_sub((dl_str){NULL, 0}, 1, 2).p);
}

static void copies_end_in_nul(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    assert_string_equal(dl_str_cstr(a, dl_str_sub(DL_STR("خبر جديد"), 0, 6)), "خبر");
    assert_string_equal(dl_str_dup(a, (dl_str){NULL, 0}).p, "");
    assert_string_equal(dl_str_lower_ascii(a, DL_STR("AbÉ")).p, "abÉ");
    assert_string_equal(dl_str_fmt(a, "%s-%d", "x", 7).p, "x-7");
    dl_arena_fail_at(a, 1);
    assert_null(dl_str_fmt(a, "%d", 1).p);
    dl_arena_fail_at(a, 1);
    assert_null(dl_str_squeeze(a, DL_STR("x")).p);
    dl_arena_fail_at(a, 1);
    assert_null(dl_str_unix_lines(a, DL_STR("\r")).p);
    dl_arena_fail_at(a, 1);
    assert_null(dl_str_lower_ascii(a, DL_STR("x")).p);
    dl_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_keeps_empty_parts),
        cmocka_unit_test(lines_end_in_three_ways),
        cmocka_unit_test(buffer_stops_at_its_maximum),
        cmocka_unit_test(numbers_refuse_overflow),
        cmocka_unit_test(squeeze_folds_white_space),
        cmocka_unit_test(buffer_keeps_growing_until_then),
        cmocka_unit_test(slices_compare_as_bytes),
        cmocka_unit_test(search_says_where),
        cmocka_unit_test(copies_end_in_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
