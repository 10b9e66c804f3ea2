#include "story/ring.h"

enum { FIRST_CAP = 1 << 12, BLOCK = 256, MAX_CAP = 1 << 30 };

void dl_ring_free(struct dl_ring *r)
{
    free(r->entries);
    free(r->heads);
    free(r->times);
    *r = (struct dl_ring){0};
}

static uint32_t bucket_of(const struct dl_ring *r, uint32_t key)
{
    return (uint32_t)((key * 0x9E3779B97F4A7C15U) >> 32) & (r->cap - 1);
}

/* Entry numbers are kept modulo 2^32; one older than the ring is gone, and so is the rest of the
 * block that is being written over (its time is the new one). at is number + 1, 0: none. */
static bool is_held(const struct dl_ring *r, uint32_t at)
{
    uint32_t age = (uint32_t)r->written - (at - 1);
    uint32_t rest = (BLOCK - (uint32_t)r->written % BLOCK) % BLOCK;
    return at != 0 && age > 0 && age <= r->cap - rest && age <= r->written - r->oldest;
}

static int64_t time_of(const struct dl_ring *r, uint32_t number)
{
    return r->times[(number & (r->cap - 1)) / BLOCK];
}

static void put(struct dl_ring *r, uint32_t key, uint32_t value, int64_t time_ms)
{
    uint32_t number = (uint32_t)r->written, slot = number & (r->cap - 1);
    uint32_t *head = &r->heads[bucket_of(r, key)];
    r->entries[slot] = (struct dl_ring_entry){key, value, *head};
    r->times[slot / BLOCK] = time_ms; /* of its newest entry */
    r->written++;
    *head = number + 1;
}

static enum dl_err grow(struct dl_ring *r)
{
    struct dl_ring bigger = {.cap = r->cap == 0 ? FIRST_CAP : r->cap * 2};
    if (bigger.cap > MAX_CAP) return DL_ERR_TOO_BIG;
    bigger.entries = calloc(bigger.cap, sizeof *bigger.entries);
    bigger.heads = calloc(bigger.cap, sizeof *bigger.heads);
    bigger.times = calloc(bigger.cap / BLOCK, sizeof *bigger.times);
    if (bigger.entries == NULL || bigger.heads == NULL || bigger.times == NULL) {
        dl_ring_free(&bigger);
        return DL_ERR_NOMEM;
    }
    uint64_t first = r->written > r->cap ? r->written - r->cap : 0;
    bigger.written = first;
    for (uint64_t i = first; i < r->written; i++) {
        const struct dl_ring_entry *e = &r->entries[i & (r->cap - 1)];
        put(&bigger, e->key, e->value, time_of(r, (uint32_t)i));
    }
    bigger.oldest = r->oldest > first ? r->oldest : first;
    dl_ring_free(r);
    *r = bigger;
    return DL_OK;
}

/* Numbers rise with time, so that a walk need not look at times: they lie elsewhere in memory. */
static void age(struct dl_ring *r, int64_t alive_from_ms)
{
    if (r->written > r->cap && r->oldest < r->written - r->cap) r->oldest = r->written - r->cap;
    while (r->oldest < r->written && time_of(r, (uint32_t)r->oldest) < alive_from_ms)
        r->oldest = (r->oldest / BLOCK + 1) * BLOCK;
    if (r->oldest > r->written) r->oldest = r->written;
}

enum dl_err dl_ring_add(struct dl_ring *r, uint32_t key, uint32_t value, int64_t time_ms,
                        int64_t alive_from_ms)
{
    /* The ring writes over whole blocks, so only where one begins is there something to save. */
    bool full = r->written >= r->cap && r->written % BLOCK == 0;
    if (r->cap == 0 || (full && time_of(r, (uint32_t)r->written) >= alive_from_ms)) DL_TRY(grow(r));
    put(r, key, value, time_ms);
    age(r, alive_from_ms);
    return DL_OK;
}

struct dl_ring_walk dl_ring_find(const struct dl_ring *r, uint32_t key, unsigned max_steps)
{
    uint32_t at = r->cap == 0 ? 0 : r->heads[bucket_of(r, key)];
    return (struct dl_ring_walk){r, key, at, max_steps};
}

void dl_ring_expect(const struct dl_ring *r, uint32_t key)
{
    if (r->cap != 0) __builtin_prefetch(&r->heads[bucket_of(r, key)]);
}

bool dl_ring_next(struct dl_ring_walk *w, uint32_t *ret_value)
{
    const struct dl_ring *r = w->ring;
    while (w->steps > 0 && is_held(r, w->at)) {
        uint32_t number = w->at - 1;
        const struct dl_ring_entry *e = &r->entries[number & (r->cap - 1)];
        w->at = e->before;
        w->steps--;
        if (e->key != w->key) continue;
        *ret_value = e->value;
        return true;
    }
    w->steps = 0;
    return false;
}

size_t dl_ring_bytes(const struct dl_ring *r)
{
    return r->cap * (sizeof *r->entries + sizeof *r->heads) + r->cap / BLOCK * sizeof *r->times;
}
