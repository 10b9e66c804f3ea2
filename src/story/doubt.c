/* Doubts about a claim's origins: soft merges, the interval, what a person decided, and the one
 * thing unknown that would change the count most. */
#include "story/claims_private.h"

enum { PAIRS = 4096 /* pairs of origins looked at; more are few unnamed sources among many */ };

struct doubting {
    dl_arena *arena;
    const struct dl_claims_input *in;
    struct dl_claim *claim;
    struct dl_origin *origins;
    size_t n;
    DL_VEC(struct dl_merge) merges;
    uint32_t changes[DL_MERGE_RULE_COUNT]; /* origins that soft merges of a rule take away */
    uint32_t a[DL_MERGE_RULE_COUNT], b[DL_MERGE_RULE_COUNT]; /* documents of the first of them */
};

static uint32_t group(struct doubting *d, uint32_t i)
{
    while (d->origins[i].soft_group != i)
        i = d->origins[i].soft_group = d->origins[d->origins[i].soft_group].soft_group;
    return i;
}

static bool add(struct doubting *d, enum dl_merge_rule rule, uint32_t x, uint32_t y)
{
    const struct dl_origin *o = &d->origins[x], *p = &d->origins[y];
    struct dl_merge m = {.rule = (uint8_t)rule, .a = o->first, .b = p->first};
    m.origin_a = x;
    m.origin_b = y;
    if (o->span.end > o->span.start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){o->first, o->span};
    if (p->span.end > p->span.start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){p->first, p->span};
    return dl_vec_push(d->arena, &d->merges, m) == DL_OK;
}

static bool is_unnamed(const struct dl_origin *o)
{
    return o->anonymity == DL_ANON_ROLE || o->anonymity == DL_ANON_GROUP ||
           o->anonymity == DL_ANON_BARE || o->class == DL_SOURCE_UNNAMED;
}

static bool person_named(const struct doubting *d, const struct dl_origin *o)
{
    (void)d;
    return !is_unnamed(o) && class_family(o->class) == 4;
}

/* May two sources be one, for all that the words say? Never an unnamed one and a named person. */
static bool may_be_one(const struct doubting *d, const struct dl_origin *a,
                       const struct dl_origin *b)
{
    if (a->kind != DL_ORIGIN_SOURCE || b->kind != DL_ORIGIN_SOURCE) return false;
    bool u = is_unnamed(a), v = is_unnamed(b);
    if (class_family(a->class) == 5 && class_family(b->class) == 5)
        return a->anonymity != DL_ANON_NAMED && b->anonymity != DL_ANON_NAMED; /* "a video" */
    if (!u && !v) return false;
    if ((!u && (a->person || person_named(d, a))) || (!v && (b->person || person_named(d, b))))
        return false;
    int x = class_family(a->class), y = class_family(b->class);
    bool open_a = u && a->class == DL_SOURCE_UNNAMED, open_b = v && b->class == DL_SOURCE_UNNAMED;
    return x == y || (open_a && y != 5) || (open_b && x != 5);
}

static bool same_owner(const struct doubting *d, const struct dl_origin *a,
                       const struct dl_origin *b)
{
    dl_str x = d->in->docs[a->first].owner, y = d->in->docs[b->first].owner;
    return a->kind == DL_ORIGIN_OWN_VOICE && b->kind == DL_ORIGIN_OWN_VOICE && x.n > 0 &&
           dl_str_eq(x, y);
}

static bool holds(const struct dl_origin *o, uint32_t document)
{
    for (size_t k = 0; k < o->n_docs; k++)
        if (o->docs[k] == document) return true;
    return false;
}

/* Did a person part them? */
static bool parted(const struct doubting *d, const struct dl_origin *a, const struct dl_origin *b)
{
    for (size_t i = 0; i < d->in->n_edits; i++) {
        const struct dl_claim_edit *e = &d->in->edits[i];
        if (!e->cut || !dl_str_eq_c(e->claim, d->claim->id)) continue;
        if ((holds(a, e->a) && holds(b, e->b)) || (holds(a, e->b) && holds(b, e->a))) return true;
    }
    return false;
}

static enum dl_err find_doubts(struct doubting *d)
{
    size_t looked = 0;
    for (uint32_t i = 0; i < d->n; i++)
        for (uint32_t k = i + 1; k < d->n && looked < PAIRS; k++, looked++) {
            bool unnamed = may_be_one(d, &d->origins[i], &d->origins[k]);
            if (!unnamed && !same_owner(d, &d->origins[i], &d->origins[k])) continue;
            if (parted(d, &d->origins[i], &d->origins[k])) continue;
            enum dl_merge_rule rule = unnamed ? DL_MERGE_unnamed : DL_MERGE_common_owner;
            if (!add(d, rule, i, k)) return dl_arena_failed(d->arena);
            uint32_t x = group(d, i), y = group(d, k);
            if (x == y) continue;
            if (d->changes[rule]++ == 0) {
                d->a[rule] = d->origins[i].first;
                d->b[rule] = d->origins[k].first;
            }
            d->origins[x < y ? y : x].soft_group = x < y ? x : y;
        }
    return DL_OK;
}

static bool counted(const struct dl_origin *o)
{
    return o->kind == DL_ORIGIN_SOURCE || o->kind == DL_ORIGIN_MEDIUM;
}

/* Own voices, and media of whom we do not know on whom they rest, may rest on any of the others. */
static enum dl_err lean(struct doubting *d)
{
    uint32_t on = UINT32_MAX;
    for (uint32_t i = 0; i < d->n && on == UINT32_MAX; i++)
        if (d->origins[i].kind == DL_ORIGIN_SOURCE) on = i;
    for (uint32_t i = 0; i < d->n; i++) {
        uint8_t kind = d->origins[i].kind;
        if (kind != DL_ORIGIN_OWN_VOICE && kind != DL_ORIGIN_MEDIUM) continue;
        if (on == UINT32_MAX) {
            on = i;
            continue;
        }
        if (on == i) continue;
        if (!add(d, DL_MERGE_unattributed, on, i)) return dl_arena_failed(d->arena);
        if (d->changes[DL_MERGE_unattributed]++ == 0) {
            d->a[DL_MERGE_unattributed] = d->origins[on].first;
            d->b[DL_MERGE_unattributed] = d->origins[i].first;
        }
        if (kind == DL_ORIGIN_MEDIUM) d->origins[i].soft_group = group(d, on);
    }
    return DL_OK;
}

static void interval(struct doubting *d, bool party_too, uint32_t *ret_min, uint32_t *ret_max)
{
    uint32_t min = 0, max = 0, own = 0;
    for (uint32_t i = 0; i < d->n; i++) {
        const struct dl_origin *o = &d->origins[i];
        if (o->kind == DL_ORIGIN_CIRCULAR || (o->party && !party_too)) continue;
        max++;
        own += o->kind == DL_ORIGIN_OWN_VOICE;
        bool first = counted(o);
        for (uint32_t k = 0; k < i && first; k++)
            first = !counted(&d->origins[k]) || (d->origins[k].party && !party_too) ||
                    group(d, k) != group(d, i);
        min += first;
    }
    *ret_max = max;
    *ret_min = min == 0 && own > 0 ? 1 : min;
}

static void missing(struct doubting *d)
{
    static const struct {
        uint8_t rule, kind;
    } of[] = {{DL_MERGE_unnamed, DL_MISSING_UNNAMED},
              {DL_MERGE_unattributed, DL_MISSING_ATTRIBUTION},
              {DL_MERGE_uncited_relay, DL_MISSING_ROUTE},
              {DL_MERGE_common_owner, DL_MISSING_OWNER}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        if (d->changes[of[i].rule] <= d->claim->missing.changes) continue;
        d->claim->missing = (struct dl_missing){of[i].kind, d->a[of[i].rule], d->b[of[i].rule],
                                                d->changes[of[i].rule]};
    }
}

/* ------------------------------------------------------------------ a person's decisions */

static uint32_t origin_with(const struct doubting *d, uint32_t document)
{
    for (uint32_t i = 0; i < d->n; i++)
        for (size_t k = 0; k < d->origins[i].n_docs; k++)
            if (d->origins[i].docs[k] == document) return i;
    return UINT32_MAX;
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

static enum dl_err edit(struct doubting *d)
{
    for (size_t i = 0; i < d->in->n_edits; i++) {
        const struct dl_claim_edit *e = &d->in->edits[i];
        if (!dl_str_eq_c(e->claim, d->claim->id)) continue;
        uint32_t x = origin_with(d, e->a), y = origin_with(d, e->b);
        if (x == UINT32_MAX || y == UINT32_MAX) continue;
        bool one = holds(&d->origins[x], e->b);
        if (e->cut && one) DL_TRY(cut(d, x, e->b));
        if (!e->cut && !one) DL_TRY(join(d, x, y));
        DL_TRY(note(d, e));
    }
    return DL_OK;
}

enum dl_err origins_doubt(dl_arena *arena, const struct dl_claims_input *in, struct dl_claim *claim)
{
    struct doubting d = {.arena = arena, .in = in, .claim = claim, .n = claim->n_origins};
    d.origins = DL_NEW_ARRAY(arena, struct dl_origin, d.n + in->n_edits + 1);
    if (d.origins == NULL) return dl_arena_failed(arena);
    for (uint32_t i = 0; i < d.n; i++) {
        d.origins[i] = claim->origins[i];
        d.origins[i].soft_group = i;
    }
    for (size_t i = 0; i < claim->n_merges; i++)
        if (dl_vec_push(arena, &d.merges, claim->merges[i]) != DL_OK) return dl_arena_failed(arena);
    DL_TRY(edit(&d));
    DL_TRY(find_doubts(&d));
    DL_TRY(lean(&d));
    for (uint32_t i = 0; i < d.n; i++)
        d.origins[i].soft_group = group(&d, i);
    interval(&d, true, &claim->origins_min, &claim->origins_max);
    interval(&d, false, &claim->party_free_min, &claim->party_free_max);
    for (uint32_t i = 0; i < d.n; i++)
        claim->origins_named += d.origins[i].kind == DL_ORIGIN_SOURCE && !is_unnamed(&d.origins[i]);
    missing(&d);
    claim->origins = d.origins;
    claim->n_origins = d.n;
    claim->merges = d.merges.p;
    claim->n_merges = d.merges.n;
    return DL_OK;
}
