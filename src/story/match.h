/* Match: how two lists of weighted terms meet.
 *
 * Cosines of all terms, of titles, leads, names and the other words; shares of one side's titles,
 * heaviest terms, names and words of the news that the other side holds. A side is a document or a
 * centroid (centroid.h); entries ascend by id. Pure; linear in both lists. */
#ifndef DL_STORY_MATCH_H
#define DL_STORY_MATCH_H

#include "story/features.h"

enum { DL_CENTROID_TOP = 12 }; /* heaviest terms that tell what a side is about */

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
    float title_sum, names_sum, top_sum, head_sum;      /* for the shares */
    uint32_t top_from; /* weight of the last of the DL_CENTROID_TOP heaviest entries */
    bool named;        /* a name is among them */
};

/* All between 0 and 1 but for mass. "The document" is the first side, "the centroid" the second. */
struct dl_match {
    float all, title, lead, names, plain; /* cosines; plain: of what is no name or number */
    float title_in;           /* share of the document's title that the centroid holds */
    float title_of;           /* share of the centroid's titles that the document holds */
    float top_in;             /* share of the document's heaviest terms that the centroid holds */
    float top_of;             /* share of the centroid's heaviest terms that the document holds */
    float names_in, names_of; /* the same of names that titles and leads hold */
    float head_in, head_of;   /* the same of the other words of titles and leads */
    float lead_names;         /* cosine of the names of titles and leads */
    float numbers;            /* cosine of the numbers in titles and leads */
    float mass;               /* sum of the rarities of all shared terms */
    bool named;               /* both hold names: the script has capitals */
    bool numbered;            /* both have numbers in titles or leads */
};

struct dl_norms dl_norms_of(const struct dl_entry *entries, size_t n);

struct dl_side {
    const struct dl_entry *entries;
    size_t n;
    const struct dl_norms *norms;
};
struct dl_match dl_match_sides(const struct dl_side *a, const struct dl_side *b);

#endif
