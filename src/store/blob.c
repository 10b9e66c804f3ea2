#include "store/blob.h"

#include <zstd.h>

enum { LEVEL = 1 };

struct dl_packer {
    ZSTD_CCtx *compressor;
    dl_buf buf;
};

struct dl_packer *dl_packer_new(void)
{
    struct dl_packer *p = calloc(1, sizeof *p);
    if (p == NULL) return NULL;
    dl_buf_init(&p->buf, ZSTD_COMPRESSBOUND((size_t)DL_BLOB_MAX) + 1);
    p->compressor = ZSTD_createCCtx();
    if (p->compressor == NULL) {
        free(p);
        return NULL;
    }
    return p;
}

void dl_packer_free(struct dl_packer *p)
{
    if (p == NULL) return;
    ZSTD_freeCCtx(p->compressor);
    dl_buf_free(&p->buf);
    free(p);
}

enum dl_err dl_blob_pack(struct dl_packer *p, dl_str body, dl_str *ret_stored, int64_t *ret_packed)
{
    if (body.n > DL_BLOB_MAX) return DL_ERR_TOO_BIG;
    *ret_stored = body;
    *ret_packed = 0;
    if (body.n < DL_BLOB_PACK_FROM) return DL_OK;
    dl_buf_reset(&p->buf);
    size_t bound = ZSTD_compressBound(body.n);
    DL_TRY(dl_buf_reserve(&p->buf, bound));
    size_t n = ZSTD_compressCCtx(p->compressor, p->buf.p, bound, body.p, body.n, LEVEL);
    if (ZSTD_isError(n) || n >= body.n) return DL_OK;
    *ret_stored = (dl_str){p->buf.p, n};
    *ret_packed = (int64_t)body.n;
    return DL_OK;
}

enum dl_err dl_blob_unpack(dl_arena *arena, dl_str stored, int64_t packed, dl_str *ret_body)
{
    if (packed == 0) {
        *ret_body = stored;
        return DL_OK;
    }
    if (packed < 0 || packed > DL_BLOB_MAX) return DL_ERR_CORRUPT;
    char *out = dl_alloc(arena, (size_t)packed + 1);
    if (out == NULL) return dl_arena_failed(arena);
    size_t n = ZSTD_decompress(out, (size_t)packed, stored.p, stored.n);
    if (ZSTD_isError(n) || n != (size_t)packed) return DL_ERR_CORRUPT;
    out[n] = '\0';
    *ret_body = (dl_str){out, n};
    return DL_OK;
}
