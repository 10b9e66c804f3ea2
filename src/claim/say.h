/* Shared by the files that find statements; private to claim. */
#ifndef DL_CLAIM_SAY_H
#define DL_CLAIM_SAY_H

#include "claim/why.h"

/* A cue where it stands in the text. */
struct hit {
    const struct dl_cue *cue;
    struct dl_span at;
    uint32_t sentence;
    int32_t statement; /* made from it, -1 for none, HIT_USED when part of another cue */
};

enum { HIT_USED = -2 };

/* Who did a verb of saying that had no clause: "Sie begründete den Antrag." What follows in the
 * subjunctive is theirs. */
struct silent {
    struct dl_span cue, source;
    uint32_t sentence;
};

struct finder {
    const struct dl_say_text *t;
    dl_words *w;
    dl_arena *arena;
    DL_VEC(struct hit) hits;
    dl_statements out;
    DL_VEC(struct silent) silent;
    uint32_t made;      /* statements so far */
    struct dl_why *why; /* recorder; NULL: nobody asks */
    bool failed;
    bool english, german;
    bool romance;           /* French, Italian, Portuguese, Spanish */
    struct say_tree *trees; /* tree.h, one a sentence */
};

#define CLASSES(f, i) ((f)->w->p[i].classes)

/* phrase.c */
bool say_is(const struct finder *f, uint32_t i, uint32_t classes);
bool say_mark(const struct finder *f, uint32_t i, uint32_t mark);
bool say_is_comma(const struct finder *f, uint32_t i);
bool say_is_colon(const struct finder *f, uint32_t i);
bool say_is_quote_mark(const struct finder *f, uint32_t i);
bool say_is_border(const struct finder *f, uint32_t i); /* a mark that parts clauses */
bool say_cap(const struct finder *f, uint32_t i);
bool say_lower_ends(const struct finder *f, uint32_t i, const char *ending);
bool say_word(const struct finder *f, uint32_t i, const char *word);
bool say_locative(const struct finder *f, uint32_t i); /* Russian, Ukrainian "in", "from" */
bool say_genitive(const struct finder *f, uint32_t i);
bool say_verblike(const struct finder *f, uint32_t i);
bool say_starts_phrase(const struct finder *f, uint32_t i, uint32_t last);
struct dl_span say_trim(const struct finder *f, struct dl_span s);
/* The end of a sentence without the marks that close it. */
uint32_t say_bare_end(const struct finder *f, const dl_sentence *s);
/* First border at or after i, at most last. */
uint32_t say_next_border(const struct finder *f, uint32_t i, uint32_t last);
/* The subject that ends at token end (exclusive), looking back to `from`. */
struct dl_span say_subject(const struct finder *f, uint32_t from, uint32_t end);
/* The noun phrase that starts at i. */
struct dl_span say_phrase(const struct finder *f, uint32_t i, uint32_t last);

/* hits.c */
void say_find_hits(struct finder *f);

/* unquoted.c: names in quotation marks, before cues are looked for; the author's words inside of a
 * quotation, after */
void say_names_in_marks(struct finder *f);
void say_authors_words(struct finder *f);

/* verbs.c, others.c */
void say_verb(struct finder *f, uint32_t hit);
void say_preposition(struct finder *f, uint32_t hit);
void say_connectors(struct finder *f);
void say_labels(struct finder *f);
void say_loose_quotes(struct finder *f);

/* nouns.c */
void say_noun(struct finder *f, uint32_t hit);

/* orders.c */
struct dl_span say_head_phrase(const struct finder *f, uint32_t i, uint32_t last);
bool say_medium_at(const struct finder *f, uint32_t i, uint32_t last);
uint32_t say_hearer_at(const struct finder *f, uint32_t first, uint32_t last);
bool say_verb_first(struct finder *f, uint32_t hit, uint32_t first, uint32_t last);
bool say_verb_last(struct finder *f, uint32_t hit, uint32_t limit);
bool say_comma_subject(struct finder *f, uint32_t hit, uint32_t first);
bool say_prior(struct finder *f, uint32_t hit, struct dl_span source);
void say_told(struct finder *f, dl_statement *s, struct dl_span hearer);

/* headline.c: what only headlines and decks do; nothing in other texts */
void say_headline_case(struct finder *f);
void say_headline(struct finder *f);
void say_headline_classes(struct finder *f);

/* statements.c: what the rules find in sentences with a cue, before anything hangs on it */
struct finder say_finder(const struct dl_say_text *text, dl_arena *arena);
void say_rules(struct finder *f);
/* learned.c: what they miss */
void say_learned(struct finder *f);

/* why.c: what a recorder is told; nothing without one */
void say_note(struct finder *f, const dl_statement *s, float factor, const char *what);
void say_step(struct finder *f, dl_statement *s, float factor, const char *what);
void say_left(struct finder *f, const dl_statement *s, const char *reason);
void say_left_words(struct finder *f, struct dl_span cue, uint32_t sentence, const char *reason);
void say_left_hit(struct finder *f, uint32_t hit);

/* weigh.c: what grammar says against a statement, and how much it is worth */
void say_sift(struct finder *f);
void say_weigh(struct finder *f);

/* marks.c: stance, certainty, evidence, and the outlet's own hedges */
void say_marks(struct finder *f);
void say_own_voice(struct finder *f);

/* go_on.c, nested.c: what hangs on a statement made before. What one who speaks has said before
 * goes for these words, too; NULL: no room. */
dl_statement *say_after(struct finder *f, const char *rule, const dl_statement *from,
                        uint32_t sentence);
void say_go_on(struct finder *f);
void say_silent(struct finder *f, const struct hit *h, struct dl_span source);
void say_quoted_parts(struct finder *f);

/* chain.c */
bool say_holds(const dl_statement *outer, const dl_statement *inner);
void say_order(struct finder *f);
void say_chains(struct finder *f);

dl_statement *say_new(struct finder *f, const char *rule, float score, uint32_t sentence);
void say_content(struct finder *f, dl_statement *s, uint32_t first, uint32_t last);

#endif
