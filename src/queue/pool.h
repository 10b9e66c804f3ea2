/* A pool of readers: jobs in, answers out, in the order in which they become ready.
 *
 * Each reader holds up to two jobs, so that it never waits for its parent. A reader that dies or
 * runs past the wall clock costs the job it was on: that job's answer is DL_ERR_CRASHED,
 * DL_ERR_CPU or DL_ERR_TIMEOUT; the job behind it is given to another. Single thread; the caller
 * polls the descriptors itself (dl_pool_poll_fds) or lets dl_pool_wait do it. */
#ifndef DL_QUEUE_POOL_H
#define DL_QUEUE_POOL_H

#include <poll.h>

#include "queue/nursery.h"

enum { DL_POOL_MAX_READERS = 64, DL_POOL_DEPTH = 2 };

typedef struct dl_pool dl_pool;

/* answer->error != 0: the job failed, diag says how. Parts are valid during the call only. It may
 * submit new jobs. */
typedef void (*dl_pool_done)(void *ctx, void *job, const struct dl_frame *answer,
                             const struct dl_diag *diag);

enum dl_err dl_pool_new(dl_nursery *nursery, unsigned readers, dl_pool_done done, void *ctx,
                        dl_pool **ret_pool) DL_MUST_USE;
void dl_pool_free(dl_pool *pool); /* jobs in flight are forgotten */

/* Can another job be taken at once? */
bool dl_pool_has_room(const dl_pool *pool);
size_t dl_pool_in_flight(const dl_pool *pool);
/* Only when there is room. The parts stay with the caller, who keeps them until done is called. */
enum dl_err dl_pool_submit_kept(dl_pool *pool, uint32_t type, const dl_str part[DL_FRAME_PARTS],
                                void *job) DL_MUST_USE;
/* The same; copies the parts. */
enum dl_err dl_pool_submit(dl_pool *pool, uint32_t type, const dl_str part[DL_FRAME_PARTS],
                           void *job) DL_MUST_USE;

/* Fills at most max entries; returns how many. Then poll(), then dl_pool_step with the same. */
size_t dl_pool_poll_fds(const dl_pool *pool, struct pollfd *ret_fds, size_t max);
/* Moves bytes, calls done, restarts dead readers, ends those past the wall clock. */
enum dl_err dl_pool_step(dl_pool *pool) DL_MUST_USE;
/* poll + step, at most timeout_ms. */
enum dl_err dl_pool_wait(dl_pool *pool, int timeout_ms) DL_MUST_USE;

#endif
