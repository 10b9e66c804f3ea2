#include "cmd/side_reader.h"

#include "base/utf8.h"
#include "queue/pool.h"
#include "queue/sandbox.h"

struct dl_side_reader {
    dl_nursery *nursery;
    dl_pool *pool;
};

struct job {
    dl_arena *arena;
    dl_str parts[DL_FRAME_PARTS];
    struct dl_diag *diag;
    enum dl_err err;
    bool done;
};

static enum dl_err take(struct job *job, const struct dl_frame *answer)
{
    for (size_t i = 0; i < DL_FRAME_PARTS; i++) {
        if (!dl_utf8_valid(answer->part[i], NULL))
            return dl_fail(job->diag, DL_ERR_ENCODING, DL_NO_POS, "the reader's answer is broken");
        job->parts[i] = dl_str_dup(job->arena, answer->part[i]);
    }
    return dl_arena_failed(job->arena);
}

static void done(void *ctx, void *of_job, const struct dl_frame *answer, const struct dl_diag *diag)
{
    (void)ctx;
    struct job *job = of_job;
    job->done = true;
    job->err = (enum dl_err)answer->error;
    if (job->err == DL_OK)
        job->err = take(job, answer);
    else if (job->diag != NULL)
        *job->diag = *diag;
}

enum dl_err dl_side_reader_open(dl_reader_fn work, void *ctx, dl_side_reader **ret_reader)
{
    struct dl_nursery_options options = {.work = work, .ctx = ctx, .sandboxed = true};
    dl_side_reader *r = calloc(1, sizeof *r);
    if (r == NULL) return DL_ERR_NOMEM;
    enum dl_err err = dl_nursery_start(&options, &r->nursery);
    if (err == DL_OK) err = dl_pool_new(r->nursery, 1, done, NULL, &r->pool);
    if (err != DL_OK) {
        dl_side_reader_close(r);
        return err;
    }
    *ret_reader = r;
    return DL_OK;
}

void dl_side_reader_close(dl_side_reader *r)
{
    if (r == NULL) return;
    dl_pool_free(r->pool);
    dl_nursery_stop(r->nursery);
    free(r);
}

enum dl_err dl_side_reader_ask(dl_side_reader *r, dl_arena *arena,
                               const dl_str parts[DL_FRAME_PARTS], dl_str ret_parts[DL_FRAME_PARTS],
                               struct dl_diag *diag)
{
    struct job job = {.arena = arena, .diag = diag};
    DL_TRY(dl_pool_submit(r->pool, 1, parts, &job));
    while (!job.done)
        DL_TRY(dl_pool_wait(r->pool, DL_READER_WALL_MS / 2));
    DL_TRY(job.err);
    memcpy(ret_parts, job.parts, sizeof job.parts);
    return DL_OK;
}
