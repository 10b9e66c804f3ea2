/* Stems: the 32-bit id under which a word is counted and compared in its language.
 *
 * libstemmer where it knows the language, else the longest ending of lexicon/LANG/endings.tsv is
 * cut off, else, where there is none, the last one or two letters of long words;
 * numbers and words of scripts without spaces stay as they are. Two neighbouring characters that
 * are no words by themselves are one term (dl_stems_pair). The same word gives the same id always.
 * One per thread (a cache, open stemmers). */
#ifndef DL_STORY_STEMS_H
#define DL_STORY_STEMS_H

#include "story/wordscan.h"

enum { DL_STEMS_LONG_WORD = 6 /* letters from which an unknown language's ending is cut */ };

struct dl_stems;
struct dl_stems *dl_stems_new(void); /* NULL without memory */
void dl_stems_free(struct dl_stems *stems);

/* A language by its primary subtag, for dl_stems_id(); good as long as the stems. */
struct dl_stems_language {
    struct sb_stemmer *stemmer; /* NULL: libstemmer does not know it */
    dl_str endings;             /* its list then, with a header line; empty: none */
    uint64_t salt;
};
struct dl_stems_language dl_stems_language(struct dl_stems *stems, const char *language);
uint32_t dl_stems_id(struct dl_stems *stems, const struct dl_stems_language *language,
                     const struct dl_word *word);

/* A single character of a script without spaces: a part of a name or term that the dictionary of
 * words does not hold. */
bool dl_stems_is_fragment(const struct dl_word *word);
uint32_t dl_stems_pair(uint32_t before, uint32_t id);

#endif
