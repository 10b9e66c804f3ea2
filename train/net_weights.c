/* The weights of learn_net.c: from material to first values, and from last values to a file.
 */
#include <math.h>

#include "base/map.h"
#include "train/learn_net.h"

/* How often a key of each kind must be seen to have a row of its own. */
static const uint64_t least[DL_NET_KINDS] = {2, 3, 3, 3, 2, 2, 1};

static void *room(struct dl_net_learner *t, size_t n, size_t size)
{
    void *p = dl_calloc(t->arena, n, size);
    if (p == NULL) dl_die("out of memory");
    return p;
}

static float *floats(struct dl_net_learner *t, size_t n)
{
    return room(t, n, sizeof(float));
}

/* --- lessons ------------------------------------------------------------------------------- */

static size_t index_of(dl_str *names, size_t *n, dl_str name)
{
    for (size_t i = 0; i < *n; i++)
        if (dl_str_eq(names[i], name)) return i;
    if (*n == DL_NET_MAX_LABELS || name.n == 0 || name.n > DL_MODEL_MAX_LABEL)
        dl_die("too many labels, or a bad name: %.*s", DL_FMT(name));
    names[*n] = name;
    return (*n)++;
}

static void keys_of(const dl_material *m, const dl_sample *s, size_t i, uint64_t keys[DL_NET_KINDS])
{
    struct dl_tagger_label label = {.fine = dl_hash64(m->labels[s->tags[i]]),
                                    .coarse = dl_hash64(s->text.words[i].upos),
                                    .upos = DL_UPOS_X};
    dl_parse_word word = dl_parse_word_of(&s->words[i], &label);
    dl_parse_net_keys(&word, keys);
}

static bool usable(const dl_sample *s)
{
    return s != NULL && s->text.n > 0 && s->text.n <= DL_NET_MAX_SENTENCE;
}

static void count_keys(const dl_material *m, const dl_sample *s, dl_map64 *counts)
{
    for (size_t i = 0; usable(s) && i < s->text.n; i++) {
        uint64_t keys[DL_NET_KINDS];
        keys_of(m, s, i, keys);
        for (size_t k = 0; k < DL_NET_KINDS; k++) {
            uint64_t *n = dl_map64_at(counts, keys[k]);
            if (n == NULL) dl_die("out of memory");
            ++*n;
        }
    }
}

static uint32_t row_of(struct dl_net_learner *t, dl_map64 *rows, uint64_t key, size_t kind,
                       uint64_t seen)
{
    if (seen < least[kind]) return (uint32_t)kind;
    uint64_t *row = dl_map64_at(rows, key);
    if (row == NULL) dl_die("out of memory");
    if (*row == 0) {
        if (t->n_rows == UINT16_MAX - 1) dl_die("too many words");
        t->keys[t->n_rows] = key;
        t->counts[t->n_rows] = (uint32_t)seen;
        *row = t->n_rows++;
    }
    return (uint32_t)*row;
}

static struct dl_net_lesson lesson_of(struct dl_net_learner *t, const dl_material *m,
                                      const dl_sample *s, dl_map64 *counts, dl_map64 *rows)
{
    struct dl_net_lesson lesson = {.n = 0};
    if (!usable(s)) return lesson;
    size_t n = s->text.n;
    lesson = (struct dl_net_lesson){.n = n,
                                    .rows = room(t, n * DL_NET_KINDS, sizeof(uint32_t)),
                                    .heads = room(t, n, sizeof(uint32_t)),
                                    .relations = room(t, n, 1),
                                    .tags = room(t, n, 1),
                                    .house = s->house % DL_NET_HOUSES};
    for (size_t i = 0; i < n; i++) {
        const dl_conllu_word *w = &s->text.words[i];
        uint64_t keys[DL_NET_KINDS];
        keys_of(m, s, i, keys);
        for (size_t k = 0; k < DL_NET_KINDS; k++)
            lesson.rows[i * DL_NET_KINDS + k] =
                row_of(t, rows, keys[k], k, *dl_map64_get(counts, keys[k]));
        lesson.heads[i] = w->head;
        lesson.relations[i] = (uint8_t)index_of(t->relations, &t->n_relations, w->deprel);
        dl_str gold = m->labels[s->tags[i]];
        if (dl_str_starts(w->misc, DL_MATERIAL_TAG))
            gold = dl_str_sub(w->misc, sizeof DL_MATERIAL_TAG - 1, w->misc.n);
        lesson.tags[i] = (uint8_t)index_of(t->tag_names, &t->n_tags, gold);
    }
    return lesson;
}

static void learn_material(struct dl_net_learner *t, const dl_material *m)
{
    dl_map64 counts, rows;
    dl_map64_init(&counts, t->arena);
    dl_map64_init(&rows, t->arena);
    t->keys = room(t, UINT16_MAX, sizeof *t->keys);
    t->counts = room(t, UINT16_MAX, sizeof *t->counts);
    t->lessons = room(t, m->n, sizeof *t->lessons);
    t->written = room(t, m->n, sizeof *t->written);
    t->order = room(t, m->n, sizeof *t->order);
    t->n_rows = DL_NET_KINDS;
    for (size_t i = 0; i < m->n; i++) {
        count_keys(m, &m->p[i], &counts);
        count_keys(m, m->p[i].written, &counts);
    }
    for (size_t i = 0; i < m->n; i++) {
        if (!usable(&m->p[i])) continue;
        t->order[t->n_lessons] = (uint32_t)t->n_lessons;
        t->lessons[t->n_lessons] = lesson_of(t, m, &m->p[i], &counts, &rows);
        t->written[t->n_lessons++] = lesson_of(t, m, m->p[i].written, &counts, &rows);
    }
}

/* --- first values -------------------------------------------------------------------------- */

static struct dl_net_matrix matrix(struct dl_net_learner *t, size_t in, size_t out)
{
    struct dl_net_matrix m = {t->n_weights, in, out};
    t->n_weights += in * out;
    if (in > 1) {
        DL_ASSERT(t->n_matrices < DL_NET_MATRICES);
        t->matrices[t->n_matrices++] = m;
    }
    return m;
}

static size_t padded(size_t n)
{
    return (n + DL_LAYER_STEP - 1) / DL_LAYER_STEP * DL_LAYER_STEP;
}

static void place_all(struct dl_net_learner *t)
{
    size_t h = DL_NET_H, a = DL_NET_A;
    t->n_weights = t->n_rows * DL_NET_D;
    t->house = (struct dl_net_matrix){t->n_weights, DL_NET_HOUSES, DL_NET_D};
    t->n_weights += DL_NET_HOUSES * DL_NET_D;
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        for (size_t s = 0; s < 2; s++) {
            t->traces[l][s].in = matrix(t, l == 0 ? DL_NET_D : 2 * h, 4 * h);
            t->traces[l][s].back = matrix(t, h, 4 * h);
            t->traces[l][s].bias = matrix(t, 1, 4 * h);
        }
    t->head = matrix(t, 2 * h, a);
    t->head_bias = matrix(t, 1, a);
    t->end = matrix(t, 2 * h, a);
    t->end_bias = matrix(t, 1, a);
    t->product = matrix(t, a, a);
    t->product_bias = matrix(t, 1, a);
    t->distance = matrix(t, a, DL_NET_DISTANCES);
    t->label_head = matrix(t, 2 * h, a);
    t->label_bias = matrix(t, 1, a);
    t->label_end = matrix(t, 2 * h, a);
    t->out = matrix(t, a, padded(t->n_relations));
    t->out_bias = matrix(t, 1, padded(t->n_relations));
    t->tag = matrix(t, 2 * h, padded(t->n_tags));
    t->tag_bias = matrix(t, 1, padded(t->n_tags));
    t->root_head = matrix(t, 1, a);
    t->root_label = matrix(t, 1, a);
}

static void spread(struct dl_net_learner *t, size_t at, size_t n, float by)
{
    for (size_t i = at; i < at + n; i++)
        t->w[i] = (2 * (float)(dl_random(&t->seed) >> 40) / (float)(1 << 24) - 1) * by;
}

static void first_values(struct dl_net_learner *t)
{
    spread(t, 0, t->house.at, .15f);
    spread(t, t->house.at, DL_NET_HOUSES * DL_NET_D, .1f);
    for (size_t k = 0; k < t->n_matrices; k++) {
        const struct dl_net_matrix *m = &t->matrices[k];
        bool gates = m->out == 4 * DL_NET_H; /* four matrices in one */
        spread(t, m->at, m->in * m->out, sqrtf(6.f / (float)(m->in + m->out / (gates ? 4 : 1))));
    }
    spread(t, t->distance.at, t->distance.in * t->distance.out, .01f);
    spread(t, t->root_head.at, DL_NET_A, .2f);
    spread(t, t->root_label.at, DL_NET_A, .2f);
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        for (size_t s = 0; s < 2; s++)
            for (size_t i = 0; i < DL_NET_H; i++) /* cells keep what they have, at first */
                t->w[t->traces[l][s].bias.at + DL_NET_H + i] = 1;
}

static void make_room(struct dl_net_learner *t)
{
    size_t n = DL_NET_MAX_SENTENCE + 1, h = DL_NET_H, a = DL_NET_A;
    t->w = floats(t, t->n_weights);
    t->gradient = floats(t, t->n_weights);
    t->mean = floats(t, t->n_weights);
    t->square = floats(t, t->n_weights);
    t->turned = floats(t, t->n_weights);
    for (size_t l = 0; l <= DL_NET_LAYERS; l++) {
        size_t width = l == 0 ? DL_NET_D : 2 * h;
        t->in[l] = floats(t, n * width);
        t->ask_in[l] = floats(t, n * width);
        t->masks[l] = floats(t, n * width);
    }
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        for (size_t s = 0; s < 2; s++) {
            struct dl_net_trace *r = &t->traces[l][s];
            r->gates = floats(t, n * 4 * h);
            r->cells = floats(t, n * h);
            r->shown = floats(t, n * h);
            r->out = floats(t, n * h);
        }
    float **of_arcs[] = {&t->masks[3],  &t->masks[4], &t->masks[5],    &t->heads,
                         &t->ends,      &t->products, &t->label_heads, &t->seen,
                         &t->ask_heads, &t->ask_ends, &t->ask_products};
    for (size_t k = 0; k < sizeof of_arcs / sizeof *of_arcs; k++)
        *of_arcs[k] = floats(t, n * a);
    t->scores = floats(t, n * n);
    t->labels = floats(t, n * t->out.out);
    t->tags = floats(t, n * t->tag.out);
    t->ask_gates = floats(t, n * 4 * h);
    t->rows = room(t, n * DL_NET_KINDS, sizeof *t->rows);
    t->touched = room(t, t->n_rows, sizeof *t->touched);
    t->touched_rows = room(t, t->n_rows, sizeof *t->touched_rows);
}

struct dl_net_learner *dl_net_learner_new(const dl_material *material)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_net_learner *t = arena == NULL ? NULL : DL_NEW(arena, struct dl_net_learner);
    if (t == NULL) dl_die("out of memory");
    t->arena = arena;
    t->seed = 0x5EED5EED5EED5EEDu;
    t->power1 = t->power2 = 1;
    learn_material(t, material);
    if (t->n_lessons == 0) dl_die("no sentences");
    place_all(t);
    make_room(t);
    first_values(t);
    return t;
}

void dl_net_learner_free(struct dl_net_learner *learner)
{
    if (learner != NULL) dl_arena_free(learner->arena);
}

/* --- the file ------------------------------------------------------------------------------ */

static int32_t rounded(float x, int bits, int32_t most)
{
    float y = x * (float)((int32_t)1 << bits);
    if (y > (float)most) return most;
    if (y < -(float)most) return -most;
    return (int32_t)(y < 0 ? y - .5f : y + .5f);
}

static void put_u32(dl_buf *out, uint32_t v)
{
    const char b[] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
    dl_buf_add(out, b, 4);
}

static void put_i16(dl_buf *out, float x, int bits)
{
    int32_t v = rounded(x, bits, INT16_MAX);
    const char b[] = {(char)v, (char)(v >> 8)};
    dl_buf_add(out, b, 2);
}

static void put_matrix(const struct dl_net_learner *t, struct dl_net_matrix m, int bits,
                       dl_buf *out)
{
    for (size_t i = 0; i < m.in; i += 2)
        for (size_t o = 0; o < m.out; o++) {
            put_i16(out, t->w[m.at + i * m.out + o], bits);
            put_i16(out, t->w[m.at + (i + 1) * m.out + o], bits);
        }
}

static void put_sums(const struct dl_net_learner *t, struct dl_net_matrix m, dl_buf *out)
{
    for (size_t o = 0; o < m.out; o++)
        put_u32(out, (uint32_t)rounded(t->w[m.at + o], DL_NET_SUM, 1 << 30));
}

static void put_layers(const struct dl_net_learner *t, dl_buf *out)
{
    enum { VALUES = DL_NET_SUM - DL_NET_VALUE, CELLS = DL_NET_SUM - DL_NET_CELL };
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        for (size_t s = 0; s < 2; s++) {
            put_matrix(t, t->traces[l][s].in, l == 0 ? VALUES : CELLS, out);
            put_sums(t, t->traces[l][s].bias, out);
            put_matrix(t, t->traces[l][s].back, CELLS, out);
        }
    put_matrix(t, t->head, CELLS, out);
    put_sums(t, t->head_bias, out);
    put_matrix(t, t->end, CELLS, out);
    put_sums(t, t->end_bias, out);
    put_matrix(t, t->product, VALUES, out);
    put_sums(t, t->product_bias, out);
    put_matrix(t, t->distance, DL_NET_VALUE, out);
    put_matrix(t, t->label_head, CELLS, out);
    put_sums(t, t->label_bias, out);
    put_matrix(t, t->label_end, CELLS, out);
    put_matrix(t, t->out, VALUES, out);
    put_sums(t, t->out_bias, out);
    put_matrix(t, t->tag, CELLS, out);
    put_sums(t, t->tag_bias, out);
    for (size_t o = 0; o < DL_NET_A; o++)
        put_i16(out, t->w[t->root_head.at + o] > 0 ? t->w[t->root_head.at + o] : 0, DL_NET_VALUE);
    put_sums(t, t->root_label, out);
}

/* The guidelines of the first treebank are in every word, with its universal tag. */
static void put_rows(const struct dl_net_learner *t, const bool *coarse, dl_buf *out)
{
    for (size_t r = 0; r < t->n_rows; r++)
        for (size_t d = 0; d < DL_NET_D; d++) {
            float x = t->w[r * DL_NET_D + d] + (coarse[r] ? t->w[t->house.at + d] : 0);
            dl_buf_byte(out, (char)rounded(x, DL_NET_VALUE - DL_NET_ROW_SHIFT, INT8_MAX));
        }
}

static void mark_coarse(const struct dl_net_learner *t, bool *coarse)
{
    coarse[DL_NET_COARSE] = true;
    for (size_t i = 0; i < t->n_lessons; i++) {
        const struct dl_net_lesson *both[] = {&t->lessons[i], &t->written[i]};
        for (size_t k = 0; k < 2; k++)
            for (size_t w = 0; w < both[k]->n; w++)
                coarse[both[k]->rows[w * DL_NET_KINDS + DL_NET_COARSE]] = true;
    }
}

/* Of two keys that a reader cannot tell apart the first stays. */
static void put_slots(const struct dl_net_learner *t, unsigned log2, dl_buf *out)
{
    size_t n = (size_t)1 << log2;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (slots == NULL) dl_die("out of memory");
    for (size_t r = DL_NET_KINDS; r < t->n_rows; r++) {
        uint32_t check = (uint32_t)(t->keys[r] & 0xFFFF);
        size_t at = t->keys[r] >> (64 - log2);
        while (slots[at] != 0 && slots[at] >> 16 != check)
            at = (at + 1) & (n - 1);
        if (slots[at] == 0) slots[at] = check << 16 | (uint32_t)(r + 1);
    }
    for (size_t i = 0; i < n; i++)
        put_u32(out, slots[i]);
    free(slots);
}

static void put_names(const dl_str *names, size_t n, dl_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        dl_buf_str(out, names[i]);
        dl_buf_byte(out, '\n');
    }
}

static void put_body(const struct dl_net_learner *t, dl_buf *out)
{
    dl_buf names = DL_BUF_INIT(1 << 20);
    bool *coarse = calloc(t->n_rows, sizeof *coarse);
    unsigned log2 = 4;
    while ((size_t)1 << log2 < 2 * t->n_rows)
        log2++;
    if (coarse == NULL) dl_die("out of memory");
    mark_coarse(t, coarse);
    put_names(t->relations, t->n_relations, &names);
    put_names(t->tag_names, t->n_tags, &names);
    while (names.n % 4 != 0)
        dl_buf_byte(&names, '\n');
    const size_t head[] = {t->n_relations, t->n_tags, DL_NET_D, DL_NET_H, DL_NET_LAYERS,
                           DL_NET_A,       t->n_rows, log2,     names.n,  0};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_u32(out, (uint32_t)head[i]);
    dl_buf_str(out, dl_buf_slice(&names));
    put_slots(t, log2, out);
    put_rows(t, coarse, out);
    put_layers(t, out);
    dl_buf_free(&names);
    free(coarse);
}

enum dl_err dl_net_learner_write(const struct dl_net_learner *learner, size_t max_bytes,
                                 dl_buf *out)
{
    dl_buf body = DL_BUF_INIT(64 << 20);
    put_body(learner, &body);
    if (24 + body.n > max_bytes) return DL_ERR_TOO_BIG;
    uint64_t sum = dl_hash64(dl_buf_slice(&body));
    dl_buf_c(out, "DLPARSER");
    put_u32(out, DL_NET_VERSION);
    put_u32(out, (uint32_t)(24 + body.n));
    put_u32(out, (uint32_t)sum);
    put_u32(out, (uint32_t)(sum >> 32));
    dl_buf_str(out, dl_buf_slice(&body));
    dl_buf_free(&body);
    return dl_buf_failed(out);
}
