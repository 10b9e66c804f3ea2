/* Text for people: no stranger moves the cursor, lines wrap at words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/term.h"

static dl_buf out;
static struct dl_term term;

static int start(void **state)
{
    (void)state;
    dl_buf_init(&out, 10000);
    term = (struct dl_term){&out, false, 20};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    dl_buf_free(&out);
    return 0;
}

static void printed(const char *want)
{
    assert_string_equal(out.p != NULL ? out.p : "", want);
    dl_buf_reset(&out);
}

static void controls_become_one_space(void **state)
{
    (void)state;
    dl_term_text(&term, DL_STR("a\x1b[31m\r\n\n b\u202e c\u2066 d\xc2\x9b e"));
    printed("a [31m b c d e");
    dl_term_text(&term, DL_STR("می\u200cخواهم"));
    printed("می\u200cخواهم");
}

static void lines_wrap_at_words(void **state)
{
    (void)state;
    dl_term_wrap(&term, 2, 0, DL_STR("one two three four five six"));
    printed("  one two three four\n  five six\n");
    dl_term_wrap(&term, 2, 10, DL_STR("one two three"));
    printed(" one two\n  three\n");
    dl_term_wrap(&term, 2, 0, DL_STR("incomprehensibilities-of-words x"));
    printed("  incomprehensibilities-of-words\n  x\n");
    dl_term_wrap(&term, 0, 0, DL_STR("四号码头 爆炸造成 九人受伤"));
    printed("四号码头 爆炸造成\n九人受伤\n");
    dl_term_wrap(&term, 1, 0, DL_STR(""));
    printed(" \n");
}

static void marks_show_only_with_colour(void **state)
{
    (void)state;
    static const struct dl_term_mark marks[] = {{4, 9}, {14, 15}};
    dl_term_wrap_marked(&term, 0, 0, DL_STR("the grain pier 4"), marks, 2);
    printed("the grain pier 4\n");
    term.colour = true;
    dl_term_wrap_marked(&term, 0, 0, DL_STR("the grain pier 4"), marks, 1);
    printed("the \x1b[1;4mgrain\x1b[0m pier 4\n");
}

static void cells_have_one_width(void **state)
{
    (void)state;
    dl_term_cell(&term, DL_STR("abc"), 5);
    printed("abc  ");
    dl_term_cell(&term, DL_STR("abcdefgh"), 5);
    printed("abcd…");
    dl_term_cell(&term, DL_STR("莲山日报"), 6);
    printed("莲山… ");
    assert_int_equal(dl_term_columns(DL_STR("莲a")), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(controls_become_one_space, start, stop),
        cmocka_unit_test_setup_teardown(lines_wrap_at_words, start, stop),
        cmocka_unit_test_setup_teardown(marks_show_only_with_colour, start, stop),
        cmocka_unit_test_setup_teardown(cells_have_one_width, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
