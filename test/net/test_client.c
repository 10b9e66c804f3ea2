#include "fetcher.h"

static const struct name names[] = {
    {"a.test", {"127.0.0.1"}, 60},
    {"b.test", {"127.0.0.1"}, 60},
    {"c.test", {"127.0.0.1"}, 60},
    {"inside.test", {"127.0.0.2"}, 60},
    {"metadata.test", {"169.254.169.254"}, 60},
    {"mixed.test", {"127.0.0.2 127.0.0.1 10.0.0.1"}, 0},
    {"rebind.test", {"127.0.0.1", "127.0.0.2"}, 0},
    {"flip.test", {"127.0.0.2", "127.0.0.1", "127.0.0.2", "127.0.0.1 127.0.0.2"}, 0},
    {"empty.test", {""}, 60},
    {"xn--r8jz45g.test", {"127.0.0.1"}, 60},
    {NULL, {NULL}, 0},
};

static int setup(void **state)
{
    (void)state;
    start_hostile(names);
    start_client((struct dl_client_options){.no_gap = true});
    return 0;
}

static void answers_are_whole(void **state)
{
    (void)state;
    ROUTES({.path = "/feed",
            .head = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
                    "ETag: W/\"a \xE9\"\r\nLast-Modified: Mon, 25 Mar 2024 10:00:00 GMT\r\n"
                    "Cache-Control: public, max-age=900\r\nX-Robots-Tag: noindex\r\n"
                    "X-Robots-Tag: noai\r\nLink: <https://hub.example/>; rel=hub\r\n"
                    "Content-Language: f\x1b[31ma\r\nContent-Length: 5\r\n\r\n",
            .body = "hello",
            .n = 5,
            .times = 1,
            .stay = true});
    const struct dl_response *r = get("a.test", "/feed?x=%C3%A9#part");
    assert_fault(r, DL_FAULT_NONE);
    assert_int_equal(r->status, 200);
    assert_str(r->body, "hello");
    assert_str(r->etag, "W/\"a \xE9\"");
    assert_str(r->last_modified, "Mon, 25 Mar 2024 10:00:00 GMT");
    assert_str(r->content_type, "application/rss+xml; charset=utf-8");
    assert_str(r->x_robots_tag, "noindex, noai");
    assert_str(r->link, "<https://hub.example/>; rel=hub");
    assert_str(r->content_language, "f[31ma");
    assert_str(r->url, url_of("a.test", "/feed?x=%C3%A9"));
    assert_string_equal(r->address, "127.0.0.1");
    assert_int_equal(r->max_age_s, 900);
    assert_int_equal(r->retry_after_s, -1);
    assert_int_equal(r->wire_bytes, 5);
    assert_int_equal(r->permanent_url.n, 0);
    struct record record;
    assert_int_equal(hostile_asked(hostile, "/feed", &record), 1);
    assert_non_null(strstr(record.text, "User-Agent: Dateline/test (+https://example.org)\r\n"));
    assert_non_null(strstr(record.text, "Accept-Encoding: gzip, br, zstd\r\n"));
    assert_null(strstr(record.text, "#part"));
}

static void heads_are_kept_byte_for_byte(void **state)
{
    (void)state;
    static const char moved[] = "HTTP/1.1 301 Moved\r\nX-Odd:  \x1b[31m caf\xE9 \r\n"
                                "Location: /b\r\nContent-Length: 3\r\n\r\n";
    static const char found[] = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                                "HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n";
    ROUTES({.path = "/a", .head = moved, .body = "old", .n = 3, .times = 1, .stay = true},
           {.path = "/b",
            .head = found,
            .body = "1\r\nx\r\n0\r\nTrailer: 1\r\n\r\n",
            .n = 23,
            .times = 1,
            .stay = true});
    start_client((struct dl_client_options){.no_gap = true, .keep_heads = true});
    const struct dl_response *r = get("a.test", "/a");
    assert_fault(r, DL_FAULT_NONE);
    assert_str(r->body, "x");
    assert_str(r->heads.received, strstr(found, "HTTP/1.1 200"));
    assert_int_equal(r->n_hops, 1);
    assert_str(r->hops[0].heads.received, moved);
    assert_int_equal(r->hops[0].wire_bytes, 3);
    assert_string_equal(r->hops[0].address, "127.0.0.1");
    struct record record;
    assert_int_equal(hostile_asked(hostile, "/a", &record), 1);
    assert_str(r->hops[0].heads.sent, record.text);
    assert_int_equal(hostile_asked(hostile, "/b", &record), 1);
    assert_str(r->heads.sent, record.text);
    start_client((struct dl_client_options){.no_gap = true});
    assert_int_equal(get("a.test", "/a")->heads.sent.n, 0);
}

static void validators_are_sent_as_they_came(void **state)
{
    (void)state;
    ROUTES({.path = "/feed",
            .head = "HTTP/1.1 304 Not Modified\r\nETag: \"new\"\r\n\r\n",
            .stay = true});
    const struct dl_response *r = fetch(
        url_of("a.test", "/feed"), (struct dl_request){.etag = DL_STR("W/\"a \xE9\""),
                                                       .last_modified = DL_STR("Yesterday, 1pm")});
    assert_fault(r, DL_FAULT_NONE);
    assert_int_equal(r->status, 304);
    assert_str(r->etag, "\"new\"");
    struct record record;
    hostile_asked(hostile, "/feed", &record);
    assert_non_null(strstr(record.text, "If-None-Match: W/\"a \xE9\"\r\n"));
    assert_non_null(strstr(record.text, "If-Modified-Since: Yesterday, 1pm\r\n"));
}

static void posts_carry_their_body(void **state)
{
    (void)state;
    ROUTES({.path = "/hub", .head = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"},
           {.path = "/moved",
            .head = "HTTP/1.1 307 T\r\nLocation: /hub\r\nContent-Length: 0\r\n\r\n"});
    struct dl_request request = {.method = "POST",
                                 .body = DL_STR("hub.mode=subscribe"),
                                 .content_type = DL_STR("application/x-www-form-urlencoded"),
                                 .headers = {DL_STR("X-Key: 1")},
                                 .no_redirects = true};
    assert_int_equal(fetch(url_of("a.test", "/hub"), request)->status, 202);
    struct record record;
    hostile_asked(hostile, "/hub", &record);
    assert_non_null(strstr(record.text, "POST /hub"));
    assert_non_null(strstr(record.text, "X-Key: 1\r\n"));
    assert_non_null(strstr(record.text, "\r\n\r\nhub.mode=subscribe"));
    const struct dl_response *r = fetch(url_of("a.test", "/moved"), request);
    assert_int_equal(r->status, 307);
    assert_str(r->location, "/hub");
    assert_int_equal(r->n_hops, 0);
    request.no_redirects = false;
    assert_int_equal(fetch(url_of("a.test", "/moved"), request)->status, 202);
    hostile_asked(hostile, "/hub", &record);
    assert_non_null(strstr(record.text, "\r\n\r\nhub.mode=subscribe"));
}

static void what_cannot_be_asked_is_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {"",
                                       "x",
                                       "ftp://a.test/",
                                       "file:///etc/passwd",
                                       "http://",
                                       "javascript:alert(1)",
                                       "gopher://a.test/_x"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct dl_request r = {.url = dl_str_c(urls[i])};
        assert_int_equal(dl_client_submit(client, &r, keep_outcome, NULL), DL_ERR_SYNTAX);
    }
    struct dl_request r = {.url = DL_STR("http://a.test/")};
    r.headers[7] = DL_STR("X: a\r\nEvil: 1");
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, NULL), DL_ERR_INVALID);
    r.headers[7] = DL_STR("no colon");
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, NULL), DL_ERR_INVALID);
    r.headers[7] = DL_STR("");
    r.etag = DL_STR("\"a\"\r\nEvil: 1");
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, NULL), DL_ERR_INVALID);
    r.etag = DL_STR("");
    r.method = "DELETE";
    assert_int_equal(dl_client_submit(client, &r, keep_outcome, NULL), DL_ERR_INVALID);
    assert_int_equal(dl_client_pending(client), 0);
}

/* --- addresses ---------------------------------------------------------------------------- */

static void private_addresses_are_not_connected(void **state)
{
    (void)state;
    hostile_clear(hostile);
    static const char *const hosts[] = {
        "127.0.0.2",  "inside.test", "metadata.test", "[::1]", "[::ffff:127.0.0.2]",
        "2130706434", "0x7f.2",      "localhost.",    "0",     "127.0.0.2."};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const struct dl_response *r = get(hosts[i], "/");
        /* /etc/hosts may give localhost the one address that is open here, or not be there. */
        bool own = strcmp(hosts[i], "localhost.") == 0;
        if (own && (r->fault == DL_FAULT_NONE || r->fault == DL_FAULT_NAME)) continue;
        if (r->fault != DL_FAULT_ADDRESS) fail_msg("%s: %s", hosts[i], dl_fault_name(r->fault));
        assert_int_equal(r->err, DL_ERR_DENIED);
    }
    assert_int_equal(hostile->n_elsewhere, 0);
    assert_fault(get("nowhere.test", "/"), DL_FAULT_NAME);
    assert_fault(get("empty.test", "/"), DL_FAULT_NAME);
}

static void names_that_turn_do_not_get_in(void **state)
{
    (void)state;
    hostile_clear(hostile);
    assert_fault(get("rebind.test", "/"), DL_FAULT_NONE);
    for (size_t i = 0; i < 20; i++)
        assert_fault(get("rebind.test", "/"), DL_FAULT_ADDRESS);
    assert_fault(get("flip.test", "/"), DL_FAULT_ADDRESS);
    assert_fault(get("flip.test", "/"), DL_FAULT_NONE);
    assert_fault(get("flip.test", "/"), DL_FAULT_ADDRESS);
    for (size_t i = 0; i < 20; i++) {
        assert_fault(get("flip.test", "/"), DL_FAULT_NONE);
        assert_fault(get("mixed.test", "/"), DL_FAULT_NONE);
    }
    assert_true(hostile->n_connections > 0);
    assert_int_equal(hostile->n_elsewhere, 0);
}

static void an_answer_holds_for_its_time(void **state)
{
    (void)state;
    hostile_clear(hostile);
    for (size_t i = 0; i < 5; i++)
        assert_fault(get("c.test", "/"), DL_FAULT_NONE);
    assert_true(hostile->n_questions <= 2); /* A and AAAA */
    hostile_clear(hostile);
    assert_fault(get("\xE4\xBE\x8B\xE3\x81\x88.test", "/"), DL_FAULT_NONE);
    struct record record;
    assert_int_equal(hostile_asked(hostile, "/", &record), 1);
    assert_non_null(strstr(record.text, "Host: xn--r8jz45g.test"));
}

static void a_proxy_may_be_private_its_target_not(void **state)
{
    (void)state;
    char proxy[64];
    ROUTES({.path = "93.184.216.34:80", .head = "HTTP/1.1 200 OK\r\n\r\n", .stay = true},
           {.path = "/",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            .body = "out",
            .n = 3,
            .times = 1});
    static const struct name outside[] = {{"public.test", {"93.184.216.34"}, 60},
                                          {"inside.test", {"127.0.0.2"}, 60},
                                          {NULL, {NULL}, 0}};
    struct hostile *own = hostile, *other = hostile_start(outside);
    hostile_routes(other, routes, sizeof routes / sizeof *routes);
    hostile = other;
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", other->port);
    start_client((struct dl_client_options){.no_gap = true, .proxy = proxy});
    const struct dl_response *r = fetch("http://public.test/", (struct dl_request){0});
    assert_fault(r, DL_FAULT_NONE);
    assert_str(r->body, "out");
    struct record record;
    assert_int_equal(hostile_asked(other, "93.184.216.34:80", &record), 1);
    assert_non_null(strstr(record.text, "CONNECT 93.184.216.34:80 HTTP/1.1\r\n"));
    size_t before = other->n_connections;
    assert_fault(fetch("http://inside.test/", (struct dl_request){0}), DL_FAULT_ADDRESS);
    assert_fault(fetch("http://127.0.0.1/", (struct dl_request){0}), DL_FAULT_ADDRESS);
    assert_int_equal(other->n_connections, before);
    hostile = own;
    start_client((struct dl_client_options){.no_gap = true});
    hostile_stop(other);
}

static void no_proxy_of_the_environment(void **state)
{
    (void)state;
    ROUTES({.path = "/", .head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:1");
    setenv("http_proxy", proxy, 1);
    setenv("ALL_PROXY", proxy, 1);
    assert_fault(get("a.test", "/"), DL_FAULT_NONE);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

/* --- redirects ---------------------------------------------------------------------------- */

static const char *redirect_to(int status, const char *location)
{
    static char heads[12][512];
    static unsigned at;
    char *head = heads[at++ % 12];
    snprintf(head, sizeof heads[0], "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             status, location);
    return head;
}

static void redirects_are_followed_and_listed(void **state)
{
    (void)state;
    ROUTES({.path = "/1", .head = redirect_to(301, url_of("b.test", "/2"))},
           {.path = "/2", .head = redirect_to(308, "3?x#y")},
           {.path = "/3", .head = redirect_to(302, "//c.test:@/4")},
           {.path = "/4", .head = redirect_to(303, "/5")},
           {.path = "/5", .head = redirect_to(307, "/6")},
           {.path = "/6",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            .body = "ok",
            .n = 2,
            .times = 1},
           {.path = "/0", .head = redirect_to(302, "/1")},
           {.path = "/loop", .head = redirect_to(302, "/back")},
           {.path = "/back", .head = redirect_to(302, "/loop")},
           {.path = "/self", .head = redirect_to(302, "/self")});
    static char third[128];
    snprintf(third, sizeof third, "%s", redirect_to(302, url_of("c.test", "/4")));
    routes[2].head = third;
    const struct dl_response *r = get("a.test", "/1");
    assert_fault(r, DL_FAULT_NONE);
    assert_str(r->body, "ok");
    assert_int_equal(r->n_hops, 5);
    assert_int_equal(r->hops[0].status, 301);
    assert_str(r->hops[0].url, url_of("a.test", "/1"));
    assert_str(r->hops[4].url, url_of("c.test", "/5"));
    assert_str(r->url, url_of("c.test", "/6"));
    assert_str(r->permanent_url, url_of("b.test", "/3?x"));
    assert_fault(get("a.test", "/0"), DL_FAULT_REDIRECTS);
    r = get("a.test", "/loop");
    assert_fault(r, DL_FAULT_REDIRECTS);
    assert_int_equal(r->status, 302);
    assert_int_equal(hostile_asked(hostile, "/loop", NULL), 1);
    assert_fault(get("a.test", "/self"), DL_FAULT_REDIRECTS);
    assert_int_equal(hostile_asked(hostile, "/self", NULL), 1);
}

static void redirects_do_not_lead_inside(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        enum dl_fault fault;
    } cases[] = {
        {"http://127.0.0.2/", DL_FAULT_ADDRESS},
        {"http://169.254.169.254/latest/meta-data/", DL_FAULT_ADDRESS},
        {"http://2130706434/", DL_FAULT_ADDRESS},
        {"http://[::ffff:127.0.0.2]/", DL_FAULT_ADDRESS},
        {"//inside.test/", DL_FAULT_ADDRESS},
        {"file:///etc/passwd", DL_FAULT_SCHEME},
        {"gopher://127.0.0.1:25/_HELO", DL_FAULT_SCHEME},
        {"ftp://a.test/", DL_FAULT_SCHEME},
        {"dict://a.test/", DL_FAULT_SCHEME},
        {"data:text/html,x", DL_FAULT_SCHEME},
        {"javascript:alert(1)", DL_FAULT_SCHEME},
        {"http://", DL_FAULT_URL},
        {"http://[::1", DL_FAULT_URL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ROUTES({.path = "/"});
        routes[0].head = redirect_to(302, cases[i].to);
        const struct dl_response *r = get("a.test", "/");
        if (r->fault != cases[i].fault) fail_msg("%s: %s", cases[i].to, dl_fault_name(r->fault));
        assert_int_equal(r->n_hops, 1);
        assert_int_equal(hostile->n_elsewhere, 0);
    }
}

static void secrets_stay_with_the_first_origin(void **state)
{
    (void)state;
    ROUTES({.path = "/1", .head = redirect_to(302, url_of("evil:x@a.test", "/2"))},
           {.path = "/2", .head = redirect_to(302, url_of("evil:x@b.test", "/3"))},
           {.path = "/3", .head = redirect_to(302, url_of("a.test", "/4"))},
           {.path = "/4", .head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    const struct dl_response *r = fetch(url_of("user:p%40ss@a.test", "/1"),
                                        (struct dl_request){.headers = {DL_STR("X-Secret: 1")}});
    assert_fault(r, DL_FAULT_NONE);
    assert_str(r->hops[0].url, url_of("a.test", "/1"));
    assert_str(r->url, url_of("a.test", "/4"));
    for (int i = 1; i <= 4; i++) {
        struct record record;
        char path[] = {'/', (char)('0' + i), '\0'};
        assert_int_equal(hostile_asked(hostile, path, &record), 1);
        assert_int_equal(strstr(record.text, "X-Secret") != NULL, i <= 2);
        assert_int_equal(strstr(record.text, "Authorization: Basic dXNlcjpwQHNz") != NULL, i == 1);
        assert_true(i == 1 || strstr(record.text, "Authorization") == NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_whole),
        cmocka_unit_test(heads_are_kept_byte_for_byte),
        cmocka_unit_test(validators_are_sent_as_they_came),
        cmocka_unit_test(posts_carry_their_body),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
        cmocka_unit_test(private_addresses_are_not_connected),
        cmocka_unit_test(names_that_turn_do_not_get_in),
        cmocka_unit_test(an_answer_holds_for_its_time),
        cmocka_unit_test(a_proxy_may_be_private_its_target_not),
        cmocka_unit_test(no_proxy_of_the_environment),
        cmocka_unit_test(redirects_are_followed_and_listed),
        cmocka_unit_test(redirects_do_not_lead_inside),
        cmocka_unit_test(secrets_stay_with_the_first_origin),
    };
    return cmocka_run_group_tests(tests, setup, end_hostile);
}
