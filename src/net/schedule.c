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
    HOUR_S = 3600,
    HOURS_LEARNT = 48,  /* items: fewer tell no hours */
    HOUR_FULL = 240,    /* of a count of 8 bits: then all are halved */
    HOUR_MOST = 24,     /* of one poll: a flood is no habit */
    WAKE_S = 10 * 60,   /* after the full hour, at most: not all at once */
    STEP_MOST_MS = 500, /* of few: a few hundred are read within minutes of a start */
    HTTP_GONE = 410,
    HTTP_TOO_MANY = 429,
    HTTP_UNAVAILABLE = 503,
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
    struct limits l = {.floor_s = f->floor_s > 0 ? larger(f->floor_s, DL_POLL_FLOOR_LEAST_S)
                                                 : DL_POLL_FLOOR_S,
                       .ceiling_s = f->ceiling_s > 0 ? f->ceiling_s : DL_POLL_CEILING_S};
    if (l.ceiling_s < l.floor_s) l.ceiling_s = l.floor_s;
    return l;
}

/* --- how it ended ------------------------------------------------------------------------- */

static enum dl_poll_end end_of_fault(enum dl_fault fault)
{
    switch (fault) {
    case DL_FAULT_NAME:
    case DL_FAULT_CONNECT:
    case DL_FAULT_TIMEOUT:
    case DL_FAULT_SLOW:
    case DL_FAULT_TRUNCATED:
        return DL_POLL_SOFT;
    case DL_FAULT_BACKOFF:
    case DL_FAULT_MEMORY:
    case DL_FAULT_CANCELLED:
        return DL_POLL_UNASKED;
    default:
        return DL_POLL_HARD;
    }
}

enum dl_poll_end dl_schedule_end(int status, enum dl_fault fault, bool readable, bool said_later)
{
    if (fault != DL_FAULT_NONE) return end_of_fault(fault);
    if (readable) return DL_POLL_GOOD;
    if (status == HTTP_GONE) return DL_POLL_GONE;
    if (status == HTTP_TOO_MANY || (status == HTTP_UNAVAILABLE && said_later)) return DL_POLL_BUSY;
    return status == 0 || status >= 500 ? DL_POLL_SOFT : DL_POLL_HARD;
}

bool dl_schedule_counts(enum dl_poll_end end)
{
    return end != DL_POLL_GOOD && end != DL_POLL_UNASKED && end != DL_POLL_OURS;
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
        snprintf(out, size, "It brings about %lld new item%s an hour.", (long long)an_hour,
                 an_hour == 1 ? "" : "s");
    else
        snprintf(out, size, "It brings about %lld new item%s a day.", (long long)larger(1, a_day),
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
    snprintf(why, size,
             "Much of it was new at once, so items may have been missed; it is looked at "
             "more often now.");
    int64_t safe = elapsed_s * f->items / f->fresh / 4;
    return next < safe ? next : safe;
}

static int64_t after_silence(const struct dl_poll_facts *f, int64_t before_s, char *why,
                             size_t size)
{
    int64_t next = before_s * 3 / 2;
    if (f->last_new_ms <= 0) {
        snprintf(why, size, "It has brought nothing new so far.");
        return next;
    }
    int64_t silence_s = larger(0, f->now_ms - f->last_new_ms) / 1000;
    int64_t most = larger(QUIET_S, silence_s / SILENCE_PARTS);
    char words[32];
    say_duration(words, sizeof words, silence_s);
    snprintf(why, size, "It has brought nothing new for %s.", words);
    return next < most ? next : most;
}

static bool is_busy(const uint8_t *hours, int64_t total, int64_t hour)
{
    return (int64_t)hours[hour % DL_POLL_HOURS] * DL_POLL_HOURS >= total;
}

/* A feed that sleeps at night is looked at when it usually wakes, and hourly while it is awake. */
static int64_t until_awake(const struct dl_poll_facts *f, int64_t wait_s, char *why, size_t size)
{
    int64_t total = 0, hour = f->now_ms / 1000 / HOUR_S;
    if (f->hours == NULL) return wait_s;
    for (int i = 0; i < DL_POLL_HOURS; i++)
        total += f->hours[i];
    if (total < HOURS_LEARNT) return wait_s;
    if (is_busy(f->hours, total, hour) && wait_s > HOUR_S) return HOUR_S;
    for (int64_t next = hour + 1; next * HOUR_S - f->now_ms / 1000 < wait_s; next++) {
        if (is_busy(f->hours, total, next - 1) || !is_busy(f->hours, total, next)) continue;
        snprintf(why, size, "It usually wakes at %02d:00 UTC.", (int)(next % DL_POLL_HOURS));
        return next * HOUR_S - f->now_ms / 1000 + (int64_t)(dl_hash64(f->url) % WAKE_S);
    }
    return wait_s;
}

void dl_schedule_note_hour(uint8_t hours[DL_POLL_HOURS], int64_t now_ms, int64_t fresh)
{
    uint8_t *hour = &hours[now_ms / 1000 / HOUR_S % DL_POLL_HOURS];
    if (now_ms < 0 || fresh <= 0) return;
    if (*hour + between(fresh, 0, HOUR_MOST) > HOUR_FULL)
        for (int i = 0; i < DL_POLL_HOURS; i++)
            hours[i] /= 2;
    *hour = (uint8_t)(*hour + between(fresh, 0, HOUR_MOST));
}

/* A person's limits hold with the jitter in them. */
static int64_t within(const struct dl_poll_facts *f, struct limits l, int64_t wait_s, char *why,
                      size_t size)
{
    int64_t most = larger(l.floor_s, l.ceiling_s * JITTER_PARTS / (JITTER_PARTS + 1));
    char words[32];
    if (wait_s < l.floor_s && f->floor_s > DL_POLL_FLOOR_S) {
        say_duration(words, sizeof words, l.floor_s);
        snprintf(why, size, "You set that it is looked at every %s at the most often.", words);
    } else if (wait_s > most && f->ceiling_s > 0) {
        say_duration(words, sizeof words, l.ceiling_s);
        snprintf(why, size, "You set that it is looked at every %s at least.", words);
    }
    return between(wait_s, l.floor_s, most);
}

static int64_t rhythm(const struct dl_poll_facts *f, struct limits l, char *why, size_t size)
{
    int64_t before_s = f->interval_ms > 0 ? f->interval_ms / 1000 : DL_POLL_START_S, next;
    int64_t elapsed_s = f->last_poll_ms > 0 ? (f->now_ms - f->last_poll_ms) / 1000 : 0;
    if (elapsed_s <= 0) {
        snprintf(why, size, "This was the first look; its rhythm shows after some more.");
        next = before_s;
    } else if (f->fresh > 0) {
        next = after_news(f, before_s, elapsed_s, why, size);
    } else {
        next = after_silence(f, before_s, why, size);
    }
    return within(f, l, next, why, size);
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
    int64_t interval = rhythm(f, l, why, size), asked = asked_s(f);
    int64_t wait = larger(l.floor_s, until_awake(f, interval, why, size));
    *ret_interval_s = interval;
    if (f->pushed && wait < DL_POLL_PUSHED_S) {
        wait = between(DL_POLL_PUSHED_S, l.floor_s, l.ceiling_s);
        snprintf(why, size, "New items are pushed; this look only checks that none is missed.");
    }
    if (asked > wait) {
        char words[32];
        say_duration(words, sizeof words, asked);
        snprintf(why, size, "Its publisher asks for %s between looks.", words);
        wait = asked;
    }
    return wait;
}

/* --- the wait of a feed that fails -------------------------------------------------------- */

static int64_t doubled(int64_t base_s, int64_t times, int64_t most_s)
{
    int64_t most = larger(base_s, most_s);
    for (int64_t i = 0; i < times && i < FAILURES_COUNTED && base_s < most; i++)
        base_s *= 2;
    return base_s < most ? base_s : most;
}

static void say_failure(const struct dl_poll_facts *f, const char *rest, char *why, size_t size)
{
    char what[80] = "there was no answer";
    if (f->fault != DL_FAULT_NONE)
        snprintf(what, sizeof what, "%s", dl_fault_text(f->fault));
    else if (f->status == 200)
        snprintf(what, sizeof what, "it is no feed");
    else if (f->status > 0)
        snprintf(what, sizeof what, "HTTP %d", f->status);
    if (f->failures > 1)
        snprintf(why, size, "It failed %lld times in a row (%s); %s", (long long)f->failures, what,
                 rest);
    else
        snprintf(why, size, "It failed (%s); %s", what, rest);
}

static int64_t later_wait(const struct dl_poll_facts *f, int64_t base_s, char *why, size_t size)
{
    char words[32];
    int64_t asked = between(f->retry_after_s, 0, DL_POLL_RETRY_MOST_S);
    say_duration(words, sizeof words, asked);
    if (f->status > 0)
        snprintf(why, size, "The host asked to be left alone for %s (HTTP %d).", words, f->status);
    else
        snprintf(why, size, "The host asked to be left alone; %s of that are left.", words);
    return larger(base_s, asked);
}

/* What lasts does not pass by itself any more, and what lasts for a month hardly ends. */
static int64_t longest(const struct dl_poll_facts *f, int64_t most_s)
{
    if (f->failing_s >= DL_POLL_DEAD_S) return DL_POLL_GONE_S;
    return f->failing_s >= DL_POLL_CEILING_S ? larger(most_s, DL_POLL_CEILING_S) : most_s;
}

static int64_t failed_wait(const struct dl_poll_facts *f, struct limits l, char *why, size_t size)
{
    int64_t base = f->interval_ms > 0 ? f->interval_ms / 1000 : l.floor_s;
    base = between(base, l.floor_s, larger(l.floor_s, l.ceiling_s));
    bool later = f->retry_after_s > 0;
    switch (f->end) {
    case DL_POLL_GONE:
        snprintf(why, size,
                 "Its publisher says that it is gone (HTTP 410); one look a week stays, "
                 "as mistakes are undone.");
        return DL_POLL_GONE_S;
    case DL_POLL_ROBOTS:
        snprintf(why, size, "Its robots.txt is asked again first.");
        return larger(base, between(f->retry_after_s, 0, DL_POLL_CEILING_S));
    case DL_POLL_UNASKED:
        if (later) return later_wait(f, 0, why, size);
        snprintf(why, size, "It was not asked, as too much was under way.");
        return l.floor_s;
    case DL_POLL_OURS:
        snprintf(why, size,
                 "No feed can be reached, so the fault is probably at this end; it is "
                 "not counted against the feed.");
        return l.floor_s;
    case DL_POLL_BUSY:
        if (later) return later_wait(f, base, why, size);
        say_failure(f, "each time it is left alone twice as long, up to a day.", why, size);
        return doubled(base, f->failures, DL_POLL_CEILING_S);
    case DL_POLL_SOFT:
        if (later && f->status > 0) return later_wait(f, base, why, size);
        say_failure(f, "that often passes, so it is tried again soon.", why, size);
        return doubled(base, f->failures - 1, longest(f, DL_POLL_SOFT_S));
    default:
        say_failure(f, "that rarely passes by itself, please check the address.", why, size);
        return doubled(larger(base, DL_POLL_HARD_S), f->failures - 1,
                       longest(f, DL_POLL_CEILING_S));
    }
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
    char why[DL_POLL_WHY - 40];
    int64_t interval_s = 0, wait_s;
    if (f->end != DL_POLL_GOOD) {
        wait_s = failed_wait(f, l, why, sizeof why);
    } else {
        wait_s = good_wait(f, l, &interval_s, why, sizeof why);
        plan.interval_ms = interval_s * 1000;
    }
    int64_t at = f->now_ms + wait_s * 1000 + jitter_ms(f->url, wait_s * 1000);
    plan.at_ms = past_quiet_hours(f, at);
    snprintf(plan.why, sizeof plan.why, "%s%s", why,
             plan.at_ms == at ? "" : " Its quiet hours are left out.");
    *ret_plan = plan;
}

int64_t dl_schedule_spread(dl_str url, int64_t now_ms, size_t count)
{
    uint64_t window_ms = (uint64_t)count * 1000 / DL_POLL_STARTS_PER_S + 1;
    return now_ms + (int64_t)(dl_hash64_seed(url, 1) % window_ms);
}

int64_t dl_schedule_step_ms(size_t count)
{
    int64_t step = (int64_t)DL_POLL_FLOOR_S * 1000 / (int64_t)(count > 0 ? count : 1);
    return step < STEP_MOST_MS ? step : STEP_MOST_MS;
}
