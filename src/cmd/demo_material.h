/* The EXAMPLE world's articles as an outlet would publish them: inside an HTML page with all that
 * stands around an article, as an RSS feed, or as a line of JSON. See demo/README.md. */
#ifndef DL_CMD_DEMO_MATERIAL_H
#define DL_CMD_DEMO_MATERIAL_H

#include "base/json.h"

enum dl_demo_form { DL_DEMO_ARTICLE, DL_DEMO_PAGE, DL_DEMO_FEED };

struct dl_demo_article {
    int64_t at_ms; /* from the start of the replay at speed 1 */
    enum dl_demo_form form;
    dl_str id, url, outlet, outlet_name, outlet_kind, country, language;
    dl_str title, subtitle, text;
    int64_t published_offset_ms;
};

/* A line of demo/world.ndjson. */
enum dl_err dl_demo_read(dl_arena *arena, dl_str line, struct dl_demo_article *ret_article,
                         struct dl_diag *diag) DL_MUST_USE;
/* Its bytes as they are sent; start_ms: wall clock when the replay began. */
enum dl_err dl_demo_write(dl_arena *arena, const struct dl_demo_article *article, int64_t start_ms,
                          dl_buf *out) DL_MUST_USE;

#endif
