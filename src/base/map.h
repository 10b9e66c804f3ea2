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

typedef struct dl_map64 {
    dl_arena *arena;
    size_t n, cap;
    struct dl_map64_slot *slots;
} dl_map64;

void dl_map64_init(dl_map64 *map, dl_arena *arena);
/* Pointer to the value, NULL when absent; valid until the next insertion. */
uint64_t *dl_map64_get(const dl_map64 *map, uint64_t key);
/* Pointer to the value, inserted as 0 when absent; NULL on failure. */
uint64_t *dl_map64_at(dl_map64 *map, uint64_t key);

#endif
