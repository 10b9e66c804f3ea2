/* The `web` process: pages, API, feeds and live changes out of the store, which it only reads.
 *
 * dl_web_main() opens the store read-only (it may not be there yet: pages say so, /readyz is 503),
 * serves until stop_fd becomes readable or closes, drains for at most DL_WEB_DRAIN_MS and returns
 * an exit code. dl_web_start/tick/stop are its parts, for tests. Requests run on the transport's
 * threads, each with a store connection of its own from a small pool; the caller's thread looks
 * for changes every DL_WEB_TICK_MS or when wake_fd becomes readable, and wakes the live readers. */
#ifndef DL_SERVE_WEB_H
#define DL_SERVE_WEB_H

#include "base/str.h"

enum {
    DL_WEB_DRAIN_MS = 9000,           /* the supervisor kills after 10 s */
    DL_WEB_CHANGES_MEMORY = 16 << 20, /* one batch of changes */
    DL_WEB_TICK_MS = 250, /* a change reaches a reader within a blink and costs one index look-up */
};

struct dl_web_options {
    const char *store;   /* data folder of the ledger */
    const char *address; /* numeric; with port, when listen_fd is -1 */
    int port;            /* 0: any free one */
    int listen_fd;       /* bound and listening, or -1 */
    const char *hosts;   /* comma list of further host names that a loopback listener answers for */
    const char *egress_allow; /* ranges that the operator opened, for Status; NULL: none */
    bool full_text; /* documents show all their text: for the operator, not for the public */
    bool offline;   /* nothing is fetched, for the pages' explanations */
    void (*versions)(dl_buf *out); /* "name version" lines for Status; NULL: this folder's */
    int writer_fd;                 /* connected to the writer, -1: none */
    const char *websub_base;       /* where hubs reach us, for Status; NULL: nowhere */
    int stop_fd;                   /* readable or closed: stop; -1: never */
    int wake_fd;                   /* readable: the store changed (bytes are dropped); -1: none */
};

int dl_web_main(const struct dl_web_options *options);

typedef struct dl_web dl_web;
enum dl_err dl_web_start(const struct dl_web_options *options, dl_web **ret_web,
                         struct dl_diag *diag) DL_MUST_USE;
void dl_web_tick(dl_web *web); /* looks for changes and beats the heart of the streams */
void dl_web_stop(dl_web *web);

int dl_web_port(const dl_web *web);
bool dl_web_is_offline(const dl_web *web);
bool dl_web_shows_text(const dl_web *web);
const char *dl_web_hosts(const dl_web *web);
void dl_web_versions(const dl_web *web, dl_buf *out);
const char *dl_web_egress(const dl_web *web); /* NULL: nothing is opened */
int64_t dl_web_started_ms(const dl_web *web);
struct dl_live *dl_web_live(dl_web *web);
struct dl_door *dl_web_door(dl_web *web);   /* to the writer */
struct dl_limit *dl_web_limit(dl_web *web); /* of those who call */
const char *dl_web_websub_base(const dl_web *web);

/* A store connection within one moment of the store; NULL: the reply is made an error (503 when
 * there is no store yet). Every one taken is given back. */
struct dl_store;
struct dl_http_reply;
struct dl_store *dl_web_read(dl_web *web, struct dl_http_reply *reply);
void dl_web_unread(dl_web *web, struct dl_store *store);
/* Makes the reply the error that err means; false for DL_OK. what: "story", "document", … */
bool dl_web_failed(struct dl_http_reply *reply, enum dl_err err, const char *what);

/* Names and versions of the libraries of this folder, one a line, for --version. */
void dl_serve_versions(dl_buf *out);

#endif
