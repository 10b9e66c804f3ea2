/* How a story went: what was new when, when many reported at once, who covers it and who, against
 * its habit, does not. The part of the Story page that needs no sentence of ours.
 *
 * New is the first document here that says a claim which others say too. A burst is an hour with
 * far more arrivals than the hours before (story/trend.h). Silent is an outlet that had nearly
 * every story of many outlets in two weeks, was heard since this one began, and has not reported
 * it. */
#ifndef DL_SERVE_STORY_COURSE_H
#define DL_SERVE_STORY_COURSE_H

#include "serve/html.h"
#include "store/read_claims.h"
#include "store/read_coverage.h"

struct dl_story_course {
    const struct dl_store_story *story;
    const dl_store_claims *claims;
    const dl_store_members *members;
    dl_store_facets countries, languages, outlets;
    dl_store_silences silent;
    int64_t watched, watched_countries;
};

/* claims and members: as the page has them. */
enum dl_err dl_story_course_gather(dl_store *store, dl_arena *arena,
                                   struct dl_story_course *course) DL_MUST_USE;
void dl_story_course_show(dl_html *h, dl_arena *arena, const struct dl_story_course *course,
                          int64_t now_ms);

#endif
