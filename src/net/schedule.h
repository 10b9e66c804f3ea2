/* When a feed is polled next, and why, in words. Pure functions: no clock, no random.
 *
 * The wait follows what the feed publishes: about one new item a poll, faster when a poll found
 * much of the feed new (items may have been lost), slower when it found nothing, awake when the
 * hours begin in which it usually publishes; never below what the publisher asks for (max-age, ttl,
 * sy:, skipHours, skipDays, Retry-After), never below the floor. What fails is told apart: what
 * passes by itself is asked again soon, what does not rarely, 410 leaves a weekly look, nothing is
 * given up for ever. A hash of the URL moves each feed by up to a tenth, later only, so that feeds
 * added together do not stay together and nobody is polled early. */
#ifndef DL_NET_SCHEDULE_H
#define DL_NET_SCHEDULE_H

#include "base/str.h"
#include "net/client.h"

enum {
    DL_POLL_FLOOR_S = 15 * 60,        /* politeness: issue of many readers, the usual least */
    DL_POLL_FLOOR_LEAST_S = 60,       /* what a person may set: nobody is asked every second */
    DL_POLL_CEILING_S = 24 * 3600,    /* a silent feed is still looked at daily */
    DL_POLL_SOFT_S = 6 * 3600,        /* what passes by itself has passed then */
    DL_POLL_HARD_S = 3600,            /* at least, after what does not pass by itself */
    DL_POLL_GONE_S = 7 * 24 * 3600,   /* after 410: mistakes are undone within days */
    DL_POLL_DEAD_S = 30 * 24 * 3600,  /* failing so long: a weekly look is enough, but one stays */
    DL_POLL_START_S = 30 * 60,        /* nothing known yet: a second look tells the rhythm */
    DL_POLL_PUSHED_S = 6 * 3600,      /* back-up polls beside a hub that delivers */
    DL_POLL_ASKED_MOST_S = 24 * 3600, /* max-age, ttl: servers say a year by mistake */
    DL_POLL_RETRY_MOST_S = 7 * 86400, /* Retry-After; 88 h were seen in the wild */
    DL_POLL_FARTHEST_S = 9 * 86400,   /* no plan is farther: what is was made by another clock */
    DL_POLL_STARTS_PER_S = 50,        /* how fast a heap of new feeds is started */
    DL_POLL_WHY = 200,
    DL_POLL_HOURS = 24,
};

/* How a poll ended. */
enum dl_poll_end {
    DL_POLL_GOOD,
    DL_POLL_SOFT,    /* time-out, no connection, no name, 5xx: passes by itself */
    DL_POLL_BUSY,    /* 429, and 503 with Retry-After */
    DL_POLL_HARD,    /* 4xx, a bad certificate, not a feed: somebody has to do something */
    DL_POLL_GONE,    /* 410 */
    DL_POLL_ROBOTS,  /* robots.txt forbids it, or could not be read */
    DL_POLL_UNASKED, /* nothing was sent: the host's pause for another feed, our memory */
    DL_POLL_OURS,    /* nobody can be reached: the fault is at this end */
};
/* readable: a body came and is a feed, or 304. */
enum dl_poll_end dl_schedule_end(int status, enum dl_fault fault, bool readable, bool said_later);
bool dl_schedule_counts(enum dl_poll_end end); /* as a failure of the feed */

/* What is known when a poll is done. -1: not given; 0 in skip_*: none. */
struct dl_poll_facts {
    dl_str url;
    int64_t now_ms;       /* end of this poll */
    int64_t last_poll_ms; /* the one before; 0: this was the first */
    int64_t last_new_ms;  /* newest item first seen before this poll; 0: none yet */
    int64_t interval_ms;  /* the plan's interval_ms after the poll before; 0: none */
    enum dl_poll_end end;
    int64_t failures;     /* in a row, this poll included; 0 when it was good */
    int64_t failing_s;    /* since the last good poll; 0: not known */
    int status;           /* HTTP; 0: no answer */
    enum dl_fault fault;  /* what else was wrong */
    int64_t items, fresh; /* in this poll's feed, and new among them; 304: 0, 0 */

    int64_t max_age_s, retry_after_s; /* of the answer */
    int64_t ttl_min, update_s;        /* of the feed: <ttl>, sy: */
    uint32_t skip_hours;              /* bit 0 = 00:00–00:59 GMT */
    uint8_t skip_days;                /* bit 0 = Monday, GMT */
    const uint8_t *hours; /* DL_POLL_HOURS: new items by hour of the day, UTC; NULL: not known */

    int64_t floor_s, ceiling_s; /* of this source, as a person set them; 0 or -1: the defaults */
    bool pushed;                /* a hub delivers this feed and was heard lately */
};

struct dl_poll_plan {
    int64_t at_ms;         /* the next poll, not before */
    int64_t interval_ms;   /* to be kept and given back as a fact */
    char why[DL_POLL_WHY]; /* "It brings about 3 new items an hour." */
};

void dl_schedule_next(const struct dl_poll_facts *facts, struct dl_poll_plan *ret_plan);
/* Notes items that were new at now_ms; old counts fade. */
void dl_schedule_note_hour(uint8_t hours[DL_POLL_HOURS], int64_t now_ms, int64_t fresh);

/* When one of `count` feeds that are new at once (an import) is started. */
int64_t dl_schedule_spread(dl_str url, int64_t now_ms, size_t count);
/* Between two of `count` feeds that waited while we were away: all within the floor. */
int64_t dl_schedule_step_ms(size_t count);

#endif
