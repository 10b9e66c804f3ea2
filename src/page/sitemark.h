/* The memory of a site at work on one page: hooks of weigh.c and page.c.
 *
 * A text of the memory is left out as if its name said so, unless all of them together hold too
 * much of the page's running text (relative mass): an article that comes again is no boilerplate.
 * The memory's root is taken in place of the heaviest subtree where it weighs nearly as much.
 * Linear in runs; paths are made for a few elements only. */
#ifndef DL_PAGE_SITEMARK_H
#define DL_PAGE_SITEMARK_H

#include "page/site.h"
#include "page/weigh.h"

/* Before the weights are summed: notes the page's texts in scales->sample and flags those that
 * scales->site knows (DL_AGAINST_SITE). */
enum dl_err dl_sitemark_texts(dl_arena *arena, struct dl_scales *scales) DL_MUST_USE;
/* The root of the memory where the weights bear it out, else the one given. */
uint32_t dl_sitemark_root(const struct dl_scales *scales, uint32_t root);
/* Where an element stands, by tags and those class names that look like words; at most
 * DL_SITE_PATH_BYTES, the innermost. */
void dl_sitemark_path(const struct dl_blocks *blocks, uint32_t elem, dl_buf *out);

#endif
