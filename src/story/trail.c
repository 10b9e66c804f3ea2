#include "story/trail.h"

#include "base/huge.h"

enum { FIRST_CAP = 8, HUGE_PAGE_BITS = 21 };

void dl_trail_init(struct dl_trail *t, size_t record_bytes)
{
    unsigned even = (unsigned)__builtin_ctzll(record_bytes);
    DL_ASSERT(record_bytes > 0 && even < HUGE_PAGE_BITS);
    *t = (struct dl_trail){.size = record_bytes, .shift = HUGE_PAGE_BITS - even};
}

static size_t chunk_bytes(const struct dl_trail *t)
{
    return t->size << t->shift;
}

static char *new_chunk(const struct dl_trail *t, uint64_t chunk)
{
    return chunk == 0 ? malloc(chunk_bytes(t)) : dl_huge_new(chunk_bytes(t));
}

static void free_chunk(struct dl_trail *t, uint64_t chunk)
{
    char **at = &t->chunks[chunk & (t->cap - 1)];
    if (chunk == 0)
        free(*at);
    else
        dl_huge_free(*at, chunk_bytes(t));
    *at = NULL;
}

/* Numbers of the first chunk held and of the one behind the last. */
static uint64_t first_of(const struct dl_trail *t)
{
    return t->oldest >> t->shift;
}

static uint64_t end_of(const struct dl_trail *t)
{
    return (t->n + ((uint64_t)1 << t->shift) - 1) >> t->shift;
}

static enum dl_err grow(struct dl_trail *t)
{
    uint32_t cap = t->cap == 0 ? FIRST_CAP : t->cap * 2;
    if (cap > 1U << (32 - t->shift)) return DL_ERR_TOO_BIG;
    char **grown = calloc(cap, sizeof *grown);
    if (grown == NULL) return DL_ERR_NOMEM;
    for (uint64_t i = first_of(t); i < end_of(t); i++)
        grown[i & (cap - 1)] = t->chunks[i & (t->cap - 1)];
    free(t->chunks);
    t->chunks = grown;
    t->cap = cap;
    return DL_OK;
}

enum dl_err dl_trail_add(struct dl_trail *t, void **ret_record)
{
    uint64_t chunk = t->n >> t->shift;
    if (t->cap == 0 || chunk - first_of(t) >= t->cap) DL_TRY(grow(t));
    char **at = &t->chunks[chunk & (t->cap - 1)];
    if (*at == NULL) *at = new_chunk(t, chunk);
    if (*at == NULL) return DL_ERR_NOMEM;
    *ret_record = dl_trail_at(t, t->n++);
    return DL_OK;
}

void dl_trail_forget(struct dl_trail *t, uint64_t number)
{
    if (number <= t->oldest) return;
    for (uint64_t i = first_of(t); i < number >> t->shift; i++)
        free_chunk(t, i);
    t->oldest = number;
}

void dl_trail_free(struct dl_trail *t)
{
    for (uint64_t i = first_of(t); i < end_of(t); i++)
        free_chunk(t, i);
    free(t->chunks);
    *t = (struct dl_trail){.size = t->size, .shift = t->shift};
}

size_t dl_trail_bytes(const struct dl_trail *t)
{
    return (size_t)(t->n - (first_of(t) << t->shift)) * t->size + t->cap * sizeof *t->chunks;
}
