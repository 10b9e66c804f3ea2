/* Words and forms of times of one language, from the lexicon, CLDR's tables and ICU. */
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

#include "lang/timex.h"

#define X(name) #name,
static const char *const op_names[] = {TIMEX_OPS(X)};
#undef X
static const char *const part_values[] = {"MO", "AF", "EV", "NI", "MI", "SP", "SU", "FA", "WI"};
static const char *const edge_values[] = {"START", "MID", "END"};

enum { NAME_MAX = 64, PARTS = 5 };

static int index_of(const char *const *list, size_t n, dl_str s)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(s, list[i])) return (int)i;
    return -1;
}

static bool number_in(dl_str cell, int *ret)
{
    uint64_t number;
    bool minus = dl_str_starts(cell, "-"), plus = dl_str_starts(cell, "+");
    if (!dl_str_u64(dl_str_sub(cell, minus || plus, cell.n), &number) || number > 3000)
        return false;
    *ret = minus ? -(int)number : (int)number;
    return true;
}

static int value_of(enum timex_slot slot, dl_str cell)
{
    int number;
    if (number_in(cell, &number)) return number;
    if (slot == TIMEX_set) return index_of(timex_set_values, 6, cell);
    if (slot == TIMEX_ref) return index_of(timex_ref_values, 3, cell);
    if (slot == TIMEX_edge) return index_of(edge_values, 3, cell);
    if (slot == TIMEX_part || slot == TIMEX_today) return index_of(part_values, PARTS, cell);
    if (slot == TIMEX_season) return index_of(part_values, 9, cell) - PARTS;
    return cell.n > 0 ? cell.p[0] : 0;
}

static uint32_t packed(enum timex_slot slot, int value, uint32_t flags)
{
    return (uint32_t)slot << 16 | flags | (uint32_t)(value + TIMEX_ZERO);
}

static enum dl_err bad_line(const dl_tsv *tsv, const char *folder, const char *file,
                            const char *what, dl_str cell, struct dl_diag *diag)
{
    return dl_fail(diag, DL_ERR_SYNTAX, tsv->line, "lexicon/%s/%s:%zu: no %s \"%.*s\"", folder,
                   file, tsv->line, what, DL_FMT(cell));
}

static enum dl_err load_words(dl_times *t, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, t->code, "times.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t kind = dl_tsv_column(&tsv, "kind"), words = dl_tsv_column(&tsv, "words");
    size_t value = dl_tsv_column(&tsv, "value");
    if (kind == DL_NO_POS || words == DL_NO_POS || value == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/times.tsv: a column is missing",
                       t->code);
    dl_str cells[DL_TSV_MAX_COLUMNS], form;
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        bool weak = dl_str_starts(cells[kind], "weak ");
        dl_str name = dl_str_sub(cells[kind], weak ? 5 : 0, cells[kind].n);
        enum timex_slot slot = timex_slot_named(name);
        if (slot == TIMEX_NONE)
            return bad_line(&tsv, t->code, "times.tsv", "kind", cells[kind], diag);
        int v = value_of(slot, cells[value]);
        while (dl_str_split(&cells[words], '|', &form))
            if (timex_add_word(t, form, packed(slot, v, weak ? TIMEX_WEAK : 0)) != DL_OK)
                return bad_line(&tsv, t->code, "times.tsv", "words", form, diag);
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* "ago", "ago Y", "quarter 0", "ref PAST_REF", "last Y" */
static bool means_of(dl_str cell, struct timex_means *ret)
{
    size_t blank = dl_str_chr(cell, ' ', 0);
    dl_str name = blank == DL_NO_POS ? cell : dl_str_sub(cell, 0, blank);
    dl_str arg = blank == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_sub(cell, blank + 1, cell.n);
    int op = index_of(op_names, TIMEX_OP_COUNT, name), n;
    if (op < 0) return false;
    *ret = (struct timex_means){.op = (uint8_t)op};
    if (arg.n == 0) return true;
    if (op == TIMEX_OP_ref)
        ret->text = arg;
    else if (number_in(arg, &n))
        ret->n = (int16_t)n;
    else
        ret->unit = (uint8_t)arg.p[0];
    return arg.n == 1 || op == TIMEX_OP_ref || number_in(arg, &n);
}

static enum dl_err load_forms(dl_times *t, dl_arena *arena, const char *folder, const char *file,
                              struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, folder, file, &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t means = dl_tsv_column(&tsv, "means"), form = dl_tsv_column(&tsv, "form");
    if (means == DL_NO_POS || form == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/%s: a column is missing", folder, file);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        struct timex_means m;
        if (!means_of(cells[means], &m))
            return bad_line(&tsv, folder, file, "meaning", cells[means], diag);
        err = timex_add_form(t, cells[form], &m);
        if (err == DL_ERR_SYNTAX) return bad_line(&tsv, folder, file, "form", cells[form], diag);
        if (err != DL_OK) return err;
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* --- CLDR ---------------------------------------------------------------------------------- */

static int unit_code(dl_str name, int *ret_weekday)
{
    static const char *const names[] = {"second",    "minute",   "hour",   "day",      "week",
                                        "month",     "quarter",  "year",   "monday",   "tuesday",
                                        "wednesday", "thursday", "friday", "saturday", "sunday"};
    int i = index_of(names, 15, name);
    *ret_weekday = i >= 8 ? i - 8 : -1;
    return i < 0 ? -1 : i < 8 ? "SNHDWMQY"[i] : 0;
}

static bool steps_of(dl_str n, int *ret)
{
    static const char *const sides[] = {"last", "this", "next"};
    int side = index_of(sides, 3, n);
    return side >= 0 ? (*ret = side - 1, true) : number_in(n, ret);
}

static enum dl_err add_relative(dl_times *t, dl_arena *arena, dl_str pattern, dl_str unit, dl_str n)
{
    struct timex_means m = {.op = TIMEX_OP_shift};
    int weekday, code = unit_code(unit, &weekday), steps = 0;
    size_t at = dl_str_chr(pattern, '@', 0);
    if (code < 0) return DL_ERR_SYNTAX;
    m.unit = (uint8_t)code;
    if (at != DL_NO_POS) {
        m.op = dl_str_starts(n, "+") ? TIMEX_OP_later : TIMEX_OP_ago;
        pattern = dl_str_fmt(arena, "%.*s <n> %.*s", DL_FMT(dl_str_sub(pattern, 0, at)),
                             DL_FMT(dl_str_sub(pattern, at + 1, pattern.n)));
    } else if (!steps_of(n, &steps)) {
        return DL_ERR_SYNTAX;
    }
    m.n = (int16_t)steps;
    if (weekday >= 0) {
        m.op = TIMEX_OP_weekday;
        m.unit = (uint8_t)weekday;
    }
    if (at == DL_NO_POS && code == 'D')
        return timex_add_word(t, pattern, packed(TIMEX_rel, steps, 0));
    enum dl_err err = timex_add_form(t, pattern, &m);
    return err == DL_ERR_SYNTAX ? DL_OK : err; /* nothing but marks: left out */
}

/* Rows of a language stand together. */
static enum dl_err load_cldr(dl_times *t, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    bool met = false;
    DL_TRY(dl_lexicon_open(arena, "dates", "relative.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        bool own = tsv.columns == 4 && dl_str_eq_c(cells[3], t->code);
        if (met && !own) break;
        if (!own) continue;
        met = true;
        err = add_relative(t, arena, cells[0], cells[1], cells[2]);
        if (err == DL_ERR_SYNTAX)
            return bad_line(&tsv, "dates", "relative.tsv", "pattern", cells[0], diag);
        if (err != DL_OK) return err;
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* --- names of months and weekdays ----------------------------------------------------------- */

static enum dl_err add_name(dl_times *t, dl_arena *arena, const UChar *text, int32_t n,
                            enum timex_slot slot, int value, bool brief)
{
    char utf8[NAME_MAX * 3];
    int32_t bytes = 0, at = 0;
    UErrorCode status = U_ZERO_ERROR;
    UChar32 first;
    U16_NEXT(text, at, n, first);
    u_strToUTF8(utf8, sizeof utf8, &bytes, text, n, &status);
    if (U_FAILURE(status) || bytes <= 2 || bytes >= (int32_t)sizeof utf8 || u_isdigit(first))
        return DL_OK;
    dl_str name = dl_str_dup(arena, (dl_str){utf8, (size_t)bytes});
    if (name.p == NULL) return dl_arena_failed(arena);
    uint32_t flags = (u_isUUppercase(first) ? TIMEX_CAPITAL : 0) | (brief ? TIMEX_WEAK : 0);
    enum dl_err err = timex_add_word(t, name, packed(slot, value, flags));
    if (err == DL_OK && name.p[name.n - 1] == '.')
        err = timex_add_word(t, dl_str_sub(name, 0, name.n - 1), packed(slot, value, flags));
    return err == DL_ERR_SYNTAX ? DL_OK : err; /* a name that is no words: left out */
}

static enum dl_err add_symbols(dl_times *t, dl_arena *arena, UDateFormat *format,
                               UDateFormatSymbolType type, int calendar)
{
    bool weekday = type == UDAT_WEEKDAYS || type == UDAT_STANDALONE_WEEKDAYS;
    bool brief = type == UDAT_SHORT_MONTHS || type == UDAT_STANDALONE_SHORT_MONTHS;
    int32_t n = udat_countSymbols(format, type);
    for (int32_t i = weekday; i < n; i++) { /* ICU counts weekdays from 1 = Sunday */
        UChar text[NAME_MAX];
        UErrorCode status = U_ZERO_ERROR;
        int32_t length = udat_getSymbols(format, type, i, text, NAME_MAX, &status);
        if (U_FAILURE(status) || length <= 0) continue;
        /* The 14th of the Hebrew names is Adar of leap years, ICU's 7th month. */
        int month = calendar == DL_CALENDAR_HEBREW && i == 13 ? 7 : i + 1;
        DL_TRY(add_name(t, arena, text, length, weekday ? TIMEX_weekday : TIMEX_month,
                        weekday ? (i + 5) % 7 : month + 100 * calendar, brief));
    }
    return DL_OK;
}

static bool listed(const char *code, const char *list)
{
    char word[16];
    snprintf(word, sizeof word, " %s ", code);
    return strstr(list, word) != NULL;
}

static enum dl_err load_names(dl_times *t, dl_arena *arena, const char *calendar, int number)
{
    static const UDateFormatSymbolType types[] = {UDAT_MONTHS,       UDAT_STANDALONE_MONTHS,
                                                  UDAT_WEEKDAYS,     UDAT_STANDALONE_WEEKDAYS,
                                                  UDAT_SHORT_MONTHS, UDAT_STANDALONE_SHORT_MONTHS};
    UErrorCode status = U_ZERO_ERROR;
    char locale[48];
    snprintf(locale, sizeof locale, "%s@calendar=%s", t->code, calendar);
    UDateFormat *format = udat_open(UDAT_LONG, UDAT_LONG, locale, u"UTC", 3, NULL, 0, &status);
    if (U_FAILURE(status)) return DL_OK;
    enum dl_err err = DL_OK;
    for (size_t i = 0; i < 6 && err == DL_OK; i++) {
        if (number != 0 && (i == 2 || i == 3)) continue;
        err = add_symbols(t, arena, format, types[i], number);
    }
    udat_close(format);
    return err;
}

static enum dl_err load_calendars(dl_times *t, dl_arena *arena)
{
    DL_TRY(
        load_names(t, arena, "gregorian", 0)); /* Persian and Thai locales default to their own */
    if (listed(t->code, " fa ps ckb "))
        DL_TRY(load_names(t, arena, "persian", DL_CALENDAR_PERSIAN));
    if (listed(t->code, " ar en fa fr ur ps tr id ms bn bs az ckb sd "))
        DL_TRY(load_names(t, arena, "islamic", DL_CALENDAR_ISLAMIC));
    if (listed(t->code, " he ")) DL_TRY(load_names(t, arena, "hebrew", DL_CALENDAR_HEBREW));
    if (listed(t->code, " am ")) DL_TRY(load_names(t, arena, "ethiopic", DL_CALENDAR_ETHIOPIC));
    return DL_OK;
}

/* CLDR's name of a language where CLD2 and pages use another. */
const char *timex_cldr_code(const char *code)
{
    static const char *const pairs[][2] = {{"no", "nb"},  {"iw", "he"}, {"in", "id"},
                                           {"tl", "fil"}, {"sh", "sr"}, {"ji", "yi"},
                                           {"mo", "ro"},  {"jw", "jv"}, {"cmn", "zh"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(pairs[i][0], code) == 0) return pairs[i][1];
    return code;
}

enum dl_err dl_times_load(dl_times **ret_times, dl_arena *arena, const dl_pack *pack,
                          const char *code, struct dl_diag *diag)
{
    dl_times *t = DL_NEW(arena, dl_times);
    if (t == NULL) return dl_arena_failed(arena);
    t->arena = arena;
    t->pack = pack;
    snprintf(t->code, sizeof t->code, "%s", timex_cldr_code(code));
    dl_map64_init(&t->words.edges, arena);
    dl_map64_init(&t->words.ends, arena);
    dl_map64_init(&t->forms.edges, arena);
    dl_map64_init(&t->forms.ends, arena);
    DL_TRY(load_words(t, arena, diag));
    DL_TRY(load_calendars(t, arena));
    DL_TRY(load_forms(t, arena, t->code, "timeforms.tsv", diag));
    DL_TRY(load_cldr(t, arena, diag));
    DL_TRY(load_forms(t, arena, "dates", "forms.tsv", diag));
    *ret_times = t;
    return DL_OK;
}
