/* Whether a server's validators (ETag, Last-Modified) can be believed. Pure: no clock.
 *
 * A server that says "not changed" while there is news loses articles for us and looks healthy.
 * Who has delivered something else upon a conditional request is honest; who has said 304 alone for
 * a day is asked once without validators (a probe), at most weekly. Other items under the same
 * validators: they lie. Other items under other validators: the old ones are sent once more, and
 * 304 to them is a lie. A liar is asked unconditionally for a month, then trusted anew. */
#ifndef DL_NET_TRUST_H
#define DL_NET_TRUST_H

#include "base/str.h"

enum {
    DL_TRUST_QUIET_S = 24 * 3600,        /* of 304 alone before the first probe */
    DL_TRUST_PROBE_S = 7 * 24 * 3600,    /* between probes */
    DL_TRUST_PENANCE_S = 30 * 24 * 3600, /* servers are mended */
    DL_TRUST_USELESS = 3,                /* full answers in a row that say nothing else */
    DL_TRUST_WORDS = 240,
};

enum { DL_PROBE_NONE, DL_PROBE_SENT, DL_PROBE_PROOF };

struct dl_trust {
    int64_t honest_ms;         /* when a conditional request brought something else */
    int64_t probe;             /* DL_PROBE_… */
    int64_t probe_ms;          /* of the last one; 0: none yet */
    int64_t untrusted_ms;      /* since when they are not believed; 0: they are */
    int64_t body, same_bodies; /* hash of the last full answer; how often it came again */
};

enum dl_trust_ask { DL_TRUST_CONDITIONAL, DL_TRUST_PROBE, DL_TRUST_UNCONDITIONAL };
/* How the next request is made. */
enum dl_trust_ask dl_trust_next(const struct dl_trust *trust, bool has_validators, int64_t now_ms);

struct dl_trust_answer {
    int64_t now_ms;
    bool has_validators;  /* some are kept from before */
    bool unchanged;       /* 304 */
    bool full;            /* a body came and could be read */
    bool same_validators; /* as those kept */
    int64_t body;         /* its hash */
    bool differs;         /* items in it are new or changed */
};
/* Takes the answer to the request that dl_trust_next() chose. true: the answer's validators take
 * the place of those kept. */
bool dl_trust_judge(struct dl_trust *trust, const struct dl_trust_answer *answer);
/* What a person should know; empty when all is well. */
void dl_trust_say(const struct dl_trust *trust, char ret_words[DL_TRUST_WORDS]);

#endif
