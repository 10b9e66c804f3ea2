#include "lang/conllu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char whole[] = "# sent_id = EXAMPLE-1\n"
                            "# text = Ilse can't row.\n"
                            "1\tIlse\tIlse\tPROPN\tNNP\tNumber=Sing\t4\tnsubj\t_\t_\n"
                            "2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\t_\n"
                            "2\tca\tcan\tAUX\tMD\t_\t4\taux\t_\t_\n"
                            "3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_\n"
                            "4\trow\trow\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No\n"
                            "4.1\tboats\t_\t_\t_\t_\t_\t_\t_\t_\n"
                            "5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_\n"
                            "\n"
                            "1\t#\t_\t_\t_\t_\t_\t_\t_\t_\n"
                            "1.1\t北京\t_\t_\t_\t_\t_\t_\t_\t_\n"
                            "\n";

static void test_round_trip(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    dl_conllu_reader reader = {.rest = dl_str_c(whole)};
    dl_conllu_sentence s;
    dl_buf out = DL_BUF_INIT(1 << 16);
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_OK);
    assert_int_equal(s.n, 5);
    assert_int_equal(s.words[3].head, 0);
    assert_true(s.words[3].has_head);
    assert_true(dl_str_eq_c(s.words[0].deprel, "nsubj"));
    dl_conllu_print(&s, &out);
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_OK);
    assert_int_equal(s.n, 1);
    assert_false(s.words[0].has_head);
    dl_conllu_print(&s, &out);
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_ERR_NOT_FOUND);
    assert_string_equal(out.p, whole);
    dl_buf_free(&out);
    dl_arena_free(arena);
}

static void test_short_rows_and_line_ends(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    dl_conllu_reader reader = {.rest = DL_STR("\r\n\n1\tRow\r\n2\t!\t_\r\n\r\n\r\n1\tOn")};
    dl_conllu_sentence s;
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_OK);
    assert_int_equal(s.n, 2);
    assert_true(dl_str_eq_c(s.words[0].form, "Row"));
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_OK);
    assert_int_equal(s.n, 1);
    assert_int_equal(dl_conllu_next(&reader, arena, &s, NULL), DL_ERR_NOT_FOUND);
    dl_arena_free(arena);
}

static void test_wrong_rows_name_their_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "# x\n2\tsecond\n",
        "# x\n1\n",
        "# x\none\tword\n",
        "# x\n1\ta\t_\t_\t_\t_\tup\n",
        "# x\n1\ta\t_\t_\t_\t_\t99999999999999999999\n",
        "# x\n1\t\n",
        "# x\n1\ta\t_\t_\t_\t_\t_\t_\t_\t_\tmore\n",
        "# x\n1\ta\t_\t_\t_\t_\t7\n", /* past the sentence */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dl_arena *arena = dl_arena_new(1 << 20);
        dl_conllu_reader reader = {.rest = dl_str_c(wrong[i])};
        dl_conllu_sentence s;
        struct dl_diag diag = {.pos = DL_NO_POS};
        assert_int_equal(dl_conllu_next(&reader, arena, &s, &diag), DL_ERR_SYNTAX);
        assert_memory_equal(diag.message, "line 2: ", 8);
        dl_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_short_rows_and_line_ends),
        cmocka_unit_test(test_wrong_rows_name_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
