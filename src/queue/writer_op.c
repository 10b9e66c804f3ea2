/* Requests that write: from their arrival, over a look where one is needed, to the answer. */
#include "base/utf8.h"
#include "page/site.h"
#include "queue/signals.h"
#include "queue/writer_private.h"
#include "store/ledger_replay.h"
#include "store/ledger_site.h"

void dl_line_put(struct line *line, void *item)
{
    struct link *link = item;
    link->next = NULL;
    if (line->last != NULL)
        line->last->next = link;
    else
        line->first = link;
    line->last = link;
    line->n++;
}

void *dl_line_take(struct line *line)
{
    struct link *link = line->first;
    if (link == NULL) return NULL;
    line->first = link->next;
    if (line->first == NULL) line->last = NULL;
    line->n--;
    return link;
}

void dl_op_error(struct op *op, enum dl_err code, const char *message)
{
    if (op->n_errors >= DL_WRITER_ERRORS) return;
    struct op_error *e = &op->errors[op->n_errors++];
    e->code = code;
    snprintf(e->message, sizeof e->message, "%s", message[0] != '\0' ? message : dl_err_text(code));
}

int64_t dl_writer_seen(yyjson_val *request, const char *key)
{
    /* A time to come would move the window of the stories past all that follows. */
    int64_t now = dl_now_ms(), seen = dl_json_get_int(request, key, 0);
    return seen > 0 && seen < now ? seen : now;
}

bool dl_writer_is_dated(yyjson_val *request)
{
    return dl_json_get_int(request, "seen_by", 0) > 0;
}

/* --- arrival ------------------------------------------------------------------------------ */

static void refuse(dl_writer *w, uint64_t token, enum dl_err err, const char *why)
{
    dl_requests_answer(w->requests, token, err, dl_str_c(why[0] != '\0' ? why : dl_err_text(err)));
}

static void back_pressure(dl_writer *w)
{
    dl_requests_pause(w->requests,
                      w->ops >= DL_WRITER_OPS_MAX || w->op_bytes >= DL_WRITER_OPS_BYTES_MAX);
}

/* The bytes of a page lie in the spool behind a line with their media type: put together at once,
 * so that nobody moves them again. */
static enum dl_err keep_bytes(struct op *op, dl_str bytes)
{
    dl_str type = dl_json_get_str(op->request, "content_type");
    dl_str signals = dl_signals_line(op->arena, yyjson_obj_get(op->request, "signals"));
    if (signals.n > 0) type = dl_str_fmt(op->arena, "%.*s\t%.*s", DL_FMT(type), DL_FMT(signals));
    char *record = dl_alloc(op->arena, type.n + bytes.n + 2);
    if (record == NULL) return dl_arena_failed(op->arena);
    if (type.n > 0) memcpy(record, type.p, type.n);
    record[type.n] = '\n';
    char *body = record + type.n + 1;
    if (bytes.n > 0) memcpy(body, bytes.p, bytes.n);
    body[bytes.n] = '\0';
    op->bytes = (dl_str){body, bytes.n};
    op->record = (dl_str){record, type.n + 1 + bytes.n};
    return DL_OK;
}

static enum dl_err new_op(dl_writer *w, uint64_t token, const struct dl_frame *request,
                          struct op **ret_op, struct dl_diag *diag)
{
    dl_arena *arena = dl_arena_new(DL_WRITER_OP_MEMORY);
    struct op *op = arena == NULL ? NULL : DL_NEW(arena, struct op);
    if (op == NULL) {
        dl_arena_free(arena);
        return DL_ERR_NOMEM;
    }
    op->token = token;
    op->type = request->type;
    op->arena = arena;
    yyjson_doc *doc;
    enum dl_err err = dl_json_read(arena, request->part[0], &doc, diag);
    if (err == DL_OK) {
        op->request = yyjson_doc_get_root(doc);
        err = keep_bytes(op, request->part[1]);
    }
    if (err != DL_OK) {
        dl_arena_free(arena);
        return err;
    }
    w->ops++;
    w->op_bytes += op->bytes.n;
    back_pressure(w);
    *ret_op = op;
    return DL_OK;
}

static void op_free(dl_writer *w, struct op *op)
{
    w->ops--;
    w->op_bytes -= op->bytes.n;
    dl_arena_free(op->found);
    dl_arena_free(op->arena);
    back_pressure(w);
}

static bool is_of_hub(uint32_t type)
{
    return type == DL_REQUEST_HUBS || type == DL_REQUEST_HUB_TOLD ||
           type == DL_REQUEST_HUB_CALLED || type == DL_REQUEST_PUSHED;
}

/* Only what is of a known kind and address needs no look. */
static bool needs_look(const struct op *op)
{
    struct dl_identity id;
    if (op->type == DL_REQUEST_SOURCES || op->type == DL_REQUEST_WORK ||
        op->type == DL_REQUEST_DECIDE)
        return false;
    if (is_of_hub(op->type)) return op->type == DL_REQUEST_PUSHED && op->bytes.n > 0;
    if (op->type == DL_REQUEST_FETCHED)
        return op->bytes.n > 0 && yyjson_obj_get(op->request, "feed") != NULL;
    dl_str kind = dl_json_get_str(op->request, "kind");
    bool known = dl_str_eq_c(kind, "article") || dl_str_eq_c(kind, "page");
    return !known || !dl_identity_read(op->request, &id);
}

void dl_writer_request(void *ctx, uint64_t token, const struct dl_frame *request)
{
    dl_writer *w = ctx;
    if (request->type == DL_REQUEST_SETTLED) {
        w->settle[w->n_settle++] = token; /* no more tokens than DL_REQUESTS_MAX_OPEN */
        return;
    }
    bool known = request->type == DL_REQUEST_WORK || request->type == DL_REQUEST_INGEST ||
                 request->type == DL_REQUEST_FETCHED || request->type == DL_REQUEST_SOURCES ||
                 request->type == DL_REQUEST_DECIDE || is_of_hub(request->type);
    if (!known) {
        refuse(w, token, DL_ERR_UNSUPPORTED, "no such request");
        return;
    }
    struct op *op;
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = new_op(w, token, request, &op, &diag);
    if (err != DL_OK) {
        refuse(w, token, err, diag.message);
        return;
    }
    dl_writer_number(w, op);
    if (needs_look(op))
        dl_line_put(&w->looks, op);
    else
        dl_writer_op_ready(w, op);
}

/* --- who waits for which entry ------------------------------------------------------------ */

static enum dl_err wait_for(dl_writer *w, int64_t seq, struct op *op)
{
    if (w->waiters.n == w->waiters.cap) {
        size_t cap = w->waiters.cap == 0 ? 256 : w->waiters.cap * 2;
        struct waiter *p = realloc(w->waiters.p, cap * sizeof *p);
        if (p == NULL) return DL_ERR_NOMEM;
        w->waiters.p = p;
        w->waiters.cap = cap;
    }
    w->waiters.p[w->waiters.n++] = (struct waiter){seq, op};
    op->waiting++;
    return DL_OK;
}

/* Removes and returns the op that waits for seq. They stand by seq, as the ledger gave them. */
static struct op *waited_for(dl_writer *w, int64_t seq)
{
    size_t low = w->waiters.head, high = w->waiters.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->waiters.p[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= w->waiters.n || w->waiters.p[low].seq != seq) return NULL;
    struct op *op = w->waiters.p[low].op;
    w->waiters.p[low].op = NULL;
    while (w->waiters.head < w->waiters.n && w->waiters.p[w->waiters.head].op == NULL)
        w->waiters.head++;
    if (w->waiters.head == w->waiters.n) w->waiters.head = w->waiters.n = 0;
    return op;
}

static int by_seq(const void *a, const void *b)
{
    const struct dl_taken *x = a, *y = b;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

enum dl_err dl_op_count_taken(dl_writer *w, struct op *op, const struct dl_taken *taken, size_t n)
{
    struct dl_taken *sorted = DL_NEW_ARRAY(w->turn, struct dl_taken, n + 1);
    if (sorted == NULL) return dl_arena_failed(w->turn);
    for (size_t i = 0; i < n; i++)
        sorted[i] = taken[i];
    qsort(sorted, n, sizeof *sorted, by_seq);
    for (size_t i = 0; i < n; i++) {
        op->items++;
        op->fresh += sorted[i].as == DL_TAKEN_NEW;
        op->changed += sorted[i].as == DL_TAKEN_CHANGED;
        op->duplicate += sorted[i].as == DL_TAKEN_DUPLICATE;
        op->rejected += sorted[i].as == DL_TAKEN_BLOCKED;
        bool waits = sorted[i].seq != 0 && op->type == DL_REQUEST_INGEST;
        if (waits) DL_TRY(wait_for(w, sorted[i].seq, op));
    }
    w->more_pending = true;
    return DL_OK;
}

/* --- into the ledger ---------------------------------------------------------------------- */

static dl_str guid_of_bytes(struct op *op)
{
    dl_id id = dl_sha256(op->bytes);
    char hex[DL_ID_HEX + 1];
    dl_id_hex(&id, hex);
    return dl_str_fmt(op->arena, "sha256:%s", hex);
}

/* One page or article. */
static enum dl_err take_one(dl_writer *w, struct op *op, dl_str kind, dl_str site,
                            const struct dl_identity *identity, struct dl_taken *ret_taken)
{
    const struct dl_outlet *outlet;
    DL_TRY(dl_writer_outlet(w, op->request, identity, site, &outlet));
    dl_str channel = dl_json_get_str(op->request, "channel");
    struct dl_material m = {
        .kind = kind,
        .outlet = outlet->id,
        .url = identity->url,
        .shown_url = identity->shown_url,
        .guid = identity->guid.n > 0 || identity->url.n > 0 ? identity->guid : guid_of_bytes(op),
        .channel = channel.n > 0 ? channel : DL_STR("file"),
        .hash = dl_sha256(op->bytes),
        .bytes = dl_str_eq_c(kind, "page") ? op->record : op->bytes,
        .seen_by_ms = dl_writer_seen(op->request, "seen_by"),
        .undated = !dl_writer_is_dated(op->request),
    };
    if (dl_str_eq_c(kind, "page")) m.host = identity->host;
    DL_TRY(dl_ledger_take(w->ledger, op->arena, &m, 1, ret_taken));
    DL_TRY(dl_op_count_taken(w, op, ret_taken, 1));
    op->document = ret_taken->document;
    op->id = ret_taken->id;
    return DL_OK;
}

/* A look is made with a guess at what is known of its site. Does it hold, now that the page has its
 * place in the ledger? */
static enum dl_err site_holds(dl_writer *w, struct op *op, const struct dl_taken *taken,
                              bool *ret_holds)
{
    bool ready;
    dl_str packed;
    struct dl_page_site guess = {0}, site = {0};
    struct dl_site_sample sample = {0};
    DL_TRY(dl_ledger_site_memory(w->ledger, op->arena, taken->site, taken->nth, &ready, &packed));
    *ret_holds = ready && dl_str_eq(packed, op->site);
    if (!ready || *ret_holds) return DL_OK;
    if (op->site.n > 0) DL_TRY(dl_site_unpack(op->arena, op->site, &guess));
    if (packed.n > 0) DL_TRY(dl_site_unpack(op->arena, packed, &site));
    if (op->looked[4].n > 0 && dl_sample_unpack(op->arena, op->looked[4], &sample) != DL_OK)
        return DL_OK;
    *ret_holds = dl_site_reads_alike(&guess, &site, &sample);
    return DL_OK;
}

/* A page or article that was read while it was looked at: material and reading together. */
static enum dl_err take_reading(dl_writer *w, struct op *op, yyjson_val *head, dl_str kind)
{
    struct dl_identity identity;
    struct dl_taken taken;
    if (!dl_identity_read(head, &identity) && !dl_identity_read(op->request, &identity))
        identity = (struct dl_identity){0};
    DL_TRY(take_one(w, op, kind, dl_json_get_str(head, "site"), &identity, &taken));
    if (taken.seq == 0) return DL_OK;
    bool behind;
    DL_TRY(dl_ledger_document_is_behind(w->ledger, taken.document, taken.seq, &behind));
    if (behind) return DL_OK; /* read again, in its turn */
    bool holds;
    DL_TRY(site_holds(w, op, &taken, &holds));
    if (!holds) return DL_OK; /* read again, with what is known of its site */
    enum dl_err err = dl_writer_put_parts(w, op->found, taken.seq, op->looked);
    if (err == DL_OK) dl_writer_entry_ended(w, taken.seq, DL_END_READ, DL_OK, "");
    /* What cannot be stored is read again the ordinary way, which counts its tries. */
    return dl_err_class(err) == DL_CLASS_REJECT ? DL_OK : err;
}

void dl_writer_look_damaged(struct op *op)
{
    op->look_error = DL_ERR_CRASHED;
    snprintf(op->look_why, sizeof op->look_why, "%s", DL_DAMAGED);
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        op->looked[i] = (dl_str){NULL, 0};
}

/* Nothing could be read from it: it is kept with its bytes and the reason. */
static enum dl_err take_failure(dl_writer *w, struct op *op)
{
    struct dl_identity identity;
    struct dl_taken taken;
    if (!dl_identity_read(op->request, &identity)) identity = (struct dl_identity){0};
    DL_TRY(take_one(w, op, DL_STR("page"), (dl_str){NULL, 0}, &identity, &taken));
    bool holds = true;
    if (taken.seq != 0 && op->look_error == DL_ERR_EMPTY) DL_TRY(site_holds(w, op, &taken, &holds));
    if (!holds) return DL_OK; /* read again, with what is known of its site */
    dl_op_error(op, op->look_error, op->look_why);
    if (taken.seq == 0) return DL_OK;
    bool final = false;
    while (!final)
        DL_TRY(dl_ledger_read_failed(w->ledger, taken.seq, op->look_error, dl_str_c(op->look_why),
                                     &final));
    bool rejected = dl_err_class(op->look_error) == DL_CLASS_REJECT;
    op->n_errors = 0; /* told with the entry */
    dl_writer_entry_ended(w, taken.seq, rejected ? DL_END_REJECTED : DL_END_QUARANTINED,
                          op->look_error, op->look_why);
    return DL_OK;
}

static enum dl_err take_list(dl_writer *w, struct op *op, yyjson_val *head)
{
    struct dl_identity identity;
    if (!dl_identity_read(op->request, &identity) && !dl_identity_read(head, &identity))
        identity = (struct dl_identity){0};
    dl_str channel = dl_json_get_str(op->request, "channel");
    struct dl_items_from from = {
        .channel = channel.n > 0 ? channel : DL_STR("file"),
        .seen_by_ms = dl_writer_seen(op->request, "seen_by"),
        .undated = !dl_writer_is_dated(op->request),
    };
    DL_TRY(
        dl_writer_outlet(w, op->request, &identity, dl_json_get_str(head, "title"), &from.outlet));
    return dl_writer_take_items(w, op, &from);
}

static enum dl_err take_ingest(dl_writer *w, struct op *op)
{
    struct dl_identity identity;
    struct dl_taken taken;
    if (op->looked[0].n == 0 && op->look_error == DL_OK) {
        if (!dl_identity_read(op->request, &identity)) return DL_ERR_STATE;
        return take_one(w, op, dl_json_get_str(op->request, "kind"), (dl_str){NULL, 0}, &identity,
                        &taken);
    }
    if (op->look_error != DL_OK) return take_failure(w, op);
    yyjson_doc *doc;
    dl_str text = op->looked[5].n > 0 ? op->looked[5] : op->looked[0];
    if (dl_json_read(op->found, text, &doc, NULL) != DL_OK) {
        dl_writer_look_damaged(op);
        return take_failure(w, op);
    }
    yyjson_val *head = op->head = yyjson_doc_get_root(doc);
    dl_str material = dl_json_get_str(head, "material");
    bool is_list = dl_str_eq_c(material, "feed") || dl_str_eq_c(material, "sitemap");
    if (is_list && !dl_writer_list_is_sound(op)) {
        dl_writer_look_damaged(op);
        return take_failure(w, op);
    }
    if (is_list) return take_list(w, op, head);
    bool is_article = dl_str_eq_c(material, "article");
    return take_reading(w, op, head, is_article ? DL_STR("article") : DL_STR("page"));
}

enum dl_err dl_writer_take_ops(dl_writer *w, struct line *ret_taken)
{
    for (size_t i = 0; i < DL_WRITER_TURN_OPS; i++) {
        /* One more op may need as much again. */
        DL_TRY(dl_pool_step(w->pool)); /* readers go on meanwhile */
        bool full = dl_arena_used(w->turn) > DL_WRITER_TURN_MEMORY / 2;
        struct op *op = NULL;
        if (!full) DL_TRY(dl_writer_next_op(w, &op));
        if (op == NULL) return DL_OK;
        op->in_turn = true;
        enum dl_err err = op->type == DL_REQUEST_INGEST    ? take_ingest(w, op)
                          : op->type == DL_REQUEST_FETCHED ? dl_writer_take_fetched(w, op)
                          : is_of_hub(op->type)            ? dl_writer_take_hub(w, op)
                          : op->type == DL_REQUEST_WORK    ? dl_writer_take_work(w, op)
                          : op->type == DL_REQUEST_DECIDE  ? dl_writer_take_decision(w, op)
                                                           : dl_writer_take_sources(w, op);
        dl_line_put(ret_taken, op);
        DL_TRY(err);
    }
    return DL_OK;
}

/* --- the answer --------------------------------------------------------------------------- */

static void put_errors(yyjson_mut_doc *json, yyjson_mut_val *o, const struct op *op)
{
    if (op->n_errors == 0) return;
    yyjson_mut_val *list = dl_json_arr(json, o, "errors");
    for (size_t i = 0; i < op->n_errors; i++) {
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_c(json, row, "code", dl_err_name(op->errors[i].code));
        dl_json_c(json, row, "message", op->errors[i].message);
    }
}

/* Addresses that a sitemap lists: the client fetches them. */
static void put_lists(yyjson_mut_doc *json, yyjson_mut_val *o, struct op *op)
{
    yyjson_doc *doc;
    if (op->looked[0].n == 0) return;
    yyjson_val *head = op->head;
    if (head == NULL) {
        if (dl_json_read(op->found, op->looked[0], &doc, NULL) != DL_OK) return;
        head = yyjson_doc_get_root(doc);
    }
    dl_json_str(json, o, "kind", dl_json_get_str(head, "material"));
    static const char *const lists[] = {"sitemaps", "pages"};
    for (size_t i = 0; i < 2; i++) {
        yyjson_val *list = yyjson_obj_get(head, lists[i]);
        if (yyjson_arr_size(list) > 0)
            yyjson_mut_obj_add_val(json, o, lists[i], yyjson_val_mut_copy(json, list));
    }
}

static void put_counts(yyjson_mut_doc *json, yyjson_mut_val *o, const struct op *op)
{
    if (op->type == DL_REQUEST_SOURCES) {
        dl_writer_answer_sources(op, json, o);
        return;
    }
    dl_json_int(json, o, "items", (int64_t)op->items);
    dl_json_int(json, o, "new", (int64_t)op->fresh);
    dl_json_int(json, o, "changed", (int64_t)op->changed);
    dl_json_int(json, o, "duplicate", (int64_t)op->duplicate);
    dl_json_int(json, o, "read", (int64_t)op->read);
    dl_json_int(json, o, "rejected", (int64_t)op->rejected);
    dl_json_int(json, o, "quarantined", (int64_t)op->quarantined);
}

static void answer(dl_writer *w, struct op *op)
{
    if (op->refused != DL_OK || op->reply.n > 0) {
        dl_str why = op->reply.n > 0 ? op->reply : dl_str_c(dl_err_text(op->refused));
        dl_requests_answer(w->requests, op->token, op->refused, why);
        op_free(w, op);
        return;
    }
    yyjson_mut_doc *json = dl_json_new(op->arena);
    if (json == NULL) {
        refuse(w, op->token, DL_ERR_NOMEM, "");
        op_free(w, op);
        return;
    }
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    put_counts(json, o, op);
    char hex[DL_ID_HEX + 1];
    dl_id_hex(&op->id, hex);
    if (op->document != 0 && op->items == 1) dl_json_c(json, o, "document", hex);
    put_errors(json, o, op);
    put_lists(json, o, op);
    dl_str text = dl_writer_json(json, op->arena);
    dl_requests_answer(w->requests, op->token, text.n > 0 ? DL_OK : DL_ERR_NOMEM, text);
    op_free(w, op);
}

void dl_writer_answer_ops(dl_writer *w, struct line *taken)
{
    /* An ingest waits for its reading; who fetches or lists sources only for the commit. */
    for (struct op *op; (op = dl_line_take(taken)) != NULL;) {
        op->in_turn = false;
        if (op->waiting == 0) answer(w, op);
    }
}

void dl_writer_entry_ended(dl_writer *w, int64_t seq, enum dl_entry_end end, enum dl_err code,
                           const char *why)
{
    struct op *op = waited_for(w, seq);
    w->stories_behind = true;
    if (op == NULL) return;
    op->waiting--;
    op->read += end == DL_END_READ;
    op->rejected += end == DL_END_REJECTED;
    op->quarantined += end == DL_END_QUARANTINED;
    if (end != DL_END_READ) dl_op_error(op, code, why);
    if (op->waiting == 0 && !op->in_turn) answer(w, op);
}
