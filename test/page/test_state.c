/* Data in scripts, as pages write it and as they should not. */
#include "page/state_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static dl_arena *arena;

static struct dl_state read_page(dl_str html)
{
    struct dl_state st;
    assert_int_equal(dl_state_read(arena, html, &st), DL_OK);
    assert_int_equal(st.nodes.p[0].end, st.nodes.n);
    for (uint32_t i = 1; i < st.nodes.n; i++) {
        const struct dl_state_node *n = &st.nodes.p[i];
        assert_true(n->parent < i && n->end > i && n->end <= st.nodes.p[n->parent].end);
        assert_true(n->ref < st.nodes.n && n->owner < st.nodes.n);
    }
    return st;
}

static struct dl_state read_script(const char *script)
{
    return read_page(dl_str_fmt(arena, "<p>x<script>%s</script>", script));
}

static const struct dl_state_node *named(const struct dl_state *st, const char *key)
{
    for (uint32_t i = 1; i < st->nodes.n; i++)
        if (dl_str_eq_c(st->nodes.p[i].key, key)) return &st->nodes.p[i];
    fail_msg("there is no %s", key);
    return NULL;
}

static void assert_string(const struct dl_state *st, const char *key, const char *want)
{
    const struct dl_state_node *n = named(st, key);
    assert_int_equal(n->kind, DL_STATE_STRING);
    if (!dl_str_eq_c(n->value, want)) fail_msg("%s: '%.*s'", key, DL_FMT(n->value));
}

static void literals_of_all_sorts(void **state)
{
    (void)state;
    struct dl_state st = read_script(
        "window.S = {a: 'it\\'s', \"b\": \"\\u00e9 \\ud83c\\udf0a\", c: `two\nlines`, // a note\n"
        " d: [1, true, new Date(1, 2), void 0,], /* more */ e: {f: \"<\\/p>\"},};");
    assert_string(&st, "a", "it's");
    assert_string(&st, "b", "é 🌊");
    assert_string(&st, "c", "two\nlines");
    assert_string(&st, "f", "</p>");
    assert_int_equal(named(&st, "d")->kind, DL_STATE_ARRAY);
}

static void code_is_passed_over(void **state)
{
    (void)state;
    struct dl_state st = read_script("!function(e){if(e){for(;;){t({x:e+1})}}var s=\"{no\"}();"
                                     "var data = {k: \"value\"};");
    assert_string(&st, "k", "value");
}

static void data_within_strings(void **state)
{
    (void)state;
    struct dl_state st = read_script(
        "S = JSON.parse(\"{\\\"k\\\":\\\"a value that is long enough to be looked into\\\","
        "\\\"l\\\":[\\\"one\\\",\\\"two\\\"]}\")");
    assert_string(&st, "k", "a value that is long enough to be looked into");
}

static void stores_name_their_records(void **state)
{
    (void)state;
    struct dl_state st =
        read_script("S={\"R\":{\"a\":{\"__ref\":\"T:1\"}},\"T:1\":{\"text\":\"words\"}}");
    const struct dl_state_node *a = named(&st, "a"), *t = named(&st, "T:1");
    assert_ptr_equal(&st.nodes.p[a->ref], t);
    assert_true(t->owner != 0);
}

static void lists_of_numbered_values(void **state)
{
    (void)state;
    struct dl_state st = read_page(
        DL_STR("<script type=\"application/json\">[{\"title\":1,\"rest\":2},\"The title\",[3,4],"
               "\"one\",\"two\",\"three\",\"four\",\"five\"]</script>"));
    const struct dl_state_node *t = named(&st, "title");
    assert_true(dl_str_eq_c(st.nodes.p[t->ref].value, "The title"));
}

static void streams_of_components(void **state)
{
    (void)state;
    struct dl_state st = read_script(
        "self.__next_f.push([1,\"1:[\\\"$\\\",\\\"p\\\",null,{\\\"children\\\":\\\"$a\\\"}]\\na:T\"]);"
        "self.__next_f.push([1,\"9,two\\nlines2:[1]\\n\"])");
    const struct dl_state_node *c = named(&st, "children");
    assert_true(dl_str_eq_c(st.nodes.p[c->ref].value, "two\nlines"));
}

static void other_scripts_are_left_alone(void **state)
{
    (void)state;
    struct dl_state st =
        read_page(DL_STR("<script type=\"text/template\">{a: \"b\"}</script>"
                         "<script type='application/ld+json'>{\"c\": \"d\"}</script>"
                         "<script src=x>{e: \"f\"}</script><script>{g: \"h"));
    assert_int_equal(st.nodes.n, 1);
}

/* --- hostile ------------------------------------------------------------------------------- */

static dl_str repeated(const char *part, size_t bytes)
{
    dl_buf buf = DL_BUF_INIT(bytes + 64);
    dl_buf_c(&buf, "<script>");
    for (size_t n = strlen(part); buf.n + n < bytes;)
        dl_buf_add(&buf, part, n);
    dl_buf_c(&buf, "</script>");
    dl_str s = dl_str_dup(arena, dl_buf_slice(&buf));
    dl_buf_free(&buf);
    return s;
}

/* A quadratic step would take minutes for 2 MiB. */
#ifdef __SANITIZE_ADDRESS__
static const double soon = 15;
#else
static const double soon = 3;
#endif

static void anything_ends_soon(void **state)
{
    (void)state;
    static const char *const parts[] = {"[",
                                        "{a:",
                                        "{",
                                        "\"",
                                        "'\\",
                                        "`",
                                        "[\"$a\",",
                                        "/*",
                                        "{a:[(",
                                        "[1,[2,",
                                        "<script>",
                                        "=\"{&quot;",
                                        "self.__next_f.push([1,\"1:T",
                                        "{\"__ref\":\"x\",",
                                        "</",
                                        "\"{\\\"a\\\":\\\"",
                                        "<script",
                                        "a:(",
                                        "[}",
                                        "{a:]",
                                        "[1,}",
                                        "[{id:'b:1'},"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        clock_t before = clock();
        read_page(repeated(parts[i], 2 << 20));
        double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
        if (seconds > soon) fail_msg("%s: %.1f s", parts[i], seconds);
        dl_arena_reset(arena);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(256 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_of_all_sorts),        cmocka_unit_test(code_is_passed_over),
        cmocka_unit_test(data_within_strings),          cmocka_unit_test(stores_name_their_records),
        cmocka_unit_test(lists_of_numbered_values),     cmocka_unit_test(streams_of_components),
        cmocka_unit_test(other_scripts_are_left_alone), cmocka_unit_test(anything_ends_soon),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
