/* The spool: what was synced comes back whole or is named as damaged. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/spool.h"

static char dir[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/dl-spool-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_remove(dir);
    return 0;
}

static dl_str sample(dl_arena *arena, size_t n, unsigned seed)
{
    char *p = dl_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)((i * seed) >> (seed % 5));
    return (dl_str){p, n};
}

static void records_come_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 511, 512, 100000, 3 << 20};
    enum { N = sizeof sizes / sizeof *sizes };
    struct dl_spool_place places[N];
    dl_arena *arena = dl_arena_new(64 << 20);
    dl_spool *spool;
    assert_ok(dl_spool_open(dir, true, &spool, NULL));
    for (unsigned i = 0; i < N; i++)
        assert_ok(dl_spool_append(spool, sample(arena, sizes[i], i + 3), &places[i], NULL));
    assert_ok(dl_spool_sync(spool, NULL));
    dl_spool_close(spool);
    dl_buf out = DL_BUF_INIT(64 << 20);
    assert_ok(dl_spool_open(dir, false, &spool, NULL));
    for (unsigned i = N; i-- > 0;) {
        assert_ok(dl_spool_read(spool, places[i], &out, NULL));
        assert_true(dl_str_eq(dl_buf_slice(&out), sample(arena, sizes[i], i + 3)));
    }
    struct dl_diag diag;
    struct dl_spool_place nowhere = {99, 0};
    assert_int_equal(dl_spool_read(spool, nowhere, &out, &diag), DL_ERR_NOT_FOUND);
    dl_spool_close(spool);
    dl_buf_free(&out);
    dl_arena_free(arena);
}

static void segment(char path[128], int n)
{
    snprintf(path, 128, "%s/spool/%08d.seg", dir, n);
}

static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    dl_spool *spool;
    struct dl_spool_place first, second;
    dl_str text = sample(arena, 700, 9);
    assert_ok(dl_spool_open(dir, true, &spool, NULL));
    assert_ok(dl_spool_append(spool, text, &first, NULL));
    assert_ok(dl_spool_append(spool, DL_STR("short"), &second, NULL));
    assert_ok(dl_spool_sync(spool, NULL));
    char path[128];
    struct stat st;
    segment(path, 1);
    int fd = open(path, O_RDWR);
    assert_int_equal(fstat(fd, &st), 0);
    dl_buf out = DL_BUF_INIT(64 << 20);
    for (off_t at = 0; at < st.st_size; at++) {
        unsigned char byte, flipped;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        flipped = byte ^ (unsigned char)(1 << (at % 8));
        assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
        bool in_first = at < second.offset;
        assert_int_equal(dl_spool_read(spool, first, &out, NULL),
                         in_first ? DL_ERR_CORRUPT : DL_OK);
        assert_int_equal(dl_spool_read(spool, second, &out, NULL),
                         in_first ? DL_OK : DL_ERR_CORRUPT);
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
    dl_spool_close(spool);
    dl_buf_free(&out);
    dl_arena_free(arena);
}

/* However the tail was torn: what stood before is read, and new records come into a new segment. */
static void a_torn_tail_harms_nothing(void **state)
{
    (void)state;
    dl_spool *spool;
    struct dl_spool_place first, second, third;
    char path[128];
    struct stat st;
    assert_ok(dl_spool_open(dir, true, &spool, NULL));
    assert_ok(dl_spool_append(spool, DL_STR("one"), &first, NULL));
    assert_ok(dl_spool_append(spool, DL_STR("two and more"), &second, NULL));
    dl_spool_close(spool);
    segment(path, 1);
    assert_int_equal(stat(path, &st), 0);
    dl_buf out = DL_BUF_INIT(1 << 20);
    for (off_t size = st.st_size; size > second.offset; size--) {
        assert_int_equal(truncate(path, size), 0);
        assert_ok(dl_spool_open(dir, true, &spool, NULL));
        assert_ok(dl_spool_append(spool, DL_STR("three"), &third, NULL));
        assert_int_equal(third.segment, size == st.st_size ? 1 : 2);
        assert_ok(dl_spool_sync(spool, NULL));
        assert_ok(dl_spool_read(spool, first, &out, NULL));
        assert_str(dl_buf_slice(&out), "one");
        assert_ok(dl_spool_read(spool, third, &out, NULL));
        assert_str(dl_buf_slice(&out), "three");
        dl_spool_close(spool);
        char next[128];
        segment(next, 2);
        unlink(next);
    }
    dl_buf_free(&out);
}

/* A bad byte in an old record must not cost the good ones behind it. */
static void nothing_behind_a_bad_byte_is_cut(void **state)
{
    (void)state;
    dl_spool *spool;
    struct dl_spool_place first, second;
    char path[128];
    assert_ok(dl_spool_open(dir, true, &spool, NULL));
    assert_ok(dl_spool_append(spool, DL_STR("one"), &first, NULL));
    assert_ok(dl_spool_append(spool, DL_STR("two"), &second, NULL));
    dl_spool_close(spool);
    segment(path, 1);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "X", 1, first.offset), 1);
    close(fd);
    dl_buf out = DL_BUF_INIT(1 << 20);
    assert_ok(dl_spool_open(dir, true, &spool, NULL));
    assert_int_equal(dl_spool_read(spool, first, &out, NULL), DL_ERR_CORRUPT);
    assert_ok(dl_spool_read(spool, second, &out, NULL));
    assert_str(dl_buf_slice(&out), "two");
    dl_spool_close(spool);
    dl_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_tail_harms_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_behind_a_bad_byte_is_cut, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
