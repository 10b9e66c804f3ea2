/* The query language of search.h, parsed. Pure: no store, no clock.
 *
 * What it gives: one FTS5 expression made of quoted strings only, so that nothing a person types
 * is syntax to the index, and a list of filters. Linear in the length of the text. */
#ifndef DL_STORE_QUERY_H
#define DL_STORE_QUERY_H

#include "base/time.h"
#include "base/vec.h"

enum {
    DL_QUERY_MAX = 1000,     /* bytes: a query is typed, and each word costs a look-up */
    DL_QUERY_TERMS_MAX = 64, /* words, phrases and fields together */
};

enum dl_query_field {
    DL_QUERY_LANG,
    DL_QUERY_FROM,
    DL_QUERY_COUNTRY,
    DL_QUERY_SOURCE,
    DL_QUERY_SINCE,
    DL_QUERY_UNTIL,
};

struct dl_query_filter {
    enum dl_query_field field;
    bool negated;
    dl_str value;
    int64_t ms; /* since: first ms that counts; until: first ms that does not */
};

struct dl_query_term { /* a word or phrase that must or may be there, for marking */
    dl_str text;
    bool prefix; /* its last word is a beginning */
};

struct dl_query {
    dl_str match;   /* FTS5 expression; empty: no words, only filters */
    dl_str exclude; /* FTS5 expression of what must not be there; may be empty */
    DL_VEC(struct dl_query_filter) filters;
    DL_VEC(struct dl_query_term) terms;
};

/* DL_ERR_SYNTAX (diag: position and words), DL_ERR_EMPTY, DL_ERR_TOO_BIG. */
enum dl_err dl_query_parse(dl_arena *arena, dl_str text, struct dl_query *ret_query,
                           struct dl_diag *diag) DL_MUST_USE;

#endif
