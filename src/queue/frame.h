/* Frames: how processes of one machine talk, over a stream socket.
 *
 * A frame is a fixed header, then up to DL_FRAME_PARTS byte strings. Host byte order: both ends
 * are the same binary. A peer that sends a wrong magic or a length past its limit gets
 * DL_ERR_SYNTAX and must be dropped; a reader is as hostile as the page that took it over.
 *
 * dl_inbox collects bytes until a frame is whole; dl_outbox holds bytes until the socket takes
 * them. Both work on non-blocking descriptors. */
#ifndef DL_QUEUE_FRAME_H
#define DL_QUEUE_FRAME_H

#include "base/str.h"

enum {
    DL_FRAME_PARTS = 7,
    DL_FRAME_MAX_PART = 64 << 20, /* four bodies of 16 MiB in the worst escaping */
};

struct dl_frame {
    uint32_t type;
    uint32_t error;    /* enum dl_err of a failed answer, else 0 */
    uint64_t id;       /* the asker's; copied into the answer */
    uint64_t position; /* of an error, DL_NO_POS when unknown */
    dl_str part[DL_FRAME_PARTS];
};

typedef struct dl_inbox {
    dl_buf buf;
    size_t taken; /* bytes of buf already given out */
} dl_inbox;

typedef struct dl_outbox {
    dl_buf buf;
    size_t sent;
} dl_outbox;

void dl_inbox_init(dl_inbox *in);
void dl_inbox_free(dl_inbox *in);
/* Reads what is there. DL_OK, DL_ERR_NOT_FOUND at the end of the stream, DL_ERR_BUSY when nothing
 * is there now, DL_ERR_IO. */
enum dl_err dl_inbox_fill(dl_inbox *in, int fd) DL_MUST_USE;
/* A whole frame: DL_OK, parts valid until the next fill or take. DL_ERR_BUSY: not yet whole.
 * DL_ERR_SYNTAX: drop the peer. */
enum dl_err dl_inbox_take(dl_inbox *in, struct dl_frame *ret_frame) DL_MUST_USE;

void dl_outbox_init(dl_outbox *out);
void dl_outbox_free(dl_outbox *out);
enum dl_err dl_outbox_put(dl_outbox *out, const struct dl_frame *frame) DL_MUST_USE;
bool dl_outbox_empty(const dl_outbox *out);
/* Sends what the socket takes. DL_OK, also when some is left; DL_ERR_IO when the peer is gone. */
enum dl_err dl_outbox_flush(dl_outbox *out, int fd) DL_MUST_USE;

/* Sends a frame from where it lies; *sent: bytes of it that went out before. DL_OK when it is out,
 * DL_ERR_BUSY when the socket takes no more now, DL_ERR_IO when the peer is gone. */
enum dl_err dl_frame_send(int fd, const struct dl_frame *frame, size_t *sent) DL_MUST_USE;
/* On a blocking descriptor: one frame in, one frame out. */
enum dl_err dl_frame_read(dl_inbox *in, int fd, struct dl_frame *ret_frame) DL_MUST_USE;
enum dl_err dl_frame_write(dl_outbox *out, int fd, const struct dl_frame *frame) DL_MUST_USE;

#endif
