/* What the files of the read side share. */
#ifndef DL_STORE_READ_PRIVATE_H
#define DL_STORE_READ_PRIVATE_H

#include "store/read.h"
#include "store/sqlite.h"

enum dl_read_slot {
    READ_BEGIN,
    READ_END,
    READ_STORIES,
    READ_STORY_BY_KEY,
    READ_STORY_BY_ID,
    READ_STORY_JOINED,
    READ_STORY_PARTS,
    READ_FACETS,
    READ_MEMBERS,
    READ_STORY_STATEMENTS,
    READ_DOCUMENT_BY_ID,
    READ_DOCUMENT_BY_ALIAS,
    READ_DOCUMENT,
    READ_REVISION_DOCUMENT,
    READ_REVISION,
    READ_REVISIONS,
    READ_ALIASES,
    READ_SIGHTINGS,
    READ_RESULT,
    READ_ENTRY_STATE,
    READ_CHANGES,
    READ_NEWEST_CHANGE,
    READ_FEEDS,
    READ_CHANNEL_SEEN,
    READ_SITES,
    READ_TRUST,
    READ_LOSSES,
    READ_POLLS,
    READ_EDITS,
    READ_OUTLET,
    READ_TALLIES,
    READ_QUARANTINE,
    READ_COUNTS,
    READ_QUEUES,
    READ_FEED_COUNTS,
    READ_DAY,
    READ_ARRIVALS,
    READ_WALK_STORIES,
    READ_WALK_DOCUMENTS,
    READ_DOCUMENT_STATEMENTS,
    READ_CALLBACK,
    READ_SUBSCRIPTIONS,
    READ_WALK_ANALYSED,
    READ_STORY_ANALYSED,
    READ_STORY_CLAIMS,
    READ_CLAIM_BY_ID,
    READ_CLAIM_BY_KEY,
    READ_ORIGIN,
    READ_ORIGIN_IDS,
    READ_CONTESTED,
    READ_SPREADING,
    READ_CORRECTIONS,
    READ_DECISIONS,
    READ_WATCHED,
    READ_QUIET,
    READ_TREND_DAY,
    READ_TREND_DAYS,
    READ_TREND_WEEKS,
    READ_MENTIONS,
    READ_NEWEST_DAY,
    READ_COMPARABLE,
    READ_SILENT,
    READ_SLOTS
};

struct dl_store {
    dl_db db;
    bool in_snapshot;
    sqlite3_stmt *slots[READ_SLOTS];
    struct dl_tokenizer *tokenizer; /* for snippets */
};

#define DL_STORE_SQL(store, slot, sql) dl_sql_begin(&(store)->db, &(store)->slots[slot], sql)

/* Every call of the read side is one moment: begins a snapshot where the caller has none. */
enum dl_err dl_store_enter(dl_store *store, bool *ret_own);
/* Ends an own snapshot; err, or why the database failed. */
enum dl_err dl_store_leave(dl_store *store, bool own, enum dl_err err);
size_t dl_store_limit(size_t limit);

/* First and last id that begin with the hex digits; false when these are not 6 to 64 hex digits. */
bool dl_store_id_range(dl_str hex, dl_id *ret_low, dl_id *ret_high);
/* Key of the one row whose id begins so, from a query of two ids that gives at most two rows of
 * (key). DL_ERR_NOT_FOUND, DL_ERR_INVALID for several. */
enum dl_err dl_store_by_prefix(dl_store *store, enum dl_read_slot slot, const char *sql, dl_str hex,
                               int64_t *ret_key, struct dl_diag *diag);
enum dl_err dl_store_story_by_key(dl_store *store, dl_arena *arena, int64_t story,
                                  struct dl_store_story *ret_story);

#endif
