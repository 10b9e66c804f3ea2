/* Statements in the order of a tree. */
#include "serve/trace.h"

struct kin {
    int32_t child, next; /* indices, -1 */
    bool held;           /* has a parent, over less than all statements (no circle) */
};

static bool ends_at_root(const dl_traces *traces, size_t i)
{
    int32_t at = traces->p[i].parent;
    for (unsigned steps = 0; at >= 0; steps++) {
        if (steps >= DL_TRACE_DEPTH) return false;
        at = traces->p[at].parent;
    }
    return true;
}

static enum dl_err put_under(dl_arena *arena, const struct kin *kin, size_t i, uint8_t depth,
                             dl_trace_tree *tree)
{
    struct dl_trace_node node = {(uint32_t)i, depth};
    DL_TRY(dl_vec_push(arena, tree, node));
    for (int32_t c = kin[i].child; c >= 0; c = kin[c].next)
        DL_TRY(put_under(arena, kin, (size_t)c, (uint8_t)(depth + 1), tree));
    return DL_OK;
}

enum dl_err dl_trace_order(dl_arena *arena, const dl_traces *traces, dl_trace_tree *ret_tree)
{
    dl_trace_tree tree = {0};
    struct kin *kin = DL_NEW_ARRAY(arena, struct kin, traces->n + 1);
    if (kin == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < traces->n; i++)
        kin[i] = (struct kin){-1, -1, false};
    for (size_t i = traces->n; i-- > 0;) { /* backwards, so that children stand in order */
        int32_t parent = traces->p[i].parent;
        if (parent < 0 || !ends_at_root(traces, i)) continue;
        kin[i].held = true;
        kin[i].next = kin[parent].child;
        kin[parent].child = (int32_t)i;
    }
    for (size_t i = 0; i < traces->n; i++)
        if (!kin[i].held) DL_TRY(put_under(arena, kin, i, 0, &tree));
    *ret_tree = tree;
    return DL_OK;
}
