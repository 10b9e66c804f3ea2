#include <unistd.h>

#include "cmd/reading.h"
#include "cmd/trace_file.h"
#include "serve/trace.h"
#include "serve/words.h"

#define GATE 0.5 /* of the contract: below, who says it is not clear */

static void put_hop(struct dl_term *t, size_t number, const struct dl_trace_hop *hop)
{
    dl_str anonymity = dl_words_anonymity(hop->anonymity),
           class = dl_words_source_class(hop->class);
    dl_buf_c(t->out, number == 0 ? "     " : "     ← ");
    if (hop->text.n > 0)
        dl_term_text(t, hop->text);
    else if (number == 0)
        dl_buf_c(t->out, "the outlet");
    else
        dl_term_text(t, class.n > 0 ? class : DL_STR("a source without words"));
    if (number > 0 && hop->text.n > 0 && class.n > 0) {
        dl_buf_c(t->out, " (");
        dl_term_text(t, class);
        if (anonymity.n > 0) dl_buf_c(t->out, ", "), dl_term_text(t, anonymity);
        dl_buf_c(t->out, ")");
    }
    if (number > 0 && hop->cue.n > 0) {
        dl_buf_c(t->out, ", \"");
        dl_term_text(t, hop->cue);
        dl_buf_c(t->out, "\"");
    }
    dl_buf_c(t->out, "\n");
}

static void put_fact(struct dl_term *t, bool *first, dl_str words)
{
    if (words.n == 0) return;
    if (!*first) dl_buf_c(t->out, " · ");
    dl_term_text(t, words);
    *first = false;
}

/* Said in the outlet's own voice: nobody else is named, nothing kept at a distance. */
static bool is_own_voice(const struct dl_trace *s)
{
    dl_str stance = dl_json_get_str(s->statement, "stance");
    return !s->traced && (dl_str_eq_c(stance, "own") || dl_str_eq_c(stance, "endorsed"));
}

/* Then it need not be shown twice. */
static bool is_whole_sentence(const struct dl_trace *s)
{
    return s->content.n > 0 && s->sentence.n >= s->content.n &&
           s->sentence.n <= s->content.n + sizeof "\u3002" - 1 &&
           memcmp(s->sentence.p, s->content.p, s->content.n) == 0;
}

static void put_statement(struct dl_term *t, dl_arena *arena, size_t number,
                          const struct dl_trace *s)
{
    bool first = true;
    dl_buf_fmt(t->out, "\n%3zu ", number);
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, 5, 4, s->content.n > 0 ? s->content : DL_STR("(no words marked)"));
    dl_term_plain(t);
    for (size_t i = 0; i < s->hops.n; i++)
        put_hop(t, i, &s->hops.p[i]);
    dl_buf_c(t->out, "     ");
    put_fact(t, &first, s->traced ? DL_STR("traced") : DL_STR("not traced"));
    if (dl_json_get_num(s->statement, "score", 1) < GATE)
        put_fact(t, &first, DL_STR("attribution unclear"));
    put_fact(t, &first, dl_words_certainty(dl_json_get_str(s->statement, "certainty")));
    put_fact(t, &first, dl_words_stance(dl_json_get_str(s->statement, "stance")));
    put_fact(t, &first, dl_words_quote(dl_json_get_str(s->statement, "quote")));
    dl_buf_c(t->out, "\n");
    if (s->sentence.n == 0 || is_whole_sentence(s)) return;
    dl_term_style(t, DL_STYLE_FAINT);
    dl_term_wrap(t, 5, 0, dl_str_fmt(arena, "“%.*s”", DL_FMT(s->sentence)));
    dl_term_plain(t);
}

/* First seen by one way in: an interval, never a moment. */
static void put_sighting(struct dl_term *t, const struct dl_store_sighting *s)
{
    dl_buf_c(t->out, "\n  first seen ");
    if (s->seen_after_ms > 0) {
        dl_buf_c(t->out, "between ");
        dl_term_when(t, s->seen_after_ms);
        dl_buf_c(t->out, " and ");
    } else {
        dl_buf_c(t->out, "by ");
    }
    dl_term_when(t, s->seen_by_ms);
    dl_buf_c(t->out, " · ");
    dl_term_text(t, dl_words_channel(s->channel));
}

static void put_head(struct dl_term *t, dl_arena *arena, const struct dl_store_document *d)
{
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, 0, 0, d->title.n > 0 ? d->title : DL_STR("(without a title)"));
    dl_term_plain(t);
    dl_str published = d->published.n > 0
                           ? dl_str_fmt(arena, "published %.*s", DL_FMT(d->published))
                           : (dl_str){NULL, 0};
    bool first = true;
    dl_buf_c(t->out, "  ");
    put_fact(t, &first, d->outlet_name.n > 0 ? d->outlet_name : d->outlet);
    put_fact(t, &first, d->country);
    put_fact(t, &first, d->language);
    put_fact(t, &first, published);
    dl_term_style(t, DL_STYLE_FAINT);
    for (size_t i = 0; i < d->sightings.n; i++)
        put_sighting(t, &d->sightings.p[i]);
    if (d->document > 0) {
        dl_buf_c(t->out, "\n  document ");
        dl_term_id(t, &d->id);
    }
    if (d->has_story) {
        dl_buf_c(t->out, " · story ");
        dl_term_id(t, &d->story);
    }
    dl_buf_c(t->out, "\n");
    if (d->url.n > 0) {
        dl_buf_c(t->out, "  ");
        dl_term_text(t, d->url);
        dl_buf_c(t->out, "\n");
    }
    dl_term_plain(t);
}

static void put_traces(struct dl_term *t, dl_arena *arena, const dl_traces *traces, bool all)
{
    size_t own = 0;
    for (size_t i = 0; i < traces->n; i++) {
        if (!all && is_own_voice(&traces->p[i]))
            own++;
        else
            put_statement(t, arena, i + 1, &traces->p[i]);
    }
    if (own == 0) return;
    dl_buf_c(t->out, "\n     ");
    dl_term_count(t, (int64_t)own, "statement is", "statements are");
    dl_buf_c(t->out, " in the outlet's own voice; --all shows them\n");
}

static enum dl_err put_document(struct dl_term *t, const struct dl_cli *cli,
                                const struct dl_store_document *d, size_t *statements)
{
    struct dl_trace_text text = {d->title, d->subtitle, d->text,
                                 d->outlet_name.n > 0 ? d->outlet_name : d->outlet};
    yyjson_doc *analyse = NULL;
    dl_traces traces;
    if (d->analyse.n > 0) DL_TRY(dl_json_read(cli->arena, d->analyse, &analyse, NULL));
    DL_TRY(dl_trace_read(cli->arena, &text, yyjson_doc_get_root(analyse), &traces));
    put_head(t, cli->arena, d);
    put_traces(t, cli->arena, &traces, dl_cli_has(cli, "all"));
    *statements += traces.n;
    return DL_OK;
}

static int none_found(struct dl_cli *cli, const char *what)
{
    dl_cli_fail(cli, "no statements were found in this %s", what);
    return DL_EXIT_NOTHING;
}

static enum dl_err story_text(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor,
                              size_t *statements, struct dl_diag *diag)
{
    struct dl_store_story story;
    dl_store_members members;
    dl_arena *arena = r->cli->arena;
    size_t shown = 0;
    DL_TRY(dl_store_story(r->store, arena, id, &story, diag));
    DL_TRY(dl_store_story_members(r->store, arena, story.story, cursor, limit + 1, &members));
    for (size_t i = 0; i < members.n && i < limit; i++) {
        struct dl_store_document d;
        if (members.p[i].is_copy) continue; /* says nothing of its own */
        DL_TRY(dl_store_document(r->store, arena, dl_id_str(arena, &members.p[i].id), &d, NULL));
        if (shown++ > 0) dl_buf_c(&r->out, "\n");
        DL_TRY(put_document(&r->term, r->cli, &d, statements));
    }
    if (members.n > limit)
        dl_buf_fmt(&r->out, "\nmore documents: --cursor %lld\n",
                   (long long)members.p[limit - 1].seq);
    return DL_OK;
}

static int as_text(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor)
{
    struct dl_store_document d;
    struct dl_diag diag = {.pos = DL_NO_POS}, of_story = {.pos = DL_NO_POS};
    size_t statements = 0;
    bool is_story = false;
    enum dl_err err = dl_store_document(r->store, r->cli->arena, id, &d, &diag);
    if (err == DL_OK) {
        err = put_document(&r->term, r->cli, &d, &statements);
    } else if (err == DL_ERR_NOT_FOUND) {
        is_story = true;
        err = story_text(r, id, limit, cursor, &statements, &of_story);
        if (err == DL_ERR_INVALID) diag = of_story;
    }
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "document or story");
    return statements > 0 ? DL_EXIT_OK : none_found(r->cli, is_story ? "story" : "document");
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

/* What is there as a file is one, unless it looks like an id. */
static bool is_file(const char *text)
{
    dl_id id;
    char whole[DL_ID_HEX + 1];
    size_t n = strlen(text);
    if (strcmp(text, "-") == 0) return true;
    memset(whole, '0', DL_ID_HEX);
    if (n >= DL_STORE_PREFIX_MIN && n <= DL_ID_HEX) {
        memcpy(whole, text, n);
        if (dl_id_parse((dl_str){whole, DL_ID_HEX}, &id)) return false;
    }
    return strstr(text, "://") == NULL && access(text, F_OK) == 0;
}

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

static int of_file(struct dl_cli *cli, const char *path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_store_document d;
    size_t statements = 0;
    int code = DL_EXIT_OK;
    enum dl_err err = dl_trace_file(cli, path, &d, &diag);
    if (err != DL_OK)
        return dl_cli_fail(cli, "%s: %s", path,
                           diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    dl_buf out = DL_BUF_INIT(256 << 20);
    struct dl_term term = dl_term_to(&out);
    if (dl_cli_has(cli, "json"))
        code = file_json(cli, &d, &out, &statements);
    else if ((err = put_document(&term, cli, &d, &statements)) != DL_OK)
        code = dl_cli_fail(cli, "%s", dl_err_text(err));
    if (code == DL_EXIT_OK) code = dl_cli_print(cli, &out);
    dl_buf_free(&out);
    return code == DL_EXIT_OK && statements == 0 ? none_found(cli, "document") : code;
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    long limit, cursor;
    bool json = dl_cli_has(cli, "json");
    if (cli->nargs != 1)
        return dl_cli_usage(cli, "name one document or story: its id, an address, or a file");
    if (is_file(cli->args[0])) return of_file(cli, cli->args[0]);
    if (!dl_read_limits(cli, json ? DL_API_LIMIT : DL_READ_LIMIT, &limit, &cursor))
        return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    dl_str id = dl_str_c(cli->args[0]);
    code = json ? as_json(&r, id, (size_t)limit, cursor) : as_text(&r, id, (size_t)limit, cursor);
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_trace = {
    .name = "trace",
    .summary = "shows who says so: from the outlet to the origin",
    .arguments = "ID|URL|FILE",
    .description =
        "For each statement of a document: its words, the chain of sources from the outlet outward "
        "to the origin, how sure it is said, and the sentence it was read from. ID is of a "
        "document or a story; of a story the copies are left out. FILE "
        "is a page or a text that is in no store; it is read in a sandbox.\n\nA statement is \"traced\" "
        "when the text names somebody behind the outlet, whoever that is. It is never called true "
        "or false.",
    .options = {DL_STORE_OPTION,
                DL_JSON_OPTION,
                DL_LIMIT_OPTION,
                DL_CURSOR_OPTION,
                {"all", 'a', NULL, "also what the outlet says in its own voice (--json has all)"},
                {"url", 'u', "URL", "FILE: where it came from"},
                {"outlet", 'o', "NAME", "FILE: who published it, the first link of every chain"},
                {"lang", 'l', "LANG", "FILE: its language (BCP 47); else told from the text"}},
    .examples =
        {
            {"dateline trace 3fa85f645717", "a document or a story"},
            {"dateline trace https://example.org/news/1", "a document by its address"},
            {"dateline trace --outlet 'Example Times' article.html", "a page in a file"},
        },
    .run = run,
};
