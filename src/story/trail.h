/* Trail: records of one size, numbered as they come and forgotten from the oldest on.
 *
 * They lie in chunks of whole huge pages (base/huge.h) that never move; a chunk is given back when
 * all its records are forgotten, and what was never written takes no memory: it is that of the
 * records held, without the slack of an array that doubles. The first chunk is ordinary memory, so
 * that a few records take little. Owned by the struct. Errors: DL_ERR_NOMEM; DL_ERR_TOO_BIG past
 * 2^32 held. */
#ifndef DL_STORY_TRAIL_H
#define DL_STORY_TRAIL_H

#include "base/str.h"

struct dl_trail {
    size_t size;        /* bytes of a record */
    unsigned shift;     /* 2^shift records in a chunk */
    uint32_t cap;       /* chunks the ring has room for, a power of two */
    char **chunks;      /* a ring */
    uint64_t oldest, n; /* number of the oldest record held; of the next to come */
};

void dl_trail_init(struct dl_trail *trail, size_t record_bytes);
void dl_trail_free(struct dl_trail *trail);

/* Is the record held whose number has these low 32 bits? */
static inline bool dl_trail_holds(const struct dl_trail *t, uint32_t number)
{
    uint32_t age = (uint32_t)t->n - number;
    return age > 0 && age <= t->n - t->oldest;
}

/* A record that is held, by its number or the low 32 bits of it; aligned as its size is. */
static inline void *dl_trail_at(const struct dl_trail *t, uint64_t number)
{
    char *chunk = t->chunks[(number >> t->shift) & (t->cap - 1)];
    return chunk + (number & ((1U << t->shift) - 1)) * t->size;
}

/* One more, of number trail->n before the call; *ret_record is to be written by the caller. */
enum dl_err dl_trail_add(struct dl_trail *trail, void **ret_record) DL_MUST_USE;
/* Those before number (at most n) are gone. */
void dl_trail_forget(struct dl_trail *trail, uint64_t number);
size_t dl_trail_bytes(const struct dl_trail *trail);

#endif
