#include "base/hash.h"
#include "story/score.h"
#include "story/stories_private.h"

enum {
    MAX_STEPS = 64,  /* newest strands looked at for one term */
    ALL_STEPS = 640, /* for all terms of a document, the heaviest first: the cost stays flat */
    SCORED = 24,     /* candidates that are compared in full */
    SWEPT = 2,       /* stories looked at for expiry with each document */
    JOINS_ALIKE = 2, /* of its own language with each document */
    SETTLED = 2,     /* stories linked after a while with each document */
    HOUR_MS = 3600 * 1000,
    REPOST_SHARE = 4, /* an index entry is renewed after this part of the window */
};

static const float JOIN = 0.42F; /* two strands that one document could belong to */

struct dl_stories *dl_stories_new(const struct dl_stories_options *options)
{
    struct dl_stories *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    if (options != NULL) s->options = *options;
    if (s->options.window_ms <= 0) s->options.window_ms = DL_STORIES_WINDOW_MS;
    s->clock_ms = INT64_MIN / 2;
    s->rarity = dl_rarity_new();
    s->copies = dl_copies_new();
    s->bridge = dl_bridge_new(s->options.bilingual);
    dl_members_init(&s->members);
    s->links = (struct dl_links){.table = &s->table, .bridge = s->bridge, .rarity = s->rarity};
    if (s->rarity != NULL && s->copies != NULL && s->bridge != NULL) return s;
    dl_stories_free(s);
    return NULL;
}

void dl_stories_free(struct dl_stories *s)
{
    if (s == NULL) return;
    dl_strands_free(&s->table);
    dl_ring_free(&s->index);
    dl_rarity_free(s->rarity);
    dl_copies_free(s->copies);
    dl_bridge_free(s->bridge);
    dl_links_free(&s->links);
    dl_members_free(&s->members);
    free(s);
}

uint64_t dl_stories_now(const struct dl_stories *s, uint64_t key)
{
    uint32_t story;
    if (!dl_keymap_get(&s->table.keys, key, &story)) return key;
    return s->table.stories[dl_strands_follow(&s->table, story)].key;
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

struct met {
    uint32_t strand;
    struct dl_match match;
};

static float score_of(const struct dl_stories *s, const struct met *met, float rest)
{
    const struct dl_strand *t = &s->table.strands[met->strand];
    const struct dl_strand_story *story = &s->table.stories[t->story];
    struct dl_score_input in = {.match = met->match,
                                .documents = t->terms.documents,
                                .gap_ms = s->clock_ms - story->last_ms,
                                .age_ms = story->last_ms - story->first_ms,
                                .terms = s->vec.n,
                                .rest = rest};
    return in.match.mass > 0 ? dl_score_document(&in) : 0;
}

struct speaking {
    const struct dl_strands *table;
    const char *language;
};

static bool speaks(const void *ctx, uint32_t strand)
{
    const struct speaking *want = ctx;
    const struct dl_strand *t = &want->table->strands[strand];
    return t->used && memcmp(t->language, want->language, sizeof t->language) == 0;
}

static void vote(struct dl_stories *s, const char language[4])
{
    struct dl_ballot_voter voters[DL_CENTROID_HEAVY];
    struct speaking want = {&s->table, language};
    struct dl_ballot_poll poll = {&s->index, MAX_STEPS, ALL_STEPS, speaks, &want};
    size_t n = 0;
    for (; n < s->vec.n_heavy; n++) {
        const struct dl_entry *e = &s->vec.entries[s->vec.heavy[n]];
        voters[n] = (struct dl_ballot_voter){e->id, heaviness(e)};
        if (voters[n].votes <= 0) break;
    }
    dl_ballot_poll(&s->ballot, &poll, voters, n);
}

static void insert(struct choices *choices, struct choice c)
{
    size_t i = choices->n++;
    for (; i > 0 && choices->p[i - 1].score < c.score; i--)
        choices->p[i] = choices->p[i - 1];
    choices->p[i] = c;
}

static size_t meet(struct dl_stories *s, const char language[4], int64_t alive_from_ms,
                   struct met ret_met[SCORED])
{
    vote(s, language);
    size_t n = dl_ballot_count(&s->ballot, SCORED), n_met = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t strand = s->ballot.rows[i].candidate;
        const struct dl_strand *t = &s->table.strands[strand];
        if (s->table.stories[t->story].last_ms < alive_from_ms) continue;
        ret_met[n_met++] = (struct met){strand, dl_centroid_compare(&t->terms, &s->vec)};
    }
    return n_met;
}

static void choose(struct dl_stories *s, const char language[4], int64_t alive_from_ms,
                   struct choices *ret_choices)
{
    struct met met[SCORED];
    float all[SCORED]; /* cosines by falling value */
    size_t n = meet(s, language, alive_from_ms, met);
    for (size_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && all[k - 1] < met[i].match.all; k--)
            all[k] = all[k - 1];
        all[k] = met[i].match.all;
    }
    ret_choices->n = 0;
    for (size_t i = 0; i < n; i++) {
        float rest = dl_score_rest(all, n, met[i].match.all);
        struct choice c = {met[i].strand, score_of(s, &met[i], rest)};
        if (c.score >= DL_SCORE_SAME) insert(ret_choices, c);
    }
}

/* ------------------------------------------------------------------ assigning */

uint16_t dl_stories_hour(const struct dl_stories *s)
{
    return (uint16_t)(s->clock_ms / HOUR_MS);
}

uint16_t dl_stories_renew_hours(const struct dl_stories *s)
{
    return (uint16_t)(s->options.window_ms / HOUR_MS / REPOST_SHARE);
}

static enum dl_err post(struct dl_stories *s, uint32_t strand, int64_t alive_from_ms)
{
    struct dl_centroid *c = &s->table.strands[strand].terms;
    for (size_t i = 0; i < s->vec.n_heavy && i < DL_STORIES_INDEXED; i++) {
        uint32_t id = s->vec.entries[s->vec.heavy[i]].id;
        if (!dl_centroid_due(c, id, dl_stories_hour(s), dl_stories_renew_hours(s))) continue;
        DL_TRY(dl_ring_add(&s->index, id, strand, s->clock_ms, alive_from_ms));
    }
    return DL_OK;
}

static uint32_t outlet_hash(dl_str outlet)
{
    return outlet.n == 0 ? 0 : (uint32_t)(dl_hash64(outlet) >> 32) | 1;
}

/* A story is tried again when it has doubled: what one more of many documents says changes little.
 */
static bool has_doubled(const struct dl_stories *s, uint32_t story)
{
    uint32_t n = s->table.stories[story].documents;
    return (n & (n - 1)) == 0;
}

static enum dl_err add_abroad(struct dl_stories *s, uint32_t story, int64_t alive_from_ms)
{
    if (has_doubled(s, story))
        DL_TRY(dl_links_wait(&s->links, &s->table.stories[story], s->clock_ms));
    return dl_bridge_add(s->bridge, story, s->rarity, s->clock_ms, alive_from_ms,
                         dl_stories_hour(s), dl_stories_renew_hours(s));
}

static enum dl_err add_member(struct dl_stories *s, uint32_t strand, uint64_t key, uint64_t copy_of)
{
    struct dl_strand *t = &s->table.strands[strand];
    bool is_text = copy_of == 0 && !dl_score_is_headline(s->vec.n);
    t->texts += is_text;
    return dl_members_add(&s->members, key, copy_of, s->clock_ms, &s->vec, is_text, &t->newest);
}

/* Puts the prepared document into the story and counts it. */
static enum dl_err assign(struct dl_stories *s, const struct dl_story_doc *doc, uint32_t story,
                          uint64_t copy_of, int64_t alive_from_ms)
{
    uint32_t strand;
    DL_TRY(dl_strands_take(&s->table, story, doc->features->language, &strand));
    s->table.stories[story].documents++;
    s->table.stories[story].last_ms = s->clock_ms;
    DL_TRY(dl_centroid_add(&s->table.strands[strand].terms, &s->vec));
    DL_TRY(post(s, strand, alive_from_ms));
    if (!s->options.one_language) DL_TRY(add_abroad(s, story, alive_from_ms));
    dl_rarity_add(s->rarity, doc->features);
    DL_TRY(dl_copies_add(s->copies, doc->key, doc->features, outlet_hash(doc->outlet), story,
                         s->clock_ms, alive_from_ms));
    DL_TRY(add_member(s, strand, doc->key, copy_of));
    dl_members_keep(&s->members, dl_copies_held(s->copies));
    return DL_OK;
}

static void forget(struct dl_stories *s, int64_t alive_from_ms)
{
    for (size_t k = 0; k < SWEPT; k++) {
        uint32_t story;
        if (!dl_strands_next_old(&s->table, alive_from_ms, &story)) continue;
        dl_bridge_drop(s->bridge, story);
        dl_strands_drop(&s->table, story);
    }
}

static enum dl_err begin(struct dl_stories *s, const struct dl_story_doc *doc,
                         int64_t *ret_alive_from_ms)
{
    if (doc->key <= s->last_key) return DL_ERR_INVALID;
    s->last_key = doc->key;
    if (doc->time_ms > s->clock_ms) s->clock_ms = doc->time_ms;
    *ret_alive_from_ms = s->clock_ms - s->options.window_ms;
    forget(s, *ret_alive_from_ms);
    prepare(s, doc);
    return DL_OK;
}

static void explain(const struct dl_stories *s, const struct dl_features *f, uint32_t strand,
                    struct dl_story_result *r)
{
    const struct dl_centroid *c = &s->table.strands[strand].terms;
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

static void join_members(struct dl_stories *s, uint32_t from, uint32_t into)
{
    struct dl_strand *strands = s->table.strands;
    for (uint32_t k = s->table.stories[from].strands; k != 0; k = strands[k - 1].next) {
        uint32_t other = dl_strands_of(&s->table, into, strands[k - 1].language);
        if (other == 0) continue;
        struct dl_strand *t = &strands[other - 1];
        t->newest = dl_members_join(&s->members, t->newest, strands[k - 1].newest);
        t->texts += strands[k - 1].texts;
    }
}

static enum dl_err join(struct dl_stories *s, uint32_t from, uint32_t into)
{
    struct dl_strand_story *a = &s->table.stories[from], *b = &s->table.stories[into];
    if (b->parted == 0) b->parted = a->parted;
    join_members(s, from, into);
    DL_TRY(dl_strands_join(&s->table, from, into));
    if (!s->options.one_language)
        DL_TRY(dl_links_wait(&s->links, &s->table.stories[into], s->clock_ms));
    return dl_bridge_join(s->bridge, from, into);
}

static bool are_one(const struct dl_stories *s, uint32_t a, uint32_t b)
{
    struct dl_match m =
        dl_centroid_compare_both(&s->table.strands[a].terms, &s->table.strands[b].terms);
    return dl_score_strands(&m) >= JOIN;
}

/* A document that might belong to two stories shows that they may be one. */
static enum dl_err join_choices(struct dl_stories *s, uint32_t story, const struct choices *choices,
                                struct dl_story_result *r)
{
    for (size_t i = 0; i < choices->n && r->n_joins < JOINS_ALIKE; i++) {
        uint32_t own =
            dl_strands_of(&s->table, story, s->table.strands[choices->p[i].strand].language);
        if (!s->table.strands[choices->p[i].strand].used) continue;
        uint32_t other = s->table.strands[choices->p[i].strand].story;
        if (other == story || own == 0 || dl_stories_were_parted(s, story, other)) continue;
        if (!are_one(s, own - 1, choices->p[i].strand)) continue;
        bool older = s->table.stories[other].key < s->table.stories[story].key;
        uint32_t from = older ? story : other, into = older ? other : story;
        r->joins[r->n_joins++] =
            (struct dl_story_join){s->table.stories[from].key, s->table.stories[into].key};
        DL_TRY(join(s, from, into));
        story = into;
    }
    return DL_OK;
}

/* ------------------------------------------------------------------ across languages */

static enum dl_err join_abroad(struct dl_stories *s, uint32_t story, enum dl_link_proof proof,
                               struct dl_story_result *r)
{
    uint32_t other;
    int64_t alive_from_ms = s->clock_ms - s->options.window_ms;
    if (s->options.one_language || r->n_joins == DL_STORY_JOINS) return DL_OK;
    if (!dl_links_find(&s->links, story, proof, alive_from_ms, &other)) return DL_OK;
    if (dl_stories_were_parted(s, story, other)) return DL_OK;
    bool older = s->table.stories[other].key < s->table.stories[story].key;
    uint32_t from = older ? story : other, into = older ? other : story;
    r->joins[r->n_joins++] =
        (struct dl_story_join){s->table.stories[from].key, s->table.stories[into].key};
    return join(s, from, into);
}

static void note_translation(const struct dl_stories *s, uint32_t story, struct dl_story_result *r)
{
    uint32_t other;
    int64_t alive_from_ms = s->clock_ms - s->options.window_ms;
    if (!dl_links_translation(&s->links, story, alive_from_ms, &other, &r->translation_similarity))
        return;
    r->translation_of = s->table.stories[other].key;
}

/* Stories that have waited for their like; a restore takes them from the queue, too. */
static enum dl_err settle(struct dl_stories *s, int64_t now_ms, struct dl_story_result *r)
{
    uint32_t story;
    for (size_t k = 0; k < SETTLED && dl_links_due(&s->links, &s->table, now_ms, &story); k++)
        if (r != NULL && story != DL_LINKS_NONE) DL_TRY(join_abroad(s, story, DL_LINK_BEST, r));
    return DL_OK;
}

/* ------------------------------------------------------------------ adding */

/* Where the document is now, after all joins. */
static uint32_t strand_of(const struct dl_stories *s, uint32_t story,
                          const struct dl_story_doc *doc)
{
    story = dl_strands_follow(&s->table, story);
    return dl_strands_of(&s->table, story, doc->features->language) - 1;
}

/* The story the document goes to, UINT32_MAX for a new one. */
static uint32_t decide(struct dl_stories *s, const struct dl_story_doc *doc, int64_t alive_from_ms,
                       const struct choices *choices, struct dl_story_result *r)
{
    struct dl_copy copy =
        dl_copies_find(s->copies, doc->features, outlet_hash(doc->outlet), alive_from_ms);
    if (copy.key != 0) {
        r->copy_of = copy.key;
        r->similarity = (double)copy.containment;
        return dl_strands_follow(&s->table, copy.story);
    }
    if (choices->n == 0) return UINT32_MAX;
    r->similarity = (double)choices->p[0].score;
    return s->table.strands[choices->p[0].strand].story;
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
        DL_TRY(dl_strands_found(&s->table, doc->key, s->clock_ms, &story));
    } else {
        uint32_t strand = dl_strands_of(&s->table, story, doc->features->language);
        if (strand != 0) explain(s, doc->features, strand - 1, &r);
    }
    r.story = s->table.stories[story].key;
    r.parted_from = s->table.stories[story].parted;
    DL_TRY(assign(s, doc, story, r.copy_of, alive_from_ms));
    DL_TRY(join_choices(s, story, &choices, &r));
    if (r.founded && !s->options.one_language) note_translation(s, story, &r);
    story = dl_strands_follow(&s->table, story);
    if (has_doubled(s, story)) DL_TRY(join_abroad(s, story, DL_LINK_CLEAR, &r));
    DL_TRY(settle(s, s->clock_ms, &r));
    if (r.copy_of == 0 && !dl_score_is_headline(s->vec.n))
        DL_TRY(dl_stories_part(s, strand_of(s, story, doc), &r.part));
    *ret_result = r;
    return DL_OK;
}

bool dl_stories_settle(struct dl_stories *s, size_t *ret_n,
                       struct dl_story_join ret_joins[DL_STORY_JOINS], enum dl_err *ret_err)
{
    struct dl_story_result r = {0};
    if (s->links.n == 0) return false;
    *ret_err = settle(s, INT64_MAX / 2, &r);
    *ret_n = r.n_joins;
    memcpy(ret_joins, r.joins, sizeof r.joins);
    return *ret_err == DL_OK;
}

static enum dl_err repeat_join(struct dl_stories *s, const struct dl_story_join *j)
{
    uint32_t from, into;
    if (!dl_keymap_get(&s->table.keys, j->from, &from)) return DL_OK; /* older than the window */
    if (!dl_keymap_get(&s->table.keys, j->into, &into))
        DL_TRY(dl_strands_found(&s->table, j->into, s->clock_ms, &into));
    from = dl_strands_follow(&s->table, from);
    into = dl_strands_follow(&s->table, into);
    return from == into ? DL_OK : join(s, from, into);
}

enum dl_err dl_stories_restore(struct dl_stories *s, const struct dl_story_doc *doc,
                               const struct dl_story_result *r)
{
    int64_t alive_from_ms;
    DL_TRY(begin(s, doc, &alive_from_ms));
    uint32_t story;
    if (!dl_keymap_get(&s->table.keys, r->story, &story))
        DL_TRY(dl_strands_found(&s->table, r->story, s->clock_ms, &story));
    if (s->table.stories[story].parted == 0) s->table.stories[story].parted = r->parted_from;
    story = dl_strands_follow(&s->table, story);
    DL_TRY(assign(s, doc, story, r->copy_of, alive_from_ms));
    for (size_t i = 0; i < r->n_joins; i++)
        DL_TRY(repeat_join(s, &r->joins[i]));
    DL_TRY(settle(s, s->clock_ms, NULL));
    return r->part.n > 0 ? dl_stories_part_again(s, strand_of(s, story, doc), &r->part) : DL_OK;
}

/* ------------------------------------------------------------------ looking */

void dl_stories_stats(const struct dl_stories *s, struct dl_stories_stats *ret_stats)
{
    size_t bytes = sizeof *s + dl_rarity_bytes() + dl_copies_bytes(s->copies) +
                   dl_ring_bytes(&s->index) + dl_bridge_bytes(s->bridge) +
                   dl_links_bytes(&s->links) + dl_strands_bytes(&s->table) +
                   dl_members_bytes(&s->members);
    *ret_stats = (struct dl_stories_stats){dl_copies_held(s->copies), s->table.held, bytes};
}

uint64_t dl_stories_hash(const struct dl_stories *s)
{
    uint64_t hash = dl_rarity_hash(s->rarity) ^ dl_copies_hash(s->copies);
    for (size_t i = 0; i < s->table.n_stories; i++) {
        const struct dl_strand_story *t = &s->table.stories[i];
        uint64_t all[7] = {
            hash,         t->key,   (uint64_t)t->first_ms, (uint64_t)t->last_ms, t->into,
            t->documents, t->parted};
        hash = dl_hash64((dl_str){(const char *)all, sizeof all});
        if (t->key == 0) continue;
        for (uint32_t k = t->strands; k != 0; k = s->table.strands[k - 1].next)
            hash = hash * 31 + dl_centroid_hash(&s->table.strands[k - 1].terms) +
                   s->table.strands[k - 1].texts + s->table.strands[k - 1].newest;
        hash = hash * 31 + dl_bridge_hash(s->bridge, (uint32_t)i);
    }
    return hash;
}
