/* Lays out what placebuild.c has gathered. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/extsort.h"
#include "base/io.h"
#include "lang/placebuild.h"

enum { TICK = 1 << 14, IDS_A_RANK = 512 };

/* What is written is summed by pieces, as placefile.h has it. */
struct writer {
    dl_placebuild *b;
    int fd;
    uint64_t sum, at; /* at: bytes of the file so far */
    size_t n;
    unsigned char *piece;
    uint32_t *population; /* by row */
    uint32_t *rank;       /* rows before each IDS_A_RANK ids */
    uint32_t *buckets;
    unsigned log2;
    uint32_t keys;
    uint64_t done, total;
};

static enum dl_err flush(struct writer *w)
{
    if (w->n == 0) return DL_OK;
    w->sum = dl_hash64_seed((dl_str){(const char *)w->piece, w->n}, w->sum);
    DL_TRY(dl_io_write_fd(w->fd, w->piece, w->n));
    w->n = 0;
    return DL_OK;
}

static enum dl_err put(struct writer *w, const void *bytes, size_t n)
{
    const char *p = bytes;
    w->at += n;
    while (n > 0) {
        size_t part = DL_PLACEFILE_CHUNK - w->n < n ? DL_PLACEFILE_CHUNK - w->n : n;
        memcpy(w->piece + w->n, p, part);
        w->n += part;
        p += part;
        n -= part;
        if (w->n == DL_PLACEFILE_CHUNK) DL_TRY(flush(w));
    }
    return DL_OK;
}

static void le16(unsigned char *p, uint32_t v)
{
    p[0] = (unsigned char)v;
    p[1] = (unsigned char)(v >> 8);
}

static void le32(unsigned char *p, uint32_t v)
{
    le16(p, v);
    le16(p + 2, v >> 16);
}

static void le64(unsigned char *p, uint64_t v)
{
    le32(p, (uint32_t)v);
    le32(p + 4, (uint32_t)(v >> 32));
}

static void tick(struct writer *w)
{
    if (++w->done % TICK == 0 && w->b->options.tick != NULL)
        w->b->options.tick(w->b->options.ctx, w->done, w->total);
}

static enum dl_err put_rows(struct writer *w)
{
    struct dl_placebuild_row r;
    enum dl_err err;
    size_t row = 0;
    DL_TRY(dl_extsort_start(w->b->rows));
    for (; (err = dl_extsort_next(w->b->rows, &r)) == DL_OK; row++) {
        unsigned char p[DL_PLACEFILE_ROW] = {0};
        le32(p, r.id);
        le32(p + 4, r.name);
        le32(p + 8, (uint32_t)r.lat);
        le32(p + 12, (uint32_t)r.lon);
        le32(p + 16, r.population);
        le32(p + 20, r.division);
        le16(p + 24, r.n_name);
        memcpy(p + 26, r.country, 2);
        le16(p + 28, r.code);
        w->population[row] = r.population;
        DL_TRY(put(w, p, sizeof p));
        tick(w);
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static void count_ranks(struct writer *w)
{
    uint32_t rows = 0;
    for (size_t i = 0; i < DL_GEONAMES_MAX_ID / 64; i++) {
        if (i % (IDS_A_RANK / 64) == 0) w->rank[i / (IDS_A_RANK / 64)] = rows;
        rows += (uint32_t)__builtin_popcountll(w->b->ids[i]);
    }
}

/* Rows lie by id, so a row's number is how many ids are smaller. */
static uint32_t row_of(const struct writer *w, uint32_t id)
{
    uint32_t row = w->rank[id / IDS_A_RANK];
    for (size_t i = id / IDS_A_RANK * (IDS_A_RANK / 64); i < id / 64; i++)
        row += (uint32_t)__builtin_popcountll(w->b->ids[i]);
    return row +
           (uint32_t)__builtin_popcountll(w->b->ids[id / 64] & (((uint64_t)1 << id % 64) - 1));
}

struct group {
    uint64_t key;
    bool start;
    uint32_t values[DL_PLACEFILE_SAME]; /* rows, the most populous first; or one number of words */
    size_t n;
    uint32_t last_id;
};

static void take(const struct writer *w, struct group *g, const struct dl_placebuild_key *k)
{
    if (k->start) {
        g->values[0] = k->value; /* the last is the greatest */
        g->n = 1;
        return;
    }
    if (g->n > 0 && g->last_id == k->value) return;
    g->last_id = k->value;
    uint32_t row = row_of(w, k->value);
    size_t at = g->n;
    while (at > 0 && w->population[g->values[at - 1]] < w->population[row])
        at--;
    if (at == DL_PLACEFILE_SAME) return;
    if (g->n < DL_PLACEFILE_SAME) g->n++;
    memmove(&g->values[at + 1], &g->values[at], (g->n - 1 - at) * sizeof *g->values);
    g->values[at] = row;
}

static enum dl_err put_group(struct writer *w, const struct group *g)
{
    for (size_t i = 0; i < g->n; i++) {
        unsigned char p[DL_PLACEFILE_KEY];
        le64(p, g->key);
        le32(p + 8, g->values[i]);
        DL_TRY(put(w, p, sizeof p));
        w->keys++;
    }
    /* How many there are up to this bucket; the sum is made when all are counted. */
    w->buckets[(g->key >> (64 - w->log2)) + 1] = w->keys;
    return DL_OK;
}

static enum dl_err put_keys(struct writer *w)
{
    struct dl_placebuild_key k;
    struct group g = {0};
    enum dl_err err;
    DL_TRY(dl_extsort_start(w->b->keys));
    while ((err = dl_extsort_next(w->b->keys, &k)) == DL_OK) {
        if (g.n > 0 && (g.key != k.key || g.start != (k.start != 0))) {
            DL_TRY(put_group(w, &g));
            g.n = 0;
        }
        g.key = k.key;
        g.start = k.start != 0;
        take(w, &g, &k);
        tick(w);
    }
    if (err != DL_ERR_NOT_FOUND) return err;
    if (g.n > 0) DL_TRY(put_group(w, &g));
    for (size_t i = 1; i <= (size_t)1 << w->log2; i++)
        if (w->buckets[i] == 0) w->buckets[i] = w->buckets[i - 1];
    return DL_OK;
}

static enum dl_err put_buckets(struct writer *w)
{
    for (size_t i = 0; i <= (size_t)1 << w->log2; i++) {
        unsigned char p[4];
        le32(p, w->buckets[i]);
        DL_TRY(put(w, p, sizeof p));
    }
    return DL_OK;
}

static enum dl_err put_divisions(struct writer *w)
{
    for (size_t i = 0; i < w->b->divisions.n; i++) {
        const struct dl_placebuild_division *d = &w->b->divisions.p[i];
        unsigned char p[DL_PLACEFILE_DIVISION];
        uint32_t code, name;
        DL_TRY(dl_placebuild_text(w->b, d->code, &code));
        DL_TRY(dl_placebuild_text(w->b, d->name, &name));
        le32(p, code);
        le32(p + 4, name);
        le16(p + 8, (uint32_t)d->code.n);
        le16(p + 10, (uint32_t)d->name.n);
        le32(p + 12, d->parent);
        le32(p + 16, d->id);
        DL_TRY(put(w, p, sizeof p));
    }
    return DL_OK;
}

static enum dl_err put_text(struct writer *w)
{
    char part[1 << 16];
    size_t n;
    if (fflush(w->b->text) != 0 || fseeko(w->b->text, 0, SEEK_SET) != 0) return DL_ERR_IO;
    while ((n = fread(part, 1, sizeof part, w->b->text)) > 0)
        DL_TRY(put(w, part, n));
    return ferror(w->b->text) ? DL_ERR_IO : DL_OK;
}

static enum dl_err put_all(struct writer *w, dl_str note)
{
    unsigned char head[DL_PLACEFILE_HEAD] = "DLPLACES";
    dl_placebuild *b = w->b;
    uint64_t starts[7] = {DL_PLACEFILE_HEAD};
    w->at = DL_PLACEFILE_HEAD;
    DL_TRY(dl_io_write_fd(w->fd, head, sizeof head)); /* once more when all is known */
    DL_TRY(put_rows(w));
    count_ranks(w);
    starts[1] = w->at;
    DL_TRY(put_keys(w));
    starts[2] = w->at;
    DL_TRY(put_buckets(w));
    starts[3] = w->at;
    DL_TRY(put_divisions(w));
    starts[4] = w->at;
    DL_TRY(put(w, b->codes, b->n_codes * DL_PLACEFILE_CODE));
    starts[5] = w->at;
    DL_TRY(put_text(w));
    starts[6] = w->at;
    DL_TRY(put(w, note.p, note.n));
    DL_TRY(flush(w));
    uint32_t numbers[] = {DL_PLACEFILE_VERSION,
                          DL_PLACEFILE_HEAD,
                          0,
                          0,
                          0,
                          0,
                          (uint32_t)b->counts.rows,
                          w->keys,
                          w->log2,
                          (uint32_t)b->divisions.n,
                          (uint32_t)b->n_codes,
                          (uint32_t)note.n};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        le32(head + 8 + 4 * i, numbers[i]);
    le64(head + 16, w->at);
    le64(head + 24, w->sum);
    le64(head + 56, b->n_text);
    for (size_t i = 0; i < 7; i++)
        le64(head + 64 + 8 * i, starts[i]);
    return pwrite(w->fd, head, sizeof head, 0) == (ssize_t)sizeof head ? DL_OK : DL_ERR_IO;
}

static enum dl_err write_to(struct writer *w, dl_str note)
{
    dl_placebuild *b = w->b;
    w->log2 = 1;
    while (w->log2 < 28 && (uint64_t)4 << w->log2 < b->n_keys)
        w->log2++;
    w->total = b->counts.rows + b->n_keys;
    w->piece = malloc(DL_PLACEFILE_CHUNK);
    w->population = malloc((b->counts.rows + 1) * sizeof *w->population);
    w->rank = malloc(DL_GEONAMES_MAX_ID / IDS_A_RANK * sizeof *w->rank);
    w->buckets = calloc(((size_t)1 << w->log2) + 1, sizeof *w->buckets);
    bool memory =
        w->piece != NULL && w->population != NULL && w->rank != NULL && w->buckets != NULL;
    enum dl_err err = memory ? put_all(w, note) : DL_ERR_NOMEM;
    if (err == DL_OK && fsync(w->fd) != 0) err = DL_ERR_IO;
    free(w->piece);
    free(w->population);
    free(w->rank);
    free(w->buckets);
    return err;
}

/* A file of this name alone, still: no link that leads elsewhere, and not one that another import
 * has put in its place since. */
static bool is_own(int fd, const char *path)
{
    struct stat have, named;
    return fstat(fd, &have) == 0 && lstat(path, &named) == 0 && S_ISREG(have.st_mode) &&
           have.st_nlink == 1 && have.st_ino == named.st_ino && have.st_dev == named.st_dev;
}

/* One name for all, so that what a killed import left is written over; a lock keeps two apart. It
 * is held until the file has its last name. */
static enum dl_err open_beside(const char *path, int *ret_fd, struct dl_diag *diag)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !is_own(fd, path)) {
        close(fd);
        return dl_fail(diag, DL_ERR_BUSY, DL_NO_POS, "another import is writing %s; wait for it",
                       path);
    }
    if (ftruncate(fd, 0) != 0) {
        close(fd);
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", path, strerror(errno));
    }
    *ret_fd = fd;
    return DL_OK;
}

void dl_placebuild_tidy(const char *path)
{
    char temp[4096];
    if (snprintf(temp, sizeof temp, "%s.part", path) >= (int)sizeof temp) return;
    int fd = open(temp, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_own(fd, temp)) unlink(temp);
    close(fd);
}

enum dl_err dl_placebuild_write(dl_placebuild *b, const char *path, dl_str note,
                                struct dl_diag *diag)
{
    char temp[4096];
    if (note.n > DL_PLACEFILE_NOTE ||
        snprintf(temp, sizeof temp, "%s.part", path) >= (int)sizeof temp)
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "the path is too long");
    struct writer w = {.b = b};
    DL_TRY(open_beside(temp, &w.fd, diag));
    errno = 0;
    enum dl_err err = write_to(&w, note);
    int saved = errno;
    if (err == DL_OK) {
        err = dl_io_replace(temp, path, diag);
        if (err != DL_OK) unlink(temp);
        close(w.fd);
        return err;
    }
    unlink(temp);
    close(w.fd);
    return dl_fail(diag, err, DL_NO_POS, "cannot write %s: %s", path,
                   err == DL_ERR_IO && saved != 0 ? strerror(saved) : dl_err_text(err));
}
