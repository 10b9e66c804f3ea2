/* Sitemaps: XML urlsets and indexes, Google's news extension, plain lists of addresses.
 *
 * Bytes may be gzipped (unpacked here, at most 16 MiB, 100:1). Addresses are resolved against
 * `url`; only http and https are kept. Broken XML is recovered. A sitemap may only speak of its
 * own host: that check is the caller's, who knows which robots.txt named it. Memory: the arena.
 * Linear; at most DL_SITEMAP_URLS entries (sitemaps.org allows 50,000), `dropped` counts the rest.
 * Errors: DL_ERR_EMPTY, UNSUPPORTED (XML or text, but no sitemap), TOO_BIG, TOO_DEEP, CORRUPT.
 * Sources: sitemaps.org 0.9, Google News sitemap 0.9. */
#ifndef DL_FEED_SITEMAP_H
#define DL_FEED_SITEMAP_H

#include "base/json.h"
#include "base/vec.h"

enum { DL_SITEMAP_URLS = 50000, DL_SITEMAP_MAX = 16 << 20 };

enum dl_sitemap_kind { DL_SITEMAP_URLSET, DL_SITEMAP_INDEX, DL_SITEMAP_NEWS, DL_SITEMAP_TEXT };

struct dl_sitemap_url {
    dl_str loc; /* absolute, http or https */
    dl_time lastmod;
    bool is_news;
    dl_str publication, language, title; /* plain text */
    dl_time published;
};

struct dl_sitemap {
    enum dl_sitemap_kind kind; /* NEWS: a urlset with a news entry; INDEX: locs are sitemaps */
    DL_VEC(struct dl_sitemap_url) urls;
    size_t dropped; /* past the limit, or no web address */
    dl_str warning; /* empty: well-formed */
};

enum dl_err dl_sitemap_parse(dl_arena *arena, dl_str bytes, dl_str url,
                             struct dl_sitemap **ret_sitemap, struct dl_diag *diag) DL_MUST_USE;
const char *dl_sitemap_kind_name(enum dl_sitemap_kind kind);
void dl_sitemap_json(const struct dl_sitemap *sitemap, dl_arena *arena, yyjson_mut_doc *json,
                     yyjson_mut_val *object);

#endif
