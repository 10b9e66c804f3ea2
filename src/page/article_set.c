#include "base/utf8.h"
#include "net/url.h"
#include "page/article.h"

enum { LINKS_MAX = 5000 /* of one article; resolving more is not worth the time */ };

/* Long cells are layout, not data. */
enum { CELL_CHARS = 200 };
/* Elements between a text and its list, and lists within lists, that are looked at. */
enum { LIST_STEPS = 64, LIST_DEPTH = 8 };
/* Empty cells in a row that are told, and nodes among which they are looked for. */
enum { COLUMNS_MAX = 100, SIBLINGS_MAX = 400 };

static uint8_t kind_of(const struct dl_run *r)
{
    bool layout = r->kind == DL_BLOCK_TABLE && r->chars > CELL_CHARS;
    return layout ? DL_BLOCK_PARAGRAPH : r->kind;
}

struct setter {
    dl_arena *arena;
    const struct dl_blocks *b;
    struct dl_page *page;
    dl_str base;
    dl_buf out;
    size_t link; /* next of b->links */
    struct {
        uint32_t list, item;
        uint16_t items;
    } lists[LIST_DEPTH]; /* by depth: the open one, its last item, its items so far */
    uint32_t table;      /* of the block before */
    uint32_t row;        /* of the last cell, whose element follows */
    const dl_node *cell;
    enum dl_err err;
};

static void put_links(struct setter *s, const struct dl_run *r, size_t at)
{
    while (s->link < s->b->links.n && s->b->links.p[s->link].end <= r->start)
        s->link++;
    for (; s->link < s->b->links.n; s->link++) {
        const struct dl_run_link *l = &s->b->links.p[s->link];
        if (l->start >= r->end) return;
        if (s->page->links.n >= LINKS_MAX || l->start < r->start || l->end > r->end) continue;
        struct dl_page_link link = {.start = at + l->start - r->start,
                                    .end = at + l->end - r->start};
        link.href = dl_url_resolve_web(s->arena, dl_str_trim(l->href), s->base);
        if (link.href.n == 0) continue;
        if (dl_vec_push(s->arena, &s->page->links, link) != DL_OK) s->err = DL_ERR_TOO_BIG;
    }
}

/* The element with the tag around elem, at most LIST_STEPS up; 0: none. */
static uint32_t around(const struct dl_blocks *b, uint32_t elem, lxb_tag_id_t tag,
                       lxb_tag_id_t or_tag)
{
    for (int i = 0; i < LIST_STEPS && elem != 0; i++, elem = b->elems.p[elem].parent)
        if (b->elems.p[elem].tag == tag || b->elems.p[elem].tag == or_tag) return elem;
    return 0;
}

static uint8_t depth_of(const struct dl_blocks *b, uint32_t list)
{
    uint8_t depth = 0;
    while (depth + 1 < LIST_DEPTH &&
           (list = around(b, b->elems.p[list].parent, LXB_TAG_UL, LXB_TAG_OL)) != 0)
        depth++;
    return depth;
}

static void place_item(struct setter *s, const struct dl_run *r, struct dl_page_block *block)
{
    uint32_t item = around(s->b, r->elem, LXB_TAG_LI, LXB_TAG_LI);
    uint32_t list = item != 0 ? around(s->b, item, LXB_TAG_UL, LXB_TAG_OL) : 0;
    if (list == 0) return;
    uint8_t depth = block->level = depth_of(s->b, list);
    block->opens = s->lists[depth].list != list;
    block->goes_on = !block->opens && s->lists[depth].item == item;
    if (block->opens) s->lists[depth].list = list, s->lists[depth].items = 0;
    if (!block->goes_on && s->lists[depth].items < UINT16_MAX) s->lists[depth].items++;
    s->lists[depth].item = item;
    if (s->b->elems.p[list].tag == LXB_TAG_OL) block->number = s->lists[depth].items;
}

static void place(struct setter *s, const struct dl_run *r, struct dl_page_block *block)
{
    uint32_t table = 0;
    if (block->kind == DL_BLOCK_HEADING) block->level = r->level;
    if (block->kind == DL_BLOCK_LIST_ITEM) place_item(s, r, block);
    if (block->kind == DL_BLOCK_TABLE) table = around(s->b, r->elem, LXB_TAG_TABLE, LXB_TAG_TABLE);
    block->opens |= table != s->table && block->kind == DL_BLOCK_TABLE;
    s->table = table;
}

static bool is_cell(const dl_node *node)
{
    return dl_node_is(node, LXB_TAG_TD) || dl_node_is(node, LXB_TAG_TH);
}

/* Cells between the one before and this one, of which empty ones have no text; -1: it is the same
 * cell. The first of a row counts from the row's beginning. */
static int columns_on(struct setter *s, const struct dl_run *r)
{
    uint32_t elem = around(s->b, r->elem, LXB_TAG_TD, LXB_TAG_TH);
    const dl_node *cell = elem != 0 ? s->b->elems.p[elem].node : NULL;
    const dl_node *from = s->row == r->row && r->row != 0 ? s->cell : NULL;
    int n = 0;
    s->row = r->row;
    s->cell = cell;
    if (cell == NULL || cell->parent == NULL) return 0;
    if (cell == from) return -1;
    const dl_node *c = from != NULL ? from->next : cell->parent->first_child;
    for (int i = 0; i < SIBLINGS_MAX && c != cell && c != NULL; i++, c = c->next)
        n += is_cell(c);
    return c == cell && n <= COLUMNS_MAX ? n : 0;
}

/* Cells are parted by a tab each; the parts of one cell by a blank. */
static void part_cells(struct setter *s, const struct dl_run *r, bool goes_on)
{
    int columns = columns_on(s, r);
    if (goes_on) dl_buf_byte(&s->out, columns < 0 ? ' ' : '\t');
    for (int i = 0; i < columns && s->out.n > 0; i++)
        dl_buf_byte(&s->out, '\t');
}

static void put_run(struct setter *s, const struct dl_run *r)
{
    uint8_t kind = kind_of(r);
    struct dl_page_block *last =
        s->page->blocks.n > 0 ? &s->page->blocks.p[s->page->blocks.n - 1] : NULL;
    bool cell = kind == DL_BLOCK_TABLE && (r->flags & DL_RUN_CELL) != 0 && last != NULL &&
                last->kind == DL_BLOCK_TABLE && s->row == r->row;
    if (s->out.n > 0 && !cell) dl_buf_c(&s->out, "\n\n");
    struct dl_page_block block = {.start = s->out.n, .kind = kind};
    if (kind == DL_BLOCK_TABLE) part_cells(s, r, cell);
    size_t at = s->out.n;
    dl_buf_str(&s->out, dl_run_text(s->b, r));
    put_links(s, r, at);
    block.end = s->out.n;
    if (!cell) place(s, r, &block);
    if (cell)
        last->end = s->out.n;
    else if (dl_vec_push(s->arena, &s->page->blocks, block) != DL_OK)
        s->err = DL_ERR_TOO_BIG;
}

static bool is_data_cell(const struct dl_run *r)
{
    return r->kind == DL_BLOCK_TABLE && r->chars <= CELL_CHARS;
}

/* Runs of one row of a table from i on. A row of data is taken whole: a cell that is but a link
 * is no link of a list. */
static size_t take_row(const struct dl_blocks *b, const uint8_t *keep, size_t i, bool *ret_whole)
{
    uint32_t row = b->runs.p[i].row;
    bool data = row != 0, some = false;
    size_t end = i;
    for (; end < b->runs.n && (end == i || (row != 0 && b->runs.p[end].row == row)); end++) {
        data &= is_data_cell(&b->runs.p[end]);
        some |= keep == NULL || keep[end] != 0;
    }
    *ret_whole = data && some;
    return end;
}

enum dl_err dl_article_set(dl_arena *arena, const struct dl_blocks *blocks, const uint8_t *keep,
                           dl_str base, uint32_t *at, struct dl_page *page)
{
    struct setter s = {.arena = arena, .b = blocks, .page = page, .base = base};
    dl_buf_init(&s.out, 2 * blocks->text.n + 16);
    for (size_t i = 0; i < blocks->runs.n;) {
        bool whole;
        for (size_t end = take_row(blocks, keep, i, &whole); i < end; i++) {
            if (!whole && keep != NULL && keep[i] == 0) continue;
            put_run(&s, &blocks->runs.p[i]);
            size_t n = blocks->runs.p[i].end - blocks->runs.p[i].start;
            if (at != NULL) at[i] = (uint32_t)(s.out.n >= n ? s.out.n - n : 0);
        }
    }
    page->text = dl_str_dup(arena, dl_buf_slice(&s.out));
    enum dl_err err = dl_buf_failed(&s.out);
    dl_buf_free(&s.out);
    if (err == DL_OK) err = s.err;
    return err != DL_OK ? err : dl_arena_failed(arena);
}
