#include "train/weights.h"

struct entry {
    int32_t w;
    uint32_t label;
    int64_t u;
    int64_t before; /* w * steps - u of earlier rounds */
};

struct row {
    uint64_t feature; /* 0: the slot is free */
    uint32_t at;      /* first entry; of a fixed row: first byte */
    uint16_t n, cap;  /* cap 0: a fixed row */
};

struct dl_weights {
    struct row *rows; /* open addressing */
    size_t n, slots;
    struct entry *entries;
    size_t n_entries, cap_entries;
    uint8_t *fixed;
    size_t n_fixed, cap_fixed;
    unsigned least, rounds; /* that are over */
    uint8_t *seen;          /* how often, by hash; NULL: not counted */
};

enum { SEEN_LOG2 = 26 };

static void *grown(void *p, size_t size)
{
    p = realloc(p, size);
    if (p == NULL) {
        fputs("train: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

static struct row *new_slots(size_t n)
{
    struct row *rows = grown(NULL, n * sizeof *rows);
    memset(rows, 0, n * sizeof *rows);
    return rows;
}

dl_weights *dl_weights_new(unsigned least)
{
    dl_weights *weights = grown(NULL, sizeof *weights);
    *weights = (dl_weights){.slots = 1 << 16, .least = least};
    weights->rows = new_slots(weights->slots);
    return weights;
}

void dl_weights_free(dl_weights *weights)
{
    if (weights == NULL) return;
    free(weights->rows);
    free(weights->entries);
    free(weights->fixed);
    free(weights->seen);
    free(weights);
}

static struct row *slot_of(struct row *rows, size_t slots, uint64_t feature)
{
    size_t at = feature & (slots - 1);
    while (rows[at].feature != 0 && rows[at].feature != feature)
        at = (at + 1) & (slots - 1);
    return &rows[at];
}

static struct row *row_of(dl_weights *weights, uint64_t feature)
{
    if (feature == 0) feature = 1;
    struct row *row = slot_of(weights->rows, weights->slots, feature);
    if (row->feature != 0) return row;
    if (++weights->n * 2 > weights->slots) {
        size_t slots = weights->slots * 2;
        struct row *rows = new_slots(slots);
        for (size_t i = 0; i < weights->slots; i++)
            if (weights->rows[i].feature != 0)
                *slot_of(rows, slots, weights->rows[i].feature) = weights->rows[i];
        free(weights->rows);
        weights->rows = rows;
        weights->slots = slots;
        row = slot_of(rows, slots, feature);
    }
    row->feature = feature;
    return row;
}

/* Every look-up misses the caches: all are asked for before the first is waited for. */
void dl_weights_score(const dl_weights *weights, const uint64_t *features, size_t n,
                      int32_t *scores)
{
    const struct row *rows[DL_WEIGHTS_MAX_FEATURES];
    DL_ASSERT(n <= DL_WEIGHTS_MAX_FEATURES);
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(&weights->rows[features[k] & (weights->slots - 1)]);
    for (size_t k = 0; k < n; k++) {
        rows[k] = slot_of(weights->rows, weights->slots, features[k] == 0 ? 1 : features[k]);
        __builtin_prefetch(weights->entries + rows[k]->at);
    }
    for (size_t k = 0; k < n; k++) {
        const struct entry *e = weights->entries + rows[k]->at;
        for (size_t i = 0; i < rows[k]->n; i++)
            scores[e[i].label] += e[i].w;
    }
}

void dl_weights_count(dl_weights *weights, const uint64_t *features, size_t n)
{
    if (weights->seen == NULL) {
        weights->seen = grown(NULL, (size_t)1 << SEEN_LOG2);
        memset(weights->seen, 0, (size_t)1 << SEEN_LOG2);
    }
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(&weights->seen[features[k] >> (64 - SEEN_LOG2)], 1);
    for (size_t k = 0; k < n; k++) {
        uint8_t *seen = &weights->seen[features[k] >> (64 - SEEN_LOG2)];
        if (*seen < weights->least) ++*seen;
    }
}

static void room_for_one(dl_weights *weights, struct row *row)
{
    if (row->n < row->cap) return;
    uint16_t cap = row->cap == 0 ? 2 : (uint16_t)(row->cap * 2);
    if (weights->n_entries + cap > weights->cap_entries) {
        weights->cap_entries = weights->cap_entries == 0 ? 1 << 16 : weights->cap_entries * 2;
        weights->entries = grown(weights->entries, weights->cap_entries * sizeof *weights->entries);
    }
    struct entry *to = weights->entries + weights->n_entries;
    if (row->n > 0) memcpy(to, weights->entries + row->at, row->n * sizeof *to);
    row->at = (uint32_t)weights->n_entries;
    row->cap = cap;
    weights->n_entries += cap;
}

void dl_weights_update(dl_weights *weights, uint64_t feature, unsigned label, int delta,
                       int64_t step)
{
    if (weights->seen != NULL && weights->seen[feature >> (64 - SEEN_LOG2)] < weights->least)
        return;
    struct row *row = row_of(weights, feature);
    struct entry *e = weights->entries + row->at;
    size_t i = 0;
    while (i < row->n && e[i].label != label)
        i++;
    if (i == row->n) {
        room_for_one(weights, row);
        e = weights->entries + row->at;
        e[row->n++] = (struct entry){0, label, 0, 0};
    }
    e[i].w += delta;
    e[i].u += step * delta;
}

void dl_weights_again(dl_weights *weights, int64_t steps)
{
    for (size_t i = 0; i < weights->slots; i++) {
        const struct row *row = &weights->rows[i];
        struct entry *e = weights->entries + row->at;
        for (size_t k = 0; row->cap > 0 && k < row->n; k++) {
            e[k].before += e[k].w * steps - e[k].u;
            e[k].w = 0;
            e[k].u = 0;
        }
    }
    weights->rounds++;
}

void dl_weights_fix(dl_weights *weights, uint64_t feature, const uint8_t *pairs, size_t n)
{
    struct row *row = row_of(weights, feature);
    DL_ASSERT(row->n == 0 && n <= UINT8_MAX);
    while (weights->n_fixed + 2 * n > weights->cap_fixed) {
        weights->cap_fixed = weights->cap_fixed == 0 ? 1 << 12 : weights->cap_fixed * 2;
        weights->fixed = grown(weights->fixed, weights->cap_fixed);
    }
    memcpy(weights->fixed + weights->n_fixed, pairs, 2 * n);
    row->at = (uint32_t)weights->n_fixed;
    row->n = (uint16_t)n;
    weights->n_fixed += 2 * n;
}

dl_model_row dl_weights_fixed(const dl_weights *weights, uint64_t feature)
{
    const struct row *row = slot_of(weights->rows, weights->slots, feature);
    if (row->n == 0 || row->cap != 0) return (dl_model_row){NULL, 0};
    return (dl_model_row){weights->fixed + row->at, row->n};
}

/* --- writing ------------------------------------------------------------------------------- */

struct writer {
    const dl_weights *weights;
    int64_t steps;
    int scale, least; /* smaller weights are left out */
};

static int by_feature(const void *a, const void *b)
{
    uint64_t x = ((const struct row *)a)->feature, y = ((const struct row *)b)->feature;
    return x < y ? -1 : x > y;
}

/* round((w - u / steps) * scale), the mean of all rounds, in whole numbers */
static int64_t average(const struct writer *w, const struct entry *e)
{
    __int128 num = ((__int128)e->w * w->steps - e->u + e->before) * w->scale;
    __int128 all = (__int128)w->steps * (w->weights->rounds + 1), half = all / 2;
    return (int64_t)(num >= 0 ? (num + half) / all : -((-num + half) / all));
}

static int by_label(const void *a, const void *b)
{
    return (int)((const struct entry *)a)->label - (int)((const struct entry *)b)->label;
}

/* The row's pairs; 0 when nothing is left. A weight past a byte is laid in several. */
static size_t put_pairs(const struct writer *w, const struct row *row, uint8_t pairs[2 * UINT8_MAX])
{
    if (row->cap == 0) {
        memcpy(pairs, w->weights->fixed + row->at, 2 * (size_t)row->n);
        return row->n;
    }
    struct entry sorted[DL_MODEL_MAX_LABELS];
    DL_ASSERT(row->n <= DL_MODEL_MAX_LABELS);
    memcpy(sorted, w->weights->entries + row->at, row->n * sizeof *sorted);
    qsort(sorted, row->n, sizeof *sorted, by_label);
    size_t n = 0;
    for (size_t i = 0; i < row->n; i++) {
        int64_t q = average(w, &sorted[i]);
        if (q < w->least && q > -w->least) continue;
        while (q != 0 && n < UINT8_MAX) {
            int64_t part = q > INT8_MAX ? INT8_MAX : q < INT8_MIN ? INT8_MIN : q;
            pairs[2 * n] = (uint8_t)sorted[i].label;
            pairs[2 * n++ + 1] = (uint8_t)(int8_t)part;
            q -= part;
        }
    }
    return n;
}

static void put_u32(dl_buf *out, uint32_t v)
{
    const char b[] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};
    dl_buf_add(out, b, 4);
}

static void put_row(dl_buf *out, uint64_t feature, const uint8_t *pairs, size_t n)
{
    const char head[] = {(char)feature, (char)(feature >> 8), (char)n};
    dl_buf_add(out, head, 3);
    dl_buf_add(out, pairs, 2 * n);
}

/* Of two features that a reader cannot tell apart the first stays. */
static bool taken(const dl_buf *rows, size_t bucket, uint64_t feature)
{
    for (size_t p = bucket; p < rows->n; p += 3 + 2 * (size_t)(uint8_t)rows->p[p + 2])
        if (rows->p[p] == (char)feature && rows->p[p + 1] == (char)(feature >> 8)) return true;
    return false;
}

static void put_rows(const struct writer *w, const struct row *sorted, size_t n, unsigned log2,
                     dl_buf *starts, dl_buf *rows)
{
    size_t i = 0;
    for (size_t b = 0; b < (size_t)1 << log2; b++) {
        size_t bucket = rows->n;
        put_u32(starts, (uint32_t)rows->n);
        for (; i < n && sorted[i].feature >> (64 - log2) == b; i++) {
            uint8_t pairs[2 * UINT8_MAX];
            size_t n_pairs = put_pairs(w, &sorted[i], pairs);
            if (n_pairs > 0 && !taken(rows, bucket, sorted[i].feature))
                put_row(rows, sorted[i].feature, pairs, n_pairs);
        }
    }
    put_u32(starts, (uint32_t)rows->n);
}

static void put_names(dl_buf *names, const dl_str *labels, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dl_buf_str(names, labels[i]);
        dl_buf_byte(names, '\n');
    }
    while (names->n % 4 != 0)
        dl_buf_byte(names, '\n');
}

enum { MAGNITUDES = 256 };

/* What the rows cost, by the magnitude of their weights: rows by their greatest, pairs by their
 * own. Fixed rows always stay. */
struct cost {
    size_t rows[MAGNITUDES], pairs[MAGNITUDES];
};

static void add_cost(const struct writer *w, const struct row *row, struct cost *cost)
{
    size_t greatest = row->cap == 0 ? MAGNITUDES - 1 : 0;
    if (row->cap == 0) cost->pairs[greatest] += row->n;
    for (size_t i = 0; row->cap > 0 && i < row->n; i++) {
        int64_t q = average(w, w->weights->entries + row->at + i);
        size_t m = (size_t)(q < 0 ? -q : q), at = m < MAGNITUDES ? m : MAGNITUDES - 1;
        cost->pairs[at] += (m + INT8_MAX - 1) / INT8_MAX;
        if (at > greatest) greatest = at;
    }
    cost->rows[greatest]++;
}

static unsigned buckets_for(size_t rows)
{
    unsigned log2 = 1;
    while (log2 < DL_MODEL_MAX_LOG2 && (size_t)8 << log2 < rows)
        log2++;
    return log2;
}

/* Raises the least weight until the file fits; gives the number of rows that are left. */
static size_t choose_least(struct writer *w, const struct row *rows, size_t n, size_t max_bytes)
{
    enum { NAMES = 8192 };
    struct cost cost = {.rows = {0}};
    size_t left = 0, pairs = 0;
    for (size_t i = 0; i < n; i++)
        add_cost(w, &rows[i], &cost);
    w->least = MAGNITUDES - 1;
    for (int m = MAGNITUDES - 1; m > 0; m--) {
        size_t all = pairs + cost.pairs[m], and_rows = left + cost.rows[m];
        if (NAMES + ((size_t)4 << buckets_for(and_rows)) + 3 * and_rows + 2 * all > max_bytes)
            break;
        left = and_rows;
        pairs = all;
        w->least = m;
    }
    return left;
}

static void assemble(const struct writer *w, const struct row *sorted, size_t n, unsigned log2,
                     const dl_str *labels, size_t n_labels, dl_buf *out)
{
    dl_buf names = DL_BUF_INIT(1 << 20), starts = DL_BUF_INIT(8 << 20), rows = DL_BUF_INIT(1 << 30);
    dl_buf body = DL_BUF_INIT(1 << 30);
    put_names(&names, labels, n_labels);
    put_rows(w, sorted, n, log2, &starts, &rows);
    put_u32(&body, (uint32_t)n_labels);
    put_u32(&body, log2);
    put_u32(&body, (uint32_t)names.n);
    put_u32(&body, (uint32_t)rows.n);
    dl_buf_str(&body, dl_buf_slice(&names));
    dl_buf_str(&body, dl_buf_slice(&starts));
    dl_buf_str(&body, dl_buf_slice(&rows));
    uint64_t sum = dl_hash64(dl_buf_slice(&body));
    dl_buf_c(out, "DLWEIGHT");
    put_u32(out, DL_MODEL_VERSION);
    put_u32(out, (uint32_t)(24 + body.n));
    put_u32(out, (uint32_t)sum);
    put_u32(out, (uint32_t)(sum >> 32));
    dl_buf_str(out, dl_buf_slice(&body));
    dl_buf_free(&names);
    dl_buf_free(&starts);
    dl_buf_free(&rows);
    dl_buf_free(&body);
}

enum dl_err dl_weights_write(const dl_weights *weights, int64_t steps, int scale, size_t max_bytes,
                             const dl_str *labels, size_t n_labels, dl_buf *out)
{
    struct writer w = {weights, steps > 0 ? steps : 1, scale, 1};
    struct row *sorted = grown(NULL, (weights->n + 1) * sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < weights->slots; i++)
        if (weights->rows[i].feature != 0) sorted[n++] = weights->rows[i];
    qsort(sorted, n, sizeof *sorted, by_feature);
    unsigned log2 = buckets_for(choose_least(&w, sorted, n, max_bytes));
    assemble(&w, sorted, n, log2, labels, n_labels, out);
    free(sorted);
    return dl_buf_failed(out);
}
