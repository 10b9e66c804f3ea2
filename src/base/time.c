#include "base/time.h"

#include <time.h>

enum { DAY_MS = 86400000 };

bool dl_time_is_set(dl_time t)
{
    return t.precision != DL_PREC_NONE;
}

int64_t dl_days_from_civil(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void dl_civil_from_days(int64_t days, dl_civil *ret)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *ret = (dl_civil){.year = (int)(yoe + era * 400 + (month <= 2)),
                      .month = month,
                      .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

int dl_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int dl_weekday(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7);
}

bool dl_civil_valid(const dl_civil *c)
{
    return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= dl_days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
           c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 60 && c->ms >= 0 &&
           c->ms <= 999;
}

dl_civil dl_civil_of(dl_time t, bool local)
{
    int64_t ms = t.ms, days, rest;
    if (local && __builtin_add_overflow(ms, (int64_t)t.offset_min * 60000, &ms)) ms = t.ms;
    days = ms / DAY_MS - (ms % DAY_MS < 0);
    rest = ms % DAY_MS + (ms % DAY_MS < 0 ? DAY_MS : 0);
    dl_civil c;
    dl_civil_from_days(days, &c);
    c.hour = (int)(rest / 3600000);
    c.minute = (int)(rest / 60000 % 60);
    c.second = (int)(rest / 1000 % 60);
    c.ms = (int)(rest % 1000);
    return c;
}

dl_time dl_time_of_civil(const dl_civil *c, enum dl_precision prec, enum dl_zone zone,
                         int offset_min)
{
    int64_t ms = dl_days_from_civil(c->year, c->month, c->day) * DAY_MS +
                 (int64_t)c->hour * 3600000 + (int64_t)c->minute * 60000 +
                 (int64_t)c->second * 1000 + c->ms;
    return (dl_time){.ms = ms - (int64_t)offset_min * 60000,
                     .offset_min = (int16_t)offset_min,
                     .precision = (uint8_t)prec,
                     .zone = (uint8_t)zone};
}

/* Exactly count digits at *s; false and untouched otherwise. */
static bool take(dl_str *s, size_t count, int *ret_value)
{
    if (s->n < count) return false;
    int v = 0;
    for (size_t i = 0; i < count; i++) {
        if (!dl_is_digit((unsigned char)s->p[i])) return false;
        v = v * 10 + (s->p[i] - '0');
    }
    *ret_value = v;
    *s = dl_str_sub(*s, count, s->n);
    return true;
}

static bool skip(dl_str *s, char c)
{
    if (s->n == 0 || s->p[0] != c) return false;
    *s = dl_str_sub(*s, 1, s->n);
    return true;
}

static bool take_zone(dl_str *s, enum dl_zone *zone, int *offset_min)
{
    *zone = DL_ZONE_ASSUMED;
    *offset_min = 0;
    while (skip(s, ' ')) {
    }
    if (s->n == 0) return true;
    *zone = DL_ZONE_KNOWN;
    if (skip(s, 'Z') || skip(s, 'z')) return s->n == 0;
    int sign = s->p[0] == '-' ? -1 : 1, hours, minutes = 0;
    if (!skip(s, '+') && !skip(s, '-')) return false;
    if (!take(s, 2, &hours)) return false;
    bool more = skip(s, ':') || s->n > 0;
    if (more && !take(s, 2, &minutes)) return false;
    if (hours > 14 || minutes > 59) return false;
    *offset_min = sign * (hours * 60 + minutes);
    return s->n == 0;
}

static bool take_clock(dl_str *s, dl_civil *c, enum dl_precision *prec)
{
    if (!take(s, 2, &c->hour) || !skip(s, ':') || !take(s, 2, &c->minute)) return false;
    *prec = DL_PREC_MINUTE;
    if (!skip(s, ':')) return true;
    if (!take(s, 2, &c->second)) return false;
    *prec = DL_PREC_SECOND;
    if (!skip(s, '.') && !skip(s, ',')) return true;
    int scale = 100, digits = 0;
    for (; s->n > 0 && dl_is_digit((unsigned char)s->p[0]); digits++, scale /= 10) {
        c->ms += (s->p[0] - '0') * scale;
        *s = dl_str_sub(*s, 1, s->n);
    }
    *prec = DL_PREC_MS;
    return digits > 0;
}

bool dl_time_parse(dl_str s, dl_time *ret_time)
{
    dl_civil c = {.month = 1, .day = 1};
    enum dl_precision prec = DL_PREC_YEAR;
    s = dl_str_trim(s);
    if (!take(&s, 4, &c.year)) return false;
    if (skip(&s, '-')) {
        if (!take(&s, 2, &c.month)) return false;
        prec = DL_PREC_MONTH;
        if (skip(&s, '-')) {
            if (!take(&s, 2, &c.day)) return false;
            prec = DL_PREC_DAY;
        }
    }
    enum dl_zone zone = DL_ZONE_NONE;
    int offset_min = 0;
    if (s.n > 0) {
        if (prec != DL_PREC_DAY || !(skip(&s, 'T') || skip(&s, 't') || skip(&s, ' '))) return false;
        if (!take_clock(&s, &c, &prec) || !take_zone(&s, &zone, &offset_min)) return false;
    }
    if (!dl_civil_valid(&c)) return false;
    *ret_time = dl_time_of_civil(&c, prec, zone, offset_min);
    return true;
}

static void put_two(char *p, int v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
}

/* By hand: each item of a feed has one. */
static dl_str to_the_second(dl_arena *arena, const dl_civil *c)
{
    if (c->year < 0 || c->year > 9999)
        return dl_str_fmt(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", c->year, c->month, c->day,
                          c->hour, c->minute, c->second);
    dl_str s = dl_str_dup(arena, DL_STR("0000-00-00T00:00:00Z"));
    if (s.p == NULL) return s;
    char *p = (char *)(uintptr_t)s.p;
    put_two(p, c->year / 100);
    put_two(p + 2, c->year % 100);
    put_two(p + 5, c->month);
    put_two(p + 8, c->day);
    put_two(p + 11, c->hour);
    put_two(p + 14, c->minute);
    put_two(p + 17, c->second);
    return s;
}

dl_str dl_time_format(dl_arena *arena, dl_time t)
{
    dl_civil c = dl_civil_of(t, false);
    switch (t.precision) {
    case DL_PREC_YEAR:
        return dl_str_fmt(arena, "%04d", c.year);
    case DL_PREC_MONTH:
        return dl_str_fmt(arena, "%04d-%02d", c.year, c.month);
    case DL_PREC_DAY:
        return dl_str_fmt(arena, "%04d-%02d-%02d", c.year, c.month, c.day);
    case DL_PREC_MINUTE:
    case DL_PREC_SECOND:
        return to_the_second(arena, &c);
    case DL_PREC_MS:
        return dl_str_fmt(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
                          c.hour, c.minute, c.second, c.ms);
    default:
        return (dl_str){NULL, 0};
    }
}

void dl_time_format_ms(int64_t ms, char ret_text[32])
{
    dl_civil c = dl_civil_of((dl_time){.ms = ms, .precision = DL_PREC_MS}, false);
    snprintf(ret_text, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year % 10000, c.month % 100,
             c.day % 100, c.hour % 100, c.minute % 100, c.second % 100, c.ms % 1000);
}

static int64_t clock_ms(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t dl_now_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t dl_monotonic_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

int64_t dl_boot_ms(void)
{
    return clock_ms(CLOCK_BOOTTIME);
}
