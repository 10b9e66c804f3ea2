#include "story/trail.h"

enum { FIRST_CAP = 8, MAX_CAP = 1 << 22 };

static uint64_t chunk_of(uint64_t number)
{
    return number / DL_TRAIL_CHUNK;
}

static uint64_t held(const struct dl_trail *t)
{
    return t->n == t->oldest ? 0 : chunk_of(t->n - 1) - chunk_of(t->oldest) + 1;
}

static enum dl_err grow(struct dl_trail *t)
{
    uint32_t cap = t->cap == 0 ? FIRST_CAP : t->cap * 2;
    if (cap > MAX_CAP) return DL_ERR_TOO_BIG;
    char **grown = calloc(cap, sizeof *grown);
    if (grown == NULL) return DL_ERR_NOMEM;
    for (uint64_t i = chunk_of(t->oldest), k = 0; k < held(t); i++, k++)
        grown[i & (cap - 1)] = t->chunks[i & (t->cap - 1)];
    free(t->chunks);
    t->chunks = grown;
    t->cap = cap;
    return DL_OK;
}

enum dl_err dl_trail_add(struct dl_trail *t, void **ret_record)
{
    uint64_t chunk = chunk_of(t->n);
    if (t->cap == 0 || chunk - chunk_of(t->oldest) >= t->cap) DL_TRY(grow(t));
    char **at = &t->chunks[chunk & (t->cap - 1)];
    if (*at == NULL) *at = malloc(DL_TRAIL_CHUNK * t->size);
    if (*at == NULL) return DL_ERR_NOMEM;
    *ret_record = *at + t->n % DL_TRAIL_CHUNK * t->size;
    t->n++;
    return DL_OK;
}

void dl_trail_forget(struct dl_trail *t, uint64_t number)
{
    for (uint64_t i = chunk_of(t->oldest); i < chunk_of(number); i++) {
        free(t->chunks[i & (t->cap - 1)]);
        t->chunks[i & (t->cap - 1)] = NULL;
    }
    if (number > t->oldest) t->oldest = number;
}

void dl_trail_free(struct dl_trail *t)
{
    for (uint32_t i = 0; i < t->cap; i++)
        free(t->chunks[i]);
    free(t->chunks);
    *t = (struct dl_trail){.size = t->size};
}

size_t dl_trail_bytes(const struct dl_trail *t)
{
    size_t chunks = 0;
    for (uint32_t i = 0; i < t->cap; i++)
        chunks += t->chunks[i] != NULL;
    return chunks * DL_TRAIL_CHUNK * t->size + t->cap * sizeof *t->chunks;
}
