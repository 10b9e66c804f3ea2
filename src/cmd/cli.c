#include "cmd/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#define DL_COMMAND(name) extern const struct dl_command dl_cmd_##name;
#include "cmd/commands.def"
#undef DL_COMMAND

const struct dl_command *const dl_commands[] = {
#define DL_COMMAND(name) &dl_cmd_##name,
#include "cmd/commands.def"
#undef DL_COMMAND
    NULL,
};

enum { MAX_COMMANDS = 64, WORD_MAX = 64 };

const struct dl_command *dl_command_find(const char *name)
{
    for (size_t i = 0; dl_commands[i] != NULL; i++)
        if (strcmp(dl_commands[i]->name, name) == 0) return dl_commands[i];
    return NULL;
}

/* Edit distance with transpositions (optimal string alignment). */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n >= WORD_MAX || m >= WORD_MAX) return WORD_MAX;
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

const char *dl_cli_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) < 4 ? 2 : 4;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        if (strncmp(word, candidates[i], strlen(word)) == 0 && d >= best_distance) d = 2;
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}

static size_t option_count(const struct dl_command *command)
{
    size_t n = 0;
    while (n < DL_CLI_MAX_OPTIONS && command->options[n].name != NULL)
        n++;
    return n;
}

static size_t option_index(const struct dl_command *command, const char *name)
{
    size_t n = option_count(command);
    for (size_t i = 0; i < n; i++)
        if (strcmp(command->options[i].name, name) == 0) return i;
    return DL_NO_POS;
}

bool dl_cli_knows(const struct dl_cli *cli, const char *name)
{
    return option_index(cli->command, name) != DL_NO_POS;
}

const char *dl_cli_get(const struct dl_cli *cli, const char *name)
{
    size_t i = option_index(cli->command, name);
    DL_ASSERT(i != DL_NO_POS);
    return cli->values[i];
}

bool dl_cli_has(const struct dl_cli *cli, const char *name)
{
    return dl_cli_get(cli, name) != NULL;
}

bool dl_cli_int(const struct dl_cli *cli, const char *name, long fallback, long min, long max,
                long *ret_value)
{
    const char *text = dl_cli_get(cli, name);
    if (text == NULL) return *ret_value = fallback, true;
    char *end;
    errno = 0;
    long v = strtol(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && v >= min && v <= max)
        return *ret_value = v, true;
    dl_cli_usage(cli, "--%s wants a whole number from %ld to %ld, not '%s'", name, min, max, text);
    return false;
}

static void complain(const struct dl_cli *cli, const char *format, va_list args)
{
    fprintf(stderr, "dateline %s: ", cli->command->name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

int dl_cli_usage(const struct dl_cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain(cli, format, args);
    va_end(args);
    return DL_EXIT_USAGE;
}

int dl_cli_fail(const struct dl_cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    complain(cli, format, args);
    va_end(args);
    return DL_EXIT_FAILURE;
}

int dl_cli_print(const struct dl_cli *cli, const dl_buf *out)
{
    if (dl_buf_failed(out) != DL_OK) return dl_cli_fail(cli, "%s", dl_err_text(dl_buf_failed(out)));
    if (out->n > 0 && dl_io_write_fd(STDOUT_FILENO, out->p, out->n) != DL_OK)
        return dl_cli_fail(cli, "cannot write the output: %s", strerror(errno));
    return DL_EXIT_OK;
}

static int unknown_option(const struct dl_cli *cli, const char *given)
{
    const char *names[DL_CLI_MAX_OPTIONS + 2];
    size_t n = option_count(cli->command);
    for (size_t i = 0; i < n; i++)
        names[i] = cli->command->options[i].name;
    names[n++] = "help";
    names[n++] = "version";
    char word[WORD_MAX];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(given + 2, "="), given + 2);
    const char *near = given[1] == '-' ? dl_cli_nearest(word, names, n) : NULL;
    if (near != NULL) return dl_cli_usage(cli, "no option '%s'; did you mean --%s?", given, near);
    return dl_cli_usage(cli, "no option '%s'; see dateline %s --help", given, cli->command->name);
}

/* Sets option i; its value is `attached` or the next argument. Returns an exit code or -1. */
static int set_option(struct dl_cli *cli, size_t i, const char *attached, int argc, char **argv,
                      int *at)
{
    const struct dl_option *o = &cli->command->options[i];
    if (o->value == NULL) {
        if (attached != NULL) return dl_cli_usage(cli, "--%s takes no value", o->name);
        cli->values[i] = "";
        return -1;
    }
    if (attached == NULL && *at + 1 >= argc)
        return dl_cli_usage(cli, "--%s wants a value: --%s %s", o->name, o->name, o->value);
    cli->values[i] = attached != NULL ? attached : argv[++*at];
    return -1;
}

static int parse_long(struct dl_cli *cli, int argc, char **argv, int *at)
{
    const char *given = argv[*at], *equals = strchr(given, '=');
    size_t len = equals == NULL ? strlen(given) - 2 : (size_t)(equals - given - 2);
    size_t n = option_count(cli->command);
    for (size_t i = 0; i < n; i++) {
        const char *name = cli->command->options[i].name;
        if (strlen(name) == len && memcmp(name, given + 2, len) == 0)
            return set_option(cli, i, equals == NULL ? NULL : equals + 1, argc, argv, at);
    }
    return unknown_option(cli, given);
}

static int parse_letters(struct dl_cli *cli, int argc, char **argv, int *at)
{
    const char *given = argv[*at];
    size_t n = option_count(cli->command);
    for (const char *c = given + 1; *c != '\0'; c++) {
        size_t i = 0;
        while (i < n && cli->command->options[i].letter != *c)
            i++;
        if (i == n) return unknown_option(cli, given);
        bool takes_value = cli->command->options[i].value != NULL;
        const char *attached = takes_value && c[1] != '\0' ? c + 1 : NULL;
        int code = set_option(cli, i, attached, argc, argv, at);
        if (code >= 0 || takes_value) return code;
    }
    return -1;
}

static int print_and_free(dl_buf *out)
{
    bool good =
        dl_buf_failed(out) == DL_OK && dl_io_write_fd(STDOUT_FILENO, out->p, out->n) == DL_OK;
    dl_buf_free(out);
    return good ? DL_EXIT_OK : DL_EXIT_FAILURE;
}

/* For the build: dateline help --man [COMMAND]. */
static int man_of(const char *name)
{
    const struct dl_command *command = name == NULL ? NULL : dl_command_find(name);
    dl_buf out = DL_BUF_INIT(1 << 20);
    if ((name != NULL && command == NULL) || dl_help_man(command, &out) != DL_OK)
        return DL_EXIT_USAGE;
    return print_and_free(&out);
}

static int help_of(const struct dl_command *command)
{
    dl_buf out = DL_BUF_INIT(1 << 20);
    if (command == NULL)
        dl_help_all(&out);
    else
        dl_help_command(command, &out);
    return print_and_free(&out);
}

static int version(void)
{
    dl_buf out = DL_BUF_INIT(1 << 16);
    dl_help_version(&out);
    return print_and_free(&out);
}

/* Returns an exit code when the command must not run, else -1. */
static int parse(struct dl_cli *cli, int argc, char **argv)
{
    bool options_over = false;
    for (int at = 2; at < argc; at++) {
        const char *arg = argv[at];
        int code = -1;
        if (options_over || arg[0] != '-' || arg[1] == '\0')
            cli->args[cli->nargs++] = arg;
        else if (strcmp(arg, "--") == 0)
            options_over = true;
        else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
            return help_of(cli->command);
        else if (strcmp(arg, "--version") == 0)
            return version();
        else if (arg[1] == '-')
            code = parse_long(cli, argc, argv, &at);
        else
            code = parse_letters(cli, argc, argv, &at);
        if (code >= 0) return code;
    }
    return -1;
}

static int unknown_command(const char *name)
{
    const char *names[MAX_COMMANDS];
    size_t n = 0;
    for (; dl_commands[n] != NULL; n++) {
        DL_ASSERT(n < MAX_COMMANDS);
        names[n] = dl_commands[n]->name;
    }
    const char *near = dl_cli_nearest(name, names, n);
    if (near != NULL)
        fprintf(stderr, "dateline: no command '%s'; did you mean '%s'?\n", name, near);
    else
        fprintf(stderr, "dateline: no command '%s'; see dateline --help\n", name);
    return DL_EXIT_USAGE;
}

int dl_cli_main(int argc, char **argv)
{
    if (argc < 2) {
        help_of(NULL);
        return DL_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help_of(NULL);
    if (strcmp(name, "help") == 0 && argc > 2 && strcmp(argv[2], "--man") == 0)
        return man_of(argc > 3 ? argv[3] : NULL);
    if (strcmp(name, "help") == 0)
        return argc < 3                           ? help_of(NULL)
               : dl_command_find(argv[2]) != NULL ? help_of(dl_command_find(argv[2]))
                                                  : unknown_command(argv[2]);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return version();
    const struct dl_command *command = dl_command_find(name);
    if (command == NULL) return unknown_command(name);
    struct dl_cli cli = {.command = command, .arena = dl_arena_new(DL_ARENA_NO_CAP)};
    if (cli.arena == NULL) return DL_EXIT_FAILURE;
    cli.args = DL_NEW_ARRAY(cli.arena, const char *, (size_t)argc);
    int code = cli.args == NULL ? DL_EXIT_FAILURE : parse(&cli, argc, argv);
    if (code < 0) code = command->run(&cli);
    dl_arena_free(cli.arena);
    return code;
}
