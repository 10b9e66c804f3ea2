#include "cmd/cli.h"
#include "cmd/term.h"
#include "cmd/versions.h"

/* Headings and commands in the order of the list: one of both is NULL. */
static const struct {
    const char *heading, *name;
} overview[] = {
#define DL_GROUP(title)  {title, NULL},
#define DL_COMMAND(name) {NULL, #name},
#include "cmd/commands.def"
#undef DL_COMMAND
};

static size_t longest_option(const struct dl_command *c)
{
    size_t longest = 4;
    for (const struct dl_option *o = c->options; o->name != NULL; o++) {
        size_t n = strlen(o->name) + (o->value != NULL ? strlen(o->value) + 1 : 0);
        if (n > longest) longest = n;
    }
    return longest;
}

enum { WIDTH = 80 }; /* of help, wherever it goes: the same bytes for a terminal and a file */

static void wrapped(dl_buf *out, size_t indent, size_t first, const char *text)
{
    struct dl_term t = {out, false, WIDTH};
    dl_term_wrap(&t, indent, first, dl_str_c(text));
}

/* Paragraphs are parted by blank lines. */
static void paragraphs(dl_buf *out, const char *text)
{
    dl_str all = dl_str_c(text);
    struct dl_term t = {out, false, WIDTH};
    for (size_t from = 0; from < all.n;) {
        size_t end = dl_str_find_c(all, "\n\n", from);
        if (end == DL_NO_POS) end = all.n;
        dl_buf_byte(out, '\n');
        dl_term_wrap(&t, 0, 0, dl_str_sub(all, from, end));
        from = end + 2;
    }
}

static void option_line(dl_buf *out, const struct dl_option *o, size_t width)
{
    char left[96], letter[8] = "    ";
    snprintf(left, sizeof left, "%s%s%s", o->name, o->value != NULL ? " " : "",
             o->value != NULL ? o->value : "");
    if (o->letter != 0) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    dl_buf_fmt(out, "  %s--%-*s ", letter, (int)width, left);
    wrapped(out, width + 10, width + 9, o->help);
}

void dl_help_all(dl_buf *out)
{
    dl_buf_c(out, "Dateline reads the world's news as it is published and says what happened,\n"
                  "where, to whom - and who says so.\n\nUsage: dateline COMMAND [OPTION]... "
                  "[FILE]...\n\n");
    for (size_t i = 0; i < sizeof overview / sizeof *overview; i++) {
        if (overview[i].heading != NULL)
            dl_buf_fmt(out, "%s%s\n", i > 0 ? "\n" : "", overview[i].heading);
        else
            dl_buf_fmt(out, "  %-11s %s\n", overview[i].name,
                       dl_command_find(overview[i].name)->summary);
    }
    dl_buf_c(out, "\n  dateline COMMAND --help   options and examples of one command\n"
                  "  dateline --version        version of the program, libraries and models\n");
}

void dl_help_command(const struct dl_command *c, dl_buf *out)
{
    static const struct dl_option help = {"help", 'h', NULL, "print this and exit"};
    dl_buf_fmt(out, "Usage: dateline %s [OPTION]...%s%s\n\n%s.\n", c->name,
               c->arguments[0] != '\0' ? " " : "", c->arguments, c->summary);
    if (c->description != NULL) paragraphs(out, c->description);
    dl_buf_c(out, "\nOptions\n");
    size_t width = longest_option(c);
    for (const struct dl_option *o = c->options; o->name != NULL; o++)
        option_line(out, o, width);
    option_line(out, &help, width);
    if (c->examples[0].command == NULL) return;
    dl_buf_c(out, "\nExamples\n");
    for (const struct dl_example *e = c->examples; e->command != NULL; e++)
        dl_buf_fmt(out, "  %s\n      %s\n", e->command, e->what);
}

void dl_help_version(dl_buf *out)
{
    dl_versions(out);
}

/* --- man pages ----------------------------------------------------------------------------- */

/* Text for troff: no leading dot or apostrophe, backslash and dash escaped. */
static void roff(dl_buf *out, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p != '\0'; p++) {
        if (line_start && (*p == '.' || *p == '\'')) dl_buf_c(out, "\\&");
        if (*p == '\\')
            dl_buf_c(out, "\\e");
        else if (*p == '-')
            dl_buf_c(out, "\\-");
        else
            dl_buf_byte(out, *p);
        line_start = *p == '\n';
    }
}

static void roff_paragraphs(dl_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        const char *end = strstr(p, "\n\n");
        char part[4096];
        size_t n = end == NULL ? strlen(p) : (size_t)(end - p);
        snprintf(part, sizeof part, "%.*s", (int)n, p);
        dl_buf_c(out, ".PP\n");
        roff(out, part);
        dl_buf_byte(out, '\n');
        p += n + (end == NULL ? 0 : 2);
    }
}

static void man_option(dl_buf *out, const struct dl_option *o)
{
    dl_buf_c(out, ".TP\n\\fB");
    if (o->letter != 0) dl_buf_fmt(out, "\\-%c\\fR, \\fB", o->letter);
    dl_buf_c(out, "\\-\\-");
    roff(out, o->name);
    dl_buf_c(out, "\\fR");
    if (o->value != NULL) dl_buf_fmt(out, " \\fI%s\\fR", o->value);
    dl_buf_byte(out, '\n');
    roff(out, o->help);
    dl_buf_byte(out, '\n');
}

static void man_command(const struct dl_command *c, dl_buf *out)
{
    dl_buf_fmt(out,
               ".TH DATELINE\\-%s 1 \"\" \"dateline " DL_VERSION "\"\n.SH NAME\ndateline\\-%s \\- ",
               c->name, c->name);
    roff(out, c->summary);
    dl_buf_fmt(out, "\n.SH SYNOPSIS\n\\fBdateline %s\\fR [\\fIOPTION\\fR]... ", c->name);
    roff(out, c->arguments);
    dl_buf_c(out, "\n.SH DESCRIPTION\n");
    roff_paragraphs(out, c->description != NULL ? c->description : c->summary);
    dl_buf_c(out, ".SH OPTIONS\n");
    for (const struct dl_option *o = c->options; o->name != NULL; o++)
        man_option(out, o);
    if (c->examples[0].command != NULL) dl_buf_c(out, ".SH EXAMPLES\n");
    for (const struct dl_example *e = c->examples; e->command != NULL; e++) {
        dl_buf_c(out, ".TP\n\\fB");
        roff(out, e->command);
        dl_buf_c(out, "\\fR\n");
        roff(out, e->what);
        dl_buf_byte(out, '\n');
    }
}

static void man_store(dl_buf *out)
{
    dl_buf_c(out, ".SH ENVIRONMENT\n.TP\n\\fBDATELINE_STORE\\fR\ndata directory where none is "
                  "named\n.TP\n\\fBXDG_DATA_HOME\\fR\nits subfolder dateline is used without "
                  "that\n.TP\n\\fBNO_COLOR\\fR\nno colour, also on a terminal\n.SH FILES\n.TP\n"
                  "\\fI~/.local/share/dateline\\fR\nthe store: dateline.db, its raw material in "
                  "spool, the socket write.sock\n");
}

static bool reads_store(const struct dl_command *command)
{
    for (const struct dl_option *o = command->options; o->name != NULL; o++)
        if (strcmp(o->name, "store") == 0) return true;
    return false;
}

static void man_exit_codes(dl_buf *out)
{
    static const char *const codes[] = {"ok",
                                        "failure",
                                        "usage",
                                        "nothing found",
                                        "some inputs failed",
                                        "database busy or of a wrong version"};
    dl_buf_c(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        dl_buf_fmt(out, ".TP\n%zu\n%s\n", i, codes[i]);
}

static void man_program(dl_buf *out)
{
    dl_buf_c(out,
             ".TH DATELINE 1 \"\" \"dateline " DL_VERSION "\"\n.SH NAME\ndateline \\- reads the "
             "world's news and says who says so\n.SH SYNOPSIS\n\\fBdateline\\fR "
             "\\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n.SH COMMANDS\n");
    for (size_t i = 0; dl_commands[i] != NULL; i++) {
        dl_buf_fmt(out, ".TP\n\\fBdateline\\-%s\\fR(1)\n", dl_commands[i]->name);
        roff(out, dl_commands[i]->summary);
        dl_buf_byte(out, '\n');
    }
}

enum dl_err dl_help_man(const struct dl_command *command, dl_buf *out)
{
    if (command == NULL)
        man_program(out);
    else
        man_command(command, out);
    if (command == NULL || reads_store(command)) man_store(out);
    man_exit_codes(out);
    dl_buf_c(out, ".SH SEE ALSO\n\\fBdateline\\fR(1)\n");
    return dl_buf_failed(out);
}

/* --- completion ---------------------------------------------------------------------------- */

/* The words that stand for themselves among the arguments: "[list [OUTLET] | add URL...]" gives
 * list and add. */
static void literal_words(dl_buf *out, const char *arguments)
{
    for (const char *p = arguments; *p != '\0';) {
        size_t n = 0;
        while (p[n] >= 'a' && p[n] <= 'z')
            n++;
        bool ends = strchr(" |]", p[n]) != NULL; /* '\0' too */
        bool begins = p == arguments || strchr(" |[", p[-1]) != NULL;
        if (n > 1 && begins && ends) dl_buf_fmt(out, " %.*s", (int)n, p);
        p += n > 0 ? n : 1;
    }
}

static void bash_completion(dl_buf *out)
{
    dl_buf_c(out, "_dateline() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words= parts=\n"
                  "  if [ \"$COMP_CWORD\" = 1 ]; then words=\"help --help --version");
    for (size_t i = 0; dl_commands[i] != NULL; i++)
        dl_buf_fmt(out, " %s", dl_commands[i]->name);
    dl_buf_c(out, "\"\n  else case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; dl_commands[i] != NULL; i++) {
        dl_buf_fmt(out, "    %s) words=\"--help", dl_commands[i]->name);
        for (const struct dl_option *o = dl_commands[i]->options; o->name != NULL; o++)
            dl_buf_fmt(out, " --%s", o->name);
        dl_buf_c(out, "\" parts=\"");
        literal_words(out, dl_commands[i]->arguments);
        dl_buf_c(out, "\";;\n");
    }
    dl_buf_c(
        out,
        "  esac; fi\n  case $cur in\n"
        "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"));;\n"
        "    *) if [ \"$COMP_CWORD\" = 1 ]; then "
        "COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"));\n"
        "       else COMPREPLY=($(compgen -W \"$parts\" -- \"$cur\") $(compgen -f -- \"$cur\")); fi;;\n"
        "  esac\n}\ncomplete -o filenames -F _dateline dateline\n");
}

static void zsh_text(dl_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            dl_buf_c(out, "'\\''");
        else if (strchr("[]:\\", *p) != NULL)
            dl_buf_fmt(out, "\\%c", *p);
        else
            dl_buf_byte(out, *p);
    }
}

static void zsh_completion(dl_buf *out)
{
    dl_buf_c(out, "#compdef dateline\n_dateline() {\n  local -a commands=(\n");
    for (size_t i = 0; dl_commands[i] != NULL; i++) {
        dl_buf_fmt(out, "    '%s:", dl_commands[i]->name);
        zsh_text(out, dl_commands[i]->summary);
        dl_buf_c(out, "'\n");
    }
    dl_buf_c(out, "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
                  "  case $words[2] in\n");
    for (size_t i = 0; dl_commands[i] != NULL; i++) {
        dl_buf_fmt(out, "    %s) _arguments '--help[print help]'", dl_commands[i]->name);
        for (const struct dl_option *o = dl_commands[i]->options; o->name != NULL; o++) {
            dl_buf_fmt(out, " '--%s%s[", o->name, o->value != NULL ? "=" : "");
            zsh_text(out, o->help);
            dl_buf_fmt(out, "]%s%s%s'", o->value != NULL ? ":" : "",
                       o->value != NULL ? o->value : "", o->value != NULL ? ":_files" : "");
        }
        dl_buf_c(out, " '*:file:_files';;\n");
    }
    dl_buf_c(out, "  esac\n}\n_dateline \"$@\"\n");
}

static void fish_text(dl_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\') dl_buf_byte(out, '\\');
        dl_buf_byte(out, *p);
    }
}

static void fish_completion(dl_buf *out)
{
    for (size_t i = 0; dl_commands[i] != NULL; i++) {
        const struct dl_command *c = dl_commands[i];
        dl_buf_fmt(out, "complete -c dateline -n __fish_use_subcommand -f -a %s -d '", c->name);
        fish_text(out, c->summary);
        dl_buf_c(out, "'\n");
        for (const struct dl_option *o = c->options; o->name != NULL; o++) {
            dl_buf_fmt(out, "complete -c dateline -n '__fish_seen_subcommand_from %s' -l %s%s -d '",
                       c->name, o->name, o->value != NULL ? " -r" : "");
            fish_text(out, o->help);
            dl_buf_c(out, "'\n");
        }
    }
}

enum dl_err dl_help_completion(const char *shell, dl_buf *out)
{
    if (strcmp(shell, "bash") == 0)
        bash_completion(out);
    else if (strcmp(shell, "zsh") == 0)
        zsh_completion(out);
    else if (strcmp(shell, "fish") == 0)
        fish_completion(out);
    else
        return DL_ERR_NOT_FOUND;
    return dl_buf_failed(out);
}
