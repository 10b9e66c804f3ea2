#include "story/bridge.h"

#include <math.h>

#include "story/ballot.h"
#include "story/order.h"
#include "story/ring.h"

enum {
    FIRST_CAP = 256,
    KEPT = DL_CENTROID_MAX, /* entries of a story */
    BRIDGE_INDEXED = 24,
    MAX_STEPS = 48,  /* newest stories looked at for one entry */
    ALL_STEPS = 640, /* for all entries of a story, the heaviest first */
    TALLIES = 2,     /* a story and the one it is like, each asked for several times */
};

/* What a story's list was met by: the stories found in the index, those compared with their score.
 */
struct tally {
    uint32_t story;
    uint64_t version; /* of the bridge; 0: none */
    size_t n;
    struct {
        struct dl_ballot_row row;
        struct dl_bridge_hit hit;
        bool compared;
    } found[ALL_STEPS];
};

struct dl_bridge {
    struct dl_centroid *stories; /* by the caller's number */
    size_t cap;
    struct dl_ring index;
    struct dl_ballot ballot;
    struct dl_bilingual *bilingual;
    struct dl_bridge_vec vec; /* of the document read */
    uint64_t version;         /* raised by every change */
    struct tally tallies[TALLIES];
    size_t newest; /* of them */
};

struct dl_bridge *dl_bridge_new(struct dl_bilingual *bilingual)
{
    struct dl_bridge *b = calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    b->bilingual = bilingual;
    b->version = 1;
    return b;
}

void dl_bridge_free(struct dl_bridge *b)
{
    if (b == NULL) return;
    for (size_t i = 0; i < b->cap; i++)
        dl_centroid_free(&b->stories[i]);
    free(b->stories);
    dl_ring_free(&b->index);
    free(b);
}

void dl_bridge_read(struct dl_bridge *b, const struct dl_features *f,
                    const struct dl_rarity *rarity)
{
    dl_bridge_vec_make(b->bilingual, f, rarity, &b->vec);
}

static enum dl_err make_room(struct dl_bridge *b, uint32_t story)
{
    if (story < b->cap) return DL_OK;
    size_t cap = b->cap == 0 ? FIRST_CAP : b->cap;
    while (cap <= story)
        cap *= 2;
    struct dl_centroid *grown = realloc(b->stories, cap * sizeof *grown);
    if (grown == NULL) return DL_ERR_NOMEM;
    memset(grown + b->cap, 0, (cap - b->cap) * sizeof *grown);
    b->stories = grown;
    b->cap = cap;
    return DL_OK;
}

enum dl_err dl_bridge_add(struct dl_bridge *b, uint32_t story, struct dl_rarity *rarity,
                          int64_t time_ms, int64_t alive_from_ms, uint16_t hour,
                          uint16_t renew_hours)
{
    b->version++;
    DL_TRY(make_room(b, story));
    dl_bridge_vec_count(&b->vec, rarity);
    struct dl_centroid *c = &b->stories[story];
    c->max = KEPT;
    DL_TRY(dl_centroid_add_entries(c, b->vec.entries, b->vec.n));
    for (size_t i = 0; i < b->vec.n && i < BRIDGE_INDEXED; i++) {
        uint32_t id = b->vec.entries[b->vec.order[i]].id;
        if (!dl_centroid_due(c, id, hour, renew_hours)) continue;
        DL_TRY(dl_ring_add(&b->index, id, story, time_ms, alive_from_ms));
    }
    return DL_OK;
}

enum dl_err dl_bridge_join(struct dl_bridge *b, uint32_t from, uint32_t into)
{
    b->version++;
    if (from >= b->cap) return DL_OK;
    DL_TRY(make_room(b, into));
    DL_TRY(dl_centroid_join(&b->stories[into], &b->stories[from]));
    dl_centroid_free(&b->stories[from]);
    return DL_OK;
}

void dl_bridge_drop(struct dl_bridge *b, uint32_t story)
{
    b->version++;
    if (story < b->cap) dl_centroid_free(&b->stories[story]);
}

/* ------------------------------------------------------------------ finding */

static void insert(struct dl_bridge_hit *hits, size_t *n, struct dl_bridge_hit h)
{
    size_t i = *n < DL_BRIDGE_HITS ? (*n)++ : DL_BRIDGE_HITS - 1;
    for (; i > 0 && hits[i - 1].score < h.score; i--)
        hits[i] = hits[i - 1];
    hits[i] = h;
}

static const float ALONE = -20;
enum { SHARED_LEAST = 3 }; /* names, with their beginnings, and concepts */

/* The weights were fitted by logistic regression to pairs of halves of translated articles in 14
 * languages, one half in each, so that no pair shares a text. */
static float log_odds(const struct dl_bridge_match *m)
{
    if (m->n_names + m->n_concepts < SHARED_LEAST) return ALONE; /* places say where, not what */
    double z = DL_BRIDGE_NOTHING;
    z += 8.4 * (double)m->names + 3.8 * (double)m->names_in;
    z += 47.5 * (double)m->concepts + 7.0 * (double)m->concepts_in;
    z += 3.5 * (double)m->places + 2.3 * (double)m->all + 1.5 * (double)m->numbers;
    z += 0.57 * log1p((double)m->names_mass) - 0.6 * log1p((double)m->concepts_mass);
    return (float)z;
}

/* Log odds that one is a translation of the other, against two reports of one event: of the same
 * sets, whole articles against halves. Numbers tell most. */
static float translation_odds(const struct dl_bridge_match *m)
{
    return (float)(-9.5 + 4.0 * (double)m->names + 17.0 * (double)m->concepts +
                   14.0 * (double)m->concepts_in + 2.9 * (double)m->places +
                   6.3 * (double)m->numbers + 0.5 * log1p((double)m->numbers_mass));
}

static void vote(struct dl_bridge *b, const struct dl_centroid *c)
{
    uint64_t keys[KEPT], scratch[KEPT];
    struct dl_ballot_voter voters[KEPT];
    struct dl_ballot_poll poll = {.ring = &b->index, .steps = MAX_STEPS, .all_steps = ALL_STEPS};
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        keys[i] = dl_order_heavy(dl_entry_weight(&c->entries[i]), c->entries[i].id);
    dl_order_keys(keys, scratch, c->n, DL_ORDER_HEAVY_BYTES);
    for (; n < c->n; n++) {
        float votes = (float)dl_order_weight(keys[n]) / (DL_ENTRY_ONE * DL_ENTRY_RARITY);
        if (votes <= 0) break;
        voters[n] = (struct dl_ballot_voter){(uint32_t)keys[n], votes};
    }
    dl_ballot_poll(&b->ballot, &poll, voters, n);
}

/* Asked again before anything has changed, a story is not looked up again. */
static struct tally *tally_of(struct dl_bridge *b, uint32_t story)
{
    for (size_t i = 0; i < TALLIES; i++)
        if (b->tallies[i].story == story && b->tallies[i].version == b->version) {
            b->newest = i;
            return &b->tallies[i];
        }
    b->newest = (b->newest + 1) % TALLIES;
    struct tally *t = &b->tallies[b->newest];
    vote(b, &b->stories[story]);
    t->story = story;
    t->version = b->version;
    t->n = dl_ballot_take(&b->ballot);
    for (size_t i = 0; i < t->n; i++) {
        t->found[i].row = b->ballot.rows[i];
        t->found[i].compared = false;
    }
    return t;
}

/* The leading ones that are accepted: few of many, so most are turned away at the first look. */
static size_t lead(const struct tally *t, bool (*accept)(const void *ctx, uint32_t story),
                   const void *ctx, uint16_t ret_leading[DL_BRIDGE_HITS])
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct dl_ballot_row *row = &t->found[i].row;
        bool full = n == DL_BRIDGE_HITS;
        if (full && !dl_ballot_leads(row, &t->found[ret_leading[n - 1]].row)) continue;
        if (!accept(ctx, row->candidate)) continue;
        size_t k = full ? n - 1 : n++;
        for (; k > 0 && dl_ballot_leads(row, &t->found[ret_leading[k - 1]].row); k--)
            ret_leading[k] = ret_leading[k - 1];
        ret_leading[k] = (uint16_t)i;
    }
    return n;
}

static struct dl_bridge_hit compare(const struct dl_bridge *b, const struct dl_centroid *own,
                                    uint32_t other)
{
    const struct dl_centroid *c = &b->stories[other];
    struct dl_bridge_match m = dl_bridge_compare(own->entries, own->n, c->entries, c->n);
    return (struct dl_bridge_hit){other, log_odds(&m), translation_odds(&m)};
}

size_t dl_bridge_find(struct dl_bridge *b, uint32_t story,
                      bool (*accept)(const void *ctx, uint32_t story), const void *ctx,
                      struct dl_bridge_hit ret_hits[DL_BRIDGE_HITS])
{
    uint16_t leading[DL_BRIDGE_HITS];
    if (story >= b->cap || b->stories[story].n == 0) return 0;
    struct tally *t = tally_of(b, story);
    size_t n = lead(t, accept, ctx, leading), found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = leading[i];
        if (!t->found[at].compared)
            t->found[at].hit = compare(b, &b->stories[story], t->found[at].row.candidate);
        t->found[at].compared = true;
        insert(ret_hits, &found, t->found[at].hit);
    }
    return found;
}

size_t dl_bridge_bytes(const struct dl_bridge *b)
{
    size_t bytes = sizeof *b + b->cap * sizeof *b->stories + dl_ring_bytes(&b->index);
    for (size_t i = 0; i < b->cap; i++)
        bytes += b->stories[i].cap * sizeof(struct dl_entry);
    return bytes;
}

uint64_t dl_bridge_hash(const struct dl_bridge *b, uint32_t story)
{
    return story < b->cap ? dl_centroid_hash(&b->stories[story]) : 0;
}
