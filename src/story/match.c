#include "story/match.h"

#include <math.h>

static bool is_name(uint8_t flags)
{
    return (flags & (DL_TERM_NAME | DL_TERM_NUMBER)) != 0;
}

static double weight_of(uint32_t count, const struct dl_entry *e)
{
    return (double)(count * e->rarity);
}

static uint32_t top_weight(const struct dl_entry *entries, size_t n)
{
    uint32_t top[DL_CENTROID_TOP] = {0};
    for (size_t i = 0; i < n; i++) {
        uint32_t w = dl_entry_weight(&entries[i]);
        size_t k = DL_CENTROID_TOP - 1;
        if (w <= top[k]) continue;
        for (; k > 0 && w > top[k - 1]; k--)
            top[k] = top[k - 1];
        top[k] = w;
    }
    return top[DL_CENTROID_TOP - 1];
}

struct dl_norms dl_norms_of(const struct dl_entry *entries, size_t n)
{
    double all = 0, title = 0, lead = 0, names = 0, lead_names = 0, numbers = 0;
    double title_sum = 0, names_sum = 0, top_sum = 0, head_sum = 0;
    uint32_t top_from = top_weight(entries, n);
    bool named = false;
    for (size_t i = 0; i < n; i++) {
        const struct dl_entry *e = &entries[i];
        double a = dl_entry_weight(e), t = weight_of(e->title, e), l = weight_of(e->lead, e);
        bool name = (e->flags & DL_TERM_NAME) != 0;
        all += a * a;
        title += t * t;
        lead += l * l;
        title_sum += t;
        named |= name;
        if (is_name(e->flags))
            names += a * a;
        else
            head_sum += l;
        if (name) lead_names += l * l;
        if (name) names_sum += l;
        if (e->flags & DL_TERM_NUMBER) numbers += l * l;
        if (dl_entry_weight(e) >= top_from) top_sum += a;
    }
    return (struct dl_norms){
        (float)sqrt(all),        (float)sqrt(title),   (float)sqrt(lead), (float)sqrt(names),
        (float)sqrt(lead_names), (float)sqrt(numbers), (float)title_sum,  (float)names_sum,
        (float)top_sum,          (float)head_sum,      top_from,          named};
}

static float ratio(double part, double whole)
{
    return whole > 0 ? (float)(part / whole) : 0;
}

/* What of one side's whole is shared. */
struct shares {
    double title, names, top, head;
};

struct sums {
    double all, title, lead, names, lead_names, numbers, mass;
    struct shares a, b;
};

static void share(const struct dl_entry *e, uint32_t top_from, struct shares *s)
{
    s->title += weight_of(e->title, e);
    if (e->flags & DL_TERM_NAME) s->names += weight_of(e->lead, e);
    if (!is_name(e->flags)) s->head += weight_of(e->lead, e);
    if (dl_entry_weight(e) >= top_from) s->top += dl_entry_weight(e);
}

static void meet(const struct dl_entry *x, const struct dl_entry *y, struct sums *s)
{
    double all = (double)dl_entry_weight(x) * dl_entry_weight(y);
    double lead = weight_of(x->lead, x) * weight_of(y->lead, y);
    s->all += all;
    s->title += weight_of(x->title, x) * weight_of(y->title, y);
    s->lead += lead;
    if (is_name(x->flags) && is_name(y->flags)) s->names += all;
    if (x->flags & y->flags & DL_TERM_NAME) s->lead_names += lead;
    if (x->flags & y->flags & DL_TERM_NUMBER) s->numbers += lead;
    s->mass += (double)(x->rarity < y->rarity ? x->rarity : y->rarity) / DL_ENTRY_RARITY;
}

static double plain_norm(const struct dl_norms *n)
{
    double left = (double)n->all * n->all - (double)n->names * n->names;
    return left > 0 ? sqrt(left) : 0;
}

struct dl_match dl_match_sides(const struct dl_side *a, const struct dl_side *b)
{
    const struct dl_norms *x = a->norms, *y = b->norms;
    struct sums s = {0};
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        uint32_t p = a->entries[i].id, q = b->entries[k].id;
        if (p == q) {
            meet(&a->entries[i], &b->entries[k], &s);
            share(&a->entries[i], x->top_from, &s.a);
            share(&b->entries[k], y->top_from, &s.b);
        }
        i += p <= q;
        k += q <= p;
    }
    if (s.mass <= 0) return (struct dl_match){0};
    return (struct dl_match){.all = ratio(s.all, x->all * y->all),
                             .title = ratio(s.title, x->title * y->title),
                             .lead = ratio(s.lead, x->lead * y->lead),
                             .names = ratio(s.names, x->names * y->names),
                             .plain = ratio(s.all - s.names, plain_norm(x) * plain_norm(y)),
                             .title_in = ratio(s.a.title, x->title_sum),
                             .title_of = ratio(s.b.title, y->title_sum),
                             .top_in = ratio(s.a.top, x->top_sum),
                             .top_of = ratio(s.b.top, y->top_sum),
                             .names_in = ratio(s.a.names, x->names_sum),
                             .names_of = ratio(s.b.names, y->names_sum),
                             .head_in = ratio(s.a.head, x->head_sum),
                             .head_of = ratio(s.b.head, y->head_sum),
                             .lead_names = ratio(s.lead_names, x->lead_names * y->lead_names),
                             .numbers = ratio(s.numbers, x->numbers * y->numbers),
                             .mass = (float)s.mass,
                             .named = x->named && y->named,
                             .numbered = x->numbers > 0 && y->numbers > 0};
}
