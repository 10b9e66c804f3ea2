#include "train/floats.h"

#include <math.h>

#ifdef __x86_64__
#include <immintrin.h>
#define WIDE   __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline))
#else
#define WIDE
#define INLINE static inline
#endif

/* Element (t, i) of x lies at x[t * step_t + i * step_i]. */
struct operand {
    const float *p;
    size_t step_t, step_i;
};

static void mul_plain(float *y, struct operand x, const float *w, size_t n, size_t in, size_t out)
{
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < in; i++)
            for (size_t o = 0; o < out; o++)
                y[t * out + o] =
                    fmaf(x.p[t * x.step_t + i * x.step_i], w[i * out + o], y[t * out + o]);
}

#ifdef __x86_64__
/* Sums of a tile of rows × 8 columns times registers stay in registers over all inputs. */
WIDE INLINE void tile(float *y, struct operand x, const float *w, size_t in, size_t out,
                      size_t rows, size_t columns)
{
    __m256 sum[4][8];
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            sum[r][c] = _mm256_loadu_ps(y + r * out + 8 * c);
    for (size_t i = 0; i < in; i++, w += out)
        for (size_t r = 0; r < rows; r++) {
            __m256 value = _mm256_broadcast_ss(x.p + r * x.step_t + i * x.step_i);
            for (size_t c = 0; c < columns; c++)
                sum[r][c] = _mm256_fmadd_ps(value, _mm256_loadu_ps(w + 8 * c), sum[r][c]);
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            _mm256_storeu_ps(y + r * out + 8 * c, sum[r][c]);
}

WIDE static void mul_wide(float *y, struct operand x, const float *w, size_t n, size_t in,
                          size_t out)
{
    size_t t = 0;
    for (; t + 4 <= n; t += 4, y += 4 * out, x.p += 4 * x.step_t) {
        size_t o = 0;
        for (; o + 16 <= out; o += 16)
            tile(y + o, x, w + o, in, out, 4, 2);
        for (; o < out; o += 8)
            tile(y + o, x, w + o, in, out, 4, 1);
    }
    for (; t < n; t++, y += out, x.p += x.step_t) {
        size_t o = 0;
        for (; o + 64 <= out; o += 64)
            tile(y + o, x, w + o, in, out, 1, 8);
        for (; o < out; o += 8)
            tile(y + o, x, w + o, in, out, 1, 1);
    }
}
#endif

static void mul(float *y, struct operand x, const float *w, size_t n, size_t in, size_t out)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        mul_wide(y, x, w, n, in, out);
        return;
    }
#endif
    mul_plain(y, x, w, n, in, out);
}

void dl_floats_mul(float *y, const float *x, const float *w, size_t n, size_t in, size_t out)
{
    mul(y, (struct operand){x, in, 1}, w, n, in, out);
}

void dl_floats_outer(float *w, const float *x, const float *y, size_t n, size_t in, size_t out)
{
    mul(w, (struct operand){x, 1, in}, y, in, n, out);
}

float dl_floats_dot(const float *a, const float *b, size_t n)
{
    float sum[8] = {0};
    for (size_t i = 0; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            sum[k] += a[i + k] * b[i + k];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

void dl_floats_add(float *restrict y, const float *restrict x, float factor, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

/* 2^k times a polynomial of the rest. */
float dl_floats_exp(float x)
{
    if (x < -80) return 0;
    if (x > 80) x = 80;
    float k = x * 1.44269504f;
    int32_t n = (int32_t)(k < 0 ? k - .5f : k + .5f);
    float f = x - (float)n * 0.693359375f - (float)n * -2.12194440e-4f;
    float p = 1 + f * (1 + f * (.5f + f * (.16666667f + f * (.04166667f + f * .00833333f))));
    union {
        uint32_t bits;
        float value;
    } power = {(uint32_t)(n + 127) << 23};
    return p * power.value;
}

void dl_floats_adam(const struct dl_adam *adam, float *restrict w, float *restrict gradient,
                    float *restrict mean, float *restrict square, size_t n)
{
    struct dl_adam a = *adam;
    for (size_t i = 0; i < n; i++) {
        float g = gradient[i] * a.clip;
        mean[i] = .9f * mean[i] + .1f * g;
        square[i] = .95f * square[i] + .05f * g * g;
        w[i] -= a.rate * (mean[i] * a.correct1) / (sqrtf(square[i] * a.correct2) + 1e-8f);
        gradient[i] = 0;
    }
}

INLINE float curve(float x)
{
    float a = x < 0 ? -x : x;
    a = a > 2 ? 2 : a;
    float y = a * (1 - .25f * a);
    return x < 0 ? -y : y;
}

INLINE float gate(float x)
{
    return .5f + .5f * curve(.5f * x);
}

/* Slopes, from the values. */
INLINE float curve_slope(float y)
{
    float a = y < 0 ? -y : y;
    return sqrtf(a < 1 ? 1 - a : 0);
}

INLINE float gate_slope(float y)
{
    return .25f * curve_slope(2 * y - 1);
}

void dl_floats_cells(float *restrict z, const float *restrict before, float *restrict cell,
                     float *restrict shown, float *restrict out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float in = gate(z[i]), keep = gate(z[n + i]), new = curve(z[2 * n + i]),
              show = gate(z[3 * n + i]);
        z[i] = in;
        z[n + i] = keep;
        z[2 * n + i] = new;
        z[3 * n + i] = show;
        cell[i] = keep * before[i] + in * new;
        shown[i] = curve(cell[i]);
        out[i] = show * shown[i];
    }
}

void dl_floats_cells_back(const float *restrict z, const float *restrict before,
                          const float *restrict shown, const float *restrict ask_out,
                          const float *restrict ask_out2, float *restrict ask_cell,
                          float *restrict ask_z, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float in = z[i], keep = z[n + i], new = z[2 * n + i], show = z[3 * n + i];
        float out = ask_out[i] + ask_out2[i];
        float cell = ask_cell[i] + out * show * curve_slope(shown[i]);
        ask_z[i] = cell * new *gate_slope(in);
        ask_z[n + i] = cell * before[i] * gate_slope(keep);
        ask_z[2 * n + i] = cell * in * curve_slope(new);
        ask_z[3 * n + i] = out * shown[i] * gate_slope(show);
        ask_cell[i] = cell * keep;
    }
}
