/* Subscriptions at hubs (WebSub), read side; the rules of read.h hold. Words: ledger_hub.h. */
#ifndef DL_STORE_READ_HUB_H
#define DL_STORE_READ_HUB_H

#include "store/read.h"

/* What the callback needs to judge who calls. The secret never leaves the process. */
struct dl_store_callback {
    int64_t subscription;
    dl_str feed_url, feed_kind, topic, secret;
    bool left; /* nothing is expected here any more */
};
/* By the token in the callback's address; DL_ERR_NOT_FOUND. */
enum dl_err dl_store_callback(dl_store *store, dl_arena *arena, dl_str token,
                              struct dl_store_callback *ret_callback) DL_MUST_USE;

struct dl_store_subscription {
    int64_t feed;
    dl_str outlet, feed_url, hub, topic;
    dl_str state, why; /* wanted verified denied left */
    int64_t next_try_ms, verified_at_ms, lease_end_ms, last_delivery_ms;
    int64_t hits, missed;         /* lately, of this subscription */
    int64_t hub_hits, hub_missed; /* and of all at its hub */
    int64_t deliveries, thin, unreadable, forged, foreign, fresh;
    bool relied;   /* the feed is polled seldom because of it */
    bool has_base; /* the server has an address for hubs (serve --websub-callback) */
};
typedef DL_VEC(struct dl_store_subscription) dl_store_subscriptions;
/* Of one feed (0: of all that live), by hub and feed. Those that ended are left out. */
enum dl_err dl_store_list_subscriptions(dl_store *store, dl_arena *arena, int64_t feed,
                                        size_t limit,
                                        dl_store_subscriptions *ret_subscriptions) DL_MUST_USE;
/* Share of items that came by delivery before a poll saw them, in percent; -1: too few to say. */
int dl_store_delivers_percent(int64_t hits, int64_t missed);
/* How it stands, for a person: "delivers 98 % (49 of 50 items), lease until …". */
dl_str dl_store_subscription_words(dl_arena *arena, const struct dl_store_subscription *s);

#endif
