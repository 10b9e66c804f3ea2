/* Is it more than usual? A count of one day beside the days before.
 *
 * The days before give the rest rate and how much it moves; counts of news are wider than Poisson's
 * (one event brings many), so the tail is that of a negative binomial with the variance they show,
 * at least Poisson's. Half an item is added to the days before, so that a thing never seen is
 * surprising but not infinitely so. Pure. Sources: Kleinberg, "Bursty and hierarchical structure in
 * streams" (KDD 2002) for rest rates; Hilbe, "Negative Binomial Regression" (2011). */
#ifndef DL_STORY_TREND_H
#define DL_STORY_TREND_H

#include <stddef.h>
#include <stdint.h>

struct dl_trend {
    double usual;    /* items a day before */
    double surprise; /* -log10 of the chance of so many or more; 0: no more than usual */
};
/* before: counts of n days, n > 0. */
struct dl_trend dl_trend_of(uint32_t now, const uint32_t *before, size_t n);

#endif
