#include "queue/frame.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILL_STEP = 256 << 10, KEEP_MEMORY = 4 << 20 };

static const uint32_t MAGIC = 0x444C4652; /* DLFR */

struct header {
    uint32_t magic, type;
    uint64_t id, position;
    uint32_t error, length[DL_FRAME_PARTS];
};

static const size_t BOX_MAX = (size_t)DL_FRAME_PARTS * DL_FRAME_MAX_PART + (1 << 20);

void dl_inbox_init(dl_inbox *in)
{
    *in = (dl_inbox){.buf = DL_BUF_INIT(BOX_MAX)};
}

void dl_inbox_free(dl_inbox *in)
{
    dl_buf_free(&in->buf);
    in->taken = 0;
}

/* Drops what was given out; large memory is not kept for small frames. */
static void compact(dl_inbox *in)
{
    if (in->taken == 0) return;
    size_t left = in->buf.n - in->taken;
    if (left > 0) memmove(in->buf.p, in->buf.p + in->taken, left);
    in->buf.n = left;
    in->taken = 0;
    if (left == 0 && in->buf.cap > KEEP_MEMORY) dl_buf_free(&in->buf);
}

enum dl_err dl_inbox_fill(dl_inbox *in, int fd)
{
    compact(in);
    size_t want = FILL_STEP;
    struct header h;
    if (in->buf.n >= sizeof h) {
        memcpy(&h, in->buf.p, sizeof h);
        size_t whole = sizeof h;
        for (size_t i = 0; i < DL_FRAME_PARTS; i++)
            if (h.length[i] <= DL_FRAME_MAX_PART) whole += h.length[i];
        if (whole > in->buf.n && whole - in->buf.n > want) want = whole - in->buf.n;
    }
    DL_TRY(dl_buf_reserve(&in->buf, want));
    ssize_t got;
    do
        got = read(fd, in->buf.p + in->buf.n, want);
    while (got < 0 && errno == EINTR);
    if (got == 0) return DL_ERR_NOT_FOUND;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? DL_ERR_BUSY : DL_ERR_IO;
    in->buf.n += (size_t)got;
    return DL_OK;
}

enum dl_err dl_inbox_take(dl_inbox *in, struct dl_frame *ret)
{
    struct header h;
    if (in->buf.n - in->taken < sizeof h) return DL_ERR_BUSY;
    memcpy(&h, in->buf.p + in->taken, sizeof h);
    if (h.magic != MAGIC || h.error >= DL_ERR_COUNT) return DL_ERR_SYNTAX;
    size_t whole = sizeof h;
    for (size_t i = 0; i < DL_FRAME_PARTS; i++) {
        if (h.length[i] > DL_FRAME_MAX_PART) return DL_ERR_SYNTAX;
        whole += h.length[i];
    }
    if (in->buf.n - in->taken < whole) return DL_ERR_BUSY;
    struct dl_frame f = {.type = h.type, .error = h.error, .id = h.id, .position = h.position};
    const char *p = in->buf.p + in->taken + sizeof h;
    for (size_t i = 0; i < DL_FRAME_PARTS; p += h.length[i], i++)
        f.part[i] = (dl_str){p, h.length[i]};
    in->taken += whole;
    *ret = f;
    return DL_OK;
}

void dl_outbox_init(dl_outbox *out)
{
    *out = (dl_outbox){.buf = DL_BUF_INIT(BOX_MAX)};
}

void dl_outbox_free(dl_outbox *out)
{
    dl_buf_free(&out->buf);
    out->sent = 0;
}

bool dl_outbox_empty(const dl_outbox *out)
{
    return out->sent == out->buf.n;
}

static enum dl_err header_of(const struct dl_frame *f, struct header *ret, size_t *ret_whole)
{
    struct header h = {
        .magic = MAGIC, .type = f->type, .error = f->error, .id = f->id, .position = f->position};
    size_t whole = sizeof h;
    for (size_t i = 0; i < DL_FRAME_PARTS; i++) {
        if (f->part[i].n > DL_FRAME_MAX_PART) return DL_ERR_TOO_BIG;
        h.length[i] = (uint32_t)f->part[i].n;
        whole += f->part[i].n;
    }
    *ret = h;
    *ret_whole = whole;
    return DL_OK;
}

/* The pieces of a frame behind its first `sent` bytes. */
static int pieces_of(const struct dl_frame *f, struct header *h, size_t sent,
                     struct iovec ret[DL_FRAME_PARTS + 1])
{
    int n = 0;
    for (size_t i = 0; i <= DL_FRAME_PARTS; i++) {
        char *p = i == 0 ? (char *)h : (char *)(uintptr_t)f->part[i - 1].p;
        size_t size = i == 0 ? sizeof *h : f->part[i - 1].n;
        size_t skip = sent < size ? sent : size;
        sent -= skip;
        if (size > skip) ret[n++] = (struct iovec){p + skip, size - skip};
    }
    return n;
}

enum dl_err dl_frame_send(int fd, const struct dl_frame *f, size_t *sent)
{
    struct header h;
    size_t whole;
    DL_TRY(header_of(f, &h, &whole));
    while (*sent < whole) {
        struct iovec pieces[DL_FRAME_PARTS + 1];
        struct msghdr message = {.msg_iov = pieces};
        message.msg_iovlen = (size_t)pieces_of(f, &h, *sent, pieces);
        ssize_t put = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return DL_ERR_BUSY;
        if (put <= 0) return DL_ERR_IO;
        *sent += (size_t)put;
    }
    return DL_OK;
}

enum dl_err dl_outbox_put(dl_outbox *out, const struct dl_frame *f)
{
    struct header h;
    size_t whole;
    DL_TRY(header_of(f, &h, &whole));
    if (dl_outbox_empty(out)) dl_buf_reset(&out->buf), out->sent = 0;
    DL_TRY(dl_buf_reserve(&out->buf, whole));
    dl_buf_add(&out->buf, &h, sizeof h);
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        dl_buf_str(&out->buf, f->part[i]);
    return dl_buf_failed(&out->buf);
}

enum dl_err dl_outbox_flush(dl_outbox *out, int fd)
{
    while (out->sent < out->buf.n) {
        /* MSG_NOSIGNAL: a dead peer is an error to handle, not a reason to die. */
        ssize_t put = send(fd, out->buf.p + out->sent, out->buf.n - out->sent, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return DL_OK;
        if (put <= 0) return DL_ERR_IO;
        out->sent += (size_t)put;
    }
    if (out->buf.cap > KEEP_MEMORY) dl_buf_free(&out->buf);
    dl_buf_reset(&out->buf);
    out->sent = 0;
    return DL_OK;
}

enum dl_err dl_frame_read(dl_inbox *in, int fd, struct dl_frame *ret)
{
    for (;;) {
        enum dl_err err = dl_inbox_take(in, ret);
        if (err != DL_ERR_BUSY) return err;
        err = dl_inbox_fill(in, fd);
        if (err != DL_OK && err != DL_ERR_BUSY) return err;
    }
}

enum dl_err dl_frame_write(dl_outbox *out, int fd, const struct dl_frame *frame)
{
    DL_TRY(dl_outbox_put(out, frame));
    while (!dl_outbox_empty(out))
        DL_TRY(dl_outbox_flush(out, fd));
    return DL_OK;
}
