/* Claims as JSON: what `origins` prints of each (CONTRACT.md), and whole what the ledger keeps of
 * it and the pages show.
 *
 * Documents are named by their ids. Spans are bytes of the document's text, or of its title or
 * subtitle ("in"). Beyond the contract, in both: `origins_named` and `missing{kind,a,b,changes}`.
 * `origins` prints `anonymity` of sources only, `party_free{min,max}`, and `headlines` (as
 * `hardening`: a title beside its own text) when there are any; of a wording that hardened and
 * softened only the first. Whole has instead `party_free_min`, `party_free_max` and `titles`, and
 * of an origin `kind`, `span`, `group` (the first origin of those that may be one); of a merge
 * `origins` (their places) and `cut`; of a denial `anonymity` and `wording`; of the claim
 * `wordings[]`: each saying with document, span, sentence, text, stance, certainty, quote, hops,
 * evidence, counts, `denies`, `in_title`, `fit`. */
#ifndef DL_STORY_CLAIMS_JSON_H
#define DL_STORY_CLAIMS_JSON_H

#include "base/json.h"
#include "story/claims.h"

/* Puts the keys of one claim into object. */
void dl_claim_json(const struct dl_claims_input *in, const struct dl_claim *claim, bool whole,
                   yyjson_mut_doc *json, yyjson_mut_val *object);

#endif
