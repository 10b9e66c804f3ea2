#include "serve/source_health.h"

static const struct {
    const char *name, *word, *sign;
} rows[] = {
    [DL_HEALTH_GOOD] = {"good", "fine", "\u25cf"},
    [DL_HEALTH_QUIET] = {"quiet", "quiet", "\u25cb"},
    [DL_HEALTH_FAILING] = {"failing", "failing", "\u25b2"},
    [DL_HEALTH_DOWN] = {"down", "down", "\u2715"},
    [DL_HEALTH_WAITING] = {"waiting", "waiting", "\u2026"},
};

enum dl_health dl_source_health(const struct dl_store_feed *feed, int64_t now_ms)
{
    if (feed->last_poll_ms == 0) return DL_HEALTH_WAITING;
    if (feed->failures >= DL_DOWN_FAILURES) return DL_HEALTH_DOWN;
    if (feed->failures > 0) return DL_HEALTH_FAILING;
    if (feed->last_new_ms == 0 || now_ms - feed->last_new_ms > DL_QUIET_MS) return DL_HEALTH_QUIET;
    return DL_HEALTH_GOOD;
}

const char *dl_source_health_name(enum dl_health health)
{
    return rows[health].name;
}

const char *dl_source_health_word(enum dl_health health)
{
    return rows[health].word;
}

const char *dl_source_health_sign(enum dl_health health)
{
    return rows[health].sign;
}
