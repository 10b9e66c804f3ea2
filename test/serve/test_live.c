/* Event streams over real sockets, from a store that is an array here. */
#include "serve/live.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <pthread.h>

#include "client.h"

/* The "store": changes 1..stored, of which every fifth number is never used. */
static pthread_mutex_t store_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t stored;
static dl_live *live;
static dl_http *http;
static int port;

static bool used(int64_t seq)
{
    return seq % 5 != 0;
}

static enum dl_err fetch(void *ctx, int64_t after, size_t limit, dl_live_sink event, void *sink)
{
    (void)ctx;
    pthread_mutex_lock(&store_lock);
    int64_t last = stored;
    pthread_mutex_unlock(&store_lock);
    for (int64_t seq = after + 1; seq <= last && limit > 0; seq++) {
        if (!used(seq)) continue;
        char json[40];
        int n = snprintf(json, sizeof json, "{\"n\":%lld}", (long long)seq);
        event(sink, seq, "story.new", (dl_str){json, (size_t)n});
        limit--;
    }
    return DL_OK;
}

static void store_up_to(int64_t seq)
{
    pthread_mutex_lock(&store_lock);
    stored = seq;
    pthread_mutex_unlock(&store_lock);
}

static void handle(void *ctx, struct dl_http_request *request, struct dl_http_reply *reply)
{
    (void)ctx;
    dl_str last = dl_http_header(request, "Last-Event-ID");
    if (!dl_live_open(live, request, reply, last.n > 0 ? atoll(last.p) : -1)) reply->status = 503;
}

static int start(void **state)
{
    (void)state;
    store_up_to(5000);
    live = dl_live_new(fetch, NULL);
    struct dl_http_options options = {.address = "127.0.0.1", .listen_fd = -1, .handler = handle};
    struct dl_diag diag;
    if (live == NULL || dl_http_start(&options, &http, &diag) != DL_OK) return -1;
    dl_live_begin(live, 5000);
    port = dl_http_port(http);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    dl_live_stop(live);
    dl_http_stop(http);
    dl_live_free(live);
    return 0;
}

struct stream {
    int fd;
    dl_buf buf;
    size_t at;
};

static struct stream listen_after(int64_t last)
{
    struct stream s = {.fd = client_connect(port), .buf = DL_BUF_INIT(CLIENT_MAX)};
    assert_true(s.fd >= 0);
    char request[200], header[60] = "";
    if (last >= 0) snprintf(header, sizeof header, "Last-Event-ID: %lld\r\n", (long long)last);
    int n =
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n", header);
    client_send(s.fd, (dl_str){request, (size_t)n});
    while (dl_str_find_c(dl_buf_slice(&s.buf), "event: ready", 0) == DL_NO_POS)
        assert_true(client_more(s.fd, &s.buf, 2000));
    return s;
}

/* Next `id:` whose event is a story; -1 when none comes in time. */
static int64_t next_id(struct stream *s, int wait_ms)
{
    for (;;) {
        dl_str all = dl_buf_slice(&s->buf);
        size_t at = dl_str_find_c(all, "id: ", s->at);
        size_t end = at == DL_NO_POS ? at : dl_str_find_c(all, "}\n\n", at);
        if (end == DL_NO_POS) {
            if (!client_more(s->fd, &s->buf, wait_ms)) return -1;
            continue;
        }
        s->at = end;
        if (dl_str_find_c(dl_str_sub(all, at, end), "event: ready", 0) == DL_NO_POS)
            return atoll(all.p + at + 4);
    }
}

static void leave(struct stream *s)
{
    close(s->fd);
    dl_buf_free(&s->buf);
}

/* Every used number in (from, to], in order, once. */
static void expect_all(struct stream *s, int64_t from, int64_t to)
{
    for (int64_t seq = from + 1; seq <= to; seq++)
        if (used(seq)) assert_int_equal(next_id(s, 2000), seq);
}

static void new_changes_reach_everybody(void **state)
{
    (void)state;
    struct stream a = listen_after(-1), b = listen_after(-1);
    store_up_to(5007);
    dl_live_tick(live, 1);
    expect_all(&a, 5000, 5007);
    expect_all(&b, 5000, 5007);
    assert_int_equal(next_id(&a, 50), -1);
    leave(&a);
    leave(&b);
}

static void resume_goes_from_the_store_into_the_ring(void **state)
{
    (void)state;
    struct stream s = listen_after(4321); /* far before the ring */
    expect_all(&s, 4321, 5007);
    store_up_to(5030);
    dl_live_tick(live, 2);
    expect_all(&s, 5007, 5030);
    assert_int_equal(next_id(&s, 50), -1);
    leave(&s);
}

static void broken_line_loses_and_repeats_nothing(void **state)
{
    (void)state;
    struct stream s = listen_after(5030);
    int64_t last = 5030;
    for (int64_t to = 5040; to <= 5100; to += 10) {
        store_up_to(to);
        dl_live_tick(live, to);
        last = next_id(&s, 2000); /* reads one, then the line breaks */
        leave(&s);
        s = listen_after(last);
    }
    expect_all(&s, last, 5100);
    leave(&s);
}

static void unknown_future_starts_now(void **state)
{
    (void)state;
    struct stream s = listen_after(INT64_MAX);
    assert_int_equal(next_id(&s, 100), -1);
    assert_true(dl_str_find_c(dl_buf_slice(&s.buf), "retry: 3000\n", 0) != DL_NO_POS);
    leave(&s);
}

static void silence_is_broken_by_a_heartbeat(void **state)
{
    (void)state;
    struct stream s = listen_after(-1);
    size_t before = s.buf.n;
    poll(NULL, 0, 30); /* until the stream is paused */
    dl_live_tick(live, 10 * DL_LIVE_BEAT_MS);
    assert_true(client_more(s.fd, &s.buf, 2000));
    assert_true(dl_str_find_c(dl_buf_slice(&s.buf), ":\n\n", before) != DL_NO_POS);
    leave(&s);
}

/* Who left is noticed at a heartbeat. */
static void wait_until_alone(void)
{
    struct dl_live_stats stats;
    for (int64_t beat = 20; beat < 220; beat++) {
        dl_live_tick(live, beat * DL_LIVE_BEAT_MS);
        dl_live_stats(live, &stats);
        if (stats.readers == 0) return;
        poll(NULL, 0, 10);
    }
    fail_msg("%u readers that left are still counted", stats.readers);
}

static void reader_that_falls_off_the_ring_is_closed(void **state)
{
    (void)state;
    wait_until_alone();
    struct stream s = listen_after(-1);
    int64_t base = stored;
    store_up_to(base + 4);
    dl_live_tick(live, 1);
    int64_t next, last = next_id(&s, 2000);
    assert_int_equal(last, base + 1);
    /* It reads nothing more. Its socket's buffers fill, then the ring overtakes it. */
    struct dl_live_stats stats = {0};
    for (int i = 0; i < 200 && stats.dropped == 0; i++) {
        store_up_to(stored + 5 * DL_LIVE_RING);
        dl_live_tick(live, 1);
        dl_live_stats(live, &stats);
    }
    while (client_more(s.fd, &s.buf, 1000)) {
    }
    assert_int_equal(stats.dropped, 1);
    assert_true(dl_str_ends(dl_buf_slice(&s.buf), "\r\n0\r\n\r\n")); /* ended, not silent */
    while ((next = next_id(&s, 0)) > 0) { /* what it has is without gaps, so it can go on there */
        assert_int_equal(next, last + 1 + !used(last + 1));
        last = next;
    }
    assert_true(last < stored);
    leave(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_changes_reach_everybody),
        cmocka_unit_test(resume_goes_from_the_store_into_the_ring),
        cmocka_unit_test(broken_line_loses_and_repeats_nothing),
        cmocka_unit_test(unknown_future_starts_now),
        cmocka_unit_test(silence_is_broken_by_a_heartbeat),
        cmocka_unit_test(reader_that_falls_off_the_ring_is_closed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
