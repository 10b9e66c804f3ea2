/* Content codings, decoded as they arrive, with limits that hold at every step.
 *
 * One layer of gzip (RFC 1952, several members), br (RFC 7932) or zstd (RFC 8878, windows up to
 * 8 MiB as RFC 9659 wants). Out: appended to a buffer, at most out->max bytes in all, and at most
 * DL_HTTP_RATIO_MAX times what came in once DL_HTTP_RATIO_FROM bytes are out. Memory: the coder's
 * window (zstd 8 MiB, br 16 MiB at most, both grow with the output) and 16 KiB of stack. */
#ifndef DL_NET_DECODE_H
#define DL_NET_DECODE_H

#include "net/client.h"

enum dl_coding {
    DL_CODING_IDENTITY,
    DL_CODING_GZIP,
    DL_CODING_BROTLI,
    DL_CODING_ZSTD,
    DL_CODING_UNKNOWN, /* another one, or more than one */
};

/* Value of Content-Encoding. */
enum dl_coding dl_coding_of(dl_str value);
/* Value of Accept-Encoding. */
#define DL_CODING_ACCEPT "gzip, br, zstd"

struct dl_decoder {
    enum dl_coding coding;
    size_t in, out;
    bool ended; /* the coding's own end was seen */
    void *state;
};

/* Faults: CODING, BODY, BOMB, MEMORY. */
enum dl_fault dl_decoder_start(struct dl_decoder *decoder, enum dl_coding coding) DL_MUST_USE;
enum dl_fault dl_decoder_feed(struct dl_decoder *decoder, const void *p, size_t n,
                              dl_buf *out) DL_MUST_USE;
/* The message is over: CODING when the coding is not. Frees; may be called twice. */
enum dl_fault dl_decoder_finish(struct dl_decoder *decoder);

#endif
