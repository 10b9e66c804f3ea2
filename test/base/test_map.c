#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MANY = 20000 };

static void map_finds_what_was_put(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(64 << 20);
    static int values[MANY];
    dl_map map;
    dl_map_init(&map, a);
    assert_null(dl_map_get(&map, DL_STR("nothing")));
    for (int i = 0; i < MANY; i++)
        assert_int_equal(dl_map_set(&map, dl_str_fmt(a, "ключ %d", i), &values[i]), DL_OK);
    assert_int_equal(map.n, MANY);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(dl_map_get(&map, dl_str_fmt(a, "ключ %d", i)), &values[i]);
    assert_null(dl_map_get(&map, DL_STR("ключ")));
    assert_int_equal(dl_map_set(&map, DL_STR("ключ 7"), &values[9]), DL_OK);
    assert_int_equal(map.n, MANY);
    assert_ptr_equal(dl_map_get(&map, DL_STR("ключ 7")), &values[9]);
    dl_arena_free(a);
}

static void keys_are_bytes_not_strings(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    int one, two, none;
    dl_map map;
    dl_map_init(&map, a);
    assert_int_equal(dl_map_set(&map, DL_STR("a\0b"), &one), DL_OK);
    assert_int_equal(dl_map_set(&map, DL_STR("a"), &two), DL_OK);
    assert_int_equal(dl_map_set(&map, DL_STR(""), &none), DL_OK);
    assert_ptr_equal(dl_map_get(&map, DL_STR("a\0b")), &one);
    assert_ptr_equal(dl_map_get(&map, DL_STR("a")), &two);
    assert_ptr_equal(dl_map_get(&map, (dl_str){NULL, 0}), &none);
    dl_arena_free(a);
}

static void iteration_meets_each_once(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    int seen[100] = {0};
    dl_map map;
    dl_map_init(&map, a);
    for (int i = 0; i < 100; i++)
        assert_int_equal(dl_map_set(&map, dl_str_fmt(a, "%d", i), &seen[i]), DL_OK);
    size_t pos = 0;
    dl_str key;
    void *value;
    while (dl_map_next(&map, &pos, &key, &value))
        ++*(int *)value;
    for (int i = 0; i < 100; i++)
        assert_int_equal(seen[i], 1);
    dl_arena_free(a);
}

static void numbers_keep_their_values(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(64 << 20);
    dl_map64 map;
    dl_map64_init(&map, a);
    assert_null(dl_map64_get(&map, 0));
    for (uint64_t i = 0; i < MANY; i++) {
        uint64_t *v = dl_map64_at(&map, i << 40); /* low bits all alike */
        assert_non_null(v);
        assert_int_equal(*v, 0);
        *v = i + 1;
    }
    *dl_map64_at(&map, UINT64_MAX) = 42;
    for (uint64_t i = 0; i < MANY; i++)
        assert_int_equal(*dl_map64_get(&map, i << 40), i + 1);
    assert_int_equal(*dl_map64_get(&map, UINT64_MAX), 42);
    assert_null(dl_map64_get(&map, 5));
    assert_int_equal(map.n, MANY + 1);
    dl_arena_free(a);
}

static void no_memory_leaves_the_map_whole(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(100000);
    int value;
    dl_map map;
    dl_map64 map64;
    dl_map_init(&map, a);
    dl_map64_init(&map64, a);
    static char keys[10000][8];
    size_t n = 0;
    for (; n < 10000; n++) {
        snprintf(keys[n], sizeof keys[n], "%zu", n);
        if (dl_map_set(&map, dl_str_c(keys[n]), &value) != DL_OK) break;
    }
    assert_in_range(n, 100, 9999);
    assert_int_equal(dl_arena_failed(a), DL_ERR_TOO_BIG);
    assert_int_equal(map.n, n);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(dl_map_get(&map, dl_str_c(keys[i])), &value);
    assert_null(dl_map_get(&map, dl_str_c(keys[n])));
    uint64_t k = 0;
    while (dl_map64_at(&map64, k) != NULL)
        k++;
    assert_int_equal(map64.n, k);
    dl_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_finds_what_was_put),
        cmocka_unit_test(keys_are_bytes_not_strings),
        cmocka_unit_test(iteration_meets_each_once),
        cmocka_unit_test(numbers_keep_their_values),
        cmocka_unit_test(no_memory_leaves_the_map_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
