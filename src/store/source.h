/* Sources, read side: feeds with what is known of each, and one outlet whole: its channels and
 * what each of them is worth, losses, looks, rhythm. The rules of read.h hold. */
#ifndef DL_STORE_SOURCE_H
#define DL_STORE_SOURCE_H

#include "feed/silence.h"
#include "store/read_hub.h"

struct dl_store_feed {
    int64_t feed;
    dl_str outlet, outlet_name, country, language, outlet_kind, home;
    dl_str url, kind, title;
    dl_str category; /* groups of the list it came from, a line each */
    bool blocked;    /* robots.txt forbids it */
    int64_t next_poll_ms, interval_ms, last_poll_ms, last_good_ms, last_new_ms, last_status;
    dl_str last_result, why; /* in words: what the last poll gave, why the next one is then */
    int64_t failures, polls, unchanged, items_seen, items_new;
    int64_t losses, last_loss_ms;
    int64_t floor_s, ceiling_s;    /* as a person set them; 0: not */
    int64_t untrusted_ms;          /* since when its validators are not believed; 0: they are */
    dl_str note, moved_to, was_at; /* what its validators are worth, in words; where redirects lead,
                                      where it was before it moved */
    struct dl_silence silence; /* of the outlet, until a channel of it was last looked at well */
};
typedef DL_VEC(struct dl_store_feed) dl_store_feeds;

struct dl_store_feed_filter {
    dl_str outlet, country; /* empty: any */
    int64_t after;          /* behind this feed; 0: from the first */
    size_t limit;
};
/* By outlet id, then feed. Removed feeds are left out. */
enum dl_err dl_store_list_feeds(dl_store *store, dl_arena *arena,
                                const struct dl_store_feed_filter *filter,
                                dl_store_feeds *ret_feeds) DL_MUST_USE;

/* --- one outlet --------------------------------------------------------------------------- */

struct dl_store_channel {
    struct dl_store_feed feed;
    /* Of the documents that the outlet's channels saw since this one is looked at: */
    int64_t documents, seen, first, pushed; /* all; in this one; here first; by a hub */
    /* How much earlier than the first of the others, median; below 0: later. */
    int64_t lead_ms, compared; /* documents that both saw appear */
    int64_t guid_held, guid_churned, guid_reused, url_churned, url_shared; /* identity_trust */
};

struct dl_store_loss {
    int64_t loss, after_ms, at_ms, before, items, covered, looked_ms, filled;
    dl_str url, asked_url, asked_kind; /* asked: empty, there was nobody to ask */
};

struct dl_store_poll {
    dl_str url;
    int64_t at_ms, items, fresh;
};

enum {
    DL_SOURCE_POLLS = 30,
    DL_SOURCE_LOSSES = 30,
    DL_SOURCE_SITES = 20,
    DL_SOURCE_CHANNELS = 100,
    DL_SOURCE_HUBS = 10, /* of a channel: of those that live, two */
};

/* Site memory of a host on which its newest articles stand (page/site.h). */
struct dl_store_site {
    dl_str host, root, root_before; /* where articles stand, in words; empty: not known */
    int64_t pages, articles;        /* read; that differ and are learnt from */
    int64_t texts;                  /* known as boilerplate */
    int64_t changed_ms;             /* since when the template in use is; 0: it never changed */
    dl_str date_order;              /* "dmy", "mdy"; empty: not known */
};

struct dl_store_source {
    dl_str outlet, name, country, language, kind, home;
    DL_VEC(struct dl_store_channel) channels;
    DL_VEC(struct dl_store_loss) losses; /* newest first */
    DL_VEC(struct dl_store_poll) polls;  /* that brought a list, newest first */
    dl_store_subscriptions hubs;         /* of its channels */
    DL_VEC(struct dl_store_site) sites;  /* at most DL_SOURCE_SITES, by host */
    struct dl_rhythm rhythm;
    int64_t watched_ms; /* newest good look */
    struct dl_silence silence;
    int64_t articles,
        edited; /* of the newest DL_SEEN_KEPT that channels saw; with a revision more */
};
/* DL_ERR_NOT_FOUND: no outlet with this id, or none that has channels. */
enum dl_err dl_store_source(dl_store *store, dl_arena *arena, dl_str outlet,
                            struct dl_store_source *ret_source) DL_MUST_USE;

#endif
