#include "story/centroid.h"

#include <math.h>

#include "base/hash.h"

/* The most that one document adds to a count: 1 + ln(255 * 4), in fixed point. */
enum { ONE_DOCUMENT = 10 * DL_ENTRY_ONE, MOST_IN_HEAD = 8, ONE_HEAD = 4 * DL_ENTRY_HEAD };

static float tf_weight(const struct dl_term *t)
{
    int tf = t->body + t->lead + 2 * t->title;
    return 1 + logf((float)(tf > 0 ? tf : 1));
}

/* Saturates far below the most that a count may hold. */
static uint8_t head_weight(const struct dl_term *t)
{
    int tf = t->lead + 2 * (t->title > 0);
    return tf > 0 ? (uint8_t)(DL_ENTRY_HEAD *
                              (1 + logf((float)(tf < MOST_IN_HEAD ? tf : MOST_IN_HEAD))))
                  : 0;
}

/* The heaviest entries by insertion: few of many, so most are turned away at the first look. */
static void sort_heavy(struct dl_docvec *v)
{
    v->n_heavy = 0;
    for (size_t i = 0; i < v->n; i++) {
        uint32_t w = dl_entry_weight(&v->entries[i]);
        size_t k = v->n_heavy;
        if (k == DL_CENTROID_HEAVY) {
            if (w <= dl_entry_weight(&v->entries[v->heavy[k - 1]])) continue;
            k--;
        } else {
            v->n_heavy++;
        }
        for (; k > 0 && w > dl_entry_weight(&v->entries[v->heavy[k - 1]]); k--)
            v->heavy[k] = v->heavy[k - 1];
        v->heavy[k] = (uint16_t)i;
    }
}

static uint16_t fixed(float value)
{
    float f = value * DL_ENTRY_ONE + 0.5F;
    return f < UINT16_MAX ? (uint16_t)f : UINT16_MAX;
}

static uint8_t fixed_rarity(float value)
{
    float f = value * DL_ENTRY_RARITY + 0.5F;
    return f < UINT8_MAX ? (uint8_t)f : UINT8_MAX;
}

void dl_docvec_make(const struct dl_features *f, const struct dl_rarity *rarity,
                    struct dl_docvec *ret_vec)
{
    size_t language = dl_rarity_language(rarity, f->language);
    ret_vec->n = f->n_terms;
    for (size_t i = 0; i < f->n_terms; i++)
        dl_rarity_expect(rarity, f->terms[i].id);
    for (size_t i = 0; i < f->n_terms; i++) {
        const struct dl_term *t = &f->terms[i];
        ret_vec->entries[i] = (struct dl_entry){
            .id = t->id,
            .all = fixed(tf_weight(t)),
            .title = t->title > 0 ? DL_ENTRY_HEAD : 0,
            .lead = head_weight(t),
            .rarity = fixed_rarity(dl_rarity_term(rarity, language, t->id, t->flags, t->length)),
            .flags = t->flags};
    }
    ret_vec->norms = dl_norms_of(ret_vec->entries, ret_vec->n);
    sort_heavy(ret_vec);
}

struct dl_match dl_centroid_compare(const struct dl_centroid *c, const struct dl_docvec *v)
{
    struct dl_side a = {v->entries, v->n, &v->norms}, b = {c->entries, c->n, &c->norms};
    return dl_match_sides(&a, &b);
}

struct dl_match dl_centroid_compare_both(const struct dl_centroid *a, const struct dl_centroid *b)
{
    struct dl_side x = {a->entries, a->n, &a->norms}, y = {b->entries, b->n, &b->norms};
    return dl_match_sides(&x, &y);
}

/* ------------------------------------------------------------------ adding */

/* The weight of the rank-th heaviest, and how many of just that weight are among the first rank: by
 * its bytes, highest first. */
static uint32_t least_of(const uint32_t *weights, size_t n, size_t rank, size_t *ret_equal)
{
    uint32_t found = 0, known = 0; /* the bits found, and which those are */
    for (unsigned shift = 24; shift > 0;) {
        uint16_t counts[256] = {0};
        shift -= 8;
        for (size_t i = 0; i < n; i++)
            if ((weights[i] & known) == found) counts[weights[i] >> shift & 0xFF]++;
        uint32_t byte = 0xFF;
        for (; counts[byte] < rank; byte--)
            rank -= counts[byte];
        found |= byte << shift;
        known |= 0xFFU << shift;
    }
    *ret_equal = rank;
    return found;
}

/* Keeps the max heaviest, in the order they have; of equal ones the first. */
static size_t cut(struct dl_entry *entries, size_t n, size_t max)
{
    uint32_t weights[2 * DL_CENTROID_MAX + DL_FEATURES_TERMS];
    DL_ASSERT(n > max && n <= sizeof weights / sizeof *weights && max > 0);
    for (size_t i = 0; i < n; i++)
        weights[i] = dl_entry_weight(&entries[i]);
    size_t equal, kept = 0; /* equal: how many of the least weight have room */
    uint32_t least = least_of(weights, n, max, &equal);
    for (size_t i = 0; i < n; i++) {
        if (weights[i] < least || (weights[i] == least && equal == 0)) continue;
        if (weights[i] == least) equal--;
        entries[kept++] = entries[i];
    }
    return kept;
}

/* Makes room for counts to come: halves them all until none is above its limit. */
static void halve_from(struct dl_entry *entries, size_t n, uint16_t limit, uint8_t head_limit)
{
    uint16_t most = 0;
    uint8_t most_head = 0;
    for (size_t i = 0; i < n; i++) {
        const struct dl_entry *e = &entries[i];
        if (e->all > most) most = e->all;
        if (e->title > most_head) most_head = e->title;
        if (e->lead > most_head) most_head = e->lead;
    }
    for (; most > limit; most /= 2)
        for (size_t i = 0; i < n; i++)
            entries[i].all /= 2;
    for (; most_head > head_limit; most_head /= 2)
        for (size_t i = 0; i < n; i++) {
            entries[i].title /= 2;
            entries[i].lead /= 2;
        }
}

static size_t merge(const struct dl_entry *a, size_t n_a, const struct dl_entry *b, size_t n_b,
                    struct dl_entry *out)
{
    size_t n = 0, i = 0, k = 0;
    while (i < n_a || k < n_b) {
        bool left = k == n_b || (i < n_a && a[i].id <= b[k].id);
        bool both = left && k < n_b && i < n_a && a[i].id == b[k].id;
        out[n] = left ? a[i++] : b[k];
        if (both) {
            out[n].all = (uint16_t)(out[n].all + b[k].all);
            out[n].title = (uint8_t)(out[n].title + b[k].title);
            out[n].lead = (uint8_t)(out[n].lead + b[k].lead);
            out[n].rarity = b[k].rarity; /* the newer one */
            out[n].flags |= b[k].flags;
        }
        if (both || !left) k++;
        n++;
    }
    return n;
}

static enum dl_err keep(struct dl_centroid *c, struct dl_entry *entries, size_t n)
{
    size_t max = c->max > 0 ? c->max : DL_CENTROID_MAX;
    if (n > max) n = cut(entries, n, max);
    if (n > c->cap) {
        struct dl_entry *grown = realloc(c->entries, n * sizeof *grown);
        if (grown == NULL) return DL_ERR_NOMEM;
        c->entries = grown;
        c->cap = (uint16_t)n;
    }
    if (n > 0) memcpy(c->entries, entries, n * sizeof *entries);
    c->n = (uint16_t)n;
    c->norms = dl_norms_of(c->entries, n);
    return DL_OK;
}

enum dl_err dl_centroid_add_entries(struct dl_centroid *c, const struct dl_entry *entries, size_t n)
{
    struct dl_entry merged[DL_CENTROID_MAX + DL_FEATURES_TERMS];
    DL_ASSERT(n <= DL_FEATURES_TERMS);
    halve_from(c->entries, c->n, UINT16_MAX - ONE_DOCUMENT, UINT8_MAX - ONE_HEAD);
    size_t all = merge(c->entries, c->n, entries, n, merged);
    c->documents++;
    return keep(c, merged, all);
}

enum dl_err dl_centroid_add(struct dl_centroid *c, const struct dl_docvec *v)
{
    return dl_centroid_add_entries(c, v->entries, v->n);
}

enum dl_err dl_centroid_join(struct dl_centroid *c, const struct dl_centroid *other)
{
    struct dl_entry merged[2 * DL_CENTROID_MAX], theirs[DL_CENTROID_MAX];
    if (other->n > 0) memcpy(theirs, other->entries, other->n * sizeof *theirs);
    halve_from(c->entries, c->n, UINT16_MAX / 2, UINT8_MAX / 2);
    halve_from(theirs, other->n, UINT16_MAX / 2, UINT8_MAX / 2);
    size_t n = merge(c->entries, c->n, theirs, other->n, merged);
    c->documents += other->documents;
    return keep(c, merged, n);
}

/* Of a count what is left, or goes away; what is counted at all stays so. */
static uint32_t part_of(uint32_t count, float share)
{
    uint32_t part = (uint32_t)lroundf((float)count * share);
    return part == 0 && count > 0 && share > 0 ? 1 : part;
}

static size_t take_part(const struct dl_entry *entries, size_t n, const float *share, bool rest,
                        struct dl_entry *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        float part = rest ? 1 - share[i] : share[i];
        struct dl_entry e = entries[i];
        e.all = (uint16_t)part_of(e.all, part);
        e.title = (uint8_t)part_of(e.title, part);
        e.lead = (uint8_t)part_of(e.lead, part);
        if (!rest) e.posted = 0;
        if (e.all > 0) out[kept++] = e;
    }
    return kept;
}

enum dl_err dl_centroid_part(struct dl_centroid *c, const float *share, uint32_t documents,
                             struct dl_centroid *other)
{
    struct dl_entry mine[DL_CENTROID_MAX], theirs[DL_CENTROID_MAX];
    size_t n_theirs = take_part(c->entries, c->n, share, false, theirs);
    size_t n_mine = take_part(c->entries, c->n, share, true, mine);
    other->documents = documents;
    c->documents -= documents < c->documents ? documents : c->documents;
    DL_TRY(keep(other, theirs, n_theirs));
    return keep(c, mine, n_mine);
}

size_t dl_centroid_find(const struct dl_centroid *c, uint32_t id)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n && c->entries[low].id == id ? low : DL_NO_POS;
}

bool dl_centroid_due(struct dl_centroid *c, uint32_t id, uint16_t hour, uint16_t renew_hours)
{
    size_t at = dl_centroid_find(c, id);
    if (at == DL_NO_POS) return false;
    struct dl_entry *e = &c->entries[at];
    if (e->posted != 0 && (uint16_t)(hour - e->posted) < renew_hours) return false;
    e->posted = hour != 0 ? hour : 1;
    return true;
}

void dl_centroid_free(struct dl_centroid *c)
{
    free(c->entries);
    *c = (struct dl_centroid){0};
}

uint64_t dl_centroid_hash(const struct dl_centroid *c)
{
    uint64_t hash = c->documents;
    for (size_t i = 0; i < c->n; i++) {
        const struct dl_entry *e = &c->entries[i];
        uint32_t values[5] = {e->id, e->all, e->title, e->lead, e->rarity};
        hash = dl_hash64_seed((dl_str){(const char *)values, sizeof values}, hash);
    }
    return hash;
}
