/* Quotations: a state machine over the marks of all scripts, paragraph by paragraph.
 *
 * Knows “…” ‘…’ «…» ‹…› „…“ „…” »…« ‚…‘ 「…」 『…』 《…》 ``…'' ASCII " and ', and dialogue after a
 * dash at the start of a paragraph. A quotation that is still open at the end of its paragraph goes
 * on when the next paragraph opens with a mark (as newspapers print long quotations), else it ends
 * there. A mark that cannot be paired is passed over. Only the outermost quotation is recorded for
 * tokens (dl_token.quote); inner ones stay part of it.
 *
 * Linear; no more than one quotation a token. Memory: the arena. */
#ifndef DL_CLAIM_QUOTES_H
#define DL_CLAIM_QUOTES_H

#include "lang/sentences.h"

typedef struct dl_quotation {
    uint32_t first, last; /* tokens inside the marks, last exclusive */
    uint32_t words;
    uint32_t paragraph;
    bool closed;    /* its own closing mark was found */
    bool continues; /* goes on from the quotation before it, over a paragraph's end */
    bool dash;
} dl_quotation;

typedef struct dl_quotations {
    dl_quotation *p;
    size_t n;
} dl_quotations;

enum dl_err dl_quotes_find(dl_arena *arena, dl_words *words,
                           dl_quotations *ret_quotations) DL_MUST_USE;

#endif
