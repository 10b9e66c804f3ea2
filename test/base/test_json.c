#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = dl_arena_new(16 << 20);
    return *state == NULL;
}

static int tear_down(void **state)
{
    dl_arena_free(*state);
    return 0;
}

static dl_str repeated(dl_arena *a, char c, size_t n)
{
    char *p = dl_alloc(a, n);
    memset(p, c, n);
    return (dl_str){p, n};
}

static void depth_is_bounded_before_it_hurts(void **state)
{
    dl_arena *a = *state;
    yyjson_doc *doc;
    struct dl_diag diag = {0};
    dl_str fits = dl_str_fmt(a, "%.*s%.*s", DL_FMT(repeated(a, '[', DL_JSON_MAX_DEPTH)),
                             DL_FMT(repeated(a, ']', DL_JSON_MAX_DEPTH)));
    assert_int_equal(dl_json_read(a, fits, &doc, &diag), DL_OK);
    dl_str deep = dl_str_fmt(a, "[%.*s]", DL_FMT(fits));
    assert_int_equal(dl_json_read(a, deep, &doc, &diag), DL_ERR_TOO_DEEP);
    deep = dl_str_fmt(a, "%.*s%.*s", DL_FMT(repeated(a, '[', 1 << 16)),
                      DL_FMT(repeated(a, ']', 1 << 16)));
    assert_int_equal(dl_json_read(a, deep, &doc, &diag), DL_ERR_TOO_DEEP);
    assert_int_equal(dl_json_read(a, repeated(a, '[', 1 << 16), &doc, &diag), DL_ERR_SYNTAX);
    /* Side by side is not deep. */
    dl_str flat = dl_str_fmt(a, "[%.*s[[]]]", DL_FMT(repeated(a, ' ', 9)));
    assert_int_equal(dl_json_read(a, flat, &doc, &diag), DL_OK);
    /* Braces in strings are no depth, also behind an escaped quote. */
    dl_str text = dl_str_fmt(a, "[\"\\\"%.*s\\\\\"]", DL_FMT(repeated(a, '[', 1000)));
    assert_int_equal(dl_json_read(a, text, &doc, &diag), DL_OK);
    /* A string that closes early hides no depth. */
    text = dl_str_fmt(a, "[\"\\\\\",%.*s%.*s]", DL_FMT(repeated(a, '[', 1000)),
                      DL_FMT(repeated(a, ']', 1000)));
    assert_int_equal(dl_json_read(a, text, &doc, &diag), DL_ERR_TOO_DEEP);
}

static void errors_tell_where(void **state)
{
    static const struct {
        const char *text;
        enum dl_err err;
        size_t pos;
    } rows[] = {
        {"", DL_ERR_EMPTY, 0},
        {" \r\n\t", DL_ERR_EMPTY, 0},
        {"{\"a\":1,}", DL_ERR_SYNTAX, 6},
        {"{\"a\" 1}", DL_ERR_SYNTAX, 5},
        {"[1,2", DL_ERR_SYNTAX, 4},
        {"{} x", DL_ERR_SYNTAX, 3},
        {"nul", DL_ERR_SYNTAX, 3},
        {"[01]", DL_ERR_SYNTAX, 1},
        {"[NaN]", DL_ERR_SYNTAX, 1},
        {"{'a':1}", DL_ERR_SYNTAX, 1},
        {"[\"\\ud800\"]", DL_ERR_SYNTAX, 2},
        {"[\"\xff\"]", DL_ERR_SYNTAX, 2},
        {"[\"\xed\xa0\x80\"]", DL_ERR_SYNTAX, 2},
        {"[\"a\nb\"]", DL_ERR_SYNTAX, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yyjson_doc *doc = NULL;
        struct dl_diag diag = {0};
        assert_int_equal(dl_json_read(*state, dl_str_c(rows[i].text), &doc, &diag), rows[i].err);
        assert_null(doc);
        assert_int_equal(diag.code, rows[i].err);
        assert_true(diag.message[0] != '\0');
        if (diag.pos != rows[i].pos) print_error("row %zu: %s\n", i, rows[i].text);
        assert_int_equal(diag.pos, rows[i].pos);
    }
    assert_int_equal(dl_json_read(*state, DL_STR("["), &(yyjson_doc *){NULL}, NULL), DL_ERR_SYNTAX);
}

static const char *line_of(dl_arena *a, yyjson_mut_doc *doc, dl_buf *out)
{
    dl_buf_reset(out);
    assert_int_equal(dl_json_line(doc, a, out), DL_OK);
    return out->p;
}

static void scores_have_three_decimals(void **state)
{
    dl_buf out = DL_BUF_INIT(10000);
    static const struct {
        double value;
        const char *want;
    } rows[] = {
        {0.12345, "{\"s\":0.123}\n"}, {0.9996, "{\"s\":1.0}\n"},     {1.0 / 3, "{\"s\":0.333}\n"},
        {0, "{\"s\":0.0}\n"},         {-0.0126, "{\"s\":-0.013}\n"}, {NAN, "{}\n"},
        {INFINITY, "{}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yyjson_mut_doc *doc = dl_json_new(*state);
        dl_json_score(doc, yyjson_mut_doc_get_root(doc), "s", rows[i].value);
        assert_string_equal(line_of(*state, doc, &out), rows[i].want);
    }
    dl_buf_free(&out);
}

static void what_is_missing_is_absent(void **state)
{
    dl_buf out = DL_BUF_INIT(10000);
    yyjson_mut_doc *doc = dl_json_new(*state);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(doc);
    dl_json_str(doc, o, "empty", DL_STR(""));
    dl_json_c(doc, o, "null", NULL);
    dl_json_time(doc, o, "never", *state, (dl_time){0});
    dl_json_str(doc, o, "text", DL_STR("«می‌خواهند» ไทย 😀 \x1b\" \\"));
    dl_json_push_span(doc, dl_json_arr(doc, o, "spans"), 3, 9);
    dl_time day;
    assert_true(dl_time_parse(DL_STR("2024-03-25"), &day));
    dl_json_time(doc, o, "day", *state, day);
    assert_string_equal(line_of(*state, doc, &out),
                        "{\"text\":\"«می‌خواهند» ไทย 😀 \\u001B\\\" \\\\\","
                        "\"spans\":[{\"start\":3,\"end\":9}],\"day\":\"2024-03-25\"}\n");
    dl_buf_free(&out);
}

static void invalid_text_is_not_written(void **state)
{
    dl_buf out = DL_BUF_INIT(10000);
    yyjson_mut_doc *doc = dl_json_new(*state);
    dl_json_str(doc, yyjson_mut_doc_get_root(doc), "s", DL_STR("a\xff"));
    assert_int_equal(dl_json_line(doc, *state, &out), DL_ERR_ENCODING);
    assert_int_equal(out.n, 0);
    dl_buf_free(&out);
}

static void wrong_types_give_the_fallback(void **state)
{
    yyjson_doc *doc;
    assert_int_equal(
        dl_json_read(*state,
                     DL_STR("{\"s\":1,\"i\":\"7\",\"f\":1.5,\"big\":18446744073709551615,"
                            "\"min\":-9223372036854775808,\"huge\":1e999999999999,"
                            "\"t\":\"never\",\"n\":null,\"nul\":\"a\\u0000b\"}"),
                     &doc, NULL),
        DL_ERR_SYNTAX); /* a number that no double holds */
    assert_int_equal(dl_json_read(*state,
                                  DL_STR("{\"s\":1,\"i\":\"7\",\"f\":1.5,"
                                         "\"big\":18446744073709551615,"
                                         "\"min\":-9223372036854775808,"
                                         "\"t\":\"never\",\"n\":null,\"nul\":\"a\\u0000b\"}"),
                                  &doc, NULL),
                     DL_OK);
    yyjson_val *o = yyjson_doc_get_root(doc);
    dl_time t = {.ms = 7};
    assert_null(dl_json_get_str(o, "s").p);
    assert_null(dl_json_get_str(o, "absent").p);
    assert_null(dl_json_get_str(NULL, "s").p);
    assert_int_equal(dl_json_get_int(o, "i", -3), -3);
    assert_int_equal(dl_json_get_int(o, "f", -3), -3);
    assert_int_equal(dl_json_get_int(o, "n", -3), -3);
    assert_int_equal(dl_json_get_int(o, "big", -3), -3); /* no number of ours */
    assert_true(dl_json_get_int(o, "min", 0) == INT64_MIN);
    assert_true(dl_json_get_num(o, "big", 0) > 1.8e19);
    assert_false(dl_json_get_time(o, "t", &t));
    assert_false(dl_json_get_time(o, "s", &t));
    assert_int_equal(t.ms, 7);
    assert_int_equal(dl_json_get_str(o, "nul").n, 3);
}

static void each_failed_allocation_is_told(void **state)
{
    (void)state;
    for (size_t n = 1; n < 40; n++) {
        dl_arena *a = dl_arena_new(1 << 20);
        dl_buf out = DL_BUF_INIT(10000);
        yyjson_doc *read = NULL;
        dl_arena_fail_at(a, n);
        enum dl_err err = dl_json_read(a, DL_STR("{\"a\":[1,2,3]}"), &read, NULL);
        yyjson_mut_doc *doc = err == DL_OK ? dl_json_new(a) : NULL;
        if (doc != NULL) {
            dl_json_str(doc, yyjson_mut_doc_get_root(doc), "k", DL_STR("v"));
            err = dl_json_line(doc, a, &out);
        }
        if (err == DL_OK && doc != NULL) assert_string_equal(out.p, "{\"k\":\"v\"}\n");
        if (err != DL_OK) assert_int_equal(err, DL_ERR_NOMEM);
        assert_true((dl_arena_failed(a) == DL_OK) == (err == DL_OK && doc != NULL));
        dl_buf_free(&out);
        dl_arena_free(a);
    }
}

static dl_str line_with(dl_arena *a, dl_str value, bool is_long)
{
    yyjson_mut_doc *doc = dl_json_new(a);
    dl_buf out = DL_BUF_INIT(1 << 20);
    yyjson_mut_val *object = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, object, "a", "b");
    if (is_long)
        dl_json_long(doc, object, "k", a, value);
    else
        dl_json_str(doc, object, "k", value);
    dl_buf_c(&out, value.n % 2 == 0 ? "" : "before\n");
    assert_int_equal(dl_json_line(doc, a, &out), DL_OK);
    dl_str copy = dl_str_dup(a, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static void long_text_is_written_as_any_other(void **state)
{
    dl_arena *a = *state;
    static const char *const parts[] = {"\"",   "\\",    "\n",        "\x01",   "\x1F",
                                        "\x7F", "text ", "\u0436",    "\u2028", "\U0001F525",
                                        "/",    "<p>",   "\t\b\f\r\v"};
    uint64_t seed = 5;
    for (size_t round = 0; round < 3000; round++) {
        char text[700];
        size_t n = 0, want = 1 + round % 600;
        while (n < want) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *part = parts[(seed >> 33) % (sizeof parts / sizeof *parts)];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        dl_str value = dl_str_dup(a, (dl_str){text, n});
        dl_str one = line_with(a, value, false), two = line_with(a, value, true);
        assert_int_equal(one.n, two.n);
        assert_memory_equal(one.p, two.p, one.n);
        dl_arena_reset(a);
    }
    dl_buf out = DL_BUF_INIT(1 << 20);
    yyjson_mut_doc *doc = dl_json_new(a);
    dl_json_long(doc, yyjson_mut_doc_get_root(doc), "k", a, repeated(a, (char)0xFF, 100));
    assert_int_equal(dl_json_line(doc, a, &out), DL_ERR_ENCODING);
    assert_int_equal(out.n, 0);
    dl_buf_free(&out);
}

/* Long strings go another way than short ones: both say the same, and refuse the same. */
static void long_strings_are_read_as_the_parser_reads_them(void **state)
{
    static const char *const parts[] = {"abcdefghijklmnopqrstuvwxyz",
                                        "\\\"",
                                        "\\n\\t\\/\\\\",
                                        "\\u00e9\\u0000",
                                        "\\ud83d\\udd25",
                                        "北京",
                                        "\\u4eAC",
                                        "<a href=\\\"x\\\">",
                                        "\\ud83d",
                                        "\\udd25",
                                        "\\u12g4",
                                        "\\x",
                                        "\t",
                                        "\xff",
                                        "\xe2\x82"};
    enum { GOOD = 8, ALL = sizeof parts / sizeof *parts };
    dl_arena *a = *state;
    uint32_t seed = 7;
    dl_buf text = DL_BUF_INIT(1 << 20);
    for (int round = 0; round < 400; round++) {
        dl_buf_reset(&text);
        dl_buf_c(&text, "{\"id\": \"x\\\"y\", \"list\": [1, \"\", {\"z\": true}], \"html\": \"");
        while (text.n < 20000) {
            seed = seed * 1664525u + 1013904223u;
            dl_buf_c(&text, parts[(seed >> 8) % GOOD]);
        }
        if (round % 4 == 0) dl_buf_c(&text, parts[GOOD + (seed >> 8) % (ALL - GOOD)]);
        dl_buf_c(&text, round % 5 == 0 ? "a" : "\", \"b\": \"");
        for (int i = 0; i < 6000 + round; i++)
            dl_buf_c(&text, "w");
        dl_buf_c(&text, round % 7 == 3 ? "\", \"c\": \"last" : "\", \"c\": \"last\"}");
        yyjson_doc *own, *other = yyjson_read(text.p, text.n, 0);
        enum dl_err err = dl_json_read(a, dl_buf_slice(&text), &own, NULL);
        assert_int_equal(err == DL_OK, other != NULL);
        if (other != NULL)
            assert_true(yyjson_equals(yyjson_doc_get_root(own), yyjson_doc_get_root(other)));
        yyjson_doc_free(other);
        dl_arena_reset(a);
    }
    dl_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(depth_is_bounded_before_it_hurts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_strings_are_read_as_the_parser_reads_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(errors_tell_where, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scores_have_three_decimals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_absent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_text_is_written_as_any_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(invalid_text_is_not_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_types_give_the_fallback, set_up, tear_down),
        cmocka_unit_test(each_failed_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
