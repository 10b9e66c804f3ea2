#include "net/schedule.h"

#include "base/hash.h"
#include "base/time.h"

enum {
    JITTER_PARTS = 10,     /* a tenth of the wait at most */
    QUIET_S = 3600,        /* short silences lengthen the wait up to this */
    SILENCE_PARTS = 4,     /* the wait is at most a quarter of the silence */
    ROLLED_PERCENT = 50,   /* so much of a feed new: what came in between may be lost */
    ROLLED_ITEMS = 3,      /* of a feed of one or two items this says nothing */
    FAILURES_COUNTED = 20, /* doublings beyond reach any ceiling */
    HOURS_OF_WEEK = 7 * 24,
    HTTP_GONE = 410,
};

struct limits {
    int64_t floor_s, ceiling_s;
};

static int64_t between(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct limits limits_of(const struct dl_poll_facts *f)
{
    struct limits l = {.floor_s = f->floor_s > 0 ? f->floor_s : DL_POLL_FLOOR_S,
                       .ceiling_s = f->ceiling_s > 0 ? f->ceiling_s : DL_POLL_CEILING_S};
    if (l.ceiling_s < l.floor_s) l.ceiling_s = l.floor_s;
    return l;
}

/* --- words -------------------------------------------------------------------------------- */

static void say_duration(char *out, size_t size, int64_t s)
{
    if (s < 90 * 60)
        snprintf(out, size, "%lld min", (long long)larger(1, (s + 30) / 60));
    else if (s < 36 * 3600)
        snprintf(out, size, "%lld h", (long long)(s + 1800) / 3600);
    else
        snprintf(out, size, "%lld d", (long long)(s + 43200) / 86400);
}

static void say_rate(char *out, size_t size, int64_t items, int64_t per_s)
{
    int64_t an_hour = (items * 3600 + per_s / 2) / per_s,
            a_day = (items * 86400 + per_s / 2) / per_s;
    if (an_hour >= 1)
        snprintf(out, size, "about %lld new item%s an hour", (long long)an_hour,
                 an_hour == 1 ? "" : "s");
    else
        snprintf(out, size, "about %lld new item%s a day", (long long)larger(1, a_day),
                 a_day <= 1 ? "" : "s");
}

/* --- the wait of a feed that answers ------------------------------------------------------ */

/* Geometric mean: one lucky poll moves the wait half the way. */
static int64_t mean(int64_t a, int64_t b)
{
    int64_t product = between(a, 1, INT32_MAX) * between(b, 1, INT32_MAX), root = 1;
    while (root * root < product)
        root *= 2;
    for (int i = 0; i < 32; i++)
        root = (root + product / root) / 2;
    return root;
}

static int64_t after_news(const struct dl_poll_facts *f, int64_t before_s, int64_t elapsed_s,
                          char *why, size_t size)
{
    int64_t next = mean(before_s, elapsed_s / f->fresh);
    next = between(next, before_s / 3, before_s * 2);
    say_rate(why, size, f->fresh, elapsed_s);
    if (f->fresh < ROLLED_ITEMS || f->fresh * 100 < f->items * ROLLED_PERCENT) return next;
    snprintf(why, size, "much of the feed was new, items may have been missed");
    int64_t safe = elapsed_s * f->items / f->fresh / 4;
    return next < safe ? next : safe;
}

static int64_t after_silence(const struct dl_poll_facts *f, int64_t before_s, char *why,
                             size_t size)
{
    int64_t next = before_s * 3 / 2;
    if (f->last_new_ms <= 0) {
        snprintf(why, size, "nothing new so far");
        return next;
    }
    int64_t silence_s = larger(0, f->now_ms - f->last_new_ms) / 1000;
    int64_t most = larger(QUIET_S, silence_s / SILENCE_PARTS);
    char words[32];
    say_duration(words, sizeof words, silence_s);
    snprintf(why, size, "nothing new for %s", words);
    return next < most ? next : most;
}

static int64_t rhythm(const struct dl_poll_facts *f, struct limits l, char *why, size_t size)
{
    int64_t before_s = f->interval_ms > 0 ? f->interval_ms / 1000 : DL_POLL_START_S, next;
    int64_t elapsed_s = f->last_poll_ms > 0 ? (f->now_ms - f->last_poll_ms) / 1000 : 0;
    if (elapsed_s <= 0) {
        snprintf(why, size, "the first look, its rhythm is not known yet");
        next = before_s;
    } else if (f->fresh > 0) {
        next = after_news(f, before_s, elapsed_s, why, size);
    } else {
        next = after_silence(f, before_s, why, size);
    }
    return between(next, l.floor_s, l.ceiling_s);
}

/* What the publisher asks for at least. */
static int64_t asked_s(const struct dl_poll_facts *f)
{
    int64_t asked = f->max_age_s;
    if (f->ttl_min > 0) asked = larger(asked, between(f->ttl_min, 0, INT32_MAX) * 60);
    asked = larger(asked, f->update_s);
    return between(asked, 0, DL_POLL_ASKED_MOST_S);
}

static int64_t good_wait(const struct dl_poll_facts *f, struct limits l, int64_t *ret_interval_s,
                         char *why, size_t size)
{
    int64_t interval = rhythm(f, l, why, size), asked = asked_s(f), wait = interval;
    *ret_interval_s = interval;
    if (f->pushed && wait < DL_POLL_PUSHED_S) {
        wait = between(DL_POLL_PUSHED_S, l.floor_s, l.ceiling_s);
        snprintf(why, size, "new items are pushed, this is only a check");
    }
    if (asked > wait) {
        char words[32];
        say_duration(words, sizeof words, asked);
        snprintf(why, size, "the publisher asks for %s between polls", words);
        wait = asked;
    }
    return wait;
}

/* --- the wait of a feed that fails -------------------------------------------------------- */

static int64_t failed_wait(const struct dl_poll_facts *f, struct limits l, char *why, size_t size)
{
    char answer[24] = "no answer";
    if (f->status > 0) snprintf(answer, sizeof answer, "HTTP %d", f->status);
    if (f->status == HTTP_GONE) {
        snprintf(why, size, "the feed is gone (%s), one look a week", answer);
        return DL_POLL_GONE_S;
    }
    int64_t base = f->interval_ms > 0 ? f->interval_ms / 1000 : l.floor_s;
    base = between(base, l.floor_s, l.ceiling_s);
    if (f->retry_after_s > 0) {
        snprintf(why, size, "the host asked to be left alone until then (%s)", answer);
        return larger(base, between(f->retry_after_s, 0, DL_POLL_RETRY_MOST_S));
    }
    int64_t wait = base, most = larger(base, DL_POLL_CEILING_S);
    for (int64_t i = 0; i < f->failures && i < FAILURES_COUNTED && wait < most; i++)
        wait *= 2;
    if (f->failures == 1)
        snprintf(why, size, "it failed (%s)", answer);
    else
        snprintf(why, size, "it failed %lld times in a row (%s)", (long long)f->failures, answer);
    return wait < most ? wait : most;
}

/* --- the plan ----------------------------------------------------------------------------- */

static int64_t jitter_ms(dl_str url, int64_t wait_ms)
{
    return (int64_t)(dl_hash64(url) % 1024) * (wait_ms / JITTER_PARTS) / 1024;
}

static bool is_skipped(const struct dl_poll_facts *f, int64_t hour)
{
    int64_t day = hour / 24;
    bool by_hour = f->skip_hours >> (hour % 24) & 1;
    return by_hour || (f->skip_days >> dl_weekday(day) & 1);
}

/* The first moment that the publisher does not ask to skip; `at` when it asks to skip all. */
static int64_t past_quiet_hours(const struct dl_poll_facts *f, int64_t at_ms)
{
    enum { HOUR_MS = 3600 * 1000 };
    int64_t first = at_ms / HOUR_MS, spread = (int64_t)(dl_hash64(f->url) % (HOUR_MS / 2));
    for (int64_t hour = first; hour < first + HOURS_OF_WEEK; hour++)
        if (!is_skipped(f, hour)) return hour == first ? at_ms : hour * HOUR_MS + spread;
    return at_ms;
}

void dl_schedule_next(const struct dl_poll_facts *f, struct dl_poll_plan *ret_plan)
{
    struct limits l = limits_of(f);
    struct dl_poll_plan plan = {.interval_ms = f->interval_ms};
    char why[DL_POLL_WHY / 2], words[32];
    int64_t interval_s = 0, wait_s;
    if (f->failures > 0) {
        wait_s = failed_wait(f, l, why, sizeof why);
    } else {
        wait_s = good_wait(f, l, &interval_s, why, sizeof why);
        plan.interval_ms = interval_s * 1000;
    }
    int64_t at = f->now_ms + wait_s * 1000 + jitter_ms(f->url, wait_s * 1000);
    plan.at_ms = past_quiet_hours(f, at);
    say_duration(words, sizeof words, (plan.at_ms - f->now_ms) / 1000);
    snprintf(plan.why, sizeof plan.why, "in %s: %s%s", words, why,
             plan.at_ms == at ? "" : ", after its quiet hours");
    *ret_plan = plan;
}

int64_t dl_schedule_spread(dl_str url, int64_t now_ms, size_t count)
{
    uint64_t window_ms = (uint64_t)count * 1000 / DL_POLL_STARTS_PER_S + 1;
    return now_ms + (int64_t)(dl_hash64_seed(url, 1) % window_ms);
}
