#include "hostile.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/time.h"

enum { MAX_CONNECTIONS = 8192, STACK = 256 << 10 };

struct hostile_private {
    pthread_mutex_t lock;
    pthread_t accepting, answering, connections[MAX_CONNECTIONS];
    size_t n_threads;
    const struct name *names;
    size_t asked[64];
    const struct route *routes;
    size_t n_routes;
};

struct connection {
    struct hostile *h;
    int fd;
};

static bool send_all(struct hostile *h, int fd, const char *p, size_t n)
{
    while (n > 0 && !h->stop) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd poll_fd = {fd, POLLOUT, 0};
            poll(&poll_fd, 1, 20);
        } else if (sent <= 0) {
            return false;
        } else {
            p += sent;
            n -= (size_t)sent;
        }
    }
    return n == 0;
}

static void nap(struct hostile *h, unsigned ms)
{
    for (; ms > 0 && !h->stop; ms -= ms < 20 ? ms : 20)
        usleep((ms < 20 ? ms : 20) * 1000);
}

static void copy_route(struct hostile *h, const char *target, struct route *ret_route)
{
    static const char missing[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    *ret_route = (struct route){.path = target, .head = missing, .stay = true};
    pthread_mutex_lock(&h->own->lock);
    for (size_t i = 0; i < h->own->n_routes; i++) {
        size_t n = strlen(h->own->routes[i].path);
        if (strncmp(target, h->own->routes[i].path, n) == 0 && strchr(" ?", target[n]) != NULL)
            *ret_route = h->own->routes[i];
    }
    pthread_mutex_unlock(&h->own->lock);
}

static size_t keep_record(struct hostile *h, int fd, const char *request)
{
    struct sockaddr_in local = {0};
    socklen_t length = sizeof local;
    getsockname(fd, (struct sockaddr *)&local, &length);
    pthread_mutex_lock(&h->own->lock);
    size_t at = h->n_records % RECORDS;
    struct record *record = &h->records[at];
    *record = (struct record){.at_ms = dl_monotonic_ms(), .local = ntohl(local.sin_addr.s_addr)};
    snprintf(record->text, sizeof record->text, "%.2047s", request);
    h->n_records++;
    pthread_mutex_unlock(&h->own->lock);
    return at;
}

static bool answer(struct hostile *h, int fd, const char *request)
{
    struct route route;
    const char *target = strchr(request, ' ');
    if (target == NULL) return false;
    size_t at = keep_record(h, fd, request);
    copy_route(h, target + 1, &route);
    bool open = send_all(h, fd, route.head, strlen(route.head));
    if (strncmp(request, "HEAD ", 5) == 0) route.times = 0;
    for (size_t i = 0; open && !h->stop && i < route.times; i++) {
        nap(h, route.pause_ms);
        open = send_all(h, fd, route.body, route.n);
    }
    pthread_mutex_lock(&h->own->lock);
    h->records[at].done_ms = dl_monotonic_ms();
    pthread_mutex_unlock(&h->own->lock);
    return open && route.stay;
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    struct hostile *h = c->h;
    char request[REQUEST_MAX];
    size_t n = 0;
    while (!h->stop) {
        struct pollfd poll_fd = {c->fd, POLLIN, 0};
        if (poll(&poll_fd, 1, 20) <= 0) continue;
        ssize_t got = recv(c->fd, request + n, sizeof request - n - 1, 0);
        if (got <= 0) break;
        n += (size_t)got;
        request[n] = '\0';
        if (request[0] == 0x16) { /* a TLS handshake */
            send_all(h, c->fd, "HTTP/1.1 400 Bad\r\n\r\n", 20);
            break;
        }
        char *end = strstr(request, "\r\n\r\n");
        if (end == NULL && n < sizeof request - 1) continue;
        if (!answer(h, c->fd, request)) break;
        n = 0;
    }
    close(c->fd);
    free(c);
    return NULL;
}

static void note_connection(struct hostile *h, int fd)
{
    struct sockaddr_in local = {0};
    socklen_t length = sizeof local;
    getsockname(fd, (struct sockaddr *)&local, &length);
    h->n_connections++;
    if (ntohl(local.sin_addr.s_addr) != INADDR_LOOPBACK) h->n_elsewhere++;
}

static void *accept_all(void *arg)
{
    struct hostile *h = arg;
    pthread_attr_t small; /* thousands come, and are joined at the end */
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, STACK);
    while (!h->stop) {
        struct pollfd poll_fd = {h->listener, POLLIN, 0};
        if (poll(&poll_fd, 1, 20) <= 0) continue;
        int fd = accept4(h->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue;
        note_connection(h, fd);
        struct connection *c = malloc(sizeof *c);
        *c = (struct connection){h, fd};
        if (h->own->n_threads == MAX_CONNECTIONS ||
            pthread_create(&h->own->connections[h->own->n_threads], &small, serve, c) != 0)
            abort();
        h->own->n_threads++;
    }
    return NULL;
}

/* --- DNS ---------------------------------------------------------------------------------- */

static size_t read_name(const unsigned char *p, size_t n, char *out, size_t size)
{
    size_t at = 12, length = 0;
    while (at < n && p[at] != 0) {
        size_t label = p[at++];
        for (size_t i = 0; i < label && at < n && length + 2 < size; i++)
            out[length++] = (char)p[at++];
        out[length++] = '.';
    }
    out[length > 0 ? length - 1 : 0] = '\0';
    return at + 1;
}

static size_t put_addresses(unsigned char *out, const char *row, uint32_t ttl, size_t *ret_count)
{
    char copy[256], *save = NULL;
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", row);
    *ret_count = 0;
    for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        const unsigned char head[] = {
            0xC0, 12, 0, 1, 0, 1, 0, 0, (unsigned char)(ttl >> 8), (unsigned char)ttl, 0, 4};
        memcpy(out + n, head, sizeof head);
        inet_pton(AF_INET, word, out + n + sizeof head);
        n += sizeof head + 4;
        ++*ret_count;
    }
    return n;
}

/* "10-0-0-1.x.test" is 10.0.0.1. Only the name server's thread asks. */
static const char *address_in(const char *asked)
{
    static char address[64];
    snprintf(address, sizeof address, "%.*s", (int)strcspn(asked, "."), asked);
    for (char *p = address; *p != '\0'; p++)
        if (*p == '-') *p = '.';
    return address;
}

static const char *row_of(struct hostile *h, const char *asked, bool counts, uint32_t *ret_ttl)
{
    const struct name *names = h->own->names;
    for (size_t i = 0; names[i].name != NULL; i++) {
        bool in_turn = names[i].name[0] == '~';
        const char *name = names[i].name + in_turn;
        size_t length = strlen(asked), tail = strlen(name);
        bool any = name[0] == '.' && length > tail;
        if (strcasecmp(name, any ? asked + length - tail : asked) != 0) continue;
        size_t row = h->own->asked[i];
        if (counts) h->own->asked[i]++;
        size_t n = 0;
        while (n < 4 && names[i].rows[n] != NULL)
            n++;
        row = in_turn ? row % n : row < n ? row : n - 1;
        *ret_ttl = names[i].ttl;
        return strcmp(names[i].rows[row], "*") == 0 ? address_in(asked) : names[i].rows[row];
    }
    return NULL;
}

static void *answer_names(void *arg)
{
    struct hostile *h = arg;
    unsigned char p[1024];
    char name[300];
    while (!h->stop) {
        struct pollfd poll_fd = {h->dns, POLLIN, 0};
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        if (poll(&poll_fd, 1, 20) <= 0) continue;
        ssize_t got = recvfrom(h->dns, p, 512, 0, (struct sockaddr *)&from, &length);
        if (got < 17) continue;
        uint32_t ttl = 0;
        size_t end = read_name(p, (size_t)got, name, sizeof name), count = 0;
        bool wants_v4 = p[end + 1] == 1;
        const char *row = row_of(h, name, wants_v4, &ttl);
        h->n_questions++;
        end += 4;
        p[2] = 0x81;
        p[3] = row == NULL ? 0x83 : 0x80;
        if (row != NULL && wants_v4) end += put_addresses(p + end, row, ttl, &count);
        p[6] = p[8] = p[9] = p[10] = p[11] = 0;
        p[7] = (unsigned char)count;
        sendto(h->dns, p, end, 0, (struct sockaddr *)&from, length);
    }
    return NULL;
}

/* --- life --------------------------------------------------------------------------------- */

static int open_port(int type, uint32_t address, uint16_t *ret_port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    socklen_t length = sizeof in;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof in) != 0) abort();
    if (type == SOCK_STREAM && listen(fd, 256) != 0) abort();
    getsockname(fd, (struct sockaddr *)&in, &length);
    *ret_port = ntohs(in.sin_port);
    return fd;
}

struct hostile *hostile_start(const struct name *names)
{
    struct hostile *h = calloc(1, sizeof *h);
    h->own = calloc(1, sizeof *h->own);
    h->own->names = names;
    pthread_mutex_init(&h->own->lock, NULL);
    /* On every loopback address: a connection to another than 127.0.0.1 is seen. */
    h->listener = open_port(SOCK_STREAM, INADDR_ANY, &h->port);
    h->dns = open_port(SOCK_DGRAM, INADDR_LOOPBACK, &h->dns_port);
    pthread_create(&h->own->accepting, NULL, accept_all, h);
    pthread_create(&h->own->answering, NULL, answer_names, h);
    return h;
}

void hostile_stop(struct hostile *h)
{
    h->stop = true;
    pthread_join(h->own->accepting, NULL);
    pthread_join(h->own->answering, NULL);
    for (size_t i = 0; i < h->own->n_threads; i++)
        pthread_join(h->own->connections[i], NULL);
    close(h->listener);
    close(h->dns);
    free(h->own);
    free(h);
}

void hostile_routes(struct hostile *h, const struct route *routes, size_t n)
{
    pthread_mutex_lock(&h->own->lock);
    h->own->routes = routes;
    h->own->n_routes = n;
    pthread_mutex_unlock(&h->own->lock);
}

size_t hostile_asked(struct hostile *h, const char *path, struct record *ret_last)
{
    size_t n = 0, length = strlen(path);
    pthread_mutex_lock(&h->own->lock);
    for (size_t i = 0; i < h->n_records && i < RECORDS; i++) {
        const char *target = strchr(h->records[i].text, ' ');
        if (target == NULL || strncmp(target + 1, path, length) != 0 ||
            strchr(" ?", target[1 + length]) == NULL)
            continue;
        n++;
        if (ret_last != NULL) *ret_last = h->records[i];
    }
    pthread_mutex_unlock(&h->own->lock);
    return n;
}

void hostile_clear(struct hostile *h)
{
    pthread_mutex_lock(&h->own->lock);
    h->n_records = h->n_questions = h->n_connections = h->n_elsewhere = 0;
    h->own->n_routes = 0;
    memset(h->own->asked, 0, sizeof h->own->asked);
    pthread_mutex_unlock(&h->own->lock);
}
