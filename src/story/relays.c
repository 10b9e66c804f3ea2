#include "story/relays.h"

#include "base/map.h"
#include "base/vec.h"
#include "claim/cues.h"
#include "story/claims_private.h"

enum {
    OUTLETS = 4096, /* different ones that may be cited */
    LOOKED_AT = 64, /* newest documents of an outlet, or of a term */
    OPENINGS = 4,   /* sayings of a document that may be what is cited */
    CANDIDATES = 32,
    NAMES = 1,  /* names that two openings share, by three consonants or more */
    THINGS = 2, /* concepts that they share */
};
static const double CITED = 0.20;        /* likeness of a saying and what it cites */
static const double OPENED = 0.45;       /* of two openings without a citation, in two languages */
static const double OPENED_ALIKE = 0.26; /* in one language, where all words are compared */
enum { NAME_SURE = 2, THING_SURE = 3 /* weights in story/gist.c */ };

struct node {
    uint32_t document, next;
};

struct relays {
    dl_arena *arena;
    struct dl_relay_doc *docs;
    size_t n;
    uint32_t *parent;            /* of a story */
    dl_map64 outlets;            /* name -> 1 + number */
    DL_VEC(uint32_t) outlet_doc; /* first document of an outlet */
    dl_map64 cited;              /* wording of a source -> 1 + outlet, or NOBODY */
    dl_map64 newest;             /* outlet, or term -> 1 + node */
    DL_VEC(struct node) nodes;
};

enum { NOBODY = OUTLETS + 1 };

static uint32_t root(struct relays *r, uint32_t story)
{
    while (r->parent[story] != story)
        story = r->parent[story] = r->parent[r->parent[story]];
    return story;
}

static void unite(struct relays *r, uint32_t a, uint32_t b)
{
    a = root(r, a);
    b = root(r, b);
    if (a != b) r->parent[a < b ? b : a] = a < b ? a : b;
}

static bool near_in_time(const struct relays *r, uint32_t a, uint32_t b, int64_t window_ms)
{
    int64_t apart = r->docs[a].time_ms - r->docs[b].time_ms;
    return apart <= window_ms && apart >= -window_ms;
}

static enum dl_err push(struct relays *r, uint64_t key, uint32_t document)
{
    uint64_t *at = dl_map64_at(&r->newest, key);
    if (at == NULL) return dl_arena_failed(r->arena);
    struct node node = {document, (uint32_t)*at};
    if (dl_vec_push(r->arena, &r->nodes, node) != DL_OK) return dl_arena_failed(r->arena);
    *at = r->nodes.n;
    return DL_OK;
}

/* ------------------------------------------------------------------ citations */

static enum dl_err note_outlets(struct relays *r)
{
    for (uint32_t d = 0; d < r->n; d++) {
        if (r->docs[d].sayings == NULL || r->docs[d].sayings->outlet.n == 0) continue;
        uint64_t *at = dl_map64_at(&r->outlets, dl_hash64(r->docs[d].outlet));
        if (at == NULL) return dl_arena_failed(r->arena);
        if (*at == 0 && r->outlet_doc.n < OUTLETS) {
            if (dl_vec_push(r->arena, &r->outlet_doc, d) != DL_OK) return dl_arena_failed(r->arena);
            *at = r->outlet_doc.n;
        }
        if (*at != 0) DL_TRY(push(r, *at, d));
    }
    return DL_OK;
}

/* The outlet that a source's words name, 1 + number; 0 for none. Wordings come again and again. */
static enum dl_err outlet_named(struct relays *r, const struct dl_actor *a, uint64_t *ret_outlet)
{
    uint64_t *at = dl_map64_at(&r->cited, dl_hash64(a->text) | 1);
    if (at == NULL) return dl_arena_failed(r->arena);
    for (size_t i = 0; *at == 0 && i < r->outlet_doc.n; i++)
        if (dl_byname_is_outlet(&a->name, &r->docs[r->outlet_doc.p[i]].sayings->outlet))
            *at = i + 1;
    if (*at == 0) *at = NOBODY;
    *ret_outlet = *at == NOBODY ? 0 : *at;
    return DL_OK;
}

static double best_likeness(const struct relays *r, const struct dl_saying *s, uint32_t of,
                            uint32_t other)
{
    const struct dl_sayings *a = r->docs[of].sayings, *b = r->docs[other].sayings;
    double best = 0;
    size_t seen = 0;
    for (size_t i = 0; i < b->n_sayings && seen < OPENINGS; i++) {
        if (b->sayings[i].content.in != DL_IN_TEXT || b->sayings[i].flags & DL_SAYING_DENIES)
            continue;
        seen++;
        double like = claims_likeness(s, a->language, &b->sayings[i], b->language);
        if (like > best) best = like;
    }
    return best;
}

static void follow(struct relays *r, uint32_t document, const struct dl_saying *s, uint64_t outlet)
{
    const uint64_t *at = dl_map64_get(&r->newest, outlet);
    uint32_t best = UINT32_MAX;
    double like = CITED;
    size_t steps = 0;
    for (uint64_t k = at != NULL ? *at : 0; k != 0 && steps < LOOKED_AT;) {
        uint32_t other = r->nodes.p[k - 1].document;
        k = r->nodes.p[k - 1].next;
        if (!near_in_time(r, document, other, DL_RELAY_WINDOW_MS) || other == document) continue;
        steps++;
        double fits = best_likeness(r, s, document, other);
        if (fits <= like) continue;
        like = fits;
        best = other;
    }
    if (best != UINT32_MAX) unite(r, r->docs[document].story, r->docs[best].story);
}

static enum dl_err follow_citations(struct relays *r)
{
    for (uint32_t d = 0; d < r->n; d++) {
        const struct dl_sayings *all = r->docs[d].sayings;
        for (size_t i = 0; all != NULL && i < all->n_sayings; i++) {
            const struct dl_saying *s = &all->sayings[i];
            for (size_t h = 0; h < s->n_hops; h++) {
                uint64_t outlet = 0;
                const struct dl_actor *a = &all->actors[s->hops[h].actor];
                if (a->flags & (DL_ACTOR_PERSON | DL_ACTOR_EVIDENCE)) continue;
                DL_TRY(outlet_named(r, a, &outlet));
                if (outlet == 0) continue;
                uint32_t first = r->outlet_doc.p[outlet - 1];
                if (!dl_str_eq(r->docs[first].outlet, r->docs[d].outlet)) follow(r, d, s, outlet);
            }
        }
    }
    return DL_OK;
}

/* ------------------------------------------------------------------ openings */

static bool shares_enough(const struct dl_gist *a, const struct dl_gist *b)
{
    size_t names = 0, things = 0;
    for (size_t i = 0, j = 0; i < a->n_keys && j < b->n_keys;) {
        if (a->keys[i].id != b->keys[j].id) {
            if (a->keys[i].id < b->keys[j].id)
                i++;
            else
                j++;
            continue;
        }
        unsigned least =
            a->keys[i].weight < b->keys[j].weight ? a->keys[i].weight : b->keys[j].weight;
        names += a->keys[i].kind == DL_GIST_NAME && least >= NAME_SURE;
        things += a->keys[i].kind == DL_GIST_CONCEPT && least >= THING_SURE;
        i++;
        j++;
    }
    return names >= NAMES && things >= THINGS;
}

/* Counts of the same thing that are all different: two events of one kind. */
static bool counts_differ(const struct dl_gist *a, const struct dl_gist *b)
{
    bool compared = false;
    for (size_t i = 0; i < a->n_counts; i++)
        for (size_t k = 0; k < b->n_counts; k++) {
            if (a->counts[i].unit == 0 || a->counts[i].unit != b->counts[k].unit) continue;
            if (a->counts[i].value == b->counts[k].value) return false;
            compared = true;
        }
    return compared;
}

static void meet(struct relays *r, uint32_t document, const struct dl_saying *s, uint32_t other)
{
    const struct dl_sayings *a = r->docs[document].sayings, *b = r->docs[other].sayings;
    if (root(r, r->docs[document].story) == root(r, r->docs[other].story)) return;
    if (!near_in_time(r, document, other, DL_RELAY_OPENING_MS)) return;
    const struct dl_saying *o = sayings_opening(b);
    if (!shares_enough(&s->gist, &o->gist) || counts_differ(&s->gist, &o->gist)) return;
    if (claims_likeness(s, a->language, o, b->language) <
        (strcmp(a->language, b->language) == 0 ? OPENED_ALIKE : OPENED))
        return;
    unite(r, r->docs[document].story, r->docs[other].story);
}

static enum dl_err meet_openings(struct relays *r)
{
    for (uint32_t d = 0; d < r->n; d++) {
        const struct dl_saying *s = sayings_opening(r->docs[d].sayings);
        for (size_t i = 0; s != NULL && i < s->gist.n_keys; i++) {
            const struct dl_gist_term *t = &s->gist.keys[i];
            if (t->kind != DL_GIST_NAME || t->weight < NAME_SURE) continue;
            uint64_t key = (uint64_t)t->id << 16 | 0xFFFF; /* apart from outlets */
            const uint64_t *at = dl_map64_get(&r->newest, key);
            size_t steps = 0;
            for (uint64_t k = at != NULL ? *at : 0; k != 0 && steps < CANDIDATES; steps++) {
                uint32_t other = r->nodes.p[k - 1].document;
                k = r->nodes.p[k - 1].next;
                meet(r, d, s, other);
            }
            DL_TRY(push(r, key, d));
        }
    }
    return DL_OK;
}

enum dl_err dl_relays_join(dl_arena *arena, struct dl_relay_doc *docs, size_t n)
{
    struct relays r = {.arena = arena, .docs = docs, .n = n};
    r.parent = DL_NEW_ARRAY(arena, uint32_t, n + 1);
    if (r.parent == NULL) return dl_arena_failed(arena);
    for (uint32_t i = 0; i < n; i++)
        r.parent[i] = i;
    dl_map64_init(&r.outlets, arena);
    dl_map64_init(&r.cited, arena);
    dl_map64_init(&r.newest, arena);
    DL_TRY(note_outlets(&r));
    DL_TRY(follow_citations(&r));
    DL_TRY(meet_openings(&r));
    for (uint32_t i = 0; i < n; i++)
        docs[i].story = root(&r, docs[i].story);
    return DL_OK;
}
