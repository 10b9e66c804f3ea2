/* The learned recogniser: names of persons, places and bodies that no list knows.
 *
 * A linear model over sequences: each word of a stretch with capitals gets one of 13 tags (outside;
 * begin, inside, last, only one of PER, LOC, ORG), the best sequence of the stretch by Viterbi over
 * the score of its words and of neighbouring tags (structured perceptron, Collins 2002; averaged).
 * What it looks at: words, affixes and shapes around; the lists (countries, cities, bodies, given
 * names, surnames, common words); the stretch; what else the document does with the same word.
 * Stretches with no capital are never looked at: in scripts without case it finds nothing.
 *
 * Weights: lang/model.h, trained by train/train_ner.c. Pure, linear; memory: the arena. */
#ifndef DL_LANG_NER_H
#define DL_LANG_NER_H

#include "base/vec.h"
#include "lang/gazetteer.h"
#include "lang/model.h"
#include "lang/sentences.h"

enum { DL_NER_TAGS = 13, DL_NER_FEATURES = 64 /* of a word, at most */ };
enum dl_ner_type { DL_NER_PER, DL_NER_LOC, DL_NER_ORG };
enum dl_ner_part { DL_NER_BEGIN, DL_NER_INSIDE, DL_NER_LAST, DL_NER_ONLY };

/* 0: outside; else 1 + type * 4 + part. The labels of a model stand in this order. */
static inline unsigned dl_ner_tag(enum dl_ner_type type, enum dl_ner_part part)
{
    return 1 + (unsigned)type * 4 + (unsigned)part;
}
bool dl_ner_follows(unsigned before, unsigned tag); /* 0 stands before the first word */
bool dl_ner_ends(unsigned tag);                     /* may be the last of a stretch */

typedef struct dl_ner_word dl_ner_word;
typedef struct dl_ner_text {
    const dl_gazetteer *gazetteer;
    const dl_phrases *countries; /* of the language; may be NULL */
    const dl_pack *pack;
    const dl_words *words;
    const dl_sentences *sentences;
    bool bare;         /* no features of single words: a model of other languages */
    dl_ner_word *seen; /* one a token */
    dl_map64 uses;     /* key of a word -> what the document does with it */
} dl_ner_text;

/* What the features are made of; `text` holds its inputs already. */
enum dl_err dl_ner_prepare(dl_ner_text *text, dl_arena *arena) DL_MUST_USE;
/* The next stretch at or behind *at: tokens first to last of sentence s; false at its end. */
bool dl_ner_stretch(const dl_ner_text *text, const dl_sentence *s, uint32_t *at,
                    uint32_t *ret_first, uint32_t *ret_last);
/* Hashes of what is seen at token i of the stretch; returns how many. */
size_t dl_ner_features(const dl_ner_text *text, uint32_t first, uint32_t last, uint32_t i,
                       uint64_t ret_features[DL_NER_FEATURES]);
uint64_t dl_ner_after(unsigned tag); /* the feature of following a tag */

typedef struct dl_ner_name {
    uint32_t first, last; /* tokens */
    enum dl_ner_type type;
} dl_ner_name;
typedef DL_VEC(dl_ner_name) dl_ner_names;

/* Names in text order. A model with other labels than the recogniser's is refused by check. */
/* The weights of a language ("ru"); *ret_own false: none of its own, what was learned of others. */
enum dl_err dl_ner_open(dl_model *ret_model, const char *code, bool *ret_own,
                        struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_ner_check(const dl_model *model, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_ner_find(const dl_model *model, const dl_ner_text *text, dl_arena *arena,
                        dl_ner_names *ret_names) DL_MUST_USE;
/* The best tags of n words by their scores; `transitions[before][tag]`. Used by the trainer too. */
void dl_ner_best(const int32_t (*scores)[DL_NER_TAGS],
                 const int32_t transitions[DL_NER_TAGS][DL_NER_TAGS], size_t n, uint8_t *ret_tags);

#endif
