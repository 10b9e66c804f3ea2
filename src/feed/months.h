/* Names of months: English ones, cut after three letters or more, and those of
 * lexicon/dates/months.tsv whole; case, accents and a full stop at the end do not count. 1-12; 0:
 * no month. Thread-safe. */
#ifndef DL_FEED_MONTHS_H
#define DL_FEED_MONTHS_H

#include "base/str.h"

int dl_month_named(dl_str word);

#endif
