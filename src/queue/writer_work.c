/* What the fetcher shall fetch next. */
#include "queue/writer_private.h"

enum {
    WINDOWS_MOST = 4, /* of a list: what is new, and a sweep; twice that is a mistake */
    WORK_MOST = 1000,
};

static void put_feeds(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *list,
                      const struct dl_due_window *window)
{
    dl_feed_rows rows;
    if (dl_ledger_due_feeds(w->ledger, w->turn, window, &rows) != DL_OK) return;
    for (size_t i = 0; i < rows.n; i++) {
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_int(json, row, "feed", rows.p[i].feed);
        dl_json_int(json, row, "due", rows.p[i].next_poll_ms);
        dl_json_str(json, row, "url", rows.p[i].url);
        dl_json_str(json, row, "kind", rows.p[i].kind);
        dl_json_str(json, row, "etag", rows.p[i].etag);
        dl_json_str(json, row, "last_modified", rows.p[i].last_modified);
    }
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
static void put_windows(dl_writer *w, yyjson_mut_doc *json, yyjson_val *asked, const char *what,
                        void put(dl_writer *, yyjson_mut_doc *, yyjson_mut_val *,
                                 const struct dl_due_window *))
{
    size_t i, n;
    yyjson_val *row;
    yyjson_mut_val *lists = dl_json_arr(json, yyjson_mut_doc_get_root(json), what);
    yyjson_arr_foreach(yyjson_obj_get(asked, what), i, n, row)
    {
        if (i == WINDOWS_MOST) return;
        struct dl_due_window window = window_of(row);
        yyjson_mut_val *list = yyjson_mut_arr_add_arr(json, lists);
        if (window.most > 0) put(w, json, list, &window);
    }
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

void dl_writer_work(dl_writer *w, uint64_t token, const struct dl_frame *request)
{
    yyjson_doc *doc;
    yyjson_mut_doc *json = dl_json_new(w->turn);
    if (json == NULL || dl_json_read(w->turn, request->part[0], &doc, NULL) != DL_OK) {
        dl_requests_answer(w->requests, token, DL_ERR_SYNTAX, DL_STR("no JSON"));
        dl_arena_reset(w->turn);
        return;
    }
    yyjson_val *asked = yyjson_doc_get_root(doc);
    put_windows(w, json, asked, "feeds", put_feeds);
    put_windows(w, json, asked, "pages", dl_writer_put_pages);
    put_outlook(w, json, asked);
    dl_str text = dl_writer_json(json, w->turn);
    dl_requests_answer(w->requests, token, text.n > 0 ? DL_OK : DL_ERR_NOMEM, text);
    dl_arena_reset(w->turn);
}
