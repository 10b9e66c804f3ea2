/* Arithmetic of nets in training: rows of floats, the same result on every machine.
 *
 * Every sum is taken in one order, every product is added with one rounding (fma); no function of
 * the C library but sqrt, which is exact. A machine without AVX2 and FMA gets the same numbers,
 * much later. Widths (`out`) are multiples of 8. */
#ifndef DL_TRAIN_FLOATS_H
#define DL_TRAIN_FLOATS_H

#include <stddef.h>
#include <stdint.h>

/* y[n][out] += x[n][in] w[in][out] */
void dl_floats_mul(float *y, const float *x, const float *w, size_t n, size_t in, size_t out);
/* w[in][out] += x[n][in]' y[n][out] */
void dl_floats_outer(float *w, const float *x, const float *y, size_t n, size_t in, size_t out);
float dl_floats_dot(const float *a, const float *b, size_t n);
void dl_floats_add(float *y, const float *x, float factor, size_t n);
float dl_floats_exp(float x);

/* A step down the gradient by Adam (Kingma & Ba 2015, 0.9 and 0.95); clears the gradient. */
struct dl_adam {
    float rate, correct1, correct2, clip;
};
void dl_floats_adam(const struct dl_adam *adam, float *w, float *gradient, float *mean,
                    float *square, size_t n);

/* One step of long short-term memory as in lang/layer.h. z holds the sums, then the gates' values;
 * before: the cell's last state, zeros at first. */
void dl_floats_cells(float *z, const float *before, float *cell, float *shown, float *out,
                     size_t n);
/* Back through it: from what is asked of the output and of the cell (`ask_cell`, which becomes what
 * is asked of the state before) to what is asked of z. */
void dl_floats_cells_back(const float *z, const float *before, const float *shown,
                          const float *ask_out, const float *ask_out2, float *ask_cell,
                          float *ask_z, size_t n);

#endif
