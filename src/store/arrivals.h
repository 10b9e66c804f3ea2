/* When the documents of stories came in: the bars of a sparkline. Read side; the rules of read.h
 * hold. */
#ifndef DL_STORE_ARRIVALS_H
#define DL_STORE_ARRIVALS_H

#include "store/read.h"

enum {
    DL_STORE_BINS = 24,
    DL_STORE_ARRIVALS_MAX = 5000, /* documents of one story that are counted */
};

/* For each story key: how many of its documents were seen in each of DL_STORE_BINS spans of bin_ms
 * that end at until_ms, oldest first. */
enum dl_err dl_store_arrivals(dl_store *store, const int64_t *stories, size_t n, int64_t until_ms,
                              int64_t bin_ms, uint32_t (*ret_bins)[DL_STORE_BINS]) DL_MUST_USE;

#endif
