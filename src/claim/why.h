/* Why statements were read as they were, and what else was seen and left.
 *
 * The same rules run over the same text with a recorder beside them; dl_statements_find() has none
 * and pays nothing. Steps tell how a score came about: the first is what the rule is worth, the
 * others are factors. What was left is a cue that made no statement, or a statement that grammar
 * spoke against, with the reason in words. Constants of strings are static; vectors live in the
 * arena; at most DL_WHY_MAX of each. Pure. */
#ifndef DL_CLAIM_WHY_H
#define DL_CLAIM_WHY_H

#include "base/json.h"
#include "claim/statements.h"

enum { DL_WHY_MAX = 4 * DL_STATEMENTS_MAX };

struct dl_why_step {
    uint32_t made; /* of the statement */
    float factor;
    const char *what;
};

struct dl_why_left {
    struct dl_span cue, source, content; /* empty: not found */
    uint32_t sentence;
    float score;
    const char *rule; /* NULL: no rule got so far */
    const char *reason;
};

typedef struct dl_why {
    dl_arena *arena;
    DL_VEC(struct dl_why_step) steps;
    DL_VEC(struct dl_why_left) left;
} dl_why;

enum dl_err dl_statements_why(const struct dl_say_text *text, dl_arena *arena,
                              dl_statements *ret_statements, dl_why *ret_why) DL_MUST_USE;

/* Adds to each object of array from `first` on, which dl_statements_json() put there in order,
 * "why": steps[{what,factor}], rejected[{cue,source,content,rule,score,reason}] of its sentence:
 * what was left, and phrases that could be its source by their head word and are not. */
void dl_why_json(const struct dl_say_text *text, const dl_statements *statements, const dl_why *why,
                 const char *in, yyjson_mut_doc *json, yyjson_mut_val *array, size_t first);

#endif
