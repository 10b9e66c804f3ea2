/* Dependency trees of the sentences that hold a cue, read when first asked for; private to claim.
 *
 * A language without a parser, or a text without a grammar, has none: every question is then
 * answered "not known" and the rules of order stand alone. Spans are tokens of the text. */
#ifndef DL_CLAIM_TREE_H
#define DL_CLAIM_TREE_H

#include "claim/say.h"
#include "lang/parse_text.h"

struct say_tree {
    const dl_unit *unit;
    uint32_t n;
    bool tagged, parsed; /* tried, found or not */
};

/* The tree of a sentence, and its tags alone, which cost a tenth; NULL: not known. */
const struct say_tree *say_tree(const struct finder *f, uint32_t sentence);
const struct say_tree *say_tags(const struct finder *f, uint32_t sentence);

/* The unit that begins at or before a token and holds it; n when none does. */
uint32_t tree_unit(const struct say_tree *t, uint32_t token);
enum dl_upos tree_upos(const struct finder *f, const struct say_tree *t, uint32_t unit);
bool tree_is(const struct finder *f, const struct say_tree *t, uint32_t unit, const char *relation);
/* Tokens under a unit without clauses that hang on it: no relative clause, no parenthesis. */
struct dl_span tree_phrase(const struct finder *f, const struct say_tree *t, uint32_t unit);

/* What the tree says of who does the verb at `cue`. */
enum tree_answer { TREE_NOT_KNOWN, TREE_NONE, TREE_FOUND, TREE_SHARED, TREE_RELATIVE };
enum tree_answer tree_subject(const struct finder *f, uint32_t sentence, struct dl_span cue,
                              struct dl_span *ret_subject);
/* Is the word at a token a finite verb or auxiliary? */
bool tree_verb_at(const struct finder *f, const struct say_tree *t, uint32_t token);
/* Is there a finite verb in the span? By the tags. */
bool tree_finite_in(const struct finder *f, const struct say_tree *t, struct dl_span span);
/* Does a clause hang on the verb, as what is said does, or the verb on one? */
bool tree_clause(const struct finder *f, const struct say_tree *t, uint32_t verb);

#endif
