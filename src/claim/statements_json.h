/* Statements as the contract prints them. */
#ifndef DL_CLAIM_STATEMENTS_JSON_H
#define DL_CLAIM_STATEMENTS_JSON_H

#include "base/json.h"
#include "claim/statements.h"

enum { DL_STATEMENT_ID = 24 }; /* hex digits, 96 bits: no two in one store meet */

/* Hash of revision, spans and rule, in base 16. `in` is "title", "subtitle" or NULL. */
dl_str dl_statement_id(dl_arena *arena, dl_str revision, const char *in, const dl_statement *s);

/* Adds "statements" to object. ret_ids (may be NULL) gets the
 * id of each statement. */
void dl_statements_json(const struct dl_say_text *text, const dl_statements *statements,
                        dl_arena *arena, dl_str revision, const char *in, yyjson_mut_doc *json,
                        yyjson_mut_val *array, dl_str *ret_ids);

#endif
