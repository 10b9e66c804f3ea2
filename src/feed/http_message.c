#include "feed/http_message.h"

#include "base/utf8.h"
#include "feed/inflate.h"

size_t dl_http_headers_end(dl_str s)
{
    for (size_t at = 0; (at = dl_str_chr(s, '\n', at)) != DL_NO_POS; at++) {
        size_t next = at + 1;
        if (next < s.n && s.p[next] == '\r') next++;
        if (next < s.n && s.p[next] == '\n') return next + 1;
    }
    return DL_NO_POS;
}

static bool is_folded(dl_str rest)
{
    return rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t');
}

bool dl_http_field(dl_arena *arena, dl_str *rest, dl_str *ret_name, dl_str *ret_value)
{
    dl_str line, more;
    if (rest->n == 0 || !dl_str_line(rest, &line)) return false;
    size_t colon = dl_str_chr(line, ':', 0);
    dl_str name = colon == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_trim(dl_str_sub(line, 0, colon));
    dl_str value = colon == DL_NO_POS ? line : dl_str_trim(dl_str_sub(line, colon + 1, line.n));
    if (is_folded(*rest)) {
        dl_buf joined = DL_BUF_INIT(1 << 20);
        dl_buf_str(&joined, value);
        while (is_folded(*rest) && dl_str_line(rest, &more)) {
            dl_buf_byte(&joined, ' ');
            dl_buf_str(&joined, dl_str_trim(more));
        }
        value = dl_str_dup(arena, dl_buf_slice(&joined));
        dl_buf_free(&joined);
    }
    *ret_name = name;
    *ret_value = value;
    return true;
}

/* The value of a header, unfolded values only: those that matter here never are. */
static dl_str header(dl_str lines, const char *name)
{
    dl_str line;
    while (lines.n > 0 && dl_str_line(&lines, &line)) {
        size_t colon = dl_str_chr(line, ':', 0);
        if (colon == DL_NO_POS || is_folded(line)) continue;
        if (dl_str_ieq_c(dl_str_trim(dl_str_sub(line, 0, colon)), name))
            return dl_str_trim(dl_str_sub(line, colon + 1, line.n));
    }
    return (dl_str){NULL, 0};
}

static bool status_of(dl_str line, int *ret_status)
{
    size_t space = dl_str_chr(line, ' ', 0);
    if (!dl_str_starts(line, "HTTP/") || space == DL_NO_POS) return false;
    while (space < line.n && line.p[space] == ' ')
        space++;
    uint64_t status;
    if (!dl_str_u64(dl_str_sub(line, space, space + 3), &status) || status < 100) return false;
    *ret_status = (int)status;
    return true;
}

bool dl_http_split(dl_str message, size_t max_headers, struct dl_http *ret_http)
{
    dl_str head = dl_str_sub(message, 0, max_headers), line;
    if (!dl_str_starts(message, "HTTP/")) return false;
    size_t end = dl_http_headers_end(head);
    if (end == DL_NO_POS) {
        /* A response without a body may end with its last header line. */
        if (head.n < message.n) return false;
        end = message.n;
    }
    struct dl_http h = {.headers = dl_str_trim(dl_str_sub(message, 0, end)),
                        .body = dl_str_sub(message, end, message.n)};
    dl_str rest = h.headers;
    if (!dl_str_line(&rest, &line) || !status_of(line, &h.status)) return false;
    h.content_type = header(rest, "content-type");
    h.content_encoding = header(rest, "content-encoding");
    h.transfer_encoding = header(rest, "transfer-encoding");
    *ret_http = h;
    return true;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Size line at *at; false: none is there. */
static bool chunk_size(dl_str s, size_t *at, uint64_t *ret_size)
{
    uint64_t size = 0;
    size_t i = *at, digits = 0;
    for (; i < s.n && hex_of(s.p[i]) >= 0 && digits < 15; i++, digits++)
        size = size * 16 + (uint64_t)hex_of(s.p[i]);
    if (digits == 0) return false;
    size_t line = dl_str_chr(dl_str_sub(s, i, i + 1024), '\n', 0);
    if (line == DL_NO_POS) return false;
    *at = i + line + 1;
    *ret_size = size;
    return true;
}

enum dl_err dl_http_dechunk(dl_str body, dl_buf *out)
{
    uint64_t size;
    for (size_t at = 0;;) {
        bool first = at == 0;
        if (!chunk_size(body, &at, &size)) return first ? DL_ERR_SYNTAX : DL_ERR_TRUNCATED;
        if (size == 0) return DL_OK;
        dl_buf_str(out, dl_str_sub(body, at, size > body.n - at ? body.n : at + (size_t)size));
        if (dl_buf_failed(out) != DL_OK) return dl_buf_failed(out);
        if (size > body.n - at) return DL_ERR_TRUNCATED;
        at += (size_t)size;
        if (at < body.n && body.p[at] == '\r') at++;
        if (at < body.n && body.p[at] == '\n') at++;
    }
}

enum dl_err dl_http_decode(const struct dl_http *http, dl_buf *scratch, dl_buf *out,
                           struct dl_diag *diag)
{
    dl_str body = http->body;
    enum dl_coding coding;
    if (dl_str_ifind_c(http->transfer_encoding, "chunked", 0) != DL_NO_POS) {
        enum dl_err err = dl_http_dechunk(body, scratch);
        if (err == DL_OK || err == DL_ERR_TRUNCATED)
            body = dl_buf_slice(scratch);
        else if (err != DL_ERR_SYNTAX)
            return dl_fail(diag, err, DL_NO_POS, "%s", dl_err_text(err));
    }
    if (!dl_coding_named(http->content_encoding, &coding))
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "a content coding that is not known");
    bool marked = coding == DL_CODING_GZIP || coding == DL_CODING_ZSTD;
    if (marked && dl_coding_sniff(body) != coding) coding = DL_CODING_NONE;
    enum dl_err err = dl_inflate(coding, body, out, diag);
    /* Brotli has no mark: text that declares it, but was stored decoded, fails at once. */
    if (err == DL_ERR_CORRUPT && coding == DL_CODING_BR && out->n == 0 &&
        dl_utf8_valid(body, NULL)) {
        dl_buf_str(out, body);
        return dl_buf_failed(out);
    }
    return err;
}
