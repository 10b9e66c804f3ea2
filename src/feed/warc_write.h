/* WARC 1.1 files for others to read: .warc.gz (a gzip member a record), .warc.zst (a frame a
 * record, without a dictionary), .warc.
 *
 *     dl_warc_writer_new(&options, &w, &diag)
 *     dl_warc_writer_begin(w, now);            records that belong together stand in one file
 *     dl_warc_writer_add(w, &record); ...
 *     dl_warc_writer_end(w, &diag);            one write(2) for all of them
 *
 * A file begins with a warcinfo record and ends when it is larger than file_max; the next group
 * opens another, NAME-YYYYMMDDhhmmssmmm-SERIAL-PID.warc.gz, so that names stand in order of time.
 * A file is never opened again: what a killed process cut is the end of its file, and readers find
 * everything before it. A write that fails (disk full) is taken back and closes the file; the
 * group is lost, the next one tries a new file.
 * dl_warc_writer_sync() makes what was written so far survive a power cut.
 *
 * Digests are SHA-256 in base32. Values of headers are made harmless: controls are %-escaped in
 * addresses and left out elsewhere. Errors: IO, TOO_BIG (a group past DL_WARC_GROUP_MAX), NOMEM,
 * with words. Not thread-safe. Sources: ISO 28500:2017; WARC zstd profile (IIPC). */
#ifndef DL_FEED_WARC_WRITE_H
#define DL_FEED_WARC_WRITE_H

#include "base/str.h"

enum dl_warc_format { DL_WARC_GZIP, DL_WARC_ZSTD, DL_WARC_PLAIN };

enum {
    DL_WARC_FILE_MAX = 1000000000, /* bytes: what archives hand around */
    DL_WARC_GROUP_MAX = 64 << 20,  /* an answer of 16 MiB that does not compress, six heads, ours */
    DL_WARC_ID = 48,               /* "urn:uuid:…" and a NUL */
};

#define DL_WARC_SAME_PAYLOAD "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#define DL_WARC_NOT_MODIFIED "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

struct dl_warc_writer_options {
    const char *dir;  /* is there */
    const char *name; /* how file names begin: letters, digits, dashes */
    enum dl_warc_format format;
    uint64_t file_max; /* 0: DL_WARC_FILE_MAX */
    dl_str software;   /* of the warcinfo record */
    dl_str info;       /* further lines of it, "name: value\r\n" each; may be empty */
};

/* Empty slices: no such header. The block is head and body one after the other. */
struct dl_warc_out {
    dl_str type; /* request response revisit metadata */
    dl_str id;   /* from dl_warc_new_id() */
    dl_str uri, content_type;
    int64_t date_ms; /* since 1970 */
    dl_str head, body;
    dl_str payload_digest; /* "sha256:…", from dl_warc_digest_of(); of a revisit, that of the
                              original */
    dl_str ip, truncated, concurrent_to;
    dl_str profile, refers_to, refers_to_uri; /* of a revisit */
    int64_t refers_to_ms;
};

typedef struct dl_warc_writer dl_warc_writer;

/* Opens no file yet; options are copied. */
enum dl_err dl_warc_writer_new(const struct dl_warc_writer_options *options,
                               dl_warc_writer **ret_writer, struct dl_diag *diag) DL_MUST_USE;
void dl_warc_writer_free(dl_warc_writer *writer); /* syncs; NULL ok */

/* A new file where the last one is full: *ret_new_file, and what was remembered of it is void. */
enum dl_err dl_warc_writer_begin(dl_warc_writer *writer, int64_t now_ms, bool *ret_new_file,
                                 struct dl_diag *diag) DL_MUST_USE;
void dl_warc_writer_add(dl_warc_writer *writer, const struct dl_warc_out *record);
enum dl_err dl_warc_writer_end(dl_warc_writer *writer, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_warc_writer_sync(dl_warc_writer *writer, struct dl_diag *diag) DL_MUST_USE;
uint64_t dl_warc_writer_bytes(const dl_warc_writer *writer);   /* of all files so far */
const char *dl_warc_writer_path(const dl_warc_writer *writer); /* of the open file; "" none */

void dl_warc_new_id(char ret_id[DL_WARC_ID]);
/* "sha256:BASE32" in the arena. */
dl_str dl_warc_digest_of(dl_arena *arena, dl_str bytes);

/* The head of an answer as it came, for a body that lies decoded behind it: Content-Encoding,
 * Transfer-Encoding and Content-Length are kept as X-Crawler-…, the true length is added, HTTP/2
 * and 3 are written as HTTP/1.1, which all readers know, and the end is one empty line.
 * body_n < 0: no length is added (a redirect whose body nobody kept). */
dl_str dl_warc_answer_head(dl_arena *arena, dl_str head, int64_t body_n);
/* The head of a request as it was sent, without what opens doors: Authorization,
 * Proxy-Authorization and Cookie are named and not told. */
dl_str dl_warc_request_head(dl_arena *arena, dl_str head);

#endif
