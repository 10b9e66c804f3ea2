#include "page/calendar.h"

#include <math.h>
#include <unicode/ucal.h>

enum { DAY_MS = 86400000 };

struct dl_calendars {
    UCalendar *open[DL_CALENDARS];
};

bool dl_calendar_named(dl_str name, enum dl_calendar *ret_calendar)
{
    static const char *const names[DL_CALENDARS] = {"gregorian", "persian", "islamic", "hebrew",
                                                    "ethiopic"};
    for (int i = 0; i < DL_CALENDARS; i++) {
        if (!dl_str_eq_c(name, names[i])) continue;
        *ret_calendar = (enum dl_calendar)i;
        return true;
    }
    return false;
}

static void close_all(void *handle)
{
    dl_calendars *c = handle;
    for (int i = 0; i < DL_CALENDARS; i++)
        if (c->open[i] != NULL) ucal_close(c->open[i]);
}

enum dl_err dl_calendars_new(dl_arena *arena, dl_calendars **ret_calendars)
{
    dl_calendars *c = DL_NEW(arena, struct dl_calendars);
    if (c == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_arena_on_release(arena, close_all, c));
    *ret_calendars = c;
    return DL_OK;
}

static UCalendar *opened(dl_calendars *c, enum dl_calendar calendar)
{
    static const char *const locales[DL_CALENDARS] = {
        "en@calendar=gregorian", "en@calendar=persian", "en@calendar=islamic-umalqura",
        "en@calendar=hebrew", "en@calendar=ethiopic"};
    UErrorCode err = U_ZERO_ERROR;
    if (c->open[calendar] == NULL) {
        c->open[calendar] = ucal_open(u"Etc/GMT", -1, locales[calendar], UCAL_DEFAULT, &err);
        if (U_FAILURE(err)) c->open[calendar] = NULL;
    }
    return c->open[calendar];
}

bool dl_calendar_convert(dl_calendars *calendars, enum dl_calendar calendar, int *year, int *month,
                         int *day)
{
    UErrorCode err = U_ZERO_ERROR;
    UCalendar *u = opened(calendars, calendar);
    if (u == NULL || *month < 1 || *day < 1 || *year < 1 || *year > 9999) return false;
    ucal_clear(u);
    ucal_setAttribute(u, UCAL_LENIENT, 0);
    ucal_set(u, UCAL_EXTENDED_YEAR, *year);
    ucal_set(u, UCAL_MONTH, *month - 1);
    ucal_set(u, UCAL_DATE, *day);
    double ms = ucal_getMillis(u, &err);
    if (U_FAILURE(err)) return false;
    dl_civil c;
    dl_civil_from_days((int64_t)floor(ms / DAY_MS), &c);
    *year = c.year;
    *month = c.month;
    *day = c.day;
    return true;
}
