/* Who says so: the statements of a document, each with its sentence and the chain of hops from the
 * outlet (hop 0) outward to the origin, as `analyse` found them.
 *
 * Spans that do not lie on character borders inside their text are left out, so what is shown is
 * what was read. A statement without a chain of its own has the one that its source gives. Slices
 * point into the text and the analysis. Pure; linear in text and statements. */
#ifndef DL_SERVE_TRACE_H
#define DL_SERVE_TRACE_H

#include "base/json.h"
#include "base/vec.h"

enum {
    DL_TRACE_WORDS = 600, /* bytes shown of a sentence or of what is said: a short quote */
    DL_TRACE_MAX = 2000,  /* statements of a document */
};

struct dl_trace_text {
    dl_str title, subtitle, text, outlet_name;
};

struct dl_trace_hop {
    dl_str text, class, anonymity, cue;
};

struct dl_trace {
    yyjson_val *statement; /* object of the analysis */
    const char *field;     /* "title", "subtitle"; NULL: the text */
    size_t start, end;     /* of the sentence, in that field */
    dl_str sentence, source, cue, content;
    DL_VEC(struct dl_trace_hop) hops; /* hop 0: the outlet */
    bool traced;                      /* there is a hop behind the outlet */
};
typedef DL_VEC(struct dl_trace) dl_traces;

/* analyse: what the stage gave; may be NULL. */
enum dl_err dl_trace_read(dl_arena *arena, const struct dl_trace_text *text, yyjson_val *analyse,
                          dl_traces *ret_traces) DL_MUST_USE;
/* Appends the objects of the API to the array: the statement with "words", "sentence", "chain",
 * "traced". */
void dl_trace_json(const dl_traces *traces, yyjson_mut_doc *doc, yyjson_mut_val *list);

#endif
