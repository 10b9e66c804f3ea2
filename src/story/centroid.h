/* Centroids: the sum of what a story's documents say, and cosines against one document.
 *
 * A document becomes a list of weights (1 + ln of its counts) times rarity; a story adds such lists
 * and keeps the DL_CENTROID_MAX heaviest entries. Three cosines are taken: of all terms, of titles,
 * of names and numbers. Rarities inside a centroid are those of its last refresh: they are renewed
 * when the number of documents has grown by a quarter.
 * Memory on malloc, owned by the struct. Entries ascend by id. Errors: DL_ERR_NOMEM. */
#ifndef DL_STORY_CENTROID_H
#define DL_STORY_CENTROID_H

#include "story/rarity.h"

enum { DL_CENTROID_MAX = 96, DL_CENTROID_TOP = 12, DL_CENTROID_HEAVY = 24 };

/* Fixed point, for memory: counts in 1/DL_ENTRY_ONE, those of titles and leads in 1/DL_ENTRY_HEAD,
 * rarity in 1/DL_ENTRY_RARITY. Only their ratios within one centroid matter, so a centroid whose
 * counts grow too large halves them all. */
enum { DL_ENTRY_ONE = 64, DL_ENTRY_HEAD = 8, DL_ENTRY_RARITY = 16 };
struct dl_entry {
    uint32_t id;
    uint16_t all;
    uint8_t title, lead; /* lead: title, subtitle and first sentences */
    uint8_t rarity, flags;
    uint16_t posted; /* the index holds it since this hour, modulo 2^16 */
};

static inline uint32_t dl_entry_weight(const struct dl_entry *e)
{
    return (uint32_t)e->all * e->rarity;
}

/* What a comparison needs of either side as a whole. */
struct dl_norms {
    float all, title, lead, names, lead_names, numbers; /* for the cosines */
    float title_sum, names_sum, top_sum;                /* for the shares */
    uint32_t top_from; /* weight of the last of the DL_CENTROID_TOP heaviest entries */
    bool named;        /* a name is among them */
};

struct dl_centroid {
    struct dl_entry *entries;
    uint16_t n, cap;
    uint16_t max;       /* entries kept; 0: DL_CENTROID_MAX */
    uint32_t documents; /* added so far */
    uint32_t refreshed; /* documents counted at the last refresh of rarities */
    struct dl_norms norms;
};

/* One document, ready to be compared; at most DL_FEATURES_TERMS entries. */
struct dl_docvec {
    size_t n;
    struct dl_entry entries[DL_FEATURES_TERMS];
    size_t n_heavy;
    uint16_t heavy[DL_CENTROID_HEAVY]; /* indices of the heaviest entries by falling weight */
    struct dl_norms norms;
};

/* How a document, or another centroid, meets a centroid: all between 0 and 1 but for mass. */
struct dl_match {
    float all, title, lead, names, plain; /* cosines; plain: of what is no name or number */
    float title_in;           /* share of the document's title that the centroid holds */
    float title_of;           /* share of the centroid's titles that the document holds */
    float top_in;             /* share of the document's heaviest terms that the centroid holds */
    float top_of;             /* share of the centroid's heaviest terms that the document holds */
    float names_in, names_of; /* the same of names that titles and leads hold */
    float lead_names;         /* cosine of them */
    float numbers;            /* cosine of the numbers in titles and leads */
    float mass;               /* sum of the rarities of all shared terms */
    bool named;               /* both hold names: the script has capitals */
    bool numbered;            /* both have numbers in titles or leads */
};

void dl_docvec_make(const struct dl_features *features, const struct dl_rarity *rarity,
                    struct dl_docvec *ret_vec);

struct dl_match dl_centroid_compare(const struct dl_centroid *centroid,
                                    const struct dl_docvec *vec);
enum dl_err dl_centroid_add(struct dl_centroid *centroid, const struct dl_docvec *vec) DL_MUST_USE;
/* One document's entries, ascending by id, at most DL_FEATURES_TERMS. */
enum dl_err dl_centroid_add_entries(struct dl_centroid *centroid, const struct dl_entry *entries,
                                    size_t n) DL_MUST_USE;
/* Adds other's entries to centroid; other is left as it is. */
enum dl_err dl_centroid_join(struct dl_centroid *centroid,
                             const struct dl_centroid *other) DL_MUST_USE;
struct dl_match dl_centroid_compare_both(const struct dl_centroid *a, const struct dl_centroid *b);
/* Is it time to put the term into the index (again)? Notes that it was done at this hour. A term
 * that was not kept is not due. */
bool dl_centroid_due(struct dl_centroid *centroid, uint32_t id, uint16_t hour,
                     uint16_t renew_hours);
void dl_centroid_free(struct dl_centroid *centroid);
uint64_t dl_centroid_hash(const struct dl_centroid *centroid);

#endif
