#include "queue/archive.h"

#include <unistd.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/log.h"
#include "base/map.h"
#include "base/time.h"
#include "feed/warc.h"
#include "net/polite.h"

enum {
    KNOWN_MEMORY = 32 << 20, /* answers of a file, for revisits: 100,000 */
    KNOWN_LEAST = 512,       /* bytes: a shorter body costs less than a revisit */
    SCRATCH = 96 << 20,      /* a body, and heads of six hops */
    HEAD_MOST = 60 << 10,    /* readers take 64 KiB, our lines included */
    AGAIN_MS = 10 * 1000,    /* after a failure */
    FORMAT_VERSION = 1,
};

struct known {
    char id[DL_WARC_ID];
    int64_t at_ms;
};

struct dl_archive {
    struct dl_archive_options options;
    dl_warc_writer *writer;
    dl_arena *scratch, *known_arena;
    dl_map known; /* URL and digest to struct known */
    const struct dl_response *answer;
    int64_t synced_ms, failed_ms; /* monotonic; 0: not failed */
    uint64_t lost;
};

bool dl_archive_format_named(const char *name, enum dl_warc_format *ret_format)
{
    *ret_format = DL_WARC_GZIP;
    if (name == NULL || strcmp(name, "gz") == 0) return true;
    *ret_format = DL_WARC_ZSTD;
    return strcmp(name, "zst") == 0;
}

/* --- a group ------------------------------------------------------------------------------ */

static void failed(dl_archive *a, const struct dl_diag *diag)
{
    a->lost++;
    if (a->failed_ms == 0)
        dl_log(DL_LOG_ERROR, "the archive cannot be written; fetching goes on", "why=%s",
               dl_log_text(dl_str_c(diag->message)));
    a->failed_ms = dl_monotonic_ms();
}

static void works_again(dl_archive *a)
{
    if (a->failed_ms == 0) return;
    dl_log(DL_LOG_WARNING, "the archive is written again", "answers_not_in_it=%llu",
           (unsigned long long)a->lost);
    a->failed_ms = 0;
    a->lost = 0;
}

static void forget(dl_archive *a)
{
    dl_arena_reset(a->known_arena);
    dl_map_init(&a->known, a->known_arena);
}

static bool begin(dl_archive *a)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    bool fresh = false;
    dl_arena_reset(a->scratch);
    if (a->failed_ms != 0 && dl_monotonic_ms() - a->failed_ms < AGAIN_MS) {
        a->lost++;
        return false;
    }
    if (dl_warc_writer_begin(a->writer, dl_now_ms(), &fresh, &diag) != DL_OK) {
        failed(a, &diag);
        return false;
    }
    if (fresh) forget(a);
    return true;
}

static bool end(dl_archive *a)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    bool good = dl_warc_writer_end(a->writer, &diag) == DL_OK;
    if (good) {
        works_again(a);
    } else {
        failed(a, &diag);
        forget(a); /* it may name what is not there */
    }
    dl_arena_reset(a->scratch);
    return good;
}

static dl_str new_id(dl_archive *a)
{
    char *id = dl_alloc(a->scratch, DL_WARC_ID);
    if (id == NULL) return (dl_str){NULL, 0};
    dl_warc_new_id(id);
    return dl_str_c(id);
}

static void put_request(dl_archive *a, const struct dl_heads *heads, dl_str url, dl_str ip,
                        int64_t at_ms, dl_str concurrent_to)
{
    if (heads->sent.n == 0) return;
    struct dl_warc_out r = {
        .type = DL_STR("request"),
        .id = new_id(a),
        .uri = url,
        .date_ms = at_ms,
        .ip = ip,
        .content_type = DL_STR("application/http;msgtype=request"),
        .head = dl_warc_request_head(a->scratch, heads->sent),
        .concurrent_to = concurrent_to,
    };
    dl_warc_writer_add(a->writer, &r);
}

/* A head that no reader would take stands shortened to its status line and what it is of. */
static dl_str answer_head(dl_archive *a, dl_str received, int64_t body_n)
{
    dl_str head = dl_warc_answer_head(a->scratch, received, body_n);
    if (head.n <= HEAD_MOST) return head;
    return dl_warc_answer_head(a->scratch, dl_str_sub(received, 0, dl_str_chr(received, '\n', 0)),
                               body_n);
}

static void put_hops(dl_archive *a, const struct dl_response *r, int64_t at_ms)
{
    for (size_t i = 0; i < r->n_hops; i++) {
        const struct dl_hop *hop = &r->hops[i];
        if (hop->heads.received.n == 0) continue;
        struct dl_warc_out out = {
            .type = DL_STR("response"),
            .id = new_id(a),
            .uri = hop->url,
            .date_ms = at_ms,
            .ip = dl_str_c(hop->address),
            .content_type = DL_STR("application/http;msgtype=response"),
            .head = answer_head(a, hop->heads.received, hop->wire_bytes > 0 ? -1 : 0),
            .truncated = hop->wire_bytes > 0 ? DL_STR("unspecified") : (dl_str){NULL, 0},
        };
        put_request(a, &hop->heads, hop->url, out.ip, at_ms, out.id);
        dl_warc_writer_add(a->writer, &out);
    }
}

static dl_str key_of(dl_archive *a, dl_str url, dl_str digest)
{
    return dl_str_fmt(a->scratch, "%.*s %.*s", DL_FMT(digest), DL_FMT(url));
}

static void remember(dl_archive *a, dl_str key, dl_str id, int64_t at_ms)
{
    struct known *known = DL_NEW(a->known_arena, struct known);
    dl_str kept = dl_str_dup(a->known_arena, key);
    if (known == NULL || kept.n == 0) return; /* enough is known: later ones are written out */
    snprintf(known->id, sizeof known->id, "%.*s", DL_FMT(id));
    known->at_ms = at_ms;
    if (dl_map_set(&a->known, kept, known) != DL_OK) known->at_ms = 0;
}

static void make_revisit(struct dl_warc_out *out, const struct known *known)
{
    out->type = DL_STR("revisit");
    out->profile = DL_STR(DL_WARC_SAME_PAYLOAD);
    out->refers_to = dl_str_c(known->id);
    out->refers_to_uri = out->uri;
    out->refers_to_ms = known->at_ms;
    out->body = (dl_str){NULL, 0};
}

/* The last answer; what a cut one brought is not kept by the client. */
static void put_answer(dl_archive *a, const struct dl_response *r, dl_str id, int64_t at_ms)
{
    struct dl_warc_out out = {
        .type = DL_STR("response"),
        .id = id,
        .uri = r->url,
        .date_ms = at_ms,
        .ip = dl_str_c(r->address),
        .content_type = DL_STR("application/http;msgtype=response"),
        .body = r->err == DL_OK ? r->body : (dl_str){NULL, 0},
        .truncated = r->err == DL_OK ? (dl_str){NULL, 0} : DL_STR("unspecified"),
    };
    out.head = answer_head(a, r->heads.received, (int64_t)out.body.n);
    out.payload_digest = dl_warc_digest_of(a->scratch, out.body);
    dl_str key = key_of(a, r->url, out.payload_digest);
    const struct known *known = dl_map_get(&a->known, key);
    if (r->status == 304) {
        out.type = DL_STR("revisit");
        out.profile = DL_STR(DL_WARC_NOT_MODIFIED);
        out.payload_digest = (dl_str){NULL, 0};
    } else if (known != NULL && known->at_ms != 0 && out.body.n >= KNOWN_LEAST) {
        make_revisit(&out, known);
    } else if (out.body.n >= KNOWN_LEAST) {
        remember(a, key, id, at_ms);
    }
    put_request(a, &r->heads, r->url, out.ip, at_ms, id);
    dl_warc_writer_add(a->writer, &out);
}

static bool has_answer(const struct dl_response *r)
{
    return r != NULL && r->heads.received.n > 0;
}

void dl_archive_plain(dl_archive *a, const struct dl_response *r)
{
    if (a == NULL || (r->n_hops == 0 && !has_answer(r)) || !begin(a)) return;
    int64_t at_ms = dl_now_ms();
    put_hops(a, r, at_ms);
    if (has_answer(r)) put_answer(a, r, new_id(a), at_ms);
    end(a);
}

/* --- what the writer is told -------------------------------------------------------------- */

void dl_archive_answer(dl_archive *a, const struct dl_response *response)
{
    if (a != NULL) a->answer = response;
}

void dl_archive_mark(const dl_archive *a, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    if (a == NULL) return;
    dl_json_bool(json, object, "ordered", true);
    if (a->options.want_pages) dl_json_bool(json, object, "pages", true);
}

static dl_str hex_of(dl_arena *arena, dl_str bytes)
{
    dl_id id = dl_sha256(bytes);
    return dl_id_str(arena, &id);
}

static dl_str metadata(dl_archive *a, dl_str told, dl_str source, dl_str body, dl_str answer_id)
{
    yyjson_doc *doc;
    yyjson_mut_doc *json = dl_json_new(a->scratch);
    if (json == NULL || dl_json_read(a->scratch, told, &doc, NULL) != DL_OK)
        return (dl_str){NULL, 0};
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_int(json, o, "version", FORMAT_VERSION);
    dl_json_str(json, o, "source", source);
    dl_json_str(json, o, "answer", answer_id);
    if (body.n > 0) dl_json_str(json, o, "sha256", hex_of(a->scratch, body));
    yyjson_mut_val *request = yyjson_val_mut_copy(json, yyjson_doc_get_root(doc));
    if (request == NULL || !yyjson_mut_obj_add_val(json, o, "request", request))
        return (dl_str){NULL, 0};
    dl_str text = {NULL, 0};
    return dl_json_text(json, a->scratch, &text) == DL_OK ? text : (dl_str){NULL, 0};
}

void dl_archive_told(dl_archive *a, const char *type, dl_str url, dl_str told, dl_str source,
                     dl_str body)
{
    if (a == NULL) return;
    const struct dl_response *r = a->answer;
    a->answer = NULL;
    if (!begin(a)) return;
    int64_t at_ms = dl_now_ms();
    dl_str answer_id = has_answer(r) ? new_id(a) : (dl_str){NULL, 0};
    struct dl_warc_out out = {
        .type = DL_STR("metadata"),
        .id = new_id(a),
        .uri = url,
        .date_ms = at_ms,
        .content_type = dl_str_c(type),
        .body = metadata(a, told, source, body, answer_id),
        .concurrent_to = answer_id,
    };
    dl_warc_writer_add(a->writer, &out);
    if (r != NULL) put_hops(a, r, at_ms);
    if (has_answer(r)) put_answer(a, r, answer_id, at_ms);
    end(a);
}

void dl_archive_step(dl_archive *a)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (a == NULL || dl_monotonic_ms() - a->synced_ms < DL_ARCHIVE_SYNC_MS) return;
    if (dl_warc_writer_sync(a->writer, &diag) != DL_OK) failed(a, &diag);
    a->synced_ms = dl_monotonic_ms();
}

/* --- life --------------------------------------------------------------------------------- */

static const char info[] =
    "robots: obeyed\r\n"
    "isPartOf: dateline-archive/1\r\n"
    "description: bodies are stored decoded, X-Crawler- headers tell how they "
    "came; metadata records hold what the store was told\r\n";

enum dl_err dl_archive_open(const struct dl_archive_options *options, dl_archive **ret_archive,
                            struct dl_diag *diag)
{
    char name[64];
    DL_TRY(dl_io_make_dirs(options->dir, diag));
    dl_archive *a = calloc(1, sizeof *a);
    if (a == NULL) return DL_ERR_NOMEM;
    a->options = *options;
    a->scratch = dl_arena_new(SCRATCH);
    a->known_arena = dl_arena_new(KNOWN_MEMORY);
    snprintf(name, sizeof name, "dateline-%s", options->process);
    struct dl_warc_writer_options writer = {.dir = options->dir,
                                            .name = name,
                                            .format = options->format,
                                            .file_max = options->file_max,
                                            .software = DL_STR(DL_USER_AGENT),
                                            .info = dl_str_c(info)};
    enum dl_err err = a->scratch == NULL || a->known_arena == NULL
                          ? DL_ERR_NOMEM
                          : dl_warc_writer_new(&writer, &a->writer, diag);
    if (err != DL_OK) {
        dl_archive_close(a);
        return err;
    }
    dl_map_init(&a->known, a->known_arena);
    *ret_archive = a;
    return DL_OK;
}

void dl_archive_close(dl_archive *a)
{
    if (a == NULL) return;
    dl_warc_writer_free(a->writer);
    dl_arena_free(a->scratch);
    dl_arena_free(a->known_arena);
    free(a);
}
