/* What a document shares with its counterparts in other languages, as one list of weights: names
 * (by sound, or known), places, concepts (words as English has
 * them, by dictionary) and numbers.
 *
 * Weights are those of centroid.h; the kind stands in an entry's flags. A concept weighs as its
 * word does in its own language, less where the word means much else. Ids of the kinds lie apart.
 * Numbers: of the same text in another language nine in ten are the same, of two reports of one
 * event hardly any, so they say "translation", not "same story". */
#ifndef DL_STORY_BRIDGEVEC_H
#define DL_STORY_BRIDGEVEC_H

#include "story/bilingual.h"
#include "story/centroid.h"

enum dl_bridge_kind {
    DL_BRIDGE_NAME = 1, /* DL_TERM_NAME; bodies and persons, too */
    DL_BRIDGE_CONCEPT = 8,
    DL_BRIDGE_PLACE = 16, /* that is known, and its name by sound */
    DL_BRIDGE_NUMBER = 32,
    DL_BRIDGE_OWN = 64, /* beside the kind: the id is none of the features' */
};

enum { DL_BRIDGE_ENTRIES = DL_FEATURES_TERMS };

struct dl_bridge_vec {
    size_t n;
    struct dl_entry entries[DL_BRIDGE_ENTRIES]; /* ascending by id */
    uint16_t order[DL_BRIDGE_ENTRIES];          /* by falling weight */
};

/* bilingual may be NULL. */
void dl_bridge_vec_make(struct dl_bilingual *bilingual, const struct dl_features *features,
                        const struct dl_rarity *rarity, struct dl_bridge_vec *ret_vec);

/* Counts what is not among the terms and anchors of the features. */
void dl_bridge_vec_count(const struct dl_bridge_vec *vec, struct dl_rarity *rarity);

/* How two lists meet. */
struct dl_bridge_match {
    float names, concepts, places, numbers; /* cosines of each kind */
    float all;                              /* of names and concepts */
    float names_in, concepts_in;            /* share of the smaller side that is shared */
    float names_mass, concepts_mass, places_mass, numbers_mass; /* sums of shared rarities */
    unsigned n_names, n_concepts, n_places;                     /* shared */
};
struct dl_bridge_match dl_bridge_compare(const struct dl_entry *a, size_t n_a,
                                         const struct dl_entry *b, size_t n_b);

#endif
