/* Weights in training: an averaged perceptron over hashed features, and their writing as a file.
 *
 * Whole numbers only, so that the same material gives the same bytes on every machine. A feature
 * takes memory from its first update on. The average over all steps (Collins 2002) is taken when
 * the weights are written: w - u / steps, where u is the sum of step * update. Memory: malloc; what
 * is not there ends the program. */
#ifndef DL_TRAIN_WEIGHTS_H
#define DL_TRAIN_WEIGHTS_H

#include "lang/model.h"

typedef struct dl_weights dl_weights;

/* least: how often a feature must be seen to be learned, see dl_weights_count(). */
dl_weights *dl_weights_new(unsigned least);
void dl_weights_free(dl_weights *weights);

enum { DL_WEIGHTS_MAX_FEATURES = 128 };
void dl_weights_score(const dl_weights *weights, const uint64_t *features, size_t n,
                      int32_t *scores);
/* A first walk over the material counts its features; after it only those that were seen often
 * enough are learned: what stands in one place alone says nothing about others. */
void dl_weights_count(dl_weights *weights, const uint64_t *features, size_t n);
void dl_weights_update(dl_weights *weights, uint64_t feature, unsigned label, int delta,
                       int64_t step);
/* Begins anew; what was learned in `steps` steps, as many as in every other round, counts for the
 * mean that is written. */
void dl_weights_again(dl_weights *weights, int64_t steps);
/* A row that is no weight: it is written as it is. pairs: n times label and byte. */
void dl_weights_fix(dl_weights *weights, uint64_t feature, const uint8_t *pairs, size_t n);
dl_model_row dl_weights_fixed(const dl_weights *weights, uint64_t feature);

/* The file: averages times `scale`, rounded; the smallest are left out until it fits max_bytes. */
enum dl_err dl_weights_write(const dl_weights *weights, int64_t steps, int scale, size_t max_bytes,
                             const dl_str *labels, size_t n_labels, dl_buf *out) DL_MUST_USE;

#endif
