/* How a document was edited, for its page; how two wordings differ, for any page. */
#ifndef DL_SERVE_PAGE_REVISIONS_H
#define DL_SERVE_PAGE_REVISIONS_H

#include "serve/edits.h"
#include "serve/view.h"

/* whole: the text may be shown; else changed words with little around them. quiet: none of it. */
struct dl_revisions_view {
    const struct dl_store_document *document;
    const dl_edited_vec *edits;
    int64_t now_ms;
    bool whole, quiet;
};
/* How many words went and came, and which. */
void dl_view_words_changed(dl_html *h, const struct dl_edited *edited, bool whole, bool quiet);
void dl_view_revisions(dl_html *h, const struct dl_revisions_view *view);

#endif
