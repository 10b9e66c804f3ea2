/* JSON objects as rows of CSV (RFC 4180, lines end with CR LF).
 *
 * A cell that a spreadsheet would take for a formula (first sign = + - @, also their full-width
 * forms, or a tab) gets an apostrophe in front, so that what a stranger wrote is not run (OWASP,
 * "CSV Injection"). */
#ifndef DL_CMD_CSV_H
#define DL_CMD_CSV_H

#include "base/json.h"

/* A column is a path of keys: "seen.by". */
void dl_csv_header(dl_buf *out, const char *const *columns, size_t n);
void dl_csv_row(dl_buf *out, const char *const *columns, size_t n, yyjson_mut_val *object);
void dl_csv_cell(dl_buf *out, dl_str text);

#endif
