#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "net/url.h"

static enum dl_err one(dl_arena *arena, dl_str input, dl_str base, dl_buf *out)
{
    struct dl_url url;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "input", dl_utf8_repair(arena, input));
    enum dl_err err = dl_url_parse(arena, input, base, &url);
    if (err != DL_OK) {
        dl_json_c(json, o, "error", dl_err_name(err));
        return dl_json_line(json, arena, out);
    }
    dl_json_str(json, o, "href", url.href);
    dl_json_str(json, o, "canonical", dl_url_canonical(arena, &url));
    dl_json_str(json, o, "host", url.host);
    dl_json_str(json, o, "registrable_domain", dl_url_registrable(arena, url.host));
    if (dl_url_is_web(&url)) dl_json_str(json, o, "surt", dl_url_surt(arena, &url));
    return dl_json_line(json, arena, out);
}

static int run(struct dl_cli *cli)
{
    if (cli->nargs == 0) return dl_cli_usage(cli, "name at least one URL");
    dl_str base = dl_str_c(dl_cli_get(cli, "base"));
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_buf out = DL_BUF_INIT(SIZE_MAX / 2);
    enum dl_err err = arena == NULL ? DL_ERR_NOMEM : DL_OK;
    for (size_t i = 0; err == DL_OK && i < cli->nargs; i++) {
        err = one(arena, dl_str_c(cli->args[i]), base, &out);
        dl_arena_reset(arena);
    }
    int code = err == DL_OK ? dl_cli_print(cli, &out) : dl_cli_fail(cli, "%s", dl_err_text(err));
    dl_buf_free(&out);
    dl_arena_free(arena);
    return code;
}

const struct dl_command dl_cmd_url = {
    .name = "url",
    .summary = "parses URLs and shows their canonical form",
    .arguments = "URL...",
    .description = "One JSON line for each URL: href (WHATWG), canonical (the form by which copies "
                   "of an address are known as one), host, registrable_domain, surt; or error.",
    .options = {{"base", 'b', "URL", "resolve relative URLs against this one"}},
    .examples =
        {
            {"dateline url 'https://example.org/a/../b?utm_source=x'", "one address"},
            {"dateline url --base https://example.org/news/ ../about", "a relative one"},
        },
    .run = run,
};
