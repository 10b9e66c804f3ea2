/* Many slow hosts at once, and bombs of a gibibyte: what they cost others, in time and memory. */
#include <brotli/encode.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "fetcher.h"
#include "net/decode.h"

enum { PITS = 200, PLACES = 16, PATIENCE_MS = 100 };

static const struct name names[] = {
    {".pit.test", {"127.0.0.1"}, 60}, {"good.test", {"127.0.0.1"}, 60}, {NULL, {NULL}, 0}};
static struct outcome pits[PITS];
static const char pit_head[] = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
static const char good_head[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

static int setup(void **state)
{
    (void)state;
    hostile = hostile_start(names);
    return dl_egress_allow(&egress, DL_STR("127.0.0.1"), NULL);
}

static int teardown(void **state)
{
    (void)state;
    dl_client_free(client);
    hostile_stop(hostile);
    for (size_t i = 0; i < PITS; i++)
        free(pits[i].text);
    return 0;
}

static const struct route routes[] = {
    {.path = "/pit", .head = pit_head, .body = "x", .n = 1, .times = SIZE_MAX, .pause_ms = 50},
    {.path = "/good", .head = good_head, .body = "ok", .n = 2, .times = 1}};

static void dig_pits(struct dl_client_options options)
{
    hostile_clear(hostile);
    hostile_routes(hostile, routes, sizeof routes / sizeof *routes);
    options.no_gap = true;
    start_client(options);
    for (size_t i = 0; i < PITS; i++) {
        char host[32];
        snprintf(host, sizeof host, "h%zu.pit.test", i);
        pits[i].calls = 0;
        submit(&pits[i], url_of(host, "/pit"), (struct dl_request){0});
    }
}

/* Two hundred tarpits wait for 16 places, each for 4 s: a healthy host behind them all is served in
 * the time that they are let wait, not in the 50 s that they would take. */
static void tarpits_delay_nobody(void **state)
{
    (void)state;
    static struct outcome good;
    dig_pits((struct dl_client_options){
        .max_in_flight = PLACES, .max_slow = PITS, .patience_ms = PATIENCE_MS, .slow_s = 4});
    int64_t start = dl_monotonic_ms();
    submit(&good, url_of("good.test", "/good"), (struct dl_request){0});
    while (good.calls == 0 && dl_monotonic_ms() < start + 20000)
        assert_int_equal(dl_client_run(client, 100), DL_OK);
    assert_int_equal(good.calls, 1);
    assert_fault(&good.response, DL_FAULT_NONE);
    int64_t rounds = PITS / PLACES + 1;
    if (good.at_ms - start > rounds * PATIENCE_MS * 2 + 1000)
        fail_msg("it waited %lld ms", (long long)(good.at_ms - start));
    assert_true(dl_client_in_flight(client) > PITS / 2);
    run_all(30000);
    for (size_t i = 0; i < PITS; i++) {
        assert_int_equal(pits[i].calls, 1);
        assert_true(pits[i].response.err == DL_ERR_TIMEOUT);
    }
    free(good.text);
}

static void the_slow_are_limited(void **state)
{
    (void)state;
    dig_pits((struct dl_client_options){
        .max_in_flight = PLACES, .max_slow = 2 * PLACES, .patience_ms = 20, .slow_s = 2});
    size_t most = 0;
    for (int64_t end = dl_monotonic_ms() + 1500; dl_monotonic_ms() < end;) {
        assert_int_equal(dl_client_run(client, 50), DL_OK);
        if (dl_client_in_flight(client) > most) most = dl_client_in_flight(client);
    }
    assert_int_equal(most, 3 * PLACES);
}

/* --- bombs -------------------------------------------------------------------------------- */

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SHADOWS 2 /* a sanitizer's own memory is counted too */
#else
#define SHADOWS 1
#endif
enum { PACKED_MAX = 4 << 20, BOMB_MIB = 1024, MEMORY_MOST_KIB = SHADOWS * (20 << 10) };

static unsigned char packed[PACKED_MAX]; /* sent by threads that may outlive a test */
static const unsigned char mebibyte[1 << 20];

static size_t bomb_gzip(void)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = packed;
    z.avail_out = PACKED_MAX;
    for (int i = 0; i < BOMB_MIB; i++) {
        z.next_in = (unsigned char *)mebibyte;
        z.avail_in = sizeof mebibyte;
        int status = deflate(&z, i == BOMB_MIB - 1 ? Z_FINISH : Z_NO_FLUSH);
        assert_true(status == (i == BOMB_MIB - 1 ? Z_STREAM_END : Z_OK));
    }
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static size_t bomb_brotli(void)
{
    BrotliEncoderState *b = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    BrotliEncoderSetParameter(b, BROTLI_PARAM_QUALITY, 2);
    BrotliEncoderSetParameter(b, BROTLI_PARAM_LGWIN, 24);
    size_t room = PACKED_MAX;
    unsigned char *out = packed;
    for (int i = 0; i < BOMB_MIB; i++) {
        const unsigned char *in = mebibyte;
        size_t n = sizeof mebibyte;
        BrotliEncoderOperation op =
            i == BOMB_MIB - 1 ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS;
        while (n > 0 || (op == BROTLI_OPERATION_FINISH && !BrotliEncoderIsFinished(b)))
            assert_true(BrotliEncoderCompressStream(b, op, &n, &in, &room, &out, NULL));
    }
    BrotliEncoderDestroyInstance(b);
    return PACKED_MAX - room;
}

static size_t bomb_zstd(int window_log)
{
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, 1);
    ZSTD_CCtx_setParameter(z, ZSTD_c_windowLog, window_log);
    ZSTD_outBuffer out = {packed, PACKED_MAX, 0};
    for (int i = 0; i < BOMB_MIB; i++) {
        ZSTD_inBuffer in = {mebibyte, sizeof mebibyte, 0};
        ZSTD_EndDirective end = i == BOMB_MIB - 1 ? ZSTD_e_end : ZSTD_e_continue;
        size_t left;
        do
            left = ZSTD_compressStream2(z, &out, &in, end);
        while (in.pos < in.size || (end == ZSTD_e_end && left > 0));
    }
    ZSTD_freeCCtx(z);
    return out.pos;
}

static long status_kib(const char *field)
{
    char text[8192];
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *at = strstr(text, field);
    return at != NULL ? strtol(at + strlen(field), NULL, 10) : 0;
}

/* Fetches it and says by how much memory grew at most, in KiB; -1: not the fault wanted. */
static long growth_of(const char *coding, size_t n, enum dl_fault wanted)
{
    static char head[256];
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", coding, n);
    struct route bomb[] = {{.path = "/", .head = head, .body = packed, .n = n, .times = 1}};
    hostile_clear(hostile);
    hostile_routes(hostile, bomb, 1);
    start_client((struct dl_client_options){.no_gap = true});
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    bool cleared = write(fd, "5", 1) == 1; /* the peak begins anew */
    close(fd);
    long before = status_kib("VmRSS:");
    enum dl_fault fault = get("good.test", "/")->fault;
    long after = status_kib("VmHWM:");
    if (fault != wanted) fail_msg("%s: %s", coding, dl_fault_name(fault));
    return cleared && before > 0 ? after - before : 0;
}

static void bombs_of_a_gibibyte_stay_small(void **state)
{
    (void)state;
    const struct {
        const char *coding;
        size_t (*make)(void);
    } bombs[] = {{"gzip", bomb_gzip}, {"br", bomb_brotli}};
    for (size_t i = 0; i <= sizeof bombs / sizeof *bombs; i++) {
        bool last = i == sizeof bombs / sizeof *bombs;
        size_t n = last ? bomb_zstd(23) : bombs[i].make();
        const char *coding = last ? "zstd" : bombs[i].coding;
        long grown = growth_of(coding, n, DL_FAULT_BOMB);
        print_message("# %s: 1 GiB in %zu bytes cost %ld KiB\n", coding, n, grown);
        if (grown > MEMORY_MOST_KIB) fail_msg("%s: %ld KiB", coding, grown);
    }
}

static void windows_are_bounded(void **state)
{
    (void)state;
    assert_fault(fetch("http://good.test:1/", (struct dl_request){0}), DL_FAULT_CONNECT);
    size_t n = bomb_zstd(27); /* a window of 128 MiB */
    assert_true(growth_of("zstd", n, DL_FAULT_CODING) < MEMORY_MOST_KIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tarpits_delay_nobody),
        cmocka_unit_test(the_slow_are_limited),
        cmocka_unit_test(bombs_of_a_gibibyte_stay_small),
        cmocka_unit_test(windows_are_bounded),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
