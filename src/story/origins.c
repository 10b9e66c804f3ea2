/* On how many independent origins a claim rests (docs/METHOD.md, "Origins").
 *
 * Every document that carries the claim is a carrier. Its chains end at terminals: sources,
 * documents, media that are not watched, or its own voice. A carrier that cites an outlet of the
 * stream has that outlet's terminals. Terminals that are surely one are one origin; doubts become
 * soft merges, which make the interval. */
#include <stdlib.h>

#include "story/claims_private.h"

enum {
    CITES = 8,   /* outlets that one carrier cites for one claim */
    PASSES = 24, /* deeper relays are taken for circles */
};

static const uint64_t PICTURE = (uint64_t)1 << 40; /* keys of pictures, apart from identities */

struct carrier {
    uint32_t document;
    bool attributed; /* some wording names a source */
    size_t n_cites;
    struct cite {
        uint32_t to; /* carrier */
        uint8_t rule;
        bool whole; /* names nobody behind the outlet: has all its terminals */
        struct dl_part_span span;
    } cites[CITES];
};

struct origin_draft {
    uint8_t kind;
    uint32_t document, actor; /* that named it first; actor UINT32_MAX for an own voice */
    struct dl_part_span span;
    uint32_t parent;
};

struct pair {
    uint32_t carrier, origin;
};

/* A source that a carrier names behind an outlet that carries the claim itself. */
struct via {
    uint32_t carrier, outlet, origin;
    struct dl_part_span span;
};

struct counting {
    dl_arena *arena;
    const struct dl_claims_input *in;
    const struct identities *who;
    const struct claim_draft *draft;
    struct dl_claim *claim;
    struct carrier *carriers;
    size_t n_carriers;
    dl_map64 by_outlet; /* first document of an outlet -> 1 + its first carrier */
    dl_map64 by_url;    /* hash of an address -> 1 + carrier */
    dl_map64 by_actor;  /* identity -> 1 + origin */
    dl_map64 has;       /* carrier and origin */
    DL_VEC(struct origin_draft) origins;
    DL_VEC(struct pair) pairs;
    DL_VEC(struct via) vias;
    DL_VEC(struct dl_merge) merges;
    enum dl_err failed;
};

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

static void failed(struct counting *c)
{
    if (c->failed == DL_OK) c->failed = dl_arena_failed(c->arena);
}

static uint32_t find(struct counting *c, uint32_t origin)
{
    while (c->origins.p[origin].parent != origin)
        origin = c->origins.p[origin].parent = c->origins.p[c->origins.p[origin].parent].parent;
    return origin;
}

static void add_merge(struct counting *c, enum dl_merge_rule rule, uint32_t a, uint32_t b,
                      const struct dl_part_span *span_a, const struct dl_part_span *span_b)
{
    struct dl_merge m = {.rule = (uint8_t)rule, .a = a, .b = b};
    m.origin_a = m.origin_b = UINT32_MAX;
    if (span_a != NULL && span_a->end > span_a->start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){a, *span_a};
    if (span_b != NULL && span_b->end > span_b->start)
        m.evidence[m.n_evidence++] = (struct dl_merge_evidence){b, *span_b};
    if (dl_vec_push(c->arena, &c->merges, m) != DL_OK) failed(c);
}

static void unite(struct counting *c, uint32_t a, uint32_t b)
{
    a = find(c, a);
    b = find(c, b);
    if (a != b) c->origins.p[a < b ? b : a].parent = a < b ? a : b;
}

static bool add_pair(struct counting *c, uint32_t carrier, uint32_t origin)
{
    uint64_t *at = dl_map64_at(&c->has, (uint64_t)carrier << 32 | (origin + 1));
    if (at == NULL) failed(c);
    if (at == NULL || *at != 0) return false;
    *at = 1;
    struct pair p = {carrier, origin};
    if (dl_vec_push(c->arena, &c->pairs, p) != DL_OK) failed(c);
    return true;
}

/* ------------------------------------------------------------------ carriers */

static size_t carrier_of(const struct counting *c, uint32_t document)
{
    size_t low = 0, high = c->n_carriers;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->carriers[middle].document < document)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n_carriers && c->carriers[low].document == document ? low : c->n_carriers;
}

static void find_carriers(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    c->carriers = DL_NEW_ARRAY(c->arena, struct carrier, w->n + 1);
    for (size_t i = 0; c->carriers != NULL && i < w->n; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        size_t n = c->n_carriers;
        if (n == 0 || c->carriers[n - 1].document != w->p[i].document)
            c->carriers[c->n_carriers++] = (struct carrier){.document = w->p[i].document};
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (s->n_hops > 0) c->carriers[c->n_carriers - 1].attributed = true;
    }
    for (size_t i = 0; i < c->n_carriers; i++) {
        uint64_t *at = dl_map64_at(&c->by_outlet, c->who->outlet[c->carriers[i].document]);
        if (at == NULL) failed(c);
        if (at != NULL && *at == 0) *at = i + 1;
        dl_str url = c->in->docs[c->carriers[i].document].url;
        at = url.n > 0 ? dl_map64_at(&c->by_url, dl_hash64(url)) : NULL;
        if (at != NULL && *at == 0) *at = i + 1;
    }
}

/* The carrier of an outlet, other than `self`; n_carriers for none. */
static size_t carrier_of_outlet(const struct counting *c, uint32_t outlet, size_t self)
{
    const uint64_t *at = dl_map64_get(&c->by_outlet, c->who->outlet[outlet]);
    if (at == NULL || *at == 0) return c->n_carriers;
    size_t carrier = (size_t)*at - 1;
    return carrier == self ? c->n_carriers : carrier;
}

static void add_cite(struct counting *c, size_t self, size_t to, enum dl_merge_rule rule,
                     bool whole, struct dl_part_span span)
{
    struct carrier *from = &c->carriers[self];
    for (size_t i = 0; i < from->n_cites; i++)
        if (from->cites[i].to == to) {
            from->cites[i].whole = from->cites[i].whole || whole;
            return;
        }
    if (from->n_cites == CITES) return;
    from->cites[from->n_cites++] = (struct cite){(uint32_t)to, (uint8_t)rule, whole, span};
}

/* ------------------------------------------------------------------ terminals */

static uint32_t new_origin(struct counting *c, enum dl_origin_kind kind, uint32_t document,
                           uint32_t actor, struct dl_part_span span)
{
    struct origin_draft o = {(uint8_t)kind, document, actor, span, (uint32_t)c->origins.n};
    if (dl_vec_push(c->arena, &c->origins, o) != DL_OK) failed(c);
    return (uint32_t)c->origins.n - 1;
}

static enum dl_merge_rule rule_of(const struct dl_actor *a, const struct dl_actor *b)
{
    if (a->flags & b->flags & DL_ACTOR_EVIDENCE) return DL_MERGE_same_artefact;
    if (a->flags & b->flags & DL_ACTOR_PERSON) return DL_MERGE_same_person;
    return DL_MERGE_same_institution;
}

/* Pictures without a name that show one thing: one clip. 0: no such. */
static uint64_t picture(const struct dl_actor *actor, const struct dl_saying *s)
{
    if (s == NULL || !(actor->flags & DL_ACTOR_EVIDENCE) || dl_byname_proper(&actor->name))
        return 0;
    for (size_t i = 0; i < s->n_evidence; i++) {
        uint8_t kind = s->evidence[i].kind;
        if (kind == DL_EVIDENCE_FOOTAGE || kind == DL_EVIDENCE_RECORDING) return PICTURE | kind;
    }
    return 0;
}

/* s: what is said, NULL for a credit. */
static uint32_t origin_of_actor(struct counting *c, size_t self, const struct dl_saying_hop *hop,
                                const struct dl_saying *s)
{
    uint32_t document = c->carriers[self].document;
    const struct dl_actor *actor = actor_of(c->in, document, hop->actor);
    uint64_t clip = picture(actor, s);
    uint64_t *at =
        dl_map64_at(&c->by_actor, clip != 0 ? clip : identity_of(c->who, document, hop->actor));
    if (at == NULL) {
        failed(c);
        return 0;
    }
    if (*at == 0) {
        bool medium = actor->class == DL_SOURCE_MEDIA;
        enum dl_origin_kind kind = medium ? DL_ORIGIN_MEDIUM : DL_ORIGIN_SOURCE;
        *at = new_origin(c, kind, document, hop->actor, hop->span) + 1;
        return (uint32_t)*at - 1;
    }
    const struct origin_draft *o = &c->origins.p[*at - 1];
    const struct dl_actor *first = actor_of(c->in, o->document, o->actor);
    if (o->document != document)
        add_merge(c, rule_of(first, actor), o->document, document, &o->span, &hop->span);
    return (uint32_t)*at - 1;
}

/* Evidence speaks through the body that shows it; behind a medium it speaks for itself. */
static bool speaks_through(const struct counting *c, uint32_t document, const struct dl_saying *s,
                           size_t i)
{
    const struct dl_actor *a = actor_of(c->in, document, s->hops[i].actor);
    if (!(a->flags & DL_ACTOR_EVIDENCE)) return false;
    for (size_t k = 0; k < i; k++) {
        const struct dl_actor *before = actor_of(c->in, document, s->hops[k].actor);
        if (before->class != DL_SOURCE_MEDIA && s->hops[k].depth < s->hops[i].depth) return true;
    }
    return false;
}

static bool own_outlet(const struct counting *c, uint32_t document, const struct dl_saying_hop *hop)
{
    uint32_t of = c->who->outlet_of[c->who->first_of[document] + hop->actor];
    return of != 0 && c->who->outlet[of - 1] == c->who->outlet[document];
}

/* Last hops: those behind which no deeper one stands. */
static bool is_last(const struct counting *c, uint32_t document, const struct dl_saying *s,
                    size_t i)
{
    if (own_outlet(c, document, &s->hops[i])) return false;
    if (speaks_through(c, document, s, i)) return false;
    for (size_t k = i + 1; k < s->n_hops; k++) {
        if (s->hops[k].depth == s->hops[i].depth || own_outlet(c, document, &s->hops[k])) continue;
        if (!speaks_through(c, document, s, k)) return false;
    }
    return true;
}

static void take_hop(struct counting *c, size_t self, const struct dl_saying *s, size_t i,
                     size_t *outlet, struct dl_part_span *span)
{
    uint32_t document = c->carriers[self].document;
    uint32_t of = c->who->outlet_of[c->who->first_of[document] + s->hops[i].actor];
    bool last = is_last(c, document, s, i);
    if (of != 0 && !own_outlet(c, document, &s->hops[i])) {
        size_t to = carrier_of_outlet(c, of - 1, self);
        if (to < c->n_carriers) {
            add_cite(c, self, to, DL_MERGE_citation, last, s->hops[i].span);
            *outlet = to;
            *span = s->hops[i].span;
            return;
        }
    }
    if (!last) return;
    uint32_t origin = origin_of_actor(c, self, &s->hops[i], s);
    if (c->failed != DL_OK) return;
    add_pair(c, (uint32_t)self, origin);
    if (*outlet >= c->n_carriers) return;
    struct via v = {(uint32_t)self, (uint32_t)*outlet, origin, *span};
    if (dl_vec_push(c->arena, &c->vias, v) != DL_OK) failed(c);
}

static void take_wording(struct counting *c, size_t self, const struct dl_saying *s)
{
    size_t outlet = c->n_carriers;
    struct dl_part_span span = {0, 0, 0};
    for (size_t i = 0; i < s->n_hops; i++)
        take_hop(c, self, s, i, &outlet, &span);
}

/* The carrier whose text it has, as copy, translation or later revision. */
static size_t original_of(const struct counting *c, size_t self)
{
    const struct dl_claim_doc *doc = &c->in->docs[c->carriers[self].document];
    uint32_t from[] = {doc->copy_of, doc->translation_of, doc->revision_of};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        size_t to = from[i] != DL_NO_DOCUMENT ? carrier_of(c, from[i]) : c->n_carriers;
        if (to < c->n_carriers && to != self) return to;
    }
    return c->n_carriers;
}

/* A document without a source for the claim: a copy has its original's, a credit names an agency.
 */
static void take_own_voice(struct counting *c, size_t self)
{
    uint32_t document = c->carriers[self].document;
    const struct dl_claim_doc *doc = &c->in->docs[document];
    struct dl_part_span none = {0, 0, 0};
    size_t original = original_of(c, self);
    if (original < c->n_carriers) {
        add_cite(c, self, original, DL_MERGE_near_duplicate, true, none);
        return;
    }
    if (c->carriers[self].n_cites > 0) return;
    for (size_t i = 0; i < doc->sayings->n_credits; i++) {
        uint16_t actor = doc->sayings->credits[i];
        struct dl_saying_hop hop = {actor, 1, doc->sayings->actors[actor].span};
        if (own_outlet(c, document, &hop)) continue;
        uint32_t of = c->who->outlet_of[c->who->first_of[document] + actor];
        size_t to = of != 0 ? carrier_of_outlet(c, of - 1, self) : c->n_carriers;
        if (to < c->n_carriers)
            add_cite(c, self, to, DL_MERGE_wire_credit, true, hop.span);
        else
            add_pair(c, (uint32_t)self, origin_of_actor(c, self, &hop, NULL));
        return;
    }
    add_pair(c, (uint32_t)self, new_origin(c, DL_ORIGIN_OWN_VOICE, document, UINT32_MAX, none));
}

/* Whom a copy names is whom its original names. */
static void take_copies(struct counting *c)
{
    struct dl_part_span none = {0, 0, 0};
    for (size_t i = 0; i < c->pairs.n && c->failed == DL_OK; i++) {
        size_t self = c->pairs.p[i].carrier, original = original_of(c, self);
        if (!c->carriers[self].attributed || original >= c->n_carriers) continue;
        add_cite(c, self, original, DL_MERGE_near_duplicate, false, none);
        struct via v = {(uint32_t)self, (uint32_t)original, c->pairs.p[i].origin, none};
        if (dl_vec_push(c->arena, &c->vias, v) != DL_OK) failed(c);
    }
}

/* A link to another carrier is a citation, with or without words. */
static void take_links(struct counting *c, size_t self)
{
    const struct dl_sayings *s = c->in->docs[c->carriers[self].document].sayings;
    struct dl_part_span none = {0, 0, 0};
    for (size_t i = 0; i < s->n_links; i++) {
        const uint64_t *at = dl_map64_get(&c->by_url, s->links[i]);
        if (at == NULL || *at == 0 || *at - 1 == self) continue;
        uint32_t to = c->carriers[*at - 1].document;
        if (c->who->outlet[to] == c->who->outlet[c->carriers[self].document]) continue;
        add_cite(c, self, (size_t)*at - 1, DL_MERGE_citation, !c->carriers[self].attributed, none);
    }
}

static void find_terminals(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    size_t self = 0;
    for (size_t i = 0; i < w->n && c->failed == DL_OK; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        self = carrier_of(c, w->p[i].document);
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (c->carriers[self].attributed) take_wording(c, self, s);
    }
    for (size_t i = 0; i < c->n_carriers && c->failed == DL_OK; i++) {
        take_links(c, i);
        if (!c->carriers[i].attributed) take_own_voice(c, i);
    }
    take_copies(c);
}

/* ------------------------------------------------------------------ through other outlets */

static bool inherit(struct counting *c, size_t self, const struct cite *cite)
{
    bool changed = false;
    size_t n = c->pairs.n; /* those added meanwhile wait for the next pass */
    for (size_t i = 0; i < n; i++)
        if (c->pairs.p[i].carrier == cite->to)
            changed = add_pair(c, (uint32_t)self, c->pairs.p[i].origin) || changed;
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
            add_merge(c, cite->rule, c->carriers[cite->to].document, c->carriers[i].document, NULL,
                      &cite->span);
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
    for (size_t i = 0; i < c->pairs.n; i++) {
        if (c->pairs.p[i].carrier != v->outlet) continue;
        uint32_t o = find(c, c->pairs.p[i].origin);
        if (o == find(c, v->origin)) return;
        int close = closeness(c, v->origin, o);
        of_all++;
        if (best == UINT32_MAX || close > score) {
            best = o;
            score = close;
        }
    }
    if (best != UINT32_MAX && (of_all == 1 || score >= 3)) unite(c, best, v->origin);
}

static void circles(struct counting *c)
{
    uint32_t circle = UINT32_MAX;
    struct dl_part_span none = {0, 0, 0};
    bool *has = DL_NEW_ARRAY(c->arena, bool, c->n_carriers + 1);
    if (has == NULL) {
        failed(c);
        return;
    }
    for (size_t i = 0; i < c->pairs.n; i++)
        has[c->pairs.p[i].carrier] = true;
    for (size_t i = 0; i < c->n_carriers; i++) {
        if (has[i]) continue;
        if (c->carriers[i].n_cites == 0) { /* "told" its own outlet and nobody else */
            add_pair(c, (uint32_t)i,
                     new_origin(c, DL_ORIGIN_OWN_VOICE, c->carriers[i].document, UINT32_MAX, none));
            continue;
        }
        if (circle == UINT32_MAX)
            circle = new_origin(c, DL_ORIGIN_CIRCULAR, c->carriers[i].document, UINT32_MAX,
                                c->carriers[i].cites[0].span);
        add_pair(c, (uint32_t)i, circle);
    }
}

/* The same words of six and more in quotation marks: one talk, whatever the words for who spoke. */
static void same_quotes(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    dl_map64 first;
    dl_map64_init(&first, c->arena);
    for (size_t i = 0; i < w->n && c->failed == DL_OK; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (s->quoted == 0 || s->n_hops == 0) continue;
        uint64_t *at = dl_map64_at(&first, s->quoted);
        if (at == NULL) return failed(c);
        if (*at == 0) {
            *at = i + 1;
            continue;
        }
        const struct dl_claim_wording *o = &w->p[*at - 1];
        const struct dl_saying *t = saying_of(c->in, o->document, o->saying);
        const uint64_t *a = dl_map64_get(
            &c->by_actor, identity_of(c->who, o->document, t->hops[t->n_hops - 1].actor));
        const uint64_t *b = dl_map64_get(
            &c->by_actor, identity_of(c->who, w->p[i].document, s->hops[s->n_hops - 1].actor));
        if (a == NULL || b == NULL || *a == 0 || *b == 0 || o->document == w->p[i].document)
            continue;
        if (find(c, (uint32_t)*a - 1) == find(c, (uint32_t)*b - 1)) continue;
        unite(c, (uint32_t)*a - 1, (uint32_t)*b - 1);
        add_merge(c, DL_MERGE_same_quote, o->document, w->p[i].document, &t->content, &s->content);
    }
}

/* ------------------------------------------------------------------ the answer */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static const uint32_t *sorted(uint32_t *docs, size_t *n)
{
    qsort(docs, *n, sizeof *docs, by_number);
    size_t k = 0;
    for (size_t i = 0; i < *n; i++)
        if (k == 0 || docs[k - 1] != docs[i]) docs[k++] = docs[i];
    *n = k;
    return docs;
}

static bool party(const struct counting *c, const struct dl_actor *a)
{
    if (a->class == DL_SOURCE_ARMED) return true;
    const struct dl_saying *s = saying_of(c->in, c->draft->document, c->draft->saying);
    for (size_t i = 0; i < a->name.n; i++)
        for (size_t k = 0; k < s->gist.n_stems; k++)
            if (s->gist.stems[k].kind == DL_GIST_NAME && s->gist.stems[k].id == a->name.t[i].stem)
                return true;
    return false;
}

static void describe(const struct counting *c, const struct origin_draft *from, struct dl_origin *o)
{
    o->kind = from->kind;
    o->first = from->document;
    o->span = from->span;
    if (from->actor == UINT32_MAX) {
        o->class = from->kind == DL_ORIGIN_CIRCULAR ? DL_SOURCE_MEDIA : DL_SOURCE_NONE;
        o->anonymity = DL_ANON_NONE;
        o->name = c->in->docs[from->document].outlet;
        return;
    }
    const struct dl_actor *a = actor_of(c->in, from->document, from->actor);
    if (a->body >= 0) a = actor_of(c->in, from->document, (uint32_t)a->body);
    o->class = a->class;
    o->anonymity = a->anonymity;
    o->name = a->text;
    o->person = a->flags & DL_ACTOR_PERSON;
    o->party = party(c, a);
}

static int by_first(const void *a, const void *b)
{
    const struct dl_origin *x = a, *y = b;
    if (x->docs[0] != y->docs[0]) return x->docs[0] < y->docs[0] ? -1 : 1;
    return (x->soft_group > y->soft_group) - (x->soft_group < y->soft_group);
}

static void write_origins(struct counting *c)
{
    struct dl_origin *out = DL_NEW_ARRAY(c->arena, struct dl_origin, c->origins.n + 1);
    uint32_t *at = DL_NEW_ARRAY(c->arena, uint32_t, c->origins.n + 1);
    size_t n = 0;
    if (out == NULL || at == NULL) return failed(c);
    for (uint32_t i = 0; i < c->origins.n; i++) {
        at[i] = find(c, i) == i ? (uint32_t)n : at[find(c, i)];
        if (at[i] == n) describe(c, &c->origins.p[i], &out[n++]);
    }
    for (size_t i = 0; i < c->pairs.n; i++)
        out[at[c->pairs.p[i].origin]].n_docs++;
    for (size_t i = 0; i < n; i++) {
        out[i].docs = DL_NEW_ARRAY(c->arena, uint32_t, out[i].n_docs + 1);
        if (out[i].docs == NULL) return failed(c);
        out[i].n_docs = 0;
    }
    for (size_t i = 0; i < c->pairs.n; i++) {
        struct dl_origin *o = &out[at[c->pairs.p[i].origin]];
        ((uint32_t *)o->docs)[o->n_docs++] = c->carriers[c->pairs.p[i].carrier].document;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        out[i].docs = sorted((uint32_t *)out[i].docs, &out[i].n_docs);
        out[i].soft_group = (uint32_t)i;
        if (out[i].n_docs > 0) out[kept++] = out[i];
    }
    qsort(out, kept, sizeof *out, by_first);
    c->claim->origins = out;
    c->claim->n_origins = kept;
}

static void write_denials(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    DL_VEC(struct dl_denial) out = {0};
    dl_map64 by;
    dl_map64_init(&by, c->arena);
    for (uint32_t i = 0; i < w->n; i++) {
        if (!w->p[i].denies) continue;
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        uint32_t actor = s->n_hops > 0 ? s->hops[s->n_hops - 1].actor : UINT32_MAX;
        uint64_t key = s->n_hops > 0 ? identity_of(c->who, w->p[i].document, actor) + 1 : 0;
        uint64_t *at = dl_map64_at(&by, key);
        if (at == NULL) return failed(c);
        if (*at == 0) {
            struct dl_denial d = {.wording = i};
            d.docs = DL_NEW_ARRAY(c->arena, uint32_t, w->n - i);
            if (s->n_hops > 0) {
                const struct dl_actor *a = actor_of(c->in, w->p[i].document, actor);
                if (a->body >= 0) a = actor_of(c->in, w->p[i].document, (uint32_t)a->body);
                d.class = a->class;
                d.anonymity = a->anonymity;
                d.name = a->text;
            }
            if (d.docs == NULL || dl_vec_push(c->arena, &out, d) != DL_OK) return failed(c);
            *at = out.n;
        }
        struct dl_denial *d = &out.p[*at - 1];
        ((uint32_t *)d->docs)[d->n_docs++] = w->p[i].document;
    }
    for (size_t i = 0; i < out.n; i++)
        out.p[i].docs = sorted((uint32_t *)out.p[i].docs, &out.p[i].n_docs);
    c->claim->denials = out.p;
    c->claim->n_denials = out.n;
}

static void write_documents(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    uint32_t *docs = DL_NEW_ARRAY(c->arena, uint32_t, w->n + 1);
    if (docs == NULL) return failed(c);
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        if (!w->p[i].title) docs[n++] = w->p[i].document;
    c->claim->docs = sorted(docs, &n);
    c->claim->n_docs = n;
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
    find_carriers(&c);
    if (c.carriers == NULL || c.failed != DL_OK) return dl_arena_failed(arena);
    find_terminals(&c);
    inherit_all(&c);
    for (size_t i = 0; i < c.vias.n && c.failed == DL_OK; i++)
        resolve_via(&c, &c.vias.p[i]);
    circles(&c);
    same_quotes(&c);
    note_cites(&c);
    if (c.failed != DL_OK) return c.failed;
    write_origins(&c);
    write_denials(&c);
    write_documents(&c);
    claim->merges = c.merges.p;
    claim->n_merges = c.merges.n;
    if (c.failed != DL_OK) return c.failed;
    return origins_doubt(arena, in, claim);
}
