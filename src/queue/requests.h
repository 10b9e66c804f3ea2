/* The writer's door: typed, idempotent requests over a Unix socket in the data directory.
 *
 * A client says hello with the protocol version, then sends frames: type, part[0] = JSON of the
 * request, part[1] = bytes. The answer comes when what it asked for is committed: part[0] = JSON,
 * or an error. Answers carry the request's id and may come in another order. A request that names
 * an idempotency "key" may be sent again after a lost connection; it happens once.
 *
 * Only the user who owns the data directory can connect (mode 0700). Paths longer than a socket
 * address holds work. Single thread; the server is driven by poll. */
#ifndef DL_QUEUE_REQUESTS_H
#define DL_QUEUE_REQUESTS_H

#include <poll.h>

#include "queue/frame.h"

enum { DL_PROTOCOL = 2, DL_REQUESTS_MAX_CLIENTS = 64, DL_REQUESTS_MAX_OPEN = 4096 };

/* One list of requests: name, what it does. */
#define DL_REQUEST_MAP(X)                                                                          \
    X(HELLO, "version check, first on every connection")                                           \
    X(INGEST, "one page, feed, sitemap or article: stored, read, answered when durable")           \
    X(WORK, "next polls and pages to fetch")                                                       \
    X(FETCHED, "result of a poll or of a page")                                                    \
    X(SOURCES, "outlets and feeds: add, change, remove")                                           \
    X(HUBS, "what is to be asked of hubs, marked as asked")                                        \
    X(HUB_TOLD, "a hub did not take what was asked")                                               \
    X(HUB_CALLED, "a hub confirms or denies")                                                      \
    X(PUSHED, "a hub delivers")                                                                    \
    X(DECIDE, "a person joins or parts two origins of a claim, or takes that back")                \
    X(SETTLED, "answered when everything taken so far is read and in its story")

enum dl_request_type {
    DL_REQUEST_NONE,
#define X(name, what) DL_REQUEST_##name,
    DL_REQUEST_MAP(X)
#undef X
};
const char *dl_request_name(uint32_t type);

/* --- server ------------------------------------------------------------------------------- */

typedef struct dl_requests dl_requests;

/* Takes over the request: answer it now or later with dl_requests_answer(token). */
typedef void (*dl_request_fn)(void *ctx, uint64_t token, const struct dl_frame *request);

/* A listening socket at DIR/write.sock; an old one is replaced (the caller holds the lock). */
enum dl_err dl_requests_listen(const char *dir, int *ret_fd, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_requests_new(int listen_fd, dl_request_fn fn, void *ctx,
                            dl_requests **ret_requests) DL_MUST_USE;
void dl_requests_free(dl_requests *requests); /* closes the connections and the listener */
/* A token whose client is gone is ignored. */
void dl_requests_answer(dl_requests *requests, uint64_t token, enum dl_err err, dl_str json_or_why);
size_t dl_requests_poll_fds(const dl_requests *requests, struct pollfd *ret_fds, size_t max);
void dl_requests_step(dl_requests *requests);
/* Stop reading new requests (back-pressure or shutdown); answers still go out. */
void dl_requests_pause(dl_requests *requests, bool paused);

/* --- client ------------------------------------------------------------------------------- */

typedef struct dl_asker dl_asker;

/* Connects and says hello. DL_ERR_NOT_FOUND: no writer there; DL_ERR_VERSION: another version. */
enum dl_err dl_asker_open(const char *dir, dl_asker **ret_asker, struct dl_diag *diag) DL_MUST_USE;
void dl_asker_free(dl_asker *asker);
/* Sends without waiting; ret_id names the answer. */
enum dl_err dl_asker_send(dl_asker *asker, enum dl_request_type type, dl_str json, dl_str bytes,
                          uint64_t *ret_id) DL_MUST_USE;
/* Next answer: DL_OK, DL_ERR_BUSY when none came within timeout_ms (-1 = wait), DL_ERR_NETWORK
 * when the writer is gone. ret->error and part[0] as above, valid until the next call. */
enum dl_err dl_asker_next(dl_asker *asker, int timeout_ms, struct dl_frame *ret) DL_MUST_USE;
/* Send and wait for that answer; only when no other is outstanding. */
enum dl_err dl_asker_ask(dl_asker *asker, enum dl_request_type type, dl_str json, dl_str bytes,
                         struct dl_frame *ret, struct dl_diag *diag) DL_MUST_USE;
int dl_asker_fd(const dl_asker *asker);
bool dl_asker_has_more(const dl_asker *asker); /* to send, once the socket takes it */

#endif
