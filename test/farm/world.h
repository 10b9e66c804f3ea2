/* The world of the farm: sites, their feeds, what is new when, how each behaves. All of it follows
 * from numbers, so that a restart of the farm, and the reader of its figures, know the same. */
#ifndef TEST_FARM_WORLD_H
#define TEST_FARM_WORLD_H

#include "base/str.h"

enum {
    FARM_ITEMS = 20,      /* in each feed */
    FARM_ADDRESSES = 16,  /* 127.0.1.1 and on: all sites live there */
    FARM_SLOW_MS = 10000, /* the slowest answer */
};

struct world {
    uint32_t sites, feeds; /* feeds of one site */
    uint32_t big;          /* feeds of site 0, when more */
    uint32_t period_s;     /* between two items of one feed */
    uint32_t tls_percent;
    bool begun;       /* feeds with validators hold what came out since the epoch alone */
    bool all_good;    /* no failures, nothing slow */
    uint32_t slow_ms; /* every feed answers so late; 0: as its kind says */
    int64_t epoch_ms; /* item FARM_ITEMS is the newest then */
    uint16_t http_port, tls_port;
};

enum feed_kind {
    FEED_GOOD,
    FEED_MOVED,
    FEED_MISSING,
    FEED_GONE,
    FEED_BROKEN,
    FEED_LATER,
    FEED_SLOW
};
enum site_kind { SITE_PLAIN, SITE_ETAG, SITE_DATE, SITE_BOTH }; /* the validators it gives */

uint64_t farm_mix(uint64_t a, uint64_t b);
uint32_t farm_feeds_of(const struct world *w, uint32_t site);
uint32_t farm_feed_index(const struct world *w, uint32_t site, uint32_t feed); /* over all */
uint32_t farm_all_feeds(const struct world *w);
bool farm_is_tls(const struct world *w, uint32_t site);
enum site_kind farm_site_kind(uint32_t site);
enum feed_kind farm_feed_kind(const struct world *w, uint32_t site, uint32_t feed);
int farm_max_age_s(uint32_t site);  /* 0: it gives none */
bool farm_is_packed(uint32_t site); /* answers are sent as gzip */
/* Number of the newest item at a time, and when an item came out. Feeds of a site without
 * validators all carry the site's one list. */
uint32_t farm_newest(const struct world *w, uint32_t site, uint32_t feed, int64_t now_ms);
int64_t farm_published_ms(const struct world *w, uint32_t site, uint32_t feed, uint32_t item);
void farm_put_feed(const struct world *w, uint32_t site, uint32_t feed, uint32_t newest,
                   dl_buf *out);
void farm_put_page(const struct world *w, uint32_t site, dl_str path, dl_buf *out);
/* "s12.test" -> 12; false for what is no site. */
bool farm_site_of(const struct world *w, dl_str host, uint32_t *ret_site);
/* OPML of all; and a line "url TAB etag TAB last-modified TAB site TAB feed TAB kind" for each, as
 * somebody knows them who polled it at the epoch. */
void farm_put_list(const struct world *w, FILE *out);
void farm_put_validators(const struct world *w, FILE *out);
void farm_put_url(const struct world *w, uint32_t site, uint32_t feed, FILE *out);
uint64_t farm_list_of(uint32_t site, uint32_t feed); /* as in the items' guid "LIST-NUMBER" */
void farm_http_date(int64_t ms, char out[40]);

#endif
