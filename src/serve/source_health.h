/* How a feed fares, judged from its record alone: one word, its sign and its code for machines;
 * and what the numbers of a source say, in words for people. */
#ifndef DL_SERVE_SOURCE_HEALTH_H
#define DL_SERVE_SOURCE_HEALTH_H

#include "store/source.h"

enum dl_health {
    DL_HEALTH_GOOD,
    DL_HEALTH_QUIET,   /* answers, but is silent for longer than usual; not surprisingly so */
    DL_HEALTH_SILENT,  /* answers, and its silence is surprising (feed/silence.h) */
    DL_HEALTH_FAILING, /* the last poll brought no feed */
    DL_HEALTH_BLOCKED, /* the publisher forbids it: robots.txt, 401, 403, 451 */
    DL_HEALTH_GONE,    /* 410, or 404 for DL_GONE_FAILURES polls */
    DL_HEALTH_WAITING, /* never polled */
    DL_HEALTH_COUNT
};

#define DL_QUIET_MS ((int64_t)7 * 24 * 3600 * 1000) /* where no rhythm is known yet */
enum { DL_GONE_FAILURES = 5 /* a site that is rebuilt is back within some polls */ };

enum dl_health dl_source_health(const struct dl_store_feed *feed, int64_t now_ms);
/* Of an outlet: good where one of its channels is. */
enum dl_health dl_source_health_of_all(const struct dl_store_source *source, int64_t now_ms);
const char *dl_source_health_name(enum dl_health health); /* "good", for JSON and CSS */
const char *dl_source_health_word(enum dl_health health); /* "fine" */
const char *dl_source_health_sign(enum dl_health health);
/* What needs a look comes first: the n-th of all. */
enum dl_health dl_source_health_by_need(size_t n);
bool dl_source_health_from(dl_str name, enum dl_health *ret_health);

/* Sentences. Empty where there is nothing to say. Plain text, our own words and foreign ones. */
dl_str dl_words_span(dl_arena *arena, int64_t ms); /* "45 min", "9 h", "3 days" */
/* "silent for 9 h; 1 in 400 for this source; the longest before was 4 h" */
dl_str dl_words_silence(dl_arena *arena, const struct dl_silence *silence);
/* "Two looks 3 h apart shared no item (20, then 20): some were probably lost. 3 of that time were
 * back-filled from the sitemap." */
dl_str dl_words_loss(dl_arena *arena, const struct dl_store_loss *loss);
/* "first with 80 %, usually 6 min before the others" */
dl_str dl_words_lead(dl_arena *arena, const struct dl_store_channel *channel);
/* "saw 95 % of 120" */
dl_str dl_words_coverage(dl_arena *arena, const struct dl_store_channel *channel);
/* What else a person should know: validators that lie or say nothing, where it moved or leads. */
dl_str dl_words_notes(dl_arena *arena, const struct dl_store_feed *feed);
/* "set: every 30 min at the most often, every 6 h at least" */
dl_str dl_words_pace(dl_arena *arena, const struct dl_store_feed *feed);
/* What is known of how a site's pages are made, and whether that changed. */
dl_str dl_words_site(dl_arena *arena, const struct dl_store_site *site);
/* What is known of its GUIDs and addresses. */
dl_str dl_words_trust(dl_arena *arena, const struct dl_store_channel *channel);

#endif
