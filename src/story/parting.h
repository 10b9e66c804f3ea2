/* Parting: do texts that were taken for one story tell of two?
 *
 * Two like events are easily one story at their first meeting; when each has several texts, these
 * fall into two groups, the texts of one group more alike than across. Texts are sets of their
 * heaviest terms, weighed by rarity; the groups are found by reassigning each text to the group it
 * is likest on average (k-means of two, started from the least alike pairs), and they are two
 * stories when the mean cosine across falls short of the geometric mean of those within.
 * Pure. Quadratic in the texts, of which there are DL_PARTING_MOST at most. */
#ifndef DL_STORY_PARTING_H
#define DL_STORY_PARTING_H

#include "story/members.h"

enum { DL_PARTING_MOST = 128, DL_PARTING_TERMS = DL_CENTROID_HEAVY };

struct dl_parting_text {
    size_t n;
    struct dl_member_term terms[DL_PARTING_TERMS]; /* ascending by id */
};
/* Is it worth while to look again at so many texts? */
bool dl_parting_due(size_t texts);
/* true: they are two; ret_side[i] is 1 for the group that does not hold text 0. */
bool dl_parting_find(const struct dl_parting_text *texts, size_t n,
                     uint8_t ret_side[DL_PARTING_MOST]);
/* The side whose texts another one is likest, on average. */
uint8_t dl_parting_side(const struct dl_parting_text *texts, size_t n,
                        const uint8_t side[DL_PARTING_MOST], const struct dl_parting_text *text);

#endif
