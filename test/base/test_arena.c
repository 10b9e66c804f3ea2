#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/vec.h"

static char order[8];

static void note(void *handle)
{
    strcat(order, handle);
}

static void memory_is_aligned_and_apart(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(DL_ARENA_NO_CAP);
    unsigned char *last = NULL;
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = dl_alloc(a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_ptr_not_equal(p, last);
        memset(p, 0xAB, n);
        last = p;
    }
    unsigned char *z = dl_calloc(a, 50, 3);
    for (size_t i = 0; i < 150; i++)
        assert_int_equal(z[i], 0);
    dl_arena_free(a);
    dl_arena_free(NULL);
}

static void cap_holds_and_is_told(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(100000);
    size_t got = 0;
    while (dl_alloc(a, 1000) != NULL)
        got += 1000;
    assert_in_range(got, 90000, 100000);
    assert_int_equal(dl_arena_failed(a), DL_ERR_TOO_BIG);
    assert_true(dl_arena_used(a) <= 100000);
    dl_arena_reset(a);
    assert_int_equal(dl_arena_failed(a), DL_OK);
    assert_int_equal(dl_arena_used(a), 0);
    assert_non_null(dl_alloc(a, 1000));
    dl_arena_free(a);
}

static void a_reset_arena_never_grows(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < 9; i++)
            assert_non_null(dl_alloc(a, 100000));
        dl_arena_reset(a);
    }
    dl_arena_free(a);
}

static void sizes_that_wrap_are_refused(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(DL_ARENA_NO_CAP);
    size_t most = SIZE_MAX;
    __asm__("" : "+r"(most)); /* the compiler shall not see how large it is */
    assert_null(dl_alloc(a, most));
    assert_int_equal(dl_arena_failed(a), DL_ERR_TOO_BIG);
    dl_arena_reset(a);
    assert_null(dl_alloc(a, most - 40));
    dl_arena_reset(a);
    assert_null(dl_calloc(a, most / 2, 3));
    assert_int_equal(dl_arena_failed(a), DL_ERR_TOO_BIG);
    dl_arena_free(a);
}

static void newest_grows_in_place(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    char *p = dl_alloc(a, 20);
    memcpy(p, "0123456789012345678", 20);
    assert_ptr_equal(dl_realloc(a, p, 20, 2000), p);
    assert_ptr_equal(dl_realloc(a, p, 2000, 10), p);
    char *other = dl_alloc(a, 16);
    char *moved = dl_realloc(a, p, 2000, 3000);
    assert_ptr_not_equal(moved, p);
    assert_string_equal(moved, "0123456789012345678");
    assert_ptr_not_equal(moved, other);
    assert_non_null(dl_realloc(a, NULL, 0, 10));
    dl_arena_free(a);
}

static void grown_memory_belongs_to_one_owner(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    for (size_t old = 0; old < 70; old++) {
        unsigned char *p = dl_alloc(a, old);
        memset(p, 1, old);
        p = dl_realloc(a, p, old, old + 33);
        memset(p, 1, old + 33);
        unsigned char *next = dl_alloc(a, 8);
        memset(next, 2, 8);
        for (size_t i = 0; i < old + 33; i++)
            assert_int_equal(p[i], 1);
    }
    dl_arena_free(a);
}

static void handles_are_released_newest_first(void **state)
{
    (void)state;
    order[0] = '\0';
    dl_arena *a = dl_arena_new(1 << 20);
    assert_int_equal(dl_arena_on_release(a, note, "1"), DL_OK);
    assert_int_equal(dl_arena_on_release(a, note, "2"), DL_OK);
    dl_arena_reset(a);
    assert_string_equal(order, "21");
    assert_int_equal(dl_arena_on_release(a, note, "3"), DL_OK);
    dl_arena_free(a);
    assert_string_equal(order, "213");
}

static void the_nth_allocation_fails_once(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    dl_arena_fail_at(a, 3);
    assert_non_null(dl_alloc(a, 8));
    assert_non_null(dl_calloc(a, 1, 8));
    assert_null(dl_alloc(a, 8));
    assert_int_equal(dl_arena_failed(a), DL_ERR_NOMEM);
    assert_non_null(dl_alloc(a, 8));
    assert_int_equal(dl_arena_failed(a), DL_ERR_NOMEM);
    dl_arena_reset(a);
    dl_arena_fail_at(a, 1);
    assert_int_equal(dl_arena_on_release(a, note, "x"), DL_ERR_NOMEM);
    dl_arena_free(a);
}

static void vectors_grow_and_say_when_they_cannot(void **state)
{
    (void)state;
    dl_arena *a = dl_arena_new(1 << 20);
    DL_VEC(int) v = {0};
    for (int i = 0; i < 10000; i++)
        assert_int_equal(dl_vec_push(a, &v, i), DL_OK);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(v.p[i], i);
    while (dl_vec_push(a, &v, 7) == DL_OK) {
    }
    assert_int_equal(dl_arena_failed(a), DL_ERR_TOO_BIG);
    assert_int_equal(v.n, v.cap);
    assert_int_equal(v.p[9999], 9999);
    dl_arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_apart),
        cmocka_unit_test(cap_holds_and_is_told),
        cmocka_unit_test(a_reset_arena_never_grows),
        cmocka_unit_test(sizes_that_wrap_are_refused),
        cmocka_unit_test(newest_grows_in_place),
        cmocka_unit_test(grown_memory_belongs_to_one_owner),
        cmocka_unit_test(handles_are_released_newest_first),
        cmocka_unit_test(the_nth_allocation_fails_once),
        cmocka_unit_test(vectors_grow_and_say_when_they_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
