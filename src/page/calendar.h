/* Days of other calendars as Gregorian ones, by ICU's calendars. */
#ifndef DL_PAGE_CALENDAR_H
#define DL_PAGE_CALENDAR_H

#include "base/time.h"

enum dl_calendar {
    DL_CALENDAR_GREGORIAN,
    DL_CALENDAR_PERSIAN,  /* Solar Hijri */
    DL_CALENDAR_ISLAMIC,  /* Umm al-Qura; where it is not defined, the civil one */
    DL_CALENDAR_HEBREW,   /* months as ICU counts them: Tishri is 1, Adar I is 6 */
    DL_CALENDAR_ETHIOPIC, /* Amete Mihret */
    DL_CALENDARS
};
bool dl_calendar_named(dl_str name, enum dl_calendar *ret_calendar); /* "persian" */

/* The calendars, opened at first use; one thread. */
typedef struct dl_calendars dl_calendars;
enum dl_err dl_calendars_new(dl_arena *arena, dl_calendars **ret_calendars) DL_MUST_USE;

/* year, month and day are replaced. False where there is no such day. */
bool dl_calendar_convert(dl_calendars *calendars, enum dl_calendar calendar, int *year, int *month,
                         int *day);

#endif
