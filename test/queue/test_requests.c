/* The writer's door over real sockets: order, versions, lost clients, long paths. */
#include "queue/requests.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"

struct server {
    dl_requests *requests;
    uint64_t held[8];
    size_t nheld;
    _Atomic bool stop;
    pthread_t thread;
    char dir[512];
};

/* INGEST is answered with its own bytes; WORK is held back until the next INGEST. */
static void on_request(void *ctx, uint64_t token, const struct dl_frame *f)
{
    struct server *s = ctx;
    if (f->type == DL_REQUEST_WORK) {
        s->held[s->nheld++] = token;
        return;
    }
    if (f->part[1].n == 0) {
        dl_requests_answer(s->requests, token, DL_ERR_EMPTY, DL_STR("nothing in it"));
        return;
    }
    dl_requests_answer(s->requests, token, DL_OK, f->part[1]);
    while (s->nheld > 0)
        dl_requests_answer(s->requests, s->held[--s->nheld], DL_OK, DL_STR("late"));
}

static void *serve(void *arg)
{
    struct server *s = arg;
    while (!s->stop) {
        struct pollfd fds[DL_REQUESTS_MAX_CLIENTS + 1];
        size_t n = dl_requests_poll_fds(s->requests, fds, DL_REQUESTS_MAX_CLIENTS + 1);
        poll(fds, n, 20);
        dl_requests_step(s->requests);
    }
    return NULL;
}

static int set_up(void **state)
{
    static struct server s;
    s = (struct server){0};
    char temp[] = "/tmp/dateline-test-XXXXXX";
    assert_non_null(mkdtemp(temp));
    /* Longer than a socket address. */
    snprintf(s.dir, sizeof s.dir, "%s/%0150d", temp, 7);
    assert_int_equal(mkdir(s.dir, 0700), 0);
    int fd;
    assert_int_equal(dl_requests_listen(s.dir, &fd, NULL), DL_OK);
    assert_int_equal(dl_requests_new(fd, on_request, &s, &s.requests), DL_OK);
    pthread_create(&s.thread, NULL, serve, &s);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    struct server *s = *state;
    s->stop = true;
    pthread_join(s->thread, NULL);
    dl_requests_free(s->requests);
    char path[600];
    snprintf(path, sizeof path, "%s/write.sock", s->dir);
    unlink(path);
    rmdir(s->dir);
    return 0;
}

static void asks_and_is_answered(void **state)
{
    struct server *s = *state;
    dl_asker *a;
    struct dl_frame answer;
    struct dl_diag diag = {0};
    assert_int_equal(dl_asker_open(s->dir, &a, &diag), DL_OK);
    assert_int_equal(
        dl_asker_ask(a, DL_REQUEST_INGEST, DL_STR("{}"), DL_STR("خبر 🗞"), &answer, &diag),
        DL_OK);
    assert_true(dl_str_eq_c(answer.part[0], "خبر 🗞"));
    assert_int_equal(dl_asker_ask(a, DL_REQUEST_INGEST, DL_STR("{}"), DL_STR(""), &answer, &diag),
                     DL_ERR_EMPTY);
    assert_string_equal(diag.message, "nothing in it");
    dl_asker_free(a);
}

static void answers_come_in_their_own_order(void **state)
{
    struct server *s = *state;
    dl_asker *a;
    uint64_t late, soon;
    struct dl_frame answer;
    assert_int_equal(dl_asker_open(s->dir, &a, NULL), DL_OK);
    assert_int_equal(dl_asker_send(a, DL_REQUEST_WORK, DL_STR(""), DL_STR(""), &late), DL_OK);
    assert_int_equal(dl_asker_next(a, 50, &answer), DL_ERR_BUSY);
    assert_int_equal(dl_asker_send(a, DL_REQUEST_INGEST, DL_STR(""), DL_STR("x"), &soon), DL_OK);
    assert_int_equal(dl_asker_next(a, -1, &answer), DL_OK);
    assert_int_equal(answer.id, soon);
    assert_int_equal(dl_asker_next(a, -1, &answer), DL_OK);
    assert_int_equal(answer.id, late);
    dl_asker_free(a);
}

static void a_lost_client_disturbs_nobody(void **state)
{
    struct server *s = *state;
    dl_asker *gone, *stays;
    uint64_t id;
    struct dl_frame answer;
    assert_int_equal(dl_asker_open(s->dir, &gone, NULL), DL_OK);
    assert_int_equal(dl_asker_open(s->dir, &stays, NULL), DL_OK);
    assert_int_equal(dl_asker_send(gone, DL_REQUEST_WORK, DL_STR(""), DL_STR(""), &id), DL_OK);
    usleep(60000);
    dl_asker_free(gone);
    usleep(60000);
    assert_int_equal(dl_asker_ask(stays, DL_REQUEST_INGEST, DL_STR(""), DL_STR("y"), &answer, NULL),
                     DL_OK);
    assert_true(dl_str_eq_c(answer.part[0], "y"));
    dl_asker_free(stays);
}

static void nobody_there_is_said(void **state)
{
    (void)state;
    dl_asker *a;
    struct dl_diag diag = {0};
    assert_int_equal(dl_asker_open("/tmp", &a, &diag), DL_ERR_NOT_FOUND);
    assert_string_equal(diag.message, "no server is running on /tmp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asks_and_is_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_come_in_their_own_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_client_disturbs_nobody, set_up, tear_down),
        cmocka_unit_test(nobody_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
