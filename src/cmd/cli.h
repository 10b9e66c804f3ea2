/* The command line. Every command is one row of commands.def and one struct dl_command; parsing,
 * --help, man pages and completion are all made from that table, so they cannot drift.
 *
 * Options: -x, -xVALUE, -x VALUE, --long, --long=VALUE, --long VALUE, "--" ends them. A wrong
 * option gives one line with the nearest right one and exit code 2. */
#ifndef DL_CMD_CLI_H
#define DL_CMD_CLI_H

#include "base/io.h"
#include "base/str.h"

enum dl_exit {
    DL_EXIT_OK = 0,
    DL_EXIT_FAILURE = 1,
    DL_EXIT_USAGE = 2,
    DL_EXIT_NOTHING = 3,
    DL_EXIT_PARTIAL = 4,
    DL_EXIT_BUSY = 5,
};

struct dl_option {
    const char *name;  /* long name without dashes */
    char letter;       /* 0 = none */
    const char *value; /* name of its value ("FILE"), NULL for a switch */
    const char *help;  /* one line */
};

struct dl_example {
    const char *command, *what;
};

enum { DL_CLI_MAX_OPTIONS = 24, DL_CLI_MAX_EXAMPLES = 8 };

struct dl_cli;

struct dl_command {
    const char *name, *summary;                   /* summary: one line, no full stop */
    const char *arguments;                        /* "[FILE]..." */
    const char *description;                      /* paragraphs parted by blank lines */
    struct dl_option options[DL_CLI_MAX_OPTIONS]; /* ends with a NULL name */
    struct dl_example examples[DL_CLI_MAX_EXAMPLES];
    int (*run)(struct dl_cli *cli); /* returns enum dl_exit */
};

struct dl_cli {
    const struct dl_command *command;
    dl_arena *arena; /* for the whole run of the command */
    size_t nargs;
    const char **args;                      /* positional */
    const char *values[DL_CLI_MAX_OPTIONS]; /* by index in options; "" for a switch that is on */
};

/* Value of an option, NULL when it is not given. */
const char *dl_cli_get(const struct dl_cli *cli, const char *name);
/* Does the command have that option at all? Asking for the value of one it has not is a fault. */
bool dl_cli_knows(const struct dl_cli *cli, const char *name);
bool dl_cli_has(const struct dl_cli *cli, const char *name);
/* Whole number in [min, max]; on a wrong value prints the usage line and returns false. */
bool dl_cli_int(const struct dl_cli *cli, const char *name, long fallback, long min, long max,
                long *ret_value);
/* "dateline COMMAND: message" and a hint to --help on stderr; returns DL_EXIT_USAGE. */
int dl_cli_usage(const struct dl_cli *cli, const char *format, ...) DL_PRINTF(2, 3);
/* "dateline COMMAND: message" on stderr; returns DL_EXIT_FAILURE. */
int dl_cli_fail(const struct dl_cli *cli, const char *format, ...) DL_PRINTF(2, 3);
/* Prints out to stdout; DL_EXIT_FAILURE with a message when that fails. */
int dl_cli_print(const struct dl_cli *cli, const dl_buf *out);

/* All commands in the order of commands.def, ends with NULL. */
extern const struct dl_command *const dl_commands[];
const struct dl_command *dl_command_find(const char *name);
/* Nearest of the candidates by edit distance, NULL when none is near. */
const char *dl_cli_nearest(const char *word, const char *const *candidates, size_t count);

int dl_cli_main(int argc, char **argv);

/* help.c: made from the table. */
void dl_help_all(dl_buf *out);
void dl_help_command(const struct dl_command *command, dl_buf *out);
void dl_help_version(dl_buf *out); /* program, libraries, ICU, models */
enum dl_err dl_help_man(const struct dl_command *command, dl_buf *out); /* NULL: dateline(1) */
enum dl_err dl_help_completion(const char *shell, dl_buf *out);         /* bash zsh fish */

#endif
