/* What the learned model looks at; private to claim and to its trainer.
 *
 * A focus is a cue of the lexicon, or a quotation that no statement holds. Its window is the
 * sentence, longer only where a quotation runs over its end. */
#ifndef DL_CLAIM_LEARNED_SIGHT_H
#define DL_CLAIM_LEARNED_SIGHT_H

#include "claim/learned.h"
#include "claim/say.h"

enum {
    LEARNED_WINDOW = 160, /* tokens; nobody reads a longer sentence as one statement */
    LEARNED_FEATURES = 80,
    LEARNED_BEFORE = 3 /* what may stand before a token: no mark, a border, a quotation mark */
};

struct learned_focus {
    const struct dl_cue *cue; /* NULL: a quotation */
    struct dl_span at;
    uint32_t sentence, first, last; /* window */
    bool refused;                   /* as a cue: a noun of the same form, an adjective … */
    bool answered;                  /* by a rule; only in training */
};

typedef DL_VEC(struct learned_focus) learned_foci;

/* Cues, then quotations; those answered by a rule only when asked for. */
enum dl_err learned_find_foci(const struct finder *f, bool answered,
                              learned_foci *ret_foci) DL_MUST_USE;

/* What is seen of a token. */
struct learned_word {
    uint64_t suffix, prefix, starter; /* starter: the word that opens its clause */
    uint32_t classes, starter_classes;
    uint8_t shape, head, cue, reliability, rules, before;
    uint16_t borders;    /* since the window's first token */
    uint8_t upos, verbs; /* 1 + enum dl_upos, 0 not known; verbs since the window's first token */
    bool left, right;    /* in the phrase before, behind the cue */
};

struct learned_sight {
    const struct finder *f;
    const struct learned_focus *focus;
    uint64_t language, lemma;
    uint32_t kind, focus_borders, focus_verbs, quotes;
    struct learned_word word[LEARNED_WINDOW];
};

/* rules: what statements say of each token of the text, as bits 1 << enum dl_learned_role. */
void learned_look(struct learned_sight *sight, const struct finder *f,
                  const struct learned_focus *focus, const uint8_t *rules);
/* Marks tokens of a statement; the trainer leaves out the one that answers the focus. */
void learned_mark(const dl_statement *s, uint8_t *rules);
size_t learned_features(const struct learned_sight *sight, uint32_t i,
                        uint64_t ret_features[LEARNED_FEATURES]);
uint64_t learned_after(unsigned tag, unsigned before);

typedef int32_t learned_transitions[LEARNED_BEFORE][DL_LEARNED_TAGS][DL_LEARNED_TAGS];
/* The best tags and their score. `before` as in learned_word; `banned`, where not NULL: no source
 * at tokens that are set. */
int32_t learned_best(const int32_t (*scores)[DL_LEARNED_TAGS], const learned_transitions steps,
                     const uint8_t *before, const bool *banned, size_t n, uint8_t *ret_tags);

#endif
