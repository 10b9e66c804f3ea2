/* Subscriptions at hubs (WebSub), write side: what is asked of which hub, what it confirmed, what
 * it delivered, and whether it can be relied on. Rules, errors and ownership as in ledger.h.
 *
 * States: wanted (not confirmed, or no more), verified (the hub confirmed, the lease runs), denied,
 * left. A hub is asked again with pauses that double; a lease is renewed after four fifths of it.
 *
 * The tally. An item that a delivery brings first is a hit. An item that a poll brings first is
 * late; when its delivery does not come within DL_HUB_GRACE_MS it was missed. Counted are only
 * items that appeared after a good poll that followed the confirmation. The sums of a subscription
 * and of its hub are halved when they grow, so that they tell of lately. A feed whose hub delivers
 * is polled seldom; when it stops to, the polls return at once. */
#ifndef DL_STORE_LEDGER_HUB_H
#define DL_STORE_LEDGER_HUB_H

#include "store/ledger.h"

enum {
    DL_HUBS_PER_FEED =
        2, /* more only multiply what comes; a feed of strangers may name thousands */
    DL_HUB_LEASE_S = 10 * 86400,      /* asked for: what most hubs give */
    DL_HUB_LEASE_MOST_S = 14 * 86400, /* a hub that says a year is asked again after a fortnight */
    DL_HUB_LEASE_LEAST_S = 60,        /* a shorter one would have us ask all the time */
    DL_HUB_ANSWER_MS = 3600 * 1000,   /* a hub confirms within that, or not at all */
    DL_HUB_RETRY_MS = 60 * 1000,      /* doubles with each failure */
    DL_HUB_RETRY_MOST_MS = 24 * 3600 * 1000,
    DL_HUB_DENIED_MS = 7 * 24 * 3600 * 1000, /* minds change */
    DL_HUB_GRACE_MS = 10 * 60 * 1000, /* hubs batch; a poll may be just before the delivery */
    DL_HUB_PING_GAP_MS = 60 * 1000,   /* polls that a hub may cause */
    DL_HUB_LOOK_MS = 1000,            /* a poll that is caused is not due before it is committed */
    DL_HUB_HITS_LEAST = 3,            /* before it is relied on */
    DL_HUB_MISSED_ROW = 3,            /* so many in a row: it went silent */
    DL_HUB_RECENT = 100,              /* items of a subscription that tell of lately */
    DL_HUB_RECENT_ALL = 400,          /* and of a hub */
    DL_HUB_WHY = 200,
};

/* Where the hubs reach us: "https://news.example/" with its slash; empty: nowhere, nothing is
 * asked. Subscriptions made under another address are made anew. At the start of a writer. */
enum dl_err dl_ledger_hub_base(dl_ledger *ledger, dl_str base, int64_t now_ms) DL_MUST_USE;

struct dl_hub_named {
    dl_str hub, topic;
};
/* The hubs that a good answer of the feed names, at most DL_HUBS_PER_FEED; others are left. */
enum dl_err dl_ledger_hub_named(dl_ledger *ledger, int64_t feed, const struct dl_hub_named *named,
                                size_t n, int64_t now_ms) DL_MUST_USE;

struct dl_hub_job {
    int64_t subscription;
    bool leave; /* unsubscribe */
    dl_str hub, topic, token, secret;
};
typedef DL_VEC(struct dl_hub_job) dl_hub_jobs;
/* What is to be asked of hubs now; marked as asked, so to be committed before it is done. */
enum dl_err dl_ledger_hub_due(dl_ledger *ledger, dl_arena *arena, int64_t now_ms, size_t limit,
                              dl_hub_jobs *ret_jobs) DL_MUST_USE;
/* The hub did not take the request: why in words, again_ms = 0: after the usual pause. */
enum dl_err dl_ledger_hub_refused(dl_ledger *ledger, int64_t subscription, dl_str why,
                                  int64_t again_ms, int64_t now_ms) DL_MUST_USE;

/* A hub calls: does it confirm what was asked? DL_ERR_NOT_FOUND: it was not, say so to it. */
struct dl_hub_call {
    dl_str token, mode, topic, reason; /* mode: subscribe unsubscribe denied */
    int64_t lease_s;                   /* 0: not given */
};
enum dl_err dl_ledger_hub_called(dl_ledger *ledger, const struct dl_hub_call *call,
                                 int64_t now_ms) DL_MUST_USE;

enum dl_hub_came {
    DL_HUB_ITEMS,      /* a feed with items */
    DL_HUB_THIN,       /* nothing but that there is something: the feed is polled at once */
    DL_HUB_UNREADABLE, /* the same, and counted as such */
    DL_HUB_FORGED,     /* no or a wrong signature: only counted */
    DL_HUB_FOREIGN,    /* it speaks of another topic: only counted */
};
/* Feed of a subscription that may deliver; DL_ERR_NOT_FOUND. */
enum dl_err dl_ledger_hub_feed(dl_ledger *ledger, int64_t subscription,
                               int64_t *ret_feed) DL_MUST_USE;
/* What a delivery was. taken: its items, as dl_ledger_take() gave them; place: of its raw bytes
 * when something was new. */
enum dl_err dl_ledger_hub_came(dl_ledger *ledger, int64_t subscription, enum dl_hub_came came,
                               const struct dl_taken *taken, size_t n, struct dl_spool_place place,
                               int64_t at_ms) DL_MUST_USE;

struct dl_hub_plan {
    bool pushed;   /* a hub delivers this feed and can be relied on */
    int64_t fresh; /* items that came by delivery since the poll before */
};
/* A good poll of a feed: what it saw first is late. last_good_ms: of the good poll before. */
enum dl_err dl_ledger_hub_polled(dl_ledger *ledger, int64_t feed, const struct dl_taken *taken,
                                 size_t n, int64_t last_good_ms, int64_t at_ms,
                                 struct dl_hub_plan *ret_plan) DL_MUST_USE;
/* What time alone changes: late items are missed, leases end, polls return. */
enum dl_err dl_ledger_hub_tick(dl_ledger *ledger, int64_t now_ms) DL_MUST_USE;

#endif
