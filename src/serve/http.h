/* HTTP in, by libmicrohttpd: its own epoll threads, small pools, limits on everything a stranger
 * controls. This module is transport only: it turns a request into one call of the handler and
 * the reply into bytes with the headers that every answer has (RFC 9110, CSP level 3).
 *
 * The handler runs on one of DL_HTTP_THREADS threads. It fills the reply; body memory is taken
 * over. Bodies of text are gzipped where the client takes it, get a weak ETag of their bytes, and
 * answer If-None-Match with 304. A stream is read piece by piece instead of a body; its reader
 * may call dl_http_pause() and return 0, and somebody else then calls dl_http_wake(). A handler
 * that waits for another process does the same, so that it holds a connection and no thread.
 *
 * Limits: DL_HTTP_MAX_* below. Errors of the handler are its own replies; without memory the
 * connection is closed. */
#ifndef DL_SERVE_HTTP_H
#define DL_SERVE_HTTP_H

#include <sys/types.h>

#include "base/str.h"

enum {
    DL_HTTP_THREADS = 2, /* a page costs about a millisecond; two keep a slow one apart */
    DL_HTTP_MAX_CONNECTIONS = 4000, /* 6 KB each measured with 4 KB pools */
    DL_HTTP_MAX_PARAMETERS = 64,    /* of a query; pages have ten. More are answered 414 */
    DL_HTTP_MAX_URI = 6 << 10,      /* leaves room in the pool for headers and the answer's */
    DL_HTTP_POOL = 8 << 10,         /* request line and headers must fit: longer is answered 431 */
    DL_HTTP_ANSWER_ROOM = 1 << 10,  /* of the pool: the headers of every answer, and more of some */
    DL_HTTP_IDLE_S = 30,            /* keep-alive, slow senders, readers that do not read */
    DL_HTTP_MAX_REQUEST_BODY = 64 << 10, /* of one that is not read: counted and dropped */
    DL_HTTP_KEPT_MAX = 64 << 20,         /* bodies being received, together */
    DL_HTTP_BODY_S = 60,                 /* for the whole of a body that is kept */
    DL_HTTP_MAX_REPLY_BODY = 64 << 20,
    DL_HTTP_REQUEST_MEMORY = 128 << 20, /* arena of one request */
    DL_HTTP_GZIP_MIN = 1000,            /* below, a packet is a packet */
    DL_HTTP_MAX_HEADERS = 6,
    DL_HTTP_MAX_PARAMS = 2,
};

typedef struct dl_http dl_http;
struct dl_http_connection; /* the transport's handle */

struct dl_http_request {
    dl_str method, path;               /* path: percent-decoded, valid UTF-8 */
    dl_str host;                       /* empty when not sent */
    dl_arena *arena;                   /* lives as long as the call of the handler */
    dl_str params[DL_HTTP_MAX_PARAMS]; /* what stood for {…} in the route */
    int refused; /* 0, or the status with which the transport refuses it: 400, 413 or 503 */
    dl_str body; /* when body_max() wanted it */
    void *later; /* set by the handler before (dl_http_reply.later): the call is woken */
    const dl_http *http;
    struct dl_http_connection *connection;
};

/* Value of ?name=, repaired to UTF-8 and without controls; {NULL,0} when absent. */
dl_str dl_http_query(const struct dl_http_request *request, const char *name);
dl_str dl_http_header(const struct dl_http_request *request, const char *name);
/* All headers of the name, joined by ", " (RFC 9110, 5.3). */
dl_str dl_http_header_all(const struct dl_http_request *request, const char *name);

struct dl_http_stream {
    /* Up to max bytes into p; 0 only after dl_http_pause(); -1 ends the stream. */
    ssize_t (*read)(void *ctx, char *p, size_t max);
    void (*close)(void *ctx); /* always called once */
    void *ctx;
};

struct dl_http_reply {
    int status;
    const char *type;  /* media type, with charset for text */
    const char *cache; /* Cache-Control */
    dl_buf body;
    dl_str fixed; /* body that lives as long as the program, in place of `body` */
    dl_str fixed_gzip;
    char etag[40]; /* with its quotes; made of the body when empty */
    struct {
        const char *name;
        dl_str value;
    } headers[DL_HTTP_MAX_HEADERS];
    size_t header_count;
    struct dl_http_stream stream; /* when stream.read is set */
    /* Not answered yet: the handler has called dl_http_pause() and is called again, with this in
     * request->later, after dl_http_wake(). The request's arena lives until then. */
    void *later;
};

/* Value is copied by the transport before the request's arena goes. Ignored when it holds controls.
 */
void dl_http_add_header(struct dl_http_reply *reply, const char *name, dl_str value);
/* Does the client hold this entity tag? Then the reply is made a 304 and true returned. */
bool dl_http_not_modified(const struct dl_http_request *request, struct dl_http_reply *reply,
                          const char *etag);

typedef void (*dl_http_handler)(void *ctx, struct dl_http_request *request,
                                struct dl_http_reply *reply);

struct dl_http_options {
    const char *address; /* numeric IPv4 or IPv6 */
    int port;            /* 0: any */
    int listen_fd;       /* already bound and listening; -1: bind address and port */
    dl_http_handler handler;
    /* How many bytes of the body the handler wants, asked when the head is there; 0: none.
     * NULL: never. */
    size_t (*body_max)(void *ctx, struct dl_http_request *request);
    void *ctx;
};

/* A bound, listening socket. Errors: INVALID (no numeric address), BUSY (port taken), IO. */
enum dl_err dl_http_listen(const char *address, int port, int *ret_fd,
                           struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_http_start(const struct dl_http_options *options, dl_http **ret_http,
                          struct dl_diag *diag) DL_MUST_USE;
int dl_http_port(const dl_http *http);
bool dl_http_is_loopback(const dl_http *http); /* of the address that it listens on */
struct dl_http_stats {
    uint64_t requests, by_class[6]; /* replies by first digit of the status */
    uint64_t bytes;                 /* of bodies, before compression */
    unsigned in_flight, connections;
};
void dl_http_stats(const dl_http *http, struct dl_http_stats *ret_stats);
/* No new connections; those under way go on. */
void dl_http_quiesce(dl_http *http);
/* Streams must have ended (woken and returned -1) or it waits for nobody and cuts them. */
void dl_http_stop(dl_http *http);

void dl_http_pause(struct dl_http_connection *connection);
void dl_http_wake(struct dl_http_connection *connection);

#endif
