/* Writes lexicon/dates/{months,relative,orders}.tsv from the CLDR data of the ICU it is linked
 * with. Needed when ICU is newer, or for a language that is missing: cc -std=gnu17 -o cldr-dates
 * tools/cldr-dates.c $(pkg-config --cflags --libs icu-i18n icu-uc)
 *   ./cldr-dates lexicon/dates
 * Prints the same bytes for the same ICU. Not part of the build. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ureldatefmt.h>
#include <unicode/ustring.h>
#include <unicode/uversion.h>

enum { TEXT = 128, ROWS = 40000, NUMBER = 0x40 };

/* Those whose dates pages of news print; the first wins where names are shared. Relative dates are
 * written for all others, too. */
static const char languages[] =
    "en de fr es pt it nl ru uk pl cs tr ar fa he hi bn ur zh ja ko th vi id ms sv da nb nn fi el "
    "hu ro bg sr hr sl sk lt lv et ca eu gl be mk sq bs is ga cy mt ka hy az kk ky uz tk mn km lo "
    "my si ta te kn ml mr gu pa ne am ti sw so ha yo ig zu xh af fil ps ckb ku sd tg lb fy br gd "
    "eo or as om rw ";

static struct row {
    char name[TEXT], language[8], calendar[12];
    char steps[8]; /* of relative dates */
    int value;
} * rows;
static int row_count;

static int is_listed(const char *language)
{
    char word[16];
    snprintf(word, sizeof word, "%s ", language);
    const char *at = strstr(languages, word);
    return at != NULL && (at == languages || at[-1] == ' ');
}

/* Lower case, without direction marks and dots at the end; "" when there is a digit in it. */
static void name_of(const UChar *text, int n, char out[TEXT])
{
    UChar low[TEXT];
    int k = 0, at = 0;
    UErrorCode err = U_ZERO_ERROR;
    out[0] = '\0';
    for (int i = 0; i < n && k < TEXT - 3;) {
        UChar32 c;
        U16_NEXT(text, i, n, c);
        if (u_charType(c) == U_FORMAT_CHAR && c != 0x200C) continue;
        if (u_charDigitValue(c) >= 0 && k == 0) return;
        if (u_charDigitValue(c) >= 0) return;
        if (c == 0xA0 || c == 0x202F) c = ' ';
        U16_APPEND_UNSAFE(low, k, u_tolower(c));
    }
    while (k > 0 && (low[k - 1] == '.' || low[k - 1] == ' '))
        k--;
    while (at < k && low[at] == ' ')
        at++;
    u_strToUTF8(out, TEXT, NULL, low + at, k - at, &err);
    if (U_FAILURE(err)) out[0] = '\0';
}

static int letters_in(const char *name)
{
    int n = 0;
    for (int32_t i = 0; name[i] != '\0';) {
        UChar32 c;
        U8_NEXT(name, i, -1, c);
        n += u_isalpha(c);
    }
    return n;
}

/* A month's number must be clear: the same name twice in a language is no name of a month. */
static void add(const char *name, int month, const char *language, const char *calendar)
{
    if (letters_in(name) < 2 && (unsigned char)name[0] < 0x80) return;
    if (name[0] == '\0' || strchr(name, '\'') != NULL || row_count == ROWS) return;
    if (strncmp(name, "de ", 3) == 0) return; /* the little word is read anyway */
    for (int i = 0; i < row_count; i++) {
        struct row *r = &rows[i];
        if (strcmp(r->name, name) != 0 || strcmp(r->calendar, calendar) != 0) continue;
        if (r->value == month) return;
        if (strcmp(r->language, language) == 0) return;
    }
    struct row *r = &rows[row_count++];
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->language, sizeof r->language, "%s", language);
    snprintf(r->calendar, sizeof r->calendar, "%s", calendar);
    r->value = month;
}

static void months_of(const char *locale, const char *language, const char *calendar)
{
    static const UDateFormatSymbolType types[] = {UDAT_MONTHS, UDAT_STANDALONE_MONTHS,
                                                  UDAT_SHORT_MONTHS, UDAT_STANDALONE_SHORT_MONTHS};
    char id[64];
    UErrorCode err = U_ZERO_ERROR;
    snprintf(id, sizeof id, "%s@calendar=%s", locale, calendar);
    UDateFormat *f = udat_open(UDAT_LONG, UDAT_LONG, id, NULL, 0, NULL, 0, &err);
    if (U_FAILURE(err)) return;
    for (size_t t = 0; t < 4; t++) {
        int n = udat_countSymbols(f, types[t]);
        for (int i = 0; i < n; i++) {
            UChar text[TEXT];
            char name[TEXT];
            err = U_ZERO_ERROR;
            int len = udat_getSymbols(f, types[t], i, text, TEXT, &err);
            if (U_FAILURE(err)) continue;
            name_of(text, len, name);
            /* The 14th of the Hebrew names is Adar of leap years, ICU's 7th month. */
            int month = strcmp(calendar, "hebrew") == 0 && i == 13 ? 7 : i + 1;
            add(name, month, language, calendar);
            /* "in March" is one word in Hebrew, and so are dates. */
            char in[TEXT];
            snprintf(in, sizeof in, "ב%.*s", TEXT - 8, name);
            if (strcmp(language, "he") == 0 && name[0] != '\0') add(in, month, language, calendar);
        }
    }
    udat_close(f);
}

static int has_own(const char *language, const char *list)
{
    char word[16];
    snprintf(word, sizeof word, " %s ", language);
    return strstr(list, word) != NULL;
}

static FILE *create(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (f == NULL) exit(1);
    return f;
}

/* Locales in the order of `languages`, the language's own first. */
static void for_each_locale(void (*visit)(const char *locale, const char *language))
{
    for (const char *p = languages; *p != '\0'; p = strchr(p, ' ') + 1) {
        char language[8] = "", own[8];
        snprintf(language, sizeof language, "%.*s", (int)strcspn(p, " "), p);
        for (int i = 0; i < uloc_countAvailable(); i++) {
            const char *locale = uloc_getAvailable(i);
            UErrorCode err = U_ZERO_ERROR;
            uloc_getLanguage(locale, own, sizeof own, &err);
            if (strcmp(own, language) == 0) visit(locale, language);
        }
    }
}

static void all_months(const char *locale, const char *language)
{
    months_of(locale, language, "gregorian");
    if (has_own(language, " fa ps ckb tg ")) months_of(locale, language, "persian");
    if (has_own(language, " ar en fa ur ps tr id ms bn bs az ckb sd "))
        months_of(locale, language, "islamic");
    if (has_own(language, " he ")) months_of(locale, language, "hebrew");
    if (has_own(language, " am ")) months_of(locale, language, "ethiopic");
}

static void write_months(const char *folder)
{
    row_count = 0;
    for_each_locale(all_months);
    FILE *f = create(folder, "months.tsv");
    fprintf(f,
            "# Months as they stand in dates, lower case, without final dots. Written by "
            "tools/cldr-dates.c from\n# Unicode CLDR (ICU %s). A name that several languages "
            "share stands once;\n# where they disagree on the month, the later row holds for "
            "its language.\nname\tmonth\tlanguage\tcalendar\n",
            U_ICU_VERSION);
    for (int i = 0; i < row_count; i++)
        fprintf(f, "%s\t%d\t%s\t%s\n", rows[i].name, rows[i].value, rows[i].language,
                rows[i].calendar);
    fclose(f);
}

/* --- relative dates ------------------------------------------------------------------------ */

static const struct {
    URelativeDateTimeUnit unit;
    const char *name;
} units[] = {{UDAT_REL_UNIT_SECOND, "second"},       {UDAT_REL_UNIT_MINUTE, "minute"},
             {UDAT_REL_UNIT_HOUR, "hour"},           {UDAT_REL_UNIT_DAY, "day"},
             {UDAT_REL_UNIT_WEEK, "week"},           {UDAT_REL_UNIT_MONTH, "month"},
             {UDAT_REL_UNIT_QUARTER, "quarter"},     {UDAT_REL_UNIT_YEAR, "year"},
             {UDAT_REL_UNIT_MONDAY, "monday"},       {UDAT_REL_UNIT_TUESDAY, "tuesday"},
             {UDAT_REL_UNIT_WEDNESDAY, "wednesday"}, {UDAT_REL_UNIT_THURSDAY, "thursday"},
             {UDAT_REL_UNIT_FRIDAY, "friday"},       {UDAT_REL_UNIT_SATURDAY, "saturday"},
             {UDAT_REL_UNIT_SUNDAY, "sunday"}};
enum { UNITS = sizeof units / sizeof *units, FIRST_WORDY = 3, FIRST_WEEKDAY = 8 };

/* The pattern: lower case, no dots and marks, the number as "@". */
static int pattern_of(const UChar *text, int n, char out[TEXT])
{
    UChar low[TEXT];
    int k = 0, numbers = 0;
    UErrorCode err = U_ZERO_ERROR;
    for (int i = 0; i < n && k < TEXT - 3;) {
        UChar32 c;
        U16_NEXT(text, i, n, c);
        if (u_charType(c) == U_FORMAT_CHAR || c == '.') continue;
        if (c == '-' || c == '+') return 0;
        if (u_charDigitValue(c) >= 0) {
            if (k > 0 && low[k - 1] == '#') continue;
            numbers++;
            c = NUMBER;
        }
        if (c == 0xA0 || c == 0x202F) c = ' ';
        U16_APPEND_UNSAFE(low, k, u_tolower(c));
    }
    u_strToUTF8(out, TEXT, NULL, low, k, &err);
    return U_SUCCESS(err) && numbers <= 1;
}

static void add_relative(const UChar *text, int n, const char *steps, size_t unit,
                         const char *language)
{
    char pattern[TEXT];
    if (!pattern_of(text, n, pattern) || row_count == ROWS) return;
    /* Without a number in digits the words hold it: "قبل يومين". */
    if (strchr(pattern, NUMBER) == NULL && strchr(steps, ':') != NULL)
        steps = strchr(steps, ':') + 1;
    char way[8];
    snprintf(way, sizeof way, "%.*s", (int)strcspn(steps, ":"), steps);
    if ((strchr(pattern, NUMBER) != NULL) != (strchr(way, NUMBER) != NULL)) return;
    for (int i = row_count - 1; i >= 0 && strcmp(rows[i].language, language) == 0; i--)
        if (strcmp(rows[i].name, pattern) == 0) return;
    struct row *r = &rows[row_count++];
    snprintf(r->name, sizeof r->name, "%s", pattern);
    snprintf(r->language, sizeof r->language, "%s", language);
    snprintf(r->calendar, sizeof r->calendar, "%s", units[unit].name);
    snprintf(r->steps, sizeof r->steps, "%s", way);
}

static void counted_of(URelativeDateTimeFormatter *f, size_t unit, const char *language)
{
    static const int counts[] = {1, 2, 3, 5, 11, 21, 22, 100};
    for (int sign = -1; sign <= 1; sign += 2)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            UChar text[TEXT];
            char steps[24];
            UErrorCode err = U_ZERO_ERROR;
            int n =
                ureldatefmt_formatNumeric(f, sign * counts[c], units[unit].unit, text, TEXT, &err);
            snprintf(steps, sizeof steps, "%c@:%+d", sign < 0 ? '-' : '+', sign * counts[c]);
            if (U_SUCCESS(err)) add_relative(text, n, steps, unit, language);
        }
}

/* "yesterday", "next week", "last Monday" */
static void words_of(URelativeDateTimeFormatter *f, size_t unit, const char *language)
{
    static const char *const ways[] = {"-2", "-1", "0", "+1", "+2"}, *const sides[] = {
                                                                         "last", "this", "next"};
    bool day = units[unit].unit == UDAT_REL_UNIT_DAY;
    for (int step = day ? -2 : -1; step <= (day ? 2 : 1); step++) {
        UChar text[TEXT];
        UErrorCode err = U_ZERO_ERROR;
        int n = ureldatefmt_format(f, step, units[unit].unit, text, TEXT, &err);
        if (U_SUCCESS(err))
            add_relative(text, n, day ? ways[step + 2] : sides[step + 1], unit, language);
    }
}

static void relative_of(const char *locale, const char *language)
{
    static const UDateRelativeDateTimeFormatterStyle styles[] = {UDAT_STYLE_LONG, UDAT_STYLE_SHORT,
                                                                 UDAT_STYLE_NARROW};
    for (size_t s = 0; s < 3; s++) {
        UErrorCode err = U_ZERO_ERROR;
        URelativeDateTimeFormatter *f =
            ureldatefmt_open(locale, NULL, styles[s], UDISPCTX_CAPITALIZATION_NONE, &err);
        if (U_FAILURE(err)) return;
        for (size_t u = 0; u < (s == 0 ? UNITS : FIRST_WEEKDAY); u++) {
            if (u < FIRST_WEEKDAY) counted_of(f, u, language);
            if (u >= FIRST_WORDY) words_of(f, u, language);
        }
        ureldatefmt_close(f);
    }
}

/* Languages of ICU beyond the list, in the order of their codes. */
static void other_languages(void)
{
    for (int i = 0; i < uloc_countAvailable(); i++) {
        char language[8];
        UErrorCode err = U_ZERO_ERROR;
        uloc_getLanguage(uloc_getAvailable(i), language, sizeof language, &err);
        if (U_SUCCESS(err) && !is_listed(language)) relative_of(uloc_getAvailable(i), language);
    }
}

static void write_relative(const char *folder)
{
    row_count = 0;
    for_each_locale(relative_of);
    other_languages();
    FILE *f = create(folder, "relative.tsv");
    fprintf(
        f,
        "# Dates told from now, lower case, without dots; \"@\" is the number. n: steps of the unit, back (-) or on (+);\n"
        "# last, this, next of a unit or weekday. Written by tools/cldr-dates.c from Unicode CLDR (ICU %s);\n"
        "# what pages say beside that stands in web/date-words.tsv, what texts say in LANG/timeforms.tsv.\n"
        "pattern\tunit\tn\tlanguage\n",
        U_ICU_VERSION);
    for (int i = 0; i < row_count; i++)
        fprintf(f, "%s\t%s\t%s\t%s\n", rows[i].name, rows[i].calendar, rows[i].steps,
                rows[i].language);
    fclose(f);
}

/* --- the order of day and month ------------------------------------------------------------ */

static FILE *orders;

static void order_of(const char *locale, const char *language)
{
    UErrorCode err = U_ZERO_ERROR;
    UChar pattern[TEXT];
    char tag[64];
    (void)language;
    UDateFormat *f = udat_open(UDAT_NONE, UDAT_SHORT, locale, NULL, 0, NULL, 0, &err);
    if (U_FAILURE(err)) return;
    int n = udat_toPattern(f, 0, pattern, TEXT, &err), d = -1, m = -1, y = -1;
    for (int i = 0; i < n; i++) {
        if (pattern[i] == 'd' && d < 0) d = i;
        if (pattern[i] == 'M' && m < 0) m = i;
        if (pattern[i] == 'y' && y < 0) y = i;
    }
    uloc_toLanguageTag(locale, tag, sizeof tag, 0, &err);
    if (U_SUCCESS(err) && m >= 0 && m < d && d < y) fprintf(orders, "%s\tmonth\n", tag);
    udat_close(f);
}

static void write_orders(const char *folder)
{
    orders = create(folder, "orders.tsv");
    fprintf(orders,
            "# Where 3/4/2024 is March 4th; everywhere else the day is first. Written by "
            "tools/cldr-dates.c from\n# Unicode CLDR (ICU %s), short dates.\n"
            "locale\tfirst\n",
            U_ICU_VERSION);
    for_each_locale(order_of);
    fclose(orders);
}

int main(int argc, char **argv)
{
    if (argc != 2 || (rows = calloc(ROWS, sizeof *rows)) == NULL) return 2;
    if (!is_listed("en")) return 2;
    write_months(argv[1]);
    write_relative(argv[1]);
    write_orders(argv[1]);
    return 0;
}
