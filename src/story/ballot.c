#include "story/ballot.h"

void dl_ballot_vote(struct dl_ballot *b, uint32_t candidate, float votes)
{
    size_t i = (candidate * 0x9E3779B1U) >> 20 & (DL_BALLOT_TABLE - 1);
    while (b->table[i].votes > 0 && b->table[i].candidate != candidate)
        i = (i + 1) & (DL_BALLOT_TABLE - 1);
    if (b->table[i].votes <= 0) {
        if (b->n == DL_BALLOT_FULL) return;
        b->used[b->n++] = (uint16_t)i;
        b->table[i].candidate = candidate;
    }
    b->table[i].votes += votes;
}

/* Values of as many keys as go into one look; how many votes are still to be given. */
static unsigned hear(struct dl_ballot *b, const struct dl_ballot_poll *poll,
                     const struct dl_ballot_voter *voters, size_t n, unsigned left)
{
    struct dl_ring_values values[DL_RING_LANES];
    uint32_t keys[DL_RING_LANES];
    for (size_t i = 0; i < n; i++)
        keys[i] = voters[i].key;
    dl_ring_find_all(poll->ring, keys, n, poll->steps, values);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < values[i].n && left > 0; k++, left--) {
            uint32_t value = values[i].p[k];
            if (poll->accept == NULL || poll->accept(poll->ctx, value))
                dl_ballot_vote(b, value, voters[i].votes);
        }
    return left;
}

void dl_ballot_poll(struct dl_ballot *b, const struct dl_ballot_poll *poll,
                    const struct dl_ballot_voter *voters, size_t n)
{
    unsigned left = poll->all_steps;
    for (size_t i = 0; i < n; i++)
        dl_ring_expect(poll->ring, voters[i].key);
    for (size_t i = 0; i < n && left > 0; i += DL_RING_LANES)
        left = hear(b, poll, voters + i, n - i < DL_RING_LANES ? n - i : DL_RING_LANES, left);
}

bool dl_ballot_leads(const struct dl_ballot_row *a, const struct dl_ballot_row *b)
{
    if (a->votes > b->votes || a->votes < b->votes) return a->votes > b->votes;
    return a->candidate < b->candidate;
}

size_t dl_ballot_take(struct dl_ballot *b)
{
    size_t n = b->n;
    for (size_t i = 0; i < n; i++) {
        b->rows[i] = b->table[b->used[i]];
        b->table[b->used[i]].votes = 0;
    }
    b->n = 0;
    return n;
}

/* Few of many are wanted, so most rows are turned away at the first look. */
size_t dl_ballot_count(struct dl_ballot *b, size_t max)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct dl_ballot_row row = b->table[b->used[i]];
        b->table[b->used[i]].votes = 0;
        if (kept == max && !dl_ballot_leads(&row, &b->rows[kept - 1])) continue;
        size_t k = kept < max ? kept++ : kept - 1;
        for (; k > 0 && dl_ballot_leads(&row, &b->rows[k - 1]); k--)
            b->rows[k] = b->rows[k - 1];
        b->rows[k] = row;
    }
    b->n = 0;
    return kept;
}
