/* Learning of lang/parse_net.c's weights: its reading done in floats, what was wrong sent back
 * through it, sentence by sentence; Adam; much is left out by chance on the way (dropout), for the
 * treebanks are small. */
#include "train/learn_net.h"

#include <math.h>

#include "train/floats.h"

enum { BATCH = 16 /* sentences */ };

/* Shares left out: numbers of words, outputs, ends of arcs; keys of words and of tags. */
static const float drop_words = .2f, drop_cells = .3f, drop_arcs = .3f;
static const float forget_word = .1f, forget_rare = .5f, forget_ends = .05f, forget_tag = .1f;
static const float rate = 2e-3f, share_of_tags = .3f;

static float chance(struct dl_net_learner *t)
{
    return (float)(dl_random(&t->seed) >> 40) / (float)(1 << 24);
}

/* --- forward ------------------------------------------------------------------------------- */

static void drop(struct dl_net_learner *t, float *x, float *mask, size_t n, float share)
{
    float kept = 1 / (1 - share);
    for (size_t i = 0; i < n; i++) {
        mask[i] = chance(t) < share ? 0 : kept;
        x[i] *= mask[i];
    }
}

static void bias(const struct dl_net_learner *t, float *y, struct dl_net_matrix b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        memcpy(y + i * b.out, t->w + b.at, b.out * sizeof *y);
}

static void layer(const struct dl_net_learner *t, float *y, const float *x, struct dl_net_matrix w,
                  size_t n)
{
    dl_floats_mul(y, x, t->w + w.at, n, w.in, w.out);
}

static void positive(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] < 0) x[i] = 0;
}

/* The keys that are seen this time: words and tags are forgotten by chance. */
static void choose_rows(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    for (size_t i = 0; i < s->n; i++) {
        uint32_t *rows = t->rows + i * DL_NET_KINDS;
        memcpy(rows, s->rows + i * DL_NET_KINDS, DL_NET_KINDS * sizeof *rows);
        float seen = (float)t->counts[rows[DL_NET_WORD]];
        if (chance(t) < forget_rare / (forget_rare + seen)) rows[DL_NET_WORD] = DL_NET_WORD;
        if (chance(t) < forget_word) rows[DL_NET_WORD] = DL_NET_WORD;
        bool ends = chance(t) < forget_ends;
        if (ends || chance(t) < forget_ends) rows[DL_NET_SUFFIX] = DL_NET_SUFFIX;
        if (ends) rows[DL_NET_SUFFIX2] = DL_NET_SUFFIX2;
        if (ends) rows[DL_NET_PREFIX] = DL_NET_PREFIX;
        bool tags = chance(t) < forget_tag;
        if (tags || chance(t) < forget_tag) rows[DL_NET_FINE] = DL_NET_FINE;
        if (tags) rows[DL_NET_COARSE] = DL_NET_COARSE;
    }
}

static void look(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    choose_rows(t, s);
    for (size_t i = 0; i < s->n; i++) {
        float *x = t->in[0] + i * DL_NET_D;
        memcpy(x, t->w + t->house.at + s->house * DL_NET_D, DL_NET_D * sizeof *x);
        for (size_t k = 0; k < DL_NET_KINDS; k++)
            dl_floats_add(x, t->w + t->rows[i * DL_NET_KINDS + k] * (size_t)DL_NET_D, 1, DL_NET_D);
    }
    drop(t, t->in[0], t->masks[0], s->n * DL_NET_D, drop_words);
}

static const float zeros[DL_NET_H];

static void walk(struct dl_net_learner *t, size_t n, size_t l, size_t side)
{
    struct dl_net_trace *r = &t->traces[l][side];
    bias(t, r->gates, r->bias, n);
    layer(t, r->gates, t->in[l], r->in, n);
    for (size_t k = 0; k < n; k++) {
        size_t i = side == 0 ? k : n - 1 - k, before = side == 0 ? i - 1 : i + 1;
        float *z = r->gates + i * 4 * DL_NET_H;
        if (k > 0) layer(t, z, r->out + before * DL_NET_H, r->back, 1);
        dl_floats_cells(z, k > 0 ? r->cells + before * DL_NET_H : zeros, r->cells + i * DL_NET_H,
                        r->shown + i * DL_NET_H, r->out + i * DL_NET_H, DL_NET_H);
    }
    for (size_t i = 0; i < n; i++)
        memcpy(t->in[l + 1] + i * 2 * DL_NET_H + side * DL_NET_H, r->out + i * DL_NET_H,
               DL_NET_H * sizeof(float));
}

static void see_arcs(struct dl_net_learner *t, size_t n)
{
    const float *x = t->in[DL_NET_LAYERS];
    memcpy(t->heads, t->w + t->root_head.at, DL_NET_A * sizeof(float));
    bias(t, t->heads + DL_NET_A, t->head_bias, n);
    layer(t, t->heads + DL_NET_A, x, t->head, n);
    bias(t, t->ends, t->end_bias, n);
    layer(t, t->ends, x, t->end, n);
    positive(t->heads, (n + 1) * DL_NET_A);
    positive(t->ends, n * DL_NET_A);
    drop(t, t->heads, t->masks[3], (n + 1) * DL_NET_A, drop_arcs);
    drop(t, t->ends, t->masks[4], n * DL_NET_A, drop_arcs);
    bias(t, t->products, t->product_bias, n);
    layer(t, t->products, t->ends, t->product, n);
    for (size_t d = 1; d <= n; d++) {
        float apart[DL_NET_DISTANCES] = {0}, *row = t->scores + (d - 1) * (n + 1);
        dl_floats_mul(apart, t->ends + (d - 1) * DL_NET_A, t->w + t->distance.at, 1, DL_NET_A,
                      DL_NET_DISTANCES);
        for (size_t h = 0; h <= n; h++)
            row[h] = h == d ? -1e9f
                            : dl_floats_dot(t->products + (d - 1) * DL_NET_A,
                                            t->heads + h * DL_NET_A, DL_NET_A) +
                                  (h == 0 ? 0 : apart[dl_parse_net_distance(h, d)]);
    }
}

static void see_labels(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    const float *x = t->in[DL_NET_LAYERS];
    size_t n = s->n;
    memcpy(t->label_heads, t->w + t->root_label.at, DL_NET_A * sizeof(float));
    bias(t, t->label_heads + DL_NET_A, t->label_bias, n);
    layer(t, t->label_heads + DL_NET_A, x, t->label_head, n);
    memset(t->seen, 0, n * DL_NET_A * sizeof *t->seen);
    layer(t, t->seen, x, t->label_end, n);
    for (size_t i = 0; i < n; i++)
        dl_floats_add(t->seen + i * DL_NET_A, t->label_heads + s->heads[i] * DL_NET_A, 1, DL_NET_A);
    positive(t->seen, n * DL_NET_A);
    drop(t, t->seen, t->masks[5], n * DL_NET_A, drop_arcs);
    bias(t, t->labels, t->out_bias, n);
    layer(t, t->labels, t->seen, t->out, n);
    bias(t, t->tags, t->tag_bias, n);
    layer(t, t->tags, x, t->tag, n);
}

static void forward(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    look(t, s);
    for (size_t l = 0; l < DL_NET_LAYERS; l++) {
        for (size_t side = 0; side < 2; side++)
            walk(t, s->n, l, side);
        drop(t, t->in[l + 1], t->masks[l + 1], s->n * 2 * DL_NET_H, drop_cells);
    }
    see_arcs(t, s->n);
    see_labels(t, s);
}

/* --- back ---------------------------------------------------------------------------------- */

/* Scores become what is asked of them: softmax less what is right. False: something else won. */
static bool ask(float *x, size_t n, size_t width, size_t right, float share)
{
    float most = x[0], sum = 0;
    bool won = true;
    for (size_t i = 0; i < n; i++) {
        won = won && (x[i] <= x[right]);
        most = x[i] > most ? x[i] : most;
    }
    for (size_t i = 0; i < n; i++)
        sum += x[i] = dl_floats_exp(x[i] - most);
    for (size_t i = 0; i < n; i++)
        x[i] = share * (x[i] / sum - (i == right ? 1 : 0));
    for (size_t i = n; i < width; i++)
        x[i] = 0;
    return won;
}

static void bias_back(struct dl_net_learner *t, struct dl_net_matrix b, const float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dl_floats_add(t->gradient + b.at, y + i * b.out, 1, b.out);
}

/* From what is asked of y = x w: what of w, and (added) of x. */
static void layer_back(struct dl_net_learner *t, struct dl_net_matrix w, const float *x,
                       const float *ask_y, float *ask_x, size_t n)
{
    dl_floats_outer(t->gradient + w.at, x, ask_y, n, w.in, w.out);
    if (ask_x != NULL) dl_floats_mul(ask_x, ask_y, t->turned + w.at, n, w.out, w.in);
}

static void positive_back(float *ask_x, const float *x, const float *mask, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ask_x[i] = x[i] > 0 ? ask_x[i] * mask[i] : 0;
}

static void scores_back(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    size_t n = s->n;
    memset(t->ask_heads, 0, (n + 1) * DL_NET_A * sizeof(float));
    memset(t->ask_ends, 0, n * DL_NET_A * sizeof(float));
    memset(t->ask_products, 0, n * DL_NET_A * sizeof(float));
    for (size_t d = 1; d <= n; d++) {
        float *row = t->scores + (d - 1) * (n + 1), apart[DL_NET_DISTANCES] = {0};
        size_t at = (d - 1) * DL_NET_A;
        t->wrong += !ask(row, n + 1, n + 1, s->heads[d - 1], 1);
        for (size_t h = 0; h <= n; h++) {
            if (row[h] < 1e-6f && row[h] > -1e-6f) continue;
            dl_floats_add(t->ask_products + at, t->heads + h * DL_NET_A, row[h], DL_NET_A);
            dl_floats_add(t->ask_heads + h * DL_NET_A, t->products + at, row[h], DL_NET_A);
            if (h > 0) apart[dl_parse_net_distance(h, d)] += row[h];
        }
        layer_back(t, t->distance, t->ends + at, apart, t->ask_ends + at, 1);
    }
}

static void arcs_back(struct dl_net_learner *t, const struct dl_net_lesson *s, float *ask_x)
{
    size_t n = s->n;
    const float *x = t->in[DL_NET_LAYERS];
    scores_back(t, s);
    bias_back(t, t->product_bias, t->ask_products, n);
    layer_back(t, t->product, t->ends, t->ask_products, t->ask_ends, n);
    positive_back(t->ask_heads, t->heads, t->masks[3], (n + 1) * DL_NET_A);
    positive_back(t->ask_ends, t->ends, t->masks[4], n * DL_NET_A);
    dl_floats_add(t->gradient + t->root_head.at, t->ask_heads, 1, DL_NET_A);
    bias_back(t, t->head_bias, t->ask_heads + DL_NET_A, n);
    layer_back(t, t->head, x, t->ask_heads + DL_NET_A, ask_x, n);
    bias_back(t, t->end_bias, t->ask_ends, n);
    layer_back(t, t->end, x, t->ask_ends, ask_x, n);
}

static void labels_back(struct dl_net_learner *t, const struct dl_net_lesson *s, float *ask_x)
{
    size_t n = s->n, labels = t->out.out, tags = t->tag.out;
    const float *x = t->in[DL_NET_LAYERS];
    float *ask_seen = t->ask_products, *ask_heads = t->ask_heads;
    for (size_t i = 0; i < n; i++) {
        ask(t->labels + i * labels, t->n_relations, labels, s->relations[i], 1);
        ask(t->tags + i * tags, t->n_tags, tags, s->tags[i], share_of_tags);
    }
    memset(ask_seen, 0, n * DL_NET_A * sizeof(float));
    memset(ask_heads, 0, (n + 1) * DL_NET_A * sizeof(float));
    bias_back(t, t->out_bias, t->labels, n);
    layer_back(t, t->out, t->seen, t->labels, ask_seen, n);
    positive_back(ask_seen, t->seen, t->masks[5], n * DL_NET_A);
    for (size_t i = 0; i < n; i++)
        dl_floats_add(ask_heads + s->heads[i] * DL_NET_A, ask_seen + i * DL_NET_A, 1, DL_NET_A);
    dl_floats_add(t->gradient + t->root_label.at, ask_heads, 1, DL_NET_A);
    bias_back(t, t->label_bias, ask_heads + DL_NET_A, n);
    layer_back(t, t->label_head, x, ask_heads + DL_NET_A, ask_x, n);
    layer_back(t, t->label_end, x, ask_seen, ask_x, n);
    bias_back(t, t->tag_bias, t->tags, n);
    layer_back(t, t->tag, x, t->tags, ask_x, n);
}

static void walk_back(struct dl_net_learner *t, size_t n, size_t l, size_t side)
{
    struct dl_net_trace *r = &t->traces[l][side];
    float later[DL_NET_H] = {0}, cell[DL_NET_H] = {0};
    for (size_t k = n; k-- > 0;) {
        size_t i = side == 0 ? k : n - 1 - k, before = side == 0 ? i - 1 : i + 1;
        float *ask_z = t->ask_gates + i * 4 * DL_NET_H;
        dl_floats_cells_back(r->gates + i * 4 * DL_NET_H,
                             k > 0 ? r->cells + before * DL_NET_H : zeros, r->shown + i * DL_NET_H,
                             later, t->ask_in[l + 1] + i * 2 * DL_NET_H + side * DL_NET_H, cell,
                             ask_z, DL_NET_H);
        memset(later, 0, sizeof later);
        if (k > 0) dl_floats_mul(later, ask_z, t->turned + r->back.at, 1, r->back.out, r->back.in);
    }
    bias_back(t, r->bias, t->ask_gates, n);
    layer_back(t, r->in, t->in[l], t->ask_gates, t->ask_in[l], n);
    const float *z = side == 0 ? t->ask_gates + 4 * DL_NET_H : t->ask_gates;
    const float *out = side == 0 ? r->out : r->out + DL_NET_H;
    if (n > 1) layer_back(t, r->back, out, z, NULL, n - 1);
}

static void rows_back(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const float *x = t->ask_in[0] + i * DL_NET_D;
        dl_floats_add(t->gradient + t->house.at + s->house * DL_NET_D, x, 1, DL_NET_D);
        for (size_t k = 0; k < DL_NET_KINDS; k++) {
            uint32_t row = t->rows[i * DL_NET_KINDS + k];
            dl_floats_add(t->gradient + row * (size_t)DL_NET_D, x, 1, DL_NET_D);
            if (t->touched[row]) continue;
            t->touched[row] = true;
            t->touched_rows[t->n_touched++] = row;
        }
    }
}

static void mask_back(float *x, const float *mask, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= mask[i];
}

static void back(struct dl_net_learner *t, const struct dl_net_lesson *s)
{
    memset(t->ask_in[DL_NET_LAYERS], 0, s->n * 2 * DL_NET_H * sizeof(float));
    arcs_back(t, s, t->ask_in[DL_NET_LAYERS]);
    labels_back(t, s, t->ask_in[DL_NET_LAYERS]);
    for (size_t l = DL_NET_LAYERS; l-- > 0;) {
        size_t width = l == 0 ? DL_NET_D : 2 * DL_NET_H;
        memset(t->ask_in[l], 0, s->n * width * sizeof(float));
        mask_back(t->ask_in[l + 1], t->masks[l + 1], s->n * 2 * DL_NET_H);
        for (size_t side = 0; side < 2; side++)
            walk_back(t, s->n, l, side);
    }
    mask_back(t->ask_in[0], t->masks[0], s->n * DL_NET_D);
    rows_back(t, s);
}

/* --- steps --------------------------------------------------------------------------------- */

static void turn(struct dl_net_learner *t)
{
    for (size_t k = 0; k < t->n_matrices; k++) {
        struct dl_net_matrix m = t->matrices[k];
        for (size_t i = 0; i < m.in; i++)
            for (size_t o = 0; o < m.out; o++)
                t->turned[m.at + o * m.in + i] = t->w[m.at + i * m.out + o];
    }
}

static void step(struct dl_net_learner *t, const struct dl_adam *adam, size_t at, size_t n)
{
    dl_floats_adam(adam, t->w + at, t->gradient + at, t->mean + at, t->square + at, n);
}

/* Rows that nobody looked at stay as they are. */
static void update(struct dl_net_learner *t, float share_left)
{
    double sum = 0, most = 5 * BATCH;
    for (size_t i = t->house.at; i < t->n_weights; i++)
        sum += (double)t->gradient[i] * (double)t->gradient[i];
    t->power1 *= .9f;
    t->power2 *= .95f;
    struct dl_adam adam = {.rate = rate * share_left,
                           .correct1 = 1 / (1 - t->power1),
                           .correct2 = 1 / (1 - t->power2),
                           .clip = sum > most * most ? (float)(most / sqrt(sum)) : 1};
    step(t, &adam, t->house.at, t->n_weights - t->house.at);
    for (size_t k = 0; k < t->n_touched; k++) {
        t->touched[t->touched_rows[k]] = false;
        step(t, &adam, t->touched_rows[k] * (size_t)DL_NET_D, DL_NET_D);
    }
    t->n_touched = 0;
    turn(t);
}

static const struct dl_net_lesson *pick(struct dl_net_learner *t, size_t i)
{
    bool written = t->written[i].n > 0 && dl_random(&t->seed) >> 63 != 0;
    return written ? &t->written[i] : &t->lessons[i];
}

void dl_learn_net(const dl_material *material, const struct dl_learn_options *options, dl_buf *out)
{
    struct dl_net_learner *t = dl_net_learner_new(material);
    size_t n = t->n_lessons, batches = (n + BATCH - 1) / BATCH, done = 0;
    size_t all = batches * (size_t)options->epochs;
    turn(t);
    for (long e = 0; e < options->epochs; e++) {
        dl_shuffle(t->order, n, &t->seed);
        t->wrong = 0;
        for (size_t i = 0; i < n; i++) {
            const struct dl_net_lesson *s = pick(t, t->order[i]);
            forward(t, s);
            back(t, s);
            if (i % BATCH != BATCH - 1 && i + 1 != n) continue;
            float share = (float)done++ / (float)all; /* warmed up, then less and less */
            update(t, share < .02f ? share / .02f : 1 - share);
        }
        if (!options->quiet) fprintf(stderr, "epoch %ld: %zu heads wrong\n", e + 1, t->wrong);
    }
    if (dl_net_learner_write(t, options->max_bytes, out) != DL_OK) dl_die("the model does not fit");
    dl_net_learner_free(t);
}
