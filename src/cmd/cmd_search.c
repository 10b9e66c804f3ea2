#include "base/utf8.h"
#include "cmd/reading.h"

static dl_str joined(struct dl_cli *cli)
{
    dl_buf text = DL_BUF_INIT(1 << 16);
    for (size_t i = 0; i < cli->nargs; i++)
        dl_buf_fmt(&text, "%s%s", i > 0 ? " " : "", cli->args[i]);
    dl_str query = dl_str_dup(cli->arena, dl_buf_slice(&text));
    dl_buf_free(&text);
    return query;
}

static void marked(struct dl_term *t, size_t indent, dl_str text, const struct dl_span *spans,
                   size_t n)
{
    struct dl_term_mark marks[DL_SNIPPET_MARKS];
    for (size_t i = 0; i < n; i++)
        marks[i] = (struct dl_term_mark){spans[i].start, spans[i].end};
    dl_term_wrap_marked(t, indent, 0, text, marks, n);
}

static void put_hit(struct dl_term *t, const struct dl_search_hit *hit)
{
    dl_str title = hit->title.n > 0 ? hit->title : DL_STR("(without a title)");
    dl_term_style(t, DL_STYLE_HEAD);
    marked(t, 0, title, hit->title_marks, hit->n_title_marks);
    dl_term_plain(t);
    dl_buf_c(t->out, "  ");
    dl_term_text(t, hit->outlet_name.n > 0 ? hit->outlet_name : hit->outlet);
    if (hit->country.n > 0) dl_buf_fmt(t->out, " · %.*s", DL_FMT(hit->country));
    if (hit->language.n > 0) dl_buf_c(t->out, " · "), dl_term_text(t, hit->language);
    dl_buf_c(t->out, " · seen ");
    dl_term_when(t, hit->seen_by_ms);
    dl_buf_c(t->out, "\n");
    if (hit->snippet.n > 0) marked(t, 2, hit->snippet, hit->marks, hit->n_marks);
    dl_term_style(t, DL_STYLE_FAINT);
    dl_buf_c(t->out, "  document ");
    dl_term_id(t, &hit->document);
    if (hit->has_story) {
        dl_buf_c(t->out, " · story ");
        dl_term_id(t, &hit->story);
    }
    dl_term_plain(t);
    dl_buf_c(t->out, "\n\n");
}

static int as_text(struct dl_reading_of *r, const struct dl_query *query, size_t limit,
                   int64_t cursor, const char *words)
{
    dl_search_hits hits;
    int64_t total;
    struct dl_search_options options = {.before = cursor, .limit = limit + 1};
    enum dl_err err = dl_search_documents(r->store, r->cli->arena, query, &options, &hits);
    if (err == DL_OK) err = dl_search_count(r->store, query, &total);
    if (err != DL_OK) return dl_read_fail(r, err, NULL, "search");
    if (hits.n == 0) {
        dl_cli_fail(r->cli, "nothing found for '%s'; try fewer words, or word* for a beginning",
                    words);
        return DL_EXIT_NOTHING;
    }
    for (size_t i = 0; i < hits.n && i < limit; i++)
        put_hit(&r->term, &hits.p[i]);
    dl_term_count(&r->term, total, "document matches", "documents match");
    if (total >= DL_SEARCH_COUNT_MAX) dl_buf_c(&r->out, " or more");
    if (hits.n > limit)
        dl_buf_fmt(&r->out, "; older ones: --cursor %lld", (long long)hits.p[limit - 1].key);
    dl_buf_c(&r->out, "\n");
    return DL_EXIT_OK;
}

static int as_json(struct dl_reading_of *r, const struct dl_query *query, size_t limit,
                   int64_t cursor)
{
    struct dl_api_answer answer;
    enum dl_err err = dl_api_begin(r->cli->arena, limit, cursor, dl_now_ms(), &answer);
    if (err == DL_OK) err = dl_api_search(&answer, r->store, query);
    if (err != DL_OK) return dl_read_fail(r, err, NULL, "search");
    int code = dl_read_json(r, &answer);
    bool nothing = yyjson_mut_arr_size(yyjson_mut_obj_get(answer.root, "data")) == 0;
    return code == DL_EXIT_OK && nothing ? DL_EXIT_NOTHING : code;
}

static int run(struct dl_cli *cli)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_query query;
    struct dl_reading_of r;
    long limit, cursor;
    bool json = dl_cli_has(cli, "json");
    if (cli->nargs == 0) return dl_cli_usage(cli, "name at least one word to look for");
    if (!dl_read_limits(cli, json ? DL_API_LIMIT : DL_READ_LIMIT, &limit, &cursor))
        return DL_EXIT_USAGE;
    dl_str text = joined(cli);
    if (!dl_utf8_valid(text, NULL)) return dl_cli_usage(cli, "the query is not UTF-8");
    enum dl_err err = dl_query_parse(cli->arena, text, &query, &diag);
    if (err != DL_OK)
        return dl_cli_usage(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    code = json ? as_json(&r, &query, (size_t)limit, cursor)
                : as_text(&r, &query, (size_t)limit, cursor, text.p);
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_search = {
    .name = "search",
    .summary = "finds documents in the store",
    .arguments = "QUERY...",
    .description =
        "Newest first. All words must be there. \"a phrase\", word* (a beginning), -word (must not "
        "be there), (a OR b), and the fields lang:ar from:OUTLET country:UA source:NAME "
        "since:2024-03-01 until:2024-03-25.\n\nWords of every script are found: 北京 in 北京大学. "
        "Exit code 3 when nothing is found.",
    .options = {DL_STORE_OPTION, DL_JSON_OPTION, DL_LIMIT_OPTION, DL_CURSOR_OPTION},
    .examples =
        {
            {"dateline search grain terminal", "documents with both words"},
            {"dateline search 'source:minister lang:fr since:2024-03-01'",
             "French documents in which a minister is a source"},
            {"dateline search --json flood | jq -r .data[].url", "addresses only"},
        },
    .run = run,
};
