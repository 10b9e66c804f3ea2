#include "base/frozen.h"

#include <stdlib.h>

#include "base/asset.h"
#include "base/vec.h"

enum { HEAD = 32, ALIGN = 16, POOL_MAX = 64 << 20 };

struct block {
    const char *p;
    size_t n, at; /* at: offset from the first block on */
    bool plain;
};

struct pointer {
    const char *field;
    size_t text; /* 1 + offset in the pool of strings; 0: it points into a block */
    bool drop;
};

struct dl_freezer {
    dl_arena *arena;
    DL_VEC(struct block) blocks;
    DL_VEC(struct pointer) pointers;
    dl_map texts; /* bytes -> their first place in the pool + 1 */
    size_t pool_n;
    DL_VEC(dl_str) pool;
    size_t copied, plain; /* bytes of both kinds of blocks; set by lay() */
};

dl_freezer *dl_freezer_new(dl_arena *arena)
{
    dl_freezer *f = DL_NEW(arena, dl_freezer);
    if (f == NULL) return NULL;
    f->arena = arena;
    dl_map_init(&f->texts, arena);
    return f;
}

void dl_freeze_block(dl_freezer *f, const void *block, size_t size, enum dl_frozen_kind kind)
{
    struct block b = {block, size, 0, kind == DL_FROZEN_PLAIN};
    if (size > 0) (void)dl_vec_push(f->arena, &f->blocks, b); /* the arena keeps the failure */
}

static void tell_pointer(dl_freezer *f, const void *field, size_t text, bool drop)
{
    struct pointer p = {field, text, drop};
    (void)dl_vec_push(f->arena, &f->pointers, p);
}

void dl_freeze_pointer(dl_freezer *f, const void *field)
{
    tell_pointer(f, field, 0, false);
}

void dl_freeze_drop(dl_freezer *f, const void *field)
{
    tell_pointer(f, field, 0, true);
}

void dl_freeze_array(dl_freezer *f, const void *field, size_t size, enum dl_frozen_kind kind)
{
    const void *block;
    memcpy(&block, field, sizeof block);
    tell_pointer(f, field, 0, size == 0);
    dl_freeze_block(f, block, size, kind);
}

void dl_freeze_str(dl_freezer *f, const dl_str *field)
{
    if (field->n == 0) {
        dl_freeze_drop(f, &field->p);
        return;
    }
    size_t at = (size_t)(uintptr_t)dl_map_get(&f->texts, *field);
    if (at == 0) {
        at = f->pool_n + 1;
        f->pool_n += field->n;
        (void)dl_vec_push(f->arena, &f->pool, *field);
        (void)!dl_map_set(&f->texts, *field, (void *)(uintptr_t)at);
    }
    tell_pointer(f, &field->p, at, false);
}

void dl_map64_freeze(dl_freezer *f, const dl_map64 *map)
{
    dl_freeze_drop(f, &map->arena);
    size_t slots = map->cap == 0 ? 0 : map->cap + 1;
    dl_freeze_array(f, &map->slots, slots * sizeof *map->slots, DL_FROZEN_PLAIN);
}

/* --- writing ------------------------------------------------------------------------------ */

static size_t rounded(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void lay(dl_freezer *f)
{
    size_t at = 0;
    for (int plain = 0; plain <= 1; plain++) {
        for (size_t i = 0; i < f->blocks.n; i++) {
            struct block *b = &f->blocks.p[i];
            if (b->plain != (bool)plain) continue;
            b->at = at;
            at += rounded(b->n);
        }
        if (!plain) f->copied = at;
    }
    f->plain = at - f->copied + rounded(f->pool_n);
}

static int by_address(const void *a, const void *b)
{
    const struct block *x = a, *y = b;
    return x->p < y->p ? -1 : x->p > y->p;
}

/* Blocks lie in the order of their addresses by now. */
static const struct block *holder(const dl_freezer *f, const char *p)
{
    size_t low = 0, high = f->blocks.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->blocks.p[middle].p <= p)
            low = middle + 1;
        else
            high = middle;
    }
    const struct block *b = low > 0 ? &f->blocks.p[low - 1] : NULL;
    return b != NULL && p < b->p + b->n ? b : NULL;
}

/* Puts one pointer right in the copy of its block. */
static bool aim(const dl_freezer *f, const struct pointer *p, char *blocks, uint32_t *ret_at)
{
    const struct block *b = holder(f, p->field), *to = NULL;
    if (b == NULL || b->plain) return false;
    uint64_t value = 0;
    const char *target;
    memcpy(&target, p->field, sizeof target);
    if (p->text > 0)
        value = f->copied + f->plain - rounded(f->pool_n) + p->text;
    else if (!p->drop && target != NULL) {
        to = holder(f, target);
        if (to == NULL) return false;
        value = to->at + (size_t)(target - to->p) + 1;
    }
    *ret_at = (uint32_t)(b->at + (size_t)(p->field - b->p));
    memcpy(blocks + *ret_at, &value, sizeof value);
    return true;
}

/* Every word that looks like a pointer was told. */
static enum dl_err prove(const dl_freezer *f, const bool *told, struct dl_diag *diag)
{
    for (size_t i = 0; i < f->blocks.n; i++) {
        const struct block *b = &f->blocks.p[i];
        for (size_t at = 0; at + 8 <= b->n && (uintptr_t)b->p % 8 == 0; at += 8) {
            const char *word;
            memcpy(&word, b->p + at, sizeof word);
            if (!b->plain && told[(b->at + at) / 8]) continue;
            if (holder(f, word) != NULL || (!b->plain && dl_asset_holds(word)))
                return dl_fail(diag, DL_ERR_STATE, b->at + at,
                               "block %zu of %zu bytes: a pointer at %zu was not told", i, b->n,
                               at);
        }
    }
    return DL_OK;
}

static void put_blocks(const dl_freezer *f, char *blocks)
{
    for (size_t i = 0; i < f->blocks.n; i++)
        memcpy(blocks + f->blocks.p[i].at, f->blocks.p[i].p, f->blocks.p[i].n);
    char *at = blocks + f->copied + f->plain - rounded(f->pool_n);
    for (size_t i = 0; i < f->pool.n; at += f->pool.p[i].n, i++)
        memcpy(at, f->pool.p[i].p, f->pool.p[i].n);
}

enum dl_err dl_freezer_write(dl_freezer *f, dl_buf *out, struct dl_diag *diag)
{
    DL_TRY(dl_arena_failed(f->arena));
    lay(f);
    qsort(f->blocks.p, f->blocks.n, sizeof *f->blocks.p, by_address);
    char *blocks = dl_calloc(f->arena, 1, f->copied + f->plain + 1);
    bool *told = dl_calloc(f->arena, 1, f->copied / 8 + 1);
    uint32_t *pointers = DL_NEW_ARRAY(f->arena, uint32_t, rounded(f->pointers.n));
    if (blocks == NULL || told == NULL || pointers == NULL) return dl_arena_failed(f->arena);
    put_blocks(f, blocks);
    for (size_t i = 0; i < f->pointers.n; i++) {
        if (!aim(f, &f->pointers.p[i], blocks, &pointers[i]))
            return dl_fail(diag, DL_ERR_STATE, i, "pointer %zu leads nowhere", i);
        told[pointers[i] / 8] = true;
    }
    DL_TRY(prove(f, told, diag));
    uint64_t sizes[3] = {f->copied, f->plain, f->pointers.n};
    dl_buf_c(out, "DLFROZE1");
    dl_buf_add(out, sizes, sizeof sizes);
    dl_buf_add(out, pointers, rounded(f->pointers.n * sizeof *pointers));
    dl_buf_add(out, blocks, f->copied + f->plain);
    return dl_buf_failed(out);
}

/* --- opening ------------------------------------------------------------------------------ */

static enum dl_err damaged(struct dl_diag *diag, size_t pos)
{
    return dl_fail(diag, DL_ERR_SYNTAX, pos, "the image of the lexicons is damaged");
}

enum dl_err dl_frozen_open(dl_arena *arena, dl_str image, const void **ret_root,
                           struct dl_diag *diag)
{
    uint64_t sizes[3];
    if (image.n < HEAD || memcmp(image.p, "DLFROZE1", 8) != 0) return damaged(diag, 0);
    memcpy(sizes, image.p + 8, sizeof sizes);
    size_t copied = sizes[0], plain = sizes[1], n = sizes[2];
    if (n > image.n || copied > image.n || plain > image.n || copied < sizeof(void *) ||
        HEAD + rounded(n * sizeof(uint32_t)) + copied + plain != image.n)
        return damaged(diag, 8);
    const char *pointers = image.p + HEAD;
    const char *from = pointers + rounded(n * sizeof(uint32_t)), *shared = from + copied;
    char *root = dl_alloc(arena, copied);
    if (root == NULL) return dl_arena_failed(arena);
    memcpy(root, from, copied);
    for (size_t i = 0; i < n; i++) {
        uint32_t at;
        uint64_t value;
        memcpy(&at, pointers + i * sizeof at, sizeof at);
        if (at > copied - sizeof value) return damaged(diag, HEAD + i * sizeof at);
        memcpy(&value, root + at, sizeof value);
        if (value > copied + plain) return damaged(diag, HEAD + i * sizeof at);
        const char *p = value == 0           ? NULL
                        : value - 1 < copied ? root + (value - 1)
                                             : shared + (value - 1 - copied);
        memcpy(root + at, &p, sizeof p);
    }
    *ret_root = root;
    return DL_OK;
}
