/* Running text with its statements marked: the words (content), the cue and the source, each told
 * from the others without colour (dotted, double and solid line), behind the cue what kind of hedge
 * it is, in words, and a number that leads to the statement in the list beside the text. Sentences
 * that a statement or a hop of a chain was read from have an id, "s-" and their first byte.
 *
 * Statements are the objects of `analyse` (docs: the command contract). Spans that do not lie on
 * character borders inside the text are left out: what a page shows must be what was read. */
#ifndef DL_SERVE_PROSE_H
#define DL_SERVE_PROSE_H

#include "serve/html.h"
#include "serve/trace.h"

enum { DL_PROSE_MAX_MARKS = 6000 }; /* of one text; a sweep of some milliseconds */

enum dl_prose_kind { DL_PROSE_CONTENT, DL_PROSE_CUE, DL_PROSE_SOURCE, DL_PROSE_SENTENCE };

struct dl_prose_edge { /* a span begins or ends here */
    size_t pos;
    uint32_t statement; /* number from 1 */
    uint8_t kind;
    bool opens, last; /* last: the last span of its kind: number or hedge are due */
    dl_str note;      /* of the hedge; empty: none */
};

struct dl_prose {
    dl_str text, language;
    struct dl_prose_edge *edges; /* by position */
    size_t n, at;                /* at: the next edge */
    uint32_t depth[4];           /* open spans by kind */
    size_t shown;                /* dl_prose_blocks: one past the last byte that was shown */
};

/* field: "title", "subtitle" or NULL for the text itself. traces may be NULL. */
enum dl_err dl_prose_init(struct dl_prose *prose, dl_arena *arena, dl_str text, dl_str language,
                          const dl_traces *traces, const char *field) DL_MUST_USE;
/* text[from, to) inline. Calls must go forward. */
void dl_prose_run(struct dl_prose *prose, dl_html *h, size_t from, size_t to);
/* The whole text by its blocks (paragraph, heading, list_item, …); without blocks by blank lines.
 * At most max_bytes of it, cut between blocks; returns whether something was left out. */
bool dl_prose_blocks(struct dl_prose *prose, dl_html *h, yyjson_val *blocks, size_t max_bytes);
/* The words of a list of spans, parted by " … ", at most max bytes. */
void dl_prose_quote(dl_html *h, dl_str text, yyjson_val *spans, dl_str language, size_t max);
/* Of a span list of a statement: is its text this field? */
bool dl_prose_in_field(yyjson_val *span, const char *field);

#endif
