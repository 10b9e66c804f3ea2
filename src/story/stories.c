#include "story/stories.h"

#include <math.h>

#include "base/hash.h"
#include "story/ballot.h"
#include "story/bridge.h"
#include "story/centroid.h"
#include "story/copies.h"
#include "story/keymap.h"
#include "story/ring.h"
#include "story/score.h"

/* A story is a list of strands, one for each language; documents of one language are compared by
 * terms with their strand, across languages by anchors with the whole story. */

enum {
    INDEXED_TERMS = 20, /* heaviest terms of a document under which its strand is found */
    MAX_STEPS = 200,    /* newest strands looked at for one term */
    SCORED = 24,        /* candidates that are compared in full */
    SWEPT = 2,          /* stories looked at for expiry with each document */
    HOUR_MS = 3600 * 1000,
    REPOST_SHARE = 4, /* an index entry is renewed after this part of the window */
};

static const float JOIN = 0.28F;        /* two strands that one document could belong to */
static const float NOT_AGAINST = 0.12F; /* strands of stories whose anchors agree */
static const float ABROAD = 0.5F;       /* likelihood from which another language's story is one */
static const float RUNNER_UP = 0.8F;    /* of the best; above it nothing is decided */

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
    uint32_t joined;  /* stories held whose into is this one */
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
    struct dl_bridge *bridge;
    struct dl_ring index;
    struct dl_ballot ballot;
    struct dl_docvec vec; /* of the document being added */
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
    s->bridge = dl_bridge_new();
    if (s->rarity != NULL && s->copies != NULL && s->bridge != NULL) return s;
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
    dl_bridge_free(s->bridge);
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
    if (story->into != 0) s->stories[story->into - 1].joined--;
    dl_bridge_drop(s->bridge, i);
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
        bool old = story->last_ms < alive_from_ms && story->joined == 0;
        if (story->key != 0 && old) free_story(s, (uint32_t)s->sweep);
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
    return (float)dl_entry_weight(e) / (DL_ENTRY_ONE * DL_ENTRY_RARITY);
}

static void prepare(struct dl_stories *s, const struct dl_story_doc *doc)
{
    dl_docvec_make(doc->features, s->rarity, &s->vec);
    if (!s->options.one_language) dl_bridge_read(s->bridge, doc->features, s->rarity);
}

struct choice {
    uint32_t strand;
    float score;
};

struct choices {
    struct choice p[SCORED]; /* those that may be the document's story, best first */
    size_t n;
};

static float score_of(const struct dl_stories *s, uint32_t strand)
{
    const struct strand *t = &s->strands[strand];
    struct dl_score_input in = {.match = dl_centroid_compare(&t->terms, &s->vec),
                                .documents = t->terms.documents,
                                .gap_ms = s->clock_ms - s->stories[t->story].last_ms,
                                .terms = s->vec.n,
                                .seen = dl_rarity_language_documents(s->rarity, t->language)};
    return in.match.mass > 0 ? dl_score_document(&in) : 0;
}

static void vote(struct dl_stories *s, const char language[4], int64_t alive_from_ms)
{
    for (size_t i = 0; i < s->vec.n_heavy; i++) {
        const struct dl_entry *e = &s->vec.entries[s->vec.heavy[i]];
        float votes = heaviness(e);
        if (votes <= 0) break;
        struct dl_ring_walk w = dl_ring_find(&s->index, e->id, alive_from_ms, MAX_STEPS);
        for (uint32_t strand; dl_ring_next(&w, &strand);)
            if (s->strands[strand].used && strcmp(s->strands[strand].language, language) == 0)
                dl_ballot_vote(&s->ballot, strand, votes);
    }
}

static void insert(struct choices *choices, struct choice c)
{
    size_t i = choices->n++;
    for (; i > 0 && choices->p[i - 1].score < c.score; i--)
        choices->p[i] = choices->p[i - 1];
    choices->p[i] = c;
}

static void choose(struct dl_stories *s, const char language[4], int64_t alive_from_ms,
                   struct choices *ret_choices)
{
    ret_choices->n = 0;
    vote(s, language, alive_from_ms);
    size_t n = dl_ballot_count(&s->ballot, SCORED);
    for (size_t i = 0; i < n; i++) {
        uint32_t strand = s->ballot.rows[i].candidate;
        if (s->stories[s->strands[strand].story].last_ms < alive_from_ms) continue;
        struct choice c = {strand, score_of(s, strand)};
        if (c.score >= DL_SCORE_SAME) insert(ret_choices, c);
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

static uint16_t hour_of(const struct dl_stories *s)
{
    return (uint16_t)(s->clock_ms / HOUR_MS);
}

static uint16_t renew_hours(const struct dl_stories *s)
{
    return (uint16_t)(s->options.window_ms / HOUR_MS / REPOST_SHARE);
}

static enum dl_err post(struct dl_stories *s, uint32_t strand, int64_t alive_from_ms)
{
    struct dl_centroid *c = &s->strands[strand].terms;
    for (size_t i = 0; i < s->vec.n_heavy && i < INDEXED_TERMS; i++) {
        uint32_t id = s->vec.entries[s->vec.heavy[i]].id;
        if (!dl_centroid_due(c, id, hour_of(s), renew_hours(s))) continue;
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
    if (!s->options.one_language)
        DL_TRY(dl_bridge_add(s->bridge, story, s->clock_ms, alive_from_ms, hour_of(s),
                             renew_hours(s)));
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
    for (size_t i = 0; i < s->vec.n_heavy && r->n_evidence < DL_STORY_EVIDENCE; i++) {
        const struct dl_entry *e = &s->vec.entries[s->vec.heavy[i]];
        for (size_t k = 0; k < c->n; k++) {
            if (c->entries[k].id != e->id) continue;
            r->evidence[r->n_evidence++] =
                (struct dl_story_evidence){e->id, f->terms[s->vec.heavy[i]].text, heaviness(e)};
            break;
        }
    }
}

/* ------------------------------------------------------------------ joining */

static enum dl_err join_strand(struct dl_stories *s, uint32_t from, uint32_t story)
{
    uint32_t into = strand_of(s, story, s->strands[from].language);
    if (into == 0) {
        s->strands[from].story = story;
        s->strands[from].next = s->stories[story].strands;
        s->stories[story].strands = from + 1;
        return DL_OK;
    }
    DL_TRY(dl_centroid_join(&s->strands[into - 1].terms, &s->strands[from].terms));
    free_strand(s, from);
    return DL_OK;
}

/* Both are no story that was joined itself, and into was founded before from. */
static enum dl_err join(struct dl_stories *s, uint32_t from, uint32_t into)
{
    struct story *a = &s->stories[from], *b = &s->stories[into];
    for (uint32_t k = a->strands; k != 0;) {
        uint32_t next = s->strands[k - 1].next;
        DL_TRY(join_strand(s, k - 1, into));
        k = next;
    }
    DL_TRY(dl_bridge_join(s->bridge, from, into));
    a->strands = 0;
    a->into = into + 1;
    b->joined++;
    b->documents += a->documents;
    if (a->first_ms < b->first_ms) b->first_ms = a->first_ms;
    if (a->last_ms > b->last_ms) b->last_ms = a->last_ms;
    return DL_OK;
}

static bool are_one(const struct dl_stories *s, uint32_t a, uint32_t b)
{
    struct dl_match m = dl_centroid_compare_both(&s->strands[a].terms, &s->strands[b].terms);
    return dl_score_strands(&m) >= JOIN;
}

/* A document that might belong to two stories shows that they may be one. */
static enum dl_err join_choices(struct dl_stories *s, uint32_t story, const struct choices *choices,
                                struct dl_story_result *r)
{
    for (size_t i = 0; i < choices->n && r->n_joins < DL_STORY_JOINS; i++) {
        uint32_t own = strand_of(s, story, s->strands[choices->p[i].strand].language);
        if (!s->strands[choices->p[i].strand].used) continue;
        uint32_t other = s->strands[choices->p[i].strand].story;
        if (other == story || own == 0 || !are_one(s, own - 1, choices->p[i].strand)) continue;
        bool older = s->stories[other].key < s->stories[story].key;
        uint32_t from = older ? story : other, into = older ? other : story;
        r->joins[r->n_joins++] = (struct dl_story_join){s->stories[from].key, s->stories[into].key};
        DL_TRY(join(s, from, into));
        story = into;
    }
    return DL_OK;
}

/* ------------------------------------------------------------------ across languages */

struct abroad {
    const struct dl_stories *s;
    uint32_t story;
    const char *language;
    int64_t alive_from_ms;
};

/* A living story that holds another language than the document's. */
static bool is_abroad(const void *ctx, uint32_t number)
{
    const struct abroad *a = ctx;
    const struct story *t = &a->s->stories[number];
    if (number == a->story || t->key == 0 || t->into != 0 || t->last_ms < a->alive_from_ms)
        return false;
    for (uint32_t k = t->strands; k != 0; k = a->s->strands[k - 1].next)
        if (strcmp(a->s->strands[k - 1].language, a->language) != 0) return true;
    return false;
}

/* Where both stories hold the same language, its words must not speak against it. */
static bool are_compatible(const struct dl_stories *s, uint32_t a, uint32_t b)
{
    for (uint32_t k = s->stories[a].strands; k != 0; k = s->strands[k - 1].next) {
        uint32_t other = strand_of(s, b, s->strands[k - 1].language);
        if (other == 0) continue;
        struct dl_match m =
            dl_centroid_compare_both(&s->strands[k - 1].terms, &s->strands[other - 1].terms);
        if (dl_score_strands(&m) < NOT_AGAINST) return false;
    }
    return true;
}

static enum dl_err join_abroad(struct dl_stories *s, uint32_t story, const char language[4],
                               int64_t alive_from_ms, struct dl_story_result *r)
{
    if (r->n_joins == DL_STORY_JOINS || s->options.one_language) return DL_OK;
    struct abroad ctx = {s, story, language, alive_from_ms};
    struct dl_bridge_hit hits[DL_BRIDGE_HITS];
    size_t n = dl_bridge_find(s->bridge, alive_from_ms, is_abroad, &ctx, hits);
    if (n == 0 || hits[0].score < ABROAD) return DL_OK;
    if (n > 1 && hits[1].score > hits[0].score * RUNNER_UP) return DL_OK;
    if (!are_compatible(s, story, hits[0].story)) return DL_OK;
    uint32_t other = hits[0].story;
    bool older = s->stories[other].key < s->stories[story].key;
    uint32_t from = older ? story : other, into = older ? other : story;
    r->joins[r->n_joins++] = (struct dl_story_join){s->stories[from].key, s->stories[into].key};
    return join(s, from, into);
}

/* ------------------------------------------------------------------ adding */

/* The story the document goes to, UINT32_MAX for a new one. */
static uint32_t decide(struct dl_stories *s, const struct dl_story_doc *doc, int64_t alive_from_ms,
                       const struct choices *choices, struct dl_story_result *r)
{
    struct dl_copy copy =
        dl_copies_find(s->copies, doc->features, outlet_hash(doc->outlet), alive_from_ms);
    if (copy.key != 0) {
        r->copy_of = copy.key;
        r->similarity = (double)copy.containment;
        return follow(s, copy.story);
    }
    if (choices->n == 0) return UINT32_MAX;
    r->similarity = (double)choices->p[0].score;
    return s->strands[choices->p[0].strand].story;
}

enum dl_err dl_stories_add(struct dl_stories *s, const struct dl_story_doc *doc,
                           struct dl_story_result *ret_result)
{
    int64_t alive_from_ms;
    DL_TRY(begin(s, doc, &alive_from_ms));
    struct dl_story_result r = {0};
    struct choices choices;
    choose(s, doc->features->language, alive_from_ms, &choices);
    uint32_t story = decide(s, doc, alive_from_ms, &choices, &r);
    if (story == UINT32_MAX) {
        r.founded = true;
        DL_TRY(take_story(s, doc->key, &story));
    } else {
        uint32_t strand = strand_of(s, story, doc->features->language);
        if (strand != 0) explain(s, doc->features, strand - 1, &r);
    }
    r.story = s->stories[story].key;
    DL_TRY(assign(s, doc, story, alive_from_ms));
    DL_TRY(join_choices(s, story, &choices, &r));
    DL_TRY(join_abroad(s, follow(s, story), doc->features->language, alive_from_ms, &r));
    *ret_result = r;
    return DL_OK;
}

static enum dl_err repeat_join(struct dl_stories *s, const struct dl_story_join *j)
{
    uint32_t from, into;
    bool held = dl_keymap_get(&s->keys, j->from, &from) && dl_keymap_get(&s->keys, j->into, &into);
    if (!held) return DL_OK; /* older than the window */
    from = follow(s, from);
    into = follow(s, into);
    return from == into ? DL_OK : join(s, from, into);
}

enum dl_err dl_stories_restore(struct dl_stories *s, const struct dl_story_doc *doc,
                               uint64_t story_key, uint64_t copy_of,
                               const struct dl_story_join *joins, size_t n_joins)
{
    int64_t alive_from_ms;
    (void)copy_of; /* found again when it is asked for: copies are not kept apart */
    DL_TRY(begin(s, doc, &alive_from_ms));
    uint32_t story;
    if (!dl_keymap_get(&s->keys, story_key, &story)) DL_TRY(take_story(s, story_key, &story));
    DL_TRY(assign(s, doc, follow(s, story), alive_from_ms));
    for (size_t i = 0; i < n_joins; i++)
        DL_TRY(repeat_join(s, &joins[i]));
    return DL_OK;
}

/* ------------------------------------------------------------------ looking */

void dl_stories_stats(const struct dl_stories *s, struct dl_stories_stats *ret_stats)
{
    size_t bytes = sizeof *s + dl_rarity_bytes() + dl_copies_bytes(s->copies) +
                   dl_ring_bytes(&s->index) + dl_bridge_bytes(s->bridge) +
                   s->cap_stories * sizeof *s->stories + s->cap_strands * sizeof *s->strands +
                   s->keys.cap * sizeof *s->keys.slots;
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
        hash = hash * 31 + dl_bridge_hash(s->bridge, (uint32_t)i);
    }
    return hash;
}
