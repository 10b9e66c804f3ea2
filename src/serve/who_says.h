/* "Who says so" of the Document page: each statement with its chain from the outlet to the origin,
 * every hop a link to the sentence it was read from; what the outlet says in its own voice, and its
 * own analysis, apart. Everything is in words: no tooltip, no colour alone, no script. */
#ifndef DL_SERVE_WHO_SAYS_H
#define DL_SERVE_WHO_SAYS_H

#include "serve/html.h"
#include "serve/trace.h"

struct dl_who_view {
    const dl_traces *traces;
    dl_str language;   /* of the document */
    size_t text_shown; /* bytes of its text that the page shows; sentences behind are quoted here */
    bool quotes;       /* the publisher allows short quotes */
};

void dl_who_says(dl_html *h, const struct dl_who_view *view);

#endif
