#include "net/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
static const int64_t start = 1711324800000; /* 2024-03-25, a Monday, 00:00 */

static struct dl_poll_facts facts(void)
{
    return (struct dl_poll_facts){.url = DL_STR("https://example.org/feed"),
                                  .now_ms = start,
                                  .last_poll_ms = start - HOUR,
                                  .last_new_ms = start - HOUR,
                                  .interval_ms = HOUR,
                                  .status = 200,
                                  .items = 50,
                                  .max_age_s = -1,
                                  .retry_after_s = -1,
                                  .ttl_min = -1,
                                  .update_s = -1};
}

static struct dl_poll_plan plan_of(struct dl_poll_facts f)
{
    struct dl_poll_plan plan;
    dl_schedule_next(&f, &plan);
    assert_true(plan.at_ms > f.now_ms);
    return plan;
}

static int64_t wait_ms(struct dl_poll_facts f)
{
    return plan_of(f).at_ms - f.now_ms;
}

#define assert_why(f, words)                                                                       \
    do {                                                                                           \
        struct dl_poll_plan plan_ = plan_of(f);                                                    \
        if (strstr(plan_.why, words) == NULL) fail_msg("\"%s\" lacks \"%s\"", plan_.why, words);   \
    } while (0)

static void reasons_are_in_words(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    f.fresh = 3;
    assert_why(f, "about 3 new items an hour");
    f.fresh = 1;
    assert_why(f, "about 1 new item an hour");
    f.last_poll_ms = start - 12 * HOUR;
    assert_why(f, "about 2 new items a day");
    f = facts();
    f.fresh = 40;
    assert_why(f, "so items may have been missed");
    assert_true(wait_ms(f) < 20 * MINUTE);
    f = facts();
    f.last_new_ms = start - 5 * HOUR;
    assert_why(f, "nothing new for 5 h.");
    f = facts();
    f.last_poll_ms = f.interval_ms = f.last_new_ms = 0;
    f.fresh = 50;
    assert_why(f, "the first look;");
    f = facts();
    f.failures = 1;
    f.status = 503;
    f.end = DL_POLL_SOFT;
    assert_why(f, "It failed (HTTP 503); that often passes");
    f.failures = 3;
    f.status = 0;
    assert_why(f, "It failed 3 times in a row (there was no answer)");
    f.fault = DL_FAULT_TLS;
    f.end = DL_POLL_HARD;
    assert_why(f, "the certificate or the handshake is bad); that rarely passes by itself");
    f.end = DL_POLL_OURS;
    assert_why(f, "not counted against the feed");
    f.end = DL_POLL_ROBOTS;
    assert_why(f, "robots.txt is asked again");
}

static void the_publisher_is_obeyed(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    f.fresh = 20;
    f.interval_ms = 15 * MINUTE;
    assert_true(wait_ms(f) >= 15 * MINUTE);
    f.max_age_s = 3 * 3600;
    assert_true(wait_ms(f) >= 3 * HOUR && wait_ms(f) <= 3 * HOUR + 18 * MINUTE);
    assert_why(f, "Its publisher asks for 3 h between looks.");
    f.max_age_s = 365 * 86400;
    assert_true(wait_ms(f) <= DAY + DAY / 10);
    f.max_age_s = 0;
    f.ttl_min = 240;
    assert_true(wait_ms(f) >= 4 * HOUR);
    f.ttl_min = INT64_MAX / 2;
    assert_true(wait_ms(f) <= DAY + DAY / 10);
    f.ttl_min = 0;
    f.update_s = 7200;
    assert_true(wait_ms(f) >= 2 * HOUR);
    f.update_s = -1;
    f.floor_s = 1800;
    assert_true(wait_ms(f) >= 30 * MINUTE);
    f.pushed = true;
    assert_true(wait_ms(f) >= 6 * HOUR);
}

static void quiet_hours_are_skipped(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    f.fresh = 1;
    f.now_ms = start + 20 * MINUTE;
    f.skip_hours = 0x0000FE; /* 01:00–07:59 */
    struct dl_poll_plan plan = plan_of(f);
    assert_true(plan.at_ms >= start + 8 * HOUR && plan.at_ms < start + 9 * HOUR);
    assert_non_null(strstr(plan.why, "Its quiet hours are left out."));
    f.skip_days = 0x01; /* Monday */
    plan = plan_of(f);
    assert_true(plan.at_ms >= start + DAY && plan.at_ms < start + DAY + HOUR);
    f.skip_days = 0x7F;
    assert_true(wait_ms(f) < 3 * HOUR); /* who asks to skip all asks for nothing */
    f.skip_hours = UINT32_MAX;
    f.skip_days = 0;
    assert_true(wait_ms(f) < 3 * HOUR);
}

static void failures_back_off(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    int64_t last = 0;
    f.interval_ms = 15 * MINUTE;
    f.status = 500;
    f.end = DL_POLL_SOFT;
    for (f.failures = 1; f.failures <= 7; f.failures++) {
        int64_t wait = wait_ms(f);
        if (last > 0 && last < 6 * HOUR) assert_true(wait >= last * 3 / 2 || wait >= 6 * HOUR);
        assert_true(wait <= 6 * HOUR + 36 * MINUTE);
        last = wait;
        assert_int_equal(plan_of(f).interval_ms, 15 * MINUTE); /* the rhythm is not forgotten */
    }
    f.failures = INT64_MAX;
    f.failing_s = 2 * 86400;
    assert_true(wait_ms(f) >= DAY && wait_ms(f) <= DAY + DAY / 10);
    f.failing_s = 40 * 86400;
    assert_true(wait_ms(f) >= 7LL * DAY && wait_ms(f) <= 8LL * DAY);
    f.failing_s = 0;
    f.failures = 1;
    assert_true(wait_ms(f) <= 17 * MINUTE);
    f.end = DL_POLL_HARD;
    f.status = 404;
    assert_true(wait_ms(f) >= HOUR);
    f.failures = 20;
    assert_true(wait_ms(f) >= DAY && wait_ms(f) <= DAY + DAY / 10);
    f.end = DL_POLL_BUSY;
    f.status = 429;
    f.retry_after_s = 317100; /* 88 h */
    assert_true(wait_ms(f) >= 317100LL * 1000);
    assert_why(f, "asked to be left alone for 4 d (HTTP 429)");
    f.retry_after_s = 3;
    assert_true(wait_ms(f) >= 15 * MINUTE && wait_ms(f) < 17 * MINUTE);
    f.retry_after_s = INT64_MAX;
    assert_true(wait_ms(f) < 8LL * DAY);
    f.retry_after_s = -1;
    f.failures = 2;
    assert_true(wait_ms(f) >= HOUR && wait_ms(f) < 2 * HOUR);
    f.end = DL_POLL_GONE;
    f.status = 410;
    assert_true(wait_ms(f) >= 7LL * DAY && wait_ms(f) < 8LL * DAY);
    assert_why(f, "one look a week");
    f.end = DL_POLL_UNASKED;
    f.status = 0;
    f.retry_after_s = 40;
    assert_true(wait_ms(f) >= 40 * 1000 && wait_ms(f) < MINUTE);
}

static void ends_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum dl_fault fault;
        bool readable, later;
        enum dl_poll_end end;
    } rows[] = {
        {200, DL_FAULT_NONE, true, false, DL_POLL_GOOD},
        {304, DL_FAULT_NONE, true, false, DL_POLL_GOOD},
        {200, DL_FAULT_NONE, false, false, DL_POLL_HARD},
        {404, DL_FAULT_NONE, false, false, DL_POLL_HARD},
        {403, DL_FAULT_NONE, false, false, DL_POLL_HARD},
        {410, DL_FAULT_NONE, false, false, DL_POLL_GONE},
        {429, DL_FAULT_NONE, false, false, DL_POLL_BUSY},
        {503, DL_FAULT_NONE, false, true, DL_POLL_BUSY},
        {503, DL_FAULT_NONE, false, false, DL_POLL_SOFT},
        {500, DL_FAULT_NONE, false, true, DL_POLL_SOFT},
        {0, DL_FAULT_NAME, false, false, DL_POLL_SOFT},
        {0, DL_FAULT_TIMEOUT, false, false, DL_POLL_SOFT},
        {0, DL_FAULT_TLS, false, false, DL_POLL_HARD},
        {0, DL_FAULT_ADDRESS, false, false, DL_POLL_HARD},
        {0, DL_FAULT_BACKOFF, false, true, DL_POLL_UNASKED},
        {0, DL_FAULT_MEMORY, false, false, DL_POLL_UNASKED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            dl_schedule_end(rows[i].status, rows[i].fault, rows[i].readable, rows[i].later),
            rows[i].end);
    assert_false(dl_schedule_counts(DL_POLL_UNASKED) || dl_schedule_counts(DL_POLL_OURS));
    assert_true(dl_schedule_counts(DL_POLL_ROBOTS) && dl_schedule_counts(DL_POLL_GONE));
}

static void a_persons_limits_hold(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    f.last_new_ms = start - 20 * DAY;
    f.interval_ms = 20 * HOUR;
    f.ceiling_s = 2 * 3600;
    assert_true(wait_ms(f) <= 2 * HOUR && wait_ms(f) > HOUR);
    assert_why(f, "You set that it is looked at every 2 h at least.");
    f.max_age_s = 5 * 3600;
    assert_true(wait_ms(f) >= 5 * HOUR); /* the publisher is asked less, not more */
    f = facts();
    f.interval_ms = 15 * MINUTE;
    f.fresh = 4;
    f.floor_s = 3 * 3600;
    assert_true(wait_ms(f) >= 3 * HOUR);
    assert_why(f, "You set that it is looked at every 3 h at the most often.");
    f.floor_s = 5 * 60; /* his own feed */
    f.fresh = 30;
    assert_true(wait_ms(f) < 15 * MINUTE && wait_ms(f) >= 5 * MINUTE);
    f.floor_s = 1;
    f.interval_ms = 1000;
    assert_true(wait_ms(f) >= MINUTE);
}

/* A feed in simulated time: item i appears at start + i * every_ms, not from off to on. */
struct simulation {
    int64_t every_ms, off_ms, on_ms;
    size_t polls, items, lost, early;
    int64_t delay_ms; /* sum over items */
    bool by_day;      /* items from 07:00 to 19:00 only */
    bool learns;      /* the hours */
};

static bool exists(const struct simulation *s, int64_t at)
{
    int64_t hour = at / HOUR % 24;
    if (s->by_day && (hour < 7 || hour >= 19)) return false;
    return at < start + s->off_ms || at >= start + s->on_ms;
}

static void simulate(struct simulation *s, int days)
{
    struct dl_poll_facts f = facts();
    struct dl_poll_plan plan = {.at_ms = start};
    int64_t next_item = start, last_poll = 0, last_new = 0;
    uint8_t hours[DL_POLL_HOURS] = {0};
    f.interval_ms = 0;
    f.hours = s->learns ? hours : NULL;
    while (plan.at_ms < start + (int64_t)days * DAY) {
        int64_t now = plan.at_ms;
        if (last_poll > 0 && now - last_poll < 15 * MINUTE) s->early++;
        f.now_ms = now;
        f.last_poll_ms = last_poll;
        f.last_new_ms = last_new;
        f.interval_ms = last_poll == 0 ? 0 : plan.interval_ms;
        f.items = 20;
        f.fresh = 0;
        for (; next_item <= now; next_item += s->every_ms) {
            if (!exists(s, next_item)) continue;
            s->delay_ms += now - next_item;
            s->items++;
            f.fresh++;
        }
        if (f.fresh > 20) {
            s->lost += (size_t)f.fresh - 20;
            f.fresh = 20;
        }
        if (last_poll > 0) dl_schedule_note_hour(hours, now, f.fresh);
        if (f.fresh > 0) last_new = now;
        last_poll = now;
        s->polls++;
        dl_schedule_next(&f, &plan);
    }
}

static void waits_follow_the_rhythm(void **state)
{
    (void)state;
    struct simulation hot = {.every_ms = 2 * MINUTE}, steady = {.every_ms = 20 * MINUTE},
                      daily = {.every_ms = DAY}, dead = {.every_ms = 400LL * DAY},
                      pause = {.every_ms = 30 * MINUTE, .off_ms = 2LL * DAY, .on_ms = 5LL * DAY};
    simulate(&hot, 7);
    assert_true(hot.polls >= 7 * 80 && hot.polls <= 7 * 96);
    assert_int_equal(hot.lost, 0);
    assert_true(hot.delay_ms / (int64_t)hot.items < 10 * MINUTE);
    simulate(&steady, 7);
    assert_true(steady.polls >= 7 * 40 && steady.polls <= 7 * 96);
    assert_true(steady.delay_ms / (int64_t)steady.items < 20 * MINUTE);
    simulate(&daily, 30);
    assert_true(daily.polls <= 30 * 20);
    assert_true(daily.delay_ms / (int64_t)daily.items < 6 * HOUR);
    simulate(&dead, 60);
    assert_true(dead.polls <= 100);
    simulate(&pause, 7);
    assert_true(pause.delay_ms / (int64_t)pause.items < 3 * HOUR);
    assert_int_equal(hot.early + steady.early + daily.early + dead.early + pause.early, 0);
}

/* What the hours are worth: news are seen a quarter sooner and more, for half as many polls again
 * at most. */
static void days_are_learnt(void **state)
{
    (void)state;
    for (int64_t every = 40 * MINUTE; every <= 4 * HOUR; every += 50 * MINUTE) {
        struct simulation plain = {.every_ms = every, .by_day = true}, learnt = plain;
        learnt.learns = true;
        simulate(&plain, 60);
        simulate(&learnt, 60);
        assert_true(learnt.delay_ms * 4 < plain.delay_ms * 3);
        assert_true(learnt.polls * 5 < plain.polls * 8);
        assert_int_equal(learnt.early, 0);
    }
}

static void heaps_are_spread(void **state)
{
    (void)state;
    size_t buckets[20] = {0};
    for (int i = 0; i < 10000; i++) {
        char url[64];
        int n = snprintf(url, sizeof url, "https://h%d.example/feed", i);
        int64_t at = dl_schedule_spread((dl_str){url, (size_t)n}, start, 10000) - start;
        assert_true(at >= 0 && at <= 200 * 1000);
        buckets[at * 20 / 200001]++;
    }
    for (size_t i = 0; i < 20; i++)
        assert_true(buckets[i] > 350 && buckets[i] < 650);
    assert_int_equal(dl_schedule_spread(DL_STR("x"), start, 0), start);
    /* Two feeds that were polled together part, and the same feed gets the same plan. */
    struct dl_poll_facts a = facts(), b = facts();
    b.url = DL_STR("https://example.org/other");
    assert_int_not_equal(plan_of(a).at_ms, plan_of(b).at_ms);
    assert_int_equal(plan_of(a).at_ms, plan_of(a).at_ms);
}

static void nonsense_gives_a_sane_plan(void **state)
{
    (void)state;
    struct dl_poll_facts f = facts();
    f.last_poll_ms = start + 10LL * DAY; /* the clock went back */
    f.last_new_ms = start + 10LL * DAY;
    f.interval_ms = INT64_MAX;
    f.items = f.fresh = INT32_MAX;
    assert_true(wait_ms(f) >= 15 * MINUTE && wait_ms(f) <= DAY + DAY / 10);
    f.fresh = 0;
    f.last_poll_ms = 1;
    assert_true(wait_ms(f) >= 15 * MINUTE && wait_ms(f) <= DAY + DAY / 10);
    f.interval_ms = -5;
    f.ceiling_s = 1;
    assert_true(wait_ms(f) >= 15 * MINUTE && wait_ms(f) <= DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_are_in_words),    cmocka_unit_test(the_publisher_is_obeyed),
        cmocka_unit_test(quiet_hours_are_skipped), cmocka_unit_test(failures_back_off),
        cmocka_unit_test(waits_follow_the_rhythm), cmocka_unit_test(heaps_are_spread),
        cmocka_unit_test(ends_are_told_apart),     cmocka_unit_test(a_persons_limits_hold),
        cmocka_unit_test(days_are_learnt),         cmocka_unit_test(nonsense_gives_a_sane_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
