#include "base/asset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assets_are_found_by_name_and_in_order(void **state)
{
    (void)state;
    dl_str bytes = DL_STR("kept"), name, last = DL_STR("");
    assert_false(dl_asset_get("lexicon/xx/none.tsv", &bytes));
    assert_string_equal(bytes.p, "kept");
    size_t pos = 0, n = 0;
    while (dl_asset_next("lexicon/", &pos, &name, &bytes)) {
        assert_true(dl_str_cmp(last, name) < 0);
        assert_true(dl_str_starts(name, "lexicon/"));
        last = name;
        n++;
    }
    assert_true(n > 10);
    assert_true(dl_asset_get(last.p, &bytes) && bytes.n > 0);
}

static void cells_are_trimmed_and_comments_left_out(void **state)
{
    (void)state;
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    dl_str text = DL_STR("# origin\n\nform\tlemma\tnote\r\n گفت \tگفتن\t\n#no\nsaid\tsay\tx y\n");
    assert_int_equal(dl_tsv_open(&tsv, text, NULL), DL_OK);
    assert_int_equal(tsv.columns, 3);
    assert_int_equal(dl_tsv_column(&tsv, "lemma"), 1);
    assert_true(dl_tsv_column(&tsv, "lem") == DL_NO_POS);
    assert_int_equal(dl_tsv_next(&tsv, cells, NULL), DL_OK);
    assert_true(dl_str_eq_c(cells[0], "گفت") && cells[2].n == 0);
    assert_int_equal(dl_tsv_next(&tsv, cells, NULL), DL_OK);
    assert_true(dl_str_eq_c(cells[2], "x y"));
    assert_int_equal(dl_tsv_next(&tsv, cells, NULL), DL_ERR_NOT_FOUND);
}

static void a_bad_row_is_named_by_its_line(void **state)
{
    (void)state;
    struct dl_diag diag = {0};
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    assert_int_equal(dl_tsv_open(&tsv, DL_STR("a\tb\n1\t2\n# c\n\n1\n1\t2\t3\n5\t6"), NULL), DL_OK);
    assert_int_equal(dl_tsv_next(&tsv, cells, &diag), DL_OK);
    assert_int_equal(dl_tsv_next(&tsv, cells, &diag), DL_ERR_SYNTAX);
    assert_string_equal(diag.message, "line 5 has 1 cells, the header 2");
    assert_int_equal(dl_tsv_next(&tsv, cells, &diag), DL_ERR_SYNTAX);
    assert_string_equal(diag.message, "line 6 has 3 cells, the header 2");
    assert_int_equal(dl_tsv_next(&tsv, cells, &diag), DL_OK);
    assert_true(dl_str_eq_c(cells[1], "6"));
}

static void too_many_columns_are_refused(void **state)
{
    (void)state;
    struct dl_diag diag = {0};
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    char text[200] = "";
    for (int i = 0; i < DL_TSV_MAX_COLUMNS; i++)
        strcat(text, i == 0 ? "a" : "\tb");
    assert_int_equal(dl_tsv_open(&tsv, dl_str_c(text), &diag), DL_OK);
    assert_int_equal(dl_tsv_open(&tsv, DL_STR(""), &diag), DL_ERR_EMPTY);
    assert_int_equal(dl_tsv_open(&tsv, DL_STR("#only\n \n"), &diag), DL_ERR_EMPTY);
    strcat(text, "\tc\tc");
    assert_int_equal(dl_tsv_open(&tsv, dl_str_c(text), &diag), DL_ERR_TOO_BIG);
    char rows[300];
    snprintf(rows, sizeof rows, "a\tb\n%s\n", text);
    assert_int_equal(dl_tsv_open(&tsv, dl_str_c(rows), &diag), DL_OK);
    assert_int_equal(dl_tsv_next(&tsv, cells, &diag), DL_ERR_SYNTAX);
}

/* Every table that is compiled in: a bad line would be refused where it is used, at run time. */
static void every_table_is_whole(void **state)
{
    (void)state;
    dl_str name, bytes;
    for (size_t pos = 0; dl_asset_next("lexicon/", &pos, &name, &bytes);) {
        dl_tsv tsv;
        dl_str cells[DL_TSV_MAX_COLUMNS];
        struct dl_diag diag = {0};
        if (!dl_str_ends(name, ".tsv")) continue;
        enum dl_err err = dl_tsv_open(&tsv, bytes, &diag);
        while (err == DL_OK)
            err = dl_tsv_next(&tsv, cells, &diag);
        if (err != DL_ERR_NOT_FOUND) print_error("%s: %s\n", name.p, diag.message);
        assert_int_equal(err, DL_ERR_NOT_FOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assets_are_found_by_name_and_in_order),
        cmocka_unit_test(cells_are_trimmed_and_comments_left_out),
        cmocka_unit_test(a_bad_row_is_named_by_its_line),
        cmocka_unit_test(too_many_columns_are_refused),
        cmocka_unit_test(every_table_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
