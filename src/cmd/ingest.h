/* Sending documents to the writer: many at once, each until it is answered.
 *
 * A writer that goes away (killed, restarted, another command's) is looked for again, and what was
 * not answered is sent again; requests are idempotent, so nothing comes twice. Failed inputs are
 * printed as lines of the contract on standard output. Single thread. */
#ifndef DL_CMD_INGEST_H
#define DL_CMD_INGEST_H

#include "base/json.h"
#include "cmd/progress.h"
#include "queue/archive.h"
#include "queue/identity.h"
#include "queue/local.h"

enum {
    DL_INGEST_WINDOW = 160,            /* requests not yet answered */
    DL_INGEST_WINDOW_BYTES = 32 << 20, /* and their bodies */
    DL_INGEST_BODY_MAX = 16 << 20,     /* DESIGN 7 */
};

/* What the contract lets a person or a line of NDJSON say of a document. Empty: not told. */
struct dl_ingest_facts {
    dl_str name; /* shown in errors */
    dl_str kind, url, content_type, channel;
    dl_str outlet, outlet_name, outlet_kind, country, language;
    dl_str guid;
    dl_str list_url; /* address of what was fetched: then what it lists is told */
    int64_t seen_by_ms;
    bool fetched;    /* now, from url: told to the archive, too */
    uint64_t weight; /* bytes of the input it stands for, for the progress */
};

struct dl_ingest_counts {
    uint64_t inputs, items, fresh, changed, duplicate, read, rejected, quarantined, failed;
};

/* A sitemap that was sent with a list_url names an address; for who can fetch it. Comes from inside
 * dl_ingest_send and the like: it must not call them. */
typedef void (*dl_ingest_found)(void *ctx, dl_str list_url, dl_str url, bool is_sitemap);

typedef struct dl_ingest dl_ingest;
enum dl_err dl_ingest_open(const struct dl_local_options *options, dl_ingest **ret_ingest,
                           struct dl_diag *diag) DL_MUST_USE;
void dl_ingest_close(dl_ingest *ingest); /* NULL ok; what is not answered is forgotten */
void dl_ingest_on_found(dl_ingest *ingest, dl_ingest_found fn, void *ctx);

/* What is fetched is told to it (queue/archive.h). */
void dl_ingest_set_archive(dl_ingest *ingest, dl_archive *archive);
/* Copies; waits while the window is full. Errors: the writer is gone for good. */
enum dl_err dl_ingest_send(dl_ingest *ingest, const struct dl_ingest_facts *facts, dl_str bytes,
                           struct dl_diag *diag) DL_MUST_USE;
/* A request that is already JSON, as it was told once (cmd/replay.h). */
enum dl_err dl_ingest_send_request(dl_ingest *ingest, enum dl_request_type type, dl_str name,
                                   uint64_t weight, dl_str json, dl_str bytes,
                                   struct dl_diag *diag) DL_MUST_USE;
/* An input that could not even be read. */
void dl_ingest_failed(dl_ingest *ingest, dl_str name, enum dl_err err, const struct dl_diag *diag);
/* Until all that was sent is answered. */
enum dl_err dl_ingest_drain(dl_ingest *ingest, struct dl_diag *diag) DL_MUST_USE;
/* Until all is answered and in its story. */
enum dl_err dl_ingest_settle(dl_ingest *ingest, struct dl_diag *diag) DL_MUST_USE;
const struct dl_ingest_counts *dl_ingest_counts(const dl_ingest *ingest);
struct dl_progress *dl_ingest_progress(dl_ingest *ingest);

#endif
