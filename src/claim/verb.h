/* Reporting verbs: what the files that read one share; private to claim.
 *
 * A view is filled from the verb outward: its subject on the left, hearer and adjuncts on the
 * right; then one pattern fits and makes a statement, or none does. All is bounded by the sentence,
 * but for a content that ends with its quotation. */
#ifndef DL_CLAIM_VERB_H
#define DL_CLAIM_VERB_H

#include "claim/say.h"

/* What is seen around one verb. */
struct say_view {
    uint32_t cue, first, last; /* the verb's first token; the sentence */
    uint32_t limit;            /* first token behind the border on the left */
    uint32_t before;           /* end of the subject: cue without auxiliaries and adverbs */
    uint32_t right;            /* first token behind the cue, hearer and adjuncts */
    bool passive, relative, trailing, negated;
    struct dl_span hearer, source;
};

/* Names of rules; compared by address. */
extern const char RULE_QUOTE[], RULE_INVERTED[], RULE_TRAIL[], RULE_THAT[], RULE_BARE[],
    RULE_PARTICIPLE[], RULE_SHARED[], RULE_BY[];

/* verb_left.c: the subject */
bool verb_usable(struct dl_span s);
uint32_t verb_left_limit(const struct finder *f, uint32_t cue, uint32_t first);
void verb_auxiliaries(const struct finder *f, struct say_view *v);
bool verb_inside(const struct finder *f, uint32_t from, uint32_t to);
struct dl_span verb_apposition(const struct finder *f, uint32_t comma, uint32_t first);
bool verb_find_source(struct finder *f, const struct hit *h, struct say_view *v, const char **rule,
                      float *score);

/* verb_right.c: hearer and adjuncts */
uint32_t verb_adjuncts(const struct finder *f, uint32_t i, uint32_t last, bool of_is_content);
void verb_look_right(const struct finder *f, const struct hit *h, struct say_view *v);
uint32_t verb_time(const struct finder *f, uint32_t i, uint32_t last);

/* verb_content.c: from where to where the content goes */
uint32_t verb_quote_end(const struct finder *f, uint32_t first, uint32_t last);
uint32_t verb_content_end(const struct finder *f, uint32_t hit, uint32_t from, uint32_t last);
uint32_t verb_dateline(const struct finder *f, uint32_t first, uint32_t end);
void verb_content_left(struct finder *f, dl_statement *s, uint32_t first, uint32_t end);
void verb_content_behind(struct finder *f, dl_statement *s, uint32_t border, uint32_t last);
void verb_content_right(struct finder *f, dl_statement *s, uint32_t hit, const struct say_view *v,
                        uint32_t from);

/* verb_order.c: source behind the verb, and what English does not do */
bool verb_inverted(struct finder *f, const struct hit *h, struct say_view *v);
bool verb_other_order(struct finder *f, uint32_t hit, struct say_view *v);
bool verb_opens_with_noun_phrase(const struct finder *f, const struct say_view *v);

/* nominal.c: Turkish, what is said as a noun before the verb */
bool say_nominal(struct finder *f, uint32_t hit, struct say_view *v);

/* verb_tree.c: the subject by the tree, for languages whose order does not tell it */
bool verb_by_tree(struct finder *f, uint32_t hit, struct say_view *v);

/* verb_doubt.c: the same where order mostly does */
bool verb_in_doubt(struct finder *f, uint32_t hit, struct say_view *v);
/* "L'agenzia, che cita due medici, scrive …": the sentence opens with a noun phrase that is parted
 * from its verb by more about it. */
bool verb_apposed_subject(const struct finder *f, const struct say_view *v);

/* What the left side of a verb gave, and how sure it is. */
struct verb_found {
    const char *rule;
    float score;
};

/* verbs.c */
void verb_trailing(struct finder *f, uint32_t hit, const struct say_view *v, struct verb_found how);
void verb_leading(struct finder *f, uint32_t hit, const struct say_view *v, struct verb_found how);
dl_statement *verb_make(struct finder *f, const struct hit *h, const struct say_view *v,
                        const char *rule, float score);

#endif
