/* The article: which runs of the page are its text, its deck, and the text set from them.
 *
 * Inside the root of the scales flags, captions, link blocks and phrases are left out; lead and
 * tail are trimmed. Where the result covers too little of the page's clean running text, all clean
 * text after the headline is the second candidate. Nothing is invented: without running text the
 * result is empty. */
#ifndef DL_PAGE_ARTICLE_H
#define DL_PAGE_ARTICLE_H

#include "page/live.h"

struct dl_article_input {
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    dl_str title, description, base; /* base: for links */
    const struct dl_live *live;      /* NULL: no live page */
};

/* Fills text, blocks, links, subtitle, kind and confidence of the page. */
enum dl_err dl_article_find(dl_arena *arena, const struct dl_article_input *in,
                            struct dl_page *page) DL_MUST_USE;
/* Sets the chosen runs (keep[i] != 0) as the page's text; for fragments all. at[i] becomes where
 * run i begins in the text (NULL: not asked). */
enum dl_err dl_article_set(dl_arena *arena, const struct dl_blocks *blocks, const uint8_t *keep,
                           dl_str base, uint32_t *at, struct dl_page *page) DL_MUST_USE;

#endif
