/* On how many independent origins a claim rests (docs/METHOD.md, "Origins").
 *
 * Every document that carries the claim is a carrier. Its chains end at terminals: sources,
 * documents, media that are not watched, or its own voice. A carrier that cites an outlet of the
 * stream has that outlet's terminals. Terminals that are surely one are one origin; doubts become
 * soft merges, which make the interval. */
#include "story/origins_private.h"

enum { PASSES = 24 /* deeper relays are taken for circles */ };

static const char *const merge_names[] = {
#define X(name, text, soft) text,
    DL_MERGE_RULES(X)
#undef X
};
static const bool merge_softs[] = {
#define X(name, text, soft) soft,
    DL_MERGE_RULES(X)
#undef X
};

const char *dl_merge_name(enum dl_merge_rule rule)
{
    return merge_names[rule];
}

bool dl_merge_soft(enum dl_merge_rule rule)
{
    return merge_softs[rule];
}

void origins_failed(struct counting *c)
{
    if (c->failed == DL_OK) c->failed = dl_arena_failed(c->arena);
}

uint32_t origins_root(struct counting *c, uint32_t origin)
{
    while (c->origins.p[origin].parent != origin)
        origin = c->origins.p[origin].parent = c->origins.p[c->origins.p[origin].parent].parent;
    return origin;
}

void origins_add_merge(struct counting *c, enum dl_merge_rule rule, uint32_t a, uint32_t b,
                       const struct dl_part_span *span_a, const struct dl_part_span *span_b)
{
    struct dl_merge m = {.rule = (uint8_t)rule, .a = a, .b = b};
    m.origin_a = m.origin_b = UINT32_MAX;
    if (span_a != NULL && span_a->end > span_a->start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){a, *span_a};
    if (span_b != NULL && span_b->end > span_b->start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){b, *span_b};
    if (dl_vec_push(c->arena, &c->merges, m) != DL_OK) origins_failed(c);
}

void origins_unite(struct counting *c, uint32_t a, uint32_t b)
{
    a = origins_root(c, a);
    b = origins_root(c, b);
    if (a != b) c->origins.p[a < b ? b : a].parent = a < b ? a : b;
}

bool origins_add_pair(struct counting *c, uint32_t carrier, uint32_t origin)
{
    uint64_t *at = dl_map64_at(&c->has, (uint64_t)carrier << 32 | (origin + 1));
    if (at == NULL) origins_failed(c);
    if (at == NULL || *at != 0) return false;
    struct carrier *of = &c->carriers[carrier];
    if (of->n_pairs == RESTS_ON) return false;
    *at = 1;
    struct pair p = {carrier, origin, 0};
    if (dl_vec_push(c->arena, &c->pairs, p) != DL_OK) {
        origins_failed(c);
        return false;
    }
    uint32_t number = (uint32_t)c->pairs.n;
    if (of->last_pair != 0)
        c->pairs.p[of->last_pair - 1].next = number;
    else
        of->first_pair = number;
    of->last_pair = number;
    of->n_pairs++;
    return true;
}

uint32_t origins_new(struct counting *c, enum dl_origin_kind kind, uint32_t document,
                     uint32_t actor, struct dl_part_span span)
{
    struct origin_draft o = {(uint8_t)kind, document, actor, span, (uint32_t)c->origins.n};
    if (dl_vec_push(c->arena, &c->origins, o) != DL_OK) origins_failed(c);
    return (uint32_t)c->origins.n - 1;
}

/* ------------------------------------------------------------------ through other outlets */

static bool inherit(struct counting *c, size_t self, const struct cite *cite)
{
    bool changed = false;
    for (uint32_t i = c->carriers[cite->to].first_pair; i != 0; i = c->pairs.p[i - 1].next)
        changed = origins_add_pair(c, (uint32_t)self, c->pairs.p[i - 1].origin) || changed;
    return changed;
}

static void inherit_all(struct counting *c)
{
    bool changed = true;
    for (int pass = 0; changed && pass < PASSES && c->failed == DL_OK; pass++) {
        changed = false;
        for (size_t i = 0; i < c->n_carriers; i++)
            for (size_t k = 0; k < c->carriers[i].n_cites; k++)
                if (c->carriers[i].cites[k].whole)
                    changed = inherit(c, i, &c->carriers[i].cites[k]) || changed;
    }
}

static void note_cites(struct counting *c)
{
    for (size_t i = 0; i < c->n_carriers; i++)
        for (size_t k = 0; k < c->carriers[i].n_cites; k++) {
            const struct cite *cite = &c->carriers[i].cites[k];
            origins_add_merge(c, cite->rule, c->carriers[cite->to].document,
                              c->carriers[i].document, NULL, &cite->span);
        }
}

static int closeness(const struct counting *c, uint32_t a, uint32_t b)
{
    const struct origin_draft *x = &c->origins.p[a], *y = &c->origins.p[b];
    if (x->actor == UINT32_MAX || y->actor == UINT32_MAX) return x->actor == y->actor ? 1 : 0;
    const struct dl_actor *p = actor_of(c->in, x->document, x->actor);
    const struct dl_actor *q = actor_of(c->in, y->document, y->actor);
    int score = 2 * dl_byname_alike(&p->name, &q->name);
    if (p->class == q->class) score += 2;
    if (class_family(p->class) == class_family(q->class)) score += 1;
    if (p->anonymity == q->anonymity) score += 1;
    return score;
}

/* "X, citing Y": Y is whom X names, as far as X names one that fits. */
static void resolve_via(struct counting *c, const struct via *v)
{
    uint32_t best = UINT32_MAX;
    int score = 0, of_all = 0;
    for (uint32_t i = c->carriers[v->outlet].first_pair; i != 0; i = c->pairs.p[i - 1].next) {
        uint32_t o = origins_root(c, c->pairs.p[i - 1].origin);
        if (o == origins_root(c, v->origin)) return;
        int close = closeness(c, v->origin, o);
        of_all++;
        if (best == UINT32_MAX || close > score) {
            best = o;
            score = close;
        }
    }
    if (best != UINT32_MAX && (of_all == 1 || score >= 3)) origins_unite(c, best, v->origin);
}

static void circles(struct counting *c)
{
    uint32_t circle = UINT32_MAX;
    struct dl_part_span none = {0, 0, 0};
    for (size_t i = 0; i < c->n_carriers; i++) {
        if (c->carriers[i].n_pairs > 0) continue;
        if (c->carriers[i].n_cites == 0) { /* "told" its own outlet and nobody else */
            origins_add_pair(
                c, (uint32_t)i,
                origins_new(c, DL_ORIGIN_OWN_VOICE, c->carriers[i].document, UINT32_MAX, none));
            continue;
        }
        if (circle == UINT32_MAX)
            circle = origins_new(c, DL_ORIGIN_CIRCULAR, c->carriers[i].document, UINT32_MAX,
                                 c->carriers[i].cites[0].span);
        origins_add_pair(c, (uint32_t)i, circle);
    }
}

/* Two chains with the same words of six and more in quotation marks: one talk, whatever the words
 * for who spoke. */
static void same_talk(struct counting *c, const struct dl_claim_wording *o,
                      const struct dl_claim_wording *w)
{
    const struct dl_saying *t = saying_of(c->in, o->document, o->saying);
    const struct dl_saying *s = saying_of(c->in, w->document, w->saying);
    const uint64_t *a =
        dl_map64_get(&c->by_actor, identity_of(c->who, o->document, t->hops[t->n_hops - 1].actor));
    const uint64_t *b =
        dl_map64_get(&c->by_actor, identity_of(c->who, w->document, s->hops[s->n_hops - 1].actor));
    if (a == NULL || b == NULL || *a == 0 || *b == 0) return;
    if (origins_root(c, (uint32_t)*a - 1) == origins_root(c, (uint32_t)*b - 1)) return;
    origins_unite(c, (uint32_t)*a - 1, (uint32_t)*b - 1);
    origins_add_merge(c, DL_MERGE_same_quote, o->document, w->document, &t->content, &s->content);
}

/* Words that an earlier carrier quoted, without a word or a link of where they are from: a relay
 * that is not told. What it means for the count is told by doubt.c. */
static void untold_relay(struct counting *c, const struct dl_claim_wording *o,
                         const struct dl_claim_wording *w)
{
    size_t self = origins_carrier_of(c, w->document);
    if (self == c->n_carriers || c->carriers[self].attributed || c->carriers[self].n_cites > 0)
        return;
    if (c->who->outlet[o->document] == c->who->outlet[w->document]) return;
    const struct dl_saying *t = saying_of(c->in, o->document, o->saying);
    const struct dl_saying *s = saying_of(c->in, w->document, w->saying);
    origins_add_merge(c, DL_MERGE_uncited_relay, o->document, w->document, &t->content,
                      &s->content);
}

static void same_quotes(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    dl_map64 first;
    dl_map64_init(&first, c->arena);
    for (size_t i = 0; i < w->n && c->failed == DL_OK; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (s->quoted == 0) continue;
        uint64_t *at = dl_map64_at(&first, s->quoted);
        if (at == NULL) return origins_failed(c);
        if (*at == 0) {
            *at = i + 1;
            continue;
        }
        const struct dl_claim_wording *o = &w->p[*at - 1];
        if (o->document == w->p[i].document) continue;
        if (s->n_hops == 0)
            untold_relay(c, o, &w->p[i]);
        else if (saying_of(c->in, o->document, o->saying)->n_hops > 0)
            same_talk(c, o, &w->p[i]);
    }
}

enum dl_err origins_find(dl_arena *arena, const struct dl_claims_input *in,
                         const struct identities *who, const struct claim_draft *draft,
                         struct dl_claim *claim)
{
    struct counting c = {.arena = arena, .in = in, .who = who, .draft = draft, .claim = claim};
    dl_map64_init(&c.by_outlet, arena);
    dl_map64_init(&c.by_url, arena);
    dl_map64_init(&c.by_actor, arena);
    dl_map64_init(&c.has, arena);
    origins_find_carriers(&c);
    if (c.carriers == NULL || c.failed != DL_OK) return dl_arena_failed(arena);
    origins_find_terminals(&c);
    inherit_all(&c);
    for (size_t i = 0; i < c.vias.n && c.failed == DL_OK; i++)
        resolve_via(&c, &c.vias.p[i]);
    circles(&c);
    same_quotes(&c);
    note_cites(&c);
    if (c.failed != DL_OK) return c.failed;
    origins_write_origins(&c);
    origins_write_denials(&c);
    origins_write_documents(&c);
    claim->merges = c.merges.p;
    claim->n_merges = c.merges.n;
    if (c.failed != DL_OK) return c.failed;
    return origins_doubt(arena, in, claim);
}
