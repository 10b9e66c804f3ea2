/* Arguments that are addresses: which ones, and what the operator lets them reach. */
#ifndef DL_CMD_WEB_INPUT_H
#define DL_CMD_WEB_INPUT_H

#include "cmd/cli.h"
#include "net/polite.h"

/* The option of every command that takes addresses. */
#define DL_EGRESS_OPTION                                                                           \
    {                                                                                              \
        "egress-allow", 0, "CIDRS", "addresses beyond the public Internet that may be fetched"     \
    }

/* "http://…" or "https://…", whatever its case. */
bool dl_is_web_address(const char *arg);
/* The first such argument; NULL when all are files. */
const char *dl_cli_web_address(const struct dl_cli *cli);
/* Value of --egress-allow; a wrong one prints the usage line and gives false. */
bool dl_cli_egress(const struct dl_cli *cli, dl_egress *ret_egress);

/* --archive DIR and --archive-format: WARC files of everything that is fetched. */
#define DL_ARCHIVE_OPTIONS                                                                         \
    {"archive", 0, "DIR", "everything that is fetched goes there too, as WARC files"},             \
    {                                                                                              \
        "archive-format", 0, "FORMAT", "gz (default) or zst"                                       \
    }
/* False: told what is wrong with them. The folder is made. */
bool dl_cli_archive(struct dl_cli *cli);

#endif
