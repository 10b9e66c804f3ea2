/* An intrusive hash table of uint64 keys whose entries come and go: chains, no copies.
 *
 * The entry's struct holds a struct dl_table_node for each table it is in and belongs to the
 * caller. Keys need not be unique and need not be mixed. Only dl_table_put() may fail (NOMEM); then
 * nothing changed. For keys that are never removed base/map.h is smaller. Not thread-safe. */
#ifndef DL_BASE_TABLE_H
#define DL_BASE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct dl_table_node {
    struct dl_table_node *next;
    uint64_t key;
};

typedef struct dl_table {
    struct dl_table_node **chains; /* NULL while it is empty */
    size_t n, n_chains;
} dl_table;

enum dl_err dl_table_put(dl_table *table, struct dl_table_node *node, uint64_t key) DL_MUST_USE;
void dl_table_remove(dl_table *table, struct dl_table_node *node); /* it is in there */
/* The first with this key, the next with the same; NULL: none. */
struct dl_table_node *dl_table_find(const dl_table *table, uint64_t key);
struct dl_table_node *dl_table_more(const struct dl_table_node *node);
/* All: start with *pos = NULL and *chain = 0; the one given out may be removed meanwhile, others
 * not, nothing may be put. NULL at the end. */
struct dl_table_node *dl_table_next(const dl_table *table, size_t *chain,
                                    struct dl_table_node **pos);
void dl_table_free(dl_table *table); /* the entries stay the caller's */

/* The struct around a node. */
#define DL_ENTRY_OF(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

#endif
