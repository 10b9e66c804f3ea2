/* Score: how likely it is that a document belongs to a story, from how its words meet the story's.
 *
 * Two logistic models over the same numbers (score.def), one for documents with a text and one for
 * headlines alone; the same for all languages and sources. train/fit-stories fits the weights of
 * both on streams whose stories are known, and says how well each kind of stream is told by weights
 * fitted without it. What makes one threshold fit streams of any density is `rest`: how much the
 * document is like stories that it does not belong to.
 * A text that tells another's news only in passing wants clearer proof, whatever the weights say.
 * Pure; 0..1, and DL_SCORE_SAME is where a story begins. */
#ifndef DL_STORY_SCORE_H
#define DL_STORY_SCORE_H

#include "story/centroid.h"

#define DL_SCORE_SAME 0.5F

struct dl_score_input {
    struct dl_match match;
    uint32_t documents; /* of the strand compared with */
    int64_t gap_ms;     /* since the story's last document */
    int64_t age_ms;     /* from the story's first document to its last */
    size_t terms;       /* of the document */
    float rest;         /* dl_score_rest() */
};

enum {
    DL_SCORE_PARTS = 0
#define DL_SCORE_PART(name, text, headline, value) +1
#include "story/score.def"
#undef DL_SCORE_PART
};
/* What the weights are for, in the order of score.def. */
void dl_score_parts(const struct dl_score_input *in, double ret_parts[DL_SCORE_PARTS]);
/* Is a document of so many terms a headline alone? */
bool dl_score_is_headline(size_t terms);

/* A document against the strand of its language. */
float dl_score_document(const struct dl_score_input *in);
/* How like a document is to stories it is not of: the mean cosine of some that come behind the
 * best. all: match.all of the candidates by falling value, among them own, the one that is asked
 * for. */
float dl_score_rest(const float *all, size_t n, float own);
/* Two strands of one language; a weighted mean of cosines, no likelihood. */
float dl_score_strands(const struct dl_match *match);

#endif
