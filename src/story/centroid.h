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

enum { DL_CENTROID_MAX = 96 };

struct dl_entry {
    uint32_t id;
    float all, title, rarity;
    uint8_t flags, length;
    uint16_t posted; /* the index holds it since this hour, modulo 2^16; the caller's */
};

struct dl_centroid {
    struct dl_entry *entries;
    uint16_t n, cap;
    uint32_t documents; /* added so far */
    uint32_t refreshed; /* documents counted at the last refresh of rarities */
    float norm_all, norm_title, norm_names;
};

/* One document, ready to be compared; at most DL_FEATURES_TERMS entries. */
struct dl_docvec {
    size_t n;
    struct dl_entry entries[DL_FEATURES_TERMS];
    float norm_all, norm_title, norm_names;
};

struct dl_cosines {
    float all, title, names;
};

void dl_docvec_make(const struct dl_features *features, const struct dl_rarity *rarity,
                    struct dl_docvec *ret_vec);
void dl_docvec_anchors(const struct dl_features *features, const struct dl_rarity *rarity,
                       struct dl_docvec *ret_vec);

struct dl_cosines dl_centroid_compare(const struct dl_centroid *centroid,
                                      const struct dl_docvec *vec);
enum dl_err dl_centroid_add(struct dl_centroid *centroid, const struct dl_docvec *vec) DL_MUST_USE;
/* Adds other's entries to centroid; other is left as it is. */
enum dl_err dl_centroid_join(struct dl_centroid *centroid,
                             const struct dl_centroid *other) DL_MUST_USE;
struct dl_cosines dl_centroid_compare_both(const struct dl_centroid *a,
                                           const struct dl_centroid *b);
void dl_centroid_free(struct dl_centroid *centroid);
uint64_t dl_centroid_hash(const struct dl_centroid *centroid);

#endif
