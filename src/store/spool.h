/* The spool: raw bytes on disk before the ledger speaks of them.
 *
 * Append-only segments (spool/NNNNNNNN.seg) of records: magic, flags, stored length, full length,
 * CRC32C of all this and of the stored bytes, then these, zstd-compressed where that pays. A record
 * is named by (segment, offset). dl_spool_sync() makes all appended records durable; only then may
 * the ledger name them; after a sync that failed nothing syncs until it is opened again. A segment
 * with a tail that is no record (left by a crash, or a bad byte) is left as it is and the next one
 * begun. One writer; readers open segments on their own. */
#ifndef DL_STORE_SPOOL_H
#define DL_STORE_SPOOL_H

#include "base/str.h"

enum {
    DL_SPOOL_SEGMENT_MAX = 256 << 20, /* then the next begins: a unit to archive or to drop */
    DL_SPOOL_RECORD_MAX = 64 << 20,
};

struct dl_spool_place {
    int64_t segment, offset;
};

typedef struct dl_spool dl_spool;

enum dl_err dl_spool_open(const char *store_dir, bool writing, dl_spool **ret_spool,
                          struct dl_diag *diag) DL_MUST_USE;
void dl_spool_close(dl_spool *spool);
enum dl_err dl_spool_append(dl_spool *spool, dl_str bytes, struct dl_spool_place *ret_place,
                            struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_spool_sync(dl_spool *spool, struct dl_diag *diag) DL_MUST_USE;
/* DL_ERR_CORRUPT names segment and offset. The bytes live in out. */
enum dl_err dl_spool_read(dl_spool *spool, struct dl_spool_place place, dl_buf *out,
                          struct dl_diag *diag) DL_MUST_USE;

#endif
