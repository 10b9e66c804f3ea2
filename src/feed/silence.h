/* How surprising is the silence of a source? Learnt from when it publishes, not a fixed number of
 * days. Pure; a few hundred numbers a source, none more with time.
 *
 * For each hour of the week (UTC, 0 = Monday 00:00) a rhythm keeps how often the hour was watched,
 * how often something new came in it and how much, halved every DL_RHYTHM_HALF_WEEKS. The chance
 * that an hour brings something is shrunk towards that of the same hour on other days (gamma and
 * beta priors of half a week). Silence is measured as the arrivals that were expected in it
 * (hazard summed by hour: the time-rescaling theorem); what past silences of this source measured
 * so tells its tail: gamma for the regular, Lomax for the bursty (both by two moments). So weekends
 * and nights are no silence, bursts make the source no liar, and a daily paper is missed on the
 * second morning. Only hours that were watched count: our own outage is no silence of theirs.
 *
 * A silence is told as surprising when one like it would come less than once a year at this
 * source and it is a quarter longer than any seen, or 2.75 times as long as any seen. Below
 * DL_RHYTHM_LEAST_GAPS silences nothing is known and nothing is said. Not thread-safe per object.
 */
#ifndef DL_FEED_SILENCE_H
#define DL_FEED_SILENCE_H

#include "base/str.h"

enum {
    DL_RHYTHM_HOURS = 168,
    DL_RHYTHM_HALF_WEEKS = 8,  /* a summer timetable is learnt within the season */
    DL_RHYTHM_LEAST_GAPS = 8,  /* fewer silences tell no rhythm */
    DL_RHYTHM_LEAST_WEEKS = 2, /* nor does less than two of each hour of the week */
    DL_RHYTHM_WATCHED_H = 30,  /* polls further apart than a day and its jitter: we were away */
    DL_RHYTHM_PACKED = 64 + 8 * DL_RHYTHM_HOURS,
    DL_RHYTHM_AWAY = 65535 /* in recent: nobody looked */,
};

struct dl_rhythm {
    int64_t since_ms;   /* watched since; 0: never */
    int64_t seen_ms;    /* last look that was told of */
    int64_t last_ms;    /* newest arrival; 0: none yet */
    int64_t longest_ms; /* silence between two arrivals, less our absences; fades over a year */
    int64_t away_ms;    /* of the silence under way we were away so long */
    uint32_t here;      /* arrivals in the hour of seen_ms */
    float gaps, sum, square;          /* silences so far, in expected arrivals */
    uint16_t recent[DL_RHYTHM_HOURS]; /* arrivals of the last week, by hour of the week */
    float watched[DL_RHYTHM_HOURS], active[DL_RHYTHM_HOURS], items[DL_RHYTHM_HOURS];
};

/* A good look at now_ms that brought so many new items. Looks come in order; one from the past is
 * left out. */
void dl_rhythm_look(struct dl_rhythm *rhythm, int64_t now_ms, uint32_t items);

struct dl_silence {
    int64_t ms;       /* how long it lasts, until now_ms */
    int64_t usual_ms; /* the longest before */
    double odds;      /* one silence in so many lasts as long at this source; at least 1 */
    double yearly;    /* silences a year */
    bool known;       /* enough was seen to say anything */
    bool long_;       /* one in twenty is as long */
    bool surprising;
};
/* now_ms: the last good look, not the clock: what nobody watched is not silent. */
void dl_silence_of(const struct dl_rhythm *rhythm, int64_t now_ms, struct dl_silence *ret_silence);

/* Items expected in the hour of ms, and the band that nine of ten such hours are in. */
struct dl_expected {
    double mean, low, high;
};
struct dl_expected dl_rhythm_expected(const struct dl_rhythm *rhythm, int64_t ms);
/* Arrivals in the hour of ms, which is of the week before seen_ms; -1: nobody looked. */
int dl_rhythm_arrivals(const struct dl_rhythm *rhythm, int64_t ms);

/* To keep it: DL_RHYTHM_PACKED bytes. Bytes that are none give false and an empty rhythm. */
void dl_rhythm_pack(const struct dl_rhythm *rhythm, uint8_t out[DL_RHYTHM_PACKED]);
bool dl_rhythm_unpack(dl_str bytes, struct dl_rhythm *ret_rhythm);

#endif
