/* Sets a value of a page's data as markup, or only counts the text in it. */
#ifndef DL_PAGE_STATE_SET_H
#define DL_PAGE_STATE_SET_H

#include "page/state.h"

enum dl_state_role { /* of a key or of the value of a key that tells a type */
                     DL_ROLE_NONE,
                     DL_ROLE_TYPE,
                     DL_ROLE_PARAGRAPH,
                     DL_ROLE_HEADING,
                     DL_ROLE_ITEM,
                     DL_ROLE_QUOTE,
                     DL_ROLE_INLINE,
                     DL_ROLE_DROP,
                     DL_ROLE_ADDRESS,
                     DL_ROLE_TITLE,
                     DL_ROLE_PUBLISHED
};
enum dl_state_role dl_state_role_of(const dl_state_words *words, dl_str name);

struct dl_state_setter {
    const dl_state_words *words;
    const struct dl_state *state;
    dl_buf *out;        /* NULL: count only */
    uint32_t title;     /* node: what holds it is the article, not a teaser of another */
    uint32_t *done;     /* a node: the turn in which it was set */
    uint32_t turn;      /* of this call; higher each time */
    size_t *budget;     /* visits left */
    size_t mass;        /* bytes of running text met */
    unsigned paragraph; /* open elements that hold text-level pieces */
    unsigned depth;
};
void dl_state_set(struct dl_state_setter *setter, uint32_t node);
/* Words, not an address, an identifier or code. */
bool dl_state_is_text(dl_str value);

#endif
