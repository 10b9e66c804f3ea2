#include <stdarg.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/data_dir.h"
#include "cmd/doctor.h"
#include "cmd/term.h"

enum { WHAT_MAX = 600, NAME_COLUMNS = 16, INDENT = 6 + NAME_COLUMNS };

static const char *const states[] = {"ok", "warn", "bad"};

void dl_doctor_note(struct dl_doctor *d, const char *name, enum dl_check_state state,
                    const char *next, const char *format, ...)
{
    char text[WHAT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct dl_check check = {
        .name = name,
        .state = state,
        .what = dl_utf8_repair(d->cli->arena, dl_str_dup(d->cli->arena, dl_str_c(text))),
        .next = next,
    };
    /* Without memory for a line there is none for anything else either. */
    if (dl_vec_push(d->cli->arena, &d->checks, check) != DL_OK) DL_ASSERT(!"memory");
}

static void put_text(const struct dl_doctor *d, dl_buf *out)
{
    static const enum dl_style styles[] = {DL_STYLE_GOOD, DL_STYLE_HEAD, DL_STYLE_BAD};
    struct dl_term t = dl_term_to(out);
    size_t sums[3] = {0};
    for (size_t i = 0; i < d->checks.n; i++) {
        const struct dl_check *c = &d->checks.p[i];
        sums[c->state]++;
        dl_term_style(&t, styles[c->state]);
        dl_buf_fmt(out, "%-4s", states[c->state]);
        dl_term_plain(&t);
        dl_buf_c(out, "  ");
        dl_term_cell(&t, dl_str_c(c->name), NAME_COLUMNS - 1);
        dl_term_wrap(&t, INDENT, INDENT - 1, c->what);
        if (c->next == NULL) continue;
        dl_buf_fmt(out, "%*s→", INDENT, "");
        dl_term_wrap(&t, INDENT + 2, INDENT + 1, dl_str_c(c->next));
    }
    dl_buf_fmt(out, "\n%zu ok, %zu to look at, %zu bad\n", sums[0], sums[1], sums[2]);
}

static enum dl_err put_json(const struct dl_doctor *d, bool bad, dl_buf *out)
{
    yyjson_mut_doc *doc = dl_json_new(d->cli->arena);
    if (doc == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc), *list = dl_json_arr(doc, root, "checks");
    for (size_t i = 0; i < d->checks.n; i++) {
        const struct dl_check *c = &d->checks.p[i];
        yyjson_mut_val *row = dl_json_push_obj(doc, list);
        dl_json_c(doc, row, "name", c->name);
        dl_json_c(doc, row, "state", states[c->state]);
        dl_json_str(doc, row, "what", c->what);
        if (c->next != NULL) dl_json_c(doc, row, "next", c->next);
    }
    dl_json_bool(doc, root, "fit", !bad);
    return dl_json_line(doc, d->cli->arena, out);
}

static int run(struct dl_cli *cli)
{
    struct dl_doctor d = {.cli = cli, .now_ms = dl_now_ms()};
    bool bad = false;
    enum dl_err err = DL_OK;
    dl_buf out = DL_BUF_INIT(1 << 20);
    if (cli->nargs > 0) return dl_cli_usage(cli, "it takes no argument, not '%s'", cli->args[0]);
    if ((d.dir = dl_data_dir(cli)) == NULL) return DL_EXIT_USAGE;
    dl_doctor_store(&d);
    dl_doctor_machine(&d);
    if (!dl_doctor_port(&d, dl_cli_get(cli, "listen"))) return DL_EXIT_USAGE;
    for (size_t i = 0; i < d.checks.n; i++)
        bad |= d.checks.p[i].state == DL_CHECK_BAD;
    if (dl_cli_has(cli, "json"))
        err = put_json(&d, bad, &out);
    else
        put_text(&d, &out);
    int code = err == DL_OK ? dl_cli_print(cli, &out) : dl_cli_fail(cli, "%s", dl_err_text(err));
    dl_buf_free(&out);
    return code == DL_EXIT_OK && bad ? DL_EXIT_FAILURE : code;
}

const struct dl_command dl_cmd_doctor = {
    .name = "doctor",
    .summary = "checks machine, data directory and store",
    .arguments = "",
    .description =
        "Looks at libraries, clock, disk, rights, schema, the rule that exactly one process writes "
        "the database, the sandbox, certificates and the port. Says of each what it found and what "
        "to do next. It changes nothing and fetches nothing.\n\nExit code 1 when something is bad.",
    .options = {DL_STORE_OPTION,
                {"listen", 'l', "ADDR:PORT", "the port to look at (default: 127.0.0.1:8440)"},
                {"json", 'j', NULL, "print one JSON object"}},
    .examples = {{"dateline doctor", "is everything fit"},
                 {"dateline doctor --json | jq '.checks[]|select(.state!=\"ok\")'",
                  "what needs a look"}},
    .run = run,
};
