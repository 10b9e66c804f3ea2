/* What deserves a second look, in three columns: claims that somebody denies, claims that spread
 * and rest on one origin or none, corrections of the day. Each row opens to its claim or document.
 */
#ifndef DL_SERVE_NOW_COLUMNS_H
#define DL_SERVE_NOW_COLUMNS_H

#include "serve/html.h"
#include "store/read_claims.h"

struct dl_now_columns {
    dl_store_claims contested, spreading;
    dl_store_edits corrections;
};
enum dl_err dl_now_columns_gather(dl_store *store, dl_arena *arena, int64_t now_ms,
                                  struct dl_now_columns *ret_columns) DL_MUST_USE;
/* Nothing when all three are empty. */
void dl_now_columns_show(dl_html *h, const struct dl_now_columns *columns, int64_t now_ms);

#endif
