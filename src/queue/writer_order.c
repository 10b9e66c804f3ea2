/* Requests that are taken in the order in which they came, so that the same requests make the same
 * store: what an archive records and what is read from one (docs/archive.md).
 *
 * Such a request ("ordered": true, with the time "at" or "seen_by") waits until those before it are
 * taken and until everything that came DL_SETTLE_MS before it is read. Then the ledger that it
 * meets depends on the order alone, not on how fast readers were. */
#include "queue/writer_private.h"
#include "store/ledger_replay.h"
#include "store/ledger_source.h"

void dl_writer_number(dl_writer *w, struct op *op)
{
    if (!yyjson_is_true(yyjson_obj_get(op->request, "ordered"))) return;
    op->order = ++w->ordered.given;
    dl_ledger_defer_aliases(w->ledger, true);
}

void dl_writer_op_ready(dl_writer *w, struct op *op)
{
    if (op->order == 0) {
        dl_line_put(&w->ready, op);
        return;
    }
    struct op **at = &w->ordered.first;
    while (*at != NULL && (*at)->order < op->order)
        at = &(*at)->next_ordered;
    op->next_ordered = *at;
    *at = op;
}

static int64_t settled_until(const struct op *op)
{
    int64_t at = dl_writer_seen(op->request, "at");
    if (yyjson_obj_get(op->request, "at") == NULL) at = dl_writer_seen(op->request, "seen_by");
    return at - DL_SETTLE_MS;
}

bool dl_writer_ordered_waits(const dl_writer *w)
{
    const struct op *op = w->ordered.first;
    bool behind = true;
    if (op == NULL || op->order != w->ordered.taken + 1) return true;
    return dl_ledger_is_behind(w->ledger, settled_until(op), &behind) != DL_OK || behind;
}

static bool brings_items(const struct op *op)
{
    return op->type == DL_REQUEST_INGEST || op->type == DL_REQUEST_FETCHED ||
           op->type == DL_REQUEST_PUSHED;
}

/* What comes without an order meets all that is known. A list of sources or the like must not make
 * it known: a server that keeps the order says that, too, when it starts. */
static enum dl_err settle_leftover(dl_writer *w, const struct op *op)
{
    if (w->ordered.given > 0 || w->ordered.settled || !brings_items(op)) return DL_OK;
    w->ordered.settled = true;
    return dl_ledger_settle_aliases(w->ledger, INT64_MAX);
}

enum dl_err dl_writer_next_op(dl_writer *w, struct op **ret_op)
{
    *ret_op = dl_line_take(&w->ready);
    if (*ret_op != NULL) return settle_leftover(w, *ret_op);
    if (dl_writer_ordered_waits(w)) return DL_OK;
    *ret_op = w->ordered.first;
    w->ordered.first = (*ret_op)->next_ordered;
    w->ordered.taken++;
    return dl_ledger_settle_aliases(w->ledger, settled_until(*ret_op));
}

/* --- whose it is -------------------------------------------------------------------------- */

void dl_writer_put_source(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *row, int64_t feed,
                          int64_t handed_ms)
{
    struct dl_source_facts f;
    yyjson_mut_doc *facts = dl_json_new(w->turn);
    if (facts == NULL || dl_ledger_source_facts(w->ledger, w->turn, feed, &f) != DL_OK) return;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(facts);
    dl_json_str(facts, o, "outlet", f.outlet.id);
    dl_json_str(facts, o, "name", f.outlet.name);
    dl_json_str(facts, o, "country", f.outlet.country);
    dl_json_str(facts, o, "language", f.outlet.language);
    dl_json_str(facts, o, "kind", f.outlet.kind);
    dl_json_str(facts, o, "home", f.outlet.home);
    dl_json_bool(facts, o, "listed", f.outlet.listed);
    dl_json_str(facts, o, "url", f.url);
    dl_json_str(facts, o, "feed_kind", f.kind);
    dl_json_str(facts, o, "title", f.title);
    dl_json_str(facts, o, "category", f.category);
    if (f.floor_s > 0) dl_json_int(facts, o, "floor", f.floor_s);
    if (f.ceiling_s > 0) dl_json_int(facts, o, "ceiling", f.ceiling_s);
    dl_json_int(facts, o, "handed", handed_ms);
    dl_json_str(json, row, "source", dl_writer_json(facts, w->turn));
}

void dl_writer_put_id(dl_writer *w, yyjson_mut_doc *json, yyjson_mut_val *row, int64_t document)
{
    dl_json_str(json, row, "source", dl_ledger_id_of_document(w->ledger, w->turn, document));
}

static bool same_outlet(const struct dl_outlet *a, const struct dl_outlet *b)
{
    return a != NULL && dl_str_eq(a->name, b->name) && dl_str_eq(a->country, b->country) &&
           dl_str_eq(a->language, b->language) && dl_str_eq(a->kind, b->kind) &&
           dl_str_eq(a->home, b->home) && a->listed == b->listed;
}

/* The feed of a recorded poll, made when it is not there. */
static enum dl_err recorded_feed(dl_writer *w, struct op *op, yyjson_val *row, int64_t *ret_feed)
{
    struct dl_outlet outlet = {
        .id = dl_json_get_str(row, "outlet"),
        .name = dl_json_get_str(row, "name"),
        .country = dl_json_get_str(row, "country"),
        .language = dl_json_get_str(row, "language"),
        .kind = dl_json_get_str(row, "kind"),
        .home = dl_json_get_str(row, "home"),
        .listed = yyjson_is_true(yyjson_obj_get(row, "listed")),
    };
    dl_str url = dl_json_get_str(row, "url");
    *ret_feed = 0;
    if (!dl_identity_is_outlet(outlet.id) || !dl_identity_is_web(url)) return DL_OK;
    if (!same_outlet(dl_writer_outlet_by_id(w, outlet.id), &outlet))
        DL_TRY(dl_writer_put_outlet(w, &outlet));
    struct dl_source_facts facts = {
        .title = dl_json_get_str(row, "title"),
        .category = dl_json_get_str(row, "category"),
        .floor_s = dl_json_get_int(row, "floor", 0),
        .ceiling_s = dl_json_get_int(row, "ceiling", 0),
    };
    DL_TRY(dl_ledger_feed_of_url(w->ledger, url, ret_feed));
    if (*ret_feed == 0) {
        DL_TRY(dl_ledger_put_channel(
            w->ledger,
            &(struct dl_channel_put){.outlet = outlet.id,
                                     .url = url,
                                     .kind = dl_json_get_str(row, "feed_kind"),
                                     .title = dl_json_get_str(row, "title"),
                                     .next_poll_ms = dl_writer_seen(op->request, "at")},
            NULL));
        DL_TRY(dl_ledger_feed_of_url(w->ledger, url, ret_feed));
    }
    return *ret_feed == 0 ? DL_OK : dl_ledger_source_as_it_was(w->ledger, *ret_feed, &facts);
}

enum dl_err dl_writer_recorded(dl_writer *w, struct op *op, int64_t *ret_feed,
                               int64_t *ret_document)
{
    yyjson_val *source = yyjson_obj_get(op->request, "recorded");
    if (source == NULL) return DL_OK;
    *ret_feed = *ret_document = 0;
    if (yyjson_is_obj(source)) return recorded_feed(w, op, source, ret_feed);
    return dl_ledger_document_of_id(w->ledger, dl_json_val_str(source), ret_document);
}

enum dl_err dl_writer_is_taken(dl_writer *w, const struct op *op, int64_t feed, int64_t document,
                               bool *ret_taken)
{
    *ret_taken = false;
    if (op->order == 0) return DL_OK;
    if (feed > 0)
        return dl_ledger_poll_is_taken(w->ledger, feed, dl_writer_seen(op->request, "at"),
                                       ret_taken);
    return dl_ledger_page_is_taken(w->ledger, document, dl_json_get_int(op->request, "tries", 0),
                                   ret_taken);
}

/* How it was asked was decided when it was given to the fetcher. */
enum dl_err dl_writer_recorded_hand_out(dl_writer *w, struct op *op, int64_t feed)
{
    struct dl_feed_row row;
    bool conditional;
    int64_t handed_ms = dl_json_get_int(yyjson_obj_get(op->request, "recorded"), "handed", 0);
    if (feed <= 0 || handed_ms <= 0) return DL_OK;
    enum dl_err err = dl_ledger_feed(w->ledger, op->arena, feed, &row);
    if (err == DL_ERR_NOT_FOUND) return DL_OK; /* told by who takes the poll */
    DL_TRY(err);
    return dl_writer_hand_out(w, &row, handed_ms, &conditional);
}
