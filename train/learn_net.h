/* What the learner of parse_net's weights holds: material as rows, weights, and every value of a
 * sentence on its way forward and back. One sentence at a time. */
#ifndef DL_TRAIN_LEARN_NET_H
#define DL_TRAIN_LEARN_NET_H

#include "lang/parse.h"
#include "train/learn.h"

enum { DL_NET_D = 96, DL_NET_H = 64, DL_NET_A = 64, DL_NET_HOUSES = 10 };
/* Kinds of keys, in the order of dl_parse_net_keys(). */
enum {
    DL_NET_WORD,
    DL_NET_SUFFIX,
    DL_NET_SUFFIX2,
    DL_NET_PREFIX,
    DL_NET_SHAPE,
    DL_NET_FINE,
    DL_NET_COARSE
};

struct dl_net_matrix {
    size_t at, in, out; /* place among the weights, w[in][out] */
};

struct dl_net_lesson {
    size_t n;       /* words; 0: none */
    uint32_t *rows; /* DL_NET_KINDS of each word */
    uint32_t *heads;
    uint8_t *relations, *tags;
    uint8_t house;
};

/* A layer's direction: weights, and values of each word. */
struct dl_net_trace {
    struct dl_net_matrix in, back, bias;
    float *gates, *cells, *shown, *out;
};

enum { DL_NET_MATRICES = 32 };

struct dl_net_learner {
    dl_arena *arena;
    struct dl_net_lesson *lessons, *written; /* written: as running text has it */
    uint32_t *order;
    size_t n_lessons;
    dl_str relations[DL_NET_MAX_LABELS], tag_names[DL_NET_MAX_LABELS];
    size_t n_relations, n_tags;
    uint64_t *keys;   /* of each row; 0: the row of unknown ones */
    uint32_t *counts; /* how often it is seen */
    size_t n_rows;

    float *w, *gradient, *mean, *square, *turned; /* turned: each matrix w[out][in] */
    size_t n_weights;                             /* rows first */
    struct dl_net_matrix matrices[DL_NET_MATRICES];
    size_t n_matrices;
    struct dl_net_matrix house, head, head_bias, end, end_bias, product, product_bias, root_head,
        distance, label_head, label_bias, label_end, root_label, out, out_bias, tag, tag_bias;
    struct dl_net_trace traces[DL_NET_LAYERS][2];

    uint32_t *rows;
    float *in[DL_NET_LAYERS + 1], *ask_in[DL_NET_LAYERS + 1], *masks[6];
    float *heads, *ends, *products, *scores, *label_heads, *seen, *labels, *tags;
    float *ask_heads, *ask_ends, *ask_products, *ask_gates;
    bool *touched;
    uint32_t *touched_rows;
    size_t n_touched, wrong;
    uint64_t seed;
    float power1, power2;
};

struct dl_net_learner *dl_net_learner_new(const dl_material *material);
void dl_net_learner_free(struct dl_net_learner *learner);
enum dl_err dl_net_learner_write(const struct dl_net_learner *learner, size_t max_bytes,
                                 dl_buf *out) DL_MUST_USE;

#endif
