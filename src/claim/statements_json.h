/* Statements as the contract prints them. */
#ifndef DL_CLAIM_STATEMENTS_JSON_H
#define DL_CLAIM_STATEMENTS_JSON_H

#include "base/json.h"
#include "claim/statements.h"

/* Adds "statements" to object. Ids are hashes of `revision`, spans and rule, in base 16; ret_ids
 * (may be NULL) gets one for each statement. `in` is "title", "subtitle" or NULL. */
void dl_statements_json(const struct dl_say_text *text, const dl_statements *statements,
                        dl_arena *arena, dl_str revision, const char *in, yyjson_mut_doc *json,
                        yyjson_mut_val *array, dl_str *ret_ids);

#endif
