#include "store/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/hash.h"
#include "base/io.h"
#include "store/syncer.h"

enum {
    COMPRESS_FROM = 512,
    LEVEL = 1,
    FLAG_ZSTD = 1,
    SYNC_FROM = 256 << 10, /* so much is worth a sync while the ledger works */
};

static const uint32_t MAGIC = 0x4C50534Fu; /* "OSPL" */

struct record {
    uint32_t magic, flags, stored, full, crc;
};

struct dl_spool {
    char dir[4096];
    int fd;                      /* of the segment being written, -1 */
    int64_t segment, end, begun; /* begun: up to here a sync is under way or done */
    bool writing, dirty;
    dl_syncer *syncer;
    int read_fd;
    int64_t read_segment;
    dl_buf scratch;
    ZSTD_CCtx *compressor;
};

static void segment_path(const dl_spool *s, int64_t segment, char path[4200])
{
    snprintf(path, 4200, "%s/%08lld.seg", s->dir, (long long)segment);
}

static int64_t newest_segment(const char *dir)
{
    int64_t newest = 0;
    DIR *d = opendir(dir);
    if (d == NULL) return 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char *end;
        long long n = strtoll(e->d_name, &end, 10);
        if (strcmp(end, ".seg") == 0 && n > newest) newest = n;
    }
    closedir(d);
    return newest;
}

static bool read_at(int fd, void *p, size_t n, int64_t offset)
{
    char *at = p;
    while (n > 0) {
        ssize_t got = pread(fd, at, n, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        n -= (size_t)got;
        offset += got;
    }
    return true;
}

/* Of the header, with crc 0, and the stored bytes. */
static uint32_t checksum(struct record r, const void *stored)
{
    r.crc = 0;
    return dl_crc32c(dl_crc32c(0, &r, sizeof r), stored, r.stored);
}

static bool plausible(const struct record *r)
{
    return r->magic == MAGIC && r->stored <= DL_SPOOL_RECORD_MAX && r->full <= DL_SPOOL_RECORD_MAX;
}

/* Length of the sound part: records are walked by their headers, the last one is checked whole. */
static int64_t sound_end(dl_spool *s, int fd, int64_t size)
{
    int64_t at = 0, last = -1;
    struct record r;
    while (at + (int64_t)sizeof r <= size && read_at(fd, &r, sizeof r, at) && plausible(&r) &&
           at + (int64_t)sizeof r + r.stored <= size) {
        last = at;
        at += (int64_t)sizeof r + r.stored;
    }
    if (last < 0 || !read_at(fd, &r, sizeof r, last)) return 0;
    dl_buf_reset(&s->scratch);
    if (dl_buf_reserve(&s->scratch, r.stored) != DL_OK) return last;
    bool whole = read_at(fd, s->scratch.p, r.stored, last + (int64_t)sizeof r) &&
                 checksum(r, s->scratch.p) == r.crc;
    return whole ? at : last;
}

/* DL_ERR_CORRUPT: it has a tail that is no record. */
static enum dl_err open_segment(dl_spool *s, int64_t segment, struct dl_diag *diag)
{
    char path[4200];
    struct stat st;
    segment_path(s, segment, path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fstat(fd, &st) != 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "spool: %s: %s", path, strerror(errno));
    int64_t end = sound_end(s, fd, st.st_size);
    if (end < st.st_size) {
        close(fd);
        return DL_ERR_CORRUPT;
    }
    int dir_fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd >= 0) {
        fsync(dir_fd);
        close(dir_fd);
    }
    if (s->fd >= 0) close(s->fd);
    s->fd = fd;
    s->segment = segment;
    s->end = s->begun = end;
    return DL_OK;
}

enum dl_err dl_spool_open(const char *store_dir, bool writing, dl_spool **ret_spool,
                          struct dl_diag *diag)
{
    dl_spool *s = calloc(1, sizeof *s);
    if (s == NULL) return DL_ERR_NOMEM;
    s->fd = s->read_fd = -1;
    s->writing = writing;
    dl_buf_init(&s->scratch, DL_SPOOL_RECORD_MAX + 1024);
    snprintf(s->dir, sizeof s->dir, "%s/spool", store_dir);
    enum dl_err err = DL_OK;
    if (writing) {
        s->compressor = ZSTD_createCCtx();
        s->syncer = dl_syncer_new();
        bool ready = s->compressor != NULL && s->syncer != NULL;
        err = ready ? dl_io_make_dirs(s->dir, diag) : DL_ERR_NOMEM;
        int64_t newest = newest_segment(s->dir);
        if (err == DL_OK) err = open_segment(s, newest > 0 ? newest : 1, diag);
        /* Left as it is: what stands behind one bad byte may be what the ledger speaks of. */
        if (err == DL_ERR_CORRUPT) err = open_segment(s, newest + 1, diag);
    }
    if (err != DL_OK) {
        dl_spool_close(s);
        return err;
    }
    *ret_spool = s;
    return DL_OK;
}

void dl_spool_close(dl_spool *s)
{
    if (s == NULL) return;
    dl_syncer_free(s->syncer);
    if (s->fd >= 0) close(s->fd);
    if (s->read_fd >= 0) close(s->read_fd);
    ZSTD_freeCCtx(s->compressor);
    dl_buf_free(&s->scratch);
    free(s);
}

/* Header and stored bytes into scratch. */
static enum dl_err make_record(dl_spool *s, dl_str bytes)
{
    struct record r = {.magic = MAGIC, .full = (uint32_t)bytes.n, .stored = (uint32_t)bytes.n};
    size_t bound = ZSTD_compressBound(bytes.n);
    dl_buf_reset(&s->scratch);
    DL_TRY(dl_buf_reserve(&s->scratch, sizeof r + bound));
    char *body = s->scratch.p + sizeof r;
    size_t packed = 0;
    if (bytes.n >= COMPRESS_FROM)
        packed = ZSTD_compressCCtx(s->compressor, body, bound, bytes.p, bytes.n, LEVEL);
    if (packed > 0 && !ZSTD_isError(packed) && packed < bytes.n) {
        r.flags = FLAG_ZSTD;
        r.stored = (uint32_t)packed;
    } else if (bytes.n > 0) {
        memcpy(body, bytes.p, bytes.n);
    }
    r.crc = checksum(r, body);
    memcpy(s->scratch.p, &r, sizeof r);
    s->scratch.n = sizeof r + r.stored;
    return DL_OK;
}

enum dl_err dl_spool_append(dl_spool *s, dl_str bytes, struct dl_spool_place *ret_place,
                            struct dl_diag *diag)
{
    DL_ASSERT(s->writing);
    if (bytes.n > DL_SPOOL_RECORD_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "larger than %d MiB",
                       DL_SPOOL_RECORD_MAX >> 20);
    if (s->end > DL_SPOOL_SEGMENT_MAX) {
        DL_TRY(dl_spool_sync(s, diag));
        DL_TRY(open_segment(s, s->segment + 1, diag));
    }
    DL_TRY(make_record(s, bytes));
    for (size_t put = 0; put < s->scratch.n;) {
        ssize_t n = pwrite(s->fd, s->scratch.p + put, s->scratch.n - put, s->end + (int64_t)put);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0)
            return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "spool: cannot write: %s", strerror(errno));
        put += (size_t)n;
    }
    *ret_place = (struct dl_spool_place){s->segment, s->end};
    s->end += (int64_t)s->scratch.n;
    s->dirty = true;
    if (s->end - s->begun >= SYNC_FROM) {
        dl_syncer_begin(s->syncer, s->fd);
        s->begun = s->end;
    }
    return DL_OK;
}

enum dl_err dl_spool_sync(dl_spool *s, struct dl_diag *diag)
{
    if (!s->dirty) return DL_OK;
    int failed = dl_syncer_wait(s->syncer, s->fd);
    if (failed != 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "spool: cannot sync: %s", strerror(failed));
    s->begun = s->end;
    s->dirty = false;
    return DL_OK;
}

static enum dl_err corrupt(struct dl_spool_place p, struct dl_diag *diag)
{
    return dl_fail(diag, DL_ERR_CORRUPT, DL_NO_POS, "spool segment %lld is damaged at %lld",
                   (long long)p.segment, (long long)p.offset);
}

static enum dl_err unpack(dl_str stored, const struct record *r, dl_buf *out)
{
    dl_buf_reset(out);
    DL_TRY(dl_buf_reserve(out, (size_t)r->full + 1));
    if ((r->flags & FLAG_ZSTD) == 0) {
        dl_buf_str(out, stored);
        return dl_buf_failed(out);
    }
    size_t n = ZSTD_decompress(out->p, r->full, stored.p, stored.n);
    if (ZSTD_isError(n) || n != r->full) return DL_ERR_CORRUPT;
    out->n = n;
    out->p[n] = '\0';
    return DL_OK;
}

enum dl_err dl_spool_read(dl_spool *s, struct dl_spool_place place, dl_buf *out,
                          struct dl_diag *diag)
{
    if (s->read_fd < 0 || s->read_segment != place.segment) {
        char path[4200];
        segment_path(s, place.segment, path);
        if (s->read_fd >= 0) close(s->read_fd);
        s->read_fd = open(path, O_RDONLY | O_CLOEXEC);
        s->read_segment = place.segment;
        if (s->read_fd < 0)
            return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "spool segment %lld is not there",
                           (long long)place.segment);
    }
    struct record r;
    if (!read_at(s->read_fd, &r, sizeof r, place.offset) || !plausible(&r))
        return corrupt(place, diag);
    dl_buf_reset(&s->scratch);
    DL_TRY(dl_buf_reserve(&s->scratch, r.stored));
    if (!read_at(s->read_fd, s->scratch.p, r.stored, place.offset + (int64_t)sizeof r) ||
        checksum(r, s->scratch.p) != r.crc)
        return corrupt(place, diag);
    enum dl_err err = unpack((dl_str){s->scratch.p, r.stored}, &r, out);
    return err == DL_ERR_CORRUPT ? corrupt(place, diag) : err;
}
