/* JSON-LD: what a page's structured data says about its article.
 *
 * Tolerant: raw line ends, trailing commas, comments, CDATA, escaped quotes, several objects in
 * one script, @graph, references by @id. Strings are cleaned; memory: the arena. Bounded in bytes,
 * depth and objects. A script that cannot be read is passed over. Vocabulary: schema.org. */
#ifndef DL_PAGE_LD_H
#define DL_PAGE_LD_H

#include "page/blocks.h"

struct dl_ld {
    bool is_article, is_live, is_video, is_list; /* types seen, of the main object */
    dl_str headline, description, published, modified, publisher, section, language, image, body;
    dl_str license, site; /* site: name of a WebSite */
    dl_page_strings authors, keywords, crumbs;
    bool paid;
};

enum dl_err dl_ld_read(dl_arena *arena, const struct dl_blocks *blocks,
                       struct dl_ld *ret_ld) DL_MUST_USE;

#endif
