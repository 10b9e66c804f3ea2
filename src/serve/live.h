/* Live changes as server-sent events (WHATWG HTML, 9.2): one ring of immutable events for all
 * readers; a reader holds only the number of the last event that it has.
 *
 * dl_live_tick() fetches what is new from the store into the ring and wakes the waiting readers;
 * every DL_LIVE_BEAT_MS they get a comment, so that proxies and dead lines are noticed. A reader
 * that comes back with Last-Event-ID (or ?after=) older than the ring is served from the store
 * until it reaches the ring; nothing is lost and nothing comes twice. One that falls off the ring
 * while it is connected is too slow: it is closed and comes back with its Last-Event-ID.
 *
 * Thread rule: tick and stop from one thread, open and the streams from the transport's threads.
 * The fetch callback is called from both. */
#ifndef DL_SERVE_LIVE_H
#define DL_SERVE_LIVE_H

#include "serve/http.h"

enum {
    DL_LIVE_RING = 2048,        /* events: minutes of a busy day */
    DL_LIVE_BATCH = 200,        /* events read from the store at once */
    DL_LIVE_BEAT_MS = 15000,    /* below the 30 s after which proxies and we give up */
    DL_LIVE_RETRY_MS = 3000,    /* what browsers wait before they come back */
    DL_LIVE_MAX_READERS = 3000, /* leaves connections for pages */
};

/* One event; json is a single line. */
typedef void (*dl_live_sink)(void *sink, int64_t seq, const char *type, dl_str json);
/* Calls `event` for at most `limit` changes after `after`, in order. */
typedef enum dl_err (*dl_live_fetch)(void *ctx, int64_t after, size_t limit, dl_live_sink event,
                                     void *sink);

typedef struct dl_live dl_live;

dl_live *dl_live_new(dl_live_fetch fetch, void *ctx);
/* Readers that are still connected must have ended (dl_live_stop and the transport's drain). */
void dl_live_free(dl_live *live);
/* The ring starts behind `newest`; until then nobody is let in. Only the first call counts. */
void dl_live_begin(dl_live *live, int64_t newest);
bool dl_live_has_begun(dl_live *live); /* else nobody can listen yet */
void dl_live_tick(dl_live *live, int64_t now_ms);
void dl_live_stop(dl_live *live); /* ends every stream */

/* Makes the reply a stream of what comes after the sequence; < 0: from now on. False when there
 * are too many readers. */
bool dl_live_open(dl_live *live, struct dl_http_request *request, struct dl_http_reply *reply,
                  int64_t after);

struct dl_live_stats {
    uint64_t sent, dropped; /* events; readers that were too slow */
    unsigned readers;
    int64_t newest;
};
void dl_live_stats(dl_live *live, struct dl_live_stats *ret_stats);

#endif
