/* The parser's inside, shared with its trainer: stack, buffer, arcs found, features.
 *
 * Places are 1-based; 0 is the root, which lies at the bottom of the stack. Actions are labels of
 * the model: 0 shifts; 1 + 2 r gives the top of the stack the next word as head ("left arc"), 2 + 2
 * r gives it the word below it ("right arc"), r being the relation. */
#ifndef DL_LANG_PARSE_STATE_H
#define DL_LANG_PARSE_STATE_H

#include "lang/parse.h"

enum { DL_PARSE_FEATURES = 128 };
enum dl_parse_move { DL_PARSE_SHIFT, DL_PARSE_LEFT, DL_PARSE_RIGHT };

struct dl_parse_node {
    uint32_t head;
    uint8_t relation; /* + 1; 0: none yet */
    uint8_t n_left, n_right;
    uint32_t left, left2, right, right2; /* outermost children, and the next inside; 0: none */
    uint64_t left_set, right_set;        /* of relations */
};

typedef struct dl_parse_state {
    const dl_parse_word *words; /* of place 1 on */
    size_t n;
    struct dl_parse_node *nodes; /* n + 1 */
    uint32_t *stack;
    size_t depth;
    uint32_t next;            /* the buffer's first word; n + 1: empty */
    uint32_t *verbs, *commas; /* how many before each place */
    uint8_t house;            /* as of dl_tagger_sentence */
} dl_parse_state;

enum dl_err dl_parse_begin(dl_parse_state *ret_state, dl_arena *arena, const dl_parse_word *words,
                           size_t n) DL_MUST_USE;
static inline bool dl_parse_done(const dl_parse_state *s)
{
    return s->next > s->n && s->depth == 1;
}
bool dl_parse_may(const dl_parse_state *state, enum dl_parse_move move);
static inline enum dl_parse_move dl_parse_move_of(size_t action)
{
    return action == 0 ? DL_PARSE_SHIFT : action % 2 == 1 ? DL_PARSE_LEFT : DL_PARSE_RIGHT;
}
void dl_parse_do(dl_parse_state *state, size_t action);
size_t dl_parse_features(const dl_parse_state *state, uint64_t ret_features[DL_PARSE_FEATURES]);
/* Best action that is allowed. */
size_t dl_parse_best(const dl_parse_state *state, const int32_t *scores, size_t n_actions);

#endif
