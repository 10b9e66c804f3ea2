#include "cmd/batch.h"
#include "feed/discover.h"

static enum dl_err discover(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                            yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    dl_str body = doc->body, url = dl_str_c(dl_cli_get(ctx, "url"));
    if (doc->fields != NULL) DL_TRY(dl_batch_body(arena, doc->fields, &body, &url, diag));
    dl_discovered_vec feeds;
    DL_TRY(dl_discover_page(arena, body, url, &feeds, diag));
    dl_discover_json(&feeds, json, object);
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    return dl_batch_run(cli, discover, cli);
}

const struct dl_command dl_cmd_discover = {
    .name = "discover",
    .summary = "finds the feeds that a page names",
    .arguments = "[FILE]...",
    .description =
        "Prints feeds (url, type, title) of each HTML page as one JSON line: those that its link "
        "elements declare, or, where there are none, links that look like feeds (guessed). Nothing "
        "is fetched.\n\nBatch documents have the fields id, url, body_base64.",
    .options = {{"url", 'u', "URL", "where the page came from: base of relative addresses"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline discover --url https://example.org/ index.html", "feeds of a page"},
        },
    .run = run,
};
