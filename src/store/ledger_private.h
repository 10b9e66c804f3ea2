/* What the files of the ledger share. */
#ifndef DL_STORE_LEDGER_PRIVATE_H
#define DL_STORE_LEDGER_PRIVATE_H

#include "base/json.h"
#include "store/blob.h"
#include "store/ledger.h"
#include "store/ledger_site.h"
#include "store/sqlite.h"

enum { DL_LEDGER_STATEMENTS = 280, HOUR_MS = 3600000 };

struct dl_ledger {
    dl_db db;
    dl_spool *spool;
    struct dl_packer *packer;
    int lock_fd;
    bool early_cursor, in_transaction;
    bool defers_aliases;
    int64_t site_news[DL_SITE_NEWS]; /* sites whose template changed, until it is told */
    size_t n_site_news;
    bool sound; /* opened: a clean end may say so */
    sqlite3_stmt *slots[DL_LEDGER_STATEMENTS];
};

/* A prepared statement; slot is a number unique to its SQL, from the list below. */
#define DL_LEDGER_SQL(ledger, slot, sql) dl_sql_begin(&(ledger)->db, &(ledger)->slots[slot], sql)

enum dl_ledger_slot {
    SQL_OUTLETS,
    SQL_PUT_OUTLET,
    SQL_CHANNEL_STANDING,
    SQL_PUT_CHANNEL,
    SQL_REMOVE_CHANNELS,
    SQL_UNDO_REMOVE,
    SQL_BLOCK,
    SQL_CHANNEL_LIST,
    SQL_KEEP_LIST,
    SQL_CHANNEL_SAW,
    SQL_FORGET_SEEN,
    SQL_WHO_FILLS,
    SQL_MAKE_DUE,
    SQL_COVERED,
    SQL_FORGET_LOSSES,
    SQL_NEW_LOSS,
    SQL_OPEN_LOSSES,
    SQL_FILL_LOSS,
    SQL_RHYTHM,
    SQL_PUT_RHYTHM,
    SQL_DUE_FEEDS,
    SQL_DUE_FEEDS_NEWEST,
    SQL_COUNT_DUE,
    SQL_NEXT_DUE,
    SQL_FEED,
    SQL_FEED_OUTCOME,
    SQL_HUB_PUT,
    SQL_HUB_ID,
    SQL_HUB_WANT,
    SQL_HUB_WANTED,
    SQL_HUB_UNLIST,
    SQL_HUB_BASE,
    SQL_HUB_MOVED,
    SQL_HUB_DUE,
    SQL_HUB_ASKED,
    SQL_HUB_REFUSED,
    SQL_HUB_BY_TOKEN,
    SQL_HUB_VERIFIED,
    SQL_HUB_LEFT,
    SQL_HUB_DENIED,
    SQL_HUB_FEED,
    SQL_HUB_COUNT,
    SQL_HUB_DELIVERY,
    SQL_HUB_DELIVERED,
    SQL_HUB_LATE_CAME,
    SQL_HUB_HIT,
    SQL_HUB_HITS,
    SQL_HUB_FRESH,
    SQL_HUB_LOOK,
    SQL_HUB_LATE,
    SQL_HUB_PING_HIT,
    SQL_HUB_POLLED,
    SQL_HUB_TRUSTED,
    SQL_HUB_RELY,
    SQL_HUB_MISSED,
    SQL_HUB_MISSES,
    SQL_HUB_LATE_GONE,
    SQL_HUB_EXPIRED,
    SQL_HUB_GONE,
    SQL_HUB_BACK,
    SQL_HUB_UNRELY,
    SQL_FEED_HAND_OUT,
    SQL_FEED_IN_DOUBT,
    SQL_FEED_LATE,
    SQL_FEED_REPLAN,
    SQL_FEED_SHIFT,
    SQL_PAGE_SHIFT,
    SQL_PAGE_CALL_BACK,
    SQL_FEED_HOST_LATER,
    SQL_ROBOTS,
    SQL_ROBOTS_PUT,
    SQL_ROBOTS_FORGET,
    SQL_HOST_PAUSE,
    SQL_HOST_PAUSE_PUT,
    SQL_HOST_PAUSE_OVER,
    SQL_HOST_PAUSE_SHIFT,
    SQL_FEED_UNBLAME,
    SQL_FEED_SET,
    SQL_FEED_AT,
    SQL_FEED_UNDONE,
    SQL_FEED_MOVE,
    SQL_FEED_ADDRESS,
    SQL_FEED_ADDRESS_PUT,
    SQL_FEED_ONCE,
    SQL_FEED_RESTORE,
    SQL_FIND_ALIAS,
    SQL_PUT_ALIAS,
    SQL_NEW_DOCUMENT,
    SQL_DOCUMENT_BY_ID,
    SQL_DOCUMENT_HASH,
    SQL_NEW_ENTRY,
    SQL_TALLY_SEEN,
    SQL_TALLY_STORED,
    SQL_TALLY_DUPLICATE,
    SQL_TALLY_REJECTED,
    SQL_TALLY_QUARANTINED,
    SQL_NEW_PAGE_JOB,
    SQL_TOMBSTONE,
    SQL_NOTE_POLL,
    SQL_PENDING,
    SQL_TRY,
    SQL_TRY_EARLY,
    SQL_ENTRY,
    SQL_ENTRY_DONE,
    SQL_ENTRY_FAILED,
    SQL_REVISION_BY_ID,
    SQL_NEW_REVISION,
    SQL_SHOW_REVISION,
    SQL_FTS_ADD,
    SQL_RESULT,
    SQL_STATEMENT,
    SQL_EVENT,
    SQL_CHANGE,
    SQL_CURSOR,
    SQL_SET_CURSOR,
    SQL_STORY_NEXT,
    SQL_NEW_STORY,
    SQL_STORY_MEMBER,
    SQL_SET_DOCUMENT_STORY,
    SQL_FACET,
    SQL_FACET_COUNT,
    SQL_STORY_COUNT,
    SQL_STORY_BY_SEQ,
    SQL_DOCUMENT_OF_SEQ,
    SQL_STORY_OF_SEQ,
    SQL_JOIN_ALIAS,
    SQL_JOIN_ALIASES,
    SQL_JOIN_MEMBERS,
    SQL_JOIN_DOCUMENTS,
    SQL_JOIN_FACETS,
    SQL_JOIN_RECOUNT,
    SQL_JOIN_NOTE,
    SQL_JOIN_ENDED,
    SQL_PART_NOTE,
    SQL_PART_REVIVED,
    SQL_PART_OWN_ALIAS,
    SQL_LIVING,
    SQL_PART_MEMBER,
    SQL_PART_MOVED,
    SQL_PART_DOCUMENT,
    SQL_PART_FACETS_GONE,
    SQL_PART_FACETS,
    SQL_PART_RECOUNT,
    SQL_PART_ALIASES,
    SQL_PART_ENDED,
    SQL_PART_CLAIMS,
    SQL_PART_HEADLINE,
    SQL_REPLAY_PART,
    SQL_REPLAY,
    SQL_REPLAY_JOINS,
    SQL_NEWEST,
    SQL_DUE_PAGES,
    SQL_DUE_PAGES_NEWEST,
    SQL_PAGE_OUTCOME,
    SQL_REQUEST_SEEN,
    SQL_REQUEST_DONE,
    SQL_REQUEST_FORGET,
    SQL_COUNTS,
    SQL_HEADLINE_TITLES,
    SQL_HEADLINE_DUE,
    SQL_HEADLINE,
    SQL_IS_VOID,
    SQL_HAS_VOIDS,
    SQL_MAKE_VOID,
    SQL_FACE_CONTENT,
    SQL_FACE_PUBLISHED,
    SQL_PUT_FACE,
    SQL_TRUST,
    SQL_PUT_TRUST,
    SQL_COUNT_ALIASES,
    SQL_DOCUMENT_ID,
    SQL_SIGHTING,
    SQL_FIRST_SEEN,
    SQL_REVISION_BEFORE,
    SQL_IS_BEHIND,
    SQL_DOCUMENT_IS_BEHIND,
    SQL_ALIAS_LATER,
    SQL_ALIAS_DUE,
    SQL_ALIAS_SETTLED,
    SQL_FEED_OF_URL,
    SQL_DOCUMENT_OF_ID,
    SQL_ID_OF_DOCUMENT,
    SQL_SOURCE_FACTS,
    SQL_SOURCE_AS_IT_WAS,
    SQL_POLL_IS_TAKEN,
    SQL_PAGE_IS_TAKEN,
    SQL_RIGHTS,
    SQL_PAGE_CHECKED,
    SQL_PAGE_CHANGED,
    SQL_PAGES_AGAIN,
    SQL_PAGES_WAKE,
    SQL_PAGES_LATER,
    SQL_SITE_NUMBER,
    SQL_SITE,
    SQL_SITE_PENDING,
    SQL_SITE_SAMPLES,
    SQL_SITE_LEARNT,
    SQL_SITE_FORGET,
    SQL_SITE_FORGET_MEMORY,
    SQL_SITE_MEMORY,
    SQL_SITE_PUT_MEMORY,
    SQL_SITE_PUT_SAMPLE,
    SQL_SITE_NEWEST,
    SQL_SITE_NEWS,
    SQL_CLAIMS_BEHIND,
    SQL_CLAIMS_DUE,
    SQL_CLAIM_DOCUMENTS,
    SQL_CLAIM_DECISIONS,
    SQL_CLAIM_STORY,
    SQL_CLAIM_HAS,
    SQL_DECIDE,
    SQL_UNDO,
    SQL_PUT_CLAIM,
    SQL_OLD_CLAIMS,
    SQL_CLAIM_ALIAS,
    SQL_CLAIM_ALIASES,
    SQL_CLAIMS_GONE,
    SQL_ORIGINS_GONE,
    SQL_PUT_ORIGIN,
    SQL_CLAIMS_LOOKED,
    SQL_CLAIMS_JOIN,
    SQL_CLAIMS_BEHIND_DOCUMENT,
    SQL_PUT_EDIT,
    SQL_MENTION,
    SQL_TREND,
    SQL_MENTIONED,
    SQL_SLOTS
};
_Static_assert((int)SQL_SLOTS <= DL_LEDGER_STATEMENTS, "more statements than slots");

void dl_ledger_bind_window(dl_sql *q, const struct dl_due_window *window); /* ?1 to ?5 */
enum dl_err dl_ledger_tally(dl_ledger *ledger, enum dl_ledger_slot which, dl_str outlet,
                            int64_t hour);
/* A page's canonical address, known at once or when it has settled (ledger_replay.h). */
enum dl_err dl_ledger_put_canonical(dl_ledger *ledger, dl_str outlet, dl_str url, int64_t document,
                                    int64_t seq, int64_t seen_by_ms);
/* Rows for statements and events of a reading. */
enum dl_err dl_ledger_put_said(dl_ledger *ledger, dl_arena *arena, int64_t revision,
                               const dl_id *revision_id, yyjson_val *analyse,
                               const struct dl_reading *reading);
/* What a document that is no copy speaks of, counted on its day (ledger_trends.c). */
enum dl_err dl_ledger_count_mentions(dl_ledger *ledger, dl_arena *arena,
                                     const struct dl_story_row *row) DL_MUST_USE;
/* Its item says something else: the page is looked at soon. */
enum dl_err dl_ledger_page_changed(dl_ledger *ledger, int64_t document, int64_t now_ms);
/* A page of a host gets its number, in ledger order. */
enum dl_err dl_ledger_site_number(dl_ledger *ledger, dl_str host, int64_t *ret_site,
                                  int64_t *ret_nth);
/* A page ended; packed: what it tells of its site, empty when it told nothing. */
struct dl_site_place {
    int64_t site, nth, document, seen_by_ms; /* site 0: it has none */
};
enum dl_err dl_ledger_site_sample(dl_ledger *ledger, const struct dl_site_place *at,
                                  dl_str packed) DL_MUST_USE;
/* Learns from what is complete. */
enum dl_err dl_ledger_site_step(dl_ledger *ledger, int64_t site) DL_MUST_USE;
/* Appends to the change log; its sequence. */
int64_t dl_ledger_change(dl_ledger *ledger, const char *kind, int64_t now_ms, int64_t story,
                         int64_t document);
/* Chooses the title that stands for the story, when enough has changed since it was chosen. */
/* Runs sql with one number; with two. */
enum dl_err dl_ledger_run(dl_ledger *ledger, enum dl_ledger_slot slot, const char *sql,
                          int64_t a) DL_MUST_USE;
enum dl_err dl_ledger_run_both(dl_ledger *ledger, enum dl_ledger_slot slot, const char *sql,
                               int64_t a, int64_t b) DL_MUST_USE;
/* ledger_story.c: a story founded by the document of the entry; its change. */
enum dl_err dl_ledger_found_story(dl_ledger *ledger, int64_t seq, int64_t document,
                                  int64_t seen_ms) DL_MUST_USE;
enum dl_err dl_ledger_story_changed(dl_ledger *ledger, const char *kind, int64_t story,
                                    int64_t document, int64_t now_ms) DL_MUST_USE;
/* ledger_part.c: the documents that move become a story. */
enum dl_err dl_ledger_part_story(dl_ledger *ledger, int64_t seq, const struct dl_story_moves *part,
                                 int64_t now_ms) DL_MUST_USE;
/* What was noted of a part with the document of seq; from 0: nothing. */
enum dl_err dl_ledger_part_of(dl_ledger *ledger, dl_arena *arena, int64_t seq,
                              struct dl_story_moves *ret_part) DL_MUST_USE;
enum dl_err dl_ledger_headline(dl_ledger *ledger, int64_t story, bool joined);

#endif
