#include "base/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N = 5000 };

struct thing {
    int name;
    struct dl_table_node node;
};

static uint64_t key_of(int i)
{
    return (uint64_t)(i / 2) << 40; /* two of each, alike in their low bits */
}

static size_t count_all(const dl_table *table)
{
    size_t chain = 0, n = 0;
    struct dl_table_node *pos = NULL;
    while (dl_table_next(table, &chain, &pos) != NULL)
        n++;
    return n;
}

static void entries_come_and_go(void **state)
{
    dl_table table = {0};
    struct thing *things = calloc(N, sizeof *things);
    (void)state;
    assert_null(dl_table_find(&table, 0));
    for (int i = 0; i < N; i++) {
        things[i].name = i;
        assert_int_equal(dl_table_put(&table, &things[i].node, key_of(i)), DL_OK);
    }
    assert_int_equal(count_all(&table), N);
    for (int i = 0; i < N; i += 2) {
        struct dl_table_node *a = dl_table_find(&table, key_of(i)), *b = dl_table_more(a);
        assert_int_equal(DL_ENTRY_OF(a, struct thing, node)->name / 2, i / 2);
        assert_int_equal(DL_ENTRY_OF(b, struct thing, node)->name / 2, i / 2);
        assert_ptr_not_equal(a, b);
        assert_null(dl_table_more(b));
    }
    for (int i = 0; i < N; i += 3)
        dl_table_remove(&table, &things[i].node);
    assert_int_equal(table.n, N - (N + 2) / 3);
    for (int i = 0; i < N; i++) {
        bool there = false;
        for (struct dl_table_node *at = dl_table_find(&table, key_of(i)); at != NULL;
             at = dl_table_more(at))
            there = there || at == &things[i].node;
        assert_int_equal(there, i % 3 != 0);
    }
    dl_table_free(&table);
    free(things);
}

static void what_is_given_out_may_be_removed(void **state)
{
    dl_table table = {0};
    struct thing things[100];
    size_t chain = 0, n = 0;
    struct dl_table_node *pos = NULL;
    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(dl_table_put(&table, &things[i].node, (uint64_t)i), DL_OK);
    for (struct dl_table_node *node; (node = dl_table_next(&table, &chain, &pos)) != NULL; n++)
        dl_table_remove(&table, node);
    assert_int_equal(n, 100);
    assert_int_equal(table.n, 0);
    dl_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_and_go),
        cmocka_unit_test(what_is_given_out_may_be_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
