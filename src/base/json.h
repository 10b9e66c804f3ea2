/* JSON by yyjson, with memory from an arena and the contract's habits: a missing value is an
 * absent key, text is valid UTF-8, scores are rounded to 3 decimals, times are RFC 3339.
 *
 * Keys must be string literals or live as long as the document; strings are NOT copied, so they
 * must live in the same arena. Adders ignore failure; dl_json_line() reports it. */
#ifndef DL_BASE_JSON_H
#define DL_BASE_JSON_H

#include <yyjson.h>

#include "base/time.h"

enum { DL_JSON_MAX_DEPTH = 256 };

yyjson_alc dl_json_alc(dl_arena *arena);
yyjson_mut_doc *dl_json_new(dl_arena *arena); /* root is an empty object; NULL on failure */

static inline void dl_json_str(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key,
                               dl_str value) /* here: the length of a literal key folds */
{
    if (value.n > 0) yyjson_mut_obj_add_strn(doc, obj, key, value.p, value.n);
}
/* The same for what may be long and is only written, never asked of doc again. */
void dl_json_long(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
                  dl_str value);
void dl_json_c(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, const char *value);
void dl_json_int(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, int64_t value);
void dl_json_bool(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, bool value);
void dl_json_score(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, double value);
void dl_json_time(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
                  dl_time value);
yyjson_mut_val *dl_json_arr(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key);
yyjson_mut_val *dl_json_obj(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key);
yyjson_mut_val *dl_json_push_obj(yyjson_mut_doc *doc, yyjson_mut_val *arr);
void dl_json_push_str(yyjson_mut_doc *doc, yyjson_mut_val *arr, dl_str value); /* skips empty */
/* {"start":…,"end":…} appended to arr. */
yyjson_mut_val *dl_json_push_span(yyjson_mut_doc *doc, yyjson_mut_val *arr, size_t start,
                                  size_t end);

/* The document as text in the arena. */
enum dl_err dl_json_text(yyjson_mut_doc *doc, dl_arena *arena, dl_str *ret_text) DL_MUST_USE;
/* Appends the document and a line feed to out. */
enum dl_err dl_json_line(yyjson_mut_doc *doc, dl_arena *arena, dl_buf *out) DL_MUST_USE;

/* Reading. The document lives in the arena; diag gets message and byte position. */
enum dl_err dl_json_read(dl_arena *arena, dl_str text, yyjson_doc **ret_doc,
                         struct dl_diag *diag) DL_MUST_USE;
dl_str dl_json_get_str(yyjson_val *obj, const char *key); /* {NULL,0} when absent or no string */
int64_t dl_json_get_int(yyjson_val *obj, const char *key, int64_t fallback);
double dl_json_get_num(yyjson_val *obj, const char *key, double fallback);
bool dl_json_get_time(yyjson_val *obj, const char *key, dl_time *ret_time);
dl_str dl_json_val_str(yyjson_val *val);

#endif
