#include "base/table.h"

#include <stdlib.h>

enum { FIRST_CHAINS = 64 };

static size_t place_of(size_t n_chains, uint64_t key)
{
    key *= 0x9E3779B97F4A7C15; /* Fibonacci hashing: the high bits depend on all of the key */
    return (size_t)(key >> 32) & (n_chains - 1);
}

static enum dl_err grow(dl_table *table)
{
    size_t n = table->n_chains == 0 ? FIRST_CHAINS : table->n_chains * 2;
    struct dl_table_node **chains = calloc(n, sizeof(struct dl_table_node *));
    if (chains == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < table->n_chains; i++) {
        for (struct dl_table_node *node = table->chains[i], *next; node != NULL; node = next) {
            struct dl_table_node **to = &chains[place_of(n, node->key)];
            next = node->next;
            node->next = *to;
            *to = node;
        }
    }
    free(table->chains);
    table->chains = chains;
    table->n_chains = n;
    return DL_OK;
}

enum dl_err dl_table_put(dl_table *table, struct dl_table_node *node, uint64_t key)
{
    if (table->n >= table->n_chains) DL_TRY(grow(table));
    struct dl_table_node **at = &table->chains[place_of(table->n_chains, key)];
    node->key = key;
    node->next = *at;
    *at = node;
    table->n++;
    return DL_OK;
}

void dl_table_remove(dl_table *table, struct dl_table_node *node)
{
    struct dl_table_node **at = &table->chains[place_of(table->n_chains, node->key)];
    while (*at != node) {
        DL_ASSERT(*at != NULL);
        at = &(*at)->next;
    }
    *at = node->next;
    table->n--;
}

struct dl_table_node *dl_table_find(const dl_table *table, uint64_t key)
{
    if (table->n == 0) return NULL;
    struct dl_table_node *node = table->chains[place_of(table->n_chains, key)];
    while (node != NULL && node->key != key)
        node = node->next;
    return node;
}

struct dl_table_node *dl_table_more(const struct dl_table_node *node)
{
    struct dl_table_node *next = node->next;
    while (next != NULL && next->key != node->key)
        next = next->next;
    return next;
}

struct dl_table_node *dl_table_next(const dl_table *table, size_t *chain,
                                    struct dl_table_node **pos)
{
    while (*pos == NULL && *chain < table->n_chains)
        *pos = table->chains[(*chain)++];
    struct dl_table_node *node = *pos;
    if (node != NULL) *pos = node->next;
    return node;
}

void dl_table_free(dl_table *table)
{
    free(table->chains);
    *table = (dl_table){0};
}
