/* What the formats share: elements to fields. */
#ifndef DL_FEED_FEED_PRIVATE_H
#define DL_FEED_FEED_PRIVATE_H

#include "feed/feed.h"
#include "feed/xmltree.h"

struct dl_feed_namespace {
    dl_str uri;
    unsigned vocabularies;
};

struct dl_feed_reading {
    dl_arena *arena;
    struct dl_feed *feed;
    dl_str url;                       /* base of relative links */
    bool is_atom;                     /* text constructs have a declared type */
    int64_t period_s, per_period;     /* sy: updates in a period; 0: not given */
    struct dl_feed_namespace seen[8]; /* the latest ones: a document has few */
    size_t n_seen;
};

typedef const struct dl_xml *dl_node;

/* --- text and addresses (feed.c) --- */

/* Text of a field that may hold markup: tags gone, white space folded. */
dl_str dl_feed_plain(dl_arena *arena, dl_str s, bool is_html);
dl_str dl_feed_html(struct dl_feed_reading *r, dl_str s, dl_str base, bool is_html);
dl_str dl_feed_url(struct dl_feed_reading *r, dl_str s, dl_str base);

/* --- namespaces (feed_fields.c) --- */

enum dl_feed_vocabulary {
    DL_FEED_CORE = 1, /* of the formats themselves, and of what has no namespace */
    DL_FEED_ATOM = 2,
    DL_FEED_MEDIA = 4,
    DL_FEED_DC = 8,
    DL_FEED_ITUNES = 16,
    DL_FEED_GEO = 32,
    DL_FEED_SYNDICATION = 64,
    DL_FEED_SLASH = 128,
    DL_FEED_EXTENSIONS = DL_FEED_MEDIA | DL_FEED_DC | DL_FEED_ITUNES | DL_FEED_GEO,
};

/* Is the element of one of these vocabularies? */
bool dl_feed_is(struct dl_feed_reading *r, dl_node n, unsigned vocabularies);
unsigned dl_feed_vocabularies(struct dl_feed_reading *r, dl_node n); /* all that it is of */
/* Of a vocabulary that Dateline does not know: its names mean something else than they say. */
bool dl_feed_is_foreign(struct dl_feed_reading *r, dl_node n);

/* --- fields (feed_fields.c) --- */

struct dl_feed_text {
    dl_str value;
    bool is_html;
    dl_str type;
};

dl_str dl_feed_base(struct dl_feed_reading *r, dl_node n);
dl_str dl_feed_node_text(struct dl_feed_reading *r, dl_node n);
/* An Atom text construct or RSS field: its markup as HTML, or its text. */
struct dl_feed_text dl_feed_construct(struct dl_feed_reading *r, dl_node n, bool is_atom_text);
dl_str dl_feed_construct_plain(struct dl_feed_reading *r, dl_node n);
dl_str dl_feed_construct_html(struct dl_feed_reading *r, dl_node n, bool is_atom_text);
struct dl_feed_link dl_feed_link_of(struct dl_feed_reading *r, dl_node n);
void dl_feed_add_person(struct dl_feed_reading *r, dl_feed_people *list, dl_node n);
void dl_feed_add_category(struct dl_feed_reading *r, dl_feed_categories *list, dl_node n);
void dl_feed_add_media(struct dl_feed_reading *r, dl_feed_medias *list, dl_node n);
void dl_feed_add_content(struct dl_feed_reading *r, struct dl_feed_item *it, dl_node n, bool atom);
void dl_feed_date_of(struct dl_feed_reading *r, dl_node n, dl_time *ret_time);
/* A place of GeoRSS, GML or W3C geo. */
void dl_feed_geo(struct dl_feed_reading *r, struct dl_feed_item *it, dl_node n);

/* --- formats --- */

enum dl_err dl_feed_add_item(struct dl_feed_reading *r, dl_node n) DL_MUST_USE;
enum dl_err dl_feed_from_xml(struct dl_feed_reading *r, dl_node root,
                             struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_feed_from_json(struct dl_feed_reading *r, dl_str text,
                              struct dl_diag *diag) DL_MUST_USE;

#endif
