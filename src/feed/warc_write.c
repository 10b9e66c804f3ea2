#include "feed/warc_write.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/time.h"

enum {
    GZIP_LEVEL = 6,        /* what crawlers use */
    ZSTD_LEVEL = 3,        /* the same size at three times the speed */
    RECORD_MAX = 20 << 20, /* a body of 16 MiB, two heads of 64 KiB, our own */
    KEEP_MEMORY = 4 << 20, /* of a buffer that grew for a large record */
    PATH_SIZE = 4200,
    NAME_TRIES = 100, /* files of the same millisecond and process */
    BASE32_SHA256 = 56,
    TEXT_MEMORY = 64 << 10, /* options */
};

struct dl_warc_writer {
    struct dl_warc_writer_options options; /* strings in text */
    dl_arena *text;
    char path[PATH_SIZE];
    int fd, dir_fd;
    unsigned serial;
    uint64_t file_bytes, all_bytes;
    bool dirty;
    enum dl_err failed; /* of the group */
    dl_buf record, group;
    struct libdeflate_compressor *gzip;
    ZSTD_CCtx *zstd;
};

/* --- words of records --------------------------------------------------------------------- */

void dl_warc_new_id(char ret_id[DL_WARC_ID])
{
    unsigned char b[16];
    static uint64_t count; /* a kernel without entropy still gives ids that differ */
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
        uint64_t parts[2] = {(uint64_t)dl_monotonic_ms(), ++count ^ (uint64_t)getpid() << 32};
        memcpy(b, parts, sizeof b);
    }
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    snprintf(ret_id, DL_WARC_ID,
             "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
             b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
             b[14], b[15]);
}

static void base32(const dl_id *id, char ret_text[BASE32_SHA256 + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t held = 0;
    unsigned bits = 0;
    size_t n = 0;
    for (size_t i = 0; i < DL_SHA256_LEN; i++) {
        held = held << 8 | id->b[i];
        for (bits += 8; bits >= 5; bits -= 5)
            ret_text[n++] = letters[held >> (bits - 5) & 31];
    }
    if (bits > 0) ret_text[n++] = letters[held << (5 - bits) & 31];
    while (n < BASE32_SHA256)
        ret_text[n++] = '=';
    ret_text[n] = '\0';
}

dl_str dl_warc_digest_of(dl_arena *arena, dl_str bytes)
{
    char text[BASE32_SHA256 + 1];
    dl_id id = dl_sha256(bytes);
    base32(&id, text);
    return dl_str_fmt(arena, "sha256:%s", text);
}

static bool is_control(unsigned char c)
{
    return c < ' ' || c == 127;
}

static void put_clean(dl_buf *out, dl_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!is_control((unsigned char)value.p[i])) dl_buf_byte(out, value.p[i]);
}

static void put_uri(dl_buf *out, dl_str uri)
{
    for (size_t i = 0; i < uri.n; i++) {
        unsigned char c = (unsigned char)uri.p[i];
        if (is_control(c) || c == ' ')
            dl_buf_fmt(out, "%%%02X", c);
        else
            dl_buf_byte(out, (char)c);
    }
}

static void put_field(dl_buf *out, const char *name, dl_str value)
{
    if (value.n == 0) return;
    dl_buf_fmt(out, "%s: ", name);
    put_clean(out, value);
    dl_buf_c(out, "\r\n");
}

static void put_uri_field(dl_buf *out, const char *name, dl_str uri)
{
    if (uri.n == 0) return;
    dl_buf_fmt(out, "%s: ", name);
    put_uri(out, uri);
    dl_buf_c(out, "\r\n");
}

static void put_id(dl_buf *out, const char *name, dl_str id)
{
    if (id.n > 0) dl_buf_fmt(out, "%s: <%.*s>\r\n", name, DL_FMT(id));
}

static void put_date(dl_buf *out, const char *name, int64_t ms)
{
    char text[32];
    dl_time_format_ms(ms, text);
    dl_buf_fmt(out, "%s: %s\r\n", name, text);
}

static void put_block_digest(dl_buf *out, const struct dl_warc_out *r, dl_buf *block)
{
    char text[BASE32_SHA256 + 1];
    dl_buf_reset(block);
    dl_buf_str(block, r->head);
    dl_buf_str(block, r->body);
    dl_id id = dl_sha256(dl_buf_slice(block));
    base32(&id, text);
    dl_buf_fmt(out, "WARC-Block-Digest: sha256:%s\r\n", text);
}

/* The record as it stands in the file, before compression. group is scratch behind its end. */
static void put_record(dl_warc_writer *w, const struct dl_warc_out *r)
{
    dl_buf *out = &w->record;
    dl_buf block = DL_BUF_INIT(RECORD_MAX);
    dl_buf_reset(out);
    dl_buf_c(out, "WARC/1.1\r\n");
    put_field(out, "WARC-Type", r->type);
    put_id(out, "WARC-Record-ID", r->id);
    put_date(out, "WARC-Date", r->date_ms);
    put_uri_field(out, "WARC-Target-URI", r->uri);
    put_field(out, "WARC-IP-Address", r->ip);
    put_id(out, "WARC-Concurrent-To", r->concurrent_to);
    put_field(out, "WARC-Profile", r->profile);
    put_id(out, "WARC-Refers-To", r->refers_to);
    put_uri_field(out, "WARC-Refers-To-Target-URI", r->refers_to_uri);
    if (r->refers_to_uri.n > 0) put_date(out, "WARC-Refers-To-Date", r->refers_to_ms);
    put_field(out, "WARC-Truncated", r->truncated);
    put_field(out, "WARC-Payload-Digest", r->payload_digest);
    put_block_digest(out, r, &block);
    put_field(out, "Content-Type", r->content_type);
    dl_buf_fmt(out, "Content-Length: %zu\r\n\r\n", block.n);
    dl_buf_str(out, dl_buf_slice(&block));
    dl_buf_c(out, "\r\n\r\n");
    enum dl_err err = dl_buf_failed(out) != DL_OK ? dl_buf_failed(out) : dl_buf_failed(&block);
    if (err != DL_OK && w->failed == DL_OK) w->failed = err;
    dl_buf_free(&block);
}

/* --- members ------------------------------------------------------------------------------ */

static size_t packed_bound(dl_warc_writer *w, size_t n)
{
    return w->options.format == DL_WARC_GZIP ? libdeflate_gzip_compress_bound(w->gzip, n)
                                             : ZSTD_compressBound(n);
}

static enum dl_err put_member(dl_warc_writer *w)
{
    dl_str in = dl_buf_slice(&w->record);
    if (w->options.format == DL_WARC_PLAIN) {
        dl_buf_str(&w->group, in);
        return dl_buf_failed(&w->group);
    }
    size_t most = packed_bound(w, in.n), n;
    DL_TRY(dl_buf_reserve(&w->group, most));
    char *to = w->group.p + w->group.n;
    if (w->options.format == DL_WARC_GZIP) {
        n = libdeflate_gzip_compress(w->gzip, in.p, in.n, to, most);
        if (n == 0) return DL_ERR_NOMEM;
    } else {
        n = ZSTD_compress2(w->zstd, to, most, in.p, in.n);
        if (ZSTD_isError(n)) return DL_ERR_NOMEM;
    }
    w->group.n += n;
    return DL_OK;
}

void dl_warc_writer_add(dl_warc_writer *w, const struct dl_warc_out *record)
{
    if (w->failed != DL_OK) return;
    put_record(w, record);
    if (w->failed == DL_OK) w->failed = put_member(w);
}

/* --- files -------------------------------------------------------------------------------- */

static void close_file(dl_warc_writer *w)
{
    if (w->fd < 0) return;
    if (w->dirty) fdatasync(w->fd);
    close(w->fd);
    w->fd = -1;
    w->dirty = false;
    w->path[0] = '\0';
}

static const char *ending(enum dl_warc_format format)
{
    return format == DL_WARC_GZIP ? ".warc.gz" : format == DL_WARC_ZSTD ? ".warc.zst" : ".warc";
}

static enum dl_err open_file(dl_warc_writer *w, int64_t now_ms, struct dl_diag *diag)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        char time[32], digits[32];
        size_t n = 0;
        dl_time_format_ms(now_ms, time);
        for (const char *c = time; *c != '\0'; c++)
            if (dl_is_digit((unsigned char)*c)) digits[n++] = *c;
        digits[n] = '\0';
        snprintf(w->path, sizeof w->path, "%s/%s-%s-%05u-%d%s", w->options.dir, w->options.name,
                 digits, w->serial++, (int)getpid(), ending(w->options.format));
        w->fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (w->fd >= 0) break;
        if (errno != EEXIST) break;
    }
    if (w->fd < 0) {
        enum dl_err err = dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", w->path,
                                  strerrordesc_np(errno));
        w->path[0] = '\0';
        return err;
    }
    if (w->dir_fd >= 0) fsync(w->dir_fd); /* the name, too, survives a power cut */
    w->file_bytes = 0;
    return DL_OK;
}

static void put_warcinfo(dl_warc_writer *w, int64_t now_ms)
{
    char id[DL_WARC_ID];
    dl_buf body = DL_BUF_INIT(1 << 16);
    dl_warc_new_id(id);
    put_field(&body, "software", w->options.software);
    dl_buf_c(&body, "format: WARC File Format 1.1\r\n"
                    "conformsTo: http://iipc.github.io/warc-specifications/specifications/"
                    "warc-format/warc-1.1/\r\n");
    dl_buf_str(&body, w->options.info);
    struct dl_warc_out r = {.type = DL_STR("warcinfo"),
                            .id = dl_str_c(id),
                            .date_ms = now_ms,
                            .content_type = DL_STR("application/warc-fields"),
                            .body = dl_buf_slice(&body)};
    dl_warc_writer_add(w, &r);
    dl_buf_free(&body);
}

enum dl_err dl_warc_writer_begin(dl_warc_writer *w, int64_t now_ms, bool *ret_new_file,
                                 struct dl_diag *diag)
{
    w->failed = DL_OK;
    dl_buf_reset(&w->group);
    w->group.failed = DL_OK;
    uint64_t most = w->options.file_max > 0 ? w->options.file_max : DL_WARC_FILE_MAX;
    if (w->fd >= 0 && w->file_bytes >= most) close_file(w);
    *ret_new_file = w->fd < 0;
    if (w->fd >= 0) return DL_OK;
    DL_TRY(open_file(w, now_ms, diag));
    put_warcinfo(w, now_ms);
    return DL_OK;
}

/* Half a group must not stand before a whole one. */
static void take_back(dl_warc_writer *w)
{
    bool empty = w->file_bytes == 0;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", w->path);
    if (!empty && ftruncate(w->fd, (off_t)w->file_bytes) != 0) w->dirty = true;
    close_file(w);
    if (empty) unlink(path);
}

static void shrink(dl_buf *buf)
{
    if (buf->cap > KEEP_MEMORY) dl_buf_free(buf);
    buf->failed = DL_OK;
}

enum dl_err dl_warc_writer_end(dl_warc_writer *w, struct dl_diag *diag)
{
    enum dl_err err = w->failed;
    if (err == DL_OK) err = dl_buf_failed(&w->group);
    if (w->fd < 0) return DL_ERR_STATE;
    if (err != DL_OK) {
        dl_fail(diag, err, DL_NO_POS, "the records do not fit: %s", dl_err_text(err));
        if (w->file_bytes == 0) take_back(w);
    } else if ((err = dl_io_write_fd(w->fd, w->group.p, w->group.n)) != DL_OK) {
        dl_fail(diag, err, DL_NO_POS, "%s: %s", w->path, strerrordesc_np(errno));
        take_back(w);
    } else {
        w->file_bytes += w->group.n;
        w->all_bytes += w->group.n;
        w->dirty = true;
    }
    shrink(&w->group);
    shrink(&w->record);
    return err;
}

enum dl_err dl_warc_writer_sync(dl_warc_writer *w, struct dl_diag *diag)
{
    if (w->fd < 0 || !w->dirty) return DL_OK;
    w->dirty = false;
    if (fdatasync(w->fd) == 0) return DL_OK;
    return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "%s: %s", w->path, strerrordesc_np(errno));
}

uint64_t dl_warc_writer_bytes(const dl_warc_writer *w)
{
    return w->all_bytes;
}

const char *dl_warc_writer_path(const dl_warc_writer *w)
{
    return w->path;
}

/* --- life --------------------------------------------------------------------------------- */

static enum dl_err copy_options(dl_warc_writer *w, const struct dl_warc_writer_options *o)
{
    w->text = dl_arena_new(TEXT_MEMORY);
    if (w->text == NULL) return DL_ERR_NOMEM;
    w->options = *o;
    w->options.dir = dl_str_cstr(w->text, dl_str_c(o->dir));
    w->options.name = dl_str_cstr(w->text, dl_str_c(o->name));
    w->options.software = dl_str_dup(w->text, o->software);
    w->options.info = dl_str_dup(w->text, o->info);
    return dl_arena_failed(w->text);
}

enum dl_err dl_warc_writer_new(const struct dl_warc_writer_options *options,
                               dl_warc_writer **ret_writer, struct dl_diag *diag)
{
    dl_warc_writer *w = calloc(1, sizeof *w);
    if (w == NULL) return DL_ERR_NOMEM;
    w->fd = w->dir_fd = -1;
    dl_buf_init(&w->record, RECORD_MAX);
    dl_buf_init(&w->group, DL_WARC_GROUP_MAX);
    w->gzip = libdeflate_alloc_compressor(GZIP_LEVEL);
    w->zstd = ZSTD_createCCtx();
    w->dir_fd = open(options->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum dl_err err = w->gzip == NULL || w->zstd == NULL ? DL_ERR_NOMEM : copy_options(w, options);
    if (err == DL_OK && w->dir_fd < 0)
        err = dl_fail(diag, DL_ERR_IO, DL_NO_POS, "%s: %s", options->dir, strerrordesc_np(errno));
    if (err != DL_OK) {
        dl_warc_writer_free(w);
        return err;
    }
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 1);
    *ret_writer = w;
    return DL_OK;
}

void dl_warc_writer_free(dl_warc_writer *w)
{
    if (w == NULL) return;
    close_file(w);
    if (w->dir_fd >= 0) close(w->dir_fd);
    libdeflate_free_compressor(w->gzip);
    ZSTD_freeCCtx(w->zstd);
    dl_arena_free(w->text);
    dl_buf_free(&w->record);
    dl_buf_free(&w->group);
    free(w);
}

/* --- heads of HTTP ------------------------------------------------------------------------ */

/* One line with its end off the front; CR before LF goes with it. */
static bool head_line(dl_str *rest, dl_str *ret_line)
{
    if (rest->n == 0) return false;
    size_t end = dl_str_chr(*rest, '\n', 0);
    dl_str line = dl_str_sub(*rest, 0, end);
    *rest = dl_str_sub(*rest, end == DL_NO_POS ? rest->n : end + 1, rest->n);
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    *ret_line = line;
    return true;
}

static bool is_named(dl_str line, const char *name)
{
    size_t colon = dl_str_chr(line, ':', 0);
    return colon != DL_NO_POS && dl_str_ieq_c(dl_str_trim(dl_str_sub(line, 0, colon)), name);
}

static void put_status_line(dl_buf *out, dl_str line)
{
    size_t space = dl_str_chr(line, ' ', 0);
    bool newer = dl_str_starts(line, "HTTP/2") || dl_str_starts(line, "HTTP/3");
    if (newer && space != DL_NO_POS) {
        dl_buf_c(out, "HTTP/1.1");
        line = dl_str_sub(line, space, line.n);
    }
    dl_buf_str(out, line);
    dl_buf_c(out, "\r\n");
}

dl_str dl_warc_answer_head(dl_arena *arena, dl_str head, int64_t body_n)
{
    static const char *const renamed[] = {"Content-Encoding", "Transfer-Encoding",
                                          "Content-Length"};
    dl_buf out = DL_BUF_INIT(RECORD_MAX);
    dl_str rest = head, line;
    for (bool first = true; head_line(&rest, &line) && line.n > 0; first = false) {
        if (first) {
            put_status_line(&out, line);
            continue;
        }
        for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
            if (is_named(line, renamed[i])) dl_buf_c(&out, "X-Crawler-");
        dl_buf_str(&out, line);
        dl_buf_c(&out, "\r\n");
    }
    if (body_n >= 0) dl_buf_fmt(&out, "Content-Length: %lld\r\n", (long long)body_n);
    dl_buf_c(&out, "\r\n");
    dl_str made = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return made;
}

dl_str dl_warc_request_head(dl_arena *arena, dl_str head)
{
    static const char *const secret[] = {"Authorization", "Proxy-Authorization", "Cookie"};
    dl_buf out = DL_BUF_INIT(RECORD_MAX);
    dl_str rest = head, line;
    while (head_line(&rest, &line) && line.n > 0) {
        for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
            if (is_named(line, secret[i])) line = dl_str_fmt(arena, "%s: (not told)", secret[i]);
        dl_buf_str(&out, line);
        dl_buf_c(&out, "\r\n");
    }
    dl_buf_c(&out, "\r\n");
    dl_str made = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return made;
}
