#include <poll.h>
#include <time.h>

#include "fetcher.h"

static const struct name names[] = {{"a.test", {"127.0.0.1"}, 60}, {"b.test", {"127.0.0.1"}, 60},
                                    {"c.test", {"127.0.0.1"}, 60}, {"d.test", {"127.0.0.1"}, 60},
                                    {"e.test", {"127.0.0.1"}, 60}, {NULL, {NULL}, 0}};

static int setup(void **state)
{
    (void)state;
    start_hostile(names);
    start_client((struct dl_client_options){0});
    return 0;
}

static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

#define FRESH_ROUTES(...)                                                                          \
    ROUTES(__VA_ARGS__);                                                                           \
    start_client((struct dl_client_options){0})

static void a_host_gets_its_pauses(void **state)
{
    (void)state;
    static struct outcome o[4];
    FRESH_ROUTES(
        {.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1, .pause_ms = 100, .stay = true});
    for (size_t i = 0; i < 4; i++)
        submit(&o[i], url_of("a.test", "/"), (struct dl_request){.gap_ms = 200});
    run_all(10000);
    for (size_t i = 1; i < 4; i++) {
        assert_true(hostile->records[i].at_ms >= hostile->records[i - 1].done_ms + 195);
        assert_true(o[i].response.wait_ms >= 200 * (int64_t)i);
    }
    assert_int_equal(hostile->n_connections, 1); /* kept between them */
}

static void the_usual_pause_is_two_seconds(void **state)
{
    (void)state;
    static struct outcome o[2];
    FRESH_ROUTES({.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1});
    submit(&o[0], url_of("a.test", "/"), (struct dl_request){0});
    submit(&o[1], url_of("a.test", "/"), (struct dl_request){0});
    run_all(10000);
    assert_true(hostile->records[1].at_ms - hostile->records[0].at_ms >= DL_HOST_GAP_MS);
}

static void hosts_do_not_wait_for_each_other(void **state)
{
    (void)state;
    static struct outcome o[10];
    static const char *const hosts[] = {"a.test", "b.test", "c.test", "d.test", "e.test"};
    FRESH_ROUTES({.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1, .pause_ms = 300});
    int64_t start = dl_monotonic_ms();
    for (size_t i = 0; i < 5; i++)
        submit(&o[i], url_of(hosts[i], "/"), (struct dl_request){0});
    run_all(10000);
    assert_true(dl_monotonic_ms() - start < 1400);
}

static void urgent_ones_go_first(void **state)
{
    (void)state;
    static struct outcome o[5];
    FRESH_ROUTES(
        {.path = "/1", .head = ok, .body = "ok", .n = 2, .times = 1},
        {.path = "/2", .head = "HTTP/1.1 302 F\r\nLocation: /5\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/3", .head = ok, .body = "ok", .n = 2, .times = 1},
        {.path = "/4", .head = ok, .body = "ok", .n = 2, .times = 1},
        {.path = "/5", .head = ok, .body = "ok", .n = 2, .times = 1});
    submit(&o[0], url_of("a.test", "/1"), (struct dl_request){.gap_ms = 50});
    submit(&o[1], url_of("a.test", "/2"), (struct dl_request){.gap_ms = 50});
    submit(&o[2], url_of("a.test", "/3"), (struct dl_request){.gap_ms = 50});
    submit(&o[3], url_of("a.test", "/4"), (struct dl_request){.gap_ms = 50, .urgent = true});
    /* The way of a redirect is finished before the next is begun; its pause is the usual one. */
    run_all(20000);
    static const char order[] = "41253";
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(hostile->records[i].text[5], order[i]);
}

static void later_is_later(void **state)
{
    (void)state;
    static struct outcome o[3], again, other;
    FRESH_ROUTES({.path = "/busy",
                  .head = "HTTP/1.1 429 X\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"},
                 {.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1});
    submit(&o[0], url_of("a.test", "/busy"), (struct dl_request){.gap_ms = 10});
    submit(&o[1], url_of("a.test", "/"), (struct dl_request){.gap_ms = 10});
    submit(&o[2], url_of("a.test", "/"), (struct dl_request){.gap_ms = 10});
    submit(&other, url_of("b.test", "/"), (struct dl_request){0});
    run_all(5000);
    assert_fault(&o[0].response, DL_FAULT_NONE);
    assert_int_equal(o[0].response.status, 429);
    assert_int_equal(o[0].response.retry_after_s, 120);
    assert_fault(&o[1].response, DL_FAULT_BACKOFF);
    assert_fault(&o[2].response, DL_FAULT_BACKOFF);
    assert_int_equal(o[2].response.retry_after_s, 120);
    assert_fault(&other.response, DL_FAULT_NONE);
    submit(&again, url_of("a.test", "/"), (struct dl_request){0});
    run_all(1000);
    assert_fault(&again.response, DL_FAULT_BACKOFF);
    assert_true(again.response.retry_after_s > 100);
    assert_int_equal(hostile_asked(hostile, "/", NULL), 1);
}

static void a_short_later_is_waited_for(void **state)
{
    (void)state;
    static struct outcome o[2];
    FRESH_ROUTES(
        {.path = "/busy", .head = "HTTP/1.1 503 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1});
    submit(&o[0], url_of("a.test", "/busy"), (struct dl_request){.gap_ms = 10});
    submit(&o[1], url_of("a.test", "/"), (struct dl_request){.gap_ms = 10});
    run_all(5000);
    assert_fault(&o[1].response, DL_FAULT_NONE);
    assert_true(hostile->records[1].at_ms - hostile->records[0].at_ms >= 1000);
}

static void dates_become_seconds(void **state)
{
    (void)state;
    static char head[160];
    char date[64];
    time_t at = time(NULL) + 3600;
    struct tm tm;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
    snprintf(head, sizeof head,
             "HTTP/1.1 200 X\r\nRetry-After: %s\r\nContent-Length: 0\r\n"
             "Cache-Control: no-cache, max-age=60\r\n\r\n",
             date);
    FRESH_ROUTES({.path = "/", .head = head});
    const struct dl_response *r = get("a.test", "/");
    assert_true(r->retry_after_s > 3590 && r->retry_after_s <= 3600);
    assert_int_equal(r->max_age_s, 0);
}

static void queues_are_full_at_some_point(void **state)
{
    (void)state;
    static struct outcome o[3];
    FRESH_ROUTES({.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1});
    start_client((struct dl_client_options){.max_queued = 2, .no_gap = true});
    struct dl_request r = {.url = dl_str_c(url_of("a.test", "/"))};
    submit(&o[0], url_of("a.test", "/"), (struct dl_request){0});
    submit(&o[1], url_of("b.test", "/"), (struct dl_request){0});
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, &o[2]), DL_ERR_BUSY);
    run_all(5000);
    start_client((struct dl_client_options){.no_gap = true});
    static struct outcome many;
    for (size_t i = 0; i < DL_HOST_QUEUE_MAX; i++)
        assert_int_equal(dl_client_submit(client, &r, keep_outcome, &many), DL_OK);
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, &many), DL_ERR_BUSY);
    submit(&o[0], url_of("b.test", "/"), (struct dl_request){0});
    many.calls = 0;
    dl_client_free(client); /* everything is answered, once */
    client = NULL;
    assert_int_equal(many.calls, DL_HOST_QUEUE_MAX);
    assert_fault(&many.response, DL_FAULT_CANCELLED);
}

static void count_and_go_on(void *user, const struct dl_response *response)
{
    unsigned *count = user;
    assert_fault(response, DL_FAULT_NONE);
    if (++*count == 20) return;
    struct dl_request r = {.url = dl_str_c(url_of("a.test", "/"))};
    assert_int_equal(dl_client_submit(client, &r, count_and_go_on, user), DL_OK);
}

static void an_outer_loop_can_drive_it(void **state)
{
    (void)state;
    unsigned count = 0;
    FRESH_ROUTES({.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1, .stay = true});
    start_client((struct dl_client_options){.no_gap = true});
    struct dl_request r = {.url = dl_str_c(url_of("a.test", "/"))};
    assert_int_equal(dl_client_submit(client, &r, count_and_go_on, &count), DL_OK);
    int64_t end = dl_monotonic_ms() + 10000;
    while (dl_client_pending(client) > 0 && dl_monotonic_ms() < end) {
        struct pollfd fd = {dl_client_fd(client), POLLIN, 0};
        int timeout = dl_client_timeout_ms(client);
        assert_true(timeout >= 0);
        poll(&fd, 1, timeout);
        assert_int_equal(dl_client_run(client, 0), DL_OK);
    }
    assert_int_equal(count, 20);
    assert_int_equal(dl_client_timeout_ms(client) < 0 || hostile->n_connections == 1, 1);
}

static void cancelled_in_every_stage(void **state)
{
    (void)state;
    static struct outcome o[4];
    FRESH_ROUTES({.path = "/", .head = ok, .body = "ok", .n = 2, .times = 1, .pause_ms = 5000});
    for (int rounds = 0; rounds < 4; rounds++) {
        start_client((struct dl_client_options){0});
        for (size_t i = 0; i < 4; i++) {
            o[i].calls = 0;
            submit(&o[i], url_of(i < 2 ? "a.test" : "b.test", "/"), (struct dl_request){0});
        }
        for (int i = 0; i < rounds * 3; i++)
            assert_int_equal(dl_client_run(client, 5), DL_OK);
        dl_client_free(client);
        client = NULL;
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(o[i].calls, 1);
            assert_fault(&o[i].response, DL_FAULT_CANCELLED);
        }
    }
}

static void every_fault_has_words(void **state)
{
    (void)state;
    for (enum dl_fault f = DL_FAULT_NONE; f < DL_FAULT_COUNT; f++) {
        assert_true(strlen(dl_fault_name(f)) > 0 && strlen(dl_fault_text(f)) > 0);
        assert_int_equal(dl_fault_err(f) == DL_OK, f == DL_FAULT_NONE);
    }
    struct dl_diag diag = {0};
    struct dl_client_options options = {0};
    assert_int_equal(dl_client_new(&options, &client, &diag), DL_ERR_INVALID);
    options.user_agent = "x";
    options.dns_servers = "not an address";
    assert_int_equal(dl_client_new(&options, &client, &diag), DL_ERR_INVALID);
    dl_buf versions = DL_BUF_INIT(4096);
    dl_net_versions(&versions);
    assert_non_null(strstr(versions.p, "libcurl 7."));
    dl_buf_free(&versions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_gets_its_pauses),
        cmocka_unit_test(the_usual_pause_is_two_seconds),
        cmocka_unit_test(hosts_do_not_wait_for_each_other),
        cmocka_unit_test(urgent_ones_go_first),
        cmocka_unit_test(later_is_later),
        cmocka_unit_test(a_short_later_is_waited_for),
        cmocka_unit_test(dates_become_seconds),
        cmocka_unit_test(queues_are_full_at_some_point),
        cmocka_unit_test(an_outer_loop_can_drive_it),
        cmocka_unit_test(cancelled_in_every_stage),
        cmocka_unit_test(every_fault_has_words),
    };
    return cmocka_run_group_tests(tests, setup, end_hostile);
}
