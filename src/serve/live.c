#include "serve/live.h"

#include <pthread.h>

enum { PENDING_MAX = 4 << 20, FILL = 32 << 10 };

struct event {
    int64_t seq;
    char *bytes;
    size_t n;
};

struct reader {
    dl_live *live;
    struct reader *next, *before;
    struct dl_http_connection *connection;
    int64_t last;   /* sequence of the last event put into pending */
    uint64_t beat;  /* of the heart, when last written */
    bool waiting;   /* its connection is paused */
    bool caught_up; /* reads from the ring */
    dl_buf pending; /* formatted, not yet taken by the transport */
    size_t taken;
};

struct dl_live {
    pthread_mutex_t lock;
    dl_live_fetch fetch;
    void *ctx;
    struct event ring[DL_LIVE_RING];
    size_t first, n;  /* of the ring */
    int64_t complete; /* the ring holds everything after this */
    int64_t newest;   /* sequence of the newest event seen */
    bool begun, stopped;
    uint64_t beat;
    int64_t beat_ms;
    struct reader *readers;
    struct dl_live_stats stats;
};

dl_live *dl_live_new(dl_live_fetch fetch, void *ctx)
{
    dl_live *live = calloc(1, sizeof *live);
    if (live == NULL) return NULL;
    pthread_mutex_init(&live->lock, NULL);
    live->fetch = fetch;
    live->ctx = ctx;
    return live;
}

void dl_live_free(dl_live *live)
{
    if (live == NULL) return;
    DL_ASSERT(live->readers == NULL);
    for (size_t i = 0; i < live->n; i++)
        free(live->ring[(live->first + i) % DL_LIVE_RING].bytes);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

void dl_live_begin(dl_live *live, int64_t newest)
{
    pthread_mutex_lock(&live->lock);
    if (!live->begun) live->complete = live->newest = newest;
    live->begun = true;
    pthread_mutex_unlock(&live->lock);
}

bool dl_live_has_begun(dl_live *live)
{
    pthread_mutex_lock(&live->lock);
    bool begun = live->begun;
    pthread_mutex_unlock(&live->lock);
    return begun;
}

static void format_event(dl_buf *out, int64_t seq, const char *type, dl_str json)
{
    dl_buf_fmt(out, "id: %lld\nevent: %s\ndata: ", (long long)seq, type);
    dl_buf_str(out, json);
    dl_buf_c(out, "\n\n");
}

/* Appends to the ring; the oldest event leaves. Locked. */
static void keep(dl_live *live, int64_t seq, dl_buf *bytes)
{
    if (live->n == DL_LIVE_RING) {
        struct event *oldest = &live->ring[live->first];
        live->complete = oldest->seq;
        free(oldest->bytes);
        live->first = (live->first + 1) % DL_LIVE_RING;
        live->n--;
    }
    live->ring[(live->first + live->n++) % DL_LIVE_RING] =
        (struct event){.seq = seq, .bytes = bytes->p, .n = bytes->n};
    live->newest = seq;
}

static void to_ring(void *sink, int64_t seq, const char *type, dl_str json)
{
    dl_live *live = sink;
    dl_buf bytes = DL_BUF_INIT(PENDING_MAX);
    format_event(&bytes, seq, type, json);
    pthread_mutex_lock(&live->lock);
    if (dl_buf_failed(&bytes) == DL_OK) {
        keep(live, seq, &bytes);
    } else { /* cannot be kept: readers must fetch past it from the store */
        live->complete = live->newest = seq;
        dl_buf_free(&bytes);
    }
    pthread_mutex_unlock(&live->lock);
}

static void wake_all(dl_live *live)
{
    for (struct reader *r = live->readers; r != NULL; r = r->next) {
        if (r->waiting) dl_http_wake(r->connection);
        r->waiting = false;
    }
}

void dl_live_tick(dl_live *live, int64_t now_ms)
{
    int64_t before, after = live->newest; /* only this thread writes it */
    if (!live->begun) return;
    before = after;
    do {
        after = live->newest;
        if (live->fetch(live->ctx, after, DL_LIVE_BATCH, to_ring, live) != DL_OK) break;
    } while (live->newest > after);
    pthread_mutex_lock(&live->lock);
    bool beats = now_ms - live->beat_ms >= DL_LIVE_BEAT_MS;
    if (beats) {
        live->beat++;
        live->beat_ms = now_ms;
    }
    if (beats || live->newest > before) wake_all(live);
    pthread_mutex_unlock(&live->lock);
}

void dl_live_stop(dl_live *live)
{
    pthread_mutex_lock(&live->lock);
    live->stopped = true;
    wake_all(live);
    pthread_mutex_unlock(&live->lock);
}

static void to_pending(void *sink, int64_t seq, const char *type, dl_str json)
{
    struct reader *reader = sink;
    format_event(&reader->pending, seq, type, json);
    reader->last = seq;
}

/* Index in the ring of the first event after seq. Locked. */
static size_t position(const dl_live *live, int64_t seq)
{
    size_t low = 0, high = live->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (live->ring[(live->first + middle) % DL_LIVE_RING].seq <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum step { HAS_BYTES, WAITS, ENDS, WANTS_STORE };

static enum step from_ring(struct reader *reader)
{
    dl_live *live = reader->live;
    if (live->stopped) return ENDS;
    if (reader->last < live->complete) {
        if (!reader->caught_up) return WANTS_STORE;
        live->stats.dropped++;
        return ENDS;
    }
    reader->caught_up = true;
    for (size_t i = position(live, reader->last); i < live->n && reader->pending.n < FILL; i++) {
        const struct event *event = &live->ring[(live->first + i) % DL_LIVE_RING];
        dl_buf_add(&reader->pending, event->bytes, event->n);
        reader->last = event->seq;
        live->stats.sent++;
    }
    if (reader->pending.n == 0 && reader->beat != live->beat) dl_buf_c(&reader->pending, ":\n\n");
    reader->beat = live->beat;
    if (reader->pending.n > 0) return HAS_BYTES;
    dl_http_pause(reader->connection); /* under the lock: nobody can wake it before */
    reader->waiting = true;
    return WAITS;
}

static enum step from_store(struct reader *reader)
{
    dl_live *live = reader->live;
    int64_t before = reader->last;
    if (live->fetch(live->ctx, before, DL_LIVE_BATCH, to_pending, reader) != DL_OK) return ENDS;
    if (reader->last > before) return HAS_BYTES;
    /* The ring has moved on, yet the store holds nothing after it: those changes were cleared. */
    pthread_mutex_lock(&live->lock);
    reader->last = live->complete;
    pthread_mutex_unlock(&live->lock);
    return HAS_BYTES;
}

static enum step fill(struct reader *reader)
{
    for (;;) {
        pthread_mutex_lock(&reader->live->lock);
        enum step step = from_ring(reader);
        pthread_mutex_unlock(&reader->live->lock);
        if (step == WANTS_STORE) step = from_store(reader);
        if (step != HAS_BYTES || reader->pending.n > 0) return step;
    }
}

static ssize_t stream_read(void *ctx, char *p, size_t max)
{
    struct reader *reader = ctx;
    if (reader->taken == reader->pending.n) {
        dl_buf_reset(&reader->pending);
        reader->taken = 0;
        enum step step = fill(reader);
        if (step == ENDS || dl_buf_failed(&reader->pending) != DL_OK) return -1;
        if (step == WAITS) return 0;
    }
    size_t n = reader->pending.n - reader->taken;
    if (n > max) n = max;
    memcpy(p, reader->pending.p + reader->taken, n);
    reader->taken += n;
    return (ssize_t)n;
}

static void stream_close(void *ctx)
{
    struct reader *reader = ctx;
    dl_live *live = reader->live;
    pthread_mutex_lock(&live->lock);
    if (reader->before != NULL)
        reader->before->next = reader->next;
    else
        live->readers = reader->next;
    if (reader->next != NULL) reader->next->before = reader->before;
    live->stats.readers--;
    pthread_mutex_unlock(&live->lock);
    dl_buf_free(&reader->pending);
    free(reader);
}

/* The first lines: how long to wait before coming back, and where this stream starts. */
static void greet(struct reader *reader)
{
    dl_buf_fmt(&reader->pending, "retry: %d\nid: %lld\nevent: ready\ndata: {\"seq\":%lld}\n\n",
               DL_LIVE_RETRY_MS, (long long)reader->last, (long long)reader->last);
}

/* NULL: too many, or stopping. */
static struct reader *enter(dl_live *live, struct dl_http_connection *connection, int64_t after)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return NULL;
    reader->live = live;
    reader->connection = connection;
    dl_buf_init(&reader->pending, PENDING_MAX);
    pthread_mutex_lock(&live->lock);
    bool room = live->stats.readers < DL_LIVE_MAX_READERS && !live->stopped && live->begun;
    if (room) {
        bool known = after >= 0 && after <= live->newest;
        reader->last = known ? after : live->newest;
        reader->beat = live->beat;
        reader->next = live->readers;
        if (live->readers != NULL) live->readers->before = reader;
        live->readers = reader;
        live->stats.readers++;
    }
    pthread_mutex_unlock(&live->lock);
    if (room) return greet(reader), reader;
    free(reader);
    return NULL;
}

bool dl_live_open(dl_live *live, struct dl_http_request *request, struct dl_http_reply *reply,
                  int64_t after)
{
    struct reader *reader = enter(live, request->connection, after);
    if (reader == NULL) return false;
    reply->type = "text/event-stream";
    reply->cache = "no-store";
    dl_http_add_header(reply, "X-Accel-Buffering", DL_STR("no"));
    reply->stream = (struct dl_http_stream){stream_read, stream_close, reader};
    return true;
}

void dl_live_stats(dl_live *live, struct dl_live_stats *ret_stats)
{
    pthread_mutex_lock(&live->lock);
    *ret_stats = live->stats;
    ret_stats->newest = live->newest;
    pthread_mutex_unlock(&live->lock);
}
