/* The pool with real processes: crashes, endless loops, files, big parts. */
#include "queue/pool.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/asset.h"

enum { ECHO = 1, CRASH, SPIN, OPEN, EXIT, REJECT, EAT };

static enum dl_err work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret, struct dl_diag *diag)
{
    (void)ctx;
    if (ask->type == ECHO) ret->part[0] = ask->part[0];
    if (ask->type == CRASH) {
        signal(SIGSEGV, SIG_DFL); /* the framework's handler came with the fork */
        raise(SIGSEGV);
    }
    if (ask->type == EXIT) _exit(7);
    if (ask->type == REJECT) return dl_fail(diag, DL_ERR_SYNTAX, 42, "bad at %d", 42);
    if (ask->type == OPEN)
        ret->part[0] = open("/etc/passwd", O_RDONLY) >= 0 ? DL_STR("open") : DL_STR("shut");
    if (ask->type == EAT)
        while (dl_alloc(arena, 1 << 20) != NULL) {
        }
    for (volatile unsigned i = 0; ask->type == SPIN; i++) {
    }
    return dl_arena_failed(arena);
}

struct result {
    enum dl_err err;
    char text[64];
    size_t pos, length;
};

static struct result results[4096];
static size_t nresults;

static void done(void *ctx, void *job, const struct dl_frame *answer, const struct dl_diag *diag)
{
    (void)ctx;
    struct result *r = job;
    r->err = (enum dl_err)answer->error;
    r->pos = diag->pos;
    r->length = answer->part[0].n;
    snprintf(r->text, sizeof r->text, "%.*s", DL_FMT(answer->part[0]));
    if (r->err != DL_OK) snprintf(r->text, sizeof r->text, "%.63s", diag->message);
    nresults++;
}

struct fixture {
    dl_nursery *nursery;
    dl_pool *pool;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct dl_nursery_options o = {.work = work, .sandboxed = true};
    nresults = 0;
    memset(results, 0, sizeof results);
    assert_int_equal(dl_nursery_start(&o, &f.nursery), DL_OK);
    assert_int_equal(dl_pool_new(f.nursery, 2, done, NULL, &f.pool), DL_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    dl_pool_free(f->pool);
    dl_nursery_stop(f->nursery);
    return 0;
}

static void submit(struct fixture *f, uint32_t type, dl_str body, size_t i)
{
    while (!dl_pool_has_room(f->pool))
        assert_int_equal(dl_pool_wait(f->pool, 1000), DL_OK);
    dl_str part[DL_FRAME_PARTS] = {body};
    assert_int_equal(dl_pool_submit(f->pool, type, part, &results[i]), DL_OK);
}

static void finish(struct fixture *f, size_t n)
{
    while (nresults < n)
        assert_int_equal(dl_pool_wait(f->pool, 1000), DL_OK);
    assert_int_equal(dl_pool_in_flight(f->pool), 0);
}

static void crashes_cost_only_their_job(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < 300; i++) {
        char text[16];
        snprintf(text, sizeof text, "job %zu", i);
        submit(f, i % 10 == 3 ? CRASH : ECHO, dl_str_c(text), i);
    }
    finish(f, 300);
    for (size_t i = 0; i < 300; i++) {
        char text[16];
        snprintf(text, sizeof text, "job %zu", i);
        assert_int_equal(results[i].err, i % 10 == 3 ? DL_ERR_CRASHED : DL_OK);
        if (i % 10 != 3) assert_string_equal(results[i].text, text);
    }
}

static void endless_loop_meets_a_limit(void **state)
{
    struct fixture *f = *state;
    submit(f, SPIN, DL_STR(""), 0);
    submit(f, ECHO, DL_STR("neighbour"), 1);
    submit(f, ECHO, DL_STR("behind"), 2);
    finish(f, 3);
    /* On a crowded machine the wall clock strikes first. */
    assert_true(results[0].err == DL_ERR_CPU || results[0].err == DL_ERR_TIMEOUT);
    assert_string_equal(results[1].text, "neighbour");
    assert_string_equal(results[2].text, "behind");
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if !SANITIZED /* a sanitizer reads /proc: its sandbox is a wider one */
static void readers_open_nothing(void **state)
{
    struct fixture *f = *state;
    submit(f, OPEN, DL_STR(""), 0);
    finish(f, 1);
    assert_true(results[0].err == DL_ERR_CRASHED || strcmp(results[0].text, "shut") == 0);
}
#endif

static void errors_keep_code_position_and_words(void **state)
{
    struct fixture *f = *state;
    submit(f, REJECT, DL_STR(""), 0);
    submit(f, EXIT, DL_STR(""), 1);
    submit(f, EAT, DL_STR(""), 2);
    finish(f, 3);
    assert_int_equal(results[0].err, DL_ERR_SYNTAX);
    assert_int_equal(results[0].pos, 42);
    assert_string_equal(results[0].text, "bad at 42");
    assert_int_equal(results[1].err, DL_ERR_CRASHED);
    assert_int_equal(results[2].err, DL_ERR_TOO_BIG);
}

static void big_parts_pass_whole(void **state)
{
    struct fixture *f = *state;
    static char big[16 << 20];
    memset(big, 'x', sizeof big);
    for (size_t i = 0; i < 4; i++)
        submit(f, ECHO, (dl_str){big, sizeof big}, i);
    finish(f, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(results[i].length, sizeof big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(crashes_cost_only_their_job, set_up, tear_down),
        cmocka_unit_test_setup_teardown(endless_loop_meets_a_limit, set_up, tear_down),
#if !SANITIZED
        cmocka_unit_test_setup_teardown(readers_open_nothing, set_up, tear_down),
#endif
        cmocka_unit_test_setup_teardown(errors_keep_code_position_and_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(big_parts_pass_whole, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
