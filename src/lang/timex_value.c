/* TIMEX3 values. */
#include "lang/timex.h"

dl_str timex_day_value(const struct timex_scan *s, int64_t days)
{
    dl_civil c;
    dl_civil_from_days(days, &c);
    return dl_str_fmt(s->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

dl_str timex_month_value(const struct timex_scan *s, int year, int month)
{
    while (month < 1) {
        month += 12;
        year--;
    }
    while (month > 12) {
        month -= 12;
        year++;
    }
    return dl_str_fmt(s->arena, "%04d-%02d", year, month);
}

/* Monday of ISO week: value YYYY-Www. */
static dl_str week_value(const struct timex_scan *s, int64_t days)
{
    int64_t thursday = days - dl_weekday(days) + 3;
    dl_civil c;
    dl_civil_from_days(thursday, &c);
    int64_t week = (thursday - dl_days_from_civil(c.year, 1, 1)) / 7 + 1;
    return dl_str_fmt(s->arena, "%04d-W%02d", c.year, (int)week);
}

static dl_str none(void)
{
    return (dl_str){NULL, 0};
}

/* The value of the unit that lies `steps` units from the reference. */
dl_str timex_shifted(const struct timex_scan *s, int unit, int steps)
{
    if (!s->dated) return none();
    int quarter = (s->now.month - 1) / 3 + steps, year = s->now.year;
    switch (unit) {
    case 'D':
        return timex_day_value(s, s->today + steps);
    case 'W':
        return week_value(s, s->today + 7 * (int64_t)steps);
    case 'K':
        return dl_str_fmt(s->arena, "%.*s-WE",
                          DL_FMT(week_value(s, s->today + 7 * (int64_t)steps)));
    case 'M':
        return timex_month_value(s, year, s->now.month + steps);
    case 'Y':
        return dl_str_fmt(s->arena, "%04d", year + steps);
    case 'E':
        return dl_str_fmt(s->arena, "%03d", year / 10 + steps);
    case 'C':
        return dl_str_fmt(s->arena, "%02d", year / 100 + steps);
    case 'Q':
        year += quarter >= 0 ? quarter / 4 : -((3 - quarter) / 4);
        quarter = ((quarter % 4) + 4) % 4;
        return dl_str_fmt(s->arena, "%04d-Q%d", year, quarter + 1);
    default:
        return none();
    }
}

dl_str timex_duration_value(const struct timex_scan *s, int unit, int count, bool vague)
{
    const char *time = unit == 'H' || unit == 'N' || unit == 'S' ? "T" : "";
    const char *code = unit == 'N'   ? "M"
                       : unit == 'E' ? "E"
                       : unit == 'C' ? "C"
                       : unit == 'K' ? "WE"
                                     : (const char[]){(char)unit, '\0'};
    if (vague) return dl_str_fmt(s->arena, "P%sX%s", time, code);
    return dl_str_fmt(s->arena, "P%s%d%s", time, count, code);
}

/* The year a date without one belongs to: the nearest, in the past unless "will" came before. */
int timex_year_for(const struct timex_scan *s, int month, int day)
{
    if (!s->dated) return 0;
    int64_t this_year = dl_days_from_civil(s->now.year, month, day > 0 ? day : 1);
    if (this_year > s->today + 180) return s->now.year - 1;
    if (s->future && this_year < s->today - 180) return s->now.year + 1;
    return s->now.year;
}

dl_str timex_date_value(const struct timex_scan *s, int year, int month, int day)
{
    if (year == 0) year = timex_year_for(s, month, day);
    if (day > dl_days_in_month(year > 0 ? year : 2000, month)) return none();
    if (year == 0 && day > 0) return dl_str_fmt(s->arena, "XXXX-%02d-%02d", month, day);
    if (year == 0) return dl_str_fmt(s->arena, "XXXX-%02d", month);
    return day > 0 ? dl_str_fmt(s->arena, "%04d-%02d-%02d", year, month, day)
                   : timex_month_value(s, year, month);
}

int64_t timex_weekday_near(const struct timex_scan *s, int weekday, int direction)
{
    int64_t back = (dl_weekday(s->today) - weekday + 7) % 7;
    if (direction > 0) return s->today + (back == 0 ? 7 : 7 - back);
    if (direction < 0 && back == 0) back = 7;
    return s->today - back;
}

dl_str timex_with_part(const struct timex_scan *s, dl_str date, int part)
{
    static const char *const codes[] = {"TMO", "TAF", "TEV", "TNI", "T12:00"};
    return part < 0 || part > 4 || date.n == 0
               ? date
               : dl_str_fmt(s->arena, "%.*s%s", DL_FMT(date), codes[part]);
}
