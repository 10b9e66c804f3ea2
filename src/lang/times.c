#include "lang/times.h"

#include <unicode/udat.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "lang/words.h"

/* Kinds of words, column "kind" of times.tsv; the first three come from ICU. */
#define TIME_KINDS(X)                                                                              \
    X(month)                                                                                       \
    X(weekday)                                                                                     \
    X(day)                                                                                         \
    X(unit)                                                                                        \
    X(number)                                                                                      \
    X(vague) X(ordinal) X(last) X(this) X(next) X(past) X(future) X(ago) X(later) X(ref) X(set)    \
        X(part) X(season)
enum time_kind {
#define X(name) T_##name,
    TIME_KINDS(X)
#undef X
        T_COUNT
};
#define X(name) #name,
static const char *const kind_names[] = {TIME_KINDS(X)};
#undef X

static const char *const set_values[] = {"P1D", "P1W", "P1M", "P1Y", "PT1H", "P1Q"};
static const char *const part_values[] = {"MO", "AF", "EV", "NI", "MI", "SP", "SU", "FA", "WI"};
static const char *const ref_values[] = {"PRESENT_REF", "PAST_REF", "FUTURE_REF"};

/* --- loading ------------------------------------------------------------------------------ */

static uint32_t packed(enum time_kind kind, int value)
{
    return (uint32_t)kind << 16 | (uint32_t)(value + 1000);
}

static int index_of(const char *const *list, size_t n, dl_str s)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(s, list[i])) return (int)i;
    return -1;
}

static int value_of(enum time_kind kind, dl_str cell)
{
    uint64_t number;
    bool minus = cell.n > 0 && cell.p[0] == '-';
    if (dl_str_u64(minus ? dl_str_sub(cell, 1, cell.n) : cell, &number))
        return minus ? -(int)number : (int)number;
    if (kind == T_set) return index_of(set_values, 6, cell);
    if (kind == T_ref) return index_of(ref_values, 3, cell);
    if (kind == T_part || kind == T_season) return index_of(part_values, 9, cell);
    return cell.n > 0 ? cell.p[0] : 0;
}

static enum dl_err load_table(dl_times *t, dl_arena *arena, const dl_pack *pack,
                              struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, pack->code, "times.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t kind = dl_tsv_column(&tsv, "kind"), words = dl_tsv_column(&tsv, "words");
    size_t value = dl_tsv_column(&tsv, "value");
    if (kind == DL_NO_POS || words == DL_NO_POS || value == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/times.tsv: a column is missing",
                       pack->code);
    dl_str cells[DL_TSV_MAX_COLUMNS], form;
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        int k = index_of(kind_names, T_COUNT, cells[kind]);
        if (k < 0)
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line, "lexicon/%s/times.tsv:%zu: no kind %.*s",
                           pack->code, tsv.line, DL_FMT(cells[kind]));
        while (dl_str_split(&cells[words], '|', &form))
            DL_TRY(dl_phrases_add(
                &t->words, pack, form,
                packed((enum time_kind)k, value_of((enum time_kind)k, cells[value]))));
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err add_utf16(dl_times *t, dl_arena *arena, const dl_pack *pack, const UChar *text,
                             int32_t n, uint32_t value)
{
    char utf8[128];
    int32_t bytes = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strToUTF8(utf8, sizeof utf8, &bytes, text, n, &status);
    if (U_FAILURE(status) || bytes <= 2 || bytes >= (int32_t)sizeof utf8) return DL_OK;
    dl_str form = dl_str_dup(arena, (dl_str){utf8, (size_t)bytes});
    if (form.p == NULL) return dl_arena_failed(arena);
    enum dl_err err = dl_phrases_add(&t->words, pack, form, value);
    return err == DL_ERR_SYNTAX ? DL_OK : err; /* a name that is no words: left out */
}

static enum dl_err add_symbols(dl_times *t, dl_arena *arena, const dl_pack *pack,
                               UDateFormat *format, UDateFormatSymbolType type, enum time_kind kind)
{
    int32_t n = udat_countSymbols(format, type);
    for (int32_t i = 0; i < n; i++) {
        UChar text[64];
        UErrorCode status = U_ZERO_ERROR;
        int32_t length = udat_getSymbols(format, type, i, text, 64, &status);
        if (U_FAILURE(status) || length <= 0) continue;
        if (kind == T_weekday && i == 0) continue; /* ICU counts weekdays from 1 = Sunday */
        int value = kind == T_month ? i + 1 : (i + 5) % 7;
        DL_TRY(add_utf16(t, arena, pack, text, length, packed(kind, value)));
    }
    return DL_OK;
}

static enum dl_err load_relative(dl_times *t, dl_arena *arena, const dl_pack *pack)
{
    UErrorCode status = U_ZERO_ERROR;
    URelativeDateTimeFormatter *format =
        ureldatefmt_open(pack->code, NULL, UDAT_STYLE_LONG, UDISPCTX_CAPITALIZATION_NONE, &status);
    if (U_FAILURE(status)) return DL_OK;
    enum dl_err err = DL_OK;
    for (int day = -1; day <= 1 && err == DL_OK; day++) {
        UChar text[64];
        status = U_ZERO_ERROR;
        int32_t n = ureldatefmt_format(format, day, UDAT_REL_UNIT_DAY, text, 64, &status);
        if (U_SUCCESS(status)) err = add_utf16(t, arena, pack, text, n, packed(T_day, day));
    }
    ureldatefmt_close(format);
    return err;
}

enum dl_err dl_times_load(dl_times *ret_times, dl_arena *arena, const dl_pack *pack,
                          struct dl_diag *diag)
{
    dl_times t;
    static const UDateFormatSymbolType months[] = {UDAT_MONTHS, UDAT_STANDALONE_MONTHS,
                                                   UDAT_SHORT_MONTHS};
    dl_phrases_init(&t.words, arena);
    DL_TRY(load_table(&t, arena, pack, diag));
    UErrorCode status = U_ZERO_ERROR;
    /* The Gregorian calendar for all: Persian and Thai locales default to their own. */
    char locale[48];
    snprintf(locale, sizeof locale, "%s@calendar=gregorian", pack->code);
    UDateFormat *format = udat_open(UDAT_LONG, UDAT_LONG, locale, u"UTC", 3, NULL, 0, &status);
    if (U_FAILURE(status)) return dl_fail(diag, DL_ERR_STATE, DL_NO_POS, "ICU gives no dates");
    enum dl_err err = DL_OK;
    for (size_t i = 0; i < 3 && err == DL_OK; i++)
        err = add_symbols(&t, arena, pack, format, months[i], T_month);
    if (err == DL_OK) err = add_symbols(&t, arena, pack, format, UDAT_WEEKDAYS, T_weekday);
    udat_close(format);
    DL_TRY(err);
    DL_TRY(load_relative(&t, arena, pack));
    *ret_times = t;
    return DL_OK;
}

/* --- finding ------------------------------------------------------------------------------ */

struct scan {
    const dl_times *t;
    dl_arena *arena;
    const dl_words *w;
    uint32_t last; /* of the sentence */
    bool future;   /* a "will" stood before */
    bool dated;    /* published is known */
    int64_t today; /* days */
    dl_civil now;
};

struct word {
    bool there;
    uint32_t tokens;
    int value;
};

static struct word word_at(const struct scan *s, uint32_t i, enum time_kind kind)
{
    struct word none = {0};
    uint32_t link, value;
    if (i >= s->last) return none;
    size_t n = dl_phrases_match(&s->t->words, s->w, i, s->last, &link);
    while (n > 0 && dl_phrases_value(&s->t->words, &link, &value))
        if (value >> 16 == (uint32_t)kind)
            return (struct word){true, (uint32_t)n, (int)(value & 0xFFFF) - 1000};
    return none;
}

static bool text_is(const struct scan *s, uint32_t i, const char *text)
{
    return i < s->last && dl_str_ieq_c(dl_token_text(s->w, i), text);
}

static bool plain_number(const struct scan *s, uint32_t i, uint64_t *ret)
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

static bool year_at(const struct scan *s, uint32_t i, int *ret_year)
{
    uint64_t value;
    if (!plain_number(s, i, &value) || value < 1000 || value > 2999) return false;
    *ret_year = (int)value;
    return true;
}

static dl_str day_value(const struct scan *s, int64_t days)
{
    dl_civil c;
    dl_civil_from_days(days, &c);
    return dl_str_fmt(s->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static dl_str month_value(const struct scan *s, int year, int month)
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
static dl_str week_value(const struct scan *s, int64_t days)
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
static dl_str shifted(const struct scan *s, int unit, int steps)
{
    if (!s->dated) return none();
    int quarter = (s->now.month - 1) / 3 + steps, year = s->now.year;
    switch (unit) {
    case 'D':
        return day_value(s, s->today + steps);
    case 'W':
        return week_value(s, s->today + 7 * (int64_t)steps);
    case 'K':
        return dl_str_fmt(s->arena, "%.*s-WE",
                          DL_FMT(week_value(s, s->today + 7 * (int64_t)steps)));
    case 'M':
        return month_value(s, year, s->now.month + steps);
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

static dl_str duration_value(const struct scan *s, int unit, int count, bool vague)
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

typedef bool (*pattern)(const struct scan *s, uint32_t i, dl_timex *out);

static bool put(dl_timex *out, uint32_t first, uint32_t last, enum dl_timex_type type, dl_str value)
{
    *out = (dl_timex){first, last, (uint8_t)type, value};
    return value.n > 0;
}

/* 2024-03-25 · 25.03.2024 · 3/25/2024 · 2024年3月25日 */
static bool numeric(const struct scan *s, uint32_t i, dl_timex *out)
{
    dl_str text = dl_token_text(s->w, i);
    int a = 0, b = 0, c = 0, used = 0;
    char copy[24];
    if (s->w->p[i].kind != DL_TOKEN_NUMBER || text.n >= sizeof copy) return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    bool iso = sscanf(copy, "%4d-%2d-%2d%n", &a, &b, &c, &used) == 3 && a > 999;
    bool dots = !iso && sscanf(copy, "%2d.%2d.%4d%n", &c, &b, &a, &used) == 3;
    bool slashes = !iso && !dots && sscanf(copy, "%2d/%2d/%4d%n", &b, &c, &a, &used) == 3;
    if ((!iso && !dots && !slashes) || (size_t)used != text.n) return false;
    if (slashes && b > 12) {
        int swap = b;
        b = c;
        c = swap;
    }
    if (a < 100) a += a < 50 ? 2000 : 1900;
    if (a < 1000 || b < 1 || b > 12 || c < 1 || c > dl_days_in_month(a, b)) return false;
    return put(out, i, i + 1, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d-%02d-%02d", a, b, c));
}

static bool east_asian(const struct scan *s, uint32_t i, dl_timex *out)
{
    uint64_t number;
    int year = 0, month = 0, day = 0;
    uint32_t end = i;
    /* "2024年3月25日": the tokenizer keeps digits and the first character apart. */
    for (unsigned part = 0; part < 3; part++) {
        if (!plain_number(s, end, &number) || end + 1 >= s->last) break;
        dl_str unit = dl_token_text(s->w, end + 1);
        if (dl_str_eq_c(unit, "年"))
            year = (int)number;
        else if (dl_str_eq_c(unit, "月"))
            month = (int)number;
        else if (dl_str_eq_c(unit, "日") || dl_str_eq_c(unit, "号"))
            day = (int)number;
        else
            break;
        end += 2;
    }
    if (end == i || month > 12 || day > 31 || (year == 0 && month == 0)) return false;
    if (year == 0) year = s->dated ? s->now.year : 0;
    if (year < 1000) return false;
    dl_str value = month == 0 ? dl_str_fmt(s->arena, "%04d", year)
                   : day == 0 ? month_value(s, year, month)
                              : dl_str_fmt(s->arena, "%04d-%02d-%02d", year, month, day);
    return put(out, i, end, DL_TIMEX_DATE, value);
}

/* The year a date without one belongs to: the nearest, in the past unless "will" came before. */
static int year_for(const struct scan *s, int month, int day)
{
    if (!s->dated) return 0;
    int64_t this_year = dl_days_from_civil(s->now.year, month, day > 0 ? day : 1);
    if (this_year > s->today + 180) return s->now.year - 1;
    if (s->future && this_year < s->today - 180) return s->now.year + 1;
    return s->now.year;
}

static dl_str date_value(const struct scan *s, int year, int month, int day)
{
    if (year == 0) year = year_for(s, month, day);
    if (day > dl_days_in_month(year > 0 ? year : 2000, month)) return none();
    if (year == 0 && day > 0) return dl_str_fmt(s->arena, "XXXX-%02d-%02d", month, day);
    if (year == 0) return dl_str_fmt(s->arena, "XXXX-%02d", month);
    return day > 0 ? dl_str_fmt(s->arena, "%04d-%02d-%02d", year, month, day)
                   : month_value(s, year, month);
}

/* "March 25, 2024", "25 de marzo de 2024", "25. März", "March 2024", "March". */
static bool month_date(const struct scan *s, uint32_t i, dl_timex *out)
{
    uint64_t number;
    int day = 0, year = 0;
    uint32_t at = i;
    if (plain_number(s, i, &number) && number >= 1 && number <= 31) {
        at = i + 1;
        if (text_is(s, at, ".") || text_is(s, at, "de") || text_is(s, at, "of")) at++;
        day = (int)number;
    }
    struct word month = word_at(s, at, T_month);
    if (!month.there || month.value < 1 || month.value > 12) return false;
    bool upper = s->w->p[at].flags & DL_WORD_CAP;
    /* "may" and "march" are words of their own. */
    bool common = text_is(s, at, "may") || text_is(s, at, "march") || text_is(s, at, "mar");
    if (common && (!upper || (s->w->p[at].flags & DL_WORD_FIRST)) && day == 0 &&
        !plain_number(s, at + 1, &number))
        return false;
    uint32_t end = at + month.tokens;
    if (text_is(s, end, ".")) end += plain_number(s, end + 1, &number);
    if (day == 0 && plain_number(s, end, &number) && number >= 1 && number <= 31) {
        day = (int)number;
        end++;
    }
    uint32_t y = end;
    if (text_is(s, y, ",") || text_is(s, y, "de") || text_is(s, y, "del") || text_is(s, y, "of"))
        y++;
    if (year_at(s, y, &year)) end = y + 1;
    if (year == 0 && s->dated && word_at(s, end, T_last).there && text_is(s, end + 1, "year")) {
        year = s->now.year - 1;
        end += 2;
    }
    if (day == 0 && year == 0 && !upper && !s->dated) return false;
    return put(out, i, end, DL_TIMEX_DATE, date_value(s, year, month.value, day));
}

static int64_t weekday_near(const struct scan *s, int weekday, int direction)
{
    int64_t back = (dl_weekday(s->today) - weekday + 7) % 7;
    if (direction > 0) return s->today + (back == 0 ? 7 : 7 - back);
    if (direction < 0 && back == 0) back = 7;
    return s->today - back;
}

static dl_str with_part(const struct scan *s, dl_str date, int part)
{
    static const char *const codes[] = {"TMO", "TAF", "TEV", "TNI", "TMI"};
    return part < 0 || part > 4 || date.n == 0
               ? date
               : dl_str_fmt(s->arena, "%.*s%s", DL_FMT(date), codes[part]);
}

static bool weekday(const struct scan *s, uint32_t i, dl_timex *out)
{
    struct word last = word_at(s, i, T_last), next = word_at(s, i, T_next);
    struct word this = word_at(s, i, T_this);
    uint32_t at = i + (last.there || next.there || this.there);
    struct word day = word_at(s, at, T_weekday);
    if (!day.there || !s->dated) return false;
    bool english_cap =
        !(s->w->p[at].mark < 0x80) || (s->w->p[at].flags & DL_WORD_CAP) || s->w->p[at].mark > 'Z';
    if (!english_cap) return false;
    int direction = last.there ? -1 : next.there || s->future ? 1 : 0;
    dl_str value = day_value(s, weekday_near(s, day.value, direction));
    uint32_t end = at + day.tokens;
    struct word part = word_at(s, end, T_part);
    if (part.there)
        return put(out, i, end + part.tokens, DL_TIMEX_TIME, with_part(s, value, part.value));
    return put(out, i, end, DL_TIMEX_DATE, value);
}

static bool relative_day(const struct scan *s, uint32_t i, dl_timex *out)
{
    struct word day = word_at(s, i, T_day);
    if (day.there) {
        if (!s->dated) return false;
        if (day.value == 100)
            return put(out, i, i + 1, DL_TIMEX_TIME, with_part(s, day_value(s, s->today), 3));
        dl_str value = day_value(s, s->today + day.value);
        struct word part = word_at(s, i + day.tokens, T_part);
        if (part.there)
            return put(out, i, i + day.tokens + part.tokens, DL_TIMEX_TIME,
                       with_part(s, value, part.value));
        return put(out, i, i + day.tokens, DL_TIMEX_DATE, value);
    }
    struct word this = word_at(s, i, T_this), last = word_at(s, i, T_last);
    struct word part = word_at(s, i + 1, T_part);
    if (!part.there || !s->dated || (!this.there && !(last.there && part.value == 3))) return false;
    return put(out, i, i + 1 + part.tokens, DL_TIMEX_TIME,
               with_part(s, day_value(s, s->today - last.there), part.value));
}

struct amount {
    uint32_t tokens;
    int count;
    bool vague;
};

static struct amount amount_at(const struct scan *s, uint32_t i)
{
    uint64_t number;
    struct word vague = word_at(s, i, T_vague);
    if (vague.there) return (struct amount){vague.tokens, 0, true};
    struct word word = word_at(s, i, T_number);
    if (word.there) return (struct amount){word.tokens, word.value, false};
    if (plain_number(s, i, &number) && number < 1000 && s->w->p[i].kind == DL_TOKEN_NUMBER)
        return (struct amount){1, (int)number, false};
    return (struct amount){0};
}

/* "two years ago", "a week earlier", "the past two years", "six months", "a year". */
static bool counted(const struct scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i;
    bool the = text_is(s, at, "the");
    at += the;
    struct word past = word_at(s, at, T_past), future = word_at(s, at, T_future);
    at += past.there ? past.tokens : future.there ? future.tokens : 0;
    struct amount n = amount_at(s, at);
    if (n.tokens == 0 && !(the && past.there)) return false;
    if (n.tokens == 0) n.count = 1;
    struct word unit = word_at(s, at + n.tokens, T_unit);
    if (!unit.there || (the && !past.there && !future.there)) return false;
    uint32_t end = at + n.tokens + unit.tokens;
    bool shift = !past.there && !future.there;
    struct word ago = shift ? word_at(s, end, T_ago) : (struct word){0};
    struct word later = shift ? word_at(s, end, T_later) : (struct word){0};
    if ((ago.there && text_is(s, end, "before")) || (later.there && text_is(s, end, "after")))
        ago.there = later.there = false;
    if (ago.there && n.vague)
        return put(out, i, end + ago.tokens, DL_TIMEX_DATE, DL_STR("PAST_REF"));
    if (ago.there || later.there)
        return put(out, i, end + (ago.there ? ago.tokens : later.tokens), DL_TIMEX_DATE,
                   shifted(s, unit.value, ago.there ? -n.count : n.count));
    bool article = text_is(s, at, "a") || text_is(s, at, "an");
    if (article && (unit.value == 'S' || unit.value == 'Q')) return false;
    return put(out, i, end, DL_TIMEX_DURATION, duration_value(s, unit.value, n.count, n.vague));
}

/* "two-year" */
static bool hyphened(const struct scan *s, uint32_t i, dl_timex *out)
{
    dl_str text = dl_token_text(s->w, i);
    size_t dash = dl_str_chr(text, '-', 0);
    if (s->w->p[i].kind != DL_TOKEN_WORD || dash == DL_NO_POS || text.n > 30) return false;
    dl_str head = dl_str_sub(text, 0, dash), tail = dl_str_sub(text, dash + 1, text.n);
    static const struct {
        const char *name;
        int unit;
    } units[] = {{"day", 'D'},  {"week", 'W'},   {"month", 'M'}, {"year", 'Y'},
                 {"hour", 'H'}, {"minute", 'N'}, {"decade", 'E'}};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        if (!dl_str_ieq_c(tail, units[k].name)) continue;
        uint64_t number;
        dl_token token = {.kind = DL_TOKEN_WORD, .key = dl_words_key(head)};
        dl_words one = {head, &token, 1};
        struct scan sub = *s;
        sub.w = &one;
        sub.last = 1;
        struct word word = word_at(&sub, 0, T_number);
        int count = dl_str_u64(head, &number) && number < 1000 ? (int)number : word.value;
        if (count == 0) return false;
        return put(out, i, i + 1, DL_TIMEX_DURATION,
                   duration_value(s, units[k].unit, count, false));
    }
    return false;
}

/* "last week", "this year", "next month", "last summer". */
static bool modified(const struct scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i + text_is(s, i, "the");
    struct word last = word_at(s, at, T_last), this = word_at(s, at, T_this);
    struct word next = word_at(s, at, T_next);
    if (!last.there && !this.there && !next.there) return false;
    int steps = last.there ? -1 : next.there ? 1 : 0;
    struct word unit = word_at(s, at + 1, T_unit), season = word_at(s, at + 1, T_season);
    struct word month = word_at(s, at + 1, T_month);
    if (unit.there && unit.value != 'S' && unit.value != 'N' && unit.value != 'H')
        return put(out, i, at + 1 + unit.tokens, DL_TIMEX_DATE, shifted(s, unit.value, steps));
    if (season.there && s->dated) {
        static const char *const codes[] = {"SP", "SU", "FA", "WI"};
        int k = season.value - 5;
        if (k < 0 || k > 3) return false;
        return put(out, i, at + 2, DL_TIMEX_DATE,
                   dl_str_fmt(s->arena, "%04d-%s", s->now.year + steps, codes[k]));
    }
    if (!month.there || month.value < 1 || month.value > 12 || !s->dated) return false;
    int year = s->now.year;
    if (steps < 0 && month.value >= s->now.month) year--;
    if (steps > 0 && month.value <= s->now.month) year++;
    return put(out, i, at + 1 + month.tokens, DL_TIMEX_DATE, month_value(s, year, month.value));
}

/* "the third quarter", "fourth-quarter", "the first half of 1998" */
static bool quarter(const struct scan *s, uint32_t i, dl_timex *out)
{
    static const char *const glued[] = {"first-quarter", "second-quarter", "third-quarter",
                                        "fourth-quarter"};
    uint32_t at = i + text_is(s, i, "the"), end = 0;
    int q = 0, year = 0;
    bool half = false;
    for (int k = 0; k < 4; k++)
        if (text_is(s, at, glued[k])) q = k + 1, end = at + 1;
    struct word ordinal = word_at(s, at, T_ordinal);
    if (q == 0 && ordinal.there) {
        half = text_is(s, at + 1, "half") && ordinal.value <= 2;
        if (!half && !text_is(s, at + 1, "quarter")) return false;
        q = ordinal.value;
        end = at + 2;
    }
    if (q == 0 || !s->dated) return false;
    uint32_t y = end + (text_is(s, end, "of"));
    if (year_at(s, y, &year)) end = y + 1;
    if (year == 0) year = s->now.year - (!half && q > (s->now.month - 1) / 3 + 1);
    return put(out, i, end, DL_TIMEX_DATE,
               dl_str_fmt(s->arena, half ? "%04d-H%d" : "%04d-Q%d", year, q));
}

/* "1998", "the 1990s", "fiscal 1989" */
static bool year(const struct scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i + text_is(s, i, "the");
    if (at >= s->last) return false;
    dl_str text = dl_token_text(s->w, at);
    uint64_t number;
    if (text.n == 5 && (text.p[4] == 's') && dl_str_u64(dl_str_sub(text, 0, 4), &number) &&
        number > 1000 && number < 2100)
        return put(out, i, at + 1, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%03d", (int)number / 10));
    int value;
    if (at != i || s->w->p[i].kind != DL_TOKEN_NUMBER || !year_at(s, i, &value)) return false;
    if (value < 1800 || value > 2100) return false;
    bool money = i > 0 && s->w->p[i - 1].kind == DL_TOKEN_PUNCT &&
                 (s->w->p[i - 1].mark == '$' || s->w->p[i - 1].mark == 0x20AC);
    struct word unit = word_at(s, i + 1, T_unit);
    if (money || unit.there) return false;
    return put(out, i, i + 1, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d", value));
}

/* "10 a.m.", "10:30 p.m." */
static bool clock_time(const struct scan *s, uint32_t i, dl_timex *out)
{
    int hour = 0, minute = 0, used = 0;
    char copy[8];
    dl_str text = dl_token_text(s->w, i);
    if (s->w->p[i].kind != DL_TOKEN_NUMBER || text.n >= sizeof copy) return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    bool colon = sscanf(copy, "%2d:%2d%n", &hour, &minute, &used) == 2 && (size_t)used == text.n;
    if (!colon && !(sscanf(copy, "%2d%n", &hour, &used) == 1 && (size_t)used == text.n))
        return false;
    bool pm = text_is(s, i + 1, "p.m.") || text_is(s, i + 1, "pm");
    bool am = text_is(s, i + 1, "a.m.") || text_is(s, i + 1, "am");
    if ((!colon && !pm && !am) || hour > 23 || minute > 59 || !s->dated) return false;
    if (pm && hour < 12) hour += 12;
    return put(
        out, i, i + 1 + (pm || am), DL_TIMEX_TIME,
        dl_str_fmt(s->arena, "%.*sT%02d:%02d", DL_FMT(day_value(s, s->today)), hour, minute));
}

static bool fixed(const struct scan *s, uint32_t i, dl_timex *out)
{
    struct word ref = word_at(s, i, T_ref), set = word_at(s, i, T_set);
    if (set.there && set.value >= 0)
        return put(out, i, i + set.tokens, DL_TIMEX_SET, dl_str_c(set_values[set.value]));
    if (ref.there && ref.value >= 0)
        return put(out, i, i + ref.tokens, DL_TIMEX_DATE, dl_str_c(ref_values[ref.value]));
    return false;
}

static const pattern patterns[] = {numeric,      east_asian, month_date, weekday,
                                   relative_day, modified,   quarter,    counted,
                                   hyphened,     clock_time, year,       fixed};

/* Most words start no time: one look-up instead of all patterns. */
static bool may_start(const struct scan *s, uint32_t i)
{
    const dl_token *t = &s->w->p[i];
    uint32_t link;
    if (t->kind == DL_TOKEN_NUMBER || (t->mark >= '0' && t->mark <= '9') || t->mark >= 0x0600)
        return true;
    if (dl_phrases_match(&s->t->words, s->w, i, s->last, &link) > 0) return true;
    return text_is(s, i, "the") || dl_str_chr(dl_token_text(s->w, i), '-', 0) != DL_NO_POS;
}

enum { FUTURE_REACH = 8 /* words behind "will" that it still rules */ };

static enum dl_err in_sentence(struct scan *s, const dl_sentence *sentence, dl_timexes *out)
{
    s->last = sentence->last;
    uint32_t will = 0;
    for (uint32_t i = sentence->first; i < sentence->last; i++) {
        const dl_token *t = &s->w->p[i];
        if (t->kind > DL_TOKEN_NUMBER) continue;
        if (text_is(s, i, "will") || text_is(s, i, "'ll")) will = i + 1;
        s->future = will > 0 && i - will < FUTURE_REACH;
        if (!may_start(s, i)) continue;
        for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
            dl_timex found;
            if (!patterns[k](s, i, &found)) continue;
            if (dl_vec_push(s->arena, out, found) != DL_OK) return dl_arena_failed(s->arena);
            i = found.last - 1;
            break;
        }
    }
    return DL_OK;
}

enum dl_err dl_times_find(const dl_times *times, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_time published, dl_timexes *ret_times)
{
    struct scan s = {.t = times, .arena = arena, .w = words, .dated = dl_time_is_set(published)};
    if (s.dated) {
        s.now = dl_civil_of(published, true);
        s.today = dl_days_from_civil(s.now.year, s.now.month, s.now.day);
    }
    dl_timexes out = {0};
    for (size_t i = 0; i < sentences->n; i++)
        DL_TRY(in_sentence(&s, &sentences->p[i], &out));
    *ret_times = out;
    return DL_OK;
}

const char *dl_timex_type_name(enum dl_timex_type type)
{
    static const char *const names[] = {"DATE", "TIME", "DURATION", "SET"};
    return names[type];
}
