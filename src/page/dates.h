/* Times of publication and change, by vote.
 *
 * published is when the article was first published. Structured data, meta elements, time elements,
 * the address and what is printed near the headline each speak for a day, every source once; the
 * day with most weight wins, and where nothing speaks loud enough there is no date. Words beside a
 * date say which it is: what is marked as updated is never taken for the day of publication. A
 * single printed date that is not marked so is it. The printed day beats a UTC instant that is one
 * day off, and a machine's date that moves with each change. "3 hours ago" counts from the time of
 * fetching, and says nothing where that is not known. */
#ifndef DL_PAGE_DATES_H
#define DL_PAGE_DATES_H

#include "page/datetext.h"
#include "page/head.h"
#include "page/ld.h"
#include "page/weigh.h"

struct dl_dates_input {
    const dl_date_words *words;
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    const struct dl_head *head;
    const struct dl_ld *ld;
    dl_str url, language;
    dl_time seen; /* when the page was fetched; not set: unknown */
};
struct dl_dates {
    dl_time published, modified;
    dl_str beside; /* short text beside the printed date: "terror" of "25.03.2024terror" */
};
/* Notes the lines of dates in scales, and in its sample which order numeric dates have. */
enum dl_err dl_dates_find(dl_arena *arena, const struct dl_dates_input *in,
                          struct dl_dates *ret_dates) DL_MUST_USE;

#endif
