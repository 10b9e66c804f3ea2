#include "feed/window.h"

enum { READ_STEP = 256 << 10, FIRST_CAP = 512 << 10 };

void dl_window_init(struct dl_window *w, void *ctx)
{
    *w = (struct dl_window){.ctx = ctx};
}

void dl_window_free(struct dl_window *w)
{
    free(w->p);
    w->p = NULL;
    w->cap = w->n = w->head = 0;
}

void dl_window_restart(struct dl_window *w, uint64_t offset)
{
    w->head = w->n = 0;
    w->start = offset;
    w->at_end = false;
    w->failed = DL_OK;
}

static bool grow(struct dl_window *w, size_t want)
{
    if (w->cap - w->head >= want) return true;
    if (w->cap >= want + want / 2 || (w->cap >= FIRST_CAP && w->cap / 2 >= want)) {
        /* Half of the room was used up since the last move, so moving stays linear. */
        memmove(w->p, w->p + w->head, w->n);
        w->head = 0;
        return true;
    }
    size_t cap = want + want / 2;
    if (cap < FIRST_CAP) cap = FIRST_CAP;
    char *p = malloc(cap);
    if (p == NULL) {
        w->failed = DL_ERR_NOMEM;
        return false;
    }
    if (w->n > 0) memcpy(p, w->p + w->head, w->n);
    free(w->p);
    w->p = p;
    w->cap = cap;
    w->head = 0;
    return true;
}

char *dl_window_room(struct dl_window *w, size_t n)
{
    w->head = w->n = 0;
    return grow(w, n) ? w->p : NULL;
}

static void fill(struct dl_window *w, size_t want)
{
    if (!grow(w, want)) return;
    while (w->n < want && !w->at_end && w->failed == DL_OK) {
        size_t room = w->cap - w->head - w->n;
        size_t n = want - w->n > READ_STEP ? want - w->n : READ_STEP;
        if (n > room) n = room;
        size_t got = w->read(w->ctx, w->p + w->head + w->n, n, &w->failed);
        w->n += got;
        w->at_end = got == 0;
    }
}

/* Forward over what is not held: by a seek, else by reading. */
static void skip_to(struct dl_window *w, uint64_t offset)
{
    if (w->seek != NULL) {
        dl_window_restart(w, offset);
        if (!w->seek(w->ctx, offset)) w->failed = DL_ERR_IO;
        return;
    }
    while (w->start + w->n < offset && !w->at_end && w->failed == DL_OK) {
        w->start += w->n;
        w->head = w->n = 0;
        fill(w, READ_STEP);
    }
    size_t drop = offset - w->start < w->n ? (size_t)(offset - w->start) : w->n;
    w->start += drop;
    w->head += drop;
    w->n -= drop;
}

dl_str dl_window_at(struct dl_window *w, uint64_t offset, size_t want)
{
    if (offset < w->start && w->seek == NULL) return (dl_str){NULL, 0};
    if (offset < w->start || offset > w->start + w->n) {
        skip_to(w, offset);
        if (w->start != offset) return (dl_str){NULL, 0};
    } else {
        size_t drop = (size_t)(offset - w->start);
        w->start = offset;
        w->head += drop;
        w->n -= drop;
    }
    if (w->n < want && !w->at_end && w->failed == DL_OK) fill(w, want);
    return (dl_str){w->p + w->head, w->n < want ? w->n : want};
}
