/* Learning of taggers and parsers; each ends in the bytes of a file for models/. Single thread,
 * fixed seeds: the same material gives the same bytes. */
#ifndef DL_TRAIN_LEARN_H
#define DL_TRAIN_LEARN_H

#include "train/material.h"

struct dl_learn_options {
    long epochs, scale;
    long rounds; /* taggers: learned so often from nothing, the mean is taken; 0: once */
    long least;  /* times a feature is seen before it is learned */
    size_t max_bytes;
    bool quiet;
};

/* Only samples with fold != (index % folds) are learned from; folds 0: all. */
void dl_learn_tagger(const dl_material *material, const struct dl_learn_options *options,
                     size_t folds, size_t fold, dl_buf *out);
void dl_learn_parser(const dl_material *material, const struct dl_learn_options *options,
                     dl_buf *out);
/* The other kind of parser, lang/parse_net.h. */
void dl_learn_net(const dl_material *material, const struct dl_learn_options *options, dl_buf *out);

#endif
