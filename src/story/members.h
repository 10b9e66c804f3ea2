/* Members: the documents of the window, those of a strand as a chain from new to old, with the
 * heaviest terms of each.
 *
 * Numbers rise by one a document, modulo 2^32, as in copies.h. Memory: 32 bytes a document and 5 a
 * term, owned by the struct. Errors: those of trail.h. */
#ifndef DL_STORY_MEMBERS_H
#define DL_STORY_MEMBERS_H

#include "story/centroid.h"
#include "story/trail.h"

struct dl_member {
    uint64_t key;
    int64_t time_ms;
    uint32_t before;   /* number + 1 of the one before it in its chain; 0: it is the oldest */
    uint32_t original; /* number + 1 of the text it is a copy of; 0: of none */
    uint32_t terms_at;
    uint8_t n_terms; /* a copy has none */
    bool is_text;    /* neither a copy nor a headline alone, which says too little */
};

struct dl_member_term {
    uint32_t id;
    uint8_t rarity; /* in 1/DL_ENTRY_RARITY */
};

struct dl_members {
    struct dl_trail rows, terms;
};

void dl_members_init(struct dl_members *members);
void dl_members_free(struct dl_members *members);
/* In front of a chain: *newest is number + 1 of its newest member, 0: there is none. copy_of: key
 * of the text it is a copy of, 0: none. */
enum dl_err dl_members_add(struct dl_members *members, uint64_t key, uint64_t copy_of,
                           int64_t time_ms, const struct dl_docvec *vec, bool is_text,
                           uint32_t *newest) DL_MUST_USE;
/* Only the newest n are held. */
void dl_members_keep(struct dl_members *members, uint64_t n);
/* Number + 1; 0: it is not held. */
uint32_t dl_members_find(const struct dl_members *members, uint64_t key);
/* at: number + 1. NULL: it is not held (any more), the chain ends. */
struct dl_member *dl_members_at(const struct dl_members *members, uint32_t at);
struct dl_member_term dl_members_term(const struct dl_members *members,
                                      const struct dl_member *member, size_t i);
/* Two chains become one, the newest first; that one's newest. Of chains that are longer than any
 * that is walked (some thousands) the rest of the second is dropped. */
uint32_t dl_members_join(struct dl_members *members, uint32_t newest, uint32_t other);
size_t dl_members_bytes(const struct dl_members *members);

#endif
