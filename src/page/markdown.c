/* An article as Markdown (CommonMark with GitHub's tables). The words come from strangers: every
 * character that could be read as a mark is escaped, lines cannot begin as something else. */
#include "base/utf8.h"
#include "page/page.h"

enum { LIST_DEPTH = 8, FENCE_LEAST = 3 };

/* How words are set: what separates lines, what else must be escaped. */
struct setting {
    const char *newline; /* stands for a line break */
    bool in_cell;        /* of a table */
};

struct markdown {
    const struct dl_page *page;
    dl_buf *out;
    size_t link;               /* next of the page's links */
    size_t entry;              /* next of its entries */
    size_t widths[LIST_DEPTH]; /* of the marks of the open list items */
    bool other_marks;          /* the list has the second kind: it stands behind another one */
};

/* --- words ---------------------------------------------------------------------------------- */

/* "#", "- ", "12. " and their like mean something at the beginning of a line. */
static size_t line_mark(dl_str line)
{
    size_t n = 0;
    if (line.n > 0 && strchr("#+-=|:~", line.p[0]) != NULL) return 0;
    while (n < line.n && n < 10 && dl_is_digit((unsigned char)line.p[n]))
        n++;
    bool number = n > 0 && n < line.n && (line.p[n] == '.' || line.p[n] == ')');
    bool ends = number && (n + 1 == line.n || dl_is_space((unsigned char)line.p[n + 1]));
    return ends ? n : DL_NO_POS;
}

/* "&lt;" written on a page is these four characters. */
static bool is_reference(dl_str s, size_t i)
{
    return s.p[i] == '&' && i + 1 < s.n &&
           (s.p[i + 1] == '#' || dl_is_alpha((unsigned char)s.p[i + 1]));
}

static bool is_word_byte(char c)
{
    return dl_is_alnum((unsigned char)c);
}

/* Within a word "_" means nothing, and addresses that are spelt out stay whole. */
static bool is_in_word(dl_str s, size_t i)
{
    return s.p[i] == '_' && i > 0 && i + 1 < s.n && is_word_byte(s.p[i - 1]) &&
           is_word_byte(s.p[i + 1]);
}

static void put_line(dl_buf *out, dl_str line, bool starts, const struct setting *how)
{
    size_t mark = starts ? line_mark(line) : DL_NO_POS;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        bool last_hash = c == '#' && i + 1 == line.n; /* closes a heading */
        bool special = strchr("\\`*_[]<>~", c) != NULL && !is_in_word(line, i);
        if (special || i == mark || is_reference(line, i) || last_hash ||
            (how->in_cell && c == '|'))
            dl_buf_byte(out, '\\');
        dl_buf_byte(out, how->in_cell && c == '\t' ? ' ' : c);
    }
}

/* starts: s begins where a line begins. */
static void put_words(dl_buf *out, dl_str s, bool starts, const struct setting *how)
{
    for (size_t at = 0;;) {
        size_t end = dl_str_chr(s, '\n', at);
        dl_str line = dl_str_sub(s, at, end);
        while (starts && line.n > 0 && dl_is_space((unsigned char)line.p[0]))
            line = dl_str_sub(line, 1, line.n);
        put_line(out, line, starts, how);
        if (end == DL_NO_POS) return;
        dl_buf_c(out, how->newline);
        at = end + 1;
        starts = true;
    }
}

static void put_href(dl_buf *out, dl_str href)
{
    dl_buf_c(out, "](<");
    for (size_t i = 0; i < href.n; i++) {
        if (strchr("\\<>", href.p[i]) != NULL) dl_buf_byte(out, '\\');
        dl_buf_byte(out, href.p[i]);
        if (is_reference(href, i)) dl_buf_c(out, "amp;");
    }
    dl_buf_c(out, ">)");
}

/* text[start, end) with its links. */
static void put_span(struct markdown *m, size_t start, size_t end, const struct setting *how)
{
    const dl_page_links *links = &m->page->links;
    dl_str text = m->page->text;
    size_t at = start;
    while (m->link < links->n && links->p[m->link].start < start)
        m->link++;
    for (; m->link < links->n && links->p[m->link].start < end; m->link++) {
        const struct dl_page_link *l = &links->p[m->link];
        if (l->start < at || l->end > end || l->end == l->start) continue;
        put_words(m->out, dl_str_sub(text, at, l->start), at == start, how);
        dl_buf_byte(m->out, '[');
        put_words(m->out, dl_str_sub(text, l->start, l->end), false, how);
        put_href(m->out, l->href);
        at = l->end;
    }
    put_words(m->out, dl_str_sub(text, at, end), at == start, how);
}

/* --- blocks --------------------------------------------------------------------------------- */

static void indent(dl_buf *out, size_t width)
{
    for (size_t i = 0; i < width; i++)
        dl_buf_byte(out, ' ');
}

static void put_heading(struct markdown *m, const struct dl_page_block *b)
{
    static const struct setting one_line = {" ", false};
    unsigned level = b->level < 2 ? 2 : b->level; /* the title is the first */
    for (unsigned i = 0; i < level && i < 6; i++)
        dl_buf_byte(m->out, '#');
    dl_buf_byte(m->out, ' ');
    put_span(m, b->start, b->end, &one_line);
}

static size_t put_list_mark(struct markdown *m, const struct dl_page_block *b)
{
    size_t before = m->out->n;
    if (b->number > 0)
        dl_buf_fmt(m->out, "%u%c ", b->number, m->other_marks ? ')' : '.');
    else
        dl_buf_c(m->out, m->other_marks ? "+ " : "- ");
    return m->out->n - before;
}

static void put_item(struct markdown *m, const struct dl_page_block *b)
{
    size_t width = 0;
    uint8_t level = b->level < LIST_DEPTH ? b->level : LIST_DEPTH - 1;
    for (uint8_t i = 0; i < level; i++)
        width += m->widths[i];
    if (b->goes_on) {
        width += m->widths[level];
        indent(m->out, width);
    } else {
        indent(m->out, width);
        m->widths[level] = put_list_mark(m, b);
        width += m->widths[level];
        for (uint8_t i = level + 1; i < LIST_DEPTH; i++)
            m->widths[i] = 0;
    }
    char newline[2 + 5 * LIST_DEPTH + 1 + 3] = "\\\n";
    size_t n = width < sizeof newline - 3 ? width : sizeof newline - 3;
    memset(newline + 2, ' ', n);
    newline[2 + n] = '\0';
    struct setting how = {newline, false};
    put_span(m, b->start, b->end, &how);
}

/* A fence longer than any within. */
static size_t fence_of(dl_str code)
{
    size_t most = FENCE_LEAST - 1, run = 0;
    for (size_t i = 0; i < code.n; i++) {
        run = code.p[i] == '`' ? run + 1 : 0;
        if (run > most) most = run;
    }
    return most + 1;
}

static void put_fence(dl_buf *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dl_buf_byte(out, '`');
}

static void put_code(struct markdown *m, const struct dl_page_block *b)
{
    dl_str code = dl_str_sub(m->page->text, b->start, b->end);
    size_t fence = fence_of(code);
    put_fence(m->out, fence);
    dl_buf_byte(m->out, '\n');
    dl_buf_str(m->out, code);
    dl_buf_byte(m->out, '\n');
    put_fence(m->out, fence);
}

/* --- tables --------------------------------------------------------------------------------- */

static size_t cells_of(dl_str row)
{
    size_t n = 1;
    for (size_t i = 0; i < row.n; i++)
        n += row.p[i] == '\t';
    return n;
}

/* Blocks from first on that are rows of its table, and the most cells that one of them has. */
static size_t rows_of(const struct dl_page *page, size_t first, size_t *ret_cells)
{
    size_t i = first;
    *ret_cells = 1;
    for (; i < page->blocks.n; i++) {
        const struct dl_page_block *b = &page->blocks.p[i];
        if (b->kind != DL_BLOCK_TABLE || (i > first && b->opens)) break;
        size_t cells = cells_of(dl_str_sub(page->text, b->start, b->end));
        if (cells > *ret_cells) *ret_cells = cells;
    }
    return i - first;
}

static void put_row(struct markdown *m, const struct dl_page_block *b, size_t cells)
{
    static const struct setting cell = {" ", true};
    size_t at = b->start;
    for (size_t i = 0; i < cells; i++) {
        dl_buf_c(m->out, "| ");
        if (at <= b->end) {
            dl_str rest = dl_str_sub(m->page->text, at, b->end);
            size_t tab = dl_str_chr(rest, '\t', 0), end = tab == DL_NO_POS ? b->end : at + tab;
            put_span(m, at, end, &cell);
            at = end + 1;
        }
        dl_buf_byte(m->out, ' ');
    }
    dl_buf_c(m->out, "|\n");
}

/* The first row stands as the head: Markdown has no table without one. */
static size_t put_table(struct markdown *m, size_t first)
{
    size_t cells, rows = rows_of(m->page, first, &cells);
    for (size_t i = 0; i < rows; i++) {
        put_row(m, &m->page->blocks.p[first + i], cells);
        for (size_t k = 0; i == 0 && k < cells; k++)
            dl_buf_c(m->out, k + 1 < cells ? "| --- " : "| --- |\n");
    }
    dl_buf_byte(m->out, '\n');
    return rows;
}

/* --- all ------------------------------------------------------------------------------------ */

static void put_block(struct markdown *m, const struct dl_page_block *b)
{
    static const struct setting plain = {"\\\n", false}, quoted = {"\\\n> ", false};
    switch (b->kind) {
    case DL_BLOCK_HEADING:
        put_heading(m, b);
        break;
    case DL_BLOCK_LIST_ITEM:
        put_item(m, b);
        break;
    case DL_BLOCK_CODE:
        put_code(m, b);
        break;
    case DL_BLOCK_QUOTE:
        dl_buf_c(m->out, "> ");
        put_span(m, b->start, b->end, &quoted);
        break;
    case DL_BLOCK_CAPTION:
        dl_buf_byte(m->out, '*');
        put_span(m, b->start, b->end, &plain);
        dl_buf_byte(m->out, '*');
        break;
    default:
        put_span(m, b->start, b->end, &plain);
    }
}

/* An entry of a live page begins at or before pos. */
static bool entry_begins(const struct markdown *m, size_t pos)
{
    return m->entry < m->page->items.n && m->page->items.p[m->entry].start <= pos;
}

/* A rule and the time above an entry. */
static void put_entries(struct markdown *m, dl_arena *arena, size_t pos)
{
    for (; entry_begins(m, pos); m->entry++) {
        dl_time t = m->page->items.p[m->entry].published;
        dl_buf_c(m->out, "---\n\n");
        if (dl_time_is_set(t))
            dl_buf_fmt(m->out, "*%.*s*\n\n", DL_FMT(dl_page_local_time(arena, t)));
    }
}

/* What stands between a block and the next. */
static const char *gap(const struct markdown *m, const struct dl_page_block *b,
                       const struct dl_page_block *next)
{
    if (next == NULL || next->kind != b->kind || entry_begins(m, next->start)) return "\n\n";
    if (b->kind == DL_BLOCK_QUOTE) return "\n>\n";
    bool same_list = b->kind == DL_BLOCK_LIST_ITEM && !next->goes_on;
    return same_list && (!next->opens || next->level > 0) ? "\n" : "\n\n";
}

static void put_line_of(dl_buf *out, const char *before, dl_str words, const char *after)
{
    static const struct setting one_line = {" ", false};
    if (words.n == 0) return;
    dl_buf_c(out, before);
    put_words(out, words, true, &one_line);
    dl_buf_c(out, after);
}

void dl_page_markdown(const struct dl_page *page, dl_arena *arena, dl_buf *out)
{
    struct markdown m = {.page = page, .out = out};
    put_line_of(out, "# ", page->title, "\n\n");
    put_line_of(out, "**", page->subtitle, "**\n\n");
    for (size_t i = 0; i < page->blocks.n;) {
        const struct dl_page_block *b = &page->blocks.p[i];
        put_entries(&m, arena, b->start);
        bool behind_list = i > 0 && page->blocks.p[i - 1].kind == DL_BLOCK_LIST_ITEM;
        if (b->kind == DL_BLOCK_TABLE) {
            i += put_table(&m, i);
            continue;
        }
        if (b->opens && b->level == 0) m.other_marks = behind_list && !m.other_marks;
        put_block(&m, b);
        i++;
        dl_buf_c(out, gap(&m, b, i < page->blocks.n ? &page->blocks.p[i] : NULL));
    }
}
