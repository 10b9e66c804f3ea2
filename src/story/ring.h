/* Posting ring: key -> newest values, bounded by age instead of by deletion.
 *
 * Entries are written one after the other; each knows how far back the one before it in its bucket
 * is, so a chain runs from new to old and ends where the entries are too old. Old entries need no
 * removal, whole blocks of them are forgotten. A key is mixed without loss: its upper bits are the
 * number of the bucket, and an entry keeps the lower ones beside the distance (which is less than
 * there are buckets), in 32 bits together. 8 bytes an entry, 4 a bucket; at most one entry a bucket
 * on average, at least a half. Times must not fall (the caller's clock). Errors: as trail.h. */
#ifndef DL_STORY_RING_H
#define DL_STORY_RING_H

#include "story/trail.h"

struct dl_ring {
    struct dl_trail entries;
    struct dl_trail times; /* of the newest entry of each block of entries */
    uint32_t *heads;       /* number + 1 of the newest entry of the bucket, modulo 2^32; 0: none */
    unsigned bits;         /* 2^bits buckets; 0: none yet */
};

void dl_ring_free(struct dl_ring *ring);
enum dl_err dl_ring_add(struct dl_ring *ring, uint32_t key, uint32_t value, int64_t time_ms,
                        int64_t alive_from_ms) DL_MUST_USE;

/* Walks the values of a key from new to old:
 *     struct dl_ring_walk w = dl_ring_find(ring, key, max_steps);
 *     while (dl_ring_next(&w, &value)) ... */
struct dl_ring_walk {
    const struct dl_ring *ring;
    uint32_t rest, at;
    unsigned steps; /* left; long chains are cut, the newest count */
};
struct dl_ring_walk dl_ring_find(const struct dl_ring *ring, uint32_t key, unsigned max_steps);
bool dl_ring_next(struct dl_ring_walk *walk, uint32_t *ret_value);
/* The key will be asked for soon. */
void dl_ring_expect(const struct dl_ring *ring, uint32_t key);

/* Walks of several keys at once, at most DL_RING_LANES: each step waits for memory, so they wait
 * together. */
enum { DL_RING_LANES = 8, DL_RING_STEPS = 64 };
struct dl_ring_values {
    size_t n;
    uint32_t p[DL_RING_STEPS]; /* from new to old */
};
void dl_ring_find_all(const struct dl_ring *ring, const uint32_t *keys, size_t n, /* keys */
                      unsigned max_steps, /* of each, at most DL_RING_STEPS */
                      struct dl_ring_values ret_values[DL_RING_LANES]);
size_t dl_ring_bytes(const struct dl_ring *ring);

#endif
