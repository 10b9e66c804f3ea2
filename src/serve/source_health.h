/* How a feed fares, judged from its record alone: one word, its sign and its code for machines. */
#ifndef DL_SERVE_SOURCE_HEALTH_H
#define DL_SERVE_SOURCE_HEALTH_H

#include "store/health.h"

enum dl_health {
    DL_HEALTH_GOOD,
    DL_HEALTH_QUIET,   /* answers, but nothing new for DL_QUIET_MS */
    DL_HEALTH_FAILING, /* the last polls failed, fewer than DL_DOWN_FAILURES */
    DL_HEALTH_DOWN,
    DL_HEALTH_WAITING, /* never polled */
    DL_HEALTH_COUNT
};

#define DL_QUIET_MS ((int64_t)7 * 24 * 3600 * 1000) /* a week: weeklies are not "quiet" */
enum { DL_DOWN_FAILURES = 3 };

enum dl_health dl_source_health(const struct dl_store_feed *feed, int64_t now_ms);
const char *dl_source_health_name(enum dl_health health); /* "good", for JSON and CSS */
const char *dl_source_health_word(enum dl_health health); /* "fine" */
const char *dl_source_health_sign(enum dl_health health);

#endif
