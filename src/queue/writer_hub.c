/* Hubs (WebSub): what is asked of them, what they confirm, what they deliver. */
#include "store/ledger_hub.h"

#include "feed/websub.h"
#include "queue/writer_private.h"

enum { JOBS_MOST = 50 };

enum dl_err dl_writer_start_hubs(dl_writer *w)
{
    const char *base = w->options->websub_base;
    if (base == NULL) return DL_OK;
    DL_TRY(dl_ledger_hub_base(w->ledger, dl_str_c(base), dl_now_ms()));
    return dl_ledger_hub_tick(w->ledger, dl_now_ms());
}

/* --- what is asked ------------------------------------------------------------------------ */

static void put_job(dl_writer *w, struct op *op, yyjson_mut_doc *json, yyjson_mut_val *list,
                    const struct dl_hub_job *job)
{
    yyjson_mut_val *row = dl_json_push_obj(json, list);
    dl_str base = dl_str_c(w->options->websub_base);
    dl_json_int(json, row, "subscription", job->subscription);
    dl_json_bool(json, row, "leave", job->leave);
    dl_json_str(json, row, "hub", job->hub);
    dl_json_str(json, row, "topic", job->topic);
    dl_json_str(json, row, "callback", dl_websub_callback(op->arena, base, job->token));
    dl_json_str(json, row, "secret", job->secret);
}

static enum dl_err take_hubs(dl_writer *w, struct op *op)
{
    int64_t now = dl_now_ms(), n = dl_json_get_int(op->request, "n", 0);
    yyjson_mut_doc *json = dl_json_new(op->arena);
    if (json == NULL) return dl_arena_failed(op->arena);
    yyjson_mut_val *list = dl_json_arr(json, yyjson_mut_doc_get_root(json), "jobs");
    dl_hub_jobs jobs = {0};
    DL_TRY(dl_ledger_hub_tick(w->ledger, now));
    if (dl_str_c(w->options->websub_base).n > 0 && n > 0)
        DL_TRY(dl_ledger_hub_due(w->ledger, op->arena, now, (size_t)(n < JOBS_MOST ? n : JOBS_MOST),
                                 &jobs));
    for (size_t i = 0; i < jobs.n; i++)
        put_job(w, op, json, list, &jobs.p[i]);
    op->reply = dl_writer_json(json, op->arena);
    return dl_arena_failed(op->arena);
}

static enum dl_err take_told(dl_writer *w, struct op *op)
{
    return dl_ledger_hub_refused(w->ledger, dl_json_get_int(op->request, "subscription", 0),
                                 dl_json_get_str(op->request, "why"),
                                 dl_json_get_int(op->request, "again", 0), dl_now_ms());
}

static enum dl_err take_called(dl_writer *w, struct op *op)
{
    struct dl_hub_call call = {
        .token = dl_json_get_str(op->request, "token"),
        .mode = dl_json_get_str(op->request, "mode"),
        .topic = dl_json_get_str(op->request, "topic"),
        .reason = dl_json_get_str(op->request, "reason"),
        .lease_s = dl_json_get_int(op->request, "lease", 0),
    };
    enum dl_err err = dl_ledger_hub_called(w->ledger, &call, dl_now_ms());
    if (err != DL_ERR_NOT_FOUND) return err;
    op->refused = err;
    return DL_OK;
}

/* --- what is delivered -------------------------------------------------------------------- */

static enum dl_err take_body(dl_writer *w, struct op *op, const struct dl_feed_row *row,
                             int64_t at_ms, struct dl_spool_place *ret_place)
{
    const struct dl_outlet *outlet = dl_writer_outlet_by_id(w, row->outlet);
    struct dl_diag diag;
    if (outlet == NULL) return DL_ERR_STATE;
    struct dl_items_from from = {
        .outlet = outlet,
        .channel = DL_STR("push"),
        .seen_after_ms = row->last_good_ms,
        .seen_by_ms = at_ms,
        .want_pages = w->options->want_pages,
    };
    DL_TRY(dl_writer_take_items(w, op, &from));
    if (op->fresh + op->changed == 0) return DL_OK;
    return dl_spool_append(dl_ledger_spool(w->ledger), op->bytes, ret_place, &diag);
}

/* A look that found a list, of whatever length. */
static bool is_list(struct op *op)
{
    yyjson_doc *doc;
    if (op->look_error != DL_OK || op->looked[0].n == 0 || !dl_writer_list_is_sound(op) ||
        dl_json_read(op->found, op->looked[0], &doc, NULL) != DL_OK)
        return false;
    op->head = yyjson_doc_get_root(doc);
    dl_str material = dl_json_get_str(op->head, "material");
    return dl_str_eq_c(material, "feed") || dl_str_eq_c(material, "sitemap");
}

static enum dl_err take_delivery(dl_writer *w, struct op *op, int64_t subscription,
                                 const struct dl_feed_row *row)
{
    int64_t at = dl_writer_seen(op->request, "at");
    struct dl_spool_place place = {0};
    enum dl_hub_came came = DL_HUB_THIN;
    if (op->bytes.n > 0 && !is_list(op)) {
        came = DL_HUB_UNREADABLE;
        DL_TRY(dl_ledger_refuse(w->ledger, row->outlet, at,
                                dl_err_class(op->look_error) != DL_CLASS_REJECT));
    } else if (op->bytes.n > 0) {
        DL_TRY(take_body(w, op, row, at, &place));
        if (op->n_taken > 0) came = DL_HUB_ITEMS;
    }
    return dl_ledger_hub_came(w->ledger, subscription, came, op->taken, op->n_taken, place, at);
}

static enum dl_err take_pushed(dl_writer *w, struct op *op)
{
    int64_t feed, subscription = dl_json_get_int(op->request, "subscription", 0);
    struct dl_feed_row row;
    enum dl_err err = dl_ledger_hub_feed(w->ledger, subscription, &feed);
    if (err == DL_OK) err = dl_ledger_feed(w->ledger, op->arena, feed, &row);
    if (err == DL_ERR_NOT_FOUND) {
        op->refused = err;
        return DL_OK;
    }
    DL_TRY(err);
    dl_str came = dl_json_get_str(op->request, "came");
    if (came.n == 0) return take_delivery(w, op, subscription, &row);
    return dl_ledger_hub_came(w->ledger, subscription,
                              dl_str_eq_c(came, "foreign") ? DL_HUB_FOREIGN : DL_HUB_FORGED, NULL,
                              0, (struct dl_spool_place){0}, dl_now_ms());
}

enum dl_err dl_writer_take_hub(dl_writer *w, struct op *op)
{
    switch (op->type) {
    case DL_REQUEST_HUBS:
        return take_hubs(w, op);
    case DL_REQUEST_HUB_TOLD:
        return take_told(w, op);
    case DL_REQUEST_HUB_CALLED:
        return take_called(w, op);
    default:
        return take_pushed(w, op);
    }
}

/* --- beside a poll ------------------------------------------------------------------------ */

/* What the answer's Link header says goes before what the feed says. */
static dl_str topic_of(const struct op *op, const struct dl_feed_row *row, yyjson_val *head)
{
    dl_str linked = dl_json_get_str(op->request, "self"), own = dl_json_get_str(head, "self");
    return dl_identity_is_web(linked) ? linked : dl_identity_is_web(own) ? own : row->url;
}

static enum dl_err put_named(dl_writer *w, const struct op *op, const struct dl_feed_row *row,
                             yyjson_val *head, int64_t at_ms)
{
    struct dl_hub_named named[DL_HUBS_PER_FEED];
    size_t n = 0, i, count;
    dl_str topic = topic_of(op, row, head);
    yyjson_val *hubs = yyjson_obj_get(op->request, "hubs"), *hub;
    if (yyjson_arr_size(hubs) == 0) hubs = yyjson_obj_get(head, "hubs");
    yyjson_arr_foreach(hubs, i, count, hub)
    {
        dl_str url = dl_json_val_str(hub);
        bool again = n > 0 && dl_str_eq(named[0].hub, url);
        if (n == DL_HUBS_PER_FEED || again || !dl_identity_is_web(url)) continue;
        named[n++] = (struct dl_hub_named){url, topic};
    }
    return dl_ledger_hub_named(w->ledger, row->feed, named, n, at_ms);
}

enum dl_err dl_writer_hub_polled(dl_writer *w, const struct op *op, const struct dl_feed_row *row,
                                 yyjson_val *head, int64_t at_ms, struct dl_hub_plan *ret_plan)
{
    if (head != NULL) DL_TRY(put_named(w, op, row, head, at_ms));
    struct dl_hub_plan plan;
    DL_TRY(dl_ledger_hub_polled(w->ledger, row->feed, op->taken, op->n_taken, row->last_good_ms,
                                at_ms, &plan));
    /* What was pushed is part of the feed's rhythm, but no sign that a poll came too late. */
    if (plan.fresh > (int64_t)op->items / 2) plan.fresh = (int64_t)op->items / 2;
    *ret_plan = plan;
    return DL_OK;
}
