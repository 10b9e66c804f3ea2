/* Blocks: one pass over the tree gives the page's text as runs at block level, the elements that
 * hold them as index ranges, and the places where metadata may stand.
 *
 * Elements are in pre-order, so that a subtree is the range [index, end) and its blocks are
 * [b0, b1): every sum over a subtree is a difference of two prefix sums. Text is cleaned UTF-8
 * with white space folded; blocks, links and signals are in document order. Memory: the arena,
 * the text in a buffer that the caller keeps. Linear in the size of the tree. */
#ifndef DL_PAGE_BLOCKS_H
#define DL_PAGE_BLOCKS_H

#include "base/vec.h"
#include "html/tree.h"
#include "page/cues.h"
#include "page/page.h"

/* What the markup itself says, beside the cues of names. */
enum dl_hard {
    DL_HARD_ASIDE = 1 << 0,  /* aside, role=complementary, dialog … */
    DL_HARD_NAV = 1 << 1,    /* nav, role=navigation, search, menu */
    DL_HARD_FOOTER = 1 << 2, /* footer, role=contentinfo */
    DL_HARD_HEADER = 1 << 3, /* header of the page (not of an article) */
    DL_HARD_CAPTION = 1 << 4,
    DL_HARD_HIDDEN = 1 << 5,
    DL_HARD_ARTICLE = 1 << 6, /* article, main: speaks for it */
    DL_HARD_BODY = 1 << 7,    /* itemprop=articleBody */
};

struct dl_elem {
    dl_node *node;
    uint32_t parent, end, b0, b1;
    uint32_t cues; /* enum dl_cue bits of its names */
    uint16_t tag;
    uint8_t hard;
    uint8_t kind; /* enum dl_block_kind of text in it */
};

enum dl_run_flag {
    DL_RUN_H1 = 1 << 0,
    DL_RUN_SENTENCE = 1 << 1, /* ends or goes on like prose */
    DL_RUN_CELL = 1 << 2,     /* further cell of the table row before it */
};

struct dl_run {          /* a block of text */
    uint32_t start, end; /* in text */
    uint32_t elem;       /* the element it stands in */
    uint32_t chars;      /* characters; those of scripts without spaces count 2.5 */
    uint32_t link_chars;
    uint32_t row; /* of a table cell, the tr's element; else 0 */
    uint8_t kind, flags, level;
};

struct dl_run_link {
    uint32_t start, end; /* in text */
    dl_str href;         /* as written */
};

enum dl_signal_kind {
    DL_SIGNAL_META,    /* meta element */
    DL_SIGNAL_LINK,    /* link element */
    DL_SIGNAL_JSON,    /* script of type ld+json */
    DL_SIGNAL_TITLE,   /* title element of the head */
    DL_SIGNAL_HEADING, /* h1 */
    DL_SIGNAL_TIME,    /* time, or an element with itemprop datePublished … */
    DL_SIGNAL_AUTHOR,  /* rel=author, itemprop=author, names that say byline */
    DL_SIGNAL_CRUMB,   /* breadcrumb list */
    DL_SIGNAL_TAG,     /* rel=tag */
    DL_SIGNAL_LICENSE, /* rel=license */
    DL_SIGNAL_VIDEO,   /* video */
    DL_SIGNAL_LOGIN,   /* input for a password */
};
struct dl_signal {
    dl_node *node;
    uint32_t block; /* number of blocks before it */
    uint32_t elem;
    uint8_t kind;
};

struct dl_blocks {
    DL_VEC(struct dl_elem) elems;
    DL_VEC(struct dl_run) runs;
    DL_VEC(struct dl_run_link) links;
    DL_VEC(struct dl_signal) signals;
    dl_str text;
};

/* text: reset and filled; must live as long as ret_blocks is used. cues may be NULL: a fragment
 * of known good text, where nothing is left out for its names. */
enum dl_err dl_blocks_read(dl_arena *arena, const dl_cues *cues, dl_node *root, dl_buf *text,
                           struct dl_blocks *ret_blocks) DL_MUST_USE;

static inline dl_str dl_run_text(const struct dl_blocks *b, const struct dl_run *run)
{
    return (dl_str){b->text.p + run->start, run->end - run->start};
}

#endif
