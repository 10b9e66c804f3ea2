#include "cmd/trace_text.h"

#include "serve/words.h"

#define IN_THAT "in that:"
enum { INDENT = 5, STEP = 4 /* columns for each level of the tree */ };

static void put_fact(struct dl_term *t, bool *first, dl_str words)
{
    if (words.n == 0) return;
    if (!*first) dl_buf_c(t->out, " · ");
    dl_term_text(t, words);
    *first = false;
}

/* First seen by one way in: an interval, never a moment. */
static void put_sighting(struct dl_term *t, const struct dl_store_sighting *s)
{
    dl_buf_c(t->out, "\n  first seen ");
    if (s->seen_after_ms > 0) {
        dl_buf_c(t->out, "between ");
        dl_term_when(t, s->seen_after_ms);
        dl_buf_c(t->out, " and ");
    } else {
        dl_buf_c(t->out, "by ");
    }
    dl_term_when(t, s->seen_by_ms);
    dl_buf_c(t->out, " · ");
    dl_term_text(t, dl_words_channel(s->channel));
}

void dl_trace_text_head(struct dl_term *t, dl_arena *arena, const struct dl_store_document *d)
{
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, 0, 0, d->title.n > 0 ? d->title : DL_STR("(without a title)"));
    dl_term_plain(t);
    dl_str published = d->published.n > 0
                           ? dl_str_fmt(arena, "published %.*s", DL_FMT(d->published))
                           : (dl_str){NULL, 0};
    bool first = true;
    dl_buf_c(t->out, "  ");
    put_fact(t, &first, d->outlet_name.n > 0 ? d->outlet_name : d->outlet);
    put_fact(t, &first, d->country);
    put_fact(t, &first, d->language);
    put_fact(t, &first, published);
    dl_term_style(t, DL_STYLE_FAINT);
    for (size_t i = 0; i < d->sightings.n; i++)
        put_sighting(t, &d->sightings.p[i]);
    if (d->document > 0) {
        dl_buf_c(t->out, "\n  document ");
        dl_term_id(t, &d->id);
    }
    if (d->has_story) {
        dl_buf_c(t->out, " · story ");
        dl_term_id(t, &d->story);
    }
    dl_buf_c(t->out, "\n");
    if (d->url.n > 0) {
        dl_buf_c(t->out, "  ");
        dl_term_text(t, d->url);
        dl_buf_c(t->out, "\n");
    }
    dl_term_plain(t);
}

/* --- statements ----------------------------------------------------------------------------- */

static void put_blanks(struct dl_term *t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dl_buf_c(t->out, " ");
}

/* "official, named, speaks for the port authority" */
static void who_in_words(dl_buf *out, const struct dl_trace_hop *hop)
{
    dl_str parts[] = {dl_words_source_class(hop->class), dl_words_anonymity(hop->anonymity),
                      hop->pronoun ? DL_STR("a pronoun") : (dl_str){NULL, 0}};
    bool first = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].n == 0) continue;
        dl_buf_c(out, first ? " (" : ", ");
        dl_buf_str(out, parts[i]);
        first = false;
    }
    if (hop->on_behalf_of.n > 0) {
        dl_buf_c(out, first ? " (speaks for " : ", speaks for ");
        dl_buf_str(out, hop->on_behalf_of);
        first = false;
    }
    if (!first) dl_buf_c(out, ")");
}

static void put_hop(struct dl_term *t, size_t indent, size_t number, const struct dl_trace_hop *hop)
{
    dl_str class = dl_words_source_class(hop->class);
    dl_buf line = DL_BUF_INIT(1 << 20);
    if (number > 0) dl_buf_c(&line, "← ");
    if (hop->text.n > 0)
        dl_buf_str(&line, hop->text);
    else if (number == 0)
        dl_buf_c(&line, "the outlet");
    else
        dl_buf_str(&line, class.n > 0 ? class : DL_STR("a source without words"));
    if (number > 0 && hop->text.n > 0) who_in_words(&line, hop);
    if (number > 0 && hop->cue.n > 0) dl_buf_fmt(&line, ", \"%.*s\"", DL_FMT(hop->cue));
    put_blanks(t, indent - 1);
    dl_term_wrap(t, indent + 2, indent - 1, dl_buf_slice(&line));
    dl_buf_free(&line);
}

/* Then it need not be shown twice. */
static bool is_whole_sentence(const struct dl_trace *s)
{
    return s->content.n > 0 && s->sentence.n >= s->content.n &&
           s->sentence.n <= s->content.n + sizeof "\u3002" - 1 &&
           memcmp(s->sentence.p, s->content.p, s->content.n) == 0;
}

static enum dl_style style_of(dl_str stance)
{
    if (dl_str_eq_c(stance, "denied")) return DL_STYLE_BAD;
    if (dl_str_eq_c(stance, "endorsed")) return DL_STYLE_GOOD;
    bool kept_off = dl_str_eq_c(stance, "distanced") || dl_str_eq_c(stance, "hearsay") ||
                    dl_str_eq_c(stance, "disowned");
    return kept_off ? DL_STYLE_WARN : DL_STYLE_COUNT;
}

/* Facts flow over lines, each whole. */
struct flow {
    struct dl_term *t;
    size_t indent, used;
};

static void flow(struct flow *f, enum dl_style style, dl_str words)
{
    size_t columns = dl_term_columns(words);
    if (words.n == 0) return;
    if (f->used == 0) {
        put_blanks(f->t, f->indent);
        f->used = f->indent;
    } else if (f->used + 3 + columns > f->t->width) {
        dl_buf_c(f->t->out, "\n");
        put_blanks(f->t, f->indent);
        f->used = f->indent;
    } else {
        dl_buf_c(f->t->out, " · ");
        f->used += 3;
    }
    f->used += columns;
    if (style == DL_STYLE_COUNT)
        dl_term_text(f->t, words);
    else
        dl_term_styled(f->t, style, words);
}

static void put_facts(struct dl_term *t, size_t indent, const struct dl_trace *s)
{
    struct flow f = {t, indent, 0};
    dl_str stance = dl_json_get_str(s->statement, "stance");
    if (s->at.field != NULL)
        flow(&f, DL_STYLE_COUNT,
             strcmp(s->at.field, "title") == 0 ? DL_STR("in the headline") : DL_STR("in the deck"));
    if (s->voice == DL_VOICE_ANALYSIS)
        flow(&f, DL_STYLE_COUNT, DL_STR("the outlet's own analysis"));
    if (s->unclear)
        flow(&f, DL_STYLE_WARN, DL_STR("attribution unclear: read the sentence"));
    else
        flow(&f, DL_STYLE_COUNT, s->traced ? DL_STR("traced") : DL_STR("not traced"));
    flow(&f, DL_STYLE_COUNT, dl_words_certainty(dl_json_get_str(s->statement, "certainty")));
    flow(&f, style_of(stance), dl_words_stance(stance));
    flow(&f, DL_STYLE_COUNT, dl_words_quote(dl_json_get_str(s->statement, "quote")));
    if (s->legal_formula)
        flow(&f, DL_STYLE_COUNT, DL_STR("\"alleged\" of a suspect: a legal formula"));
    dl_buf_c(t->out, "\n");
}

static void put_evidence(struct dl_term *t, size_t indent, const struct dl_trace_evidence *e)
{
    dl_str kind = dl_words_evidence(e->kind);
    put_blanks(t, indent);
    dl_buf_c(t->out, "evidence: ");
    dl_term_text(t, kind);
    if (e->words.n > 0 && !dl_str_eq(e->words, kind)) {
        dl_buf_c(t->out, " \"");
        dl_term_text(t, e->words);
        dl_buf_c(t->out, "\"");
    }
    dl_buf_c(t->out, "; ");
    dl_term_text(t, dl_words_check((int)e->check));
    dl_buf_c(t->out, "\n");
}

void dl_trace_text_statement(struct dl_term *t, dl_arena *arena, size_t number, size_t depth,
                             const struct dl_trace *s)
{
    size_t indent = INDENT + STEP * depth;
    dl_buf_c(t->out, "\n");
    put_blanks(t, indent - INDENT);
    dl_buf_fmt(t->out, "%3zu ", number);
    if (depth > 0) dl_buf_c(t->out, IN_THAT);
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, indent, indent - 1 + (depth > 0 ? sizeof IN_THAT - 1 : 0),
                 s->content.n > 0 ? s->content : DL_STR("(no words marked)"));
    dl_term_plain(t);
    for (size_t i = 0; i < s->hops.n; i++)
        put_hop(t, indent, i, &s->hops.p[i]);
    put_facts(t, indent, s);
    for (size_t i = 0; i < s->evidence.n; i++)
        put_evidence(t, indent, &s->evidence.p[i]);
    if (s->sentence.n == 0 || (is_whole_sentence(s) && !s->unclear)) return;
    dl_term_style(t, DL_STYLE_FAINT);
    dl_term_wrap(t, indent, 0, dl_str_fmt(arena, "“%.*s”", DL_FMT(s->sentence)));
    dl_term_plain(t);
}

static enum dl_err put_traces(struct dl_term *t, dl_arena *arena, const dl_traces *traces, bool all)
{
    size_t own = 0;
    dl_trace_tree tree;
    DL_TRY(dl_trace_order(arena, traces, &tree));
    for (size_t k = 0; k < tree.n; k++) {
        const struct dl_trace *s = &traces->p[tree.p[k].index];
        if (!all && s->voice != DL_VOICE_SOURCE)
            own++;
        else
            dl_trace_text_statement(t, arena, tree.p[k].index + 1u, tree.p[k].depth, s);
    }
    if (own == 0) return DL_OK;
    dl_buf_c(t->out, "\n     ");
    dl_term_count(t, (int64_t)own, "statement is", "statements are");
    dl_buf_c(t->out, " in the outlet's own voice; --all shows them\n");
    return DL_OK;
}

enum dl_err dl_trace_text_read(dl_arena *arena, const struct dl_store_document *d,
                               dl_traces *ret_traces)
{
    struct dl_trace_text text = {d->title, d->subtitle, d->text,
                                 d->outlet_name.n > 0 ? d->outlet_name : d->outlet};
    yyjson_doc *analyse = NULL;
    if (d->analyse.n > 0) DL_TRY(dl_json_read(arena, d->analyse, &analyse, NULL));
    return dl_trace_read(arena, &text, yyjson_doc_get_root(analyse), ret_traces);
}

enum dl_err dl_trace_text_put(struct dl_term *t, dl_arena *arena, const struct dl_store_document *d,
                              bool all, size_t *statements)
{
    dl_traces traces;
    DL_TRY(dl_trace_text_read(arena, d, &traces));
    dl_trace_text_head(t, arena, d);
    *statements += traces.n;
    return put_traces(t, arena, &traces, all);
}
