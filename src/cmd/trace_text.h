/* Who says so, for people: the statements of a document as a tree, what is said in what is said
 * indented under it. Colour tells the stance once more, never alone. */
#ifndef DL_CMD_TRACE_TEXT_H
#define DL_CMD_TRACE_TEXT_H

#include "cmd/term.h"
#include "serve/trace.h"
#include "store/read.h"

/* all: also what the outlet says in its own voice. Adds to *statements how many there are. */
enum dl_err dl_trace_text_put(struct dl_term *t, dl_arena *arena,
                              const struct dl_store_document *document, bool all,
                              size_t *statements) DL_MUST_USE;
/* One: its words, chain, facts, evidence and sentence. */
void dl_trace_text_statement(struct dl_term *t, dl_arena *arena, size_t number, size_t depth,
                             const struct dl_trace *statement);
/* Statements of a document of the store, or of one that was read beside it. */
enum dl_err dl_trace_text_read(dl_arena *arena, const struct dl_store_document *document,
                               dl_traces *ret_traces) DL_MUST_USE;
void dl_trace_text_head(struct dl_term *t, dl_arena *arena,
                        const struct dl_store_document *document);

#endif
