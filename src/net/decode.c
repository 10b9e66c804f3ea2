#include "net/decode.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 16 << 10, GZIP_ONLY = 16 + MAX_WBITS, ZSTD_WINDOW_LOG_MAX = 23 };

enum dl_coding dl_coding_of(dl_str value)
{
    value = dl_str_trim(value);
    if (value.n == 0 || dl_str_ieq_c(value, "identity")) return DL_CODING_IDENTITY;
    if (dl_str_ieq_c(value, "gzip") || dl_str_ieq_c(value, "x-gzip")) return DL_CODING_GZIP;
    if (dl_str_ieq_c(value, "br")) return DL_CODING_BROTLI;
    if (dl_str_ieq_c(value, "zstd")) return DL_CODING_ZSTD;
    return DL_CODING_UNKNOWN;
}

static z_stream *start_gzip(void)
{
    z_stream *z = calloc(1, sizeof *z);
    if (z != NULL && inflateInit2(z, GZIP_ONLY) == Z_OK) return z;
    free(z);
    return NULL;
}

static ZSTD_DCtx *start_zstd(void)
{
    ZSTD_DCtx *z = ZSTD_createDCtx();
    if (z != NULL) ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
    return z;
}

enum dl_fault dl_decoder_start(struct dl_decoder *d, enum dl_coding coding)
{
    *d = (struct dl_decoder){.coding = coding};
    switch (coding) {
    case DL_CODING_IDENTITY:
        d->ended = true;
        return DL_FAULT_NONE;
    case DL_CODING_GZIP:
        d->state = start_gzip();
        break;
    case DL_CODING_BROTLI:
        d->state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
        break;
    case DL_CODING_ZSTD:
        d->state = start_zstd();
        break;
    case DL_CODING_UNKNOWN:
        return DL_FAULT_CODING;
    }
    return d->state != NULL ? DL_FAULT_NONE : DL_FAULT_MEMORY;
}

/* The one place where decoded bytes are let out. */
static enum dl_fault put(struct dl_decoder *d, const void *p, size_t n, dl_buf *out)
{
    d->out += n;
    if (d->coding != DL_CODING_IDENTITY && d->out > DL_HTTP_RATIO_FROM &&
        d->out / DL_HTTP_RATIO_MAX > d->in)
        return DL_FAULT_BOMB;
    if (n > out->max - out->n) return DL_FAULT_BODY;
    dl_buf_add(out, p, n);
    return dl_buf_failed(out) == DL_OK ? DL_FAULT_NONE : DL_FAULT_MEMORY;
}

static enum dl_fault feed_gzip(struct dl_decoder *d, const unsigned char *p, size_t n, dl_buf *out)
{
    z_stream *z = d->state;
    unsigned char chunk[CHUNK];
    z->next_in = (unsigned char *)p;
    z->avail_in = (uInt)n;
    for (bool full = false; z->avail_in > 0 || full;) {
        if (d->ended) { /* another member; servers pad with zeros, too */
            if (z->next_in[0] != 0x1F) return DL_FAULT_NONE;
            if (inflateReset(z) != Z_OK) return DL_FAULT_CODING;
            d->ended = false;
        }
        z->next_out = chunk;
        z->avail_out = CHUNK;
        int status = inflate(z, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return status == Z_MEM_ERROR ? DL_FAULT_MEMORY : DL_FAULT_CODING;
        d->ended = status == Z_STREAM_END;
        full = z->avail_out == 0 && !d->ended;
        enum dl_fault fault = put(d, chunk, CHUNK - z->avail_out, out);
        if (fault != DL_FAULT_NONE) return fault;
        if (status == Z_BUF_ERROR) break;
    }
    return DL_FAULT_NONE;
}

static enum dl_fault feed_brotli(struct dl_decoder *d, const unsigned char *p, size_t n,
                                 dl_buf *out)
{
    unsigned char chunk[CHUNK];
    for (BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
         !d->ended && (n > 0 || result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);) {
        unsigned char *next = chunk;
        size_t room = CHUNK;
        result = BrotliDecoderDecompressStream(d->state, &n, &p, &room, &next, NULL);
        if (result == BROTLI_DECODER_RESULT_ERROR) return DL_FAULT_CODING;
        d->ended = result == BROTLI_DECODER_RESULT_SUCCESS;
        enum dl_fault fault = put(d, chunk, CHUNK - room, out);
        if (fault != DL_FAULT_NONE) return fault;
    }
    return DL_FAULT_NONE;
}

static enum dl_fault feed_zstd(struct dl_decoder *d, const unsigned char *p, size_t n, dl_buf *out)
{
    unsigned char chunk[CHUNK];
    ZSTD_inBuffer in = {p, n, 0};
    for (bool full = true; in.pos < in.size || full;) {
        ZSTD_outBuffer to = {chunk, CHUNK, 0};
        size_t before = in.pos;
        size_t left = ZSTD_decompressStream(d->state, &to, &in);
        if (ZSTD_isError(left)) return DL_FAULT_CODING;
        /* Without input and output it only says what it would like of a next frame. */
        if (in.pos > before || to.pos > 0) d->ended = left == 0;
        full = to.pos == CHUNK;
        enum dl_fault fault = put(d, chunk, to.pos, out);
        if (fault != DL_FAULT_NONE) return fault;
    }
    return DL_FAULT_NONE;
}

enum dl_fault dl_decoder_feed(struct dl_decoder *d, const void *p, size_t n, dl_buf *out)
{
    if (n == 0) return DL_FAULT_NONE;
    d->in += n;
    switch (d->coding) {
    case DL_CODING_GZIP:
        return feed_gzip(d, p, n, out);
    case DL_CODING_BROTLI:
        return feed_brotli(d, p, n, out);
    case DL_CODING_ZSTD:
        return feed_zstd(d, p, n, out);
    default:
        return put(d, p, n, out);
    }
}

enum dl_fault dl_decoder_finish(struct dl_decoder *d)
{
    bool whole = d->ended || d->in == 0;
    if (d->state != NULL && d->coding == DL_CODING_GZIP) {
        inflateEnd(d->state);
        free(d->state);
    } else if (d->state != NULL && d->coding == DL_CODING_BROTLI) {
        BrotliDecoderDestroyInstance(d->state);
    } else if (d->state != NULL && d->coding == DL_CODING_ZSTD) {
        ZSTD_freeDCtx(d->state);
    }
    d->state = NULL;
    return whole ? DL_FAULT_NONE : DL_FAULT_CODING;
}
