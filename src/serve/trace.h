/* Who says so: the statements of a document, each with its sentence and the chain of hops from the
 * outlet (hop 0) outward to the origin, as `analyse` found them; those of the headline first, then
 * the deck's, then the text's, numbered from 1 in this order.
 *
 * Spans that do not lie on character borders inside their text are left out, so what is shown is
 * what was read. A statement without a chain of its own has the one that its source gives. Slices
 * point into the text and the analysis. Pure; linear in text and statements, but for a search by
 * halves for the sentence of each hop. */
#ifndef DL_SERVE_TRACE_H
#define DL_SERVE_TRACE_H

#include "base/json.h"
#include "base/vec.h"

enum {
    DL_TRACE_WORDS = 600, /* bytes shown of a sentence or of what is said: a short quote */
    DL_TRACE_MAX = 2000,  /* statements of a document */
    DL_TRACE_DEPTH = 5,   /* of statements in statements, as chains */
};
#define DL_TRACE_GATE 0.5 /* of the contract: below, who says it is not clear */

struct dl_trace_text {
    dl_str title, subtitle, text, outlet_name;
};

/* Where a sentence stands. */
struct dl_trace_place {
    const char *field; /* "title", "subtitle"; NULL: the text */
    size_t start, end; /* in that field; both 0: not known */
};

struct dl_trace_hop {
    dl_str text, class, anonymity, cue;
    dl_str on_behalf_of; /* whom a spokesperson speaks for, in words of the text; often empty */
    struct dl_trace_place at;
    bool pronoun; /* "he": whom it stands for is not told here */
};

struct dl_trace_evidence {
    dl_str kind, words;
    enum { DL_TRACE_NOT_SAID, DL_TRACE_VERIFIED, DL_TRACE_NOT_VERIFIED } check;
};

/* Who is heard in a statement. */
enum dl_trace_voice {
    DL_VOICE_SOURCE,   /* somebody behind the outlet, or words kept at a distance from it */
    DL_VOICE_OUTLET,   /* the outlet itself */
    DL_VOICE_ANALYSIS, /* the outlet's own analysis or comment */
};

struct dl_trace {
    yyjson_val *statement; /* object of the analysis */
    struct dl_trace_place at;
    dl_str sentence, source, cue, content;
    DL_VEC(struct dl_trace_hop) hops; /* hop 0: the outlet */
    DL_VEC(struct dl_trace_evidence) evidence;
    int32_t parent; /* index of the statement whose words hold this one; -1 */
    enum dl_trace_voice voice;
    bool traced;  /* there is a hop behind the outlet */
    bool unclear; /* below the gate: who says it is not clear */
    bool legal_formula, denied;
};
typedef DL_VEC(struct dl_trace) dl_traces;

/* analyse: what the stage gave; may be NULL. */
enum dl_err dl_trace_read(dl_arena *arena, const struct dl_trace_text *text, yyjson_val *analyse,
                          dl_traces *ret_traces) DL_MUST_USE;
/* Order for a tree: index and depth of each statement, what is held behind what holds it. */
struct dl_trace_node {
    uint32_t index;
    uint8_t depth;
};
typedef DL_VEC(struct dl_trace_node) dl_trace_tree;
enum dl_err dl_trace_order(dl_arena *arena, const dl_traces *traces,
                           dl_trace_tree *ret_tree) DL_MUST_USE;
/* Appends the objects of the API to the array: the statement with "words", "sentence", "chain",
 * "traced". */
void dl_trace_json(const dl_traces *traces, yyjson_mut_doc *doc, yyjson_mut_val *list);

#endif
