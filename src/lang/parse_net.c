#include "lang/parse_net.h"

#include "base/asset.h"
#include "lang/spanning.h"

bool dl_parse_net_is(dl_str bytes)
{
    return bytes.n >= 8 && memcmp(bytes.p, "DLPARSER", 8) == 0;
}

void dl_parse_net_keys(const dl_parse_word *w, uint64_t ret_keys[DL_NET_KINDS])
{
    const uint64_t seen[DL_NET_KINDS] = {w->norm,  w->suffix, w->suffix2, w->prefix,
                                         w->shape, w->fine,   w->coarse};
    for (size_t k = 0; k < DL_NET_KINDS; k++)
        ret_keys[k] = dl_feature(k, seen[k], 0, 0);
}

/* --- opening ------------------------------------------------------------------------------- */

static enum dl_err damaged(struct dl_diag *diag, size_t pos, const char *what)
{
    return dl_fail(diag, DL_ERR_SYNTAX, pos, "model: %s", what);
}

/* Takes the parts of the file one after the other. */
struct taker {
    const uint8_t *p, *end;
    bool failed;
};

static const uint8_t *take(struct taker *t, size_t n)
{
    if (t->failed || n > (size_t)(t->end - t->p)) {
        t->failed = true;
        return NULL;
    }
    t->p += n;
    return t->p - n;
}

static dl_layer take_layer(struct taker *t, size_t in, size_t out, bool bias)
{
    dl_layer layer = {.in = in, .out = out};
    layer.weights = take(t, 2 * in * out);
    if (bias) layer.bias = take(t, 4 * out);
    return layer;
}

static size_t padded(size_t n)
{
    return (n + DL_LAYER_STEP - 1) / DL_LAYER_STEP * DL_LAYER_STEP;
}

static void take_layers(dl_parse_net *net, struct taker *t)
{
    size_t h = net->cells, a = net->arc;
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        for (size_t s = 0; s < 2; s++) {
            net->sides[l][s].in = take_layer(t, l == 0 ? net->size : 2 * h, 4 * h, true);
            net->sides[l][s].back = take_layer(t, h, 4 * h, false);
        }
    net->head = take_layer(t, 2 * h, a, true);
    net->dependent = take_layer(t, 2 * h, a, true);
    net->product = take_layer(t, a, a, true);
    net->distance = take_layer(t, a, DL_NET_DISTANCES, false);
    net->label_head = take_layer(t, 2 * h, a, true);
    net->label_dependent = take_layer(t, 2 * h, a, false);
    net->label = take_layer(t, a, padded(net->n_relations), true);
    (void)take_layer(t, 2 * h, padded(net->n_tags), true); /* of tags: training alone asks it */
    net->root_head = take(t, 2 * a);
    net->root_label = take(t, 4 * a);
}

static bool take_names(struct taker *t, size_t bytes, size_t n, dl_str *ret_names, dl_str *rest)
{
    if (rest->p == NULL) {
        const uint8_t *p = take(t, bytes);
        if (p == NULL) return false;
        *rest = (dl_str){(const char *)p, bytes};
    }
    for (size_t i = 0; i < n; i++)
        if (!dl_str_split(rest, '\n', &ret_names[i]) || ret_names[i].n == 0 ||
            ret_names[i].n > DL_MODEL_MAX_LABEL)
            return false;
    return true;
}

static bool size_is_fit(size_t n, size_t most)
{
    return n > 0 && n <= most && n % DL_LAYER_STEP == 0;
}

static bool slots_sound(const dl_parse_net *net)
{
    size_t taken = 0, slots = (size_t)1 << (64 - net->shift);
    for (size_t i = 0; i < slots; i++) {
        uint32_t slot = dl_model_u32(net->slots + 4 * i), row = slot & 0xFFFF;
        if (row > net->n_rows || (row == 0 && slot != 0)) return false;
        taken += slot != 0;
    }
    return taken < slots;
}

static uint8_t relation_named(const dl_parse_net *net, const char *name)
{
    uint8_t found = 0;
    for (size_t i = 0; i < net->n_relations; i++)
        if (dl_str_eq_c(net->relations[i], name)) found = (uint8_t)i;
    return found;
}

static enum dl_err read_head(dl_parse_net *net, dl_str bytes, size_t *ret_names,
                             struct dl_diag *diag)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < DL_NET_HEAD || !dl_parse_net_is(bytes)) return damaged(diag, 0, "no parser");
    if (dl_model_u32(p + 8) != DL_NET_VERSION) return damaged(diag, 8, "of another version");
    if (dl_model_u32(p + 12) != bytes.n || bytes.n > DL_NET_MAX_BYTES)
        return damaged(diag, 12, "cut off, or too big");
    net->n_relations = dl_model_u32(p + 24);
    net->n_tags = dl_model_u32(p + 28);
    net->size = dl_model_u32(p + 32);
    net->cells = dl_model_u32(p + 36);
    net->arc = dl_model_u32(p + 44);
    net->n_rows = dl_model_u32(p + 48);
    size_t log2 = dl_model_u32(p + 52);
    *ret_names = dl_model_u32(p + 56);
    if (!size_is_fit(net->size, DL_NET_MAX_SIZE) || !size_is_fit(net->cells, DL_NET_MAX_SIZE / 4) ||
        !size_is_fit(net->arc, DL_NET_MAX_SIZE) || dl_model_u32(p + 40) != DL_NET_LAYERS)
        return damaged(diag, 32, "sizes");
    if (net->n_relations == 0 || net->n_relations > DL_NET_MAX_LABELS || net->n_tags == 0 ||
        net->n_tags > DL_NET_MAX_LABELS)
        return damaged(diag, 24, "number of labels");
    if (net->n_rows < DL_NET_KINDS || net->n_rows > UINT16_MAX - 1 || log2 < 1 || log2 > 18)
        return damaged(diag, 48, "rows");
    net->shift = 64 - (unsigned)log2;
    return DL_OK;
}

static enum dl_err open_parts(dl_parse_net *ret_net, dl_str bytes, struct dl_diag *diag)
{
    dl_parse_net net = {.later = 0};
    dl_str tags[DL_NET_MAX_LABELS];
    size_t names = 0;
    DL_TRY(read_head(&net, bytes, &names, diag));
    const uint8_t *p = (const uint8_t *)bytes.p;
    struct taker t = {p + DL_NET_HEAD, p + bytes.n, false};
    dl_str rest = {NULL, 0};
    if (!take_names(&t, names, net.n_relations, net.relations, &rest) ||
        !take_names(&t, names, net.n_tags, tags, &rest))
        return damaged(diag, DL_NET_HEAD, "names of labels");
    net.slots = take(&t, (size_t)4 << (64 - net.shift));
    net.rows = take(&t, net.n_rows * net.size);
    take_layers(&net, &t);
    if (t.failed || t.p != t.end) return damaged(diag, 32, "parts do not add up");
    net.root = relation_named(&net, "root");
    net.later = relation_named(&net, "parataxis");
    *ret_net = net;
    return DL_OK;
}

enum dl_err dl_parse_net_check(dl_str bytes, struct dl_diag *diag)
{
    dl_parse_net net;
    DL_TRY(open_parts(&net, bytes, diag));
    const uint8_t *p = (const uint8_t *)bytes.p;
    uint64_t sum = (uint64_t)dl_model_u32(p + 16) | (uint64_t)dl_model_u32(p + 20) << 32;
    if (dl_hash64(dl_str_sub(bytes, 24, bytes.n)) != sum)
        return damaged(diag, 16, "checksum is wrong");
    return slots_sound(&net) ? DL_OK : damaged(diag, 48, "slots");
}

enum dl_err dl_parse_net_open(dl_parse_net *ret_net, dl_str bytes, struct dl_diag *diag)
{
    if (!dl_asset_holds(bytes.p)) DL_TRY(dl_parse_net_check(bytes, diag));
    return open_parts(ret_net, bytes, diag);
}

/* --- reading ------------------------------------------------------------------------------- */

/* A sentence, or a part of a long one. */
struct run {
    const dl_parse_net *net;
    size_t n;
    int16_t *words, *out[DL_NET_LAYERS]; /* D; 2 H */
    int32_t *gates, *cell;               /* 4 H of each word; H */
    int16_t *heads, *ends, *products;    /* A of each word, heads with the root before */
    int32_t *label_heads, *label_ends;
    int32_t *scores, *sums; /* of all pairs; of one layer */
    uint32_t *tree;
};

static enum dl_err begin(struct run *r, const dl_parse_net *net, dl_arena *arena, size_t most)
{
    size_t h = net->cells, a = net->arc, m = most + 1;
    *r = (struct run){.net = net};
    r->words = dl_alloc(arena, m * net->size * 2);
    for (size_t l = 0; l < DL_NET_LAYERS; l++)
        r->out[l] = dl_alloc(arena, m * 4 * h);
    r->gates = dl_alloc(arena, m * 16 * h);
    r->cell = dl_alloc(arena, 4 * h);
    r->heads = dl_alloc(arena, m * a * 2);
    r->ends = dl_alloc(arena, m * a * 2);
    r->products = dl_alloc(arena, m * a * 2);
    r->label_heads = dl_alloc(arena, m * a * 4);
    r->label_ends = dl_alloc(arena, m * a * 4);
    r->scores = dl_alloc(arena, m * m * 4);
    r->sums = dl_alloc(arena, 4 * DL_NET_MAX_SIZE + 64);
    r->tree = dl_alloc(arena, m * 4);
    return dl_arena_failed(arena);
}

static size_t row_of(const dl_parse_net *net, uint64_t key, size_t kind)
{
    size_t mask = ((size_t)1 << (64 - net->shift)) - 1;
    for (size_t at = key >> net->shift;; at = (at + 1) & mask) {
        uint32_t slot = dl_model_u32(net->slots + 4 * at);
        if (slot == 0) return kind;
        if (slot >> 16 == (key & 0xFFFF)) return (slot & 0xFFFF) - 1;
    }
}

static void look(struct run *r, const dl_parse_word *words)
{
    const dl_parse_net *net = r->net;
    for (size_t i = 0; i < r->n; i++) {
        uint64_t keys[DL_NET_KINDS];
        int16_t *to = r->words + i * net->size;
        dl_parse_net_keys(&words[i], keys);
        for (size_t k = 0; k < DL_NET_KINDS; k++)
            __builtin_prefetch(net->slots + 4 * (keys[k] >> net->shift));
        memset(to, 0, net->size * sizeof *to);
        for (size_t k = 0; k < DL_NET_KINDS; k++) {
            const int8_t *row = (const int8_t *)net->rows + row_of(net, keys[k], k) * net->size;
            for (size_t d = 0; d < net->size; d++)
                to[d] = (int16_t)(to[d] + row[d]);
        }
        for (size_t d = 0; d < net->size; d++)
            to[d] = (int16_t)(to[d] * (1 << DL_NET_ROW_SHIFT));
    }
}

/* One direction of a layer over the sentence. */
static void walk(struct run *r, size_t layer, size_t side)
{
    const struct dl_net_side *s = &r->net->sides[layer][side];
    size_t h = r->net->cells, in = s->in.in;
    const int16_t *x = layer == 0 ? r->words : r->out[layer - 1], *before = NULL;
    memset(r->cell, 0, h * sizeof *r->cell);
    for (size_t i = 0; i < r->n; i++)
        dl_layer_apply(&s->in, x + i * in, r->gates + i * 4 * h);
    for (size_t k = 0; k < r->n; k++) {
        size_t i = side == 0 ? k : r->n - 1 - k;
        int16_t *out = r->out[layer] + i * 2 * h + side * h;
        if (before != NULL) dl_layer_add(&s->back, before, r->gates + i * 4 * h);
        dl_layer_cells(r->gates + i * 4 * h, r->cell, out, h);
        before = out;
    }
}

static void narrow(const struct run *r, size_t n, bool positive, int16_t *to)
{
    enum { SHIFT = DL_NET_SUM - DL_NET_VALUE };
    if (positive)
        dl_layer_positive(r->sums, n, SHIFT, DL_NET_VALUE_MAX, to);
    else
        dl_layer_narrow(r->sums, n, SHIFT, DL_NET_VALUE_MAX, to);
}

static void see_ends(struct run *r)
{
    const dl_parse_net *net = r->net;
    size_t a = net->arc;
    memcpy(r->heads, net->root_head, 2 * a);
    memcpy(r->label_heads, net->root_label, 4 * a);
    for (size_t i = 0; i < r->n; i++) {
        const int16_t *x = r->out[DL_NET_LAYERS - 1] + i * 2 * net->cells;
        dl_layer_apply(&net->head, x, r->sums);
        narrow(r, a, true, r->heads + (i + 1) * a);
        dl_layer_apply(&net->dependent, x, r->sums);
        narrow(r, a, true, r->ends + i * a);
        dl_layer_apply(&net->product, r->ends + i * a, r->sums);
        narrow(r, a, false, r->products + i * a);
        dl_layer_apply(&net->label_head, x, r->label_heads + (i + 1) * a);
        dl_layer_apply(&net->label_dependent, x, r->label_ends + i * a);
    }
}

static int32_t bounded(int64_t score)
{
    if (score > DL_SPANNING_MAX_SCORE) return DL_SPANNING_MAX_SCORE;
    return score < -DL_SPANNING_MAX_SCORE ? -DL_SPANNING_MAX_SCORE : (int32_t)score;
}

static void score_pairs(struct run *r)
{
    const dl_parse_net *net = r->net;
    size_t a = net->arc;
    for (size_t d = 1; d <= r->n; d++) {
        int32_t *row = r->scores + d * (r->n + 1);
        const int16_t *product = r->products + (d - 1) * a;
        dl_layer_apply(&net->distance, r->ends + (d - 1) * a, r->sums);
        for (size_t h = 0; h <= r->n; h++) {
            int64_t apart = h == 0 ? 0 : r->sums[dl_parse_net_distance(h, d)];
            row[h] = bounded(apart + dl_layer_dot(product, r->heads + h * a, a));
        }
    }
}

static uint8_t best_of(const int32_t *scores, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (scores[i] > scores[best]) best = i;
    return (uint8_t)best;
}

static void add_sums(int32_t *to, const int32_t *x, const int32_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (int32_t)((uint32_t)x[i] + (uint32_t)y[i]);
}

static void say(struct run *r, size_t first, dl_parse_arc *arcs)
{
    const dl_parse_net *net = r->net;
    size_t a = net->arc;
    int16_t seen[DL_NET_MAX_SIZE];
    for (size_t i = 0; i < r->n; i++) {
        add_sums(r->sums, r->label_heads + r->tree[i] * a, r->label_ends + i * a, a);
        narrow(r, a, true, seen);
        dl_layer_apply(&net->label, seen, r->sums);
        if (r->tree[i] != 0 && net->n_relations > 1) r->sums[net->root] = INT32_MIN;
        arcs[i].relation = r->tree[i] == 0 ? net->root : best_of(r->sums, net->n_relations);
        arcs[i].head = r->tree[i] == 0 ? 0 : (uint32_t)first + r->tree[i];
    }
}

/* Roots of later parts hang on the first part's. */
static void hang(const dl_parse_net *net, dl_parse_arc *arcs, size_t first, size_t n)
{
    size_t root = 0;
    while (root < first && arcs[root].head != 0)
        root++;
    for (size_t i = first; first > 0 && i < n; i++)
        if (arcs[i].head == 0) {
            arcs[i].head = (uint32_t)root + 1;
            arcs[i].relation = net->later;
        }
}

enum dl_err dl_parse_net_read(const dl_parse_net *net, dl_arena *arena, const dl_parse_word *words,
                              size_t n, dl_parse_arc *ret_arcs)
{
    struct run r;
    size_t parts = (n + DL_NET_MAX_SENTENCE - 1) / DL_NET_MAX_SENTENCE;
    if (n == 0) return DL_OK;
    size_t most = (n + parts - 1) / parts;
    DL_TRY(begin(&r, net, arena, most));
    for (size_t first = 0; first < n; first += most) {
        r.n = n - first < most ? n - first : most;
        look(&r, words + first);
        for (size_t l = 0; l < DL_NET_LAYERS; l++)
            for (size_t s = 0; s < 2; s++)
                walk(&r, l, s);
        see_ends(&r);
        score_pairs(&r);
        DL_TRY(dl_spanning_tree(arena, r.scores, r.n, r.tree));
        say(&r, first, ret_arcs + first);
        hang(net, ret_arcs, first, first + r.n);
    }
    return DL_OK;
}
