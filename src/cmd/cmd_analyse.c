#include "base/utf8.h"
#include "cmd/batch.h"
#include "cmd/data_dir.h"
#include "cmd/gazetteer.h"
#include "event/analyse.h"

struct job {
    struct dl_cli *cli;
    dl_analyser *analyser;
};

static void from_options(struct dl_cli *cli, struct dl_analyse_input *in)
{
    in->language = dl_str_c(dl_cli_get(cli, "lang"));
    in->title = dl_str_c(dl_cli_get(cli, "title"));
    in->subtitle = dl_str_c(dl_cli_get(cli, "subtitle"));
    in->outlet = dl_str_c(dl_cli_get(cli, "outlet"));
    in->country = dl_str_c(dl_cli_get(cli, "country"));
    if (dl_cli_has(cli, "published"))
        (void)dl_time_parse(dl_str_c(dl_cli_get(cli, "published")), &in->published);
}

/* Of a batch document; an option stands in for a field that is missing. */
static enum dl_err from_fields(dl_arena *arena, yyjson_val *fields, struct dl_analyse_input *in)
{
    static const struct {
        const char *key;
        size_t offset;
    } texts[] = {{"text", offsetof(struct dl_analyse_input, text)},
                 {"title", offsetof(struct dl_analyse_input, title)},
                 {"subtitle", offsetof(struct dl_analyse_input, subtitle)},
                 {"language", offsetof(struct dl_analyse_input, language)},
                 {"outlet", offsetof(struct dl_analyse_input, outlet)},
                 {"country", offsetof(struct dl_analyse_input, country)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dl_str value = dl_json_get_str(fields, texts[i].key);
        if (value.n > 0) memcpy((char *)in + texts[i].offset, &value, sizeof value);
    }
    (void)dl_json_get_time(fields, "published", &in->published);
    (void)dl_json_get_time(fields, "seen", &in->seen);
    yyjson_val *links = yyjson_obj_get(fields, "links");
    size_t n = yyjson_arr_size(links), i, max;
    if (n == 0) return DL_OK;
    struct dl_analyse_link *out = DL_NEW_ARRAY(arena, struct dl_analyse_link, n);
    if (out == NULL) return dl_arena_failed(arena);
    yyjson_val *link;
    yyjson_arr_foreach(links, i, max, link)
    {
        int64_t start = dl_json_get_int(link, "start", -1), end = dl_json_get_int(link, "end", -1);
        if (start < 0 || end < start || (size_t)end > in->text.n) continue;
        out[in->n_links++] =
            (struct dl_analyse_link){(size_t)start, (size_t)end, dl_json_get_str(link, "href")};
    }
    in->links = out;
    return DL_OK;
}

static enum dl_err analyse(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                           yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    struct job *job = ctx;
    struct dl_analyse_input in = {0};
    from_options(job->cli, &in);
    if (doc->fields != NULL)
        DL_TRY(from_fields(arena, doc->fields, &in));
    else
        in.text = dl_utf8_repair(arena, doc->body);
    in.title = dl_utf8_repair(arena, in.title);
    in.subtitle = dl_utf8_repair(arena, in.subtitle);
    return dl_analyse(job->analyser, arena, &in, json, object, diag);
}

static int run(struct dl_cli *cli)
{
    struct job job = {.cli = cli};
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_time published;
    if (dl_cli_has(cli, "published") &&
        !dl_time_parse(dl_str_c(dl_cli_get(cli, "published")), &published))
        return dl_cli_usage(cli, "--published is no RFC 3339 time: %s",
                            dl_cli_get(cli, "published"));
    if (dl_analyser_new(&job.analyser, &diag) != DL_OK) return dl_cli_fail(cli, "%s", diag.message);
    int code = dl_gazetteer_take(cli, job.analyser);
    if (code == DL_EXIT_OK) code = dl_batch_run(cli, analyse, &job);
    dl_analyser_free(job.analyser);
    return code;
}

const struct dl_command dl_cmd_analyse = {
    .name = "analyse",
    .summary = "says what a text says, and who says so",
    .arguments = "[FILE]...",
    .description =
        "Prints sentences, names, places, times, statements with their chains of sources, and "
        "events of each text as one JSON line. Spans are byte offsets into the text; statements of the headline and the "
        "deck (title_statements) say so by \"in\".\n\nBatch "
        "documents have the fields id, text, title, subtitle, published, seen, language, outlet, "
        "country, links.",
    .options = {{"lang", 'l', "LANG", "language as declared (BCP 47); else told from the text"},
                {"published", 'p', "TIME", "reference time for dates such as \"yesterday\""},
                {"title", 0, "TITLE", "the headline"},
                {"subtitle", 0, "TEXT", "the deck under it"},
                {"country", 0, "CC", "country of the outlet"},
                DL_STORE_OPTION,
                {"gazetteer", 0, "FILE",
                 "places to know beside those built in (default: what was imported; none)"},
                {"outlet", 'o', "NAME", "who published it: the first link of every chain"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline analyse --published 2024-03-25 article.txt", "one text"},
            {"dateline analyse --batch articles.ndjson | jq .statements[]", "many articles"},
        },
    .run = run,
};
