/* The sandbox of a reader: nothing to open, nobody to talk to, bounded memory and time.
 *
 * seccomp allow-list (read, write and memory calls only; anything else ends the process), Landlock
 * (no file at all), no new privileges, RLIMIT_AS, no core file. What the kernel lacks is said once
 * by the parent with dl_sandbox_missing() and done without. Everything a reader needs is mapped
 * before. Source: seccomp(2), landlock(7). */
#ifndef DL_QUEUE_SANDBOX_H
#define DL_QUEUE_SANDBOX_H

#include "base/err.h"

#include <stdbool.h>

enum {
    DL_READER_HEAP_MAX = 256 << 20, /* arena cap: 16 MiB of page cost at most this */
    DL_READER_CPU_S = 2,            /* a document */
    DL_READER_WALL_MS = 10000,      /* a document, watched by the parent */
};

/* Seals the calling process for good. DL_ERR_UNSUPPORTED when some layer is missing. */
enum dl_err dl_sandbox_enter(void) DL_MUST_USE;
/* So many bytes were mapped on top of what every reader has; before dl_sandbox_enter(). */
void dl_sandbox_mapped(size_t bytes);
/* Words for what this kernel lacks ("Landlock"), NULL when all is there. */
const char *dl_sandbox_missing(void);
/* Gives the process DL_READER_CPU_S more seconds of processor time than it has used. */
void dl_sandbox_more_cpu(void);

#endif
