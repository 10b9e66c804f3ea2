/* Words of time, numbers, and the TIMEX3 values they make. */
#include "base/utf8.h"
#include "lang/timex.h"

size_t timex_phrase_at(const struct timex_scan *s, uint32_t i, uint32_t *ret_link)
{
    struct timex_heard *h = &s->heard[i & (TIMEX_HEARD - 1)];
    if (h->at != i + 1) {
        uint32_t link = 0;
        size_t n = dl_phrases_match(&s->t->words, s->w, i, s->last, &link);
        *h = (struct timex_heard){i + 1, (uint32_t)n, link};
    }
    *ret_link = h->link;
    return h->tokens;
}

struct timex_word timex_word_at(const struct timex_scan *s, uint32_t i, enum time_kind kind)
{
    struct timex_word none = {0};
    uint32_t link, value;
    if (i >= s->last) return none;
    size_t n = timex_phrase_at(s, i, &link);
    while (n > 0 && dl_phrases_value(&s->t->words, &link, &value))
        if (value >> 16 == (uint32_t)kind)
            return (struct timex_word){true, (uint32_t)n, (int)(value & 0xFFFF) - 1000};
    return none;
}

bool timex_text_is(const struct timex_scan *s, uint32_t i, const char *text)
{
    return i < s->last && dl_str_ieq_c(dl_token_text(s->w, i), text);
}

bool timex_plain_number(const struct timex_scan *s, uint32_t i, uint64_t *ret)
{
    if (i >= s->last || s->w->p[i].kind > DL_TOKEN_NUMBER) return false;
    dl_str text = dl_token_text(s->w, i);
    /* Arabic and Persian digits; ordinals such as 3rd and 1er. */
    uint64_t value = 0;
    size_t digits = 0, pos = 0;
    while (pos < text.n) {
        uint32_t c = dl_utf8_next(text, &pos);
        uint32_t d = c >= '0' && c <= '9'         ? c - '0'
                     : c >= 0x0660 && c <= 0x0669 ? c - 0x0660
                     : c >= 0x06F0 && c <= 0x06F9 ? c - 0x06F0
                                                  : 10;
        if (d == 10) {
            dl_str rest = dl_str_sub(text, pos - 1, text.n);
            if (digits > 0 &&
                (dl_str_ieq_c(rest, "st") || dl_str_ieq_c(rest, "nd") || dl_str_ieq_c(rest, "rd") ||
                 dl_str_ieq_c(rest, "th") || dl_str_ieq_c(rest, "er")))
                break;
            return false;
        }
        if (++digits > 4) return false;
        value = value * 10 + d;
    }
    *ret = value;
    return digits > 0;
}

bool timex_year_at(const struct timex_scan *s, uint32_t i, int *ret_year)
{
    uint64_t value;
    if (!timex_plain_number(s, i, &value) || value < 1000 || value > 2999) return false;
    *ret_year = (int)value;
    return true;
}

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

bool timex_put(dl_timex *out, uint32_t first, uint32_t last, enum dl_timex_type type, dl_str value)
{
    *out = (dl_timex){first, last, (uint8_t)type, value};
    return value.n > 0;
}

/* The year a date without one belongs to: the nearest, in the past unless "will" came before. */
static int year_for(const struct timex_scan *s, int month, int day)
{
    if (!s->dated) return 0;
    int64_t this_year = dl_days_from_civil(s->now.year, month, day > 0 ? day : 1);
    if (this_year > s->today + 180) return s->now.year - 1;
    if (s->future && this_year < s->today - 180) return s->now.year + 1;
    return s->now.year;
}

dl_str timex_date_value(const struct timex_scan *s, int year, int month, int day)
{
    if (year == 0) year = year_for(s, month, day);
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
    static const char *const codes[] = {"TMO", "TAF", "TEV", "TNI", "TMI"};
    return part < 0 || part > 4 || date.n == 0
               ? date
               : dl_str_fmt(s->arena, "%.*s%s", DL_FMT(date), codes[part]);
}
