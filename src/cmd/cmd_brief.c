#include "cmd/brief.h"
#include "cmd/reading.h"
#include "serve/html.h"

enum { DAY_MS = 24 * 3600 * 1000 };

/* "36h", "2d", "45m", or a time. */
static bool since_of(const char *text, int64_t now_ms, int64_t *ret_ms)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'m', 60000}, {'h', 3600000}, {'d', DAY_MS}};
    uint64_t n;
    dl_time t;
    size_t length = strlen(text);
    if (dl_time_parse(dl_str_c(text), &t)) {
        *ret_ms = t.ms;
        return true;
    }
    for (size_t i = 0; length > 1 && i < sizeof units / sizeof *units; i++) {
        bool is_unit = text[length - 1] == units[i].unit;
        if (!is_unit || !dl_str_u64((dl_str){text, length - 1}, &n) || n == 0 || n > 100000)
            continue;
        *ret_ms = now_ms - (int64_t)n * units[i].ms;
        return true;
    }
    return false;
}

static dl_str words_of(struct dl_cli *cli)
{
    dl_str words = {NULL, 0};
    for (size_t i = 0; i < cli->nargs; i++)
        words = i == 0 ? dl_str_c(cli->args[0])
                       : dl_str_fmt(cli->arena, "%.*s %s", DL_FMT(words), cli->args[i]);
    return words;
}

static int brief(struct dl_reading_of *r, int64_t since_ms, int64_t now_ms, size_t limit,
                 bool is_html)
{
    struct dl_query query;
    struct dl_brief b;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str words = words_of(r->cli);
    if (words.n > 0) {
        enum dl_err err = dl_query_parse(r->cli->arena, words, &query, &diag);
        if (err != DL_OK) return dl_cli_usage(r->cli, "%s", diag.message);
    }
    enum dl_err err = dl_brief_gather(r->store, r->cli->arena, words.n > 0 ? &query : NULL,
                                      since_ms, now_ms, limit, &b);
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "briefing");
    b.query = words;
    if (is_html)
        dl_brief_html(&r->out, &b, dl_cli_get(r->cli, "base"));
    else
        dl_brief_markdown(&r->out, r->cli->arena, &b, dl_cli_get(r->cli, "base"));
    return DL_EXIT_OK;
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    long limit;
    int64_t now_ms = dl_now_ms(), since_ms = now_ms - DAY_MS;
    const char *since = dl_cli_get(cli, "since"), *base = dl_cli_get(cli, "base");
    if (since != NULL && !since_of(since, now_ms, &since_ms))
        return dl_cli_usage(cli, "--since wants 45m, 36h, 2d or a time like 2024-03-25, not '%s'",
                            since);
    if (base != NULL && !dl_html_is_link(dl_str_c(base)))
        return dl_cli_usage(cli, "--base wants an http or https address, not '%s'", base);
    if (!dl_cli_int(cli, "limit", DL_BRIEF_STORIES, 1, DL_BRIEF_STORIES_MAX, &limit))
        return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    code = brief(&r, since_ms, now_ms, (size_t)limit, dl_cli_has(cli, "html"));
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_brief = {
    .name = "brief",
    .summary = "a day's briefing with a source on every line, in Markdown or HTML",
    .arguments = "[QUERY]",
    .description =
        "The stories that changed, those of most outlets first; of each, what is claimed, in whose "
        "words, in how many documents and on how many independent origins it rests, who denies it "
        "and where the wording became firmer or softer; then what outlets corrected. QUERY is as in "
        "search. No sentence is Dateline's own.",
    .options = {DL_STORE_OPTION,
                {"since", 0, "TIME", "45m, 36h, 2d, or a time (default: 24h)"},
                {"limit", 'n', "N", "stories at most (default: 12)"},
                {"html", 0, NULL, "a page instead of Markdown"},
                {"base", 0, "URL", "lines lead to the pages of the Dateline at this address"}},
    .examples =
        {
            {"dateline brief", "the last day"},
            {"dateline brief --since 7d lang:fa dam", "a week of Persian documents about dams"},
            {"dateline brief --html --base http://127.0.0.1:8440 > brief.html", "with links"},
        },
    .run = run,
};
