/* Sources in the ledger, write side: which channels (feeds, sitemaps, front pages) an outlet has,
 * what each of them saw, what was lost between two looks, and the rhythm of the outlet. The rules
 * of ledger.h hold. Nothing here grows with time: DL_SEEN_KEPT documents and DL_LOSSES_KEPT losses
 * a channel, one rhythm an outlet. */
#ifndef DL_STORE_LEDGER_SOURCE_H
#define DL_STORE_LEDGER_SOURCE_H

#include "feed/silence.h"
#include "store/ledger.h"

enum {
    DL_SEEN_KEPT = 2000, /* documents of a channel: a wire's week, a paper's year */
    DL_LOSSES_KEPT = 50, /* of a channel */
    DL_FILL_GAP_MS =
        5 * 60 * 1000, /* since the last look at the channel that is asked to fill in */
    DL_FILL_SLACK_MS = 60 * 60 * 1000, /* publishers' clocks and planned times */
};

/* --- channels ----------------------------------------------------------------------------- */

struct dl_channel_put {
    dl_str outlet, url;
    dl_str kind;            /* feed sitemap front; empty: feed */
    dl_str title, category; /* empty: what is known stays */
    int64_t next_poll_ms;
};
enum dl_put_as { DL_PUT_NEW, DL_PUT_KNOWN, DL_PUT_RESTORED };
/* One that is there keeps its history. DL_PUT_RESTORED: it had been removed. ret_as may be NULL. */
enum dl_err dl_ledger_put_channel(dl_ledger *ledger, const struct dl_channel_put *channel,
                                  enum dl_put_as *ret_as) DL_MUST_USE;
/* An address, or the id of an outlet for all its channels. */
enum dl_err dl_ledger_remove_channels(dl_ledger *ledger, dl_str what, int64_t now_ms,
                                      int64_t *ret_n) DL_MUST_USE;
/* What was removed last is back, with its history. */
enum dl_err dl_ledger_undo_remove(dl_ledger *ledger, int64_t now_ms, int64_t *ret_n) DL_MUST_USE;
enum dl_err dl_ledger_block(dl_ledger *ledger, int64_t feed, bool blocked) DL_MUST_USE;

/* --- what a channel saw ------------------------------------------------------------------- */

struct dl_look {
    int64_t feed;
    int64_t after_ms, at_ms; /* the good look before (0: none), this one */
    bool pushed;             /* a delivery: new items alone, no list */
};
struct dl_saw {
    size_t before, items, shared; /* of the list before, of this one, of both */
    int64_t before_ms;
};
/* documents: of the items, as they were taken; sorted here, doubles and zeros dropped. */
enum dl_err dl_ledger_saw(dl_ledger *ledger, dl_arena *arena, const struct dl_look *look,
                          int64_t *documents, size_t n, struct dl_saw *ret_saw) DL_MUST_USE;

/* Notes a loss; the outlet's sitemap, else its front page, is asked to fill in: due at once, or
 * DL_FILL_GAP_MS after its last look. */
enum dl_err dl_ledger_lost(dl_ledger *ledger, const struct dl_look *look,
                           const struct dl_saw *saw) DL_MUST_USE;

struct dl_open_loss {
    int64_t loss, after_ms, at_ms;
};
typedef DL_VEC(struct dl_open_loss) dl_open_losses;
/* Losses that this channel was asked to fill. */
enum dl_err dl_ledger_open_losses(dl_ledger *ledger, dl_arena *arena, int64_t asked,
                                  dl_open_losses *ret_losses) DL_MUST_USE;
enum dl_err dl_ledger_fill(dl_ledger *ledger, int64_t loss, int64_t at_ms,
                           int64_t filled) DL_MUST_USE;

/* --- rhythm ------------------------------------------------------------------------------- */

/* Empty when nothing is known yet. */
enum dl_err dl_ledger_rhythm(dl_ledger *ledger, dl_arena *arena, dl_str outlet,
                             struct dl_rhythm *ret_rhythm) DL_MUST_USE;
enum dl_err dl_ledger_put_rhythm(dl_ledger *ledger, dl_str outlet,
                                 const struct dl_rhythm *rhythm) DL_MUST_USE;

#endif
