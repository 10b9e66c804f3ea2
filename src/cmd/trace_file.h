/* A page or a text in a file, read for `trace` as if it were a document of the store: extracted
 * (when it is HTML) and analysed in a sandboxed reader. Slices live in cli->arena. */
#ifndef DL_CMD_TRACE_FILE_H
#define DL_CMD_TRACE_FILE_H

#include "cmd/cli.h"
#include "store/read.h"

/* path "-": standard input. Options read: url, outlet, lang; a web address is fetched politely
 * (option egress-allow). Errors: those of the stages. */
enum dl_err dl_trace_file(struct dl_cli *cli, const char *path, bool why,
                          struct dl_store_document *ret_document, struct dl_diag *diag) DL_MUST_USE;
/* A document of the store, its text read again with the reasons (event/analyse.h: why). */
enum dl_err dl_trace_again(struct dl_cli *cli, const struct dl_store_document *document,
                           struct dl_store_document *ret_document,
                           struct dl_diag *diag) DL_MUST_USE;
/* Is the argument a file? What is there as one is, unless it looks like an id; "-" is. */
bool dl_trace_is_file(const char *arg);

#endif
