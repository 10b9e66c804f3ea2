#include "queue/requests.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64 };

static const char SOCKET_NAME[] = "write.sock";

struct peer {
    int fd;        /* -1: free */
    uint32_t turn; /* grows each time the place is used again: old tokens miss */
    bool greeted, closing;
    dl_inbox in;
    dl_outbox out;
};

struct open_request {
    uint64_t client_id;
    uint32_t place, turn, type;
    bool used;
};

struct dl_requests {
    int listen_fd;
    dl_request_fn fn;
    void *ctx;
    bool paused;
    struct peer peers[DL_REQUESTS_MAX_CLIENTS];
    struct open_request open[DL_REQUESTS_MAX_OPEN];
    size_t nopen, next_open;
};

const char *dl_request_name(uint32_t type)
{
    static const char *const names[] = {"none",
#define X(name, what) #name,
                                        DL_REQUEST_MAP(X)
#undef X
    };
    return type < sizeof names / sizeof *names ? names[type] : "unknown";
}

/* /proc/self/fd/N stands for the folder, so that its path may be of any length. */
static enum dl_err address_of(const char *dir, struct sockaddr_un *ret, int *ret_dir_fd,
                              struct dl_diag *diag)
{
    int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "no folder %s: %s", dir, strerror(errno));
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s", dir_fd, SOCKET_NAME);
    *ret_dir_fd = dir_fd;
    return DL_OK;
}

enum dl_err dl_requests_listen(const char *dir, int *ret_fd, struct dl_diag *diag)
{
    struct sockaddr_un address;
    int dir_fd = -1;
    DL_TRY(address_of(dir, &address, &dir_fd, diag));
    unlinkat(dir_fd, SOCKET_NAME, 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t old = umask(0077);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(fd, BACKLOG) == 0;
    int saved = errno;
    umask(old);
    close(dir_fd);
    if (good) return *ret_fd = fd, DL_OK;
    if (fd >= 0) close(fd);
    return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot listen in %s: %s", dir, strerror(saved));
}

enum dl_err dl_requests_new(int listen_fd, dl_request_fn fn, void *ctx, dl_requests **ret)
{
    dl_requests *r = calloc(1, sizeof *r);
    if (r == NULL) return DL_ERR_NOMEM;
    *r = (dl_requests){.listen_fd = listen_fd, .fn = fn, .ctx = ctx};
    for (size_t i = 0; i < DL_REQUESTS_MAX_CLIENTS; i++) {
        r->peers[i].fd = -1;
        dl_inbox_init(&r->peers[i].in);
        dl_outbox_init(&r->peers[i].out);
    }
    *ret = r;
    return DL_OK;
}

static void drop(struct peer *p)
{
    if (p->fd >= 0) close(p->fd);
    dl_inbox_free(&p->in);
    dl_outbox_free(&p->out);
    p->fd = -1;
    p->turn++;
    p->greeted = p->closing = false;
}

void dl_requests_free(dl_requests *r)
{
    if (r == NULL) return;
    for (size_t i = 0; i < DL_REQUESTS_MAX_CLIENTS; i++)
        drop(&r->peers[i]);
    if (r->listen_fd >= 0) close(r->listen_fd);
    free(r);
}

void dl_requests_pause(dl_requests *r, bool paused)
{
    r->paused = paused;
}

static void accept_all(dl_requests *r)
{
    for (size_t i = 0; i < DL_REQUESTS_MAX_CLIENTS; i++) {
        struct peer *p = &r->peers[i];
        if (p->fd >= 0) continue;
        int fd = accept4(r->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) return;
        p->fd = fd;
    }
}

static void put_answer(struct peer *p, uint32_t type, uint64_t id, enum dl_err err, dl_str text)
{
    struct dl_frame answer = {
        .type = type, .id = id, .error = err, .position = DL_NO_POS, .part = {text}};
    if (dl_outbox_put(&p->out, &answer) != DL_OK || dl_outbox_flush(&p->out, p->fd) != DL_OK)
        drop(p);
}

void dl_requests_answer(dl_requests *r, uint64_t token, enum dl_err err, dl_str text)
{
    DL_ASSERT(token < DL_REQUESTS_MAX_OPEN && r->open[token].used);
    struct open_request o = r->open[token];
    r->open[token].used = false;
    r->nopen--;
    struct peer *p = &r->peers[o.place];
    if (p->fd >= 0 && p->turn == o.turn) put_answer(p, o.type, o.client_id, err, text);
}

static void hello(struct peer *p, const struct dl_frame *f)
{
    p->greeted = f->id == DL_PROTOCOL;
    p->closing = !p->greeted;
    put_answer(p, f->type, f->id, p->greeted ? DL_OK : DL_ERR_VERSION,
               p->greeted ? DL_STR("{}") : DL_STR("the running server is of another version"));
}

static void take_request(dl_requests *r, size_t place, const struct dl_frame *f)
{
    struct peer *p = &r->peers[place];
    if (f->type == DL_REQUEST_HELLO) {
        hello(p, f);
        return;
    }
    if (!p->greeted) {
        drop(p);
        return;
    }
    while (r->open[r->next_open].used)
        r->next_open = (r->next_open + 1) % DL_REQUESTS_MAX_OPEN;
    size_t token = r->next_open;
    r->open[token] = (struct open_request){f->id, (uint32_t)place, p->turn, f->type, true};
    r->nopen++;
    r->fn(r->ctx, token, f);
}

static void read_peer(dl_requests *r, size_t place)
{
    struct peer *p = &r->peers[place];
    uint32_t turn = p->turn;
    for (;;) {
        struct dl_frame f;
        if (r->paused || r->nopen + 1 >= DL_REQUESTS_MAX_OPEN || p->closing) return;
        enum dl_err err = dl_inbox_take(&p->in, &f);
        if (err == DL_OK) {
            take_request(r, place, &f);
            if (p->fd < 0 || p->turn != turn) return;
            continue;
        }
        if (err == DL_ERR_BUSY) err = dl_inbox_fill(&p->in, p->fd);
        if (err == DL_ERR_BUSY) return;
        if (err != DL_OK) {
            drop(p);
            return;
        }
    }
}

size_t dl_requests_poll_fds(const dl_requests *r, struct pollfd *fds, size_t max)
{
    size_t n = 0;
    if (n < max && r->listen_fd >= 0) fds[n++] = (struct pollfd){r->listen_fd, POLLIN, 0};
    for (size_t i = 0; i < DL_REQUESTS_MAX_CLIENTS && n < max; i++) {
        const struct peer *p = &r->peers[i];
        if (p->fd < 0) continue;
        short events = (short)((r->paused ? 0 : POLLIN) | (dl_outbox_empty(&p->out) ? 0 : POLLOUT));
        fds[n++] = (struct pollfd){p->fd, events, 0};
    }
    return n;
}

void dl_requests_step(dl_requests *r)
{
    if (r->listen_fd >= 0) accept_all(r);
    for (size_t i = 0; i < DL_REQUESTS_MAX_CLIENTS; i++) {
        struct peer *p = &r->peers[i];
        if (p->fd < 0) continue;
        if (dl_outbox_flush(&p->out, p->fd) != DL_OK || (p->closing && dl_outbox_empty(&p->out))) {
            drop(p);
            continue;
        }
        read_peer(r, i);
    }
}

/* --- client ------------------------------------------------------------------------------- */

struct dl_asker {
    int fd;
    uint64_t next_id;
    dl_inbox in;
    dl_outbox out;
};

void dl_asker_free(dl_asker *a)
{
    if (a == NULL) return;
    close(a->fd);
    dl_inbox_free(&a->in);
    dl_outbox_free(&a->out);
    free(a);
}

static enum dl_err say_hello(dl_asker *a, struct dl_diag *diag)
{
    struct dl_frame f = {.type = DL_REQUEST_HELLO, .id = DL_PROTOCOL}, answer;
    DL_TRY(dl_outbox_put(&a->out, &f));
    DL_TRY(dl_asker_next(a, -1, &answer));
    if (answer.error == DL_OK) return DL_OK;
    return dl_fail(diag, (enum dl_err)answer.error, DL_NO_POS, "%.*s", DL_FMT(answer.part[0]));
}

enum dl_err dl_asker_open(const char *dir, dl_asker **ret_asker, struct dl_diag *diag)
{
    struct sockaddr_un address;
    int dir_fd = -1;
    DL_TRY(address_of(dir, &address, &dir_fd, diag));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool there = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(dir_fd);
    dl_asker *a = there ? calloc(1, sizeof *a) : NULL;
    if (a == NULL) {
        if (fd >= 0) close(fd);
        return dl_fail(diag, there ? DL_ERR_NOMEM : DL_ERR_NOT_FOUND, DL_NO_POS,
                       "no server is running on %s", dir);
    }
    *a = (dl_asker){.fd = fd, .next_id = 1};
    dl_inbox_init(&a->in);
    dl_outbox_init(&a->out);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    enum dl_err err = say_hello(a, diag);
    if (err != DL_OK) {
        dl_asker_free(a);
        return err;
    }
    *ret_asker = a;
    return DL_OK;
}

enum dl_err dl_asker_send(dl_asker *a, enum dl_request_type type, dl_str json, dl_str bytes,
                          uint64_t *ret_id)
{
    struct dl_frame f = {.type = type, .id = a->next_id++, .part = {json, bytes}};
    DL_TRY(dl_outbox_put(&a->out, &f));
    if (dl_outbox_flush(&a->out, a->fd) != DL_OK) return DL_ERR_NETWORK;
    *ret_id = f.id;
    return DL_OK;
}

enum dl_err dl_asker_next(dl_asker *a, int timeout_ms, struct dl_frame *ret)
{
    for (;;) {
        if (dl_outbox_flush(&a->out, a->fd) != DL_OK) return DL_ERR_NETWORK;
        enum dl_err err = dl_inbox_take(&a->in, ret);
        if (err != DL_ERR_BUSY) return err == DL_OK ? DL_OK : DL_ERR_NETWORK;
        err = dl_inbox_fill(&a->in, a->fd);
        if (err == DL_OK) continue;
        if (err != DL_ERR_BUSY) return DL_ERR_NETWORK;
        short events = (short)(POLLIN | (dl_outbox_empty(&a->out) ? 0 : POLLOUT));
        struct pollfd p = {a->fd, events, 0};
        int n = poll(&p, 1, timeout_ms);
        if (n == 0) return DL_ERR_BUSY;
        if (n < 0 && errno != EINTR) return DL_ERR_NETWORK;
    }
}

enum dl_err dl_asker_ask(dl_asker *a, enum dl_request_type type, dl_str json, dl_str bytes,
                         struct dl_frame *ret, struct dl_diag *diag)
{
    uint64_t id;
    struct dl_frame answer;
    DL_TRY(dl_asker_send(a, type, json, bytes, &id));
    do {
        if (dl_asker_next(a, -1, &answer) != DL_OK)
            return dl_fail(diag, DL_ERR_NETWORK, DL_NO_POS, "the server went away");
    } while (answer.id != id);
    if (answer.error != DL_OK)
        return dl_fail(diag, (enum dl_err)answer.error, DL_NO_POS, "%.*s", DL_FMT(answer.part[0]));
    *ret = answer;
    return DL_OK;
}

bool dl_asker_has_more(const dl_asker *a)
{
    return !dl_outbox_empty(&a->out);
}

int dl_asker_fd(const dl_asker *a)
{
    return a->fd;
}
