/* Subscriptions: what is asked, confirmed, denied, left; leases; and the tally that polls follow.
 */
#include "store/ledger_hub.h"

#include "fixture.h"
#include "store/ledger_source.h"
#include "store/read_hub.h"

enum { MINUTE = 60 * 1000, DAY = 24 * 3600 * 1000 };

static struct fixture f;
static const struct dl_hub_named HUB = {DL_STR("https://hub.example/"),
                                        DL_STR("https://r.example/feed")};
static const struct dl_hub_named OTHER = {DL_STR("https://other.example/"),
                                          DL_STR("https://r.example/feed")};

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    fixture_outlet(&f, "r", "Réuters 路透", "GB");
    assert_ok(dl_ledger_put_channel(
        f.ledger, &(struct dl_channel_put){.outlet = DL_STR("r"), .url = HUB.topic}, NULL));
    assert_ok(dl_ledger_hub_base(f.ledger, DL_STR("https://me.example/"), f.now_ms));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static void named(const struct dl_hub_named *hubs, size_t n)
{
    assert_ok(dl_ledger_hub_named(f.ledger, 1, hubs, n, f.now_ms));
}

static size_t due(struct dl_hub_job *ret)
{
    dl_hub_jobs jobs;
    assert_ok(dl_ledger_hub_due(f.ledger, f.arena, f.now_ms, 10, &jobs));
    if (jobs.n > 0) *ret = jobs.p[0];
    return jobs.n;
}

static enum dl_err call(const struct dl_hub_job *job, const char *mode, int64_t lease_s)
{
    struct dl_hub_call c = {job->token, dl_str_c(mode), job->topic, DL_STR("nein, 不"), lease_s};
    return dl_ledger_hub_called(f.ledger, &c, f.now_ms);
}

static struct dl_hub_job subscribed(int64_t lease_s)
{
    struct dl_hub_job job = {0};
    named(&HUB, 1);
    assert_int_equal(due(&job), 1);
    assert_ok(call(&job, "subscribe", lease_s));
    return job;
}

static int64_t one(const char *sql)
{
    return fixture_count(&f, sql);
}

static void a_hub_is_asked_and_confirms(void **state)
{
    (void)state;
    struct dl_hub_job job = {0}, again = {0};
    assert_int_equal(due(&job), 0);
    named(&HUB, 1);
    named(&HUB, 1);
    assert_int_equal(due(&job), 1);
    assert_false(job.leave);
    assert_true(dl_str_eq(job.hub, HUB.hub) && dl_str_eq(job.topic, HUB.topic));
    assert_int_equal(job.token.n, 64);
    assert_int_equal(job.secret.n, 64);
    assert_false(dl_str_eq(job.token, job.secret));
    assert_int_equal(due(&again), 0); /* until its pause is over */
    assert_int_equal(call(&job, "unsubscribe", 0), DL_ERR_NOT_FOUND);
    struct dl_hub_call wrong = {job.token, DL_STR("subscribe"), DL_STR("https://v.example/"),
                                DL_STR(""), 0};
    assert_int_equal(dl_ledger_hub_called(f.ledger, &wrong, f.now_ms), DL_ERR_NOT_FOUND);
    wrong.topic = job.topic;
    wrong.token = job.secret;
    assert_int_equal(dl_ledger_hub_called(f.ledger, &wrong, f.now_ms), DL_ERR_NOT_FOUND);
    assert_int_equal(one("SELECT count(*) FROM v_subscription WHERE state = 'wanted'"), 1);
    assert_ok(call(&job, "subscribe", 1000));
    assert_ok(call(&job, "subscribe", 1000)); /* its answer was lost: asked again */
    assert_int_equal(one("SELECT lease_end FROM v_subscription"), f.now_ms + 1000 * 1000);
    f.now_ms += 799 * 1000;
    assert_int_equal(due(&again), 0);
    f.now_ms += 1000;
    assert_int_equal(due(&again), 1); /* renewed before it ends */
    assert_true(dl_str_eq(again.token, job.token) && dl_str_eq(again.secret, job.secret));
    assert_int_equal(one("SELECT count(*) FROM v_subscription WHERE state = 'verified'"), 1);
    f.now_ms += DL_HUB_ANSWER_MS + 1; /* too late to confirm */
    assert_int_equal(call(&job, "subscribe", 1000), DL_ERR_NOT_FOUND);
}

static void leases_have_bounds(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed((int64_t)400 * 86400);
    assert_int_equal(one("SELECT lease_end FROM v_subscription"),
                     f.now_ms + (int64_t)DL_HUB_LEASE_MOST_S * 1000);
    assert_ok(call(&job, "subscribe", 1));
    assert_int_equal(one("SELECT lease_end FROM v_subscription"), f.now_ms + 1000);
    f.now_ms += 2000; /* over, but nobody is asked every second */
    assert_ok(dl_ledger_hub_tick(f.ledger, f.now_ms));
    assert_int_equal(one("SELECT count(*) FROM v_subscription WHERE state = 'wanted'"), 1);
    assert_int_equal(due(&job), 0);
    f.now_ms += MINUTE;
    assert_int_equal(due(&job), 1);
}

static void pauses_double(void **state)
{
    (void)state;
    struct dl_hub_job job = {0};
    int64_t last = 0, pause = 0;
    named(&HUB, 1);
    for (int i = 0; i < 14; i++) {
        while (due(&job) == 0)
            f.now_ms += MINUTE;
        if (last > 0) assert_true(f.now_ms - last >= pause);
        if (last > 0) pause = f.now_ms - last;
        last = f.now_ms;
        assert_ok(
            dl_ledger_hub_refused(f.ledger, job.subscription, DL_STR("HTTP 500"), 0, f.now_ms));
    }
    assert_int_equal(pause, DAY);
    assert_ok(dl_ledger_hub_refused(f.ledger, job.subscription, DL_STR("HTTP 429"),
                                    f.now_ms + 3 * (int64_t)DAY, f.now_ms));
    f.now_ms += 2 * DAY;
    assert_int_equal(due(&job), 0);
    assert_int_equal(call(&job, "subscribe", 0), DL_ERR_NOT_FOUND); /* it refused */
}

static void a_hub_denies(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(0);
    assert_ok(call(&job, "denied", 0));
    assert_int_equal(one("SELECT count(*) FROM v_subscription WHERE state = 'denied' AND why = "
                         "'nein, 不'"),
                     1);
    f.now_ms += 6 * DAY;
    assert_int_equal(due(&job), 0);
    f.now_ms += 2 * DAY;
    assert_int_equal(due(&job), 1);
}

static void what_is_not_wanted_is_left(void **state)
{
    (void)state;
    int64_t found;
    struct dl_hub_job job = subscribed(0), none = {0};
    assert_ok(dl_ledger_remove_channels(f.ledger, HUB.topic, 1, &found));
    int64_t feed;
    assert_int_equal(dl_ledger_hub_feed(f.ledger, job.subscription, &feed), DL_ERR_NOT_FOUND);
    assert_int_equal(due(&job), 1);
    assert_true(job.leave);
    assert_int_equal(due(&none), 0);
    assert_int_equal(call(&job, "subscribe", 0), DL_ERR_NOT_FOUND);
    assert_ok(call(&job, "unsubscribe", 0));
    assert_ok(call(&job, "unsubscribe", 0));
    f.now_ms += 40 * (int64_t)DAY;
    assert_int_equal(due(&none), 0);
    /* It comes back, and its hub is asked anew under the same name. */
    assert_ok(dl_ledger_put_channel(
        f.ledger, &(struct dl_channel_put){.outlet = DL_STR("r"), .url = HUB.topic}, NULL));
    struct dl_hub_job again = subscribed(0);
    assert_int_equal(again.subscription, job.subscription);
    /* Another hub takes its place. */
    named(&OTHER, 1);
    dl_hub_jobs jobs;
    assert_ok(dl_ledger_hub_due(f.ledger, f.arena, f.now_ms, 10, &jobs));
    assert_int_equal(jobs.n, 2);
    assert_int_equal(jobs.p[0].leave + jobs.p[1].leave, 1);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(jobs.p[i].leave, dl_str_eq(jobs.p[i].hub, HUB.hub));
}

static void another_address_of_ours_asks_anew(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(0);
    assert_ok(dl_ledger_hub_base(f.ledger, DL_STR("https://me.example/"), f.now_ms));
    assert_int_equal(due(&job), 0);
    assert_ok(dl_ledger_hub_base(f.ledger, DL_STR("https://new.example/"), f.now_ms));
    assert_int_equal(due(&job), 1);
    dl_store *store;
    dl_store_subscriptions rows;
    assert_ok(dl_ledger_hub_base(f.ledger, DL_STR(""), f.now_ms));
    assert_ok(dl_store_open(f.dir, &store, NULL));
    assert_ok(dl_store_list_subscriptions(store, f.arena, 0, 10, &rows));
    assert_int_equal(rows.n, 1);
    dl_str words = dl_store_subscription_words(f.arena, &rows.p[0]);
    assert_true(dl_str_find_c(words, "--websub-callback", 0) != DL_NO_POS);
    dl_store_close(store);
}

/* --- the tally ---------------------------------------------------------------------------- */

static struct dl_taken take(const char *url)
{
    struct dl_material m = fixture_material(&f, "r", url, url);
    struct dl_taken taken;
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, &taken));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    return taken;
}

static void deliver(const struct dl_hub_job *job, int n, int times)
{
    char url[64];
    snprintf(url, sizeof url, "https://r.example/%d", n);
    for (int i = 0; i < times; i++) {
        struct dl_taken taken = take(url);
        assert_ok(dl_ledger_hub_came(f.ledger, job->subscription, DL_HUB_ITEMS, &taken, 1,
                                     (struct dl_spool_place){0}, f.now_ms));
    }
}

static struct dl_hub_plan poll_feed(int n)
{
    char url[64];
    struct dl_hub_plan plan;
    snprintf(url, sizeof url, "https://r.example/%d", n);
    struct dl_taken taken = take(url);
    assert_ok(dl_ledger_hub_polled(f.ledger, 1, &taken, 1, f.now_ms - MINUTE, f.now_ms, &plan));
    return plan;
}

static void later(int64_t ms)
{
    f.now_ms += ms;
    assert_ok(dl_ledger_hub_tick(f.ledger, f.now_ms));
}

static void a_hub_that_delivers_is_relied_on_until_it_is_silent(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(0);
    later(2 * MINUTE);
    deliver(&job, 1, 1000); /* one hit */
    assert_int_equal(one("SELECT hits FROM v_subscription"), 1);
    assert_int_equal(one("SELECT deliveries FROM v_subscription"), 1000);
    assert_int_equal(one("SELECT count(*) FROM delivery"), 1);
    assert_false(poll_feed(1).pushed);
    deliver(&job, 2, 1);
    deliver(&job, 3, 1);
    struct dl_hub_plan plan = poll_feed(3);
    assert_true(plan.pushed);
    assert_int_equal(plan.fresh, 2);
    assert_int_equal(poll_feed(3).fresh, 0);

    /* A poll was just before the delivery: that is no miss, and a hit once. */
    poll_feed(4);
    deliver(&job, 4, 5);
    later(DL_HUB_GRACE_MS);
    assert_int_equal(one("SELECT hits * 100 + missed FROM v_subscription"), 400);

    /* Silence. */
    struct dl_feed_outcome outcome = {.feed = 1,
                                      .at_ms = f.now_ms,
                                      .status = 200,
                                      .good = true,
                                      .interval_ms = 20 * MINUTE,
                                      .next_poll_ms = f.now_ms + 6 * 60 * MINUTE};
    for (int i = 5; i < 8; i++)
        poll_feed(i);
    assert_ok(dl_ledger_feed_outcome(f.ledger, &outcome));
    assert_int_equal(one("SELECT relied FROM v_subscription"), 1);
    later(DL_HUB_GRACE_MS);
    assert_int_equal(one("SELECT missed FROM v_subscription"), 3);
    assert_int_equal(one("SELECT hub_missed FROM v_subscription"), 3);
    assert_int_equal(one("SELECT relied FROM v_subscription"), 0);
    assert_int_equal(one("SELECT next_poll FROM feed"), outcome.at_ms + 20 * MINUTE);
    assert_false(poll_feed(7).pushed);
    assert_int_equal(dl_store_delivers_percent(4, 3), 57);
    /* A delivery long after is no hit any more. */
    deliver(&job, 7, 1);
    assert_int_equal(one("SELECT hits FROM v_subscription"), 4);
}

static void what_a_poll_saw_before_the_subscription_is_no_miss(void **state)
{
    (void)state;
    subscribed(0); /* confirmed now; the good poll before was a minute ago */
    poll_feed(1);
    later(DL_HUB_GRACE_MS);
    assert_int_equal(one("SELECT missed FROM v_subscription"), 0);
}

static void the_end_of_a_lease_brings_polls_back(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(3600);
    later(2 * MINUTE);
    for (int i = 0; i < 3; i++)
        deliver(&job, i, 1);
    assert_true(poll_feed(0).pushed);
    struct dl_feed_outcome outcome = {.feed = 1,
                                      .at_ms = f.now_ms,
                                      .status = 200,
                                      .good = true,
                                      .interval_ms = 20 * MINUTE,
                                      .next_poll_ms = f.now_ms + 6 * 60 * MINUTE};
    assert_ok(dl_ledger_feed_outcome(f.ledger, &outcome));
    later(60 * MINUTE);
    assert_int_equal(one("SELECT next_poll FROM feed"), f.now_ms);
    assert_int_equal(
        one("SELECT count(*) FROM v_subscription WHERE state = 'wanted' AND why = 'the "
            "lease ended'"),
        1);
}

static void a_thin_ping_has_the_feed_polled_at_once(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(0);
    struct dl_feed_outcome outcome = {
        .feed = 1, .at_ms = f.now_ms, .status = 200, .good = true, .next_poll_ms = f.now_ms + DAY};
    assert_ok(dl_ledger_feed_outcome(f.ledger, &outcome));
    f.now_ms += 2 * MINUTE;
    assert_ok(dl_ledger_hub_came(f.ledger, job.subscription, DL_HUB_THIN, NULL, 0,
                                 (struct dl_spool_place){0}, f.now_ms));
    assert_int_equal(one("SELECT next_poll FROM feed"), f.now_ms + DL_HUB_LOOK_MS);
    struct dl_taken taken = take("https://r.example/thin");
    struct dl_hub_plan plan;
    assert_ok(dl_ledger_hub_polled(f.ledger, 1, &taken, 1, f.now_ms - MINUTE, f.now_ms, &plan));
    later(DL_HUB_GRACE_MS);
    assert_int_equal(one("SELECT hits * 10 + missed FROM v_subscription"), 10);
    /* A flood of them does not make a flood of polls. */
    outcome.at_ms = f.now_ms;
    outcome.next_poll_ms = f.now_ms + DAY;
    assert_ok(dl_ledger_feed_outcome(f.ledger, &outcome));
    for (int i = 0; i < 100; i++)
        assert_ok(dl_ledger_hub_came(f.ledger, job.subscription, DL_HUB_THIN, NULL, 0,
                                     (struct dl_spool_place){0}, f.now_ms + i));
    assert_int_equal(one("SELECT next_poll FROM feed"), f.now_ms + DL_HUB_PING_GAP_MS);
    for (int i = 0; i < 3; i++)
        assert_ok(dl_ledger_hub_came(f.ledger, job.subscription, DL_HUB_FORGED, NULL, 0,
                                     (struct dl_spool_place){0}, f.now_ms));
    assert_int_equal(one("SELECT forged FROM v_subscription"), 3);
}

static void tokens_find_their_subscription_and_nothing_else(void **state)
{
    (void)state;
    struct dl_hub_job job = subscribed(0);
    dl_store *store;
    struct dl_store_callback found;
    assert_ok(dl_store_open(f.dir, &store, NULL));
    assert_ok(dl_store_callback(store, f.arena, job.token, &found));
    assert_true(dl_str_eq(found.secret, job.secret) && dl_str_eq(found.feed_url, HUB.topic));
    assert_false(found.left);
    assert_int_equal(dl_store_callback(store, f.arena, job.secret, &found), DL_ERR_NOT_FOUND);
    assert_int_equal(dl_store_callback(store, f.arena, DL_STR(""), &found), DL_ERR_NOT_FOUND);
    dl_store_close(store);
    assert_int_equal(one("SELECT count(*) FROM pragma_table_info('v_subscription') WHERE name LIKE "
                         "'%token%' OR name LIKE '%secret%'"),
                     0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_hub_is_asked_and_confirms),
        T(leases_have_bounds),
        T(pauses_double),
        T(a_hub_denies),
        T(what_is_not_wanted_is_left),
        T(another_address_of_ours_asks_anew),
        T(a_hub_that_delivers_is_relied_on_until_it_is_silent),
        T(what_a_poll_saw_before_the_subscription_is_no_miss),
        T(the_end_of_a_lease_brings_polls_back),
        T(a_thin_ping_has_the_feed_polled_at_once),
        T(tokens_find_their_subscription_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
