/* What all pages share: head, navigation, footer, and the small pieces that stories and documents
 * are shown with. Reads without a script, without colour, at 320 px and on paper. */
#ifndef DL_SERVE_VIEW_H
#define DL_SERVE_VIEW_H

#include "serve/html.h"
#include "serve/web.h"
#include "store/read_hub.h"

struct dl_view {
    dl_str title;       /* of the browser's tab; empty: the program's name alone */
    const char *here;   /* path of the navigation entry that this page is, NULL: none */
    dl_str query;       /* what stands in the search box */
    int64_t sequence;   /* of the newest change that the page knows; < 0: the page is not live */
    const dl_id *story; /* the one story whose changes concern the page; NULL: all */
    int64_t now_ms;
};

void dl_view_begin(dl_html *h, const dl_web *web, const struct dl_view *view);
void dl_view_end(dl_html *h, const struct dl_view *view);

/* "12 documents": number first, then its label. */
void dl_view_count(dl_html *h, int64_t number, const char *one, const char *many);
/* documents, copies, outlets, languages, countries: each number with its own label. */
void dl_view_counts(dl_html *h, const struct dl_store_story *story);
/* Name of the outlet (its id when there is no name) and its country. */
void dl_view_outlet(dl_html *h, dl_str name, dl_str id, dl_str country);
/* A headline as link to path + id: original language and direction; words of ours when empty. */
void dl_view_headline_(dl_html *h, const char *path, const dl_id *id, dl_str language,
                       dl_str headline);
#define DL_HEADLINE(h, path, id, language, headline)                                               \
    dl_view_headline_((h), "" path, (id), (language), (headline))
/* ` href="/s/ID"` */
void dl_view_href_(dl_html *h, const char *path, const dl_id *id);
#define DL_HREF(h, path, id) dl_view_href_((h), "" path, (id))
/* "seen 10:02 UTC" or "seen between … and …" */
void dl_view_seen(dl_html *h, int64_t after_ms, int64_t by_ms, int64_t now_ms);
/* RFC 3339 text as the store keeps it. */
void dl_view_published(dl_html *h, dl_str text);
/* "92 % of" as a whole number; similarity 0..1. */
void dl_view_percent(dl_html *h, double similarity);
/* "FR" → its ISO code with a title; nothing when empty. */
void dl_view_code(dl_html *h, dl_str code);
/* Subscriptions at hubs as a table; nothing when there are none. */
void dl_view_hubs(dl_html *h, dl_arena *arena, const dl_store_subscriptions *hubs);

#endif
