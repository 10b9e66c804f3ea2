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
    uint8_t n_terms;  /* a copy has none */
    bool is_headline; /* alone: it says too little to tell a story by */
};

struct dl_member_term {
    uint32_t id;
    uint8_t rarity; /* in 1/DL_ENTRY_RARITY */
};

struct dl_members {
    struct dl_trail rows, terms;
};

/* A chain: number + 1 of its newest and oldest member, 0 where there is none. */
struct dl_member_chain {
    uint32_t newest, oldest;
};

void dl_members_init(struct dl_members *members);
void dl_members_free(struct dl_members *members);
/* In front of the chain. copy_of: key of the text it is a copy of, 0: none. */
enum dl_err dl_members_add(struct dl_members *members, uint64_t key, uint64_t copy_of,
                           int64_t time_ms, const struct dl_docvec *vec, bool is_headline,
                           struct dl_member_chain *chain) DL_MUST_USE;
/* Only the newest n are held. */
void dl_members_keep(struct dl_members *members, uint64_t n);
/* *ret_number + 1; 0: it is not held. */
uint32_t dl_members_find(const struct dl_members *members, uint64_t key);
/* at: number + 1. NULL: it is not held (any more), the chain ends. */
struct dl_member *dl_members_at(const struct dl_members *members, uint32_t at);
struct dl_member_term dl_members_term(const struct dl_members *members,
                                      const struct dl_member *member, size_t i);
/* Other's members behind those of chain. What is too long is left where it is cut off. */
void dl_members_join(struct dl_members *members, struct dl_member_chain *chain,
                     const struct dl_member_chain *other);
size_t dl_members_bytes(const struct dl_members *members);

#endif
