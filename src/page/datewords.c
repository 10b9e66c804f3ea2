#include "page/datewords.h"

#include <unicode/uchar.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { KEY_MAX = DL_DATE_FOLDED, LABEL_LOOK = 90, LOCALE_MAX = 12 };

struct label {
    dl_str word; /* folded */
    uint8_t label;
};

struct dl_date_words {
    dl_arena *arena;
    dl_map words; /* and "language:name" */
    dl_map agos, orders;
    DL_VEC(struct label) labels[256]; /* by their first byte */
    dl_calendars *calendars;
};
static char is_there; /* value of keys without one */

/* One form of what keyboards write in several ways; 0: nothing. */
static uint32_t folded(uint32_t cp)
{
    if (cp == '.' || (cp >= 0x064B && cp <= 0x0652) || cp == 0x0670 || cp == 0x0640) return 0;
    if (cp == 0x05F3 || cp == 0x05F4) return 0; /* marks of Hebrew abbreviations */
    if (cp == 0x0307 || (cp >= 0x200B && cp <= 0x200F) || cp == 0x00AD || cp == 0xFEFF) return 0;
    switch (cp) {
    case 0x0622: /* alef with madda, hamza above, hamza below */
    case 0x0623:
    case 0x0625:
        return 0x0627;
    case 0x064A: /* yeh, alef maksura */
    case 0x0649:
        return 0x06CC;
    case 0x0643:
        return 0x06A9;
    case 0x06C0: /* heh with yeh above */
        return 0x0647;
    case 0x0654: /* hamza above, alone */
        return 0;
    case 0x0131:
        return 'i';
    case 0x00A0:
    case 0x202F:
    case 0x3000:
        return ' ';
    default:
        return (uint32_t)u_tolower((UChar32)cp);
    }
}

size_t dl_date_fold(dl_str text, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 4 <= cap;) {
        unsigned char c = (unsigned char)text.p[i];
        uint32_t cp = c < 0x80 ? (i++, c == '.' ? 0U : (uint32_t)dl_to_lower(c))
                               : folded(dl_utf8_next(text, &i));
        if (cp != 0) n += dl_utf8_put(cp, out + n);
    }
    return n;
}

static dl_str fold_dup(struct dl_date_words *w, dl_str text)
{
    char key[KEY_MAX];
    return dl_str_dup(w->arena, (dl_str){key, dl_date_fold(text, key, sizeof key)});
}

/* --- loading ------------------------------------------------------------------------------- */

typedef enum dl_err (*row_reader)(struct dl_date_words *w, const dl_str *cell);

static enum dl_err read_table(struct dl_date_words *w, const char *path, row_reader reader,
                              struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    if (!dl_asset_get(path, &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        err = reader(w, cell);
        if (err == DL_ERR_SYNTAX)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "%s, line %zu", path, tsv.line);
        DL_TRY(err);
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* The entry of a folded word, made where there is none; NULL without memory. */
static struct dl_date_word *entry(struct dl_date_words *w, dl_str key)
{
    struct dl_date_word *e = dl_map_get(&w->words, key);
    if (e != NULL) return e;
    e = DL_NEW(w->arena, struct dl_date_word);
    return e != NULL && dl_map_set(&w->words, key, e) == DL_OK ? e : NULL;
}

static enum dl_err put_month(struct dl_date_words *w, dl_str name, uint64_t month,
                             enum dl_calendar calendar, dl_str language)
{
    dl_str key = fold_dup(w, name);
    size_t blank = dl_str_chr(key, ' ', 0);
    struct dl_date_word *e = blank == DL_NO_POS ? NULL : entry(w, dl_str_sub(key, 0, blank));
    if (e != NULL) e->begins = true;
    e = entry(w, key);
    if (e != NULL && e->month.month > 0)
        e = entry(w, dl_str_fmt(w->arena, "%.*s:%.*s", DL_FMT(language), DL_FMT(key)));
    if (e == NULL) return dl_arena_failed(w->arena);
    if (e->month.month == 0) e->month = (struct dl_date_month){(uint8_t)month, (uint8_t)calendar};
    return DL_OK;
}

static enum dl_err month_row(struct dl_date_words *w, const dl_str *cell)
{
    uint64_t month;
    enum dl_calendar calendar;
    if (!dl_str_u64(cell[1], &month) || month < 1 || month > 13 || cell[0].n + 8 > KEY_MAX)
        return DL_ERR_SYNTAX;
    if (!dl_calendar_named(cell[3], &calendar)) return DL_ERR_SYNTAX;
    return put_month(w, cell[0], month, calendar, cell[2]);
}

static bool unit_named(dl_str name, uint8_t *ret_unit)
{
    static const char *const names[DL_UNITS] = {"second", "minute", "hour", "day",
                                                "week",   "month",  "year"};
    for (uint8_t i = 0; i < DL_UNITS; i++)
        if (dl_str_eq_c(name, names[i])) return *ret_unit = i, true;
    return false;
}

static enum dl_err put_ago(struct dl_date_words *w, dl_str pattern, dl_str unit, dl_str n)
{
    struct dl_date_ago *ago = DL_NEW(w->arena, struct dl_date_ago);
    char key[KEY_MAX];
    uint64_t number = 0;
    if (ago == NULL) return dl_arena_failed(w->arena);
    if (!unit_named(unit, &ago->unit) || (n.n > 0 && !dl_str_u64(n, &number)) || number > 999)
        return DL_ERR_SYNTAX;
    ago->n = (int16_t)number;
    size_t k = 0, len = dl_date_fold(pattern, key, sizeof key);
    for (size_t i = 0; i < len; i++)
        if (key[i] != ' ') key[k++] = key[i];
    if (dl_map_get(&w->agos, (dl_str){key, k}) != NULL) return DL_OK;
    return dl_map_set(&w->agos, dl_str_dup(w->arena, (dl_str){key, k}), ago);
}

static enum dl_err ago_row(struct dl_date_words *w, const dl_str *cell)
{
    /* Pages tell when they were written: only what lies behind, counted, or a day. */
    uint8_t unit;
    bool counted = dl_str_starts(cell[2], "-"), today = dl_str_eq_c(cell[2], "0");
    if (!(counted || today) || !unit_named(cell[1], &unit)) return DL_OK;
    bool number = dl_str_eq_c(cell[2], "-@");
    return put_ago(w, cell[0], cell[1],
                   number || today ? (dl_str){NULL, 0} : dl_str_sub(cell[2], 1, cell[2].n));
}

static enum dl_err order_row(struct dl_date_words *w, const dl_str *cell)
{
    return dl_map_set(&w->orders, cell[0], &is_there);
}

static enum dl_err put_era(struct dl_date_words *w, dl_str word, dl_str value)
{
    struct dl_date_word *e = entry(w, fold_dup(w, word));
    enum dl_calendar calendar;
    uint64_t n;
    if (e == NULL) return dl_arena_failed(w->arena);
    bool minus = dl_str_starts(value, "-");
    if (dl_calendar_named(value, &calendar))
        e->era = (struct dl_date_era){DL_ERA_CALENDAR, (uint8_t)calendar};
    else if (dl_str_u64(dl_str_sub(value, minus, value.n), &n) && n < 3000)
        e->era = (struct dl_date_era){(int16_t)(minus ? -(int)n : (int)n), DL_CALENDAR_GREGORIAN};
    else
        return DL_ERR_SYNTAX;
    e->has_era = true;
    return DL_OK;
}

static enum dl_err put_mark(struct dl_date_words *w, dl_str word)
{
    struct dl_date_word *e = entry(w, fold_dup(w, word));
    if (e == NULL) return dl_arena_failed(w->arena);
    e->month_mark = true;
    return DL_OK;
}

static enum dl_err word_row(struct dl_date_words *w, const dl_str *cell)
{
    static const char *const labels[] = {"none", "published", "updated", "origin"};
    uint64_t month;
    for (uint8_t i = DL_LABEL_PUBLISHED; i <= DL_LABEL_ORIGIN; i++) {
        if (!dl_str_eq_c(cell[1], labels[i])) continue;
        struct label l = {fold_dup(w, cell[0]), i};
        if (l.word.n == 0) return DL_ERR_SYNTAX;
        return dl_vec_push(w->arena, &w->labels[(unsigned char)l.word.p[0]], l);
    }
    if (dl_str_eq_c(cell[1], "month")) {
        if (!dl_str_u64(cell[2], &month) || month < 1 || month > 12) return DL_ERR_SYNTAX;
        return put_month(w, cell[0], month, DL_CALENDAR_GREGORIAN, cell[3]);
    }
    if (dl_str_eq_c(cell[1], "month-mark")) return put_mark(w, cell[0]);
    if (dl_str_eq_c(cell[1], "era")) return put_era(w, cell[0], cell[2]);
    if (!dl_str_eq_c(cell[1], "ago")) return DL_ERR_SYNTAX;
    size_t blank = dl_str_chr(cell[2], ' ', 0);
    return put_ago(w, cell[0], dl_str_sub(cell[2], 0, blank == DL_NO_POS ? cell[2].n : blank),
                   blank == DL_NO_POS ? (dl_str){NULL, 0}
                                      : dl_str_sub(cell[2], blank + 1, cell[2].n));
}

enum dl_err dl_date_words_new(dl_arena *arena, dl_date_words **ret_words, struct dl_diag *diag)
{
    struct dl_date_words *w = DL_NEW(arena, struct dl_date_words);
    if (w == NULL) return dl_arena_failed(arena);
    w->arena = arena;
    dl_map_init(&w->words, arena);
    dl_map_init(&w->agos, arena);
    dl_map_init(&w->orders, arena);
    DL_TRY(dl_calendars_new(arena, &w->calendars));
    DL_TRY(read_table(w, "lexicon/dates/months.tsv", month_row, diag));
    DL_TRY(read_table(w, "lexicon/web/date-words.tsv", word_row, diag));
    DL_TRY(read_table(w, "lexicon/dates/relative.tsv", ago_row, diag));
    DL_TRY(read_table(w, "lexicon/dates/orders.tsv", order_row, diag));
    *ret_words = w;
    return dl_arena_failed(arena);
}

/* --- asking -------------------------------------------------------------------------------- */

/* Where words are not parted an era is the end of one. */
static const struct dl_date_word *era_at_end(const dl_date_words *w, dl_str word)
{
    size_t at = word.n;
    for (int i = 0; i < 2 && at > 0; i++) {
        if (dl_utf8_prev(word, &at) < 0x3000) break;
        const struct dl_date_word *hit = dl_map_get(&w->words, dl_str_sub(word, at, word.n));
        if (hit != NULL && hit->has_era) return hit;
    }
    return NULL;
}

bool dl_date_words_find(const dl_date_words *w, dl_str word, dl_str language,
                        struct dl_date_word *ret_word)
{
    char key[KEY_MAX + 8];
    if (word.n == 0 || word.n > KEY_MAX) return false;
    const struct dl_date_word *hit = dl_map_get(&w->words, word);
    if (hit == NULL) hit = era_at_end(w, word);
    if (hit == NULL) return false;
    *ret_word = *hit;
    if (hit->month.month == 0 || language.n < 2) return true;
    int n = snprintf(key, sizeof key, "%.2s:%.*s", language.p, DL_FMT(word));
    const struct dl_date_word *own = dl_map_get(&w->words, (dl_str){key, (size_t)n});
    if (own != NULL) ret_word->month = own->month;
    return true;
}

enum dl_date_label dl_date_words_label(const dl_date_words *w, dl_str text)
{
    char low[LABEL_LOOK + 8];
    size_t from = text.n > LABEL_LOOK ? text.n - LABEL_LOOK : 0;
    while (from < text.n && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from++;
    dl_str s = {low, dl_date_fold(dl_str_sub(text, from, text.n), low, sizeof low)};
    enum dl_date_label best = DL_LABEL_NONE;
    size_t best_end = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char first = (unsigned char)s.p[i];
        for (size_t k = 0; k < w->labels[first].n; k++) {
            const struct label *l = &w->labels[first].p[k];
            size_t end = i + l->word.n;
            bool worse = end < best_end || (end == best_end && l->label < best);
            if (end > s.n || worse || memcmp(s.p + i, l->word.p, l->word.n) != 0) continue;
            best_end = end;
            best = (enum dl_date_label)l->label;
        }
    }
    return best;
}

bool dl_date_words_ago(const dl_date_words *w, dl_str pattern, struct dl_date_ago *ret_ago)
{
    const struct dl_date_ago *hit = dl_map_get(&w->agos, pattern);
    if (hit == NULL) return false;
    *ret_ago = *hit;
    return true;
}

bool dl_date_words_month_first(const dl_date_words *w, dl_str locale)
{
    return dl_map_get(&w->orders, locale) != NULL;
}

dl_calendars *dl_date_words_calendars(const dl_date_words *w)
{
    return w->calendars;
}
