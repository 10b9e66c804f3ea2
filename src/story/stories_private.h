/* The online state, for the files that work on it. */
#ifndef DL_STORY_STORIES_PRIVATE_H
#define DL_STORY_STORIES_PRIVATE_H

#include "story/ballot.h"
#include "story/copies.h"
#include "story/links.h"
#include "story/members.h"
#include "story/stories.h"

enum {
    DL_STORIES_INDEXED = 14,     /* heaviest terms of a text under which its strand is found */
    DL_STORIES_PART_MOST = 2048, /* members of a strand, copies and all; with more it stays one */
};

struct dl_stories {
    struct dl_stories_options options;
    int64_t clock_ms;
    uint64_t last_key;
    struct dl_strands table;
    struct dl_rarity *rarity;
    struct dl_copies *copies;
    struct dl_bridge *bridge;
    struct dl_links links;
    struct dl_ring index;
    struct dl_ballot ballot;
    struct dl_docvec vec; /* of the document being added */
    struct dl_members members;
    uint64_t moved[DL_STORIES_PART_MOST]; /* keys of the last result's part */
};

/* The hour of a post to the index, and after how many it is renewed. */
uint16_t dl_stories_hour(const struct dl_stories *s);
uint16_t dl_stories_renew_hours(const struct dl_stories *s);

/* --- stories_part.c ----------------------------------------------------------------------- */

/* The strand has got one text more: parted where its texts tell of two things. n 0: they do not. */
enum dl_err dl_stories_part(struct dl_stories *s, uint32_t strand,
                            struct dl_story_part *ret_part) DL_MUST_USE;
/* A parting that was decided before. */
enum dl_err dl_stories_part_again(struct dl_stories *s, uint32_t strand,
                                  const struct dl_story_part *part) DL_MUST_USE;
/* Were the two stories parted from each other? */
bool dl_stories_were_parted(const struct dl_stories *s, uint32_t a, uint32_t b);

#endif
