#include "base/jsonlong.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

enum {
    STEP = 16,
    TEXT_LEAST = 4 * DL_JSON_LONG,
    TEXT_MOST = 32 << 20, /* bytes: it is copied twice where it turns out not to be simple */
};

/* Copies up to the next quote, backslash or control; false: the text ends before. `out` may be
 * written STEP bytes further. */
static bool copy_plain(const char **in, const char *end, char **out)
{
    const char *p = *in;
    char *o = *out;
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  control = _mm_set1_epi8(0x1F);
    for (; end - p >= STEP; p += STEP, o += STEP) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, control), v));
        int found = _mm_movemask_epi8(hit);
        _mm_storeu_si128((__m128i *)o, v);
        if (found == 0) continue;
        *in = p + __builtin_ctz((unsigned)found);
        *out = o + __builtin_ctz((unsigned)found);
        return true;
    }
#endif
    while (p < end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
        *o++ = *p++;
    *in = p;
    *out = o;
    return p < end;
}

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
    uint32_t v = 0;
    if (end - p < 4) return false;
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)p[i], lower = c | 0x20;
        if (!dl_is_digit(c) && (lower < 'a' || lower > 'f')) return false;
        v = v << 4 | (dl_is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)(lower - 'a' + 10));
    }
    *ret = v;
    return true;
}

/* Behind "\u"; a lone surrogate is an error. */
static bool code_point(const char **in, const char *end, char **out)
{
    uint32_t cp, low;
    if (!hex4(*in, end, &cp)) return false;
    *in += 4;
    if (cp >= 0xDC00 && cp <= 0xDFFF) return false;
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        if (end - *in < 6 || (*in)[0] != '\\' || (*in)[1] != 'u' || !hex4(*in + 2, end, &low) ||
            low < 0xDC00 || low > 0xDFFF)
            return false;
        *in += 6;
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
    }
    *out += dl_utf8_put(cp, *out);
    return true;
}

static bool escape(const char **in, const char *end, char **out)
{
    static const char plain[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    if (end - *in < 2) return false;
    unsigned char c = (unsigned char)(*in)[1];
    *in += 2;
    if (c == 'u') return code_point(in, end, out);
    *(*out)++ = plain[c];
    return plain[c] != '\0';
}

/* From behind a string's opening quote to behind the closing one. */
static bool read_string(const char **in, const char *end, char **out)
{
    while (copy_plain(in, end, out)) {
        if (**in == '"') return (*in)++, true;
        if (**in != '\\' || !escape(in, end, out)) return false;
    }
    return false;
}

static void append(char *rest, size_t *n, const char *from, const char *to)
{
    memcpy(rest + *n, from, (size_t)(to - from));
    *n += (size_t)(to - from);
}

/* Out of all strings of the text the long ones; out and rest have room for all of it. */
static bool take_all(dl_str text, char *out, char *rest, struct dl_json_long *t)
{
    const char *end = text.p + text.n, *done = text.p;
    size_t left = 0, ordinal = 0;
    for (const char *p = text.p; (p = memchr(p, '"', (size_t)(end - p))) != NULL; ordinal++) {
        const char *start = ++p;
        char *to = out;
        if (!read_string(&p, end, &to)) return false;
        dl_str value = {out, (size_t)(to - out)};
        if (value.n < DL_JSON_LONG) continue;
        if (t->n == DL_JSON_LONGS_MAX || !dl_utf8_valid(value, NULL)) return false;
        t->strings[t->n].ordinal = ordinal;
        t->strings[t->n++].value = value;
        *to = '\0';
        out = to + 1;
        append(rest, &left, done, start);
        done = p - 1;
    }
    append(rest, &left, done, end);
    t->rest = (dl_str){rest, left};
    return t->n > 0;
}

bool dl_json_long_take(dl_arena *arena, dl_str text, struct dl_json_long *ret)
{
    *ret = (struct dl_json_long){0};
    if (text.n < TEXT_LEAST || text.n > TEXT_MOST) return false;
    /* A string is no longer than its text; STEP: copy_plain(). */
    char *out = dl_alloc(arena, text.n + STEP + DL_JSON_LONGS_MAX);
    char *rest = dl_alloc(arena, text.n + 1);
    return out != NULL && rest != NULL && take_all(text, out, rest, ret);
}

void dl_json_long_put(const struct dl_json_long *taken, yyjson_val *root)
{
    size_t ordinal = 0, next = 0;
    for (yyjson_val *v = root; next < taken->n; v++) {
        if (!yyjson_is_str(v) || ordinal++ != taken->strings[next].ordinal) continue;
        DL_ASSERT(yyjson_get_len(v) == 0);
        unsafe_yyjson_set_strn(v, taken->strings[next].value.p, taken->strings[next].value.n);
        next++;
    }
}
