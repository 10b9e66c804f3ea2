#include "page/charset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"

static dl_arena *arena;

static struct dl_charset_text decode(const char *bytes, size_t n, const char *type)
{
    struct dl_charset_input in = {{bytes, n}, dl_str_c(type), {NULL, 0}};
    struct dl_charset_text out = {0};
    struct dl_diag diag;
    assert_int_equal(dl_charset_decode(arena, &in, &out, &diag), DL_OK);
    assert_true(dl_utf8_valid(out.text, NULL));
    return out;
}
#define DECODE(bytes, type) decode(bytes, sizeof(bytes) - 1, type)

static void a_mark_wins_over_everything(void **state)
{
    (void)state;
    struct dl_charset_text t = DECODE("\xEF\xBB\xBF<p>\xC3\xA9", "text/html; charset=koi8-r");
    assert_true(dl_str_eq_c(t.text, "<p>é"));
    t = DECODE("\xFF\xFE<\0p\0>\0\x14\x04", "text/html; charset=utf-8");
    assert_true(dl_str_eq_c(t.text, "<p>Д"));
}

static void valid_utf8_wins_over_header_and_meta(void **state)
{
    (void)state;
    struct dl_charset_text t =
        DECODE("<meta charset=windows-1252><p>наводнение", "text/html; charset=iso-8859-1");
    assert_string_equal(t.name, "UTF-8");
    assert_false(t.damaged);
}

static void header_wins_over_meta(void **state)
{
    (void)state;
    struct dl_charset_text t =
        DECODE("<meta charset=windows-1252><p>\xEF\xCB", "text/html; charset=\"windows-1251\"");
    assert_true(dl_str_ends(t.text, "пЛ"));
    assert_true(t.declared);
}

static void labels_are_those_of_the_standard(void **state)
{
    (void)state;
    struct dl_charset_text t = DECODE("<meta charset=latin1><p>caf\xE9 \x80", "");
    assert_true(dl_str_ends(t.text, "café €"));
    t = DECODE("<meta http-equiv=Content-Type content='text/html; charset=gb2312'>\xB7\xE7\xB1\xA9",
               "");
    assert_true(dl_str_ends(t.text, "风暴"));
}

static void a_few_broken_bytes_leave_it_utf8(void **state)
{
    (void)state;
    struct dl_charset_text t = DECODE("<p>Überschwemmung \xFF am Fluß, größer als früher", "");
    assert_string_equal(t.name, "UTF-8");
    assert_true(t.damaged);
}

static void declared_utf8_with_foreign_bytes_stays_utf8(void **state)
{
    (void)state;
    char page[8192];
    memset(page, 'a', sizeof page);
    memcpy(page, "<meta charset=utf-8><p>caf\xC3\xA9 \xE9t\xE9 \xE9", 33);
    struct dl_charset_text t = decode(page, sizeof page, "");
    assert_string_equal(t.name, "UTF-8");
    assert_true(t.damaged);
    assert_true(dl_str_find_c(t.text, "café \xEF\xBF\xBDt", 0) != DL_NO_POS);
}

static void what_was_encoded_twice_is_repaired(void **state)
{
    (void)state;
    struct dl_charset_text t = DECODE("<title>CafÃ© fermÃ©</title><p>L’été à la côte</p>", "");
    assert_true(t.repaired);
    assert_true(dl_str_eq_c(t.text, "<title>Café fermé</title><p>L’été à la côte</p>"));
    t = DECODE("<p>The letter é is shown as Ã©</p>", "");
    assert_false(t.repaired);
}

static void latin1_on_cyrillic_bytes_is_not_believed(void **state)
{
    (void)state;
    /* "Порт закрыт после шторма, сообщила администрация" in windows-1251 */
    struct dl_charset_text t = DECODE(
        "<meta charset=iso-8859-1><p>\xCF\xEE\xF0\xF2 \xE7\xE0\xEA\xF0\xFB\xF2 \xEF\xEE\xF1\xEB\xE5 "
        "\xF8\xF2\xEE\xF0\xEC\xE0, \xF1\xEE\xEE\xE1\xF9\xE8\xEB\xE0 "
        "\xE0\xE4\xEC\xE8\xED\xE8\xF1\xF2\xF0\xE0\xF6\xE8\xFF",
        "");
    assert_true(dl_str_find_c(t.text, "Порт закрыт", 0) != DL_NO_POS);
}

static void files_of_another_kind_are_refused(void **state)
{
    (void)state;
    struct dl_charset_input in = {DL_STR("\x1F\x8B\x08\x00rest"), {NULL, 0}, {NULL, 0}};
    struct dl_charset_text out;
    struct dl_diag diag;
    assert_int_equal(dl_charset_decode(arena, &in, &out, &diag), DL_ERR_BINARY);
    in.bytes = DL_STR("");
    assert_int_equal(dl_charset_decode(arena, &in, &out, &diag), DL_ERR_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_wins_over_everything),
        cmocka_unit_test(valid_utf8_wins_over_header_and_meta),
        cmocka_unit_test(header_wins_over_meta),
        cmocka_unit_test(labels_are_those_of_the_standard),
        cmocka_unit_test(a_few_broken_bytes_leave_it_utf8),
        cmocka_unit_test(declared_utf8_with_foreign_bytes_stays_utf8),
        cmocka_unit_test(what_was_encoded_twice_is_repaired),
        cmocka_unit_test(latin1_on_cyrillic_bytes_is_not_believed),
        cmocka_unit_test(files_of_another_kind_are_refused),
    };
    arena = dl_arena_new(8 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_arena_free(arena);
    return failed;
}
