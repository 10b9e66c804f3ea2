/* Trail: records of one size, numbered as they come and forgotten from the oldest on.
 *
 * They lie in chunks that never move; a chunk is given back when all its records are forgotten, so
 * that memory is that of the records held, without the slack of an array that doubles.
 * Memory on malloc, owned by the struct. Errors: DL_ERR_NOMEM; DL_ERR_TOO_BIG past 2^32 held. */
#ifndef DL_STORY_TRAIL_H
#define DL_STORY_TRAIL_H

#include "base/str.h"

enum { DL_TRAIL_CHUNK = 1024 }; /* records */

struct dl_trail {
    size_t size;        /* bytes of a record; set before the first is added */
    char **chunks;      /* a ring */
    uint32_t cap;       /* chunks it has room for, a power of two */
    uint64_t oldest, n; /* number of the oldest record held; of the next to come */
};

/* A record that is held, by its number or the low 32 bits of it. Unaligned past its chunk: size
 * says what it may be read as. */
static inline void *dl_trail_at(const struct dl_trail *t, uint64_t number)
{
    char *chunk = t->chunks[(number / DL_TRAIL_CHUNK) & (t->cap - 1)];
    return chunk + number % DL_TRAIL_CHUNK * t->size;
}

/* One more, of number trail->n before the call; *ret_record is to be written by the caller. */
enum dl_err dl_trail_add(struct dl_trail *trail, void **ret_record) DL_MUST_USE;
/* Those before number (at most n) are gone. */
void dl_trail_forget(struct dl_trail *trail, uint64_t number);
void dl_trail_free(struct dl_trail *trail);
size_t dl_trail_bytes(const struct dl_trail *trail);

#endif
