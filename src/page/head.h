/* The head: names and contents of meta and link elements, looked up by name.
 *
 * Values are cleaned and white space is folded. First of a name wins; of some names all are kept
 * in order (dl_head_each). Memory: the arena. At most HEAD_MAX entries are read. */
#ifndef DL_PAGE_HEAD_H
#define DL_PAGE_HEAD_H

#include "page/blocks.h"

struct dl_head_entry {
    dl_str name, value; /* name in lower case: "og:title", "link:canonical", "itemprop:author" */
    dl_node *node;
};
struct dl_head {
    DL_VEC(struct dl_head_entry) entries;
    dl_str title; /* of the title element */
};

enum dl_err dl_head_read(dl_arena *arena, const struct dl_blocks *blocks,
                         struct dl_head *ret_head) DL_MUST_USE;
/* First value of a name that is not empty; empty when there is none. */
dl_str dl_head_get(const struct dl_head *head, const char *name);
/* First of several names, in the order of the names. NULL ends the list. */
dl_str dl_head_first(const struct dl_head *head, const char *const *names);
bool dl_head_each(const struct dl_head *head, const char *name, size_t *pos, dl_str *ret_value);
/* Text as it may be shown: cleaned, folded; references written twice ("&amp;quot;") undone. */
dl_str dl_head_clean(dl_arena *arena, dl_str text);

#endif
