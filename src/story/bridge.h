/* Bridge: which story in other languages tells of the same, by the anchors of both.
 *
 * For each story the anchors of all its documents are summed up; a new document's anchors are
 * looked up in an index and the leading stories compared with it. What to do with them, and which
 * languages they hold, is the caller's. Stories are numbered by the caller, numbers are used again
 * after dl_bridge_drop().
 * Memory: 0.3 to 0.6 kB a story, 12 bytes for each of BRIDGE_INDEXED anchors of a document.
 * Errors: DL_ERR_NOMEM. */
#ifndef DL_STORY_BRIDGE_H
#define DL_STORY_BRIDGE_H

#include "story/centroid.h"

struct dl_bridge;
struct dl_bridge *dl_bridge_new(void);
void dl_bridge_free(struct dl_bridge *bridge);

/* Makes the document ready for the calls below. */
void dl_bridge_read(struct dl_bridge *bridge, const struct dl_features *features,
                    const struct dl_rarity *rarity);
/* Adds the document read to a story; hour and renew_hours as for dl_centroid_due(). */
enum dl_err dl_bridge_add(struct dl_bridge *bridge, uint32_t story, int64_t time_ms,
                          int64_t alive_from_ms, uint16_t hour, uint16_t renew_hours) DL_MUST_USE;
enum dl_err dl_bridge_join(struct dl_bridge *bridge, uint32_t from, uint32_t into) DL_MUST_USE;
void dl_bridge_drop(struct dl_bridge *bridge, uint32_t story);

struct dl_bridge_hit {
    uint32_t story;
    float score; /* 0..1, how likely both tell of one event */
};
enum { DL_BRIDGE_HITS = 12 };
/* Stories like the document read, by falling score, where accept() says so. */
size_t dl_bridge_find(struct dl_bridge *bridge, bool (*accept)(const void *ctx, uint32_t story),
                      const void *ctx, struct dl_bridge_hit ret_hits[DL_BRIDGE_HITS]);
size_t dl_bridge_bytes(const struct dl_bridge *bridge);
uint64_t dl_bridge_hash(const struct dl_bridge *bridge, uint32_t story);

#endif
