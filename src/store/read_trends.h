/* What documents speak of, over days: read side; rules as in read.h. Keys have their parts parted
 * by "|" (migrations/0005-trends.sql). */
#ifndef DL_STORE_READ_TRENDS_H
#define DL_STORE_READ_TRENDS_H

#include "store/read.h"
#include "story/trend.h"

enum {
    DL_TREND_DAYS = 28,   /* before: four weeks, so that weekends weigh the same */
    DL_TREND_WEEKS = 8,   /* of pairs */
    DL_TREND_LOOKED = 400 /* keys of the day that are compared, the most frequent */
};

enum dl_trend_kind { DL_TREND_PLACE, DL_TREND_TOPIC, DL_TREND_PAIR, DL_TREND_LINK };
const char *dl_trend_kind_name(enum dl_trend_kind kind); /* "place" … */
bool dl_trend_kind_from(dl_str name, enum dl_trend_kind *ret_kind);

struct dl_store_trend {
    dl_str key;
    int64_t documents; /* of the day, or of the weeks */
    struct dl_trend trend;
    uint32_t weeks[DL_TREND_WEEKS]; /* of pairs: oldest first */
};
typedef DL_VEC(struct dl_store_trend) dl_store_trends;

/* Most surprising first: what the day has more of than the days before. */
enum dl_err dl_store_rising(dl_store *store, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                            size_t limit, dl_store_trends *ret_trends) DL_MUST_USE;
/* Most documents in DL_TREND_WEEKS weeks up to the day first, with the number of each week. */
enum dl_err dl_store_by_week(dl_store *store, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                             size_t limit, dl_store_trends *ret_trends) DL_MUST_USE;

struct dl_store_mention {
    dl_id document, story;
    bool has_story;
    dl_str title, language, outlet, outlet_name;
    int64_t seen_by_ms;
};
typedef DL_VEC(struct dl_store_mention) dl_store_mentions;
/* The documents behind a number: of the key, from one day to another, newest first. */
enum dl_err dl_store_mentions_of(dl_store *store, dl_arena *arena, enum dl_trend_kind kind,
                                 dl_str key, int64_t from_day, int64_t to_day, size_t limit,
                                 dl_store_mentions *ret_mentions) DL_MUST_USE;
/* Days since 1970 of the newest document; 0: none. */
enum dl_err dl_store_newest_day(dl_store *store, int64_t *ret_day) DL_MUST_USE;

#endif
