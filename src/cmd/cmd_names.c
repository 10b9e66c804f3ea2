#include "cmd/reading.h"
#include "serve/unknown.h"

static void put_name(struct dl_term *t, const struct dl_unknown_name *n)
{
    dl_term_styled(t, DL_STYLE_HEAD, n->name);
    dl_buf_fmt(t->out, " (%s): ", n->type);
    dl_term_count(t, n->documents, "document", "documents");
    dl_buf_c(t->out, " of ");
    dl_term_count(t, n->outlets, "outlet", "outlets");
    dl_buf_c(t->out, ", ");
    dl_term_when(t, n->first_ms);
    dl_buf_c(t->out, " to ");
    dl_term_when(t, n->last_ms);
    dl_term_style(t, DL_STYLE_FAINT);
    dl_buf_c(t->out, ", e.g. document ");
    dl_term_id(t, &n->document);
    dl_term_plain(t);
    dl_buf_c(t->out, "\n");
}

static int as_json(struct dl_reading_of *r, const dl_unknown_names *names)
{
    struct dl_api_answer a;
    if (dl_api_begin(r->cli->arena, DL_API_LIMIT, 0, dl_now_ms(), &a) != DL_OK)
        return dl_read_fail(r, DL_ERR_NOMEM, NULL, "names");
    yyjson_mut_val *data = dl_json_arr(a.doc, a.root, "data");
    for (size_t i = 0; i < names->n; i++) {
        const struct dl_unknown_name *n = &names->p[i];
        yyjson_mut_val *obj = dl_json_push_obj(a.doc, data);
        dl_json_str(a.doc, obj, "name", n->name);
        dl_json_c(a.doc, obj, "type", n->type);
        dl_json_int(a.doc, obj, "documents", n->documents);
        dl_json_int(a.doc, obj, "outlets", n->outlets);
        dl_api_ms(a.doc, obj, "first_seen", a.arena, n->first_ms);
        dl_api_ms(a.doc, obj, "last_seen", a.arena, n->last_ms);
        dl_json_str(a.doc, obj, "document", dl_id_str(a.arena, &n->document));
        dl_json_int(a.doc, obj, "start", (int64_t)n->start);
        dl_json_int(a.doc, obj, "end", (int64_t)n->end);
    }
    return dl_read_json(r, &a);
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    dl_unknown_names names;
    long limit;
    if (!dl_cli_has(cli, "unknown")) return dl_cli_usage(cli, "say which: --unknown");
    if (!dl_cli_int(cli, "limit", DL_READ_LIMIT, 1, DL_API_LIMIT_MAX, &limit)) return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_store_end(r.store); /* a long walk is many moments */
    enum dl_err err =
        dl_unknown_gather(r.store, cli->arena, DL_UNKNOWN_DOCUMENTS, (size_t)limit, &names);
    if (err != DL_OK) return dl_read_close(&r, dl_read_fail(&r, err, &diag, "names"));
    if (dl_cli_has(cli, "json")) return dl_read_close(&r, as_json(&r, &names));
    for (size_t i = 0; i < names.n; i++)
        put_name(&r.term, &names.p[i]);
    if (names.n == 0) dl_cli_fail(cli, "no unknown name stands in two documents");
    return dl_read_close(&r, names.n > 0 ? DL_EXIT_OK : DL_EXIT_NOTHING);
}

const struct dl_command dl_cmd_names = {
    .name = "names",
    .summary = "lists frequent names that no list knows",
    .arguments = "--unknown",
    .description =
        "Persons, bodies and places that were told by their form alone, in two documents or more "
        "of the newest 20,000: those of most outlets first, with the interval in which they were "
        "seen and one document. They are what the lists of lexicon/ lack. Nothing is stored: the "
        "queue is counted anew from the analyses, and what a list knows leaves it when its "
        "documents are read again. Exit code 3 when there is none.",
    .options = {{"unknown", 'u', NULL, "names that no list knows"},
                DL_STORE_OPTION,
                DL_JSON_OPTION,
                DL_LIMIT_OPTION},
    .examples =
        {
            {"dateline names --unknown", "the twenty that most outlets use"},
            {"dateline names --unknown --json --limit 500 | jq -r .data[].name", "for a list"},
        },
    .run = run,
};
