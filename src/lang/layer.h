/* Layers of a small neural net in whole numbers: the same on every machine, and quick.
 *
 * Values are int16, weights int16, sums int32; what the fraction is, the caller says: a layer whose
 * input has 8 bits of fraction and whose weights have 12 gives 20. Sums that do not fit wrap, so
 * that no file can do harm; a trained net stays far from it. Matrices are read where they lie, two
 * inputs together: i16 w[in / 2][out][2]; biases are i32[out]; both little-endian, at any address.
 *
 * Pure, no memory, any thread. With AVX2 the same numbers come out about four times as fast. */
#ifndef DL_LANG_LAYER_H
#define DL_LANG_LAYER_H

#include "base/str.h"

enum {
    DL_LAYER_STEP = 16,           /* sizes are multiples of it */
    DL_LAYER_CELL_MAX = 16 << 12, /* of a cell, either way */
};

typedef struct dl_layer {
    const uint8_t *weights, *bias; /* bias NULL: none */
    size_t in, out;
} dl_layer;

/* y = bias + W x, or y = y + W x */
void dl_layer_apply(const dl_layer *layer, const int16_t *x, int32_t *y);
void dl_layer_add(const dl_layer *layer, const int16_t *x, int32_t *y);
int32_t dl_layer_dot(const int16_t *a, const int16_t *b, size_t n);

/* One step of a long short-term memory of n cells (Hochreiter & Schmidhuber 1997; Gers et al.
 * 2000). z: sums of the gates in, forget, new, out, one after the other, 20 bits of fraction. The
 * curve is f(x) = x (1 - |x| / 4) up to 2, then 1, in place of tanh x, and (1 + f(x / 2)) / 2 in
 * place of the logistic one: no tables. cell: 12 bits of fraction, ret_out: 9. */
void dl_layer_cells(const int32_t *z, int32_t *cell, int16_t *ret_out, size_t n);

/* max(0, x) or x, shifted down and cut at `max` either way. */
void dl_layer_positive(const int32_t *x, size_t n, int shift, int32_t max, int16_t *ret_y);
void dl_layer_narrow(const int32_t *x, size_t n, int shift, int32_t max, int16_t *ret_y);

#endif
