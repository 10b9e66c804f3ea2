/* What the commands that read the store share: opening it, and saying why it cannot be read and
 * what to do then.
 *
 * Exit codes: 3 for no store yet or no such thing, 5 for a store that is busy or of another
 * version, 1 for the rest. */
#ifndef DL_CMD_READING_H
#define DL_CMD_READING_H

#include "cmd/cli.h"
#include "cmd/data_dir.h"
#include "cmd/term.h"
#include "serve/api_json.h"

enum { DL_READ_LIMIT = 20 }; /* rows that a screen and a half hold */

struct dl_reading_of {
    struct dl_cli *cli;
    const char *dir;
    dl_store *store;
    dl_buf out;
    struct dl_term term; /* writes to out */
};

/* Opens the store of --store and begins its moment. DL_EXIT_OK or the code to end with. */
int dl_read_open(struct dl_cli *cli, struct dl_reading_of *ret);
/* Prints what is in out, unless code says that it failed, and closes. Returns the code. */
int dl_read_close(struct dl_reading_of *r, int code);
/* Prints why; what: "story". Returns the exit code. */
int dl_read_fail(const struct dl_reading_of *r, enum dl_err err, const struct dl_diag *diag,
                 const char *what);
/* Number of --limit and --cursor. */
bool dl_read_limits(struct dl_cli *cli, long usual, long *ret_limit, long *ret_cursor);
/* The answer as one line into r->out. Returns the exit code. */
int dl_read_json(struct dl_reading_of *r, const struct dl_api_answer *answer);

#define DL_JSON_OPTION                                                                             \
    {                                                                                              \
        "json", 'j', NULL, "print one JSON object, as the HTTP API gives it"                       \
    }
#define DL_LIMIT_OPTION                                                                            \
    {                                                                                              \
        "limit", 'n', "N", "rows at most (default: 20, with --json as the API)"                    \
    }
#define DL_CURSOR_OPTION                                                                           \
    {                                                                                              \
        "cursor", 0, "N", "go on behind the page that gave this cursor"                            \
    }

#endif
