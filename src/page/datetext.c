#include "page/datetext.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

enum { AHEAD = 9 /* tokens that a date may take */, FILL_MAX = 3, FILL_BYTES = 8 };

/* --- tokens -------------------------------------------------------------------------------- */

enum token_type { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_MARK };

struct token {
    enum token_type type;
    int value, digits; /* of a number */
    uint32_t mark;     /* a single character that is neither; a number's zero */
    size_t start, end;
    struct dl_date_word word; /* what a word is */
};

struct scan {
    const dl_date_words *words;
    dl_str text;
    const struct dl_date_style *style;
    struct token t[AHEAD];
};

static bool is_letter(uint32_t cp)
{
    if (cp < 0x80) return dl_is_alpha((unsigned char)cp);
    if (cp == 0x05F3 || cp == 0x05F4) return true; /* marks of Hebrew abbreviations */
    return u_isalpha((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) != 0;
}

/* 年 and its like end a number; they are marks, not words. */
static bool is_unit(uint32_t cp)
{
    return cp == 0x5E74 || cp == 0x6708 || cp == 0x65E5 || cp == 0xB144 || cp == 0xC6D4 ||
           cp == 0xC77C;
}

/* The end of the word at `at`. A dot within it belongs to it where the script has no capitals:
 * "มี.ค." */
static size_t word_end(dl_str text, size_t at)
{
    bool dots = (unsigned char)text.p[at] >= 0xD6;
    for (size_t next = at; next < text.n;) {
        uint32_t cp = dl_utf8_next(text, &next);
        if (cp == '.' && dots && next < text.n && (unsigned char)text.p[next] >= 0xD6) continue;
        if ((!is_letter(cp) || is_unit(cp)) && cp != 0x200C) break;
        at = next;
    }
    return at;
}

/* Names of months may be of two words: "ربيع الأول". */
static void two_words(const struct scan *s, struct token *t, dl_str first)
{
    char key[2 * DL_DATE_FOLDED];
    struct dl_date_word both;
    size_t at = t->end;
    if (first.n > DL_DATE_FOLDED - 2) return;
    while (at < s->text.n && dl_is_space((unsigned char)s->text.p[at]))
        at++;
    if (at >= s->text.n) return;
    size_t end = word_end(s->text, at);
    memcpy(key, first.p, first.n);
    key[first.n] = ' ';
    size_t n = first.n + 1;
    n += dl_date_fold(dl_str_sub(s->text, at, end), key + n, DL_DATE_FOLDED - n);
    if (!dl_date_words_find(s->words, (dl_str){key, n}, s->style->language, &both)) return;
    t->word = both;
    t->end = end;
}

static bool tell_word(const struct scan *s, struct token *t, dl_str text)
{
    char key[DL_DATE_FOLDED];
    if (text.n > DL_DATE_FOLDED - 8) return false;
    dl_str word = {key, dl_date_fold(text, key, sizeof key)};
    if (!dl_date_words_find(s->words, word, s->style->language, &t->word)) return false;
    if (t->word.begins) two_words(s, t, word);
    return true;
}

static void read_word(const struct scan *s, size_t at, struct token *t)
{
    t->type = TOKEN_WORD;
    t->end = word_end(s->text, at);
    dl_str text = dl_str_sub(s->text, at, t->end);
    if (tell_word(s, t, text)) return;
    size_t dot = dl_str_chr(text, '.', 0);
    if (dot == DL_NO_POS) return;
    t->end = at + dot;
    tell_word(s, t, dl_str_sub(text, 0, dot));
}

static struct token next_token(const struct scan *s, size_t at)
{
    struct token t = {.start = at, .end = at};
    while (t.start < s->text.n && dl_is_space((unsigned char)s->text.p[t.start]))
        t.start++;
    t.end = t.start;
    if (t.start >= s->text.n) return t;
    size_t next = t.start;
    uint32_t cp = dl_utf8_next(s->text, &next);
    int digit = u_charDigitValue((UChar32)cp);
    if (digit < 0 && is_letter(cp) && !is_unit(cp)) {
        read_word(s, t.start, &t);
        return t;
    }
    t.type = TOKEN_MARK;
    t.mark = cp;
    t.end = next;
    if (digit >= 0) t.mark = cp - (uint32_t)digit;
    while (digit >= 0) {
        t.type = TOKEN_NUMBER;
        if (t.digits < 9) t.value = t.value * 10 + digit;
        t.digits++;
        t.end = next;
        if (next >= s->text.n) break;
        digit = u_charDigitValue((UChar32)dl_utf8_next(s->text, &next));
    }
    return t;
}

/* --- calendars ------------------------------------------------------------------------------ */

static bool speaks(const struct scan *s, const char *languages)
{
    char key[8];
    if (s->style->language.n < 2) return false;
    snprintf(key, sizeof key, " %.2s ", s->style->language.p);
    return strstr(languages, key) != NULL;
}

/* Years of 13.. to 15.. are Persian or Islamic ones: by the language, else by the digits. */
static enum dl_calendar hijri_of(const struct scan *s, const struct token *year, bool year_first)
{
    enum { ARABIC_ZERO = 0x660, PERSIAN_ZERO = 0x6F0 };
    if (speaks(s, " ar ur ms id ")) return DL_CALENDAR_ISLAMIC;
    if (speaks(s, " fa ps ck tg ") || year->mark == PERSIAN_ZERO) return DL_CALENDAR_PERSIAN;
    if (year->mark == ARABIC_ZERO) return DL_CALENDAR_ISLAMIC;
    return year_first ? DL_CALENDAR_PERSIAN : DL_CALENDAR_GREGORIAN;
}

static bool settle(struct dl_date_found *d)
{
    if (d->year < DL_DATE_FIRST_YEAR || d->year > DL_DATE_LAST_YEAR) return false;
    return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= dl_days_in_month(d->year, d->month);
}

struct hint {
    enum dl_calendar calendar; /* of the month's name */
    const struct token *year, *era;
    bool year_first;
};

static bool finish(const struct scan *s, struct dl_date_found *d, const struct hint *h)
{
    enum dl_calendar calendar = h->calendar;
    if (h->era != NULL && h->era->word.era.add != DL_ERA_CALENDAR &&
        calendar == DL_CALENDAR_GREGORIAN) {
        bool given = h->era->word.era.add == 0 || (h->era->word.era.add < 0 && d->year < 2400);
        if (!given) d->year += h->era->word.era.add;
    } else if (h->era != NULL && h->era->word.era.add == DL_ERA_CALENDAR) {
        calendar = (enum dl_calendar)h->era->word.era.calendar;
    }
    if (d->year >= 2400 && d->year < 2700) d->year -= 543; /* Buddhist era */
    if (calendar == DL_CALENDAR_GREGORIAN && d->year >= 1300 && d->year < 1500)
        calendar = hijri_of(s, h->year, h->year_first);
    if (calendar != DL_CALENDAR_GREGORIAN &&
        !dl_calendar_convert(dl_date_words_calendars(s->words), calendar, &d->year, &d->month,
                             &d->day))
        return false;
    return settle(d);
}

/* --- shapes -------------------------------------------------------------------------------- */

static bool is_mark(const struct token *t, const char *set)
{
    return t->type == TOKEN_MARK && t->mark < 0x80 && strchr(set, (int)t->mark) != NULL;
}

static bool is_year(const struct token *t)
{
    return t->type == TOKEN_NUMBER && t->digits == 4;
}

static bool is_small(const struct token *t)
{
    return t->type == TOKEN_NUMBER && t->digits <= 2 && t->value >= 1 && t->value <= 31;
}

static const struct token *era_at(const struct scan *s, int at)
{
    return at < AHEAD && s->t[at].type == TOKEN_WORD && s->t[at].word.has_era ? &s->t[at] : NULL;
}

/* 2024-03-25 · 25.03.2024 · 25/03/24 · ١٥/٠٩/١٤٤٥ هـ */
static bool numeric(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    const struct token *t = s->t;
    bool shape = t[0].type == TOKEN_NUMBER && is_mark(&t[1], "-./") && is_small(&t[2]) &&
                 t[3].type == TOKEN_MARK && t[3].mark == t[1].mark && t[4].type == TOKEN_NUMBER;
    bool tight = t[0].end == t[1].start && t[2].end == t[3].start;
    /* "2024. 3. 25." of Korean and Hungarian pages; "25. 3. 2024" */
    if (!shape || (!tight && t[1].mark != '.')) return false;
    struct hint h = {.year = &t[0], .era = era_at(s, 5), .year_first = true};
    *ret_used = 5;
    if (is_year(&t[0]) && is_small(&t[4])) {
        d->year = t[0].value, d->month = t[2].value, d->day = t[4].value;
        return finish(s, d, &h);
    }
    bool short_year = t[4].digits == 2 && t[1].mark != '-' && t[4].value >= 10 && t[4].value <= 40;
    if (!is_small(&t[0]) || !(is_year(&t[4]) || (short_year && tight))) return false;
    /* A dot is hardly ever written where the month comes first. */
    bool month_first = s->style->month_first && t[1].mark != '.';
    if (t[0].value > 12) month_first = false;
    if (t[2].value > 12) month_first = true;
    bool clear = (t[0].value > 12) != (t[2].value > 12);
    if (clear && t[1].mark != '.') d->order = month_first ? 1 : -1;
    d->ambiguous = !clear && t[0].value != t[2].value && t[1].mark != '.';
    d->year = t[4].value + (t[4].digits == 2 ? 2000 : 0);
    d->month = month_first ? t[0].value : t[2].value;
    d->day = month_first ? t[2].value : t[0].value;
    h.year = &t[4];
    h.year_first = false;
    return finish(s, d, &h);
}

/* 2024年3月25日 · 2024년 3월 25일 · 113年3月25日 (of the Republic) · 令和6年3月25日 */
static bool east_asian(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    enum { REPUBLIC = 1911 };
    const struct token *era = era_at(s, 0), *t = s->t + (era != NULL);
    bool shape = t[0].type == TOKEN_NUMBER && t[0].digits <= 4 && t[1].type == TOKEN_MARK &&
                 is_unit(t[1].mark) && is_small(&t[2]) && t[3].type == TOKEN_MARK &&
                 is_unit(t[3].mark) && is_small(&t[4]) && t[5].type == TOKEN_MARK &&
                 is_unit(t[5].mark);
    bool republic = t[0].digits == 3 && speaks(s, " zh ");
    if (!shape || (t[0].digits < 4 && era == NULL && !republic)) return false;
    d->year = t[0].value + (era == NULL && republic ? REPUBLIC : 0);
    d->month = t[2].value, d->day = t[4].value;
    *ret_used = 6 + (era != NULL);
    return finish(s, d, &(struct hint){.year = &t[0], .era = era, .year_first = true});
}

/* Little words and marks within a date: "25th of March, 2024", "25 de marzo de 2024", "25. 3.";
 * words of eras stay. */
static int skip_fill(const struct token *t, int at)
{
    for (int n = 0; n < FILL_MAX && at < AHEAD; n++, at++) {
        bool mark = is_mark(&t[at], ".,-/'") || (t[at].type == TOKEN_MARK && t[at].mark == 0x060C);
        bool word = t[at].type == TOKEN_WORD && t[at].word.month.month == 0 &&
                    !t[at].word.has_era && !t[at].word.month_mark &&
                    t[at].end - t[at].start <= FILL_BYTES;
        if (!mark && !word) break;
    }
    return at;
}

/* The year at or behind `at`, with its era before or behind it; false when there is none. */
static bool year_at(const struct scan *s, int at, bool buddhist, struct hint *h, int *ret_used,
                    int *ret_year)
{
    at = skip_fill(s->t, at);
    h->era = era_at(s, at);
    if (h->era != NULL) at = skip_fill(s->t, at + 1);
    if (at >= AHEAD) return false;
    const struct token *y = &s->t[at];
    bool short_year = y->type == TOKEN_NUMBER && y->digits == 2 && buddhist && y->value >= 40;
    if (!is_year(y) && !short_year) return false;
    if (h->era == NULL) h->era = era_at(s, at + 1);
    h->year = y;
    *ret_year = y->value + (short_year ? 2500 : 0);
    *ret_used = at + 1;
    return true;
}

/* 25 March 2024 · 25. März 2024 · 25-Mar-2024 · 25 มี.ค. 67 */
static bool day_first(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    struct hint h = {0};
    if (!is_small(&s->t[0])) return false;
    int at = skip_fill(s->t, 1);
    if (at >= AHEAD || s->t[at].word.month.month == 0) return false;
    d->day = s->t[0].value;
    d->month = s->t[at].word.month.month;
    h.calendar = s->t[at].word.month.calendar;
    if (!year_at(s, at + 1, speaks(s, " th "), &h, ret_used, &d->year)) return false;
    return finish(s, d, &h);
}

/* March 25, 2024 · 2024 m. kovo 25 d. · 2024. gada 25. marts */
static bool month_first(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    bool year_first = is_year(&s->t[0]);
    struct hint h = {.year = &s->t[0], .year_first = true};
    int at = year_first ? skip_fill(s->t, 1) : 0;
    if (at >= AHEAD) return false;
    int day = year_first && is_small(&s->t[at]) ? at : -1;
    if (day >= 0) at = skip_fill(s->t, at + 1);
    if (at >= AHEAD || s->t[at].word.month.month == 0) return false;
    d->month = s->t[at].word.month.month;
    h.calendar = s->t[at].word.month.calendar;
    *ret_used = at + 1;
    if (day < 0) day = skip_fill(s->t, at + 1);
    if (day >= AHEAD || !is_small(&s->t[day])) return false;
    d->day = s->t[day].value;
    if (day + 1 > *ret_used) *ret_used = day + 1;
    d->year = s->t[0].value;
    if (!year_first && !year_at(s, *ret_used, false, &h, ret_used, &d->year)) return false;
    return finish(s, d, &h);
}

/* ngày 25 tháng 3 năm 2024 · 2024 оны 3 сарын 25 */
static bool marked(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    const struct token *t = s->t;
    struct hint h = {.year = &t[0], .year_first = true};
    if (is_small(&t[0]) && t[1].word.month_mark && is_small(&t[2])) {
        d->day = t[0].value, d->month = t[2].value;
        return year_at(s, 3, false, &h, ret_used, &d->year) && finish(s, d, &h);
    }
    int month = is_year(&t[0]) ? skip_fill(t, 1) : AHEAD;
    if (month >= AHEAD || !is_small(&t[month])) return false;
    int mark = skip_fill(t, month + 1), day = mark + 1;
    if (day >= AHEAD || !t[mark].word.month_mark || !is_small(&t[day])) return false;
    d->year = t[0].value, d->month = t[month].value, d->day = t[day].value;
    *ret_used = day + 1;
    return finish(s, d, &h);
}

/* A long number is a name of something, and 1.2.2024.5 a version. */
static bool stands_free(const struct scan *s, const struct dl_date_found *d)
{
    size_t before = d->start, after = d->end;
    if (after + 1 < s->text.n && (s->text.p[after] == '.' || s->text.p[after] == '-') &&
        dl_is_digit((unsigned char)s->text.p[after + 1]))
        return false;
    if (before < 2) return true;
    char c = s->text.p[before - 1];
    return !((c == '.' || c == '/' || c == '-') &&
             dl_is_digit((unsigned char)s->text.p[before - 2]));
}

/* Of digits: those of ASCII, and the first bytes of scripts that have some of their own. */
static const bool begins_digit[256] = {
    ['0' ... '9'] = true, [0xD9] = true, [0xDB] = true, [0xDF] = true, [0xE0] = true,
    [0xE1] = true,        [0xEA] = true, [0xEF] = true, [0xF0] = true,
};

static bool may_hold_number(dl_str text, size_t at)
{
    while (at < text.n && !begins_digit[(unsigned char)text.p[at]])
        at++;
    return at < text.n;
}

bool dl_date_next(const dl_date_words *words, dl_str text, const struct dl_date_style *style,
                  size_t *pos, struct dl_date_found *ret_date)
{
    struct scan s = {.words = words, .text = text, .style = style};
    size_t at = *pos;
    if (!may_hold_number(text, at)) { /* most texts, and no date is without one */
        *pos = text.n;
        return false;
    }
    for (int i = 0; i < AHEAD; i++) {
        s.t[i] = next_token(&s, at);
        at = s.t[i].end;
    }
    while (s.t[0].type != TOKEN_END) {
        struct dl_date_found d = {.start = s.t[0].start};
        int used = 0;
        bool found = false;
        if (s.t[0].type == TOKEN_NUMBER || s.t[0].word.month.month > 0 || s.t[0].word.has_era)
            found = numeric(&s, &d, &used) || east_asian(&s, &d, &used) ||
                    day_first(&s, &d, &used) || month_first(&s, &d, &used) || marked(&s, &d, &used);
        if (found) {
            d.end = s.t[used - 1].end;
            if (stands_free(&s, &d)) {
                *pos = d.end;
                *ret_date = d;
                return true;
            }
        }
        memmove(&s.t[0], &s.t[1], (AHEAD - 1) * sizeof s.t[0]);
        s.t[AHEAD - 1] = next_token(&s, at);
        at = s.t[AHEAD - 1].end;
    }
    *pos = text.n;
    return false;
}

dl_time dl_date_time(const struct dl_date_found *d)
{
    dl_civil c = {.year = d->year, .month = d->month, .day = d->day};
    return dl_time_of_civil(&c, DL_PREC_DAY, DL_ZONE_NONE, 0);
}
