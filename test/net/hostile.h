/* A local server that answers as the test says, and a DNS server that lies as the test says. */
#ifndef TEST_NET_HOSTILE_H
#define TEST_NET_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REQUEST_MAX = 16384, RECORDS = 256 };

struct record { /* one request as it came */
    int64_t at_ms, done_ms;
    uint32_t local; /* address that was connected, host byte order */
    char text[2048];
};

struct hostile {
    uint16_t port, dns_port;
    int listener, dns;
    volatile bool stop;
    volatile size_t n_records, n_questions, n_connections,
        n_elsewhere; /* elsewhere: not 127.0.0.1 */
    struct record records[RECORDS];
    struct hostile_private *own;
};

/* What is sent for a path: head (status line and headers, blank line included), then body `times`
 * times with a pause before each. */
struct route {
    const char *path;
    const char *head;
    const void *body;
    size_t n, times;
    unsigned pause_ms;
    bool stay; /* keep the connection for the next request */
};

/* Addresses of a name: the n-th question gets the n-th row, then the last one holds; for "~name"
 * the rows come in turn. ".pit.test" speaks for all names below; the row "*" is the address that
 * stands in the name ("10-0-0-1.x.test"). Ends with NULL. */
struct name {
    const char *name;
    const char *rows[4]; /* "127.0.0.1 10.0.0.1" */
    uint32_t ttl;
};

struct hostile *hostile_start(const struct name *names);
void hostile_stop(struct hostile *h);
/* Replaces all routes. An unknown path gets 404. The array and what it points to must stay. */
void hostile_routes(struct hostile *h, const struct route *routes, size_t n);
/* How often path was asked for; the last of these requests. */
size_t hostile_asked(struct hostile *h, const char *path, struct record *ret_last);
/* No records, no routes; names begin anew. */
void hostile_clear(struct hostile *h);

/* What the server answers in this test, and nothing else. */
#define ROUTES(...)                                                                                \
    struct route routes[] = {__VA_ARGS__};                                                         \
    hostile_clear(hostile);                                                                        \
    hostile_routes(hostile, routes, sizeof routes / sizeof *routes)

#endif
