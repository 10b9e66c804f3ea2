/* The second reading: where the markup holds little text, the structured data and the data of
 * scripts are looked through for the article, and what they hold is set and weighed as a page.
 *
 * It is taken only where the markup's own text is clearly poorer: a shortened body never replaces
 * a longer text of the page. Pages with enough text are not looked at: no cost. */
#ifndef DL_PAGE_SECOND_H
#define DL_PAGE_SECOND_H

#include "page/meta.h"
#include "page/state.h"

struct dl_second { /* a second tree: the first one's strings are still read; zeroed at first */
    dl_tree *tree;
    dl_buf text;
};

struct dl_second_input {
    const dl_cues *cues;
    const dl_state_words *words;
    dl_str html;
    const struct dl_meta *meta;
};
enum dl_err dl_second_read(dl_arena *arena, struct dl_second *second,
                           const struct dl_second_input *in, struct dl_page *page) DL_MUST_USE;
void dl_second_end(struct dl_second *second);

#endif
