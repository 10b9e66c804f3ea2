/* What the forms mean: values from what was read in their slots. */
#include "lang/timex.h"

const char *const timex_set_values[6] = {"P1D", "P1W", "P1M", "P1Y", "PT1H", "P1Q"};
const char *const timex_ref_values[3] = {"PRESENT_REF", "PAST_REF", "FUTURE_REF"};
static const char *const seasons[] = {"SP", "SU", "FA", "WI"};

enum { PART_NIGHT = 3, SEASON_MONTHS = 3 };

static const dl_str nothing = {NULL, 0};

/* Years from 1 to 9999 only: "2025 years ago" has no value. */
static bool in_range(dl_str value)
{
    size_t digits = 0;
    while (digits < value.n && dl_is_digit((unsigned char)value.p[digits]))
        digits++;
    return value.n > 0 && value.p[0] != '-' && digits <= 4 && !dl_str_starts(value, "0000");
}

static bool give(struct timex_result *r, enum dl_timex_type type, dl_str value)
{
    r->type = (uint8_t)type;
    r->value = value;
    return in_range(value);
}

/* --- points -------------------------------------------------------------------------------- */

/* The year of a season without one: the last that has begun. */
static int season_year(const struct timex_scan *s, int season)
{
    int starts = 3 + season * SEASON_MONTHS;
    return s->now.year - (s->now.month < starts);
}

static dl_str season_value(const struct timex_scan *s, int year, int season)
{
    return season < 0 || season > 3 ? nothing
                                    : dl_str_fmt(s->arena, "%04d-%s", year, seasons[season]);
}

static bool to_gregorian(struct timex_scan *s, enum dl_calendar calendar, int *year, int *month,
                         int *day)
{
    if (s->calendars == NULL && dl_calendars_new(s->arena, &s->calendars) != DL_OK) return false;
    return dl_calendar_convert(s->calendars, calendar, year, month, day);
}

/* Months of other calendars are numbered from 100 * calendar. */
static dl_str other_calendar(struct timex_scan *s, const struct timex_slots *f, int year, int month,
                             int day)
{
    enum dl_calendar calendar = (enum dl_calendar)(month / 100);
    int y = year, m = month % 100, d = day;
    if (y == 0 && s->dated && d > 0) { /* the last such day */
        for (int guess = s->now.year - (calendar == DL_CALENDAR_PERSIAN   ? 621
                                        : calendar == DL_CALENDAR_ISLAMIC ? 578
                                        : calendar == DL_CALENDAR_HEBREW  ? -3761
                                                                          : 7),
                 k = 0;
             k < 3; k++) {
            y = guess - k, m = month % 100, d = day;
            if (calendar == DL_CALENDAR_ISLAMIC) y = (s->now.year - 622) * 33 / 32 + 2 - k;
            if (to_gregorian(s, calendar, &y, &m, &d) &&
                dl_days_from_civil(y, m, d) <= s->today + 180)
                return dl_str_fmt(s->arena, "%04d-%02d-%02d", y, m, d);
        }
        return nothing;
    }
    (void)f;
    if (y == 0) return nothing;
    if (d == 0) d = 15; /* a month of another calendar lies in two: that of its middle */
    if (!to_gregorian(s, calendar, &y, &m, &d)) return nothing;
    return day > 0 ? dl_str_fmt(s->arena, "%04d-%02d-%02d", y, m, d)
                   : dl_str_fmt(s->arena, "%04d-%02d", y, m);
}

/* A day without month: in the month of publication, or that before when it is to come. */
static dl_str day_alone(const struct timex_scan *s, int day)
{
    if (!s->dated) return dl_str_fmt(s->arena, "XXXX-XX-%02d", day);
    int month = s->now.month - (day > s->now.day && !s->future), year = s->now.year;
    if (s->future && day < s->now.day) month++;
    if (month < 1) month = 12, year--;
    if (month > 12) month = 1, year++;
    return day > dl_days_in_month(year, month)
               ? nothing
               : dl_str_fmt(s->arena, "%04d-%02d-%02d", year, month, day);
}

static dl_str day_or_month(struct timex_scan *s, const struct timex_slots *f, int year, int month,
                           int day)
{
    if (f->era >= DL_CALENDARS && f->has_n) year = f->n + f->era; /* 令和6年 */
    if (month >= 100) return other_calendar(s, f, year, month, day);
    if (f->era > 0 && f->era < DL_CALENDARS &&
        year > 0) { /* a year of another calendar, or counted from elsewhere */
        int m = month > 0 ? month : 7, d = day > 0 ? day : 1;
        if (!to_gregorian(s, (enum dl_calendar)f->era, &year, &m, &d)) return nothing;
        if (month > 0) month = m, day = day > 0 ? d : 0;
    }
    if (month > 12) return nothing;
    if (month > 0) return timex_date_value(s, year, month, day);
    if (day > 0) return day_alone(s, day);
    return year > 0 ? dl_str_fmt(s->arena, "%04d", year) : nothing;
}

static dl_str point(struct timex_scan *s, const struct timex_slots *f)
{
    if (f->season >= 0)
        return f->year > 0 ? season_value(s, f->year, f->season)
               : s->dated  ? season_value(s, season_year(s, f->season), f->season)
                           : nothing;
    if (f->month > 0 || f->day > 0 || f->year > 0 || f->era >= DL_CALENDARS)
        return day_or_month(s, f, f->year, f->month, f->day);
    if (!s->dated) return nothing;
    if (f->has_rel) return timex_day_value(s, s->today + f->rel);
    if (f->has_weekday)
        return timex_day_value(s, timex_weekday_near(s, f->weekday, s->future ? 1 : 0));
    if (f->decade >= 0)
        return dl_str_fmt(s->arena, "%03d",
                          (f->decade < 30 ? 2000 + f->decade : 1900 + f->decade) / 10);
    return f->has_part || f->hour >= 0 ? timex_day_value(s, s->today) : nothing;
}

static dl_str clock_value(const struct timex_scan *s, dl_str day, int hour, int minute, int pm)
{
    if (pm == 1 && hour < 12) hour += 12;
    if (pm == 0 && hour == 12) hour = 0;
    if (day.n != 10 || hour > 24) return nothing;
    return minute < 0 ? dl_str_fmt(s->arena, "%.*sT%02d:00", DL_FMT(day), hour)
                      : dl_str_fmt(s->arena, "%.*sT%02d:%02d", DL_FMT(day), hour, minute);
}

/* A part of the day tells the half: "3 Uhr nachmittags", 下午3点. */
static int half_of(const struct timex_slots *f)
{
    if (f->pm >= 0 || !f->has_part) return f->pm;
    if (f->part == 0) return 0;
    return f->part == PART_NIGHT && f->hour < 6 ? 0 : f->part == 4 ? f->pm : 1;
}

static bool date_means(struct timex_scan *s, const struct timex_slots *f, struct timex_result *r)
{
    dl_str day = point(s, f);
    if (f->hour >= 0)
        return give(r, DL_TIMEX_TIME, clock_value(s, day, f->hour, f->minute, half_of(f)));
    if (f->has_part) return give(r, DL_TIMEX_TIME, timex_with_part(s, day, f->part));
    return give(r, DL_TIMEX_DATE, day);
}

/* 3/25/2024 */
static bool numeric_means(struct timex_scan *s, const struct timex_slots *f, struct timex_result *r)
{
    struct timex_slots g = *f;
    for (uint32_t i = f->first + 1; i < f->last; i++)
        if (s->p->w.p[i].flags & DL_WORD_SPACE) return false;
    if (g.month > 12 || (g.month2 > 0 && g.day == 0)) return false;
    return date_means(s, &g, r);
}

static bool moved(const struct timex_scan *s, int unit, int steps, struct timex_result *r)
{
    if (!s->dated) return false;
    if (unit != 'H' && unit != 'N' && unit != 'S')
        return give(r, DL_TIMEX_DATE, timex_shifted(s, unit, steps));
    if (steps == 0) return give(r, DL_TIMEX_DATE, dl_str_c(timex_ref_values[0]));
    if (!s->timed) return give(r, DL_TIMEX_DATE, dl_str_c(timex_ref_values[steps < 0 ? 1 : 2]));
    int64_t at = s->now_min + (unit == 'H' ? 60 * (int64_t)steps : unit == 'N' ? steps : 0);
    int64_t days = at >= 0 ? at / 1440 : -((1439 - at) / 1440);
    int minutes = (int)(at - days * 1440);
    return give(r, DL_TIMEX_TIME,
                dl_str_fmt(s->arena, "%.*sT%02d:%02d", DL_FMT(timex_day_value(s, days)),
                           minutes / 60, minutes % 60));
}

static int unit_of(const struct timex_slots *f)
{
    return f->unit != 0 ? f->unit : f->means->unit;
}

static int number_of(const struct timex_slots *f)
{
    return f->has_n ? f->n : f->means->n != 0 ? f->means->n : 1;
}

static bool ago_means(const struct timex_scan *s, const struct timex_slots *f, int sign,
                      struct timex_result *r)
{
    if (f->vague) return give(r, DL_TIMEX_DATE, dl_str_c(timex_ref_values[sign < 0 ? 1 : 2]));
    if (unit_of(f) == 0) return false;
    return moved(s, unit_of(f), sign * number_of(f), r);
}

/* "last week", "next May", "this Monday", "last night", "next summer" */
static bool near_means(struct timex_scan *s, const struct timex_slots *f, int step,
                       struct timex_result *r)
{
    if (!s->dated) return false;
    if (f->season >= 0)
        return give(r, DL_TIMEX_DATE, season_value(s, s->now.year + step, f->season));
    if (f->has_weekday) {
        int64_t day = step == 0 ? s->today - dl_weekday(s->today) + f->weekday
                                : timex_weekday_near(s, f->weekday, step);
        dl_str value = timex_day_value(s, day);
        if (f->hour >= 0)
            return give(r, DL_TIMEX_TIME, clock_value(s, value, f->hour, f->minute, half_of(f)));
        if (f->has_part) return give(r, DL_TIMEX_TIME, timex_with_part(s, value, f->part));
        return give(r, DL_TIMEX_DATE, value);
    }
    if (f->month > 0 && f->month <= 12) {
        int year = s->now.year;
        if (unit_of(f) == 'Y')
            year += step;
        else if (step < 0 && f->month >= s->now.month)
            year--;
        else if (step > 0 && f->month <= s->now.month)
            year++;
        return give(r, DL_TIMEX_DATE, timex_date_value(s, year, f->month, f->day));
    }
    if (f->ordinal > 0 && f->ordinal <= 4 && unit_of(f) == 'Y')
        return give(r, DL_TIMEX_DATE,
                    dl_str_fmt(s->arena, "%04d-Q%d", s->now.year + step, f->ordinal));
    if (f->has_part) {
        dl_str day = timex_day_value(s, s->today + step);
        return give(r, DL_TIMEX_TIME, timex_with_part(s, day, f->part));
    }
    int unit = unit_of(f);
    return unit != 0 && moved(s, unit, step, r);
}

/* --- quarters, decades, centuries ----------------------------------------------------------- */

static bool quarter_means(const struct timex_scan *s, const struct timex_slots *f,
                          struct timex_result *r)
{
    int q = f->ordinal > 0 ? f->ordinal : f->has_n ? f->n : f->means->n, year = f->year;
    if (q == 0 && year == 0 && s->dated) { /* "the quarter": the last that has ended */
        q = (s->now.month - 1) / SEASON_MONTHS;
        year = q == 0 ? s->now.year - 1 : s->now.year;
        if (q == 0) q = 4;
    }
    if (q < 1 || q > 4 || (year == 0 && !s->dated)) return false;
    if (year == 0) year = s->now.year - (q > (s->now.month - 1) / SEASON_MONTHS + 1);
    return give(r, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d-Q%d", year, q));
}

static bool half_means(const struct timex_scan *s, const struct timex_slots *f,
                       struct timex_result *r)
{
    int half = f->ordinal > 0 ? f->ordinal : f->has_n ? f->n : f->means->n, year = f->year;
    if (half < 1 || half > 2 || (year == 0 && !s->dated)) return false;
    if (year == 0) year = s->now.year;
    return give(r, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d-H%d", year, half));
}

static bool decade_means(const struct timex_scan *s, const struct timex_slots *f,
                         struct timex_result *r)
{
    int year = f->year;
    if (year == 0 && f->decade >= 0) year = (f->decade < 30 ? 2000 : 1900) + f->decade;
    if (year % 10 != 0 || year < 1000) return false;
    return give(r, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%03d", year / 10));
}

static bool century_means(const struct timex_scan *s, const struct timex_slots *f,
                          struct timex_result *r)
{
    int n = f->ordinal > 0 ? f->ordinal : f->has_n ? f->n : f->day;
    if (n < 1 || n > 30) return false;
    return give(r, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%02d", n - 1));
}

/* --- durations and sets --------------------------------------------------------------------- */

static dl_str with_fraction(const struct timex_scan *s, int n, int unit, int percent)
{
    static const struct {
        char unit;
        int parts;
        const char *small;
    } parts[] = {{'Y', 12, "M"}, {'D', 24, "T%dH"}, {'H', 60, "M"}, {'N', 60, "S"}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        if (parts[k].unit != unit) continue;
        int small = parts[k].parts * percent / 100;
        if (n == 0)
            return timex_duration_value(s,
                                        unit == 'Y'   ? 'M'
                                        : unit == 'D' ? 'H'
                                        : unit == 'H' ? 'N'
                                                      : 'S',
                                        small, false);
        if (unit == 'D') return dl_str_fmt(s->arena, "P%dDT%dH", n, small);
        return dl_str_fmt(s->arena, "%.*s%d%s", DL_FMT(timex_duration_value(s, unit, n, false)),
                          small, parts[k].small);
    }
    return dl_str_fmt(s->arena, "P%d.%d%c", n, percent % 10 == 0 ? percent / 10 : percent, unit);
}

static bool duration_means(const struct timex_scan *s, const struct timex_slots *f,
                           enum dl_timex_type type, struct timex_result *r)
{
    int unit = unit_of(f), n = number_of(f);
    if (unit == 0 || (f->has_n && n > 999)) return false;
    if (unit == 'Q' && (n == 1 || n == 3)) return false; /* more often a fraction */
    if (f->frac > 0) return give(r, type, with_fraction(s, f->has_n ? f->n : 0, unit, f->frac));
    if (f->vague) return give(r, type, timex_duration_value(s, unit, 0, true));
    if (n == 0) return false;
    return give(r, type, timex_duration_value(s, unit, n, false));
}

static dl_str every_value(const struct timex_scan *s, const struct timex_slots *f)
{
    if (f->has_weekday)
        return timex_with_part(s, dl_str_fmt(s->arena, "XXXX-WXX-%d", f->weekday + 1),
                               f->has_part ? f->part : -1);
    if (f->ordinal > 0 && unit_of(f) == 'Q') return dl_str_fmt(s->arena, "XXXX-Q%d", f->ordinal);
    if (f->month > 0 && f->month <= 12 && f->day > 0)
        return dl_str_fmt(s->arena, "XXXX-%02d-%02d", f->month, f->day);
    if (f->month > 0 && f->month <= 12) return dl_str_fmt(s->arena, "XXXX-%02d", f->month);
    if (f->season >= 0 && f->season <= 3)
        return dl_str_fmt(s->arena, "XXXX-%s", seasons[f->season]);
    if (f->has_part) return timex_with_part(s, DL_STR("XXXX-XX-XX"), f->part);
    return nothing;
}

/* --- ranges --------------------------------------------------------------------------------- */

static int or_other(int a, int b)
{
    return a > 0 ? a : b;
}

/* "from 3 to 5 May": two times, each with what it shares with the other. */
static bool range_means(struct timex_scan *s, const struct timex_slots *f, struct timex_result *r)
{
    struct timex_slots a = *f, b = *f;
    struct timex_result second = {0};
    if (f->split == 0) return false;
    b.day = f->day2;
    b.month = or_other(f->month2, f->month);
    b.year = or_other(f->year2, f->year);
    b.hour = f->hour2;
    b.minute = f->minute2;
    if (f->day > 0 && f->day2 > 0 && f->month2 == 0 && f->day2 < f->day) return false;
    if (f->hour >= 0 && f->hour2 >= 0 && f->pm == 1 && f->hour > f->hour2) a.pm = 0;
    if (!date_means(s, &a, r) || !date_means(s, &b, &second)) return false;
    r->second = second.value;
    return true;
}

bool timex_mean(struct timex_scan *s, const struct timex_slots *f, struct timex_result *ret_result)
{
    struct timex_result *r = ret_result;
    *r = (struct timex_result){0};
    if (f->weak && f->last - f->first == 1 && f->end == f->last && s->p->w.n > 0) return false;
    switch ((enum timex_op)f->means->op) {
    case TIMEX_OP_date:
        return date_means(s, f, r);
    case TIMEX_OP_numeric:
        return numeric_means(s, f, r);
    case TIMEX_OP_ago:
        return ago_means(s, f, -1, r);
    case TIMEX_OP_later:
        return ago_means(s, f, 1, r);
    case TIMEX_OP_last:
        return near_means(s, f, -1, r);
    case TIMEX_OP_this:
        return near_means(s, f, 0, r);
    case TIMEX_OP_next:
        return near_means(s, f, 1, r);
    case TIMEX_OP_shift:
        return moved(s, f->means->unit, f->means->n, r);
    case TIMEX_OP_weekday: {
        struct timex_slots g = *f;
        g.has_weekday = true;
        g.weekday = f->means->unit;
        return near_means(s, &g, f->means->n, r);
    }
    case TIMEX_OP_duration:
    case TIMEX_OP_span:
        return duration_means(s, f, DL_TIMEX_DURATION, r);
    case TIMEX_OP_every: {
        dl_str value = every_value(s, f);
        return value.n > 0 ? give(r, DL_TIMEX_SET, value) : duration_means(s, f, DL_TIMEX_SET, r);
    }
    case TIMEX_OP_quarter:
        return quarter_means(s, f, r);
    case TIMEX_OP_half:
        return half_means(s, f, r);
    case TIMEX_OP_decade:
        return decade_means(s, f, r);
    case TIMEX_OP_century:
        return century_means(s, f, r);
    case TIMEX_OP_ref:
        return give(r, DL_TIMEX_DATE,
                    f->means->text.n > 0        ? f->means->text
                    : f->ref >= 0 && f->ref < 3 ? dl_str_c(timex_ref_values[f->ref])
                                                : nothing);
    case TIMEX_OP_set:
        return f->set >= 0 && f->set < 6 &&
               give(r, DL_TIMEX_SET, dl_str_c(timex_set_values[f->set]));
    case TIMEX_OP_range:
        return range_means(s, f, r);
    case TIMEX_OP_none:
    case TIMEX_OP_bound:
    case TIMEX_OP_COUNT:
    default:
        return false;
    }
}
