/* What the parser looks at before each action: the templates of Zhang & Nivre (2011) as far as
 * arc-hybrid has them, ends of words, what lies between. Their numbers are part of the model. */
#include "lang/parse_state.h"

/* A place with all that is asked of it; missing places are all zeros. */
struct look {
    uint64_t w, t, p, e; /* word, fine and coarse tag, end of the word */
    uint64_t l;          /* relation to its head, + 1 */
    uint32_t at;
    const struct dl_parse_node *node;
};

struct seen {
    struct look s0, s1, s2, b0, b1, b2;
    uint64_t b3t, s3t;
    struct look s0l, s0r, s0l2, s0r2, s1l, s1r, s1l2, s1r2, b0l, b0l2;
    uint64_t apart, below; /* distances s0-b0, s1-s0 */
    uint64_t between, between_stack;
};

struct adder {
    uint64_t *out;
    size_t n;
};

static inline void add(struct adder *a, uint64_t x, uint64_t y, uint64_t z)
{
    a->out[a->n] = dl_feature(a->n, x, y, z);
    a->n++;
}

static const struct dl_parse_node nothing;
static const struct look nowhere = {.node = &nothing};

static struct look look_at(const dl_parse_state *s, uint32_t at)
{
    if (at == 0) return (struct look){.w = 1, .t = 1, .p = 1, .e = 1, .node = &s->nodes[0]};
    const dl_parse_word *w = &s->words[at - 1];
    return (struct look){w->norm, w->fine,      w->coarse, w->suffix, s->nodes[at].relation,
                         at,      &s->nodes[at]};
}

static struct look child(const dl_parse_state *s, uint32_t at)
{
    return at == 0 ? nowhere : look_at(s, at);
}

static struct look on_stack(const dl_parse_state *s, size_t k)
{
    return k < s->depth ? look_at(s, s->stack[s->depth - 1 - k]) : nowhere;
}

static struct look in_buffer(const dl_parse_state *s, size_t k)
{
    return s->next + k <= s->n ? look_at(s, s->next + (uint32_t)k) : nowhere;
}

static uint64_t distance(uint32_t from, uint32_t to)
{
    uint32_t d = to - from;
    return d < 5 ? d : d < 8 ? 5 : d < 14 ? 6 : 7;
}

/* Verbs and marks that lie between two places, up to two and three. */
static uint64_t between(const dl_parse_state *s, uint32_t from, uint32_t to)
{
    if (to <= from + 1) return 0;
    uint32_t verbs = s->verbs[to] - s->verbs[from + 1];
    uint32_t commas = s->commas[to] - s->commas[from + 1];
    return 1u + (verbs > 2 ? 2 : verbs) + 4u * (commas > 3 ? 3 : commas);
}

static struct seen see(const dl_parse_state *s)
{
    struct seen v = {.s0 = on_stack(s, 0),
                     .s1 = on_stack(s, 1),
                     .s2 = on_stack(s, 2),
                     .b0 = in_buffer(s, 0),
                     .b1 = in_buffer(s, 1),
                     .b2 = in_buffer(s, 2),
                     .b3t = in_buffer(s, 3).t,
                     .s3t = on_stack(s, 3).t};
    v.s0l = child(s, v.s0.node->left);
    v.s0r = child(s, v.s0.node->right);
    v.s0l2 = child(s, v.s0.node->left2);
    v.s0r2 = child(s, v.s0.node->right2);
    v.s1l = child(s, v.s1.node->left);
    v.s1r = child(s, v.s1.node->right);
    v.s1l2 = child(s, v.s1.node->left2);
    v.s1r2 = child(s, v.s1.node->right2);
    v.b0l = child(s, v.b0.node->left);
    v.b0l2 = child(s, v.b0.node->left2);
    v.apart = distance(v.s0.at, s->next);
    v.below = distance(v.s1.at, v.s0.at);
    v.between = between(s, v.s0.at, s->next);
    v.between_stack = between(s, v.s1.at, v.s0.at);
    return v;
}

static uint64_t pair(uint64_t a, uint64_t b)
{
    return (a * 0x9E3779B97F4A7C15u) ^ (b + 0x632BE59BD9B4E019u);
}

static void add_single(struct adder *a, const struct look *k)
{
    add(a, k->w, 0, 0);
    add(a, k->t, 0, 0);
    add(a, k->w, k->t, 0);
}

static void add_words(struct adder *a, const struct seen *v)
{
    add(a, 0, 0, 0);
    add_single(a, &v->s0);
    add_single(a, &v->s1);
    add_single(a, &v->s2);
    add_single(a, &v->b0);
    add_single(a, &v->b1);
    add_single(a, &v->b2);
    add(a, v->b3t, 0, 0);
    add(a, v->s3t, 0, 0);
    add(a, v->s0.e, v->s0.t, 0);
    add(a, v->b0.e, v->b0.t, 0);
    add(a, v->s0.e, v->b0.e, 0);
    add(a, v->s1.e, v->s0.e, 0);
}

static void add_pairs(struct adder *a, const struct seen *v)
{
    add(a, pair(v->s0.w, v->s0.t), v->b0.w, v->b0.t);
    add(a, pair(v->s0.w, v->s0.t), v->b0.w, 0);
    add(a, v->s0.w, v->s0.t, v->b0.t);
    add(a, v->s0.w, v->b0.w, v->b0.t);
    add(a, v->s0.t, v->b0.w, v->b0.t);
    add(a, v->s0.w, v->b0.w, 0);
    add(a, v->s0.t, v->b0.t, 0);
    add(a, v->b0.t, v->b1.t, 0);
    add(a, v->b0.w, v->b1.w, 0);
    add(a, v->b0.w, v->b1.t, 0);
    add(a, v->b0.t, v->b1.w, 0);
    add(a, pair(v->s1.w, v->s1.t), v->s0.w, v->s0.t);
    add(a, v->s1.w, v->s1.t, v->s0.t);
    add(a, v->s1.t, v->s0.w, v->s0.t);
    add(a, v->s1.w, v->s0.w, 0);
    add(a, v->s1.t, v->s0.t, 0);
    add(a, v->s1.t, v->b0.t, 0);
    add(a, v->s1.w, v->b0.w, 0);
    add(a, v->s1.t, v->b0.w, 0);
    add(a, v->s1.w, v->b0.t, 0);
}

static void add_triples(struct adder *a, const struct seen *v)
{
    add(a, v->b0.t, v->b1.t, v->b2.t);
    add(a, v->s0.t, v->b0.t, v->b1.t);
    add(a, v->s0.w, v->b0.t, v->b1.t);
    add(a, v->s0.t, v->b0.w, v->b1.t);
    add(a, v->s1.t, v->s0.t, v->b0.t);
    add(a, v->s1.t, v->s0.w, v->b0.t);
    add(a, v->s1.w, v->s0.t, v->b0.t);
    add(a, v->s1.t, v->s0.t, v->b0.w);
    add(a, v->s2.t, v->s1.t, v->s0.t);
    add(a, pair(v->s1.t, v->s0.t), v->b0.t, v->b1.t);
    add(a, pair(v->s2.p, v->s1.p), v->s0.p, v->b0.p);
    add(a, pair(v->s0.t, v->b0.t), v->b1.t, v->b2.t);
    add(a, pair(v->s0.w, v->b0.w), v->b1.t, 0);
    add(a, pair(v->s1.w, v->s0.w), v->b0.t, 0);
}

static void add_children(struct adder *a, const struct seen *v)
{
    add(a, v->s0.t, v->s0l.t, v->b0.t);
    add(a, v->s0.t, v->s0r.t, v->b0.t);
    add(a, v->s0.t, v->b0.t, v->b0l.t);
    add(a, pair(v->s0.t, v->b0.t), v->s0l.l, v->s0r.l);
    add(a, v->s1.t, v->s1l.t, v->s0.t);
    add(a, v->s1.t, v->s1r.t, v->s0.t);
    add(a, v->s1.t, v->s0.t, v->s0l.t);
    add(a, v->s1.t, v->s0.t, v->s0r.t);
    add(a, pair(v->s1.t, v->s0.t), v->s1r.l, v->s0r.l);
    add(a, pair(v->s1.t, v->s0.t), v->s0l.l, v->s1l.l);
    add(a, v->s0.w, v->s0l.w, 0);
    add(a, v->s0.w, v->s0r.w, 0);
    add(a, v->s1.w, v->s1r.w, 0);
    add(a, v->s1.w, v->s0l.w, v->s0.t);
    add(a, v->b0.w, v->b0l.w, 0);
    add(a, v->s0.t, v->s0l.t, v->s0l2.t);
    add(a, v->s0.t, v->s0r.t, v->s0r2.t);
    add(a, v->s1.t, v->s1r.t, v->s1r2.t);
    add(a, v->s1.t, v->s1l.t, v->s1l2.t);
    add(a, v->b0.t, v->b0l.t, v->b0l2.t);
    add(a, v->s0.t, v->s0l.l, v->s0l2.l);
    add(a, v->s0.t, v->s0r.l, v->s0r2.l);
    add(a, v->b0.t, v->b0l.l, v->b0l2.l);
    add(a, v->s1.t, v->s1r.l, v->s1r2.l);
    add(a, pair(v->s0.t, v->b0.w), v->s0r.w, v->s0r.l);
    add(a, pair(v->s1.w, v->s0.w), v->s0l.w, 0);
}

static void add_counts(struct adder *a, const struct seen *v)
{
    const struct dl_parse_node *s0 = v->s0.node, *s1 = v->s1.node, *b0 = v->b0.node;
    add(a, v->s0.w, s0->n_left, s0->n_right);
    add(a, v->s0.t, s0->n_left, s0->n_right);
    add(a, v->s1.w, s1->n_left, s1->n_right);
    add(a, v->s1.t, s1->n_left, s1->n_right);
    add(a, v->b0.w, b0->n_left, 0);
    add(a, v->b0.t, b0->n_left, 0);
    add(a, v->s0.w, s0->left_set, 0);
    add(a, v->s0.t, s0->left_set, 0);
    add(a, v->s0.w, s0->right_set, 0);
    add(a, v->s0.t, s0->right_set, 0);
    add(a, v->s1.w, s1->right_set, 0);
    add(a, v->s1.t, s1->right_set, v->s0.t);
    add(a, v->b0.w, b0->left_set, 0);
    add(a, v->b0.t, b0->left_set, v->s0.t);
    add(a, v->s0.t, v->b0.t, pair(s0->right_set, v->s0.w));
    add(a, v->s0.w, v->apart, 0);
    add(a, v->b0.w, v->apart, 0);
    add(a, v->s0.t, v->b0.t, v->apart);
    add(a, v->s1.t, v->s0.t, v->below);
    add(a, v->s1.w, v->s0.t, v->below);
    add(a, v->s0.p, v->b0.p, v->between);
    add(a, v->s1.p, v->s0.p, v->between_stack);
    add(a, pair(v->s1.t, v->s0.t), v->between_stack, v->b0.t);
}

/* What is most of an arc, once more for each treebank's guidelines. */
static void add_house(struct adder *a, const struct seen *v, uint64_t house)
{
    add(a, house, 0, 0);
    add(a, v->s0.t, v->b0.t, house);
    add(a, v->s1.t, v->s0.t, house);
    add(a, v->s0.w, v->b0.t, house);
    add(a, v->s0.t, v->b0.w, house);
    add(a, v->s1.w, v->s0.t, house);
    add(a, v->s1.t, v->s0.w, house);
    add(a, pair(v->s0.w, v->b0.w), house, 0);
    add(a, pair(v->s1.w, v->s0.w), house, 0);
    add(a, pair(v->s1.t, v->s0.t), v->b0.t, house);
}

size_t dl_parse_features(const dl_parse_state *state, uint64_t ret_features[DL_PARSE_FEATURES])
{
    struct seen v = see(state);
    struct adder a = {ret_features, 0};
    add_words(&a, &v);
    add_pairs(&a, &v);
    add_triples(&a, &v);
    add_children(&a, &v);
    add_counts(&a, &v);
    add_house(&a, &v, state->house);
    DL_ASSERT(a.n <= DL_PARSE_FEATURES);
    return a.n;
}
