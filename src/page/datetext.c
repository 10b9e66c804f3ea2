#include "page/datetext.h"

#include <unicode/uchar.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/utf8.h"

enum { WORD_MAX = 40, AHEAD = 9 /* tokens that a date may take */, FILL_MAX = 3 };

struct dl_months {
    dl_map names; /* lower-case name, or "language:name" -> &numbers[month] */
};
static const char numbers[13];

enum dl_err dl_months_new(dl_arena *arena, dl_months **ret_months, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    struct dl_months *m = DL_NEW(arena, struct dl_months);
    if (m == NULL) return dl_arena_failed(arena);
    dl_map_init(&m->names, arena);
    if (!dl_asset_get("lexicon/web/months.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        uint64_t month;
        if (!dl_str_u64(cell[1], &month) || month < 1 || month > 12 || cell[0].n > WORD_MAX)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "months.tsv, line %zu", tsv.line);
        dl_str key = cell[0];
        if (dl_map_get(&m->names, key) != NULL)
            key = dl_str_fmt(arena, "%.*s:%.*s", DL_FMT(cell[2]), DL_FMT(cell[0]));
        DL_TRY(dl_map_set(&m->names, key, (void *)(uintptr_t)&numbers[month]));
    }
    if (err != DL_ERR_NOT_FOUND) return err;
    *ret_months = m;
    return DL_OK;
}

/* --- tokens -------------------------------------------------------------------------------- */

enum token_type { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_MARK };

struct token {
    enum token_type type;
    int value, digits; /* of a number; month of a word, 0 when it is none */
    uint32_t mark;     /* a single character that is neither */
    size_t start, end;
    size_t bytes; /* of a word */
};

struct scan {
    const dl_months *months;
    dl_str text;
    const struct dl_date_style *style;
    struct token t[AHEAD];
};

static int month_of(const struct scan *s, const char *word, size_t n)
{
    char key[WORD_MAX + 8];
    const char *hit = NULL;
    if (s->style->language.n >= 2) {
        int len = snprintf(key, sizeof key, "%.2s:%.*s", s->style->language.p, (int)n, word);
        hit = dl_map_get(&s->months->names, (dl_str){key, (size_t)len});
    }
    if (hit == NULL) hit = dl_map_get(&s->months->names, (dl_str){word, n});
    return hit == NULL ? 0 : (int)(hit - numbers);
}

static bool is_letter(uint32_t cp)
{
    if (cp < 0x80) return dl_is_alpha((unsigned char)cp);
    return u_isalpha((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) != 0;
}

/* 年 and its like end a number; they are marks, not words. */
static bool is_unit(uint32_t cp)
{
    return cp == 0x5E74 || cp == 0x6708 || cp == 0x65E5 || cp == 0xB144 || cp == 0xC6D4 ||
           cp == 0xC77C;
}

static void read_word(const struct scan *s, size_t at, struct token *t)
{
    char word[WORD_MAX];
    size_t n = 0;
    for (size_t next = at; next < s->text.n; at = next) {
        uint32_t cp = dl_utf8_next(s->text, &next);
        if (!is_letter(cp) || is_unit(cp)) break;
        if (n + 4 <= WORD_MAX) n += dl_utf8_put((uint32_t)u_tolower((UChar32)cp), word + n);
        t->end = next;
    }
    t->type = TOKEN_WORD;
    t->bytes = t->end - t->start;
    t->value = t->bytes < WORD_MAX ? month_of(s, word, n) : 0;
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

/* --- shapes -------------------------------------------------------------------------------- */

/* Persian to Gregorian, by days since the epoch; right for 1206..1498 (33-year cycle). */
static void from_persian(struct dl_date_found *d)
{
    int64_t y = d->year - 979, m = d->month - 1;
    int64_t days = 365 * y + y / 33 * 8 + (y % 33 + 3) / 4;
    days += m < 6 ? m * 31 : 186 + (m - 6) * 30;
    days += d->day - 1;
    dl_civil c;
    dl_civil_from_days(days + dl_days_from_civil(1600, 3, 20), &c);
    d->year = c.year;
    d->month = c.month;
    d->day = c.day;
}

static bool settle(struct dl_date_found *d)
{
    if (d->year >= 2400 && d->year < 2700) d->year -= 543; /* Buddhist era */
    if (d->year < DL_DATE_FIRST_YEAR || d->year > DL_DATE_LAST_YEAR) return false;
    return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= dl_days_in_month(d->year, d->month);
}

/* A Persian year, where the month or the order of the numbers allows one, is converted. */
static bool finish(struct dl_date_found *d, bool persian)
{
    if (persian && d->year >= 1300 && d->year < 1500 && d->day >= 1 && d->day <= 31) {
        from_persian(d);
        return settle(d);
    }
    return settle(d);
}

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

/* 2024-03-25 · 25.03.2024 · 25/03/24 */
static bool numeric(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    const struct token *t = s->t;
    bool shape = t[0].type == TOKEN_NUMBER && is_mark(&t[1], "-./") && is_small(&t[2]) &&
                 t[3].type == TOKEN_MARK && t[3].mark == t[1].mark && t[4].type == TOKEN_NUMBER;
    if (!shape || t[0].end != t[1].start || t[2].end != t[3].start) return false;
    *ret_used = 5;
    if (is_year(&t[0]) && is_small(&t[4])) {
        d->year = t[0].value, d->month = t[2].value, d->day = t[4].value;
        return finish(d, true);
    }
    bool short_year = t[4].digits == 2 && t[1].mark != '-' && t[4].value >= 10 && t[4].value <= 40;
    if (!is_small(&t[0]) || !(is_year(&t[4]) || short_year)) return false;
    /* A dot is hardly ever written where the month comes first. */
    bool month_first = s->style->month_first && t[1].mark != '.';
    if (t[0].value > 12) month_first = false;
    if (t[2].value > 12) month_first = true;
    d->ambiguous =
        t[0].value <= 12 && t[2].value <= 12 && t[0].value != t[2].value && t[1].mark != '.';
    d->year = t[4].value + (t[4].digits == 2 ? 2000 : 0);
    d->month = month_first ? t[0].value : t[2].value;
    d->day = month_first ? t[2].value : t[0].value;
    return settle(d);
}

/* 2024年3月25日 · 2024년 3월 25일 */
static bool east_asian(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    const struct token *t = s->t;
    bool shape = is_year(&t[0]) && t[1].type == TOKEN_MARK && is_unit(t[1].mark) &&
                 is_small(&t[2]) && t[3].type == TOKEN_MARK && is_unit(t[3].mark) &&
                 is_small(&t[4]) && t[5].type == TOKEN_MARK && is_unit(t[5].mark);
    if (!shape) return false;
    d->year = t[0].value, d->month = t[2].value, d->day = t[4].value;
    *ret_used = 6;
    return settle(d);
}

/* Little words and marks within a date: "25th of March, 2024", "25 de marzo de 2024", "25. 3." */
static int skip_fill(const struct token *t, int at)
{
    for (int n = 0; n < FILL_MAX && at < AHEAD; n++, at++) {
        bool fill = is_mark(&t[at], ".,-/'") ||
                    (t[at].type == TOKEN_MARK && t[at].mark == 0x060C) ||
                    (t[at].type == TOKEN_WORD && t[at].value == 0 && t[at].bytes <= 6);
        if (!fill) break;
    }
    return at;
}

static bool is_persian_month(dl_str word, int *ret_month)
{
    static const char *const names[] = {"فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
                                        "مهر",     "آبان",     "آذر",   "دی",  "بهمن",  "اسفند"};
    for (int i = 0; i < 12; i++)
        if (dl_str_eq_c(word, names[i])) return *ret_month = i + 1, true;
    return false;
}

static int month_token(const struct scan *s, const struct token *t, bool *ret_persian)
{
    int month = 0;
    *ret_persian = false;
    if (t->type != TOKEN_WORD) return 0;
    if (is_persian_month(dl_str_sub(s->text, t->start, t->end), &month))
        return *ret_persian = true, month;
    return t->value;
}

/* 25 March 2024 · 25. März 2024 · 25-Mar-2024 */
static bool day_first(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    bool persian;
    if (!is_small(&s->t[0])) return false;
    int at = skip_fill(s->t, 1);
    if (at >= AHEAD) return false;
    d->day = s->t[0].value;
    d->month = month_token(s, &s->t[at], &persian);
    if (d->month == 0) return false;
    at = skip_fill(s->t, at + 1);
    if (at >= AHEAD || !is_year(&s->t[at])) return false;
    d->year = s->t[at].value;
    *ret_used = at + 1;
    return finish(d, persian);
}

/* March 25, 2024 · and, rarely, 2024 March 25 */
static bool month_first(const struct scan *s, struct dl_date_found *d, int *ret_used)
{
    bool persian, year_first = is_year(&s->t[0]);
    int at = year_first ? skip_fill(s->t, 1) : 0;
    if (at >= AHEAD) return false;
    d->month = month_token(s, &s->t[at], &persian);
    if (d->month == 0) return false;
    at = skip_fill(s->t, at + 1);
    if (at >= AHEAD || !is_small(&s->t[at])) return false;
    d->day = s->t[at].value;
    *ret_used = at + 1;
    if (year_first) {
        d->year = s->t[0].value;
        return finish(d, persian);
    }
    at = skip_fill(s->t, at + 1);
    if (at >= AHEAD || !is_year(&s->t[at])) return false;
    d->year = s->t[at].value;
    *ret_used = at + 1;
    return finish(d, persian);
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

bool dl_date_next(const dl_months *months, dl_str text, const struct dl_date_style *style,
                  size_t *pos, struct dl_date_found *ret_date)
{
    struct scan s = {.months = months, .text = text, .style = style};
    size_t at = *pos;
    for (int i = 0; i < AHEAD; i++) {
        s.t[i] = next_token(&s, at);
        at = s.t[i].end;
    }
    while (s.t[0].type != TOKEN_END) {
        struct dl_date_found d = {.start = s.t[0].start};
        int used = 0;
        bool found = false;
        if (s.t[0].type == TOKEN_NUMBER || (s.t[0].type == TOKEN_WORD && s.t[0].value > 0))
            found = numeric(&s, &d, &used) || east_asian(&s, &d, &used) ||
                    day_first(&s, &d, &used) || month_first(&s, &d, &used);
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
