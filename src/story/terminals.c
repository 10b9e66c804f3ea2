/* Where the chains of a carrier end: sources, documents, media that are not watched, its own voice.
 */
#include "story/origins_private.h"

static const uint64_t PICTURE = (uint64_t)1 << 40; /* keys of pictures, apart from identities */

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
        origins_failed(c);
        return 0;
    }
    if (*at == 0) {
        bool medium = actor->class == DL_SOURCE_MEDIA;
        enum dl_origin_kind kind = medium ? DL_ORIGIN_MEDIUM : DL_ORIGIN_SOURCE;
        *at = origins_new(c, kind, document, hop->actor, hop->span) + 1;
        return (uint32_t)*at - 1;
    }
    const struct origin_draft *o = &c->origins.p[*at - 1];
    const struct dl_actor *first = actor_of(c->in, o->document, o->actor);
    if (o->document != document)
        origins_add_merge(c, rule_of(first, actor), o->document, document, &o->span, &hop->span);
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
        size_t to = origins_carrier_of_outlet(c, of - 1, self);
        if (to < c->n_carriers) {
            origins_add_cite(c, self, to, DL_MERGE_citation, last, s->hops[i].span);
            *outlet = to;
            *span = s->hops[i].span;
            return;
        }
    }
    if (!last) return;
    uint32_t origin = origin_of_actor(c, self, &s->hops[i], s);
    if (c->failed != DL_OK) return;
    origins_add_pair(c, (uint32_t)self, origin);
    if (*outlet >= c->n_carriers) return;
    struct via v = {(uint32_t)self, (uint32_t)*outlet, origin, *span};
    if (dl_vec_push(c->arena, &c->vias, v) != DL_OK) origins_failed(c);
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
        size_t to = from[i] != DL_NO_DOCUMENT ? origins_carrier_of(c, from[i]) : c->n_carriers;
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
        origins_add_cite(c, self, original, DL_MERGE_near_duplicate, true, none);
        return;
    }
    if (c->carriers[self].n_cites > 0) return;
    for (size_t i = 0; i < doc->sayings->n_credits; i++) {
        uint16_t actor = doc->sayings->credits[i];
        struct dl_saying_hop hop = {actor, 1, doc->sayings->actors[actor].span};
        if (own_outlet(c, document, &hop)) continue;
        uint32_t of = c->who->outlet_of[c->who->first_of[document] + actor];
        size_t to = of != 0 ? origins_carrier_of_outlet(c, of - 1, self) : c->n_carriers;
        if (to < c->n_carriers)
            origins_add_cite(c, self, to, DL_MERGE_wire_credit, true, hop.span);
        else
            origins_add_pair(c, (uint32_t)self, origin_of_actor(c, self, &hop, NULL));
        return;
    }
    origins_add_pair(c, (uint32_t)self,
                     origins_new(c, DL_ORIGIN_OWN_VOICE, document, UINT32_MAX, none));
}

/* Whom a copy names is whom its original names. */
static void take_copies(struct counting *c)
{
    struct dl_part_span none = {0, 0, 0};
    for (size_t i = 0; i < c->pairs.n && c->failed == DL_OK; i++) {
        size_t self = c->pairs.p[i].carrier, original = original_of(c, self);
        if (!c->carriers[self].attributed || original >= c->n_carriers) continue;
        origins_add_cite(c, self, original, DL_MERGE_near_duplicate, false, none);
        struct via v = {(uint32_t)self, (uint32_t)original, c->pairs.p[i].origin, none};
        if (dl_vec_push(c->arena, &c->vias, v) != DL_OK) origins_failed(c);
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
        origins_add_cite(c, self, (size_t)*at - 1, DL_MERGE_citation, !c->carriers[self].attributed,
                         none);
    }
}

void origins_find_terminals(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    size_t self = 0;
    for (size_t i = 0; i < w->n && c->failed == DL_OK; i++) {
        if (w->p[i].denies || w->p[i].title) continue;
        self = origins_carrier_of(c, w->p[i].document);
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        if (c->carriers[self].attributed) take_wording(c, self, s);
    }
    for (size_t i = 0; i < c->n_carriers && c->failed == DL_OK; i++) {
        take_links(c, i);
        if (!c->carriers[i].attributed) take_own_voice(c, i);
    }
    take_copies(c);
}
