/* What all pages share: head, navigation, footer, and the small pieces that stories and documents
 * are shown with. Reads without a script, without colour, at 320 px and on paper. */
#ifndef DL_SERVE_VIEW_H
#define DL_SERVE_VIEW_H

#include "serve/html.h"
#include "serve/web.h"

struct dl_view {
    dl_str title;     /* of the browser's tab; empty: the program's name alone */
    const char *here; /* path of the navigation entry that this page is, NULL: none */
    dl_str query;     /* what stands in the search box */
    int64_t sequence; /* of the newest change that the page knows; < 0: the page is not live */
    int64_t now_ms;
};

void dl_view_begin(dl_html *h, const dl_web *web, const struct dl_view *view);
void dl_view_end(dl_html *h, const dl_web *web, const struct dl_view *view);

/* "12 documents": number first, then its label. */
void dl_view_count(dl_html *h, int64_t number, const char *one, const char *many);

#endif
