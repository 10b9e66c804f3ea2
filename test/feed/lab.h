/* What the tests of this folder share: one arena a test, short ways to say a document. */
#ifndef TEST_FEED_LAB_H
#define TEST_FEED_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"

static dl_arena *arena;

static inline int lab_begin(void **state)
{
    (void)state;
    arena = dl_arena_new(256 << 20);
    return arena == NULL;
}

static inline int lab_end(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

#define LAB_TEST(name) cmocka_unit_test_setup_teardown(name, lab_begin, lab_end)

#define assert_str(value, text)                                                                    \
    do {                                                                                           \
        dl_str lab_value_ = (value);                                                               \
        assert_string_equal(dl_str_cstr(arena, lab_value_), text);                                 \
    } while (0)

#define assert_has(value, text)     assert_true(dl_str_find_c((value), (text), 0) != DL_NO_POS)
#define assert_has_not(value, text) assert_true(dl_str_find_c((value), (text), 0) == DL_NO_POS)

/* splitmix64: the same numbers everywhere. */
static inline size_t random_below(uint64_t *seed, size_t n)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (size_t)((z ^ z >> 31) % n);
}

/* unit, count times. */
static inline dl_str lab_repeat(const char *unit, size_t count)
{
    dl_buf buf = DL_BUF_INIT(64 << 20);
    for (size_t i = 0; i < count; i++)
        dl_buf_c(&buf, unit);
    dl_str s = dl_str_dup(arena, dl_buf_slice(&buf));
    dl_buf_free(&buf);
    return s;
}

#endif
