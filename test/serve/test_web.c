/* The site over real sockets, without a store: transport, routes, headers, errors. */
#include "serve/web.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "client.h"
#include "serve/limit.h"
#include "serve/route.h"

static dl_web *web;
static int port;

static int start(void **state)
{
    (void)state;
    struct dl_web_options options = {.address = "127.0.0.1",
                                     .listen_fd = -1,
                                     .hosts = "news.example",
                                     .offline = true,
                                     .writer_fd = -1,
                                     .stop_fd = -1,
                                     .wake_fd = -1};
    struct dl_diag diag;
    if (dl_web_start(&options, &web, &diag) != DL_OK) return -1;
    port = dl_web_port(web);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    dl_web_stop(web);
    return 0;
}

static void front_page_explains_itself(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "<!doctype html>"));
    assert_true(answer_has(&a, "dateline demo"));
    assert_true(answer_has(&a, "dateline ingest"));
    assert_true(answer_has(&a, "--offline"));
    answer_free(&a);
}

static void every_answer_has_the_security_headers(void **state)
{
    (void)state;
    static const char *const paths[] = {"/", "/nothing", "/api/v1", "/healthz", "/assets/app.css"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct answer a = client_get(port, paths[i]);
        dl_str csp = answer_header(&a, "Content-Security-Policy");
        assert_true(dl_str_starts(csp, "default-src 'none'; script-src 'self'"));
        assert_int_equal(dl_str_find_c(csp, "unsafe", 0), DL_NO_POS);
        assert_true(dl_str_eq_c(answer_header(&a, "X-Content-Type-Options"), "nosniff"));
        assert_true(dl_str_eq_c(answer_header(&a, "Referrer-Policy"), "no-referrer"));
        assert_true(dl_str_eq_c(answer_header(&a, "Cross-Origin-Opener-Policy"), "same-origin"));
        answer_free(&a);
    }
}

static void pages_hold_no_inline_script_or_style(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/");
    assert_false(answer_has(&a, "style=\""));
    assert_false(answer_has(&a, "<style"));
    assert_false(answer_has(&a, "<script>"));
    assert_false(answer_has(&a, "http://"));
    assert_false(answer_has(&a, "https://"));
    answer_free(&a);
}

static void errors_come_in_the_form_of_their_place(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/nothing/here");
    assert_int_equal(a.status, 404);
    assert_true(dl_str_starts(answer_header(&a, "Content-Type"), "text/html"));
    assert_true(answer_has(&a, "Not found"));
    answer_free(&a);
    a = client_get(port, "/api/v1/nothing");
    assert_int_equal(a.status, 404);
    assert_true(dl_str_eq_c(answer_header(&a, "Content-Type"), "application/problem+json"));
    assert_true(answer_has(&a, "\"status\":404"));
    answer_free(&a);
}

static void other_methods_are_refused_by_name(void **state)
{
    (void)state;
    struct answer a = client_ask(port, "POST", "/", "Content-Length: 0\r\n");
    assert_int_equal(a.status, 405);
    answer_free(&a);
    a = client_ask(port, "DELETE", "/", "");
    assert_int_equal(a.status, 405);
    assert_true(dl_str_eq_c(answer_header(&a, "Allow"), "GET, HEAD"));
    answer_free(&a);
}

static void strange_hosts_are_refused_on_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } rows[] = {{"evil.example", 421},
                {"127.0.0.1.evil.example:80", 421},
                {"", 421},
                {"localhost:9", 200},
                {"[::1]:8440", 200},
                {"127.0.0.1", 200},
                {"News.Example", 200},
                {"localhost.evil.example", 421}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char request[200];
        int n = snprintf(request, sizeof request,
                         "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", rows[i].host);
        struct answer a = client_raw(port, (dl_str){request, (size_t)n});
        assert_int_equal(a.status, rows[i].status);
        answer_free(&a);
    }
}

static void known_bytes_are_not_sent_again(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/assets/app.css");
    assert_int_equal(a.status, 200);
    dl_str etag = answer_header(&a, "ETag");
    assert_true(dl_str_starts(etag, "W/\""));
    char header[100];
    snprintf(header, sizeof header, "If-None-Match: \"other\", %.*s\r\n", DL_FMT(etag));
    struct answer b = client_ask(port, "GET", "/assets/app.css", header);
    assert_int_equal(b.status, 304);
    assert_int_equal(b.body.n, 0);
    assert_true(dl_str_eq(answer_header(&b, "ETag"), etag));
    answer_free(&a);
    answer_free(&b);
}

static void head_has_the_headers_alone(void **state)
{
    (void)state;
    struct answer a = client_ask(port, "HEAD", "/assets/app.css", "");
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.n, 0);
    assert_true(atoi(answer_header(&a, "Content-Length").p) > 1000);
    answer_free(&a);
}

static void gzip_gives_the_same_bytes(void **state)
{
    (void)state;
    static const char *const paths[] = {"/assets/app.css", "/"};
    for (size_t i = 0; i < 2; i++) {
        struct answer plain = client_ask(port, "GET", paths[i], "Accept-Encoding: gzip;q=0\r\n");
        struct answer packed = client_ask(port, "GET", paths[i], "Accept-Encoding: br, gzip\r\n");
        assert_true(dl_str_eq_c(answer_header(&packed, "Content-Encoding"), "gzip"));
        assert_int_equal(answer_header(&plain, "Content-Encoding").n, 0);
        static char unpacked[1 << 20];
        size_t n;
        struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
        assert_int_equal(libdeflate_gzip_decompress(d, packed.body.p, packed.body.n, unpacked,
                                                    sizeof unpacked, &n),
                         LIBDEFLATE_SUCCESS);
        libdeflate_free_decompressor(d);
        /* the front page tells the second at which it was made */
        if (i == 0)
            assert_true(dl_str_eq((dl_str){unpacked, n}, plain.body));
        else
            assert_int_equal(n, plain.body.n);
        answer_free(&plain);
        answer_free(&packed);
    }
}

static void assets_with_their_hash_may_be_kept(void **state)
{
    (void)state;
    struct answer page = client_get(port, "/");
    size_t at = dl_str_find_c(page.body, "/assets/app.css?v=", 0);
    assert_true(at != DL_NO_POS);
    char path[64];
    snprintf(path, sizeof path, "%.34s", page.body.p + at);
    struct answer a = client_get(port, path);
    assert_true(dl_str_ends(answer_header(&a, "Cache-Control"), "immutable"));
    struct answer b = client_get(port, "/assets/app.css?v=old");
    assert_true(dl_str_eq_c(answer_header(&b, "Cache-Control"), "no-cache"));
    answer_free(&page);
    answer_free(&a);
    answer_free(&b);
}

static void oversized_requests_get_an_error(void **state)
{
    (void)state;
    dl_buf request = DL_BUF_INIT(1 << 20);
    dl_buf_c(&request, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: ");
    for (size_t i = 0; i < 3 * DL_HTTP_POOL; i++)
        dl_buf_byte(&request, 'x');
    dl_buf_c(&request, "\r\n\r\n");
    struct answer a = client_raw(port, dl_buf_slice(&request));
    assert_int_equal(a.status, 431);
    answer_free(&a);
    dl_buf_free(&request);
}

static void broken_paths_are_bad_requests(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/s/%ff%fe");
    assert_int_equal(a.status, 400);
    answer_free(&a);
}

static void a_hook_takes_posts_and_any_host(void **state)
{
    (void)state;
    struct answer a = client_raw(port, DL_STR("POST /websub/x HTTP/1.1\r\nHost: proxy.test\r\n"
                                              "Connection: close\r\nContent-Length: 2\r\n\r\nab"));
    assert_int_equal(a.status, 404);
    answer_free(&a);
    a = client_ask(port, "PUT", "/websub/x", "Content-Length: 0\r\n");
    assert_int_equal(a.status, 405);
    assert_true(dl_str_eq_c(answer_header(&a, "Allow"), "GET, POST"));
    answer_free(&a);
    a = client_ask(port, "POST", "/", "Content-Length: 0\r\n");
    assert_int_equal(a.status, 405);
    answer_free(&a);
    a = client_get(port, "/websub/x?hub.mode=subscribe&hub.challenge=reflectme");
    assert_int_equal(a.status, 404);
    assert_false(answer_has(&a, "reflectme"));
    answer_free(&a);
}

static void one_caller_has_a_limit(void **state)
{
    (void)state;
    dl_limit *limit = dl_limit_new();
    assert_true(dl_limit_take(limit, 7, 1e9, 1000)); /* the largest takes a full bucket */
    assert_false(dl_limit_take(limit, 7, 1, 1000));
    assert_true(dl_limit_take(limit, 8, 1, 1000));
    assert_false(dl_limit_take(limit, 7, DL_LIMIT_PER_S, 1900));
    assert_true(dl_limit_take(limit, 7, DL_LIMIT_PER_S, 2000));
    assert_false(dl_limit_take(limit, 7, 1, 2000));
    dl_limit_free(limit);
}

static void every_route_is_listed(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/api/v1");
    assert_int_equal(a.status, 200);
    for (const struct dl_route *route = dl_routes; route->pattern != NULL; route++) {
        char row[100];
        snprintf(row, sizeof row, "\"path\":\"%s\"", route->pattern);
        assert_true(answer_has(&a, row));
    }
    answer_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(front_page_explains_itself),
        cmocka_unit_test(every_answer_has_the_security_headers),
        cmocka_unit_test(pages_hold_no_inline_script_or_style),
        cmocka_unit_test(errors_come_in_the_form_of_their_place),
        cmocka_unit_test(other_methods_are_refused_by_name),
        cmocka_unit_test(strange_hosts_are_refused_on_loopback),
        cmocka_unit_test(known_bytes_are_not_sent_again),
        cmocka_unit_test(head_has_the_headers_alone),
        cmocka_unit_test(gzip_gives_the_same_bytes),
        cmocka_unit_test(assets_with_their_hash_may_be_kept),
        cmocka_unit_test(oversized_requests_get_an_error),
        cmocka_unit_test(broken_paths_are_bad_requests),
        cmocka_unit_test(every_route_is_listed),
        cmocka_unit_test(a_hook_takes_posts_and_any_host),
        cmocka_unit_test(one_caller_has_a_limit),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
