#include "base/json.h"

#include <math.h>

#include "base/utf8.h"

static void *json_malloc(void *ctx, size_t size)
{
    return dl_alloc(ctx, size);
}

static void *json_realloc(void *ctx, void *old, size_t old_size, size_t size)
{
    return dl_realloc(ctx, old, old_size, size);
}

static void json_free(void *ctx, void *p)
{
    (void)ctx;
    (void)p;
}

yyjson_alc dl_json_alc(dl_arena *arena)
{
    return (yyjson_alc){json_malloc, json_realloc, json_free, arena};
}

yyjson_mut_doc *dl_json_new(dl_arena *arena)
{
    yyjson_alc alc = dl_json_alc(arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    if (doc != NULL) yyjson_mut_doc_set_root(doc, yyjson_mut_obj(doc));
    return doc;
}

void dl_json_str(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_str value)
{
    if (value.n > 0) yyjson_mut_obj_add_strn(doc, obj, key, value.p, value.n);
}

void dl_json_c(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, const char *value)
{
    dl_json_str(doc, obj, key, dl_str_c(value));
}

void dl_json_int(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, int64_t value)
{
    yyjson_mut_obj_add_sint(doc, obj, key, value);
}

void dl_json_bool(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, bool value)
{
    yyjson_mut_obj_add_bool(doc, obj, key, value);
}

void dl_json_score(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, double value)
{
    if (isfinite(value)) yyjson_mut_obj_add_real(doc, obj, key, round(value * 1000) / 1000);
}

void dl_json_time(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
                  dl_time value)
{
    if (dl_time_is_set(value)) dl_json_str(doc, obj, key, dl_time_format(arena, value));
}

yyjson_mut_val *dl_json_arr(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key)
{
    return yyjson_mut_obj_add_arr(doc, obj, key);
}

yyjson_mut_val *dl_json_obj(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key)
{
    return yyjson_mut_obj_add_obj(doc, obj, key);
}

yyjson_mut_val *dl_json_push_obj(yyjson_mut_doc *doc, yyjson_mut_val *arr)
{
    return yyjson_mut_arr_add_obj(doc, arr);
}

void dl_json_push_str(yyjson_mut_doc *doc, yyjson_mut_val *arr, dl_str value)
{
    if (value.n > 0) yyjson_mut_arr_add_strn(doc, arr, value.p, value.n);
}

yyjson_mut_val *dl_json_push_span(yyjson_mut_doc *doc, yyjson_mut_val *arr, size_t start,
                                  size_t end)
{
    yyjson_mut_val *span = yyjson_mut_arr_add_obj(doc, arr);
    dl_json_int(doc, span, "start", (int64_t)start);
    dl_json_int(doc, span, "end", (int64_t)end);
    return span;
}

enum dl_err dl_json_text(yyjson_mut_doc *doc, dl_arena *arena, dl_str *ret_text)
{
    size_t n;
    yyjson_alc alc = dl_json_alc(arena);
    char *text = yyjson_mut_write_opts(doc, 0, &alc, &n, NULL);
    if (text == NULL) {
        enum dl_err err = dl_arena_failed(arena);
        return err != DL_OK ? err : DL_ERR_STATE;
    }
    *ret_text = (dl_str){text, n};
    return DL_OK;
}

enum dl_err dl_json_line(yyjson_mut_doc *doc, dl_arena *arena, dl_buf *out)
{
    DL_TRY(dl_arena_failed(arena));
    size_t len = 0;
    yyjson_alc alc = dl_json_alc(arena);
    yyjson_write_err err;
    char *text = yyjson_mut_write_opts(doc, YYJSON_WRITE_NOFLAG, &alc, &len, &err);
    if (text == NULL) {
        DL_TRY(dl_arena_failed(arena));
        return err.code == YYJSON_WRITE_ERROR_INVALID_STRING ? DL_ERR_ENCODING : DL_ERR_STATE;
    }
    dl_buf_add(out, text, len);
    dl_buf_byte(out, '\n');
    return dl_buf_failed(out);
}

/* The place of the quotation mark that ends a string, or the end of the text. */
static size_t string_end(dl_str text, size_t from)
{
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] == '"') return i;
        i += text.p[i] == '\\';
    }
    return text.n;
}

/* yyjson is not recursive, but those who walk its values are: bound the depth before. */
static bool too_deep(dl_str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"') {
            i = string_end(text, i + 1);
        } else if (c == '[' || c == '{') {
            if (++depth > DL_JSON_MAX_DEPTH) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

enum dl_err dl_json_read(dl_arena *arena, dl_str text, yyjson_doc **ret_doc, struct dl_diag *diag)
{
    if (dl_str_trim(text).n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "no JSON here");
    if (too_deep(text))
        return dl_fail(diag, DL_ERR_TOO_DEEP, DL_NO_POS, "JSON nested deeper than %d",
                       DL_JSON_MAX_DEPTH);
    yyjson_alc alc = dl_json_alc(arena);
    yyjson_read_err err;
    yyjson_doc *doc =
        yyjson_read_opts((char *)(uintptr_t)text.p, text.n, YYJSON_READ_NOFLAG, &alc, &err);
    if (doc == NULL) {
        if (dl_arena_failed(arena) != DL_OK)
            return dl_fail(diag, dl_arena_failed(arena), DL_NO_POS, "JSON too large");
        return dl_fail(diag, DL_ERR_SYNTAX, err.pos, "JSON: %s", err.msg);
    }
    *ret_doc = doc;
    return DL_OK;
}

dl_str dl_json_val_str(yyjson_val *val)
{
    return yyjson_is_str(val) ? (dl_str){yyjson_get_str(val), yyjson_get_len(val)}
                              : (dl_str){NULL, 0};
}

dl_str dl_json_get_str(yyjson_val *obj, const char *key)
{
    return dl_json_val_str(yyjson_obj_get(obj, key));
}

int64_t dl_json_get_int(yyjson_val *obj, const char *key, int64_t fallback)
{
    yyjson_val *val = yyjson_obj_get(obj, key);
    /* Past INT64_MAX it would turn negative. */
    if (yyjson_is_uint(val) && yyjson_get_uint(val) > INT64_MAX) return fallback;
    return yyjson_is_int(val) ? yyjson_get_sint(val) : fallback;
}

double dl_json_get_num(yyjson_val *obj, const char *key, double fallback)
{
    yyjson_val *val = yyjson_obj_get(obj, key);
    return yyjson_is_num(val) ? yyjson_get_num(val) : fallback;
}

bool dl_json_get_time(yyjson_val *obj, const char *key, dl_time *ret_time)
{
    dl_str s = dl_json_get_str(obj, key);
    return s.n > 0 && dl_time_parse(s, ret_time);
}
