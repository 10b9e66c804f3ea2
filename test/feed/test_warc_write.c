/* What is written is what is read: every byte of heads and bodies, in each format, after a cut. */
#include "feed/warc_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/time.h"
#include "feed/warc.h"
#include "lab.h"

enum { NOW = 1711361700, BIG = 16 << 20 };

static char dir[64];
static const enum dl_warc_format formats[] = {DL_WARC_GZIP, DL_WARC_ZSTD, DL_WARC_PLAIN};

static int begin(void **state)
{
    snprintf(dir, sizeof dir, "/tmp/warc-write-XXXXXX");
    return lab_begin(state) != 0 || mkdtemp(dir) == NULL;
}

static dl_str_vec files(void)
{
    dl_str_vec paths = {0};
    struct dl_diag diag;
    assert_int_equal(dl_io_list(arena, dir, &paths, &diag), DL_OK);
    return paths;
}

static int end(void **state)
{
    dl_str_vec paths = files();
    for (size_t i = 0; i < paths.n; i++)
        unlink(paths.p[i].p);
    rmdir(dir);
    return lab_end(state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

static dl_warc_writer *writer(enum dl_warc_format format, uint64_t file_max)
{
    struct dl_warc_writer_options options = {.dir = dir,
                                             .name = "test",
                                             .format = format,
                                             .file_max = file_max,
                                             .software = DL_STR("Dateline"),
                                             .info = DL_STR("robots: obeyed\r\n")};
    dl_warc_writer *w;
    struct dl_diag diag;
    assert_int_equal(dl_warc_writer_new(&options, &w, &diag), DL_OK);
    return w;
}

static struct dl_warc_out response(const char *uri, dl_str head, dl_str body)
{
    char *id = dl_alloc(arena, DL_WARC_ID);
    dl_warc_new_id(id);
    return (struct dl_warc_out){.type = DL_STR("response"),
                                .id = dl_str_c(id),
                                .uri = dl_str_c(uri),
                                .date_ms = (int64_t)NOW * 1000 + 123,
                                .content_type = DL_STR("application/http;msgtype=response"),
                                .head = head,
                                .body = body,
                                .payload_digest = dl_warc_digest_of(arena, body)};
}

static bool put(dl_warc_writer *w, const struct dl_warc_out *r, enum dl_err *ret_err)
{
    bool fresh;
    struct dl_diag diag = {0};
    *ret_err = dl_warc_writer_begin(w, (int64_t)NOW * 1000, &fresh, &diag);
    if (*ret_err != DL_OK) return fresh;
    dl_warc_writer_add(w, r);
    *ret_err = dl_warc_writer_end(w, &diag);
    return fresh;
}

static void put_ok(dl_warc_writer *w, const struct dl_warc_out *r)
{
    enum dl_err err;
    put(w, r, &err);
    assert_int_equal(err, DL_OK);
}

static dl_warc *open_at(dl_str path, uint64_t start, int *ret_fd)
{
    struct dl_warc_options options = {.start = start};
    dl_warc *w;
    *ret_fd = open(path.p, O_RDONLY);
    assert_int_equal(dl_warc_open(*ret_fd, &options, &w), DL_OK);
    return w;
}

static void assert_bytes(dl_str got, dl_str want)
{
    assert_int_equal(got.n, want.n);
    if (want.n > 0) assert_memory_equal(got.p, want.p, want.n);
}

static void assert_record(dl_warc *warc, const struct dl_warc_record *r,
                          const struct dl_warc_out *want)
{
    dl_str body;
    struct dl_diag diag;
    assert_int_equal(r->error, DL_OK);
    assert_int_equal(r->block_digest, DL_DIGEST_OK);
    if (want->payload_digest.n > 0 && !dl_str_eq_c(want->type, "revisit"))
        assert_int_equal(r->payload_digest, DL_DIGEST_OK);
    assert_bytes(r->type, want->type);
    assert_bytes(r->id, want->id);
    assert_int_equal(r->date.ms, want->date_ms);
    assert_int_equal(dl_warc_body(warc, r, &body, &diag), DL_OK);
    assert_bytes(body, want->body);
}

/* --- equality ----------------------------------------------------------------------------- */

static void every_byte_comes_back(void **state)
{
    (void)state;
    static char big[BIG];
    uint64_t x = 1;
    for (size_t i = 0; i < BIG; i++) /* does not compress */
        big[i] = (char)((x = x * 6364136223846793005u + 1442695040888963407u) >> 33);
    const dl_str bodies[] = {
        DL_STR(""), DL_STR("x"), DL_STR("<p>سیل 洪水 🔥\0\r\n\r\nWARC/1.1\r\n"), {big, BIG}};
    const char *const uris[] = {"http://news.example/", "https://news.example/%D8%B3%DB%8C%D9%84",
                                "https://اخبار.example/سیل?س=۱",
                                "http://x.example/a b\r\nX: y\x1b"};
    dl_str head = DL_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd: \x1b[31mred\x07\r\n"
                         "X-Latin: caf\xe9\r\nX-Empty:\r\n\r\n");
    for (size_t f = 0; f < 3; f++) {
        dl_warc_writer *w = writer(formats[f], 0);
        struct dl_warc_out made[4];
        for (size_t i = 0; i < 4; i++) {
            made[i] = response(uris[i], head, bodies[i]);
            put_ok(w, &made[i]);
        }
        dl_str path = dl_str_dup(arena, dl_str_c(dl_warc_writer_path(w)));
        dl_warc_writer_free(w);
        int fd;
        struct dl_warc_record r;
        dl_warc *warc = open_at(path, 0, &fd);
        assert_int_equal(dl_warc_next(warc, &r), DL_OK);
        assert_str(r.type, "warcinfo");
        assert_has(r.body, "software: Dateline\r\n");
        assert_has(r.body, "robots: obeyed\r\n");
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(dl_warc_next(warc, &r), DL_OK);
            assert_record(warc, &r, &made[i]);
            assert_int_equal(r.status, 200);
            assert_has(r.http_headers, "X-Odd: \x1b[31mred\x07");
            if (i < 3) assert_str(r.uri, uris[i]);
        }
        assert_str(r.uri, "http://x.example/a%20b%0D%0AX:%20y%1B");
        assert_int_equal(dl_warc_next(warc, &r), DL_ERR_NOT_FOUND);
        dl_warc_close(warc);
        close(fd);
        unlink(path.p);
    }
}

static void reading_begins_where_a_record_does(void **state)
{
    (void)state;
    for (size_t f = 0; f < 3; f++) {
        dl_warc_writer *w = writer(formats[f], 0);
        struct dl_warc_out made[5];
        uint64_t at[5] = {0};
        for (size_t i = 0; i < 5; i++) {
            dl_str body = lab_repeat("word ", 1000 * i);
            made[i] = response("http://news.example/1", DL_STR("HTTP/1.1 200 OK\r\n\r\n"), body);
            at[i] = dl_warc_writer_bytes(w);
            put_ok(w, &made[i]);
        }
        dl_str path = dl_str_dup(arena, dl_str_c(dl_warc_writer_path(w)));
        dl_warc_writer_free(w);
        for (size_t i = 4; i > 0; i--) {
            int fd;
            struct dl_warc_record r;
            dl_warc *warc = open_at(path, at[i], &fd);
            assert_int_equal(dl_warc_next(warc, &r), DL_OK);
            assert_int_equal(r.offset, at[i]);
            assert_record(warc, &r, &made[i]);
            dl_warc_close(warc);
            close(fd);
        }
        unlink(path.p);
    }
}

/* Random heads and bodies, made of what is dangerous in them. */
static void random_records_come_back(void **state)
{
    (void)state;
    static const char *const bits[] = {
        "\r\n", "\n", "\r", "\x1b", ":", " ", "WARC/1.1\r\n", "\x1f\x8b\x08", "\x28\xb5\x2f\xfd",
        "خبر",  "\0", "a",  "\t"};
    uint64_t x = 42;
    for (size_t f = 0; f < 3; f++) {
        dl_warc_writer *w = writer(formats[f], 0);
        enum { N = 300 };
        static struct dl_warc_out made[N];
        for (size_t i = 0; i < N; i++) {
            dl_buf head = DL_BUF_INIT(1 << 16), body = DL_BUF_INIT(1 << 16);
            dl_buf_c(&head, "HTTP/1.1 200 OK\r\nX-A:");
            for (size_t k = (x >> 40) % 12; k > 0; k--) {
                x = x * 6364136223846793005u + 1442695040888963407u;
                const char *bit = bits[(x >> 33) % 13];
                dl_buf_add(&body, bit, *bit == '\0' ? 1 : strlen(bit));
                if (strpbrk(bit, "\r\n") == NULL) dl_buf_c(&head, bit);
            }
            x = x * 6364136223846793005u + 1442695040888963407u;
            dl_buf_c(&head, "\r\n\r\n");
            made[i] = response("http://x.example/", dl_str_dup(arena, dl_buf_slice(&head)),
                               dl_str_dup(arena, dl_buf_slice(&body)));
            dl_buf_free(&head);
            dl_buf_free(&body);
            put_ok(w, &made[i]);
        }
        dl_str path = dl_str_dup(arena, dl_str_c(dl_warc_writer_path(w)));
        dl_warc_writer_free(w);
        int fd;
        struct dl_warc_record r;
        dl_warc *warc = open_at(path, 0, &fd);
        assert_int_equal(dl_warc_next(warc, &r), DL_OK);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(dl_warc_next(warc, &r), DL_OK);
            assert_record(warc, &r, &made[i]);
        }
        assert_int_equal(dl_warc_next(warc, &r), DL_ERR_NOT_FOUND);
        dl_warc_close(warc);
        close(fd);
        unlink(path.p);
    }
}

/* --- cuts, limits, faults ----------------------------------------------------------------- */

static void a_cut_end_costs_the_last_record_alone(void **state)
{
    (void)state;
    for (size_t f = 0; f < 3; f++) {
        dl_warc_writer *w = writer(formats[f], 0);
        struct dl_warc_out r1 = response("http://news.example/1", DL_STR("HTTP/1.1 200 OK\r\n\r\n"),
                                         DL_STR("<p>one</p>"));
        put_ok(w, &r1);
        uint64_t sound = dl_warc_writer_bytes(w);
        put_ok(w, &r1);
        uint64_t all = dl_warc_writer_bytes(w);
        dl_str path = dl_str_dup(arena, dl_str_c(dl_warc_writer_path(w)));
        dl_warc_writer_free(w);
        for (uint64_t cut = all - 1; cut > sound; cut--) {
            int fd;
            struct dl_warc_record r;
            size_t good = 0, bad = 0;
            assert_int_equal(truncate(path.p, (off_t)cut), 0);
            dl_warc *warc = open_at(path, 0, &fd);
            while (dl_warc_next(warc, &r) == DL_OK) {
                good += r.error == DL_OK;
                bad += r.error != DL_OK;
            }
            /* A plain record that lacks line ends behind its block may be whole. */
            assert_int_equal(good + bad, 3);
            assert_true(good == 2 || (formats[f] == DL_WARC_PLAIN && cut + 4 >= all));
            dl_warc_close(warc);
            close(fd);
        }
        unlink(path.p);
    }
}

static void files_end_at_their_size_and_stand_in_order(void **state)
{
    (void)state;
    dl_warc_writer *w = writer(DL_WARC_GZIP, 4000);
    size_t fresh = 0;
    for (int i = 0; i < 40; i++) {
        enum dl_err err;
        struct dl_warc_out r = response("http://news.example/1", DL_STR("HTTP/1.1 200 OK\r\n\r\n"),
                                        dl_str_fmt(arena, "%d", i));
        fresh += put(w, &r, &err);
        assert_int_equal(err, DL_OK);
    }
    dl_warc_writer_free(w);
    dl_str_vec paths = files();
    assert_true(paths.n > 2 && paths.n == fresh);
    int next = 0;
    for (size_t i = 0; i < paths.n; i++) {
        int fd;
        struct dl_warc_record r;
        struct stat st;
        dl_warc *warc = open_at(paths.p[i], 0, &fd);
        assert_int_equal(fstat(fd, &st), 0);
        assert_true(st.st_size < 4000 + 1000);
        assert_int_equal(dl_warc_next(warc, &r), DL_OK);
        assert_str(r.type, "warcinfo");
        while (dl_warc_next(warc, &r) == DL_OK) {
            char want[16];
            snprintf(want, sizeof want, "%d", next++);
            assert_str(r.body, want);
        }
        dl_warc_close(warc);
        close(fd);
    }
    assert_int_equal(next, 40);
}

static void a_full_disk_leaves_whole_records(void **state)
{
    (void)state;
    struct rlimit old, small = {20000, 20000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    dl_warc_writer *w = writer(DL_WARC_PLAIN, 0);
    struct dl_warc_out r = response("http://news.example/1", DL_STR("HTTP/1.1 200 OK\r\n\r\n"),
                                    lab_repeat("word ", 1000));
    size_t lost = 0, kept = 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 10; i++) {
        enum dl_err err;
        put(w, &r, &err);
        lost += err != DL_OK;
        kept += err == DL_OK;
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    dl_warc_writer_free(w);
    assert_true(lost > 0 && kept > 3);
    dl_str_vec paths = files();
    size_t found = 0;
    assert_true(paths.n > 1); /* it goes on in another file */
    for (size_t i = 0; i < paths.n; i++) {
        int fd;
        struct dl_warc_record read;
        dl_warc *warc = open_at(paths.p[i], 0, &fd);
        while (dl_warc_next(warc, &read) == DL_OK) {
            assert_int_equal(read.error, DL_OK);
            found += dl_str_eq_c(read.type, "response");
        }
        dl_warc_close(warc);
        close(fd);
    }
    assert_int_equal(found, kept);
}

/* --- heads -------------------------------------------------------------------------------- */

static void heads_speak_of_the_body_that_is_there(void **state)
{
    (void)state;
    dl_str head = DL_STR("HTTP/2 200 \r\ncontent-encoding: br\r\nContent-Length: 5\r\n"
                         "transfer-encoding: chunked\r\nX-A: 1\r\n\r\n");
    assert_str(dl_warc_answer_head(arena, head, 12),
               "HTTP/1.1 200 \r\nX-Crawler-content-encoding: br\r\nX-Crawler-Content-Length: 5\r\n"
               "X-Crawler-transfer-encoding: chunked\r\nX-A: 1\r\nContent-Length: 12\r\n\r\n");
    assert_str(dl_warc_answer_head(arena, DL_STR("HTTP/1.0 301 Moved\nLocation: /x\n\n"), -1),
               "HTTP/1.0 301 Moved\r\nLocation: /x\r\n\r\n");
}

static void requests_tell_no_secrets(void **state)
{
    (void)state;
    dl_str head = DL_STR("GET /feed HTTP/1.1\r\nHost: news.example\r\nauthorization: Basic c2VjcmV0"
                         "\r\nCookie: a=b\r\nAccept: */*\r\n\r\n");
    assert_str(dl_warc_request_head(arena, head),
               "GET /feed HTTP/1.1\r\nHost: news.example\r\nAuthorization: (not told)\r\n"
               "Cookie: (not told)\r\nAccept: */*\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIR_TEST(every_byte_comes_back),
        DIR_TEST(reading_begins_where_a_record_does),
        DIR_TEST(random_records_come_back),
        DIR_TEST(a_cut_end_costs_the_last_record_alone),
        DIR_TEST(files_end_at_their_size_and_stand_in_order),
        DIR_TEST(a_full_disk_leaves_whole_records),
        DIR_TEST(heads_speak_of_the_body_that_is_there),
        DIR_TEST(requests_tell_no_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
