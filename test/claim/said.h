/* Reads a text and lets a test ask for its statements by their words. */
#ifndef DL_TEST_SAID_H
#define DL_TEST_SAID_H

#include "claim/statements.h"

struct said {
    dl_arena *arena;
    dl_pack pack;
    dl_cues cues;
    dl_words words;
    struct dl_say_text text;
    dl_grammar grammar;
    struct said *article; /* under the headline */
    dl_statements statements;
};

void said_open(struct said *s, const char *language, const char *outlet, const char *text);
/* The same with tags and trees, where the language has them. */
void said_open_with_trees(struct said *s, const char *language, const char *outlet,
                          const char *text);
/* A headline over an article. */
void said_open_headline(struct said *s, const char *language, const char *outlet,
                        const char *headline, const char *article);
void said_close(struct said *s);
/* The statement with this source ("" for none) whose content starts so; fails the test when absent.
 */
const dl_statement *said_find(const struct said *s, const char *source, const char *content);
dl_str said_words(const struct said *s, struct dl_span span);

#endif
