/* Dates in text, of any script: 2024-03-25, 25.03.2024, 3/25/2024, 25 March 2024, March 25, 2024,
 * 2024年3月25日, 令和6年3月25日, 民國113年3月25日, ٢٥ مارس ٢٠٢٤, 25 มี.ค. 67, ۶ فروردین ۱۴۰۳,
 * ١٥ رمضان ١٤٤٥, 15 באדר 5784, ngày 25 tháng 3 năm 2024; and how long ago: "vor 3 Stunden".
 *
 * A scanner over numbers and words: a date glued to a word ("25.03.2024terror") is a date. Words
 * are data (page/datewords.h). Days of other calendars come out as Gregorian ones. Whether day or
 * month is first in 3/4/2024 is the caller's to say. Pure; linear in the text. */
#ifndef DL_PAGE_DATETEXT_H
#define DL_PAGE_DATETEXT_H

#include "page/datewords.h"

struct dl_date_style {
    bool month_first; /* 3/4/2024 is March 4th */
    dl_str language;  /* for month names that languages share, and for calendars; may be empty */
};
struct dl_date_found {
    int year, month, day;
    size_t start, end; /* in the text */
    bool ambiguous;    /* day and month could be changed */
    int8_t order; /* what a numeric date with a day above 12 shows: 1 month first, -1 day first */
};
/* The next date at or after *pos; moves *pos behind it. */
bool dl_date_next(const dl_date_words *words, dl_str text, const struct dl_date_style *style,
                  size_t *pos, struct dl_date_found *ret_date);
dl_time dl_date_time(const struct dl_date_found *date);
/* The same with the time of day that is printed beside it in text: "24.11.2020, 14:48 Uhr",
 * "Mar 11, 2026 9:00 am PDT"; where it has no zone, that is ASSUMED. */
dl_time dl_date_clock(dl_str text, const struct dl_date_found *date);

struct dl_date_since {
    enum dl_date_unit unit;
    int n;             /* so many ago */
    size_t start, end; /* in the text */
    bool has_number;   /* not a word like "today" */
};
/* The first "3 hours ago" of a short text. */
bool dl_date_since_find(const dl_date_words *words, dl_str text, struct dl_date_since *ret_since);
/* With what precision the unit allows: minutes to the minute, hours and days to the day, weeks and
 * months to the month. now: when the page was fetched, with time of day; else not set. */
dl_time dl_date_since_time(const struct dl_date_since *since, dl_time now);

enum { DL_DATE_FIRST_YEAR = 1990, DL_DATE_LAST_YEAR = 2100 };

#endif
