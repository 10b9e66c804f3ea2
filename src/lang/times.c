#include "lang/times.h"

#include <unicode/udat.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>

#include "lang/timex.h"

#define X(name) #name,
static const char *const kind_names[] = {TIME_KINDS(X)};
#undef X

const char *const timex_set_values[6] = {"P1D", "P1W", "P1M", "P1Y", "PT1H", "P1Q"};
static const char *const part_values[] = {"MO", "AF", "EV", "NI", "MI", "SP", "SU", "FA", "WI"};
const char *const timex_ref_values[3] = {"PRESENT_REF", "PAST_REF", "FUTURE_REF"};

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
    if (kind == T_set) return index_of(timex_set_values, 6, cell);
    if (kind == T_ref) return index_of(timex_ref_values, 3, cell);
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

typedef bool (*pattern)(const struct timex_scan *s, uint32_t i, dl_timex *out);

static const pattern patterns[] = {timex_numeric,    timex_east_asian,   timex_month_date,
                                   timex_weekday,    timex_relative_day, timex_modified,
                                   timex_quarter,    timex_counted,      timex_hyphened,
                                   timex_clock_time, timex_year,         timex_fixed};

/* Most words start no time: one look-up instead of all patterns. */
static bool may_start(const struct timex_scan *s, uint32_t i)
{
    const dl_token *t = &s->w->p[i];
    uint32_t link;
    if (t->kind == DL_TOKEN_NUMBER || (t->mark >= '0' && t->mark <= '9') || t->mark >= 0x0600)
        return true;
    if (timex_phrase_at(s, i, &link) > 0) return true;
    return timex_text_is(s, i, "the") || dl_str_chr(dl_token_text(s->w, i), '-', 0) != DL_NO_POS;
}

enum { FUTURE_REACH = 8 /* words behind "will" that it still rules */ };

static enum dl_err in_sentence(struct timex_scan *s, const dl_sentence *sentence, dl_timexes *out)
{
    s->last = sentence->last;
    memset(s->heard, 0, TIMEX_HEARD * sizeof *s->heard);
    uint32_t will = 0;
    for (uint32_t i = sentence->first; i < sentence->last; i++) {
        const dl_token *t = &s->w->p[i];
        if (t->kind > DL_TOKEN_NUMBER) continue;
        if (timex_text_is(s, i, "will") || timex_text_is(s, i, "'ll")) will = i + 1;
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
    struct timex_heard heard[TIMEX_HEARD];
    struct timex_scan s = {
        .t = times, .arena = arena, .w = words, .dated = dl_time_is_set(published), .heard = heard};
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
