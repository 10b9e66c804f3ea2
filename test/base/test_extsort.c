#include "base/extsort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

struct pair {
    uint64_t key;
    uint32_t number, more;
};

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static uint64_t key_of(uint32_t i)
{
    return dl_hash64((dl_str){(const char *)&i, sizeof i}) % 5000;
}

/* Sorts n records in so much memory; they come out whole and in order. */
static void sorts(uint32_t n, size_t memory)
{
    dl_extsort *s;
    struct pair p, before = {0};
    uint64_t sum = 0;
    assert_int_equal(dl_extsort_new("/tmp", sizeof p, memory, by_key, &s), DL_OK);
    for (uint32_t i = 1; i <= n; i++)
        assert_int_equal(dl_extsort_add(s, &(struct pair){key_of(i), i, ~i}), DL_OK);
    assert_int_equal(dl_extsort_start(s), DL_OK);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(dl_extsort_next(s, &p), DL_OK);
        assert_true(i == 0 || by_key(&before, &p) < 0);
        assert_int_equal(p.key, key_of(p.number));
        assert_int_equal(p.more, ~p.number);
        sum += p.number;
        before = p;
    }
    assert_int_equal(sum, (uint64_t)n * (n + 1) / 2);
    assert_int_equal(dl_extsort_next(s, &p), DL_ERR_NOT_FOUND);
    assert_int_equal(dl_extsort_next(s, &p), DL_ERR_NOT_FOUND);
    dl_extsort_free(s);
}

static void in_memory_and_outside_alike(void **state)
{
    (void)state;
    sorts(0, 1 << 20);
    sorts(1, 1 << 20);
    sorts(20000, 1 << 20);   /* in memory */
    sorts(20000, 16 * 1000); /* 20 runs */
    sorts(20001, 16 * 1000); /* the last run is one record */
    sorts(5000, 16 * 100);   /* 50 runs of two records each while merging */
    /* one record of memory: runs of one */
}

static void too_many_runs_are_refused(void **state)
{
    (void)state;
    dl_extsort *s;
    enum dl_err err = DL_OK;
    assert_int_equal(dl_extsort_new("/tmp", sizeof(struct pair), 1, by_key, &s), DL_OK);
    for (uint32_t i = 0; err == DL_OK && i < 2 * DL_EXTSORT_MAX_RUNS; i++)
        err = dl_extsort_add(s, &(struct pair){i, i, i});
    assert_int_equal(err, DL_ERR_TOO_BIG);
    dl_extsort_free(s);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    dl_extsort *s;
    assert_int_equal(dl_extsort_new("/nowhere", sizeof(struct pair), 1, by_key, &s), DL_OK);
    assert_int_equal(dl_extsort_add(s, &(struct pair){1, 1, 1}), DL_OK);
    assert_int_equal(dl_extsort_add(s, &(struct pair){2, 1, 1}), DL_ERR_IO);
    dl_extsort_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory_and_outside_alike),
        cmocka_unit_test(too_many_runs_are_refused),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
