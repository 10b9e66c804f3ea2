#include "base/utf8.h"
#include "feed/feed_date.h"
#include "page/datetext.h"

enum {
    GAP = 12,   /* bytes between day and clock: " um ", ", at ", " – " */
    CLOCK = 24, /* bytes of a clock with its zone */
};

struct clock {
    int hour, minute, second;
    bool has_second;
    dl_str zone; /* "PDT", "+0200"; empty: none */
};

static bool two_digits(dl_str s, size_t at, int *ret_value)
{
    if (at + 2 > s.n || !dl_is_digit((unsigned char)s.p[at]) ||
        !dl_is_digit((unsigned char)s.p[at + 1]))
        return false;
    if (at + 2 < s.n && dl_is_digit((unsigned char)s.p[at + 2])) return false;
    *ret_value = (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
    return true;
}

static size_t skip_blanks(dl_str s, size_t at)
{
    while (at < s.n && s.p[at] == ' ')
        at++;
    return at;
}

/* "am", "p.m."; moves *at behind it. */
static bool half_of_day(dl_str s, size_t *at, struct clock *c)
{
    static const char *const halves[] = {"a.m.", "p.m.", "am", "pm"};
    for (int i = 0; i < 4; i++) {
        size_t n = strlen(halves[i]);
        if (!dl_str_istarts(dl_str_sub(s, *at, s.n), halves[i])) continue;
        if (*at + n < s.n && dl_is_alpha((unsigned char)s.p[*at + n])) continue;
        if (c->hour < 1 || c->hour > 12) return false;
        c->hour = c->hour % 12 + (i % 2 == 1 ? 12 : 0);
        *at += n;
        return true;
    }
    return true;
}

/* Three or four capitals, or an offset. */
static dl_str zone_at(dl_str s, size_t at)
{
    size_t end = at;
    bool offset = at < s.n && (s.p[at] == '+' || s.p[at] == '-');
    if (offset) end++;
    while (end < s.n && (offset ? dl_is_digit((unsigned char)s.p[end]) || s.p[end] == ':'
                                : s.p[end] >= 'A' && s.p[end] <= 'Z'))
        end++;
    size_t n = end - at;
    bool ends = end == s.n || !dl_is_alnum((unsigned char)s.p[end]);
    bool fits = offset ? n >= 5 && n <= 6 : n >= 3 && n <= 4;
    return ends && fits ? dl_str_sub(s, at, end) : (dl_str){NULL, 0};
}

/* 9:05 · 09:05:10 · 14h30, with what stands behind it. */
static bool clock_at(dl_str s, struct clock *c)
{
    size_t at = 0;
    *c = (struct clock){0};
    while (at < s.n && at < 2 && dl_is_digit((unsigned char)s.p[at]))
        c->hour = c->hour * 10 + s.p[at++] - '0';
    bool mark = at > 0 && at < s.n && (s.p[at] == ':' || s.p[at] == 'h');
    if (!mark || !two_digits(s, at + 1, &c->minute)) return false;
    at += 3;
    c->has_second = at < s.n && s.p[at] == ':' && two_digits(s, at + 1, &c->second);
    if (c->has_second) at += 3;
    at = skip_blanks(s, at);
    if (!half_of_day(s, &at, c)) return false;
    c->zone = zone_at(s, skip_blanks(s, at));
    return c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

static bool clock_behind(dl_str text, size_t at, struct clock *c)
{
    size_t end = at + GAP < text.n ? at + GAP : text.n;
    while (at < end && !dl_is_digit((unsigned char)text.p[at]))
        at++;
    return at < end && clock_at(dl_utf8_prefix(dl_str_sub(text, at, text.n), CLOCK), c);
}

/* "08:22, 24.11.2020" */
static bool clock_before(dl_str text, size_t at, struct clock *c)
{
    size_t end = at;
    while (end > 0 && at - end < 4 && strchr(" ,|", text.p[end - 1]) != NULL)
        end--;
    size_t start = end;
    while (start > 0 && end - start < 8 &&
           (dl_is_digit((unsigned char)text.p[start - 1]) || text.p[start - 1] == ':'))
        start--;
    return clock_at(dl_str_sub(text, start, end), c);
}

dl_time dl_date_clock(dl_str text, const struct dl_date_found *date)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct clock c;
    char line[64];
    dl_time t, day = dl_date_time(date);
    if (!clock_behind(text, date->end, &c) && !clock_before(text, date->start, &c)) return day;
    int n =
        snprintf(line, sizeof line, "%d %s %d %02d:%02d:%02d %.*s", date->day,
                 months[date->month - 1], date->year, c.hour, c.minute, c.second, DL_FMT(c.zone));
    bool known =
        c.zone.n > 0 && dl_feed_date((dl_str){line, (size_t)n}, &t) && t.zone == DL_ZONE_KNOWN;
    if (!known) {
        dl_civil civil = {date->year, date->month, date->day, c.hour, c.minute, c.second, 0};
        t = dl_time_of_civil(&civil, DL_PREC_MINUTE, DL_ZONE_ASSUMED, 0);
    }
    t.precision = c.has_second ? DL_PREC_SECOND : DL_PREC_MINUTE;
    return t;
}
