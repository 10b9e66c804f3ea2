/* How the store fares: for Status, /metrics and doctor. Read side; the
 * rules of read.h hold. */
#ifndef DL_STORE_HEALTH_H
#define DL_STORE_HEALTH_H

#include "store/read.h"

/* The rest of seen = stored + duplicate + rejected + quarantined + in flight is `residual`, 0. */
struct dl_store_tally {
    dl_str outlet;
    int64_t hour; /* since 1970; first one covered */
    int64_t seen, stored, duplicate, rejected, quarantined, in_flight, residual;
};
typedef DL_VEC(struct dl_store_tally) dl_store_tallies;
/* Sums by outlet since an hour, those with a residual first, then most seen. */
enum dl_err dl_store_list_tallies(dl_store *store, dl_arena *arena, int64_t since_hour,
                                  size_t limit, dl_store_tallies *ret_tallies) DL_MUST_USE;

struct dl_store_entry {
    int64_t seq, seen_by_ms, tries;
    dl_id document;
    dl_str outlet, url, kind, state, code, message;
};
typedef DL_VEC(struct dl_store_entry) dl_store_entries;
/* Entries quarantined or rejected, newest first, before `before` (0: newest). */
enum dl_err dl_store_list_quarantine(dl_store *store, dl_arena *arena, int64_t before, size_t limit,
                                     dl_store_entries *ret_entries) DL_MUST_USE;

enum { DL_STORE_RESIDUAL_HOURS = 31 * 24 };

struct dl_store_status {
    int64_t documents, revisions, statements, stories, outlets;
    int64_t pending;           /* entries not read yet */
    int64_t oldest_pending_ms; /* when the oldest of them was seen; 0: none */
    int64_t story_lag;         /* entries read that are not in a story yet */
    int64_t quarantined, rejected;
    int64_t feeds, feeds_due, feeds_failing; /* failing: three times in a row or more */
    int64_t pages_due, pages_waiting;
    int64_t newest_seen_ms, newest_change, newest_change_ms;
    struct dl_store_tally day; /* of the last 24 hours */
    int64_t residual;          /* of the last DL_STORE_RESIDUAL_HOURS; 0 or something is wrong */
    int64_t database_bytes;
};
enum dl_err dl_store_status(dl_store *store, int64_t now_ms,
                            struct dl_store_status *ret_status) DL_MUST_USE;

/* Looks through pages and rows for at most limit_ms. false: they are damaged; diag says how. What
 * was not reached counts as sound. */
bool dl_store_sound(dl_store *store, int64_t limit_ms, struct dl_diag *diag);
void dl_store_versions(dl_buf *out);
int dl_store_schema(void); /* version that this program writes */
/* NULL when this SQLite is not subject to the WAL-reset race, else words about it. */
const char *dl_sqlite_wal_note(void);

#endif
