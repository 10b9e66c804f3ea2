/* The objects of /api/v1 as JSON: the shapes of the command contract, with the lists' envelope
 * {"data":[…],"next":"cursor","meta":{"seq","as_of"}}. Everything lives in the arena. */
#ifndef DL_SERVE_API_H
#define DL_SERVE_API_H

#include "base/json.h"
#include "serve/html.h"
#include "serve/http.h"
#include "store/search.h"

/* One line: the data of a server-sent event. Empty without memory. */
dl_str dl_api_change(dl_arena *arena, const struct dl_store_change *change);

void dl_api_id(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
               const dl_id *id);
void dl_api_ms(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
               int64_t ms);
void dl_api_story(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena,
                  const struct dl_store_story *story);
void dl_api_statement(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena,
                      const struct dl_store_statement *statement);
void dl_api_seen(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena, int64_t after_ms,
                 int64_t by_ms, dl_str channel);

#endif
