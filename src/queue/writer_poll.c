/* What the fetcher brings: polls of feeds. */
#include "base/utf8.h"
#include "lang/alike.h"
#include "net/schedule.h"
#include "queue/item.h"
#include "queue/writer_private.h"
#include "store/ledger_hub.h"

enum {
    HTTP_OK_ = 200,
    HTTP_NOT_MODIFIED_ = 304,
};

/* --- items of a feed or sitemap ----------------------------------------------------------- */

static dl_str kept(dl_arena *arena, dl_str s)
{
    return s.n > 0 ? dl_str_dup(arena, s) : (dl_str){NULL, 0};
}

/* scratch holds the line's JSON, which may be too large for it: then it is no item. */
static enum dl_err put_item(dl_writer *w, dl_arena *scratch, const struct dl_items_from *from,
                            dl_str line, struct dl_material *ret, bool *ret_use)
{
    yyjson_doc *doc;
    struct dl_identity id;
    struct dl_item_face face;
    *ret_use = false;
    if (dl_json_read(scratch, line, &doc, NULL) != DL_OK) return DL_OK;
    yyjson_val *item = yyjson_doc_get_root(doc);
    if (!dl_item_face(scratch, item, &face)) return DL_OK;
    /* Neither address nor GUID: what it says is its name. */
    if (!dl_identity_read(item, &id) && face.title.n + face.text_bytes == 0) return DL_OK;
    *ret = (struct dl_material){
        .kind = DL_STR("item"),
        .outlet = from->outlet->id,
        .url = kept(w->turn, id.url),
        .shown_url = kept(w->turn, id.shown_url),
        .guid = kept(w->turn, id.guid),
        .channel = from->channel,
        .feed = from->feed,
        .hash = face.hash,
        .bytes = line,
        .title = kept(w->turn, dl_utf8_prefix(face.title, DL_ALIKE_BYTES)),
        .lead = face.lead,
        .text_bytes = face.text_bytes,
        .published_ms = face.published_ms,
        .seen_after_ms = from->seen_after_ms,
        .seen_by_ms = from->seen_by_ms,
        .wants_page = from->want_pages,
    };
    *ret_use = true;
    return DL_OK;
}

bool dl_writer_list_is_sound(const struct op *op)
{
    size_t n = 0;
    dl_str rest = op->looked[1], line;
    while (n <= DL_WRITER_LIST_MAX && dl_str_line(&rest, &line))
        n++;
    return n <= DL_WRITER_LIST_MAX;
}

typedef DL_VEC(struct dl_material) materials;

static enum dl_err put_items(dl_writer *w, dl_arena *scratch, struct op *op,
                             const struct dl_items_from *from, materials *items)
{
    dl_str rest = op->looked[1], line;
    while (dl_str_line(&rest, &line)) {
        struct dl_material m;
        bool use;
        DL_TRY(put_item(w, scratch, from, line, &m, &use));
        if (use) DL_TRY(dl_vec_push(w->turn, items, m));
        dl_arena_reset(scratch);
    }
    return DL_OK;
}

enum dl_err dl_writer_take_items(dl_writer *w, struct op *op, const struct dl_items_from *from)
{
    materials items = {0};
    dl_arena *scratch = dl_arena_new(DL_WRITER_LINE_MEMORY);
    if (scratch == NULL) return DL_ERR_NOMEM;
    enum dl_err err = put_items(w, scratch, op, from, &items);
    dl_arena_free(scratch);
    DL_TRY(err);
    struct dl_taken *taken = DL_NEW_ARRAY(w->turn, struct dl_taken, items.n + 1);
    if (taken == NULL) return dl_arena_failed(w->turn);
    DL_TRY(dl_ledger_take(w->ledger, w->turn, items.p, items.n, taken));
    op->taken = taken;
    op->n_taken = items.n;
    DL_TRY(dl_writer_source_saw(w, op, from, items.p, items.n, taken));
    return dl_op_count_taken(w, op, taken, items.n);
}

/* --- a poll ------------------------------------------------------------------------------- */

static void plan_next(const struct op *op, const struct dl_feed_row *row, yyjson_val *head,
                      const struct dl_hub_plan *hub, struct dl_feed_outcome *o)
{
    struct dl_poll_facts facts = {
        .url = row->url,
        .now_ms = o->at_ms,
        .last_poll_ms = row->last_poll_ms,
        .last_new_ms = row->last_new_ms,
        .interval_ms = row->interval_ms,
        .failures = o->good ? 0 : row->failures + 1,
        .status = o->status,
        .items = o->items,
        .fresh = (op->lost ? o->items : o->fresh) + hub->fresh,
        .pushed = hub->pushed,
        .max_age_s = dl_json_get_int(op->request, "max_age", -1),
        .retry_after_s = dl_json_get_int(op->request, "retry_after", -1),
        .ttl_min = dl_json_get_int(head, "ttl_min", -1),
        .update_s = -1,
        .floor_s = -1,
        .ceiling_s = -1,
    };
    struct dl_poll_plan plan;
    dl_schedule_next(&facts, &plan);
    o->next_poll_ms = plan.at_ms;
    o->interval_ms = plan.interval_ms;
    o->why = dl_str_dup(op->arena, dl_str_c(plan.why));
}

static dl_str result_in_words(const struct op *op, const struct dl_feed_outcome *o)
{
    dl_str why = dl_json_get_str(op->request, "why");
    if (o->status == 0) return why.n > 0 ? why : DL_STR("no answer");
    if (o->unchanged) return DL_STR("not changed");
    if (o->status != HTTP_OK_) return dl_str_fmt(op->arena, "HTTP %d", o->status);
    if (op->look_error != DL_OK)
        return dl_str_fmt(op->arena, "not readable: %s",
                          op->look_why[0] != '\0' ? op->look_why : dl_err_text(op->look_error));
    return dl_str_fmt(op->arena, "%lld items, %lld new", (long long)o->items, (long long)o->fresh);
}

static enum dl_err take_feed_body(dl_writer *w, struct op *op, const struct dl_feed_row *row,
                                  const struct dl_outlet *outlet, int64_t at_ms)
{
    struct dl_items_from from = {
        .outlet = outlet,
        .feed = row->feed,
        .channel = row->kind,
        .seen_after_ms = row->last_good_ms,
        .seen_by_ms = at_ms,
        .want_pages = w->options->want_pages,
    };
    DL_TRY(dl_writer_take_items(w, op, &from));
    struct dl_spool_place place = {0};
    struct dl_diag diag;
    if (op->fresh + op->changed > 0)
        DL_TRY(dl_spool_append(dl_ledger_spool(w->ledger), op->bytes, &place, &diag));
    return dl_ledger_note_poll(w->ledger, row->feed, at_ms, place, (int64_t)op->items,
                               (int64_t)op->fresh);
}

static enum dl_err take_poll(dl_writer *w, struct op *op, int64_t feed)
{
    struct dl_feed_row row;
    enum dl_err err = dl_ledger_feed(w->ledger, op->arena, feed, &row);
    if (err == DL_ERR_NOT_FOUND) {
        dl_op_error(op, err, "no such feed");
        return DL_OK;
    }
    DL_TRY(err);
    const struct dl_outlet *outlet = dl_writer_outlet_by_id(w, row.outlet);
    if (outlet == NULL) return DL_ERR_STATE;
    yyjson_doc *doc = NULL;
    yyjson_val *head = NULL;
    struct dl_feed_outcome o = {
        .feed = feed,
        .at_ms = dl_writer_seen(op->request, "at"),
        .status = (int)dl_json_get_int(op->request, "status", 0),
        .etag = dl_json_get_str(op->request, "etag"),
        .last_modified = dl_json_get_str(op->request, "last_modified"),
    };
    bool has_body = o.status == HTTP_OK_ && op->look_error == DL_OK && op->looked[0].n > 0;
    if (has_body && !(dl_writer_list_is_sound(op) &&
                      dl_json_read(op->found, op->looked[0], &doc, NULL) == DL_OK))
        dl_writer_look_damaged(op);
    if (doc != NULL) {
        head = yyjson_doc_get_root(doc);
        DL_TRY(take_feed_body(w, op, &row, outlet, o.at_ms));
    }
    o.unchanged = o.status == HTTP_NOT_MODIFIED_;
    o.good = o.unchanged || head != NULL;
    o.items = (int64_t)op->items;
    o.fresh = (int64_t)op->fresh;
    o.title = dl_json_get_str(head, "title");
    o.has_validators = head != NULL || (o.unchanged && o.etag.n + o.last_modified.n > 0);
    o.result = result_in_words(op, &o);
    struct dl_hub_plan hub = {0};
    if (o.good) DL_TRY(dl_writer_hub_polled(w, op, &row, head, o.at_ms, &hub));
    plan_next(op, &row, head, &hub, &o);
    /* Bytes that no reader could make sense of are counted, as everything that came is. */
    if (o.status == HTTP_OK_ && head == NULL)
        DL_TRY(dl_ledger_refuse(w->ledger, row.outlet, o.at_ms,
                                dl_err_class(op->look_error) != DL_CLASS_REJECT));
    DL_TRY(dl_writer_source_polled(w, op, &row, &o));
    return dl_ledger_feed_outcome(w->ledger, &o);
}

enum dl_err dl_writer_take_fetched(dl_writer *w, struct op *op)
{
    int64_t feed = dl_json_get_int(op->request, "feed", 0);
    int64_t document = dl_json_get_int(op->request, "document", 0);
    if (feed > 0) return take_poll(w, op, feed);
    if (document > 0) return dl_writer_take_page(w, op, document);
    dl_op_error(op, DL_ERR_INVALID, "neither feed nor document");
    return DL_OK;
}
