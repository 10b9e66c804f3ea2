/* Times of publication and change, by vote: structured data, meta elements, time elements, the
 * address and the words near the headline each speak for a day; the day with most weight wins, and
 * where nothing speaks loud enough there is no date. The printed day beats a UTC instant that is
 * one day off. */
#ifndef DL_PAGE_DATES_H
#define DL_PAGE_DATES_H

#include "page/datetext.h"
#include "page/head.h"
#include "page/ld.h"
#include "page/weigh.h"

struct dl_dates_input {
    const dl_months *months;
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    const struct dl_head *head;
    const struct dl_ld *ld;
    dl_str url, language;
};
struct dl_dates {
    dl_time published, modified;
    dl_str beside; /* short text beside the printed date: "terror" of "25.03.2024terror" */
};
enum dl_err dl_dates_find(dl_arena *arena, const struct dl_dates_input *in,
                          struct dl_dates *ret_dates) DL_MUST_USE;

#endif
