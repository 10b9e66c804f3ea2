/* A briefing: the stories of some hours, what is claimed in each and on how many origins it rests,
 * denials, changes of wording, corrections. No sentence of it is ours: headlines and claims stand
 * in the words of an outlet, which is named beside them on the same line.
 *
 * Everything lives in the arena. Errors as in store/read.h. */
#ifndef DL_CMD_BRIEF_H
#define DL_CMD_BRIEF_H

#include "serve/claim_view.h"
#include "store/search.h"

enum {
    DL_BRIEF_STORIES = 12, /* when no number is asked for */
    DL_BRIEF_STORIES_MAX = 100,
    DL_BRIEF_CLAIMS = 4, /* of a story: those of most documents */
};

struct dl_brief_story {
    struct dl_store_story story;
    size_t n_claims;
    struct dl_claim_view claims[DL_BRIEF_CLAIMS];
};
struct dl_brief {
    int64_t since_ms, until_ms;
    dl_str query; /* as asked; may be empty */
    int64_t watched, watched_countries;
    DL_VEC(struct dl_brief_story) stories; /* most outlets first */
    dl_store_edits corrections;
};

/* Stories that changed since; of those that the query finds, when there is one. */
enum dl_err dl_brief_gather(dl_store *store, dl_arena *arena, const struct dl_query *query,
                            int64_t since_ms, int64_t until_ms, size_t limit,
                            struct dl_brief *ret_brief) DL_MUST_USE;
/* base: address of the pages that lines lead to ("http://127.0.0.1:8440"); NULL: ids alone. */
void dl_brief_markdown(dl_buf *out, dl_arena *arena, const struct dl_brief *brief,
                       const char *base);
/* A whole page without script or style sheet of others. */
void dl_brief_html(dl_buf *out, const struct dl_brief *brief, const char *base);

#endif
