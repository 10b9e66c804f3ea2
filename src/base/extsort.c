#include "base/extsort.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

struct run {
    off_t at, end;      /* unread part of the file */
    size_t first, last; /* records in memory: [first, last) of the run's part of the memory */
};

struct dl_extsort {
    char *memory;
    size_t record, cap, n; /* records that memory holds, that are in it */
    size_t part;           /* while merging: records of memory for each run */
    int (*compare)(const void *a, const void *b);
    char folder[PATH_MAX];
    int fd; /* -1: everything is in memory */
    off_t size;
    struct run runs[DL_EXTSORT_MAX_RUNS];
    size_t n_runs;
    size_t heap[DL_EXTSORT_MAX_RUNS]; /* of runs that have records, the least first */
    size_t n_heap, next;
};

enum dl_err dl_extsort_new(const char *folder, size_t record, size_t memory,
                           int (*compare)(const void *, const void *), dl_extsort **ret_sort)
{
    DL_ASSERT(record > 0 && record <= DL_EXTSORT_MAX_RECORD);
    dl_extsort *s = calloc(1, sizeof *s);
    if (s == NULL) return DL_ERR_NOMEM;
    s->record = record;
    s->cap = memory / record > 0 ? memory / record : 1;
    s->compare = compare;
    s->fd = -1;
    s->memory = malloc(s->cap * record); /* touched as it fills */
    if (s->memory == NULL || strlen(folder) >= sizeof s->folder) {
        dl_extsort_free(s);
        return DL_ERR_NOMEM;
    }
    memcpy(s->folder, folder, strlen(folder) + 1);
    *ret_sort = s;
    return DL_OK;
}

void dl_extsort_free(dl_extsort *s)
{
    if (s == NULL) return;
    if (s->fd >= 0) close(s->fd);
    free(s->memory);
    free(s);
}

static int nameless_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char path[PATH_MAX + 16];
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    snprintf(path, sizeof path, "%s/.sort-XXXXXX", folder); /* a file system without O_TMPFILE */
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

static enum dl_err write_run(dl_extsort *s)
{
    if (s->n == 0) return DL_OK;
    if (s->n_runs == DL_EXTSORT_MAX_RUNS) return DL_ERR_TOO_BIG;
    if (s->fd < 0 && (s->fd = nameless_file(s->folder)) < 0) return DL_ERR_IO;
    qsort(s->memory, s->n, s->record, s->compare);
    DL_TRY(dl_io_write_fd(s->fd, s->memory, s->n * s->record));
    off_t end = s->size + (off_t)(s->n * s->record);
    s->runs[s->n_runs++] = (struct run){.at = s->size, .end = end};
    s->size = end;
    s->n = 0;
    return DL_OK;
}

enum dl_err dl_extsort_add(dl_extsort *s, const void *record)
{
    if (s->n == s->cap) DL_TRY(write_run(s));
    memcpy(s->memory + s->n++ * s->record, record, s->record);
    return DL_OK;
}

static char *record_of(const dl_extsort *s, size_t run)
{
    return s->memory + (run * s->part + s->runs[run].first) * s->record;
}

static enum dl_err fill(dl_extsort *s, size_t run)
{
    struct run *r = &s->runs[run];
    size_t bytes = s->part * s->record, have = 0;
    if ((off_t)bytes > r->end - r->at) bytes = (size_t)(r->end - r->at);
    char *to = s->memory + run * s->part * s->record;
    while (have < bytes) {
        ssize_t n = pread(s->fd, to + have, bytes - have, r->at + (off_t)have);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return DL_ERR_IO;
        have += (size_t)n;
    }
    r->at += (off_t)bytes;
    r->first = 0;
    r->last = bytes / s->record;
    return DL_OK;
}

static bool less(const dl_extsort *s, size_t a, size_t b)
{
    int order = s->compare(record_of(s, a), record_of(s, b));
    return order < 0 || (order == 0 && a < b);
}

static void sink(dl_extsort *s, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < s->n_heap; i = child) {
        if (child + 1 < s->n_heap && less(s, s->heap[child + 1], s->heap[child])) child++;
        if (!less(s, s->heap[child], s->heap[i])) return;
        size_t up = s->heap[child];
        s->heap[child] = s->heap[i];
        s->heap[i] = up;
    }
}

enum dl_err dl_extsort_start(dl_extsort *s)
{
    if (s->fd < 0) {
        qsort(s->memory, s->n, s->record, s->compare);
        return DL_OK;
    }
    DL_TRY(write_run(s));
    s->part = s->cap / s->n_runs;
    if (s->part == 0) return DL_ERR_TOO_BIG;
    for (size_t i = 0; i < s->n_runs; i++) {
        DL_TRY(fill(s, i));
        s->heap[s->n_heap++] = i;
    }
    for (size_t i = s->n_heap; i-- > 0;)
        sink(s, i);
    return DL_OK;
}

enum dl_err dl_extsort_next(dl_extsort *s, void *ret_record)
{
    if (s->fd < 0) {
        if (s->next == s->n) return DL_ERR_NOT_FOUND;
        memcpy(ret_record, s->memory + s->next++ * s->record, s->record);
        return DL_OK;
    }
    if (s->n_heap == 0) return DL_ERR_NOT_FOUND;
    size_t run = s->heap[0];
    struct run *r = &s->runs[run];
    memcpy(ret_record, record_of(s, run), s->record);
    if (++r->first == r->last && r->at < r->end) DL_TRY(fill(s, run));
    if (r->first == r->last) s->heap[0] = s->heap[--s->n_heap];
    sink(s, 0);
    return DL_OK;
}
