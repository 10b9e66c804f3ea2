/* Shared by the files that make claims. */
#ifndef DL_STORY_CLAIMS_PRIVATE_H
#define DL_STORY_CLAIMS_PRIVATE_H

#include "base/map.h"
#include "base/vec.h"
#include "claim/cues.h"
#include "story/claims.h"

typedef DL_VEC(struct dl_claim_wording) dl_wordings;

/* A claim while it grows. */
struct claim_draft {
    uint32_t document, saying;
    dl_wordings wordings;
};
typedef DL_VEC(struct claim_draft) claim_drafts;

/* claims_find.c: which sayings are one claim */
enum dl_err claims_find(dl_arena *arena, const struct dl_claims_input *in,
                        claim_drafts *ret_claims) DL_MUST_USE;
/* 0..1: how much alike two sayings are; languages as of their documents. */
double claims_likeness(const struct dl_saying *a, const char *lang_a, const struct dl_saying *b,
                       const char *lang_b);

/* With what the text of a document opens; NULL when that is no saying. */
const struct dl_saying *sayings_opening(const struct dl_sayings *sayings);

/* identity.c: which actors of a story's documents are one */
struct identities {
    uint32_t *first_of;  /* of a document: number of its first actor; n_docs + 1 of them */
    uint32_t *parent;    /* of an actor: union-find, the lowest number is the root */
    uint8_t *rule;       /* why it was joined to its parent: enum dl_merge_rule */
    uint32_t *outlet_of; /* of an actor: 1 + a document of the outlet that it is, 0 none */
    uint32_t *outlet;    /* of a document: the first document of its outlet */
};
enum dl_err identities_find(dl_arena *arena, const struct dl_claims_input *in,
                            struct identities *ret) DL_MUST_USE;
uint32_t identity_of(const struct identities *all, uint32_t document, uint32_t actor);
/* outlets.c: fills outlet_of and outlet */
enum dl_err outlets_find(dl_arena *arena, const struct dl_claims_input *in, size_t n_docs,
                         struct identities *who) DL_MUST_USE;
bool actor_unnamed(const struct dl_actor *actor);
/* Kinds of sources that may be each other: officials and politicians; armed groups; … */
int class_family(uint8_t class);

/* origins.c */
enum dl_err origins_find(dl_arena *arena, const struct dl_claims_input *in,
                         const struct identities *who, const struct claim_draft *draft,
                         struct dl_claim *claim) DL_MUST_USE;
/* doubt.c: soft merges, a person's decisions, the interval */
enum dl_err origins_doubt(dl_arena *arena, const struct dl_claims_input *in,
                          struct dl_claim *claim) DL_MUST_USE;
/* hardening.c */
enum dl_err hardening_find(dl_arena *arena, const struct dl_claims_input *in,
                           const struct identities *who, struct dl_claim *claim) DL_MUST_USE;

static inline const struct dl_saying *saying_of(const struct dl_claims_input *in, uint32_t document,
                                                uint32_t saying)
{
    return &in->docs[document].sayings->sayings[saying];
}

static inline const struct dl_actor *actor_of(const struct dl_claims_input *in, uint32_t document,
                                              uint32_t actor)
{
    return &in->docs[document].sayings->actors[actor];
}

#endif
