#include "feed/warc.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed/digest.h"
#include "feed/http_message.h"
#include "feed/warc_member.h"
#include "feed/warc_record.h"

enum {
    ARENA_MAX = 4 << 20,     /* a record's strings: a few headers of 64 KiB */
    LOOK = 16 << 10,         /* enough to know what begins */
    SCAN = 64 << 10,         /* step of the search after damage */
    TAIL = 4 + 16,           /* two line ends, and the start of what follows */
    DIGEST_STEP = 256 << 10, /* of a block that is too large to be held */
    WASTE_FREE = 64 << 20,   /* bytes that may be read again after damage, besides the share */
};

struct dl_warc {
    struct dl_warc_options options;
    dl_arena *arena; /* strings of the current record */
    int fd;
    bool seekable, is_arc, in_member;
    uint64_t fd_at, size;
    struct dl_window file;
    struct dl_member member;
    uint64_t at;             /* next byte of the file */
    uint64_t inner;          /* next byte of the member's data, when in_member */
    uint64_t member_records; /* given of the member so far, damaged ones too */
    uint64_t wasted;
    dl_digest *payload, *block;
    dl_buf dechunked, decoded;
};

/* --- the file ----------------------------------------------------------------------------- */

static size_t read_file(void *ctx, char *p, size_t n, enum dl_err *ret_err)
{
    dl_warc *w = ctx;
    ssize_t got;
    do
        got = w->seekable ? pread(w->fd, p, n, (off_t)w->fd_at) : read(w->fd, p, n);
    while (got < 0 && errno == EINTR);
    if (got < 0) *ret_err = DL_ERR_IO;
    if (got > 0) w->fd_at += (uint64_t)got;
    return got > 0 ? (size_t)got : 0;
}

static bool seek_file(void *ctx, uint64_t offset)
{
    dl_warc *w = ctx;
    w->fd_at = offset;
    return offset <= INT64_MAX;
}

enum dl_err dl_warc_open(int fd, const struct dl_warc_options *options, dl_warc **ret_warc)
{
    dl_warc *w = calloc(1, sizeof *w);
    struct stat st;
    if (w == NULL) return DL_ERR_NOMEM;
    w->fd = fd;
    if (options != NULL) w->options = *options;
    w->seekable = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    w->size = w->seekable ? (uint64_t)st.st_size : UINT64_MAX;
    w->at = w->seekable ? w->options.start : 0;
    dl_window_init(&w->file, w);
    w->file.read = read_file;
    w->file.seek = w->seekable ? seek_file : NULL;
    dl_member_init(&w->member, &w->file);
    w->dechunked = w->decoded = (dl_buf)DL_BUF_INIT(DL_WARC_BODY_MAX);
    w->arena = dl_arena_new(ARENA_MAX);
    w->payload = dl_digest_new();
    w->block = dl_digest_new();
    if (w->arena == NULL || w->payload == NULL || w->block == NULL) {
        dl_warc_close(w);
        return DL_ERR_NOMEM;
    }
    *ret_warc = w;
    return DL_OK;
}

void dl_warc_close(dl_warc *w)
{
    if (w == NULL) return;
    dl_member_free(&w->member);
    dl_window_free(&w->file);
    dl_digest_free(w->payload);
    dl_digest_free(w->block);
    dl_buf_free(&w->dechunked);
    dl_buf_free(&w->decoded);
    dl_arena_free(w->arena);
    free(w);
}

/* Past line ends and zeros, which stand between records and after the last one. */
static uint64_t skip_padding(struct dl_window *win, uint64_t at)
{
    for (;;) {
        dl_str s = dl_window_at(win, at, LOOK);
        size_t i = 0;
        while (i < s.n && (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0'))
            i++;
        at += i;
        if (i < s.n || s.n == 0) return at;
    }
}

/* --- after damage ------------------------------------------------------------------------- */

static bool is_zstd_frame(dl_str s)
{
    bool skippable = s.n >= 4 && ((unsigned char)s.p[0] & 0xF0) == 0x50 &&
                     memcmp(s.p + 1, "\x2a\x4d\x18", 3) == 0;
    return skippable || dl_coding_sniff(s) == DL_CODING_ZSTD;
}

/* Does a record, or a member that holds one, begin at s? before: the byte in front of it. */
static bool begins(dl_warc *w, struct dl_window *win, dl_str s, char before)
{
    if (s.p[0] == 'W' || w->is_arc) {
        bool line_start = before == '\n' || before == '\0';
        if (line_start && dl_warc_begins(s, w->is_arc) != DL_WARC_NONE) return true;
    }
    if (win != &w->file || dl_coding_sniff(s) == DL_CODING_NONE) return false;
    char first[64];
    size_t n = dl_member_probe(&w->member, s, first, sizeof first);
    dl_str start = {first, n};
    return dl_str_starts(start, "WARC/") || dl_str_starts(start, "filedesc:") ||
           (w->is_arc && dl_str_istarts(start, "http"));
}

static bool may_begin(const dl_warc *w, char c, char before)
{
    return c == 'W' || c == '\x1f' || c == '\x28' || (w->is_arc && before == '\n');
}

/* The next place at or after `from` where reading can go on; the end of win when there is none. */
static uint64_t resync(dl_warc *w, struct dl_window *win, uint64_t from)
{
    if (win->seek == NULL && from < win->start) from = win->start;
    char before = 'x';
    for (uint64_t at = from;;) {
        dl_str s = dl_window_at(win, at, SCAN + LOOK);
        size_t stop = s.n > LOOK ? s.n - LOOK : s.n, i;
        for (i = 0; i < stop; i++) {
            if (may_begin(w, s.p[i], i > 0 ? s.p[i - 1] : before)) {
                char prior = i > 0 ? s.p[i - 1] : before;
                if (begins(w, win, dl_str_sub(s, i, s.n), prior)) return at + i;
            }
        }
        if (stop == 0) return at;
        before = s.p[stop - 1];
        at += stop;
        if (stop == s.n) return at;
    }
}

/* Where to search on after damage that began at `start` and was noticed at `noticed`: from its
 * start, so that nothing sound is lost in it; but files made to be read again and again pay. */
static uint64_t search_from(dl_warc *w, uint64_t start, uint64_t noticed)
{
    uint64_t again = noticed > start ? noticed - start : 0;
    if (w->wasted + again > WASTE_FREE + 4 * start) return noticed > start ? noticed : start + 1;
    w->wasted += again;
    return start + 1;
}

/* --- one record --------------------------------------------------------------------------- */

/* Of the payload as stored, or with its chunks joined, as some crawlers did. */
static enum dl_warc_digest payload_verdict(dl_warc *w, const struct dl_warc_record *r,
                                           dl_str digest)
{
    struct dl_http http;
    if (digest.n == 0 || dl_str_ieq_c(r->type, "revisit")) return DL_DIGEST_NONE;
    if (!dl_digest_begin(w->payload, digest)) return DL_DIGEST_NONE;
    dl_digest_add(w->payload, r->body);
    if (dl_digest_matches(w->payload)) return DL_DIGEST_OK;
    dl_str message = {r->http_headers.p, r->http_headers.n == 0
                                             ? 0
                                             : (size_t)(r->body.p - r->http_headers.p) + r->body.n};
    if (!dl_http_split(message, DL_WARC_HEADER_MAX, &http) || http.transfer_encoding.n == 0)
        return DL_DIGEST_WRONG;
    dl_buf_reset(&w->dechunked);
    w->dechunked.failed = DL_OK;
    if (dl_http_dechunk(http.body, &w->dechunked) != DL_OK) return DL_DIGEST_WRONG;
    dl_digest_begin(w->payload, digest);
    dl_digest_add(w->payload, dl_buf_slice(&w->dechunked));
    return dl_digest_matches(w->payload) ? DL_DIGEST_OK : DL_DIGEST_WRONG;
}

static void check_digests(dl_warc *w, struct dl_warc_record *r, const struct dl_warc_head *head,
                          dl_str block)
{
    if (w->options.skip_digests) return;
    /* Of a request the payload is what follows its headers too. */
    struct dl_warc_record payload = *r;
    if (dl_str_ieq_c(r->type, "request")) {
        size_t end = dl_http_headers_end(block);
        payload.body = end == DL_NO_POS ? block : dl_str_sub(block, end, block.n);
    }
    r->payload_digest = payload_verdict(w, &payload, head->payload_digest);
    if (head->block_digest.n == 0 || !dl_digest_begin(w->block, head->block_digest)) return;
    dl_digest_add(w->block, block);
    r->block_digest = dl_digest_matches(w->block) ? DL_DIGEST_OK : DL_DIGEST_WRONG;
}

/* How many of the line ends after a block are there (two should be), in bytes. */
static size_t line_ends(dl_str s, size_t *ret_bytes)
{
    size_t at = 0, n = 0;
    for (; n < 2; n++) {
        size_t next = at;
        if (next < s.n && s.p[next] == '\r') next++;
        if (next >= s.n || s.p[next] != '\n') break;
        at = next + 1;
    }
    *ret_bytes = at;
    return n;
}

/* What follows a block tells whether its length is right. */
static enum dl_err check_tail(dl_warc *w, struct dl_warc_record *r, dl_str tail, size_t *ret_bytes)
{
    size_t ends = line_ends(tail, ret_bytes);
    dl_str after = dl_str_sub(tail, *ret_bytes, tail.n);
    bool known = after.n == 0 || after.p[0] == '\0' || dl_str_starts(after, "WARC/") ||
                 dl_coding_sniff(after) != DL_CODING_NONE || (w->is_arc && ends > 0);
    if (known || ends == 2) return DL_OK;
    return dl_warc_fail(r, DL_ERR_SYNTAX, "the block's length does not lead to a record");
}

static enum dl_err cut(dl_warc *w, struct dl_window *win, struct dl_warc_record *r)
{
    if (win == &w->member.data && w->member.failed != DL_OK)
        return dl_warc_fail(r, w->member.failed, "%s", w->member.why);
    return dl_warc_fail(r, DL_ERR_TRUNCATED, "the %s ends inside the record",
                        win == &w->file ? "file" : "member");
}

/* A block that is not held: digests are checked in steps, the body is not given. */
static enum dl_err giant(dl_warc *w, struct dl_window *win, uint64_t at,
                         const struct dl_warc_head *head, struct dl_warc_record *r,
                         uint64_t *ret_end)
{
    uint64_t block = at + head->n, end = block + head->length;
    size_t tail = 0;
    bool digest = !w->options.skip_digests && dl_digest_begin(w->block, head->block_digest);
    if (win == &w->file && end > w->size) return cut(w, win, r);
    for (uint64_t pos = block; pos < end;) {
        uint64_t left = end - pos;
        dl_str s = dl_window_at(win, pos, left < DIGEST_STEP ? (size_t)left : DIGEST_STEP);
        if (s.n == 0) return cut(w, win, r);
        if (digest) dl_digest_add(w->block, s);
        pos += s.n;
    }
    if (digest) r->block_digest = dl_digest_matches(w->block) ? DL_DIGEST_OK : DL_DIGEST_WRONG;
    DL_TRY(check_tail(w, r, dl_window_at(win, end, TAIL), &tail));
    *ret_end = end + tail;
    r->body = (dl_str){NULL, 0};
    return dl_warc_fail(r, DL_ERR_TOO_BIG, "a block of more than %d MiB", DL_WARC_BLOCK_MAX >> 20);
}

/* The record at `at`; *ret_end is where reading goes on, untouched when that is not known. */
static enum dl_err read_record(dl_warc *w, struct dl_window *win, uint64_t at,
                               struct dl_warc_record *r, uint64_t *ret_end)
{
    struct dl_warc_head head;
    dl_str s = dl_window_at(win, at, DL_WARC_HEADER_MAX);
    enum dl_err err = dl_warc_head_parse(w->arena, s, w->is_arc, &head, r);
    if (err == DL_ERR_TRUNCATED) return cut(w, win, r);
    DL_TRY(err);
    if (head.kind == DL_WARC_ARC) w->is_arc = true;
    if (head.length > DL_WARC_BLOCK_MAX) {
        size_t n = DL_WARC_HEADER_MAX;
        dl_warc_http(w->arena, r, &head,
                     dl_str_sub(dl_window_at(win, at, head.n + n), head.n, SIZE_MAX));
        r->http_headers = r->body = (dl_str){NULL, 0};
        return giant(w, win, at, &head, r, ret_end);
    }
    size_t whole = head.n + (size_t)head.length, tail = 0;
    /* With what follows, so that a later look at it does not move what the body points at. */
    s = dl_window_at(win, at, whole + TAIL + LOOK);
    dl_str block = dl_str_sub(s, head.n, whole);
    dl_warc_http(w->arena, r, &head, block);
    if (s.n < whole) return cut(w, win, r);
    DL_TRY(check_tail(w, r, dl_str_sub(s, whole, s.n), &tail));
    check_digests(w, r, &head, block);
    *ret_end = at + whole + tail;
    return DL_OK;
}

/* --- files and members -------------------------------------------------------------------- */

/* Damage at w->at: reported as one record that reaches to where reading can go on. */
static void damaged(dl_warc *w, struct dl_warc_record *r, uint64_t noticed)
{
    uint64_t start = r->offset;
    r->error_offset = noticed < start ? start : noticed;
    w->in_member = false;
    /* The search moves the window, so what the body points at goes. */
    r->body = r->http_headers = (dl_str){NULL, 0};
    w->at = resync(w, &w->file, search_from(w, start, noticed));
    r->length = w->at - start;
}

static void next_in_file(dl_warc *w, struct dl_warc_record *r)
{
    uint64_t end = 0;
    r->offset = r->error_offset = w->at;
    enum dl_err err = read_record(w, &w->file, w->at, r, &end);
    if (end > 0) {
        r->length = end - w->at;
        w->at = end;
    } else if (err != DL_OK) {
        damaged(w, r, w->at);
    }
}

/* Ends the member when nothing but padding is left of it. */
static void leave_member(dl_warc *w, struct dl_warc_record *r)
{
    struct dl_member *m = &w->member;
    r->length = m->done ? m->at - m->start : 0;
    if (m->failed != DL_OK) {
        if (r->error == DL_OK) dl_warc_fail(r, m->failed, "%s", m->why);
        damaged(w, r, m->at);
    } else if (m->done) {
        w->in_member = false;
        w->at = m->at;
    }
}

/* Damage inside the data of a member: what follows in the same member is searched first. */
static void damaged_inside(dl_warc *w, struct dl_warc_record *r, uint64_t at)
{
    struct dl_window *data = &w->member.data;
    r->body = r->http_headers = (dl_str){NULL, 0};
    r->error_offset = w->member.at;
    w->inner = resync(w, data, at + 1);
    if (dl_window_at(data, w->inner, 1).n == 0) leave_member(w, r);
}

/* false: the member has nothing more to say. */
static bool next_in_member(dl_warc *w, struct dl_warc_record *r)
{
    struct dl_window *data = &w->member.data;
    uint64_t end = 0, at = skip_padding(data, w->inner);
    r->offset = r->error_offset = w->member.start;
    if (dl_window_at(data, at, 1).n == 0) {
        if (w->member_records++ == 0 && w->member.failed == DL_OK)
            dl_warc_fail(r, DL_ERR_EMPTY, "a member without a record");
        leave_member(w, r);
        return r->error != DL_OK;
    }
    w->member_records++;
    enum dl_err err = read_record(w, data, at, r, &end);
    if (end == 0) {
        damaged_inside(w, r, at);
        return true;
    }
    (void)err;
    /* Only a look at what follows tells whether the member was sound up to its end. It must not
     * move the window: the body points into it. */
    w->inner = end;
    size_t held = (size_t)(end - data->start);
    dl_str after = dl_window_at(data, data->start, held + LOOK);
    size_t i = held;
    while (i < after.n && strchr("\r\n", after.p[i]) != NULL)
        i++;
    if (i >= after.n) leave_member(w, r);
    return true;
}

/* A zstd dictionary stands in a skippable frame at the start of the file. */
static enum dl_err skippable_frame(dl_warc *w, struct dl_warc_record *r, dl_str s)
{
    enum { DICTIONARY_MAX = 4 << 20 };
    if (s.n < 8) return dl_warc_fail(r, DL_ERR_TRUNCATED, "the file ends inside a frame");
    const unsigned char *p = (const unsigned char *)s.p;
    uint32_t n = p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
    if (p[0] == 0x5D && n <= DICTIONARY_MAX) {
        dl_str frame = dl_window_at(&w->file, w->at, 8 + (size_t)n);
        if (dl_member_dictionary(&w->member, dl_str_sub(frame, 8, frame.n)) != DL_OK)
            return dl_warc_fail(r, DL_ERR_CORRUPT, "the dictionary cannot be read");
    }
    w->at += 8 + (uint64_t)n;
    return DL_OK;
}

static enum dl_err open_member(dl_warc *w, enum dl_coding coding)
{
    DL_TRY(dl_member_open(&w->member, coding, w->at));
    w->in_member = true;
    w->inner = w->member_records = 0;
    return DL_OK;
}

enum dl_err dl_warc_next(dl_warc *w, struct dl_warc_record *ret_record)
{
    struct dl_warc_record r;
    for (;;) {
        dl_arena_reset(w->arena);
        r = (struct dl_warc_record){0};
        if (w->in_member) {
            if (!next_in_member(w, &r)) {
                if (w->file.failed != DL_OK) return w->file.failed;
                continue;
            }
            break;
        }
        w->at = skip_padding(&w->file, w->at);
        dl_str s = dl_window_at(&w->file, w->at, 8);
        if (w->file.failed != DL_OK) return w->file.failed;
        if (s.n == 0) return DL_ERR_NOT_FOUND;
        r.offset = r.error_offset = w->at;
        if (dl_coding_sniff(s) != DL_CODING_NONE) {
            DL_TRY(open_member(w, dl_coding_sniff(s)));
        } else if (is_zstd_frame(s)) {
            if (skippable_frame(w, &r, s) == DL_OK) continue;
            damaged(w, &r, w->at + s.n);
            break;
        } else {
            next_in_file(w, &r);
            break;
        }
    }
    if (w->file.failed != DL_OK) return w->file.failed;
    DL_TRY(dl_arena_failed(w->arena));
    *ret_record = r;
    return DL_OK;
}

enum dl_err dl_warc_body(dl_warc *w, const struct dl_warc_record *r, dl_str *ret_body,
                         struct dl_diag *diag)
{
    struct dl_http http;
    if (r->http_headers.n == 0) {
        *ret_body = r->body;
        return DL_OK;
    }
    dl_str message = {r->http_headers.p, (size_t)(r->body.p - r->http_headers.p) + r->body.n};
    if (!dl_http_split(message, DL_WARC_HEADER_MAX, &http))
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "no HTTP response");
    dl_buf_reset(&w->dechunked);
    dl_buf_reset(&w->decoded);
    w->dechunked.failed = w->decoded.failed = DL_OK;
    DL_TRY(dl_http_decode(&http, &w->dechunked, &w->decoded, diag));
    *ret_body = dl_buf_slice(&w->decoded);
    return DL_OK;
}
