/* Bridge: which story in other languages tells of the same, by what both share (bridgevec.h).
 *
 * For each story the lists of all its documents are summed up; a story's list is looked up in an
 * index and the leading stories compared with it. What to do with them, and which languages they
 * hold, is the caller's. Stories are numbered by the caller, numbers are used again after
 * dl_bridge_drop().
 * Memory: 0.6 to 1.6 kB a story, 12 bytes for each of BRIDGE_INDEXED entries of a document.
 * Errors: DL_ERR_NOMEM. */
#ifndef DL_STORY_BRIDGE_H
#define DL_STORY_BRIDGE_H

#include "story/bridgevec.h"

struct dl_bridge;
/* bilingual may be NULL; it outlives the bridge. */
struct dl_bridge *dl_bridge_new(struct dl_bilingual *bilingual);
void dl_bridge_free(struct dl_bridge *bridge);

/* Makes the document ready for dl_bridge_add(). */
void dl_bridge_read(struct dl_bridge *bridge, const struct dl_features *features,
                    const struct dl_rarity *rarity);
/* Adds the document read to a story and counts what it holds; hour and renew_hours as for
 * dl_centroid_due(). */
enum dl_err dl_bridge_add(struct dl_bridge *bridge, uint32_t story, struct dl_rarity *rarity,
                          int64_t time_ms, int64_t alive_from_ms, uint16_t hour,
                          uint16_t renew_hours) DL_MUST_USE;
enum dl_err dl_bridge_join(struct dl_bridge *bridge, uint32_t from, uint32_t into) DL_MUST_USE;
void dl_bridge_drop(struct dl_bridge *bridge, uint32_t story);

struct dl_bridge_hit {
    uint32_t story;
    float score;       /* log odds that both tell of one event */
    float translation; /* log odds that one text is a translation of the other */
};
enum { DL_BRIDGE_HITS = 12 };
#define DL_BRIDGE_NOTHING (-5.0F) /* the score of two that share nothing */
/* Stories like this one, by falling score, where accept() says so. */
size_t dl_bridge_find(struct dl_bridge *bridge, uint32_t story,
                      bool (*accept)(const void *ctx, uint32_t story), const void *ctx,
                      struct dl_bridge_hit ret_hits[DL_BRIDGE_HITS]);
size_t dl_bridge_bytes(const struct dl_bridge *bridge);
uint64_t dl_bridge_hash(const struct dl_bridge *bridge, uint32_t story);

#endif
