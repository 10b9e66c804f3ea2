/* Archives: every input ends, offsets never go back, no text is invalid UTF-8, bodies can be read.
 * From a file and from a pipe, which have different windows. */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "feed/warc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIPE_MAX = 60 << 10 /* fits into a pipe without a second process */ };

static void read_all(int fd, size_t size)
{
    dl_warc *w;
    struct dl_warc_record r;
    uint64_t last = 0;
    if (dl_warc_open(fd, NULL, &w) != DL_OK) return;
    for (size_t n = 0; dl_warc_next(w, &r) == DL_OK; n++) {
        dl_str body;
        DL_ASSERT(r.offset >= last && r.offset <= size && n <= size);
        DL_ASSERT(r.offset + r.length <= size);
        DL_ASSERT(dl_utf8_valid(r.type, NULL) && dl_utf8_valid(r.uri, NULL));
        DL_ASSERT(dl_utf8_valid(r.content_type, NULL) && dl_utf8_valid(r.truncated, NULL));
        if (dl_warc_body(w, &r, &body, NULL) == DL_OK) DL_ASSERT(body.n <= DL_WARC_BLOCK_MAX);
        last = r.offset;
    }
    dl_warc_close(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int file = memfd_create("archive", MFD_CLOEXEC), ends[2];
    if (file < 0) return 0;
    if (dl_io_write_fd(file, data, size) == DL_OK) read_all(file, size);
    close(file);
    if (size > PIPE_MAX || pipe(ends) != 0) return 0;
    if (dl_io_write_fd(ends[1], data, size) == DL_OK) {
        close(ends[1]);
        read_all(ends[0], size);
    }
    close(ends[0]);
    return 0;
}
