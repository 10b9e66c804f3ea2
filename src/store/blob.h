/* Stage results as they lie in the database: compressed by zstd where that pays.
 *
 * A stored body goes with one number: 0 when it is as it was, else its length before. */
#ifndef DL_STORE_BLOB_H
#define DL_STORE_BLOB_H

#include "base/str.h"

enum {
    DL_BLOB_PACK_FROM = 1024, /* below, a frame saves less than it costs */
    DL_BLOB_MAX = 64 << 20,   /* a body; what says it is longer is damaged */
};

struct dl_packer;
struct dl_packer *dl_packer_new(void); /* NULL without memory */
void dl_packer_free(struct dl_packer *packer);
/* ret_stored is valid until the next call, and points into body when that is not packed. */
enum dl_err dl_blob_pack(struct dl_packer *packer, dl_str body, dl_str *ret_stored,
                         int64_t *ret_packed) DL_MUST_USE;
/* DL_ERR_CORRUPT. What is not packed is given back as it is, else it lives in the arena. */
enum dl_err dl_blob_unpack(dl_arena *arena, dl_str stored, int64_t packed,
                           dl_str *ret_body) DL_MUST_USE;

#endif
