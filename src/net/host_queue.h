/* Who may be asked when: a queue for each host, in memory, with its pause and its "later".
 *
 * A host is busy from dl_hosts_pop() to dl_hosts_done(): one request at a time. Among hosts that
 * are free the one that has been ready longest is next, so a long queue of one host delays nobody.
 * Times are monotonic milliseconds. Entries are the caller's, linked through struct dl_waiting.
 * Hosts that nothing is known of any more are forgotten. Not thread-safe; no sockets here. */
#ifndef DL_NET_HOST_QUEUE_H
#define DL_NET_HOST_QUEUE_H

#include "base/str.h"
#include "net/resolver.h"

struct dl_waiting {
    struct dl_waiting *next;
};

struct dl_waiting_list {
    struct dl_waiting *first, *last;
};

struct dl_host {
    dl_str name;
    struct dl_addresses addresses; /* the resolver's last answer */
    int64_t addresses_until_ms;
    int64_t ready_ms;   /* not asked before */
    int64_t backoff_ms; /* it said "later": not asked before, and that is long */

    /* host_queue.c's own */
    struct dl_waiting_list urgent, normal;
    size_t n_waiting, heap_at; /* place in the heap plus 1; 0: not in it */
    uint64_t ticket, hash;
    bool busy;
    struct dl_host *chain;
};

typedef struct dl_hosts dl_hosts;

dl_hosts *dl_hosts_new(void);
void dl_hosts_free(dl_hosts *hosts); /* waiting entries stay the caller's */

/* Made when it is not there; NULL without memory. Lives while it is busy or somebody waits, and
 * until the next dl_hosts_get() else. */
struct dl_host *dl_hosts_get(dl_hosts *hosts, dl_str name, int64_t now_ms);

enum dl_place { DL_PLACE_BACK, DL_PLACE_URGENT, DL_PLACE_FRONT };
void dl_hosts_push(dl_hosts *hosts, struct dl_host *host, struct dl_waiting *waiting,
                   enum dl_place place);
/* The next request whose time has come, and its host, now busy; NULL: none. */
struct dl_waiting *dl_hosts_pop(dl_hosts *hosts, int64_t now_ms, struct dl_host **ret_host);
/* It is free again and may be asked at ready_ms. */
void dl_hosts_done(dl_hosts *hosts, struct dl_host *host, int64_t ready_ms);
/* Takes everything that waits for it, urgent first. */
struct dl_waiting *dl_hosts_drain(dl_hosts *hosts, struct dl_host *host);

/* When dl_hosts_pop() will give something if nothing changes; INT64_MAX: never. */
int64_t dl_hosts_next_ms(const dl_hosts *hosts);
size_t dl_hosts_waiting(const struct dl_host *host);

#endif
