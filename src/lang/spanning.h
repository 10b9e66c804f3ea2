/* The tree of a sentence with the greatest sum of scores and one root (Chu & Liu 1965, Edmonds
 * 1967), arcs may cross.
 *
 * In: scores[d * (n + 1) + h] of every word d (1-based) below every other h; h = 0 is the root.
 * Mostly the best head of each word is a tree already; else circles are drawn together one after
 * the other. Ties: the lower head. Time n², at worst n³; memory n² from the arena, then only. */
#ifndef DL_LANG_SPANNING_H
#define DL_LANG_SPANNING_H

#include "base/str.h"

enum { DL_SPANNING_MAX = 1000 /* words */, DL_SPANNING_MAX_SCORE = 1 << 28 /* either way */ };

/* ret_heads[d - 1] is the head of word d. */
enum dl_err dl_spanning_tree(dl_arena *arena, const int32_t *scores, size_t n,
                             uint32_t *ret_heads) DL_MUST_USE;

#endif
