#include "feed/silence.h"

#include <math.h>

enum {
    HOUR = 3600000,
    DAY_HOURS = 24,
    WEEK_HOURS = DL_RHYTHM_HOURS,
    MONDAY = 4 * 24, /* 1970-01-05 was one: hours from Thursday 00:00 */
    PACK_VERSION = 1,
    LONGEST_HALF_WEEKS = 52,
    FEW = 20, /* one silence in so many is called long */
};

static const double
    PRIOR_WEEKS = 0.5,  /* of the same hour on other days, beside what the hour itself showed */
    MOST_LIKELY = 0.98, /* no hour is sure */
    PRIOR_GAPS = 3,     /* silences of a Poisson source, so that three alike are no law */
    LONGER = 1.25,      /* than any before, or it was seen before */
    MUCH_LONGER = 2.75;

static size_t hour_of_week(int64_t hour)
{
    int64_t h = (hour - MONDAY) % WEEK_HOURS;
    return (size_t)(h < 0 ? h + WEEK_HOURS : h);
}

static float faded(double weeks)
{
    return (float)exp2(-weeks / DL_RHYTHM_HALF_WEEKS);
}

/* --- the chance of an hour ---------------------------------------------------------------- */

/* What comes some minutes earlier or later than last week is the same habit. */
static double around(const float *values, size_t h)
{
    size_t before = (h + WEEK_HOURS - 1) % WEEK_HOURS, after = (h + 1) % WEEK_HOURS;
    return 0.15 * (double)values[before] + 0.7 * (double)values[h] + 0.15 * (double)values[after];
}

/* Expected arrivals (hours with one) of each hour of the week. */
static void hazards(const struct dl_rhythm *r, double ret_hazard[WEEK_HOURS])
{
    double by_hour[DAY_HOURS] = {0}, watched[DAY_HOURS] = {0};
    for (size_t h = 0; h < WEEK_HOURS; h++) {
        by_hour[h % DAY_HOURS] += around(r->active, h);
        watched[h % DAY_HOURS] += around(r->watched, h);
    }
    for (size_t h = 0; h < WEEK_HOURS; h++) {
        size_t d = h % DAY_HOURS;
        double prior = watched[d] > 0 ? by_hour[d] / watched[d] : 0;
        double p =
            (around(r->active, h) + PRIOR_WEEKS * prior) / (around(r->watched, h) + PRIOR_WEEKS);
        ret_hazard[h] = -log1p(-(p > MOST_LIKELY ? MOST_LIKELY : p));
    }
}

/* Summed from one moment to another, parts of hours by their part. */
static double expected_between(const double hazard[WEEK_HOURS], int64_t from_ms, int64_t to_ms)
{
    double week = 0, sum = 0;
    if (to_ms <= from_ms) return 0;
    int64_t weeks = (to_ms - from_ms) / ((int64_t)WEEK_HOURS * HOUR);
    for (size_t h = 0; weeks > 0 && h < WEEK_HOURS; h++)
        week += hazard[h];
    from_ms += weeks * WEEK_HOURS * HOUR;
    for (int64_t hour = from_ms / HOUR; hour * HOUR < to_ms; hour++) {
        int64_t begin = hour * HOUR < from_ms ? from_ms : hour * HOUR;
        int64_t end = (hour + 1) * HOUR > to_ms ? to_ms : (hour + 1) * HOUR;
        sum += hazard[hour_of_week(hour)] * (double)(end - begin) / HOUR;
    }
    return sum + week * (double)weeks;
}

/* --- looks -------------------------------------------------------------------------------- */

static void close_hour(struct dl_rhythm *r, int64_t hour, uint32_t items)
{
    size_t h = hour_of_week(hour);
    float keep = faded(1);
    r->watched[h] = r->watched[h] * keep + 1;
    r->active[h] = r->active[h] * keep + (items > 0 ? 1 : 0);
    r->items[h] = r->items[h] * keep + (float)items;
    r->recent[h] = (uint16_t)(items < DL_RHYTHM_AWAY ? items : DL_RHYTHM_AWAY - 1);
}

static void away(struct dl_rhythm *r, int64_t from_hour, int64_t to_hour)
{
    if (to_hour - from_hour > WEEK_HOURS) from_hour = to_hour - WEEK_HOURS;
    for (int64_t h = from_hour; h < to_hour; h++)
        r->recent[hour_of_week(h)] = DL_RHYTHM_AWAY;
}

/* The silence that ends here, in the measure that held while it lasted. */
static void note_gap(struct dl_rhythm *r, int64_t now_ms)
{
    double hazard[WEEK_HOURS];
    int64_t lasted_ms = now_ms - r->last_ms - r->away_ms;
    if (lasted_ms <= 0 || now_ms / HOUR == r->last_ms / HOUR) return;
    hazards(r, hazard);
    double weeks = (double)lasted_ms / HOUR / WEEK_HOURS;
    float keep = faded(weeks), h = (float)expected_between(hazard, r->last_ms + r->away_ms, now_ms);
    r->gaps = r->gaps * keep + 1;
    r->sum = r->sum * keep + h;
    r->square = r->square * keep + h * h;
    double longest = (double)r->longest_ms * exp2(-weeks / LONGEST_HALF_WEEKS);
    r->longest_ms = (double)lasted_ms > longest ? lasted_ms : (int64_t)longest;
}

void dl_rhythm_look(struct dl_rhythm *r, int64_t now_ms, uint32_t items)
{
    if (r->since_ms == 0) {
        /* All that a source shows at the first look was there before: it tells no arrival. */
        r->since_ms = r->seen_ms = now_ms;
        away(r, now_ms / HOUR - WEEK_HOURS, now_ms / HOUR);
        return;
    }
    if (now_ms < r->seen_ms) return;
    int64_t hour = r->seen_ms / HOUR, now = now_ms / HOUR;
    bool watched = now - hour <= DL_RHYTHM_WATCHED_H;
    if (!watched && r->last_ms > 0) r->away_ms += now_ms - r->seen_ms;
    if (items > 0 && r->last_ms > 0) note_gap(r, now_ms);
    if (hour < now) close_hour(r, hour, r->here);
    for (int64_t h = hour + 1; watched && h < now; h++)
        close_hour(r, h, 0);
    if (!watched) away(r, hour + 1, now);
    r->here = (hour < now ? 0 : r->here) + items;
    r->seen_ms = now_ms;
    if (items == 0) return;
    r->last_ms = now_ms;
    r->away_ms = 0;
}

/* --- surprise ----------------------------------------------------------------------------- */

/* Share of silences that last longer than x expected arrivals, by the first two moments. */
static double tail(const struct dl_rhythm *r, double x)
{
    double n = (double)r->gaps + PRIOR_GAPS;
    double mean = ((double)r->sum + PRIOR_GAPS) / n;
    double variation = ((double)r->square + 2 * PRIOR_GAPS) / n / (mean * mean) - 1;
    if (x <= 0) return 1;
    if (variation > 1.05) { /* Lomax: an exponential whose rate is itself spread */
        double a = 2 * variation / (variation - 1), scale = mean * (a - 1);
        return pow(1 + x / scale, -a);
    }
    /* Gamma, by the cube root of Wilson and Hilferty (1931). */
    double k = 1 / (variation < 0.01 ? 0.01 : variation);
    double z = (cbrt(x / mean) - (1 - 1 / (9 * k))) * 3 * sqrt(k);
    return 0.5 * erfc(z / sqrt(2));
}

void dl_silence_of(const struct dl_rhythm *r, int64_t now_ms, struct dl_silence *ret_silence)
{
    enum { WEEKS_OF_YEAR = 52 };
    static const double ODDS_MOST = 1e9;
    struct dl_silence s = {.odds = 1, .usual_ms = r->longest_ms};
    double hazard[WEEK_HOURS], yearly = 0;
    if (r->last_ms > 0 && now_ms > r->last_ms) s.ms = now_ms - r->last_ms - r->away_ms;
    if (s.ms < 0) s.ms = 0;
    hazards(r, hazard);
    for (size_t h = 0; h < WEEK_HOURS; h++)
        yearly += -expm1(-hazard[h]) * WEEKS_OF_YEAR;
    s.yearly = yearly;
    s.known = r->gaps >= DL_RHYTHM_LEAST_GAPS && r->last_ms > 0 &&
              r->seen_ms - r->since_ms >= (int64_t)DL_RHYTHM_LEAST_WEEKS * WEEK_HOURS * HOUR;
    if (s.known) {
        double p = tail(r, expected_between(hazard, r->last_ms + r->away_ms, now_ms));
        s.odds = p > 1 / ODDS_MOST ? 1 / p : ODDS_MOST;
        s.long_ = s.odds >= FEW;
        double longest = (double)r->longest_ms;
        s.surprising = ((double)s.ms > LONGER * longest && s.odds > yearly) ||
                       (double)s.ms > MUCH_LONGER * longest;
    }
    *ret_silence = s;
}

struct dl_expected dl_rhythm_expected(const struct dl_rhythm *r, int64_t ms)
{
    size_t h = hour_of_week(ms / HOUR);
    double watched = around(r->watched, h), items = around(r->items, h);
    double hours = 0, all = 0;
    for (size_t i = 0; i < WEEK_HOURS; i++) {
        hours += (double)r->watched[i];
        all += (double)r->items[i];
    }
    if (hours <= 0) return (struct dl_expected){0};
    /* Gamma-Poisson: half a week of the average hour beside what this one showed. */
    double shape = items + PRIOR_WEEKS * all / hours, rate = watched + PRIOR_WEEKS;
    double mean = shape / rate, spread = 1.645 * sqrt(mean + mean / rate);
    return (struct dl_expected){mean, mean > spread ? mean - spread : 0, mean + spread};
}

int dl_rhythm_arrivals(const struct dl_rhythm *r, int64_t ms)
{
    int64_t hour = ms / HOUR, now = r->seen_ms / HOUR;
    if (r->since_ms == 0 || hour > now || hour <= now - WEEK_HOURS) return -1;
    if (hour == now) return r->here < DL_RHYTHM_AWAY ? (int)r->here : DL_RHYTHM_AWAY - 1;
    uint16_t n = r->recent[hour_of_week(hour)];
    return n == DL_RHYTHM_AWAY ? -1 : n;
}

/* --- kept --------------------------------------------------------------------------------- */

static uint8_t *put(uint8_t *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *out++ = (uint8_t)(value >> (8 * i));
    return out;
}

static uint64_t get(const uint8_t **in, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t) * (*in)++ << (8 * i);
    return value;
}

/* Two bytes: fine where numbers are small, coarse where they are large. */
static uint64_t small(float value, float scale)
{
    float root = sqrtf(value < 0 ? 0 : value) * scale;
    return root > 65535 ? 65535 : (uint64_t)lrintf(root);
}

static float large(uint64_t value, float scale)
{
    float root = (float)value / scale;
    return root * root;
}

static const float COUNT_SCALE = 16384, ITEM_SCALE = 128;

static uint64_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float float_of(uint64_t value)
{
    uint32_t bits = (uint32_t)value;
    float f;
    memcpy(&f, &bits, sizeof f);
    return isfinite(f) && f >= 0 ? f : 0;
}

void dl_rhythm_pack(const struct dl_rhythm *r, uint8_t out[DL_RHYTHM_PACKED])
{
    const uint64_t times[] = {PACK_VERSION,         (uint64_t)r->since_ms,   (uint64_t)r->seen_ms,
                              (uint64_t)r->last_ms, (uint64_t)r->longest_ms, (uint64_t)r->away_ms};
    for (size_t i = 0; i < 6; i++)
        out = put(out, times[i], 8);
    out = put(out, r->here, 4);
    out = put(out, bits_of(r->gaps), 4);
    out = put(out, bits_of(r->sum), 4);
    out = put(out, bits_of(r->square), 4);
    for (size_t h = 0; h < WEEK_HOURS; h++) {
        out = put(out, small(r->watched[h], COUNT_SCALE), 2);
        out = put(out, small(r->active[h], COUNT_SCALE), 2);
        out = put(out, small(r->items[h], ITEM_SCALE), 2);
        out = put(out, r->recent[h], 2);
    }
}

bool dl_rhythm_unpack(dl_str bytes, struct dl_rhythm *ret_rhythm)
{
    struct dl_rhythm r = {0};
    *ret_rhythm = r;
    if (bytes.n != DL_RHYTHM_PACKED) return false;
    const uint8_t *in = (const uint8_t *)bytes.p;
    if (get(&in, 8) != PACK_VERSION) return false;
    r.since_ms = (int64_t)get(&in, 8);
    r.seen_ms = (int64_t)get(&in, 8);
    r.last_ms = (int64_t)get(&in, 8);
    r.longest_ms = (int64_t)get(&in, 8);
    r.away_ms = (int64_t)get(&in, 8);
    r.here = (uint32_t)get(&in, 4);
    r.gaps = float_of(get(&in, 4));
    r.sum = float_of(get(&in, 4));
    r.square = float_of(get(&in, 4));
    for (size_t h = 0; h < WEEK_HOURS; h++) {
        r.watched[h] = large(get(&in, 2), COUNT_SCALE);
        r.active[h] = large(get(&in, 2), COUNT_SCALE);
        r.items[h] = large(get(&in, 2), ITEM_SCALE);
        r.recent[h] = (uint16_t)get(&in, 2);
    }
    *ret_rhythm = r;
    return true;
}
