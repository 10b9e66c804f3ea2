/* What makes a store a function of what came, in the order in which it came: the part of the
 * ledger that docs/archive.md promises. For the writer (queue/writer_order.c).
 *
 * Readings end in any order and take their time. Two of their effects could be seen by what comes
 * later: a canonical address that a page names, by which the next item is known again, and nothing
 * else. So that address waits in alias_later until DL_SETTLE_MS after its page came, and what comes
 * then waits until all pages of that time are read. Errors as store/ledger.h. */
#ifndef DL_STORE_LEDGER_REPLAY_H
#define DL_STORE_LEDGER_REPLAY_H

#include "store/ledger.h"

enum {
    DL_SETTLE_MS = 10 * 1000, /* a page is read within that, and no feed is polled twice in it */
};

/* Is an entry still to be read that was seen until then? */
enum dl_err dl_ledger_is_behind(dl_ledger *ledger, int64_t until_ms, bool *ret_behind) DL_MUST_USE;
/* Is an earlier entry of the document still to be read? */
enum dl_err dl_ledger_document_is_behind(dl_ledger *ledger, int64_t document, int64_t seq,
                                         bool *ret_behind) DL_MUST_USE;
/* Canonical addresses of readings wait from now on; see above. */
void dl_ledger_defer_aliases(dl_ledger *ledger, bool defer);
/* Those of pages seen until then become known, in the order of time and ledger. */
enum dl_err dl_ledger_settle_aliases(dl_ledger *ledger, int64_t until_ms) DL_MUST_USE;

/* Names that are the same in every store: the feed's address, the document's id. 0: not there. */
enum dl_err dl_ledger_feed_of_url(dl_ledger *ledger, dl_str url, int64_t *ret_feed) DL_MUST_USE;
enum dl_err dl_ledger_document_of_id(dl_ledger *ledger, dl_str hex,
                                     int64_t *ret_document) DL_MUST_USE;
dl_str dl_ledger_id_of_document(dl_ledger *ledger, dl_arena *arena, int64_t document); /* hex */

/* What a person or a list said of a feed, as it stands now. */
struct dl_source_facts {
    struct dl_outlet outlet;
    dl_str url, kind, title, category;
    int64_t floor_s, ceiling_s; /* 0: none */
};
enum dl_err dl_ledger_source_facts(dl_ledger *ledger, dl_arena *arena, int64_t feed,
                                   struct dl_source_facts *ret_facts) DL_MUST_USE;
/* Title, category, floor and ceiling of the feed as they were then. */
enum dl_err dl_ledger_source_as_it_was(dl_ledger *ledger, int64_t feed,
                                       const struct dl_source_facts *facts) DL_MUST_USE;
/* Was this answer taken before? A feed's polls go forward in time; a page's tries count up. */
enum dl_err dl_ledger_poll_is_taken(dl_ledger *ledger, int64_t feed, int64_t at_ms,
                                    bool *ret_taken) DL_MUST_USE;
enum dl_err dl_ledger_page_is_taken(dl_ledger *ledger, int64_t document, int64_t tries,
                                    bool *ret_taken) DL_MUST_USE;

#endif
