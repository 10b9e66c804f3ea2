/* Articles for the tests of this folder: written ones, and prose of invented words. */
#ifndef DL_TEST_STORY_MATERIAL_H
#define DL_TEST_STORY_MATERIAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story/features.h"

#define assert_ok(expr) assert_int_equal((expr), DL_OK)

enum { HOUR = 3600 * 1000, DAY = 24 * HOUR };

struct material {
    dl_arena *arena;
    struct dl_featurer *featurer;
};

int material_open(void **state); /* sets *state */
int material_close(void **state);
struct dl_features material_features(struct material *m, const char *language, const char *title,
                                     const char *text);
/* Sentences of ten invented words; the same seed gives the same, another seed other words. */
const char *material_prose(struct material *m, uint32_t seed, size_t sentences);
const char *material_join(struct material *m, const char *a, const char *b, const char *c);
const struct dl_term *material_term(const struct dl_features *f, const char *text);

#endif
