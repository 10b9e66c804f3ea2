#include "queue/pool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"
#include "queue/sandbox.h"

/* A reader that dies while it holds no job cannot be blamed on a document: after this many in a
 * row something is wrong with the machine. */
enum { MAX_IDLE_DEATHS = 5 };

struct reader {
    int fd; /* -1: not there */
    pid_t pid;
    dl_inbox in;
    void *jobs[DL_POOL_DEPTH]; /* [0] is the one it works on */
    struct dl_frame asks[DL_POOL_DEPTH];
    dl_buf ask_bytes[DL_POOL_DEPTH];
    size_t njobs;
    size_t nsent, sent; /* asks that are out, bytes of the next one that are */
    int64_t since_ms;   /* jobs[0] began */
};

struct dl_pool {
    dl_nursery *nursery;
    unsigned n;
    unsigned idle_deaths;
    dl_pool_done done;
    void *ctx;
    struct reader readers[DL_POOL_MAX_READERS];
};

static enum dl_err start(dl_pool *pool, struct reader *r)
{
    dl_inbox_free(&r->in);
    r->nsent = r->sent = 0;
    return dl_nursery_spawn(pool->nursery, &r->fd, &r->pid);
}

enum dl_err dl_pool_new(dl_nursery *nursery, unsigned readers, dl_pool_done done, void *ctx,
                        dl_pool **ret_pool)
{
    DL_ASSERT(readers > 0 && readers <= DL_POOL_MAX_READERS);
    dl_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) return DL_ERR_NOMEM;
    *pool = (dl_pool){.nursery = nursery, .n = readers, .done = done, .ctx = ctx};
    enum dl_err err = DL_OK;
    for (unsigned i = 0; i < DL_POOL_MAX_READERS; i++) {
        struct reader *r = &pool->readers[i];
        r->fd = -1;
        dl_inbox_init(&r->in);
        for (size_t k = 0; k < DL_POOL_DEPTH; k++)
            dl_buf_init(&r->ask_bytes[k], SIZE_MAX / 2);
        if (i < readers && err == DL_OK) err = start(pool, r);
    }
    if (err != DL_OK) {
        dl_pool_free(pool);
        return err;
    }
    *ret_pool = pool;
    return DL_OK;
}

void dl_pool_free(dl_pool *pool)
{
    if (pool == NULL) return;
    for (unsigned i = 0; i < DL_POOL_MAX_READERS; i++) {
        struct reader *r = &pool->readers[i];
        if (r->fd >= 0) {
            close(r->fd);
            int status;
            if (dl_nursery_kill(pool->nursery, r->pid) == DL_OK &&
                dl_nursery_wait(pool->nursery, r->pid, &status) != DL_OK)
                r->pid = -1;
        }
        dl_inbox_free(&r->in);
        for (size_t k = 0; k < DL_POOL_DEPTH; k++)
            dl_buf_free(&r->ask_bytes[k]);
    }
    free(pool);
}

static struct reader *least_busy(const dl_pool *pool)
{
    const struct reader *best = NULL;
    for (unsigned i = 0; i < pool->n; i++) {
        const struct reader *r = &pool->readers[i];
        if (r->njobs < DL_POOL_DEPTH && (best == NULL || r->njobs < best->njobs)) best = r;
    }
    return (struct reader *)(uintptr_t)best;
}

bool dl_pool_has_room(const dl_pool *pool)
{
    return least_busy(pool) != NULL;
}

size_t dl_pool_in_flight(const dl_pool *pool)
{
    size_t n = 0;
    for (unsigned i = 0; i < pool->n; i++)
        n += pool->readers[i].njobs;
    return n;
}

static enum dl_err flush(struct reader *r)
{
    while (r->nsent < r->njobs) {
        enum dl_err err = dl_frame_send(r->fd, &r->asks[r->nsent], &r->sent);
        if (err == DL_ERR_BUSY) return DL_OK;
        DL_TRY(err);
        r->nsent++;
        r->sent = 0;
    }
    return DL_OK;
}

/* The parts live until the answer is there: a crash of the job before must not lose them. */
static void give(struct reader *r, uint32_t type, const dl_str part[DL_FRAME_PARTS], void *job)
{
    struct dl_frame *ask = &r->asks[r->njobs];
    *ask = (struct dl_frame){.type = type};
    memcpy(ask->part, part, sizeof ask->part);
    if (r->njobs == 0) r->since_ms = dl_monotonic_ms();
    r->jobs[r->njobs++] = job;
    /* A dead peer shows at the next step. */
    if (r->fd >= 0 && flush(r) != DL_OK) return;
}

static enum dl_err check_sizes(const dl_str part[DL_FRAME_PARTS])
{
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        if (part[i].n > DL_FRAME_MAX_PART) return DL_ERR_TOO_BIG;
    return DL_OK;
}

enum dl_err dl_pool_submit_kept(dl_pool *pool, uint32_t type, const dl_str part[DL_FRAME_PARTS],
                                void *job)
{
    struct reader *r = least_busy(pool);
    DL_ASSERT(r != NULL);
    DL_TRY(check_sizes(part));
    give(r, type, part, job);
    return DL_OK;
}

enum dl_err dl_pool_submit(dl_pool *pool, uint32_t type, const dl_str part[DL_FRAME_PARTS],
                           void *job)
{
    struct reader *r = least_busy(pool);
    DL_ASSERT(r != NULL);
    DL_TRY(check_sizes(part));
    dl_buf *bytes = &r->ask_bytes[r->njobs];
    dl_str kept[DL_FRAME_PARTS];
    size_t total = 1;
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        total += part[i].n;
    dl_buf_reset(bytes);
    DL_TRY(dl_buf_reserve(bytes, total));
    for (size_t i = 0; i < DL_FRAME_PARTS; i++) {
        kept[i] = (dl_str){bytes->p + bytes->n, part[i].n};
        dl_buf_str(bytes, part[i]);
    }
    give(r, type, kept, job);
    return DL_OK;
}

/* Takes jobs[0] off the reader. The buffers rotate so that none is freed or copied. */
static void *shift(struct reader *r)
{
    void *job = r->jobs[0];
    dl_buf first = r->ask_bytes[0];
    for (size_t k = 1; k < DL_POOL_DEPTH; k++) {
        r->jobs[k - 1] = r->jobs[k];
        r->asks[k - 1] = r->asks[k];
        r->ask_bytes[k - 1] = r->ask_bytes[k];
    }
    r->ask_bytes[DL_POOL_DEPTH - 1] = first;
    r->njobs--;
    if (r->nsent > 0) r->nsent--;
    r->since_ms = dl_monotonic_ms();
    return job;
}

static enum dl_err blame(int status, bool was_slow, struct dl_diag *diag)
{
    if (was_slow)
        return dl_fail(diag, DL_ERR_TIMEOUT, DL_NO_POS, "it took longer than %d s",
                       DL_READER_WALL_MS / 1000);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return dl_fail(diag, DL_ERR_CPU, DL_NO_POS, "it needed more than %d s of processor time",
                       DL_READER_CPU_S);
    if (WIFSIGNALED(status))
        return dl_fail(diag, DL_ERR_CRASHED, DL_NO_POS, "the reader died of signal %d (%s)",
                       WTERMSIG(status), strsignal(WTERMSIG(status)));
    return dl_fail(diag, DL_ERR_CRASHED, DL_NO_POS, "the reader ended with code %d",
                   WEXITSTATUS(status));
}

/* The reader is gone or must go: its first job fails, the others go to its successor. */
static enum dl_err bury(dl_pool *pool, struct reader *r, bool was_slow)
{
    int status = 0;
    close(r->fd);
    r->fd = -1;
    DL_TRY(dl_nursery_kill(pool->nursery, r->pid));
    DL_TRY(dl_nursery_wait(pool->nursery, r->pid, &status));
    if (r->njobs == 0 && ++pool->idle_deaths > MAX_IDLE_DEATHS) return DL_ERR_CRASHED;
    if (r->njobs > 0) {
        struct dl_diag diag = {.pos = DL_NO_POS};
        struct dl_frame answer = {.error = blame(status, was_slow, &diag), .position = DL_NO_POS};
        void *job = shift(r);
        pool->done(pool->ctx, job, &answer, &diag);
    }
    DL_TRY(start(pool, r));
    r->since_ms = dl_monotonic_ms();
    return DL_OK;
}

static void deliver(dl_pool *pool, struct reader *r, const struct dl_frame *answer)
{
    struct dl_diag diag = {.code = (enum dl_err)answer->error, .pos = (size_t)answer->position};
    if (answer->error != DL_OK) /* its words go into logs and onto pages */
        (void)!dl_fail(&diag, diag.code, diag.pos, "%.*s", DL_FMT(answer->part[0]));
    if (!dl_utf8_valid(dl_str_c(diag.message), NULL)) diag.message[0] = '\0';
    void *job = shift(r);
    pool->idle_deaths = 0;
    pool->done(pool->ctx, job, answer, &diag);
}

static enum dl_err step(dl_pool *pool, struct reader *r)
{
    if (flush(r) != DL_OK) return bury(pool, r, false);
    for (;;) {
        struct dl_frame answer;
        enum dl_err err = dl_inbox_take(&r->in, &answer);
        if (err == DL_OK && r->nsent > 0) {
            deliver(pool, r, &answer);
            continue;
        }
        if (err != DL_ERR_BUSY) return bury(pool, r, false);
        err = dl_inbox_fill(&r->in, r->fd);
        if (err == DL_ERR_BUSY) break;
        if (err != DL_OK) return bury(pool, r, false);
    }
    bool slow = r->njobs > 0 && dl_monotonic_ms() - r->since_ms > DL_READER_WALL_MS;
    return slow ? bury(pool, r, true) : DL_OK;
}

enum dl_err dl_pool_step(dl_pool *pool)
{
    for (unsigned i = 0; i < pool->n; i++)
        DL_TRY(step(pool, &pool->readers[i]));
    return DL_OK;
}

size_t dl_pool_poll_fds(const dl_pool *pool, struct pollfd *ret_fds, size_t max)
{
    size_t n = 0;
    for (unsigned i = 0; i < pool->n && n < max; i++) {
        const struct reader *r = &pool->readers[i];
        short events = (short)(POLLIN | (r->nsent == r->njobs ? 0 : POLLOUT));
        ret_fds[n++] = (struct pollfd){r->fd, events, 0};
    }
    return n;
}

enum dl_err dl_pool_wait(dl_pool *pool, int timeout_ms)
{
    struct pollfd fds[DL_POOL_MAX_READERS];
    size_t n = dl_pool_poll_fds(pool, fds, DL_POOL_MAX_READERS);
    poll(fds, n, timeout_ms);
    return dl_pool_step(pool);
}
