/* Where the words of a query stand in a text, and the part of the text that shows most of them.
 *
 * Cuts as the index does, so what was found is what is marked. FTS5's own snippet() gives markup
 * and breaks on overlapping pairs; this gives spans. Linear in the text; a dl_marker is made for
 * one query and lives in its arena. */
#ifndef DL_STORE_SNIPPET_H
#define DL_STORE_SNIPPET_H

#include "store/search.h"
#include "store/tokenizer.h"

struct dl_marker;

struct dl_marker *dl_marker_new(dl_arena *arena, struct dl_tokenizer *tokenizer,
                                const struct dl_query *query); /* NULL: the arena failed */
/* Spans in order, without overlaps; how many, at most max. */
size_t dl_marker_find(struct dl_marker *marker, dl_str text, struct dl_span *ret_spans, size_t max);
/* snippet, marks, n_marks of the hit. */
void dl_marker_snippet(struct dl_marker *marker, dl_arena *arena, dl_str text,
                       struct dl_search_hit *ret_hit);

#endif
