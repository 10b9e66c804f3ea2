#include "story/order.h"

enum { BYTE = 256, BYTES = 8, FEW = 24 /* keys up to which insertion is faster */ };

static void insert_all(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t k = i;
        for (; k > 0 && keys[k - 1] > key; k--)
            keys[k] = keys[k - 1];
        keys[k] = key;
    }
}

static void pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift, uint32_t *counts)
{
    uint32_t start = 0;
    for (size_t k = 0; k < BYTE; k++) {
        uint32_t here = counts[k];
        counts[k] = start;
        start += here;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[from[i] >> shift & (BYTE - 1)]++] = from[i];
}

void dl_order_keys(uint64_t *keys, uint64_t *scratch, size_t n, unsigned bytes)
{
    uint32_t counts[BYTES][BYTE] = {{0}};
    uint64_t *from = keys, *to = scratch;
    DL_ASSERT(bytes > 0 && bytes <= BYTES && n <= UINT32_MAX);
    if (n <= FEW) {
        insert_all(keys, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (unsigned b = 0; b < bytes; b++)
            counts[b][keys[i] >> 8 * b & (BYTE - 1)]++;
    for (unsigned b = 0; b < bytes; b++) {
        if (counts[b][from[0] >> 8 * b & (BYTE - 1)] == n) continue; /* all the same */
        pass(from, to, n, 8 * b, counts[b]);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, n * sizeof *keys);
}
