#include "story/ring.h"

#include "base/huge.h"

enum { FIRST_BITS = 12, MOST_BITS = 30, BLOCK = 1024 };

struct entry {
    uint32_t value;
    uint32_t link; /* the rest of the key, then `bits` bits of distance; 0: the last of its chain */
};

static size_t heads_bytes(const struct dl_ring *r)
{
    return r->bits == 0 ? 0 : ((size_t)1 << r->bits) * sizeof *r->heads;
}

void dl_ring_free(struct dl_ring *r)
{
    dl_trail_free(&r->entries);
    dl_trail_free(&r->times);
    dl_huge_free(r->heads, heads_bytes(r));
    *r = (struct dl_ring){0};
}

/* Odd: no two keys have the same product. */
static uint32_t mixed(uint32_t key)
{
    return key * 0x9E3779B1U;
}

static uint32_t bucket_of(const struct dl_ring *r, uint32_t key)
{
    return mixed(key) >> (32 - r->bits);
}

static uint32_t rest_of(const struct dl_ring *r, uint32_t key)
{
    return mixed(key) << r->bits >> r->bits;
}

static struct entry *entry_at(const struct dl_ring *r, uint32_t number)
{
    return dl_trail_at(&r->entries, number);
}

/* at: number + 1, modulo 2^32. */
static bool is_held(const struct dl_ring *r, uint32_t at)
{
    return at != 0 && dl_trail_holds(&r->entries, at - 1);
}

static uint32_t before(uint32_t at, uint32_t link, unsigned bits)
{
    uint32_t distance = link & ((1U << bits) - 1);
    return distance == 0 ? 0 : at - distance;
}

/* --- growing ------------------------------------------------------------------------------ */

/* Each bucket becomes two, by the upper bit of the rest of its keys. */
static void split(struct dl_ring *r, uint32_t bucket, uint32_t *heads)
{
    unsigned bits = r->bits + 1;
    uint32_t last[2] = {0, 0}; /* of the new chains, as at */
    for (uint32_t at = r->heads[bucket]; is_held(r, at);) {
        struct entry *e = entry_at(r, at - 1);
        uint32_t rest = e->link >> r->bits, side = rest >> (31 - r->bits) & 1;
        uint32_t next = before(at, e->link, r->bits);
        e->link = rest << bits; /* without its upper bit */
        if (last[side] == 0)
            heads[2 * bucket + side] = at;
        else
            entry_at(r, last[side] - 1)->link |= last[side] - at;
        last[side] = at;
        at = next;
    }
}

static enum dl_err grow(struct dl_ring *r)
{
    unsigned bits = r->bits == 0 ? FIRST_BITS : r->bits + 1;
    if (bits > MOST_BITS) return DL_ERR_TOO_BIG;
    uint32_t *heads = dl_huge_new(((size_t)1 << bits) * sizeof *heads);
    if (heads == NULL) return DL_ERR_NOMEM;
    if (r->bits == 0) {
        dl_trail_init(&r->entries, sizeof(struct entry));
        dl_trail_init(&r->times, sizeof(int64_t));
    }
    for (uint32_t i = 0; r->bits > 0 && i < 1U << r->bits; i++)
        split(r, i, heads);
    dl_huge_free(r->heads, heads_bytes(r));
    r->heads = heads;
    r->bits = bits;
    return DL_OK;
}

/* --- adding ------------------------------------------------------------------------------- */

static enum dl_err put(struct dl_ring *r, uint32_t key, uint32_t value)
{
    void *record;
    uint32_t number = (uint32_t)r->entries.n, *head = &r->heads[bucket_of(r, key)];
    uint32_t distance = is_held(r, *head) ? number + 1 - *head : 0;
    DL_TRY(dl_trail_add(&r->entries, &record));
    *(struct entry *)record = (struct entry){value, rest_of(r, key) << r->bits | distance};
    *head = number + 1;
    return DL_OK;
}

static int64_t *time_of(const struct dl_ring *r, uint64_t number)
{
    return dl_trail_at(&r->times, number / BLOCK);
}

enum dl_err dl_ring_add(struct dl_ring *r, uint32_t key, uint32_t value, int64_t time_ms,
                        int64_t alive_from_ms)
{
    void *record;
    bool is_full = r->entries.n - r->entries.oldest + 1 >= (uint64_t)1 << r->bits;
    if (r->bits == 0 || is_full) DL_TRY(grow(r));
    if (r->entries.n / BLOCK == r->times.n) DL_TRY(dl_trail_add(&r->times, &record));
    DL_TRY(put(r, key, value));
    *time_of(r, r->entries.n - 1) = time_ms;
    while (r->times.n - r->entries.oldest / BLOCK > 1 &&
           *time_of(r, r->entries.oldest) < alive_from_ms)
        dl_trail_forget(&r->entries, r->entries.oldest + BLOCK);
    dl_trail_forget(&r->times, r->entries.oldest / BLOCK);
    return DL_OK;
}

/* --- finding ------------------------------------------------------------------------------ */

struct dl_ring_walk dl_ring_find(const struct dl_ring *r, uint32_t key, unsigned max_steps)
{
    if (r->bits == 0) return (struct dl_ring_walk){r, 0, 0, max_steps};
    return (struct dl_ring_walk){r, rest_of(r, key), r->heads[bucket_of(r, key)], max_steps};
}

void dl_ring_expect(const struct dl_ring *r, uint32_t key)
{
    if (r->bits != 0) __builtin_prefetch(&r->heads[bucket_of(r, key)]);
}

/* false: the walk is over. *ret_is: the entry is of the key. */
static bool step(struct dl_ring_walk *w, uint32_t *ret_value, bool *ret_is)
{
    const struct dl_ring *r = w->ring;
    if (w->steps == 0 || !is_held(r, w->at)) return false;
    const struct entry *e = entry_at(r, w->at - 1);
    *ret_value = e->value;
    *ret_is = e->link >> r->bits == w->rest;
    w->at = before(w->at, e->link, r->bits);
    w->steps--;
    return true;
}

bool dl_ring_next(struct dl_ring_walk *w, uint32_t *ret_value)
{
    bool is = false;
    while (!is && step(w, ret_value, &is)) {
    }
    return is;
}

void dl_ring_find_all(const struct dl_ring *r, const uint32_t *keys, size_t n, unsigned max_steps,
                      struct dl_ring_values ret_values[DL_RING_LANES])
{
    struct dl_ring_walk walks[DL_RING_LANES];
    DL_ASSERT(n <= DL_RING_LANES && max_steps <= DL_RING_STEPS);
    for (size_t i = 0; i < n; i++) {
        walks[i] = dl_ring_find(r, keys[i], max_steps);
        ret_values[i].n = 0;
        if (is_held(r, walks[i].at)) __builtin_prefetch(entry_at(r, walks[i].at - 1));
    }
    for (size_t going = n; going > 0;) {
        going = 0;
        for (size_t i = 0; i < n; i++) {
            bool is;
            uint32_t value;
            if (!step(&walks[i], &value, &is)) continue;
            going++;
            if (is) ret_values[i].p[ret_values[i].n++] = value;
            if (is_held(r, walks[i].at)) __builtin_prefetch(entry_at(r, walks[i].at - 1));
        }
    }
}

size_t dl_ring_bytes(const struct dl_ring *r)
{
    return dl_trail_bytes(&r->entries) + dl_trail_bytes(&r->times) + heads_bytes(r);
}
