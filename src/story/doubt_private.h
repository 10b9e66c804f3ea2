/* Shared by doubt.c, which makes the interval, and decisions.c, what a person decided. */
#ifndef DL_STORY_DOUBT_PRIVATE_H
#define DL_STORY_DOUBT_PRIVATE_H

#include "story/claims_private.h"

enum { DOUBT_CUTS = 64 /* pairs of origins that a person parted; later ones are not looked at */ };

struct doubting {
    dl_arena *arena;
    const struct dl_claims_input *in;
    struct dl_claim *claim;
    struct dl_origin *origins;
    size_t n, n_cuts;
    DL_VEC(struct dl_merge) merges;
    struct dl_missing
        unknown[DL_MISSING_COUNT]; /* of a kind: the first, and how many it takes away */
    struct {
        uint32_t a, b; /* origins */
    } cuts[DOUBT_CUTS];
};

/* decisions.c */
enum dl_err doubt_decisions(struct doubting *d) DL_MUST_USE;
void doubt_find_cuts(struct doubting *d); /* after the decisions: which origins are parted */
/* The first origin with a document; UINT32_MAX none. */
uint32_t doubt_origin_with(const struct doubting *d, uint32_t document);

#endif
