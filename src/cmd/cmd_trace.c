#include "cmd/reading.h"
#include "cmd/trace_file.h"
#include "cmd/trace_text.h"
#include "cmd/web_input.h"
#include "serve/prov.h"

static int none_found(struct dl_cli *cli, const char *what)
{
    dl_cli_fail(cli, "no statements were found in this %s", what);
    return DL_EXIT_NOTHING;
}

/* What the options ask for, put together document by document. */
struct shown {
    struct dl_term *term;
    dl_arena *arena;
    struct dl_prov *prov; /* NULL: text */
    bool all;
    size_t documents, statements;
};

static enum dl_err show(struct shown *s, const struct dl_store_document *d)
{
    dl_traces traces;
    if (s->prov == NULL) {
        if (s->documents++ > 0) dl_buf_c(s->term->out, "\n");
        return dl_trace_text_put(s->term, s->arena, d, s->all, &s->statements);
    }
    DL_TRY(dl_trace_text_read(s->arena, d, &traces));
    s->statements += traces.n;
    return dl_prov_document(s->prov, d, &traces);
}

static enum dl_err show_story(struct shown *s, struct dl_reading_of *r, dl_str id, size_t limit,
                              int64_t cursor, struct dl_diag *diag)
{
    struct dl_store_story story;
    dl_store_members members;
    DL_TRY(dl_store_story(r->store, s->arena, id, &story, diag));
    DL_TRY(dl_store_story_members(r->store, s->arena, story.story, cursor, limit + 1, &members));
    for (size_t i = 0; i < members.n && i < limit; i++) {
        struct dl_store_document d;
        if (members.p[i].is_copy) continue; /* says nothing of its own */
        DL_TRY(
            dl_store_document(r->store, s->arena, dl_id_str(s->arena, &members.p[i].id), &d, NULL));
        DL_TRY(show(s, &d));
    }
    if (members.n > limit && s->prov == NULL)
        dl_buf_fmt(&r->out, "\nmore documents: --cursor %lld\n",
                   (long long)members.p[limit - 1].seq);
    return DL_OK;
}

static enum dl_err begin(struct dl_cli *cli, struct dl_term *term, struct dl_prov *prov,
                         struct shown *ret)
{
    *ret = (struct shown){.term = term, .arena = cli->arena, .all = dl_cli_has(cli, "all")};
    if (!dl_cli_has(cli, "prov")) return DL_OK;
    ret->prov = prov;
    return dl_prov_begin(prov, cli->arena);
}

static enum dl_err finish(const struct shown *s)
{
    return s->prov == NULL ? DL_OK : dl_json_line(s->prov->doc, s->arena, s->term->out);
}

/* Text or PROV. */
static int as_shown(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor)
{
    struct dl_store_document d;
    struct dl_diag diag = {.pos = DL_NO_POS}, of_story = {.pos = DL_NO_POS};
    struct dl_prov prov;
    struct shown s;
    bool is_story = false;
    enum dl_err err = begin(r->cli, &r->term, &prov, &s);
    if (err == DL_OK) err = dl_store_document(r->store, r->cli->arena, id, &d, &diag);
    if (err == DL_OK) {
        err = show(&s, &d);
    } else if (err == DL_ERR_NOT_FOUND) {
        is_story = true;
        err = show_story(&s, r, id, limit, cursor, &of_story);
        if (err == DL_ERR_INVALID) diag = of_story;
    }
    if (err == DL_OK) err = finish(&s);
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "document or story");
    return s.statements > 0 ? DL_EXIT_OK : none_found(r->cli, is_story ? "story" : "document");
}

static int as_json(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor)
{
    struct dl_api_answer a;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str own;
    enum dl_err err = dl_api_begin(r->cli->arena, limit, cursor, dl_now_ms(), &a);
    if (err == DL_OK) err = dl_api_trace_document(&a, r->store, id, &own, &diag);
    if (err == DL_ERR_NOT_FOUND) {
        enum dl_err of_story = dl_api_trace_story(&a, r->store, id, &own, NULL);
        if (of_story != DL_ERR_NOT_FOUND) err = of_story;
    }
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "document or story");
    int code = dl_read_json(r, &a);
    yyjson_mut_val *list = yyjson_mut_obj_get(a.root, "data");
    if (list == NULL) list = yyjson_mut_obj_get(a.root, "statements");
    return code == DL_EXIT_OK && yyjson_mut_arr_size(list) == 0 ? DL_EXIT_NOTHING : code;
}

/* --- files ---------------------------------------------------------------------------------- */

static int file_json(struct dl_cli *cli, const struct dl_store_document *d, dl_buf *out,
                     size_t *statements)
{
    struct dl_api_answer a;
    enum dl_err err = dl_api_begin(cli->arena, DL_API_LIMIT, 0, 0, &a);
    if (err == DL_OK) err = dl_api_put_trace(&a, a.root, d);
    if (err == DL_OK) err = dl_json_line(a.doc, cli->arena, out);
    if (err != DL_OK) return dl_cli_fail(cli, "%s", dl_err_text(err));
    *statements = yyjson_mut_arr_size(yyjson_mut_obj_get(a.root, "statements"));
    return DL_EXIT_OK;
}

static enum dl_err file_shown(struct dl_cli *cli, const struct dl_store_document *d,
                              struct dl_term *term, size_t *statements)
{
    struct dl_prov prov;
    struct shown s;
    DL_TRY(begin(cli, term, &prov, &s));
    DL_TRY(show(&s, d));
    *statements = s.statements;
    return finish(&s);
}

/* What is in no store. */
static int of_file(struct dl_cli *cli, const char *path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_store_document d;
    size_t statements = 0;
    int code = DL_EXIT_OK;
    enum dl_err err = dl_trace_file(cli, path, false, &d, &diag);
    if (err != DL_OK)
        return dl_cli_fail(cli, "%s: %s", path,
                           diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    dl_buf out = DL_BUF_INIT(256 << 20);
    struct dl_term term = dl_term_to(&out);
    (void)dl_term_colour(&term, dl_cli_get(cli, "color"));
    if (dl_cli_has(cli, "json"))
        code = file_json(cli, &d, &out, &statements);
    else if ((err = file_shown(cli, &d, &term, &statements)) != DL_OK)
        code = dl_cli_fail(cli, "%s", dl_err_text(err));
    if (code == DL_EXIT_OK) code = dl_cli_print(cli, &out);
    dl_buf_free(&out);
    return code == DL_EXIT_OK && statements == 0 ? none_found(cli, "document") : code;
}

static bool options_fit(struct dl_cli *cli)
{
    struct dl_term none = {0};
    if (dl_cli_has(cli, "fetch") && !dl_is_web_address(cli->args[0])) {
        dl_cli_usage(cli, "--fetch wants an address of the web, not '%s'", cli->args[0]);
        return false;
    }
    if (dl_cli_has(cli, "json") && dl_cli_has(cli, "prov")) {
        dl_cli_usage(cli, "--json or --prov, not both");
        return false;
    }
    if (dl_term_colour(&none, dl_cli_get(cli, "color"))) return true;
    dl_cli_usage(cli, "--color wants auto, always or never, not '%s'", dl_cli_get(cli, "color"));
    return false;
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    long limit, cursor;
    bool json = dl_cli_has(cli, "json");
    if (cli->nargs != 1)
        return dl_cli_usage(cli, "name one document or story: its id, an address, or a file");
    if (!options_fit(cli)) return DL_EXIT_USAGE;
    if (dl_trace_is_file(cli->args[0]) || dl_cli_has(cli, "fetch"))
        return of_file(cli, cli->args[0]);
    if (!dl_read_limits(cli, json ? DL_API_LIMIT : DL_READ_LIMIT, &limit, &cursor))
        return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    (void)dl_term_colour(&r.term, dl_cli_get(cli, "color"));
    dl_str id = dl_str_c(cli->args[0]);
    code = json ? as_json(&r, id, (size_t)limit, cursor) : as_shown(&r, id, (size_t)limit, cursor);
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_trace = {
    .name = "trace",
    .summary = "shows who says so: from the outlet to the origin",
    .arguments = "ID|URL|FILE",
    .description =
        "For each statement of a document: its words, the chain of sources from the outlet outward "
        "to the origin, how sure it is said, what evidence it names, and the sentence it was read "
        "from; what is said in what is said is indented under it. ID is of a "
        "document or a story; of a story the copies are left out. FILE "
        "is a page or a text that is in no store; it is read in a sandbox, as is what --fetch "
        "gets, politely: robots.txt first.\n\n"
        "--json prints the statements with their chains and spans; --prov prints them as W3C "
        "PROV-JSON, with what PROV has no words for in the namespace urn:dateline:ns:.\n\n"
        "A statement is \"traced\" "
        "when the text names somebody behind the outlet, whoever that is. It is never called true "
        "or false.",
    .options = {DL_STORE_OPTION,
                DL_JSON_OPTION,
                {"prov", 0, NULL, "print the chains as W3C PROV-JSON"},
                DL_COLOR_OPTION,
                DL_LIMIT_OPTION,
                DL_CURSOR_OPTION,
                {"all", 'a', NULL, "also what the outlet says in its own voice (--json has all)"},
                {"fetch", 0, NULL, "URL: read it from the web, not from the store"},
                DL_EGRESS_OPTION,
                {"url", 'u', "URL", "FILE: where it came from"},
                {"outlet", 'o', "NAME", "FILE: who published it, the first link of every chain"},
                {"lang", 'l', "LANG", "FILE: its language (BCP 47); else told from the text"}},
    .examples =
        {
            {"dateline trace 3fa85f645717", "a document or a story"},
            {"dateline trace https://example.org/news/1", "a document by its address"},
            {"dateline trace --fetch https://example.org/news/2", "a page of the web"},
            {"dateline trace --outlet 'Example Times' article.html", "a page in a file"},
            {"dateline trace --json 3fa85f645717 | jq '.statements[].chain'", "for scripts"},
            {"dateline trace --prov 3fa85f645717 > chain.provjson", "for PROV tools"},
        },
    .run = run,
};
