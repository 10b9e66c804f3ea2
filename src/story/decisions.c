/* What a person decided about the origins of a claim: joined, or parted. Applied last, in order. */
#include "story/doubt_private.h"

static bool holds(const struct dl_origin *o, uint32_t document)
{
    size_t low = 0, high = o->n_docs;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (o->docs[middle] < document)
            low = middle + 1;
        else
            high = middle;
    }
    return low < o->n_docs && o->docs[low] == document;
}

uint32_t doubt_origin_with(const struct doubting *d, uint32_t document)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (holds(&d->origins[i], document)) return i;
    return UINT32_MAX;
}

/* Which origins a person parted. */
void doubt_find_cuts(struct doubting *d)
{
    for (size_t i = 0; i < d->in->n_edits; i++) {
        const struct dl_claim_edit *e = &d->in->edits[i];
        if (!e->cut || !dl_str_eq_c(e->claim, d->claim->id)) continue;
        for (uint32_t a = 0; a < d->n; a++) {
            if (!holds(&d->origins[a], e->a)) continue;
            for (uint32_t b = 0; b < d->n && d->n_cuts < DOUBT_CUTS; b++)
                if (a != b && holds(&d->origins[b], e->b)) {
                    d->cuts[d->n_cuts].a = a;
                    d->cuts[d->n_cuts++].b = b;
                }
        }
    }
}

static enum dl_err note(struct doubting *d, const struct dl_claim_edit *e)
{
    struct dl_merge m = {.rule = DL_MERGE_person, .cut = e->cut, .a = e->a, .b = e->b};
    m.origin_a = m.origin_b = UINT32_MAX;
    return dl_vec_push(d->arena, &d->merges, m) == DL_OK ? DL_OK : dl_arena_failed(d->arena);
}

/* b's part becomes an origin of its own. */
static enum dl_err cut(struct doubting *d, uint32_t at, uint32_t b)
{
    struct dl_origin *o = &d->origins[at], *fresh = &d->origins[d->n];
    uint32_t *docs = DL_NEW_ARRAY(d->arena, uint32_t, o->n_docs),
             *one = DL_NEW_ARRAY(d->arena, uint32_t, 1);
    if (docs == NULL || one == NULL) return dl_arena_failed(d->arena);
    size_t n = 0;
    for (size_t k = 0; k < o->n_docs; k++)
        if (o->docs[k] != b) docs[n++] = o->docs[k];
    *fresh = *o;
    one[0] = b;
    fresh->docs = one;
    fresh->n_docs = 1;
    fresh->soft_group = (uint32_t)d->n++;
    o->docs = docs;
    o->n_docs = n;
    if (o->first == b && n > 0) o->first = docs[0];
    return DL_OK;
}

static enum dl_err join(struct doubting *d, uint32_t x, uint32_t y)
{
    if (x == y) return DL_OK;
    uint32_t low = x < y ? x : y, high = x < y ? y : x;
    struct dl_origin *o = &d->origins[low], *p = &d->origins[high];
    uint32_t *docs = DL_NEW_ARRAY(d->arena, uint32_t, o->n_docs + p->n_docs);
    if (docs == NULL) return dl_arena_failed(d->arena);
    size_t n = 0, i = 0, k = 0;
    while (i < o->n_docs || k < p->n_docs) {
        bool left = k == p->n_docs || (i < o->n_docs && o->docs[i] <= p->docs[k]);
        uint32_t next = left ? o->docs[i++] : p->docs[k++];
        if (n == 0 || docs[n - 1] != next) docs[n++] = next;
    }
    if (o->kind != DL_ORIGIN_SOURCE && p->kind == DL_ORIGIN_SOURCE) {
        struct dl_origin named = *p;
        named.soft_group = o->soft_group;
        *o = named;
    }
    o->docs = docs;
    o->n_docs = n;
    memmove(p, p + 1, (d->n - high - 1) * sizeof *p);
    d->n--;
    for (uint32_t g = 0; g < d->n; g++)
        d->origins[g].soft_group = g;
    return DL_OK;
}

enum dl_err doubt_decisions(struct doubting *d)
{
    for (size_t i = 0; i < d->in->n_edits; i++) {
        const struct dl_claim_edit *e = &d->in->edits[i];
        if (!dl_str_eq_c(e->claim, d->claim->id)) continue;
        uint32_t x = doubt_origin_with(d, e->a), y = doubt_origin_with(d, e->b);
        if (x == UINT32_MAX || y == UINT32_MAX) continue;
        bool one = holds(&d->origins[x], e->b);
        if (e->cut && one) DL_TRY(cut(d, x, e->b));
        if (!e->cut && !one) DL_TRY(join(d, x, y));
        DL_TRY(note(d, e));
    }
    return DL_OK;
}
