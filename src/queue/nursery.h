/* The nursery: a small process that forks readers, so that who holds the database never forks.
 *
 * It is started before threads and databases exist, with everything that readers need already
 * mapped. The client asks over a socket: a new reader (its socket comes back by SCM_RIGHTS), the
 * end of a reader, how a reader ended. Readers die with the nursery, the nursery with its client.
 *
 * A reader takes one frame after the other: parts in, `work` called, parts out, arena reset. It
 * runs in the sandbox (queue/sandbox.h). One client thread at a time. */
#ifndef DL_QUEUE_NURSERY_H
#define DL_QUEUE_NURSERY_H

#include <sys/types.h>

#include "queue/frame.h"

/* The work of a reader. ask->type says which; parts of *ret_answer must live in the arena. */
typedef enum dl_err (*dl_reader_fn)(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                                    struct dl_frame *ret_answer, struct dl_diag *diag);

struct dl_nursery_options {
    dl_reader_fn work;
    void *ctx;
    bool sandboxed;
};

typedef struct dl_nursery dl_nursery;

/* Forks the nursery. Warns on the log where the kernel lacks a layer of the sandbox. */
enum dl_err dl_nursery_start(const struct dl_nursery_options *options,
                             dl_nursery **ret_nursery) DL_MUST_USE;
/* Ends it and all readers, waits for them. NULL ok. */
void dl_nursery_stop(dl_nursery *nursery);
/* A new reader; its socket is non-blocking and closed on exec. */
enum dl_err dl_nursery_spawn(dl_nursery *nursery, int *ret_fd, pid_t *ret_pid) DL_MUST_USE;
enum dl_err dl_nursery_kill(dl_nursery *nursery, pid_t pid) DL_MUST_USE;
/* Waits until the reader is gone and says how: a wait status (0 when it is not known). */
enum dl_err dl_nursery_wait(dl_nursery *nursery, pid_t pid, int *ret_status) DL_MUST_USE;

#endif
