#include <unicode/uchar.h>

#include "base/utf8.h"
#include "page/datetext.h"

enum {
    PIECES_MAX = 40,
    PIECES_OF_PATTERN = 6,
    NUMBER_MAX = 999,
    GLUED_MAX = 12, /* characters of a word that are tried, where words are not parted */
};

struct piece {
    size_t start, end;
    int value; /* of a number; -1: a word, -2: a mark, over which no pattern goes */
};

static bool is_word(uint32_t cp)
{
    return u_isalpha((UChar32)cp) || (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) != 0 ||
           cp == '\'' || cp == 0x200C;
}

static size_t cut(dl_str text, struct piece *p)
{
    size_t n = 0, at = 0;
    while (at < text.n && n < PIECES_MAX) {
        size_t next = at;
        uint32_t cp = dl_utf8_next(text, &next);
        int digit = u_charDigitValue((UChar32)cp);
        if (cp == '.' || cp == ' ' || cp == 0xA0 || cp == 0x3000) {
            at = next;
            continue;
        }
        struct piece piece = {at, next, digit >= 0 ? 0 : is_word(cp) ? -1 : -2};
        for (size_t more = at; piece.value >= -1 && more < text.n;) {
            cp = dl_utf8_next(text, &more);
            digit = u_charDigitValue((UChar32)cp);
            if (piece.value == -1 ? digit >= 0 || !is_word(cp) : digit < 0) break;
            if (digit >= 0 && piece.value <= NUMBER_MAX) piece.value = piece.value * 10 + digit;
            piece.end = more;
        }
        p[n++] = piece;
        at = piece.end;
    }
    return n;
}

struct pattern {
    char key[2 * DL_DATE_FOLDED];
    size_t n;
    int number; /* -1: none yet */
};

static bool add(struct pattern *k, dl_str text, const struct piece *p)
{
    if (p->value == -2 || k->n + DL_DATE_FOLDED > sizeof k->key) return false;
    if (p->value < 0) {
        k->n += dl_date_fold(dl_str_sub(text, p->start, p->end), k->key + k->n, DL_DATE_FOLDED);
        return true;
    }
    if (k->number >= 0 || p->value > NUMBER_MAX) return false;
    k->number = p->value;
    k->key[k->n++] = '@';
    return true;
}

static bool matches(const dl_date_words *words, const struct pattern *k,
                    struct dl_date_since *ret_since)
{
    struct dl_date_ago ago;
    if (!dl_date_words_ago(words, (dl_str){k->key, k->n}, &ago)) return false;
    ret_since->unit = (enum dl_date_unit)ago.unit;
    ret_since->n = k->number >= 0 ? k->number : ago.n;
    ret_since->has_number = k->number >= 0 || ago.n > 0;
    return true;
}

/* "小时前发布": the last word's first characters, the longest that match. */
static bool matches_glued(const dl_date_words *words, dl_str text, struct pattern k,
                          const struct piece *p, struct dl_date_since *ret_since)
{
    if (p->value != -1 || (unsigned char)text.p[p->start] < 0xE0) return false;
    size_t at = p->start, before = k.n;
    bool found = false;
    for (int i = 0; i < GLUED_MAX && at < p->end; i++) {
        dl_utf8_next(text, &at);
        k.n = before + dl_date_fold(dl_str_sub(text, p->start, at), k.key + before, DL_DATE_FOLDED);
        if (!matches(words, &k, ret_since)) continue;
        ret_since->end = at;
        found = true;
    }
    return found;
}

static bool starts_at(const dl_date_words *words, dl_str text, const struct piece *p, size_t n,
                      struct dl_date_since *ret_since)
{
    struct pattern k = {.number = -1};
    bool found = false;
    for (size_t i = 0; i < n && i < PIECES_OF_PATTERN; i++) {
        struct pattern before = k;
        struct dl_date_since s = {.start = p[0].start, .end = p[i].end};
        if (!add(&k, text, &p[i])) break;
        if (!matches(words, &k, &s) &&
            (before.n == 0 || !matches_glued(words, text, before, &p[i], &s)))
            continue;
        *ret_since = s;
        found = true;
    }
    return found;
}

bool dl_date_since_find(const dl_date_words *words, dl_str text, struct dl_date_since *ret_since)
{
    struct piece p[PIECES_MAX];
    size_t n = cut(text, p);
    for (size_t i = 0; i < n; i++)
        if (starts_at(words, text, &p[i], n - i, ret_since)) return true;
    return false;
}

static dl_time months_before(dl_time now, int months, enum dl_precision precision)
{
    dl_civil c = dl_civil_of(now, true);
    int all = c.year * 12 + c.month - 1 - months;
    dl_civil then = {.year = all / 12, .month = all % 12 + 1, .day = 1};
    if (precision == DL_PREC_YEAR) then.month = 1;
    return dl_time_of_civil(&then, precision, DL_ZONE_NONE, 0);
}

dl_time dl_date_since_time(const struct dl_date_since *since, dl_time now)
{
    static const int64_t ms_of[] = {1000, 60000, 3600000, 86400000, 7 * 86400000LL};
    if (now.precision < DL_PREC_MINUTE) return (dl_time){0};
    if (since->unit == DL_UNIT_MONTH) return months_before(now, since->n, DL_PREC_MONTH);
    if (since->unit == DL_UNIT_YEAR) return months_before(now, since->n * 12, DL_PREC_YEAR);
    dl_time t = now;
    t.ms -= since->n * ms_of[since->unit];
    dl_civil c = dl_civil_of(t, true);
    if (since->unit <= DL_UNIT_MINUTE) {
        c.second = c.ms = 0;
        return dl_time_of_civil(&c, DL_PREC_MINUTE, (enum dl_zone)now.zone, now.offset_min);
    }
    bool weeks = since->unit == DL_UNIT_WEEK;
    dl_civil day = {.year = c.year, .month = c.month, .day = weeks ? 1 : c.day};
    return dl_time_of_civil(&day, weeks ? DL_PREC_MONTH : DL_PREC_DAY, DL_ZONE_NONE, 0);
}
