#include "story/centroid.h"

#include <math.h>

#include "base/hash.h"

/* The most that one document adds to a count: 1 + ln(255 * 4), in fixed point. */
enum { ONE_DOCUMENT = 10 * DL_ENTRY_ONE };

static float tf_weight(const struct dl_term *t)
{
    int tf = t->body + t->lead + 2 * t->title;
    return 1 + logf((float)(tf > 0 ? tf : 1));
}

static bool is_name(uint8_t flags)
{
    return (flags & (DL_TERM_NAME | DL_TERM_NUMBER)) != 0;
}

struct norms {
    float all, title, names;
};

static struct norms norms_of(const struct dl_entry *entries, size_t n)
{
    double all = 0, title = 0, names = 0;
    for (size_t i = 0; i < n; i++) {
        const struct dl_entry *e = &entries[i];
        double a = dl_entry_weight(e), t = (uint32_t)e->title * e->rarity;
        all += a * a;
        title += t * t;
        if (is_name(e->flags)) names += a * a;
    }
    return (struct norms){(float)sqrt(all), (float)sqrt(title), (float)sqrt(names)};
}

static void set_norms(struct dl_docvec *v)
{
    struct norms n = norms_of(v->entries, v->n);
    v->norm_all = n.all;
    v->norm_title = n.title;
    v->norm_names = n.names;
}

/* The heaviest entries by insertion: few of many, so most are turned away at the first look. */
static void sort_heavy(struct dl_docvec *v)
{
    v->n_heavy = 0;
    for (size_t i = 0; i < v->n; i++) {
        uint32_t w = dl_entry_weight(&v->entries[i]);
        size_t k = v->n_heavy;
        if (k == DL_CENTROID_HEAVY) {
            if (w <= dl_entry_weight(&v->entries[v->heavy[k - 1]])) continue;
            k--;
        } else {
            v->n_heavy++;
        }
        for (; k > 0 && w > dl_entry_weight(&v->entries[v->heavy[k - 1]]); k--)
            v->heavy[k] = v->heavy[k - 1];
        v->heavy[k] = (uint16_t)i;
    }
    size_t last = v->n_heavy < DL_CENTROID_TOP ? v->n_heavy : DL_CENTROID_TOP;
    v->top_from = last > 0 ? dl_entry_weight(&v->entries[v->heavy[last - 1]]) : 0;
}

static uint16_t fixed(float value)
{
    float f = value * DL_ENTRY_ONE + 0.5F;
    return f < UINT16_MAX ? (uint16_t)f : UINT16_MAX;
}

static uint8_t fixed_rarity(float value)
{
    float f = value * DL_ENTRY_RARITY + 0.5F;
    return f < UINT8_MAX ? (uint8_t)f : UINT8_MAX;
}

void dl_docvec_make(const struct dl_features *f, const struct dl_rarity *rarity,
                    struct dl_docvec *ret_vec)
{
    size_t language = dl_rarity_language(rarity, f->language);
    ret_vec->n = f->n_terms;
    for (size_t i = 0; i < f->n_terms; i++) {
        const struct dl_term *t = &f->terms[i];
        ret_vec->entries[i] = (struct dl_entry){
            .id = t->id,
            .all = fixed(tf_weight(t)),
            .title = t->title > 0 ? DL_ENTRY_ONE : 0,
            .rarity = fixed_rarity(dl_rarity_term(rarity, language, t->id, t->flags, t->length)),
            .flags = t->flags};
    }
    set_norms(ret_vec);
    sort_heavy(ret_vec);
}

static float ratio(double part, double whole)
{
    return whole > 0 ? (float)(part / whole) : 0;
}

/* One side of a comparison. */
struct side {
    const struct dl_entry *entries;
    size_t n;
    double all, title, names; /* norms */
    uint32_t top_from;        /* weight from which an entry is of the heaviest */
};

struct sums {
    double all, title, names, mass;
    double title_a, title_in_a, title_b, title_in_b, top_a, top_in_a;
    bool named_a, named_b;
};

static void meet(const struct dl_entry *x, const struct dl_entry *y, uint32_t top_from,
                 struct sums *s)
{
    double p = (double)dl_entry_weight(x) * dl_entry_weight(y);
    s->all += p;
    s->title += (double)((uint32_t)x->title * x->rarity) * ((uint32_t)y->title * y->rarity);
    if (is_name(x->flags) && is_name(y->flags)) s->names += p;
    s->mass += (double)(x->rarity < y->rarity ? x->rarity : y->rarity) / DL_ENTRY_RARITY;
    s->title_in_a += (uint32_t)x->title * x->rarity;
    s->title_in_b += (uint32_t)y->title * y->rarity;
    if (dl_entry_weight(x) >= top_from) s->top_in_a += dl_entry_weight(x);
}

static void count_alone(const struct side *a, const struct side *b, struct sums *s)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct dl_entry *e = &a->entries[i];
        s->title_a += (uint32_t)e->title * e->rarity;
        s->named_a |= (e->flags & DL_TERM_NAME) != 0;
        if (dl_entry_weight(e) >= a->top_from) s->top_a += dl_entry_weight(e);
    }
    for (size_t i = 0; i < b->n; i++) {
        s->title_b += (uint32_t)b->entries[i].title * b->entries[i].rarity;
        s->named_b |= (b->entries[i].flags & DL_TERM_NAME) != 0;
    }
}

static struct dl_match compare(const struct side *a, const struct side *b)
{
    struct sums s = {0};
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        uint32_t x = a->entries[i].id, y = b->entries[k].id;
        if (x == y) meet(&a->entries[i], &b->entries[k], a->top_from, &s);
        i += x <= y;
        k += y <= x;
    }
    if (s.mass <= 0) return (struct dl_match){0};
    count_alone(a, b, &s);
    return (struct dl_match){.all = ratio(s.all, a->all * b->all),
                             .title = ratio(s.title, a->title * b->title),
                             .names = ratio(s.names, a->names * b->names),
                             .title_in = ratio(s.title_in_a, s.title_a),
                             .title_of = ratio(s.title_in_b, s.title_b),
                             .top = ratio(s.top_in_a, s.top_a),
                             .mass = (float)s.mass,
                             .named = s.named_a && s.named_b};
}

static struct side side_of(const struct dl_centroid *c)
{
    return (struct side){c->entries, c->n, c->norm_all, c->norm_title, c->norm_names, 0};
}

struct dl_match dl_centroid_compare(const struct dl_centroid *c, const struct dl_docvec *v)
{
    struct side a = {v->entries, v->n, v->norm_all, v->norm_title, v->norm_names, v->top_from};
    struct side b = side_of(c);
    return compare(&a, &b);
}

struct dl_match dl_centroid_compare_both(const struct dl_centroid *a, const struct dl_centroid *b)
{
    struct side x = side_of(a), y = side_of(b);
    return compare(&x, &y);
}

/* ------------------------------------------------------------------ adding */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

/* Keeps the max heaviest, in the order they have; of equal ones the first. */
static size_t cut(struct dl_entry *entries, size_t n, size_t max)
{
    uint32_t weights[2 * DL_CENTROID_MAX + DL_FEATURES_TERMS];
    DL_ASSERT(n > max && n <= sizeof weights / sizeof *weights && max > 0);
    for (size_t i = 0; i < n; i++)
        weights[i] = dl_entry_weight(&entries[i]);
    qsort(weights, n, sizeof *weights, by_value);
    uint32_t least = weights[max - 1];
    size_t equal = 1, kept = 0; /* equal: how many of the least weight have room */
    while (equal < max && weights[max - 1 - equal] == least)
        equal++;
    for (size_t i = 0; i < n; i++) {
        uint32_t w = dl_entry_weight(&entries[i]);
        if (w < least || (w == least && equal == 0)) continue;
        if (w == least) equal--;
        entries[kept++] = entries[i];
    }
    return kept;
}

static void halve_from(struct dl_entry *entries, size_t n, uint16_t limit)
{
    uint16_t most = 0;
    for (size_t i = 0; i < n; i++) {
        if (entries[i].all > most) most = entries[i].all;
        if (entries[i].title > most) most = entries[i].title;
    }
    for (; most > limit; most /= 2)
        for (size_t i = 0; i < n; i++) {
            entries[i].all /= 2;
            entries[i].title /= 2;
        }
}

static size_t merge(const struct dl_entry *a, size_t n_a, const struct dl_entry *b, size_t n_b,
                    struct dl_entry *out)
{
    size_t n = 0, i = 0, k = 0;
    while (i < n_a || k < n_b) {
        bool left = k == n_b || (i < n_a && a[i].id <= b[k].id);
        bool both = left && k < n_b && i < n_a && a[i].id == b[k].id;
        out[n] = left ? a[i++] : b[k];
        if (both) {
            out[n].all = (uint16_t)(out[n].all + b[k].all);
            out[n].title = (uint16_t)(out[n].title + b[k].title);
            out[n].rarity = b[k].rarity; /* the newer one */
            out[n].flags |= b[k].flags;
        }
        if (both || !left) k++;
        n++;
    }
    return n;
}

static enum dl_err keep(struct dl_centroid *c, struct dl_entry *entries, size_t n)
{
    size_t max = c->max > 0 ? c->max : DL_CENTROID_MAX;
    if (n > max) n = cut(entries, n, max);
    if (n > c->cap) {
        struct dl_entry *grown = realloc(c->entries, n * sizeof *grown);
        if (grown == NULL) return DL_ERR_NOMEM;
        c->entries = grown;
        c->cap = (uint16_t)n;
    }
    if (n > 0) memcpy(c->entries, entries, n * sizeof *entries);
    c->n = (uint16_t)n;
    struct norms norms = norms_of(c->entries, n);
    c->norm_all = norms.all;
    c->norm_title = norms.title;
    c->norm_names = norms.names;
    return DL_OK;
}

enum dl_err dl_centroid_add_entries(struct dl_centroid *c, const struct dl_entry *entries, size_t n)
{
    struct dl_entry merged[DL_CENTROID_MAX + DL_FEATURES_TERMS];
    DL_ASSERT(n <= DL_FEATURES_TERMS);
    halve_from(c->entries, c->n, UINT16_MAX - ONE_DOCUMENT);
    size_t all = merge(c->entries, c->n, entries, n, merged);
    c->documents++;
    return keep(c, merged, all);
}

enum dl_err dl_centroid_add(struct dl_centroid *c, const struct dl_docvec *v)
{
    return dl_centroid_add_entries(c, v->entries, v->n);
}

enum dl_err dl_centroid_join(struct dl_centroid *c, const struct dl_centroid *other)
{
    struct dl_entry merged[2 * DL_CENTROID_MAX], theirs[DL_CENTROID_MAX];
    if (other->n > 0) memcpy(theirs, other->entries, other->n * sizeof *theirs);
    halve_from(c->entries, c->n, UINT16_MAX / 2);
    halve_from(theirs, other->n, UINT16_MAX / 2);
    size_t n = merge(c->entries, c->n, theirs, other->n, merged);
    c->documents += other->documents;
    return keep(c, merged, n);
}

bool dl_centroid_due(struct dl_centroid *c, uint32_t id, uint16_t hour, uint16_t renew_hours)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->n || c->entries[low].id != id) return false;
    struct dl_entry *e = &c->entries[low];
    if (e->posted != 0 && (uint16_t)(hour - e->posted) < renew_hours) return false;
    e->posted = hour != 0 ? hour : 1;
    return true;
}

void dl_centroid_free(struct dl_centroid *c)
{
    free(c->entries);
    *c = (struct dl_centroid){0};
}

uint64_t dl_centroid_hash(const struct dl_centroid *c)
{
    uint64_t hash = c->documents;
    for (size_t i = 0; i < c->n; i++) {
        const struct dl_entry *e = &c->entries[i];
        uint32_t values[4] = {e->id, e->all, e->title, e->rarity};
        hash = dl_hash64_seed((dl_str){(const char *)values, sizeof values}, hash);
    }
    return hash;
}
