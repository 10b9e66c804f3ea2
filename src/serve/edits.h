/* How an article was edited: its wordings one after the other, compared.
 *
 * Wordings of one kind are compared, items with items and pages with pages: a page that says more
 * than the feed's item is no edit. Newest first. Everything lives in the arena. */
#ifndef DL_SERVE_EDITS_H
#define DL_SERVE_EDITS_H

#include "serve/api_json.h"
#include "story/edits.h"

enum { DL_EDITS_MAX = 50 }; /* of a document, the newest: each is two texts and their diff */

struct dl_edited_side {
    dl_id document, revision;
    dl_str kind, language;
    int64_t seen_after_ms, seen_by_ms;
    struct dl_wording wording;
};
struct dl_edited {
    struct dl_edited_side old, new;
    struct dl_edit edit;
};
typedef DL_VEC(struct dl_edited) dl_edited_vec;

enum dl_err dl_edits_of(dl_arena *arena, dl_store *store, const struct dl_store_document *document,
                        dl_edited_vec *ret_edits) DL_MUST_USE;
/* The wordings shown of two documents. */
enum dl_err dl_edits_between(dl_arena *arena, const struct dl_store_document *a,
                             const struct dl_store_document *b,
                             struct dl_edited *ret_edited) DL_MUST_USE;

/* {"document","data":[{from,to,edit,…}]}: docs of the shape in docs/. with_text: changed words
 * whole, else their beginnings. */
enum dl_err dl_api_edits(struct dl_api_answer *answer, dl_store *store, dl_str id, bool with_text,
                         dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_api_edits_between(struct dl_api_answer *answer, dl_store *store, dl_str a, dl_str b,
                                 bool with_text, struct dl_diag *diag) DL_MUST_USE;
/* {"document","data":[{id,kind,title,seen{after,by},shown,edit}]}, oldest first. */
enum dl_err dl_api_revisions(struct dl_api_answer *answer, dl_store *store, dl_str id,
                             dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;

#endif
