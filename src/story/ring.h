/* Posting ring: key -> newest values, bounded by age instead of by deletion.
 *
 * Entries are written one after the other into a ring; each points to the one before it in its
 * bucket, so a chain runs from new to old and ends where the ring has been overwritten or the
 * entries are too old. Old entries need no removal: the ring grows only while its oldest entry is
 * still alive. Times must not fall (the caller's clock). 12 bytes an entry, 4 a bucket. */
#ifndef DL_STORY_RING_H
#define DL_STORY_RING_H

#include "base/str.h"

struct dl_ring_entry {
    uint32_t key, value, before;
};

struct dl_ring {
    struct dl_ring_entry *entries;
    uint32_t *heads;  /* entry number + 1 of the newest of the bucket, modulo 2^32 */
    int64_t *times;   /* of the newest entry of each block */
    uint32_t cap;     /* entries and buckets, a power of two */
    uint64_t written; /* entries so far */
    uint64_t oldest;  /* number of the first entry that was alive at the last add, or before it */
};

void dl_ring_free(struct dl_ring *ring);
enum dl_err dl_ring_add(struct dl_ring *ring, uint32_t key, uint32_t value, int64_t time_ms,
                        int64_t alive_from_ms) DL_MUST_USE;

/* Walks the values of a key from new to old:
 *     struct dl_ring_walk w = dl_ring_find(ring, key, max_steps);
 *     while (dl_ring_next(&w, &value)) ... */
struct dl_ring_walk {
    const struct dl_ring *ring;
    uint32_t key, at;
    unsigned steps; /* left; long chains are cut, the newest count */
};
struct dl_ring_walk dl_ring_find(const struct dl_ring *ring, uint32_t key, unsigned max_steps);
/* The key will be asked for soon. */
void dl_ring_expect(const struct dl_ring *ring, uint32_t key);
bool dl_ring_next(struct dl_ring_walk *walk, uint32_t *ret_value);
size_t dl_ring_bytes(const struct dl_ring *ring);

#endif
