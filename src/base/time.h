/* Time. An instant with the precision it was given in and what is known of its zone.
 *
 * Four times are kept apart all over Dateline: happened, said, published, seen. Stages never read
 * a clock; only processes do, through dl_time_now(). Civil arithmetic is proleptic Gregorian
 * (H. Hinnant, "chrono-compatible low-level date algorithms"). */
#ifndef DL_BASE_TIME_H
#define DL_BASE_TIME_H

#include "base/str.h"

enum dl_precision {
    DL_PREC_NONE, /* no time at all */
    DL_PREC_YEAR,
    DL_PREC_MONTH,
    DL_PREC_DAY,
    DL_PREC_MINUTE,
    DL_PREC_SECOND,
    DL_PREC_MS,
};

enum dl_zone { DL_ZONE_NONE, DL_ZONE_KNOWN, DL_ZONE_ASSUMED };

typedef struct dl_time {
    int64_t ms;         /* since 1970-01-01T00:00Z; of the first instant of a day, month, year */
    int16_t offset_min; /* east of UTC, as written; 0 when not known */
    uint8_t precision;  /* enum dl_precision */
    uint8_t zone;       /* enum dl_zone; NONE for dates without a time of day */
} dl_time;

typedef struct dl_civil {
    int year, month, day, hour, minute, second, ms; /* month and day from 1 */
} dl_civil;

bool dl_time_is_set(dl_time t);
int64_t dl_days_from_civil(int year, int month, int day); /* since 1970-01-01 */
void dl_civil_from_days(int64_t days, dl_civil *ret_civil);
int dl_days_in_month(int year, int month);
int dl_weekday(int64_t days); /* 0 = Monday */
bool dl_civil_valid(const dl_civil *c);
dl_civil dl_civil_of(dl_time t, bool local); /* local: in the zone it was written in */
dl_time dl_time_of_civil(const dl_civil *c, enum dl_precision prec, enum dl_zone zone,
                         int offset_min);

/* RFC 3339 and its ISO 8601 neighbours: 2024, 2024-03, 2024-03-25, with T or space, seconds,
 * fraction, Z or +hh:mm. Date-times without zone get zone ASSUMED and are read as UTC. */
bool dl_time_parse(dl_str s, dl_time *ret_time);
/* RFC 3339 in UTC at its own precision: 2024-03-25, 2024-03-25T10:00:00Z. At most 32 bytes. */
dl_str dl_time_format(dl_arena *arena, dl_time t);
void dl_time_format_ms(int64_t ms, char ret_text[32]); /* ...:00.000Z */

int64_t dl_now_ms(void);       /* wall clock; for processes, never for stages */
int64_t dl_monotonic_ms(void); /* never goes back */
int64_t dl_boot_ms(void);      /* nor does this, and it goes on while the machine sleeps */

#endif
