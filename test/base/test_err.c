#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void names_go_there_and_back(void **state)
{
    (void)state;
    for (int i = 1; i < DL_ERR_COUNT; i++) {
        const char *name = dl_err_name((enum dl_err)i);
        assert_int_equal(dl_err_from_name(name), i);
        assert_true(strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
        assert_true(strlen(dl_err_text((enum dl_err)i)) > 5);
        assert_int_not_equal(dl_err_class((enum dl_err)i), DL_CLASS_NONE);
    }
    assert_int_equal(dl_err_from_name("no_such"), DL_OK);
    assert_int_equal(dl_err_from_name("ok"), DL_OK);
    assert_string_equal(dl_err_name(DL_ERR_TOO_BIG), "too_big");
    assert_int_equal(dl_err_class(DL_ERR_TIMEOUT), DL_CLASS_RETRY);
    assert_int_equal(dl_err_class(DL_ERR_SYNTAX), DL_CLASS_REJECT);
    assert_int_equal(dl_err_class(DL_ERR_STATE), DL_CLASS_BUG);
}

static void details_are_one_valid_line(void **state)
{
    (void)state;
    struct dl_diag diag;
    assert_int_equal(dl_fail(NULL, DL_ERR_IO, 1, "x"), DL_ERR_IO);
    assert_int_equal(dl_fail(&diag, DL_ERR_SYNTAX, 42, "bad\r\n%s\x1b", "\x7f"), DL_ERR_SYNTAX);
    assert_int_equal(diag.code, DL_ERR_SYNTAX);
    assert_int_equal(diag.pos, 42);
    assert_string_equal(diag.message, "bad    ");
}

static void long_details_are_cut_between_characters(void **state)
{
    (void)state;
    char big[1001];
    for (size_t pad = 0; pad < 4; pad++) {
        memset(big, 'a', pad);
        for (size_t i = pad; i + 4 < sizeof big; i += 4)
            memcpy(big + i, "😀", 5);
        struct dl_diag diag;
        assert_int_equal(dl_fail(&diag, DL_ERR_IO, 0, "%s", big), DL_ERR_IO);
        size_t n = strlen(diag.message);
        assert_in_range(n, 195, 199);
        assert_true(dl_utf8_valid((dl_str){diag.message, n}, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_there_and_back),
        cmocka_unit_test(details_are_one_valid_line),
        cmocka_unit_test(long_details_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
