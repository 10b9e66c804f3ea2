/* WARC 1.0 and 1.1 and ARC 1 and 2, plain, gzip or zstd, as a pull iterator over a descriptor.
 *
 *     dl_warc *w;
 *     if (dl_warc_open(fd, NULL, &w) != DL_OK) ...
 *     struct dl_warc_record r;
 *     while ((err = dl_warc_next(w, &r)) == DL_OK)
 *         if (r.error == DL_OK && r.status == 200 && dl_warc_body(w, &r, &body, &diag) == DL_OK)
 * ... dl_warc_close(w);                          the loop's end: err == DL_ERR_NOT_FOUND
 *
 * Any input ends, and none is silently short: what is damaged or cut comes as a record with
 * `error` (with what could still be read of it), then reading goes on at the next sound record.
 * All slices live until the next call of dl_warc_next. Memory is bounded: windows of
 * DL_WARC_BLOCK_MAX for file and decompressed data; a larger block is a record with error too_big,
 * its digests checked all the same. Time is linear: what is read again after damage has a budget.
 * Files and pipes; the descriptor is the caller's. Not thread-safe: one reader per thread.
 * Sources: ISO 28500:2017, ARC file format (Internet Archive), WARC zstd profile (IIPC). */
#ifndef DL_FEED_WARC_H
#define DL_FEED_WARC_H

#include "base/time.h"

enum {
    DL_WARC_BODY_MAX = 16 << 20,                      /* decoded body, DESIGN 7 */
    DL_WARC_HEADER_MAX = 64 << 10,                    /* headers of a record, of HTTP */
    DL_WARC_BLOCK_MAX = DL_WARC_BODY_MAX + (1 << 20), /* a block with its headers */
};

enum dl_warc_digest { DL_DIGEST_NONE, DL_DIGEST_OK, DL_DIGEST_WRONG };

struct dl_warc_record {
    uint64_t offset, length; /* in the file as stored, up to the next record; for compressed files
                                of the member; length 0: not known (a member of many records) */
    dl_str type;             /* "response", "request", "warcinfo" …; ARC records are "response" */
    dl_str id, uri;          /* without <> */
    dl_str date_text;
    dl_time date;         /* WARC-Date: when it was fetched */
    int status;           /* of the HTTP response; 0: none */
    dl_str content_type;  /* of the HTTP response, else of the record; with its parameters */
    dl_str truncated;     /* WARC-Truncated, the reason */
    dl_str refers_to_uri; /* of a revisit: WARC-Refers-To-Target-URI */
    dl_str http_headers;  /* status line and header lines; empty: no HTTP message */
    dl_str body;          /* as stored: behind the HTTP headers, else the whole block */
    enum dl_warc_digest payload_digest, block_digest;
    enum dl_err error;     /* DL_OK: sound */
    uint64_t error_offset; /* where in the file as stored it was noticed */
    char message[120];     /* of the error */
};

typedef struct dl_warc dl_warc;

struct dl_warc_options {
    bool skip_digests; /* saves their time where nobody looks at the verdict */
    uint64_t start;    /* offset of the record to begin with; only for what can be sought in */
};

/* options: NULL for all defaults. */
enum dl_err dl_warc_open(int fd, const struct dl_warc_options *options,
                         dl_warc **ret_warc) DL_MUST_USE;
void dl_warc_close(dl_warc *warc); /* NULL ok */
/* DL_ERR_NOT_FOUND at the end; DL_ERR_IO and DL_ERR_NOMEM end the reading too. */
enum dl_err dl_warc_next(dl_warc *warc, struct dl_warc_record *ret_record) DL_MUST_USE;
/* The body as a browser would see it: transfer and content coding undone. Valid until the next
 * call of either function. Errors as dl_inflate(); then *ret_body is untouched. */
enum dl_err dl_warc_body(dl_warc *warc, const struct dl_warc_record *record, dl_str *ret_body,
                         struct dl_diag *diag) DL_MUST_USE;

#endif
