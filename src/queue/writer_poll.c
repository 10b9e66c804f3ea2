/* What the fetcher brings: polls of feeds. */
#include "base/utf8.h"
#include "lang/alike.h"
#include "net/schedule.h"
#include "net/trust.h"
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
        .undated = from->undated,
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

enum {
    MOVED_POLLS = 3,                   /* that saw the same permanent redirect, in a row */
    MOVED_AFTER_MS = 24 * 3600 * 1000, /* from the first to the last of them: a slip is mended */
};

/* One poll, from what the fetcher brought to what is kept. */
struct poll {
    struct op *op;
    struct dl_feed_row row;
    yyjson_val *head; /* of the feed; NULL: no body, or none that could be read */
    enum dl_fault fault;
    enum dl_poll_end end;
    struct dl_hub_plan hub;
    bool same_bytes; /* as the last answer had */
    struct dl_feed_outcome o;
};

static enum dl_fault fault_named(dl_str name)
{
    for (enum dl_fault f = DL_FAULT_NONE + 1; f < DL_FAULT_COUNT; f++)
        if (dl_str_eq_c(name, dl_fault_name(f))) return f;
    return DL_FAULT_NONE;
}

static void know_pace(struct poll *p)
{
    struct dl_feed_state *s = &p->o.state;
    int64_t max_age = dl_json_get_int(p->op->request, "max_age", -1);
    if (max_age >= 0 && p->o.good) s->max_age_s = max_age;
    if (p->head == NULL) return; /* 304 says nothing of it: what is known stays */
    int64_t ttl_min = dl_json_get_int(p->head, "ttl_min", 0);
    int64_t update = dl_json_get_int(p->head, "update_s", 0);
    int64_t ttl = ttl_min > 0 && ttl_min < INT32_MAX ? ttl_min * 60 : 0;
    s->asks_s = update > ttl ? update : ttl;
    s->skip_hours = dl_json_get_int(p->head, "skip_hours", 0);
    s->skip_days = dl_json_get_int(p->head, "skip_days", 0);
    if (p->row.last_poll_ms > 0) dl_schedule_note_hour(s->hours, p->o.at_ms, p->o.fresh);
}

static void plan_next(struct poll *p)
{
    const struct dl_feed_row *row = &p->row;
    struct dl_feed_outcome *o = &p->o;
    bool counts = dl_schedule_counts(p->end);
    struct dl_poll_facts facts = {
        .url = row->url,
        .now_ms = o->at_ms,
        .last_poll_ms = row->last_poll_ms,
        .last_new_ms = row->last_new_ms,
        .interval_ms = row->interval_ms,
        .end = p->end,
        .failures = o->good ? 0 : row->failures + counts,
        .failing_s = row->last_good_ms > 0 ? (o->at_ms - row->last_good_ms) / 1000 : 0,
        .status = o->status,
        .fault = p->fault,
        .items = o->items,
        .fresh = (p->op->lost ? o->items : o->fresh) + p->hub.fresh,
        .pushed = p->hub.pushed,
        .max_age_s = o->state.max_age_s,
        .retry_after_s = dl_json_get_int(p->op->request, "retry_after", -1),
        .ttl_min = -1,
        .update_s = o->state.asks_s,
        .skip_hours = (uint32_t)o->state.skip_hours,
        .skip_days = (uint8_t)o->state.skip_days,
        .hours = o->state.hours,
        .floor_s = row->floor_s,
        .ceiling_s = row->ceiling_s,
    };
    struct dl_poll_plan plan;
    dl_schedule_next(&facts, &plan);
    o->uncounted = !o->good && !counts;
    o->next_poll_ms = plan.at_ms;
    o->interval_ms = plan.interval_ms;
    o->why = dl_str_dup(p->op->arena, dl_str_c(plan.why));
}

static const char *words_of_status(int status)
{
    switch (status) {
    case 401:
    case 403:
        return "the publisher does not let this reader in";
    case 404:
        return "there is nothing at this address";
    case 410:
        return "the publisher says it is gone for good";
    case 429:
        return "the host says that it is asked too often";
    default:
        return status >= 500   ? "the host has trouble"
               : status >= 400 ? "the host refuses"
                               : "no feed came with it";
    }
}

static dl_str result_in_words(const struct poll *p)
{
    const struct op *op = p->op;
    const struct dl_feed_outcome *o = &p->o;
    dl_str why = dl_json_get_str(op->request, "why");
    if (p->end == DL_POLL_OURS) return DL_STR(DL_NOBODY_REACHED);
    if (o->status == 0) return why.n > 0 ? why : DL_STR("there was no answer");
    if (o->unchanged) return DL_STR("nothing has changed (HTTP 304)");
    if (o->status != HTTP_OK_)
        return dl_str_fmt(op->arena, "%s (HTTP %d)", words_of_status(o->status), o->status);
    if (op->look_error != DL_OK)
        return dl_str_fmt(op->arena, "what came cannot be read: %s",
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
        .want_pages =
            w->options->want_pages || yyjson_is_true(yyjson_obj_get(op->request, "pages")),
    };
    DL_TRY(dl_writer_take_items(w, op, &from));
    struct dl_spool_place place = {0};
    struct dl_diag diag;
    if (op->fresh + op->changed > 0)
        DL_TRY(dl_spool_append(dl_ledger_spool(w->ledger), op->bytes, &place, &diag));
    return dl_ledger_note_poll(w->ledger, row->feed, at_ms, place, (int64_t)op->items,
                               (int64_t)op->fresh);
}

/* Its items and its head, when they could be read. */
static enum dl_err take_body(dl_writer *w, struct poll *p)
{
    struct op *op = p->op;
    yyjson_doc *doc = NULL;
    const struct dl_outlet *outlet = dl_writer_outlet_by_id(w, p->row.outlet);
    if (outlet == NULL) return DL_ERR_STATE;
    bool has_body = p->o.status == HTTP_OK_ && op->look_error == DL_OK && op->looked[0].n > 0;
    if (has_body && !(dl_writer_list_is_sound(op) &&
                      dl_json_read(op->found, op->looked[0], &doc, NULL) == DL_OK))
        dl_writer_look_damaged(op);
    if (doc == NULL) return DL_OK;
    p->head = yyjson_doc_get_root(doc);
    DL_TRY(take_feed_body(w, op, &p->row, outlet, p->o.at_ms));
    p->o.items = (int64_t)op->items;
    p->o.fresh = (int64_t)op->fresh;
    p->o.title = dl_json_get_str(p->head, "title");
    return DL_OK;
}

/* Both validators are taken over by every 200 and 304, unless they are to prove something. */
static void judge_validators(struct poll *p)
{
    struct dl_feed_outcome *o = &p->o;
    struct dl_feed_state *s = &o->state;
    struct dl_trust trust = {.honest_ms = s->honest_ms,
                             .probe = s->probe,
                             .probe_ms = s->probe_ms,
                             .untrusted_ms = s->untrusted_ms,
                             .body = s->body,
                             .same_bodies = s->same_bodies};
    struct dl_trust_answer answer = {
        .now_ms = o->at_ms,
        .has_validators = p->row.etag.n + p->row.last_modified.n > 0,
        .unchanged = o->unchanged,
        .full = p->head != NULL,
        .same_validators =
            dl_str_eq(o->etag, p->row.etag) && dl_str_eq(o->last_modified, p->row.last_modified),
        .body = p->head != NULL ? (int64_t)dl_hash64(p->op->bytes) : 0,
        .differs = p->op->fresh + p->op->changed > 0,
    };
    p->same_bytes = answer.full && answer.body == s->body;
    bool take = dl_trust_judge(&trust, &answer);
    o->has_validators = take && (answer.full || o->etag.n + o->last_modified.n > 0);
    if (o->unchanged && o->etag.n == 0) o->etag = p->row.etag; /* 304 may leave one out */
    if (o->unchanged && o->last_modified.n == 0) o->last_modified = p->row.last_modified;
    s->honest_ms = trust.honest_ms;
    s->probe = trust.probe;
    s->probe_ms = trust.probe_ms;
    s->untrusted_ms = trust.untrusted_ms;
    s->body = trust.body;
    s->same_bodies = trust.same_bodies;
    char words[DL_TRUST_WORDS];
    dl_trust_say(&trust, words);
    s->note = words[0] != '\0' ? dl_str_dup(p->op->arena, dl_str_c(words)) : (dl_str){NULL, 0};
}

/* 301 and 308 that are seen again and again over a day are believed. */
static enum dl_err follow_move(dl_writer *w, struct poll *p)
{
    struct dl_feed_state *s = &p->o.state;
    dl_str to = dl_json_get_str(p->op->request, "moved_to");
    if (!p->o.good) return DL_OK;
    bool same = to.n > 0 && dl_str_eq(to, s->moved_to);
    if (!same) s->moved_since_ms = to.n > 0 ? p->o.at_ms : 0;
    s->moved_seen = same ? s->moved_seen + 1 : to.n > 0;
    s->moved_to = to;
    if (s->moved_seen < MOVED_POLLS || p->o.at_ms - s->moved_since_ms < MOVED_AFTER_MS)
        return DL_OK;
    bool moved;
    DL_TRY(dl_ledger_move_feed(w->ledger, &p->row, to, p->o.at_ms, &moved));
    if (!moved) return DL_OK;
    s->moved_to = (dl_str){NULL, 0};
    s->moved_since_ms = s->moved_seen = 0;
    return DL_OK;
}

#define SPARED "Its host asked to be left alone, for another feed."

/* Who says "later" says it for the host, as the client takes it too. */
static enum dl_err spare_host(dl_writer *w, struct poll *p)
{
    int64_t later_s = dl_json_get_int(p->op->request, "retry_after", -1), until;
    dl_str host = p->o.state.host;
    bool said = later_s > 0 && (p->o.status == 429 || p->o.status == 503);
    if (later_s > DL_POLL_RETRY_MOST_S) later_s = DL_POLL_RETRY_MOST_S;
    if (said)
        return dl_ledger_host_later(w->ledger, host, p->o.at_ms, p->o.at_ms + later_s * 1000,
                                    DL_STR(SPARED));
    DL_TRY(dl_ledger_host_pause(w->ledger, host, &until));
    if (p->o.next_poll_ms >= until ||
        until > p->o.at_ms + (int64_t)DL_POLL_RETRY_MOST_S * 1000) /* made by another clock */
        return DL_OK;
    p->o.next_poll_ms = until;
    p->o.why = DL_STR(SPARED);
    return DL_OK;
}

static enum dl_err how_it_ended(dl_writer *w, struct poll *p)
{
    dl_str error = dl_json_get_str(p->op->request, "error");
    bool later = dl_json_get_int(p->op->request, "retry_after", -1) > 0, ours;
    p->fault = fault_named(error);
    p->end = dl_schedule_end(p->o.status, p->fault, p->o.good, later);
    if (dl_str_eq_c(error, "robots")) {
        p->end = DL_POLL_ROBOTS;
        return DL_OK;
    }
    DL_TRY(dl_writer_reach(w, &p->row, p->o.state.host, p->o.status, p->fault, p->o.at_ms, &ours));
    if (ours) p->end = DL_POLL_OURS;
    return DL_OK;
}

static enum dl_err take_poll(dl_writer *w, struct op *op, int64_t feed)
{
    struct poll p = {.op = op};
    DL_TRY(dl_writer_watch_clock(w));
    enum dl_err err = dl_ledger_feed(w->ledger, op->arena, feed, &p.row);
    if (err == DL_ERR_NOT_FOUND) {
        dl_op_error(op, err, "no such feed");
        return DL_OK;
    }
    DL_TRY(err);
    p.o = (struct dl_feed_outcome){
        .feed = feed,
        .at_ms = dl_writer_seen(op->request, "at"),
        .status = (int)dl_json_get_int(op->request, "status", 0),
        .etag = dl_json_get_str(op->request, "etag"),
        .last_modified = dl_json_get_str(op->request, "last_modified"),
        .state = p.row.state,
    };
    dl_str host = dl_json_get_str(op->request, "host");
    if (host.n > 0) p.o.state.host = host;
    DL_TRY(take_body(w, &p));
    p.o.unchanged = p.o.status == HTTP_NOT_MODIFIED_;
    p.o.good = p.o.unchanged || p.head != NULL;
    DL_TRY(how_it_ended(w, &p));
    p.o.result = result_in_words(&p);
    judge_validators(&p);
    know_pace(&p);
    if (p.o.good) DL_TRY(dl_writer_hub_polled(w, op, &p.row, p.head, p.o.at_ms, &p.hub));
    plan_next(&p);
    DL_TRY(follow_move(w, &p));
    DL_TRY(spare_host(w, &p));
    /* Bytes that no reader could make sense of are counted, as everything that came is. */
    if (p.o.status == HTTP_OK_ && p.head == NULL)
        DL_TRY(dl_ledger_refuse(w->ledger, p.row.outlet, p.o.at_ms,
                                dl_err_class(op->look_error) != DL_CLASS_REJECT));
    DL_TRY(dl_writer_source_polled(w, op, &p.row, &p.o));
    p.o.unchanged |= p.same_bytes;
    return dl_ledger_feed_outcome(w->ledger, &p.o);
}

enum dl_err dl_writer_take_fetched(dl_writer *w, struct op *op)
{
    int64_t feed = dl_json_get_int(op->request, "feed", 0);
    int64_t document = dl_json_get_int(op->request, "document", 0);
    bool taken;
    if (dl_json_get_str(op->request, "robots").n > 0) return dl_writer_keep_robots(w, op);
    DL_TRY(dl_writer_recorded(w, op, &feed, &document));
    DL_TRY(dl_writer_is_taken(w, op, feed, document, &taken));
    if (taken) return DL_OK;
    DL_TRY(dl_writer_recorded_hand_out(w, op, feed));
    if (feed > 0) return take_poll(w, op, feed);
    if (document > 0) return dl_writer_take_page(w, op, document);
    dl_op_error(op, DL_ERR_INVALID, "neither feed nor document");
    return DL_OK;
}
