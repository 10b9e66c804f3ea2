/* Words of a text: the tokens on which names, cues, statements and events are matched.
 *
 * In: valid UTF-8. Out: tokens in text order; byte spans never overlap and never cut a character.
 * A token carries its normal form (lower case, marks of vowels and spelling variants folded, see
 * dl_words_norm) as a hash, so that matching compares numbers. Scripts without spaces: Han and
 * Kana give one token a character (lexicons match runs of them), Thai, Lao, Khmer and Burmese go
 * through ICU's word iterator. An abbreviation keeps its dot ("Mr."), so does an acronym ("U.S.").
 * English 's and elisions (l', d', dell') are tokens of their own.
 *
 * Memory: the arena. Pure; the ICU iterators are made once by dl_words_open() and cloned per call.
 * Linear in the length of the text. */
#ifndef DL_LANG_WORDS_H
#define DL_LANG_WORDS_H

#include "base/hash.h"

struct dl_pack;

enum dl_token_kind {
    DL_TOKEN_WORD,
    DL_TOKEN_NUMBER,
    DL_TOKEN_PUNCT, /* one mark */
    DL_TOKEN_LINE,  /* a line break inside a paragraph */
    DL_TOKEN_PARA,  /* a blank line: end of a paragraph */
};

enum {
    DL_WORD_CAP = 1,     /* first letter is upper case */
    DL_WORD_UPPER = 2,   /* two letters or more, all upper case */
    DL_WORD_SPACE = 4,   /* white space before it */
    DL_WORD_FIRST = 8,   /* first word of its sentence */
    DL_WORD_ABBR = 16,   /* ends in the dot of an abbreviation */
    DL_WORD_CLITIC = 32, /* 's and its like */
    DL_WORD_NAMED = 64   /* in quotation marks about a name, and the marks themselves; by claim */
};

typedef struct dl_token {
    uint32_t start, end; /* bytes */
    uint64_t key;        /* hash of the normal form; of the mark for punctuation */
    uint32_t classes;    /* bits of word classes of the language, see pack.h */
    uint32_t sentence;   /* index, set by dl_sentences_find */
    uint32_t mark;       /* code point of a mark, of a word's first character */
    uint8_t kind, flags; /* enum dl_token_kind, DL_WORD_* */
    uint16_t quote;      /* 1 + index of the quotation it stands in, 0 outside (claim/quotes.h) */
} dl_token;

typedef struct dl_words {
    dl_str text;
    dl_token *p;
    size_t n;
} dl_words;

enum { DL_WORD_MAX = 256 /* bytes of a normal form; longer runs are no words of any language */ };

enum dl_err dl_words_open(struct dl_diag *diag) DL_MUST_USE; /* once, before threads and forks */
enum dl_err dl_words_split(const struct dl_pack *pack, dl_arena *arena, dl_str text,
                           dl_words *ret_words) DL_MUST_USE;

/* The normal form, at most DL_WORD_MAX bytes: lower case, no Arabic vowel signs or tatweel, alef
 * and yeh and kaf forms as one, ё as е, ’ as ', no zero-width joiners, full width as ASCII. */
size_t dl_words_norm(dl_str word, char ret_norm[DL_WORD_MAX]);
uint64_t dl_words_key(dl_str word); /* hash of the normal form */
/* Key of a name of several words, as all lists of places compare them: dots do not count, hyphens
 * are spaces. 0 for an empty one, which is in none. */
uint64_t dl_words_name_key(dl_str name);

dl_str dl_token_text(const dl_words *words, size_t i);

#endif
