#include "cmd/replay.h"

#include "base/hash.h"
#include "base/map.h"
#include "queue/archive.h"

enum {
    RECORD_MEMORY = 32 << 20, /* JSON of a record, parsed and written again */
    BODIES_MEMORY = 64 << 20, /* places of bodies: 500,000 */
};

struct dl_replay {
    dl_ingest *ingest;
    int fd;
    bool is_ours;
    dl_arena *arena, *bodies_arena;
    dl_map64 bodies; /* first 8 bytes of the digest to the offset of the record, plus one */
    /* Told, its body still to come. */
    bool waits;
    enum dl_request_type type;
    dl_buf request, answer_id;
    dl_id digest;
};

dl_replay *dl_replay_new(dl_ingest *ingest, int fd)
{
    dl_replay *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    r->ingest = ingest;
    r->fd = fd;
    r->arena = dl_arena_new(RECORD_MEMORY);
    r->bodies_arena = dl_arena_new(BODIES_MEMORY);
    dl_buf_init(&r->request, 1 << 20);
    dl_buf_init(&r->answer_id, 1 << 10);
    if (r->arena != NULL && r->bodies_arena != NULL) {
        dl_map64_init(&r->bodies, r->bodies_arena);
        return r;
    }
    dl_replay_free(r, (dl_str){NULL, 0});
    return NULL;
}

static void body_is_missing(dl_replay *r, dl_str name)
{
    struct dl_diag why = {.pos = DL_NO_POS};
    if (!r->waits) return;
    r->waits = false;
    dl_fail(&why, DL_ERR_TRUNCATED, DL_NO_POS, "the archive lacks the answer %.*s",
            DL_FMT(dl_buf_slice(&r->answer_id)));
    dl_ingest_failed(r->ingest, name, DL_ERR_TRUNCATED, &why);
}

void dl_replay_free(dl_replay *r, dl_str name)
{
    if (r == NULL) return;
    body_is_missing(r, name);
    dl_buf_free(&r->request);
    dl_buf_free(&r->answer_id);
    dl_arena_free(r->arena);
    dl_arena_free(r->bodies_arena);
    free(r);
}

/* --- what was told ------------------------------------------------------------------------ */

/* The request again, with the names of its feed or document in place of their numbers then. */
static enum dl_err make_request(dl_replay *r, yyjson_val *o)
{
    yyjson_doc *doc;
    yyjson_val *request = yyjson_obj_get(o, "request");
    dl_str source = dl_json_get_str(o, "source");
    yyjson_mut_doc *json = dl_json_new(r->arena);
    if (!yyjson_is_obj(request)) return DL_ERR_SYNTAX;
    if (json == NULL) return dl_arena_failed(r->arena);
    yyjson_mut_val *root = yyjson_val_mut_copy(json, request), *recorded;
    if (source.n > 0 && source.p[0] == '{') {
        DL_TRY(dl_json_read(r->arena, source, &doc, NULL));
        recorded = yyjson_val_mut_copy(json, yyjson_doc_get_root(doc));
    } else {
        recorded = yyjson_mut_strn(json, source.p != NULL ? source.p : "", source.n);
    }
    if (root == NULL || recorded == NULL) return DL_ERR_NOMEM;
    yyjson_mut_doc_set_root(json, root);
    if (r->type == DL_REQUEST_FETCHED && !yyjson_mut_obj_add_val(json, root, "recorded", recorded))
        return DL_ERR_NOMEM;
    dl_buf_reset(&r->request);
    return dl_json_line(json, r->arena, &r->request);
}

static enum dl_err tell(dl_replay *r, dl_str name, uint64_t weight, dl_str body,
                        struct dl_diag *diag)
{
    r->waits = false;
    return dl_ingest_send_request(r->ingest, r->type, name, weight, dl_buf_slice(&r->request), body,
                                  diag);
}

/* --- its body ----------------------------------------------------------------------------- */

static uint64_t key_of(const dl_id *digest)
{
    uint64_t key;
    memcpy(&key, digest->b, sizeof key);
    return key;
}

static void remember(dl_replay *r, const dl_id *digest, uint64_t offset)
{
    uint64_t *at = dl_map64_at(&r->bodies, key_of(digest));
    if (at != NULL) *at = offset + 1;
}

/* An answer that is told of behind it, as commands do, who fetch first. */
static void remember_plain(dl_replay *r, dl_warc *warc, const struct dl_warc_record *record)
{
    struct dl_diag diag;
    dl_str body;
    if (record->status != 200 || !dl_str_eq_c(record->type, "response")) return;
    if (dl_warc_body(warc, record, &body, &diag) != DL_OK) return;
    dl_id digest = dl_sha256(body);
    remember(r, &digest, record->offset);
}

static enum dl_err tell_body(dl_replay *r, dl_str name, uint64_t weight, dl_warc *warc,
                             const struct dl_warc_record *record, struct dl_diag *diag)
{
    struct dl_diag why = {.pos = DL_NO_POS};
    dl_str body;
    enum dl_err err = dl_warc_body(warc, record, &body, &why);
    if (err == DL_OK) {
        dl_id digest = dl_sha256(body);
        if (!dl_id_eq(&digest, &r->digest))
            err = dl_fail(&why, DL_ERR_CORRUPT, DL_NO_POS, "the body is not the one that was told");
    }
    if (err == DL_OK) return tell(r, name, weight, body, diag);
    r->waits = false;
    dl_ingest_failed(r->ingest, name, err, &why);
    return DL_OK;
}

/* The same was answered before, in this file. */
static enum dl_err tell_earlier(dl_replay *r, dl_str name, uint64_t weight, struct dl_diag *diag)
{
    uint64_t *at = dl_map64_get(&r->bodies, key_of(&r->digest));
    struct dl_warc_options options = {.start = at != NULL ? *at - 1 : 0};
    struct dl_warc_record record;
    dl_warc *warc;
    if (at == NULL) {
        body_is_missing(r, name);
        return DL_OK;
    }
    DL_TRY(dl_warc_open(r->fd, &options, &warc));
    enum dl_err err = dl_warc_next(warc, &record);
    if (err != DL_OK || record.offset != options.start) {
        body_is_missing(r, name); /* a pipe cannot be read twice */
        err = DL_OK;
    } else {
        err = tell_body(r, name, weight, warc, &record, diag);
    }
    dl_warc_close(warc);
    return err;
}

/* --- records ------------------------------------------------------------------------------ */

static enum dl_err take_told(dl_replay *r, dl_str name, const struct dl_warc_record *record,
                             struct dl_diag *diag)
{
    yyjson_doc *doc;
    struct dl_diag why = {.pos = DL_NO_POS};
    body_is_missing(r, name);
    enum dl_err err = dl_json_read(r->arena, record->body, &doc, &why);
    yyjson_val *o = err == DL_OK ? yyjson_doc_get_root(doc) : NULL;
    if (err == DL_OK) err = make_request(r, o);
    if (err != DL_OK) {
        dl_ingest_failed(r->ingest, name, err, &why);
        return DL_OK;
    }
    dl_str digest = dl_json_get_str(o, "sha256");
    if (digest.n == 0) return tell(r, name, record->length, (dl_str){NULL, 0}, diag);
    dl_str answer = dl_json_get_str(o, "answer");
    dl_buf_reset(&r->answer_id);
    dl_buf_str(&r->answer_id, answer);
    r->waits = dl_id_parse(digest, &r->digest);
    if (!r->waits || answer.n > 0) return DL_OK;
    return tell_earlier(r, name, record->length, diag); /* its answer stands before it */
}

static bool is_type(dl_str content_type, const char *type)
{
    return dl_str_istarts(content_type, type);
}

enum dl_err dl_replay_record(dl_replay *r, dl_str name, dl_warc *warc,
                             const struct dl_warc_record *record, bool *ret_taken,
                             struct dl_diag *diag)
{
    dl_arena_reset(r->arena);
    *ret_taken = false;
    if (record->error != DL_OK) return DL_OK; /* who reads tells of it */
    if (dl_str_eq_c(record->type, "warcinfo"))
        r->is_ours = dl_str_find_c(record->body, "isPartOf: dateline-archive/1", 0) != DL_NO_POS;
    bool fetched = is_type(record->content_type, DL_ARCHIVE_FETCHED_TYPE);
    bool ingested = is_type(record->content_type, DL_ARCHIVE_INGEST_TYPE);
    if (dl_str_eq_c(record->type, "metadata") && (fetched || ingested)) {
        r->is_ours = *ret_taken = true;
        r->type = fetched ? DL_REQUEST_FETCHED : DL_REQUEST_INGEST;
        return take_told(r, name, record, diag);
    }
    if (!r->is_ours) return DL_OK;
    *ret_taken = true;
    if (!r->waits || !dl_str_eq(record->id, dl_buf_slice(&r->answer_id))) {
        remember_plain(r, warc, record);
        return DL_OK;
    }
    if (dl_str_eq_c(record->type, "revisit")) return tell_earlier(r, name, record->length, diag);
    remember(r, &r->digest, record->offset);
    return tell_body(r, name, record->length, warc, record, diag);
}
