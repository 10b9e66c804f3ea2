/* What the fetcher shall fetch next. */
#include "net/trust.h"
#include "queue/writer_private.h"

enum {
    WINDOWS_MOST = 4, /* of a list: what is new, and a sweep; twice that is a mistake */
    WORK_MOST = 1000,
};

/* Asked conditionally, or not; noted before anybody is told. Who has it already keeps its way. */
enum dl_err dl_writer_hand_out(dl_writer *w, const struct dl_feed_row *row, int64_t now_ms,
                               bool *ret_conditional)
{
    const struct dl_feed_state *s = &row->state;
    struct dl_trust trust = {.honest_ms = s->honest_ms,
                             .probe = s->probe,
                             .probe_ms = s->probe_ms,
                             .untrusted_ms = s->untrusted_ms};
    bool has_validators = row->etag.n + row->last_modified.n > 0;
    enum dl_trust_ask ask = dl_trust_next(&trust, has_validators, now_ms);
    if (row->handed_ms != 0 && s->probe == DL_PROBE_SENT) ask = DL_TRUST_PROBE;
    if (row->handed_ms != 0 && ask == DL_TRUST_PROBE && s->probe != DL_PROBE_SENT)
        ask = DL_TRUST_CONDITIONAL;
    *ret_conditional = ask == DL_TRUST_CONDITIONAL;
    if (row->handed_ms != 0) return DL_OK;
    return dl_ledger_hand_out(w->ledger, row->feed, now_ms, ask == DL_TRUST_PROBE);
}

static enum dl_err put_feeds(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *list,
                             const struct dl_due_window *window)
{
    dl_feed_rows rows;
    int64_t now = dl_now_ms();
    DL_TRY(dl_ledger_due_feeds(w->ledger, w->turn, window, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        bool conditional;
        DL_TRY(dl_writer_hand_out(w, &rows.p[i], now, &conditional));
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_int(json, row, "feed", rows.p[i].feed);
        dl_json_int(json, row, "due", rows.p[i].next_poll_ms);
        if (rows.p[i].polls == 0) dl_json_bool(json, row, "first", true);
        dl_json_str(json, row, "url", rows.p[i].url);
        dl_json_str(json, row, "kind", rows.p[i].kind);
        if (w->names_work)
            dl_writer_put_source(w, json, row, rows.p[i].feed,
                                 rows.p[i].handed_ms != 0 ? rows.p[i].handed_ms : now);
        if (!conditional) continue;
        dl_json_str(json, row, "etag", rows.p[i].etag);
        dl_json_str(json, row, "last_modified", rows.p[i].last_modified);
    }
    return DL_OK;
}

static struct dl_due_window window_of(yyjson_val *asked)
{
    int64_t most = dl_json_get_int(asked, "most", 0);
    return (struct dl_due_window){
        .low = {dl_json_get_int(asked, "low", -1), dl_json_get_int(asked, "low_id", 0)},
        .high = {dl_json_get_int(asked, "high", -1), dl_json_get_int(asked, "high_id", INT64_MAX)},
        .newest_first = yyjson_is_true(yyjson_obj_get(asked, "newest_first")),
        .most = most < 0           ? 0
                : most > WORK_MOST ? WORK_MOST
                                   : (size_t)most,
    };
}

/* A list of rows for each window. */
static enum dl_err put_windows(dl_writer *w, yyjson_mut_doc *json, yyjson_val *asked,
                               const char *what,
                               enum dl_err put(dl_writer *, yyjson_mut_doc *, yyjson_mut_val *,
                                               const struct dl_due_window *))
{
    size_t i, n;
    yyjson_val *row;
    yyjson_mut_val *lists = dl_json_arr(json, yyjson_mut_doc_get_root(json), what);
    yyjson_arr_foreach(yyjson_obj_get(asked, what), i, n, row)
    {
        if (i == WINDOWS_MOST) break;
        struct dl_due_window window = window_of(row);
        yyjson_mut_val *list = yyjson_mut_arr_add_arr(json, lists);
        if (window.most > 0) DL_TRY(put(w, json, list, &window));
    }
    return DL_OK;
}

/* How many feeds wait, and when the next will be due. */
static void put_outlook(dl_writer *w, yyjson_mut_doc *json, yyjson_val *asked)
{
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    int64_t behind_ms = dl_json_get_int(asked, "behind", -1), count, next;
    if (behind_ms >= 0 && dl_ledger_count_due(w->ledger, behind_ms, &count) == DL_OK)
        dl_json_int(json, o, "behind", count);
    if (dl_ledger_next_due(w->ledger, dl_now_ms() - 1, &next) == DL_OK && next != INT64_MAX)
        dl_json_int(json, o, "next", next);
}

enum dl_err dl_writer_keep_robots(dl_writer *w, struct op *op)
{
    dl_str url = dl_json_get_str(op->request, "robots"), state;
    if (!dl_identity_is_web(url)) return DL_OK;
    yyjson_mut_doc *json = dl_json_new(op->arena);
    if (json == NULL) return dl_arena_failed(op->arena);
    yyjson_mut_doc_set_root(json, yyjson_val_mut_copy(json, op->request));
    DL_TRY(dl_json_text(json, op->arena, &state));
    return dl_ledger_put_robots(w->ledger, url, dl_json_get_int(op->request, "at", 0),
                                dl_json_get_int(op->request, "until", 0), state);
}

/* A new fetcher knows no robots.txt yet. */
static enum dl_err put_robots(dl_writer *w, yyjson_mut_doc *json, dl_arena *arena)
{
    dl_ledger_texts states;
    yyjson_mut_val *list = dl_json_arr(json, yyjson_mut_doc_get_root(json), "robots");
    DL_TRY(dl_ledger_list_robots(w->ledger, arena, dl_now_ms(), &states));
    for (size_t i = 0; i < states.n; i++) {
        yyjson_doc *doc;
        if (dl_json_read(arena, states.p[i], &doc, NULL) != DL_OK) continue;
        yyjson_mut_arr_append(list, yyjson_val_mut_copy(json, yyjson_doc_get_root(doc)));
    }
    return DL_OK;
}

enum dl_err dl_writer_take_work(dl_writer *w, struct op *op)
{
    yyjson_mut_doc *json = dl_json_new(op->arena);
    if (json == NULL) return dl_arena_failed(op->arena);
    w->names_work = yyjson_is_true(yyjson_obj_get(op->request, "names"));
    bool first = yyjson_is_true(yyjson_obj_get(op->request, "first"));
    DL_TRY(dl_writer_come_back(w, first));
    if (first) DL_TRY(put_robots(w, json, op->arena));
    DL_TRY(put_windows(w, json, op->request, "feeds", put_feeds));
    DL_TRY(put_windows(w, json, op->request, "pages", dl_writer_put_pages));
    put_outlook(w, json, op->request);
    op->reply = dl_writer_json(json, op->arena);
    if (op->reply.n == 0) op->refused = DL_ERR_NOMEM;
    return DL_OK;
}
