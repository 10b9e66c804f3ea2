/* What the fetcher got, as WARC files: evidence for others, and everything a store is made from.
 *
 * Each fetch is a group of records in one file: of an answer that the writer is told, a metadata
 * record that holds what it is told (docs/archive.md has its fields); of each redirect and of the
 * last answer a request and a response. robots.txt is there too. What says the same as an answer in
 * the same file is a revisit.
 * An archive that cannot be written is told in the log, and again when it can: no article is lost
 * by it. Single thread; NULL is an archive that nobody wants, everywhere. */
#ifndef DL_QUEUE_ARCHIVE_H
#define DL_QUEUE_ARCHIVE_H

#include "base/json.h"
#include "feed/warc_write.h"
#include "net/client.h"

#define DL_ARCHIVE_FETCHED_TYPE "application/vnd.dateline.fetched+json"
#define DL_ARCHIVE_INGEST_TYPE  "application/vnd.dateline.ingest+json"

enum { DL_ARCHIVE_SYNC_MS = 2000 }; /* a power cut loses so much of the archive, not of the store */

typedef struct dl_archive dl_archive;

struct dl_archive_options {
    const char *dir; /* made when it is not there */
    enum dl_warc_format format;
    uint64_t file_max;   /* 0: DL_WARC_FILE_MAX */
    const char *process; /* "serve", "ingest": of the file's name */
    bool want_pages;     /* the pages behind items are fetched */
};

enum dl_err dl_archive_open(const struct dl_archive_options *options, dl_archive **ret_archive,
                            struct dl_diag *diag) DL_MUST_USE;
void dl_archive_close(dl_archive *archive);
bool dl_archive_format_named(const char *name, enum dl_warc_format *ret_format); /* gz zst */

/* An answer that nobody is told of: robots.txt. */
void dl_archive_plain(dl_archive *archive, const struct dl_response *response);
/* The answer that the next dl_archive_told() is about; it lives until then. */
void dl_archive_answer(dl_archive *archive, const struct dl_response *response);
/* What the request to the writer needs to be replayed. */
void dl_archive_mark(const dl_archive *archive, yyjson_mut_doc *json, yyjson_mut_val *object);
/* told: JSON of the request to the writer; source: names of its feed or document, from WORK;
 * body: the request's bytes. type: DL_ARCHIVE_…_TYPE. */
void dl_archive_told(dl_archive *archive, const char *type, dl_str url, dl_str told, dl_str source,
                     dl_str body);
/* From the loop: syncs when it is time. */
void dl_archive_step(dl_archive *archive);

#endif
