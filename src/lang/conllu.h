/* CoNLL-U: sentences with tags and trees, as universaldependencies.org/format.html has it.
 *
 * Reading is strict where numbers are concerned and lenient about columns that are not used: a row
 * may end behind FORM. Comments, ranges ("3-4 don't") and empty nodes ("2.1") are kept as they came
 * and are printed again in their places; everything else is printed in ten columns, "_" for none.
 * Slices point into the text. Linear. */
#ifndef DL_LANG_CONLLU_H
#define DL_LANG_CONLLU_H

#include "base/str.h"

enum { DL_CONLLU_MAX_WORDS = 10000 /* of a sentence */ };

typedef struct dl_conllu_word {
    dl_str form, lemma, upos, xpos, feats, deprel, deps, misc; /* empty: "_" */
    dl_str before; /* lines of ranges and empty nodes that stand before it */
    uint32_t head; /* 1-based, 0: root */
    bool has_head;
} dl_conllu_word;

typedef struct dl_conllu_sentence {
    dl_str comments; /* whole lines */
    dl_conllu_word *words;
    size_t n;
    dl_str after; /* empty nodes behind the last word */
} dl_conllu_sentence;

typedef struct dl_conllu_reader {
    dl_str rest;
    size_t line; /* number of the line read last */
} dl_conllu_reader;

/* DL_OK with the next sentence, DL_ERR_NOT_FOUND at the end, DL_ERR_SYNTAX with the line's number
 * in the message. */
enum dl_err dl_conllu_next(dl_conllu_reader *reader, dl_arena *arena, dl_conllu_sentence *ret,
                           struct dl_diag *diag) DL_MUST_USE;
void dl_conllu_print(const dl_conllu_sentence *sentence, dl_buf *out);

#endif
