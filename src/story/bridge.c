#include "story/bridge.h"

#include "story/ballot.h"
#include "story/ring.h"
#include "story/score.h"

enum {
    FIRST_CAP = 256,
    ANCHORS_KEPT = 48, /* of a story */
    BRIDGE_INDEXED = 16,
    MAX_STEPS = 48,  /* newest stories looked at for one anchor */
    ALL_STEPS = 480, /* for all anchors of a document, the heaviest first */
};

struct dl_bridge {
    struct dl_centroid *stories; /* by the caller's number */
    size_t cap;
    struct dl_ring index;
    struct dl_ballot ballot;
    struct dl_docvec vec; /* of the document read */
};

struct dl_bridge *dl_bridge_new(void)
{
    return calloc(1, sizeof(struct dl_bridge));
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
    dl_docvec_anchors(f, rarity, &b->vec);
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

enum dl_err dl_bridge_add(struct dl_bridge *b, uint32_t story, int64_t time_ms,
                          int64_t alive_from_ms, uint16_t hour, uint16_t renew_hours)
{
    DL_TRY(make_room(b, story));
    b->stories[story].max = ANCHORS_KEPT;
    DL_TRY(dl_centroid_add(&b->stories[story], &b->vec));
    for (size_t i = 0; i < b->vec.n_heavy && i < BRIDGE_INDEXED; i++) {
        uint32_t id = b->vec.entries[b->vec.heavy[i]].id;
        if (!dl_centroid_due(&b->stories[story], id, hour, renew_hours)) continue;
        DL_TRY(dl_ring_add(&b->index, id, story, time_ms, alive_from_ms));
    }
    return DL_OK;
}

enum dl_err dl_bridge_join(struct dl_bridge *b, uint32_t from, uint32_t into)
{
    if (from >= b->cap || into >= b->cap) return DL_OK;
    DL_TRY(dl_centroid_join(&b->stories[into], &b->stories[from]));
    dl_centroid_free(&b->stories[from]);
    return DL_OK;
}

void dl_bridge_drop(struct dl_bridge *b, uint32_t story)
{
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

size_t dl_bridge_find(struct dl_bridge *b, bool (*accept)(const void *ctx, uint32_t story),
                      const void *ctx, struct dl_bridge_hit ret_hits[DL_BRIDGE_HITS])
{
    unsigned left = ALL_STEPS;
    for (size_t i = 0; i < b->vec.n_heavy && left > 0; i++) {
        const struct dl_entry *e = &b->vec.entries[b->vec.heavy[i]];
        float votes = (float)dl_entry_weight(e) / (DL_ENTRY_ONE * DL_ENTRY_RARITY);
        if (votes <= 0) break;
        unsigned steps = left < MAX_STEPS ? left : MAX_STEPS;
        struct dl_ring_walk w = dl_ring_find(&b->index, e->id, steps);
        for (uint32_t story; dl_ring_next(&w, &story); left--)
            if (accept(ctx, story)) dl_ballot_vote(&b->ballot, story, votes);
    }
    size_t n = dl_ballot_count(&b->ballot, DL_BRIDGE_HITS), found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t story = b->ballot.rows[i].candidate;
        struct dl_match m = dl_centroid_compare(&b->stories[story], &b->vec);
        if (m.mass > 0)
            insert(ret_hits, &found, (struct dl_bridge_hit){story, dl_score_anchors(&m)});
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
