/* Long strings of a JSON text, read in wide steps: a web page in a line of NDJSON is one string
 * with thousands of escapes, and nine tenths of the line.
 *
 * They are taken out of the text, so that the parser sees "" in their places, and put into its
 * values afterwards: the n-th string of the text is the n-th of the values. Strictly RFC 8259. */
#ifndef DL_BASE_JSONLONG_H
#define DL_BASE_JSONLONG_H

#include <yyjson.h>

#include "base/str.h"

enum { DL_JSON_LONG = 4 << 10 /* bytes from which a string is long */, DL_JSON_LONGS_MAX = 8 };

struct dl_json_long {
    dl_str rest; /* the text without them */
    size_t n;
    struct {
        size_t ordinal; /* among all strings, keys too */
        dl_str value;   /* in the arena, valid UTF-8 */
    } strings[DL_JSON_LONGS_MAX];
};

/* False: there is none, or the text is not as simple as that (or wrong); read it as it is. */
bool dl_json_long_take(dl_arena *arena, dl_str text, struct dl_json_long *ret);
void dl_json_long_put(const struct dl_json_long *taken, yyjson_val *root);

#endif
