/* Pages: the bytes of an HTML page in, the article and nothing but the article out (CONTRACT.md,
 * "dateline extract").
 *
 * One dl_page_reader a thread; it keeps the parser's document and reuses it. Everything returned
 * lives in the arena, is valid UTF-8 and cleaned (base/utf8.h), URLs are absolute http(s). Spans
 * are byte offsets into `text`, end exclusive. Missing values are empty slices. No clock, no
 * locale, no file. Errors: DL_ERR_EMPTY, BINARY, TOO_BIG (bytes, nodes, arena), TOO_DEEP, ENCODING.
 * A page without an article is no error: kind tells, text is empty. */
#ifndef DL_PAGE_PAGE_H
#define DL_PAGE_PAGE_H

#include "base/json.h"
#include "base/vec.h"
#include "page/site.h"

enum {
    DL_PAGE_MAX = 16 << 20, /* decoded bytes, DESIGN 7 */
};

enum dl_page_kind { DL_PAGE_ARTICLE, DL_PAGE_INDEX, DL_PAGE_LIVE, DL_PAGE_VIDEO, DL_PAGE_OTHER };

enum dl_block_kind {
    DL_BLOCK_PARAGRAPH,
    DL_BLOCK_HEADING,
    DL_BLOCK_LIST_ITEM,
    DL_BLOCK_QUOTE,
    DL_BLOCK_CAPTION,
    DL_BLOCK_TABLE,
    DL_BLOCK_CODE
};
const char *dl_block_name(enum dl_block_kind kind); /* "list_item" */
const char *dl_page_kind_name(enum dl_page_kind kind);

struct dl_page_block {
    size_t start, end;
    enum dl_block_kind kind;
    uint8_t level;   /* heading: 1..6, 0 unknown; list item: lists around its own */
    bool opens;      /* first of its list or table */
    bool goes_on;    /* of the list item before it: a further paragraph */
    uint16_t number; /* list item: its place in an ordered list; 0: none */
};
struct dl_page_link {
    size_t start, end;
    dl_str href;
};
struct dl_page_right { /* machine-readable signal as found: "robots" = "noarchive" */
    dl_str name, value;
};
struct dl_page_item { /* entry of a live page; a stretch of the text, title and all */
    size_t start, end;
    dl_time published; /* not set where the page tells no day */
    dl_str title, url; /* may be empty */
};
typedef DL_VEC(struct dl_page_block) dl_page_blocks;
typedef DL_VEC(struct dl_page_item) dl_page_items;
typedef DL_VEC(struct dl_page_link) dl_page_links;
typedef DL_VEC(dl_str) dl_page_strings;
typedef DL_VEC(struct dl_page_right) dl_page_rights;

/* What came beside a page: headers of its answer, and its site's robots.txt; any may be empty. */
struct dl_page_signals {
    dl_str x_robots_tag, tdm_reservation, tdm_policy, link; /* headers as sent */
    dl_str content_signal, robots_license;                  /* of robots.txt */
};

struct dl_page_input {
    dl_str bytes;                          /* as received, any charset */
    dl_str url;                            /* where it came from; may be empty */
    dl_str content_type;                   /* header as sent; may be empty */
    const struct dl_page_signals *signals; /* NULL: nothing came */
    /* When it was fetched; not set: unknown, and "3 hours ago" says nothing. */
    dl_time seen;
    const struct dl_page_site *site; /* what is known of its site (page/site.h); NULL: nothing */
};

struct dl_page {
    enum dl_page_kind kind;
    double confidence;      /* 0..1 that kind and text are right */
    double kind_confidence; /* 0..1 that the kind is */
    dl_str url, canonical, title, subtitle, site, language, section, description, image, text;
    bool right_to_left;
    dl_time published, modified; /* zone ASSUMED where the page gives none */
    dl_page_strings byline, categories, tags, warnings;
    dl_page_blocks blocks;
    dl_page_links links;
    dl_page_items items; /* of a live page, in the order of its text */
    dl_page_rights rights;
    struct dl_site_sample sample; /* what it tells of its site; not in the contract's object */
};

typedef struct dl_page_reader dl_page_reader;
dl_page_reader *dl_page_reader_new(void); /* NULL without memory */
void dl_page_reader_free(dl_page_reader *reader);

enum dl_err dl_page_read(dl_page_reader *reader, dl_arena *arena, const struct dl_page_input *in,
                         struct dl_page **ret_page, struct dl_diag *diag) DL_MUST_USE;

/* A feed item's HTML (already UTF-8): its text with blocks and links, no main-text search, no
 * metadata. Plain text passes as paragraphs. */
enum dl_err dl_page_fragment(dl_page_reader *reader, dl_arena *arena, dl_str html, dl_str base_url,
                             struct dl_page **ret_page, struct dl_diag *diag) DL_MUST_USE;

/* The contract's object. */
void dl_page_json(const struct dl_page *page, dl_arena *arena, yyjson_mut_doc *json,
                  yyjson_mut_val *object);
/* GitHub's Markdown: title and deck on top; headings, nested lists, quotes, tables, code, links;
 * a rule and its time above an entry of a live page. No word of the page is read as a mark. */
void dl_page_markdown(const struct dl_page *page, dl_arena *arena, dl_buf *out);
/* In the zone the page gives: the day a reader saw must not change. */
dl_str dl_page_local_time(dl_arena *arena, dl_time t);
/* Title, deck and text; the time of a live page's entry in brackets on a line above it. */
void dl_page_text(const struct dl_page *page, dl_arena *arena, dl_buf *out);

/* What the kind of the last page was told from (page/kind.h), for fitting. */
const double *dl_page_features(const dl_page_reader *reader);

void dl_page_versions(dl_buf *out); /* "lexbor 3.0.1" and so on, a line each */

#endif
