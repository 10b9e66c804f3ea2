/* How the wording of a claim got firmer or softer on its way from one document to another.
 *
 * Compared are wordings that hang together: a document with the one it cites or copies, a revision
 * with the one before, else with the first wording in its language whose origin is, or may be, the
 * same. Without a citation or a copy, two languages are not compared, and two named origins never
 * are: they speak for themselves. Text with text; a title with its own text only. */
#include "story/claims_private.h"

struct comparing {
    dl_arena *arena;
    const struct dl_claims_input *in;
    const struct identities *who;
    struct dl_claim *claim;
    DL_VEC(struct dl_hardening) out, titles;
};

static const struct dl_saying *said(const struct comparing *c, uint32_t wording)
{
    const struct dl_claim_wording *w = &c->claim->wordings[wording];
    return saying_of(c->in, w->document, w->saying);
}

static const char *language(const struct comparing *c, uint32_t wording)
{
    return c->in->docs[c->claim->wordings[wording].document].sayings->language;
}

/* ------------------------------------------------------------------ one wording and another */

/* How firmly the outlet stands behind what it prints; attribution is counted by itself. */
static int firmness(uint8_t stance)
{
    switch (stance) {
    case DL_STANCE_DISOWNED:
    case DL_STANCE_DENIED:
        return 0;
    case DL_STANCE_HEARSAY:
        return 1;
    case DL_STANCE_DISTANCED:
        return 2;
    case DL_STANCE_ENDORSED:
        return 4;
    default:
        return 3;
    }
}

static int sureness(uint8_t certainty)
{
    switch (certainty) {
    case DL_CERTAINTY_POSSIBLE:
        return 0;
    case DL_CERTAINTY_PROBABLE:
        return 1;
    default:
        return 2; /* what will be, or is not, is asserted as well */
    }
}

enum { NAMED = 3 };

/* Between sources without names languages and desks differ too much: a name counts. */
static int namedness(const struct comparing *c, uint32_t wording)
{
    const struct dl_saying *s = said(c, wording);
    if (s->n_hops == 0) return -1;
    const struct dl_actor *a =
        actor_of(c->in, c->claim->wordings[wording].document, s->hops[s->n_hops - 1].actor);
    uint32_t document = c->claim->wordings[wording].document;
    uint32_t number = c->who->first_of[document] + s->hops[s->n_hops - 1].actor;
    if (a->flags & DL_ACTOR_EVIDENCE || a->class == DL_SOURCE_MEDIA) return -1;
    if (c->who->outlet_of[number] != 0) return -1; /* names whom it cites, not the source */
    switch (a->anonymity) {
    case DL_ANON_NAMED:
        return NAMED;
    case DL_ANON_ROLE:
        return 2;
    case DL_ANON_GROUP:
        return 1;
    case DL_ANON_BARE:
        return 0;
    default:
        return -1;
    }
}

/* "at least 14" became "14": the same number of the same thing, without its bound. */
static bool bound_lost(const struct dl_saying *from, const struct dl_saying *to)
{
    for (size_t i = 0; i < from->gist.n_counts; i++) {
        const struct dl_counted *a = &from->gist.counts[i];
        if (a->bound == DL_BOUND_EXACT) continue;
        for (size_t k = 0; k < to->gist.n_counts; k++)
            if (to->gist.counts[k].value == a->value && to->gist.counts[k].bound == DL_BOUND_EXACT)
                return true;
    }
    return false;
}

static bool denial_by(const struct comparing *c, uint32_t document)
{
    for (size_t i = 0; i < c->claim->n_denials; i++)
        for (size_t k = 0; k < c->claim->denials[i].n_docs; k++)
            if (c->claim->denials[i].docs[k] == document) return true;
    return false;
}

static uint8_t firmer(const struct comparing *c, uint32_t from, uint32_t to)
{
    const struct dl_saying *a = said(c, from), *b = said(c, to);
    uint8_t bits = 0;
    bool caveat = a->flags & DL_SAYING_CAVEAT, kept = b->flags & DL_SAYING_CAVEAT;
    if (a->n_hops > 0 && b->n_hops == 0) bits |= DL_CHANGE_ATTRIBUTION;
    bool legal = (a->flags | b->flags) & DL_SAYING_LEGAL;
    if (!legal && firmness(b->stance) > firmness(a->stance)) bits |= DL_CHANGE_STANCE;
    if (sureness(b->certainty) > sureness(a->certainty)) bits |= DL_CHANGE_CERTAINTY;
    int named_a = namedness(c, from), named_b = namedness(c, to);
    if (named_a >= 0 && named_a < NAMED && named_b == NAMED) bits |= DL_CHANGE_ANONYMITY;
    if (bound_lost(a, b)) bits |= DL_CHANGE_SCOPE;
    if (a->flags & DL_SAYING_HEDGED && !(b->flags & DL_SAYING_HEDGED) && b->n_evidence > 0)
        bits |= DL_CHANGE_HEDGE;
    if (caveat && !kept) bits |= DL_CHANGE_CAVEAT;
    return bits;
}

static uint8_t between(const struct comparing *c, uint32_t from, uint32_t to, bool whole)
{
    uint8_t bits = firmer(c, from, to);
    if (!whole) return bits & (uint8_t)~DL_CHANGE_CAVEAT; /* a title has no room for it */
    uint32_t a = c->claim->wordings[from].document, b = c->claim->wordings[to].document;
    if (denial_by(c, a) && !denial_by(c, b)) bits |= DL_CHANGE_DENIAL;
    return bits;
}

/* ------------------------------------------------------------------ which are compared */

/* The wording that stands for a document: its first one that is no title and denies nothing. */
static uint32_t standing(const struct comparing *c, uint32_t document)
{
    for (uint32_t i = 0; i < c->claim->n_wordings; i++) {
        const struct dl_claim_wording *w = &c->claim->wordings[i];
        if (w->document == document && !w->title && !w->denies) return i;
    }
    return UINT32_MAX;
}

/* May both rest on one origin: share one, or have some that may be each other, or none told? */
static bool one_origin(const struct comparing *c, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->claim->n_origins; i++) {
        const struct dl_origin *o = &c->claim->origins[i];
        bool of_a = false, of_b = false;
        for (size_t j = 0; j < c->claim->n_origins; j++) {
            const struct dl_origin *p = &c->claim->origins[j];
            if (p->soft_group != o->soft_group) continue;
            for (size_t k = 0; k < p->n_docs; k++) {
                of_a = of_a || p->docs[k] == a;
                of_b = of_b || p->docs[k] == b;
            }
        }
        bool own = o->kind == DL_ORIGIN_OWN_VOICE || o->kind == DL_ORIGIN_MEDIUM;
        if ((of_a && of_b) || (own && of_b)) return true;
    }
    return false;
}

/* The document whose wording it has taken over, as its words or its text say. */
static uint32_t taken_from(const struct comparing *c, uint32_t document)
{
    for (size_t i = 0; i < c->claim->n_merges; i++) {
        const struct dl_merge *m = &c->claim->merges[i];
        bool edge = m->rule == DL_MERGE_citation || m->rule == DL_MERGE_near_duplicate ||
                    m->rule == DL_MERGE_wire_credit;
        if (edge && m->b == document && m->a < document) return m->a;
    }
    const struct dl_claim_doc *d = &c->in->docs[document];
    if (d->revision_of != DL_NO_DOCUMENT) return d->revision_of;
    if (d->copy_of != DL_NO_DOCUMENT) return d->copy_of;
    return d->translation_of;
}

static uint32_t earlier_one(const struct comparing *c, uint32_t at, uint32_t document)
{
    uint32_t from = taken_from(c, document);
    if (from != DL_NO_DOCUMENT && from < document) {
        uint32_t wording = standing(c, from);
        if (wording != UINT32_MAX) return wording;
    }
    for (uint32_t i = 0; i < at; i++) {
        const struct dl_claim_wording *w = &c->claim->wordings[i];
        if (w->document >= document) break;
        if (w->title || w->denies || strcmp(language(c, i), language(c, at)) != 0) continue;
        if (one_origin(c, w->document, document)) return i;
        return UINT32_MAX; /* the first wording in this language has another origin */
    }
    return UINT32_MAX;
}

static enum dl_err compare(struct comparing *c, uint32_t at)
{
    uint32_t document = c->claim->wordings[at].document;
    uint32_t from = earlier_one(c, at, document);
    if (from == UINT32_MAX) return DL_OK;
    struct dl_hardening h = {from, at, between(c, from, at, true), between(c, at, from, true)};
    if ((h.lost | h.gained) == 0) return DL_OK;
    return dl_vec_push(c->arena, &c->out, h) == DL_OK ? DL_OK : dl_arena_failed(c->arena);
}

static enum dl_err compare_title(struct comparing *c, uint32_t at)
{
    uint32_t body = standing(c, c->claim->wordings[at].document);
    if (body == UINT32_MAX) return DL_OK;
    struct dl_hardening h = {body, at, between(c, body, at, false), between(c, at, body, false)};
    h.lost &= (uint8_t)~DL_CHANGE_ATTRIBUTION; /* a bare headline is the rule, not a change */
    if (h.lost == 0) return DL_OK;
    return dl_vec_push(c->arena, &c->titles, h) == DL_OK ? DL_OK : dl_arena_failed(c->arena);
}

enum dl_err hardening_find(dl_arena *arena, const struct dl_claims_input *in,
                           const struct identities *who, struct dl_claim *claim)
{
    struct comparing c = {.arena = arena, .in = in, .who = who, .claim = claim};
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < claim->n_wordings; i++) {
        const struct dl_claim_wording *w = &claim->wordings[i];
        if (w->title) DL_TRY(compare_title(&c, i));
        if (w->title || w->denies || w->document == last) continue;
        last = w->document;
        DL_TRY(compare(&c, i));
    }
    claim->hardenings = c.out.p;
    claim->n_hardenings = c.out.n;
    claim->titles = c.titles.p;
    claim->n_titles = c.titles.n;
    return DL_OK;
}
