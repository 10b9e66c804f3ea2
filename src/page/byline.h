/* Authors: who the page says wrote it, one name each, without "by", titles of address lists, roles
 * and dates. Structured data, meta elements and visible bylines are held against each other; what
 * two of them say wins. Words are data (lexicon/web/byline-words.tsv). */
#ifndef DL_PAGE_BYLINE_H
#define DL_PAGE_BYLINE_H

#include "page/head.h"
#include "page/ld.h"
#include "page/weigh.h"

typedef struct dl_byline_words dl_byline_words;
enum dl_err dl_byline_words_new(dl_arena *arena, dl_byline_words **ret_words,
                                struct dl_diag *diag) DL_MUST_USE;

struct dl_byline_input {
    const dl_byline_words *words;
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    const struct dl_head *head;
    const struct dl_ld *ld;
    dl_str title, site;
};
enum dl_err dl_byline_find(dl_arena *arena, const struct dl_byline_input *in,
                           dl_page_strings *ret_names) DL_MUST_USE;
/* The names in one byline; nothing when it is none. */
enum dl_err dl_byline_names(dl_arena *arena, const dl_byline_words *words, dl_str text,
                            dl_page_strings *names) DL_MUST_USE;

#endif
