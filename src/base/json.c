#include "base/json.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/jsonlong.h"
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

/* The next byte that JSON does not take as it is. */
static size_t to_escape(dl_str s, size_t i)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  space = _mm_set1_epi8(0x1F);
    for (; s.n - i >= 16; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(s.p + i));
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
        int found = _mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, space), v)));
        if (found != 0) return i + (size_t)__builtin_ctz((unsigned)found);
    }
#endif
    while (i < s.n && (unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
        i++;
    return i;
}

static size_t put_escaped(char *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char short_for[256] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't',
                                        ['\n'] = 'n', ['\f'] = 'f',  ['\r'] = 'r'};
    out[0] = '\\';
    if (short_for[(unsigned char)c] != '\0') {
        out[1] = short_for[(unsigned char)c];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = hex[c >> 4 & 0xF];
    out[5] = hex[c & 0xF];
    return 6;
}

enum { PIECE = 240 /* bytes: their count fits into one */ };

/* Without a branch, in bytes: this becomes wide steps. */
static unsigned char escapes_in(dl_str s)
{
    unsigned char n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += (unsigned char)(((unsigned char)s.p[i] < 0x20) | (s.p[i] == '"') | (s.p[i] == '\\'));
    return n;
}

/* Written as yyjson writes it, at a fraction of its cost for what is not ASCII. */
void dl_json_long(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
                  dl_str value)
{
    enum { WORTH = 64, MOST = 6 /* bytes of an escape */ };
    size_t escapes = 0, n = 0;
    if (value.n < WORTH || !dl_utf8_valid(value, NULL)) {
        dl_json_str(doc, obj, key, value);
        return;
    }
    for (size_t i = 0; i < value.n; i += PIECE)
        escapes += escapes_in(dl_str_sub(value, i, i + PIECE));
    char *out = dl_alloc(arena, value.n + escapes * (MOST - 1) + 2);
    if (out == NULL) return;
    out[n++] = '"';
    for (size_t i = 0; i < value.n; i++) {
        size_t end = to_escape(value, i);
        memcpy(out + n, value.p + i, end - i);
        n += end - i;
        i = end;
        if (i < value.n) n += put_escaped(out + n, value.p[i]);
    }
    out[n++] = '"';
    yyjson_mut_obj_add_val(doc, obj, key, yyjson_mut_rawn(doc, out, n));
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

/* yyjson writes into one piece of memory that grows: here, what is free behind a buffer's end. */
struct tail {
    dl_buf *out;
    size_t skip; /* bytes up to where malloc's alignment is */
};

static void *tail_malloc(void *ctx, size_t size)
{
    struct tail *t = ctx;
    dl_buf *out = t->out;
    return dl_buf_reserve(out, t->skip + size) == DL_OK ? out->p + out->n + t->skip : NULL;
}

static void *tail_realloc(void *ctx, void *old, size_t old_size, size_t size)
{
    char first = *(char *)old; /* the buffer may put its NUL there */
    char *p = tail_malloc(ctx, size);
    (void)old_size;
    if (p != NULL) *p = first;
    return p;
}

enum dl_err dl_json_line(yyjson_mut_doc *doc, dl_arena *arena, dl_buf *out)
{
    DL_TRY(dl_arena_failed(arena));
    size_t len = 0;
    struct tail tail = {out, -out->n % _Alignof(max_align_t)};
    yyjson_alc alc = {tail_malloc, tail_realloc, json_free, &tail};
    yyjson_write_err err;
    DL_TRY(dl_buf_failed(out));
    const char *text = yyjson_mut_write_opts(doc, YYJSON_WRITE_NOFLAG, &alc, &len, &err);
    if (text == NULL) {
        if (out->p != NULL) out->p[out->n] = '\0';
        DL_TRY(dl_buf_failed(out));
        return err.code == YYJSON_WRITE_ERROR_INVALID_STRING ? DL_ERR_ENCODING : DL_ERR_STATE;
    }
    DL_ASSERT(text == out->p + out->n + tail.skip);
    if (tail.skip > 0) memmove(out->p + out->n, text, len);
    out->n += len;
    dl_buf_byte(out, '\n');
    return dl_buf_failed(out);
}

/* yyjson is not recursive, but those who walk its values are: bound the depth. The values lie one
 * behind the other, a container before what it holds. */
static bool too_deep(yyjson_val *root)
{
    const yyjson_val *ends[DL_JSON_MAX_DEPTH + 1];
    size_t depth = 0;
    if (!yyjson_is_ctn(root)) return false;
    const yyjson_val *end = unsafe_yyjson_get_next(root);
    for (yyjson_val *v = root; v < end; v++) {
        while (depth > 0 && v >= ends[depth - 1])
            depth--;
        if (!yyjson_is_ctn(v)) continue;
        if (depth == DL_JSON_MAX_DEPTH) return true;
        ends[depth++] = unsafe_yyjson_get_next(v);
    }
    return false;
}

enum dl_err dl_json_read(dl_arena *arena, dl_str text, yyjson_doc **ret_doc, struct dl_diag *diag)
{
    if (dl_str_trim(text).n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "no JSON here");
    yyjson_alc alc = dl_json_alc(arena);
    yyjson_read_err err;
    struct dl_json_long longs;
    yyjson_doc *doc = NULL;
    if (dl_json_long_take(arena, text, &longs))
        doc = yyjson_read_opts((char *)(uintptr_t)longs.rest.p, longs.rest.n, YYJSON_READ_NOFLAG,
                               &alc, &err);
    if (doc != NULL)
        dl_json_long_put(&longs, yyjson_doc_get_root(doc));
    else /* the error's place is one in the whole text */
        doc = yyjson_read_opts((char *)(uintptr_t)text.p, text.n, YYJSON_READ_NOFLAG, &alc, &err);
    if (doc == NULL) {
        if (dl_arena_failed(arena) != DL_OK)
            return dl_fail(diag, dl_arena_failed(arena), DL_NO_POS, "JSON too large");
        return dl_fail(diag, DL_ERR_SYNTAX, err.pos, "JSON: %s", err.msg);
    }
    if (too_deep(yyjson_doc_get_root(doc)))
        return dl_fail(diag, DL_ERR_TOO_DEEP, DL_NO_POS, "JSON nested deeper than %d",
                       DL_JSON_MAX_DEPTH);
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
