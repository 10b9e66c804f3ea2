/* Days, dates, years and hours: points on the calendar. */
#include "lang/timex.h"

/* 2024-03-25 · 25.03.2024 · 3/25/2024 · 2024年3月25日 */
bool timex_numeric(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    dl_str text = dl_token_text(s->w, i);
    int a = 0, b = 0, c = 0, used = 0;
    char copy[24];
    if (s->w->p[i].kind != DL_TOKEN_NUMBER || text.n >= sizeof copy) return false;
    if (dl_str_chr(text, '-', 0) == DL_NO_POS && dl_str_chr(text, '.', 0) == DL_NO_POS &&
        dl_str_chr(text, '/', 0) == DL_NO_POS)
        return false; /* most numbers */
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
    return timex_put(out, i, i + 1, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d-%02d-%02d", a, b, c));
}

bool timex_east_asian(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    uint64_t number;
    int year = 0, month = 0, day = 0;
    uint32_t end = i;
    /* "2024年3月25日": the tokenizer keeps digits and the first character apart. */
    for (unsigned part = 0; part < 3; part++) {
        if (!timex_plain_number(s, end, &number) || end + 1 >= s->last) break;
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
                   : day == 0 ? timex_month_value(s, year, month)
                              : dl_str_fmt(s->arena, "%04d-%02d-%02d", year, month, day);
    return timex_put(out, i, end, DL_TIMEX_DATE, value);
}

/* "March 25, 2024", "25 de marzo de 2024", "25. März", "March 2024", "March". */
bool timex_month_date(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    uint64_t number;
    int day = 0, year = 0;
    uint32_t at = i;
    if (timex_plain_number(s, i, &number) && number >= 1 && number <= 31) {
        at = i + 1;
        if (timex_text_is(s, at, ".") || timex_text_is(s, at, "de") || timex_text_is(s, at, "of"))
            at++;
        day = (int)number;
    }
    struct timex_word month = timex_word_at(s, at, T_month);
    if (!month.there || month.value < 1 || month.value > 12) return false;
    bool upper = s->w->p[at].flags & DL_WORD_CAP;
    /* "may" and "march" are words of their own. */
    bool common =
        timex_text_is(s, at, "may") || timex_text_is(s, at, "march") || timex_text_is(s, at, "mar");
    if (common && (!upper || (s->w->p[at].flags & DL_WORD_FIRST)) && day == 0 &&
        !timex_plain_number(s, at + 1, &number))
        return false;
    uint32_t end = at + month.tokens;
    if (timex_text_is(s, end, ".")) end += timex_plain_number(s, end + 1, &number);
    if (day == 0 && timex_plain_number(s, end, &number) && number >= 1 && number <= 31) {
        day = (int)number;
        end++;
    }
    uint32_t y = end;
    if (timex_text_is(s, y, ",") || timex_text_is(s, y, "de") || timex_text_is(s, y, "del") ||
        timex_text_is(s, y, "of"))
        y++;
    if (timex_year_at(s, y, &year)) end = y + 1;
    if (year == 0 && s->dated && timex_word_at(s, end, T_last).there &&
        timex_text_is(s, end + 1, "year")) {
        year = s->now.year - 1;
        end += 2;
    }
    if (day == 0 && year == 0 && !upper && !s->dated) return false;
    return timex_put(out, i, end, DL_TIMEX_DATE, timex_date_value(s, year, month.value, day));
}

bool timex_weekday(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    struct timex_word last = timex_word_at(s, i, T_last), next = timex_word_at(s, i, T_next);
    struct timex_word this = timex_word_at(s, i, T_this);
    uint32_t at = i + (last.there || next.there || this.there);
    struct timex_word day = timex_word_at(s, at, T_weekday);
    if (!day.there || !s->dated) return false;
    bool english_cap =
        !(s->w->p[at].mark < 0x80) || (s->w->p[at].flags & DL_WORD_CAP) || s->w->p[at].mark > 'Z';
    if (!english_cap) return false;
    int direction = last.there ? -1 : next.there || s->future ? 1 : 0;
    dl_str value = timex_day_value(s, timex_weekday_near(s, day.value, direction));
    uint32_t end = at + day.tokens;
    struct timex_word part = timex_word_at(s, end, T_part);
    if (part.there)
        return timex_put(out, i, end + part.tokens, DL_TIMEX_TIME,
                         timex_with_part(s, value, part.value));
    return timex_put(out, i, end, DL_TIMEX_DATE, value);
}

bool timex_relative_day(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    struct timex_word day = timex_word_at(s, i, T_day);
    if (day.there) {
        if (!s->dated) return false;
        if (day.value == 100)
            return timex_put(out, i, i + 1, DL_TIMEX_TIME,
                             timex_with_part(s, timex_day_value(s, s->today), 3));
        dl_str value = timex_day_value(s, s->today + day.value);
        struct timex_word part = timex_word_at(s, i + day.tokens, T_part);
        if (part.there)
            return timex_put(out, i, i + day.tokens + part.tokens, DL_TIMEX_TIME,
                             timex_with_part(s, value, part.value));
        return timex_put(out, i, i + day.tokens, DL_TIMEX_DATE, value);
    }
    struct timex_word this = timex_word_at(s, i, T_this), last = timex_word_at(s, i, T_last);
    struct timex_word part = timex_word_at(s, i + 1, T_part);
    if (!part.there || !s->dated || (!this.there && !(last.there && part.value == 3))) return false;
    return timex_put(out, i, i + 1 + part.tokens, DL_TIMEX_TIME,
                     timex_with_part(s, timex_day_value(s, s->today - last.there), part.value));
}

/* "1998", "the 1990s", "fiscal 1989" */
bool timex_year(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i + timex_text_is(s, i, "the");
    if (at >= s->last) return false;
    dl_str text = dl_token_text(s->w, at);
    uint64_t number;
    if (text.n == 5 && (text.p[4] == 's') && dl_str_u64(dl_str_sub(text, 0, 4), &number) &&
        number > 1000 && number < 2100)
        return timex_put(out, i, at + 1, DL_TIMEX_DATE,
                         dl_str_fmt(s->arena, "%03d", (int)number / 10));
    int value;
    if (at != i || s->w->p[i].kind != DL_TOKEN_NUMBER || !timex_year_at(s, i, &value)) return false;
    if (value < 1800 || value > 2100) return false;
    bool money = i > 0 && s->w->p[i - 1].kind == DL_TOKEN_PUNCT &&
                 (s->w->p[i - 1].mark == '$' || s->w->p[i - 1].mark == 0x20AC);
    struct timex_word unit = timex_word_at(s, i + 1, T_unit);
    if (money || unit.there) return false;
    return timex_put(out, i, i + 1, DL_TIMEX_DATE, dl_str_fmt(s->arena, "%04d", value));
}

/* "10 a.m.", "10:30 p.m." */
bool timex_clock_time(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    int hour = 0, minute = 0, used = 0;
    char copy[8];
    dl_str text = dl_token_text(s->w, i);
    if (s->w->p[i].kind != DL_TOKEN_NUMBER || text.n >= sizeof copy) return false;
    bool pm = timex_text_is(s, i + 1, "p.m.") || timex_text_is(s, i + 1, "pm");
    bool am = timex_text_is(s, i + 1, "a.m.") || timex_text_is(s, i + 1, "am");
    if (!pm && !am && dl_str_chr(text, ':', 0) == DL_NO_POS) return false; /* most numbers */
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    bool colon = sscanf(copy, "%2d:%2d%n", &hour, &minute, &used) == 2 && (size_t)used == text.n;
    if (!colon && !(sscanf(copy, "%2d%n", &hour, &used) == 1 && (size_t)used == text.n))
        return false;
    if ((!colon && !pm && !am) || hour > 23 || minute > 59 || !s->dated) return false;
    if (pm && hour < 12) hour += 12;
    return timex_put(
        out, i, i + 1 + (pm || am), DL_TIMEX_TIME,
        dl_str_fmt(s->arena, "%.*sT%02d:%02d", DL_FMT(timex_day_value(s, s->today)), hour, minute));
}
