/* Pages: what the fetcher brings, and which it shall fetch next. */
#include "queue/writer_private.h"

enum {
    PAGE_TRIES_MAX = 3,
    PAGE_RETRY_MS = 15 * 60 * 1000, /* a host in trouble is left alone for a while */
    WAKE_EVERY_MS = 10 * 1000,      /* looks for pages to be looked at again */
    HTTP_NOT_MODIFIED_ = 304,
};

/* Nothing came that could be read: is it tried again, or is that its result? */
static enum dl_err take_nothing(dl_writer *w, struct op *op, struct dl_page_outcome *o)
{
    int64_t again = dl_json_get_int(op->request, "again", 0), now = o->at_ms;
    bool retry = again > 0 && dl_json_get_int(op->request, "tries", 0) + 1 < PAGE_TRIES_MAX;
    o->not_before_ms = again > now + PAGE_RETRY_MS ? again : now + PAGE_RETRY_MS;
    o->result = dl_json_get_str(op->request, "why");
    if (o->result.n == 0) o->result = DL_STR("nothing came");
    if (retry) o->result = (dl_str){NULL, 0};
    return dl_ledger_page_outcome(w->ledger, o);
}

static enum dl_err take_bytes(dl_writer *w, struct op *op, const struct dl_outlet *outlet,
                              const struct dl_identity *id, const struct dl_page_outcome *o)
{
    struct dl_material m = {
        .kind = DL_STR("page"),
        .outlet = outlet->id,
        .url = id->url,
        .shown_url = id->shown_url,
        .host = id->host,
        .channel = DL_STR("page"),
        .document = o->document,
        .hash = dl_sha256(op->bytes),
        .bytes = op->record,
        .seen_by_ms = o->at_ms,
    };
    struct dl_taken taken;
    DL_TRY(dl_ledger_page_checked(w->ledger, o->document, &m.seen_after_ms));
    DL_TRY(dl_ledger_take(w->ledger, op->arena, &m, 1, &taken));
    DL_TRY(dl_op_count_taken(w, op, &taken, 1));
    dl_str end = dl_json_get_str(op->request, "final_url");
    if (end.n == 0 || taken.document == 0) return DL_OK;
    return dl_ledger_put_alias(w->ledger, outlet->id, "url", end, taken.document, "redirect");
}

enum dl_err dl_writer_take_page(dl_writer *w, struct op *op, int64_t document)
{
    const struct dl_outlet *outlet =
        dl_writer_outlet_by_id(w, dl_json_get_str(op->request, "outlet"));
    struct dl_page_outcome o = {
        .document = document,
        .at_ms = dl_writer_seen(op->request, "at"),
        .etag = dl_json_get_str(op->request, "etag"),
        .last_modified = dl_json_get_str(op->request, "last_modified"),
    };
    struct dl_identity id;
    bool unchanged = dl_json_get_int(op->request, "status", 0) == HTTP_NOT_MODIFIED_;
    bool usable = op->bytes.n > 0 && outlet != NULL && dl_identity_read(op->request, &id);
    if (!usable && !unchanged) return take_nothing(w, op, &o);
    if (usable) DL_TRY(take_bytes(w, op, outlet, &id, &o));
    o.not_before_ms = o.at_ms;
    o.answered = true;
    o.result = usable ? DL_STR("fetched") : DL_STR("not changed");
    o.has_validators = usable || o.etag.n + o.last_modified.n > 0;
    return dl_ledger_page_outcome(w->ledger, &o);
}

enum dl_err dl_writer_put_pages(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *list,
                                const struct dl_due_window *window)
{
    dl_page_jobs rows;
    int64_t now = dl_now_ms();
    if (now - w->woke_ms >= WAKE_EVERY_MS) {
        DL_TRY(dl_ledger_wake_pages(w->ledger, now));
        w->woke_ms = now;
    }
    DL_TRY(dl_ledger_due_pages(w->ledger, w->turn, window, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_int(json, row, "document", rows.p[i].document);
        dl_json_int(json, row, "due", rows.p[i].not_before_ms);
        dl_json_str(json, row, "url", rows.p[i].url);
        dl_json_str(json, row, "outlet", rows.p[i].outlet);
        dl_json_int(json, row, "tries", rows.p[i].tries);
        if (w->names_work) dl_writer_put_id(w, json, row, rows.p[i].document);
        dl_json_str(json, row, "etag", rows.p[i].etag);
        dl_json_str(json, row, "last_modified", rows.p[i].last_modified);
    }
    return DL_OK;
}
