/* Claims, read side: what documents of a story say alike, and on how many origins it rests. Rules
 * as in read.h. The numbers of a row open to its body: JSON, as queue/claims_json.h makes it. */
#ifndef DL_STORE_READ_CLAIMS_H
#define DL_STORE_READ_CLAIMS_H

#include "store/read.h"

struct dl_store_claim {
    int64_t claim, n; /* key; place among the claims of its story */
    dl_id id, story, document;
    dl_str wording;                       /* empty: its publisher allows no words to be shown */
    dl_str language, outlet, outlet_name; /* of the first document that says it */
    int64_t documents, copies, outlets, origins_min, origins_max, origins_named, origins_free;
    int64_t denials, hardened, softened, first_seen_ms, last_seen_ms;
    bool circular;
    dl_str body; /* empty in lists over many stories */
};
typedef DL_VEC(struct dl_store_claim) dl_store_claims;

/* Of one story, as they were founded, with their bodies. */
enum dl_err dl_store_story_claims(dl_store *store, dl_arena *arena, int64_t story, size_t limit,
                                  dl_store_claims *ret_claims) DL_MUST_USE;
/* By id, unique prefix, or the id of a claim that became part of another: then ret_claim->id is
 * not what was asked. With its body. */
enum dl_err dl_store_claim(dl_store *store, dl_arena *arena, dl_str id,
                           struct dl_store_claim *ret_claim, struct dl_diag *diag) DL_MUST_USE;

/* The claim of an origin, by the origin's id; *ret_n: its place in the body. */
enum dl_err dl_store_origin(dl_store *store, dl_arena *arena, dl_str id,
                            struct dl_store_claim *ret_claim, size_t *ret_n,
                            struct dl_diag *diag) DL_MUST_USE;
struct dl_store_origin_id {
    dl_id id;
    size_t n;
};
typedef DL_VEC(struct dl_store_origin_id) dl_store_origin_ids;
enum dl_err dl_store_claim_origins(dl_store *store, dl_arena *arena, int64_t claim,
                                   dl_store_origin_ids *ret_ids) DL_MUST_USE;

/* contested: somebody denies it; spreading: at least three outlets and no more than one origin. */
enum dl_claims_kind { DL_CLAIMS_CONTESTED, DL_CLAIMS_SPREADING };
/* Newest first, seen since; one a story. */
enum dl_err dl_store_list_claims(dl_store *store, dl_arena *arena, enum dl_claims_kind kind,
                                 int64_t since_ms, size_t limit,
                                 dl_store_claims *ret_claims) DL_MUST_USE;

struct dl_store_edit {
    dl_id document, revision, earlier, story;
    bool has_story;
    dl_str title, language, outlet, outlet_name;
    int64_t at_ms;
};
typedef DL_VEC(struct dl_store_edit) dl_store_edits;
/* Edits that say themselves that they correct something, newest first, seen since. */
enum dl_err dl_store_list_corrections(dl_store *store, dl_arena *arena, int64_t since_ms,
                                      size_t limit, dl_store_edits *ret_edits) DL_MUST_USE;

struct dl_store_decision {
    int64_t decision, at_ms, undone_ms;
    bool split;
    dl_id a, b;                /* documents */
    dl_str outlet_a, outlet_b; /* names */
};
typedef DL_VEC(struct dl_store_decision) dl_store_decisions;
/* What people decided about a claim, undone ones too, in their order. */
enum dl_err dl_store_claim_decisions(dl_store *store, dl_arena *arena, const dl_id *claim,
                                     dl_store_decisions *ret_decisions) DL_MUST_USE;

/* Ids of the story's documents of which no words may be shown (page/rights.h). */
typedef DL_VEC(dl_id) dl_store_documents_quiet;
enum dl_err dl_store_story_quiet(dl_store *store, dl_arena *arena, int64_t story,
                                 dl_store_documents_quiet *ret_ids) DL_MUST_USE;

/* The outlets that are watched (have a feed or a document) and their countries: the denominator. */
enum dl_err dl_store_watched(dl_store *store, int64_t *ret_outlets,
                             int64_t *ret_countries) DL_MUST_USE;

#endif
