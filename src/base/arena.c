#include "base/arena.h"

#include <malloc.h>
#include <stdint.h>
#include <string.h>

enum { ALIGN = 16, FIRST_CHUNK = 64 << 10, MAX_CHUNK = 4 << 20 };
/* What a worker keeps at hand: the next document needs it again, and each page that malloc gives
 * back costs a fault. Larger pieces, of rare documents, go back. */
enum { KEEP_PIECE = 32 << 20, KEEP_FREE = 64 << 20, KEEP_AHEAD = 1 << 20 };

struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(ALIGN) unsigned char data[];
};

struct release {
    struct release *next;
    void (*fn)(void *);
    void *handle;
};

struct dl_arena {
    struct chunk *chunks; /* newest first */
    struct release *releases;
    size_t cap, total, used, fail_at;
    enum dl_err failed;
};

void dl_arena_keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, KEEP_PIECE);
    mallopt(M_TRIM_THRESHOLD, KEEP_FREE);
    mallopt(M_TOP_PAD, KEEP_AHEAD);
#endif
}

dl_arena *dl_arena_new(size_t cap)
{
    dl_arena *a = calloc(1, sizeof *a);
    if (a != NULL) a->cap = cap;
    return a;
}

static void run_releases(dl_arena *a)
{
    while (a->releases != NULL) {
        struct release *r = a->releases;
        a->releases = r->next;
        r->fn(r->handle);
    }
}

void dl_arena_reset(dl_arena *a)
{
    run_releases(a);
    /* The oldest chunk is kept: most documents fit into it and never touch malloc again. */
    while (a->chunks != NULL && a->chunks->next != NULL) {
        struct chunk *c = a->chunks;
        a->chunks = c->next;
        a->total -= c->size;
        free(c);
    }
    if (a->chunks != NULL) a->chunks->used = 0;
    a->used = 0;
    a->failed = DL_OK;
}

void dl_arena_free(dl_arena *a)
{
    if (a == NULL) return;
    dl_arena_reset(a);
    free(a->chunks);
    free(a);
}

static void *fail(dl_arena *a, enum dl_err err)
{
    if (a->failed == DL_OK) a->failed = err;
    return NULL;
}

static struct chunk *add_chunk(dl_arena *a, size_t size)
{
    size_t want = a->chunks != NULL ? a->chunks->size * 2 : FIRST_CHUNK;
    if (want > MAX_CHUNK) want = MAX_CHUNK;
    if (want < size) want = size;
    if (want > a->cap - a->total) want = size;
    if (size > a->cap - a->total) return fail(a, DL_ERR_TOO_BIG);
    if (want > SIZE_MAX - sizeof(struct chunk)) return fail(a, DL_ERR_TOO_BIG);
    struct chunk *c = malloc(sizeof *c + want);
    if (c == NULL) return fail(a, DL_ERR_NOMEM);
    c->size = want;
    c->used = 0;
    c->next = a->chunks;
    a->chunks = c;
    a->total += want;
    return c;
}

void *dl_alloc(dl_arena *a, size_t size)
{
    if (a->fail_at > 0 && --a->fail_at == 0) return fail(a, DL_ERR_NOMEM);
    if (size > SIZE_MAX - ALIGN) return fail(a, DL_ERR_TOO_BIG);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (size == 0) size = ALIGN;
    struct chunk *c = a->chunks;
    if (c == NULL || c->size - c->used < size) {
        c = add_chunk(a, size);
        if (c == NULL) return NULL;
    }
    void *p = c->data + c->used;
    c->used += size;
    a->used += size;
    return p;
}

void *dl_calloc(dl_arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) return fail(a, DL_ERR_TOO_BIG);
    void *p = dl_alloc(a, count * size);
    if (p != NULL) memset(p, 0, count * size);
    return p;
}

void *dl_realloc(dl_arena *a, void *old, size_t old_size, size_t size)
{
    if (old == NULL) return dl_alloc(a, size);
    if (size <= old_size) return old;
    struct chunk *c = a->chunks;
    size_t old_aligned = (old_size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (old_aligned == 0) old_aligned = ALIGN;
    if (size <= old_aligned) return old;
    size_t grow = ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1)) - old_aligned;
    if (c != NULL && (unsigned char *)old + old_aligned == c->data + c->used &&
        c->size - c->used >= grow) {
        c->used += grow;
        a->used += grow;
        return old;
    }
    void *p = dl_alloc(a, size);
    if (p != NULL) memcpy(p, old, old_size);
    return p;
}

enum dl_err dl_arena_on_release(dl_arena *a, void (*fn)(void *), void *handle)
{
    struct release *r = dl_alloc(a, sizeof *r);
    if (r == NULL) return dl_arena_failed(a);
    r->fn = fn;
    r->handle = handle;
    r->next = a->releases;
    a->releases = r;
    return DL_OK;
}

enum dl_err dl_arena_failed(const dl_arena *a)
{
    return a->failed;
}

size_t dl_arena_used(const dl_arena *a)
{
    return a->used;
}

void dl_arena_fail_at(dl_arena *a, size_t n)
{
    a->fail_at = n;
}
