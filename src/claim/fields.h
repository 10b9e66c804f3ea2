/* German clauses by their fields: what stands before the finite verb, behind it, and last. Tags
 * tell nouns and verbs; a tree is needed only where the answer is FIELDS_DOUBT. Private to claim.
 *
 * Method: the topological fields of the grammars (Drach 1937): of a main clause the finite verb is
 * the second member, so a member that is no subject before it puts the subject behind it. */
#ifndef DL_CLAIM_FIELDS_H
#define DL_CLAIM_FIELDS_H

#include "claim/tree.h"
#include "claim/verb.h"

enum fields_answer {
    FIELDS_DOUBT, /* word order does not tell, or there are no tags */
    FIELDS_NONE,  /* nobody says it: passive, infinitive */
    FIELDS_FOUND
};

/* Who does the verb of a hit. The span lies before the cue or behind it. */
enum fields_answer fields_subject(const struct finder *f, const struct hit *h,
                                  const struct say_view *v, struct dl_span *ret_subject);
/* The noun phrase that begins at token i, with what hangs on it: genitives, names, "von …", short
 * appositions; empty when none begins there. */
struct dl_span fields_phrase(const struct finder *f, uint32_t i, uint32_t last);
/* The noun phrase that ends at token end (exclusive): "der Studie zufolge". */
struct dl_span fields_phrase_before(const struct finder *f, uint32_t first, uint32_t end);
/* The first border at or after i that is not of a name in quotation marks. */
uint32_t fields_border(const struct finder *f, uint32_t i, uint32_t last);
/* Is the word at i an article, adjective or preposition before its noun? By the tags. */
bool fields_modifies(const struct finder *f, uint32_t i);
/* Does a relative clause open at i? By the tags. */
bool fields_relative(const struct finder *f, uint32_t i);

#endif
