/* Hash maps, open addressing with linear probing, keys never removed (dl_set_clear apart).
 *
 * dl_map: bytes -> pointer. dl_map64: uint64 -> uint64, for ids and hashes.
 * Memory from the arena given at creation (a grown table leaves the old one behind until reset).
 * Key bytes are not copied. Values: NULL cannot be stored in dl_map. */
#ifndef DL_BASE_MAP_H
#define DL_BASE_MAP_H

#include "base/str.h"

typedef struct dl_map {
    dl_arena *arena;
    size_t n, cap;
    struct dl_map_slot *slots;
} dl_map;

void dl_map_init(dl_map *map, dl_arena *arena);
void *dl_map_get(const dl_map *map, dl_str key); /* NULL when absent */
enum dl_err dl_map_set(dl_map *map, dl_str key, void *value) DL_MUST_USE;
/* Iteration: start with *pos = 0; order is by slot, so never let it reach an output. */
bool dl_map_next(const dl_map *map, size_t *pos, dl_str *ret_key, void **ret_value);

struct dl_map64_slot {
    uint64_t key, value; /* key 0: free */
};
typedef struct dl_map64 {
    dl_arena *arena;
    size_t n, cap;
    struct dl_map64_slot *slots; /* cap of them, one for key 0 behind them */
    bool has_zero;
} dl_map64;

void dl_map64_init(dl_map64 *map, dl_arena *arena);

static inline struct dl_map64_slot *dl_map64_slot_(const dl_map64 *map, uint64_t key)
{
    uint64_t h = key * 0x9E3779B97F4A7C15u;
    for (size_t i = (h ^ h >> 32) & (map->cap - 1);; i = (i + 1) & (map->cap - 1)) {
        struct dl_map64_slot *s = &map->slots[i];
        if (s->key == 0 || s->key == key) return s;
    }
}

/* Pointer to the value, NULL when absent; valid until the next insertion. */
static inline uint64_t *dl_map64_get(const dl_map64 *map, uint64_t key)
{
    if (map->cap == 0) return NULL;
    if (key == 0) return map->has_zero ? &map->slots[map->cap].value : NULL;
    struct dl_map64_slot *s = dl_map64_slot_(map, key);
    return s->key != 0 ? &s->value : NULL;
}

/* Pointer to the value, inserted as 0 when absent; NULL on failure. */
uint64_t *dl_map64_at(dl_map64 *map, uint64_t key);

#endif
