/* The lexicon of saying: cues with their class, stance and reliability, heads of source phrases,
 * objects that are evidence. One per language, from lexicon/LANG/{cues,sources,evidence}.tsv
 * (columns in lexicon/README.md), with the priors of lexicon/cue-classes.tsv. Read once, then only
 * read, by any thread. */
#ifndef DL_CLAIM_CUES_H
#define DL_CLAIM_CUES_H

#include "lang/pack.h"
#include "lang/phrases.h"

/* Kinds of cues, column "kind". */
#define DL_CUE_KINDS(X)                                                                            \
    X(verb, VERB)                                                                                  \
    X(noun, NOUN)                                                                                  \
    X(prep, PREP)                                                                                  \
    X(joint, JOINT) /* between a noun of saying and what is said */                                \
    X(post, POST)                                                                                  \
    X(connector, CONNECTOR)                                                                        \
    X(accused, ACCUSED) /* who an "alleged …" may be, as a formula of law */                     \
    X(office, OFFICE)   /* who speaks for a body, and has its class */                             \
    X(prior, PRIOR) X(hedge, HEDGE) X(caveat, CAVEAT) X(decline, DECLINE) X(comment, COMMENT)
enum dl_cue_kind {
#define X(name, constant) DL_CUE_##constant,
    DL_CUE_KINDS(X)
#undef X
        DL_CUE_KIND_COUNT
};

/* Stance of the outlet towards what is said, weakest mark first (research: two axes). */
#define DL_STANCES(X)                                                                              \
    X(own, OWN)                                                                                    \
    X(neutral, NEUTRAL)                                                                            \
    X(endorsed, ENDORSED)                                                                          \
    X(distanced, DISTANCED) X(hearsay, HEARSAY) X(disowned, DISOWNED) X(denied, DENIED)
enum dl_stance {
#define X(name, constant) DL_STANCE_##constant,
    DL_STANCES(X)
#undef X
        DL_STANCE_COUNT
};

#define DL_CERTAINTIES(X)                                                                          \
    X(asserted, ASSERTED)                                                                          \
    X(future, FUTURE) X(negated, NEGATED) X(probable, PROBABLE) X(possible, POSSIBLE)
enum dl_certainty {
#define X(name, constant) DL_CERTAINTY_##constant,
    DL_CERTAINTIES(X)
#undef X
        DL_CERTAINTY_COUNT
};

#define DL_SOURCE_CLASSES(X)                                                                       \
    X(none, NONE, "none")                                                                          \
    X(witness, WITNESS, "witness")                                                                 \
    X(official_political, POLITICAL, "official-political")                                         \
    X(official, OFFICIAL, "official")                                                              \
    X(armed_group, ARMED, "armed-group")                                                           \
    X(company, COMPANY, "company")                                                                 \
    X(ngo, NGO, "ngo")                                                                             \
    X(igo, IGO, "igo")                                                                             \
    X(expert, EXPERT, "expert")                                                                    \
    X(individual, INDIVIDUAL, "individual")                                                        \
    X(media, MEDIA, "media")                                                                       \
    X(document, DOCUMENT, "document")                                                              \
    X(data, DATA, "data") X(social_post, SOCIAL, "social-post") X(unnamed, UNNAMED, "unnamed")
enum dl_source_class {
#define X(name, constant, text) DL_SOURCE_##constant,
    DL_SOURCE_CLASSES(X)
#undef X
        DL_SOURCE_COUNT
};

#define DL_ANONYMITIES(X) X(none, NONE) X(named, NAMED) X(role, ROLE) X(group, GROUP) X(bare, BARE)
enum dl_anonymity {
#define X(name, constant) DL_ANON_##constant,
    DL_ANONYMITIES(X)
#undef X
        DL_ANON_COUNT
};

#define DL_EVIDENCES(X)                                                                            \
    X(footage, FOOTAGE)                                                                            \
    X(photo, PHOTO)                                                                                \
    X(document, DOCUMENT)                                                                          \
    X(letter, LETTER)                                                                              \
    X(satellite, SATELLITE)                                                                        \
    X(recording, RECORDING) X(data, DATA) X(link, LINK) X(confession, CONFESSION)
enum dl_evidence_kind {
#define X(name, constant) DL_EVIDENCE_##constant,
    DL_EVIDENCES(X)
#undef X
        DL_EVIDENCE_COUNT
};

/* What a cue does, column "class"; the rules ask for a few of them by name. */
enum dl_cue_act {
    DL_ACT_SAY,
    DL_ACT_TELL,   /* takes a hearer: "told Meridian that" */
    DL_ACT_REPORT, /* what media do */
    DL_ACT_DENY,
    DL_ACT_SHOW, /* evidence speaks */
    DL_ACT_WARN, /* "of", "against" open the content */
    DL_ACT_ASK,
    DL_ACT_CLAIM,
    DL_ACT_BELIEVE,
    DL_ACT_QUOTE,  /* "quoted X as saying" */
    DL_ACT_SEEN,   /* "a report seen by X" */
    DL_ACT_CITED,  /* "cited by X": X passes it on */
    DL_ACT_INSIDE, /* the source stands inside the cue: "по его словам" */
    DL_ACT_PRIOR,  /* what is said stands in the sentence before: "об этом" */
    DL_ACT_LEGAL,  /* "alleged": before a word for a person a formula of law */
    DL_ACT_OTHER
};

struct dl_cue {
    dl_str lemma;
    uint8_t kind, act, stance, certainty; /* enums above */
    uint8_t form;                         /* enum dl_cue_form */
    bool verified;                        /* of caveats: the words say that it was checked */
    bool clause;       /* ambiguous: tells a source only before a clause or quotation */
    float reliability; /* attributive / seen, pulled towards the prior of the class */
};
enum dl_cue_form { DL_FORM_ANY, DL_FORM_BASE, DL_FORM_S, DL_FORM_PAST, DL_FORM_ING };

struct dl_head {
    uint8_t class, anonymity;
};

typedef struct dl_cues {
    const dl_pack *pack;
    struct dl_cue *cue;
    size_t n_cues, cap_cues;
    struct dl_head *head;
    size_t n_heads, cap_heads;
    dl_phrases cues, heads, evidence;
} dl_cues;

enum dl_err dl_cues_load(dl_cues *ret_cues, dl_arena *arena, const dl_pack *pack,
                         struct dl_diag *diag) DL_MUST_USE;

void dl_cues_freeze(dl_freezer *freezer, const dl_cues *cues); /* base/frozen.h */

/* The cue of the longest phrase at token i that has one of the kinds (bits 1 << kind). */
const struct dl_cue *dl_cues_match(const dl_cues *cues, const dl_words *words, size_t i,
                                   size_t last, unsigned kinds, size_t *ret_tokens);
const struct dl_head *dl_cues_head(const dl_cues *cues, const dl_words *words, size_t i,
                                   size_t last, size_t *ret_tokens);
bool dl_cues_evidence(const dl_cues *cues, const dl_words *words, size_t i, size_t last,
                      size_t *ret_tokens, enum dl_evidence_kind *ret_kind);

const char *dl_stance_name(enum dl_stance stance);
const char *dl_certainty_name(enum dl_certainty certainty);
const char *dl_source_class_name(enum dl_source_class source_class);
const char *dl_anonymity_name(enum dl_anonymity anonymity);
const char *dl_evidence_name(enum dl_evidence_kind kind);

#endif
