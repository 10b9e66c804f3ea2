/* What the tagger and the parser see of a word: hashes of its form, its ends and its shape.
 *
 * From the form alone, so that training and use cannot differ. The normal form is that of
 * lang/words.h with every digit as 0; ends are counted in characters. Pure, no memory. */
#ifndef DL_LANG_TAGGER_WORD_H
#define DL_LANG_TAGGER_WORD_H

#include "lang/words.h"

enum { DL_TAGGER_SUFFIXES = 5, DL_TAGGER_PREFIXES = 4 };

enum { DL_TAGGER_CAP = 1, DL_TAGGER_UPPER = 2, DL_TAGGER_DIGIT = 4, DL_TAGGER_HYPHEN = 8 };

typedef struct dl_tagger_word {
    uint64_t form, norm;
    uint64_t suffix[DL_TAGGER_SUFFIXES]; /* of 1, 2 … characters; 0 where the word is shorter */
    uint64_t prefix[DL_TAGGER_PREFIXES];
    uint64_t shape; /* classes of characters, runs as one: "Xx", "X.X.", "d-x" */
    uint8_t flags;
} dl_tagger_word;

void dl_tagger_word_look(dl_str form, dl_tagger_word *ret_word);

#endif
