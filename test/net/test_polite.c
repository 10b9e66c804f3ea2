#include "fetcher.h"
#include "net/polite.h"

static const struct name names[] = {{"a.test", {"127.0.0.1"}, 60},
                                    {"b.test", {"127.0.0.1"}, 60},
                                    {"inside.test", {"10.0.0.1"}, 60},
                                    {NULL, {NULL}, 0}};
static dl_arena *arena;
static dl_polite *polite;
static unsigned rounds_left;

static bool go_on(void *ctx)
{
    (void)ctx;
    return rounds_left > 0 && rounds_left-- > 0;
}

static void start_polite(void)
{
    static char servers[64];
    snprintf(servers, sizeof servers, "127.0.0.1:%u", hostile->dns_port);
    rounds_left = 1000;
    struct dl_polite_options options = {
        .egress = &egress, .go_on = go_on, .dns_servers = servers, .no_gap = true};
    dl_polite_free(polite);
    polite = NULL;
    assert_int_equal(dl_polite_new(&options, &polite, NULL), DL_OK);
}

static int setup(void **state)
{
    (void)state;
    hostile = hostile_start(names);
    arena = dl_arena_new(64 << 20);
    assert_int_equal(dl_egress_allow(&egress, DL_STR("127.0.0.1"), NULL), DL_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dl_polite_free(polite);
    dl_arena_free(arena);
    hostile_stop(hostile);
    return 0;
}

static struct dl_polite_answer ask(const char *url)
{
    struct dl_polite_answer answer;
    dl_polite_get(polite, arena, dl_str_c(url), DL_STR("text/html"), &answer);
    assert_true((answer.err == DL_OK) == (answer.words == NULL));
    return answer;
}

#define FRESH_ROUTES(...)                                                                          \
    ROUTES(__VA_ARGS__);                                                                           \
    start_polite()

static const char page[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n";
static const char rules[] = "HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n";
#define BAN_PRIVATE                                                                                \
    {                                                                                              \
        .path = "/robots.txt", .head = rules, .body = "User-agent: *\nDisallow: /private\n",       \
        .n = 33, .times = 1                                                                        \
    }

static void robots_is_asked_first_and_once(void **state)
{
    (void)state;
    struct record last;
    FRESH_ROUTES(BAN_PRIVATE, {.path = "/p", .head = page, .body = "text", .n = 4, .times = 1});
    struct dl_polite_answer a = ask(url_of("a.test", "/p"));
    assert_int_equal(a.err, DL_OK);
    assert_int_equal(a.status, 200);
    assert_true(dl_str_eq_c(a.body, "text") && dl_str_eq_c(a.content_type, "text/html"));
    assert_non_null(strstr(hostile->records[0].text, "GET /robots.txt "));
    assert_int_equal(hostile_asked(hostile, "/p", &last), 1);
    assert_non_null(strstr(last.text, "User-Agent: " DL_USER_AGENT));
    assert_int_equal(ask(url_of("a.test", "/p")).err, DL_OK);
    assert_int_equal(hostile_asked(hostile, "/robots.txt", NULL), 1);
}

static void a_ban_holds_behind_redirects_to_others(void **state)
{
    (void)state;
    static char head[256];
    snprintf(head, sizeof head, "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             url_of("b.test", "/private/1"));
    FRESH_ROUTES(BAN_PRIVATE, {.path = "/go", .head = head});
    struct dl_polite_answer a = ask(url_of("a.test", "/go"));
    assert_int_equal(a.err, DL_ERR_DENIED);
    assert_int_equal(a.fault, DL_FAULT_NONE);
    assert_non_null(strstr(a.words, "robots.txt forbids it: Disallow: /private"));
    assert_int_equal(hostile_asked(hostile, "/robots.txt", NULL), 2); /* of both hosts */
    assert_int_equal(hostile_asked(hostile, "/private/1", NULL), 0);
}

static void relative_redirects_are_followed_and_end(void **state)
{
    (void)state;
    static const char round[] = "HTTP/1.1 301 M\r\nLocation: round\r\nContent-Length: 0\r\n\r\n";
    static const char away[] =
        "HTTP/1.1 301 M\r\nLocation: file:///etc\r\nContent-Length: 0\r\n\r\n";
    static const char to_p[] = "HTTP/1.1 308 M\r\nLocation: ../p?x=1\r\nContent-Length: 0\r\n\r\n";
    FRESH_ROUTES({.path = "/round", .head = round}, {.path = "/away", .head = away},
                 {.path = "/d/e", .head = to_p},
                 {.path = "/p?x=1", .head = page, .body = "text", .n = 4, .times = 1});
    struct dl_polite_answer a = ask(url_of("a.test", "/d/e"));
    assert_int_equal(a.err, DL_OK);
    assert_true(dl_str_eq_c(a.url, url_of("a.test", "/p?x=1")));
    assert_int_equal(ask(url_of("a.test", "/round")).fault, DL_FAULT_REDIRECTS);
    assert_int_equal(hostile_asked(hostile, "/round", NULL), DL_HTTP_REDIRECTS + 1);
    assert_int_equal(ask(url_of("a.test", "/away")).fault, DL_FAULT_SCHEME);
}

static void hosts_out_of_reach_are_no_bans(void **state)
{
    (void)state;
    FRESH_ROUTES({.path = "/none", .head = page});
    for (int i = 0; i < 2; i++) { /* asked, then remembered */
        struct dl_polite_answer a = ask(url_of("missing.test", "/a"));
        assert_int_equal(a.err, DL_ERR_NETWORK);
        assert_int_equal(a.fault, DL_FAULT_NAME);
        assert_int_equal(ask(url_of("inside.test", "/a")).fault, DL_FAULT_ADDRESS);
        assert_int_equal(ask(url_of("inside.test", "/b")).err, DL_ERR_DENIED);
    }
    assert_int_equal(ask("ftp://a.test/").fault, DL_FAULT_URL);
    assert_int_equal(ask("").err, DL_ERR_SYNTAX);
    assert_int_equal(hostile->n_records, 0);
}

static void a_status_has_its_code(void **state)
{
    (void)state;
    static const char later[] = "HTTP/1.1 503 L\r\nContent-Length: 0\r\n\r\n";
    static const char secret[] = "HTTP/1.1 403 F\r\nContent-Length: 0\r\n\r\n";
    FRESH_ROUTES({.path = "/later", .head = later}, {.path = "/secret", .head = secret});
    struct dl_polite_answer a = ask(url_of("a.test", "/absent"));
    assert_int_equal(a.err, DL_ERR_NOT_FOUND);
    assert_int_equal(a.status, 404);
    assert_string_equal(a.words, "HTTP status 404");
    assert_int_equal(ask(url_of("a.test", "/secret")).err, DL_ERR_DENIED);
    assert_int_equal(ask(url_of("a.test", "/later")).err, DL_ERR_BUSY);
}

static void who_does_not_go_on_is_not_kept(void **state)
{
    (void)state;
    static const char slow[] = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
    FRESH_ROUTES(
        {.path = "/slow", .head = slow, .body = "x", .n = 1, .times = 1, .pause_ms = 3000});
    rounds_left = 10;
    int64_t start = dl_monotonic_ms();
    assert_int_equal(ask(url_of("a.test", "/slow")).fault, DL_FAULT_CANCELLED);
    rounds_left = 10;
    assert_int_equal(ask(url_of("a.test", "/absent")).fault, DL_FAULT_CANCELLED);
    assert_true(dl_monotonic_ms() - start < 2900);
    start_polite(); /* what was under way is let go */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(robots_is_asked_first_and_once),
        cmocka_unit_test(a_ban_holds_behind_redirects_to_others),
        cmocka_unit_test(relative_redirects_are_followed_and_end),
        cmocka_unit_test(hosts_out_of_reach_are_no_bans),
        cmocka_unit_test(a_status_has_its_code),
        cmocka_unit_test(who_does_not_go_on_is_not_kept),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
