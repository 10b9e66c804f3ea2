/* The article of pages whose markup holds none, out of the data that their scripts were given:
 * framework state, component streams, stores, payloads of numbered values.
 *
 * No site is known here. An article is an object around a text that is the page's title or its
 * description (without one: an object with a title that stands alone in its mass of text). What it
 * holds is set as markup, containers as elements with their key as class, so that it is weighed
 * like any page. Nothing matches: empty. Linear in the source within a budget of visits. */
#ifndef DL_PAGE_STATE_H
#define DL_PAGE_STATE_H

#include "base/time.h"
#include "page/state_read.h"

typedef struct dl_state_words dl_state_words;
enum dl_err dl_state_words_new(dl_arena *arena, dl_state_words **ret_words,
                               struct dl_diag *diag) DL_MUST_USE;

struct dl_state_input {
    const dl_state_words *words;
    dl_str html;          /* the page's source, UTF-8 */
    const dl_str *titles; /* what the page may be called; NULL ends no list */
    size_t title_count;
    dl_str description;
};
struct dl_state_article {
    dl_str html, title; /* markup in the arena; empty: none */
    dl_time published;
};
enum dl_err dl_state_find(dl_arena *arena, const struct dl_state_input *in,
                          struct dl_state_article *ret_article) DL_MUST_USE;

#endif
