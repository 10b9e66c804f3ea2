/* Strands: the table of living stories, each a list of strands, one for each language.
 *
 * Documents of one language are compared by terms with their strand, across languages by anchors
 * with the whole story. Numbers are indices; a free slot is used again, the newest freed first, so
 * the same calls give the same numbers. A joined story stays (empty) until it is old itself, so
 * that its key leads to the story it went into.
 * Owned by the writer's state (stories.h). Memory on malloc; errors: DL_ERR_NOMEM. Threads: none.
 */
#ifndef DL_STORY_STRANDS_H
#define DL_STORY_STRANDS_H

#include "story/centroid.h"
#include "story/keymap.h"
#include "story/members.h"

struct dl_strand {
    uint32_t story, next; /* next: index + 1 of the story's next strand, or of the next free one */
    char language[4];
    bool used;
    struct dl_centroid terms;
    uint32_t newest; /* member, number + 1 (members.h); 0: none */
    uint32_t texts;  /* members that are neither copies nor headlines alone */
};

struct dl_strand_story {
    uint64_t key; /* 0: free */
    int64_t first_ms, last_ms;
    uint32_t documents;
    uint32_t into;    /* index + 1 of the story it was joined into */
    uint32_t joined;  /* stories held whose into is this one */
    uint32_t strands; /* index + 1 of the first; for a free story the next free one */
    bool waits;       /* it is in the queue of links.h */
    uint64_t parted;  /* key of the story it was parted from; 0: of none */
};

struct dl_strands {
    struct dl_strand_story *stories;
    struct dl_strand *strands;
    size_t n_stories, cap_stories, n_strands, cap_strands; /* n: slots ever used */
    uint32_t free_story, free_strand;                      /* index + 1 */
    size_t held, sweep;
    struct dl_keymap keys;
};

void dl_strands_free(struct dl_strands *table);

enum dl_err dl_strands_found(struct dl_strands *table, uint64_t key, int64_t first_ms,
                             uint32_t *ret_story) DL_MUST_USE;
/* The story's strand of the language, taken where there is none. */
enum dl_err dl_strands_take(struct dl_strands *table, uint32_t story, const char language[4],
                            uint32_t *ret_strand) DL_MUST_USE;
/* Index + 1 of the story's strand of the language, 0: none. */
uint32_t dl_strands_of(const struct dl_strands *table, uint32_t story, const char language[4]);
/* The story that a story was joined into, at last; itself if it was not. */
uint32_t dl_strands_follow(const struct dl_strands *table, uint32_t story);
/* Both are no story that was joined itself, and into was founded before from. */
enum dl_err dl_strands_join(struct dl_strands *table, uint32_t from, uint32_t into) DL_MUST_USE;

/* Looks at the next story in turn, so that no document pays for many: true when it is older than
 * alive_from_ms and nothing leads to it, and it may be dropped. */
bool dl_strands_next_old(struct dl_strands *table, int64_t alive_from_ms, uint32_t *ret_story);
void dl_strands_drop(struct dl_strands *table, uint32_t story);

size_t dl_strands_bytes(const struct dl_strands *table);

#endif
