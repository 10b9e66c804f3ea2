/* The analysis of one text: what it says and who says so (CONTRACT.md, "dateline analyse").
 *
 * Joins lang, claim and event. A dl_analyser holds the compiled lexicons and models: made once,
 * before readers are forked, then only read, so one serves many threads. dl_analyse() is a pure
 * function of its input: reference time comes with it, no clock. Adds the contract's fields to
 * `object`; spans are byte offsets into text. Statements of the headline and the deck are a list of
 * their own, "title_statements", as "statements", each span with its "in" (title, subtitle).
 * Strings of the JSON live in the arena or in the input. Errors: DL_ERR_EMPTY, TOO_BIG (arena),
 * SYNTAX only from dl_analyser_new for a bad line of the lexicon (its file and line in diag). */
#ifndef DL_EVENT_ANALYSE_H
#define DL_EVENT_ANALYSE_H

#include "base/json.h"
#include "base/vec.h"

enum { DL_ANALYSE_VERSION = 4, DL_ANALYSE_MAX_TEXT = 1 << 20 }; /* bytes; a book, no article */

struct dl_analyse_link {
    size_t start, end; /* into text */
    dl_str href;
};

struct dl_analyse_input {
    dl_str text, title, subtitle;        /* valid UTF-8; title and subtitle may be empty */
    dl_time published, seen;             /* reference for relative dates; may be unset */
    dl_str language;                     /* BCP 47 as declared; empty: told from the text */
    dl_str outlet, country;              /* hop 0 of chains; country of the outlet; may be empty */
    const struct dl_analyse_link *links; /* may be NULL */
    size_t n_links;
    bool why; /* each statement with its steps and what was left: claim/why.h */
};

typedef struct dl_analyser dl_analyser;
enum dl_err dl_analyser_new(dl_analyser **ret_analyser, struct dl_diag *diag) DL_MUST_USE;
/* Takes in places of an imported gazetteer (lang/placefile.h), before texts are read and readers
 * forked. *ret_bytes: of address space that the map takes. Errors of dl_placefile_open(). */
enum dl_err dl_analyser_import(dl_analyser *analyser, const char *path, size_t *ret_bytes,
                               struct dl_diag *diag) DL_MUST_USE;
void dl_analyser_free(dl_analyser *analyser);

enum dl_err dl_analyse(const dl_analyser *analyser, dl_arena *arena,
                       const struct dl_analyse_input *in, yyjson_mut_doc *json,
                       yyjson_mut_val *object, struct dl_diag *diag) DL_MUST_USE;

void dl_analyse_versions(dl_buf *out); /* ICU, CLD2, lexicons, models: a line each */

#endif
