#include "page/blocks.h"

#include "page/elements.h"
#include "page/typeset.h"

struct walk {
    dl_arena *arena;
    const dl_cues *cues;
    struct dl_cue_memo memo;
    struct dl_blocks *out;
    struct dl_typeset type;
    uint32_t top;   /* innermost open element of out->elems */
    uint32_t row;   /* innermost open tr */
    unsigned links; /* open a elements */
    dl_str href;
    uint32_t link_start;
    bool failed;
};

/* --- runs ---------------------------------------------------------------------------------- */

static void close_link(struct walk *w)
{
    uint32_t end = (uint32_t)w->type.end;
    struct dl_run_link link = {w->link_start, end, w->href};
    if (w->href.n == 0 || end <= link.start) return;
    if (dl_vec_push(w->arena, &w->out->links, link) != DL_OK) w->failed = true;
}

static void end_run(struct walk *w)
{
    struct dl_typeset_run t;
    if (w->links > 0) close_link(w);
    bool some = dl_typeset_end(&w->type, &t);
    w->link_start = (uint32_t)w->type.text->n;
    if (!some) return;
    const struct dl_elem *e = &w->out->elems.p[w->top];
    struct dl_run run = {.start = t.start,
                         .end = t.end,
                         .elem = w->top,
                         .chars = t.chars + t.wide * 3 / 2,
                         .link_chars = t.link_chars + t.link_wide * 3 / 2,
                         .kind = e->kind};
    if (t.is_prose) run.flags |= DL_RUN_SENTENCE;
    if (e->kind == DL_BLOCK_TABLE) {
        size_t n = w->out->runs.n;
        run.row = w->row;
        if (n > 0 && run.row != 0 && w->out->runs.p[n - 1].row == run.row) run.flags |= DL_RUN_CELL;
    }
    for (uint32_t i = w->top; e->kind == DL_BLOCK_HEADING; i = w->out->elems.p[i].parent) {
        unsigned level = dl_heading_level(w->out->elems.p[i].tag);
        if (level == 0 && w->out->elems.p[i].parent != i) continue;
        run.level = (uint8_t)level;
        if (level == 1) run.flags |= DL_RUN_H1;
        break;
    }
    if (dl_vec_push(w->arena, &w->out->runs, run) != DL_OK) w->failed = true;
}

/* --- elements ------------------------------------------------------------------------------ */

static void signal(struct walk *w, dl_node *node, enum dl_signal_kind kind)
{
    struct dl_signal s = {node, (uint32_t)w->out->runs.n, w->top, (uint8_t)kind};
    if (dl_vec_push(w->arena, &w->out->signals, s) != DL_OK) w->failed = true;
}

static void signals_of(struct walk *w, dl_node *node, const struct dl_attributes *a)
{
    uint16_t tag = node->tag;
    if (tag == LXB_TAG_META) signal(w, node, DL_SIGNAL_META);
    if (tag == LXB_TAG_LINK || tag == LXB_TAG_BASE) signal(w, node, DL_SIGNAL_LINK);
    if (tag == LXB_TAG_TITLE && node->ns == LXB_NS_HTML) signal(w, node, DL_SIGNAL_TITLE);
    if (tag == LXB_TAG_H1) signal(w, node, DL_SIGNAL_HEADING);
    if (tag == LXB_TAG_SCRIPT && dl_str_ifind_c(a->type, "ld+json", 0) != DL_NO_POS)
        signal(w, node, DL_SIGNAL_JSON);
    if (tag == LXB_TAG_INPUT && dl_str_ieq_c(a->type, "password")) signal(w, node, DL_SIGNAL_LOGIN);
    if (tag == LXB_TAG_VIDEO) signal(w, node, DL_SIGNAL_VIDEO);
    if (tag == LXB_TAG_TIME || a->is_date) signal(w, node, DL_SIGNAL_TIME);
    if (a->is_author) signal(w, node, DL_SIGNAL_AUTHOR);
    if (a->is_crumb) signal(w, node, DL_SIGNAL_CRUMB);
    if (a->is_tag) signal(w, node, DL_SIGNAL_TAG);
    if (a->is_license) signal(w, node, DL_SIGNAL_LICENSE);
}

static uint8_t kind_of(uint16_t tag, uint8_t around)
{
    if (dl_heading_level(tag) > 0) return DL_BLOCK_HEADING;
    switch (tag) {
    case LXB_TAG_LI:
    case LXB_TAG_DD:
    case LXB_TAG_DT:
        return DL_BLOCK_LIST_ITEM;
    case LXB_TAG_BLOCKQUOTE:
        return DL_BLOCK_QUOTE;
    case LXB_TAG_FIGCAPTION:
        return DL_BLOCK_CAPTION;
    case LXB_TAG_TD:
    case LXB_TAG_TH:
        return DL_BLOCK_TABLE;
    case LXB_TAG_PRE:
        return DL_BLOCK_CODE;
    case LXB_TAG_ARTICLE:
    case LXB_TAG_SECTION:
    case LXB_TAG_MAIN:
        return DL_BLOCK_PARAGRAPH;
    default:
        return around;
    }
}

static void open_elem(struct walk *w, dl_node *node, const struct dl_attributes *a)
{
    uint32_t index = (uint32_t)w->out->elems.n, at = (uint32_t)w->out->runs.n;
    uint8_t around = index > 0 ? w->out->elems.p[w->top].kind : DL_BLOCK_PARAGRAPH;
    struct dl_elem e = {.node = node,
                        .parent = w->top,
                        .b0 = at,
                        .cues = a->cues,
                        .tag = (uint16_t)(node->tag < LXB_TAG__LAST_ENTRY ? node->tag : 0),
                        .hard = a->hard,
                        .kind = kind_of(node->tag, around)};
    if (dl_vec_push(w->arena, &w->out->elems, e) != DL_OK) {
        w->failed = true;
        return;
    }
    w->top = index;
}

static void close_elem(struct walk *w)
{
    struct dl_elem *e = &w->out->elems.p[w->top];
    e->end = (uint32_t)w->out->elems.n;
    e->b1 = (uint32_t)w->out->runs.n;
    w->top = e->parent;
}

/* Is the node's content left out altogether? Metadata in it is still seen by signals_of. */
static bool is_skipped(const struct walk *w, dl_node *node, const struct dl_attributes *a)
{
    return dl_tag_is_skipped(node) || (a->is_invisible && w->cues != NULL);
}

static bool enter(struct walk *w, dl_node *node)
{
    struct dl_attributes a;
    uint16_t tag = node->tag;
    if (tag == LXB_TAG_BR) {
        if (dl_typeset_break(&w->type)) end_run(w);
        return false;
    }
    bool block = dl_node_is_block(node);
    dl_attributes_read(node, w->cues, &w->memo, &a);
    signals_of(w, node, &a);
    if (is_skipped(w, node, &a)) {
        if (block) end_run(w);
        return false;
    }
    if (block) end_run(w);
    if (block || (a.cues & DL_CUE_SOFT) != 0 || a.hard != 0) open_elem(w, node, &a);
    if (tag == LXB_TAG_TR) w->row = w->top;
    if (tag == LXB_TAG_PRE) w->type.verbatim++;
    if (tag == LXB_TAG_A && a.href.n > 0) {
        if (w->links > 0) close_link(w);
        w->links++;
        w->href = a.href;
        /* A heading's own anchor leads nowhere else. */
        bool own = a.href.p[0] == '#' && w->out->elems.p[w->top].kind == DL_BLOCK_HEADING;
        w->type.in_link = !own;
        w->link_start = (uint32_t)dl_typeset_next_start(&w->type);
    }
    return true;
}

static void leave(struct walk *w, dl_node *node)
{
    uint16_t tag = node->tag;
    bool is_elem = w->out->elems.p[w->top].node == node;
    const struct dl_attr *href =
        tag == LXB_TAG_A && w->links > 0 ? dl_node_find(node, DL_ATTR_HREF) : NULL;
    if (href != NULL && href->value.n > 0) {
        close_link(w);
        w->links--;
        w->type.in_link = w->links > 0;
        w->href = (dl_str){NULL, 0};
    }
    if (tag == LXB_TAG_PRE && w->type.verbatim > 0) w->type.verbatim--;
    if (dl_node_is_block(node)) end_run(w);
    if (tag == LXB_TAG_TR) w->row = 0;
    if (is_elem) close_elem(w);
}

static void visit_all(struct walk *w, dl_node *root)
{
    for (dl_node *n = root; n != NULL && !w->failed;) {
        bool inside = false;
        if (n->type == DL_NODE_TEXT)
            dl_typeset_text(&w->type, dl_node_text(n));
        else if (n->type == DL_NODE_ELEMENT)
            inside = n == root || enter(w, n);
        if (inside && n->first_child != NULL) {
            n = n->first_child;
            continue;
        }
        if (inside && n != root) leave(w, n);
        while (n != root && n->next == NULL) {
            n = n->parent;
            if (n != root) leave(w, n);
        }
        if (n == root) return;
        n = n->next;
    }
}

enum dl_err dl_blocks_read(dl_arena *arena, const dl_cues *cues, dl_node *root, dl_buf *text,
                           struct dl_blocks *ret_blocks)
{
    struct dl_blocks out = {0};
    struct walk w = {.arena = arena, .cues = cues, .out = &out};
    struct dl_attributes none = {0};
    dl_buf_reset(text);
    w.type.text = text;
    open_elem(&w, root, &none);
    if (w.failed) return dl_arena_failed(arena);
    visit_all(&w, root);
    end_run(&w);
    w.top = 0;
    if (!w.failed) close_elem(&w);
    if (w.failed) return dl_arena_failed(arena) != DL_OK ? dl_arena_failed(arena) : DL_ERR_TOO_BIG;
    DL_TRY(dl_buf_failed(text));
    out.text = dl_buf_slice(text);
    *ret_blocks = out;
    return DL_OK;
}
