/* Logs: logfmt lines on standard error, with journald levels. Only processes and commands log;
 * stages never do. Values are quoted and stripped of controls, so upstream text cannot forge lines
 * or move a terminal's cursor. Thread-safe: one write() a line. */
#ifndef DL_BASE_LOG_H
#define DL_BASE_LOG_H

#include "base/str.h"

enum dl_log_level { DL_LOG_ERROR = 3, DL_LOG_WARNING = 4, DL_LOG_INFO = 6, DL_LOG_DEBUG = 7 };

void dl_log_set(enum dl_log_level max_level, const char *process);
/* dl_log(DL_LOG_INFO, "poll done", "feed", "%s", url, NULL)?  No: fields come as one format,
 * already logfmt, with text passed through dl_log_text(). */
void dl_log(enum dl_log_level level, const char *message, const char *fields, ...) DL_PRINTF(3, 4);
/* s as a quoted logfmt value in one of 8 rotating thread-local buffers, cut at 300 bytes. */
const char *dl_log_text(dl_str s);

#endif
