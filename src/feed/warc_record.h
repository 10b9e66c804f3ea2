/* Headers of WARC and ARC records: bytes in, fields out. Used by feed/warc.h only. */
#ifndef DL_FEED_WARC_RECORD_H
#define DL_FEED_WARC_RECORD_H

#include "feed/warc.h"

enum dl_warc_kind { DL_WARC_NONE, DL_WARC_WARC, DL_WARC_ARC };

struct dl_warc_head {
    enum dl_warc_kind kind;
    size_t n;        /* bytes of the header, with the line that ends it */
    uint64_t length; /* of the block */
    dl_str content_type, payload_digest, block_digest;
};

/* What begins at the start of s, as far as the first bytes tell: a version line, or (when is_arc:
 * the file is an ARC) a URL record line. */
enum dl_warc_kind dl_warc_begins(dl_str s, bool is_arc);
/* Fills the fields of record that the header gives; strings are copied into the arena.
 * DL_ERR_SYNTAX, DL_ERR_TRUNCATED (s ends inside the header), DL_ERR_TOO_BIG, each with message. */
enum dl_err dl_warc_head_parse(dl_arena *arena, dl_str s, bool is_arc,
                               struct dl_warc_head *ret_head,
                               struct dl_warc_record *record) DL_MUST_USE;
/* Sets code and message of a record. */
enum dl_err dl_warc_fail(struct dl_warc_record *record, enum dl_err err, const char *format, ...)
    DL_PRINTF(3, 4);
/* Status, content type and body of an HTTP response out of the (start of a) block. */
void dl_warc_http(dl_arena *arena, struct dl_warc_record *record, const struct dl_warc_head *head,
                  dl_str block);

#endif
