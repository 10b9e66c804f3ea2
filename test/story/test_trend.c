/* Is it more than usual? Expected numbers are of the negative binomial's tail, summed from above
 * with the gamma function: not by the recurrence that is tested. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story/trend.h"

enum { WEEKS_4 = 28 };

/* 1 - x leaves four digits of a chance of 1e-12. */
static void near(double got, double want)
{
    if (!(fabs(got - want) < 1e-4)) fail_msg("%.9f is not %.9f", got, want);
}

static void never_seen_before(void **state)
{
    (void)state;
    static const uint32_t none[WEEKS_4] = {0};
    struct dl_trend one = dl_trend_of(1, none, WEEKS_4), eight = dl_trend_of(8, none, WEEKS_4);
    near(one.usual, 0.5 / WEEKS_4);
    near(one.surprise, 1.762604060913);
    near(dl_trend_of(3, none, WEEKS_4).surprise, 4.676781414380);
    near(eight.surprise, 11.549264934737);
}

static void steady_and_bursty(void **state)
{
    (void)state;
    static const uint32_t steady[] = {2, 3, 1, 2, 4, 2, 3, 1, 2, 2, 3, 4, 2, 1};
    static const uint32_t bursty[] = {0, 0, 9, 0, 0, 12, 0, 0, 0, 7, 0, 0, 0, 0};
    near(dl_trend_of(12, steady, 14).usual, 32.5 / 14);
    near(dl_trend_of(12, steady, 14).surprise, 4.854520848118);
    near(dl_trend_of(12, bursty, 14).surprise, 1.440819366263); /* it is often so */
}

static void no_more_than_usual(void **state)
{
    (void)state;
    static const uint32_t days[] = {5, 5, 5, 5};
    near(dl_trend_of(0, days, 4).surprise, 0);
    near(dl_trend_of(5, days, 4).surprise, 0);
    assert_true(dl_trend_of(6, days, 4).surprise > 0);
}

static void beyond_doubt(void **state)
{
    (void)state;
    static const uint32_t days[] = {1, 0, 1, 0};
    near(dl_trend_of(UINT32_MAX, days, 4).surprise, 14);
    static const uint32_t many[] = {UINT32_MAX, UINT32_MAX, 0, 0};
    assert_true(isfinite(dl_trend_of(UINT32_MAX, many, 4).surprise));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_seen_before),
        cmocka_unit_test(steady_and_bursty),
        cmocka_unit_test(no_more_than_usual),
        cmocka_unit_test(beyond_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
