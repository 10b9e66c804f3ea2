/* Claims of the first story of the EXAMPLE world: one with two origins that may be one, a denial, a
 * wording that hardened, figures that differ; and one that a circle carries, with hostile words. */
#ifndef DL_TEST_WORLD_CLAIMS_H
#define DL_TEST_WORLD_CLAIMS_H

#include "store/ledger_claims.h"

enum dl_err world_put_claims(dl_ledger *ledger, dl_arena *arena, int64_t story);
/* Ids of the two claims and of the first one's first origin, hex. */
enum { WORLD_CLAIM, WORLD_CIRCLE, WORLD_ORIGIN, WORLD_CLAIM_IDS };
const char *world_claim(int which);

#endif
