/* The page's tree: one of our own where the page is plain enough (html/grow.h), else lexbor's HTML5
 * parser with the document reused; in the same nodes, and never another tree.
 *
 * Start tags, open depth and the parser's memory are bounded while it parses, so that a page made
 * to be slow or large ends early. A tree lives until the next parse, and so must the page's text.
 * One dl_tree a thread. Errors: DL_ERR_TOO_BIG, DL_ERR_TOO_DEEP, DL_ERR_NOMEM. Standard: WHATWG
 * HTML, parsing. */
#ifndef DL_HTML_TREE_H
#define DL_HTML_TREE_H

#include "html/node.h"

enum {
    DL_TREE_ELEMENTS = 250000, /* 16 MiB of <b> cost the library 1 GB */
    DL_TREE_DEPTH = 512,       /* DESIGN 7 */
};

typedef struct dl_tree dl_tree;

dl_tree *dl_tree_new(void); /* NULL without memory */
void dl_tree_free(dl_tree *tree);

/* html: valid UTF-8. */
enum dl_err dl_tree_parse(dl_tree *tree, dl_str html, struct dl_diag *diag) DL_MUST_USE;
dl_node *dl_tree_root(dl_tree *tree); /* the html element; NULL when there is none */
dl_node *dl_tree_body(dl_tree *tree);

/* Why the library had to read the page; NULL: it had not. For tests and benchmarks. */
const char *dl_tree_left_over(const dl_tree *tree);
/* The next pages are read by the library, whatever they are. For tests and benchmarks. */
void dl_tree_by_library(dl_tree *tree, bool always);

#endif
