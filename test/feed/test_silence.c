/* Silence against invented publishers: who keeps to a habit is not reported, who stops is. */
#include "feed/silence.h"

#include <math.h>

#include "lab.h"

enum {
    MIN = 60000,
    HOUR = 60 * MIN,
    LOOK = 30 * MIN,
    WEEKS = 52 + 10, /* ten to learn, a year to be judged */
    LEARN = 10,
    RUNS = 5, /* of each publisher */
};
static const int64_t DAY = 24 * (int64_t)HOUR, WEEK = 7 * 24 * (int64_t)HOUR,
                     START = 1735516800000; /* Monday, 30 Dec 2024 */

static uint64_t seed;

static double chance(void) /* 0..1 */
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / (double)(1ull << 53);
}

static uint32_t poisson(double mean)
{
    double limit = exp(-mean), product = chance();
    uint32_t n = 0;
    for (; product > limit && n < 1000; n++)
        product *= chance();
    return n;
}

/* --- publishers: how much they publish between two looks ---------------------------------- */

struct moment {
    int64_t week, day, hour, minute; /* day 0 = Monday */
};

static double wander; /* of today: minutes late */
static bool on;       /* in a burst */

/* At six, up to half an hour late; not on Sundays nor on three holidays. */
static double daily_paper(struct moment m)
{
    bool holiday = (m.week == 15 && m.day == 4) || (m.week == 51 && (m.day == 3 || m.day == 4));
    if (m.hour == 0 && m.minute == 0) wander = chance() * 30;
    return m.day != 6 && !holiday && m.hour == 6 && (m.minute >= 30) == (wander >= 15) ? 30 : 0;
}

/* Thursday morning or afternoon, some days early; one double issue in summer, one at New Year. */
static double weekly_magazine(struct moment m)
{
    if (m.week == 31 || m.week == 52) return 0;
    if (m.day == 0 && m.hour == 0 && m.minute == 0) wander = floor(chance() * 8);
    return m.day == 3 && m.hour == 8 + (int64_t)wander && m.minute == 0 ? 20 : 0;
}

/* Monday to Friday, eight to six. */
static double office(struct moment m)
{
    return m.day < 5 && m.hour >= 8 && m.hour < 18 ? 0.7 : 0;
}

/* Day and night, in bursts of hours with hours between them. */
static double bursty_wire(struct moment m)
{
    (void)m;
    on = chance() < (on ? 0.9 : 0.12);
    return on ? 3 : 0.02;
}

/* Something all the time, little at night. */
static double broadcaster(struct moment m)
{
    return m.hour >= 5 && m.hour < 22 ? 2.5 : 0.3;
}

/* When it pleases: once in five days. */
static double blog(struct moment m)
{
    (void)m;
    return 1.0 / (48 * 5);
}

/* Clocks move by an hour for the half of a year. */
static double broadcaster_with_summer_time(struct moment m)
{
    bool summer = m.week >= 13 && m.week < 43;
    return broadcaster((struct moment){m.week, m.day, (m.hour + summer) % 24, m.minute});
}

static const struct publisher {
    const char *name;
    double (*rate)(struct moment m);
} publishers[] = {
    {"daily paper", daily_paper},
    {"weekly magazine", weekly_magazine},
    {"office", office},
    {"bursty wire", bursty_wire},
    {"broadcaster", broadcaster},
    {"blog", blog},
    {"summer time", broadcaster_with_summer_time},
};

static struct moment moment_of(int64_t at)
{
    int64_t since = at - START;
    return (struct moment){since / WEEK, since % WEEK / DAY, since % DAY / HOUR,
                           since % HOUR / MIN};
}

struct outcome {
    int alarms;
    double most;  /* of the silences before the stop, the longest, h */
    double found; /* after the stop, h; < 0: never */
};

static struct outcome watch(const struct publisher *p, uint64_t run)
{
    struct dl_rhythm r = {0};
    struct dl_silence s;
    struct outcome o = {.found = -1};
    bool alarmed = false;
    seed = run * 7919 + 17;
    on = false;
    int64_t end = START + WEEKS * WEEK + (int64_t)(chance() * (double)WEEK), last = 0;
    for (int64_t at = START; at < end; at += LOOK) {
        uint32_t n = poisson(p->rate(moment_of(at)));
        dl_rhythm_look(&r, at, n);
        dl_silence_of(&r, at, &s);
        o.alarms += s.surprising && !alarmed && at > START + LEARN * WEEK;
        alarmed = s.surprising;
        if (n > 0 && last > 0 && (double)(at - last) / HOUR > o.most)
            o.most = (double)(at - last) / HOUR;
        if (n > 0) last = at;
    }
    for (int64_t at = end; at < end + 26 * WEEK && o.found < 0; at += LOOK) {
        dl_rhythm_look(&r, at, 0);
        dl_silence_of(&r, at, &s);
        if (s.surprising) o.found = (double)(at - last) / HOUR;
    }
    return o;
}

static void habits_are_no_silence_and_stops_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof publishers / sizeof *publishers; i++) {
        double worst = 0, found = 0, most = 0;
        int alarms = 0, worst_alarms = 0;
        for (uint64_t run = 0; run < RUNS; run++) {
            struct outcome o = watch(&publishers[i], run);
            alarms += o.alarms;
            if (o.alarms > worst_alarms) worst_alarms = o.alarms;
            double times = o.found < 0 ? 1000 : o.found / o.most;
            if (times > worst) worst = times;
            found += o.found / RUNS;
            most += o.most / RUNS;
        }
        print_message(
            "# %s: %.2f false alarms a quarter (worst %.2f), stop found after %.0f h, longest "
            "silence %.0f h, worst %.2f times\n",
            publishers[i].name, alarms / 4.0 / RUNS, worst_alarms / 4.0, found, most, worst);
        assert_true(worst_alarms <= 4);
        assert_true(worst <= 3);
    }
}

static void nothing_is_said_before_it_is_known(void **state)
{
    (void)state;
    struct dl_rhythm r = {0};
    struct dl_silence s;
    dl_rhythm_look(&r, START, 30);
    dl_silence_of(&r, START + 90 * DAY, &s);
    assert_false(s.known || s.surprising || s.long_);
    for (int day = 1; day <= 5; day++)
        dl_rhythm_look(&r, START + day * DAY, 3);
    dl_silence_of(&r, START + 60 * DAY, &s);
    assert_false(s.known || s.surprising);
}

/* A month off: no hour of it counts against the source. */
static void our_own_absence_is_no_silence_of_theirs(void **state)
{
    (void)state;
    struct dl_rhythm r = {0};
    struct dl_silence s;
    int64_t at = START;
    for (; at < START + 12 * WEEK; at += LOOK)
        dl_rhythm_look(&r, at, poisson(broadcaster(moment_of(at))));
    int64_t longest = r.longest_ms;
    at += 30 * DAY;
    dl_rhythm_look(&r, at, 0);
    dl_silence_of(&r, at, &s);
    assert_true(s.known && !s.surprising && s.ms < DAY);
    dl_rhythm_look(&r, at + LOOK, 2);
    assert_true(r.longest_ms < longest + DAY);
    for (int64_t t = at + LOOK; t < at + 2 * DAY; t += LOOK)
        dl_rhythm_look(&r, t, 0);
    dl_silence_of(&r, at + 2 * DAY, &s);
    assert_true(s.surprising);
}

static void odds_follow_the_hour(void **state)
{
    (void)state;
    struct dl_rhythm r = {0};
    struct dl_silence night, day;
    seed = 5;
    for (int64_t at = START; at < START + 20 * WEEK; at += LOOK)
        dl_rhythm_look(&r, at, poisson(office(moment_of(at))));
    struct dl_rhythm weekend = r;
    int64_t monday = START + 20 * WEEK;
    dl_silence_of(&weekend, monday + 7 * HOUR, &night); /* since Friday evening: usual */
    assert_true(night.odds < 20 && !night.long_ && night.ms > 50 * HOUR);
    dl_rhythm_look(&r, monday + 9 * HOUR, 2);
    dl_rhythm_look(&r, monday + 17 * HOUR, 0);
    dl_silence_of(&r, monday + 17 * HOUR, &day); /* eight hours of a working day */
    assert_true(day.odds > 50 && day.odds > 10 * night.odds && day.ms == 8 * HOUR);
    assert_false(day.surprising); /* a weekend is longer: nobody is woken for an afternoon */
}

static void what_is_expected_has_a_band(void **state)
{
    (void)state;
    struct dl_rhythm r = {0};
    assert_true(dl_rhythm_expected(&r, START).mean == 0);
    seed = 9;
    for (int64_t at = START; at < START + 20 * WEEK; at += LOOK)
        dl_rhythm_look(&r, at, poisson(broadcaster(moment_of(at))));
    struct dl_expected noon = dl_rhythm_expected(&r, START + 20 * WEEK + 12 * HOUR),
                       night = dl_rhythm_expected(&r, START + 20 * WEEK + 2 * HOUR);
    assert_true(noon.mean > 3.5 && noon.mean < 6.5 && noon.low > 0 && noon.high > noon.mean);
    assert_true(night.mean < 1.5 && night.low == 0);
}

static void it_is_kept_in_few_bytes(void **state)
{
    (void)state;
    struct dl_rhythm r = {0}, back;
    struct dl_silence a, b;
    uint8_t bytes[DL_RHYTHM_PACKED];
    seed = 3;
    for (int64_t at = START; at < START + 20 * WEEK; at += LOOK) {
        dl_rhythm_look(&r, at, poisson(bursty_wire(moment_of(at))));
        dl_rhythm_pack(&r, bytes); /* kept after each look, as the writer does */
        assert_true(dl_rhythm_unpack((dl_str){(char *)bytes, sizeof bytes}, &r));
    }
    dl_rhythm_pack(&r, bytes);
    assert_true(dl_rhythm_unpack((dl_str){(char *)bytes, sizeof bytes}, &back));
    dl_silence_of(&r, START + 20 * WEEK + 9 * HOUR, &a);
    dl_silence_of(&back, START + 20 * WEEK + 9 * HOUR, &b);
    assert_true(a.ms == b.ms && fabs(a.odds / b.odds - 1) < 0.01 && a.odds > 2);
    assert_false(dl_rhythm_unpack(DL_STR("junk"), &back));
    assert_true(back.since_ms == 0);
    memset(bytes + 52, 0xff, sizeof bytes - 52); /* damage: numbers stay numbers */
    assert_true(dl_rhythm_unpack((dl_str){(char *)bytes, sizeof bytes}, &back));
    dl_silence_of(&back, START + 40 * WEEK, &b);
    assert_true(isfinite(b.odds) && b.odds >= 1);
}

static void the_last_week_is_kept_hour_by_hour(void **state)
{
    (void)state;
    struct dl_rhythm r = {0}, back;
    uint8_t bytes[DL_RHYTHM_PACKED];
    dl_rhythm_look(&r, START, 9); /* was there before we came */
    dl_rhythm_look(&r, START + HOUR, 2);
    dl_rhythm_look(&r, START + HOUR + LOOK, 1);
    dl_rhythm_look(&r, START + 3 * HOUR, 0);
    dl_rhythm_look(&r, START + 3 * DAY, 4);
    dl_rhythm_pack(&r, bytes);
    assert_true(dl_rhythm_unpack((dl_str){(char *)bytes, sizeof bytes}, &back));
    assert_int_equal(dl_rhythm_arrivals(&back, START - HOUR), -1);
    assert_int_equal(dl_rhythm_arrivals(&back, START), 0);
    assert_int_equal(dl_rhythm_arrivals(&back, START + HOUR), 3);
    assert_int_equal(dl_rhythm_arrivals(&back, START + 2 * HOUR), 0);
    assert_int_equal(dl_rhythm_arrivals(&back, START + 9 * HOUR), -1); /* away for days */
    assert_int_equal(dl_rhythm_arrivals(&back, START + 3 * DAY), 4);
    assert_int_equal(dl_rhythm_arrivals(&back, START + 3 * DAY + HOUR), -1);
    dl_rhythm_look(&back, START + 8 * DAY + 2 * HOUR, 0);
    assert_int_equal(dl_rhythm_arrivals(&back, START + HOUR), -1);
}

static void looks_from_the_past_change_nothing(void **state)
{
    (void)state;
    struct dl_rhythm r = {0};
    dl_rhythm_look(&r, START, 0);
    dl_rhythm_look(&r, START + DAY, 5);
    struct dl_rhythm before = r;
    dl_rhythm_look(&r, START + HOUR, 7);
    assert_memory_equal(&before, &r, sizeof r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(habits_are_no_silence_and_stops_are_found),
        LAB_TEST(nothing_is_said_before_it_is_known),
        LAB_TEST(our_own_absence_is_no_silence_of_theirs),
        LAB_TEST(odds_follow_the_hour),
        LAB_TEST(what_is_expected_has_a_band),
        LAB_TEST(it_is_kept_in_few_bytes),
        LAB_TEST(the_last_week_is_kept_hour_by_hour),
        LAB_TEST(looks_from_the_past_change_nothing),
    };
    return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
