/* `dateline sources`: its parts. Reading needs the store only; changes are requests to the writer,
 * the server's or one of our own. */
#ifndef DL_CMD_SOURCES_H
#define DL_CMD_SOURCES_H

#include "base/json.h"
#include "cmd/cli.h"

/* Each gets the arguments behind its name and returns the exit code. */
int dl_sources_list(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_export(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_add(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_remove(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_set(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_undo(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_show(struct dl_cli *cli, const char **args, size_t n);
int dl_sources_import(struct dl_cli *cli, const char **args, size_t n);

/* What each home page offers, see sources_discover.h. Stores nothing. */
int dl_sources_discover(struct dl_cli *cli, const char **args, size_t n);

/* Fetches each once, obeying robots.txt, and says what is there. Stores nothing. */
int dl_sources_test(struct dl_cli *cli, const char **args, size_t n);

/* --every-at-most and --every-at-least into a row of a request. false: said, usage. */
bool dl_sources_put_pace(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *row);

#endif
