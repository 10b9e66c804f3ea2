/* OPML 1.0, 1.1 and 2.0: lists of feeds, in and out.
 *
 * Of an outline only xmlUrl counts, and only http(s) ("feed:" addresses become those): nothing in
 * the file is ever run, included or opened. Groups are outlines without xmlUrl; the titles above a
 * feed and its `category` attribute become its categories. Attributes of sources/world.opml, with
 * or without prefix: country, language, kind, outlet. Duplicate addresses are kept once. Memory:
 * the arena. Linear; limits of feed/xmltree.h, DL_OPML_FEEDS.
 * Errors: DL_ERR_EMPTY, SYNTAX, UNSUPPORTED (no OPML), TOO_BIG, TOO_DEEP. Source: opml.org/spec2.
 */
#ifndef DL_FEED_OPML_H
#define DL_FEED_OPML_H

#include "base/json.h"
#include "base/vec.h"

enum { DL_OPML_FEEDS = 200000, DL_OPML_MAX = 16 << 20 };

struct dl_opml_feed {
    dl_str url, title, site;                /* url and site: absolute, http or https */
    DL_VEC(dl_str) categories;              /* "World" or "Europe/Germany" */
    dl_str country, language, kind, outlet; /* empty where not given */
    dl_str name;    /* of the outlet, where the feed has a title of its own */
    dl_str channel; /* feed (also empty), sitemap, front: told by the outline's type */
};

struct dl_opml {
    dl_str title;
    DL_VEC(struct dl_opml_feed) feeds;
    size_t refused; /* outlines with an xmlUrl that is no web address */
    dl_str warning; /* empty: well-formed */
};

/* url: where it came from, base of relative addresses; may be empty. */
enum dl_err dl_opml_parse(dl_arena *arena, dl_str bytes, dl_str url, struct dl_opml **ret_opml,
                          struct dl_diag *diag) DL_MUST_USE;
/* OPML 2.0, one group for each first category, in the order of the feeds. Read back it gives the
 * same feeds. */
void dl_opml_write(const struct dl_opml *opml, dl_buf *out);
void dl_opml_json(const struct dl_opml *opml, yyjson_mut_doc *json, yyjson_mut_val *object);

#endif
