/* Claims as the API and `dateline claim --json` give them: the row, and of one claim the rows
 * behind its numbers as the contract's "dateline origins" names them. */
#ifndef DL_SERVE_API_CLAIMS_H
#define DL_SERVE_API_CLAIMS_H

#include "serve/api_json.h"
#include "store/read_claims.h"

enum dl_err dl_api_claim(struct dl_api_answer *answer, dl_store *store, dl_str id, dl_str *ret_id,
                         struct dl_diag *diag) DL_MUST_USE;
/* {"id": of the story, "data":[claims with their bodies]} */
enum dl_err dl_api_story_claims(struct dl_api_answer *answer, dl_store *store, dl_str story,
                                dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;
/* Newest first, seen since; rows alone. */
enum dl_err dl_api_claims(struct dl_api_answer *answer, dl_store *store, enum dl_claims_kind kind,
                          int64_t since_ms) DL_MUST_USE;
enum dl_err dl_api_corrections(struct dl_api_answer *answer, dl_store *store,
                               int64_t since_ms) DL_MUST_USE;

#endif
