/* Dates in text, of any script: 2024-03-25, 25.03.2024, 3/25/2024, 25 March 2024, March 25, 2024,
 * 2024年3月25日, ٢٥ مارس ٢٠٢٤, 25 มีนาคม 2567, ۶ فروردین ۱۴۰۳.
 *
 * A scanner over numbers and words: a date glued to a word ("25.03.2024terror") is a date. Month
 * names are data (lexicon/web/months.tsv, from CLDR). Years of the Buddhist and the Persian
 * calendar are converted. Day before month or month before day in 3/4/2024 is the caller's to
 * say. Pure; linear in the text. */
#ifndef DL_PAGE_DATETEXT_H
#define DL_PAGE_DATETEXT_H

#include "base/time.h"

typedef struct dl_months dl_months;
enum dl_err dl_months_new(dl_arena *arena, dl_months **ret_months,
                          struct dl_diag *diag) DL_MUST_USE;

struct dl_date_style {
    bool month_first; /* 3/4/2024 is March 4th */
    dl_str language;  /* for month names that languages share; may be empty */
};
struct dl_date_found {
    int year, month, day;
    size_t start, end; /* in the text */
    bool ambiguous;    /* day and month could be changed */
};
/* The next date at or after *pos; moves *pos behind it. */
bool dl_date_next(const dl_months *months, dl_str text, const struct dl_date_style *style,
                  size_t *pos, struct dl_date_found *ret_date);
dl_time dl_date_time(const struct dl_date_found *date);

enum { DL_DATE_FIRST_YEAR = 1990, DL_DATE_LAST_YEAR = 2100 };

#endif
