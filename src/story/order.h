/* Order: sorts keys by their bytes (LSD radix), and finds the least that is kept of many.
 *
 * A document has some hundreds of terms, for which qsort's calls cost more than the comparing.
 * What is sorted is packed into a key: what counts most in its upper bytes. Pure; linear. */
#ifndef DL_STORY_ORDER_H
#define DL_STORY_ORDER_H

#include "base/str.h"

/* Ascending by the lowest `bytes` bytes (1 to 8), stable; the others are 0. Both hold n keys; what
 * is in scratch is lost. */
void dl_order_keys(uint64_t *keys, uint64_t *scratch, size_t n, unsigned bytes);

/* Heaviest first, of equal ones the smaller id. */
static inline uint64_t dl_order_heavy(uint32_t weight, uint32_t id)
{
    return (uint64_t)(0xFFFFFF - weight) << 32 | id; /* a weight has 24 bits */
}
enum { DL_ORDER_HEAVY_BYTES = 7 };
static inline uint32_t dl_order_weight(uint64_t key)
{
    return 0xFFFFFF - (uint32_t)(key >> 32);
}

#endif
