#include "net/trust.h"

#include "base/time.h"

/* A time to come was taken by another clock: it is as if nothing was known. */
static int64_t since_s(int64_t then_ms, int64_t now_ms)
{
    return then_ms <= 0 || then_ms > now_ms ? INT64_MAX : (now_ms - then_ms) / 1000;
}

static bool is_liar(const struct dl_trust *t, int64_t now_ms)
{
    return t->untrusted_ms > 0 && since_s(t->untrusted_ms, now_ms) < DL_TRUST_PENANCE_S;
}

enum dl_trust_ask dl_trust_next(const struct dl_trust *t, bool has_validators, int64_t now_ms)
{
    if (!has_validators || is_liar(t, now_ms)) return DL_TRUST_UNCONDITIONAL;
    if (t->probe == DL_PROBE_PROOF) return DL_TRUST_CONDITIONAL;
    bool is_quiet = since_s(t->honest_ms, now_ms) >= DL_TRUST_QUIET_S;
    bool may_probe = since_s(t->probe_ms, now_ms) >= DL_TRUST_PROBE_S;
    return is_quiet && may_probe ? DL_TRUST_PROBE : DL_TRUST_CONDITIONAL;
}

static void count_same(struct dl_trust *t, const struct dl_trust_answer *a)
{
    bool again = a->has_validators && t->body != 0 && a->body == t->body;
    t->same_bodies = again ? t->same_bodies + 1 : 0;
    t->body = a->body;
}

bool dl_trust_judge(struct dl_trust *t, const struct dl_trust_answer *a)
{
    bool probed = t->probe == DL_PROBE_SENT, proves = t->probe == DL_PROBE_PROOF;
    if (!a->full && !a->unchanged) { /* it failed: the probe of the week is spent */
        if (probed) t->probe = DL_PROBE_NONE;
        return false;
    }
    bool was_liar = is_liar(t, a->now_ms);
    if (!was_liar) t->untrusted_ms = 0;
    t->probe = DL_PROBE_NONE;
    if (a->unchanged) {
        if (proves) t->untrusted_ms = a->now_ms;
        if (!proves) t->same_bodies = 0;
        return !proves;
    }
    if (probed && a->differs && a->same_validators) {
        t->untrusted_ms = a->now_ms;
    } else if (probed && a->differs) {
        t->probe = DL_PROBE_PROOF;
        t->body = a->body;
        return false;
    }
    if (probed || was_liar)
        t->body = a->body;
    else
        count_same(t, a);
    if (!probed && !was_liar && (a->differs || !a->has_validators || proves))
        t->honest_ms = a->now_ms;
    return true;
}

void dl_trust_say(const struct dl_trust *t, char ret_words[DL_TRUST_WORDS])
{
    char when[32];
    ret_words[0] = '\0';
    dl_time_format_ms(t->untrusted_ms, when);
    if (t->untrusted_ms > 0)
        snprintf(ret_words, DL_TRUST_WORDS,
                 "Its server said \"not changed\" while there was news, found out on %.10s: for a "
                 "month everything is asked for each time.",
                 when);
    else if (t->same_bodies >= DL_TRUST_USELESS)
        snprintf(ret_words, DL_TRUST_WORDS,
                 "Its server sent everything again %lld times in a row though not a byte had "
                 "changed: its ETag or Last-Modified is of no use.",
                 (long long)t->same_bodies);
}
