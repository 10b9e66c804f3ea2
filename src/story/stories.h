/* Stories: the online state that assigns each document to a story and finds what it copies.
 *
 * One writer owns one state. dl_stories_add() is a function of the documents added so far and
 * nothing else: no clock (time comes with the documents), no order of a hash table, no randomness.
 * Keys are the caller's: any number above 0 that was not used before, growing (the ledger
 * sequence). A story's key is the key of the document that founded it and never changes; when two
 * stories turn out to be one, the later founded is joined into the earlier (result.joins), for
 * good. When one turns out to be two, some of its documents become a new story (result.part), which
 * is never joined to it again.
 *
 * Restart: dl_stories_restore() with the decisions that were stored, in the same order, gives the
 * same state (dl_stories_hash) as the adds did.
 * Memory is bounded by the window: documents and stories idle for longer than it are forgotten, so
 * replaying one window of documents is enough to go on (older ones would have been forgotten).
 * Cost per document does not grow with the number of stories: only the rarest terms are looked up,
 * and only the newest entries of each. See README.md for measured numbers.
 * Threads: none. Features are only read during the call. Errors: DL_ERR_NOMEM (the state is then
 * unfit for use, free it), DL_ERR_INVALID for a key that is not above the last one. */
#ifndef DL_STORY_STORIES_H
#define DL_STORY_STORIES_H

#include "story/bilingual.h"

struct dl_stories;

struct dl_stories_options {
    bool one_language; /* a story holds one language only (--lang-mode mono) */
    int64_t window_ms; /* 0: DL_STORIES_WINDOW_MS */
    /* What words of other languages mean; outlives the state. NULL: names and numbers alone. */
    struct dl_bilingual *bilingual;
};

#define DL_STORIES_WINDOW_MS ((int64_t)7 * 24 * 3600 * 1000)

struct dl_story_doc {
    uint64_t key;
    int64_t time_ms;      /* when it was seen first; arrival order decides, this ages */
    int64_t published_ms; /* 0: not known */
    dl_str outlet;        /* outlet id or host; "" unknown. Same-outlet matches need more proof */
    const struct dl_features *features;
};

enum { DL_STORY_EVIDENCE = 8, DL_STORY_JOINS = 6 };

struct dl_story_result {
    uint64_t story;          /* key of the story */
    uint64_t parted_from;    /* key of the story that it was parted from; 0: of none */
    bool founded;            /* this document founded it */
    uint64_t copy_of;        /* key of the document it shares its text with, 0: none */
    double similarity;       /* 0..1: containment for a copy, else the score against the story */
    uint64_t translation_of; /* founder of the story of which this text, the first of its language,
                                is a translation (or which is one of it); 0: none */
    double translation_similarity; /* 0..1, how likely that is */
    size_t n_evidence;
    struct dl_story_evidence {
        uint32_t term;
        dl_str text; /* slice of the features given; empty when its text was not kept */
        double weight;
    } evidence[DL_STORY_EVIDENCE]; /* heaviest shared terms first */
    size_t n_joins;
    struct dl_story_join {
        uint64_t from, into;
    } joins[DL_STORY_JOINS];
    /* After the joins: documents that turned out to tell of something else than the story they were
     * taken for become a story of their own. */
    struct dl_story_part {
        uint64_t from, into;   /* into: new, the key of one of them that founded none */
        size_t n;              /* 0: none */
        const uint64_t *moved; /* their keys, rising; until the next call for the state */
    } part;
};

struct dl_stories *dl_stories_new(const struct dl_stories_options *options); /* NULL: defaults */
void dl_stories_free(struct dl_stories *stories);

enum dl_err dl_stories_add(struct dl_stories *stories, const struct dl_story_doc *doc,
                           struct dl_story_result *ret_result) DL_MUST_USE;
/* A decision made before: story == doc->key founds one. Of the result that it had story,
 * parted_from, copy_of, joins and part are read. */
enum dl_err dl_stories_restore(struct dl_stories *stories, const struct dl_story_doc *doc,
                               const struct dl_story_result *result) DL_MUST_USE;

/* At the end of a stream: links the next stories that wait for their like in other languages (those
 * whose time has come were linked with the documents). False when none wait any more, or on
 * failure. For streams that end; the state of one that goes on is not to be settled. */
bool dl_stories_settle(struct dl_stories *stories, size_t *ret_n,
                       struct dl_story_join ret_joins[DL_STORY_JOINS], enum dl_err *ret_err);

/* Follows joins; a key the state does not hold (any more) is returned as it is. */
uint64_t dl_stories_now(const struct dl_stories *stories, uint64_t story);

struct dl_stories_stats {
    size_t documents, stories; /* held now */
    size_t bytes;
};
void dl_stories_stats(const struct dl_stories *stories, struct dl_stories_stats *ret_stats);
/* Equal states give equal hashes; walks everything, for tests and fail-over. */
uint64_t dl_stories_hash(const struct dl_stories *stories);

#endif
