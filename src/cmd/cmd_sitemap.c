#include "cmd/batch.h"
#include "feed/sitemap.h"

static enum dl_err sitemap(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                           yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    dl_str body = doc->body, url = dl_str_c(dl_cli_get(ctx, "url"));
    if (doc->fields != NULL) DL_TRY(dl_batch_body(arena, doc->fields, &body, &url, diag));
    struct dl_sitemap *map;
    DL_TRY(dl_sitemap_parse(arena, body, url, &map, diag));
    dl_sitemap_json(map, arena, json, object);
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    return dl_batch_run(cli, sitemap, cli);
}

const struct dl_command dl_cmd_sitemap = {
    .name = "sitemap",
    .summary = "parses sitemaps: XML, index, news, text, gzipped or not",
    .arguments = "[FILE]...",
    .description = "Prints kind (urlset, index, news, text) and urls of each sitemap as one JSON "
                   "line.\n\nBatch documents have the fields id, url, body_base64.",
    .options = {{"url", 'u', "URL", "where the sitemap came from: base of relative addresses"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline sitemap news.xml | jq -r '.urls[].news.title'", "headlines of a sitemap"},
        },
    .run = run,
};
