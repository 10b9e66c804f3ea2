/* Which feeds a page names.
 *
 * First what the page declares: <link rel=alternate|feed> with a feed's type. Where it declares
 * none, links whose address looks like a feed's. <base> counts; addresses are absolute http(s), in
 * page order, each once. Nothing is fetched: that an address really is a feed is for the caller to
 * see. Memory: the arena; a parser per thread is reused. Linear; at most DL_DISCOVER_FEEDS.
 * Errors: DL_ERR_NOMEM, TOO_BIG. Sources: WHATWG HTML "alternate", RSS and Atom autodiscovery. */
#ifndef DL_FEED_DISCOVER_H
#define DL_FEED_DISCOVER_H

#include "base/json.h"
#include "base/vec.h"

enum { DL_DISCOVER_FEEDS = 200, DL_DISCOVER_MAX = 16 << 20 };

struct dl_discovered {
    dl_str url, type, title; /* type: media type in lower case, empty when not told */
    bool declared;           /* by a typed link element; else by the look of the address */
};
typedef DL_VEC(struct dl_discovered) dl_discovered_vec;

/* url: of the page, base of relative addresses. */
enum dl_err dl_discover_page(dl_arena *arena, dl_str html, dl_str url, dl_discovered_vec *ret_feeds,
                             struct dl_diag *diag) DL_MUST_USE;
/* Does the address look like that of a feed? */
bool dl_discover_looks_like_feed(dl_arena *arena, dl_str url);
/* Where feeds and news sitemaps usually are, for a site that names none: to be tried in order. */
enum dl_err dl_discover_well_known(dl_arena *arena, dl_str url,
                                   dl_discovered_vec *ret_places) DL_MUST_USE;
void dl_discover_json(const dl_discovered_vec *feeds, yyjson_mut_doc *json, yyjson_mut_val *object);

#endif
