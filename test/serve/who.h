/* Invented articles in which much is said by others, read by the real stages: for the pages. */
#ifndef DL_TEST_WHO_H
#define DL_TEST_WHO_H

#include "world.h"

enum { WHO_ENGLISH, WHO_PERSIAN, WHO_ARTICLES };
extern const struct world_reading who_articles[WHO_ARTICLES];

/* The analysis as JSON, in the arena; NULL on failure. */
const char *who_analyse(dl_arena *arena, int which);
/* Puts all of them behind a world of world_fill(more). */
enum dl_err who_fill(const char *dir, int64_t now_ms, size_t more, struct dl_diag *diag);

#endif
