/* A plain HTTP/1.1 client for tests: one request, the whole answer, over a real socket. */
#ifndef DL_TEST_CLIENT_H
#define DL_TEST_CLIENT_H

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

enum { CLIENT_MAX = 8 << 20, CLIENT_WAIT_MS = 5000 };

struct answer {
    int status;
    dl_buf raw;
    dl_str head, body;
};

static inline int client_connect(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

static inline void client_send(int fd, dl_str s)
{
    if (send(fd, s.p, s.n, MSG_NOSIGNAL) != (ssize_t)s.n) abort();
}

/* More bytes into buf; false at the end or when nothing comes for wait_ms. */
static inline bool client_more(int fd, dl_buf *buf, int wait_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, wait_ms) <= 0) return false;
    char block[65536];
    ssize_t n = recv(fd, block, sizeof block, 0);
    if (n <= 0) return false;
    dl_buf_add(buf, block, (size_t)n);
    return true;
}

static inline void answer_split(struct answer *a)
{
    dl_str all = dl_buf_slice(&a->raw);
    size_t end = dl_str_find_c(all, "\r\n\r\n", 0);
    if (end == DL_NO_POS) return;
    a->head = dl_str_sub(all, 0, end + 2);
    a->body = dl_str_sub(all, end + 4, all.n);
    a->status = all.n > 12 ? atoi(all.p + 9) : 0;
}

/* Sends the bytes as they are and reads until the server closes. */
static inline struct answer client_raw(int port, dl_str request)
{
    struct answer a = {.raw = DL_BUF_INIT(CLIENT_MAX)};
    int fd = client_connect(port);
    if (fd < 0) return a;
    client_send(fd, request);
    while (client_more(fd, &a.raw, CLIENT_WAIT_MS)) {
    }
    close(fd);
    answer_split(&a);
    return a;
}

static inline struct answer client_ask(int port, const char *method, const char *path,
                                       const char *headers)
{
    dl_buf request = DL_BUF_INIT(1 << 20);
    dl_buf_fmt(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method,
               path, headers);
    struct answer a = client_raw(port, dl_buf_slice(&request));
    dl_buf_free(&request);
    return a;
}

static inline struct answer client_get(int port, const char *path)
{
    return client_ask(port, "GET", path, "");
}

static inline void answer_free(struct answer *a)
{
    dl_buf_free(&a->raw);
}

static inline bool answer_has(const struct answer *a, const char *text)
{
    return dl_str_find_c(a->body, text, 0) != DL_NO_POS;
}

/* Value of a header of the answer, {NULL,0} when absent. */
static inline dl_str answer_header(const struct answer *a, const char *name)
{
    dl_str rest = a->head, line;
    size_t n = strlen(name);
    while (dl_str_line(&rest, &line))
        if (line.n > n && line.p[n] == ':' && dl_str_ieq_c(dl_str_sub(line, 0, n), name))
            return dl_str_trim(dl_str_sub(line, n + 1, line.n));
    return (dl_str){NULL, 0};
}

#endif
