/* Lines of a file that may be packed: plain, gzip (RFC 1952, several members), zstd (RFC 8878), or
 * the members of a ZIP archive (PKWARE APPNOTE 6.3: stored and deflated, no ZIP64, no encryption).
 *
 * Told by the first bytes, never by the name. Streams: memory is a few hundred KiB. The file is the
 * user's own, so its size has no limit but that of a line. Errors of a damaged file:
 * DL_ERR_CORRUPT, DL_ERR_TRUNCATED, DL_ERR_UNSUPPORTED, with what to do in diag. */
#ifndef DL_CMD_UNPACK_H
#define DL_CMD_UNPACK_H

#include "base/str.h"

typedef struct dl_unpack dl_unpack;

enum {
    DL_UNPACK_LINE = 1 << 17,       /* bytes of a line; GeoNames has 10,000 characters at most */
    DL_UNPACK_DIRECTORY = 16 << 20, /* bytes of a ZIP's directory */
};

/* "-": standard input (no ZIP). */
enum dl_err dl_unpack_open(const char *path, dl_unpack **ret_unpack,
                           struct dl_diag *diag) DL_MUST_USE;
void dl_unpack_free(dl_unpack *unpack); /* NULL ok */
/* Goes to the next member; of a file that is no ZIP there is one, named as the file. Its name is
 * valid until the next call. DL_ERR_NOT_FOUND: no more. */
enum dl_err dl_unpack_member(dl_unpack *unpack, dl_str *ret_name, struct dl_diag *diag) DL_MUST_USE;
/* Next line without its end; DL_ERR_NOT_FOUND at the end, DL_ERR_TOO_BIG for a line past the limit
 * (it is skipped, the next call goes on). */
enum dl_err dl_unpack_line(dl_unpack *unpack, dl_str *ret_line, struct dl_diag *diag) DL_MUST_USE;
/* Bytes of the file read so far, and its size (0: not known). */
uint64_t dl_unpack_done(const dl_unpack *unpack);
uint64_t dl_unpack_size(const dl_unpack *unpack);

#endif
