/* Nobody is led inside: every block of special addresses, by every way that leads to a connection.
 * What is counted are the calls of connect(), not what the client says of itself. */
#include <netinet/in.h>

#include "fetcher.h"
#include "net/polite.h"
#include "watch.h"

static const struct name names[] = {
    {"a.test", {"127.0.0.1"}, 60},
    {".is.test", {"*"}, 0},
    {"~turn.test", {"127.0.0.1", "127.0.0.2", "10.0.0.1", "169.254.169.254"}, 0},
    {"~mixed.test", {"127.0.0.2 127.0.0.1", "10.0.0.1 127.0.0.1 127.0.0.3"}, 0},
    {"many.test",
     {"127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.1"},
     0},
    {NULL, {NULL}, 0},
};

/* One of each block of the two registries, and what else is not public. */
static const char *const inside4[] = {
    "0.0.0.0",      "0.1.2.3",         "10.0.0.1",      "100.64.0.1",      "100.100.100.200",
    "127.0.0.2",    "127.255.255.1",   "168.63.129.16", "169.254.169.254", "172.16.0.1",
    "192.0.0.1",    "192.0.0.8",       "192.0.0.9",     "192.0.0.170",     "192.0.2.1",
    "192.31.196.1", "192.52.193.1",    "192.88.99.1",   "192.168.0.1",     "192.175.48.1",
    "198.18.0.1",   "198.51.100.1",    "203.0.113.1",   "224.0.0.1",       "239.255.255.250",
    "240.0.0.1",    "255.255.255.255",
};
static const char *const inside6[] = {
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.2]",
    "[::ffff:10.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[100:0:0:1::1]",
    "[2001::1]",
    "[2001:1::1]",
    "[2001:2::1]",
    "[2001:3::1]",
    "[2001:4:112::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:30::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::1]",
    "[2620:4f:8000::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2a00:1450::5efe:10.0.0.1]",
};
/* Ways to write addresses that are shut here. */
static const char *const disguised[] = {
    "127.2",
    "0177.0.0.2",
    "0x7f.2",
    "2130706434",
    "017700000002",
    "127.0.0.2.",
    "0",
    "10.1",
    "0xA9FEA9FE",
    "\xEF\xBC\x91\xEF\xBC\x90.1",
    "a@127.0.0.2",
    "a:b@10.0.0.1",
    "[::ffff:7f00:2]",
    "%31%30.0.0.1",
    "127\xE3\x80\x82"
    "0.0.2",
};

static int setup(void **state)
{
    (void)state;
    start_hostile(names);
    start_client((struct dl_client_options){.no_gap = true});
    return 0;
}

static void assert_nobody_inside(const char *asked)
{
    if (watch_stray > 0) fail_msg("%s: connect(%s)", asked, watch_last);
    assert_int_equal(hostile->n_elsewhere, 0);
}

static void ask(const char *host)
{
    const struct dl_response *r = get(host, "/");
    assert_nobody_inside(host);
    if (r->fault != DL_FAULT_ADDRESS) fail_msg("%s: %s", host, dl_fault_name(r->fault));
}

static void no_block_is_connected(void **state)
{
    (void)state;
    hostile_clear(hostile);
    watch_tcp = 0;
    for (size_t i = 0; i < sizeof inside4 / sizeof *inside4; i++)
        ask(inside4[i]);
    for (size_t i = 0; i < sizeof inside6 / sizeof *inside6; i++)
        ask(inside6[i]);
    for (size_t i = 0; i < sizeof disguised / sizeof *disguised; i++)
        ask(disguised[i]);
    assert_int_equal(watch_tcp, 0);
    assert_fault(get("a.test", "/"), DL_FAULT_NONE); /* the watch sees */
    assert_int_equal(watch_tcp, 1);
}

static void no_name_leads_inside(void **state)
{
    (void)state;
    hostile_clear(hostile);
    watch_tcp = 0;
    for (size_t i = 0; i < sizeof inside4 / sizeof *inside4; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.is.test", inside4[i]);
        for (char *p = name; p < name + strlen(inside4[i]); p++)
            if (*p == '.') *p = '-';
        ask(name);
    }
    assert_int_equal(watch_tcp, 0);
}

static void no_redirect_leads_inside(void **state)
{
    (void)state;
    static char head[512];
    static const int statuses[] = {301, 302, 303, 307, 308};
    static const char *const *const lists[] = {inside4, inside6, disguised};
    static const size_t sizes[] = {sizeof inside4 / sizeof *inside4,
                                   sizeof inside6 / sizeof *inside6,
                                   sizeof disguised / sizeof *disguised};
    for (size_t list = 0; list < 3; list++) {
        for (size_t i = 0; i < sizes[list]; i++) {
            ROUTES({.path = "/", .head = head, .stay = true});
            snprintf(head, sizeof head,
                     "HTTP/1.1 %d Go\r\nLocation: http://%s:%u/\r\nContent-Length: 0\r\n\r\n",
                     statuses[i % 5], lists[list][i], hostile->port);
            const struct dl_response *r = get("a.test", "/");
            assert_nobody_inside(lists[list][i]);
            if (r->fault != DL_FAULT_ADDRESS)
                fail_msg("%s: %s", lists[list][i], dl_fault_name(r->fault));
            assert_int_equal(hostile_asked(hostile, "/", NULL), 1);
        }
    }
}

/* A name is good when it is looked up and bad when it is connected, a thousand times. */
static void a_name_that_turns_gets_nowhere(void **state)
{
    (void)state;
    ROUTES({.path = "/", .head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    size_t good = 0, shut = 0;
    watch_tcp = 0;
    for (size_t i = 0; i < 1000; i++) {
        const struct dl_response *r = get("turn.test", "/");
        good += r->fault == DL_FAULT_NONE;
        shut += r->fault == DL_FAULT_ADDRESS;
        assert_nobody_inside("turn.test");
    }
    assert_int_equal(good + shut, 1000);
    assert_int_equal(good, 250); /* one turn in four */
    assert_int_equal(watch_tcp, 250);
}

static void of_mixed_answers_the_good_is_taken(void **state)
{
    (void)state;
    ROUTES({.path = "/", .head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    for (size_t i = 0; i < 200; i++) {
        assert_fault(get(i % 2 ? "mixed.test" : "many.test", "/"), DL_FAULT_NONE);
        assert_nobody_inside("mixed.test");
    }
    assert_int_equal(hostile->n_connections, 200);
}

static void other_schemes_are_refused(void **state)
{
    (void)state;
    static char head[512];
    static const char *const to[] = {
        "file:///etc/passwd",  "FILE:///etc/passwd",
        "file://127.0.0.2/x",  "gopher://a.test:70/_x",
        "ftp://a.test/",       "dict://a.test/d:x",
        "data:text/html,x",    "javascript:alert(1)",
        "JaVaScRiPt:alert(1)", "view-source:http://a.test/",
        "ws://a.test/",        "wss://a.test/",
        "ldap://a.test/",      "tftp://a.test/x",
        "telnet://a.test/",    "smb://a.test/x",
        "imap://a.test/",      "mailto:a@b.test",
        "about:blank",         "blob:http://a.test/1",
        "unix:///run/x",       "jar:http://a.test!/",
        "ssh://a.test/",       "netdoc:///etc/passwd",
    };
    for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
        ROUTES({.path = "/", .head = head});
        snprintf(head, sizeof head, "HTTP/1.1 302 Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                 to[i]);
        const struct dl_response *r = get("a.test", "/");
        if (r->fault != DL_FAULT_SCHEME) fail_msg("%s: %s", to[i], dl_fault_name(r->fault));
        assert_int_equal(hostile->n_connections, 1);
        assert_nobody_inside(to[i]);
    }
}

/* Only Location of a 3xx leads on: no Refresh header, no meta element, no Location of another
 * status, no Content-Location, no Link. */
static void only_locations_lead_on(void **state)
{
    (void)state;
    static const char meta[] = "<html><head><meta http-equiv=refresh "
                               "content='0; url=http://127.0.0.2/in'><base href='//127.0.0.2/'>";
    static const char *const heads[] = {
        "HTTP/1.1 200 OK\r\nRefresh: 0; url=/in\r\nContent-Type: text/html\r\n\r\n",
        "HTTP/1.1 200 OK\r\nLocation: /in\r\nContent-Location: /in\r\n\r\n",
        "HTTP/1.1 201 Created\r\nLocation: /in\r\n\r\n",
        "HTTP/1.1 304 Same\r\nLocation: /in\r\n\r\n",
        "HTTP/1.1 300 Choose\r\nLocation: /in\r\nLink: </in>; rel=alternate\r\n\r\n",
        "HTTP/1.1 305 Use Proxy\r\nLocation: /in\r\n\r\n",
        "HTTP/1.1 302 Go\r\nRefresh: 0; url=/in\r\n\r\n",
        "HTTP/1.1 103 Hints\r\nLocation: /in\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        ROUTES({.path = "/", .head = heads[i], .body = meta, .n = sizeof meta - 1, .times = 1},
               {.path = "/in", .head = "HTTP/1.1 200 OK\r\n\r\n"});
        const struct dl_response *r = get("a.test", "/");
        if (r->fault != DL_FAULT_NONE) fail_msg("%zu: %s", i, dl_fault_name(r->fault));
        assert_int_equal(hostile->n_records, 1);
        assert_nobody_inside("/");
    }
}

/* robots.txt is fetched by the same client, with the same gate. */
static void no_robots_txt_leads_inside(void **state)
{
    (void)state;
    static char head[512], servers[64];
    dl_arena *arena = dl_arena_new(16 << 20);
    dl_polite *polite = NULL;
    snprintf(servers, sizeof servers, "127.0.0.1:%u", hostile->dns_port);
    struct dl_polite_options options = {.egress = &egress, .dns_servers = servers, .no_gap = true};
    for (size_t i = 0; i < sizeof inside4 / sizeof *inside4; i++) {
        ROUTES({.path = "/robots.txt", .head = head},
               {.path = "/p", .head = "HTTP/1.1 200 OK\r\n\r\n"});
        snprintf(head, sizeof head, "HTTP/1.1 301 Go\r\nLocation: http://%s/robots.txt\r\n\r\n",
                 inside4[i]);
        struct dl_polite_answer answer;
        assert_int_equal(dl_polite_new(&options, &polite, NULL), DL_OK);
        dl_polite_get(polite, arena, dl_str_c(url_of("a.test", "/p")), DL_STR(""), &answer);
        assert_true(answer.err != DL_OK);
        assert_int_equal(hostile_asked(hostile, "/p", NULL), 0);
        dl_polite_get(polite, arena, dl_str_c(url_of(inside4[i], "/p")), DL_STR(""), &answer);
        assert_int_equal(answer.fault, DL_FAULT_ADDRESS);
        assert_nobody_inside(inside4[i]);
        dl_polite_free(polite);
    }
    dl_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_block_is_connected),
        cmocka_unit_test(no_name_leads_inside),
        cmocka_unit_test(no_redirect_leads_inside),
        cmocka_unit_test(a_name_that_turns_gets_nowhere),
        cmocka_unit_test(of_mixed_answers_the_good_is_taken),
        cmocka_unit_test(other_schemes_are_refused),
        cmocka_unit_test(only_locations_lead_on),
        cmocka_unit_test(no_robots_txt_leads_inside),
    };
    return cmocka_run_group_tests(tests, setup, end_hostile);
}
