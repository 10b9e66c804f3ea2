#include "feed/warc_record.h"

#include <stdarg.h>

#include "base/utf8.h"
#include "feed/http_message.h"

enum { ARC_FIELDS = 10, ARC_LINE_MAX = 16 << 10 /* addresses of the wild are that long */ };

enum dl_err dl_warc_fail(struct dl_warc_record *r, enum dl_err err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->message, sizeof r->message, format, args);
    va_end(args);
    return r->error = err;
}

/* Header text is UTF-8, or what old crawlers wrote: ISO 8859-1. */
static dl_str text(dl_arena *arena, dl_str s)
{
    if (dl_utf8_valid(s, NULL)) return dl_utf8_clean(arena, dl_str_dup(arena, s));
    dl_buf out = DL_BUF_INIT(2 * (size_t)DL_WARC_HEADER_MAX + 1);
    for (size_t i = 0; i < s.n; i++)
        dl_buf_cp(&out, (unsigned char)s.p[i]);
    dl_str copy = dl_utf8_clean(arena, dl_str_dup(arena, dl_buf_slice(&out)));
    dl_buf_free(&out);
    return copy;
}

static dl_str uri(dl_arena *arena, dl_str s)
{
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>') s = dl_str_sub(s, 1, s.n - 1);
    return text(arena, s);
}

/* --- WARC --------------------------------------------------------------------------------- */

/* Length of "WARC/1.0\r\n" at the start of s; 0: no version line. */
static size_t version_line(dl_str s)
{
    if (s.n < 10 || memcmp(s.p, "WARC/", 5) != 0) return 0;
    size_t at = 5, dot;
    while (at < s.n && at < 8 && dl_is_digit((unsigned char)s.p[at]))
        at++;
    if (at == 5 || at >= s.n || s.p[at] != '.') return 0;
    dot = at++;
    while (at < s.n && at < dot + 4 && dl_is_digit((unsigned char)s.p[at]))
        at++;
    if (at == dot + 1) return 0;
    if (at < s.n && s.p[at] == '\r') at++;
    return at < s.n && s.p[at] == '\n' ? at + 1 : 0;
}

struct warc_fields {
    dl_str type, id, target, date, length, content_type, payload, block, truncated, refers;
};

static void warc_field(struct warc_fields *f, dl_str name, dl_str value)
{
    const struct {
        const char *name;
        dl_str *field;
    } known[] = {{"warc-type", &f->type},
                 {"warc-record-id", &f->id},
                 {"warc-target-uri", &f->target},
                 {"warc-date", &f->date},
                 {"content-length", &f->length},
                 {"content-type", &f->content_type},
                 {"warc-payload-digest", &f->payload},
                 {"warc-block-digest", &f->block},
                 {"warc-truncated", &f->truncated},
                 {"warc-refers-to-target-uri", &f->refers}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].field->p == NULL && dl_str_ieq_c(name, known[i].name))
            *known[i].field = value.p != NULL ? value : DL_STR("");
}

/* Lines up to the empty one. A line that is no header ends it: the next version line must never
 * be read as part of this record, or damaged files would be read again and again. */
static enum dl_err warc_fields(dl_arena *arena, dl_str s, size_t start, struct warc_fields *f,
                               size_t *ret_end, struct dl_warc_record *r)
{
    dl_str rest = dl_str_sub(s, start, s.n), name, value;
    for (;;) {
        if (dl_str_starts(rest, "\n")) break;
        if (dl_str_starts(rest, "\r\n")) break;
        bool whole = dl_str_chr(rest, '\n', 0) != DL_NO_POS;
        if (!whole && s.n >= DL_WARC_HEADER_MAX)
            return dl_warc_fail(r, DL_ERR_TOO_BIG, "header of more than %d KiB",
                                DL_WARC_HEADER_MAX >> 10);
        if (!whole || !dl_http_field(arena, &rest, &name, &value))
            return dl_warc_fail(r, DL_ERR_TRUNCATED, "it ends inside the header");
        if (name.n == 0) return dl_warc_fail(r, DL_ERR_SYNTAX, "a header line without a name");
        warc_field(f, name, value);
    }
    *ret_end = (size_t)(rest.p - s.p) + (rest.p[0] == '\r' ? 2 : 1);
    return DL_OK;
}

static enum dl_err parse_warc(dl_arena *arena, dl_str s, struct dl_warc_head *h,
                              struct dl_warc_record *r)
{
    struct warc_fields f = {0};
    enum dl_err err = warc_fields(arena, s, version_line(s), &f, &h->n, r);
    r->type = text(arena, f.type);
    r->id = uri(arena, f.id);
    r->uri = uri(arena, f.target);
    r->refers_to_uri = uri(arena, f.refers);
    r->date_text = text(arena, f.date);
    r->truncated = text(arena, f.truncated);
    dl_time time;
    if (dl_time_parse(f.date, &time)) r->date = time;
    if (err != DL_OK) return err;
    if (!dl_str_u64(f.length, &h->length) || h->length > INT64_MAX / 2)
        return dl_warc_fail(r, DL_ERR_SYNTAX, "no Content-Length");
    h->content_type = text(arena, f.content_type);
    h->payload_digest = text(arena, f.payload);
    h->block_digest = text(arena, f.block);
    return DL_OK;
}

/* --- ARC ---------------------------------------------------------------------------------- */

/* "URL IP-address 20240325101500 text/html [status checksum location offset file] length" */
static size_t arc_fields(dl_str s, dl_str fields[ARC_FIELDS], size_t *ret_line)
{
    dl_str head = dl_str_sub(s, 0, ARC_LINE_MAX);
    size_t end = dl_str_chr(head, '\n', 0), n = 0;
    if (end == DL_NO_POS) return 0;
    dl_str rest = dl_str_trim(dl_str_sub(s, 0, end)), part;
    while (n < ARC_FIELDS && dl_str_split(&rest, ' ', &part))
        fields[n++] = part;
    *ret_line = end + 1;
    uint64_t length;
    bool ok = n >= 5 && rest.p == NULL && dl_str_chr(fields[0], ':', 0) != DL_NO_POS &&
              fields[2].n >= 8 && fields[2].n <= 14 && dl_str_u64(fields[2], &length) &&
              dl_str_u64(fields[n - 1], &length) && length <= INT64_MAX / 2;
    return ok ? n : 0;
}

static dl_time arc_date(dl_str s)
{
    int v[6] = {0, 1, 1, 0, 0, 0};
    for (size_t i = 0, at = 0; i < 6 && at < s.n; i++) {
        uint64_t n = 0;
        size_t width = i == 0 ? 4 : 2;
        if (!dl_str_u64(dl_str_sub(s, at, at + width), &n)) return (dl_time){0};
        v[i] = (int)n;
        at += width;
    }
    dl_civil c = {v[0], v[1], v[2], v[3], v[4], v[5], 0};
    if (!dl_civil_valid(&c)) return (dl_time){0};
    return dl_time_of_civil(&c, s.n > 8 ? DL_PREC_SECOND : DL_PREC_DAY,
                            s.n > 8 ? DL_ZONE_KNOWN : DL_ZONE_NONE, 0);
}

static enum dl_err parse_arc(dl_arena *arena, dl_str s, struct dl_warc_head *h,
                             struct dl_warc_record *r)
{
    dl_str f[ARC_FIELDS];
    size_t n = arc_fields(s, f, &h->n);
    if (n == 0) return dl_warc_fail(r, DL_ERR_SYNTAX, "no ARC record line");
    bool about_file = dl_str_istarts(f[0], "filedesc:");
    r->type = about_file ? DL_STR("warcinfo") : DL_STR("response");
    r->uri = text(arena, f[0]);
    r->date_text = text(arena, f[2]);
    r->date = arc_date(f[2]);
    h->content_type = text(arena, f[3]);
    dl_str_u64(f[n - 1], &h->length);
    return DL_OK;
}

enum dl_warc_kind dl_warc_begins(dl_str s, bool is_arc)
{
    dl_str fields[ARC_FIELDS];
    size_t line;
    if (dl_str_starts(s, "WARC/")) return version_line(s) > 0 ? DL_WARC_WARC : DL_WARC_NONE;
    if (!is_arc && !dl_str_starts(s, "filedesc:")) return DL_WARC_NONE;
    return arc_fields(s, fields, &line) > 0 ? DL_WARC_ARC : DL_WARC_NONE;
}

enum dl_err dl_warc_head_parse(dl_arena *arena, dl_str s, bool is_arc,
                               struct dl_warc_head *ret_head, struct dl_warc_record *record)
{
    struct dl_warc_head h = {.kind = dl_warc_begins(s, is_arc)};
    if (h.kind == DL_WARC_NONE) return dl_warc_fail(record, DL_ERR_SYNTAX, "no record begins here");
    DL_TRY(h.kind == DL_WARC_WARC ? parse_warc(arena, s, &h, record)
                                  : parse_arc(arena, s, &h, record));
    *ret_head = h;
    return DL_OK;
}

void dl_warc_http(dl_arena *arena, struct dl_warc_record *r, const struct dl_warc_head *head,
                  dl_str block)
{
    struct dl_http http;
    bool may = dl_str_ieq_c(r->type, "response") || dl_str_ieq_c(r->type, "revisit");
    r->content_type = head->content_type;
    r->body = block;
    if (!may || !dl_http_split(block, DL_WARC_HEADER_MAX, &http)) return;
    r->status = http.status;
    r->content_type = text(arena, http.content_type);
    r->http_headers = http.headers;
    r->body = http.body;
}
