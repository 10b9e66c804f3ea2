#include "base/frozen.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/map.h"

struct leaf {
    dl_str name;
    const struct leaf *before;
};

struct root {
    struct leaf *leaves;
    size_t n;
    dl_map64 map;
    const struct leaf *middle, *none;
};

struct world {
    dl_arena *arena;
    struct root root;
    dl_buf image;
    bool silent; /* about `before` */
};

static void make(struct world *w)
{
    static const char *const names[] = {"Ada", "", "Grace", "Ada"};
    w->arena = dl_arena_new(16 << 20);
    w->image = (dl_buf)DL_BUF_INIT(1 << 20);
    w->root.n = 4;
    w->root.leaves = DL_NEW_ARRAY(w->arena, struct leaf, 4);
    for (size_t i = 0; i < 4; i++)
        w->root.leaves[i] = (struct leaf){dl_str_dup(w->arena, dl_str_c(names[i])),
                                          i > 0 ? &w->root.leaves[i - 1] : NULL};
    w->root.middle = &w->root.leaves[2];
    dl_map64_init(&w->root.map, w->arena);
    for (uint64_t i = 0; i < 1000; i++)
        *dl_map64_at(&w->root.map, i * i) = i;
}

static enum dl_err freeze(struct world *w, const struct root *root)
{
    dl_freezer *f = dl_freezer_new(w->arena);
    dl_freeze_block(f, root, sizeof *root, DL_FROZEN_POINTERS);
    dl_freeze_array(f, &root->leaves, root->n * sizeof *root->leaves, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < root->n; i++) {
        dl_freeze_str(f, &root->leaves[i].name);
        if (!w->silent) dl_freeze_pointer(f, &root->leaves[i].before);
    }
    dl_freeze_pointer(f, &root->middle);
    dl_freeze_pointer(f, &root->none);
    dl_map64_freeze(f, &root->map);
    dl_buf_reset(&w->image);
    return dl_freezer_write(f, &w->image, NULL);
}

static void end(struct world *w)
{
    dl_buf_free(&w->image);
    dl_arena_free(w->arena);
}

static void what_was_frozen_comes_back(void **state)
{
    (void)state;
    struct world w = {0};
    make(&w);
    assert_int_equal(freeze(&w, &w.root), DL_OK);
    dl_arena *arena = dl_arena_new(16 << 20);
    dl_str image = dl_str_dup(arena, dl_buf_slice(&w.image));
    const void *p;
    assert_int_equal(dl_frozen_open(arena, image, &p, NULL), DL_OK);
    const struct root *root = p;
    assert_true(dl_str_eq_c(root->leaves[0].name, "Ada"));
    assert_int_equal(root->leaves[1].name.n, 0);
    assert_true(dl_str_eq_c(root->leaves[2].name, "Grace"));
    assert_ptr_equal(root->leaves[0].name.p, root->leaves[3].name.p); /* written once */
    assert_true(root->leaves[0].name.p > image.p && root->leaves[0].name.p < image.p + image.n);
    assert_ptr_equal(root->middle, &root->leaves[2]);
    assert_ptr_equal(root->leaves[3].before, root->middle);
    assert_null(root->leaves[0].before);
    assert_null(root->none);
    assert_null(root->map.arena);
    for (uint64_t i = 0; i < 1000; i++)
        assert_int_equal(*dl_map64_get(&root->map, i * i), i);
    assert_null(dl_map64_get(&root->map, 2));
    assert_int_equal(freeze(&w, root), DL_OK); /* and gives the same image again */
    assert_true(dl_str_eq(dl_buf_slice(&w.image), image));
    dl_arena_free(arena);
    end(&w);
}

static void a_pointer_that_was_not_told_is_found(void **state)
{
    (void)state;
    struct world w = {.silent = true};
    make(&w);
    assert_int_equal(freeze(&w, &w.root), DL_ERR_STATE);
    w.silent = false;
    w.root.none = (const struct leaf *)&w; /* leads out of all blocks */
    assert_int_equal(freeze(&w, &w.root), DL_ERR_STATE);
    end(&w);
}

static void damage_is_refused(void **state)
{
    (void)state;
    struct world w = {0};
    make(&w);
    assert_int_equal(freeze(&w, &w.root), DL_OK);
    dl_str image = dl_buf_slice(&w.image);
    const void *root;
    for (size_t n = 0; n < image.n; n += n < 64 ? 1 : 997)
        assert_int_equal(dl_frozen_open(w.arena, (dl_str){image.p, n}, &root, NULL), DL_ERR_SYNTAX);
    char *copy = dl_str_cstr(w.arena, image);
    for (size_t i = 0; i < 40; i++) { /* head and first pointers: never read out of bounds */
        memcpy(copy, image.p, image.n);
        copy[i] = (char)(copy[i] ^ 0x81);
        (void)!dl_frozen_open(w.arena, (dl_str){copy, image.n}, &root, NULL);
    }
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_frozen_comes_back),
        cmocka_unit_test(a_pointer_that_was_not_told_is_found),
        cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
