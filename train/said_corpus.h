/* The annotated corpus of statements: train/statements/LANG.txt in memory.
 *
 * A line is a sentence, with marks "{s1 the mayor} {c1 said} {t1 the bridge …}" for source, cue and
 * content; the number tells whose, within the line; marks may stand inside others; a role that
 * comes again goes on. The space behind the number belongs to the mark. "# …" is a comment, "¶"
 * alone ends a paragraph, a blank line the document. Sentences are joined by a space, in languages
 * written without by nothing. Spans are bytes of the document's text. */
#ifndef DL_TRAIN_SAID_CORPUS_H
#define DL_TRAIN_SAID_CORPUS_H

#include "base/vec.h"
#include "claim/learned.h"

enum { DL_SAID_SPANS = 8, DL_SAID_ROLES = 3, DL_SAID_PER_LINE = 9 };

struct dl_said_span {
    uint32_t start, end;
};

typedef struct dl_said {
    struct dl_said_span span[DL_SAID_ROLES][DL_SAID_SPANS]; /* by enum dl_learned_role */
    uint8_t n[DL_SAID_ROLES];
} dl_said;

typedef struct dl_said_document {
    dl_str text;
    size_t line; /* of the file, its first */
    size_t sentences;
    DL_VEC(dl_said) said;
} dl_said_document;

typedef DL_VEC(dl_said_document) dl_said_corpus;

/* DL_ERR_SYNTAX: a mark that is not closed, not known, or empty; diag names the line. */
enum dl_err dl_said_read(dl_arena *arena, dl_str file, bool spaced, dl_said_corpus *ret_corpus,
                         struct dl_diag *diag) DL_MUST_USE;

#endif
