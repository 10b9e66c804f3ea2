/* The store as text that two stores made from the same answers have in common, byte for byte.
 *
 * A line of JSON a row, every table of the schema but those that hold no knowledge, in the order of
 * table and content. Row numbers are replaced by what they stand for (a feed's address, the ids of
 * documents, revisions, stories); blobs of more than 32 bytes by their digest. What is left out
 * depends on the machine, its clock or the speed of its readers: dl_dump_left_out() lists it with
 * the reasons, and docs/archive.md is checked against that list. */
#ifndef DL_STORE_DUMP_H
#define DL_STORE_DUMP_H

#include "store/read.h"

typedef enum dl_err (*dl_dump_fn)(void *ctx, dl_str line); /* without its end */

enum dl_err dl_store_dump(dl_store *store, dl_dump_fn fn, void *ctx) DL_MUST_USE;

struct dl_left_out {
    const char *table, *column, *why; /* column NULL: the whole table */
};
const struct dl_left_out *dl_dump_left_out(size_t *ret_n);

#endif
