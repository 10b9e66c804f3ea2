/* Feeds: bytes in, the common form of CONTRACT.md out.
 *
 * RSS 0.90–2.0, RDF, Atom 0.3/1.0, CDF by namespaces and element names; JSON Feed 1.0/1.1. Broken
 * XML is recovered and reported in `warnings`. Titles are plain text; summaries and content are
 * sanitised HTML (feed/sanitize.h); URLs are absolute http(s). Memory: the arena. Linear; at most
 * DL_FEED_ITEMS items. Errors: DL_ERR_EMPTY, BINARY, SYNTAX (no feed), TOO_BIG, TOO_DEEP.
 * Sources: RFC 4287, RSS 2.0.11, JSON Feed 1.1, Media RSS 1.5.1, georss, RSS 1.0 syndication. */
#ifndef DL_FEED_FEED_H
#define DL_FEED_FEED_H

#include "base/json.h"
#include "base/vec.h"

enum {
    DL_FEED_ITEMS = 5000,
    DL_FEED_MAX = 16 << 20,
    DL_FEED_HUBS = 16, /* each may be asked for a subscription */
};

struct dl_feed_input {
    dl_str bytes, url, content_type; /* url: where it came from, base of relative links */
};

struct dl_feed_person {
    dl_str name, email, uri;
};
struct dl_feed_link {
    dl_str rel, type, href, title, length, hreflang;
};
struct dl_feed_category {
    dl_str term, scheme, label;
};
struct dl_feed_content {
    dl_str type, language, base, value;
};
struct dl_feed_media {
    dl_str url, type, medium, width, height, duration, length;
};
struct dl_feed_warning {
    const char *code; /* "not-well-formed", "media-type" */
    dl_str message;
};
typedef DL_VEC(struct dl_feed_person) dl_feed_people;
typedef DL_VEC(struct dl_feed_link) dl_feed_links;
typedef DL_VEC(struct dl_feed_category) dl_feed_categories;
typedef DL_VEC(struct dl_feed_content) dl_feed_contents;
typedef DL_VEC(struct dl_feed_media) dl_feed_medias;
typedef DL_VEC(dl_str) dl_feed_strings;

struct dl_feed_item {
    dl_str id, link, title, summary, publisher, comments, language, rights, license;
    dl_str geo_type, geo_coordinates; /* "lat lon lat lon …" */
    dl_str source_title, source_link, source_id;
    dl_feed_links links;
    dl_feed_contents content;
    dl_feed_people authors, contributors;
    dl_feed_categories categories;
    dl_feed_medias enclosures, media, thumbnails;
    dl_feed_strings credits;
    dl_time published, updated, created, expired;
};
typedef DL_VEC(struct dl_feed_item) dl_feed_items;

struct dl_feed {
    const char *format; /* of CONTRACT.md */
    dl_str title, subtitle, link, id, self, language, rights, generator, icon, logo;
    dl_str image_url, image_title, image_link;
    int64_t ttl_min, update_s; /* 0: not given; update_s: of sy:updatePeriod and updateFrequency */
    uint32_t skip_hours;       /* bit 0 = 00:00–00:59 GMT */
    uint8_t skip_days;         /* bit 0 = Monday, GMT */
    dl_time published, updated, update_base;
    dl_feed_strings hubs, namespaces; /* namespaces: prefix, URI, prefix, URI … */
    DL_VEC(struct dl_feed_warning) warnings;
    dl_feed_people authors;
    dl_feed_categories categories;
    dl_feed_items items;
};

enum dl_err dl_feed_parse(dl_arena *arena, const struct dl_feed_input *in,
                          struct dl_feed **ret_feed, struct dl_diag *diag) DL_MUST_USE;
void dl_feed_json(const struct dl_feed *feed, dl_arena *arena, yyjson_mut_doc *json,
                  yyjson_mut_val *object);
void dl_feed_item_json(const struct dl_feed_item *item, dl_arena *arena, yyjson_mut_doc *json,
                       yyjson_mut_val *object);

enum { DL_FEED_DAYS = 7 };
extern const char *const dl_feed_days[DL_FEED_DAYS]; /* "monday" … as bits of skip_days */
void dl_feed_versions(dl_buf *out);

#endif
