/* Why a statement was read as it was: read again, with a recorder beside the rules. */
#include "base/utf8.h"
#include "cmd/reading.h"
#include "cmd/trace_file.h"
#include "cmd/trace_text.h"
#include "cmd/web_input.h"
#include "serve/words.h"

enum { INDENT = 5 };

static dl_str field_text(const struct dl_store_document *d, yyjson_val *span)
{
    dl_str in = dl_json_get_str(span, "in");
    if (dl_str_eq_c(in, "title")) return d->title;
    return dl_str_eq_c(in, "subtitle") ? d->subtitle : d->text;
}

static bool words_at(const struct dl_store_document *d, yyjson_val *span, dl_str *ret_words)
{
    dl_str text = field_text(d, span);
    int64_t start = dl_json_get_int(span, "start", -1), end = dl_json_get_int(span, "end", -1);
    if (start < 0 || end <= start || (uint64_t)end > text.n ||
        !dl_utf8_is_border(text, (size_t)start) || !dl_utf8_is_border(text, (size_t)end))
        return false;
    *ret_words = dl_str_sub(text, (size_t)start, (size_t)end);
    return true;
}

/* `source 20–51 "The port authority"` */
static void put_spans(struct dl_term *t, const struct dl_store_document *d, yyjson_val *of,
                      const char *key)
{
    yyjson_val *span;
    size_t i, n;
    dl_str words;
    yyjson_arr_foreach(yyjson_obj_get(of, key), i, n, span)
    {
        dl_buf line = DL_BUF_INIT(1 << 20);
        if (!words_at(d, span, &words)) continue;
        dl_str in = dl_json_get_str(span, "in");
        dl_buf_fmt(&line, "%-7s bytes %lld to %lld%s%.*s: \"%.*s\"", key,
                   (long long)dl_json_get_int(span, "start", 0),
                   (long long)dl_json_get_int(span, "end", 0), in.n > 0 ? " of the " : "",
                   DL_FMT(in), DL_FMT(dl_utf8_prefix(words, DL_TRACE_WORDS)));
        dl_buf_c(t->out, "    ");
        dl_term_wrap(t, INDENT + 8, INDENT - 1, dl_buf_slice(&line));
        dl_buf_free(&line);
    }
}

static void put_score(struct dl_term *t, const struct dl_trace *s)
{
    yyjson_val *step;
    size_t i, n;
    dl_buf line = DL_BUF_INIT(1 << 16);
    dl_buf_fmt(&line, "score   %.3f", dl_json_get_num(s->statement, "score", 0));
    yyjson_arr_foreach(yyjson_obj_get(yyjson_obj_get(s->statement, "why"), "steps"), i, n, step)
    {
        dl_buf_fmt(&line, "%s%.3f (%.*s)", i == 0 ? " = " : " × ",
                   dl_json_get_num(step, "factor", 1), DL_FMT(dl_json_get_str(step, "what")));
    }
    if (s->unclear) dl_buf_fmt(&line, "; below %.1f: attribution unclear", DL_TRACE_GATE);
    dl_buf_c(t->out, "    ");
    dl_term_wrap(t, INDENT + 8, INDENT - 1, dl_buf_slice(&line));
    dl_buf_free(&line);
}

static void put_rule(struct dl_term *t, dl_str rule)
{
    dl_str words = dl_words_rule(rule);
    dl_buf line = DL_BUF_INIT(1 << 12);
    dl_buf_fmt(&line, "rule    %.*s", DL_FMT(rule));
    if (!dl_str_eq(words, rule)) dl_buf_fmt(&line, ": %.*s", DL_FMT(words));
    dl_buf_c(t->out, "    ");
    dl_term_wrap(t, INDENT + 8, INDENT - 1, dl_buf_slice(&line));
    dl_buf_free(&line);
}

static void put_rejected(struct dl_term *t, const struct dl_store_document *d, yyjson_val *why)
{
    yyjson_val *list = yyjson_obj_get(why, "rejected"), *one;
    size_t i, n;
    dl_buf_c(t->out, yyjson_arr_size(list) > 0
                         ? "     other readings of the sentence, and why not:\n"
                         : "     no other reading of the sentence was seen\n");
    yyjson_arr_foreach(list, i, n, one)
    {
        static const char *const keys[] = {"source", "cue", "content"};
        dl_buf line = DL_BUF_INIT(1 << 20);
        dl_buf_c(&line, "-");
        for (size_t k = 0; k < 3; k++) {
            dl_str words;
            if (words_at(d, yyjson_arr_get_first(yyjson_obj_get(one, keys[k])), &words))
                dl_buf_fmt(&line, " %s \"%.*s\"", keys[k],
                           DL_FMT(dl_utf8_prefix(words, DL_TRACE_WORDS)));
        }
        dl_str rule = dl_json_get_str(one, "rule");
        if (rule.n > 0) dl_buf_fmt(&line, " (%.*s)", DL_FMT(rule));
        dl_buf_fmt(&line, ": %.*s", DL_FMT(dl_json_get_str(one, "reason")));
        dl_buf_c(t->out, "      ");
        dl_term_wrap(t, INDENT + 4, INDENT + 1, dl_buf_slice(&line));
        dl_buf_free(&line);
    }
}

/* Statement by its number, or by the beginning of its id; empty: all. */
static bool is_asked(const struct dl_trace *s, size_t number, const char *which)
{
    char *end;
    if (which == NULL) return true;
    dl_str id = dl_json_get_str(s->statement, "id");
    if (strlen(which) >= DL_STORE_PREFIX_MIN && dl_str_starts(id, which)) return true;
    unsigned long n = strtoul(which, &end, 10);
    return *end == '\0' && n == number;
}

static enum dl_err put_text(struct dl_cli *cli, struct dl_term *t,
                            const struct dl_store_document *d, const char *which, size_t *shown)
{
    dl_traces traces;
    DL_TRY(dl_trace_text_read(cli->arena, d, &traces));
    dl_trace_text_head(t, cli->arena, d);
    for (size_t i = 0; i < traces.n; i++) {
        const struct dl_trace *s = &traces.p[i];
        if (!is_asked(s, i + 1, which)) continue;
        dl_trace_text_statement(t, cli->arena, i + 1, 0, s);
        put_rule(t, dl_json_get_str(s->statement, "rule"));
        put_spans(t, d, s->statement, "source");
        put_spans(t, d, s->statement, "cue");
        put_spans(t, d, s->statement, "content");
        put_score(t, s);
        put_rejected(t, d, yyjson_obj_get(s->statement, "why"));
        ++*shown;
    }
    return DL_OK;
}

static enum dl_err put_json(struct dl_cli *cli, dl_buf *out, const struct dl_store_document *d,
                            const char *which, size_t *shown)
{
    dl_traces traces, asked = {0};
    yyjson_mut_doc *json = dl_json_new(cli->arena);
    if (json == NULL) return dl_arena_failed(cli->arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    DL_TRY(dl_trace_text_read(cli->arena, d, &traces));
    for (size_t i = 0; i < traces.n; i++)
        if (is_asked(&traces.p[i], i + 1, which))
            DL_TRY(dl_vec_push(cli->arena, &asked, traces.p[i]));
    if (d->document > 0) dl_json_str(json, root, "document", dl_id_str(cli->arena, &d->id));
    dl_json_str(json, root, "title", d->title);
    dl_trace_json(&asked, json, dl_json_arr(json, root, "statements"));
    *shown = asked.n;
    return dl_json_line(json, cli->arena, out);
}

static int put(struct dl_cli *cli, const struct dl_store_document *d)
{
    const char *which = cli->nargs > 1 ? cli->args[1] : NULL;
    dl_buf out = DL_BUF_INIT(256 << 20);
    struct dl_term term = dl_term_to(&out);
    size_t shown = 0;
    (void)dl_term_colour(&term, dl_cli_get(cli, "color"));
    enum dl_err err = dl_cli_has(cli, "json") ? put_json(cli, &out, d, which, &shown)
                                              : put_text(cli, &term, d, which, &shown);
    int code = DL_EXIT_OK;
    if (err != DL_OK)
        code = dl_cli_fail(cli, "%s", dl_err_text(err));
    else if (shown > 0 || dl_cli_has(cli, "json"))
        code = dl_cli_print(cli, &out);
    dl_buf_free(&out);
    if (code != DL_EXIT_OK || shown > 0) return code;
    if (which != NULL)
        dl_cli_fail(cli, "no statement '%s' in it; 'dateline trace' shows their numbers", which);
    else
        dl_cli_fail(cli, "no statements were found in it");
    return DL_EXIT_NOTHING;
}

static int failed(struct dl_cli *cli, enum dl_err err, const struct dl_diag *diag)
{
    return dl_cli_fail(cli, "%s: %s", cli->args[0],
                       diag->message[0] != '\0' ? diag->message : dl_err_text(err));
}

/* What the store has, read again: what it keeps does not tell what was left. */
static int of_store(struct dl_cli *cli)
{
    struct dl_reading_of r;
    struct dl_store_document d, again;
    struct dl_diag diag = {.pos = DL_NO_POS};
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    enum dl_err err = dl_store_document(r.store, cli->arena, dl_str_c(cli->args[0]), &d, &diag);
    if (err != DL_OK) return dl_read_close(&r, dl_read_fail(&r, err, &diag, "document"));
    code = dl_read_close(&r, DL_EXIT_OK);
    if (code != DL_EXIT_OK) return code;
    err = dl_trace_again(cli, &d, &again, &diag);
    return err == DL_OK ? put(cli, &again) : failed(cli, err, &diag);
}

static int run(struct dl_cli *cli)
{
    struct dl_store_document d;
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_term none = {0};
    if (cli->nargs < 1 || cli->nargs > 2)
        return dl_cli_usage(cli, "name a document, and one of its statements or none");
    if (!dl_term_colour(&none, dl_cli_get(cli, "color")))
        return dl_cli_usage(cli, "--color wants auto, always or never, not '%s'",
                            dl_cli_get(cli, "color"));
    if (!dl_trace_is_file(cli->args[0])) return of_store(cli);
    enum dl_err err = dl_trace_file(cli, cli->args[0], true, &d, &diag);
    return err == DL_OK ? put(cli, &d) : failed(cli, err, &diag);
}

const struct dl_command dl_cmd_why = {
    .name = "why",
    .summary = "tells why a statement was read as it was, and what else was seen",
    .arguments = "ID|URL|FILE [STATEMENT]",
    .description =
        "For a statement of a document: the rule that made it, the spans with their words, the "
        "score with its factors, and the other readings of the sentence with the reasons against "
        "them. STATEMENT is its number, as trace shows it, or its id; without it all are told. "
        "The text is read again by this program, in a sandbox; what an older one stored may "
        "differ.",
    .options = {DL_STORE_OPTION,
                {"json", 'j', NULL, "print one JSON object"},
                DL_COLOR_OPTION,
                {"url", 'u', "URL", "FILE: where it came from"},
                {"outlet", 'o', "NAME", "FILE: who published it, the first link of every chain"},
                {"lang", 'l', "LANG", "FILE: its language (BCP 47); else told from the text"}},
    .examples =
        {
            {"dateline why 3fa85f645717 2", "the second statement of a document"},
            {"dateline why article.html", "all statements of a page in a file"},
            {"dateline why --json 3fa85f645717 | jq '.statements[].why.rejected'", "for scripts"},
        },
    .run = run,
};
