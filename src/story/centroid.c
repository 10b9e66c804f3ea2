#include "story/centroid.h"

#include <math.h>

#include "base/hash.h"

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
        double a = e->all * e->rarity, t = e->title * e->rarity;
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

void dl_docvec_make(const struct dl_features *f, const struct dl_rarity *rarity,
                    struct dl_docvec *ret_vec)
{
    size_t language = dl_rarity_language(rarity, f->language);
    ret_vec->n = f->n_terms;
    for (size_t i = 0; i < f->n_terms; i++) {
        const struct dl_term *t = &f->terms[i];
        ret_vec->entries[i] = (struct dl_entry){
            .id = t->id,
            .all = tf_weight(t),
            .title = t->title > 0,
            .rarity = dl_rarity_term(rarity, language, t->id, t->flags, t->length),
            .flags = t->flags,
            .length = t->length};
    }
    set_norms(ret_vec);
}

void dl_docvec_anchors(const struct dl_features *f, const struct dl_rarity *rarity,
                       struct dl_docvec *ret_vec)
{
    ret_vec->n = f->n_anchors;
    for (size_t i = 0; i < f->n_anchors; i++) {
        const struct dl_anchor *a = &f->anchors[i];
        ret_vec->entries[i] =
            (struct dl_entry){.id = a->id,
                              .all = 1 + logf((float)(a->count > 0 ? a->count : 1)),
                              .rarity = dl_rarity_anchor(rarity, a->id),
                              .flags = a->kind == DL_ANCHOR_NUMBER ? DL_TERM_NUMBER : DL_TERM_NAME};
    }
    set_norms(ret_vec);
}

static float ratio(double dot, float a, float b)
{
    return a > 0 && b > 0 ? (float)(dot / ((double)a * b)) : 0;
}

static struct dl_cosines compare(const struct dl_entry *a, size_t n_a, struct norms na,
                                 const struct dl_entry *b, size_t n_b, struct norms nb)
{
    double all = 0, title = 0, names = 0;
    for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
        uint32_t x = a[i].id, y = b[k].id;
        if (x == y) {
            double r = (double)a[i].rarity * b[k].rarity, p = (double)a[i].all * b[k].all * r;
            all += p;
            title += (double)a[i].title * b[k].title * r;
            if (is_name(a[i].flags) && is_name(b[k].flags)) names += p;
        }
        i += x <= y;
        k += y <= x;
    }
    return (struct dl_cosines){ratio(all, na.all, nb.all), ratio(title, na.title, nb.title),
                               ratio(names, na.names, nb.names)};
}

static struct norms centroid_norms(const struct dl_centroid *c)
{
    return (struct norms){c->norm_all, c->norm_title, c->norm_names};
}

struct dl_cosines dl_centroid_compare(const struct dl_centroid *c, const struct dl_docvec *v)
{
    struct norms nv = {v->norm_all, v->norm_title, v->norm_names};
    return compare(c->entries, c->n, centroid_norms(c), v->entries, v->n, nv);
}

struct dl_cosines dl_centroid_compare_both(const struct dl_centroid *a, const struct dl_centroid *b)
{
    return compare(a->entries, a->n, centroid_norms(a), b->entries, b->n, centroid_norms(b));
}

/* ------------------------------------------------------------------ adding */

static int by_weight(const void *a, const void *b)
{
    const struct dl_entry *x = a, *y = b;
    float p = x->all * x->rarity, q = y->all * y->rarity;
    if (p < q || p > q) return p < q ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_id(const void *a, const void *b)
{
    const struct dl_entry *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
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
            out[n].all += b[k].all;
            out[n].title += b[k].title;
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
    if (n > DL_CENTROID_MAX) {
        qsort(entries, n, sizeof *entries, by_weight);
        n = DL_CENTROID_MAX;
        qsort(entries, n, sizeof *entries, by_id);
    }
    if (n > c->cap) {
        struct dl_entry *grown = realloc(c->entries, n * sizeof *grown);
        if (grown == NULL) return DL_ERR_NOMEM;
        c->entries = grown;
        c->cap = (uint16_t)n;
    }
    memcpy(c->entries, entries, n * sizeof *entries);
    c->n = (uint16_t)n;
    struct norms norms = norms_of(c->entries, n);
    c->norm_all = norms.all;
    c->norm_title = norms.title;
    c->norm_names = norms.names;
    return DL_OK;
}

enum dl_err dl_centroid_add(struct dl_centroid *c, const struct dl_docvec *v)
{
    struct dl_entry merged[DL_CENTROID_MAX + DL_FEATURES_TERMS];
    size_t n = merge(c->entries, c->n, v->entries, v->n, merged);
    c->documents++;
    return keep(c, merged, n);
}

enum dl_err dl_centroid_join(struct dl_centroid *c, const struct dl_centroid *other)
{
    struct dl_entry merged[2 * DL_CENTROID_MAX];
    size_t n = merge(c->entries, c->n, other->entries, other->n, merged);
    c->documents += other->documents;
    return keep(c, merged, n);
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
        float values[3] = {e->all, e->title, e->rarity};
        hash = dl_hash64_seed((dl_str){(const char *)values, sizeof values}, hash) + e->id;
    }
    return hash;
}
