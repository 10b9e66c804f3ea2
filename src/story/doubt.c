/* Doubts about a claim's origins: soft merges, the interval, what a person decided, and the one
 * thing unknown that would change the count most. */
#include "story/doubt_private.h"

enum { KINDS = 64 /* of origins, by what decides whether two may be one */ };

static uint32_t group(struct doubting *d, uint32_t i)
{
    while (d->origins[i].soft_group != i)
        i = d->origins[i].soft_group = d->origins[d->origins[i].soft_group].soft_group;
    return i;
}

static enum dl_err add(struct doubting *d, enum dl_merge_rule rule, uint32_t x, uint32_t y)
{
    const struct dl_origin *o = &d->origins[x], *p = &d->origins[y];
    struct dl_merge m = {.rule = (uint8_t)rule, .a = o->first, .b = p->first};
    m.origin_a = x;
    m.origin_b = y;
    if (o->span.end > o->span.start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){o->first, o->span};
    if (p->span.end > p->span.start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){p->first, p->span};
    return dl_vec_push(d->arena, &d->merges, m) == DL_OK ? DL_OK : dl_arena_failed(d->arena);
}

static void note_unknown(struct doubting *d, enum dl_missing_kind kind, uint32_t x, uint32_t y)
{
    struct dl_missing *m = &d->unknown[kind];
    if (m->changes++ == 0)
        *m = (struct dl_missing){(uint8_t)kind, d->origins[x].first, d->origins[y].first, 1};
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

/* ------------------------------------------------------------------ groups of what may be one */

static bool parted(struct doubting *d, uint32_t x, uint32_t y)
{
    for (size_t i = 0; i < d->n_cuts; i++) {
        uint32_t a = group(d, d->cuts[i].a), b = group(d, d->cuts[i].b);
        if ((a == x && b == y) || (a == y && b == x)) return true;
    }
    return false;
}

/* Two origins may be one; what was parted stays so, through a third one, too. */
static enum dl_err doubt(struct doubting *d, enum dl_merge_rule rule, uint32_t i, uint32_t k)
{
    uint32_t x = group(d, i), y = group(d, k);
    if (x == y || parted(d, x, y)) return DL_OK;
    DL_TRY(add(d, rule, i, k));
    note_unknown(d, rule == DL_MERGE_unnamed ? DL_MISSING_UNNAMED : DL_MISSING_OWNER, i, k);
    d->origins[x < y ? y : x].soft_group = x < y ? x : y;
    return DL_OK;
}

/* All that may_be_one asks of an origin. */
static unsigned kind_of(const struct doubting *d, const struct dl_origin *o)
{
    unsigned family = (unsigned)class_family(o->class); /* 0..7 */
    unsigned person = o->person || person_named(d, o);
    if (family == 5) return family | (o->anonymity != DL_ANON_NAMED) << 3;
    unsigned open = o->class == DL_SOURCE_UNNAMED;
    return family | (unsigned)is_unnamed(o) << 3 | (person && !is_unnamed(o)) << 4 | open << 5;
}

/* Each origin is joined to the first one of every group that it may be one with: as many merges as
 * there are fewer groups. Of a kind there are first ones of groups only, once another was joined to
 * all of them. */
static enum dl_err doubt_unnamed(struct doubting *d)
{
    typedef DL_VEC(uint32_t) list;
    list firsts[KINDS] = {{0}};
    for (uint32_t k = 0; k < d->n; k++) {
        const struct dl_origin *o = &d->origins[k];
        if (o->kind != DL_ORIGIN_SOURCE) continue;
        for (size_t kind = 0; kind < KINDS; kind++) {
            list *l = &firsts[kind];
            if (l->n == 0 || !may_be_one(d, &d->origins[l->p[0]], o)) continue;
            size_t kept = 0;
            for (size_t i = 0; i < l->n; i++) {
                DL_TRY(doubt(d, DL_MERGE_unnamed, l->p[i], k));
                bool same = kept > 0 && group(d, l->p[i]) == group(d, l->p[0]);
                if (!same) l->p[kept++] = l->p[i];
            }
            l->n = kept;
        }
        list *own = &firsts[kind_of(d, o)];
        bool same = own->n > 0 && group(d, own->p[0]) == group(d, k);
        if (!same && dl_vec_push(d->arena, own, k) != DL_OK) return dl_arena_failed(d->arena);
    }
    return DL_OK;
}

/* Do two outlets of one owner work apart? */
static enum dl_err doubt_owners(struct doubting *d)
{
    dl_map64 first;
    dl_map64_init(&first, d->arena);
    for (uint32_t k = 0; k < d->n; k++) {
        dl_str owner = d->in->docs[d->origins[k].first].owner;
        if (d->origins[k].kind != DL_ORIGIN_OWN_VOICE || owner.n == 0) continue;
        uint64_t *at = dl_map64_at(&first, dl_hash64(owner));
        if (at == NULL) return dl_arena_failed(d->arena);
        if (*at == 0)
            *at = k + 1;
        else
            DL_TRY(doubt(d, DL_MERGE_common_owner, (uint32_t)*at - 1, k));
    }
    return DL_OK;
}

static bool counted(const struct dl_origin *o)
{
    return o->kind == DL_ORIGIN_SOURCE || o->kind == DL_ORIGIN_MEDIUM;
}

/* Where an own voice has printed what an earlier document quoted, that is what it may rest on. */
static enum dl_err find_relays(struct doubting *d, dl_map64 *ret_relays)
{
    dl_map64_init(ret_relays, d->arena);
    for (size_t i = 0; i < d->merges.n; i++) {
        if (d->merges.p[i].rule != DL_MERGE_uncited_relay) continue;
        uint64_t *at = dl_map64_at(ret_relays, d->merges.p[i].b);
        if (at == NULL) return dl_arena_failed(d->arena);
        if (*at == 0) *at = i + 1;
    }
    return DL_OK;
}

/* Own voices, and media of whom we do not know on whom they rest, may rest on any of the others. */
static enum dl_err lean_on(struct doubting *d, const dl_map64 *relays, uint32_t on, uint32_t i)
{
    bool medium = d->origins[i].kind == DL_ORIGIN_MEDIUM;
    const uint64_t *relay = medium ? NULL : dl_map64_get(relays, d->origins[i].first);
    if (relay != NULL && *relay != 0) {
        struct dl_merge *m = &d->merges.p[*relay - 1];
        uint32_t from = doubt_origin_with(d, m->a);
        if (from != UINT32_MAX && from != i) {
            m->origin_a = from;
            m->origin_b = i;
            note_unknown(d, DL_MISSING_ROUTE, from, i);
            return DL_OK;
        }
    }
    DL_TRY(add(d, DL_MERGE_unattributed, on, i));
    note_unknown(d, medium ? DL_MISSING_MEDIUM : DL_MISSING_ATTRIBUTION, on, i);
    if (medium) d->origins[i].soft_group = group(d, on);
    return DL_OK;
}

static enum dl_err lean(struct doubting *d)
{
    uint32_t on = UINT32_MAX;
    dl_map64 relays;
    DL_TRY(find_relays(d, &relays));
    for (uint32_t i = 0; i < d->n && on == UINT32_MAX; i++)
        if (d->origins[i].kind == DL_ORIGIN_SOURCE) on = i;
    for (uint32_t i = 0; i < d->n; i++) {
        uint8_t kind = d->origins[i].kind;
        if (kind != DL_ORIGIN_OWN_VOICE && kind != DL_ORIGIN_MEDIUM) continue;
        if (on == UINT32_MAX) on = i;
        if (on != i) DL_TRY(lean_on(d, &relays, on, i));
    }
    return DL_OK;
}

static enum dl_err interval(struct doubting *d, bool party_too, uint32_t *ret_min,
                            uint32_t *ret_max)
{
    uint32_t min = 0, max = 0, own = 0;
    bool *seen = DL_NEW_ARRAY(d->arena, bool, d->n + 1); /* groups */
    if (seen == NULL) return dl_arena_failed(d->arena);
    for (uint32_t i = 0; i < d->n; i++) {
        const struct dl_origin *o = &d->origins[i];
        if (o->kind == DL_ORIGIN_CIRCULAR || (o->party && !party_too)) continue;
        max++;
        own += o->kind == DL_ORIGIN_OWN_VOICE;
        if (!counted(o) || seen[o->soft_group]) continue;
        seen[o->soft_group] = true;
        min++;
    }
    *ret_max = max;
    *ret_min = min == 0 && own > 0 ? 1 : min;
    return DL_OK;
}

/* A group is named by its first origin. */
static enum dl_err name_groups(struct doubting *d)
{
    uint32_t *first = DL_NEW_ARRAY(d->arena, uint32_t, d->n + 1); /* of a root: 1 + the lowest */
    if (first == NULL) return dl_arena_failed(d->arena);
    for (uint32_t i = 0; i < d->n; i++)
        if (first[group(d, i)] == 0) first[group(d, i)] = i + 1;
    uint32_t *named = DL_NEW_ARRAY(d->arena, uint32_t, d->n + 1);
    if (named == NULL) return dl_arena_failed(d->arena);
    for (uint32_t i = 0; i < d->n; i++)
        named[i] = first[group(d, i)] - 1;
    for (uint32_t i = 0; i < d->n; i++)
        d->origins[i].soft_group = named[i];
    return DL_OK;
}

static void missing(struct doubting *d)
{
    for (size_t kind = 0; kind < DL_MISSING_COUNT; kind++)
        if (d->unknown[kind].changes > d->claim->missing.changes)
            d->claim->missing = d->unknown[kind];
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
    DL_TRY(doubt_decisions(&d));
    doubt_find_cuts(&d);
    DL_TRY(doubt_unnamed(&d));
    DL_TRY(doubt_owners(&d));
    DL_TRY(lean(&d));
    DL_TRY(name_groups(&d));
    DL_TRY(interval(&d, true, &claim->origins_min, &claim->origins_max));
    DL_TRY(interval(&d, false, &claim->party_free_min, &claim->party_free_max));
    for (uint32_t i = 0; i < d.n; i++)
        claim->origins_named += d.origins[i].kind == DL_ORIGIN_SOURCE && !is_unnamed(&d.origins[i]);
    missing(&d);
    claim->origins = d.origins;
    claim->n_origins = d.n;
    claim->merges = d.merges.p;
    claim->n_merges = d.merges.n;
    return DL_OK;
}
