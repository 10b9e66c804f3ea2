/* Centroids: the sum of what a story's documents say, and cosines against one document.
 *
 * A document becomes a list of weights (1 + ln of its counts) times rarity; a story adds such lists
 * and keeps the DL_CENTROID_MAX heaviest entries. A term's rarity inside a centroid is
 * that of the last document that held it.
 * Memory on malloc, owned by the struct. Entries ascend by id. Errors: DL_ERR_NOMEM. */
#ifndef DL_STORY_CENTROID_H
#define DL_STORY_CENTROID_H

#include "story/match.h"
#include "story/rarity.h"

enum { DL_CENTROID_MAX = 96, DL_CENTROID_HEAVY = 24 };

struct dl_centroid {
    struct dl_entry *entries;
    uint16_t n, cap;
    uint16_t max;       /* entries kept; 0: DL_CENTROID_MAX */
    uint32_t documents; /* added so far */
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
/* Parts it: of each entry that share (0..1, one for each) goes to other, which is empty. documents:
 * of other. The index holds none of other's terms yet. */
enum dl_err dl_centroid_part(struct dl_centroid *centroid, const float *share, uint32_t documents,
                             struct dl_centroid *other) DL_MUST_USE;
struct dl_match dl_centroid_compare_both(const struct dl_centroid *a, const struct dl_centroid *b);
/* Index of the term's entry; DL_NO_POS: it is not kept. */
size_t dl_centroid_find(const struct dl_centroid *centroid, uint32_t id);
/* Is it time to put the term into the index (again)? Notes that it was done at this hour. A term
 * that was not kept is not due. */
bool dl_centroid_due(struct dl_centroid *centroid, uint32_t id, uint16_t hour,
                     uint16_t renew_hours);
void dl_centroid_free(struct dl_centroid *centroid);
uint64_t dl_centroid_hash(const struct dl_centroid *centroid);

#endif
