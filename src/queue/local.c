#include "queue/local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/time.h"
#include "queue/supervisor.h"

enum {
    START_MS = 60000,  /* a store of millions is replayed first */
    REOPEN_MS = 15000, /* a supervisor restarts a writer within 10 s */
    REOPEN_PAUSE_MS = 50,
};

struct dl_local {
    struct dl_local_options options;
    dl_asker *asker;
    pid_t writer; /* 0: somebody else's */
};

static int run_writer(const struct dl_local_options *o, int ready_fd)
{
    struct dl_reader *reader;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_stop_on_signals();
    signal(SIGINT, SIG_IGN); /* the client decides */
    if (dl_reader_new(o->poison, &reader, &diag) != DL_OK) {
        dl_log(DL_LOG_ERROR, "readers cannot start", "why=%s", dl_log_text(dl_str_c(diag.message)));
        return 1;
    }
    dl_reader_import(reader, o->dir);
    struct dl_writer_options options = {
        .dir = o->dir,
        .readers = o->readers,
        .reader = reader,
        .sandboxed = o->sandboxed,
        .ready_fd = ready_fd,
    };
    return dl_writer_main(&options);
}

static enum dl_err how_it_ended(pid_t pid, struct dl_diag *diag)
{
    int status = 0;
    waitpid(pid, &status, 0);
    bool busy = WIFEXITED(status) && WEXITSTATUS(status) == DL_CHILD_GIVE_UP + 5;
    return dl_fail(diag, busy ? DL_ERR_BUSY : DL_ERR_IO, DL_NO_POS, "%s",
                   busy ? "the store is busy or of another version (see above)"
                        : "the store cannot be written (see above)");
}

static enum dl_err start_writer(dl_local *l, struct dl_diag *diag)
{
    int ready[2];
    DL_TRY(dl_io_make_dirs(l->options.dir, diag));
    if (pipe2(ready, O_CLOEXEC) != 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "no pipe");
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* what is under way is finished */
        if (getppid() != parent) _exit(1);
        close(ready[0]);
        dl_log_set(DL_LOG_WARNING, "write");
        _exit(run_writer(&l->options, ready[1]));
    }
    close(ready[1]);
    struct pollfd p = {ready[0], POLLIN, 0};
    char byte;
    bool good = pid > 0 && poll(&p, 1, START_MS) == 1 && read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    if (pid < 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot fork: %s", strerror(errno));
    if (!good) return how_it_ended(pid, diag);
    l->writer = pid;
    return DL_OK;
}

static enum dl_err wait_for_server(dl_local *l, struct dl_diag *diag)
{
    int64_t until = dl_monotonic_ms() + START_MS;
    enum dl_err err;
    do {
        poll(NULL, 0, REOPEN_PAUSE_MS);
        err = dl_asker_open(l->options.dir, &l->asker, diag);
    } while (err == DL_ERR_NOT_FOUND && !dl_stop_wanted() && dl_monotonic_ms() < until);
    return err;
}

static enum dl_err connect_or_start(dl_local *l, struct dl_diag *diag)
{
    enum dl_err err = dl_asker_open(l->options.dir, &l->asker, diag);
    if (err == DL_ERR_NOT_FOUND && l->options.server_only) return wait_for_server(l, diag);
    if (err != DL_ERR_NOT_FOUND) return err;
    DL_TRY(start_writer(l, diag));
    return dl_asker_open(l->options.dir, &l->asker, diag);
}

enum dl_err dl_local_open(const struct dl_local_options *options, dl_local **ret_local,
                          struct dl_diag *diag)
{
    dl_local *l = calloc(1, sizeof *l);
    if (l == NULL) return DL_ERR_NOMEM;
    l->options = *options;
    enum dl_err err = connect_or_start(l, diag);
    if (err != DL_OK) {
        dl_local_close(l);
        return err;
    }
    *ret_local = l;
    return DL_OK;
}

static void end_writer(dl_local *l)
{
    if (l->writer <= 0) return;
    kill(l->writer, SIGTERM);
    waitpid(l->writer, NULL, 0);
    l->writer = 0;
}

void dl_local_close(dl_local *l)
{
    if (l == NULL) return;
    dl_asker_free(l->asker);
    end_writer(l);
    free(l);
}

dl_asker *dl_local_asker(dl_local *l)
{
    return l->asker;
}

enum dl_err dl_local_reopen(dl_local *l, struct dl_diag *diag)
{
    int64_t until = dl_monotonic_ms() + REOPEN_MS;
    dl_asker_free(l->asker);
    l->asker = NULL;
    end_writer(l);
    for (;;) {
        enum dl_err err = connect_or_start(l, diag);
        bool again = err == DL_ERR_BUSY || err == DL_ERR_NETWORK || err == DL_ERR_NOT_FOUND;
        if (!again || dl_monotonic_ms() > until) return err;
        poll(NULL, 0, REOPEN_PAUSE_MS);
    }
}
