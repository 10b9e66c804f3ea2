/* Live pages: dated entries, one after the other in one box, each a text of its own.
 *
 * An entry is the largest element around a time of day that holds no other entry's time, beside
 * others like it; comments, teasers and what stands beside the article are none. A page is live
 * when its structured data says so, or when it has such entries and its title, its address or the
 * names of its elements say so (lexicon/web/live-words.tsv). Where the markup tells no entries
 * apart, those of the structured data are found in the text by their words. A time of day without a
 * day takes the day that is printed above it, else the page's, if that is one day; else it is not
 * told. Linear. */
#ifndef DL_PAGE_LIVE_H
#define DL_PAGE_LIVE_H

#include "page/meta.h"

typedef struct dl_live_words dl_live_words;
enum dl_err dl_live_words_new(dl_arena *arena, dl_live_words **ret_words,
                              struct dl_diag *diag) DL_MUST_USE;

struct dl_live_entry {
    uint32_t b0, b1;  /* runs */
    uint32_t heading; /* run of its title; UINT32_MAX: none */
    dl_time time;
    dl_str id; /* of its element; may be empty */
};
struct dl_live {
    DL_VEC(struct dl_live_entry) entries; /* in document order; none: no live page */
    uint8_t *marks;                       /* a run: it tells an entry's time and is no text */
    uint8_t
        *against; /* as of the scales; but what is named live is not judged by its other names */
    double sure;
};

struct dl_live_input {
    const dl_live_words *words;
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    const struct dl_meta *meta;
    const struct dl_page *page; /* title, times, url */
};
enum dl_err dl_live_find(dl_arena *arena, const struct dl_live_input *in,
                         struct dl_live *ret_live) DL_MUST_USE;

/* keep[i]: is run i text of the article? Changed to what the entries hold. */
void dl_live_keep(const struct dl_live *live, const struct dl_blocks *blocks, uint8_t *keep);
/* Fills the page's items: at[i], end[i]: where a kept run stands in the text. */
enum dl_err dl_live_items(dl_arena *arena, const struct dl_live *live,
                          const struct dl_blocks *blocks, const uint8_t *keep, const uint32_t *at,
                          struct dl_page *page) DL_MUST_USE;

#endif
