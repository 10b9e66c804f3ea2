/* What this program is made of: "name version" lines for --version, Status and doctor. Versions
 * are those that run where a library tells, else those it was built with. */
#ifndef DL_CMD_VERSIONS_H
#define DL_CMD_VERSIONS_H

#include "base/str.h"

#ifndef DL_VERSION
#define DL_VERSION "0.1.0"
#endif

void dl_versions(dl_buf *out);

#endif
