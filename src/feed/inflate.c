#include "feed/inflate.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

enum {
    STEP = 64 << 10,
    ZSTD_WINDOW_LOG = 24, /* 16 MiB: what a 16 MiB body can need */
};

enum dl_coding dl_coding_sniff(dl_str s)
{
    if (s.n >= 3 && memcmp(s.p, "\x1f\x8b\x08", 3) == 0) return DL_CODING_GZIP;
    if (s.n >= 4 && memcmp(s.p, "\x28\xb5\x2f\xfd", 4) == 0) return DL_CODING_ZSTD;
    return DL_CODING_NONE;
}

bool dl_coding_named(dl_str name, enum dl_coding *ret_coding)
{
    static const struct {
        const char *name;
        enum dl_coding coding;
    } known[] = {
        {"gzip", DL_CODING_GZIP}, {"x-gzip", DL_CODING_GZIP}, {"deflate", DL_CODING_DEFLATE},
        {"br", DL_CODING_BR},     {"zstd", DL_CODING_ZSTD},   {"identity", DL_CODING_NONE},
        {"", DL_CODING_NONE}};
    name = dl_str_trim(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dl_str_ieq_c(name, known[i].name)) return *ret_coding = known[i].coding, true;
    return false;
}

bool dl_inflate_is_bomb(uint64_t in, uint64_t out)
{
    return out > DL_INFLATE_FREE && out / DL_INFLATE_RATIO > in;
}

static enum dl_err grown(dl_buf *out, size_t used, struct dl_diag *diag)
{
    if (!dl_inflate_is_bomb(used, out->n)) return DL_OK;
    return dl_fail(diag, DL_ERR_TOO_BIG, used, "compressed more than %d:1", DL_INFLATE_RATIO);
}

/* Room for one step, but never past the maximum: the last step may be shorter. */
static enum dl_err room(dl_buf *out, size_t *ret_room, struct dl_diag *diag)
{
    size_t left = out->max - out->n;
    if (left == 0) return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "more than %zu bytes", out->max);
    *ret_room = left < STEP ? left : STEP;
    return dl_buf_reserve(out, *ret_room);
}

/* One zlib stream from *at on; *at is moved behind it. */
static enum dl_err one_stream(dl_str in, size_t *at, int window_bits, dl_buf *out,
                              struct dl_diag *diag)
{
    z_stream z = {.next_in = (Bytef *)in.p + *at, .avail_in = (uInt)(in.n - *at)};
    if (inflateInit2(&z, window_bits) != Z_OK) return DL_ERR_NOMEM;
    enum dl_err err = DL_OK;
    int rc = Z_OK;
    while (err == DL_OK && rc == Z_OK) {
        size_t n = 0;
        err = room(out, &n, diag);
        if (err != DL_OK) break;
        z.next_out = (Bytef *)out->p + out->n;
        z.avail_out = (uInt)n;
        rc = inflate(&z, Z_NO_FLUSH);
        out->n += n - z.avail_out;
        out->p[out->n] = '\0';
        err = grown(out, in.n - z.avail_in, diag);
    }
    *at = in.n - z.avail_in;
    if (err == DL_OK && rc == Z_BUF_ERROR)
        err = dl_fail(diag, DL_ERR_TRUNCATED, in.n, "compressed data ends too early");
    else if (err == DL_OK && rc != Z_STREAM_END)
        err = dl_fail(diag, DL_ERR_CORRUPT, *at, "%s", z.msg != NULL ? z.msg : "bad deflate data");
    inflateEnd(&z);
    return err;
}

static enum dl_err gzip(dl_str in, dl_buf *out, struct dl_diag *diag)
{
    size_t at = 0;
    do
        DL_TRY(one_stream(in, &at, 15 + 16, out, diag));
    while (dl_coding_sniff(dl_str_sub(in, at, in.n)) == DL_CODING_GZIP);
    return DL_OK;
}

/* "deflate" is zlib by the standard and raw deflate by half of the servers. */
static enum dl_err deflate_any(dl_str in, dl_buf *out, struct dl_diag *diag)
{
    size_t at = 0, before = out->n;
    enum dl_err err = one_stream(in, &at, 15, out, diag);
    if (err != DL_ERR_CORRUPT || out->n != before) return err;
    at = 0;
    return one_stream(in, &at, -15, out, diag);
}

static enum dl_err brotli(dl_str in, dl_buf *out, struct dl_diag *diag)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (state == NULL) return DL_ERR_NOMEM;
    const uint8_t *next = (const uint8_t *)in.p;
    size_t avail = in.n;
    BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    enum dl_err err = DL_OK;
    while (err == DL_OK && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t n = 0;
        err = room(out, &n, diag);
        if (err != DL_OK) break;
        uint8_t *to = (uint8_t *)out->p + out->n;
        size_t left = n;
        rc = BrotliDecoderDecompressStream(state, &avail, &next, &left, &to, NULL);
        out->n += n - left;
        out->p[out->n] = '\0';
        err = grown(out, in.n - avail, diag);
    }
    BrotliDecoderDestroyInstance(state);
    if (err == DL_OK && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
        err = dl_fail(diag, DL_ERR_TRUNCATED, in.n, "compressed data ends too early");
    if (err == DL_OK && rc == BROTLI_DECODER_RESULT_ERROR)
        err = dl_fail(diag, DL_ERR_CORRUPT, in.n - avail, "bad brotli data");
    return err;
}

static enum dl_err zstd(dl_str in, dl_buf *out, struct dl_diag *diag)
{
    ZSTD_DCtx *ctx = ZSTD_createDCtx();
    if (ctx == NULL) return DL_ERR_NOMEM;
    ZSTD_DCtx_setParameter(ctx, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    ZSTD_inBuffer from = {in.p, in.n, 0};
    enum dl_err err = DL_OK;
    size_t rc = 1, made = 1;
    /* It is at its end when a frame is complete and nothing is left to read or to hand out. */
    while (err == DL_OK && (from.pos < from.size || (rc != 0 && made > 0))) {
        size_t n = 0;
        err = room(out, &n, diag);
        if (err != DL_OK) break;
        ZSTD_outBuffer to = {out->p + out->n, n, 0};
        rc = ZSTD_decompressStream(ctx, &to, &from);
        if (ZSTD_isError(rc)) {
            err = dl_fail(diag, DL_ERR_CORRUPT, from.pos, "%s", ZSTD_getErrorName(rc));
            break;
        }
        made = to.pos;
        out->n += to.pos;
        out->p[out->n] = '\0';
        err = grown(out, from.pos, diag);
    }
    ZSTD_freeDCtx(ctx);
    if (err == DL_OK && rc != 0)
        err = dl_fail(diag, DL_ERR_TRUNCATED, in.n, "compressed data ends too early");
    return err;
}

enum dl_err dl_inflate(enum dl_coding coding, dl_str in, dl_buf *out, struct dl_diag *diag)
{
    if (in.n > UINT32_MAX) return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "more than 4 GiB");
    switch (coding) {
    case DL_CODING_NONE:
        dl_buf_str(out, in);
        return dl_buf_failed(out);
    case DL_CODING_GZIP:
        return gzip(in, out, diag);
    case DL_CODING_DEFLATE:
        return deflate_any(in, out, diag);
    case DL_CODING_BR:
        return brotli(in, out, diag);
    case DL_CODING_ZSTD:
        return zstd(in, out, diag);
    }
    return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "a coding that is not known");
}
