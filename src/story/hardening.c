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
    dl_map64 standing; /* document -> 1 + the wording that stands for it */
    dl_map64 denying;  /* document that carries a denial -> 1 */
    dl_map64 taken;    /* document -> 1 + the one whose wording it has taken over */
    dl_map64 first;    /* language -> 1 + first wording in it that is no title and denies nothing */
    dl_map64 in_group; /* document and group of origins -> 1 */
    uint8_t *own_voice; /* of a group: has it an own voice, or a medium not traced? */
    struct in_group {
        uint32_t group, next; /* next: 1 + index */
    } * groups;
    dl_map64 groups_of; /* document -> 1 + the newest of its groups */
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

static const struct dl_actor *last_source(const struct comparing *c, uint32_t wording)
{
    const struct dl_saying *s = said(c, wording);
    if (s->n_hops == 0) return NULL;
    return actor_of(c->in, c->claim->wordings[wording].document, s->hops[s->n_hops - 1].actor);
}

/* "an aide" became "aides": one source of a kind became several, in the same language. */
static bool source_multiplied(const struct comparing *c, uint32_t from, uint32_t to)
{
    const struct dl_actor *a = last_source(c, from), *b = last_source(c, to);
    if (a == NULL || b == NULL || strcmp(language(c, from), language(c, to)) != 0) return false;
    if (a->anonymity != DL_ANON_ROLE || !(b->flags & DL_ACTOR_PLURAL)) return false;
    if ((a->flags | b->flags) & DL_ACTOR_EVIDENCE || a->flags & DL_ACTOR_PLURAL) return false;
    if (class_family(a->class) != class_family(b->class)) return false;
    for (size_t i = 0; i < a->name.n; i++)
        for (size_t k = 0; k < b->name.n; k++)
            if (a->name.t[i].stem == b->name.t[k].stem) return true;
    return false;
}

static bool denial_by(const struct comparing *c, uint32_t document)
{
    return dl_map64_get(&c->denying, document) != NULL;
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
    if (bound_lost(a, b) || source_multiplied(c, from, to)) bits |= DL_CHANGE_SCOPE;
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

static uint32_t looked_up(const dl_map64 *map, uint64_t key)
{
    const uint64_t *at = dl_map64_get(map, key);
    return at != NULL && *at != 0 ? (uint32_t)*at - 1 : UINT32_MAX;
}

/* The first value of a key stays. */
static enum dl_err put_first(const struct comparing *c, dl_map64 *map, uint64_t key, uint32_t value)
{
    uint64_t *at = dl_map64_at(map, key);
    if (at == NULL) return dl_arena_failed(c->arena);
    if (*at == 0) *at = (uint64_t)value + 1;
    return DL_OK;
}

static uint64_t language_key(const struct comparing *c, uint32_t wording)
{
    return dl_hash64(dl_str_c(language(c, wording)));
}

/* For a document stands its first wording that is no title and denies nothing. */
static enum dl_err note_wordings(struct comparing *c)
{
    for (uint32_t i = 0; i < c->claim->n_wordings; i++) {
        const struct dl_claim_wording *w = &c->claim->wordings[i];
        if (w->title || w->denies) continue;
        DL_TRY(put_first(c, &c->standing, w->document, i));
        DL_TRY(put_first(c, &c->first, language_key(c, i), i));
    }
    for (size_t i = 0; i < c->claim->n_denials; i++)
        for (size_t k = 0; k < c->claim->denials[i].n_docs; k++)
            DL_TRY(put_first(c, &c->denying, c->claim->denials[i].docs[k], 0));
    return DL_OK;
}

/* Which document's wording a document has taken over, as its words or its text say. */
static enum dl_err note_taken(struct comparing *c)
{
    for (size_t i = 0; i < c->claim->n_merges; i++) {
        const struct dl_merge *m = &c->claim->merges[i];
        bool edge = m->rule == DL_MERGE_citation || m->rule == DL_MERGE_near_duplicate ||
                    m->rule == DL_MERGE_wire_credit;
        if (edge && m->a < m->b) DL_TRY(put_first(c, &c->taken, m->b, m->a));
    }
    return DL_OK;
}

static uint64_t pair_key(uint32_t document, uint32_t group)
{
    return (uint64_t)document << 32 | group;
}

static enum dl_err note_groups(struct comparing *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->claim->n_origins; i++)
        n += c->claim->origins[i].n_docs;
    c->groups = DL_NEW_ARRAY(c->arena, struct in_group, n + 1);
    c->own_voice = DL_NEW_ARRAY(c->arena, uint8_t, c->claim->n_origins + 1);
    if (c->groups == NULL || c->own_voice == NULL) return dl_arena_failed(c->arena);
    n = 0;
    for (size_t i = 0; i < c->claim->n_origins; i++) {
        const struct dl_origin *o = &c->claim->origins[i];
        if (o->kind == DL_ORIGIN_OWN_VOICE || o->kind == DL_ORIGIN_MEDIUM)
            c->own_voice[o->soft_group] = 1;
        for (size_t k = 0; k < o->n_docs; k++) {
            uint64_t *in = dl_map64_at(&c->in_group, pair_key(o->docs[k], o->soft_group));
            uint64_t *newest = dl_map64_at(&c->groups_of, o->docs[k]);
            if (in == NULL || newest == NULL) return dl_arena_failed(c->arena);
            if (*in != 0) continue;
            *in = 1;
            c->groups[n++] = (struct in_group){o->soft_group, (uint32_t)*newest};
            *newest = n;
        }
    }
    return DL_OK;
}

/* May both rest on one origin: share one, or have some that may be each other, or none told? */
static bool one_origin(const struct comparing *c, uint32_t a, uint32_t b)
{
    const uint64_t *newest = dl_map64_get(&c->groups_of, b);
    for (uint64_t i = newest != NULL ? *newest : 0; i != 0; i = c->groups[i - 1].next) {
        uint32_t group = c->groups[i - 1].group;
        if (c->own_voice[group] || dl_map64_get(&c->in_group, pair_key(a, group)) != NULL)
            return true;
    }
    return false;
}

static uint32_t taken_from(const struct comparing *c, uint32_t document)
{
    uint32_t from = looked_up(&c->taken, document);
    if (from != UINT32_MAX) return from;
    const struct dl_claim_doc *d = &c->in->docs[document];
    if (d->revision_of != DL_NO_DOCUMENT) return d->revision_of;
    if (d->copy_of != DL_NO_DOCUMENT) return d->copy_of;
    return d->translation_of;
}

/* The wording it is compared with; UINT32_MAX when the first one in its language has another
 * origin. */
static uint32_t earlier_one(const struct comparing *c, uint32_t at, uint32_t document)
{
    uint32_t from = taken_from(c, document);
    if (from != DL_NO_DOCUMENT && from < document) {
        uint32_t wording = looked_up(&c->standing, from);
        if (wording != UINT32_MAX) return wording;
    }
    uint32_t first = looked_up(&c->first, language_key(c, at));
    if (first == UINT32_MAX || first >= at) return UINT32_MAX;
    uint32_t by = c->claim->wordings[first].document;
    return by < document && one_origin(c, by, document) ? first : UINT32_MAX;
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
    uint32_t body = looked_up(&c->standing, c->claim->wordings[at].document);
    if (body == UINT32_MAX) return DL_OK;
    struct dl_hardening h = {body, at, between(c, body, at, false), between(c, at, body, false)};
    h.lost &= (uint8_t)~DL_CHANGE_ATTRIBUTION; /* a bare headline is the rule, not a change */
    if (h.lost == 0) return DL_OK;
    return dl_vec_push(c->arena, &c->titles, h) == DL_OK ? DL_OK : dl_arena_failed(c->arena);
}

enum dl_err hardening_find(dl_arena *arena, const struct dl_claims_input *in,
                           const struct identities *who, struct dl_claim *claim)
{
    if (claim->n_wordings < 2) return DL_OK; /* most claims stand alone */
    struct comparing c = {.arena = arena, .in = in, .who = who, .claim = claim};
    uint32_t last = UINT32_MAX;
    dl_map64 *maps[] = {&c.standing, &c.denying, &c.taken, &c.first, &c.in_group, &c.groups_of};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        dl_map64_init(maps[i], arena);
    DL_TRY(note_wordings(&c));
    DL_TRY(note_taken(&c));
    DL_TRY(note_groups(&c));
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
