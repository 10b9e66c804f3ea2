#include "net/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const int64_t start = 1711360800000, HOUR = 3600000, DAY = 24 * 3600000;

static struct dl_trust_answer unchanged(int64_t now_ms)
{
    return (struct dl_trust_answer){.now_ms = now_ms, .has_validators = true, .unchanged = true};
}

static struct dl_trust_answer full(int64_t now_ms, int64_t body, bool differs)
{
    return (struct dl_trust_answer){
        .now_ms = now_ms, .has_validators = true, .full = true, .body = body, .differs = differs};
}

/* What the writer notes when a poll is handed out. */
static enum dl_trust_ask hand_out(struct dl_trust *t, int64_t now_ms)
{
    enum dl_trust_ask ask = dl_trust_next(t, true, now_ms);
    if (ask == DL_TRUST_PROBE) t->probe = DL_PROBE_SENT, t->probe_ms = now_ms;
    return ask;
}

static void who_has_nothing_to_send_asks_for_all(void **state)
{
    (void)state;
    struct dl_trust t = {0};
    assert_int_equal(dl_trust_next(&t, false, start), DL_TRUST_UNCONDITIONAL);
    t.honest_ms = start - HOUR;
    assert_int_equal(dl_trust_next(&t, true, start), DL_TRUST_CONDITIONAL);
}

static void a_day_of_silence_is_probed_and_once_a_week(void **state)
{
    (void)state;
    struct dl_trust t = {.honest_ms = start};
    assert_int_equal(hand_out(&t, start + DAY - 1000), DL_TRUST_CONDITIONAL);
    assert_int_equal(hand_out(&t, start + DAY), DL_TRUST_PROBE);
    /* The same came: nothing is proved, the week is spent. */
    struct dl_trust_answer a = full(start + DAY, 7, false);
    a.same_validators = true;
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.probe, DL_PROBE_NONE);
    assert_int_equal(t.untrusted_ms, 0);
    assert_int_equal(t.honest_ms, start);
    assert_int_equal(hand_out(&t, start + 8 * DAY - 1000), DL_TRUST_CONDITIONAL);
    assert_int_equal(hand_out(&t, start + 8 * DAY), DL_TRUST_PROBE);
}

static void a_probe_that_fails_is_spent(void **state)
{
    (void)state;
    struct dl_trust t = {.probe = DL_PROBE_SENT, .probe_ms = start, .body = 5, .same_bodies = 2};
    struct dl_trust_answer a = {.now_ms = start, .has_validators = true};
    assert_false(dl_trust_judge(&t, &a));
    assert_int_equal(t.probe, DL_PROBE_NONE);
    assert_int_equal(t.body, 5);
    assert_int_equal(t.same_bodies, 2);
    assert_int_equal(dl_trust_next(&t, true, start + HOUR), DL_TRUST_CONDITIONAL);
}

static void news_upon_a_conditional_request_is_honest(void **state)
{
    (void)state;
    struct dl_trust t = {0};
    struct dl_trust_answer a = full(start, 1, true);
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.honest_ms, start);
    a = full(start + HOUR, 1, false); /* everything again, and nothing in it: no proof */
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.honest_ms, start);
}

/* Other items under the same validators: nobody could ever have been told of them. */
static void the_same_validators_over_news_are_a_lie(void **state)
{
    (void)state;
    struct dl_trust t = {.probe = DL_PROBE_SENT, .probe_ms = start};
    struct dl_trust_answer a = full(start, 9, true);
    a.same_validators = true;
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.untrusted_ms, start);
    assert_int_equal(t.honest_ms, 0);
    assert_int_equal(t.probe, DL_PROBE_NONE);
    assert_int_equal(dl_trust_next(&t, true, start + 29 * DAY), DL_TRUST_UNCONDITIONAL);
    assert_int_equal(dl_trust_next(&t, true, start + 31 * DAY), DL_TRUST_PROBE);
}

/* Other items under other validators: the old ones are kept and sent once more. */
static void old_validators_are_put_to_the_proof(void **state)
{
    (void)state;
    struct dl_trust t = {.probe = DL_PROBE_SENT, .probe_ms = start};
    struct dl_trust_answer a = full(start, 9, true);
    assert_false(dl_trust_judge(&t, &a));
    assert_int_equal(t.probe, DL_PROBE_PROOF);
    assert_int_equal(t.body, 9);
    assert_int_equal(dl_trust_next(&t, true, start + HOUR), DL_TRUST_CONDITIONAL);
    assert_int_equal(dl_trust_next(&t, true, start + 8 * DAY), DL_TRUST_CONDITIONAL);

    struct dl_trust liar = t, honest = t;
    a = unchanged(start + HOUR);
    assert_false(dl_trust_judge(&liar, &a)); /* "not changed", to the old ones: a lie */
    assert_int_equal(liar.untrusted_ms, start + HOUR);
    a = full(start + HOUR, 9, false);
    assert_true(dl_trust_judge(&honest, &a)); /* it does tell them apart */
    assert_int_equal(honest.untrusted_ms, 0);
    assert_int_equal(honest.honest_ms, start + HOUR);
    assert_int_equal(honest.probe, DL_PROBE_NONE);
}

static void a_month_later_all_is_forgiven(void **state)
{
    (void)state;
    char words[DL_TRUST_WORDS];
    struct dl_trust t = {.untrusted_ms = start, .body = 3};
    struct dl_trust_answer a = full(start + DAY, 3, true);
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.untrusted_ms, start);
    assert_int_equal(t.honest_ms, 0);   /* it was not asked */
    assert_int_equal(t.same_bodies, 0); /* nor could it have said "not changed" */
    dl_trust_say(&t, words);
    assert_non_null(strstr(words, "found out on 2024-03-25:"));
    a = full(start + 30 * DAY, 4, true);
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.untrusted_ms, 0);
    assert_int_equal(t.honest_ms, start + 30 * DAY);
    dl_trust_say(&t, words);
    assert_string_equal(words, "");
}

static void a_clock_that_was_set_back_frees_liars_and_probes(void **state)
{
    (void)state;
    struct dl_trust t = {.untrusted_ms = start + DAY};
    assert_int_not_equal(dl_trust_next(&t, true, start), DL_TRUST_UNCONDITIONAL);
    t = (struct dl_trust){.honest_ms = start + DAY, .probe_ms = start + 2 * DAY};
    assert_int_equal(dl_trust_next(&t, true, start), DL_TRUST_PROBE);
}

static void the_same_again_and_again_is_told(void **state)
{
    (void)state;
    char words[DL_TRUST_WORDS];
    struct dl_trust t = {.honest_ms = start};
    struct dl_trust_answer a;
    for (int i = 0; i <= DL_TRUST_USELESS; i++) {
        dl_trust_say(&t, words);
        assert_string_equal(words, "");
        a = full(start + i * HOUR, 42, false);
        assert_true(dl_trust_judge(&t, &a));
    }
    assert_int_equal(t.same_bodies, DL_TRUST_USELESS);
    dl_trust_say(&t, words);
    assert_non_null(strstr(words, "3 times in a row"));
    struct dl_trust other = t;
    a = full(start + 9 * HOUR, 43, false); /* not a byte? one did change */
    assert_true(dl_trust_judge(&other, &a));
    assert_int_equal(other.same_bodies, 0);
    a = unchanged(start + 9 * HOUR); /* it can do better */
    assert_true(dl_trust_judge(&t, &a));
    dl_trust_say(&t, words);
    assert_string_equal(words, "");
}

static void without_validators_the_same_is_nobodys_fault(void **state)
{
    (void)state;
    struct dl_trust t = {.body = 42, .same_bodies = 2};
    struct dl_trust_answer a = full(start, 42, false);
    a.has_validators = false;
    assert_true(dl_trust_judge(&t, &a));
    assert_int_equal(t.same_bodies, 0);
    assert_int_equal(t.honest_ms, start); /* nothing was sent that could have lied */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_nothing_to_send_asks_for_all),
        cmocka_unit_test(a_day_of_silence_is_probed_and_once_a_week),
        cmocka_unit_test(a_probe_that_fails_is_spent),
        cmocka_unit_test(news_upon_a_conditional_request_is_honest),
        cmocka_unit_test(the_same_validators_over_news_are_a_lie),
        cmocka_unit_test(old_validators_are_put_to_the_proof),
        cmocka_unit_test(a_month_later_all_is_forgiven),
        cmocka_unit_test(a_clock_that_was_set_back_frees_liars_and_probes),
        cmocka_unit_test(the_same_again_and_again_is_told),
        cmocka_unit_test(without_validators_the_same_is_nobodys_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
