#include "queue/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "queue/sandbox.h"

enum {
    MAX_READERS = 256,
    READER_NICE = 5, /* there are many of them; the one writer and the page go first */
};

enum request_kind { SPAWN = 1, KILL, WAIT };

struct request {
    int kind;
    pid_t pid;
};

struct reply {
    int good;
    pid_t pid;
    int status;
};

struct dl_nursery {
    int fd;
    pid_t pid; /* -1 when adopted */
};

/* --- the reader process ------------------------------------------------------------------- */

static void answer_failure(struct dl_frame *answer, enum dl_err err, const struct dl_diag *diag)
{
    answer->error = err;
    answer->position = diag->pos;
    const char *message = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    answer->part[0] = dl_str_c(message);
    for (size_t i = 1; i < DL_FRAME_PARTS; i++)
        answer->part[i] = (dl_str){NULL, 0};
}

_Noreturn static void reader_main(const struct dl_nursery_options *o, int fd)
{
    dl_arena_keep_memory();
    dl_arena *arena = dl_arena_new(DL_READER_HEAP_MAX);
    dl_inbox in;
    dl_outbox out;
    dl_inbox_init(&in);
    dl_outbox_init(&out);
    if (arena == NULL) _exit(1);
    if (o->sandboxed && dl_sandbox_enter() == DL_ERR_STATE) _exit(1);
    struct dl_frame ask;
    while (dl_frame_read(&in, fd, &ask) == DL_OK) {
        struct dl_diag diag = {.pos = DL_NO_POS};
        struct dl_frame answer = {.type = ask.type, .id = ask.id};
        if (o->sandboxed) dl_sandbox_more_cpu();
        enum dl_err err = o->work(o->ctx, arena, &ask, &answer, &diag);
        answer.type = ask.type;
        answer.id = ask.id;
        if (err != DL_OK) answer_failure(&answer, err, &diag);
        enum dl_err sent = dl_frame_write(&out, fd, &answer);
        if (sent == DL_ERR_TOO_BIG) {
            answer_failure(&answer, DL_ERR_TOO_BIG, &(struct dl_diag){.pos = DL_NO_POS});
            sent = dl_frame_write(&out, fd, &answer);
        }
        if (sent != DL_OK) break;
        dl_arena_reset(arena);
    }
    _exit(0);
}

/* --- the nursery process ------------------------------------------------------------------ */

struct child {
    pid_t pid;
    int status;
    bool gone;
};

static struct child children[MAX_READERS];

static struct child *child_of(pid_t pid)
{
    for (size_t i = 0; i < MAX_READERS; i++)
        if (children[i].pid == pid && pid > 0) return &children[i];
    return NULL;
}

static void reap(void)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        struct child *c = child_of(pid);
        if (c != NULL) *c = (struct child){pid, status, true};
    }
}

static bool send_reply(int fd, const struct reply *reply, int passed_fd)
{
    struct iovec iov = {(void *)(uintptr_t)reply, sizeof *reply};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    if (passed_fd >= 0) {
        msg.msg_control = control.bytes;
        msg.msg_controllen = sizeof control.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &passed_fd, sizeof(int));
    }
    return sendmsg(fd, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof *reply;
}

static struct child *free_place(void)
{
    struct child *oldest = NULL;
    for (size_t i = 0; i < MAX_READERS; i++) {
        if (children[i].pid == 0) return &children[i];
        if (children[i].gone) oldest = &children[i];
    }
    return oldest;
}

static bool spawn(const struct dl_nursery_options *o, int client)
{
    struct reply reply = {0};
    int pair[2];
    struct child *place = free_place();
    if (place == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return send_reply(client, &reply, -1);
    pid_t nursery = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != nursery) _exit(1);
        prctl(PR_SET_NAME, "read");
        setpriority(PRIO_PROCESS, 0, READER_NICE);
        close(client);
        close(pair[0]);
        reader_main(o, pair[1]);
    }
    close(pair[1]);
    if (pid > 0) {
        *place = (struct child){.pid = pid};
        reply = (struct reply){.good = 1, .pid = pid};
    }
    bool sent = send_reply(client, &reply, pid > 0 ? pair[0] : -1);
    close(pair[0]);
    return sent;
}

static struct reply end_of(pid_t pid)
{
    struct child *c = child_of(pid);
    if (c == NULL) return (struct reply){.good = 0};
    int status = c->status;
    if (!c->gone && waitpid(pid, &status, 0) != pid) return (struct reply){.good = 0};
    *c = (struct child){0};
    return (struct reply){.good = 1, .pid = pid, .status = status};
}

_Noreturn static void nursery_main(const struct dl_nursery_options *o, int client)
{
    for (;;) {
        struct pollfd p = {client, POLLIN, 0};
        poll(&p, 1, 1000);
        reap();
        if (p.revents == 0) continue;
        struct request r;
        if (recv(client, &r, sizeof r, 0) != (ssize_t)sizeof r) break;
        bool good = true;
        if (r.kind == SPAWN) {
            good = spawn(o, client);
        } else if (r.kind == KILL) {
            struct child *c = child_of(r.pid);
            if (c != NULL && !c->gone) kill(c->pid, SIGKILL);
            good = send_reply(client, &(struct reply){.good = c != NULL}, -1);
        } else if (r.kind == WAIT) {
            struct reply reply = end_of(r.pid);
            good = send_reply(client, &reply, -1);
        }
        if (!good) break;
    }
    for (size_t i = 0; i < MAX_READERS; i++)
        if (children[i].pid > 0 && !children[i].gone) kill(children[i].pid, SIGKILL);
    _exit(0);
}

/* --- the client --------------------------------------------------------------------------- */

enum dl_err dl_nursery_start(const struct dl_nursery_options *options, dl_nursery **ret_nursery)
{
    int pair[2];
    dl_nursery *n = calloc(1, sizeof *n);
    if (n == NULL) return DL_ERR_NOMEM;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        free(n);
        return DL_ERR_IO;
    }
    if (options->sandboxed && dl_sandbox_missing() != NULL)
        dl_log(DL_LOG_WARNING, "readers run with a weaker sandbox", "missing=%s",
               dl_log_text(dl_str_c(dl_sandbox_missing())));
    fflush(NULL);
    pid_t client = getpid();
    n->pid = fork();
    if (n->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != client) _exit(1);
        prctl(PR_SET_NAME, "nursery");
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        close(pair[0]);
        nursery_main(options, pair[1]);
    }
    close(pair[1]);
    n->fd = pair[0];
    if (n->pid < 0) {
        close(n->fd);
        free(n);
        return DL_ERR_IO;
    }
    *ret_nursery = n;
    return DL_OK;
}

void dl_nursery_stop(dl_nursery *n)
{
    if (n == NULL) return;
    close(n->fd);
    if (n->pid > 0) waitpid(n->pid, NULL, 0);
    free(n);
}

static enum dl_err ask(dl_nursery *n, const struct request *request, struct reply *ret_reply,
                       int *ret_fd)
{
    if (send(n->fd, request, sizeof *request, MSG_NOSIGNAL) != (ssize_t)sizeof *request)
        return DL_ERR_IO;
    struct iovec iov = {ret_reply, sizeof *ret_reply};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control.bytes,
                         .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(n->fd, &msg, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof *ret_reply || !ret_reply->good) return DL_ERR_IO;
    if (ret_fd == NULL) return DL_OK;
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (c == NULL || c->cmsg_type != SCM_RIGHTS) return DL_ERR_IO;
    memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
    return DL_OK;
}

enum dl_err dl_nursery_spawn(dl_nursery *n, int *ret_fd, pid_t *ret_pid)
{
    struct reply reply;
    int fd = -1;
    DL_TRY(ask(n, &(struct request){.kind = SPAWN}, &reply, &fd));
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *ret_fd = fd;
    *ret_pid = reply.pid;
    return DL_OK;
}

enum dl_err dl_nursery_kill(dl_nursery *n, pid_t pid)
{
    struct reply reply;
    return ask(n, &(struct request){.kind = KILL, .pid = pid}, &reply, NULL);
}

enum dl_err dl_nursery_wait(dl_nursery *n, pid_t pid, int *ret_status)
{
    struct reply reply;
    DL_TRY(ask(n, &(struct request){.kind = WAIT, .pid = pid}, &reply, NULL));
    *ret_status = reply.status;
    return DL_OK;
}
