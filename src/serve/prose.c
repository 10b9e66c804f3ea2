#include "serve/prose.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"

typedef DL_VEC(struct dl_prose_edge) edge_vec;

bool dl_prose_in_field(yyjson_val *span, const char *field)
{
    dl_str in = dl_json_get_str(span, "in");
    return field == NULL ? in.n == 0 || dl_str_eq_c(in, "text") : dl_str_eq_c(in, field);
}

static bool read_span(yyjson_val *span, dl_str text, size_t *ret_start, size_t *ret_end)
{
    int64_t start = dl_json_get_int(span, "start", -1), end = dl_json_get_int(span, "end", -1);
    if (start < 0 || end <= start || (uint64_t)end > text.n) return false;
    if (!dl_utf8_is_border(text, (size_t)start) || !dl_utf8_is_border(text, (size_t)end))
        return false;
    *ret_start = (size_t)start;
    *ret_end = (size_t)end;
    return true;
}

struct gather {
    dl_arena *arena;
    dl_str text;
    const char *field;
    edge_vec edges;
};

static enum dl_err add_spans(struct gather *g, yyjson_val *spans, uint32_t statement,
                             enum dl_prose_kind kind)
{
    size_t i, max, start, end, last = DL_NO_POS;
    yyjson_val *span;
    yyjson_arr_foreach(spans, i, max, span)
    {
        if (!dl_prose_in_field(span, g->field) || !read_span(span, g->text, &start, &end)) continue;
        if (g->edges.n + 2 > 2 * DL_PROSE_MAX_MARKS) break;
        struct dl_prose_edge edge = {.pos = start, .statement = statement, .kind = (uint8_t)kind};
        edge.opens = true;
        DL_TRY(dl_vec_push(g->arena, &g->edges, edge));
        edge.opens = false;
        edge.pos = end;
        DL_TRY(dl_vec_push(g->arena, &g->edges, edge));
        if (last == DL_NO_POS || end > g->edges.p[last].pos) last = g->edges.n - 1;
    }
    if (kind == DL_PROSE_CONTENT && last != DL_NO_POS) g->edges.p[last].last = true;
    return DL_OK;
}

static int by_position(const void *a, const void *b)
{
    const struct dl_prose_edge *x = a, *y = b;
    if (x->pos != y->pos) return x->pos < y->pos ? -1 : 1;
    if (x->opens != y->opens) return x->opens - y->opens; /* close before open */
    if (x->statement != y->statement) return x->statement < y->statement ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

enum dl_err dl_prose_init(struct dl_prose *prose, dl_arena *arena, dl_str text, dl_str language,
                          yyjson_val *statements, const char *field)
{
    struct gather g = {.arena = arena, .text = text, .field = field};
    size_t i, max;
    yyjson_val *statement;
    yyjson_arr_foreach(statements, i, max, statement)
    {
        uint32_t number = (uint32_t)i + 1;
        DL_TRY(add_spans(&g, yyjson_obj_get(statement, "content"), number, DL_PROSE_CONTENT));
        DL_TRY(add_spans(&g, yyjson_obj_get(statement, "cue"), number, DL_PROSE_CUE));
        DL_TRY(add_spans(&g, yyjson_obj_get(statement, "source"), number, DL_PROSE_SOURCE));
    }
    if (g.edges.n > 1) qsort(g.edges.p, g.edges.n, sizeof *g.edges.p, by_position);
    *prose =
        (struct dl_prose){.text = text, .language = language, .edges = g.edges.p, .n = g.edges.n};
    return DL_OK;
}

static void styled(const struct dl_prose *prose, dl_html *h, size_t from, size_t to)
{
    if (from >= to) return;
    dl_str words = dl_str_sub(prose->text, from, to);
    bool content = prose->depth[DL_PROSE_CONTENT] > 0, cue = prose->depth[DL_PROSE_CUE] > 0;
    bool source = prose->depth[DL_PROSE_SOURCE] > 0;
    if (!content && !cue && !source) {
        dl_html_text(h, words);
        return;
    }
    if (content) DL_HTML(h, "<span class=\"says\">");
    if (source) DL_HTML(h, "<span class=\"who\">");
    if (cue) DL_HTML(h, "<span class=\"cue\">");
    dl_html_text(h, words);
    if (cue) DL_HTML(h, "</span>");
    if (source) DL_HTML(h, "</span>");
    if (content) DL_HTML(h, "</span>");
}

static void number(dl_html *h, uint32_t statement)
{
    DL_HTML(h, "<a class=\"ref\" dir=\"ltr\" lang=\"en\"");
    dl_buf_fmt(h->out, " href=\"#st-%u\" aria-label=\"statement %u\">%u</a>", statement, statement,
               statement);
}

static void cross(struct dl_prose *prose, dl_html *h, bool shown)
{
    const struct dl_prose_edge *edge = &prose->edges[prose->at++];
    if (edge->opens)
        prose->depth[edge->kind]++;
    else if (prose->depth[edge->kind] > 0)
        prose->depth[edge->kind]--;
    if (edge->last && shown) number(h, edge->statement);
}

/* Edges at `to` itself belong to this run when they close, to the next one when they open. */
void dl_prose_run(struct dl_prose *prose, dl_html *h, size_t from, size_t to)
{
    while (prose->at < prose->n && prose->edges[prose->at].pos < from)
        cross(prose, h, false);
    size_t done = from;
    while (prose->at < prose->n) {
        const struct dl_prose_edge *edge = &prose->edges[prose->at];
        if (edge->pos > to || (edge->pos == to && edge->opens)) break;
        styled(prose, h, done, edge->pos);
        done = edge->pos > done ? edge->pos : done;
        cross(prose, h, true);
    }
    styled(prose, h, done, to);
}

enum block { PARAGRAPH, HEADING, LIST_ITEM, QUOTE, CODE, ROW };

static enum block block_kind(dl_str name)
{
    if (dl_str_eq_c(name, "heading")) return HEADING;
    if (dl_str_eq_c(name, "list_item")) return LIST_ITEM;
    if (dl_str_eq_c(name, "quote")) return QUOTE;
    if (dl_str_eq_c(name, "code")) return CODE;
    return dl_str_eq_c(name, "table") ? ROW : PARAGRAPH;
}

/* Items that follow each other are one list, rows one table. */
static void open_group(dl_html *h, enum block kind)
{
    if (kind == LIST_ITEM) DL_HTML(h, "<ul class=\"items\">\n");
    if (kind == ROW)
        DL_HTML(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"Table\"><table class=\"cells\">\n");
}

static void close_group(dl_html *h, enum block kind)
{
    if (kind == LIST_ITEM) DL_HTML(h, "</ul>\n");
    if (kind == ROW) DL_HTML(h, "</table></div>\n");
}

/* Cells are parted by tabs. */
static void row(struct dl_prose *prose, dl_html *h, size_t from, size_t to)
{
    DL_HTML(h, "<tr>");
    for (size_t at = from; at <= to;) {
        size_t tab = dl_str_chr(dl_str_sub(prose->text, 0, to), '\t', at);
        size_t end = tab == DL_NO_POS ? to : tab;
        DL_HTML(h, "<td");
        dl_html_lang(h, prose->language);
        DL_HTML(h, ">");
        dl_prose_run(prose, h, at, end);
        DL_HTML(h, "</td>");
        at = end + 1;
    }
    DL_HTML(h, "</tr>\n");
}

static void one_block(struct dl_prose *prose, dl_html *h, enum block kind, size_t from, size_t to)
{
    if (kind == ROW) {
        row(prose, h, from, to);
        return;
    }
    switch (kind) {
    case HEADING:
        DL_HTML(h, "<h3");
        break;
    case LIST_ITEM:
        DL_HTML(h, "<li");
        break;
    case QUOTE:
        DL_HTML(h, "<blockquote");
        break;
    case CODE:
        DL_HTML(h, "<pre tabindex=\"0\"");
        break;
    default:
        DL_HTML(h, "<p");
        break;
    }
    dl_html_lang(h, prose->language);
    DL_HTML(h, ">");
    dl_prose_run(prose, h, from, to);
    switch (kind) {
    case HEADING:
        DL_HTML(h, "</h3>\n");
        break;
    case LIST_ITEM:
        DL_HTML(h, "</li>\n");
        break;
    case QUOTE:
        DL_HTML(h, "</blockquote>\n");
        break;
    case CODE:
        DL_HTML(h, "</pre>\n");
        break;
    default:
        DL_HTML(h, "</p>\n");
        break;
    }
}

/* [from, to) by blank lines; stops before a paragraph that would pass `limit`. */
static bool by_blank_lines(struct dl_prose *prose, dl_html *h, size_t from, size_t to, size_t limit)
{
    while (from < to) {
        size_t end = dl_str_find_c(dl_str_sub(prose->text, 0, to), "\n\n", from);
        if (end == DL_NO_POS) end = to;
        if (end > limit) return true;
        if (end > from) one_block(prose, h, PARAGRAPH, from, end);
        for (from = end; from < to && prose->text.p[from] == '\n';)
            from++;
    }
    return false;
}

bool dl_prose_blocks(struct dl_prose *prose, dl_html *h, yyjson_val *blocks, size_t max_bytes)
{
    size_t i, max, start, end, done = 0;
    enum block group = PARAGRAPH;
    bool cut = false;
    yyjson_val *block;
    yyjson_arr_foreach(blocks, i, max, block)
    {
        if (!read_span(block, prose->text, &start, &end) || start < done) continue;
        enum block kind = block_kind(dl_json_get_str(block, "kind"));
        bool goes_on = kind == group && start - done <= 2; /* a blank line */
        if (!goes_on) close_group(h, group), group = PARAGRAPH;
        cut = by_blank_lines(prose, h, done, start, max_bytes) || end > max_bytes;
        if (cut) break;
        if (!goes_on) open_group(h, group = kind);
        one_block(prose, h, kind, start, end);
        done = end;
    }
    close_group(h, group);
    return cut || by_blank_lines(prose, h, done, prose->text.n, max_bytes);
}

void dl_prose_quote(dl_html *h, dl_str text, yyjson_val *spans, dl_str language, size_t max_bytes)
{
    size_t i, max, start, end;
    bool first = true;
    yyjson_val *span;
    DL_HTML(h, "<bdi");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    yyjson_arr_foreach(spans, i, max, span)
    {
        if (max_bytes == 0 || !read_span(span, text, &start, &end)) continue;
        if (!first) DL_HTML(h, " \u2026 ");
        dl_str words = dl_str_sub(text, start, end), cut = dl_utf8_prefix(words, max_bytes);
        dl_html_text(h, cut);
        if (cut.n < words.n) DL_HTML(h, "\u2026");
        max_bytes = cut.n < words.n ? 0 : max_bytes - cut.n;
        first = false;
    }
    DL_HTML(h, "</bdi>");
}
