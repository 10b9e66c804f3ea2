/* Ballot: adds up votes for numbered candidates and gives the leading ones, deterministically.
 *
 * A bounded table reused for every document; past BALLOT_FULL candidates new ones are not taken in,
 * so let the strongest voters vote first. Ties go to the smaller number. */
#ifndef DL_STORY_BALLOT_H
#define DL_STORY_BALLOT_H

#include "story/ring.h"

enum { DL_BALLOT_TABLE = 1 << 12, DL_BALLOT_FULL = DL_BALLOT_TABLE / 2 };

struct dl_ballot_row {
    uint32_t candidate;
    float votes;
};

struct dl_ballot {
    size_t n;
    struct dl_ballot_row table[DL_BALLOT_TABLE]; /* votes 0: free */
    uint16_t used[DL_BALLOT_FULL];
    struct dl_ballot_row rows[DL_BALLOT_FULL];
};

void dl_ballot_vote(struct dl_ballot *ballot, uint32_t candidate, float votes); /* votes > 0 */

/* Votes of keys for the values that a ring holds of them, newest first. */
struct dl_ballot_voter {
    uint32_t key;
    float votes;
};
struct dl_ballot_poll {
    const struct dl_ring *ring;
    unsigned steps;                                  /* of one key, at most DL_RING_STEPS */
    unsigned all_steps;                              /* of all of them */
    bool (*accept)(const void *ctx, uint32_t value); /* NULL: all */
    const void *ctx;
};
/* voters: those to be heard first lead. */
void dl_ballot_poll(struct dl_ballot *ballot, const struct dl_ballot_poll *poll,
                    const struct dl_ballot_voter *voters, size_t n);
/* The leading candidates in ballot->rows, at most max; empties the table. */
size_t dl_ballot_count(struct dl_ballot *ballot, size_t max);
/* All candidates in ballot->rows, by their first vote; empties the table. */
size_t dl_ballot_take(struct dl_ballot *ballot);
/* Does the first come before the second? */
bool dl_ballot_leads(const struct dl_ballot_row *first, const struct dl_ballot_row *second);

#endif
