#include "base/utf8.h"
#include "cmd/csv.h"
#include "cmd/reading.h"
#include "page/rights.h"
#include "store/dump.h"

enum {
    PAGE = 200,           /* rows read at once: a moment of the store each */
    ARENA_MAX = 1 << 30,  /* a page of the longest documents */
    FLUSH_FROM = 1 << 20, /* bytes gathered before a write */
    KEPT_BACK = DL_RIGHTS_RESERVED | DL_RIGHTS_NOARCHIVE,
};

static const char *const document_columns[] = {
    "id",           "revision", "story",   "copy_of",   "outlet",     "outlet_name",
    "country",      "language", "section", "published", "seen.after", "seen.by",
    "seen.channel", "url",      "title",   "subtitle",  "state"};
static const char *const story_columns[] = {
    "id",          "headline",   "language", "headline_document", "outlet",
    "outlet_name", "documents",  "copies",   "outlets",           "languages",
    "countries",   "first_seen", "last_seen"};
static const char *const statement_columns[] = {
    "id",     "document",  "outlet", "outlet_name", "source",  "source_class", "anonymity",
    "stance", "certainty", "quote",  "cue",         "content", "rule",         "score"};

struct export;

struct kind {
    const char *name;
    const char *const *columns;
    size_t n_columns;
    enum dl_err (*page)(struct export *e, bool *ret_end);
};

struct export
{
    struct dl_reading_of *r;
    const struct kind *kind;
    dl_arena *arena; /* of a page */
    bool csv, has_query, without_reserved;
    struct dl_query query; /* in the command's arena */
    int64_t after;
    int64_t rows;
};

/* One row out; the object is the answer's root. */
static enum dl_err put_row(struct export *e, yyjson_mut_doc *doc)
{
    dl_buf *out = &e->r->out;
    e->rows++;
    if (e->csv)
        dl_csv_row(out, e->kind->columns, e->kind->n_columns, yyjson_mut_doc_get_root(doc));
    else
        DL_TRY(dl_json_line(doc, e->arena, out));
    if (out->n < FLUSH_FROM) return dl_buf_failed(out);
    DL_TRY(dl_io_write_fd(1, out->p, out->n));
    dl_buf_reset(out);
    return DL_OK;
}

static enum dl_err stories(struct export *e, bool *ret_end)
{
    dl_store_stories rows;
    DL_TRY(dl_store_walk_stories(e->r->store, e->arena, e->after, PAGE, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        yyjson_mut_doc *doc = dl_json_new(e->arena);
        if (doc == NULL) return dl_arena_failed(e->arena);
        dl_api_story(doc, yyjson_mut_doc_get_root(doc), e->arena, &rows.p[i]);
        DL_TRY(put_row(e, doc));
        e->after = rows.p[i].story;
    }
    *ret_end = rows.n < PAGE;
    return DL_OK;
}

/* The next documents: all, oldest first, or those that the query finds, newest first. */
static enum dl_err next_documents(struct export *e, dl_store_walk *ret_rows)
{
    dl_search_hits hits;
    struct dl_search_options options = {.before = e->after, .limit = PAGE};
    dl_store_walk rows = {0};
    if (!e->has_query)
        return dl_store_walk_documents(e->r->store, e->arena, e->after, PAGE, ret_rows);
    DL_TRY(dl_search_documents(e->r->store, e->arena, &e->query, &options, &hits));
    for (size_t i = 0; i < hits.n; i++) {
        struct dl_store_walked row = {hits.p[i].key, hits.p[i].document};
        DL_TRY(dl_vec_push(e->arena, &rows, row));
    }
    *ret_rows = rows;
    return DL_OK;
}

static enum dl_err put_document(struct export *e, const struct dl_store_document *d)
{
    struct dl_api_answer a;
    DL_TRY(dl_api_begin(e->arena, PAGE, 0, 0, &a));
    dl_api_put_document(&a, d, true);
    return put_row(e, a.doc);
}

static enum dl_err put_statements(struct export *e, const struct dl_store_document *d)
{
    int64_t after = 0;
    for (bool end = false; !end;) {
        dl_store_statements rows;
        DL_TRY(
            dl_store_document_statements(e->r->store, e->arena, d->document, after, PAGE, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            yyjson_mut_doc *doc = dl_json_new(e->arena);
            if (doc == NULL) return dl_arena_failed(e->arena);
            dl_api_statement(doc, yyjson_mut_doc_get_root(doc), e->arena, &rows.p[i]);
            DL_TRY(put_row(e, doc));
            after = rows.p[i].key;
        }
        end = rows.n < PAGE;
    }
    return DL_OK;
}

static enum dl_err each_document(struct export *e, bool *ret_end,
                                 enum dl_err (*put)(struct export *e,
                                                    const struct dl_store_document *d))
{
    dl_store_walk rows;
    DL_TRY(next_documents(e, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct dl_store_document d;
        dl_str id = dl_id_str(e->arena, &rows.p[i].id);
        DL_TRY(dl_store_document(e->r->store, e->arena, id, &d, NULL));
        bool kept = e->without_reserved && (d.rights & KEPT_BACK) != 0;
        if (!kept) DL_TRY(put(e, &d));
        e->after = rows.p[i].document;
    }
    *ret_end = rows.n < PAGE;
    return DL_OK;
}

static enum dl_err documents(struct export *e, bool *ret_end)
{
    return each_document(e, ret_end, put_document);
}

static enum dl_err statements(struct export *e, bool *ret_end)
{
    return each_document(e, ret_end, put_statements);
}

static enum dl_err put_line(void *ctx, dl_str line)
{
    struct export *e = ctx;
    dl_buf *out = &e->r->out;
    e->rows++;
    dl_buf_str(out, line);
    dl_buf_byte(out, '\n');
    if (out->n < FLUSH_FROM) return dl_buf_failed(out);
    DL_TRY(dl_io_write_fd(1, out->p, out->n));
    dl_buf_reset(out);
    return DL_OK;
}

static enum dl_err ledger(struct export *e, bool *ret_end)
{
    *ret_end = true;
    return dl_store_dump(e->r->store, put_line, e);
}

#define COLUMNS(list) list, sizeof(list) / sizeof *(list)
static const struct kind kinds[] = {
    {"documents", COLUMNS(document_columns), documents},
    {"stories", COLUMNS(story_columns), stories},
    {"statements", COLUMNS(statement_columns), statements},
    {"ledger", NULL, 0, ledger},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* --- the command ---------------------------------------------------------------------------- */

static bool choose_kind(struct dl_cli *cli, struct export *e)
{
    const char *names[KINDS];
    const char *wanted = cli->nargs > 0 ? cli->args[0] : "documents";
    for (size_t i = 0; i < KINDS; i++) {
        names[i] = kinds[i].name;
        if (strcmp(wanted, names[i]) == 0) return e->kind = &kinds[i], true;
    }
    const char *near = dl_cli_nearest(wanted, names, KINDS);
    dl_cli_usage(cli, "cannot export '%s'; did you mean %s?", wanted,
                 near != NULL ? near : "documents, stories, statements or ledger");
    return false;
}

static bool choose_format(struct dl_cli *cli, struct export *e)
{
    static const char *const names[] = {"ndjson", "csv"};
    const char *format = dl_cli_get(cli, "format");
    if (format == NULL || strcmp(format, "ndjson") == 0) return true;
    e->csv = strcmp(format, "csv") == 0;
    if (e->csv && e->kind->columns == NULL) {
        dl_cli_usage(cli, "the ledger is written as ndjson only");
        return false;
    }
    if (e->csv) return true;
    const char *near = dl_cli_nearest(format, names, 2);
    dl_cli_usage(cli, "no format '%s'; did you mean %s?", format,
                 near != NULL ? near : "ndjson or csv");
    return false;
}

static bool choose_query(struct dl_cli *cli, struct export *e)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str text = dl_str_c(dl_cli_get(cli, "query"));
    if (text.p == NULL) return true;
    if (e->kind->page == stories || e->kind->page == ledger) {
        dl_cli_usage(cli, "--query selects documents and statements, not %s", e->kind->name);
        return false;
    }
    if (!dl_utf8_valid(text, NULL)) {
        dl_cli_usage(cli, "the query is not UTF-8");
        return false;
    }
    enum dl_err err = dl_query_parse(cli->arena, text, &e->query, &diag);
    e->has_query = err == DL_OK;
    if (err != DL_OK)
        dl_cli_usage(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    return e->has_query;
}

static enum dl_err all_pages(struct export *e)
{
    enum dl_err err = DL_OK;
    if (e->csv) dl_csv_header(&e->r->out, e->kind->columns, e->kind->n_columns);
    for (bool end = false; err == DL_OK && !end;) {
        DL_TRY(dl_store_begin(e->r->store));
        err = e->kind->page(e, &end);
        dl_store_end(e->r->store);
        dl_arena_reset(e->arena);
    }
    return err;
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    struct export e = {.r = &r};
    if (cli->nargs > 1)
        return dl_cli_usage(cli, "name one kind: documents, stories, statements or ledger");
    e.without_reserved = dl_cli_has(cli, "without-reserved");
    if (!choose_kind(cli, &e)) return DL_EXIT_USAGE;
    if (e.without_reserved && e.kind->page == stories)
        return dl_cli_usage(cli,
                            "--without-reserved leaves out documents and statements, not stories");
    if (!choose_format(cli, &e) || !choose_query(cli, &e)) return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    dl_store_end(r.store); /* each page is a moment of its own */
    e.arena = dl_arena_new(ARENA_MAX);
    enum dl_err err = e.arena == NULL ? DL_ERR_NOMEM : all_pages(&e);
    dl_arena_free(e.arena);
    if (err != DL_OK) code = dl_read_fail(&r, err, NULL, e.kind->name);
    if (err == DL_OK && e.rows == 0) {
        dl_cli_fail(cli, "no %s to export", e.kind->name);
        code = DL_EXIT_NOTHING;
    }
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_export = {
    .name = "export",
    .summary = "writes documents, stories or statements as NDJSON or CSV",
    .arguments = "[documents|stories|statements|ledger]",
    .description =
        "All of the store, oldest first; with --query what it finds, newest first. NDJSON lines "
        "are the objects of the HTTP API, documents with their text.\n\nIn CSV a cell that a "
        "spreadsheet would take for a formula gets an apostrophe in front. Exit code 3 when there "
        "is nothing.\n\n'ledger' is every row of the store but what depends on the machine: two stores that "
        "were made from the same archive give the same bytes (see the guide on archives).",
    .options = {DL_STORE_OPTION,
                {"format", 'f', "FORMAT", "ndjson (default) or csv"},
                {"query", 'q', "QUERY", "only of documents that match, see dateline search --help"},
                {"without-reserved", 0, NULL,
                 "leave out documents whose publisher reserves text and data mining, AI training "
                 "or archiving"}},
    .examples =
        {
            {"dateline export > documents.ndjson", "everything"},
            {"dateline export statements --format csv --query 'lang:en since:2024-03-01'",
             "who said what in English documents since March, for a spreadsheet"},
        },
    .run = run,
};
