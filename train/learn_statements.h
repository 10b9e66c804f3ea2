/* Learning of claim/learned.h from lessons, and asking what was learned of documents it has not
 * seen. Single thread, fixed seed: the same lessons give the same bytes. */
#ifndef DL_TRAIN_LEARN_STATEMENTS_H
#define DL_TRAIN_LEARN_STATEMENTS_H

#include "train/said_lessons.h"

struct said_options {
    long epochs, scale, max_bytes, least; /* as in train/learn.h */
    long slack; /* what a wrong tag is given for nothing: the right one must win by so much */
    bool quiet;
};

/* What the file says beside its weights. */
struct said_head {
    int32_t least, gate; /* margins */
    const char *languages[DL_LEXICON_LANGUAGES];
    size_t n_languages; /* served */
};

/* Weights of all lessons but those of documents of a fold (document % folds); folds 0: of all. */
void said_learn(const said_lessons *lessons, const struct said_options *options, long folds,
                long fold, const struct said_head *head, dl_buf *out);

/* Counts over documents; a statement with hops is one for each. */
struct said_tally {
    size_t gold, said, right;    /* right: source and cue overlap, half of the content is shared */
    size_t found, links, linked; /* link: source and cue overlap */
    size_t added, added_right, added_linked; /* learned ones */
    size_t gated, gated_linked;
};

struct said_sample { /* a learned statement */
    int32_t margin;
    bool right, linked;
};
typedef DL_VEC(struct said_sample) said_samples;

/* Reads a document with the rules, and with what was learned (NULL: rules alone), and counts. */
void said_ask(dl_arena *arena, const struct said_tools *tools, const dl_said_document *document,
              const dl_learned *learned, struct said_tally *tally, said_samples *samples);

#endif
