/* Dependency trees of tagged words, by one of two kinds of parser; the file says which.
 *
 * The first goes greedily: arc-hybrid transitions (Kuhlmann et al. 2011) scored by an averaged
 * perceptron that was trained with a dynamic oracle (Goldberg & Nivre 2013); arcs do not cross. It
 * learns enough from a few hundred sentences. The second, of lang/parse_net.h, is better and
 * quicker where there are many.
 *
 * In: the tagged words of a sentence. Out: for each its head (1-based, 0: the root) and relation.
 * Always a tree with one root. The tagger and the parser of a language are trained together: tags
 * are seen by name, so that another tagger does little harm.
 *
 * It is the dearest step of the language layer: run it on sentences that a later stage asks for.
 * Weights: models/parser-LANG.bin, trained by train/. Pure. Transitions: linear, a word costs two
 * of about 100 look-ups. */
#ifndef DL_LANG_PARSE_H
#define DL_LANG_PARSE_H

#include "lang/parse_net.h"

enum { DL_PARSE_MAX_RELATIONS = 127 };

typedef struct dl_parser {
    bool by_net;
    dl_model model; /* labels: shift "=", then for each relation "<nsubj" and ">nsubj" */
    dl_parse_net net;
} dl_parser;

enum dl_err dl_parser_open(dl_parser *ret_parser, dl_str bytes, struct dl_diag *diag) DL_MUST_USE;
dl_parse_word dl_parse_word_of(const dl_tagger_word *word, const struct dl_tagger_label *label);
enum dl_err dl_parser_parse(const dl_parser *parser, dl_arena *arena, const dl_parse_word *words,
                            size_t n, dl_parse_arc *ret_arcs) DL_MUST_USE;
dl_str dl_parser_relation(const dl_parser *parser, uint8_t relation);

#endif
