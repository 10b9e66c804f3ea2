/* Words of dates, of all languages (lexicon/dates: months, relative, orders; web/date-words.tsv).
 *
 * Keys are folded: lower case, without vowel signs, direction marks and dots, with one form of the
 * letters that Arabic, Persian and Turkish keyboards write differently. One set a reader, used by
 * one thread (it holds the calendars). */
#ifndef DL_PAGE_DATEWORDS_H
#define DL_PAGE_DATEWORDS_H

#include "page/calendar.h"

typedef struct dl_date_words dl_date_words;
enum dl_err dl_date_words_new(dl_arena *arena, dl_date_words **ret_words,
                              struct dl_diag *diag) DL_MUST_USE;

enum { DL_DATE_FOLDED = 96 };
/* Folds as much of text as fits; bytes written. */
size_t dl_date_fold(dl_str text, char *out, size_t cap);

struct dl_date_month {
    uint8_t month; /* 0: none */
    uint8_t calendar;
};
struct dl_date_era {
    int16_t add; /* to a year, for the Gregorian one; DL_ERA_CALENDAR: it is another calendar */
    uint8_t calendar;
};
enum { DL_ERA_CALENDAR = 9999 };
/* What a word is within dates. */
struct dl_date_word {
    struct dl_date_month month;
    struct dl_date_era era;
    bool has_era, begins /* a name of several words */, month_mark /* "tháng" */;
};
/* word: folded. Names that languages share are told by the language (may be empty). An era is
 * also found at the end of a word: "発表令和". False: it is nothing. */
bool dl_date_words_find(const dl_date_words *words, dl_str word, dl_str language,
                        struct dl_date_word *ret_word);

enum dl_date_label { DL_LABEL_NONE, DL_LABEL_PUBLISHED, DL_LABEL_UPDATED, DL_LABEL_ORIGIN };
/* What words beside a date say about it, as written; of longer texts the last part counts. */
enum dl_date_label dl_date_words_label(const dl_date_words *words, dl_str text);

enum dl_date_unit {
    DL_UNIT_SECOND,
    DL_UNIT_MINUTE,
    DL_UNIT_HOUR,
    DL_UNIT_DAY,
    DL_UNIT_WEEK,
    DL_UNIT_MONTH,
    DL_UNIT_YEAR,
    DL_UNITS
};
struct dl_date_ago {
    uint8_t unit;
    int16_t n; /* 0 where the pattern has a number */
};
/* pattern: folded words without blanks, "@" for the number. */
bool dl_date_words_ago(const dl_date_words *words, dl_str pattern, struct dl_date_ago *ret_ago);

/* Is the month first in 3/4/2024? locale: "en-US", or a language alone. */
bool dl_date_words_month_first(const dl_date_words *words, dl_str locale);

dl_calendars *dl_date_words_calendars(const dl_date_words *words);

#endif
