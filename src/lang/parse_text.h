/* Tags and trees of running text: the tagger and the parser of a language on the tokens of
 * lang/words.h.
 *
 * Treebanks cut words finer than dl_words_split does, and models know only their cuts. A unit is
 * what a treebank calls a word: an English compound is cut at its hyphens and before n't; runs of
 * Han and Kana, which are tokens of one character, are joined to words that the model knows, the
 * longest first. A unit never crosses a sentence; it tells the token in which it begins.
 *
 * Models: models/tagger-LANG.bin and parser-LANG.bin, read from the binary where they lie; a
 * language may have a tagger only, or none (DL_ERR_NOT_FOUND). Parsing costs ten times what tagging
 * costs: ask for it on sentences that need it. Pure, linear. */
#ifndef DL_LANG_PARSE_TEXT_H
#define DL_LANG_PARSE_TEXT_H

#include "lang/parse.h"
#include "lang/sentences.h"

typedef struct dl_grammar {
    const dl_tagger *tagger;
    const dl_parser *parser; /* NULL: none */
    bool english;            /* compounds are cut */
    bool suffixed;           /* "Ankara'da" is one word */
} dl_grammar;

typedef struct dl_unit {
    uint32_t start, end; /* bytes of the text */
    uint32_t token;      /* index into the words of the text */
    uint32_t head;       /* 1-based unit of the sentence, 0: the root, or not parsed */
    uint8_t tag;         /* label of the tagger */
    uint8_t relation;    /* of the parser */
} dl_unit;

/* Once a process; checks the files (some milliseconds a language). */
enum dl_err dl_grammar_open(dl_grammar *ret_grammar, dl_arena *arena, const char *code,
                            struct dl_diag *diag) DL_MUST_USE;

/* Units of a sentence with their tags; with tree also heads and relations. */
enum dl_err dl_grammar_read(const dl_grammar *grammar, dl_arena *arena, const dl_words *words,
                            const dl_sentence *sentence, bool tree, dl_unit **ret_units,
                            size_t *ret_n) DL_MUST_USE;
/* The same for words that somebody else has cut. */
enum dl_err dl_grammar_read_forms(const dl_grammar *grammar, dl_arena *arena, const dl_str *forms,
                                  size_t n, bool tree, dl_unit *ret_units) DL_MUST_USE;

#endif
