#include "base/io.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    dl_arena *arena;
    char dir[64];
};

static int set_up(void **state)
{
    static struct place p;
    strcpy(p.dir, "/tmp/dateline-io-XXXXXX");
    p.arena = dl_arena_new(8 << 20);
    *state = &p;
    return mkdtemp(p.dir) == NULL;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    dl_str_vec paths;
    assert_int_equal(dl_io_list(p->arena, p->dir, &paths, NULL), DL_OK);
    for (size_t i = 0; i < paths.n; i++)
        unlink(paths.p[i].p);
    char command[200];
    for (int i = 0; i < 3; i++) { /* the few folders that these tests make */
        static const char *const left[] = {"b/c", "b", "deep"};
        snprintf(command, sizeof command, "%s/%s", p->dir, left[i]);
        rmdir(command);
    }
    snprintf(command, sizeof command, "%s/loop", p->dir);
    unlink(command);
    rmdir(p->dir);
    dl_arena_free(p->arena);
    return 0;
}

static const char *in(struct place *p, const char *name)
{
    return dl_str_fmt(p->arena, "%s/%s", p->dir, name).p;
}

static void put(struct place *p, const char *name, dl_str bytes)
{
    assert_int_equal(dl_io_write_file(in(p, name), bytes, NULL), DL_OK);
}

static void files_are_read_up_to_the_limit(void **state)
{
    struct place *p = *state;
    struct dl_diag diag = {0};
    dl_buf out = DL_BUF_INIT(0);
    put(p, "f", DL_STR("12345678"));
    assert_int_equal(dl_io_read_file(in(p, "f"), 8, &out, &diag), DL_OK);
    assert_string_equal(out.p, "12345678");
    dl_buf_free(&out);
    assert_int_equal(dl_io_read_file(in(p, "f"), 7, &out, &diag), DL_ERR_TOO_BIG);
    assert_string_equal(diag.message, "larger than the limit of 7 bytes");
    dl_buf_free(&out);
    assert_int_equal(dl_io_read_file(in(p, "none"), 7, &out, &diag), DL_ERR_NOT_FOUND);
    assert_int_equal(dl_io_read_file(p->dir, 7, &out, &diag), DL_ERR_UNSUPPORTED);
    dl_buf_free(&out);
}

static void streams_are_read_up_to_the_limit(void **state)
{
    (void)state;
    struct dl_diag diag = {0};
    for (size_t limit = 5; limit <= 6; limit++) {
        int fds[2];
        dl_buf out = DL_BUF_INIT(0);
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(dl_io_write_fd(fds[1], "123456", 6), DL_OK);
        close(fds[1]);
        assert_int_equal(dl_io_read_fd(fds[0], limit, &out, &diag),
                         limit == 6 ? DL_OK : DL_ERR_TOO_BIG);
        if (limit == 6) assert_string_equal(out.p, "123456");
        dl_buf_free(&out);
        close(fds[0]);
    }
    assert_int_equal(dl_io_write_fd(-1, "x", 1), DL_ERR_IO);
}

static void a_written_file_is_whole_or_as_it_was(void **state)
{
    struct place *p = *state;
    struct dl_diag diag = {0};
    dl_buf out = DL_BUF_INIT(0);
    put(p, "f", DL_STR("old"));
    put(p, "f", DL_STR("new\0bytes"));
    assert_int_equal(dl_io_read_file(in(p, "f"), 100, &out, NULL), DL_OK);
    assert_true(dl_str_eq(dl_buf_slice(&out), DL_STR("new\0bytes")));
    dl_buf_free(&out);
    assert_int_not_equal(access(in(p, "f.part"), F_OK), 0);
    /* What stands in the way: a folder of the name of the part, then of the file itself. */
    assert_int_equal(mkdir(in(p, "f.part"), 0700), 0);
    assert_int_equal(dl_io_write_file(in(p, "f"), DL_STR("x"), &diag), DL_ERR_IO);
    rmdir(in(p, "f.part"));
    assert_int_equal(mkdir(in(p, "b"), 0700), 0);
    assert_int_equal(dl_io_write_file(in(p, "b"), DL_STR("x"), &diag), DL_ERR_IO);
    assert_int_not_equal(access(in(p, "b.part"), F_OK), 0);
    assert_int_equal(dl_io_read_file(in(p, "f"), 100, &out, NULL), DL_OK);
    assert_int_equal(out.n, 9);
    dl_buf_free(&out);
    assert_int_equal(dl_io_write_file(in(p, "none/f"), DL_STR("x"), &diag), DL_ERR_IO);
}

static void folders_are_listed_by_bytes(void **state)
{
    struct place *p = *state;
    dl_str_vec paths;
    assert_int_equal(dl_io_make_dirs(in(p, "b/c"), NULL), DL_OK);
    assert_int_equal(dl_io_make_dirs(in(p, "b/c"), NULL), DL_OK);
    static const char *const names[] = {"b/c/1", "a", "b-", "b/z", "ي", "B"};
    for (size_t i = 0; i < 6; i++)
        put(p, names[i], DL_STR("x"));
    assert_int_equal(symlink(in(p, "a"), in(p, "link")), 0);
    assert_int_equal(symlink("/etc/passwd", in(p, "elsewhere")), 0); /* nor links to files there */
    assert_int_equal(symlink(p->dir, in(p, "loop")), 0); /* links to folders are not followed */
    assert_int_equal(dl_io_list(p->arena, p->dir, &paths, NULL), DL_OK);
    static const char *const want[] = {"B", "a", "b-", "b/c/1", "b/z", "link", "ي"};
    assert_int_equal(paths.n, 7);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(paths.p[i].p, in(p, want[i]));
    assert_int_equal(dl_io_list(p->arena, in(p, "a"), &paths, NULL), DL_OK);
    assert_int_equal(paths.n, 1);
    struct dl_diag diag = {0};
    assert_int_equal(dl_io_list(p->arena, in(p, "nobody"), &paths, &diag), DL_ERR_NOT_FOUND);
    assert_int_equal(paths.n, 1);
}

static void deep_folders_end_in_an_error(void **state)
{
    struct place *p = *state;
    dl_str_vec paths = {0};
    dl_buf path = DL_BUF_INIT(4000);
    dl_buf_fmt(&path, "%s/deep", p->dir);
    for (int i = 0; i < 70; i++)
        dl_buf_c(&path, "/d");
    assert_int_equal(dl_io_make_dirs(path.p, NULL), DL_OK);
    assert_int_equal(dl_io_list(p->arena, p->dir, &paths, NULL), DL_ERR_TOO_DEEP);
    assert_int_equal(paths.n, 0);
    for (int i = 0; i < 70; i++) {
        rmdir(path.p);
        path.p[path.n -= 2] = '\0';
    }
    rmdir(path.p);
    dl_buf_free(&path);
}

/* Written in small pieces from a child, so that lines come in parts. */
static int fd_of(dl_str bytes, size_t step)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    if (fork() == 0) {
        close(fds[0]);
        for (size_t i = 0; i < bytes.n; i += step) {
            size_t n = bytes.n - i < step ? bytes.n - i : step;
            if (dl_io_write_fd(fds[1], bytes.p + i, n) != DL_OK) _exit(1);
            if (step < 10) usleep(200);
        }
        _exit(0);
    }
    close(fds[1]);
    return fds[0];
}

static void lines_come_whole(void **state)
{
    (void)state;
    static const char *const want[] = {"one", "", "دو می‌", "last"};
    for (size_t step = 1; step < 40; step += 12) {
        dl_lines l;
        dl_str line;
        int fd = fd_of(DL_STR("one\r\n\nدو می‌\nlast"), step);
        dl_lines_init(&l, fd, 100);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(dl_lines_next(&l, &line), DL_OK);
            assert_true(dl_str_eq_c(line, want[i]));
        }
        assert_int_equal(dl_lines_next(&l, &line), DL_ERR_NOT_FOUND);
        assert_int_equal(dl_lines_next(&l, &line), DL_ERR_NOT_FOUND);
        dl_lines_free(&l);
        close(fd);
    }
}

static void a_line_past_the_limit_is_skipped(void **state)
{
    struct place *p = *state;
    enum { BIG = 3 << 20 };
    char *text = dl_alloc(p->arena, BIG + 20);
    memset(text, 'x', BIG);
    memcpy(text, "good\n", 5);
    memcpy(text + BIG, "\nten bytes!\n12345678901", 20);
    int fd = fd_of((dl_str){text, BIG + 20}, 1 << 20);
    dl_lines l;
    dl_str line;
    dl_lines_init(&l, fd, 10);
    assert_int_equal(dl_lines_next(&l, &line), DL_OK);
    assert_true(dl_str_eq_c(line, "good"));
    assert_int_equal(dl_lines_next(&l, &line), DL_ERR_TOO_BIG);
    assert_int_equal(dl_lines_next(&l, &line), DL_OK);
    assert_true(dl_str_eq_c(line, "ten bytes!"));
    assert_true(l.buf.cap < 1 << 20);
    assert_int_equal(dl_lines_next(&l, &line), DL_OK);
    assert_true(dl_str_eq_c(line, "12345678"));
    assert_int_equal(dl_lines_next(&l, &line), DL_ERR_NOT_FOUND);
    dl_lines_free(&l);
    close(fd);
    fd = fd_of((dl_str){text + 5, BIG - 5}, 1 << 20); /* one that never ends */
    dl_lines_init(&l, fd, 10);
    assert_int_equal(dl_lines_next(&l, &line), DL_ERR_TOO_BIG);
    assert_int_equal(dl_lines_next(&l, &line), DL_ERR_NOT_FOUND);
    dl_lines_free(&l);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_read_up_to_the_limit, set_up, tear_down),
        cmocka_unit_test(streams_are_read_up_to_the_limit),
        cmocka_unit_test_setup_teardown(a_written_file_is_whole_or_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_are_listed_by_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deep_folders_end_in_an_error, set_up, tear_down),
        cmocka_unit_test(lines_come_whole),
        cmocka_unit_test_setup_teardown(a_line_past_the_limit_is_skipped, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
