/* What the formats share. */
#ifndef DL_FEED_FEED_PRIVATE_H
#define DL_FEED_FEED_PRIVATE_H

#include "feed/feed.h"
#include "feed/xmltree.h"

struct dl_feed_reading {
    dl_arena *arena;
    struct dl_feed *feed;
    dl_str url; /* base of relative links */
};

/* Text of a field that may hold markup: tags gone, white space folded. */
dl_str dl_feed_plain(dl_arena *arena, dl_str s, bool is_html);
dl_str dl_feed_html(struct dl_feed_reading *r, dl_str s, dl_str base, bool is_html);
dl_str dl_feed_url(struct dl_feed_reading *r, dl_str s, dl_str base);

enum dl_err dl_feed_from_xml(struct dl_feed_reading *r, const struct dl_xml *root,
                             struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_feed_from_json(struct dl_feed_reading *r, dl_str text,
                              struct dl_diag *diag) DL_MUST_USE;

#endif
