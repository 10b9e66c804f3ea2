/* Search over what documents say.
 *
 * The query language (version 1): words (all must be there), "phrases", word* (beginning), -word
 * or -"phrase" (must not), alternatives: (a OR b "c d"), and fields: lang:ar, from:OUTLET,
 * country:UA, source:NAME (somebody named so is a source of a statement), since:2024-03-01 and
 * until:2024-03-25 (first seen by this store; until includes the day). A field may be negated.
 * Words of every script: 北京 is found in 北京大学, naive in naïve. An unknown field is
 * DL_ERR_SYNTAX with the byte position and the nearest right one in diag. Read side; the rules of
 * read.h hold. */
#ifndef DL_STORE_SEARCH_H
#define DL_STORE_SEARCH_H

#include "store/query.h"
#include "store/read.h"

enum dl_search_order { DL_SEARCH_NEWEST, DL_SEARCH_BEST };

enum {
    DL_SEARCH_WINDOW = 2000,     /* newest matches among which "best" ranks: bm25 reads each */
    DL_SEARCH_COUNT_MAX = 10000, /* counted exactly up to here */
    DL_SNIPPET_MAX = 320,
    DL_SNIPPET_MARKS = 16,
};

struct dl_search_options {
    enum dl_search_order order;
    int64_t before; /* newest first: key of the last hit of the page before; 0: the first page */
    size_t offset;  /* best: hits to pass over, within the window */
    size_t limit;
};

struct dl_span {
    size_t start, end;
};

struct dl_search_hit {
    int64_t key;
    dl_id document, revision;
    dl_str title, outlet, outlet_name, country, url, language, published;
    int64_t seen_by_ms;
    bool has_story;
    dl_id story;
    dl_str snippet; /* part of the text around the words found, whole words, no line feeds */
    size_t n_marks;
    struct dl_span marks[DL_SNIPPET_MARKS]; /* words found, in snippet */
    size_t n_title_marks;
    struct dl_span title_marks[DL_SNIPPET_MARKS];
};
typedef DL_VEC(struct dl_search_hit) dl_search_hits;

enum dl_err dl_search_documents(dl_store *store, dl_arena *arena, const struct dl_query *query,
                                const struct dl_search_options *options,
                                dl_search_hits *ret_hits) DL_MUST_USE;
/* Stories with a match among the newest DL_SEARCH_WINDOW, newest match first; ret_matches (may be
 * NULL): matching documents of each. */
enum dl_err dl_search_stories(dl_store *store, dl_arena *arena, const struct dl_query *query,
                              size_t limit, dl_store_stories *ret_stories,
                              int64_t **ret_matches) DL_MUST_USE;
/* Documents that match; DL_SEARCH_COUNT_MAX means that or more. */
enum dl_err dl_search_count(dl_store *store, const struct dl_query *query,
                            int64_t *ret_count) DL_MUST_USE;

#endif
