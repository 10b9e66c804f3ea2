/* The annotated corpus: marks become spans of the text; what is no mark is refused with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "train/said_corpus.h"

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_said_corpus read_as(const char *file, bool spaced)
{
    dl_said_corpus corpus;
    struct dl_diag diag = {0};
    assert_int_equal(dl_said_read(arena, dl_str_c(file), spaced, &corpus, &diag), DL_OK);
    return corpus;
}

static void assert_words(const dl_said_document *d, struct dl_said_span span, const char *words)
{
    dl_str is = dl_str_sub(d->text, span.start, span.end);
    if (!dl_str_eq_c(is, words)) fail_msg("[%.*s] is not [%s]", DL_FMT(is), words);
}

static void documents_and_paragraphs(void **state)
{
    (void)state;
    dl_said_corpus c =
        read_as("# lang: en\n\nIt rained.\nIt stopped.\n¶\nIt froze.\n\nThe end.\n", true);
    assert_int_equal(c.n, 2);
    assert_true(dl_str_eq_c(c.p[0].text, "It rained. It stopped.\n\nIt froze."));
    assert_int_equal(c.p[0].sentences, 3);
    assert_int_equal(c.p[0].line, 3);
    assert_true(dl_str_eq_c(c.p[1].text, "The end."));
    assert_true(dl_str_eq_c(read_as("雨停了。\n天晴了。\n", false).p[0].text, "雨停了。天晴了。"));
}

static void marks_in_marks(void **state)
{
    (void)state;
    dl_said_corpus c =
        read_as("It rained.\n{s1 {s2 Ana}} {c1 said} {t1 it froze}, {c2 adding} {t2 it "
                "hurt} and {t1 broke}.\n",
                true);
    const dl_said_document *d = &c.p[0];
    assert_int_equal(d->said.n, 2);
    const dl_said *first = &d->said.p[0], *second = &d->said.p[1];
    assert_words(d, first->span[DL_LEARNED_SOURCE][0], "Ana");
    assert_words(d, second->span[DL_LEARNED_SOURCE][0], "Ana");
    assert_words(d, first->span[DL_LEARNED_CUE][0], "said");
    assert_int_equal(first->n[DL_LEARNED_CONTENT], 2);
    assert_words(d, first->span[DL_LEARNED_CONTENT][1], "broke");
    assert_words(d, second->span[DL_LEARNED_CONTENT][0], "it hurt");
}

static void bad_marks_are_refused_with_their_line(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Fine.\n{s1 Ana",
        "Fine.\nAna}",
        "Fine.\n{x1 Ana}",
        "Fine.\n{s0 Ana}",
        "Fine.\n{s1Ana} {t1 rain}",
        "Fine.\n{s1 } {t1 x}",
        "Fine.\n{s1 Ana} {c1 said}",
        "Fine.\n{t1 a {t1 b {t1 c {t1 d {t1 e {t1 f {t1 g {t1 h {t1 i}}}}}}}}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dl_said_corpus corpus;
        struct dl_diag diag = {0};
        assert_int_equal(dl_said_read(arena, dl_str_c(bad[i]), true, &corpus, &diag),
                         DL_ERR_SYNTAX);
        assert_non_null(strstr(diag.message, "line 2"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_and_paragraphs),
        cmocka_unit_test(marks_in_marks),
        cmocka_unit_test(bad_marks_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
