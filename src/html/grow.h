/* A tree of our own for pages as they mostly are: the nodes that the HTML standard prescribes, of
 * the bytes, in one pass. Where a page needs what is not done here (math, frames, what script
 * escapes, a tag without end) it stops and says so; html/tree.c then lets the library read it.
 *
 * Never another tree than the library's: test/html/test_same.c compares them.
 * Linear in the page. Memory: the arena. Standard: WHATWG HTML, tree construction. */
#ifndef DL_HTML_GROW_H
#define DL_HTML_GROW_H

#include "html/scan.h"

struct dl_grown {
    dl_node *root, *body;  /* body NULL: there is none */
    const char *left_over; /* why it is left to the library; NULL: it is done */
};

/* html: valid UTF-8, kept as long as the nodes. */
void dl_grow(dl_arena *arena, const dl_tag_names *names, dl_str html, struct dl_grown *ret);

#endif
