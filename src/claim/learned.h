/* What the rules miss: a linear model that reads a sentence around one cue, or around one
 * quotation, that no rule made a statement of.
 *
 * In: a text with its cues and the statements of the rules. Out: more statements, named "learned",
 * with their spans and a score. Each token of the sentence gets one of 7 tags (outside; begin,
 * inside of source, cue, content), the best sequence by Viterbi over the scores of tokens and of
 * neighbouring tags (averaged structured perceptron, Collins 2002). All is asked from the side of
 * one cue, so that nested sources come out: what belongs to another cue is outside. What it looks
 * at: learned_sight.h.
 *
 * The score comes from the margin: how much the best sequence is better than the best one with no
 * source at these words. The file says at which margin a statement is made at all, and which one
 * reaches the gate of 0.5; none does when it says 0 for the second.
 *
 * Weights: lang/model.h, models/statements.bin, all languages in one; trained by
 * train/train_statements.c. Pure; linear for a fixed window; memory: the arena. */
#ifndef DL_CLAIM_LEARNED_H
#define DL_CLAIM_LEARNED_H

#include "lang/model.h"

enum { DL_LEARNED_TAGS = 7 };
enum dl_learned_role { DL_LEARNED_SOURCE, DL_LEARNED_CUE, DL_LEARNED_CONTENT };
extern const char dl_learned_names[DL_LEARNED_TAGS][16]; /* labels of a model, in this order */

typedef struct dl_learned {
    dl_model model;
    int32_t least, gate; /* margins */
} dl_learned;

/* Bytes as of a file; they must outlive the model. DL_ERR_SYNTAX: damaged, or of another task. */
enum dl_err dl_learned_read(dl_learned *ret_learned, dl_str bytes,
                            struct dl_diag *diag) DL_MUST_USE;
/* The weights the program carries. */
enum dl_err dl_learned_open(dl_learned *ret_learned, struct dl_diag *diag) DL_MUST_USE;

/* Was it found to help in this language (BCP 47 base)? The file says so; elsewhere it is silent. */
bool dl_learned_serves(const dl_learned *learned, const char *code);
uint64_t dl_learned_language_row(const char *code); /* one pair: label 0, weight 1 */

/* 0.25 at the least margin, 0.5 at the gate; and the margin of a score, for the trainer. */
float dl_learned_score(const dl_learned *learned, int32_t margin);

/* The row of a file that holds the two margins: pairs with label 0. */
enum { DL_LEARNED_PAIRS = 8 };
uint64_t dl_learned_margins_row(void);
void dl_learned_put_margins(int32_t least, int32_t gate, uint8_t ret_pairs[2 * DL_LEARNED_PAIRS]);

#endif
