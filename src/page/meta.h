/* Metadata: what a page says about its article, by agreement of its signals.
 *
 * read gathers; fill sets title, description, site and the other fields that the search for the
 * article does not need or needs as anchors; finish adds what depends on the article (dates,
 * authors near it). */
#ifndef DL_PAGE_META_H
#define DL_PAGE_META_H

#include "page/head.h"

struct dl_meta {
    const struct dl_blocks *blocks;
    const struct dl_head *head;
    dl_str url;  /* of the page, absolute or empty */
    dl_str base; /* for relative addresses; may be empty */
};

enum dl_err dl_meta_read(dl_arena *arena, const struct dl_blocks *blocks,
                         const struct dl_head *head, dl_str url,
                         struct dl_meta *ret_meta) DL_MUST_USE;
enum dl_err dl_meta_fill(dl_arena *arena, const struct dl_meta *meta,
                         struct dl_page *page) DL_MUST_USE;
enum dl_err dl_meta_finish(dl_arena *arena, const struct dl_meta *meta,
                           struct dl_page *page) DL_MUST_USE;

#endif
