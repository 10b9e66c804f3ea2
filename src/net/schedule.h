/* When a feed is polled next, and why, in words. Pure functions: no clock, no random.
 *
 * The wait follows what the feed publishes: about one new item a poll, faster when a poll found
 * much of the feed new (items may have been lost), slower when it found nothing; never below what
 * the publisher asks for (max-age, ttl, sy:, skipHours, skipDays, Retry-After), never below the
 * floor of 15 min. Failures double the wait up to 24 h, 410 leaves a weekly look, nothing is given
 * up for ever. A hash of the URL moves each feed by up to a tenth, later only, so that feeds added
 * together do not stay together and nobody is polled early. */
#ifndef DL_NET_SCHEDULE_H
#define DL_NET_SCHEDULE_H

#include "base/str.h"

enum {
    DL_POLL_FLOOR_S = 15 * 60,        /* politeness: issue of many readers, the usual least */
    DL_POLL_CEILING_S = 24 * 3600,    /* a silent feed is still looked at daily */
    DL_POLL_GONE_S = 7 * 24 * 3600,   /* after 410: mistakes are undone within days */
    DL_POLL_START_S = 30 * 60,        /* nothing known yet: a second look tells the rhythm */
    DL_POLL_PUSHED_S = 6 * 3600,      /* back-up polls beside a hub that delivers */
    DL_POLL_ASKED_MOST_S = 24 * 3600, /* max-age, ttl: servers say a year by mistake */
    DL_POLL_RETRY_MOST_S = 7 * 86400, /* Retry-After; 88 h were seen in the wild */
    DL_POLL_STARTS_PER_S = 50,        /* how fast a heap of due feeds is started */
    DL_POLL_WHY = 160,
};

/* What is known when a poll is done. -1: not given; 0 in skip_*: none. */
struct dl_poll_facts {
    dl_str url;
    int64_t now_ms;       /* end of this poll */
    int64_t last_poll_ms; /* the one before; 0: this was the first */
    int64_t last_new_ms;  /* newest item first seen before this poll; 0: none yet */
    int64_t interval_ms;  /* the plan's interval_ms after the poll before; 0: none */
    int64_t failures;     /* in a row, this poll included; 0 when it was good */
    int status;           /* HTTP; 0: no answer */
    int64_t items, fresh; /* in this poll's feed, and new among them; 304: 0, 0 */

    int64_t max_age_s, retry_after_s; /* of the answer */
    int64_t ttl_min, update_s;        /* of the feed: <ttl>, sy: */
    uint32_t skip_hours;              /* bit 0 = 00:00–00:59 GMT */
    uint8_t skip_days;                /* bit 0 = Monday, GMT */

    int64_t floor_s, ceiling_s; /* of this source; 0 or -1: the defaults */
    bool pushed;                /* a hub delivers this feed and was heard lately */
};

struct dl_poll_plan {
    int64_t at_ms;         /* the next poll, not before */
    int64_t interval_ms;   /* to be kept and given back as a fact */
    char why[DL_POLL_WHY]; /* "in 22 min: about 3 new items an hour" */
};

void dl_schedule_next(const struct dl_poll_facts *facts, struct dl_poll_plan *ret_plan);

/* When one of `count` feeds that are due at once (an import, a restart, an outage) is started. */
int64_t dl_schedule_spread(dl_str url, int64_t now_ms, size_t count);

#endif
