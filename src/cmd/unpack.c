#include "cmd/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum coding { PLAIN, GZIP, ZSTD, DEFLATE };
enum { IN_BYTES = 1 << 16, OUT_BYTES = 2 * DL_UNPACK_LINE, GZIP_ONLY = 16 + 15, RAW = -15 };

struct dl_unpack {
    int fd;
    char *name;
    uint64_t size, done; /* of the file */
    uint64_t left;       /* packed bytes of the member that are not read yet */
    enum coding coding;
    z_stream z;
    bool z_open, at_start, ended; /* at_start: of a gzip member or zstd frame */
    ZSTD_DStream *zstd;
    unsigned char in[IN_BYTES];
    size_t in_at, in_n;
    char out[OUT_BYTES];
    size_t out_at, out_n;
    bool skipping;   /* the rest of a line past the limit */
    char *directory; /* of a ZIP; NULL: none */
    size_t directory_at, directory_n;
    uint32_t crc, crc_told;
    uint64_t made, made_told; /* bytes of the member */
    bool taken;               /* the one member of a file that is no ZIP */
};

static uint32_t u16(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static uint32_t u32(const char *p)
{
    return u16(p) | u16(p + 2) << 16;
}

static enum dl_err damaged(struct dl_diag *diag, const char *what)
{
    return dl_fail(diag, DL_ERR_CORRUPT, DL_NO_POS, "the archive is damaged: %s; fetch it again",
                   what);
}

/* --- ZIP: its directory stands at the end ------------------------------------------------- */

static bool read_at(int fd, void *to, size_t n, uint64_t at)
{
    for (size_t have = 0; have < n;) {
        ssize_t got = pread(fd, (char *)to + have, n - have, (off_t)(at + have));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        have += (size_t)got;
    }
    return true;
}

static enum dl_err read_directory(dl_unpack *u, struct dl_diag *diag)
{
    char tail[22 + 65535];
    size_t n = u->size < sizeof tail ? (size_t)u->size : sizeof tail;
    if (n < 22 || !read_at(u->fd, tail, n, u->size - n)) return damaged(diag, "it ends too early");
    size_t at = n - 22;
    while (at > 0 && memcmp(tail + at, "PK\5\6", 4) != 0)
        at--;
    if (memcmp(tail + at, "PK\5\6", 4) != 0) return damaged(diag, "it has no directory");
    uint64_t bytes = u32(tail + at + 12), start = u32(tail + at + 16);
    if (start == UINT32_MAX || bytes == UINT32_MAX)
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS,
                       "a ZIP of more than 4 GiB; unpack it first and give the file");
    if (bytes > DL_UNPACK_DIRECTORY || start + bytes > u->size)
        return damaged(diag, "its directory is cut off");
    u->directory = malloc((size_t)bytes + 1);
    if (u->directory == NULL) return DL_ERR_NOMEM;
    u->directory_n = (size_t)bytes;
    return read_at(u->fd, u->directory, u->directory_n, start) ? DL_OK : DL_ERR_IO;
}

static enum dl_err start_raw(dl_unpack *u)
{
    if (u->z_open) inflateEnd(&u->z);
    u->z = (z_stream){0};
    u->z_open = inflateInit2(&u->z, RAW) == Z_OK;
    return u->z_open ? DL_OK : DL_ERR_NOMEM;
}

static enum dl_err next_of_zip(dl_unpack *u, dl_str *ret_name, struct dl_diag *diag)
{
    const char *p = u->directory + u->directory_at;
    size_t left = u->directory_n - u->directory_at;
    if (left == 0) return DL_ERR_NOT_FOUND;
    if (left < 46 || memcmp(p, "PK\1\2", 4) != 0) return damaged(diag, "an entry of its directory");
    size_t name = u16(p + 28), whole = 46 + name + u16(p + 30) + u16(p + 32);
    uint64_t start = u32(p + 42);
    char local[30];
    if (whole > left) return damaged(diag, "an entry of its directory");
    u->directory_at += whole;
    if (!read_at(u->fd, local, sizeof local, start) || memcmp(local, "PK\3\4", 4) != 0)
        return damaged(diag, "a member is not where the directory says");
    uint32_t method = u16(p + 10);
    if ((u16(p + 8) & 1) != 0 || (method != 0 && method != 8))
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS,
                       "a ZIP that is encrypted or packed by method %u; unpack it first", method);
    u->left = u32(p + 20);
    u->crc_told = u32(p + 16);
    u->made_told = u32(p + 24);
    start += sizeof local + u16(local + 26) + u16(local + 28);
    if (start + u->left > u->size) return damaged(diag, "a member is cut off");
    if (lseek(u->fd, (off_t)start, SEEK_SET) < 0) return DL_ERR_IO;
    u->done = start;
    u->coding = method == 8 ? DEFLATE : PLAIN;
    if (method == 8) DL_TRY(start_raw(u));
    *ret_name = (dl_str){p + 46, name};
    return DL_OK;
}

/* --- opening ------------------------------------------------------------------------------ */

static enum dl_err start(dl_unpack *u, struct dl_diag *diag)
{
    ssize_t n;
    do
        n = read(u->fd, u->in, 4);
    while (n < 0 && errno == EINTR);
    if (n < 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot read it: %s", strerror(errno));
    u->in_n = (size_t)n;
    u->done = (uint64_t)n;
    u->left = UINT64_MAX;
    if (n == 4 && memcmp(u->in, "PK\3\4", 4) == 0 && u->size > 0) return read_directory(u, diag);
    if (n >= 2 && memcmp(u->in, "\x1F\x8B", 2) == 0) {
        u->coding = GZIP;
        u->z_open = inflateInit2(&u->z, GZIP_ONLY) == Z_OK;
        if (!u->z_open) return DL_ERR_NOMEM;
    } else if (n == 4 && memcmp(u->in, "\x28\xB5\x2F\xFD", 4) == 0) {
        u->coding = ZSTD;
        u->zstd = ZSTD_createDStream();
        if (u->zstd == NULL) return DL_ERR_NOMEM;
    }
    return DL_OK;
}

enum dl_err dl_unpack_open(const char *path, dl_unpack **ret_unpack, struct dl_diag *diag)
{
    struct stat st;
    dl_unpack *u = calloc(1, sizeof *u);
    if (u == NULL) return DL_ERR_NOMEM;
    u->fd = strcmp(path, "-") == 0 ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);
    u->name = strdup(path);
    enum dl_err err = u->name == NULL ? DL_ERR_NOMEM : DL_OK;
    if (u->fd < 0 || fstat(u->fd, &st) != 0)
        err = dl_fail(diag, errno == ENOENT ? DL_ERR_NOT_FOUND : DL_ERR_IO, DL_NO_POS, "%s",
                      strerror(errno));
    else if (S_ISDIR(st.st_mode))
        err = dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "it is a folder; name the files in it");
    else if (S_ISREG(st.st_mode))
        u->size = (uint64_t)st.st_size;
    if (err == DL_OK) err = start(u, diag);
    if (err != DL_OK) {
        dl_unpack_free(u);
        return err;
    }
    *ret_unpack = u;
    return DL_OK;
}

void dl_unpack_free(dl_unpack *u)
{
    if (u == NULL) return;
    if (u->fd >= 0) close(u->fd);
    if (u->z_open) inflateEnd(&u->z);
    ZSTD_freeDStream(u->zstd);
    free(u->directory);
    free(u->name);
    free(u);
}

enum dl_err dl_unpack_member(dl_unpack *u, dl_str *ret_name, struct dl_diag *diag)
{
    if (u->directory == NULL) {
        if (u->taken) return DL_ERR_NOT_FOUND;
        u->taken = u->at_start = true;
        const char *slash = strrchr(u->name, '/');
        *ret_name = dl_str_c(slash != NULL ? slash + 1 : u->name);
        return DL_OK;
    }
    u->in_at = u->in_n = u->out_at = u->out_n = 0;
    u->ended = u->skipping = false;
    u->crc = 0;
    u->made = 0;
    return next_of_zip(u, ret_name, diag);
}

/* --- bytes -------------------------------------------------------------------------------- */

static enum dl_err read_in(dl_unpack *u, struct dl_diag *diag)
{
    if (u->in_at < u->in_n || u->left == 0) return DL_OK;
    size_t want = u->left < IN_BYTES ? (size_t)u->left : IN_BYTES;
    ssize_t n;
    do
        n = read(u->fd, u->in, want);
    while (n < 0 && errno == EINTR);
    if (n < 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot read it: %s", strerror(errno));
    u->in_at = 0;
    u->in_n = (size_t)n;
    u->left = n == 0 ? 0 : u->directory == NULL ? u->left : u->left - (uint64_t)n;
    u->done += (uint64_t)n;
    return DL_OK;
}

static enum dl_err cut_off(struct dl_diag *diag)
{
    return dl_fail(diag, DL_ERR_TRUNCATED, DL_NO_POS, "it ends too early; fetch it again");
}

/* Moves bytes from in to the free end of out. */
static enum dl_err by_zlib(dl_unpack *u, struct dl_diag *diag)
{
    if (u->coding == GZIP && u->at_start && u->in_at == u->in_n) { /* between members, at the end */
        u->ended = true;
        return DL_OK;
    }
    bool dry = u->in_at == u->in_n; /* what zlib holds may still come */
    u->z.next_in = u->in + u->in_at;
    u->z.avail_in = (unsigned)(u->in_n - u->in_at);
    u->z.next_out = (unsigned char *)u->out + u->out_n;
    u->z.avail_out = (unsigned)(OUT_BYTES - u->out_n);
    int status = inflate(&u->z, Z_NO_FLUSH);
    u->in_at = u->in_n - u->z.avail_in;
    u->out_n = OUT_BYTES - u->z.avail_out;
    u->at_start = false;
    if (status == Z_STREAM_END && u->coding == GZIP) {
        u->at_start = true;
        return inflateReset(&u->z) == Z_OK ? DL_OK : DL_ERR_STATE;
    }
    if (status == Z_STREAM_END) u->ended = true;
    if (status == Z_BUF_ERROR && dry) return cut_off(diag);
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR
               ? DL_OK
               : damaged(diag, "its packed bytes");
}

static enum dl_err by_zstd(dl_unpack *u, struct dl_diag *diag)
{
    bool dry = u->in_at == u->in_n;
    if (dry && u->at_start) {
        u->ended = true;
        return DL_OK;
    }
    size_t before = u->out_n;
    ZSTD_inBuffer in = {u->in, u->in_n, u->in_at};
    ZSTD_outBuffer out = {u->out, OUT_BYTES, u->out_n};
    size_t more = ZSTD_decompressStream(u->zstd, &out, &in);
    if (ZSTD_isError(more)) return damaged(diag, "its packed bytes");
    u->in_at = in.pos;
    u->out_n = out.pos;
    u->at_start = more == 0;
    return dry && u->out_n == before ? cut_off(diag) : DL_OK;
}

static void as_it_is(dl_unpack *u)
{
    size_t n = u->in_n - u->in_at;
    if (n > OUT_BYTES - u->out_n) n = OUT_BYTES - u->out_n;
    memcpy(u->out + u->out_n, u->in + u->in_at, n);
    u->in_at += n;
    u->out_n += n;
    u->ended = u->in_at == u->in_n && u->left == 0;
}

static enum dl_err check_member(dl_unpack *u, size_t before, struct dl_diag *diag)
{
    if (u->directory == NULL) return DL_OK;
    u->crc =
        (uint32_t)crc32(u->crc, (unsigned char *)u->out + before, (unsigned)(u->out_n - before));
    u->made += u->out_n - before;
    if (u->ended && (u->crc != u->crc_told || u->made != u->made_told))
        return damaged(diag, "the checksum of a member");
    return DL_OK;
}

static enum dl_err more(dl_unpack *u, struct dl_diag *diag)
{
    if (u->out_at > 0) {
        memmove(u->out, u->out + u->out_at, u->out_n - u->out_at);
        u->out_n -= u->out_at;
        u->out_at = 0;
    }
    size_t before = u->out_n;
    DL_TRY(read_in(u, diag));
    if (u->coding == PLAIN)
        as_it_is(u);
    else
        DL_TRY(u->coding == ZSTD ? by_zstd(u, diag) : by_zlib(u, diag));
    return check_member(u, before, diag);
}

static void take_line(dl_unpack *u, size_t n, bool ends, dl_str *ret_line)
{
    *ret_line = (dl_str){u->out + u->out_at, n};
    u->out_at += n + (ends ? 1 : 0);
    if (n > 0 && ret_line->p[n - 1] == '\r') ret_line->n--;
}

enum dl_err dl_unpack_line(dl_unpack *u, dl_str *ret_line, struct dl_diag *diag)
{
    for (size_t seen = 0;;) {
        const char *from = u->out + u->out_at;
        size_t n = u->out_n - u->out_at;
        const char *end = n > seen ? memchr(from + seen, '\n', n - seen) : NULL;
        seen = n;
        if (end != NULL || (u->ended && n > 0)) {
            bool skipped = u->skipping;
            take_line(u, end != NULL ? (size_t)(end - from) : n, end != NULL, ret_line);
            u->skipping = false;
            return skipped || ret_line->n > DL_UNPACK_LINE ? DL_ERR_TOO_BIG : DL_OK;
        }
        if (u->ended) return DL_ERR_NOT_FOUND;
        if (n > DL_UNPACK_LINE) { /* drops what there is of it */
            u->skipping = true;
            u->out_at = u->out_n = seen = 0;
        }
        DL_TRY(more(u, diag));
    }
}

uint64_t dl_unpack_done(const dl_unpack *u)
{
    return u->done;
}

uint64_t dl_unpack_size(const dl_unpack *u)
{
    return u->size;
}
