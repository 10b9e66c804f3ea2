/* Skimming: lexbor's tokenizer, led past what nobody reads: the text of scripts and styles,
 * attributes that no stage asks for, what svg elements draw. Plain text and attributes are taken in
 * wide steps. What is read is the same as without it.
 *
 * Only whole, plain cases are taken: a script that holds no "<!--" and has its end tag, an
 * attribute whose value has its closing mark, a well nested drawing of known elements. All others
 * go the library's own way. */
#ifndef DL_HTML_SKIM_H
#define DL_HTML_SKIM_H

#include <lexbor/html/html.h>

#include "html/node.h"

struct dl_skim {
    const lxb_dom_attr_data_t *names[DL_ATTRS]; /* the document's; NULL: not met yet */
    lxb_html_tokenizer_state_f data_state;      /* the library's own, NULL: not met yet */
    bool data_script; /* the script that was opened last holds data: its text is kept */
    bool at_drawing;  /* an svg element was just opened */
};

/* As lxb_html_tokenizer_chunk() with all of the page as one chunk. */
lxb_status_t dl_skim_chunk(struct dl_skim *skim, lxb_html_tokenizer_t *tokenizer, dl_str html);
/* For the handler of tokens: before a start tag of script, behind one of svg. */
void dl_skim_script(struct dl_skim *skim, const lxb_html_token_t *token);
void dl_skim_drawing(struct dl_skim *skim, lxb_html_tree_t *tree);

#endif
