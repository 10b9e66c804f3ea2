#include "serve/store_pool.h"

#include <pthread.h>

struct slot {
    dl_store *store;
    bool taken;
};

struct dl_store_pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    char *dir;
    size_t n;
    struct slot slots[];
};

dl_store_pool *dl_store_pool_new(const char *dir, size_t connections)
{
    dl_store_pool *pool = calloc(1, sizeof *pool + connections * sizeof *pool->slots);
    if (pool == NULL) return NULL;
    pool->dir = strdup(dir != NULL ? dir : "");
    pool->n = connections;
    if (pool->dir == NULL) {
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->given, NULL);
    return pool;
}

void dl_store_pool_free(dl_store_pool *pool)
{
    if (pool == NULL) return;
    for (size_t i = 0; i < pool->n; i++) {
        DL_ASSERT(!pool->slots[i].taken);
        dl_store_close(pool->slots[i].store);
    }
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->lock);
    free(pool->dir);
    free(pool);
}

static struct slot *take_slot(dl_store_pool *pool)
{
    struct slot *found = NULL;
    pthread_mutex_lock(&pool->lock);
    while (found == NULL) {
        for (size_t i = 0; i < pool->n && (found == NULL || found->store == NULL); i++)
            if (!pool->slots[i].taken) found = &pool->slots[i]; /* rather one that is open */
        if (found == NULL) pthread_cond_wait(&pool->given, &pool->lock);
    }
    found->taken = true;
    pthread_mutex_unlock(&pool->lock);
    return found;
}

static void give_slot(dl_store_pool *pool, struct slot *slot)
{
    pthread_mutex_lock(&pool->lock);
    slot->taken = false;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}

enum dl_err dl_store_pool_take(dl_store_pool *pool, dl_store **ret_store, struct dl_diag *diag)
{
    struct slot *slot = take_slot(pool);
    enum dl_err err = slot->store != NULL ? DL_OK : dl_store_open(pool->dir, &slot->store, diag);
    if (err == DL_OK) err = dl_store_begin(slot->store);
    if (err == DL_OK) {
        *ret_store = slot->store;
        return DL_OK;
    }
    dl_store_close(slot->store);
    slot->store = NULL;
    give_slot(pool, slot);
    return err;
}

void dl_store_pool_give(dl_store_pool *pool, dl_store *store, bool broken)
{
    for (size_t i = 0; i < pool->n; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->store != store) continue;
        dl_store_end(store);
        if (broken) {
            dl_store_close(store);
            slot->store = NULL;
        }
        give_slot(pool, slot);
        return;
    }
}
