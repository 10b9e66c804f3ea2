/* The ledger, write side: one process, one connection. Words, ids and invariants: README.md.
 *
 * Functions called between dl_ledger_begin() and dl_ledger_commit() are one transaction; called
 * alone each is its own. Anything that fails leaves the ledger failed: roll back and try again or
 * give up, nothing is half done. Slices given are only read during the call; slices returned live
 * in the arena given. Times are milliseconds since 1970 UTC and come from the caller. Errors:
 * DL_ERR_BUSY (another writer), DL_ERR_VERSION (newer schema), DL_ERR_IO, DL_ERR_CORRUPT,
 * DL_ERR_NOMEM. Not thread-safe. */
#ifndef DL_STORE_LEDGER_H
#define DL_STORE_LEDGER_H

#include "base/hash.h"
#include "base/time.h"
#include "base/vec.h"
#include "store/spool.h"

enum {
    DL_TRIES_MAX = 3, /* readers that may fail on an entry */
    DL_ORPHANS_MAX =
        8, /* writers that may end while it is tried; chance kills are no fault of it */
    DL_READING_MEMORY = 192 << 20, /* a reading and its JSON; rows take as much at most */
};

struct dl_ledger_options {
    const char *dir;   /* made when it is not there */
    bool early_cursor; /* wrong on purpose, for the test that must find it out */
};

typedef struct dl_ledger dl_ledger;

enum dl_err dl_ledger_open(const struct dl_ledger_options *options, dl_ledger **ret_ledger,
                           struct dl_diag *diag) DL_MUST_USE;
void dl_ledger_close(dl_ledger *ledger); /* checkpoints; NULL ok */
enum dl_err dl_ledger_begin(dl_ledger *ledger) DL_MUST_USE;
/* Syncs the spool first: the ledger never names bytes that may be lost. */
enum dl_err dl_ledger_commit(dl_ledger *ledger, struct dl_diag *diag) DL_MUST_USE;
void dl_ledger_rollback(dl_ledger *ledger);
dl_spool *dl_ledger_spool(dl_ledger *ledger);

/* --- outlets and feeds -------------------------------------------------------------------- */

struct dl_outlet {
    dl_str id, name, country, language, kind, home;
    bool listed;
};
typedef DL_VEC(struct dl_outlet) dl_outlets;
/* All, by id; for the writer's table of who publishes where. */
enum dl_err dl_ledger_list_outlets(dl_ledger *ledger, dl_arena *arena,
                                   dl_outlets *ret_outlets) DL_MUST_USE;
/* New, or its facts changed; an unlisted call never overwrites what a list said. */
enum dl_err dl_ledger_put_outlet(dl_ledger *ledger, const struct dl_outlet *outlet) DL_MUST_USE;

enum { DL_FEED_HOURS = 24 };
/* What polls taught about a feed: read with its row, written with an outcome. 0: not known. */
struct dl_feed_state {
    dl_str host;
    int64_t asks_s, max_age_s, skip_hours, skip_days;
    uint8_t hours[DL_FEED_HOURS]; /* new items by hour of the day */
    int64_t body, same_bodies;    /* hash of the last full answer; how often it came again */
    int64_t honest_ms, probe, probe_ms, untrusted_ms; /* net/trust.h */
    dl_str moved_to;
    int64_t moved_since_ms, moved_seen;
    dl_str note;
};

struct dl_feed_row {
    int64_t feed;
    dl_str outlet, url, kind, etag, last_modified;
    int64_t next_poll_ms, interval_ms, last_poll_ms, last_good_ms, last_new_ms, failures, polls,
        unchanged, items_seen, items_new;
    int64_t handed_ms;          /* given to the fetcher; 0: not under way */
    int64_t floor_s, ceiling_s; /* as a person set them; 0: not */
    struct dl_feed_state state;
};
typedef DL_VEC(struct dl_feed_row) dl_feed_rows;
/* Of what is due (feeds, pages), the stretch behind the place `low` up to `high`; places are a time
 * and a row id, so that who goes through much in steps meets each row once. */
struct dl_due_window {
    struct {
        int64_t ms, id;
    } low, high; /* low itself is not in it, high is */
    bool newest_first;
    size_t most;
};
enum dl_err dl_ledger_due_feeds(dl_ledger *ledger, dl_arena *arena,
                                const struct dl_due_window *window,
                                dl_feed_rows *ret_rows) DL_MUST_USE;
/* Feeds that are due at `ms`; when the first behind `ms` will be, INT64_MAX: never. */
enum dl_err dl_ledger_count_due(dl_ledger *ledger, int64_t ms, int64_t *ret_feeds) DL_MUST_USE;
enum dl_err dl_ledger_next_due(dl_ledger *ledger, int64_t ms, int64_t *ret_ms) DL_MUST_USE;
enum dl_err dl_ledger_feed(dl_ledger *ledger, dl_arena *arena, int64_t feed,
                           struct dl_feed_row *ret_row) DL_MUST_USE;

struct dl_feed_outcome {
    int64_t feed, at_ms;
    int status; /* HTTP; 0: no answer */
    bool good, unchanged;
    bool uncounted;      /* it failed, and not by its own fault: as if it had not been polled */
    bool has_validators; /* replace both, also by nothing */
    dl_str etag, last_modified, title;
    dl_str result; /* in words */
    int64_t next_poll_ms, interval_ms;
    dl_str why;
    int64_t items, fresh;
    struct dl_feed_state state;
};
enum dl_err dl_ledger_feed_outcome(dl_ledger *ledger,
                                   const struct dl_feed_outcome *outcome) DL_MUST_USE;
/* Given to the fetcher: to be committed before it is told. Whoever dies with it may have polled. */
enum dl_err dl_ledger_hand_out(dl_ledger *ledger, int64_t feed, int64_t now_ms,
                               bool probe) DL_MUST_USE;
/* A new fetcher knows nothing of what the last one had: those are polled when they would have been
 * had they been polled the moment they were handed out. */
enum dl_err dl_ledger_feeds_in_doubt(dl_ledger *ledger, int64_t floor_ms) DL_MUST_USE;
/* Feeds overdue by more than late_ms, or due beyond far_ms, are due from now on, one each step_ms,
 * the liveliest first; *ret_n: how many. step_of gives step_ms for a count. */
enum dl_err dl_ledger_catch_up(dl_ledger *ledger, int64_t now_ms, int64_t late_ms, int64_t far_ms,
                               int64_t (*step_of)(size_t count), size_t *ret_n) DL_MUST_USE;
/* The clock was set: what is planned keeps its distance from now. */
enum dl_err dl_ledger_shift_plans(dl_ledger *ledger, int64_t by_ms) DL_MUST_USE;
/* A host asked to be left alone until then: all its feeds, those too that come back from it later.
 * dl_ledger_host_pause(): until when; 0: not at all. */
enum dl_err dl_ledger_host_later(dl_ledger *ledger, dl_str host, int64_t now_ms, int64_t until_ms,
                                 dl_str why) DL_MUST_USE;
enum dl_err dl_ledger_host_pause(dl_ledger *ledger, dl_str host, int64_t *ret_until_ms) DL_MUST_USE;
/* It moved for good: the address is kept as one that leads to it. Not when a person moved it back
 * before, or removed a feed of the new address; when there is a feed already, this one ends. */
enum dl_err dl_ledger_move_feed(dl_ledger *ledger, const struct dl_feed_row *row, dl_str url,
                                int64_t now_ms, bool *ret_moved) DL_MUST_USE;
/* Where the feed is that was at url before it moved; url itself, when none was. */
enum dl_err dl_ledger_now_at(dl_ledger *ledger, dl_arena *arena, dl_str url,
                             dl_str *ret_url) DL_MUST_USE;
/* Undoes the last move of the feed at url, for good. */
enum dl_err dl_ledger_move_feed_back(dl_ledger *ledger, dl_arena *arena, dl_str url, int64_t now_ms,
                                     bool *ret_found) DL_MUST_USE;
/* Least and most seconds between polls; 0: the defaults again, -1: as they are. */
enum dl_err dl_ledger_set_pace(dl_ledger *ledger, dl_str url, int64_t floor_s, int64_t ceiling_s,
                               int64_t now_ms, bool *ret_found) DL_MUST_USE;
/* It failed with all others: takes one failure back, due at_ms. */
enum dl_err dl_ledger_feed_unblame(dl_ledger *ledger, int64_t feed, int64_t at_ms, dl_str result,
                                   dl_str why) DL_MUST_USE;

typedef DL_VEC(dl_str) dl_ledger_texts;
/* What a host's robots.txt says, as the fetcher words it; those that still hold, newest first. */
enum dl_err dl_ledger_put_robots(dl_ledger *ledger, dl_str url, int64_t at_ms, int64_t until_ms,
                                 dl_str state) DL_MUST_USE;
enum dl_err dl_ledger_list_robots(dl_ledger *ledger, dl_arena *arena, int64_t now_ms,
                                  dl_ledger_texts *ret_states) DL_MUST_USE;

/* --- material ----------------------------------------------------------------------------- */

struct dl_material {
    dl_str kind;      /* item page article */
    dl_str outlet;    /* exists */
    dl_str url;       /* canonical form; may be empty when there is a guid */
    dl_str shown_url; /* as published; empty: url */
    dl_str guid;
    dl_str host; /* of a page: whose site memory it is read with; empty: none */
    dl_str channel;
    int64_t feed;     /* it came in; 0: none. All of one call have the same outlet and feed */
    int64_t document; /* it is known to be about; 0: to be found out */
    dl_id hash;       /* of the bytes that matter: the same again is a duplicate */
    dl_str bytes;     /* put into the spool when they make an entry; empty: they lie at place */
    struct dl_spool_place place;
    dl_str title;                      /* of an item, as the following: by them it is known again */
    int64_t lead;                      /* hash of its text without markup; 0: too short to tell */
    size_t text_bytes;                 /* of that text */
    int64_t published_ms;              /* 0: not known to the minute */
    int64_t seen_after_ms, seen_by_ms; /* after 0: not known */
    bool undated;    /* nobody told when it was fetched: seen_by is when it came in */
    bool wants_page; /* the page behind the URL should be fetched */
};

enum dl_taken_as { DL_TAKEN_NEW, DL_TAKEN_CHANGED, DL_TAKEN_DUPLICATE, DL_TAKEN_BLOCKED };
struct dl_taken {
    enum dl_taken_as as;
    int64_t document;  /* 0 when blocked */
    int64_t seq;       /* of its entry; 0 for a duplicate */
    dl_id id;          /* of the document */
    int64_t site, nth; /* of a page: its place among those of its site (ledger_site.h); 0: none */
};

/* Documents, aliases, entries, tallies for the items of one poll. Entries get their seq in
 * (seen, document id) order. ret_taken (may be NULL) is in the order given. */
enum dl_err dl_ledger_take(dl_ledger *ledger, dl_arena *arena, const struct dl_material *material,
                           size_t n, struct dl_taken *ret_taken) DL_MUST_USE;
/* A further address or GUID that leads to the document; kind: url guid. why: how it was found to;
 * "redirect" and "canonical" give way to an item that says otherwise; NULL: it came with it. */
enum dl_err dl_ledger_put_alias(dl_ledger *ledger, dl_str outlet, const char *kind, dl_str value,
                                int64_t document, const char *why) DL_MUST_USE;
enum dl_err dl_ledger_note_poll(dl_ledger *ledger, int64_t feed, int64_t at_ms,
                                struct dl_spool_place place, int64_t items,
                                int64_t fresh) DL_MUST_USE;
/* Document id as documented; for tests and look-ups. */
dl_id dl_document_id(dl_str outlet, dl_str url, dl_str guid);
dl_id dl_revision_id(const dl_id *document, const dl_id *hash);
dl_id dl_content_hash(dl_str title, dl_str subtitle, dl_str text);
dl_id dl_story_id(const dl_id *document);

/* Poll or upload that never became items (unreadable feed): counted and kept. */
enum dl_err dl_ledger_refuse(dl_ledger *ledger, dl_str outlet, int64_t seen_ms,
                             bool quarantined) DL_MUST_USE;

/* --- reading ------------------------------------------------------------------------------ */

struct dl_entry {
    int64_t seq, document;
    int64_t fetched_ms; /* 0: nobody told */
    dl_id document_id;
    dl_str kind, outlet, url, country, language, outlet_name;
    struct dl_spool_place place;
    int64_t tries;
    int64_t site, nth; /* of a page of a site (ledger_site.h); 0: none */
};
typedef DL_VEC(struct dl_entry) dl_entries;
/* Pending entries past `after`, in seq order. */
enum dl_err dl_ledger_pending(dl_ledger *ledger, dl_arena *arena, int64_t after, size_t limit,
                              dl_entries *ret_entries) DL_MUST_USE;
/* To be committed before the entry goes to a reader. */
enum dl_err dl_ledger_try(dl_ledger *ledger, int64_t seq) DL_MUST_USE;

struct dl_reading {
    dl_str title, subtitle, text, language, section;
    dl_time published;
    unsigned rights;  /* page/rights.h: bits */
    dl_str canonical; /* canonical form of the page's own canonical URL; an alias when not empty */
    dl_str extract, analyse, features, sayings;
    dl_str sample;        /* of a page: what it tells of its site, packed (page/site.h) */
    bool extract_is_json; /* the caller has parsed it */
    int version_extract, version_analyse, version_features, version_sayings;
};
/* A cap of arena below 2 * DL_READING_MEMORY is too low. DL_ERR_ENCODING, SYNTAX, TOO_DEEP, EMPTY,
 * TOO_BIG: the reader answered what it should not; nothing was written. */
enum dl_err dl_ledger_read_done(dl_ledger *ledger, dl_arena *arena, int64_t seq,
                                const struct dl_reading *reading) DL_MUST_USE;
/* Failure of a reader. Class reject: rejected now; else quarantined at the third. ret_final: it
 * will not be tried again. */
enum dl_err dl_ledger_read_failed(dl_ledger *ledger, int64_t seq, enum dl_err code, dl_str message,
                                  bool *ret_final) DL_MUST_USE;

/* --- stories ------------------------------------------------------------------------------ */

struct dl_story_row {
    int64_t seq, document, seen_by_ms, published_ms;
    int64_t at_ms; /* of the entry: when it came */
    bool skip;     /* nothing to assign: the cursor just passes */
    dl_str outlet, country, language, features;
};
typedef DL_VEC(struct dl_story_row) dl_story_rows;
/* Entries behind the story cursor, in seq order, up to the first that is still pending. */
enum dl_err dl_ledger_story_next(dl_ledger *ledger, dl_arena *arena, size_t limit,
                                 dl_story_rows *ret_rows) DL_MUST_USE;

enum { DL_ASSIGNMENT_JOINS = 6 };

struct dl_assignment {
    const struct dl_story_row *row;
    int64_t story, copy_of; /* seqs: of the founder, of the document copied (0: none) */
    double similarity;
    dl_str evidence; /* JSON */
    size_t n_joins;
    struct {
        int64_t from, into;
    } joins[DL_ASSIGNMENT_JOINS];
    struct dl_story_moves {
        int64_t from, into;    /* stories; into: the seq of one of the documents that move */
        size_t n;              /* 0: none */
        const uint64_t *moved; /* seqs, rising */
    } part;
};
/* Memberships, counts, changes, joins, parts; moves the cursor to `cursor`. Its own transaction. */
enum dl_err dl_ledger_story_commit(dl_ledger *ledger, dl_arena *arena,
                                   const struct dl_assignment *assignments, size_t n,
                                   int64_t cursor, struct dl_diag *diag) DL_MUST_USE;

struct dl_replay_row {
    struct dl_story_row row;
    int64_t story, copy_of;
    int64_t parted_from; /* the story that `story` was parted from; 0: of none */
    size_t n_joins;
    struct {
        int64_t from, into;
    } joins[DL_ASSIGNMENT_JOINS];
    struct dl_story_moves part;
};
/* Assignments made before, from the first of a document seen since, in seq order; calls fn for
 * each. */
typedef enum dl_err (*dl_replay_fn)(void *ctx, const struct dl_replay_row *row);
enum dl_err dl_ledger_story_replay(dl_ledger *ledger, dl_arena *arena, int64_t since_ms,
                                   dl_replay_fn fn, void *ctx) DL_MUST_USE;
int64_t dl_ledger_newest_seen(dl_ledger *ledger); /* ms, 0 for an empty ledger */

/* --- pages to fetch ----------------------------------------------------------------------- */

struct dl_page_job {
    int64_t document;
    dl_str url, outlet, etag, last_modified;
    int64_t tries, not_before_ms;
};
typedef DL_VEC(struct dl_page_job) dl_page_jobs;
enum dl_err dl_ledger_due_pages(dl_ledger *ledger, dl_arena *arena,
                                const struct dl_due_window *window,
                                dl_page_jobs *ret_jobs) DL_MUST_USE;
struct dl_page_outcome {
    int64_t document, at_ms;
    dl_str result;         /* in words; empty: try again at not_before_ms */
    int64_t not_before_ms; /* of the next try */
    bool answered;         /* it was there: what it says is known as of now */
    bool has_validators;   /* replace both, also by nothing */
    dl_str etag, last_modified;
};
/* A page that was read once is looked at again at dl_page_again_ms after its document was first
 * seen, when the document is not alone in its story, and soon after its item says something else.
 */
enum dl_err dl_ledger_page_outcome(dl_ledger *ledger,
                                   const struct dl_page_outcome *outcome) DL_MUST_USE;
enum { DL_PAGE_LOOKS = 3 };
extern const int64_t dl_page_again_ms[DL_PAGE_LOOKS];
/* When the page was last looked at, 0: never. */
enum dl_err dl_ledger_page_checked(dl_ledger *ledger, int64_t document,
                                   int64_t *ret_checked_ms) DL_MUST_USE;
/* Pages whose time to be looked at again has come become due; the others wait for the next time. */
enum dl_err dl_ledger_wake_pages(dl_ledger *ledger, int64_t now_ms) DL_MUST_USE;

/* --- requests ----------------------------------------------------------------------------- */

/* The reply given to this idempotency key before; DL_ERR_NOT_FOUND for a new one. */
enum dl_err dl_ledger_request_seen(dl_ledger *ledger, dl_arena *arena, dl_str key,
                                   dl_str *ret_reply) DL_MUST_USE;
enum dl_err dl_ledger_request_done(dl_ledger *ledger, dl_str key, int64_t now_ms,
                                   dl_str reply) DL_MUST_USE;

struct dl_ledger_counts {
    int64_t documents, pending, stories, feeds;
};
enum dl_err dl_ledger_counts(dl_ledger *ledger, struct dl_ledger_counts *ret_counts) DL_MUST_USE;

#endif
