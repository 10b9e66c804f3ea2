#include "story/stories.h"

#include <math.h>

#include "base/hash.h"
#include "story/ballot.h"
#include "story/centroid.h"
#include "story/copies.h"
#include "story/keymap.h"
#include "story/ring.h"

/* A story is a list of strands, one for each language; documents of one language are compared by
 * terms with their strand, across languages by anchors with the whole story. */

enum {
    INDEXED_TERMS = 20, /* heaviest terms of a document under which its strand is found */
    ASKED_TERMS = 24,   /* heaviest terms that are looked up */
    MAX_STEPS = 200,    /* newest strands looked at for one term */
    SCORED = 24,        /* candidates that are compared in full */
    SWEPT = 2,          /* stories looked at for expiry with each document */
    HOUR_MS = 3600 * 1000,
    REPOST_SHARE = 4, /* an index entry is renewed after this part of the window */
};

struct dl_story_weights {
    float all, title, names, threshold, join, copy_sure;
};
static const struct dl_story_weights WEIGHTS = {.all = 0.60F,
                                                .title = 0.15F,
                                                .names = 0.25F,
                                                .threshold = 0.24F,
                                                .join = 0.45F,
                                                .copy_sure = 0.5F};

struct strand {
    uint32_t story, next; /* next: index + 1 of the story's next strand, or of the next free one */
    char language[4];
    bool used;
    struct dl_centroid terms;
};

struct story {
    uint64_t key; /* 0: free */
    int64_t first_ms, last_ms;
    uint32_t documents;
    uint32_t into;    /* index + 1 of the story it was joined into */
    uint32_t strands; /* index + 1 of the first; for a free story the next free one */
};

struct dl_stories {
    struct dl_stories_options options;
    int64_t clock_ms;
    uint64_t last_key;
    struct story *stories;
    struct strand *strands;
    size_t n_stories, cap_stories, n_strands, cap_strands; /* n: slots ever used */
    uint32_t free_story, free_strand;                      /* index + 1 */
    size_t held, sweep;
    struct dl_keymap keys;
    struct dl_rarity *rarity;
    struct dl_copies *copies;
    struct dl_ring index;
    struct dl_ballot ballot;
    struct dl_docvec vec;              /* of the document being added */
    uint16_t heavy[DL_FEATURES_TERMS]; /* its entries by falling weight */
};

struct dl_stories *dl_stories_new(const struct dl_stories_options *options)
{
    struct dl_stories *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    if (options != NULL) s->options = *options;
    if (s->options.window_ms <= 0) s->options.window_ms = DL_STORIES_WINDOW_MS;
    s->clock_ms = INT64_MIN / 2;
    s->rarity = dl_rarity_new();
    s->copies = dl_copies_new();
    if (s->rarity != NULL && s->copies != NULL) return s;
    dl_stories_free(s);
    return NULL;
}

void dl_stories_free(struct dl_stories *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->n_strands; i++)
        dl_centroid_free(&s->strands[i].terms);
    free(s->strands);
    free(s->stories);
    dl_keymap_free(&s->keys);
    dl_ring_free(&s->index);
    dl_rarity_free(s->rarity);
    dl_copies_free(s->copies);
    free(s);
}

/* ------------------------------------------------------------------ slots */

static enum dl_err more(void **slots, size_t *cap, size_t size)
{
    size_t want = *cap == 0 ? 256 : *cap * 2;
    void *grown = realloc(*slots, want * size);
    if (grown == NULL) return DL_ERR_NOMEM;
    memset((char *)grown + *cap * size, 0, (want - *cap) * size);
    *slots = grown;
    *cap = want;
    return DL_OK;
}

static enum dl_err take_story(struct dl_stories *s, uint64_t key, uint32_t *ret_story)
{
    uint32_t i = s->free_story - 1;
    if (s->free_story != 0) {
        s->free_story = s->stories[i].strands;
    } else {
        if (s->n_stories == s->cap_stories)
            DL_TRY(more((void **)&s->stories, &s->cap_stories, sizeof *s->stories));
        i = (uint32_t)s->n_stories++;
    }
    s->stories[i] = (struct story){.key = key, .first_ms = s->clock_ms};
    s->held++;
    *ret_story = i;
    return dl_keymap_set(&s->keys, key, i);
}

static enum dl_err take_strand(struct dl_stories *s, uint32_t story, const char language[4],
                               uint32_t *ret_strand)
{
    uint32_t i = s->free_strand - 1;
    if (s->free_strand != 0) {
        s->free_strand = s->strands[i].next;
    } else {
        if (s->n_strands == s->cap_strands)
            DL_TRY(more((void **)&s->strands, &s->cap_strands, sizeof *s->strands));
        i = (uint32_t)s->n_strands++;
    }
    struct story *owner = &s->stories[story];
    s->strands[i] = (struct strand){.story = story, .next = owner->strands, .used = true};
    memcpy(s->strands[i].language, language, sizeof s->strands[i].language);
    owner->strands = i + 1;
    *ret_strand = i;
    return DL_OK;
}

static void free_strand(struct dl_stories *s, uint32_t i)
{
    dl_centroid_free(&s->strands[i].terms);
    s->strands[i] = (struct strand){.next = s->free_strand};
    s->free_strand = i + 1;
}

static void free_story(struct dl_stories *s, uint32_t i)
{
    struct story *story = &s->stories[i];
    for (uint32_t k = story->strands; k != 0;) {
        uint32_t next = s->strands[k - 1].next;
        free_strand(s, k - 1);
        k = next;
    }
    dl_keymap_remove(&s->keys, story->key);
    *story = (struct story){.strands = s->free_story};
    s->free_story = i + 1;
    s->held--;
}

/* Looks at a few stories in turn, so that no document pays for many. */
static void sweep(struct dl_stories *s, int64_t alive_from_ms)
{
    for (size_t k = 0; k < SWEPT && s->n_stories > 0; k++) {
        s->sweep = (s->sweep + 1) % s->n_stories;
        const struct story *story = &s->stories[s->sweep];
        if (story->key != 0 && story->last_ms < alive_from_ms) free_story(s, (uint32_t)s->sweep);
    }
}

static uint32_t follow(const struct dl_stories *s, uint32_t story)
{
    while (s->stories[story].into != 0)
        story = s->stories[story].into - 1;
    return story;
}

uint64_t dl_stories_now(const struct dl_stories *s, uint64_t key)
{
    uint32_t story;
    if (!dl_keymap_get(&s->keys, key, &story)) return key;
    return s->stories[follow(s, story)].key;
}

/* ------------------------------------------------------------------ candidates */

static float heaviness(const struct dl_entry *e)
{
    return e->all * e->rarity;
}

static int by_heaviness(const void *a, const void *b, void *entries)
{
    const struct dl_entry *x = (const struct dl_entry *)entries + *(const uint16_t *)a;
    const struct dl_entry *y = (const struct dl_entry *)entries + *(const uint16_t *)b;
    float p = heaviness(x), q = heaviness(y);
    if (p < q || p > q) return p < q ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static void prepare(struct dl_stories *s, const struct dl_story_doc *doc)
{
    dl_docvec_make(doc->features, s->rarity, &s->vec);
    for (size_t i = 0; i < s->vec.n; i++)
        s->heavy[i] = (uint16_t)i;
    qsort_r(s->heavy, s->vec.n, sizeof *s->heavy, by_heaviness, s->vec.entries);
}

struct choice {
    uint32_t strand; /* index + 1, 0: none */
    float score;
};

static float score_of(const struct dl_stories *s, uint32_t strand)
{
    struct dl_cosines c = dl_centroid_compare(&s->strands[strand].terms, &s->vec);
    return WEIGHTS.all * c.all + WEIGHTS.title * c.title + WEIGHTS.names * c.names;
}

static void choose(struct dl_stories *s, const char language[4], int64_t alive_from_ms,
                   struct choice ret_best[2])
{
    for (size_t i = 0; i < s->vec.n && i < ASKED_TERMS; i++) {
        const struct dl_entry *e = &s->vec.entries[s->heavy[i]];
        float votes = heaviness(e);
        if (votes <= 0) break;
        struct dl_ring_walk w = dl_ring_find(&s->index, e->id, alive_from_ms, MAX_STEPS);
        for (uint32_t strand; dl_ring_next(&w, &strand);)
            if (s->strands[strand].used && strcmp(s->strands[strand].language, language) == 0)
                dl_ballot_vote(&s->ballot, strand, votes);
    }
    size_t n = dl_ballot_count(&s->ballot, SCORED);
    ret_best[0] = ret_best[1] = (struct choice){0};
    for (size_t i = 0; i < n; i++) {
        uint32_t strand = s->ballot.rows[i].candidate;
        if (s->stories[s->strands[strand].story].last_ms < alive_from_ms) continue;
        struct choice c = {strand + 1, score_of(s, strand)};
        if (c.score > ret_best[0].score) {
            ret_best[1] = ret_best[0];
            ret_best[0] = c;
        } else if (c.score > ret_best[1].score) {
            ret_best[1] = c;
        }
    }
}

/* ------------------------------------------------------------------ assigning */

static uint32_t strand_of(const struct dl_stories *s, uint32_t story, const char language[4])
{
    uint32_t i = s->stories[story].strands;
    while (i != 0 && strcmp(s->strands[i - 1].language, language) != 0)
        i = s->strands[i - 1].next;
    return i;
}

static enum dl_err post(struct dl_stories *s, uint32_t strand, int64_t alive_from_ms)
{
    uint16_t hour = (uint16_t)(s->clock_ms / HOUR_MS);
    uint16_t renew = (uint16_t)(s->options.window_ms / HOUR_MS / REPOST_SHARE);
    struct dl_centroid *c = &s->strands[strand].terms;
    for (size_t i = 0; i < s->vec.n && i < INDEXED_TERMS; i++) {
        uint32_t id = s->vec.entries[s->heavy[i]].id;
        size_t low = 0, high = c->n;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (c->entries[middle].id < id)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == c->n || c->entries[low].id != id) continue;
        struct dl_entry *e = &c->entries[low];
        if (e->posted != 0 && (uint16_t)(hour - e->posted) < renew) continue;
        e->posted = hour != 0 ? hour : 1;
        DL_TRY(dl_ring_add(&s->index, id, strand, s->clock_ms, alive_from_ms));
    }
    return DL_OK;
}

static uint32_t outlet_hash(dl_str outlet)
{
    return outlet.n == 0 ? 0 : (uint32_t)(dl_hash64(outlet) >> 32) | 1;
}

/* Puts the prepared document into the story and counts it. */
static enum dl_err assign(struct dl_stories *s, const struct dl_story_doc *doc, uint32_t story,
                          int64_t alive_from_ms)
{
    uint32_t strand = strand_of(s, story, doc->features->language);
    if (strand == 0) {
        DL_TRY(take_strand(s, story, doc->features->language, &strand));
        strand++;
    }
    s->stories[story].documents++;
    s->stories[story].last_ms = s->clock_ms;
    DL_TRY(dl_centroid_add(&s->strands[strand - 1].terms, &s->vec));
    DL_TRY(post(s, strand - 1, alive_from_ms));
    dl_rarity_add(s->rarity, doc->features);
    return dl_copies_add(s->copies, doc->key, doc->features, outlet_hash(doc->outlet), story,
                         s->clock_ms, alive_from_ms);
}

static enum dl_err begin(struct dl_stories *s, const struct dl_story_doc *doc,
                         int64_t *ret_alive_from_ms)
{
    if (doc->key <= s->last_key) return DL_ERR_INVALID;
    s->last_key = doc->key;
    if (doc->time_ms > s->clock_ms) s->clock_ms = doc->time_ms;
    *ret_alive_from_ms = s->clock_ms - s->options.window_ms;
    sweep(s, *ret_alive_from_ms);
    prepare(s, doc);
    return DL_OK;
}

static void explain(const struct dl_stories *s, const struct dl_features *f, uint32_t strand,
                    struct dl_story_result *r)
{
    const struct dl_centroid *c = &s->strands[strand].terms;
    for (size_t i = 0; i < s->vec.n && r->n_evidence < DL_STORY_EVIDENCE; i++) {
        const struct dl_entry *e = &s->vec.entries[s->heavy[i]];
        for (size_t k = 0; k < c->n; k++) {
            if (c->entries[k].id != e->id) continue;
            r->evidence[r->n_evidence++] =
                (struct dl_story_evidence){e->id, f->terms[s->heavy[i]].text, heaviness(e)};
            break;
        }
    }
}

enum dl_err dl_stories_add(struct dl_stories *s, const struct dl_story_doc *doc,
                           struct dl_story_result *ret_result)
{
    int64_t alive_from_ms;
    DL_TRY(begin(s, doc, &alive_from_ms));
    struct dl_story_result r = {0};
    struct dl_copy copy =
        dl_copies_find(s->copies, doc->features, outlet_hash(doc->outlet), alive_from_ms);
    struct choice best[2];
    choose(s, doc->features->language, alive_from_ms, best);
    uint32_t story = UINT32_MAX;
    if (copy.key != 0) {
        r.copy_of = copy.key;
        r.similarity = (double)copy.containment;
        story = follow(s, copy.story);
    } else if (best[0].score >= WEIGHTS.threshold) {
        story = s->strands[best[0].strand - 1].story;
        r.similarity = (double)best[0].score;
    }
    if (story == UINT32_MAX) {
        r.founded = true;
        DL_TRY(take_story(s, doc->key, &story));
    } else {
        uint32_t strand = strand_of(s, story, doc->features->language);
        if (strand != 0) explain(s, doc->features, strand - 1, &r);
    }
    DL_TRY(assign(s, doc, story, alive_from_ms));
    r.story = s->stories[story].key;
    *ret_result = r;
    return DL_OK;
}

enum dl_err dl_stories_restore(struct dl_stories *s, const struct dl_story_doc *doc,
                               uint64_t story_key, uint64_t copy_of,
                               const struct dl_story_join *joins, size_t n_joins)
{
    int64_t alive_from_ms;
    (void)copy_of;
    (void)joins;
    (void)n_joins;
    DL_TRY(begin(s, doc, &alive_from_ms));
    uint32_t story;
    if (!dl_keymap_get(&s->keys, story_key, &story)) DL_TRY(take_story(s, story_key, &story));
    return assign(s, doc, follow(s, story), alive_from_ms);
}

/* ------------------------------------------------------------------ looking */

void dl_stories_stats(const struct dl_stories *s, struct dl_stories_stats *ret_stats)
{
    size_t bytes = sizeof *s + dl_rarity_bytes() + dl_copies_bytes(s->copies) +
                   dl_ring_bytes(&s->index) + s->cap_stories * sizeof *s->stories +
                   s->cap_strands * sizeof *s->strands + s->keys.cap * sizeof *s->keys.slots;
    for (size_t i = 0; i < s->n_strands; i++)
        bytes += s->strands[i].terms.cap * sizeof(struct dl_entry);
    *ret_stats = (struct dl_stories_stats){dl_copies_held(s->copies), s->held, bytes};
}

uint64_t dl_stories_hash(const struct dl_stories *s)
{
    uint64_t hash = dl_rarity_hash(s->rarity) ^ dl_copies_hash(s->copies);
    for (size_t i = 0; i < s->n_stories; i++) {
        const struct story *t = &s->stories[i];
        uint64_t all[6] = {hash,    t->key,      (uint64_t)t->first_ms, (uint64_t)t->last_ms,
                           t->into, t->documents};
        hash = dl_hash64((dl_str){(const char *)all, sizeof all});
        if (t->key == 0) continue;
        for (uint32_t k = t->strands; k != 0; k = s->strands[k - 1].next)
            hash = hash * 31 + dl_centroid_hash(&s->strands[k - 1].terms);
    }
    return hash;
}
