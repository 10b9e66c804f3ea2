#include "feed/warc_member.h"

#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include "feed/warc.h"

enum {
    FAST_IN = 1 << 20,    /* compressed bytes offered to libdeflate: pages are below 100 KB */
    FAST_OUT = 256 << 10, /* first room for its output, doubled up to the largest block */
    STREAM_IN = 64 << 10,
    PROBE_IN = 512,           /* gives some bytes of data, whatever Huffman table comes first */
    ZSTD_WINDOW_LOG = 24,     /* 16 MiB of memory */
    DICTIONARY_MAX = 4 << 20, /* those of crawlers have 100 KB */
};

static size_t read_data(void *ctx, char *p, size_t n, enum dl_err *ret_err);

void dl_member_init(struct dl_member *m, struct dl_window *file)
{
    *m = (struct dl_member){.file = file};
    dl_window_init(&m->data, m);
    m->data.read = read_data;
}

void dl_member_free(struct dl_member *m)
{
    dl_window_free(&m->data);
    if (m->fast != NULL) libdeflate_free_decompressor(m->fast);
    if (m->zlib != NULL) inflateEnd(m->zlib);
    free(m->zlib);
    ZSTD_freeDCtx(m->zstd);
}

static void fail(struct dl_member *m, enum dl_err err, const char *why)
{
    m->failed = err;
    m->why = why;
}

/* --- streams ------------------------------------------------------------------------------ */

static bool zlib_ready(struct dl_member *m)
{
    if (m->zlib != NULL) return inflateReset2(m->zlib, 15 + 16) == Z_OK;
    m->zlib = calloc(1, sizeof *m->zlib);
    return m->zlib != NULL && inflateInit2(m->zlib, 15 + 16) == Z_OK;
}

static bool zstd_ready(struct dl_member *m)
{
    if (m->zstd == NULL) {
        m->zstd = ZSTD_createDCtx();
        if (m->zstd == NULL) return false;
        ZSTD_DCtx_setParameter(m->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    }
    ZSTD_DCtx_reset(m->zstd, ZSTD_reset_session_only);
    return true;
}

static size_t zlib_step(struct dl_member *m, dl_str in, char *p, size_t n)
{
    z_stream *z = m->zlib;
    z->next_in = (Bytef *)in.p;
    z->avail_in = (uInt)in.n;
    z->next_out = (Bytef *)p;
    z->avail_out = (uInt)n;
    int rc = inflate(z, Z_NO_FLUSH);
    m->at += in.n - z->avail_in;
    if (rc == Z_STREAM_END)
        m->done = true;
    else if (rc == Z_MEM_ERROR)
        fail(m, DL_ERR_NOMEM, "no memory for decompression");
    else if (rc != Z_OK && rc != Z_BUF_ERROR)
        fail(m, DL_ERR_CORRUPT, z->msg != NULL ? z->msg : "bad gzip data");
    return n - z->avail_out;
}

static size_t zstd_step(struct dl_member *m, dl_str in, char *p, size_t n)
{
    ZSTD_inBuffer from = {in.p, in.n, 0};
    ZSTD_outBuffer to = {p, n, 0};
    size_t rc = ZSTD_decompressStream(m->zstd, &to, &from);
    m->at += from.pos;
    if (ZSTD_isError(rc))
        fail(m, DL_ERR_CORRUPT, ZSTD_getErrorName(rc));
    else
        m->done = rc == 0;
    return to.pos;
}

static size_t read_data(void *ctx, char *p, size_t n, enum dl_err *ret_err)
{
    struct dl_member *m = ctx;
    size_t got = 0;
    if (n > (64 << 20)) n = 64 << 20;
    while (got == 0 && !m->done && m->failed == DL_OK) {
        uint64_t before = m->at;
        dl_str in = dl_window_at(m->file, m->at, STREAM_IN);
        if (m->file->failed != DL_OK) {
            *ret_err = m->file->failed;
            return 0;
        }
        got = m->coding == DL_CODING_ZSTD ? zstd_step(m, in, p, n) : zlib_step(m, in, p, n);
        m->out += got;
        bool stuck = got == 0 && m->at == before && !m->done && m->failed == DL_OK;
        if (stuck) fail(m, DL_ERR_TRUNCATED, "compressed data ends too early");
        if (dl_inflate_is_bomb(m->at - m->start, m->out))
            fail(m, DL_ERR_TOO_BIG, "compressed more than 100:1");
    }
    return got;
}

/* --- at once ------------------------------------------------------------------------------ */

/* The whole member into the window; false: it has to be read as a stream. */
static bool open_fast(struct dl_member *m)
{
    if (m->fast == NULL) m->fast = libdeflate_alloc_decompressor();
    dl_str in = dl_window_at(m->file, m->start, FAST_IN);
    for (size_t room = m->data.cap > FAST_OUT ? m->data.cap : FAST_OUT; m->fast != NULL;
         room *= 2) {
        if (room > DL_WARC_BLOCK_MAX) room = DL_WARC_BLOCK_MAX;
        char *p = dl_window_room(&m->data, room);
        if (p == NULL) return false;
        size_t used = 0, made = 0;
        enum libdeflate_result rc =
            libdeflate_gzip_decompress_ex(m->fast, in.p, in.n, p, room, &used, &made);
        if (rc == LIBDEFLATE_INSUFFICIENT_SPACE && room < DL_WARC_BLOCK_MAX) continue;
        if (rc != LIBDEFLATE_SUCCESS) return false;
        m->at = m->start + used;
        m->out = made;
        m->done = true;
        if (dl_inflate_is_bomb(used, made)) {
            fail(m, DL_ERR_TOO_BIG, "compressed more than 100:1");
            made = DL_INFLATE_FREE;
        }
        m->data.n = made;
        m->data.at_end = true;
        return true;
    }
    return false;
}

enum dl_err dl_member_open(struct dl_member *m, enum dl_coding coding, uint64_t at)
{
    m->coding = coding;
    m->start = m->at = at;
    m->out = 0;
    m->done = false;
    m->failed = DL_OK;
    m->why = NULL;
    dl_window_restart(&m->data, 0);
    if (coding == DL_CODING_GZIP && open_fast(m)) return DL_OK;
    dl_window_restart(&m->data, 0);
    if (coding == DL_CODING_ZSTD) return zstd_ready(m) ? DL_OK : DL_ERR_NOMEM;
    return zlib_ready(m) ? DL_OK : DL_ERR_NOMEM;
}

size_t dl_member_probe(struct dl_member *m, dl_str in, char *ret_bytes, size_t n)
{
    in = dl_str_sub(in, 0, PROBE_IN);
    if (dl_coding_sniff(in) == DL_CODING_ZSTD) {
        if (!zstd_ready(m)) return 0;
        ZSTD_inBuffer from = {in.p, in.n, 0};
        ZSTD_outBuffer to = {ret_bytes, n, 0};
        return ZSTD_isError(ZSTD_decompressStream(m->zstd, &to, &from)) ? 0 : to.pos;
    }
    if (!zlib_ready(m)) return 0;
    z_stream *z = m->zlib;
    z->next_in = (Bytef *)in.p;
    z->avail_in = (uInt)in.n;
    z->next_out = (Bytef *)ret_bytes;
    z->avail_out = (uInt)n;
    inflate(z, Z_NO_FLUSH);
    return n - z->avail_out;
}

enum dl_err dl_member_dictionary(struct dl_member *m, dl_str bytes)
{
    dl_buf plain = DL_BUF_INIT(DICTIONARY_MAX);
    enum dl_err err = dl_inflate(dl_coding_sniff(bytes), bytes, &plain, NULL);
    if (err == DL_OK && !zstd_ready(m)) err = DL_ERR_NOMEM;
    if (err == DL_OK && ZSTD_isError(ZSTD_DCtx_loadDictionary(m->zstd, plain.p, plain.n)))
        err = DL_ERR_CORRUPT;
    dl_buf_free(&plain);
    return err;
}
