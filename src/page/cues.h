/* Cues: what class and id names, and boilerplate phrases, say about a part of a page.
 *
 * Names are cut into words at separators and capitals; one, two and three neighbouring words are
 * looked up. Words and phrases are data (lexicon/web/markup-cues.tsv, phrases.tsv), compiled once
 * into tables that any thread may read. Matching is linear in the name's length. */
#ifndef DL_PAGE_CUES_H
#define DL_PAGE_CUES_H

#include "base/str.h"

enum dl_cue { /* bits */
              DL_CUE_COMMENT = 1 << 0,
              DL_CUE_RELATED = 1 << 1,
              DL_CUE_SHARE = 1 << 2,
              DL_CUE_PROMO = 1 << 3,
              DL_CUE_NAV = 1 << 4,
              DL_CUE_SIDE = 1 << 5,
              DL_CUE_FOOTER = 1 << 6,
              DL_CUE_META = 1 << 7,
              DL_CUE_CAPTION = 1 << 8,
              DL_CUE_LEGAL = 1 << 9,
              DL_CUE_HIDDEN = 1 << 10,
              DL_CUE_BODY = 1 << 11,
              DL_CUE_DECK = 1 << 12,
              DL_CUE_AUTHOR = 1 << 13,
              DL_CUE_DATE = 1 << 14,
              DL_CUE_CRUMB = 1 << 15,
              DL_CUE_WIDGET = 1 << 16, /* site builders call everything so */
              DL_CUE_LIVE = 1 << 17,   /* entries of a live page */
};
enum { DL_CUE_SOFT = DL_CUE_WIDGET | ((1 << 11) - 1) }; /* those that speak against */

typedef struct dl_cues dl_cues;

enum dl_err dl_cues_new(dl_arena *arena, dl_cues **ret_cues, struct dl_diag *diag) DL_MUST_USE;
/* Values seen on a page with their bits: most stand there many times. Begins zeroed; the values
 * must live as long as it. */
struct dl_cue_memo {
    struct {
        const char *p;
        uint32_t n, bits;
    } seen[256];
};
/* Bits of all words of a class or id value. */
unsigned dl_cues_remembered(const dl_cues *cues, struct dl_cue_memo *memo, dl_str name);

/* Is the block's text, or its beginning, a known boilerplate phrase? Case of Latin, Greek and
 * Cyrillic letters is ignored. */
bool dl_cues_phrase(const dl_cues *cues, dl_str text);

enum { DL_CUES_TELL_BYTES = 1024 }; /* looked at in one block */
/* Does the block hold words that only boilerplate has ("affiliate links")? */
bool dl_cues_tell(const dl_cues *cues, dl_str text);

#endif
