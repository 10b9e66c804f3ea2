#include "base/hash.h"
#include "cmd/batch.h"
#include "net/robots.h"

struct question {
    dl_str agent, url;
};

static void add_delay(yyjson_mut_doc *json, yyjson_mut_val *object, int64_t ms)
{
    if (ms >= 0 && ms % 1000 == 0) dl_json_int(json, object, "crawl_delay", ms / 1000);
    if (ms >= 0 && ms % 1000 != 0) dl_json_score(json, object, "crawl_delay", (double)ms / 1000);
}

static enum dl_err robots(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                          yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    struct question ask = *(const struct question *)ctx;
    dl_str bytes = doc->body;
    if (doc->fields != NULL) {
        dl_str agent = dl_json_get_str(doc->fields, "agent");
        if (agent.n > 0) ask.agent = agent;
        dl_str url = dl_json_get_str(doc->fields, "url");
        if (url.n > 0) ask.url = url;
        if (!dl_base64_decode(arena, dl_json_get_str(doc->fields, "body_base64"), &bytes))
            return dl_fail(diag, DL_ERR_ENCODING, DL_NO_POS, "body_base64 is no base64");
    }
    struct dl_robots parsed;
    const struct dl_robots_rule *rule;
    bool allowed;
    DL_TRY(dl_robots_parse(arena, bytes, ask.agent, ask.url, &parsed));
    enum dl_err err = dl_robots_check(&parsed, arena, ask.url, &allowed, &rule);
    if (err != DL_OK) return dl_fail(diag, err, DL_NO_POS, "the URL is no http(s) address");
    dl_json_bool(json, object, "allowed", allowed);
    add_delay(json, object, parsed.crawl_delay_ms);
    yyjson_mut_val *sitemaps = dl_json_arr(json, object, "sitemaps");
    for (size_t i = 0; i < parsed.n_sitemaps; i++)
        dl_json_push_str(json, sitemaps, parsed.sitemaps[i]);
    if (rule != NULL) dl_json_str(json, object, "rule", rule->line);
    dl_json_str(json, object, "content_signal", parsed.content_signal);
    dl_json_str(json, object, "license", parsed.license);
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    struct question ask = {dl_str_c(dl_cli_get(cli, "agent")), dl_str_c(dl_cli_get(cli, "url"))};
    if (!dl_cli_has(cli, "batch") && ask.url.n == 0)
        return dl_cli_usage(cli, "--url is missing: which address is to be fetched?");
    if (ask.agent.n == 0) ask.agent = DL_STR("dateline");
    return dl_batch_run(cli, robots, &ask);
}

const struct dl_command dl_cmd_robots = {
    .name = "robots",
    .summary = "tells what a robots.txt allows",
    .arguments = "[FILE]...",
    .description =
        "One JSON line: allowed, the rule that decided, crawl_delay in seconds, sitemaps, and "
        "content_signal and license where the file gives them. RFC 9309, and what real files get "
        "wrong.\n\nBatch documents have the fields id, url, agent, body_base64.",
    .options = {{"agent", 'a', "NAME", "product token of the robot (default: dateline)"},
                {"url", 'u', "URL", "the address it wants to fetch"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline robots --agent dateline --url https://example.org/news/ robots.txt",
             "may Dateline read this page?"},
        },
    .run = run,
};
