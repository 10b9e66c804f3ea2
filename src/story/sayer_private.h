/* Shared by the files that make sayings. */
#ifndef DL_STORY_SAYER_PRIVATE_H
#define DL_STORY_SAYER_PRIVATE_H

#include "base/vec.h"
#include "event/analysed.h"
#include "story/anchors.h"
#include "story/concepts.h"
#include "story/sayings.h"
#include "story/stems.h"

struct dl_sayer {
    struct dl_stems *stems;
    struct dl_anchorer *anchorer;
    struct dl_concepts *concepts;
};

/* A part of the document that is being made into sayings. */
struct say_part {
    const struct dl_analysed_part *read;
    uint8_t in; /* enum dl_in */
};

struct say_making {
    struct dl_sayer *sayer;
    dl_arena *arena;
    const struct dl_analyse_input *in;
    const struct dl_analysed *read;
    const struct dl_concept_words *concepts;
    struct dl_stems_language stems;
    bool german; /* nouns have capitals */
    struct dl_byname outlet;
    DL_VEC(struct dl_saying) sayings;
    DL_VEC(struct dl_actor) actors;
};

/* Words that say nothing by themselves: articles, pronouns, prepositions, auxiliaries. */
bool say_function_word(const dl_token *token);

/* What the words of a span say. */
enum dl_err say_gist(struct say_making *m, const struct say_part *part, struct dl_span span,
                     struct dl_gist *ret_gist) DL_MUST_USE;
void say_byname(struct say_making *m, const dl_words *words, struct dl_span span,
                struct dl_byname *ret_name);
/* Is token i a part of a name: a capital that says something, or known as one? */
bool say_name_token(const struct say_making *m, const struct say_part *part, uint32_t i);

/* The actor whom the words of a span name: one met before, or a new one; -1 when there is no room.
 */
int say_actor(struct say_making *m, const struct say_part *part, struct dl_span span, uint8_t class,
              uint8_t anonymity, bool pronoun);

struct dl_part_span say_span(const struct say_part *part, struct dl_span span);

/* sayings.c: a hop of a saying's chain; the hash of six quoted words and more, 0 none; where it
 * stands; its id; "title", "subtitle", NULL for the text; "could not be verified" by itself */
void sayer_hop(struct say_making *m, const struct say_part *part, struct dl_span span,
               uint8_t class, uint8_t anonymity, bool pronoun, unsigned depth, struct dl_saying *s);
uint64_t sayer_quoted(const struct say_part *part, struct dl_span span);
void sayer_place(const struct say_part *part, struct dl_span content, uint32_t sentence,
                 struct dl_saying *s);
void sayer_id(struct dl_saying *s, dl_str id);
const char *sayer_part_name(const struct say_part *part);
bool sayer_caveat_alone(const dl_statement *s);

/* sayings_own.c: at most max sayings */
enum dl_err sayer_own_voice(struct say_making *m, const struct say_part *part,
                            size_t max) DL_MUST_USE;

/* sayings_credits.c */
void sayer_credits(struct say_making *m, const struct say_part *body, struct dl_sayings *out);
void sayer_links(struct say_making *m, struct dl_sayings *out);

#endif
