/* The words of one language that every later step asks for: abbreviations and closed classes.
 *
 * Read once from lexicon/LANG/abbreviations.tsv, words.tsv and common.tsv (words that are no
 * names); then only read, by any thread. A language without files gets the empty pack: tokens and
 * sentences still come out. */
#ifndef DL_LANG_PACK_H
#define DL_LANG_PACK_H

#include "base/asset.h"
#include "base/frozen.h"
#include "base/hash.h"

/* Closed classes a word may be in, from column "class" of words.tsv. One list: name, constant. */
#define DL_CLASSES(X)                                                                              \
    X(det, DET)                                                                                    \
    X(pron, PRON)                                                                                  \
    X(prep, PREP)                                                                                  \
    X(conj, CONJ)                                                                                  \
    X(comp, COMP)                                                                                  \
    X(aux, AUX)                                                                                    \
    X(modal, MODAL)                                                                                \
    X(adv, ADV)                                                                                    \
    X(neg, NEG)                                                                                    \
    X(time, TIME)                                                                                  \
    X(rel, REL)                                                                                    \
    X(be, BE)                                                                                      \
    X(poss, POSS)                                                                                  \
    X(num, NUM)                                                                                    \
    X(verb, VERB)                                                                                  \
    X(month, MONTH)                                                                                \
    X(weekday, WEEKDAY)                                                                            \
    X(lead, LEAD)                                                                                  \
    X(open, OPEN)                                                                                  \
    X(adj, ADJ)                                                                                    \
    X(title, TITLE)                                                                                \
    X(orgword, ORGWORD)                                                                            \
    X(first, GIVEN)                                                                                \
    X(notname, NOTNAME)                                                                            \
    X(common, COMMON)                                                                              \
    X(groupword, GROUPWORD)                                                                        \
    X(placeword, PLACEWORD)                                                                        \
    X(subjunctive, SUBJUNCTIVE) X(spokes, SPOKES) X(clitic, CLITIC) X(about, ABOUT)

enum dl_class_bit {
#define X(name, constant) DL_BIT_##constant,
    DL_CLASSES(X)
#undef X
};
#define X(name, constant) DL_CLASS_##constant = 1u << DL_BIT_##constant,
enum dl_word_class { DL_CLASSES(X) };
#undef X

enum dl_abbreviation {
    DL_ABBR_NO,
    DL_ABBR_TITLE,
    DL_ABBR_NAME,
    DL_ABBR_MONTH,
    DL_ABBR_COUNT,  /* behind a number as OTHER, else as NAME: "1998 г.", "г. Казань" */
    DL_ABBR_NUMBER, /* only before a number: "No. 5", "Art. 3"; else the word and a full stop */
    DL_ABBR_OTHER
};

typedef struct dl_pack {
    char code[8];  /* BCP 47 language: "en" */
    bool elides;   /* l'agence, dell'esercito */
    bool suffixed; /* Ankara'da: what stands behind the apostrophe is no part of the name */
    bool caseless;
    bool prefixed;          /* Arabic: "and", "in", "to" are written with the word behind them */
    bool ordinal_dots;      /* "3. Mai": the third */
    dl_map64 abbreviations; /* key of the word with its dot -> enum dl_abbreviation */
    dl_map64 classes;       /* key -> class bits */
} dl_pack;

enum dl_err dl_pack_load(dl_pack *ret_pack, dl_arena *arena, const char *code,
                         struct dl_diag *diag) DL_MUST_USE;
void dl_pack_freeze(dl_freezer *freezer, const dl_pack *pack); /* base/frozen.h */
uint32_t dl_pack_classes(const dl_pack *pack, uint64_t key);
enum dl_abbreviation dl_pack_abbreviation(const dl_pack *pack, uint64_t key);
bool dl_pack_elides(const dl_pack *pack);

/* Opens lexicon/CODE/NAME; *ret_there is false when the language has no such file. */
enum dl_err dl_lexicon_open(dl_arena *arena, const char *code, const char *name, dl_tsv *ret_tsv,
                            bool *ret_there, struct dl_diag *diag) DL_MUST_USE;

/* Codes of the languages that have a folder in the lexicon (with words.tsv or names.tsv in it),
 * English first, the others by code. Folders were found when the program was built. */
enum { DL_LEXICON_LANGUAGES = 64 };
enum dl_err dl_lexicon_languages(char ret_codes[DL_LEXICON_LANGUAGES][8], size_t *ret_n,
                                 struct dl_diag *diag) DL_MUST_USE;

#endif
