#include "cmd/ingest.h"

#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"

enum {
    ANSWER_MEMORY = 64 << 20,
    FOREVER_MS = 600000, /* a look at the clock, no limit: the writer answers or goes away */
};

/* Sent, not yet answered; kept to be sent again. */
struct sent {
    uint64_t id; /* 0: free */
    dl_buf json, bytes, name, list_url;
    uint64_t weight;
    enum dl_request_type type;
};

struct dl_ingest {
    dl_local *local;
    dl_archive *archive; /* NULL: none is wanted */
    dl_arena *arena;     /* reset for each request and answer */
    struct sent sent[DL_INGEST_WINDOW];
    size_t n_sent, sent_bytes;
    struct dl_ingest_counts counts;
    struct dl_progress progress;
    dl_ingest_found found;
    void *found_ctx;
};

enum dl_err dl_ingest_open(const struct dl_local_options *options, dl_ingest **ret_ingest,
                           struct dl_diag *diag)
{
    dl_arena_keep_memory();
    dl_ingest *in = calloc(1, sizeof *in);
    if (in == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < DL_INGEST_WINDOW; i++) {
        dl_buf_init(&in->sent[i].json, 1 << 20);
        dl_buf_init(&in->sent[i].bytes, DL_FRAME_MAX_PART);
        dl_buf_init(&in->sent[i].name, 1 << 16);
        dl_buf_init(&in->sent[i].list_url, 1 << 20);
    }
    static const char *const names[] = {"new", "changed", "duplicate", "rejected", "quarantined"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        in->progress.counts[i].name = names[i];
    in->arena = dl_arena_new(ANSWER_MEMORY);
    enum dl_err err = in->arena == NULL ? DL_ERR_NOMEM : dl_local_open(options, &in->local, diag);
    if (err != DL_OK) {
        dl_ingest_close(in);
        return err;
    }
    *ret_ingest = in;
    return DL_OK;
}

void dl_ingest_set_archive(dl_ingest *in, dl_archive *archive)
{
    in->archive = archive;
}

void dl_ingest_close(dl_ingest *in)
{
    if (in == NULL) return;
    dl_progress_end(&in->progress);
    dl_local_close(in->local);
    for (size_t i = 0; i < DL_INGEST_WINDOW; i++) {
        dl_buf_free(&in->sent[i].json);
        dl_buf_free(&in->sent[i].bytes);
        dl_buf_free(&in->sent[i].name);
        dl_buf_free(&in->sent[i].list_url);
    }
    dl_arena_free(in->arena);
    free(in);
}

void dl_ingest_on_found(dl_ingest *in, dl_ingest_found fn, void *ctx)
{
    in->found = fn;
    in->found_ctx = ctx;
}

const struct dl_ingest_counts *dl_ingest_counts(const dl_ingest *in)
{
    return &in->counts;
}

struct dl_progress *dl_ingest_progress(dl_ingest *in)
{
    return &in->progress;
}

/* --- failures on standard output ---------------------------------------------------------- */

static void print_error(dl_ingest *in, dl_str name, const char *code, dl_str message)
{
    yyjson_mut_doc *json = dl_json_new(in->arena);
    dl_buf line = DL_BUF_INIT(1 << 20);
    if (json == NULL) return;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "input", dl_utf8_repair(in->arena, name));
    yyjson_mut_val *e = dl_json_obj(json, o, "error");
    dl_json_c(json, e, "code", code);
    dl_json_str(json, e, "message", dl_utf8_repair(in->arena, message));
    dl_progress_end(&in->progress);
    if (dl_json_line(json, in->arena, &line) == DL_OK &&
        dl_io_write_fd(STDOUT_FILENO, line.p, line.n) != DL_OK)
        in->counts.failed++;
    dl_buf_free(&line);
}

void dl_ingest_failed(dl_ingest *in, dl_str name, enum dl_err err, const struct dl_diag *diag)
{
    bool told = diag != NULL && diag->message[0] != '\0';
    in->counts.inputs++;
    in->counts.failed++;
    print_error(in, name, dl_err_name(err), dl_str_c(told ? diag->message : dl_err_text(err)));
    dl_arena_reset(in->arena);
}

/* --- answers ------------------------------------------------------------------------------ */

static uint64_t number(yyjson_val *answer, const char *key)
{
    int64_t n = dl_json_get_int(answer, key, 0);
    return n > 0 ? (uint64_t)n : 0;
}

static void count(dl_ingest *in, yyjson_val *answer)
{
    struct dl_ingest_counts *c = &in->counts;
    c->items += number(answer, "items");
    c->fresh += number(answer, "new");
    c->changed += number(answer, "changed");
    c->duplicate += number(answer, "duplicate");
    c->read += number(answer, "read");
    c->rejected += number(answer, "rejected");
    c->quarantined += number(answer, "quarantined");
    const uint64_t shown[] = {c->fresh, c->changed, c->duplicate, c->rejected, c->quarantined};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        in->progress.counts[i].n = shown[i];
    in->progress.done = c->items;
}

static void tell_found(dl_ingest *in, dl_str from, yyjson_val *list, bool is_sitemap)
{
    size_t i, n;
    yyjson_val *url;
    yyjson_arr_foreach(list, i, n, url)
    {
        if (in->found != NULL && from.n > 0)
            in->found(in->found_ctx, from, dl_json_val_str(url), is_sitemap);
    }
}

static void take_answer(dl_ingest *in, struct sent *s, const struct dl_frame *frame)
{
    yyjson_doc *doc;
    dl_str name = dl_buf_slice(&s->name);
    in->counts.inputs++;
    in->progress.done_bytes += s->weight;
    if (frame->error != DL_OK) {
        in->counts.failed++;
        print_error(in, name, dl_err_name((enum dl_err)frame->error), frame->part[0]);
    } else if (dl_json_read(in->arena, frame->part[0], &doc, NULL) == DL_OK) {
        yyjson_val *answer = yyjson_doc_get_root(doc), *error;
        size_t i, n;
        count(in, answer);
        yyjson_arr_foreach(yyjson_obj_get(answer, "errors"), i, n, error)
        {
            dl_str code = dl_json_get_str(error, "code");
            print_error(in, name, dl_str_cstr(in->arena, code), dl_json_get_str(error, "message"));
        }
        dl_str from = dl_buf_slice(&s->list_url);
        tell_found(in, from, yyjson_obj_get(answer, "sitemaps"), true);
        tell_found(in, from, yyjson_obj_get(answer, "pages"), false);
    }
    s->id = 0;
    in->n_sent--;
    in->sent_bytes -= s->bytes.n;
    dl_arena_reset(in->arena);
}

static enum dl_err put(dl_ingest *in, struct sent *s)
{
    return dl_asker_send(dl_local_asker(in->local), s->type, dl_buf_slice(&s->json),
                         dl_buf_slice(&s->bytes), &s->id);
}

/* In the order of their ids, as they were sent. */
static enum dl_err put_all_again(dl_ingest *in)
{
    uint64_t after = 0;
    struct sent *order[DL_INGEST_WINDOW];
    size_t n = 0;
    for (;;) {
        struct sent *next = NULL;
        for (size_t i = 0; i < DL_INGEST_WINDOW; i++) {
            struct sent *s = &in->sent[i];
            if (s->id > after && (next == NULL || s->id < next->id)) next = s;
        }
        if (next == NULL) break;
        after = next->id;
        order[n++] = next;
    }
    for (size_t i = 0; i < n; i++)
        DL_TRY(put(in, order[i]));
    return DL_OK;
}

static enum dl_err reopen(dl_ingest *in, struct dl_diag *diag)
{
    for (;;) {
        DL_TRY(dl_local_reopen(in->local, diag));
        enum dl_err err = put_all_again(in);
        if (err != DL_ERR_NETWORK) return err;
    }
}

/* One answer; over a lost writer too. */
static enum dl_err next_answer(dl_ingest *in, struct dl_diag *diag)
{
    struct dl_frame frame;
    enum dl_err err = dl_asker_next(dl_local_asker(in->local), FOREVER_MS, &frame);
    if (err == DL_ERR_NETWORK) return reopen(in, diag);
    if (err == DL_ERR_BUSY) return DL_OK;
    DL_TRY(err);
    for (size_t i = 0; i < DL_INGEST_WINDOW; i++)
        if (in->sent[i].id == frame.id) {
            take_answer(in, &in->sent[i], &frame);
            break;
        }
    dl_progress_tick(&in->progress);
    return DL_OK;
}

/* --- requests ----------------------------------------------------------------------------- */

static enum dl_err request_json(dl_ingest *in, const struct dl_ingest_facts *f, dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(in->arena);
    if (json == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "kind", f->kind);
    dl_json_str(json, o, "url", f->url);
    dl_json_str(json, o, "content_type", f->content_type);
    dl_json_str(json, o, "channel", f->channel);
    dl_json_str(json, o, "outlet", f->outlet);
    dl_json_str(json, o, "outlet_name", f->outlet_name);
    dl_json_str(json, o, "outlet_kind", f->outlet_kind);
    dl_json_str(json, o, "country", f->country);
    dl_json_str(json, o, "language", f->language);
    if (f->seen_by_ms > 0) dl_json_int(json, o, "seen_by", f->seen_by_ms);
    if (f->fetched) dl_archive_mark(in->archive, json, o);
    struct dl_identity id;
    dl_identity_of(in->arena, f->url, f->guid, &id);
    if (id.url.n + id.guid.n > 0) dl_identity_json(&id, json, o);
    enum dl_err err = dl_json_line(json, in->arena, out);
    dl_arena_reset(in->arena);
    return err;
}

static enum dl_err free_place(dl_ingest *in, dl_str bytes, struct sent **ret_place,
                              struct dl_diag *diag)
{
    while (in->n_sent == DL_INGEST_WINDOW ||
           (in->n_sent > 0 && in->sent_bytes + bytes.n > DL_INGEST_WINDOW_BYTES))
        DL_TRY(next_answer(in, diag));
    struct sent *s = in->sent;
    while (s->id != 0)
        s++;
    dl_buf_reset(&s->json);
    dl_buf_reset(&s->bytes);
    dl_buf_reset(&s->name);
    dl_buf_reset(&s->list_url);
    *ret_place = s;
    return DL_OK;
}

static enum dl_err send_place(dl_ingest *in, struct sent *s, uint64_t weight, struct dl_diag *diag)
{
    s->weight = weight;
    s->id = UINT64_MAX; /* the last one, should it have to be sent again */
    in->n_sent++;
    in->sent_bytes += s->bytes.n;
    enum dl_err err = put(in, s);
    return err == DL_ERR_NETWORK ? reopen(in, diag) : err;
}

enum dl_err dl_ingest_send_request(dl_ingest *in, enum dl_request_type type, dl_str name,
                                   uint64_t weight, dl_str json, dl_str bytes, struct dl_diag *diag)
{
    struct sent *s;
    DL_TRY(free_place(in, bytes, &s, diag));
    s->type = type;
    dl_buf_str(&s->json, json);
    dl_buf_str(&s->bytes, bytes);
    dl_buf_str(&s->name, name);
    DL_TRY(dl_buf_failed(&s->json));
    DL_TRY(dl_buf_failed(&s->bytes));
    return send_place(in, s, weight, diag);
}

enum dl_err dl_ingest_send(dl_ingest *in, const struct dl_ingest_facts *facts, dl_str bytes,
                           struct dl_diag *diag)
{
    struct sent *s;
    DL_TRY(free_place(in, bytes, &s, diag));
    s->type = DL_REQUEST_INGEST;
    dl_buf_str(&s->bytes, bytes);
    dl_buf_str(&s->name, facts->name);
    dl_buf_str(&s->list_url, facts->list_url);
    enum dl_err made = request_json(in, facts, &s->json);
    if (made == DL_OK) made = dl_buf_failed(&s->bytes);
    if (made == DL_OK) made = dl_buf_failed(&s->name);
    if (made == DL_OK) made = dl_buf_failed(&s->list_url);
    if (dl_err_class(made) == DL_CLASS_REJECT) { /* its fields are too long: its own trouble */
        dl_ingest_failed(in, facts->name, made, NULL);
        return DL_OK;
    }
    DL_TRY(made);
    if (facts->fetched)
        dl_archive_told(in->archive, DL_ARCHIVE_INGEST_TYPE, facts->url, dl_buf_slice(&s->json),
                        (dl_str){NULL, 0}, bytes);
    return send_place(in, s, facts->weight, diag);
}

enum dl_err dl_ingest_drain(dl_ingest *in, struct dl_diag *diag)
{
    while (in->n_sent > 0)
        DL_TRY(next_answer(in, diag));
    return DL_OK;
}

enum dl_err dl_ingest_settle(dl_ingest *in, struct dl_diag *diag)
{
    struct dl_frame answer;
    for (;;) {
        DL_TRY(dl_ingest_drain(in, diag));
        enum dl_err err = dl_asker_ask(dl_local_asker(in->local), DL_REQUEST_SETTLED, DL_STR("{}"),
                                       (dl_str){NULL, 0}, &answer, diag);
        if (err != DL_ERR_NETWORK) return err;
        DL_TRY(reopen(in, diag));
    }
}
