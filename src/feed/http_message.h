/* HTTP responses as archives keep them: status line, header lines, body.
 *
 * Header lines may be folded and may end in bare line feeds; the first of a name wins. Nothing is
 * copied but values that were folded. Source: RFC 9112. */
#ifndef DL_FEED_HTTP_MESSAGE_H
#define DL_FEED_HTTP_MESSAGE_H

#include "base/str.h"

struct dl_http {
    int status;     /* 100-999 */
    dl_str headers; /* status line and header lines, without the empty line */
    dl_str body;    /* as sent */
    dl_str content_type, content_encoding, transfer_encoding;
};

/* false: it is no HTTP response, or its headers do not end within max_headers. */
bool dl_http_split(dl_str message, size_t max_headers, struct dl_http *ret_http);
/* Next "name: value" of header lines; folded lines are joined in the arena. false at the end; a
 * line that is no header gives an empty name. */
bool dl_http_field(dl_arena *arena, dl_str *rest, dl_str *ret_name, dl_str *ret_value);
/* Position behind the empty line that ends a header block; DL_NO_POS when there is none. */
size_t dl_http_headers_end(dl_str s);
/* DL_ERR_SYNTAX when body is not chunked at all, DL_ERR_TRUNCATED (with what there was in out)
 * when it ends early. */
enum dl_err dl_http_dechunk(dl_str body, dl_buf *out) DL_MUST_USE;
/* Transfer and content coding undone. What declares a coding that it does not have is taken as it
 * is: archives often keep bodies decoded. One layer of content coding. */
enum dl_err dl_http_decode(const struct dl_http *http, dl_buf *scratch, dl_buf *out,
                           struct dl_diag *diag) DL_MUST_USE;

#endif
