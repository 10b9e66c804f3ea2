#include "cmd/cli.h"

#ifndef DL_VERSION
#define DL_VERSION "0.1.0"
#endif

static size_t longest_option(const struct dl_command *c)
{
    size_t longest = 4;
    for (const struct dl_option *o = c->options; o->name != NULL; o++) {
        size_t n = strlen(o->name) + (o->value != NULL ? strlen(o->value) + 1 : 0);
        if (n > longest) longest = n;
    }
    return longest;
}

static void option_line(dl_buf *out, const struct dl_option *o, size_t width)
{
    char left[96], letter[8] = "    ";
    snprintf(left, sizeof left, "%s%s%s", o->name, o->value != NULL ? " " : "",
             o->value != NULL ? o->value : "");
    if (o->letter != 0) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    dl_buf_fmt(out, "  %s--%-*s  %s\n", letter, (int)width, left, o->help);
}

void dl_help_all(dl_buf *out)
{
    dl_buf_c(out, "Dateline reads the world's news as it is published and says what happened,\n"
                  "where, to whom - and who says so.\n\nUsage: dateline COMMAND [OPTION]... "
                  "[FILE]...\n\n");
    for (size_t i = 0; dl_commands[i] != NULL; i++)
        dl_buf_fmt(out, "  %-11s %s\n", dl_commands[i]->name, dl_commands[i]->summary);
    dl_buf_c(out, "\n  dateline COMMAND --help   options and examples of one command\n"
                  "  dateline --version        version of the program, libraries and models\n");
}

void dl_help_command(const struct dl_command *c, dl_buf *out)
{
    static const struct dl_option help = {"help", 'h', NULL, "print this and exit"};
    dl_buf_fmt(out, "Usage: dateline %s [OPTION]... %s\n\n%s.\n", c->name, c->arguments,
               c->summary);
    if (c->description != NULL) dl_buf_fmt(out, "\n%s\n", c->description);
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
    dl_buf_c(out, "dateline " DL_VERSION "\n");
}
