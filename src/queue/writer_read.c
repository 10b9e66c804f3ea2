/* Entries to readers, readings into the ledger. */
#include "page/rights.h"
#include "queue/signals.h"
#include "queue/writer_private.h"
#include "store/ledger_site.h"
#include "story/sayings.h"

enum {
    WORKS_MORE = 12,        /* marked ahead of the readers, so that they never wait for a turn */
    WORK_MEMORY = 16 << 20, /* what is asked of a reader, beside the bytes */
    HEAD_MEMORY = 32 << 20,
};

dl_str dl_writer_json(yyjson_mut_doc *json, dl_arena *arena)
{
    dl_str text = {NULL, 0};
    return dl_json_text(json, arena, &text) == DL_OK ? text : (dl_str){NULL, 0};
}

static void work_free(dl_writer *w, struct work *work)
{
    struct work **at = &w->first_work;
    while (*at != work)
        at = &(*at)->next_work;
    *at = work->next_work;
    if (*at == NULL) w->last_work = at;
    dl_buf_free(&work->buf);
    dl_arena_free(work->arena);
    dl_arena_free(work->found);
    free(work);
    w->works--;
}

/* --- into the readers --------------------------------------------------------------------- */

static dl_str facts_of_work(struct work *work)
{
    yyjson_mut_doc *json = dl_json_new(work->arena);
    if (json == NULL) return (dl_str){NULL, 0};
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    const struct dl_entry *e = &work->entry;
    dl_json_str(json, o, "kind", e->kind);
    dl_json_str(json, o, "url", e->url);
    dl_json_str(json, o, "content_type", work->content_type);
    dl_json_str(json, o, "outlet_name", e->outlet_name);
    dl_json_str(json, o, "country", e->country);
    dl_json_str(json, o, "language", e->language);
    dl_json_int(json, o, "seen_by", e->fetched_ms);
    dl_json_str(json, o, "signals", work->signals);
    return dl_writer_json(json, work->arena);
}

static dl_str facts_of_op(struct op *op)
{
    yyjson_mut_doc *json = dl_json_new(op->arena);
    if (json == NULL) return (dl_str){NULL, 0};
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    static const char *const copied[] = {"kind",        "url",     "content_type",
                                         "outlet_name", "country", "language"};
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        dl_json_str(json, o, copied[i], dl_json_get_str(op->request, copied[i]));
    if (dl_writer_is_dated(op->request))
        dl_json_int(json, o, "seen_by", dl_writer_seen(op->request, "seen_by"));
    dl_json_str(json, o, "signals",
                dl_signals_line(op->arena, yyjson_obj_get(op->request, "signals")));
    return dl_writer_json(json, op->arena);
}

static enum dl_err submit(dl_writer *w, enum dl_job_type type, dl_str facts, dl_str bytes,
                          dl_str site, struct op *op, struct work *work)
{
    struct job *job = malloc(sizeof *job);
    if (job == NULL || facts.n == 0) {
        free(job);
        return DL_ERR_NOMEM;
    }
    *job = (struct job){w, op, work};
    const dl_str parts[DL_FRAME_PARTS] = {facts, bytes, site};
    return dl_pool_submit_kept(w->pool, type, parts, job); /* op and work live until it is done */
}

/* What its page will most likely be read with; whether it was right is known when it has its place
 * in the ledger. */
static enum dl_err site_of_op(dl_writer *w, struct op *op)
{
    struct dl_identity id;
    if (op->type != DL_REQUEST_INGEST || op->looks > 0) return DL_OK;
    if (!dl_identity_read(op->request, &id)) return DL_OK;
    return dl_ledger_site_newest(w->ledger, op->arena, id.host, &op->site);
}

enum dl_err dl_writer_submit(dl_writer *w)
{
    while (dl_pool_has_room(w->pool)) {
        struct work *work = dl_line_take(&w->marked);
        if (work != NULL) {
            DL_TRY(
                submit(w, DL_JOB_ENTRY, facts_of_work(work), work->bytes, work->site, NULL, work));
            continue;
        }
        struct op *op = dl_line_take(&w->looks);
        if (op == NULL) return DL_OK;
        DL_TRY(site_of_op(w, op));
        DL_TRY(submit(w, DL_JOB_LOOK, facts_of_op(op), op->bytes, op->site, op, NULL));
    }
    return DL_OK;
}

/* --- out of the readers ------------------------------------------------------------------- */

/* An answer that says nothing is none. */
static enum dl_err keep_parts(const struct dl_frame *answer, dl_arena **arena,
                              dl_str ret_parts[DL_FRAME_PARTS])
{
    dl_arena_free(*arena); /* of a try before */
    *arena = dl_arena_new(DL_WRITER_FOUND_MEMORY);
    if (*arena == NULL) return DL_ERR_NOMEM;
    if (dl_str_trim(answer->part[0]).n == 0) return DL_ERR_CRASHED;
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        ret_parts[i] = dl_str_dup(*arena, answer->part[i]);
    return dl_arena_failed(*arena);
}

static void damaged(struct work *work)
{
    work->error = DL_ERR_CRASHED;
    snprintf(work->why, sizeof work->why, "%s", DL_DAMAGED);
}

static void look_done(dl_writer *w, struct op *op, const struct dl_frame *answer,
                      const struct dl_diag *diag)
{
    op->look_error = (enum dl_err)answer->error;
    snprintf(op->look_why, sizeof op->look_why, "%s", diag->message);
    if (op->look_error == DL_OK) {
        op->look_error = keep_parts(answer, &op->found, op->looked);
        if (op->look_error != DL_OK) dl_writer_look_damaged(op);
    }
    bool again = op->look_error != DL_OK && dl_err_class(op->look_error) != DL_CLASS_REJECT &&
                 ++op->looks < DL_WRITER_LOOKS_MAX;
    if (again)
        dl_line_put(&w->looks, op);
    else
        dl_writer_op_ready(w, op);
}

void dl_writer_job_done(void *ctx, void *job_, const struct dl_frame *answer,
                        const struct dl_diag *diag)
{
    struct job job = *(struct job *)job_;
    dl_writer *w = ctx;
    free(job_);
    if (job.op != NULL) {
        look_done(w, job.op, answer, diag);
    } else {
        struct work *work = job.work;
        work->error = (enum dl_err)answer->error;
        snprintf(work->why, sizeof work->why, "%s", diag->message);
        if (work->error == DL_OK && keep_parts(answer, &work->found, work->parts) != DL_OK)
            damaged(work);
        dl_line_put(&w->read, work);
    }
    enum dl_err err = dl_writer_submit(w);
    if (err != DL_OK) w->failed = err;
}

/* What cannot be stored is an error of the reader, which a page may have taken over. */
enum dl_err dl_writer_put_parts(dl_writer *w, dl_arena *arena, int64_t seq,
                                const dl_str parts[DL_FRAME_PARTS])
{
    struct dl_features features;
    struct dl_sayings sayings;
    yyjson_doc *doc;
    DL_TRY(dl_json_read(arena, parts[0], &doc, NULL));
    yyjson_val *extract = yyjson_doc_get_root(doc);
    DL_TRY(dl_features_unpack(arena, parts[3], &features));
    if (parts[6].n > 0) DL_TRY(dl_sayings_unpack(arena, parts[6], &sayings));
    struct dl_identity own = {0};
    if (!dl_identity_read(extract, &own)) own.url = (dl_str){NULL, 0};
    struct dl_reading r = {
        .title = dl_json_get_str(extract, "title"),
        .subtitle = dl_json_get_str(extract, "subtitle"),
        .text = parts[1],
        .language = dl_json_get_str(extract, "language"),
        .section = dl_json_get_str(extract, "section"),
        .canonical = own.url,
        .extract = parts[0],
        .extract_is_json = true,
        .analyse = parts[2],
        .features = parts[3],
        .sayings = parts[6],
        .sample = parts[4],
        .version_extract = DL_EXTRACT_VERSION,
        .version_analyse = DL_ANALYSE_VERSION,
        .version_features = DL_FEATURES_VERSION,
        .version_sayings = DL_SAYINGS_VERSION,
    };
    r.rights = dl_rights_bits(yyjson_obj_get(extract, "rights"));
    if (!dl_json_get_time(extract, "published", &r.published)) r.published = (dl_time){0};
    return dl_ledger_read_done(w->ledger, arena, seq, &r);
}

static bool is_the_readers_fault(enum dl_err err)
{
    return err == DL_ERR_ENCODING || err == DL_ERR_SYNTAX || err == DL_ERR_VERSION ||
           err == DL_ERR_CORRUPT || err == DL_ERR_TOO_DEEP || err == DL_ERR_TOO_BIG ||
           err == DL_ERR_EMPTY;
}

/* Into the ledger; *ret_again: it failed and is tried once more. */
static enum dl_err put_reading(dl_writer *w, struct work *work, bool *ret_again)
{
    *ret_again = false;
    if (work->error == DL_OK) {
        enum dl_err err = dl_writer_put_parts(w, work->found, work->entry.seq, work->parts);
        if (err == DL_OK || !is_the_readers_fault(err)) return err;
        damaged(work);
    }
    bool final = true;
    DL_TRY(dl_ledger_read_failed(w->ledger, work->entry.seq, work->error, dl_str_c(work->why),
                                 &final));
    *ret_again = !final;
    return DL_OK;
}

/* Readers end in any order; of one document what came first is told first, so that the newest is
 * shown and the same entries give the same revisions. */
static bool is_first_of_document(const dl_writer *w, const struct work *work)
{
    for (const struct work *before = w->first_work; before != work; before = before->next_work)
        if (!before->ended && before->entry.document == work->entry.document) return false;
    return true;
}

static enum dl_err put_or_hold(dl_writer *w, struct work *work, struct line *ret_ended)
{
    bool again;
    if (!is_first_of_document(w, work)) {
        dl_line_put(&w->held, work);
        return DL_OK;
    }
    DL_TRY(put_reading(w, work, &again));
    work->entry.tries++;
    work->ended = !again;
    dl_line_put(again ? &w->tries : ret_ended, work);
    return DL_OK;
}

enum dl_err dl_writer_put_readings(dl_writer *w, struct line *ret_ended)
{
    for (struct work *work; (work = dl_line_take(&w->read)) != NULL;) {
        DL_TRY(dl_pool_step(w->pool)); /* readers go on meanwhile */
        DL_TRY(put_or_hold(w, work, ret_ended));
    }
    /* In the order in which they came, as far as what stood before them is told now. */
    for (size_t n = 0; n != w->held.n;) {
        n = w->held.n;
        for (size_t i = 0; i < n; i++)
            DL_TRY(put_or_hold(w, dl_line_take(&w->held), ret_ended));
    }
    return DL_OK;
}

/* --- out of the ledger -------------------------------------------------------------------- */

static dl_str copied(dl_arena *arena, dl_str s)
{
    return s.n > 0 ? dl_str_dup(arena, s) : (dl_str){NULL, 0};
}

/* Where its site stands; its line, when pages before it are still to be read. */
static enum dl_err line_of(dl_writer *w, struct work *work, struct line **ret_line)
{
    bool ready = true;
    *ret_line = &w->read;
    if (work->error != DL_OK) return DL_OK;
    DL_TRY(dl_ledger_site_memory(w->ledger, work->arena, work->entry.site, work->entry.nth, &ready,
                                 &work->site));
    *ret_line = ready ? &w->tries : &w->early;
    return DL_OK;
}

/* A page's record starts with a line that holds its media type. */
static void open_record(struct work *work)
{
    work->bytes = dl_buf_slice(&work->buf);
    if (!dl_str_eq_c(work->entry.kind, "page")) return;
    size_t end = dl_str_chr(work->bytes, '\n', 0);
    if (end == DL_NO_POS) return;
    size_t tab = dl_str_chr(dl_str_sub(work->bytes, 0, end), '\t', 0);
    work->content_type = dl_str_sub(work->bytes, 0, tab < end ? tab : end);
    if (tab < end) work->signals = dl_str_sub(work->bytes, tab + 1, end);
    work->bytes = dl_str_sub(work->bytes, end + 1, work->bytes.n);
}

static enum dl_err work_of(dl_writer *w, const struct dl_entry *entry, struct work **ret_work)
{
    struct work *work = calloc(1, sizeof *work);
    dl_arena *arena = dl_arena_new(WORK_MEMORY);
    if (work == NULL || arena == NULL) {
        free(work);
        dl_arena_free(arena);
        return DL_ERR_NOMEM;
    }
    *work = (struct work){.arena = arena, .entry = *entry, .buf = DL_BUF_INIT(DL_FRAME_MAX_PART)};
    work->entry.kind = copied(arena, entry->kind);
    work->entry.outlet = copied(arena, entry->outlet);
    work->entry.outlet_name = copied(arena, entry->outlet_name);
    work->entry.url = copied(arena, entry->url);
    work->entry.country = copied(arena, entry->country);
    work->entry.language = copied(arena, entry->language);
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_spool_read(dl_ledger_spool(w->ledger), entry->place, &work->buf, &diag);
    if (err == DL_OK) {
        open_record(work);
    } else { /* damaged bytes are this entry's end, not ours */
        work->error = err;
        snprintf(work->why, sizeof work->why, "%s", diag.message);
    }
    *ret_work = work;
    *w->last_work = work;
    w->last_work = &work->next_work;
    w->works++;
    return DL_OK;
}

static enum dl_err pick_up(dl_writer *w)
{
    size_t most = w->options->readers * DL_POOL_DEPTH + WORKS_MORE;
    if (!w->more_pending || w->works >= most) return DL_OK;
    dl_entries entries;
    size_t limit = most - w->works;
    DL_TRY(dl_ledger_pending(w->ledger, w->turn, w->last_seq, limit, &entries));
    w->more_pending = entries.n == limit;
    for (size_t i = 0; i < entries.n; i++) {
        struct work *work;
        DL_TRY(work_of(w, &entries.p[i], &work));
        w->last_seq = entries.p[i].seq;
        struct line *line;
        DL_TRY(line_of(w, work, &line));
        dl_line_put(line, work);
    }
    return DL_OK;
}

enum dl_err dl_writer_mark(dl_writer *w, struct line *ret_marked)
{
    for (size_t n = w->early.n; n > 0; n--) {
        struct line *line;
        struct work *work = dl_line_take(&w->early);
        DL_TRY(line_of(w, work, &line));
        dl_line_put(line, work);
    }
    DL_TRY(pick_up(w));
    for (struct work *work; (work = dl_line_take(&w->tries)) != NULL;) {
        DL_TRY(dl_ledger_try(w->ledger, work->entry.seq));
        dl_line_put(ret_marked, work);
    }
    return DL_OK;
}

static void ended(dl_writer *w, struct work *work)
{
    enum dl_entry_end end = work->error == DL_OK                           ? DL_END_READ
                            : dl_err_class(work->error) == DL_CLASS_REJECT ? DL_END_REJECTED
                                                                           : DL_END_QUARANTINED;
    dl_writer_entry_ended(w, work->entry.seq, end, work->error, work->why);
    work_free(w, work);
}

void dl_writer_after_readings(dl_writer *w, struct line *ended_works, struct line *marked)
{
    for (struct work *work; (work = dl_line_take(ended_works)) != NULL;)
        ended(w, work);
    for (struct work *work; (work = dl_line_take(marked)) != NULL;) {
        work->error = DL_OK;
        dl_line_put(&w->marked, work);
    }
}
