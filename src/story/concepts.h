/* Words of many languages that mean about the same: lexicon/concepts.tsv, and number words.
 *
 * "killed", "tué", "погиб" and "کشته" give one concept, so that sayings meet across languages where
 * no dictionary is at hand. Marks are words that do something for a saying or a source: "at least",
 * "spokesman", "former". Languages are taken in when first asked for. Memory: its own arena. One a
 * thread. */
#ifndef DL_STORY_CONCEPTS_H
#define DL_STORY_CONCEPTS_H

#include "lang/pack.h"
#include "lang/phrases.h"

#define DL_CONCEPT_KINDS(X) X(thing) X(role) X(bound) X(joint) X(media) X(credit) X(report)
enum dl_concept_kind {
#define X(name) DL_CONCEPT_##name,
    DL_CONCEPT_KINDS(X)
#undef X
        DL_CONCEPT_KIND_COUNT
};

struct dl_concept {
    uint32_t id; /* hash of its name, the same for all languages */
    uint8_t kind;
};

/* Of a row by its name, for marks that the code asks for ("speaks", "least"). */
uint32_t dl_concept_id(const char *name);

struct dl_concepts;
struct dl_concepts *dl_concepts_new(struct dl_diag *diag); /* NULL: see diag */
void dl_concepts_free(struct dl_concepts *concepts);

struct dl_concept_words; /* one language */
/* NULL without memory. code: primary subtag; a language without a column has no words. */
const struct dl_concept_words *dl_concepts_of(struct dl_concepts *concepts, const dl_pack *pack,
                                              const char *code);
/* The longest thing (or mark) at token i: its tokens, 0 when none. */
size_t dl_concepts_thing(const struct dl_concept_words *of, const dl_words *words, size_t i,
                         size_t last, struct dl_concept *ret_concept);
size_t dl_concepts_mark(const struct dl_concept_words *of, const dl_words *words, size_t i,
                        size_t last, struct dl_concept *ret_concept);
/* Value of a number word, or of digits in any script with their grouping. */
bool dl_concepts_number(const struct dl_concept_words *of, const dl_words *words, size_t i,
                        uint32_t *ret_value);

#endif
