/* What every host's robots.txt says, remembered by RFC 9309: a state machine that the fetcher
 * drives. It reads no clock and opens nothing.
 *
 *     switch (dl_robots_cache_ask(cache, url, now, &advice)) {
 *     case DL_ROBOTS_FETCH: submit a GET of advice.fetch (urgent, no body_max), keep the
 *                           request for url; in its callback dl_robots_cache_put(), then ask again.
 *     case DL_ROBOTS_WAIT:  somebody fetches it already; ask again after that put.
 *     case DL_ROBOTS_ALLOWED: fetch url with .gap_ms = advice.gap_ms.
 *     case DL_ROBOTS_DISALLOWED: not before advice.again_ms; advice.why says it in words.
 *     }
 *
 * Answers: 2xx is parsed and holds for 24 h (max-age between 1 h and that). 4xx: everything is
 * allowed. 429, 5xx and no answer: nothing is allowed, tried again after 1 min, doubling to 1 h; an
 * older copy goes on to hold, and after 30 days without an answer everything is allowed.
 * Key: the origin (scheme, host, port). Memory: max_hosts at least, twice that at most; who was
 * not asked for longest goes. Not thread-safe. */
#ifndef DL_NET_ROBOTS_CACHE_H
#define DL_NET_ROBOTS_CACHE_H

#include "net/client.h"
#include "net/robots.h"

enum {
    DL_ROBOTS_HOLDS_S = 24 * 3600,        /* RFC 9309 2.4 */
    DL_ROBOTS_HOLDS_LEAST_S = 3600,       /* a max-age of 0 must not double all requests */
    DL_ROBOTS_RETRY_S = 60,               /* after the first failure, doubling */
    DL_ROBOTS_RETRY_MOST_S = 3600,        /* a host that is back is noticed within the hour */
    DL_ROBOTS_GIVE_UP_S = 30 * 24 * 3600, /* RFC 9309 2.3.1.4 */
    DL_ROBOTS_PENDING_S = 300,            /* a fetch that was never answered is given out again */
};

enum dl_robots_answer {
    DL_ROBOTS_ALLOWED,
    DL_ROBOTS_DISALLOWED,
    DL_ROBOTS_FETCH,
    DL_ROBOTS_WAIT,
};

/* Text is valid until the next call on the cache. */
struct dl_robots_advice {
    dl_str fetch;        /* FETCH: address of the robots.txt; it is also the key for put */
    unsigned gap_ms;     /* crawl-delay; 0: none given */
    int64_t again_ms;    /* DISALLOWED: when the answer may be another */
    enum dl_fault fault; /* DISALLOWED: why no robots.txt came; NONE: it came, or with a status */
    dl_str rule;         /* the line that decided; may be empty */
    dl_str sitemaps[8];
    size_t n_sitemaps;              /* the first of them, for discovery */
    dl_str content_signal, license; /* rights signals, to be stored with what is fetched */
    char why[160];                  /* "robots.txt forbids it: Disallow: /search" */
};

typedef struct dl_robots_cache dl_robots_cache;

/* NULL only without memory. agent: product token ("dateline"). */
dl_robots_cache *dl_robots_cache_new(const char *agent, size_t max_hosts);
void dl_robots_cache_free(dl_robots_cache *cache); /* NULL ok */

/* DISALLOWED too for what is no http(s) URL (again_ms INT64_MAX). Times: wall clock, ms. */
enum dl_robots_answer dl_robots_cache_ask(dl_robots_cache *cache, dl_str url, int64_t now_ms,
                                          struct dl_robots_advice *ret_advice);
/* fetch: as advice.fetch gave it. response: the client's, after its redirects. */
void dl_robots_cache_put(dl_robots_cache *cache, dl_str fetch, const struct dl_response *response,
                         int64_t now_ms);

/* What is kept of an answer over restarts: small, only what speaks to us. */
struct dl_robots_record {
    dl_str url;                   /* of the robots.txt */
    int64_t set_ms, until_ms;     /* when it was taken, how long it holds */
    int64_t failing_ms, failures; /* it gives no answer since, so often; 0: it does */
    int status;                   /* of the last failure */
    enum dl_fault fault;
    dl_str text; /* a robots.txt that says the same; empty: nothing is forbidden */
};
/* Text in the arena. false: nothing is known of it. */
bool dl_robots_cache_record(dl_robots_cache *cache, dl_str fetch, dl_arena *arena,
                            struct dl_robots_record *ret_record);
void dl_robots_cache_restore(dl_robots_cache *cache, const struct dl_robots_record *record);
size_t dl_robots_cache_hosts(const dl_robots_cache *cache);

#endif
