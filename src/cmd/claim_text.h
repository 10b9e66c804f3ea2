/* A claim in the terminal: numbers, origins, denials, changes of wording. Words carry everything,
 * colour helps. Used by `claim`, `story` and `brief`. */
#ifndef DL_CMD_CLAIM_TEXT_H
#define DL_CMD_CLAIM_TEXT_H

#include "cmd/term.h"
#include "serve/claim_view.h"

/* "4 documents, 2 of them copies · 1 to 2 independent origins · denied in 3 documents" */
void dl_claim_put_counts(struct dl_term *t, const struct dl_store_claim *claim);
/* The wording, wrapped, and its counts. */
void dl_claim_put_head(struct dl_term *t, size_t indent, const struct dl_store_claim *claim);
void dl_claim_put_origins(struct dl_term *t, const struct dl_claim_view *view);
void dl_claim_put_changes(struct dl_term *t, dl_arena *arena, const struct dl_claim_view *view);
void dl_claim_put_merges(struct dl_term *t, const struct dl_claim_view *view);

#endif
