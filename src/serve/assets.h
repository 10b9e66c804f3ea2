/* The pages' own files (web/…, compiled in): addresses that change with their bytes, so that
 * browsers may keep them for ever, and the bytes themselves, gzipped once at the start. */
#ifndef DL_SERVE_ASSETS_H
#define DL_SERVE_ASSETS_H

#include "base/str.h"

/* Once, before the first thread. Files that are not there or empty (no Node at build) are left out.
 */
void dl_asset_load(void);
/* "/assets/app.css?v=0123456789abcdef"; NULL when there is no such file. */
const char *dl_asset_url(const char *name);

#endif
