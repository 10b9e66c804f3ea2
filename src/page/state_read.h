/* Data in scripts, read tolerantly: JSON, literals of JavaScript (bare keys, quotes of any sort,
 * trailing commas, calls as values), JSON within strings. Code around it is passed over.
 *
 * Values are nodes in pre-order: a subtree is the range [index, end). What one value names and
 * another holds (references of stores and streams) is linked: `ref` of the naming node, `owner` of
 * the held one. Each byte is read once a level of nesting; limits on bytes, nodes and depth, behind
 * which the rest is left out. Memory: the arena; strings without escapes are slices of the input.
 */
#ifndef DL_PAGE_STATE_READ_H
#define DL_PAGE_STATE_READ_H

#include "base/str.h"
#include "base/vec.h"

enum dl_state_kind { DL_STATE_OBJECT, DL_STATE_ARRAY, DL_STATE_STRING, DL_STATE_OTHER };

struct dl_state_node {
    uint32_t parent, end;
    uint32_t ref;   /* node that is meant; 0: none */
    uint32_t owner; /* container that names it; 0: none */
    uint8_t kind;
    dl_str key;   /* in an object; else empty */
    dl_str value; /* of a string; of others as written */
};

struct dl_state {
    DL_VEC(struct dl_state_node) nodes; /* [0] holds all */
    dl_str stream;                      /* text that a component stream was pushed in pieces */
};

/* html: the page's source. */
enum dl_err dl_state_read(dl_arena *arena, dl_str html, struct dl_state *ret_state) DL_MUST_USE;
/* Child of an object by key; 0: none. */
uint32_t dl_state_get(const struct dl_state *state, uint32_t object, const char *key);

#endif
