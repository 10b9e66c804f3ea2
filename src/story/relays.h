/* Stories that are one because their documents say so: one cites an outlet that printed the same,
 * or they open with the same names, things and doings.
 *
 * Stories (stories.h) are joined by what whole articles share; short news in two languages share
 * little. A citation is better evidence: the text itself names where it has its story from. Both
 * documents must lie within the window, and one saying of each must be about the same.
 * In: documents in order of arrival, each with the number of its story. Out: the numbers, joined:
 * the older story's stays. Pure. Memory: the arena. Cost: bounded steps for each media source and
 * each opening. Errors: DL_ERR_NOMEM, DL_ERR_TOO_BIG (arena). */
#ifndef DL_STORY_RELAYS_H
#define DL_STORY_RELAYS_H

#include "story/sayings.h"

#define DL_RELAY_WINDOW_MS ((int64_t)72 * 3600 * 1000) /* of citations */
#define DL_RELAY_OPENING_MS                                                                        \
    ((int64_t)24 * 3600 * 1000) /* of openings: the next day has its own                           \
                                 */

struct dl_relay_doc {
    const struct dl_sayings *sayings; /* NULL: nothing was read */
    dl_str outlet;
    int64_t time_ms;
    uint32_t story; /* any number below the number of documents; ret: joined */
};

enum dl_err dl_relays_join(dl_arena *arena, struct dl_relay_doc *docs, size_t n) DL_MUST_USE;

#endif
