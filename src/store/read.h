/* The store, read side: what pages, API and commands show. Any process; read-only; words:
 * README.md.
 *
 * A dl_store is one connection and not thread-safe: one a thread. Calls between dl_store_begin()
 * and dl_store_end() see one moment, so that the numbers of a page agree, and have together
 * DL_STORE_QUERY_MS; then they end with DL_ERR_TIMEOUT. A call outside is a moment of its own.
 * Slices live in the arena given, are valid UTF-8, and are empty where nothing is known; times are
 * ms since 1970 UTC, 0 where unknown; `published` is RFC 3339 text with the precision it was given
 * in. Lists come in pages: a limit (at most DL_STORE_LIST_MAX are given) and a key to go on behind.
 * Errors: DL_ERR_NOT_FOUND (no store yet, or no such thing), DL_ERR_VERSION, DL_ERR_BUSY,
 * DL_ERR_TIMEOUT, DL_ERR_CORRUPT, DL_ERR_IO, DL_ERR_TOO_BIG (arena). A failed call leaves the
 * store usable. */
#ifndef DL_STORE_READ_H
#define DL_STORE_READ_H

#include "base/hash.h"
#include "base/vec.h"

enum {
    DL_STORE_QUERY_MS = 2000, /* nobody waits longer for a page; a worse query is an attack */
    DL_STORE_LIST_MAX = 1000,
    DL_STORE_PREFIX_MIN = 6, /* hex digits of an id that stand for it when unique */
};

typedef struct dl_store dl_store;

/* dir is the data directory. */
enum dl_err dl_store_open(const char *dir, dl_store **ret_store, struct dl_diag *diag) DL_MUST_USE;
void dl_store_close(dl_store *store); /* NULL ok */
enum dl_err dl_store_begin(dl_store *store) DL_MUST_USE;
void dl_store_end(dl_store *store);
/* Why the last call failed, for the log; a constant or text of the store. */
const char *dl_store_why(const dl_store *store);

/* --- stories ------------------------------------------------------------------------------ */

struct dl_store_story {
    int64_t story; /* key for the calls below; never shown, ids are */
    dl_id id;
    dl_str headline, language; /* of the document that stands for it */
    dl_str outlet, outlet_name;
    dl_id document;
    int64_t documents, copies, outlets, languages, countries;
    int64_t first_seen_ms, last_seen_ms;
    int64_t change; /* sequence of its newest change: the key of the list */
};
typedef DL_VEC(struct dl_store_story) dl_store_stories;

struct dl_store_story_filter {
    dl_str outlet, language, country; /* empty: any; each: some document of the story has it */
    int64_t before;                   /* change of the last row of the page before; 0: newest */
    size_t limit;
};
/* Newest change first. */
enum dl_err dl_store_list_stories(dl_store *store, dl_arena *arena,
                                  const struct dl_store_story_filter *filter,
                                  dl_store_stories *ret_stories) DL_MUST_USE;
/* All that live on, in the order of their founding, behind the story `after` (0: from the first):
 * for export. Calls are moments of their own, so a walk over a large store blocks nobody. */
enum dl_err dl_store_walk_stories(dl_store *store, dl_arena *arena, int64_t after, size_t limit,
                                  dl_store_stories *ret_stories) DL_MUST_USE;
/* By id, by a prefix of it that is unique (DL_ERR_INVALID: it is not; diag says so), or by the id
 * of a story that was joined into it: then ret_story->id differs from what was asked. */
enum dl_err dl_store_story(dl_store *store, dl_arena *arena, dl_str id,
                           struct dl_store_story *ret_story, struct dl_diag *diag) DL_MUST_USE;

/* Stories that it was one with once (story/parting.h), the newest parting first. */
struct dl_store_part {
    dl_id other;
    dl_str headline, language; /* of the other */
    int64_t at_ms;             /* when it was seen that they are two */
    int64_t documents;         /* that went */
    bool is_rest;              /* they went from this one; else this one was made of them */
};
typedef DL_VEC(struct dl_store_part) dl_store_parts;
enum dl_err dl_store_story_parts(dl_store *store, dl_arena *arena, int64_t story,
                                 dl_store_parts *ret_parts) DL_MUST_USE;

struct dl_store_facet {
    dl_str value;
    int64_t documents;
};
typedef DL_VEC(struct dl_store_facet) dl_store_facets;
/* kind: "outlet", "language" or "country" of the story's documents, most frequent first. */
enum dl_err dl_store_story_facets(dl_store *store, dl_arena *arena, int64_t story, const char *kind,
                                  dl_store_facets *ret_facets) DL_MUST_USE;

struct dl_store_member {
    int64_t seq, document;
    dl_id id;
    dl_str outlet, outlet_name, country, url, title, language, published;
    dl_str lead; /* first bytes of the text, at most DL_STORE_LEAD */
    int64_t seen_after_ms, seen_by_ms;
    dl_str channel;
    bool is_copy;
    dl_id copy_of; /* when is_copy */
    double similarity;
    dl_str evidence;      /* JSON: why it is in the story */
    int64_t n_statements; /* of the revision shown */
    bool is_corrected;    /* a later revision says that it corrects something */
    bool is_quiet;        /* its publisher allows no words of it to be shown */
};
enum { DL_STORE_LEAD = 400 };
typedef DL_VEC(struct dl_store_member) dl_store_members;
/* Documents of a story in order of arrival, behind `after` (0: from the first). */
enum dl_err dl_store_story_members(dl_store *store, dl_arena *arena, int64_t story, int64_t after,
                                   size_t limit, dl_store_members *ret_members) DL_MUST_USE;

struct dl_store_statement {
    int64_t key; /* of the list */
    dl_id id, document;
    dl_str outlet, outlet_name;
    dl_str source, source_class, anonymity, stance, certainty, quote, cue, content, rule;
    double score;
    dl_str spans; /* JSON {"cue":[…],"source":[…],"content":[…]} as in the contract */
};
typedef DL_VEC(struct dl_store_statement) dl_store_statements;
/* Statements of the revisions shown of a story, in order of arrival and of the text. */
enum dl_err dl_store_story_statements(dl_store *store, dl_arena *arena, int64_t story,
                                      int64_t after, size_t limit,
                                      dl_store_statements *ret_statements) DL_MUST_USE;
/* The same of one document. */
enum dl_err dl_store_document_statements(dl_store *store, dl_arena *arena, int64_t document,
                                         int64_t after, size_t limit,
                                         dl_store_statements *ret_statements) DL_MUST_USE;

/* --- documents ---------------------------------------------------------------------------- */

struct dl_store_revision {
    dl_id id;
    int64_t seq;
    int64_t seen_after_ms, seen_by_ms; /* it did not say so at, it said so at */
    dl_str kind, title, language, published;
    bool shown;
};
struct dl_store_alias {
    dl_str outlet, kind, value; /* kind: url guid */
    dl_str why;                 /* how it was found to lead here; empty: it came with it */
};
struct dl_store_sighting { /* first seen by one way in */
    dl_str channel;
    int64_t seen_after_ms, seen_by_ms;
};

struct dl_store_document {
    int64_t document;
    dl_id id;
    dl_str outlet, outlet_name, country, url, channel;
    int64_t seen_after_ms, seen_by_ms;
    bool has_revision; /* false: not read yet, or its material could not be */
    dl_id revision;
    int64_t revision_key;
    dl_str kind, title, subtitle, text, language, section, published;
    dl_str extract, analyse; /* JSON of the stages, extract without its text */
    bool has_story, is_copy;
    dl_id story, copy_of; /* the story as it is now, joins followed */
    double similarity;
    dl_str state, code, message; /* of its newest entry: pending done same rejected quarantined */
    DL_VEC(struct dl_store_revision) revisions; /* oldest first */
    DL_VEC(struct dl_store_alias) aliases;
    DL_VEC(struct dl_store_sighting) sightings; /* earliest first */
    unsigned rights;                            /* page/rights.h: bits */
};
/* By id, unique prefix, URL or GUID. */
enum dl_err dl_store_document(dl_store *store, dl_arena *arena, dl_str id_or_url,
                              struct dl_store_document *ret_document,
                              struct dl_diag *diag) DL_MUST_USE;
/* Text and results of one revision; the other fields of ret_document as for the one shown. */
enum dl_err dl_store_document_at(dl_store *store, dl_arena *arena, const dl_id *revision,
                                 struct dl_store_document *ret_document) DL_MUST_USE;
struct dl_store_walked {
    int64_t document; /* key to go on behind */
    dl_id id;
};
typedef DL_VEC(struct dl_store_walked) dl_store_walk;
/* All documents, oldest first, behind `after` (0: from the first): for export. */
enum dl_err dl_store_walk_documents(dl_store *store, dl_arena *arena, int64_t after, size_t limit,
                                    dl_store_walk *ret_documents) DL_MUST_USE;

struct dl_store_analysed {
    int64_t document; /* key of the walk */
    dl_id id;
    dl_str outlet, outlet_name, title, language;
    int64_t seen_by_ms;
    dl_str analyse; /* JSON as in the contract, of the revision shown */
};
typedef DL_VEC(struct dl_store_analysed) dl_store_analyses;
/* Newest document first, behind the document `before` (0: from the newest). */
enum dl_err dl_store_walk_analysed(dl_store *store, dl_arena *arena, int64_t before, size_t limit,
                                   dl_store_analyses *ret_rows) DL_MUST_USE;

/* Of a story's documents that are no copies, oldest first. */
enum dl_err dl_store_story_analysed(dl_store *store, dl_arena *arena, int64_t story, size_t limit,
                                    dl_store_analyses *ret_rows) DL_MUST_USE;

/* --- changes ------------------------------------------------------------------------------ */

struct dl_store_change {
    int64_t seq, at_ms;
    dl_str kind; /* story.new story.updated story.merged story.parted story.changed document.revised
                    source.changed */
    bool has_story, has_document;
    dl_id story, document; /* story.merged: story = the one that lives on, joined = the other */
    bool has_joined;
    dl_id joined;
};
typedef DL_VEC(struct dl_store_change) dl_store_changes;
/* Oldest first, behind `after`. */
enum dl_err dl_store_list_changes(dl_store *store, dl_arena *arena, int64_t after, size_t limit,
                                  dl_store_changes *ret_changes) DL_MUST_USE;
/* Sequence of the newest change, 0 in an empty store. Cheap: one index look-up. */
enum dl_err dl_store_newest_change(dl_store *store, int64_t *ret_seq) DL_MUST_USE;

#endif
