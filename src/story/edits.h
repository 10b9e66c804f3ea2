/* What became of an article between two looks: nothing, noise, a marked edit, a silent one.
 *
 * Noise is what says nothing about the article: white space and kinds of quotation marks, lines of
 * counters and of time passed ("1,234 views", "updated 5 minutes ago") whose every word is listed
 * in lexicon/web/furniture.tsv, and boilerplate lines (lexicon/web/phrases.tsv: adverts, pointers
 * to other articles). A line with one word more is text: "5 killed" to "7 killed" is an edit.
 * Marked is an edit that owns up: a later date of modification, or a notice of correction in a line
 * that was changed (kind "notice" of the same file). Everything else is silent.
 * Pure; tables are loaded once, at first use or by dl_edits_open(). */
#ifndef DL_STORY_EDITS_H
#define DL_STORY_EDITS_H

#include "base/time.h"
#include "story/diff.h"

struct dl_wording {
    dl_str title, subtitle, text;
    dl_time published, modified; /* as the publisher says; may be unset */
};

enum dl_edit_class { DL_EDIT_NONE, DL_EDIT_NOISE, DL_EDIT_MARKED, DL_EDIT_SILENT };
const char *dl_edit_class_name(enum dl_edit_class class); /* "none" "noise" "marked" "silent" */

struct dl_edit {
    enum dl_edit_class class;
    bool by_date, by_notice;              /* why it is marked */
    struct dl_diff title, subtitle, text; /* without runs where nothing changed */
};

enum dl_err dl_edits_open(struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_edit_find(dl_arena *arena, const struct dl_wording *old,
                         const struct dl_wording *new, struct dl_edit *ret_edit) DL_MUST_USE;
/* Do they differ in noise at most? Linear, without a diff. */
bool dl_edit_is_noise(const struct dl_wording *old, const struct dl_wording *new);

#endif
