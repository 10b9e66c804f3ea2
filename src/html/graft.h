/* The library's tree as nodes of ours. Texts and values stay where they are, in the document. */
#ifndef DL_HTML_GRAFT_H
#define DL_HTML_GRAFT_H

#include <lexbor/html/html.h>

#include "html/node.h"

/* NULL without memory. ret_body: the copy of that element, untouched when it is not below root. */
dl_node *dl_graft(dl_arena *arena, lxb_dom_node_t *root, const lxb_dom_node_t *body,
                  dl_node **ret_body);

#endif
