/* A claim as pages and commands show it: the row of the store with its body read.
 *
 * A body names documents by their ids; here each is its row among the story's documents, so that
 * outlet, language and times stand beside. What cannot be read of a body is left out. Everything
 * lives in the arena; slices point into the body. Linear. */
#ifndef DL_SERVE_CLAIM_VIEW_H
#define DL_SERVE_CLAIM_VIEW_H

#include "base/json.h"
#include "base/map.h"
#include "store/read_claims.h"

enum {
    DL_CLAIM_HOPS = 8,
    DL_CLAIM_COUNTS = 6,
    DL_CLAIM_LOST = 8, /* kinds of change */
};

typedef DL_VEC(const struct dl_store_member *) dl_carriers;

struct dl_view_hop {
    dl_str text, class, anonymity;
    int64_t depth;
};
struct dl_view_count {
    int64_t value, unit;
    dl_str bound; /* exact at-least at-most about */
};
struct dl_view_wording {
    const struct dl_store_member *document;
    int64_t start, end;
    dl_str text; /* empty: its publisher allows no words to be shown */
    dl_str in, statement, stance, certainty, quote;
    bool own, denies, in_title, caveat, hedged, legal_formula;
    int64_t fit; /* per cent */
    size_t n_hops, n_counts;
    struct dl_view_hop hops[DL_CLAIM_HOPS];
    struct dl_view_count counts[DL_CLAIM_COUNTS];
    dl_str evidence, verified; /* the first object's kind; "", "verified" or "not verified" */
};
struct dl_view_origin {
    dl_id id;
    bool has_id;
    dl_str name, class, anonymity, kind; /* kind: source own-voice medium circular */
    bool party, circular;
    size_t group; /* place of the first of those that may be one */
    const struct dl_store_member *first;
    dl_carriers documents; /* those that are known by their ids … */
    size_t n_documents;    /* … of so many */
};
struct dl_view_evidence {
    const struct dl_store_member *document;
    int64_t start, end;
};
struct dl_view_merge {
    dl_str rule;
    bool soft, cut;
    const struct dl_store_member *a, *b;
    size_t origin_a, origin_b, n_evidence;
    struct dl_view_evidence evidence[2];
};
struct dl_view_denial {
    dl_str name, class, anonymity;
    dl_carriers documents;
};
struct dl_view_change {
    bool softened;
    size_t from, to; /* wordings */
    size_t n_lost;
    dl_str lost[DL_CLAIM_LOST];
};
struct dl_claim_view {
    struct dl_store_claim row;
    DL_VEC(struct dl_view_wording) wordings; /* in order of arrival */
    DL_VEC(struct dl_view_origin) origins;
    DL_VEC(struct dl_view_merge) merges;
    DL_VEC(struct dl_view_denial) denials;
    DL_VEC(struct dl_view_change) changes; /* text beside text */
    DL_VEC(struct dl_view_change) titles;  /* a title beside its own text */
    dl_str missing;                        /* unnamed attribution route owner medium; empty */
    const struct dl_store_member *missing_a, *missing_b;
    int64_t missing_changes;
};

/* Documents of a story by their ids in hex. */
enum dl_err dl_claim_members(dl_arena *arena, const dl_store_members *members,
                             dl_map *ret_by_id) DL_MUST_USE;
/* ids: of the origins, may be NULL. */
enum dl_err dl_claim_view(dl_arena *arena, const struct dl_store_claim *row, const dl_map *by_id,
                          const dl_store_origin_ids *ids,
                          struct dl_claim_view *ret_view) DL_MUST_USE;

#endif
