/* Little-endian integers of what the ledger keeps packed of an article: features and sayings. */
#ifndef DL_STORY_PACK_H
#define DL_STORY_PACK_H

#include "base/utf8.h"

static inline void dl_put_le(dl_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        dl_buf_byte(out, (char)(value >> (8 * i) & 0xFF));
}

struct dl_unpacking {
    dl_arena *arena;
    dl_str bytes;
    size_t pos;
    bool bad; /* ran past the end, or a value that cannot be */
};

static inline uint64_t dl_get_le(struct dl_unpacking *u, size_t bytes)
{
    if (u->bytes.n - u->pos < bytes) {
        u->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)u->bytes.p[u->pos++] << (8 * i);
    return value;
}

#endif
