/* Sentences to learn from: CoNLL-U files in memory, with what the tagger and the parser see. */
#ifndef DL_TRAIN_MATERIAL_H
#define DL_TRAIN_MATERIAL_H

#include "lang/conllu.h"
#include "lang/tagger.h"

typedef struct dl_sample {
    dl_conllu_sentence text;
    dl_tagger_word *words;
    uint8_t *tags; /* gold, index into labels */
    uint8_t house; /* whose guidelines, see lang/tagger.h */
    bool again;    /* its file was named before: it is not counted another time */
    /* The same as running text writes it, NULL where there is no difference. Taggers learn from
     * both, parsers from one of the two by chance. */
    struct dl_sample *written;
} dl_sample;

/* In MISC of what jackknife writes: the gold tag. */
#define DL_MATERIAL_TAG "Tag="

/* What makes running text differ from a treebank. */
enum dl_writing {
    DL_WRITING_AS_IS,
    DL_WRITING_CONTRACTED, /* "du", "dárselo": one word for a range of treebank words */
    DL_WRITING_SIMPLIFIED, /* Chinese in simplified characters */
};

typedef struct dl_material {
    dl_arena *arena;
    dl_sample *p;
    size_t n, cap, words;
    dl_str labels[DL_MODEL_MAX_LABELS]; /* tags, in order of first appearance */
    size_t n_labels;
    bool xpos; /* a label is "UPOS XPOS" instead of "UPOS" */
    enum dl_writing writing;
} dl_material;

/* Files add up, one that is named twice counts twice; an error ends the program. */
void dl_material_init(dl_material *material);
void dl_material_read(dl_material *material, const char *path, uint8_t house, bool again);
void dl_material_free(dl_material *material);

/* The same numbers on every machine. */
uint64_t dl_random(uint64_t *state);
void dl_shuffle(uint32_t *order, size_t n, uint64_t *state);
_Noreturn void dl_die(const char *format, ...) DL_PRINTF(1, 2);

#endif
