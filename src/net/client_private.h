/* What client.c (queues, descriptors, the loop) and exchange.c (one request on its way) share.
 *
 * An exchange goes: made by submit → waits for its host → on the wire (names resolved, pinned,
 * sent) → a redirect puts it back in a queue, all else finishes it → delivered by dl_client_run().
 */
#ifndef DL_NET_CLIENT_PRIVATE_H
#define DL_NET_CLIENT_PRIVATE_H

#include <curl/curl.h>

#include "base/time.h"
#include "net/client.h"
#include "net/decode.h"
#include "net/head.h"
#include "net/host_queue.h"
#include "net/resolver.h"

enum {
    DL_IDLE_HANDLES = 64, /* easy handles and arenas kept for the next exchange */
};

struct exchange {
    struct dl_waiting waiting;       /* first: the host's queue holds this */
    struct exchange *before, *after; /* all exchanges of the client */
    struct exchange *next_finished;
    struct exchange *older, *newer; /* under way and not yet called slow, by their start */
    dl_client *client;
    dl_client_fn fn;
    void *user;
    struct dl_request request; /* strings in text */
    enum { STAGE_WAITING, STAGE_RESOLVING, STAGE_WIRE, STAGE_FINISHED } stage;
    struct dl_host *host; /* while it waits for it or keeps it busy */

    /* Where it goes now. In text for the first hop, in the arena for others. */
    dl_str href, host_name, credentials;
    uint16_t port;
    bool first_origin, only_permanent, get;

    /* One hop. */
    CURL *easy;
    struct curl_slist *headers, *pins;
    struct dl_head head;
    struct dl_decoder decoder;
    dl_buf body;
    dl_buf sent, received; /* heads, when they are kept */
    size_t header_bytes, header_lines;
    size_t wire_bytes, counted; /* counted: part of client->body_bytes */
    bool head_ended, body_begun, discards, is_slow;
    enum dl_fault fault; /* set by a callback that ends the transfer */
    struct dl_diag gate; /* why the egress gate shut */
    char curl_text[CURL_ERROR_SIZE];

    int64_t queued_ms, hop_ms, spent_ms; /* spent: on the wire, all hops before this one */
    dl_arena *arena;                     /* from the first start to the delivery */
    struct dl_response response;
    char text[];
};

struct dl_client {
    CURLM *multi;
    dl_resolver *resolver;
    dl_hosts *hosts;
    int epoll;
    int64_t curl_due_ms; /* -1: no timer */
    struct exchange *all, *finished, **finished_end;
    struct exchange *oldest, *newest; /* under way, the slow ones left out */
    size_t pending, in_flight, n_slow, body_bytes;
    CURL *idle[DL_IDLE_HANDLES];
    size_t n_idle;
    dl_arena *arenas[DL_IDLE_HANDLES];
    size_t n_arenas;
    bool closing;

    /* Options, copied, defaults filled in. */
    char *user_agent, *proxy, *ca_file;
    const dl_egress *egress;
    unsigned max_in_flight, max_slow, max_queued, total_ms, slow_s, patience_ms;
    size_t body_memory;
    bool no_gap, keep_heads;
};

/* --- exchange.c --------------------------------------------------------------------------- */

/* Its host has just become busy for it. */
void dl_exchange_start(struct exchange *x);
/* curl is done with it. */
void dl_exchange_done(struct exchange *x, CURLcode code);
/* Gives back what the wire needed; also for an exchange that is cancelled. */
void dl_exchange_unwire(struct exchange *x);
/* Parses href into the place the exchange goes to next. text may be the exchange's arena. */
enum dl_err dl_exchange_aim(struct exchange *x, dl_arena *arena, dl_str url, dl_str base);

/* --- client.c ----------------------------------------------------------------------------- */

CURL *dl_client_take_handle(dl_client *client);
dl_arena *dl_client_take_arena(dl_client *client);
/* Into the queue of its host (DL_PLACE_FRONT for redirects). */
void dl_client_enqueue(struct exchange *x, enum dl_place place);
/* No further hop: to be delivered. detail: words beside the fault's own; may be empty. */
void dl_client_finish(struct exchange *x, enum dl_fault fault, const char *detail);
/* The host is free again, after its pause; said_later: Retry-After in seconds, -1 none. */
void dl_client_release_host(struct exchange *x, int64_t said_later_s);

#endif
