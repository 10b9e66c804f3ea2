/* One compressed member of an archive (gzip member or zstd frame) as a window of its data.
 *
 * A gzip member that fits is decompressed at once by libdeflate (2.4 times zlib's speed); any other
 * is read as a stream. `failed` tells why the data ends early; what came before it is given.
 * Bombs (feed/inflate.h) end as DL_ERR_TOO_BIG. One object is used for all members of a file. */
#ifndef DL_FEED_WARC_MEMBER_H
#define DL_FEED_WARC_MEMBER_H

#include "feed/inflate.h"
#include "feed/window.h"

struct dl_member {
    struct dl_window *file;
    struct dl_window data;
    uint64_t start, at; /* of the member in the file; behind what was read of it */
    uint64_t out;       /* bytes decompressed so far */
    bool done;          /* the end of the member was seen and its checksum is right */
    enum dl_err failed;
    const char *why;
    enum dl_coding coding;
    struct libdeflate_decompressor *fast;
    struct z_stream_s *zlib;
    struct ZSTD_DCtx_s *zstd;
};

void dl_member_init(struct dl_member *member, struct dl_window *file);
void dl_member_free(struct dl_member *member);
enum dl_err dl_member_open(struct dl_member *member, enum dl_coding coding,
                           uint64_t at) DL_MUST_USE;
/* First n bytes of the member that may begin with `in`, without opening it; how many there are. */
size_t dl_member_probe(struct dl_member *member, dl_str in, char *ret_bytes, size_t n);
/* A dictionary for all zstd frames that follow (WARC zstd profile); plain or compressed itself. */
enum dl_err dl_member_dictionary(struct dl_member *member, dl_str bytes) DL_MUST_USE;

#endif
