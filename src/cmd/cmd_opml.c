#include "cmd/batch.h"
#include "feed/opml.h"

static enum dl_err opml(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                        yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    dl_str body = doc->body, url = {NULL, 0};
    if (doc->fields != NULL) DL_TRY(dl_batch_body(arena, doc->fields, &body, &url, diag));
    struct dl_opml *list;
    DL_TRY(dl_opml_parse(arena, body, url, &list, diag));
    if (!dl_cli_has(ctx, "write"))
        dl_opml_json(list, json, object);
    else
        dl_opml_write(list, doc->plain);
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    return dl_batch_run(cli, opml, cli);
}

const struct dl_command dl_cmd_opml = {
    .name = "opml",
    .summary = "reads lists of feeds (OPML 1 and 2)",
    .arguments = "[FILE]...",
    .description =
        "Prints the feeds of each list as one JSON line: url, title, site, category, and "
        "country, language, kind, outlet where the list gives them.\n\nBatch documents have the "
        "fields id, url, body_base64.",
    .options = {{"write", 'w', NULL, "print the list again, as OPML 2.0 with web addresses only"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline opml subscriptions.opml | jq -r '.feeds[].url'", "addresses of a list"},
        },
    .run = run,
};
