/* Headline: chooses the title that stands for a story among those its documents have.
 *
 * Never writes one. The medoid (most words shared with the other titles), less what marks a title
 * that informs badly: a question, shouting in capitals, exclamation marks, trailing dots, too few
 * or too many words, an outlet's name at its end. Deterministic; the earlier candidate stands
 * unless a later one is clearly better. Only the first DL_HEADLINE_MAX candidates are looked at,
 * and each by its first half kilobyte; each is compared with each, 0.2 ms for the most there can
 * be. In: titles as valid UTF-8 in any language; give those of one language where there is a
 * choice. */
#ifndef DL_STORY_HEADLINE_H
#define DL_STORY_HEADLINE_H

#include "base/str.h"

enum { DL_HEADLINE_MAX = 64 };

/* Index of the best title, DL_NO_POS when all are empty or the arena failed. */
size_t dl_headline_pick(dl_arena *arena, const dl_str *titles, size_t count);

#endif
