/* The pieces that a claim is shown with, on the pages of stories, claims and origins and on Now.
 *
 * Documents, copies and independent origins stand as separate numbers; the origins are an interval,
 * and each number opens to its rows. Words of documents keep their language and direction. */
#ifndef DL_SERVE_CLAIMS_SHOW_H
#define DL_SERVE_CLAIMS_SHOW_H

#include "serve/claim_view.h"
#include "serve/view.h"

/* "1 to 2 independent origins", "no independent origin: a circle of citations". */
void dl_show_origins(dl_html *h, const struct dl_store_claim *claim);
/* documents, copies, origins, denials, changes of wording: number first, then its label. */
void dl_show_claim_counts(dl_html *h, const struct dl_store_claim *claim);
/* Words of a document as a short quote, in their language and direction. */
void dl_show_quote(dl_html *h, dl_str language, dl_str text);
/* "official, by role only" */
void dl_show_who(dl_html *h, dl_str source_class, dl_str anonymity);
/* Somebody, not an outlet's own voice or a medium that is not watched. */
bool dl_show_is_traced(const struct dl_view_origin *origin);
/* The wording as a quote that leads to the claim. */
void dl_show_claim_link(dl_html *h, const struct dl_store_claim *claim);
/* "Harbour Post ← KorrInfo ← State Border Service", the outlet first; its own voice says so. */
void dl_show_chain(dl_html *h, const struct dl_view_wording *wording);
/* The outlet of a document, as link to it. */
void dl_show_document(dl_html *h, const struct dl_store_member *document);
void dl_show_documents(dl_html *h, const dl_carriers *documents, size_t most);
/* A lane for each origin over time, what is not traced on a hatched one, denials apart; with its
 * table of the same data. */
void dl_show_origin_lanes(dl_html *h, dl_arena *arena, const struct dl_claim_view *view);
/* How the wording changed: from, to, what was lost or gained. */
void dl_show_changes(dl_html *h, const struct dl_claim_view *view);
/* Numbers told, a dot each, a lane an origin; nothing when fewer than two different ones. */
void dl_show_figures(dl_html *h, dl_arena *arena, const struct dl_claim_view *view);
/* How it is worded, side by side: when, who, words, through whom. most: rows. */
void dl_show_wordings(dl_html *h, const struct dl_claim_view *view, int64_t now_ms, size_t most);
/* What is not known and would change the count most; nothing when there is nothing. */
void dl_show_missing(dl_html *h, const struct dl_claim_view *view);

dl_str dl_show_rule(dl_str rule);     /* of a merge, in words */
dl_str dl_show_changed(dl_str field); /* "evidence-hedge" → "hedge of the evidence" */

#endif
