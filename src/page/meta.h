/* Metadata: what a page says about its article, by agreement of its signals.
 *
 * read gathers; fill sets what the weighing needs as anchors (title, description) and what needs
 * no article; weighed adds dates, authors and section; finish what depends on the article. */
#ifndef DL_PAGE_META_H
#define DL_PAGE_META_H

#include "page/byline.h"
#include "page/dates.h"

/* Language data, compiled once a reader. */
struct dl_meta_words {
    dl_date_words *dates;
    dl_byline_words *byline;
    dl_page_strings home; /* "Startseite" */
};
enum dl_err dl_meta_words_new(dl_arena *arena, struct dl_meta_words *ret_words,
                              struct dl_diag *diag) DL_MUST_USE;

struct dl_meta {
    const struct dl_meta_words *words;
    const struct dl_blocks *blocks;
    struct dl_head head;
    struct dl_ld ld;
    dl_str url;   /* of the page, absolute or empty */
    dl_time seen; /* when it was fetched; may be unset */
    dl_str base;  /* for relative addresses; may be empty */
};

enum dl_err dl_meta_read(dl_arena *arena, const struct dl_meta_words *words,
                         const struct dl_blocks *blocks, dl_str url,
                         struct dl_meta *ret_meta) DL_MUST_USE;
enum dl_err dl_meta_fill(dl_arena *arena, const struct dl_meta *meta,
                         struct dl_page *page) DL_MUST_USE;
/* Dates and authors; notes their lines in scales, so that they are no text of the article. */
enum dl_err dl_meta_weighed(dl_arena *arena, const struct dl_meta *meta,
                            const struct dl_scales *scales, struct dl_page *page) DL_MUST_USE;
enum dl_err dl_meta_finish(dl_arena *arena, const struct dl_meta *meta,
                           struct dl_page *page) DL_MUST_USE;

#endif
