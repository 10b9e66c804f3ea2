/* Of an analysis as JSON: does every "start" and "end" below `val` lie on a border of the text?
 * What says that it lies "in" the title is left out. For tests and fuzz targets. */
#ifndef TEST_SPANS_H
#define TEST_SPANS_H

#include "base/json.h"
#include "base/utf8.h"

static inline bool spans_sound(yyjson_mut_val *val, dl_str text)
{
    yyjson_mut_val *start = yyjson_mut_obj_get(val, "start");
    if (start != NULL && yyjson_mut_obj_get(val, "in") == NULL) {
        size_t a = (size_t)yyjson_mut_get_int(start);
        size_t b = (size_t)yyjson_mut_get_int(yyjson_mut_obj_get(val, "end"));
        if (a >= b || b > text.n || !dl_utf8_is_border(text, a) || !dl_utf8_is_border(text, b))
            return false;
    }
    size_t i, max;
    yyjson_mut_val *key, *child;
    bool sound = true;
    if (yyjson_mut_is_obj(val))
        yyjson_mut_obj_foreach(val, i, max, key, child) sound = sound && spans_sound(child, text);
    if (yyjson_mut_is_arr(val))
        yyjson_mut_arr_foreach(val, i, max, child) sound = sound && spans_sound(child, text);
    return sound;
}

#endif
