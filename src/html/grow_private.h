/* For html/grow*.c: the parser's state, and what moves nodes. */
#ifndef DL_HTML_GROW_PRIVATE_H
#define DL_HTML_GROW_PRIVATE_H

#include "html/grow.h"
#include "html/rules.h"
#include "html/tree.h"

enum { FORMATS_MAX = 256, OPEN_MAX = DL_TREE_DEPTH, NAMES = 256 };
enum { IS_OPEN = 1 }; /* dl_node.flags */

enum mode {
    BEFORE_HTML,
    BEFORE_HEAD,
    IN_HEAD,
    IN_HEAD_NOSCRIPT,
    AFTER_HEAD,
    IN_BODY,
    IN_TABLE,
    IN_TABLE_BODY,
    IN_ROW,
    IN_CELL,
    IN_CAPTION,
    IN_COLUMN_GROUP,
    AFTER_BODY,
    AFTER_AFTER_BODY,
};

struct grow {
    dl_arena *arena;
    struct dl_scan scan;
    enum mode mode;
    dl_node *root, *head, *body, *form;
    dl_node *open[OPEN_MAX]; /* the stack of open elements */
    size_t depth;
    size_t paragraphs;             /* open p elements */
    dl_node *formats[FORMATS_MAX]; /* active formatting elements; NULL: a marker */
    size_t n_formats;
    dl_node *fresh; /* nodes that are not used yet */
    size_t n_fresh;
    dl_node nowhere;       /* in place of one where there is no memory; the tree is thrown away */
    dl_str made_up[NAMES]; /* names that the page made up, by their hash */
    size_t n_made_up;
    size_t tokens, steps, merged;
    enum { UNSEEN, QUIRKS, NO_QUIRKS, UNSURE } doctype;
    bool foster;       /* text and elements in a table go before it */
    bool skip_newline; /* when text comes next */
    const char *left_over;
};

static inline void leave(struct grow *g, const char *why)
{
    if (g->left_over == NULL) g->left_over = why;
}
static inline dl_node *top(const struct grow *g)
{
    return g->open[g->depth - 1];
}
static inline uint8_t sets_of(const dl_node *node)
{
    return dl_tag_rule(node->tag).sets;
}
static inline bool is_heading(const dl_node *node)
{
    return (sets_of(node) & DL_SET_HEADING) != 0;
}

/* White space at the start, in bytes. */
static inline size_t blank_start(dl_str s)
{
    size_t n = 0;
    while (n < s.n && (dl_scan_is_blank(s.p[n]) || s.p[n] == '\r'))
        n++;
    return n;
}

/* --- grow_stack.c: what is left over without memory --------------------------------------- */

void push(struct grow *g, dl_node *node);
void pop(struct grow *g);
void pop_until(struct grow *g, uint16_t tag);     /* and that, too */
void pop_to(struct grow *g, const dl_node *node); /* and that, too */
void drop_open(struct grow *g, dl_node *node);    /* wherever it is */
bool in_scope(const struct grow *g, uint16_t tag, unsigned stops);
bool node_in_scope(const struct grow *g, const dl_node *node);
void imply_ends(struct grow *g, uint16_t except);

dl_node *insert(struct grow *g, const struct dl_tag *t); /* and opens it */
dl_node *insert_named(struct grow *g, uint16_t tag);
void insert_closed(struct grow *g, const struct dl_tag *t);
/* Attributes that the element has not yet. */
void add_attributes(struct grow *g, dl_node *node, const struct dl_tag *t);
void put_text(struct grow *g, dl_str text);
void put_comment(struct grow *g, dl_node *parent);

void add_marker(struct grow *g);
void clear_to_marker(struct grow *g);
void add_format(struct grow *g, dl_node *node);
void drop_format(struct grow *g, const dl_node *node);
dl_node *format_named(const struct grow *g, uint16_t tag); /* behind the last marker */
bool formats_wait(const struct grow *g); /* some are closed, and will be opened again */
void reconstruct(struct grow *g);
/* The adoption agency; false: the tag is as any other end tag. */
bool adopt(struct grow *g, uint16_t tag);

/* --- grow_body.c --------------------------------------------------------------------------- */

/* A tag's rule in a body. True: done; false: once more, the mode has changed. */
bool body_start(struct grow *g, struct dl_tag *t);
bool body_end(struct grow *g, struct dl_tag *t);
/* Elements of a head; false: t is none. */
bool head_start(struct grow *g, struct dl_tag *t);
void body_text(struct grow *g, dl_str text);

/* --- grow_table.c: one pair for each mode, as those above --------------------------------- */

bool in_table_start(struct grow *g, struct dl_tag *t);
bool in_table_end(struct grow *g, struct dl_tag *t);
bool in_table_body_start(struct grow *g, struct dl_tag *t);
bool in_table_body_end(struct grow *g, struct dl_tag *t);
bool in_row_start(struct grow *g, struct dl_tag *t);
bool in_row_end(struct grow *g, struct dl_tag *t);
bool in_cell_start(struct grow *g, struct dl_tag *t);
bool in_cell_end(struct grow *g, struct dl_tag *t);
bool in_caption_start(struct grow *g, struct dl_tag *t);
bool in_caption_end(struct grow *g, struct dl_tag *t);
bool in_column_group_start(struct grow *g, struct dl_tag *t);
bool in_column_group_end(struct grow *g, const struct dl_tag *t);
void table_text(struct grow *g, dl_str text);
void column_group_text(struct grow *g, dl_str text);

#endif
