#include "story/trend.h"

#include <math.h>

enum { TERMS_MOST = 20000 /* of the lower tail; past it the count is beyond doubt */ };

static const double MOST = 14; /* decimal digits that 1 - x leaves of a double */

/* Chance of fewer than `now` items, mean and variance given: variance > mean. */
static double below(uint32_t now, double mean, double variance)
{
    double p = mean / variance, r = mean * mean / (variance - mean);
    double term = exp(r * log(p)), sum = 0;
    for (uint32_t k = 0; k < now && k < TERMS_MOST; k++) {
        sum += term;
        term *= (k + r) / (k + 1.0) * (1 - p);
    }
    return sum;
}

struct dl_trend dl_trend_of(uint32_t now, const uint32_t *before, size_t n)
{
    double sum = 0.5, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += before[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (before[i] - mean) * (before[i] - mean);
    double variance = squares / (double)n;
    if (variance < mean * 1.05) variance = mean * 1.05; /* Poisson's, but for a hair */
    struct dl_trend trend = {.usual = mean};
    if (now <= mean) return trend;
    double above = 1 - below(now, mean, variance);
    trend.surprise = above < pow(10, -MOST) ? MOST : -log10(above);
    return trend;
}
