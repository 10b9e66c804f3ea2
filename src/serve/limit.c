#include "serve/limit.h"

#include <pthread.h>

struct bucket {
    int64_t key, at_ms;
    double units;
};

struct dl_limit {
    pthread_mutex_t lock;
    struct bucket buckets[DL_LIMIT_PLACES];
};

dl_limit *dl_limit_new(void)
{
    dl_limit *limit = calloc(1, sizeof *limit);
    if (limit != NULL) pthread_mutex_init(&limit->lock, NULL);
    return limit;
}

void dl_limit_free(dl_limit *limit)
{
    if (limit == NULL) return;
    pthread_mutex_destroy(&limit->lock);
    free(limit);
}

bool dl_limit_take(dl_limit *limit, int64_t key, double cost, int64_t now_ms)
{
    if (cost > DL_LIMIT_BURST) cost = DL_LIMIT_BURST;
    pthread_mutex_lock(&limit->lock);
    struct bucket *b = &limit->buckets[(uint64_t)key % DL_LIMIT_PLACES];
    if (b->key != key) *b = (struct bucket){key, now_ms, DL_LIMIT_BURST};
    b->units += (double)(now_ms - b->at_ms) / 1000 * DL_LIMIT_PER_S;
    if (b->units > DL_LIMIT_BURST) b->units = DL_LIMIT_BURST;
    b->at_ms = now_ms;
    bool enough = b->units >= cost;
    if (enough) b->units -= cost;
    pthread_mutex_unlock(&limit->lock);
    return enough;
}
