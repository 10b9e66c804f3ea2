#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "fetcher.h"
#include "net/decode.h"

enum { ZEROS = 64 << 20, PACKED_MAX = 4 << 20, SLOW_S = 1 };

static const struct name names[] = {
    {"a.test", {"127.0.0.1"}, 60}, {"b.test", {"127.0.0.1"}, 60}, {NULL, {NULL}, 0}};

static unsigned char packed[PACKED_MAX];
static char *zeros;

static void start_impatient(void)
{
    start_client((struct dl_client_options){.no_gap = true, .slow_s = SLOW_S, .total_ms = 3000});
}

static int setup(void **state)
{
    (void)state;
    zeros = calloc(1, ZEROS);
    start_hostile(names);
    start_impatient();
    return zeros == NULL;
}

static int teardown(void **state)
{
    free(zeros);
    return end_hostile(state);
}

static size_t pack_gzip(const void *p, size_t n)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)p;
    z.avail_in = (uInt)n;
    z.next_out = packed;
    z.avail_out = PACKED_MAX;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t size = z.total_out;
    deflateEnd(&z);
    return size;
}

static size_t pack_brotli(const void *p, size_t n)
{
    size_t size = PACKED_MAX;
    assert_true(BrotliEncoderCompress(5, 24, BROTLI_MODE_GENERIC, n, p, &size, packed));
    return size;
}

static size_t pack_zstd(const void *p, size_t n)
{
    size_t size = ZSTD_compress(packed, PACKED_MAX, p, n, 3);
    assert_false(ZSTD_isError(size));
    return size;
}

static const char *const codings[] = {"gzip", "br", "zstd"};
static size_t (*const packers[])(const void *, size_t) = {pack_gzip, pack_brotli, pack_zstd};

static const struct dl_response *get_packed(const char *coding, size_t n, int status)
{
    static char head[256];
    snprintf(head, sizeof head,
             "HTTP/1.1 %d X\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", status, coding,
             n);
    ROUTES({.path = "/", .head = head, .body = packed, .n = n, .times = 1});
    return get("a.test", "/");
}

static void codings_are_decoded(void **state)
{
    (void)state;
    const char *text = "\u65b0\u805e \u0627\u062e\u0628\u0627\u0631 \u0e02\u0e48\u0e32\u0e27 "
                       "\U0001f4f0 news news news news news";
    for (size_t i = 0; i < 3; i++) {
        size_t n = packers[i](text, strlen(text));
        const struct dl_response *r = get_packed(codings[i], n, 200);
        assert_fault(r, DL_FAULT_NONE);
        assert_str(r->body, text);
        assert_int_equal(r->wire_bytes, n);
        assert_fault(get_packed(codings[i], n - 3, 200), DL_FAULT_CODING);
        packed[n / 2] ^= 0x55;
        packed[2] ^= 0xFF;
        assert_fault(get_packed(codings[i], n, 200), DL_FAULT_CODING);
    }
    size_t n = pack_gzip(text, strlen(text));
    memmove(packed + n, packed, n); /* two members; then zeros as padding */
    memset(packed + 2 * n, 0, 100);
    const struct dl_response *r = get_packed("x-gzip", 2 * n + 100, 404);
    assert_fault(r, DL_FAULT_NONE);
    assert_int_equal(r->body.n, 2 * strlen(text));
    assert_fault(get_packed("gzip, gzip", n, 200), DL_FAULT_CODING);
    assert_fault(get_packed("deflate", n, 200), DL_FAULT_CODING);
    assert_fault(get_packed("gzip\r\nContent-Encoding: gzip", n, 200), DL_FAULT_CODING);
}

static void honest_pages_pass_whatever_their_size(void **state)
{
    (void)state;
    /* Text that packs well, but not like a bomb. */
    static char line[64];
    dl_buf text = DL_BUF_INIT(DL_HTTP_BODY_MAX);
    for (unsigned i = 0; text.n < (4 << 20); i++) {
        snprintf(line, sizeof line, "line %u %08x %08x of the page\n", i, i * 2654435761u,
                 i * 40503u);
        dl_buf_c(&text, line);
    }
    for (size_t i = 0; i < 3; i++) {
        size_t n = packers[i](text.p, 4 << 20);
        const struct dl_response *r = get_packed(codings[i], n, 200);
        assert_fault(r, DL_FAULT_NONE);
        assert_int_equal(r->body.n, 4 << 20);
        assert_memory_equal(r->body.p, text.p, 4 << 20);
    }
    /* Zeros up to a mebibyte do no harm, and short answers of any ratio are taken. */
    for (size_t i = 0; i < 3; i++)
        assert_fault(get_packed(codings[i], packers[i](zeros, 1 << 20), 200), DL_FAULT_NONE);
    dl_buf_free(&text);
}

static void bombs_are_stopped_early(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t n = packers[i](zeros, ZEROS);
        const struct dl_response *r = get_packed(codings[i], n, 200);
        assert_fault(r, DL_FAULT_BOMB);
        assert_int_equal(r->status, 200);
        assert_int_equal(r->body.n, 0);
        assert_fault(get_packed(codings[i], n, 500), DL_FAULT_BOMB);
        assert_fault(get_packed(codings[i], n, 404), DL_FAULT_BOMB);
        dl_buf out = DL_BUF_INIT(DL_HTTP_BODY_MAX);
        struct dl_decoder decoder;
        assert_int_equal(dl_decoder_start(&decoder, dl_coding_of(dl_str_c(codings[i]))), 0);
        assert_int_equal(dl_decoder_feed(&decoder, packed, n, &out), DL_FAULT_BOMB);
        assert_true(out.cap <= (16 << 20) && decoder.out <= n * DL_HTTP_RATIO_MAX + (2 << 20));
        dl_decoder_finish(&decoder);
        dl_buf_free(&out);
        if (i == 0) { /* a bomb in a bomb */
            unsigned char *inner = malloc(n);
            memcpy(inner, packed, n);
            size_t outer = pack_gzip(inner, n);
            free(inner);
            assert_fault(get_packed("gzip, gzip", outer, 200), DL_FAULT_CODING);
        }
    }
}

static void a_redirects_body_is_not_unpacked(void **state)
{
    (void)state;
    size_t n = pack_gzip(zeros, ZEROS);
    ROUTES({.path = "/",
            .body = packed,
            .n = n,
            .times = 1000,
            .head = "HTTP/1.1 302 Go\r\nLocation: /x\r\nContent-Encoding: gzip\r\n\r\n"},
           {.path = "/x",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
            .body = "ok",
            .n = 2,
            .times = 1});
    const struct dl_response *r = get("a.test", "/");
    assert_fault(r, DL_FAULT_NONE);
    assert_str(r->body, "ok");
    assert_int_equal(r->n_hops, 1);
    assert_true(r->hops[0].wire_bytes <= 512 << 10); /* nor read to the wire's end */
}

static void endless_bodies_are_cut(void **state)
{
    (void)state;
    static char block[64 << 10];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)(i * 7919 >> 3);
    ROUTES({.path = "/plain",
            .head = "HTTP/1.1 200 OK\r\n\r\n",
            .body = block,
            .n = sizeof block,
            .times = SIZE_MAX},
           {.path = "/chunked",
            .head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .body = "10\r\n0123456789abcdef\r\n",
            .n = 22,
            .times = SIZE_MAX},
           {.path = "/long",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            .body = "x",
            .n = 1,
            .times = 1,
            .stay = true},
           {.path = "/small",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n",
            .body = block,
            .n = sizeof block,
            .times = 1});
    start_client((struct dl_client_options){.no_gap = true}); /* sizes end it, not the time */
    const struct dl_response *r = get("a.test", "/plain");
    assert_fault(r, DL_FAULT_BODY);
    assert_true(r->wire_bytes <= DL_HTTP_WIRE_MAX + (64 << 10));
    assert_fault(get("a.test", "/chunked"), DL_FAULT_BODY);
    assert_fault(get("a.test", "/long"), DL_FAULT_BODY);
    struct dl_request small = {.body_max = 65535};
    assert_fault(fetch(url_of("a.test", "/small"), small), DL_FAULT_BODY);
    small.body_max = 65536;
    assert_fault(fetch(url_of("a.test", "/small"), small), DL_FAULT_NONE);
    start_impatient();
}

static void huge_headers_are_cut(void **state)
{
    (void)state;
    static char head[70000], lines[40000];
    memset(head, 'a', sizeof head - 1);
    memcpy(head, "HTTP/1.1 200 OK\r\nX: ", 20);
    memcpy(head + sizeof head - 5, "\r\n\r\n", 4);
    size_t n = 0;
    while (n + 16 < sizeof lines)
        n += (size_t)snprintf(lines + n, sizeof lines - n, "Link: <x>\r\n");
    ROUTES(
        {.path = "/one", .head = head},
        {.path = "/many", .head = "HTTP/1.1 200 OK\r\n", .body = lines, .n = n, .times = SIZE_MAX},
        {.path = "/hints",
         .head = "",
         .body = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
         .n = 39,
         .times = SIZE_MAX});
    assert_fault(get("a.test", "/one"), DL_FAULT_HEADERS);
    assert_fault(get("a.test", "/many"), DL_FAULT_HEADERS);
    assert_fault(get("a.test", "/hints"), DL_FAULT_HEADERS);
}

static void heads_of_many_lines_are_cut(void **state)
{
    (void)state;
    static char lines[4000], fewer[4000];
    size_t n = 0, m = 0;
    for (int i = 0; i < DL_HTTP_HEADER_LINES; i++)
        n += (size_t)snprintf(lines + n, sizeof lines - n, "X%d: a\r\n", i);
    for (int i = 0; i < DL_HTTP_HEADER_LINES - 3; i++) /* with status, length and the empty line */
        m += (size_t)snprintf(fewer + m, sizeof fewer - m, "X%d: a\r\n", i);
    snprintf(fewer + m, sizeof fewer - m, "Content-Length: 0\r\n\r\n");
    ROUTES({.path = "/many", .head = "HTTP/1.1 200 OK\r\n", .body = lines, .n = n, .times = 1},
           {.path = "/some",
            .head = "HTTP/1.1 200 OK\r\n",
            .body = fewer,
            .n = strlen(fewer),
            .times = 1});
    assert_fault(get("a.test", "/many"), DL_FAULT_HEADERS);
    assert_fault(get("a.test", "/some"), DL_FAULT_NONE);
}

static void slow_servers_are_left(void **state)
{
    (void)state;
    static char block[600];
    ROUTES({.path = "/drip",
            .head = "HTTP/1.1 200 OK\r\n\r\n",
            .body = "x",
            .n = 1,
            .times = SIZE_MAX,
            .pause_ms = 50},
           {.path = "/silent", .head = "", .body = "x", .n = 1, .times = 1, .pause_ms = 60000},
           {.path = "/steady",
            .head = "HTTP/1.1 200 OK\r\n\r\n",
            .body = block,
            .n = sizeof block,
            .times = SIZE_MAX,
            .pause_ms = 60},
           {.path = "/quick", .head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"});
    static struct outcome drip[20], silent, steady, quick;
    int64_t start = dl_monotonic_ms();
    for (size_t i = 0; i < 20; i++) {
        submit(&drip[i], url_of(i == 0 ? "a.test" : "b.test", i == 0 ? "/drip" : "/quick"),
               (struct dl_request){0});
    }
    submit(&steady, url_of("127.0.0.1", "/steady"), (struct dl_request){0});
    run_all(10000);
    int64_t steady_ms = steady.at_ms - start;
    submit(&silent, url_of("a.test", "/silent"), (struct dl_request){0});
    submit(&quick, url_of("b.test", "/quick"), (struct dl_request){0});
    run_all(10000);
    assert_fault(&drip[0].response, DL_FAULT_SLOW);
    assert_int_equal(drip[0].response.status, 200);
    assert_fault(&silent.response, DL_FAULT_SLOW);
    assert_fault(&steady.response, DL_FAULT_TIMEOUT);
    assert_true(steady_ms >= 2900 && steady_ms < 9000);
    for (size_t i = 1; i < 20; i++)
        assert_fault(&drip[i].response, DL_FAULT_NONE);
    assert_true(drip[19].at_ms - start < 2500); /* tarpits delay nobody else */
    assert_fault(&quick.response, DL_FAULT_NONE);
}

static void broken_answers_are_named(void **state)
{
    (void)state;
    ROUTES({.path = "/short",
            .head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
            .body = "x",
            .n = 1,
            .times = 10},
           {.path = "/chunk",
            .head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .body = "ff\r\nabc",
            .n = 7,
            .times = 1},
           {.path = "/empty", .head = ""}, {.path = "/ssh", .head = "SSH-2.0-OpenSSH_9.2\r\n"},
           {.path = "/half", .head = "HTTP/1.1 200 OK\r\nContent-Ty"},
           {.path = "/bad-chunk",
            .head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"});
    const struct dl_response *r = get("a.test", "/short");
    assert_fault(r, DL_FAULT_TRUNCATED);
    assert_int_equal(r->status, 200);
    assert_fault(get("a.test", "/chunk"), DL_FAULT_TRUNCATED);
    assert_fault(get("a.test", "/empty"), DL_FAULT_TRUNCATED);
    assert_fault(get("a.test", "/ssh"), DL_FAULT_PROTOCOL);
    assert_true(get("a.test", "/half")->err != DL_OK);
    assert_true(get("a.test", "/bad-chunk")->err != DL_OK);
    assert_fault(fetch("http://127.0.0.1:1/", (struct dl_request){0}), DL_FAULT_CONNECT);
    char tls[64];
    snprintf(tls, sizeof tls, "https://a.test:%u/", hostile->port);
    assert_fault(fetch(tls, (struct dl_request){0}), DL_FAULT_TLS);
}

static void memory_for_bodies_is_bounded(void **state)
{
    (void)state;
    static char block[1 << 20];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)(i * 7919 >> 3);
    start_client((struct dl_client_options){.no_gap = true, .body_memory = 4 << 20});
    ROUTES({.path = "/",
            .head = "HTTP/1.1 200 OK\r\n\r\n",
            .body = block,
            .n = sizeof block,
            .times = 8});
    assert_fault(get("a.test", "/"), DL_FAULT_MEMORY);
    struct route one[] = {{.path = "/",
                           .head = "HTTP/1.1 200 OK\r\n\r\n",
                           .body = block,
                           .n = sizeof block,
                           .times = 1}};
    hostile_routes(hostile, one, 1);
    for (size_t i = 0; i < 8; i++) /* what was given back is free again */
        assert_fault(get("a.test", "/"), DL_FAULT_NONE);
    hostile_clear(hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bombs_are_stopped_early),
        cmocka_unit_test(codings_are_decoded),
        cmocka_unit_test(honest_pages_pass_whatever_their_size),
        cmocka_unit_test(a_redirects_body_is_not_unpacked),
        cmocka_unit_test(endless_bodies_are_cut),
        cmocka_unit_test(huge_headers_are_cut),
        cmocka_unit_test(heads_of_many_lines_are_cut),
        cmocka_unit_test(slow_servers_are_left),
        cmocka_unit_test(broken_answers_are_named),
        cmocka_unit_test(memory_for_bodies_is_bounded),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
