#include "feed/feed_date.h"

#include "base/utf8.h"

enum { MAX_TOKENS = 16 };

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};

struct zone {
    const char *name;
    int offset_min;
};

/* RFC 822 section 5, and those met most besides it. */
static const struct zone zones[] = {
    {"ut", 0},     {"utc", 0},     {"gmt", 0},    {"z", 0},      {"est", -300}, {"edt", -240},
    {"cst", -360}, {"cdt", -300},  {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420},
    {"bst", 60},   {"cet", 60},    {"cest", 120}, {"met", 60},   {"mest", 120}, {"eet", 120},
    {"eest", 180}, {"wet", 0},     {"west", 60},  {"msk", 180},  {"jst", 540},  {"kst", 540},
    {"ist", 330},  {"sgt", 480},   {"hkt", 480},  {"aest", 600}, {"aedt", 660}, {"nzst", 720},
    {"nzdt", 780}, {"akst", -540}, {"hst", -600}, {"ast", -240}, {"a", -60},    {"m", -720},
    {"n", 60},     {"y", 720},
};

struct tokens {
    dl_str t[MAX_TOKENS];
    size_t n;
};

static bool is_word_byte(unsigned char c)
{
    return dl_is_alnum(c) || c >= 0x80 || c == ':' || c == '+' || c == '.';
}

static struct tokens split(dl_str s)
{
    struct tokens k = {.n = 0};
    for (size_t i = 0; i < s.n && k.n < MAX_TOKENS;) {
        /* A minus before digits may be a zone: "-0500" after a clock. */
        size_t start = i;
        bool minus = s.p[i] == '-' && i > 0 && s.p[i - 1] == ' ';
        if (minus) i++;
        if (i >= s.n || !is_word_byte((unsigned char)s.p[i])) {
            i++;
            continue;
        }
        while (i < s.n && is_word_byte((unsigned char)s.p[i]))
            i++;
        k.t[k.n++] = dl_str_sub(s, start, i);
    }
    return k;
}

static int month_of(dl_str t)
{
    char lower[4] = {0};
    if (t.n < 3) return 0;
    for (size_t i = 0; i < 3; i++)
        lower[i] = (char)dl_to_lower((unsigned char)t.p[i]);
    for (int i = 0; i < 12; i++)
        if (strcmp(lower, months[i]) == 0) return i + 1;
    return 0;
}

static bool number(dl_str t, int *ret)
{
    uint64_t v;
    if (t.n == 0 || t.n > 4 || !dl_str_u64(t, &v)) return false;
    *ret = (int)v;
    return true;
}

static bool clock_of(dl_str t, dl_civil *c, enum dl_precision *prec)
{
    dl_str part, rest = t;
    int v[3] = {0, 0, 0};
    size_t n = 0;
    while (n < 3 && dl_str_split(&rest, ':', &part)) {
        size_t dot = dl_str_chr(part, '.', 0);
        if (!number(dl_str_sub(part, 0, dot), &v[n++])) return false;
    }
    if (n < 2 || rest.p != NULL || v[0] > 24 || v[1] > 59 || v[2] > 60) return false;
    c->hour = v[0] == 24 ? 0 : v[0];
    c->minute = v[1];
    c->second = v[2];
    *prec = n == 3 ? DL_PREC_SECOND : DL_PREC_MINUTE;
    return true;
}

static bool offset_of(dl_str t, int *ret)
{
    if (t.n >= 3 && (t.p[0] == '+' || t.p[0] == '-')) {
        int h, m = 0;
        dl_str digits = dl_str_sub(t, 1, t.n);
        if (!number(dl_str_sub(digits, 0, 2), &h)) return false;
        dl_str rest = dl_str_sub(digits, 2, digits.n);
        if (rest.n > 0 && rest.p[0] == ':') rest = dl_str_sub(rest, 1, rest.n);
        if (rest.n > 0 && !number(rest, &m)) return false;
        if (h > 14 || m > 59) return false;
        *ret = (t.p[0] == '-' ? -1 : 1) * (h * 60 + m);
        return true;
    }
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (dl_str_ieq_c(t, zones[i].name)) return *ret = zones[i].offset_min, true;
    /* "GMT+2" */
    if (t.n > 3 && (dl_str_istarts(t, "gmt") || dl_str_istarts(t, "utc")))
        return offset_of(dl_str_sub(t, 3, t.n), ret);
    return false;
}

static int full_year(int y, size_t digits)
{
    if (digits > 2) return y;
    return y < 70 ? 2000 + y : 1900 + y;
}

/* "Thu, 01 Jan 2004 19:48:21 GMT", "Jan 1, 2004", "Thu Jan  1 19:48:21 2004". */
static bool words_date(dl_str s, dl_time *ret)
{
    struct tokens k = split(s);
    dl_civil c = {0};
    enum dl_precision prec = DL_PREC_DAY;
    enum dl_zone zone = DL_ZONE_NONE;
    int offset = 0, day = 0, year = 0;
    for (size_t i = 0; i < k.n; i++) {
        dl_str t = k.t[i];
        int v;
        while (t.n > 0 && t.p[t.n - 1] == '.')
            t.n--;
        bool has_clock = prec != DL_PREC_DAY;
        if (!has_clock && dl_str_chr(t, ':', 0) != DL_NO_POS && clock_of(t, &c, &prec)) {
            zone = DL_ZONE_ASSUMED;
        } else if (has_clock && zone != DL_ZONE_KNOWN && offset_of(t, &offset)) {
            zone = DL_ZONE_KNOWN;
        } else if (has_clock && (dl_str_ieq_c(t, "am") || dl_str_ieq_c(t, "pm"))) {
            c.hour = c.hour % 12 + (dl_str_ieq_c(t, "pm") ? 12 : 0);
        } else if (number(t, &v)) {
            if (day == 0 && t.n <= 2 && v >= 1 && v <= 31)
                day = v;
            else if (year == 0)
                year = full_year(v, t.n);
        } else if (c.month == 0) {
            c.month = month_of(t);
        }
    }
    c.day = day;
    c.year = year;
    if (!dl_civil_valid(&c)) return false;
    *ret = dl_time_of_civil(&c, prec, zone, offset);
    return true;
}

static bool digits(dl_str s, size_t from, size_t n, int *ret)
{
    return from + n <= s.n && number(dl_str_sub(s, from, from + n), ret);
}

/* ISO 8601 without separators, ordinal days, weeks; and "2003-12-31T24:00:00". */
static bool compact_date(dl_str s, dl_time *ret)
{
    dl_civil c = {.month = 1, .day = 1};
    size_t at = 4;
    enum dl_precision prec = DL_PREC_YEAR;
    if (!digits(s, 0, 4, &c.year)) return false;
    bool dash = at < s.n && s.p[at] == '-';
    if (dash) at++;
    size_t end = at;
    while (end < s.n && dl_is_digit((unsigned char)s.p[end]))
        end++;
    size_t n = end - at;
    if (n == 3) {
        int ordinal = 0;
        digits(s, at, 3, &ordinal);
        if (ordinal < 1 || ordinal > 366) return false;
        int year = c.year;
        dl_civil_from_days(dl_days_from_civil(year, 1, 1) + ordinal - 1, &c);
        prec = DL_PREC_DAY;
    } else if (n == 4 && !dash) {
        if (!digits(s, at, 2, &c.month) || !digits(s, at + 2, 2, &c.day)) return false;
        prec = DL_PREC_DAY;
    } else if (n == 2) {
        if (!digits(s, at, 2, &c.month)) return false;
        prec = DL_PREC_MONTH;
        if (end < s.n && s.p[end] == '-' && digits(s, end + 1, 2, &c.day)) {
            prec = DL_PREC_DAY;
            end += 3;
        }
    } else {
        return false;
    }
    enum dl_zone zone = DL_ZONE_NONE;
    int offset = 0;
    bool midnight = false;
    if (end < s.n && (s.p[end] == 'T' || s.p[end] == 't' || s.p[end] == ' ')) {
        dl_str rest = dl_str_sub(s, end + 1, s.n);
        size_t stop = 0;
        while (stop < rest.n && (dl_is_digit((unsigned char)rest.p[stop]) || rest.p[stop] == ':' ||
                                 rest.p[stop] == '.' || rest.p[stop] == ','))
            stop++;
        dl_str clock = dl_str_sub(rest, 0, stop);
        midnight = dl_str_starts(clock, "24");
        if (dl_str_chr(clock, ':', 0) == DL_NO_POS) {
            if (clock.n >= 4 && !(digits(clock, 0, 2, &c.hour) && digits(clock, 2, 2, &c.minute)))
                return false;
            if (clock.n >= 6) digits(clock, 4, 2, &c.second);
            if (clock.n == 2 && !digits(clock, 0, 2, &c.hour)) return false;
            prec = clock.n >= 6 ? DL_PREC_SECOND : DL_PREC_MINUTE;
        } else if (!clock_of(clock, &c, &prec)) {
            return false;
        }
        zone = DL_ZONE_ASSUMED;
        dl_str z = dl_str_trim(dl_str_sub(rest, stop, rest.n));
        if (z.n > 0) {
            if (!offset_of(z, &offset)) return false;
            zone = DL_ZONE_KNOWN;
        }
        if (midnight) c.hour = 0;
    } else if (end != s.n) {
        return false;
    }
    if (!dl_civil_valid(&c)) return false;
    *ret = dl_time_of_civil(&c, prec, zone, offset);
    if (midnight) ret->ms += 86400000;
    return true;
}

/* D.M.Y, D/M/Y and Y/M/D with an optional clock; the order by what can be a day. */
static bool separated_date(dl_str s, dl_time *ret)
{
    int v[3];
    size_t at = 0, len[3];
    for (size_t i = 0; i < 3; i++) {
        size_t start = at;
        while (at < s.n && dl_is_digit((unsigned char)s.p[at]))
            at++;
        len[i] = at - start;
        if (!number(dl_str_sub(s, start, at), &v[i])) return false;
        if (i < 2 && (at >= s.n || strchr("./-", s.p[at]) == NULL)) return false;
        if (i < 2) at++;
    }
    dl_civil c = {.year = full_year(v[2], len[2]), .month = v[1], .day = v[0]};
    if (len[0] == 4) c = (dl_civil){.year = v[0], .month = v[1], .day = v[2]};
    if (c.month > 12 && c.day <= 12) {
        int day = c.month;
        c.month = c.day;
        c.day = day;
    }
    enum dl_precision prec = DL_PREC_DAY;
    enum dl_zone zone = DL_ZONE_NONE;
    int offset = 0;
    struct tokens k = split(dl_str_trim(dl_str_sub(s, at, s.n)));
    for (size_t i = 0; i < k.n; i++) {
        if (prec == DL_PREC_DAY && clock_of(k.t[i], &c, &prec))
            zone = DL_ZONE_ASSUMED;
        else if (offset_of(k.t[i], &offset))
            zone = DL_ZONE_KNOWN;
    }
    if (!dl_civil_valid(&c)) return false;
    *ret = dl_time_of_civil(&c, prec, zone, offset);
    return true;
}

bool dl_feed_date(dl_str s, dl_time *ret_time)
{
    s = dl_str_trim(s);
    if (s.n == 0 || s.n > 100) return false;
    return dl_time_parse(s, ret_time) || compact_date(s, ret_time) || separated_date(s, ret_time) ||
           words_date(s, ret_time);
}
