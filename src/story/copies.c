#include "story/copies.h"

#include "base/hash.h"
#include "story/ballot.h"
#include "story/prints.h"

enum {
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
    uint64_t key;
    int64_t time_ms;
    uint32_t prints_at, numbers_at; /* of its first ones, modulo 2^32 */
    uint32_t outlet, story, limit;
    uint8_t n_prints, n_numbers;
};

/* Of a print the upper 24 bits are kept: as good as all for telling two texts apart. */
enum { PRINT_BYTES = 3, PRINT_LOST = 8 };

struct dl_copies {
    struct dl_trail documents;
    struct dl_trail prints;  /* of PRINT_BYTES, most significant first, ascending in a document */
    struct dl_trail numbers; /* uint16_t: low halves, in the order of the features */
    struct dl_ring index;
    struct dl_ballot ballot;
    uint16_t habits[HABITS]; /* how many articles of an outlet hold a number; saturates */
};

struct dl_copies *dl_copies_new(void)
{
    struct dl_copies *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    dl_trail_init(&c->documents, sizeof(struct document));
    dl_trail_init(&c->prints, PRINT_BYTES);
    dl_trail_init(&c->numbers, sizeof(uint16_t));
    return c;
}

void dl_copies_free(struct dl_copies *c)
{
    if (c == NULL) return;
    dl_trail_free(&c->documents);
    dl_trail_free(&c->prints);
    dl_trail_free(&c->numbers);
    dl_ring_free(&c->index);
    free(c);
}

static struct document *document_at(const struct dl_copies *c, uint64_t number)
{
    return dl_trail_at(&c->documents, number);
}

static void forget(struct dl_copies *c, int64_t alive_from_ms)
{
    while (c->documents.oldest < c->documents.n) {
        const struct document *d = document_at(c, c->documents.oldest);
        if (d->time_ms >= alive_from_ms) return;
        dl_trail_forget(&c->prints, c->prints.oldest + d->n_prints);
        dl_trail_forget(&c->numbers, c->numbers.oldest + d->n_numbers);
        dl_trail_forget(&c->documents, c->documents.oldest + 1);
    }
}

/* ------------------------------------------------------------------ candidates */

/* The index may give numbers of documents that are gone. */
static bool is_held(const void *copies, uint32_t number)
{
    return dl_trail_holds(&((const struct dl_copies *)copies)->documents, number);
}

static size_t collect(struct dl_copies *c, const struct dl_features *f)
{
    struct dl_ballot_voter voters[DL_FEATURES_PRINTS];
    struct dl_ballot_poll poll = {&c->index, MAX_STEPS, UINT32_MAX, is_held, c};
    for (size_t i = 0; i < f->n_prints; i++)
        voters[i] = (struct dl_ballot_voter){f->prints[i], 1};
    dl_ballot_poll(&c->ballot, &poll, voters, f->n_prints);
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

static uint16_t number_at(const struct dl_copies *c, const struct document *d, size_t i)
{
    return *(uint16_t *)dl_trail_at(&c->numbers, d->numbers_at + (uint32_t)i);
}

static void count_habits(struct dl_copies *c, const struct document *d)
{
    if (d->outlet == 0) return;
    uint16_t *articles = &c->habits[habit_of(d->outlet, UINT32_MAX)];
    if (*articles == UINT16_MAX) return;
    (*articles)++;
    for (size_t i = 0; i < d->n_numbers; i++) {
        uint16_t *held = &c->habits[habit_of(d->outlet, number_at(c, d, i))];
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
        take_number(c, d->outlet, number_at(c, d, i), &a);
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
    for (size_t i = 0; i < d->n_prints; i++) {
        const unsigned char *p = dl_trail_at(&c->prints, d->prints_at + (uint32_t)i);
        out[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8;
    }
}

/* A print as those of documents held are, or the limit below which they are. */
static uint32_t coarse(uint32_t print)
{
    return print == UINT32_MAX ? print : print >> PRINT_LOST << PRINT_LOST;
}

/* Containment when d and f are copies of one text, else 0. own: the prints of f, coarse. */
static float judge(const struct dl_copies *c, const struct document *d, const struct dl_features *f,
                   const uint32_t *own, uint32_t outlet)
{
    uint32_t prints[DL_FEATURES_PRINTS];
    print_span(c, d, prints);
    struct dl_containment seen =
        dl_prints_compare(prints, d->n_prints, d->limit, own, f->n_prints, coarse(f->print_limit));
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
    size_t n = collect(c, f);
    uint32_t own[DL_FEATURES_PRINTS];
    for (size_t i = 0; i < f->n_prints; i++)
        own[i] = coarse(f->prints[i]);
    for (size_t i = 0; i < n; i++) {
        containment[i] = judge(c, document_at(c, found[i].candidate), f, own, outlet);
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

static enum dl_err keep_prints(struct dl_copies *c, const struct dl_features *f)
{
    void *record;
    for (size_t i = 0; i < f->n_prints; i++) {
        DL_TRY(dl_trail_add(&c->prints, &record));
        unsigned char *p = record;
        for (unsigned k = 0; k < PRINT_BYTES; k++)
            p[k] = (unsigned char)(f->prints[i] >> (24 - 8 * k));
    }
    return DL_OK;
}

static enum dl_err keep_numbers(struct dl_copies *c, const struct dl_features *f)
{
    void *record;
    for (size_t i = 0; i < f->n_numbers; i++) {
        DL_TRY(dl_trail_add(&c->numbers, &record));
        *(uint16_t *)record = (uint16_t)f->numbers[i];
    }
    return DL_OK;
}

enum dl_err dl_copies_add(struct dl_copies *c, uint64_t key, const struct dl_features *f,
                          uint32_t outlet, uint32_t story, int64_t time_ms, int64_t alive_from_ms)
{
    void *record;
    forget(c, alive_from_ms);
    struct document d = {.key = key,
                         .time_ms = time_ms,
                         .prints_at = (uint32_t)c->prints.n,
                         .numbers_at = (uint32_t)c->numbers.n,
                         .outlet = outlet,
                         .story = story,
                         .limit = coarse(f->print_limit),
                         .n_prints = (uint8_t)f->n_prints,
                         .n_numbers = (uint8_t)f->n_numbers};
    DL_TRY(keep_prints(c, f));
    DL_TRY(keep_numbers(c, f));
    uint32_t number = (uint32_t)c->documents.n;
    DL_TRY(dl_trail_add(&c->documents, &record));
    *(struct document *)record = d;
    count_habits(c, &d);
    for (size_t i = 0; i < f->n_prints && i < DL_COPIES_INDEXED; i++)
        DL_TRY(dl_ring_add(&c->index, f->prints[i], number, time_ms, alive_from_ms));
    return DL_OK;
}

void dl_copies_move(struct dl_copies *c, uint32_t number, uint32_t story)
{
    if (is_held(c, number)) document_at(c, number)->story = story;
}

size_t dl_copies_held(const struct dl_copies *c)
{
    return (size_t)(c->documents.n - c->documents.oldest);
}

size_t dl_copies_bytes(const struct dl_copies *c)
{
    return sizeof *c + dl_trail_bytes(&c->documents) + dl_trail_bytes(&c->prints) +
           dl_trail_bytes(&c->numbers) + dl_ring_bytes(&c->index);
}

uint64_t dl_copies_hash(const struct dl_copies *c)
{
    uint64_t hash = dl_hash64((dl_str){(const char *)c->habits, sizeof c->habits});
    for (uint64_t i = c->documents.oldest; i < c->documents.n; i++) {
        const struct document *d = document_at(c, i);
        uint32_t prints[DL_FEATURES_PRINTS];
        print_span(c, d, prints);
        uint64_t all[6] = {hash, d->key, (uint64_t)d->time_ms, d->outlet, d->story, d->limit};
        hash = dl_hash64((dl_str){(const char *)all, sizeof all});
        for (size_t k = 0; k < d->n_prints; k++)
            hash = hash * 31 + prints[k];
    }
    return hash;
}
