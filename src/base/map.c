#include "base/map.h"

#include "base/hash.h"

struct dl_map_slot {
    dl_str key;
    uint64_t hash;
    void *value;
};

void dl_map_init(dl_map *map, dl_arena *arena)
{
    *map = (dl_map){.arena = arena};
}

static struct dl_map_slot *map_slot(const dl_map *map, dl_str key, uint64_t hash)
{
    for (size_t i = hash & (map->cap - 1);; i = (i + 1) & (map->cap - 1)) {
        struct dl_map_slot *s = &map->slots[i];
        if (s->value == NULL || (s->hash == hash && dl_str_eq(s->key, key))) return s;
    }
}

void *dl_map_get(const dl_map *map, dl_str key)
{
    return map->cap == 0 ? NULL : map_slot(map, key, dl_hash64(key))->value;
}

static enum dl_err map_grow(dl_map *map)
{
    dl_map bigger = {.arena = map->arena, .cap = map->cap == 0 ? 16 : map->cap * 2};
    bigger.slots = DL_NEW_ARRAY(map->arena, struct dl_map_slot, bigger.cap);
    if (bigger.slots == NULL) return dl_arena_failed(map->arena);
    for (size_t i = 0; i < map->cap; i++)
        if (map->slots[i].value != NULL)
            *map_slot(&bigger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
    bigger.n = map->n;
    *map = bigger;
    return DL_OK;
}

enum dl_err dl_map_set(dl_map *map, dl_str key, void *value)
{
    DL_ASSERT(value != NULL);
    if (map->n * 4 >= map->cap * 3) DL_TRY(map_grow(map));
    uint64_t hash = dl_hash64(key);
    struct dl_map_slot *s = map_slot(map, key, hash);
    map->n += s->value == NULL;
    *s = (struct dl_map_slot){key, hash, value};
    return DL_OK;
}

bool dl_map_next(const dl_map *map, size_t *pos, dl_str *ret_key, void **ret_value)
{
    for (; *pos < map->cap; (*pos)++) {
        const struct dl_map_slot *s = &map->slots[*pos];
        if (s->value == NULL) continue;
        *ret_key = s->key;
        *ret_value = s->value;
        (*pos)++;
        return true;
    }
    return false;
}

void dl_map64_init(dl_map64 *map, dl_arena *arena)
{
    *map = (dl_map64){.arena = arena};
}

static enum dl_err map64_grow(dl_map64 *map)
{
    dl_map64 bigger = *map;
    bigger.cap = map->cap == 0 ? 16 : map->cap * 2;
    bigger.slots = DL_NEW_ARRAY(map->arena, struct dl_map64_slot, bigger.cap + 1);
    if (bigger.slots == NULL) return dl_arena_failed(map->arena);
    for (size_t i = 0; i < map->cap; i++)
        if (map->slots[i].key != 0) *dl_map64_slot_(&bigger, map->slots[i].key) = map->slots[i];
    if (map->cap > 0) bigger.slots[bigger.cap] = map->slots[map->cap];
    *map = bigger;
    return DL_OK;
}

uint64_t *dl_map64_at(dl_map64 *map, uint64_t key)
{
    if (map->n * 4 >= map->cap * 3 && map64_grow(map) != DL_OK) return NULL;
    if (key == 0) {
        map->n += !map->has_zero;
        map->has_zero = true;
        return &map->slots[map->cap].value;
    }
    struct dl_map64_slot *s = dl_map64_slot_(map, key);
    map->n += s->key == 0;
    s->key = key;
    return &s->value;
}
