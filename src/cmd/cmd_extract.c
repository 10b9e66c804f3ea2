#include "base/hash.h"
#include "cmd/batch.h"
#include "cmd/web_input.h"
#include "lang/langid.h"
#include "page/page.h"

enum format { JSON, TEXT, MARKDOWN };

struct extract {
    struct dl_cli *cli;
    enum format format;
};

/* One a process: a reader is forked with it unset. */
static dl_page_reader *reader_of_this_process(void)
{
    static dl_page_reader *reader;
    if (reader == NULL) reader = dl_page_reader_new();
    return reader;
}

/* "seen": a time, or {by}. */
static dl_time seen_of(yyjson_val *fields)
{
    dl_time t = {0};
    yyjson_val *seen = yyjson_obj_get(fields, "seen");
    dl_str text = yyjson_is_obj(seen) ? dl_json_get_str(seen, "by") : dl_json_val_str(seen);
    return dl_time_parse(text, &t) ? t : (dl_time){0};
}

static enum dl_err input_of(struct extract *x, dl_arena *arena, const struct dl_batch_doc *doc,
                            struct dl_page_input *ret_in, struct dl_diag *diag)
{
    struct dl_page_input in = {.bytes = doc->body,
                               .url = dl_str_c(dl_cli_get(x->cli, "url")),
                               .content_type = dl_str_c(dl_cli_get(x->cli, "content-type"))};
    const char *seen = dl_cli_get(x->cli, "seen");
    if (seen != NULL && !dl_time_parse(dl_str_c(seen), &in.seen))
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS,
                       "--seen takes a time like 2024-03-25T10:00Z");
    if (doc->url.n > 0) {
        in.url = doc->url;
        in.content_type = doc->content_type;
    }
    if (doc->fields != NULL) {
        in.url = dl_json_get_str(doc->fields, "url");
        in.content_type = dl_json_get_str(doc->fields, "content_type");
        in.seen = seen_of(doc->fields);
        in.bytes = dl_json_get_str(doc->fields, "html");
        dl_str coded = dl_json_get_str(doc->fields, "html_base64");
        if (in.bytes.p == NULL && !dl_base64_decode(arena, coded, &in.bytes))
            return dl_fail(diag, DL_ERR_ENCODING, DL_NO_POS, "html_base64 is no base64");
    }
    *ret_in = in;
    return DL_OK;
}

/* What the page does not declare, its text tells. */
static void tell_language(dl_arena *arena, struct dl_page *page)
{
    struct dl_language told;
    if (page->language.n > 0 || page->text.n == 0) return;
    dl_langid_tell(page->text, (dl_str){NULL, 0}, &told);
    if (strcmp(told.code, "und") == 0) return;
    page->language = dl_str_dup(arena, dl_str_c(told.code));
}

static enum dl_err extract(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                           yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    struct extract *x = ctx;
    struct dl_page_input in;
    struct dl_page *page;
    dl_page_reader *reader = reader_of_this_process();
    if (reader == NULL) return DL_ERR_NOMEM;
    DL_TRY(input_of(x, arena, doc, &in, diag));
    DL_TRY(dl_page_read(reader, arena, &in, &page, diag));
    tell_language(arena, page);
    if (x->format != JSON && page->text.n == 0 && page->title.n == 0)
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS,
                       "no article is on this page (kind: %s); --format json prints what is there",
                       dl_page_kind_name(page->kind));
    if (x->format == TEXT)
        dl_page_text(page, arena, doc->plain);
    else if (x->format == MARKDOWN)
        dl_page_markdown(page, arena, doc->plain);
    else
        dl_page_json(page, arena, json, object);
    return DL_OK;
}

static bool format_named(const char *name, enum format *ret_format)
{
    static const char *const names[] = {"json", "text", "markdown"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *ret_format = (enum format)i;
        return true;
    }
    return false;
}

static int run(struct dl_cli *cli)
{
    struct extract x = {.cli = cli, .format = JSON};
    const char *format = dl_cli_get(cli, "format");
    if (format != NULL && !format_named(format, &x.format))
        return dl_cli_usage(cli, "'%s' is no format; json, text and markdown are", format);
    const char *address = dl_cli_web_address(cli);
    if (address != NULL && dl_cli_has(cli, "url"))
        return dl_cli_usage(cli, "--url is for a file; '%s' has its own address", address);
    return dl_batch_run(cli, extract, &x);
}

const struct dl_command dl_cmd_extract = {
    .name = "extract",
    .summary = "reads the article out of web pages",
    .arguments = "[FILE|URL]...",
    .description =
        "Prints the article of each HTML page, and nothing but the article, as one JSON line: "
        "title, deck, authors, times, text with its blocks and links, and how sure that is.\n\n"
        "An address is fetched politely: robots.txt first, two seconds between requests to a "
        "host.\n\n"
        "\"3 hours ago\" counts from the time of fetching, where that is given.\n\n"
        "Batch documents have the fields id, url, html or html_base64, content_type, seen.",
    .options = {{"url", 'u', "URL", "where the page came from: base of relative addresses"},
                {"content-type", 0, "TYPE", "media type and charset as the server gave them"},
                {"seen", 0, "TIME", "when the page was fetched"},
                {"format", 'f', "FORMAT", "json, text or markdown (default: json)"},
                DL_EGRESS_OPTION,
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"dateline extract https://example.org/a.html", "a page on the web"},
            {"dateline extract --url https://example.org/a.html a.html", "one page"},
            {"dateline extract --format markdown a.html", "to read it"},
            {"dateline extract -u https://example.org/a.html - < a.html", "from a pipe"},
            {"dateline extract pages/ | jq -r .title", "titles of a folder of pages"},
        },
    .run = run,
};
