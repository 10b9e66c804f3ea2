/* Part-of-speech tags of a sentence, from left to right, by an averaged perceptron (Collins 2002).
 *
 * In: the words of a sentence as universaldependencies.org cuts them. Out: a tag for each, an index
 * into the model's labels; a label is "UPOS" or "UPOS XPOS" (English: "VERB VBN"). The model also
 * holds, under features of its own, which tags a frequent word may have: that is what is seen of
 * the words to the right.
 *
 * Weights: models/tagger-LANG.bin, trained by train/. Pure; linear; a word costs about 60 look-ups.
 */
#ifndef DL_LANG_TAGGER_H
#define DL_LANG_TAGGER_H

#include "lang/model.h"
#include "lang/tagger_word.h"

/* The 17 universal tags, in the order of the alphabet. One list: name. */
#define DL_UPOS(X)                                                                                 \
    X(ADJ)                                                                                         \
    X(ADP)                                                                                         \
    X(ADV)                                                                                         \
    X(AUX)                                                                                         \
    X(CCONJ)                                                                                       \
    X(DET) X(INTJ) X(NOUN) X(NUM) X(PART) X(PRON) X(PROPN) X(PUNCT) X(SCONJ) X(SYM) X(VERB) X(X)

enum dl_upos {
#define X(name) DL_UPOS_##name,
    DL_UPOS(X)
#undef X
        DL_UPOS_COUNT
};

typedef struct dl_tagger {
    dl_model model;
    struct dl_tagger_label {
        enum dl_upos upos;
        dl_str xpos;           /* empty: none */
        uint64_t coarse, fine; /* hashes of the UPOS and of the whole label, for the parser */
    } labels[DL_MODEL_MAX_LABELS];
} dl_tagger;

/* Bytes live as long as the tagger. */
enum dl_err dl_tagger_open(dl_tagger *ret_tagger, dl_str bytes, struct dl_diag *diag) DL_MUST_USE;
/* words: dl_tagger_word_look() of each. Scratch memory from the arena. */
enum dl_err dl_tagger_tag(const dl_tagger *tagger, dl_arena *arena, const dl_tagger_word *words,
                          size_t n, uint8_t *ret_tags) DL_MUST_USE;
const char *dl_upos_name(enum dl_upos upos);

/* --- what the trainer shares ----------------------------------------------------------------- */

enum { DL_TAGGER_FEATURES = 64 };

typedef struct dl_tagger_sentence {
    const dl_tagger_word *words;
    size_t n;
    const uint64_t *may_be; /* what tags a word may have, as a hash; see dl_tagger_may_be() */
    bool titled;            /* most words start with a capital: a headline */
    uint8_t house;          /* whose guidelines: 0 those of the first treebank */
} dl_tagger_sentence;

/* The feature under which the tags of a frequent word stand. */
uint64_t dl_tagger_word_list(const dl_tagger_word *word);
uint64_t dl_tagger_may_be(const dl_tagger_word *word, dl_model_row row);
bool dl_tagger_titled(const dl_tagger_word *words, size_t n);
/* Features of word i behind words tagged ...before2, before1 (label + 1; 0: the border). */
size_t dl_tagger_features(const dl_tagger_sentence *sentence, size_t i, unsigned before1,
                          unsigned before2, uint64_t ret_features[DL_TAGGER_FEATURES]);

#endif
