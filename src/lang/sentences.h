/* Sentences of a tokenised text, in every language.
 *
 * A sentence ends at . ! ? … and their likes in other scripts, with the closing quotation marks and
 * brackets behind them, or at the end of a paragraph. No end: behind a title or a month's
 * abbreviation, an initial ("J. Smith"), before a lower-case word, inside a number, and at an
 * acronym's dot unless a word that opens sentences follows. A line break inside a paragraph ends a
 * sentence only when the line has no end mark and is short (a heading). A quotation that holds
 * several sentences is cut inside, as readers count them.
 *
 * Sets `sentence` of each token and DL_WORD_FIRST. Spans exclude white space. A sentence past 1000
 * tokens is cut, so that steps that look over a whole sentence stay linear in the text. Linear. */
#ifndef DL_LANG_SENTENCES_H
#define DL_LANG_SENTENCES_H

#include "lang/words.h"

typedef struct dl_sentence {
    uint32_t start, end;  /* bytes */
    uint32_t first, last; /* tokens, last exclusive */
    uint32_t paragraph;
} dl_sentence;

typedef struct dl_sentences {
    dl_sentence *p;
    size_t n;
} dl_sentences;

enum dl_err dl_sentences_find(const struct dl_pack *pack, dl_arena *arena, dl_words *words,
                              dl_sentences *ret_sentences) DL_MUST_USE;

#endif
