#include "queue/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

enum { PAUSE_FIRST_MS = 100, PAUSE_MAX_MS = 10000, GOOD_RUN_MS = 60000, TICK_MS = 1000 };

static int stop_pipe[2] = {-1, -1};
static volatile sig_atomic_t stop_count;

static void on_stop(int signal_number)
{
    (void)signal_number;
    int saved = errno;
    stop_count = stop_count + 1;
    ssize_t put = write(stop_pipe[1], "s", 1);
    (void)put;
    errno = saved;
}

static void on_child(int signal_number)
{
    (void)signal_number;
    int saved = errno;
    ssize_t put = write(stop_pipe[1], "c", 1);
    (void)put;
    errno = saved;
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static void open_stop_pipe(void)
{
    if (stop_pipe[0] >= 0) {
        close(stop_pipe[0]);
        close(stop_pipe[1]);
    }
    stop_count = 0;
    DL_ASSERT(pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) == 0);
}

void dl_stop_on_signals(void)
{
    open_stop_pipe();
    handle(SIGTERM, on_stop);
    handle(SIGINT, on_stop);
    handle(SIGPIPE, SIG_IGN);
}

int dl_stop_fd(void)
{
    return stop_pipe[0];
}

bool dl_stop_wanted(void)
{
    return stop_count > 0;
}

struct state {
    pid_t pid; /* 0: not running */
    int64_t started_ms, start_at_ms;
    int pause_ms;
};

struct supervisor {
    const struct dl_child *children;
    unsigned n;
    struct state states[DL_MAX_CHILDREN];
    int exit_code; /* of a child that gave up, else -1 */
};

static void start(struct supervisor *s, unsigned i)
{
    pid_t parent = getpid();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        handle(SIGCHLD, SIG_DFL);
        handle(SIGINT, SIG_IGN); /* the terminal's Ctrl-C reaches all; the supervisor decides */
        open_stop_pipe();
        handle(SIGTERM, on_stop);
        handle(SIGPIPE, SIG_IGN);
        prctl(PR_SET_NAME, s->children[i].name);
        dl_log_set(DL_LOG_INFO, s->children[i].name);
        _exit(s->children[i].run(s->children[i].ctx));
    }
    struct state *st = &s->states[i];
    st->started_ms = dl_monotonic_ms();
    st->pid = pid > 0 ? pid : 0;
    if (pid < 0) st->start_at_ms = st->started_ms + PAUSE_MAX_MS;
}

static void buried(struct supervisor *s, unsigned i, int status)
{
    struct state *st = &s->states[i];
    int64_t now = dl_monotonic_ms();
    st->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) >= DL_CHILD_GIVE_UP) {
        s->exit_code = WEXITSTATUS(status) - DL_CHILD_GIVE_UP;
        return;
    }
    if (now - st->started_ms > GOOD_RUN_MS) st->pause_ms = 0;
    st->pause_ms = st->pause_ms == 0 ? PAUSE_FIRST_MS : st->pause_ms * 2;
    if (st->pause_ms > PAUSE_MAX_MS) st->pause_ms = PAUSE_MAX_MS;
    st->start_at_ms = now + st->pause_ms;
    if (dl_stop_wanted()) return;
    dl_log(DL_LOG_WARNING, "a process died and is started again", "name=%s %s=%d again_in_ms=%d",
           s->children[i].name, WIFSIGNALED(status) ? "signal" : "code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), st->pause_ms);
}

static void reap(struct supervisor *s)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (unsigned i = 0; i < s->n; i++)
            if (s->states[i].pid == pid) buried(s, i, status);
}

static void drain_pipe(void)
{
    char bytes[64];
    while (read(stop_pipe[0], bytes, sizeof bytes) > 0) {
    }
}

static void wait_for_news(int timeout_ms)
{
    struct pollfd p = {stop_pipe[0], POLLIN, 0};
    poll(&p, 1, timeout_ms);
    drain_pipe();
}

static void end_in_order(struct supervisor *s)
{
    int64_t deadline = dl_monotonic_ms() + DL_DRAIN_MS;
    for (unsigned i = 0; i < s->n; i++) {
        if (s->states[i].pid > 0) kill(s->states[i].pid, SIGTERM);
        while (s->states[i].pid > 0 && dl_monotonic_ms() < deadline && stop_count < 2) {
            wait_for_news(50);
            reap(s);
        }
    }
    for (unsigned i = 0; i < s->n; i++) {
        if (s->states[i].pid <= 0) continue;
        dl_log(DL_LOG_WARNING, "a process did not end in time", "name=%s", s->children[i].name);
        kill(s->states[i].pid, SIGKILL);
        waitpid(s->states[i].pid, NULL, 0);
    }
}

int dl_supervise(const struct dl_child *children, unsigned n)
{
    DL_ASSERT(n <= DL_MAX_CHILDREN);
    struct supervisor s = {.children = children, .n = n, .exit_code = -1};
    dl_stop_on_signals();
    handle(SIGCHLD, on_child);
    while (!dl_stop_wanted() && s.exit_code < 0) {
        int64_t now = dl_monotonic_ms();
        for (unsigned i = 0; i < n; i++)
            if (s.states[i].pid == 0 && s.states[i].start_at_ms <= now) start(&s, i);
        wait_for_news(s.exit_code < 0 ? PAUSE_FIRST_MS : TICK_MS);
        reap(&s);
    }
    stop_count = s.exit_code >= 0 ? 1 : stop_count;
    end_in_order(&s);
    return s.exit_code >= 0 ? s.exit_code : 0;
}
