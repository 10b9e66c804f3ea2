/* A window over bytes that are read in order, by absolute offset.
 *
 * dl_window_at() gives a slice that starts at an offset; it lives until the next call. Going on
 * drops what lies before; going back works inside the window, or where `seek` is given. Memory: at
 * most one and a half times the largest wish. Not thread-safe. */
#ifndef DL_FEED_WINDOW_H
#define DL_FEED_WINDOW_H

#include "base/str.h"

struct dl_window {
    /* Up to n bytes; 0 at the end. A failure sets *ret_err and gives what there was before it. */
    size_t (*read)(void *ctx, char *p, size_t n, enum dl_err *ret_err);
    bool (*seek)(void *ctx, uint64_t offset); /* NULL: forward only */
    void *ctx;
    char *p;
    size_t cap, head, n; /* held: p[head, head + n), which is [start, start + n) of the whole */
    uint64_t start;
    bool at_end;
    enum dl_err failed; /* of read, or DL_ERR_NOMEM */
};

void dl_window_init(struct dl_window *window, void *ctx);
void dl_window_free(struct dl_window *window);
/* Forgets everything and stands at offset, without a seek. */
void dl_window_restart(struct dl_window *window, uint64_t offset);
/* want bytes from offset on; fewer only at the end, after a failure, or when they are gone. */
dl_str dl_window_at(struct dl_window *window, uint64_t offset, size_t want);
/* Room for n bytes at the start of an empty window, to be filled from outside. */
char *dl_window_room(struct dl_window *window, size_t n);

#endif
