/* External sort: records of one fixed size, more of them than memory holds.
 *
 * Records are gathered up to a bound of memory, sorted and laid as runs into one temporary file
 * that has no name (it is gone with the process); reading merges the runs. All that fits is sorted
 * in memory and no file is made. Memory: twice the bound while sorting (qsort), the bound while
 * merging. The order must be total, else the output depends on the run lengths. One thread. */
#ifndef DL_BASE_EXTSORT_H
#define DL_BASE_EXTSORT_H

#include "base/err.h"

enum { DL_EXTSORT_MAX_RUNS = 1024, DL_EXTSORT_MAX_RECORD = 256 };

typedef struct dl_extsort dl_extsort;

/* folder: for the temporary file. memory in bytes. */
enum dl_err dl_extsort_new(const char *folder, size_t record, size_t memory,
                           int (*compare)(const void *a, const void *b),
                           dl_extsort **ret_sort) DL_MUST_USE;
void dl_extsort_free(dl_extsort *sort); /* NULL ok */
enum dl_err dl_extsort_add(dl_extsort *sort, const void *record) DL_MUST_USE;
/* Ends the adding; then records come out in order until DL_ERR_NOT_FOUND. */
enum dl_err dl_extsort_start(dl_extsort *sort) DL_MUST_USE;
enum dl_err dl_extsort_next(dl_extsort *sort, void *ret_record) DL_MUST_USE;

#endif
