/* The page's tree: lexbor's HTML5 parser with the document reused, within limits.
 *
 * Start tags, open depth and the parser's memory are bounded while it parses, so that a page made
 * to be slow or large ends early. A tree lives until the next parse. One dl_tree a thread.
 * Errors: DL_ERR_TOO_BIG, DL_ERR_TOO_DEEP, DL_ERR_NOMEM. Standard: WHATWG HTML, parsing. */
#ifndef DL_PAGE_TREE_H
#define DL_PAGE_TREE_H

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>

#include "base/str.h"

typedef struct dl_tree dl_tree;

dl_tree *dl_tree_new(void); /* NULL without memory */
void dl_tree_free(dl_tree *tree);

/* html: valid UTF-8. */
enum dl_err dl_tree_parse(dl_tree *tree, dl_str html, struct dl_diag *diag) DL_MUST_USE;
lxb_dom_node_t *dl_tree_root(dl_tree *tree); /* the html element; NULL when there is none */
lxb_dom_node_t *dl_tree_body(dl_tree *tree);

static inline bool dl_node_is(const lxb_dom_node_t *node, lxb_tag_id_t tag)
{
    return node->type == LXB_DOM_NODE_TYPE_ELEMENT && node->local_name == tag &&
           node->ns == LXB_NS_HTML;
}
static inline dl_str dl_node_text(lxb_dom_node_t *node)
{
    lexbor_str_t *s = &lxb_dom_interface_character_data(node)->data;
    return (dl_str){(const char *)s->data, s->length};
}
/* Attribute by lower-case name; empty when absent (ret_has tells "" from absent, may be NULL). */
dl_str dl_node_attr(lxb_dom_node_t *node, const char *name, bool *ret_has);
/* All text below a node, white space collapsed, at most max bytes. */
dl_str dl_node_all_text(dl_arena *arena, lxb_dom_node_t *node, size_t max);
/* The same with block elements parted by " | ". */
dl_str dl_node_parted_text(dl_arena *arena, lxb_dom_node_t *node, size_t max);

#endif
