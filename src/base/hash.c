#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <xxhash.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

uint64_t dl_hash64(dl_str s)
{
    return XXH3_64bits(s.p, s.n);
}

uint64_t dl_hash64_seed(dl_str s, uint64_t seed)
{
    return XXH3_64bits_withSeed(s.p, s.n, seed);
}

static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

/* Kept: EVP_sha256() is looked up among the providers at each use, which costs more than a short
 * hash. */
static void sha256_fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static const EVP_MD *sha256_md(void)
{
    pthread_once(&sha256_once, sha256_fetch);
    DL_ASSERT(sha256 != NULL);
    return sha256;
}

dl_id dl_id_of(const dl_str *parts, size_t count)
{
    dl_id id;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    DL_ASSERT(ctx != NULL && EVP_DigestInit_ex(ctx, sha256_md(), NULL) == 1);
    for (size_t i = 0; i < count; i++) {
        DL_ASSERT(EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1);
        DL_ASSERT(EVP_DigestUpdate(ctx, "", 1) == 1);
    }
    unsigned len = 0;
    DL_ASSERT(EVP_DigestFinal_ex(ctx, id.b, &len) == 1 && len == DL_SHA256_LEN);
    EVP_MD_CTX_free(ctx);
    return id;
}

dl_id dl_sha256(dl_str s)
{
    dl_id id;
    unsigned len = 0;
    DL_ASSERT(EVP_Digest(s.p, s.n, id.b, &len, sha256_md(), NULL) == 1 && len == DL_SHA256_LEN);
    return id;
}

bool dl_id_eq(const dl_id *a, const dl_id *b)
{
    return memcmp(a->b, b->b, DL_SHA256_LEN) == 0;
}

int dl_id_cmp(const dl_id *a, const dl_id *b)
{
    return memcmp(a->b, b->b, DL_SHA256_LEN);
}

void dl_id_hex(const dl_id *id, char ret_hex[DL_ID_HEX + 1])
{
    for (size_t i = 0; i < DL_SHA256_LEN; i++) {
        ret_hex[2 * i] = "0123456789abcdef"[id->b[i] >> 4];
        ret_hex[2 * i + 1] = "0123456789abcdef"[id->b[i] & 15];
    }
    ret_hex[DL_ID_HEX] = '\0';
}

dl_str dl_id_str(dl_arena *arena, const dl_id *id)
{
    char *p = dl_alloc(arena, DL_ID_HEX + 1);
    if (p == NULL) return (dl_str){NULL, 0};
    dl_id_hex(id, p);
    return (dl_str){p, DL_ID_HEX};
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool dl_id_parse(dl_str hex, dl_id *ret_id)
{
    if (hex.n != DL_ID_HEX) return false;
    dl_id id;
    for (size_t i = 0; i < DL_SHA256_LEN; i++) {
        int hi = nibble(hex.p[2 * i]), lo = nibble(hex.p[2 * i + 1]);
        if (hi < 0 || lo < 0) return false;
        id.b[i] = (unsigned char)(hi << 4 | lo);
    }
    *ret_id = id;
    return true;
}

static uint32_t crc_table[256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void crc_build(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? c >> 1 ^ 0x82F63B78u : c >> 1;
        crc_table[i] = c;
    }
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_sse(uint32_t crc, const unsigned char *p,
                                                          size_t n)
{
    uint64_t c = crc;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        c = __builtin_ia32_crc32di(c, word);
    }
    for (; n > 0; n--, p++)
        c = __builtin_ia32_crc32qi((uint32_t)c, *p);
    return (uint32_t)c;
}
#endif

uint32_t dl_crc32c(uint32_t crc, const void *data, size_t n)
{
    const unsigned char *p = data;
    crc = ~crc;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return ~crc_sse(crc, p, n);
#endif
    pthread_once(&crc_once, crc_build);
    for (size_t i = 0; i < n; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ p[i]) & 0xFF];
    return ~crc;
}

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

dl_str dl_base64_encode(dl_arena *arena, dl_str s)
{
    size_t len = (s.n + 2) / 3 * 4;
    char *out = dl_alloc(arena, len + 1);
    if (out == NULL) return (dl_str){NULL, 0};
    const unsigned char *p = (const unsigned char *)s.p;
    size_t o = 0;
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0);
        out[o++] = base64_digits[v >> 18];
        out[o++] = base64_digits[v >> 12 & 63];
        out[o++] = left > 1 ? base64_digits[v >> 6 & 63] : '=';
        out[o++] = left > 2 ? base64_digits[v & 63] : '=';
    }
    out[o] = '\0';
    return (dl_str){out, o};
}

/* Value + 1 of a digit; 0: none. Feeds and pages come as base64, so it is worth a table. */
static const uint8_t base64_values[256] = {['A'] = 1, 2,  3,          4,         5,          6,
                                           7,         8,  9,          10,        11,         12,
                                           13,        14, 15,         16,        17,         18,
                                           19,        20, 21,         22,        23,         24,
                                           25,        26, ['a'] = 27, 28,        29,         30,
                                           31,        32, 33,         34,        35,         36,
                                           37,        38, 39,         40,        41,         42,
                                           43,        44, 45,         46,        47,         48,
                                           49,        50, 51,         52,        ['0'] = 53, 54,
                                           55,        56, 57,         58,        59,         60,
                                           61,        62, ['+'] = 63, ['/'] = 64};

static int base64_value(unsigned char c)
{
    return base64_values[c] - 1;
}

#ifdef __x86_64__
/* W. Muła, D. Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions" (2018), in its
 * SSSE3 form: 16 digits to 12 bytes. Two tables by half of a digit have a bit in common where it is
 * none; a third gives what leads from a digit to its value. */
__attribute__((target("ssse3"))) static size_t base64_wide(dl_str s, char *out)
{
    const __m128i by_low = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                         0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
    const __m128i by_high = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                          0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    const __m128i to_value =
        _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i in_order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m128i half = _mm_set1_epi8(0x0F), slash = _mm_set1_epi8('/');
    size_t i = 0;
    for (; s.n - i >= 16; i += 16, out += 12) {
        __m128i v = _mm_loadu_si128((const __m128i *)(s.p + i));
        __m128i high = _mm_and_si128(_mm_srli_epi32(v, 4), half);
        __m128i bad = _mm_and_si128(_mm_shuffle_epi8(by_low, _mm_and_si128(v, half)),
                                    _mm_shuffle_epi8(by_high, high));
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) != 0xFFFF) break;
        /* "/" stands in the row of "+", so that it takes the entry before. */
        high = _mm_add_epi8(high, _mm_cmpeq_epi8(v, slash));
        v = _mm_add_epi8(v, _mm_shuffle_epi8(to_value, high));
        v = _mm_madd_epi16(_mm_maddubs_epi16(v, _mm_set1_epi32(0x01400140)),
                           _mm_set1_epi32(0x00011000));
        _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(v, in_order));
    }
    return i;
}
#else
static size_t base64_wide(dl_str s, char *out)
{
    (void)s, (void)out;
    return 0;
}
#endif

static bool has_base64_wide(void)
{
#ifdef __x86_64__
    return __builtin_cpu_supports("ssse3");
#else
    return false;
#endif
}

/* Whole groups of four digits without anything between them; returns where it stopped. out: room
 * for what all of s would give and four bytes more. */
static size_t base64_groups(dl_str s, char *out, size_t *ret_n)
{
    size_t i = has_base64_wide() ? base64_wide(s, out) : 0, n = i / 4 * 3;
    for (; i + 4 <= s.n; i += 4) {
        int a = base64_value((unsigned char)s.p[i]), b = base64_value((unsigned char)s.p[i + 1]);
        int c = base64_value((unsigned char)s.p[i + 2]),
            d = base64_value((unsigned char)s.p[i + 3]);
        if ((a | b | c | d) < 0) break;
        uint32_t v = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | (uint32_t)d;
        out[n++] = (char)(v >> 16);
        out[n++] = (char)(v >> 8);
        out[n++] = (char)v;
    }
    *ret_n = n;
    return i;
}

bool dl_base64_decode(dl_arena *arena, dl_str s, dl_str *ret_bytes)
{
    char *out = dl_alloc(arena, s.n / 4 * 3 + 4);
    if (out == NULL) return false;
    size_t n = 0, digits = 0, pads = 0;
    uint32_t v = 0;
    for (size_t i = base64_groups(s, out, &n); i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (dl_is_space(c)) continue;
        if (c == '=') {
            pads++;
            continue;
        }
        int d = base64_value(c);
        if (d < 0 || pads > 0) return false;
        v = v << 6 | (uint32_t)d;
        if (++digits % 4 == 0) {
            out[n++] = (char)(v >> 16);
            out[n++] = (char)(v >> 8);
            out[n++] = (char)v;
            v = 0;
        }
    }
    size_t rest = digits % 4;
    if (rest == 1 || (pads > 0 && (rest == 0 || rest + pads != 4))) return false;
    if (rest == 2) out[n++] = (char)(v >> 4);
    if (rest == 3) {
        out[n++] = (char)(v >> 10);
        out[n++] = (char)(v >> 2);
    }
    out[n] = '\0';
    *ret_bytes = (dl_str){out, n};
    return true;
}
