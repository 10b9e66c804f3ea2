#include "html/tree.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_str repeated(dl_arena *arena, const char *unit, size_t count)
{
    size_t n = strlen(unit);
    char *p = dl_alloc(arena, n * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(p + i * n, unit, n);
    p[n * count] = '\0';
    return (dl_str){p, n * count};
}

static void depth_is_limited_and_the_next_page_is_read(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_tree *tree = dl_tree_new();
    struct dl_diag diag;
    dl_str deep = repeated(arena, "<div>", DL_TREE_DEPTH + 10);
    assert_int_equal(dl_tree_parse(tree, deep, &diag), DL_ERR_TOO_DEEP);
    assert_int_equal(dl_tree_parse(tree, DL_STR("<p id=x>one<p>two"), &diag), DL_OK);
    dl_str text = dl_node_all_text(arena, dl_tree_body(tree), 100);
    assert_true(dl_str_eq_c(text, "one two"));
    dl_tree_free(tree);
    dl_arena_free(arena);
}

static void elements_are_limited(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_tree *tree = dl_tree_new();
    struct dl_diag diag;
    dl_str many = repeated(arena, "<b></b>", DL_TREE_ELEMENTS + 10);
    assert_int_equal(dl_tree_parse(tree, many, &diag), DL_ERR_TOO_BIG);
    dl_tree_free(tree);
    dl_arena_free(arena);
}

static void text_is_cut_at_a_character(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    dl_tree *tree = dl_tree_new();
    struct dl_diag diag;
    assert_int_equal(dl_tree_parse(tree, DL_STR("<p>\u00e9\u00e9\u00e9"), &diag), DL_OK);
    assert_int_equal(dl_node_all_text(arena, dl_tree_body(tree), 3).n, 2);
    dl_tree_free(tree);
    dl_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_is_limited_and_the_next_page_is_read),
        cmocka_unit_test(elements_are_limited),
        cmocka_unit_test(text_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
