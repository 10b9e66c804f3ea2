/* What was changed between two wordings: the least number of words taken out and put in.
 *
 * Words are ICU's, in every script (Chinese and Thai by dictionary); marks are words, white space
 * is none. Kinds of quotation marks, dashes and blanks count as one. Myers' O(ND) algorithm in
 * linear space (Myers 1986, section 4b) on what is left between common ends; a search that costs
 * too much is cut at the furthest point reached, so time and memory are bounded; a text of too many
 * words is compared by paragraphs. What is left alone between two large changes belongs to them.
 * Runs cover both texts from the first word to the last, in order; white space behind a word goes
 * with it. Memory: the arena. Pure; same input, same runs. */
#ifndef DL_STORY_DIFF_H
#define DL_STORY_DIFF_H

#include "base/str.h"
#include "base/vec.h"

enum {
    DL_DIFF_WORDS_MAX = 64 << 10, /* of each text; a long read has 10,000 */
    DL_DIFF_COST_MAX = 512,       /* changes looked for at once; 64 Ki words take 0.3 s at worst */
};

enum dl_diff_op { DL_DIFF_SAME, DL_DIFF_DELETED, DL_DIFF_INSERTED };
const char *dl_diff_op_name(enum dl_diff_op op); /* "same" "deleted" "inserted" */

struct dl_diff_run {
    enum dl_diff_op op;
    size_t old_start, old_end, new_start, new_end; /* bytes; an empty span where nothing is */
};
typedef DL_VEC(struct dl_diff_run) dl_diff_runs;

struct dl_diff {
    dl_diff_runs runs;              /* a deletion stands before the insertion in its place */
    size_t kept, deleted, inserted; /* words */
    bool by_paragraph;              /* too long for words */
};

enum dl_err dl_diff_make(dl_arena *arena, dl_str old, dl_str new,
                         struct dl_diff *ret_diff) DL_MUST_USE;
/* One form for kinds of quotation marks and dashes; what counts as nothing: blanks, soft hyphens.
 */
uint32_t dl_diff_as_typed(uint32_t cp);
bool dl_diff_is_filler(uint32_t cp);

#endif
