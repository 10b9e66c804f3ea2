/* Bytes to tree: the one of our own is the library's, or it is left to the library. */
#include <stdint.h>

#include "base/utf8.h"
#include "html/tree.h"
#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What svg elements draw is read by nobody. */
static const dl_node *inside(const dl_node *n)
{
    return n->type == DL_NODE_ELEMENT && n->ns == LXB_NS_HTML ? n->first_child : NULL;
}

/* Behind it, in document order, but for texts of nothing, with which the library ends some pages.
 */
static const dl_node *behind(const dl_node *n, int *ret_up)
{
    const dl_node *next = inside(n);
    *ret_up = 0;
    for (;;) {
        while (next == NULL && n->parent != NULL) {
            next = n->next;
            if (next != NULL) break;
            n = n->parent;
            ++*ret_up;
        }
        if (next == NULL || next->type != DL_NODE_TEXT || next->n > 0) return next;
        n = next;
        next = n->next;
    }
}

static void same(const dl_node *a, const dl_node *b)
{
    DL_ASSERT(a->type == b->type && a->ns == b->ns && a->n == b->n);
    DL_ASSERT(a->tag == b->tag || (a->tag >= LXB_TAG__LAST_ENTRY && b->tag >= LXB_TAG__LAST_ENTRY));
    if (a->type == DL_NODE_TEXT) DL_ASSERT(dl_str_eq(dl_node_text(a), dl_node_text(b)));
    for (size_t i = 0; a->type == DL_NODE_ELEMENT && i < a->n; i++) {
        DL_ASSERT(a->attrs[i].name == b->attrs[i].name);
        DL_ASSERT(dl_str_eq(a->attrs[i].value, b->attrs[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dl_tree *own, *library;
    static dl_arena *arena;
    if (own == NULL) own = dl_tree_new();
    if (library == NULL) library = dl_tree_new();
    if (arena == NULL) arena = dl_arena_new(256 << 20);
    DL_ASSERT(own != NULL && library != NULL && arena != NULL);
    dl_tree_by_library(library, true);
    dl_str html = dl_utf8_repair(arena, (dl_str){(const char *)data, size});
    struct dl_diag diag;
    if (dl_tree_parse(own, html, &diag) == DL_OK && dl_tree_left_over(own) == NULL &&
        dl_tree_parse(library, html, &diag) == DL_OK) {
        const dl_node *a = dl_tree_root(own), *b = dl_tree_root(library);
        int up_a = 0, up_b = 0;
        while (a != NULL && b != NULL) {
            same(a, b);
            a = behind(a, &up_a);
            b = behind(b, &up_b);
            DL_ASSERT(a == NULL || b == NULL || up_a == up_b);
        }
        DL_ASSERT(a == NULL && b == NULL);
    }
    dl_arena_reset(arena);
    return 0;
}
