/* Who covers what: read side; rules as in read.h. */
#ifndef DL_STORE_READ_COVERAGE_H
#define DL_STORE_READ_COVERAGE_H

#include "store/read.h"

enum {
    DL_COVERAGE_DAYS = 14,
    DL_COVERAGE_OUTLETS = 8, /* a story of so many outlets is one that others compare with */
    DL_COVERAGE_STORIES = 20 /* fewer such stories tell nothing of a habit */
};

struct dl_store_silence {
    dl_str outlet, name, country;
    int64_t had, of;  /* of the stories that compare, it had so many */
    int64_t heard_ms; /* its newest document */
};
typedef DL_VEC(struct dl_store_silence) dl_store_silences;
/* Outlets without a document in the story that had at least 19 of 20 of the stories that compare
 * and were heard since it began. None while there are too few to compare with, or when the story
 * itself has too few outlets to be expected of anybody. */
enum dl_err dl_store_silent(dl_store *store, dl_arena *arena, const struct dl_store_story *story,
                            size_t limit, dl_store_silences *ret_silences) DL_MUST_USE;

#endif
