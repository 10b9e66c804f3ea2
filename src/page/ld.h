/* JSON-LD: what a page's structured data says about its article.
 *
 * Tolerant: raw line ends, trailing commas, comments, CDATA, escaped quotes, several objects in
 * one script, @graph, references by @id. Strings are cleaned; memory: the arena. Bounded in bytes,
 * depth and objects. A script that cannot be read is passed over. Vocabulary: schema.org. */
#ifndef DL_PAGE_LD_H
#define DL_PAGE_LD_H

#include "page/blocks.h"

enum dl_ld_type { /* bits: what the page says it holds, beside the main object */
                  DL_LD_PRODUCT = 1 << 0,
                  DL_LD_THREAD = 1 << 1, /* of a forum, questions and answers */
                  DL_LD_LIST = 1 << 2,   /* collection, list, search results, profile */
                  DL_LD_VIDEO = 1 << 3,
                  DL_LD_BUSINESS = 1 << 4, /* a shop, a place, a programme, an app */
};

struct dl_ld_update { /* an entry of a live page */
    dl_str headline, published, body, url;
};

struct dl_ld {
    unsigned types;                     /* enum dl_ld_type */
    bool is_article, is_live, is_video; /* types seen, of the main object */
    dl_str headline, description, published, modified, publisher, section, language, image, body;
    dl_str license, site; /* site: name of a WebSite */
    DL_VEC(struct dl_ld_update) updates;
    dl_page_strings authors, keywords, crumbs;
    bool paid;
};

enum dl_err dl_ld_read(dl_arena *arena, const struct dl_blocks *blocks,
                       struct dl_ld *ret_ld) DL_MUST_USE;

#endif
