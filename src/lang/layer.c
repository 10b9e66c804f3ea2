#include "lang/layer.h"

#ifdef __x86_64__
#include <immintrin.h>
#define WIDE __attribute__((target("avx2")))
#endif

static inline int32_t weight(const uint8_t *p)
{
    return (int16_t)(uint16_t)(p[0] | p[1] << 8);
}

static void add_plain(const dl_layer *layer, const int16_t *x, int32_t *y)
{
    const uint8_t *w = layer->weights;
    for (size_t i = 0; i < layer->in; i += 2, w += 4 * layer->out)
        for (size_t o = 0; o < layer->out; o++)
            y[o] = (int32_t)((uint32_t)y[o] + (uint32_t)(x[i] * weight(w + 4 * o)) +
                             (uint32_t)(x[i + 1] * weight(w + 4 * o + 2)));
}

static int32_t dot_plain(const int16_t *a, const int16_t *b, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint32_t)(a[i] * b[i]);
    return (int32_t)sum;
}

#ifdef WIDE
enum { LANES = 8 /* int32 of a register */ };

static inline __attribute__((always_inline)) WIDE void
add_block(const dl_layer *layer, const int16_t *x, int32_t *y, size_t at, size_t registers)
{
    __m256i sum[8];
    const uint8_t *w = layer->weights + 4 * at;
    for (size_t k = 0; k < registers; k++)
        sum[k] = _mm256_loadu_si256((const __m256i *)(const void *)(y + at + k * LANES));
    for (size_t i = 0; i < layer->in; i += 2, w += 4 * layer->out) {
        int32_t two;
        memcpy(&two, x + i, sizeof two);
        __m256i both = _mm256_set1_epi32(two);
        for (size_t k = 0; k < registers; k++) {
            __m256i row = _mm256_loadu_si256((const __m256i *)(const void *)(w + 32 * k));
            sum[k] = _mm256_add_epi32(sum[k], _mm256_madd_epi16(both, row));
        }
    }
    for (size_t k = 0; k < registers; k++)
        _mm256_storeu_si256((__m256i *)(void *)(y + at + k * LANES), sum[k]);
}

WIDE static void add_wide(const dl_layer *layer, const int16_t *x, int32_t *y)
{
    size_t at = 0;
    for (; at + 8 * LANES <= layer->out; at += 8 * LANES)
        add_block(layer, x, y, at, 8);
    for (; at < layer->out; at += 2 * LANES)
        add_block(layer, x, y, at, 2);
}

WIDE static int32_t dot_wide(const int16_t *a, const int16_t *b, size_t n)
{
    __m256i sum = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += 16)
        sum = _mm256_add_epi32(
            sum, _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *)(const void *)(a + i)),
                                   _mm256_loadu_si256((const __m256i *)(const void *)(b + i))));
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

static bool wide(void)
{
    return __builtin_cpu_supports("avx2");
}
#endif

void dl_layer_add(const dl_layer *layer, const int16_t *x, int32_t *y)
{
#ifdef WIDE
    if (wide()) {
        add_wide(layer, x, y);
        return;
    }
#endif
    add_plain(layer, x, y);
}

void dl_layer_apply(const dl_layer *layer, const int16_t *x, int32_t *y)
{
    if (layer->bias != NULL)
        memcpy(y, layer->bias, 4 * layer->out);
    else
        memset(y, 0, 4 * layer->out);
    dl_layer_add(layer, x, y);
}

int32_t dl_layer_dot(const int16_t *a, const int16_t *b, size_t n)
{
#ifdef WIDE
    if (wide()) return dot_wide(a, b, n);
#endif
    return dot_plain(a, b, n);
}

/* 12 bits of fraction in and out. */
static inline int32_t curve(int32_t x)
{
    int32_t a = x < 0 ? -x : x;
    a = a > 2 << 12 ? 2 << 12 : a;
    a -= (a * a) >> 14;
    return x < 0 ? -a : a;
}

static inline __attribute__((always_inline)) void cells(const int32_t *z, int32_t *cell,
                                                        int16_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int32_t in = ((1 << 12) + curve(z[i] >> 9)) >> 1;
        int32_t keep = ((1 << 12) + curve(z[n + i] >> 9)) >> 1;
        int32_t new = curve(z[2 * n + i] >> 8);
        int32_t show = ((1 << 12) + curve(z[3 * n + i] >> 9)) >> 1;
        int32_t c = ((keep * cell[i]) >> 12) + ((in * new) >> 12);
        c = c > DL_LAYER_CELL_MAX ? DL_LAYER_CELL_MAX : c;
        c = c < -DL_LAYER_CELL_MAX ? -DL_LAYER_CELL_MAX : c;
        cell[i] = c;
        out[i] = (int16_t)((show * curve(c)) >> 15);
    }
}

#ifdef WIDE
WIDE static void cells_wide(const int32_t *z, int32_t *cell, int16_t *out, size_t n)
{
    cells(z, cell, out, n);
}
#endif

void dl_layer_cells(const int32_t *z, int32_t *cell, int16_t *ret_out, size_t n)
{
#ifdef WIDE
    if (wide()) {
        cells_wide(z, cell, ret_out, n);
        return;
    }
#endif
    cells(z, cell, ret_out, n);
}

void dl_layer_positive(const int32_t *x, size_t n, int shift, int32_t max, int16_t *ret_y)
{
    for (size_t i = 0; i < n; i++) {
        int32_t v = x[i] >> shift;
        ret_y[i] = (int16_t)(v < 0 ? 0 : v > max ? max : v);
    }
}

void dl_layer_narrow(const int32_t *x, size_t n, int shift, int32_t max, int16_t *ret_y)
{
    for (size_t i = 0; i < n; i++) {
        int32_t v = x[i] >> shift;
        ret_y[i] = (int16_t)(v < -max ? -max : v > max ? max : v);
    }
}
