#include "story/claims.h"

#include "story/claims_private.h"

static enum dl_err finish(dl_arena *arena, const struct dl_claims_input *in,
                          const struct identities *who, const struct claim_draft *draft,
                          struct dl_claim *claim)
{
    const struct dl_saying *founder = saying_of(in, draft->document, draft->saying);
    memcpy(claim->id, founder->id, sizeof claim->id);
    claim->document = draft->document;
    claim->saying = draft->saying;
    claim->wordings = draft->wordings.p;
    claim->n_wordings = draft->wordings.n;
    DL_TRY(origins_find(arena, in, who, draft, claim));
    return hardening_find(arena, in, who, claim);
}

enum dl_err dl_claims_of_story(dl_arena *arena, const struct dl_claims_input *in,
                               struct dl_claims *ret_claims)
{
    claim_drafts drafts = {0};
    struct identities who = {0};
    DL_TRY(claims_find(arena, in, &drafts));
    DL_TRY(identities_find(arena, in, &who));
    struct dl_claim *claims = DL_NEW_ARRAY(arena, struct dl_claim, drafts.n + 1);
    if (claims == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < drafts.n; i++)
        DL_TRY(finish(arena, in, &who, &drafts.p[i], &claims[i]));
    *ret_claims = (struct dl_claims){drafts.n, claims};
    return DL_OK;
}
