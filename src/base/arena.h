/* Arena: one owner for all memory of a document, a batch or a request. Reset, not freed.
 *
 * Allocations are 16-byte aligned and live until reset or free. A hard cap bounds the sum of all
 * chunks; past it, or when malloc fails, allocation returns NULL and dl_arena_failed() tells why,
 * so that a stage can check once at its end. Foreign handles register a release callback, run in
 * reverse order at reset. Not thread-safe: one arena per thread. */
#ifndef DL_BASE_ARENA_H
#define DL_BASE_ARENA_H

#include "base/err.h"

typedef struct dl_arena dl_arena;

/* For a process that reads document after document: freed memory stays with it, within bounds. */
void dl_arena_keep_memory(void);

#define DL_ARENA_NO_CAP ((size_t)-1)

/* NULL only when malloc fails. cap in bytes. */
dl_arena *dl_arena_new(size_t cap);
void dl_arena_free(dl_arena *arena); /* NULL ok */
void dl_arena_reset(dl_arena *arena);

void *dl_alloc(dl_arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
void *dl_calloc(dl_arena *arena, size_t count, size_t size); /* zeroed, overflow-checked */
/* Grows the newest allocation in place where possible, else copies old_size bytes. */
void *dl_realloc(dl_arena *arena, void *old, size_t old_size, size_t size);

enum dl_err dl_arena_on_release(dl_arena *arena, void (*release)(void *), void *handle) DL_MUST_USE;

/* DL_OK, DL_ERR_TOO_BIG (cap) or DL_ERR_NOMEM since the last reset. */
enum dl_err dl_arena_failed(const dl_arena *arena);
size_t dl_arena_used(const dl_arena *arena);

/* Test hook: the n-th allocation from now fails (0 = off). */
void dl_arena_fail_at(dl_arena *arena, size_t n);

#define DL_NEW(arena, type)              ((type *)dl_calloc((arena), 1, sizeof(type)))
#define DL_NEW_ARRAY(arena, type, count) ((type *)dl_calloc((arena), (count), sizeof(type)))

#endif
