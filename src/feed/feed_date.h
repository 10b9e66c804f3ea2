/* Dates as feeds write them: RFC 822/2822, ISO 8601 in its many spellings, asctime, and common
 * mistakes (no zone, zone names, month in full, two-digit year, day names in any language). */
#ifndef DL_FEED_FEED_DATE_H
#define DL_FEED_FEED_DATE_H

#include "base/time.h"

bool dl_feed_date(dl_str s, dl_time *ret_time);

#endif
