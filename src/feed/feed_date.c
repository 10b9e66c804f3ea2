#include "feed/feed_date.h"

#include "feed/months.h"

enum { MAX_TOKENS = 16, DATE_MAX = 100 /* bytes: longer ones are prose */ };

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

/* "GMT-05:00" is one word. */
static bool is_zone_minus(dl_str s, size_t start, size_t at)
{
    dl_str word = dl_str_sub(s, start, at);
    return s.p[at] == '-' && (dl_str_ieq_c(word, "gmt") || dl_str_ieq_c(word, "utc"));
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
        while (i < s.n && (is_word_byte((unsigned char)s.p[i]) || is_zone_minus(s, start, i)))
            i++;
        k.t[k.n++] = dl_str_sub(s, start, i);
    }
    return k;
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
    bool month_after_day = false;
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
        } else if (c.month == 0 || !month_after_day) {
            /* "mar, 12 gen": what stands before the day may be its weekday, not its month. */
            int month = dl_month_named(t);
            if (month > 0) {
                c.month = month;
                month_after_day = day > 0;
            }
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

/* What follows a date: "T9:15-05:00", " 9:15 pm EST", "". */
static void clock_tail(dl_str s, dl_civil *c, enum dl_precision *prec, enum dl_zone *zone,
                       int *offset)
{
    size_t end = 0;
    s = dl_str_trim(s);
    if (s.n > 0 && (s.p[0] == 'T' || s.p[0] == ',')) s = dl_str_trim(dl_str_sub(s, 1, s.n));
    while (end < s.n &&
           (dl_is_digit((unsigned char)s.p[end]) || s.p[end] == ':' || s.p[end] == '.'))
        end++;
    if (!clock_of(dl_str_sub(s, 0, end), c, prec)) return;
    *zone = DL_ZONE_ASSUMED;
    s = dl_str_trim(dl_str_sub(s, end, s.n));
    if (dl_str_istarts(s, "am") || dl_str_istarts(s, "pm")) {
        c->hour = c->hour % 12 + (dl_str_istarts(s, "pm") ? 12 : 0);
        s = dl_str_trim(dl_str_sub(s, 2, s.n));
    }
    if (offset_of(s, offset)) *zone = DL_ZONE_KNOWN;
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
    if (len[0] != 4 && c.month > 12 && c.day <= 12) {
        int day = c.month;
        c.month = c.day;
        c.day = day;
    }
    enum dl_precision prec = DL_PREC_DAY;
    enum dl_zone zone = DL_ZONE_NONE;
    int offset = 0;
    clock_tail(dl_str_sub(s, at, s.n), &c, &prec, &zone, &offset);
    if (!dl_civil_valid(&c)) return false;
    *ret = dl_time_of_civil(&c, prec, zone, offset);
    return true;
}

/* "Fri, 2006/09/15 08:19:53 EDT": what stands behind the weekday. */
static dl_str without_weekday(dl_str s)
{
    size_t at = 0;
    while (at < s.n && !dl_is_digit((unsigned char)s.p[at]))
        at++;
    return dl_str_sub(s, at, s.n);
}

/* Marks of East Asian dates, and what they are in digits. */
struct east {
    bool am, pm, korean;
};

static const struct mark {
    const char *text, *as;
    struct east says;
} marks[] = {
    {"\ub144", "-", {.korean = true}},
    {"\uc6d4", "-", {.korean = true}},
    {"\uc77c", " ", {.korean = true}},
    {"\u5e74", "-", {0}},
    {"\u6708", "-", {0}},
    {"\u65e5", " ", {0}},
    {"\uc624\uc804", "", {true, 0, true}},
    {"\uc624\ud6c4", "", {0, true, true}},
    {"\u4e0a\u5348", "", {.am = true}},
    {"\u4e0b\u5348", "", {.pm = true}},
    {"\u5348\u524d", "", {.am = true}},
    {"\u5348\u5f8c", "", {.pm = true}},
};

static const struct mark *mark_at(dl_str s)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dl_str_starts(s, marks[i].text)) return &marks[i];
    return NULL;
}

/* The end of the name that begins at `at`. */
static size_t word_end(dl_str s, size_t at)
{
    while (at < s.n && (dl_is_alpha((unsigned char)s.p[at]) || (unsigned char)s.p[at] >= 0x80) &&
           mark_at(dl_str_sub(s, at, s.n)) == NULL)
        at++;
    return at;
}

/* East Asian marks and months between dashes ("2004-julius-13") in digits. */
static dl_str in_digits(dl_str s, char out[DATE_MAX + 4], struct east *ret_east)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n && n < DATE_MAX;) {
        const struct mark *m = mark_at(dl_str_sub(s, at, s.n));
        size_t end = m == NULL ? word_end(s, at) : at;
        bool dashed = end > at && at > 0 && s.p[at - 1] == '-' && end < s.n && s.p[end] == '-';
        int month = dashed ? dl_month_named(dl_str_sub(s, at, end)) : 0;
        if (m != NULL) {
            ret_east->am |= m->says.am;
            ret_east->pm |= m->says.pm;
            ret_east->korean |= m->says.korean;
            memcpy(out + n, m->as, strlen(m->as));
            n += strlen(m->as);
            at += strlen(m->text);
            while (m->as[0] == '-' && at < s.n && s.p[at] == ' ')
                at++;
        } else if (month > 0) {
            out[n++] = (char)('0' + month / 10);
            out[n++] = (char)('0' + month % 10);
            at = end;
        } else {
            out[n++] = s.p[at++];
        }
    }
    return dl_str_trim((dl_str){out, n});
}

static void apply(const struct east *e, dl_time *t)
{
    enum { HOUR_MS = 3600000, KOREA_MIN = 540 };
    int64_t hour = t->ms / HOUR_MS % 24;
    if (t->precision < DL_PREC_MINUTE) return;
    if (e->pm && hour < 12) t->ms += 12 * (int64_t)HOUR_MS;
    if (e->am && hour == 12) t->ms -= 12 * (int64_t)HOUR_MS;
    /* Korean is written in one zone. */
    if (!e->korean || t->zone != DL_ZONE_ASSUMED) return;
    t->ms -= KOREA_MIN * (int64_t)60000;
    t->offset_min = KOREA_MIN;
}

/* A name of three letters in a row of them. */
static int name_at(dl_str s, size_t at, const char *names)
{
    for (int i = 0; names[3 * i] != '\0'; i++)
        if (memcmp(s.p + at, names + 3 * i, 3) == 0) return i + 1;
    return 0;
}

static bool two_digits(dl_str s, size_t at, int *ret)
{
    if (!dl_is_digit((unsigned char)s.p[at]) || !dl_is_digit((unsigned char)s.p[at + 1]))
        return false;
    *ret = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return true;
}

/* "Thu, 01 Jan 2004 19:48:21 +0200", "… GMT": nearly all of what RSS has; as words_date reads it.
 */
static bool usual_date(dl_str s, dl_time *ret)
{
    enum { ZONE = 26 };
    dl_civil c = {0};
    int century = 0, hours = 0, minutes = 0;
    bool is_gmt = s.n == ZONE + 3 && memcmp(s.p + ZONE, "GMT", 3) == 0;
    bool has_sign = s.n == ZONE + 5 && (s.p[ZONE] == '+' || s.p[ZONE] == '-');
    if ((!is_gmt && !has_sign) || memcmp(s.p + 3, ", ", 2) != 0 || s.p[7] != ' ' ||
        s.p[11] != ' ' || s.p[16] != ' ' || s.p[19] != ':' || s.p[22] != ':' || s.p[25] != ' ')
        return false;
    c.month = name_at(s, 8, "JanFebMarAprMayJunJulAugSepOctNovDec");
    if (c.month == 0 || name_at(s, 0, "MonTueWedThuFriSatSun") == 0 || !two_digits(s, 5, &c.day) ||
        !two_digits(s, 12, &century) || !two_digits(s, 14, &c.year) ||
        !two_digits(s, 17, &c.hour) || !two_digits(s, 20, &c.minute) ||
        !two_digits(s, 23, &c.second) || c.hour > 23)
        return false;
    if (has_sign && (!two_digits(s, ZONE + 1, &hours) || !two_digits(s, ZONE + 3, &minutes) ||
                     hours > 14 || minutes > 59))
        return false;
    c.year += century * 100;
    if (!dl_civil_valid(&c)) return false;
    int offset = (s.p[ZONE] == '-' ? -1 : 1) * (hours * 60 + minutes);
    *ret = dl_time_of_civil(&c, DL_PREC_SECOND, DL_ZONE_KNOWN, offset);
    return true;
}

static bool any_date(dl_str s, dl_time *ret_time)
{
    return usual_date(s, ret_time) || dl_time_parse(s, ret_time) || compact_date(s, ret_time) ||
           separated_date(s, ret_time) || separated_date(without_weekday(s), ret_time) ||
           words_date(s, ret_time);
}

bool dl_feed_date(dl_str s, dl_time *ret_time)
{
    s = dl_str_trim(s);
    if (s.n == 0 || s.n > DATE_MAX) return false;
    bool ascii = true;
    for (size_t i = 0; i < s.n && ascii; i++)
        ascii = (unsigned char)s.p[i] < 0x80;
    if (ascii) return any_date(s, ret_time);
    char digits_only[DATE_MAX + 4];
    struct east east = {0};
    dl_time t;
    if (!any_date(in_digits(s, digits_only, &east), &t)) return false;
    apply(&east, &t);
    *ret_time = t;
    return true;
}
