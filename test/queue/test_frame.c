/* Frames over real sockets: in pieces, together, broken. */
#include "queue/frame.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { HEADER = 56 }; /* bytes of an empty frame; the tests break them one by one */

struct pair {
    int here, there;
    dl_inbox in;
    dl_outbox out;
};

static int set_up(void **state)
{
    static struct pair p;
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) return 1;
    p = (struct pair){.here = fds[0], .there = fds[1]};
    fcntl(p.here, F_SETFL, O_NONBLOCK);
    dl_inbox_init(&p.in);
    dl_outbox_init(&p.out);
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *p = *state;
    dl_inbox_free(&p->in);
    dl_outbox_free(&p->out);
    close(p->here);
    if (p->there >= 0) close(p->there);
    return 0;
}

static const struct dl_frame sample = {
    .type = 3,
    .error = DL_ERR_SYNTAX,
    .id = 0x0102030405060708,
    .position = DL_NO_POS,
    .part = {{"{}", 2}, {NULL, 0}, {"с ي 😀", 10}, {"a\0b", 3}},
};

static void assert_sample(const struct dl_frame *f, uint64_t id)
{
    assert_int_equal(f->type, 3);
    assert_int_equal(f->error, DL_ERR_SYNTAX);
    assert_true(f->id == id && f->position == DL_NO_POS);
    for (size_t i = 0; i < DL_FRAME_PARTS; i++)
        assert_true(dl_str_eq(f->part[i], sample.part[i]));
}

static void bytes_that_come_one_by_one(void **state)
{
    struct pair *p = *state;
    struct dl_frame got;
    assert_int_equal(dl_outbox_put(&p->out, &sample), DL_OK);
    assert_int_equal(dl_inbox_take(&p->in, &got), DL_ERR_BUSY);
    for (size_t i = 0; i < p->out.buf.n; i++) {
        assert_int_equal(dl_inbox_take(&p->in, &got), DL_ERR_BUSY);
        assert_int_equal(dl_inbox_fill(&p->in, p->here), DL_ERR_BUSY);
        assert_int_equal(write(p->there, p->out.buf.p + i, 1), 1);
        assert_int_equal(dl_inbox_fill(&p->in, p->here), DL_OK);
    }
    assert_int_equal(dl_inbox_take(&p->in, &got), DL_OK);
    assert_sample(&got, sample.id);
    assert_int_equal(dl_inbox_take(&p->in, &got), DL_ERR_BUSY);
}

static void frames_that_come_together(void **state)
{
    struct pair *p = *state;
    struct dl_frame f = sample, got;
    for (f.id = 1; f.id <= 500; f.id++)
        assert_int_equal(dl_outbox_put(&p->out, &f), DL_OK);
    assert_false(dl_outbox_empty(&p->out));
    size_t next = 1;
    while (next <= 500) {
        assert_int_equal(dl_outbox_flush(&p->out, p->there), DL_OK);
        assert_int_equal(dl_inbox_fill(&p->in, p->here), DL_OK);
        while (dl_inbox_take(&p->in, &got) == DL_OK)
            assert_sample(&got, next++);
    }
    assert_true(dl_outbox_empty(&p->out));
}

static void a_full_socket_keeps_the_rest(void **state)
{
    struct pair *p = *state;
    struct dl_frame f = {.type = 1}, got;
    static char big[3 << 20];
    memset(big, 'b', sizeof big);
    f.part[3] = (dl_str){big, sizeof big};
    fcntl(p->there, F_SETFL, O_NONBLOCK);
    assert_int_equal(dl_outbox_put(&p->out, &f), DL_OK);
    assert_int_equal(dl_outbox_flush(&p->out, p->there), DL_OK);
    assert_false(dl_outbox_empty(&p->out));
    while (dl_inbox_take(&p->in, &got) == DL_ERR_BUSY) {
        assert_int_equal(dl_outbox_flush(&p->out, p->there), DL_OK);
        enum dl_err err = dl_inbox_fill(&p->in, p->here);
        assert_true(err == DL_OK || err == DL_ERR_BUSY);
    }
    assert_true(dl_str_eq(got.part[3], f.part[3]));
    assert_true(dl_outbox_empty(&p->out));
}

static void a_broken_header_drops_the_peer(void **state)
{
    struct pair *p = *state;
    struct dl_frame got = {.type = 77};
    assert_int_equal(dl_outbox_put(&p->out, &(struct dl_frame){.type = 1}), DL_OK);
    assert_int_equal(p->out.buf.n, HEADER);
    static const struct {
        size_t at;
        unsigned char byte;
    } breaks[] = {{0, 0}, {3, 0xFF}, {24, 0xEE}, {27, 0x80}, {31, 0x10}, {35, 0xFF}, {43, 0x05}};
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        unsigned char bytes[HEADER];
        memcpy(bytes, p->out.buf.p, HEADER);
        bytes[breaks[i].at] = breaks[i].byte;
        dl_inbox in;
        dl_inbox_init(&in);
        assert_int_equal(write(p->there, bytes, HEADER), HEADER);
        assert_int_equal(dl_inbox_fill(&in, p->here), DL_OK);
        assert_int_equal(dl_inbox_take(&in, &got), DL_ERR_SYNTAX);
        assert_int_equal(got.type, 77);
        assert_true(in.buf.cap < 1 << 20); /* no memory for what a header only promises */
        dl_inbox_free(&in);
    }
}

static void a_part_too_long_is_not_sent(void **state)
{
    struct pair *p = *state;
    struct dl_frame f = {.type = 1, .part = {{"x", (size_t)DL_FRAME_MAX_PART + 1}}};
    assert_int_equal(dl_outbox_put(&p->out, &f), DL_ERR_TOO_BIG);
    assert_true(dl_outbox_empty(&p->out));
    assert_int_equal(dl_outbox_put(&p->out, &sample), DL_OK);
}

static void random_bytes_are_refused_or_wait(void **state)
{
    struct pair *p = *state;
    unsigned seed = 1;
    for (int round = 0; round < 3000; round++) {
        unsigned char bytes[300];
        size_t n = 1 + (size_t)round % sizeof bytes;
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)((seed = seed * 1103515245u + 12345u) >> 16);
        if (round % 2 == 0) memcpy(bytes, "RFLD", n < 4 ? n : 4); /* the magic, little-endian */
        dl_inbox in;
        dl_inbox_init(&in);
        assert_int_equal(write(p->there, bytes, n), n);
        assert_int_equal(dl_inbox_fill(&in, p->here), DL_OK);
        struct dl_frame got;
        enum dl_err err = dl_inbox_take(&in, &got);
        assert_true(err == DL_ERR_SYNTAX || err == DL_ERR_BUSY);
        if (n >= HEADER) assert_int_equal(err, DL_ERR_SYNTAX);
        dl_inbox_free(&in);
    }
}

static void the_end_of_a_stream_is_told(void **state)
{
    struct pair *p = *state;
    struct dl_frame got;
    assert_int_equal(dl_outbox_put(&p->out, &sample), DL_OK);
    assert_int_equal(write(p->there, p->out.buf.p, 60), 60); /* ends inside */
    close(p->there);
    p->there = -1;
    assert_int_equal(dl_frame_read(&p->in, p->here, &got), DL_ERR_NOT_FOUND);
    while (dl_outbox_flush(&p->out, p->here) == DL_OK) /* a dead peer: an error, no signal */
        assert_int_equal(dl_outbox_put(&p->out, &sample), DL_OK);
}

static void blocking_ends_pass_frames(void **state)
{
    struct pair *p = *state;
    struct dl_frame f = sample, got;
    fcntl(p->here, F_SETFL, 0);
    static char big[2 << 20];
    f.part[1] = (dl_str){big, sizeof big};
    pid_t pid = fork();
    if (pid == 0) {
        for (f.id = 1; f.id <= 20; f.id++)
            if (dl_frame_write(&p->out, p->there, &f) != DL_OK) _exit(1);
        _exit(0);
    }
    for (uint64_t id = 1; id <= 20; id++) {
        assert_int_equal(dl_frame_read(&p->in, p->here, &got), DL_OK);
        assert_true(got.id == id && got.part[1].n == sizeof big);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_that_come_one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_that_come_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_socket_keeps_the_rest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_header_drops_the_peer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_part_too_long_is_not_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_bytes_are_refused_or_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_a_stream_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blocking_ends_pass_frames, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
