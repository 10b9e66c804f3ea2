/* A few read-only store connections, opened when first needed, each used by one thread at a time.
 * A store that is not there yet is looked for again at each request. Thread-safe. */
#ifndef DL_SERVE_STORE_POOL_H
#define DL_SERVE_STORE_POOL_H

#include "store/read.h"

typedef struct dl_store_pool dl_store_pool;

/* dir is copied. */
dl_store_pool *dl_store_pool_new(const char *dir, size_t connections);
void dl_store_pool_free(dl_store_pool *pool); /* all connections given back */
/* Waits until one is free; begun. */
enum dl_err dl_store_pool_take(dl_store_pool *pool, dl_store **ret_store,
                               struct dl_diag *diag) DL_MUST_USE;
/* Ended and kept; `broken`: closed, the next take opens a new one. */
void dl_store_pool_give(dl_store_pool *pool, dl_store *store, bool broken);

#endif
