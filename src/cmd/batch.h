/* Stage commands: many documents in, one JSON line each out, in input order.
 *
 * The input is files, folders ("-" or nothing: standard input) or, with --batch FILE, NDJSON
 * documents. A command with DL_EGRESS_OPTION (cmd/web_input.h) takes addresses among the files,
 * too; they are fetched here, politely, one after the other. Each document goes to fn in a
 * sandboxed reader process (--in-process: in this one); what fn put into `object` is printed behind
 * "input". An error becomes
 * {"input": …, "error": {"code", "message"}} and exit code 4; the other documents go on. */
#ifndef DL_CMD_BATCH_H
#define DL_CMD_BATCH_H

#include "base/json.h"
#include "cmd/cli.h"

enum { DL_BATCH_MAX_DOC = 16 << 20 }; /* decoded body, DESIGN 7 */

struct dl_batch_doc {
    dl_str input;             /* path as given, "-" or the batch document's id */
    dl_str body;              /* the file's bytes; empty for a batch document */
    yyjson_val *fields;       /* the batch document's object, NULL for a file */
    dl_str url, content_type; /* of what was fetched; empty for files and batch documents */
    dl_buf *plain;            /* what fn writes here is printed in place of the JSON line */
};

/* Adds the stage's fields to object. Runs in a reader: no files, no network, no clock. ctx is
 * what it was before the readers were forked; changes to it are lost. */
typedef enum dl_err (*dl_batch_fn)(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                                   yyjson_mut_doc *json, yyjson_mut_val *object,
                                   struct dl_diag *diag);

/* The options every stage command has; put them at the end of its options. */
#define DL_BATCH_OPTIONS                                                                           \
    {"batch", 'b', "FILE", "read NDJSON documents from FILE (- = standard input)"},                \
        {"threads", 't', "N", "reader processes for more than one document (default: all cores)"}, \
    {                                                                                              \
        "in-process", 0, NULL, "read in this process, without sandbox (for debugging)"             \
    }

/* The fields url and body_base64 of a batch document. */
enum dl_err dl_batch_body(dl_arena *arena, yyjson_val *fields, dl_str *ret_body, dl_str *ret_url,
                          struct dl_diag *diag) DL_MUST_USE;

int dl_batch_run(struct dl_cli *cli, dl_batch_fn fn, void *ctx);

#endif
