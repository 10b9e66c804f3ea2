#include "feed/warc.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/io.h"
#include "feed/http_message.h"
#include "lab.h"

enum { RECORDS = 5 };

static const char page[] = "<p>Flood in Mainz, سیل, 洪水 🔥</p>";
static dl_buf plain, packed; /* the same archive as a plain file and by gzip members */
static size_t plain_at[RECORDS + 1], packed_at[RECORDS + 1];

static dl_str record(const char *type, const char *extra, const char *content_type, dl_str block)
{
    return dl_str_fmt(
        arena,
        "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        "WARC-Target-URI: <http://news.example/1>\r\nWARC-Date: 2024-03-25T10:00:00Z\r\n"
        "%sContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%.*s\r\n\r\n",
        type, extra, content_type, block.n, DL_FMT(block));
}

static dl_str gzip(dl_str s)
{
    z_stream z = {.next_in = (Bytef *)s.p, .avail_in = (uInt)s.n};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    size_t cap = deflateBound(&z, s.n) + 64;
    char *out = dl_alloc(arena, cap);
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    dl_str member = {out, cap - z.avail_out};
    deflateEnd(&z);
    return member;
}

/* Chunked and gzipped, as servers send it and crawlers keep it. */
static dl_str coded_response(void)
{
    dl_str z = gzip(dl_str_c(page));
    dl_buf b = DL_BUF_INIT(1 << 20);
    dl_buf_c(&b, "HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n charset=utf-8\r\n"
                 "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n7\r\n");
    dl_buf_str(&b, dl_str_sub(z, 0, 7));
    dl_buf_fmt(&b, "\r\n%zx;x=y\r\n", z.n - 7);
    dl_buf_str(&b, dl_str_sub(z, 7, z.n));
    dl_buf_c(&b, "\r\n0\r\n\r\n");
    dl_str s = dl_str_dup(arena, dl_buf_slice(&b));
    dl_buf_free(&b);
    return s;
}

/* printf would stop at the zeros of compressed blocks. */
static dl_str coded_record(void)
{
    dl_str block = coded_response();
    dl_str with = record("response", "", "application/http", lab_repeat("x", block.n));
    memcpy((char *)with.p + (with.n - 4 - block.n), block.p, block.n);
    return with;
}

static int archive_begin(void **state)
{
    if (lab_begin(state) != 0) return 1;
    dl_str http = dl_str_fmt(arena, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n%s", page);
    const dl_str records[RECORDS] = {
        record("warcinfo", "", "application/warc-fields", DL_STR("software: x\r\n")),
        record("response",
               "WARC-Payload-Digest: sha1:VK6GFKHVWMVLXO7VGBJ6EBJJ6ZQSGYTG\r\n", /* a wrong one */
               "application/http;msgtype=response", http),
        record("request", "", "application/http;msgtype=request", DL_STR("GET / HTTP/1.1\r\n\r\n")),
        coded_record(),
        record("metadata", "WARC-Truncated: length\r\n", "text/plain", DL_STR("end")),
    };
    plain = packed = (dl_buf)DL_BUF_INIT(1 << 20);
    for (size_t i = 0; i < RECORDS; i++) {
        plain_at[i] = plain.n;
        packed_at[i] = packed.n;
        dl_buf_str(&plain, records[i]);
        dl_buf_str(&packed, gzip(records[i]));
    }
    plain_at[RECORDS] = plain.n;
    packed_at[RECORDS] = packed.n;
    return 0;
}

static int archive_end(void **state)
{
    dl_buf_free(&plain);
    dl_buf_free(&packed);
    return lab_end(state);
}

/* --- reading all ------------------------------------------------------------------------- */

struct seen {
    size_t n, damaged, responses;
    struct dl_warc_record r[64]; /* slices are dead; numbers and type in `type` are not */
    char type[64][16];
    bool body_is_page[64];
};

static int file_of(dl_str bytes)
{
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(dl_io_write_fd(fd, bytes.p, bytes.n), DL_OK);
    return fd;
}

static struct seen read_fd(int fd)
{
    struct seen s = {0};
    dl_warc *w;
    dl_str body;
    assert_int_equal(dl_warc_open(fd, NULL, &w), DL_OK);
    enum dl_err err;
    struct dl_warc_record r;
    while ((err = dl_warc_next(w, &r)) == DL_OK) {
        assert_true(s.n < 64);
        s.r[s.n] = r;
        snprintf(s.type[s.n], sizeof s.type[0], "%.*s", DL_FMT(r.type));
        s.damaged += r.error != DL_OK;
        bool response = r.status == 200 && r.error == DL_OK;
        s.responses += response;
        if (response && dl_warc_body(w, &r, &body, NULL) == DL_OK)
            s.body_is_page[s.n] = dl_str_eq_c(body, page);
        s.n++;
    }
    assert_int_equal(err, DL_ERR_NOT_FOUND);
    dl_warc_close(w);
    close(fd);
    return s;
}

static struct seen read_bytes(dl_str bytes)
{
    return read_fd(file_of(bytes));
}

static void expect_all(const struct seen *s, const size_t at[RECORDS + 1])
{
    static const char *const types[RECORDS] = {"warcinfo", "response", "request", "response",
                                               "metadata"};
    assert_int_equal(s->n, RECORDS);
    assert_int_equal(s->damaged, 0);
    for (size_t i = 0; i < RECORDS; i++) {
        assert_string_equal(s->type[i], types[i]);
        assert_int_equal(s->r[i].offset, at[i]);
        assert_int_equal(s->r[i].length, at[i + 1] - at[i]);
        assert_int_equal(s->r[i].date.ms, 1711360800000);
    }
    assert_true(s->body_is_page[1] && s->body_is_page[3]);
    assert_int_equal(s->r[1].payload_digest, DL_DIGEST_WRONG);
    assert_int_equal(s->r[3].payload_digest, DL_DIGEST_NONE);
}

static void plain_and_members_give_the_same(void **state)
{
    (void)state;
    struct seen s = read_bytes(dl_buf_slice(&plain));
    expect_all(&s, plain_at);
    s = read_bytes(dl_buf_slice(&packed));
    expect_all(&s, packed_at);
}

static void a_pipe_gives_what_a_file_gives(void **state)
{
    (void)state;
    const dl_buf *both[] = {&plain, &packed};
    for (size_t i = 0; i < 2; i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(dl_io_write_fd(ends[1], both[i]->p, both[i]->n), DL_OK);
        close(ends[1]);
        struct seen s = read_fd(ends[0]);
        expect_all(&s, i == 0 ? plain_at : packed_at);
    }
}

static void one_member_and_one_frame_for_all(void **state)
{
    (void)state;
    struct seen s = read_bytes(gzip(dl_buf_slice(&plain)));
    assert_int_equal(s.n, RECORDS);
    assert_int_equal(s.damaged, 0);
    char frame[4096];
    size_t n = ZSTD_compress(frame, sizeof frame, plain.p, plain.n, 3);
    assert_false(ZSTD_isError(n));
    s = read_bytes((dl_str){frame, n});
    assert_int_equal(s.n, RECORDS);
    assert_int_equal(s.damaged, 0);
    assert_true(s.body_is_page[3]);
}

static void a_cut_at_any_byte_is_never_silent(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        const dl_buf *b = kind == 0 ? &plain : &packed;
        const size_t *at = kind == 0 ? plain_at : packed_at;
        for (size_t cut = 0; cut < b->n; cut++) {
            struct seen s = read_bytes((dl_str){b->p, cut});
            size_t whole = 0;
            while (whole < RECORDS && at[whole + 1] <= cut)
                whole++;
            /* The line ends after a plain block may be missing, but nothing else. */
            bool border = cut == at[whole] || (kind == 0 && cut + 4 >= at[whole + 1]);
            if (!border && s.damaged == 0) fail_msg("cut at %zu is not reported", cut);
            if (s.n - s.damaged < whole) fail_msg("cut at %zu loses a sound record", cut);
            assert_true(s.n <= whole + 1);
        }
    }
}

static void a_changed_byte_never_gives_another_page(void **state)
{
    (void)state;
    for (size_t at = 0; at < packed.n; at++) {
        for (int bit = 0; bit < 8; bit += 3) {
            packed.p[at] = (char)(packed.p[at] ^ (1 << bit));
            struct seen s = read_bytes(dl_buf_slice(&packed));
            for (size_t i = 0; i < s.n; i++) {
                bool is_page = s.body_is_page[i] || s.r[i].status != 200 || s.r[i].error != DL_OK;
                if (!is_page) fail_msg("byte %zu bit %d gives another page", at, bit);
                if (i > 0) assert_true(s.r[i].offset >= s.r[i - 1].offset);
            }
            if (s.n - s.damaged < RECORDS - 1) fail_msg("byte %zu costs more than its record", at);
            packed.p[at] = (char)(packed.p[at] ^ (1 << bit));
        }
    }
    for (size_t at = 0; at < plain.n; at++) {
        plain.p[at] = (char)(plain.p[at] ^ 4);
        struct seen s = read_bytes(dl_buf_slice(&plain));
        assert_true(s.n >= RECORDS - 1);
        plain.p[at] = (char)(plain.p[at] ^ 4);
    }
}

static void garbage_between_members_is_one_report(void **state)
{
    (void)state;
    dl_buf b = DL_BUF_INIT(1 << 20);
    dl_buf_str(&b, (dl_str){packed.p, packed_at[2]});
    dl_buf_c(&b, "garbage \x1f\x8b\x08 garbage WARC/1.0\r\n");
    dl_buf_str(&b, (dl_str){packed.p + packed_at[2], packed.n - packed_at[2]});
    dl_buf_add(&b, "\0\0\0\0\r\n", 6);
    struct seen s = read_bytes(dl_buf_slice(&b));
    assert_int_equal(s.n, RECORDS + 1);
    assert_int_equal(s.damaged, 1);
    assert_int_equal(s.r[2].offset, packed_at[2]);
    assert_int_equal(s.r[2].error, DL_ERR_SYNTAX);
    dl_buf_free(&b);
}

static void a_wrong_length_costs_one_record(void **state)
{
    (void)state;
    static const char *const lengths[] = {"3", "999999999999", "30", "-1", "x", ""};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        dl_buf b = DL_BUF_INIT(1 << 20);
        dl_buf_str(&b, (dl_str){plain.p, plain_at[1]});
        dl_buf_fmt(&b,
                   "WARC/1.1\r\nWARC-Type: response\r\nContent-Length: %s\r\n\r\n"
                   "HTTP/1.1 404 No\r\n\r\nno\r\n\r\n",
                   lengths[i]);
        dl_buf_str(&b, (dl_str){plain.p + plain_at[1], plain.n - plain_at[1]});
        struct seen s = read_bytes(dl_buf_slice(&b));
        assert_int_equal(s.damaged, 1);
        assert_int_equal(s.n, RECORDS + 1);
        dl_buf_free(&b);
    }
}

static void arc_files_are_read(void **state)
{
    (void)state;
    dl_str http = dl_str_fmt(arena, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n%s", page);
    dl_str head = DL_STR("1 0 Maker\nURL IP-address Archive-date Content-type Archive-length\n");
    dl_str arc = dl_str_fmt(arena,
                            "filedesc://x.arc 0.0.0.0 20240325100000 text/plain %zu\n%.*s\n"
                            "http://news.example/1 192.0.2.1 20240325100000 text/html %zu\n%.*s\n"
                            "http://news.example/2 192.0.2.1 2024032510 text/html 200 x 0 0 f %zu\n"
                            "%.*s\n",
                            head.n, DL_FMT(head), http.n, DL_FMT(http), http.n, DL_FMT(http));
    struct seen s = read_bytes(arc);
    assert_int_equal(s.n, 3);
    assert_int_equal(s.damaged, 0);
    assert_string_equal(s.type[0], "warcinfo");
    assert_true(s.body_is_page[1] && s.body_is_page[2]);
    assert_int_equal(s.r[1].date.ms, 1711360800000);
}

static void large_blocks_are_checked_but_not_held(void **state)
{
    (void)state;
    size_t n = (size_t)DL_WARC_BLOCK_MAX + 1000;
    dl_str block = lab_repeat("0123456789abcdef", n / 16);
    dl_buf b = DL_BUF_INIT(64 << 20);
    dl_buf_fmt(&b, "WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: %zu\r\n\r\n", block.n);
    dl_buf_str(&b, block);
    dl_buf_c(&b, "\r\n\r\n");
    dl_buf_str(&b, dl_buf_slice(&plain));
    struct seen s = read_bytes(dl_buf_slice(&b));
    assert_int_equal(s.n, RECORDS + 1);
    assert_int_equal(s.damaged, 1);
    assert_int_equal(s.r[0].error, DL_ERR_TOO_BIG);
    assert_int_equal(s.r[0].length, b.n - plain.n);
    dl_buf_free(&b);
}

static void bombs_are_stopped(void **state)
{
    (void)state;
    dl_str bomb =
        gzip(record("response", "", "text/html", lab_repeat("                ", 1 << 17)));
    dl_buf b = DL_BUF_INIT(1 << 20);
    dl_buf_str(&b, bomb);
    dl_buf_str(&b, dl_buf_slice(&packed));
    struct seen s = read_bytes(dl_buf_slice(&b));
    assert_int_equal(s.damaged, 1);
    assert_int_equal(s.n, RECORDS + 1);
    assert_int_equal(s.r[0].error, DL_ERR_TOO_BIG);
    dl_buf_free(&b);
}

static void files_made_to_be_read_again_end_soon(void **state)
{
    (void)state;
    /* Each line begins a record that claims all that follows, and more. */
    dl_str claim = lab_repeat("WARC/1.0\r\nContent-Length: 900000\r\n\r\n", 20000);
    int fd = file_of(claim);
    dl_warc *w;
    struct dl_warc_record r;
    assert_int_equal(dl_warc_open(fd, NULL, &w), DL_OK);
    size_t n = 0;
    while (dl_warc_next(w, &r) == DL_OK)
        n++;
    assert_true(n > 1000 && n <= 20000);
    dl_warc_close(w);
    close(fd);
    dl_str headers = lab_repeat("WARC/1.0\r\na: b\r\n", 100000);
    assert_int_equal(dl_warc_open(fd = file_of(headers), NULL, &w), DL_OK);
    for (n = 0; dl_warc_next(w, &r) == DL_OK; n++)
        assert_int_not_equal(r.error, DL_OK);
    assert_int_equal(n, 100000);
    dl_warc_close(w);
    close(fd);
}

/* Members that begin in each other, each good for 60 KiB before it breaks: what is read again after
 * damage is limited, so not all of them are tried. */
static void members_in_members_are_not_all_read(void **state)
{
    (void)state;
    enum { MEMBERS = 16384, SIZE = 64, SPAN = 0xEFFF };
    static const char head[] = "\x1F\x8B\x08\0\0\0\0\0\0\x03" /* gzip */
                               "\0\xFF\xEF\0\x10"             /* SPAN bytes as they are */
                               "WARC/1.0\r\nContent-Length: 900000\r\n\r\n";
    _Static_assert(sizeof head <= SIZE && SPAN > 100 * SIZE, "many begin in one");
    char *file = dl_alloc(arena, MEMBERS * SIZE);
    for (size_t i = 0; i < MEMBERS; i++) {
        memset(file + i * SIZE, 'x', SIZE);
        memcpy(file + i * SIZE, head, sizeof head - 1);
    }
    int fd = file_of((dl_str){file, MEMBERS * SIZE});
    dl_warc *w;
    struct dl_warc_record r;
    size_t n = 0, first = 0;
    assert_int_equal(dl_warc_open(fd, NULL, &w), DL_OK);
    for (; dl_warc_next(w, &r) == DL_OK; n++) {
        assert_int_not_equal(r.error, DL_OK);
        first += r.offset == n * SIZE;
    }
    print_message("# %zu of %d members were tried, %zu in a row\n", n, MEMBERS, first);
    assert_true(first >= 500 && n <= MEMBERS / 4);
    dl_warc_close(w);
    close(fd);
}

/* --- flipped bits ------------------------------------------------------------------------- */

/* As many as WARC_FLIPS says; a million takes some minutes. */
static size_t flips(void)
{
    const char *text = getenv("WARC_FLIPS");
    return text != NULL ? strtoul(text, NULL, 10) : 10000;
}

/* Is record k there, whole, at its place? */
static bool is_there(const struct seen *s, const struct seen *sound, const size_t at[RECORDS + 1],
                     size_t k)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->r[i].error == DL_OK && s->r[i].offset == at[k])
            return s->r[i].length == sound->r[k].length &&
                   strcmp(s->type[i], sound->type[k]) == 0 &&
                   s->body_is_page[i] == sound->body_is_page[k];
    return false;
}

static void flipped_bits_cost_their_record_and_no_other(void **state)
{
    (void)state;
    uint64_t seed = 4;
    char bytes[4096];
    size_t reported = 0, unharmed = 0, silent = 0, n = flips();
    static struct seen sounds[2];
    sounds[0] = read_bytes(dl_buf_slice(&plain));
    sounds[1] = read_bytes(dl_buf_slice(&packed));
    for (size_t i = 0; i < n; i++) {
        bool members = i % 2 == 0;
        dl_str whole = dl_buf_slice(members ? &packed : &plain);
        const size_t *at = members ? packed_at : plain_at;
        const struct seen *sound = &sounds[members];
        assert_true(whole.n <= sizeof bytes);
        memcpy(bytes, whole.p, whole.n);
        size_t bit = random_below(&seed, whole.n * 8), byte = bit / 8, hit = 0;
        bytes[byte] = (char)(bytes[byte] ^ (1 << bit % 8));
        while (at[hit + 1] <= byte)
            hit++;
        struct seen s = read_bytes((dl_str){bytes, whole.n});
        for (size_t k = 0; k < RECORDS; k++) {
            /* A plain record begins behind a line's end. */
            bool touched = k == hit || (!members && k == hit + 1 && byte + 1 == at[k]);
            if (!touched && !is_there(&s, sound, at, k))
                fail_msg("bit %zu of the %s: record %zu is lost", bit, members ? "members" : "file",
                         k);
        }
        bool same = s.n == RECORDS && is_there(&s, sound, at, hit);
        reported += s.damaged > 0;
        unharmed += s.damaged == 0 && same;
        silent += s.damaged == 0 && !same;
        /* Members have a check sum; a plain record that is changed may be a sound other one. */
        if (members && s.damaged == 0 && !same) fail_msg("bit %zu is not reported", bit);
    }
    print_message(
        "# %zu flips: %zu reported, %zu without effect on what is read, %zu of plain records "
        "that read otherwise\n",
        n, reported, unharmed, silent);
    assert_true(reported > n / 4);
}

static void digests_in_all_their_forms(void **state)
{
    (void)state;
    static const char *const right[] = {
        "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "md5:900150983cd24fb0d6963f7d28e17f72",
        "SHA-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        "sha1:a9993e364706816aba3e25717850c26c9cd0d89d"};
    for (size_t i = 0; i < sizeof right / sizeof *right + 2; i++) {
        bool known = i < sizeof right / sizeof *right;
        const char *digest = known ? right[i] : i == 5 ? "sha1:AAAA" : "crc:1";
        dl_str extra = dl_str_fmt(arena, "WARC-Payload-Digest: %s\r\nWARC-Block-Digest: %s\r\n",
                                  digest, digest);
        struct seen s =
            read_bytes(record("resource", dl_str_cstr(arena, extra), "text/plain", DL_STR("abc")));
        enum dl_warc_digest want = known ? DL_DIGEST_OK : i == 5 ? DL_DIGEST_WRONG : DL_DIGEST_NONE;
        assert_int_equal(s.r[0].payload_digest, want);
        assert_int_equal(s.r[0].block_digest, want);
    }
}

static void bodies_that_lie_are_taken_as_they_are(void **state)
{
    (void)state;
    static const char *const heads[] = {"Transfer-Encoding: chunked", "Content-Encoding: gzip",
                                        "Content-Encoding: br", "Content-Encoding: identity",
                                        "X: y"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        dl_buf scratch = DL_BUF_INIT(1 << 16), out = DL_BUF_INIT(1 << 16);
        struct dl_http h;
        dl_str message = dl_str_fmt(arena, "HTTP/1.1 200 OK\r\n%s\r\n\r\n%s", heads[i], page);
        assert_true(dl_http_split(message, 1 << 10, &h));
        assert_int_equal(dl_http_decode(&h, &scratch, &out, NULL), DL_OK);
        assert_string_equal(out.p, page);
        dl_buf_free(&scratch);
        dl_buf_free(&out);
    }
    struct dl_http h;
    assert_false(dl_http_split(DL_STR("GET / HTTP/1.1\r\n\r\n"), 100, &h));
    assert_false(dl_http_split(DL_STR("HTTP/1.1 20"), 100, &h));
    assert_true(dl_http_split(DL_STR("HTTP/1.1 204 No"), 100, &h) && h.status == 204);
}

#define ARCHIVE_TEST(name) cmocka_unit_test_setup_teardown(name, archive_begin, archive_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARCHIVE_TEST(plain_and_members_give_the_same),
        ARCHIVE_TEST(a_pipe_gives_what_a_file_gives),
        ARCHIVE_TEST(one_member_and_one_frame_for_all),
        ARCHIVE_TEST(a_cut_at_any_byte_is_never_silent),
        ARCHIVE_TEST(a_changed_byte_never_gives_another_page),
        ARCHIVE_TEST(garbage_between_members_is_one_report),
        ARCHIVE_TEST(a_wrong_length_costs_one_record),
        ARCHIVE_TEST(arc_files_are_read),
        ARCHIVE_TEST(large_blocks_are_checked_but_not_held),
        ARCHIVE_TEST(bombs_are_stopped),
        ARCHIVE_TEST(files_made_to_be_read_again_end_soon),
        ARCHIVE_TEST(members_in_members_are_not_all_read),
        ARCHIVE_TEST(flipped_bits_cost_their_record_and_no_other),
        ARCHIVE_TEST(digests_in_all_their_forms),
        ARCHIVE_TEST(bodies_that_lie_are_taken_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
