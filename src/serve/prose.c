#include "serve/prose.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "serve/words.h"

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

static enum dl_err add_edges(struct gather *g, struct dl_prose_edge edge, size_t start, size_t end)
{
    edge.pos = start;
    edge.opens = true;
    DL_TRY(dl_vec_push(g->arena, &g->edges, edge));
    edge.pos = end;
    edge.opens = false;
    return dl_vec_push(g->arena, &g->edges, edge);
}

static enum dl_err add_spans(struct gather *g, yyjson_val *spans, uint32_t statement,
                             enum dl_prose_kind kind, dl_str note)
{
    size_t i, max, start, end, last = DL_NO_POS;
    yyjson_val *span;
    yyjson_arr_foreach(spans, i, max, span)
    {
        if (!dl_prose_in_field(span, g->field) || !read_span(span, g->text, &start, &end)) continue;
        if (g->edges.n + 2 > 2 * DL_PROSE_MAX_MARKS) break;
        struct dl_prose_edge edge = {.statement = statement, .kind = (uint8_t)kind};
        DL_TRY(add_edges(g, edge, start, end));
        if (last == DL_NO_POS || end > g->edges.p[last].pos) last = g->edges.n - 1;
    }
    if (last == DL_NO_POS || kind == DL_PROSE_SOURCE) return DL_OK;
    g->edges.p[last].last = kind == DL_PROSE_CONTENT || note.n > 0;
    g->edges.p[last].note = note;
    return DL_OK;
}

static dl_str note_of(const struct dl_trace *t)
{
    if (t->unclear) return DL_STR("attribution unclear");
    if (t->legal_formula) return DL_STR("legal formula");
    return dl_words_hedge(dl_json_get_str(t->statement, "stance"),
                          dl_json_get_str(t->statement, "certainty"));
}

static enum dl_err add_statements(struct gather *g, const dl_traces *traces)
{
    dl_str none = {NULL, 0};
    for (size_t i = 0; i < traces->n; i++) {
        const struct dl_trace *t = &traces->p[i];
        yyjson_val *s = t->statement;
        uint32_t number = (uint32_t)i + 1;
        DL_TRY(add_spans(g, yyjson_obj_get(s, "content"), number, DL_PROSE_CONTENT, none));
        DL_TRY(add_spans(g, yyjson_obj_get(s, "cue"), number, DL_PROSE_CUE, note_of(t)));
        DL_TRY(add_spans(g, yyjson_obj_get(s, "source"), number, DL_PROSE_SOURCE, none));
    }
    return DL_OK;
}

/* --- sentences ------------------------------------------------------------------------------ */

static int by_start(const void *a, const void *b)
{
    const struct dl_trace_place *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

typedef DL_VEC(struct dl_trace_place) place_vec;

static enum dl_err add_place(struct gather *g, place_vec *places, const struct dl_trace_place *p)
{
    if (p->field != NULL || p->end <= p->start || p->end > g->text.n) return DL_OK;
    if (places->n > 0 && places->p[places->n - 1].start == p->start) return DL_OK;
    return dl_vec_push(g->arena, places, *p);
}

/* Sentences that somebody may be led to; they do not overlap. */
static enum dl_err add_sentences(struct gather *g, const dl_traces *traces)
{
    place_vec places = {0};
    size_t done = 0;
    for (size_t i = 0; i < traces->n && g->field == NULL; i++) {
        DL_TRY(add_place(g, &places, &traces->p[i].at));
        for (size_t k = 0; k < traces->p[i].hops.n; k++)
            DL_TRY(add_place(g, &places, &traces->p[i].hops.p[k].at));
    }
    if (places.n > 1) qsort(places.p, places.n, sizeof *places.p, by_start);
    for (size_t i = 0; i < places.n; i++) {
        if (places.p[i].start < done) continue;
        struct dl_prose_edge edge = {.kind = DL_PROSE_SENTENCE};
        DL_TRY(add_edges(g, edge, places.p[i].start, places.p[i].end));
        done = places.p[i].end;
    }
    return DL_OK;
}

/* At one place: what ends before what begins; a sentence ends last and begins first. */
static int by_position(const void *a, const void *b)
{
    const struct dl_prose_edge *x = a, *y = b;
    if (x->pos != y->pos) return x->pos < y->pos ? -1 : 1;
    if (x->opens != y->opens) return x->opens - y->opens;
    if ((x->kind == DL_PROSE_SENTENCE) != (y->kind == DL_PROSE_SENTENCE))
        return (x->kind == DL_PROSE_SENTENCE) == x->opens ? -1 : 1;
    if (x->statement != y->statement) return x->statement < y->statement ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

enum dl_err dl_prose_init(struct dl_prose *prose, dl_arena *arena, dl_str text, dl_str language,
                          const dl_traces *traces, const char *field)
{
    struct gather g = {.arena = arena, .text = text, .field = field};
    if (traces != NULL) {
        DL_TRY(add_statements(&g, traces));
        DL_TRY(add_sentences(&g, traces));
    }
    if (g.edges.n > 1) qsort(g.edges.p, g.edges.n, sizeof *g.edges.p, by_position);
    *prose =
        (struct dl_prose){.text = text, .language = language, .edges = g.edges.p, .n = g.edges.n};
    return DL_OK;
}

/* --- running text --------------------------------------------------------------------------- */

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

static void hedge(dl_html *h, dl_str note)
{
    DL_HTML(h, " <bdi class=\"hedge\" dir=\"ltr\" lang=\"en\">(");
    dl_html_text(h, note);
    DL_HTML(h, ")</bdi>");
}

static void sentence(dl_html *h, const struct dl_prose_edge *edge)
{
    if (!edge->opens) {
        DL_HTML(h, "</span>");
        return;
    }
    DL_HTML(h, "<span class=\"sentence\"");
    dl_buf_fmt(h->out, " id=\"s-%zu\">", edge->pos);
}

static void cross(struct dl_prose *prose, dl_html *h, bool shown)
{
    const struct dl_prose_edge *edge = &prose->edges[prose->at++];
    if (edge->opens)
        prose->depth[edge->kind]++;
    else if (prose->depth[edge->kind] > 0)
        prose->depth[edge->kind]--;
    if (!shown) return;
    if (edge->kind == DL_PROSE_SENTENCE)
        sentence(h, edge);
    else if (edge->last && edge->note.n > 0)
        hedge(h, edge->note);
    else if (edge->last)
        number(h, edge->statement);
}

/* Edges at `to` itself belong to this run when they close, to the next one when they open. A
 * sentence that goes on over the border of runs is opened again without its id. */
void dl_prose_run(struct dl_prose *prose, dl_html *h, size_t from, size_t to)
{
    while (prose->at < prose->n && prose->edges[prose->at].pos < from)
        cross(prose, h, false);
    size_t done = from;
    if (prose->depth[DL_PROSE_SENTENCE] > 0) DL_HTML(h, "<span class=\"sentence\">");
    while (prose->at < prose->n) {
        const struct dl_prose_edge *edge = &prose->edges[prose->at];
        if (edge->pos > to || (edge->pos == to && edge->opens)) break;
        styled(prose, h, done, edge->pos);
        done = edge->pos > done ? edge->pos : done;
        cross(prose, h, true);
    }
    styled(prose, h, done, to);
    if (prose->depth[DL_PROSE_SENTENCE] > 0) DL_HTML(h, "</span>");
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
        prose->shown = end;
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
        prose->shown = done = end;
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
