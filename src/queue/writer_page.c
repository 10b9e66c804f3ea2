/* Pages: what the fetcher brings, and which it shall fetch next. */
#include "queue/writer_private.h"

enum {
    PAGE_TRIES_MAX = 3,
    PAGE_RETRY_MS = 15 * 60 * 1000, /* a host in trouble is left alone for a while */
};

enum dl_err dl_writer_take_page(dl_writer *w, struct op *op, int64_t document)
{
    int64_t now = dl_writer_seen(op->request, "at");
    int64_t tries = dl_json_get_int(op->request, "tries", 0);
    dl_str why = dl_json_get_str(op->request, "why");
    int64_t again = dl_json_get_int(op->request, "again", 0);
    const struct dl_outlet *outlet =
        dl_writer_outlet_by_id(w, dl_json_get_str(op->request, "outlet"));
    struct dl_identity id;
    bool usable = op->bytes.n > 0 && outlet != NULL && dl_identity_read(op->request, &id);
    if (!usable) {
        bool retry = again > 0 && tries + 1 < PAGE_TRIES_MAX;
        int64_t not_before = again > now + PAGE_RETRY_MS ? again : now + PAGE_RETRY_MS;
        if (why.n == 0) why = DL_STR("nothing came");
        return dl_ledger_page_outcome(w->ledger, document, retry ? (dl_str){NULL, 0} : why,
                                      not_before);
    }
    struct dl_material m = {
        .kind = DL_STR("page"),
        .outlet = outlet->id,
        .url = id.url,
        .shown_url = id.shown_url,
        .channel = DL_STR("page"),
        .document = document,
        .hash = dl_sha256(op->bytes),
        .bytes = op->record,
        .seen_by_ms = now,
    };
    struct dl_taken taken;
    DL_TRY(dl_ledger_take(w->ledger, op->arena, &m, 1, &taken));
    DL_TRY(dl_op_count_taken(w, op, &taken, 1));
    dl_str canonical = dl_json_get_str(op->request, "final_url");
    if (canonical.n > 0 && taken.document != 0)
        DL_TRY(dl_ledger_put_alias(w->ledger, outlet->id, "url", canonical, taken.document,
                                   "redirect"));
    return dl_ledger_page_outcome(w->ledger, document, DL_STR("fetched"), now);
}

enum dl_err dl_writer_put_pages(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *list,
                                const struct dl_due_window *window)
{
    dl_page_jobs rows;
    DL_TRY(dl_ledger_due_pages(w->ledger, w->turn, window, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_int(json, row, "document", rows.p[i].document);
        dl_json_int(json, row, "due", rows.p[i].not_before_ms);
        dl_json_str(json, row, "url", rows.p[i].url);
        dl_json_str(json, row, "outlet", rows.p[i].outlet);
        dl_json_int(json, row, "tries", rows.p[i].tries);
        if (w->names_work) dl_writer_put_id(w, json, row, rows.p[i].document);
    }
    return DL_OK;
}
