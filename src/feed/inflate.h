/* Decompression of whole bodies with limits: gzip (all members), zlib and raw deflate, Brotli,
 * zstd.
 *
 * Output ends at out's maximum (DL_ERR_TOO_BIG) and at DL_INFLATE_RATIO times the input once it is
 * past DL_INFLATE_FREE bytes: no text compresses better, bombs do. On failure out keeps what could
 * be decoded. Memory: out, and at most 16 MiB of window. Thread-safe.
 * Errors: DL_ERR_CORRUPT, DL_ERR_TRUNCATED, DL_ERR_TOO_BIG, DL_ERR_UNSUPPORTED, DL_ERR_NOMEM. */
#ifndef DL_FEED_INFLATE_H
#define DL_FEED_INFLATE_H

#include "base/str.h"

enum { DL_INFLATE_RATIO = 100, DL_INFLATE_FREE = 1 << 20 };

enum dl_coding { DL_CODING_NONE, DL_CODING_GZIP, DL_CODING_DEFLATE, DL_CODING_BR, DL_CODING_ZSTD };

/* By its first bytes: gzip and zstd only, the others have no mark. */
enum dl_coding dl_coding_sniff(dl_str bytes);
/* By the name in Content-Encoding (gzip x-gzip deflate br zstd identity); false: not known. */
bool dl_coding_named(dl_str name, enum dl_coding *ret_coding);
enum dl_err dl_inflate(enum dl_coding coding, dl_str in, dl_buf *out,
                       struct dl_diag *diag) DL_MUST_USE;
/* Is so much output for so much input more than text can give? */
bool dl_inflate_is_bomb(uint64_t in, uint64_t out);

#endif
