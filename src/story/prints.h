/* Fingerprints: the smallest hashes of a text's shingles, for copies.
 *
 * A shingle is five words; where most characters belong to scripts without spaces it is eight
 * characters. The same run of words gives the same hash in every document. See features.h for how
 * sketches are compared. Linear in the words, apart from the sort of the hashes. */
#ifndef DL_STORY_PRINTS_H
#define DL_STORY_PRINTS_H

#include "story/features.h"
#include "story/wordscan.h"

enum { DL_PRINT_WORDS = 5, DL_PRINT_CHARS = 8 };

/* Sets prints, n_prints, print_limit, shingles and text_hash; memory from the arena. */
enum dl_err dl_prints_make(dl_arena *arena, const struct dl_word *words, size_t n,
                           struct dl_features *features) DL_MUST_USE;

/* Shared shingles of two texts / shingles of the shorter, estimated from both sketches. */
struct dl_containment {
    uint32_t shared, smaller; /* prints below the common limit: in both, in the one with fewer */
};
struct dl_containment dl_prints_compare(const uint32_t *a, size_t n_a, uint32_t limit_a,
                                        const uint32_t *b, size_t n_b, uint32_t limit_b);

#endif
