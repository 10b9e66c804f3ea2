/* Files and descriptors: whole reads with a limit, whole writes, folder lists in byte order. */
#ifndef DL_BASE_IO_H
#define DL_BASE_IO_H

#include "base/str.h"
#include "base/vec.h"

/* "-" is standard input. Past max: DL_ERR_TOO_BIG, and nothing is returned. */
enum dl_err dl_io_read_file(const char *path, size_t max, dl_buf *out,
                            struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_io_read_fd(int fd, size_t max, dl_buf *out, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_io_write_fd(int fd, const void *p, size_t n) DL_MUST_USE; /* all or an error */
/* Written beside, synced, renamed: the file is whole or as it was. */
enum dl_err dl_io_write_file(const char *path, dl_str bytes, struct dl_diag *diag) DL_MUST_USE;
/* A file that was written beside takes its place, and the folder is synced. */
enum dl_err dl_io_replace(const char *written, const char *path, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_io_make_dirs(const char *path, struct dl_diag *diag) DL_MUST_USE;

typedef DL_VEC(dl_str) dl_str_vec;
/* A file gives itself; a folder every regular file below it, in byte order of the path (links to
 * folders and to files elsewhere are not followed). Paths are NUL-terminated. Depth is limited
 * to 64. */
enum dl_err dl_io_list(dl_arena *arena, const char *path, dl_str_vec *ret_paths,
                       struct dl_diag *diag) DL_MUST_USE;

/* Lines of a descriptor with a limit for each; for NDJSON. */
typedef struct dl_lines {
    int fd;
    size_t max, scan; /* scan: bytes of buf known to hold no line feed */
    size_t start;     /* of the unread part of buf */
    uint64_t total;   /* bytes read from fd so far: buf ends there */
    bool eof;
    dl_buf buf;
} dl_lines;
void dl_lines_init(dl_lines *lines, int fd, size_t max_line);
void dl_lines_free(dl_lines *lines);
/* DL_OK with the line (valid until the next call, without its end), DL_ERR_NOT_FOUND at the end,
 * DL_ERR_TOO_BIG for a line past the limit (it is skipped, the next call goes on). */
enum dl_err dl_lines_next(dl_lines *lines, dl_str *ret_line) DL_MUST_USE;

#endif
