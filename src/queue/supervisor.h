/* The supervisor: forks the processes of `serve`, restarts those that die, ends them in order.
 *
 * Children die with it (PR_SET_PDEATHSIG), so kill -9 of the supervisor is a clean crash of all.
 * A child that dies is started again after a pause that doubles from 100 ms to 10 s and is
 * forgotten after a minute of good running. On SIGTERM or SIGINT the children get SIGTERM one
 * after the other in the order of the list, DL_DRAIN_MS in all, then SIGKILL; a second signal
 * kills at once. Exit code DL_CHILD_GIVE_UP of a child (lock held, wrong schema) ends everything
 * with the code in its upper byte instead of a restart. */
#ifndef DL_QUEUE_SUPERVISOR_H
#define DL_QUEUE_SUPERVISOR_H

#include <stdbool.h>
#include <sys/types.h>

enum { DL_DRAIN_MS = 10000, DL_MAX_CHILDREN = 16, DL_CHILD_GIVE_UP = 64 };

struct dl_child {
    const char *name;
    int (*run)(void *ctx); /* exit code; DL_CHILD_GIVE_UP + n ends everything with n */
    void *ctx;
};

/* Returns the exit code for the process. */
int dl_supervise(const struct dl_child *children, unsigned n);

/* In a child: becomes readable, and true, once it was told to end. */
int dl_stop_fd(void);
bool dl_stop_wanted(void);
/* Sets the above up in a process without supervisor (commands): SIGTERM and SIGINT. */
void dl_stop_on_signals(void);

#endif
