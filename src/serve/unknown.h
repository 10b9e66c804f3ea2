/* Names that no list knows, by how many outlets and documents use them: what the lists lack.
 *
 * Counted from the stored analyses of the newest documents, so that the queue needs no state of its
 * own, is the same after a replay, and shrinks by itself when the lists grow and texts are read
 * again. Bounded by DL_UNKNOWN_DOCUMENTS and DL_UNKNOWN_NAMES; past these, names seen first in the
 * older documents are not counted. Linear in the analyses read. */
#ifndef DL_SERVE_UNKNOWN_H
#define DL_SERVE_UNKNOWN_H

#include "store/read.h"

enum {
    DL_UNKNOWN_DOCUMENTS = 20000, /* some seconds to read */
    DL_UNKNOWN_NAMES = 100000,    /* 16 MB */
};

struct dl_unknown_name {
    dl_str name;
    char type[12]; /* of the newest document that has it */
    int64_t documents, outlets;
    int64_t first_ms, last_ms; /* seen by us */
    dl_id document;            /* newest, with the place in its text */
    size_t start, end;
};
typedef DL_VEC(struct dl_unknown_name) dl_unknown_names;

/* Most outlets first, then most documents, then by name; names of one document are left out.
 * documents: how many of the newest to read. */
enum dl_err dl_unknown_gather(dl_store *store, dl_arena *arena, size_t documents, size_t limit,
                              dl_unknown_names *ret_names) DL_MUST_USE;

#endif
