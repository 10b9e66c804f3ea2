/* The title, by agreement: an h1 that the page's title, its sharing title or its headline holds;
 * else the headline; else the only h1; else the sharing title or the page's title without the
 * name of the site. */
#ifndef DL_PAGE_TITLE_H
#define DL_PAGE_TITLE_H

#include "page/head.h"

struct dl_title_input {
    const struct dl_blocks *blocks;
    const struct dl_head *head;
    dl_str headline; /* of JSON-LD, may be empty */
    dl_str site;     /* may be empty */
};

enum dl_err dl_title_find(dl_arena *arena, const struct dl_title_input *in,
                          dl_str *ret_title) DL_MUST_USE;
/* title without the part at its end or start that names the site; *ret_cut that part. */
dl_str dl_title_without_site(dl_str title, dl_str site, dl_str *ret_cut);

#endif
