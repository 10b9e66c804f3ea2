#include "cmd/batch.h"
#include "feed/feed.h"

static enum dl_err feed(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                        yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    struct dl_cli *cli = ctx;
    struct dl_feed_input in = {.bytes = doc->body,
                               .url = dl_str_c(dl_cli_get(cli, "url")),
                               .content_type = dl_str_c(dl_cli_get(cli, "content-type"))};
    if (doc->fields != NULL) {
        in.content_type = dl_json_get_str(doc->fields, "content_type");
        DL_TRY(dl_batch_body(arena, doc->fields, &in.bytes, &in.url, diag));
    }
    struct dl_feed *parsed;
    DL_TRY(dl_feed_parse(arena, &in, &parsed, diag));
    dl_feed_json(parsed, arena, json, object);
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    return dl_batch_run(cli, feed, cli);
}

const struct dl_command dl_cmd_feed = {
    .name = "feed",
    .summary = "parses feeds: RSS, RDF, Atom, JSON Feed, CDF",
    .arguments = "[FILE]...",
    .description =
        "Prints the common form of each feed as one JSON line. HTML is sanitised, titles "
        "are plain text, addresses are absolute.\n\nHow often a feed wants to be asked: ttl in "
        "minutes, update_s in seconds and update_base (of sy:updatePeriod, updateFrequency and "
        "updateBase), skip_hours as hours from 0 to 23 and skip_days as monday to sunday, both "
        "GMT.\n\nBatch documents have the fields id, "
        "url, content_type, body_base64.",
    .options = {{"url", 'u', "URL", "where the feed came from: base of relative addresses"},
                {"content-type", 0, "TYPE", "media type and charset as the server gave them"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline feed --url https://example.org/rss.xml rss.xml", "one feed"},
            {"dateline feed feeds/ | jq .items[].title", "titles of a folder of feeds"},
        },
    .run = run,
};
