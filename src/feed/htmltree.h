/* HTML of strangers into a lexbor document, with bounds that keep time and memory linear: what
 * opens below DL_HTML_DEPTH is left out (its text stays), attributes past DL_HTML_ATTRIBUTES are
 * dropped, and past DL_HTML_MEMORY the rest of the input is. */
#ifndef DL_FEED_HTMLTREE_H
#define DL_FEED_HTMLTREE_H

#include <lexbor/html/html.h>

#include "base/str.h"

enum {
    DL_HTML_DEPTH = 500,        /* each tag looks through all that are open; walkers go to 512 */
    DL_HTML_ATTRIBUTES = 256,   /* of one tag; duplicates are looked for one by one */
    DL_HTML_MEMORY = 128 << 20, /* formatting elements are copied into every paragraph */
};

/* Into a new or cleaned document. False without memory. */
bool dl_html_tree_parse(lxb_html_document_t *document, dl_str html);

/* What walkers of such a tree share. Text stays the tree's. */
bool dl_html_is(const lxb_dom_node_t *node, lxb_tag_id_t tag);
/* In document order, without recursion; NULL at the end of root. */
lxb_dom_node_t *dl_html_next(const lxb_dom_node_t *root, lxb_dom_node_t *node);
dl_str dl_html_attr(lxb_dom_node_t *element, const char *name);
/* What relative addresses are relative to: the first <base href> holds for the whole page, also
 * for what stands before it. */
dl_str dl_html_base(dl_arena *arena, lxb_dom_node_t *root, dl_str url);

#endif
