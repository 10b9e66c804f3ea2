#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/utf8.h"

/* What one call writes to standard error. */
#define WRITTEN(text, call)                                                                        \
    do {                                                                                           \
        int fds_[2], old_ = dup(2);                                                                \
        assert_int_equal(pipe(fds_), 0);                                                           \
        dup2(fds_[1], 2);                                                                          \
        call;                                                                                      \
        dup2(old_, 2);                                                                             \
        close(old_);                                                                               \
        close(fds_[1]);                                                                            \
        ssize_t n_ = read(fds_[0], text, sizeof text - 1);                                         \
        text[n_ < 0 ? 0 : n_] = '\0';                                                              \
        close(fds_[0]);                                                                            \
    } while (0)

static void assert_one_line(const char *text)
{
    size_t n = strlen(text);
    assert_true(n > 0 && text[n - 1] == '\n');
    assert_true(dl_utf8_valid(dl_str_c(text), NULL));
    for (size_t i = 0; i + 1 < n; i++)
        assert_false((unsigned char)text[i] < 0x20 || text[i] == 0x7F);
}

static void text_is_quoted_and_harmless(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"plain", "\"plain\""},
        {"a\r\nlevel=3 forged", "\"a??level=3 forged\""},
        {"\x1b[2Jcleared\x07", "\"?[2Jcleared?\""},
        {"say \"x\"", "\"say 'x'\""},
        {"c1 \xc2\x9b"
         "31m \x7f",
         "\"c1 ?31m ?\""},
        {"bidi \u202Eevil\u2066", "\"bidi ?evil?\""},
        {"خبر می‌خواهند ไทย 😀",
         "\"خبر می‌خواهند ไทย 😀\""},
        {"", "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(dl_log_text(dl_str_c(rows[i][0])), rows[i][1]);
}

static void broken_text_gives_valid_text(void **state)
{
    (void)state;
    char bytes[600];
    unsigned seed = 7;
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
        const char *out = dl_log_text((dl_str){bytes, sizeof bytes - (size_t)(round % 600)});
        assert_true(strlen(out) <= 306);
        assert_true(dl_utf8_valid(dl_str_c(out), NULL));
        assert_null(strpbrk(out, "\r\n\x1b"));
        assert_ptr_equal(strchr(out + 1, '"'), out + strlen(out) - 1);
    }
}

static void several_texts_stand_in_one_line(void **state)
{
    (void)state;
    const char *first = dl_log_text(DL_STR("1"));
    for (int i = 0; i < 7; i++)
        assert_true(dl_log_text(DL_STR("x")) != first);
    assert_string_equal(first, "\"1\"");
}

static void one_call_is_one_line(void **state)
{
    (void)state;
    char text[5000];
    dl_log_set(DL_LOG_INFO, "test");
    WRITTEN(text, dl_log(DL_LOG_WARNING, "poll failed", "url=%s n=%d", "x", 3));
    assert_one_line(text);
    assert_true(strncmp(text, "<4>t=20", 7) == 0);
    assert_non_null(strstr(text, " proc=test pid="));
    assert_non_null(strstr(text, " msg=\"poll failed\" url=x n=3\n"));
    WRITTEN(text, dl_log(DL_LOG_DEBUG, "not wanted", "x=%d", 1));
    assert_string_equal(text, "");
}

/* The last line of defence: whoever forgets dl_log_text. */
static void raw_controls_do_not_pass(void **state)
{
    (void)state;
    char text[5000];
    WRITTEN(text, dl_log(DL_LOG_ERROR, "bad", "url=%s", "a\r\nb\x1b[1m\x7f"));
    assert_one_line(text);
}

static void a_long_line_is_cut_between_characters(void **state)
{
    (void)state;
    char text[5000], big[4000];
    for (size_t pad = 0; pad < 4; pad++) {
        for (size_t i = 0; i + 4 < sizeof big; i += 4)
            memcpy(big + i, "😀", 5);
        WRITTEN(text, dl_log(DL_LOG_ERROR, "long", "%.*sx=%s", (int)pad, "aaaa", big));
        assert_one_line(text);
        assert_true(strlen(text) <= 2000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_quoted_and_harmless),
        cmocka_unit_test(broken_text_gives_valid_text),
        cmocka_unit_test(several_texts_stand_in_one_line),
        cmocka_unit_test(one_call_is_one_line),
        cmocka_unit_test(raw_controls_do_not_pass),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
