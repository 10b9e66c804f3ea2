#include "story/copies.h"

#include "base/hash.h"
#include "story/ballot.h"
#include "story/prints.h"

enum {
    FIRST_CAP = 1 << 10,
    MIN_PRINTS = 8,    /* of the shorter text below the common limit; fewer prove nothing */
    MAX_STEPS = 64,    /* newest documents looked at for one print */
    COMPARED = 12,     /* candidates whose sketches are compared */
    NUMBERS_JUDGE = 4, /* numbers on both sides needed for a contradiction */
    HABITS = 1 << 18,  /* cells, a power of two: the usual numbers of ten thousand outlets */
    FEW_ARTICLES = 4,  /* of an outlet, from which its habits are believed */
};
static const float SAME_TEXT = 0.30F; /* another outlet: about a third of the shorter text */
static const float SAME_TEXT_AT_HOME = 0.80F; /* same outlet */
static const float NUMBERS_AGREE = 0.5F;      /* of the numbers of the one with fewer */
static const float NUMBERS_AGREE_AT_HOME = 0.8F;
static const float ABOUT_AS_MUCH = 0.75F; /* of the best containment */

struct document {
    uint64_t key, prints_at; /* prints_at: number of its first print in the pool */
    int64_t time_ms;
    uint32_t outlet, story, limit;
    uint8_t n_prints, n_numbers;
    uint16_t numbers[DL_FEATURES_NUMBERS]; /* low halves, in the order of the features */
};

struct dl_copies {
    struct document *documents; /* ring by document number */
    uint32_t *pool;             /* ring of prints */
    uint64_t n_documents, n_pool;
    size_t cap, pool_cap; /* powers of two */
    uint64_t oldest;      /* document number of the oldest one held */
    struct dl_ring index;
    struct dl_ballot ballot;
    uint16_t habits[HABITS]; /* how many articles of an outlet hold a number; saturates */
};

struct dl_copies *dl_copies_new(void)
{
    return calloc(1, sizeof(struct dl_copies));
}

void dl_copies_free(struct dl_copies *c)
{
    if (c == NULL) return;
    free(c->documents);
    free(c->pool);
    dl_ring_free(&c->index);
    free(c);
}

static struct document *document_at(const struct dl_copies *c, uint64_t number)
{
    return &c->documents[number & (c->cap - 1)];
}

static void forget(struct dl_copies *c, int64_t alive_from_ms)
{
    while (c->oldest < c->n_documents && document_at(c, c->oldest)->time_ms < alive_from_ms)
        c->oldest++;
}

/* ------------------------------------------------------------------ candidates */

/* The index may give numbers of documents that are gone; the low 32 bits tell them apart as long as
 * fewer than 2^32 are held. */
static bool is_alive(const struct dl_copies *c, uint32_t number, int64_t alive_from_ms)
{
    uint32_t age = (uint32_t)c->n_documents - number;
    bool held = age > 0 && age <= c->n_documents - c->oldest;
    return held && document_at(c, number)->time_ms >= alive_from_ms;
}

static size_t collect(struct dl_copies *c, const struct dl_features *f, int64_t alive_from_ms)
{
    for (size_t i = 0; i < f->n_prints; i++) {
        struct dl_ring_walk w = dl_ring_find(&c->index, f->prints[i], MAX_STEPS);
        for (uint32_t number; dl_ring_next(&w, &number);)
            if (is_alive(c, number, alive_from_ms)) dl_ballot_vote(&c->ballot, number, 1);
    }
    return dl_ballot_count(&c->ballot, COMPARED);
}

/* ------------------------------------------------------------------ judgement */

/* The cell of an outlet's number; that of UINT32_MAX counts its articles. */
static size_t habit_of(uint32_t outlet, uint32_t number)
{
    uint32_t both[2] = {outlet, number};
    return (size_t)dl_hash64((dl_str){(const char *)both, sizeof both}) & (HABITS - 1);
}

/* In most of the outlet's articles: telephones, years of founding, prices of a subscription. */
static bool is_furniture(const struct dl_copies *c, uint32_t outlet, uint16_t number)
{
    uint16_t articles = c->habits[habit_of(outlet, UINT32_MAX)];
    return articles >= FEW_ARTICLES && c->habits[habit_of(outlet, number)] > articles / 2;
}

static void count_habits(struct dl_copies *c, const struct document *d)
{
    if (d->outlet == 0) return;
    uint16_t *articles = &c->habits[habit_of(d->outlet, UINT32_MAX)];
    if (*articles == UINT16_MAX) return;
    (*articles)++;
    for (size_t i = 0; i < d->n_numbers; i++) {
        uint16_t *held = &c->habits[habit_of(d->outlet, d->numbers[i])];
        if (*held < UINT16_MAX) (*held)++;
    }
}

struct numbers {
    size_t n;
    uint16_t p[DL_FEATURES_NUMBERS];
};

static bool holds(const struct numbers *all, uint16_t number)
{
    size_t i = 0;
    while (i < all->n && all->p[i] != number)
        i++;
    return i < all->n;
}

static void take_number(const struct dl_copies *c, uint32_t outlet, uint16_t number,
                        struct numbers *all)
{
    if (outlet == 0 || !is_furniture(c, outlet, number)) all->p[all->n++] = number;
}

/* Share of the numbers of the one with fewer that the other has, what its outlet always prints left
 * out. */
static float numbers_shared(const struct dl_copies *c, const struct document *d,
                            const struct dl_features *f, uint32_t outlet)
{
    struct numbers a = {0}, b = {0};
    for (size_t i = 0; i < d->n_numbers; i++)
        take_number(c, d->outlet, d->numbers[i], &a);
    for (size_t i = 0; i < f->n_numbers; i++)
        take_number(c, outlet, (uint16_t)f->numbers[i], &b);
    size_t shared = 0, smaller = a.n < b.n ? a.n : b.n;
    if (smaller < NUMBERS_JUDGE) return 1;
    for (size_t i = 0; i < b.n; i++)
        shared += holds(&a, b.p[i]);
    return (float)shared / (float)smaller;
}

static void print_span(const struct dl_copies *c, const struct document *d, uint32_t *out)
{
    for (size_t i = 0; i < d->n_prints; i++)
        out[i] = c->pool[(d->prints_at + i) & (c->pool_cap - 1)];
}

/* Containment when d and f are copies of one text, else 0. */
static float judge(const struct dl_copies *c, const struct document *d, const struct dl_features *f,
                   uint32_t outlet)
{
    uint32_t prints[DL_FEATURES_PRINTS];
    print_span(c, d, prints);
    struct dl_containment seen =
        dl_prints_compare(prints, d->n_prints, d->limit, f->prints, f->n_prints, f->print_limit);
    if (seen.smaller < MIN_PRINTS) return 0;
    float containment = (float)seen.shared / (float)seen.smaller;
    bool at_home = outlet != 0 && outlet == d->outlet;
    if (containment < (at_home ? SAME_TEXT_AT_HOME : SAME_TEXT)) return 0;
    float agree = at_home ? NUMBERS_AGREE_AT_HOME : NUMBERS_AGREE;
    return numbers_shared(c, d, f, outlet) < agree ? 0 : containment;
}

struct dl_copy dl_copies_find(struct dl_copies *c, const struct dl_features *f, uint32_t outlet,
                              int64_t alive_from_ms)
{
    struct dl_copy copy = {0};
    if (f->n_prints < MIN_PRINTS) return copy;
    forget(c, alive_from_ms);
    const struct dl_ballot_row *found = c->ballot.rows;
    float containment[COMPARED], best = 0;
    size_t n = collect(c, f, alive_from_ms);
    for (size_t i = 0; i < n; i++) {
        containment[i] = judge(c, document_at(c, found[i].candidate), f, outlet);
        if (containment[i] > best) best = containment[i];
    }
    uint32_t earliest = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        if (containment[i] <= 0 || containment[i] < best * ABOUT_AS_MUCH) continue;
        if (found[i].candidate >= earliest) continue;
        earliest = found[i].candidate;
        const struct document *d = document_at(c, earliest);
        copy = (struct dl_copy){d->key, d->story, containment[i]};
    }
    return copy;
}

/* ------------------------------------------------------------------ keeping */

static enum dl_err grow_documents(struct dl_copies *c)
{
    size_t cap = c->cap == 0 ? FIRST_CAP : c->cap * 2;
    struct document *grown = calloc(cap, sizeof *grown);
    if (grown == NULL) return DL_ERR_NOMEM;
    for (uint64_t i = c->oldest; i < c->n_documents; i++)
        grown[i & (cap - 1)] = *document_at(c, i);
    free(c->documents);
    c->documents = grown;
    c->cap = cap;
    return DL_OK;
}

static enum dl_err grow_pool(struct dl_copies *c, uint64_t from)
{
    size_t cap = c->pool_cap == 0 ? FIRST_CAP * 64 : c->pool_cap * 2;
    uint32_t *grown = calloc(cap, sizeof *grown);
    if (grown == NULL) return DL_ERR_NOMEM;
    for (uint64_t i = from; i < c->n_pool; i++)
        grown[i & (cap - 1)] = c->pool[i & (c->pool_cap - 1)];
    free(c->pool);
    c->pool = grown;
    c->pool_cap = cap;
    return DL_OK;
}

static enum dl_err make_room(struct dl_copies *c, size_t prints)
{
    if (c->n_documents - c->oldest >= c->cap) DL_TRY(grow_documents(c));
    uint64_t from = c->oldest < c->n_documents ? document_at(c, c->oldest)->prints_at : c->n_pool;
    while (c->n_pool + prints - from > c->pool_cap)
        DL_TRY(grow_pool(c, from));
    return DL_OK;
}

enum dl_err dl_copies_add(struct dl_copies *c, uint64_t key, const struct dl_features *f,
                          uint32_t outlet, uint32_t story, int64_t time_ms, int64_t alive_from_ms)
{
    forget(c, alive_from_ms);
    DL_TRY(make_room(c, f->n_prints));
    uint64_t number = c->n_documents++;
    struct document *d = document_at(c, number);
    *d = (struct document){.key = key,
                           .prints_at = c->n_pool,
                           .time_ms = time_ms,
                           .outlet = outlet,
                           .story = story,
                           .limit = f->print_limit,
                           .n_prints = (uint8_t)f->n_prints,
                           .n_numbers = (uint8_t)f->n_numbers};
    for (size_t i = 0; i < f->n_numbers; i++)
        d->numbers[i] = (uint16_t)f->numbers[i];
    count_habits(c, d);
    for (size_t i = 0; i < f->n_prints; i++)
        c->pool[c->n_pool++ & (c->pool_cap - 1)] = f->prints[i];
    for (size_t i = 0; i < f->n_prints && i < DL_COPIES_INDEXED; i++)
        DL_TRY(dl_ring_add(&c->index, f->prints[i], (uint32_t)number, time_ms, alive_from_ms));
    return DL_OK;
}

bool dl_copies_story(const struct dl_copies *c, uint64_t key, uint32_t *ret_story)
{
    uint64_t low = c->oldest, high = c->n_documents;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (document_at(c, middle)->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->n_documents || document_at(c, low)->key != key) return false;
    *ret_story = document_at(c, low)->story;
    return true;
}

size_t dl_copies_held(const struct dl_copies *c)
{
    return (size_t)(c->n_documents - c->oldest);
}

size_t dl_copies_bytes(const struct dl_copies *c)
{
    return sizeof *c + c->cap * sizeof *c->documents + c->pool_cap * sizeof *c->pool +
           dl_ring_bytes(&c->index);
}

uint64_t dl_copies_hash(const struct dl_copies *c)
{
    uint64_t hash = dl_hash64((dl_str){(const char *)c->habits, sizeof c->habits});
    for (uint64_t i = c->oldest; i < c->n_documents; i++) {
        const struct document *d = document_at(c, i);
        uint64_t all[6] = {hash, d->key, (uint64_t)d->time_ms, d->outlet, d->story, d->limit};
        hash = dl_hash64((dl_str){(const char *)all, sizeof all});
        for (size_t k = 0; k < d->n_prints; k++)
            hash = hash * 31 + c->pool[(d->prints_at + k) & (c->pool_cap - 1)];
    }
    return hash;
}
