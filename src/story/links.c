#include "story/links.h"

#include <math.h>

#include "story/score.h"

enum {
    FIRST_CAP = 256,
    DAY_MS = 24 * 3600 * 1000,
    MANY = 24, /* documents of a language from which its rivals tell something */
};

/* Log odds: at once from CLEAR on, in the end from BEST on. */
static const float CLEAR = 1.5F, BEST = -2.0F;
static const float MARGIN = 0.5F; /* before the next story in the same language */
/* How far it stands out (rivals_of); fitted as the weights of bridge.c are. With these, of the
 * halves of articles in two languages that are linked 98 in 100 are halves of one. */
static const float OWN = 1.38F, RIVALS = 1.01F, OUT = -5.4F;
/* What a rival scores that is not near enough to be found, and in a language just begun. */
static const float FAR = -2.6F, UNSEEN = 0.0F;
static const float BEGUN = 0.5F; /* of MANY: below, that a rival shares nothing tells nothing */
static const float TRANSLATION = 1.0F;  /* 97 in 100 are one */
static const float A_DAY = 1.0F;        /* what a day between the stories costs */
static const float NOT_AGAINST = 0.12F; /* dl_score_strands() of strands in one language */

/* ------------------------------------------------------------------ waiting */

static enum dl_err grow(struct dl_links *l)
{
    size_t cap = l->cap == 0 ? FIRST_CAP : l->cap * 2;
    struct dl_links_wait *waits = malloc(cap * sizeof *waits);
    if (waits == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < l->n; i++)
        waits[i] = l->waits[(l->first + i) % l->cap];
    free(l->waits);
    l->waits = waits;
    l->cap = cap;
    l->first = 0;
    return DL_OK;
}

enum dl_err dl_links_wait(struct dl_links *l, struct dl_strand_story *story, int64_t now_ms)
{
    if (story->waits) return DL_OK;
    if (l->n == l->cap) DL_TRY(grow(l));
    l->waits[(l->first + l->n++) % l->cap] = (struct dl_links_wait){story->key, now_ms};
    story->waits = true;
    return DL_OK;
}

bool dl_links_due(struct dl_links *l, struct dl_strands *table, int64_t now_ms, uint32_t *ret_story)
{
    if (l->n == 0 || now_ms - l->waits[l->first].from_ms < DL_LINKS_WAIT_MS) return false;
    uint64_t key = l->waits[l->first].story;
    l->first = (l->first + 1) % l->cap;
    l->n--;
    *ret_story = DL_LINKS_NONE;
    uint32_t story;
    if (!dl_keymap_get(&table->keys, key, &story)) return true;
    table->stories[story].waits = false;
    if (table->stories[story].into == 0) *ret_story = story;
    return true;
}

void dl_links_free(struct dl_links *l)
{
    free(l->waits);
    *l = (struct dl_links){0};
}

size_t dl_links_bytes(const struct dl_links *l)
{
    return l->cap * sizeof *l->waits;
}

/* ------------------------------------------------------------------ finding */

static bool share_language(const struct dl_strands *t, uint32_t a, uint32_t b)
{
    for (uint32_t k = t->stories[a].strands; k != 0; k = t->strands[k - 1].next)
        if (dl_strands_of(t, b, t->strands[k - 1].language) != 0) return true;
    return false;
}

static bool holds_more(const struct dl_strands *t, uint32_t a, uint32_t b)
{
    for (uint32_t k = t->stories[a].strands; k != 0; k = t->strands[k - 1].next)
        if (dl_strands_of(t, b, t->strands[k - 1].language) == 0) return true;
    return false;
}

struct search {
    const struct dl_links *links;
    uint32_t story;
    int64_t alive_from_ms;
    uint32_t like; /* only those that share a language with this one; DL_LINKS_NONE: all */
};

/* A living story with a language that this one has not. */
static bool is_abroad(const void *ctx, uint32_t number)
{
    const struct search *s = ctx;
    const struct dl_strands *t = s->links->table;
    const struct dl_strand_story *other = &t->stories[number];
    if (number == s->story || other->key == 0 || other->into != 0) return false;
    if (s->like != DL_LINKS_NONE && !share_language(t, number, s->like)) return false;
    return other->last_ms >= s->alive_from_ms && holds_more(t, number, s->story);
}

/* Where both stories hold the same language, its words must not speak against it. */
static bool are_compatible(const struct dl_strands *t, uint32_t a, uint32_t b)
{
    for (uint32_t k = t->stories[a].strands; k != 0; k = t->strands[k - 1].next) {
        uint32_t other = dl_strands_of(t, b, t->strands[k - 1].language);
        if (other == 0) continue;
        struct dl_match m =
            dl_centroid_compare_both(&t->strands[k - 1].terms, &t->strands[other - 1].terms);
        if (dl_score_strands(&m) < NOT_AGAINST) return false;
    }
    return true;
}

static float days_between(const struct dl_strand_story *a, const struct dl_strand_story *b)
{
    int64_t gap_ms = a->first_ms > b->last_ms   ? a->first_ms - b->last_ms
                     : b->first_ms > a->last_ms ? b->first_ms - a->last_ms
                                                : 0;
    return (float)gap_ms / DAY_MS;
}

/* The likeliest stories, with the time between counted in. */
static size_t find(const struct search *s, struct dl_bridge_hit hits[DL_BRIDGE_HITS])
{
    const struct dl_strand_story *stories = s->links->table->stories;
    size_t n = dl_bridge_find(s->links->bridge, s->story, is_abroad, s, hits);
    for (size_t i = 0; i < n; i++) {
        struct dl_bridge_hit h = hits[i];
        h.score -= A_DAY * days_between(&stories[s->story], &stories[h.story]);
        size_t k = i;
        for (; k > 0 && hits[k - 1].score < h.score; k--)
            hits[k] = hits[k - 1];
        hits[k] = h;
    }
    return n;
}

/* Is `other` the best of all? */
static bool is_best(const struct search *s, uint32_t other)
{
    struct dl_bridge_hit hits[DL_BRIDGE_HITS];
    return find(s, hits) > 0 && hits[0].story == other;
}

/* 0: nothing was seen of the language of a story, 1: enough to say who its rivals are. */
static float seen_of(const struct dl_links *l, uint32_t story)
{
    uint32_t most = 0;
    for (uint32_t k = l->table->stories[story].strands; k != 0; k = l->table->strands[k - 1].next) {
        uint32_t seen = dl_rarity_language_documents(l->rarity, l->table->strands[k - 1].language);
        if (seen > most) most = seen;
    }
    return most < MANY ? (float)most / MANY : 1;
}

/* What the RIVALS_LOOKED_AT next ones in the language of `other` score; +HUGE_VALF: one comes near.
 * The mean of a text's neighbours tells how much its words say (Conneau et al. 2018, CSLS). */
static float rivals_of(const struct search *s, uint32_t other, float score)
{
    enum { RIVALS_LOOKED_AT = 4 };
    struct dl_bridge_hit hits[DL_BRIDGE_HITS];
    struct search alike = {s->links, s->story, s->alive_from_ms, other};
    size_t n = find(&alike, hits), seen = 0;
    float sum = 0, known = seen_of(s->links, other);
    for (size_t i = 0; i < n && seen < RIVALS_LOOKED_AT; i++) {
        if (hits[i].story == other) continue;
        if (hits[i].score > score - MARGIN) return HUGE_VALF;
        sum += known < BEGUN && hits[i].score < FAR ? FAR : hits[i].score;
        seen++;
    }
    for (; seen < RIVALS_LOOKED_AT; seen++)
        sum += FAR;
    float mean = sum / RIVALS_LOOKED_AT;
    return mean > UNSEEN ? mean : known * mean + (1 - known) * UNSEEN;
}

bool dl_links_find(const struct dl_links *l, uint32_t story, enum dl_link_proof proof,
                   int64_t alive_from_ms, uint32_t *ret_other)
{
    struct dl_bridge_hit hits[DL_BRIDGE_HITS];
    struct search here = {l, story, alive_from_ms, DL_LINKS_NONE};
    if (find(&here, hits) == 0 || hits[0].score < (proof == DL_LINK_CLEAR ? CLEAR : BEST))
        return false;
    uint32_t other = hits[0].story;
    struct search there = {l, other, alive_from_ms, DL_LINKS_NONE};
    if (!is_best(&there, story)) return false;
    float score = hits[0].score;
    float rivals = rivals_of(&here, other, score) + rivals_of(&there, story, score);
    if (OWN * score - RIVALS * rivals + OUT < 0) return false;
    if (!are_compatible(l->table, story, other)) return false;
    *ret_other = other;
    return true;
}

bool dl_links_translation(const struct dl_links *l, uint32_t story, int64_t alive_from_ms,
                          uint32_t *ret_other, double *ret_likelihood)
{
    struct dl_bridge_hit hits[DL_BRIDGE_HITS];
    struct search here = {l, story, alive_from_ms, DL_LINKS_NONE};
    if (find(&here, hits) == 0 || hits[0].translation < TRANSLATION) return false;
    *ret_other = hits[0].story;
    *ret_likelihood = 1 / (1 + exp(-(double)hits[0].translation));
    return true;
}
