/* Lessons for claim/learned.h: texts read by the rules, each cue or quotation with the tags that
 * are right for it. */
#ifndef DL_TRAIN_SAID_LESSONS_H
#define DL_TRAIN_SAID_LESSONS_H

#include "claim/learned_sight.h"
#include "train/said_corpus.h"

/* What reads a language. */
struct said_tools {
    char code[8];
    dl_pack pack;
    dl_cues cues;
    dl_grammar grammar, tags; /* tags: of all languages that have a tagger */
};

void said_tools_open(struct said_tools *tools, dl_arena *arena, const char *code);

/* A text with its statements; words and all stay in the arena. */
struct said_text {
    dl_words words;
    struct dl_say_text say;
};
void said_text_read(struct said_text *ret, const struct said_tools *tools, dl_arena *arena,
                    dl_str text);

struct said_lesson {
    uint32_t n;         /* tokens */
    uint32_t *from;     /* n + 1: where each one's features begin */
    uint64_t *features; /* counted by `from` */
    uint8_t *before, *gold;
    uint32_t document; /* index in its corpus, all languages; UINT32_MAX: silver */
    uint8_t weight;
};
typedef DL_VEC(struct said_lesson) said_lessons;

/* The spans of a statement in tokens; an empty one where it has none. */
struct said_gold {
    struct dl_span span[DL_SAID_ROLES][DL_SAID_SPANS];
    uint8_t n[DL_SAID_ROLES];
};
void said_gold_of(const struct said_text *text, const dl_said *said, struct said_gold *ret_gold);

void said_learn_gold(said_lessons *lessons, dl_arena *arena, const struct said_tools *tools,
                     const dl_said_document *document, uint32_t number);
/* What the rules are sure of, in a text that nobody annotated. */
void said_learn_silver(said_lessons *lessons, dl_arena *arena, const struct said_tools *tools,
                       dl_str text);

#endif
