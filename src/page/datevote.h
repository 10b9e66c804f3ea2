/* What the two halves of page/dates.h share: the sources that speak for days, and the vote. */
#ifndef DL_PAGE_DATEVOTE_H
#define DL_PAGE_DATEVOTE_H

#include "page/dates.h"

/* Weights of the vote, in tenths. */
enum {
    DL_W_META = 60,
    DL_W_LD = 60,
    DL_W_META_LOOSE = 40, /* names that some sites fill with the time of the request */
    DL_W_ITEMPROP = 40,
    DL_W_TIME_NEAR = 45,
    DL_W_TIME = 15,
    DL_W_CUED = 30,
    DL_W_TEXT_NEAR = 25,
    DL_W_TEXT_BEFORE = 20,
    DL_W_LABEL = 45,  /* more: "published" stands beside it */
    DL_W_ORIGIN = 60, /* more: "first published" does */
    DL_W_SAME = 20,   /* one system's date in two places */
    DL_W_FAR_LABEL = 19,
    DL_W_FAR = 10,
    DL_W_URL = 30,
    DL_W_BUMPED = 8, /* a machine's date that is the date of the last change, not what is printed */
    DL_W_ENOUGH = 20,
};

/* A source has one voice a day. */
enum dl_date_family {
    DL_FAMILY_META,
    DL_FAMILY_LD,
    DL_FAMILY_PROP, /* itemprop */
    DL_FAMILY_TIME, /* time elements */
    DL_FAMILY_TEXT,
    DL_FAMILY_URL,
    DL_FAMILY_FAR,
};

struct dl_date_candidate {
    dl_time time;
    int64_t day; /* civil, as printed */
    int weight, times;
    uint8_t family;
    bool visible, near, labelled;
    bool alone;  /* the line is the date and nothing else */
    bool listed; /* it stands in a list, or far from the headline */
};

enum { DL_DATE_CANDIDATES = 96 };

struct dl_date_vote {
    dl_arena *arena;
    const struct dl_dates_input *in;
    struct dl_date_style style;
    bool order_known; /* of day and month in 3/4/2024 */
    struct dl_date_candidate c[DL_DATE_CANDIDATES];
    size_t n;
    dl_time modified;
    bool modified_by_machine;
    dl_str beside;
    uint32_t heads[4]; /* runs of the headline: pages print it once more for narrow screens */
    size_t n_heads;
};

int64_t dl_date_day(dl_time t);
bool dl_date_is_machine(const struct dl_date_candidate *c);

/* All sources but the far ones. */
void dl_date_sources(struct dl_date_vote *v);
/* Dates far from the headline that are named as such, where nothing near it speaks. */
void dl_date_sources_far(struct dl_date_vote *v);

#endif
