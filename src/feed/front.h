/* The articles that an index page links to: a channel for a site without a feed, in any language.
 *
 * A link is judged by three things that need no words: its address (a date, a number, a long slug
 * in the path), its text (long, or a heading), and its company (links whose addresses have the
 * same shape are of the same kind: what most of a shape look like, all of it is). Only http(s) of
 * the page's own registrable domain; sections, tags, authors, files and services are left out.
 * Order is that of the page; each address once, with the longest text that any of its links has.
 * Nothing is fetched. Memory: the arena; a parser per thread is reused. Linear; at most
 * DL_FRONT_LINKS. Errors: DL_ERR_NOMEM, TOO_BIG. */
#ifndef DL_FEED_FRONT_H
#define DL_FEED_FRONT_H

#include "base/str.h"
#include "base/vec.h"

enum { DL_FRONT_LINKS = 300, DL_FRONT_MAX = 16 << 20, DL_FRONT_TITLE = 600 /* bytes */ };

struct dl_front_link {
    dl_str url, title; /* title: plain text, may be empty */
};
typedef DL_VEC(struct dl_front_link) dl_front_links;

enum dl_err dl_front_read(dl_arena *arena, dl_str html, dl_str url, dl_front_links *ret_links,
                          struct dl_diag *diag) DL_MUST_USE;

#endif
