#include "base/utf8.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Length of the valid sequence at p, or 0; *bad = length of the maximal invalid part then. */
static size_t sequence(const unsigned char *p, size_t n, size_t *bad)
{
    unsigned char c = p[0];
    if (c < 0x80) return 1;
    *bad = 1;
    size_t len = c >= 0xC2 && c <= 0xDF   ? 2
                 : (c & 0xF0) == 0xE0     ? 3
                 : c >= 0xF0 && c <= 0xF4 ? 4
                                          : 0;
    if (len == 0 || n < 2) return 0;
    unsigned char lo = 0x80, hi = 0xBF;
    if (c == 0xE0) lo = 0xA0;
    if (c == 0xED) hi = 0x9F;
    if (c == 0xF0) lo = 0x90;
    if (c == 0xF4) hi = 0x8F;
    if (p[1] < lo || p[1] > hi) return 0;
    for (size_t i = 2; i < len; i++) {
        if (i >= n || (p[i] & 0xC0) != 0x80) {
            *bad = i;
            return 0;
        }
    }
    return len;
}

#ifdef __x86_64__
/* J. Keiser, D. Lemire, "Validating UTF-8 in less than one instruction per byte" (2021): what is
 * wrong with two neighbouring bytes is looked up by three of their halves; each bit is a mistake.
 * The start that is sound, up to the border of a character; 0 where something is not. */
__attribute__((target("ssse3"))) static size_t sound_start(const unsigned char *p, size_t n)
{
    enum {
        SHORT = 1,
        LONG = 2,
        OVER3 = 4,
        LARGE = 8,
        SURROGATE = 16,
        OVER2 = 32,
        OVER4 = 64, /* or past U+10FFFF by its second byte */
        TWO = 128,  /* continuations; right where a third or fourth byte is due */
        CARRY = SHORT | LONG | TWO,
        FAR = CARRY | LARGE | OVER4,
    };
    const __m128i first_high = _mm_setr_epi8(
        LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, (char)TWO, (char)TWO, (char)TWO, (char)TWO,
        SHORT | OVER2, SHORT, SHORT | OVER3 | SURROGATE, SHORT | LARGE | OVER4);
    const __m128i first_low = _mm_setr_epi8(
        (char)(CARRY | OVER3 | OVER2 | OVER4), (char)(CARRY | OVER2), (char)CARRY, (char)CARRY,
        (char)(CARRY | LARGE), (char)FAR, (char)FAR, (char)FAR, (char)FAR, (char)FAR, (char)FAR,
        (char)FAR, (char)FAR, (char)(FAR | SURROGATE), (char)FAR, (char)FAR);
    const __m128i second_high = _mm_setr_epi8(
        SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
        (char)(LONG | OVER2 | TWO | OVER3 | OVER4), (char)(LONG | OVER2 | TWO | OVER3 | LARGE),
        (char)(LONG | OVER2 | TWO | SURROGATE | LARGE),
        (char)(LONG | OVER2 | TWO | SURROGATE | LARGE), SHORT, SHORT, SHORT, SHORT);
    const __m128i half = _mm_set1_epi8(0x0F), top = _mm_set1_epi8((char)0x80);
    __m128i before = _mm_setzero_si128(), wrong = _mm_setzero_si128();
    size_t i = 0;
    for (; n - i >= 16; i += 16) {
        while (n - i >= 80 && (i == 0 || p[i - 1] < 0x80)) { /* mostly it is ASCII */
            const __m128i *four = (const __m128i *)(p + i);
            __m128i last = _mm_loadu_si128(four + 3);
            __m128i all =
                _mm_or_si128(_mm_or_si128(_mm_loadu_si128(four), _mm_loadu_si128(four + 1)),
                             _mm_or_si128(_mm_loadu_si128(four + 2), last));
            if (_mm_movemask_epi8(all) != 0) break;
            before = last;
            i += 64;
        }
        __m128i v = _mm_loadu_si128((const __m128i *)(p + i));
        if (_mm_movemask_epi8(v) == 0 && (i == 0 || p[i - 1] < 0x80)) {
            before = v;
            continue;
        }
        __m128i one = _mm_alignr_epi8(v, before, 15), two = _mm_alignr_epi8(v, before, 14),
                three = _mm_alignr_epi8(v, before, 13);
        __m128i a = _mm_shuffle_epi8(first_high, _mm_and_si128(_mm_srli_epi16(one, 4), half));
        __m128i b = _mm_shuffle_epi8(first_low, _mm_and_si128(one, half));
        __m128i c = _mm_shuffle_epi8(second_high, _mm_and_si128(_mm_srli_epi16(v, 4), half));
        __m128i mistakes = _mm_and_si128(_mm_and_si128(a, b), c);
        __m128i due = _mm_or_si128(_mm_subs_epu8(two, _mm_set1_epi8(0xE0 - 0x80)),
                                   _mm_subs_epu8(three, _mm_set1_epi8(0xF0 - 0x80)));
        wrong = _mm_or_si128(wrong, _mm_xor_si128(_mm_and_si128(due, top), mistakes));
        before = v;
    }
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) != 0xFFFF) return 0;
    while (i > 0 && p[i - 1] >= 0x80 && p[i - 1] < 0xC0)
        i--;
    return i > 0 && p[i - 1] >= 0xC0 ? i - 1 : i;
}
#else
static size_t sound_start(const unsigned char *p, size_t n)
{
    (void)p, (void)n;
    return 0;
}
#endif

static bool has_sound_start(dl_str s)
{
    enum { WORTH = 128 /* bytes */ };
#ifdef __x86_64__
    return s.n >= WORTH && __builtin_cpu_supports("ssse3");
#else
    return false;
#endif
}

bool dl_utf8_valid(dl_str s, size_t *ret_bad_pos)
{
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = has_sound_start(s) ? sound_start(p, s.n) : 0; i < s.n;) {
        uint64_t word[4];
        if (s.n - i >= 32 && (memcpy(word, p + i, 32), ((word[0] | word[1] | word[2] | word[3]) &
                                                        0x8080808080808080u) == 0)) {
            i += 32;
            continue;
        }
        if (p[i] < 0x80) {
            i++;
            continue;
        }
        size_t bad = 0, len = sequence(p + i, s.n - i, &bad);
        if (len == 0) {
            if (ret_bad_pos != NULL) *ret_bad_pos = i;
            return false;
        }
        i += len;
    }
    return true;
}

dl_str dl_utf8_repair(dl_arena *arena, dl_str s)
{
    bool has_nul = s.n > 0 && memchr(s.p, 0, s.n) != NULL;
    if (!has_nul && dl_utf8_valid(s, NULL)) return s;
    const unsigned char *p = (const unsigned char *)s.p;
    char *out = s.n > SIZE_MAX / 3 - 1 ? NULL : dl_alloc(arena, s.n * 3 + 1);
    if (out == NULL) return (dl_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t bad = 0, len = sequence(p + i, s.n - i, &bad);
        if (len > 0) {
            if (p[i] != 0) memcpy(out + n, p + i, len), n += len;
            i += len;
        } else {
            memcpy(out + n, "\xEF\xBF\xBD", 3);
            n += 3;
            i += bad;
        }
    }
    out[n] = '\0';
    return (dl_str){out, n};
}

static bool is_ascii(dl_str s)
{
    size_t i = 0;
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i == s.n;
}

dl_str dl_utf8_of_bytes(dl_arena *arena, dl_str bytes)
{
    if (is_ascii(bytes)) return bytes;
    char *out = bytes.n > SIZE_MAX / 2 - 1 ? NULL : dl_alloc(arena, bytes.n * 2 + 1);
    size_t n = 0;
    if (out == NULL) return (dl_str){NULL, 0};
    for (size_t i = 0; i < bytes.n; i++)
        n += dl_utf8_put((unsigned char)bytes.p[i], out + n);
    out[n] = '\0';
    return (dl_str){out, n};
}

dl_str dl_utf8_to_bytes(dl_arena *arena, dl_str text)
{
    if (is_ascii(text)) return text;
    char *out = dl_alloc(arena, text.n + 1);
    size_t n = 0;
    if (out == NULL) return (dl_str){NULL, 0};
    for (size_t pos = 0; pos < text.n; n++) {
        uint32_t cp = dl_utf8_next(text, &pos);
        if (cp > 0xFF) return text;
        out[n] = (char)cp;
    }
    out[n] = '\0';
    return (dl_str){out, n};
}

uint32_t dl_utf8_next_wide(dl_str s, size_t *pos)
{
    size_t i = *pos;
    if (i >= s.n) return 0;
    const unsigned char *p = (const unsigned char *)s.p + i;
    if (p[0] < 0x80) return *pos = i + 1, p[0];
    size_t len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (len > s.n - i) return *pos = s.n, 0xFFFD;
    *pos = i + len;
    if (len == 2) return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    if (len == 3)
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
           (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

uint32_t dl_utf8_prev(dl_str s, size_t *pos)
{
    size_t i = *pos;
    if (i == 0) return 0;
    do
        i--;
    while (i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80);
    *pos = i;
    size_t at = i;
    return dl_utf8_next(s, &at);
}

size_t dl_utf8_put(uint32_t cp, char out[4])
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) cp = 0xFFFD;
    if (cp < 0x80) return out[0] = (char)cp, 1;
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

void dl_buf_cp(dl_buf *buf, uint32_t cp)
{
    char out[4];
    dl_buf_add(buf, out, dl_utf8_put(cp, out));
}

size_t dl_utf8_count(dl_str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++)
        count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return count;
}

bool dl_utf8_is_border(dl_str s, size_t pos)
{
    return pos == s.n || (pos < s.n && ((unsigned char)s.p[pos] & 0xC0) != 0x80);
}

dl_str dl_utf8_prefix(dl_str s, size_t max)
{
    if (s.n <= max) return s;
    while (max > 0 && !dl_utf8_is_border(s, max))
        max--;
    return (dl_str){s.p, max};
}

static bool is_unwanted(uint32_t cp)
{
    if (cp < 0x20) return cp != '\t' && cp != '\n';
    if (cp < 0x7F) return false;
    return cp <= 0x9F || cp == 0x200B || cp == 0x200E || cp == 0x200F ||
           (cp >= 0x202A && cp <= 0x202E) || cp == 0x2060 || (cp >= 0x2066 && cp <= 0x2069) ||
           cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE007F);
}

/* The next byte, none of those within a character, with which something unwanted may begin. */
static size_t suspect(dl_str s, size_t i)
{
    static const bool starts[256] = {
        [0x7F] = true, [0xC2] = true, [0xE2] = true, [0xEF] = true, [0xF3] = true};
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(0x1F), tab = _mm_set1_epi8('\t'), lf = _mm_set1_epi8('\n');
    for (; s.n - i >= 16; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(s.p + i));
        __m128i plain =
            _mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)), _mm_cmpgt_epi8(v, space));
        if (_mm_movemask_epi8(plain) == 0xFFFF) continue; /* nearly all of most texts */
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, space), v);
        control =
            _mm_andnot_si128(_mm_or_si128(_mm_cmpeq_epi8(v, tab), _mm_cmpeq_epi8(v, lf)), control);
        __m128i a = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)),
                                 _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xC2)));
        __m128i b = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE2)),
                                 _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xEF)));
        a = _mm_or_si128(a, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xF3)));
        int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), control));
        if (found != 0) return i + (size_t)__builtin_ctz((unsigned)found);
    }
#endif
    for (; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (starts[c] || (c < 0x20 && c != '\t' && c != '\n')) break;
    }
    return i;
}

static size_t first_unwanted(dl_str s)
{
    size_t i = suspect(s, 0);
    for (size_t at = i; i < s.n && !is_unwanted(dl_utf8_next(s, &at)); at = i)
        i = suspect(s, at);
    return i;
}

dl_str dl_utf8_clean(dl_arena *arena, dl_str s)
{
    if (first_unwanted(s) >= s.n) return s;
    char *out = dl_alloc(arena, s.n + 1);
    if (out == NULL) return (dl_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        if (is_unwanted(dl_utf8_next(s, &i))) continue;
        memcpy(out + n, s.p + at, i - at);
        n += i - at;
    }
    out[n] = '\0';
    return (dl_str){out, n};
}
