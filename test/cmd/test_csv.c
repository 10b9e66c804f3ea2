/* Cells for spreadsheets: RFC 4180, and nothing that a stranger wrote is run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/csv.h"

static void cell_is(const char *text, const char *want)
{
    dl_buf out = DL_BUF_INIT(1000);
    dl_csv_cell(&out, dl_str_c(text));
    assert_string_equal(out.p != NULL ? out.p : "", want);
    dl_buf_free(&out);
}

static void plain_text_stays(void **state)
{
    (void)state;
    cell_is("", "");
    cell_is("grain terminal", "grain terminal");
    cell_is("北京 — naïve 🌾", "北京 — naïve 🌾");
    cell_is("1 - 2 = -1", "1 - 2 = -1");
}

static void commas_quotes_and_lines_are_quoted(void **state)
{
    (void)state;
    cell_is("a,b", "\"a,b\"");
    cell_is("say \"no\"", "\"say \"\"no\"\"\"");
    cell_is("a\nb", "\"a\nb\"");
}

static void formulas_are_text(void **state)
{
    (void)state;
    cell_is("=HYPERLINK(\"http://x.example\")", "\"'=HYPERLINK(\"\"http://x.example\"\")\"");
    cell_is("+1", "\"'+1\"");
    cell_is("-1", "\"'-1\"");
    cell_is("@SUM(A1)", "\"'@SUM(A1)\"");
    cell_is("\t=1", "\"'\t=1\"");
    cell_is("\r=1", "\"'\r=1\"");
    cell_is("  =1", "\"'  =1\"");
    cell_is("＝1", "\"'＝1\"");
}

static void rows_take_paths_and_leave_gaps(void **state)
{
    (void)state;
    static const char *const columns[] = {"id", "seen.by", "none", "n", "score", "is"};
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_mut_doc *doc = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, root, "id", "=x");
    dl_json_c(doc, dl_json_obj(doc, root, "seen"), "by", "2024-03-25");
    dl_json_int(doc, root, "n", -7);
    dl_json_score(doc, root, "score", 0.8125);
    dl_json_bool(doc, root, "is", true);
    dl_buf out = DL_BUF_INIT(1000);
    dl_csv_header(&out, columns, 6);
    dl_csv_row(&out, columns, 6, root);
    assert_string_equal(out.p,
                        "id,seen.by,none,n,score,is\r\n\"'=x\",2024-03-25,,-7,0.813,true\r\n");
    dl_buf_free(&out);
    dl_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(commas_quotes_and_lines_are_quoted),
        cmocka_unit_test(formulas_are_text),
        cmocka_unit_test(rows_take_paths_and_leave_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
