/* A farm of sites on loopback: thousands of names, feeds that answer as real ones do, TLS by a CA
 * of its own, a name server, and a book of how its guests behaved.
 *
 *     farm --sites 15000 --feeds 12 --ca CA.pem --list FEEDS.opml [--log SHOWN]
 *
 * Prints "ready http=PORT tls=PORT dns=PORT" when it listens. GET /book (any host, the http
 * port) gives its figures as JSON, /book/reset gives them and begins anew, /book/forgive also
 * forgets who must wait how long. Ends with SIGTERM. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "farm.h"

enum { EVENTS = 256, BACKLOG = 4096, TICK_MS = 20, FLOOR_MS = 15 * 60 * 1000 };

enum what { LISTENS_HTTP, LISTENS_TLS, ANSWERS_NAMES, CONNECTION };
struct end {
    enum what what;
    int fd;
};

struct guest {
    struct end end; /* first */
    SSL *ssl;
    bool greeted; /* TLS is up */
    bool known_site, waits, late, close;
    uint32_t site;
    size_t n, sent;
    int64_t due_ms;               /* late: its answer goes out then */
    struct guest *before, *after; /* in the list of the late ones */
    dl_buf out;
    char request[REQUEST_MAX];
};

static struct {
    struct world world;
    struct book book;
    SSL_CTX *tls;
    int epoll;
    struct guest *late;
    uint16_t dns_port;
    volatile sig_atomic_t stop;
} farm;

static void on_signal(int number)
{
    (void)number;
    farm.stop = 1;
}

/* --- guests ------------------------------------------------------------------------------- */

static void watch(struct guest *g, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = g};
    epoll_ctl(farm.epoll, EPOLL_CTL_MOD, g->end.fd, &event);
}

static void take_out_late(struct guest *g)
{
    if (!g->late) return;
    if (g->before != NULL)
        g->before->after = g->after;
    else
        farm.late = g->after;
    if (g->after != NULL) g->after->before = g->before;
    g->late = false;
}

static void begins(struct guest *g, uint32_t site)
{
    int64_t now_ms = dl_monotonic_ms();
    struct site_book *book = &farm.book.sites[site];
    if (!g->known_site) {
        g->known_site = true;
        g->site = site;
        book->open++;
        if (book->open > book->most_open) book->most_open = book->open;
    }
    book->under_way++;
    if (book->under_way > book->most_under_way) book->most_under_way = book->under_way;
    int64_t gap = now_ms - book->ended_ms;
    if (book->ended_ms != 0 && (book->least_gap_ms < 0 || gap < book->least_gap_ms))
        book->least_gap_ms = gap;
    g->waits = true;
}

static void ends(struct guest *g, int64_t monotonic_ms)
{
    if (!g->waits) return;
    farm.book.sites[g->site].under_way--;
    farm.book.sites[g->site].ended_ms = monotonic_ms;
    g->waits = false;
}

static void leave(struct guest *g)
{
    take_out_late(g);
    ends(g, dl_monotonic_ms());
    if (g->known_site) farm.book.sites[g->site].open--;
    SSL_free(g->ssl);
    close(g->end.fd);
    dl_buf_free(&g->out);
    free(g);
}

static void welcome(int listener, bool tls)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        struct guest *g = calloc(1, sizeof *g);
        if (g == NULL) abort();
        g->end = (struct end){CONNECTION, fd};
        g->greeted = !tls;
        dl_buf_init(&g->out, REPLY_MAX);
        if (tls) {
            g->ssl = SSL_new(farm.tls);
            SSL_set_fd(g->ssl, fd);
            SSL_set_accept_state(g->ssl);
        }
        farm.book.connections++;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = g};
        epoll_ctl(farm.epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

/* -1: gone, 0: not now, else bytes. */
static ssize_t transfer(struct guest *g, void *p, size_t n, bool out)
{
    if (g->ssl == NULL) {
        ssize_t got = out ? send(g->end.fd, p, n, MSG_NOSIGNAL) : recv(g->end.fd, p, n, 0);
        if (got > 0) return got;
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    }
    ERR_clear_error(); /* else another guest's failure is taken for this one's */
    int got = out ? SSL_write(g->ssl, p, (int)n) : SSL_read(g->ssl, p, (int)n);
    if (got > 0) return got;
    int why = SSL_get_error(g->ssl, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* The answer ends when its last piece is given out: who is told may act before we look again. */
static bool flush(struct guest *g)
{
    int64_t gave_ms = dl_monotonic_ms();
    while (g->sent < g->out.n) {
        gave_ms = dl_monotonic_ms();
        ssize_t put = transfer(g, g->out.p + g->sent, g->out.n - g->sent, true);
        if (put < 0) return false;
        if (put == 0) {
            watch(g, EPOLLIN | EPOLLOUT);
            return true;
        }
        g->sent += (size_t)put;
        farm.book.bytes += (uint64_t)put;
    }
    if (g->sent > 0) {
        ends(g, gave_ms);
        dl_buf_free(&g->out);
        g->sent = 0;
        watch(g, EPOLLIN);
    }
    return !g->close;
}

static bool serve(struct guest *g, int64_t now_ms)
{
    char *end = memmem(g->request, g->n, "\r\n\r\n", 4);
    if (end == NULL) return g->n < sizeof g->request - 1;
    end[2] = '\0';
    struct reply r = reply_to(&farm.world, &farm.book, g->request, now_ms, &g->out);
    g->n = 0;
    g->close = r.close;
    if (r.known_site) begins(g, r.site);
    if (r.delay_ms == 0) return flush(g);
    g->due_ms = now_ms + r.delay_ms;
    g->late = true;
    g->before = NULL;
    g->after = farm.late;
    if (farm.late != NULL) farm.late->before = g;
    farm.late = g;
    return true;
}

static bool greet(struct guest *g)
{
    ERR_clear_error();
    int done = SSL_do_handshake(g->ssl);
    if (done == 1) {
        g->greeted = true;
        farm.book.handshakes++;
        farm.book.resumed += (unsigned)SSL_session_reused(g->ssl);
        return true;
    }
    int why = SSL_get_error(g->ssl, done);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static bool look_after(struct guest *g, uint32_t events)
{
    if (!g->greeted && !greet(g)) return false;
    if (!g->greeted) return true;
    if (events & EPOLLOUT) return flush(g);
    for (;;) {
        ssize_t got = transfer(g, g->request + g->n, sizeof g->request - 1 - g->n, false);
        if (got < 0) return false;
        if (got == 0) return true;
        g->n += (size_t)got;
        if (!serve(g, dl_now_ms())) return false;
    }
}

static void serve_late(void)
{
    int64_t now = dl_now_ms();
    for (struct guest *g = farm.late, *after; g != NULL; g = after) {
        after = g->after;
        if (g->due_ms > now) continue;
        take_out_late(g);
        if (!flush(g)) leave(g);
    }
}

/* --- start -------------------------------------------------------------------------------- */

static struct end ends_of_farm[2 * FARM_ADDRESSES + 3];
static size_t n_ends;

static void add_end(enum what what, int fd)
{
    struct end *end = &ends_of_farm[n_ends++];
    *end = (struct end){what, fd};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
    if (fd < 0 || epoll_ctl(farm.epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("farm: cannot listen");
        exit(1);
    }
}

/* Port 0 becomes a free one. */
static int listen_at(uint32_t address, uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(*port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    socklen_t length = sizeof at;
    at.sin_addr.s_addr = htonl(address);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, BACKLOG) != 0)
        return -1;
    getsockname(fd, (struct sockaddr *)&at, &length);
    *port = ntohs(at.sin_port);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in at;
    socklen_t length = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &length);
    return ntohs(at.sin_port);
}

static void open_all(void)
{
    farm.epoll = epoll_create1(EPOLL_CLOEXEC);
    add_end(LISTENS_HTTP, listen_at(INADDR_LOOPBACK, &farm.world.http_port)); /* for control */
    for (uint32_t i = 0; i < FARM_ADDRESSES; i++) {
        uint32_t address = (127u << 24) + (1u << 8) + 1 + i;
        add_end(LISTENS_HTTP, listen_at(address, &farm.world.http_port));
        add_end(LISTENS_TLS, listen_at(address, &farm.world.tls_port));
    }
    int names = names_open(0);
    add_end(ANSWERS_NAMES, names);
    farm.dns_port = port_of(names);
}

static void write_file(const char *path, void put(const struct world *, FILE *))
{
    if (path == NULL) return;
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
    put(&farm.world, out);
    fclose(out);
}

static void run(void)
{
    struct epoll_event events[EVENTS];
    while (!farm.stop) {
        int n = epoll_wait(farm.epoll, events, EVENTS, farm.late != NULL ? TICK_MS : 1000);
        for (int i = 0; i < n; i++) {
            struct end *end = events[i].data.ptr;
            if (end->what == CONNECTION) {
                struct guest *g = events[i].data.ptr;
                if (!look_after(g, events[i].events)) leave(g);
            } else if (end->what == ANSWERS_NAMES) {
                names_answer(end->fd);
            } else {
                welcome(end->fd, end->what == LISTENS_TLS);
            }
        }
        if (farm.late != NULL) serve_late();
    }
}

static const struct option options[] = {{"sites", 1, NULL, 's'},      {"feeds", 1, NULL, 'f'},
                                        {"big", 1, NULL, 'b'},        {"period", 1, NULL, 'p'},
                                        {"tls", 1, NULL, 't'},        {"good", 0, NULL, 'g'},
                                        {"slow", 1, NULL, 'w'},       {"ca", 1, NULL, 'c'},
                                        {"list", 1, NULL, 'l'},       {"begun", 0, NULL, 'e'},
                                        {"validators", 1, NULL, 'v'}, {"log", 1, NULL, 'o'},
                                        {"floor", 1, NULL, 'r'},      {NULL, 0, NULL, 0}};

int main(int argc, char **argv)
{
    const char *ca = NULL, *list = NULL, *validators = NULL;
    FILE *log = NULL;
    int64_t floor_ms = FLOOR_MS;
    farm.world = (struct world){.sites = 100, .feeds = 3, .period_s = 3600, .tls_percent = 60};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        uint32_t number = optarg != NULL ? (uint32_t)strtoul(optarg, NULL, 10) : 0;
        if (c == 's') farm.world.sites = number;
        if (c == 'f') farm.world.feeds = number;
        if (c == 'b') farm.world.big = number;
        if (c == 'p') farm.world.period_s = number;
        if (c == 't') farm.world.tls_percent = number;
        if (c == 'g') farm.world.all_good = true;
        if (c == 'w') farm.world.slow_ms = number;
        if (c == 'c') ca = optarg;
        if (c == 'l') list = optarg;
        if (c == 'v') validators = optarg;
        if (c == 'e') farm.world.begun = true;
        if (c == 'r') floor_ms = (int64_t)number * 1000;
        if (c == 'o' && (log = fopen(optarg, "w")) == NULL) return perror(optarg), 1;
        if (c == '?') return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    signal(SIGPIPE, SIG_IGN); /* TLS writes without MSG_NOSIGNAL */
    farm.world.epoch_ms = dl_now_ms();
    book_start(&farm.book, &farm.world, floor_ms, log);
    farm.tls = ca != NULL ? tls_start(ca) : NULL;
    if (farm.tls == NULL) return fprintf(stderr, "farm: no CA file\n"), 1;
    open_all();
    write_file(list, farm_put_list);
    write_file(validators, farm_put_validators);
    printf("ready http=%u tls=%u dns=%u\n", farm.world.http_port, farm.world.tls_port,
           farm.dns_port);
    fflush(stdout);
    run();
    if (log != NULL) fclose(log);
    return 0;
}
