/* Score: how likely it is that a document belongs to a story, from how its words meet the story's.
 *
 * Logistic models over a few numbers, one set of weights for all languages and sources. The weights
 * were fitted by logistic regression on public sets of news (look-alike events, headlines of two
 * days, triples of outlets, and halves of translated articles in 14 languages), so that no set
 * gains at the cost of another. Those for young streams and for scripts without capitals were then
 * set by hand, by all sets and a stream of few articles in ten languages. No trainer is kept with
 * the code: whoever changes a number measures them all again.
 * Pure; 0..1, and DL_SCORE_SAME is where a story begins. */
#ifndef DL_STORY_SCORE_H
#define DL_STORY_SCORE_H

#include "story/centroid.h"

#define DL_SCORE_SAME 0.5F

struct dl_score_input {
    struct dl_match match;
    uint32_t documents; /* of the strand compared with */
    int64_t gap_ms;     /* since the story's last document */
    size_t terms;       /* of the document */
    uint32_t seen;      /* documents of the language so far: rarities are guesses at first */
};

/* A document against the strand of its language. */
float dl_score_document(const struct dl_score_input *in);
/* Two strands of one language; a weighted mean of cosines, no likelihood. */
float dl_score_strands(const struct dl_match *match);

#endif
