#include "serve/who_says.h"

#include "base/utf8.h"
#include "serve/words.h"

enum {
    STATEMENTS = 400, /* listed beside the text */
    QUOTE_BYTES = 200,
    SENTENCE_BYTES = 400,
};

static void foreign(dl_html *h, const struct dl_who_view *v, dl_str text, size_t max)
{
    dl_str cut = dl_utf8_prefix(text, max);
    DL_HTML(h, "<bdi");
    dl_html_lang(h, v->language);
    DL_HTML(h, ">");
    dl_html_text(h, cut);
    if (cut.n < text.n) DL_HTML(h, "\u2026");
    DL_HTML(h, "</bdi>");
}

/* A word or two each, parted by middle dots. */
static void part(dl_html *h, dl_str words, bool *first)
{
    if (words.n == 0) return;
    if (!*first) DL_HTML(h, " \u00b7 ");
    dl_html_text(h, words);
    *first = false;
}

static bool in_shown_text(const struct dl_who_view *v, const struct dl_trace_place *at)
{
    return at->end > at->start && at->field == NULL && at->end <= v->text_shown;
}

static bool is_quoted(const struct dl_who_view *v, const struct dl_trace *t)
{
    if (t->sentence.n == 0 || !v->quotes) return false;
    return t->unclear || (t->at.field == NULL && !in_shown_text(v, &t->at));
}

/* Does the page show the sentence, in the headline, the text, or quoted with this statement? */
static bool is_shown(const struct dl_who_view *v, const struct dl_trace *t,
                     const struct dl_trace_place *at)
{
    if (at->end <= at->start) return false;
    return at->field != NULL || in_shown_text(v, at) ||
           (is_quoted(v, t) && at->start == t->at.start);
}

static void lead_to(dl_html *h, const struct dl_who_view *v, const struct dl_trace_place *at,
                    size_t number)
{
    if (at->field != NULL)
        DL_ATTR(h, "href",
                strcmp(at->field, "title") == 0 ? DL_STR("#title") : DL_STR("#subtitle"));
    else if (in_shown_text(v, at))
        dl_buf_fmt(h->out, " href=\"#s-%zu\"", at->start);
    else
        dl_buf_fmt(h->out, " href=\"#q-%zu\"", number);
}

/* --- chains --------------------------------------------------------------------------------- */

static void hop_words(dl_html *h, const struct dl_who_view *v, const struct dl_trace_hop *hop,
                      size_t i)
{
    dl_str class = dl_words_source_class(hop->class);
    if (hop->text.n > 0)
        foreign(h, v, hop->text, QUOTE_BYTES);
    else if (i == 0)
        DL_HTML(h, "the outlet");
    else
        dl_html_text(h, class.n > 0 ? class : DL_STR("a source without words"));
}

static void hop_facts(dl_html *h, const struct dl_who_view *v, const struct dl_trace_hop *hop)
{
    bool first = true;
    DL_HTML(h, " <span class=\"muted\">");
    part(h, dl_words_source_class(hop->class), &first);
    part(h, dl_words_anonymity(hop->anonymity), &first);
    if (hop->pronoun) part(h, DL_STR("a pronoun"), &first);
    if (hop->on_behalf_of.n > 0) {
        part(h, DL_STR("speaks for "), &first);
        foreign(h, v, hop->on_behalf_of, QUOTE_BYTES);
    }
    DL_HTML(h, "</span>");
    if (hop->cue.n == 0) return;
    DL_HTML(h, " <span class=\"cue\">");
    foreign(h, v, hop->cue, QUOTE_BYTES);
    DL_HTML(h, "</span>");
}

static void chain(dl_html *h, const struct dl_who_view *v, const struct dl_trace *t, size_t number)
{
    DL_HTML(h, "<ol class=\"chain\" aria-label=\"From the outlet to the origin\">");
    for (size_t i = 0; i < t->hops.n; i++) {
        const struct dl_trace_hop *hop = &t->hops.p[i];
        bool linked = i > 0 && is_shown(v, t, &hop->at);
        DL_HTML(h, "<li>");
        if (i > 0) DL_HTML(h, "<span aria-hidden=\"true\">\u2190 </span>");
        if (linked) {
            DL_HTML(h, "<a");
            lead_to(h, v, &hop->at, number);
            DL_HTML(h, ">");
        }
        hop_words(h, v, hop, i);
        if (linked) DL_HTML(h, "</a>");
        if (i > 0) hop_facts(h, v, hop);
        DL_HTML(h, "</li>");
    }
    DL_HTML(h, "</ol>");
}

/* --- one statement -------------------------------------------------------------------------- */

static void facts(dl_html *h, const struct dl_trace *t)
{
    bool first = true;
    DL_HTML(h, "<p class=\"muted\">");
    if (t->at.field != NULL)
        part(h,
             strcmp(t->at.field, "title") == 0 ? DL_STR("in the headline") : DL_STR("in the deck"),
             &first);
    part(h, dl_words_quote(dl_json_get_str(t->statement, "quote")), &first);
    part(h, dl_words_certainty(dl_json_get_str(t->statement, "certainty")), &first);
    part(h, dl_words_stance(dl_json_get_str(t->statement, "stance")), &first);
    DL_HTML(h, "</p>");
}

static void inside_of(dl_html *h, const struct dl_trace *t)
{
    if (t->parent < 0) return;
    DL_HTML(h, "<p class=\"muted\">Said within <a");
    dl_buf_fmt(h->out, " href=\"#st-%d\">statement %d</a>.</p>", t->parent + 1, t->parent + 1);
}

static void denial(dl_html *h, const struct dl_who_view *v, const struct dl_trace *t)
{
    if (!t->denied) return;
    DL_HTML(h, "<p><b><span aria-hidden=\"true\">\u2715 </span>Denied</b>");
    if (t->source.n > 0) {
        DL_HTML(h, " by ");
        foreign(h, v, t->source, QUOTE_BYTES);
    }
    DL_HTML(h, "</p>");
}

static void evidence(dl_html *h, const struct dl_who_view *v, const struct dl_trace *t)
{
    if (t->evidence.n == 0) return;
    DL_HTML(h, "<ul class=\"evidence\" aria-label=\"Evidence\">");
    for (size_t i = 0; i < t->evidence.n; i++) {
        const struct dl_trace_evidence *e = &t->evidence.p[i];
        DL_HTML(h, "<li>Evidence: <b>");
        dl_html_text(h, dl_words_evidence(e->kind));
        DL_HTML(h, "</b>");
        if (e->words.n > 0) {
            DL_HTML(h, " \u201c");
            foreign(h, v, e->words, QUOTE_BYTES);
            DL_HTML(h, "\u201d");
        }
        DL_HTML(h, "; ");
        dl_html_text(h, dl_words_check((int)e->check));
        DL_HTML(h, "</li>");
    }
    DL_HTML(h, "</ul>");
}

static void sentence(dl_html *h, const struct dl_who_view *v, const struct dl_trace *t,
                     size_t number)
{
    if (t->unclear) {
        DL_HTML(h, "<p class=\"unclear\"><b>Attribution unclear.</b> Who says this is not certain; "
                   "read the sentence");
        if (in_shown_text(v, &t->at)) {
            DL_HTML(h, " <a");
            lead_to(h, v, &t->at, number);
            DL_HTML(h, ">in the text</a>");
        }
        DL_HTML(h, ".</p>");
    }
    if (!is_quoted(v, t)) return;
    DL_HTML(h, "<blockquote");
    dl_buf_fmt(h->out, " id=\"q-%zu\">", number);
    foreign(h, v, t->sentence, SENTENCE_BYTES);
    DL_HTML(h, "</blockquote>");
}

static void found_by(dl_html *h, const struct dl_trace *t)
{
    dl_str rule = dl_json_get_str(t->statement, "rule"), words = dl_words_rule(rule);
    if (rule.n == 0) return;
    DL_HTML(h, "<p class=\"muted\">Read by a machine: ");
    dl_html_text(h, words);
    if (!dl_str_eq(words, rule)) {
        DL_HTML(h, " (<code>");
        dl_html_text(h, rule);
        DL_HTML(h, "</code>)");
    }
    DL_HTML(h, ", score ");
    dl_html_fixed(h, dl_json_get_num(t->statement, "score", 1), 2);
    DL_HTML(h, "</p>");
}

static void item(dl_html *h, const struct dl_who_view *v, const struct dl_trace *t, size_t number)
{
    DL_HTML(h, "<li");
    dl_buf_fmt(h->out, " id=\"st-%zu\"><p><b class=\"n\">%zu</b> ", number, number);
    DL_HTML(h, "<span class=\"says\">");
    foreign(h, v, t->content.n > 0 ? t->content : t->sentence, QUOTE_BYTES);
    DL_HTML(h, "</span></p>");
    inside_of(h, t);
    if (t->traced || t->voice == DL_VOICE_SOURCE) chain(h, v, t, number);
    if (!t->traced && t->voice == DL_VOICE_SOURCE)
        DL_HTML(h, "<p>No source is given: not traced.</p>");
    denial(h, v, t);
    facts(h, t);
    if (t->legal_formula)
        DL_HTML(h, "<p>\u201cAlleged\u201d and its like are a legal formula here: a suspect is "
                   "innocent until a verdict. It tells nothing of what the outlet thinks.</p>");
    evidence(h, v, t);
    sentence(h, v, t, number);
    found_by(h, t);
    DL_HTML(h, "</li>\n");
}

/* --- the lists ------------------------------------------------------------------------------ */

static size_t count(const dl_traces *traces, enum dl_trace_voice voice)
{
    size_t n = 0;
    for (size_t i = 0; i < traces->n && i < STATEMENTS; i++)
        n += traces->p[i].voice == voice;
    return n;
}

static void list(dl_html *h, const struct dl_who_view *v, enum dl_trace_voice voice)
{
    if (count(v->traces, voice) == 0) return;
    DL_HTML(h, "<ol class=\"statements\">\n");
    for (size_t i = 0; i < v->traces->n && i < STATEMENTS; i++)
        if (v->traces->p[i].voice == voice) item(h, v, &v->traces->p[i], i + 1);
    DL_HTML(h, "</ol>\n");
}

/* " · denied: 4, 7" */
static void which(dl_html *h, const struct dl_who_view *v, const char *name,
                  bool (*is)(const struct dl_trace *t))
{
    size_t n = 0;
    for (size_t i = 0; i < v->traces->n && i < STATEMENTS; i++) {
        if (!is(&v->traces->p[i])) continue;
        if (n++ == 0) {
            DL_HTML(h, " \u00b7 ");
            dl_html_c(h, name);
            DL_HTML(h, ": ");
        } else {
            DL_HTML(h, ", ");
        }
        DL_HTML(h, "<a");
        dl_buf_fmt(h->out, " href=\"#st-%zu\">%zu</a>", i + 1, i + 1);
    }
}

static bool is_denied(const struct dl_trace *t)
{
    return t->denied;
}

static bool is_unclear(const struct dl_trace *t)
{
    return t->unclear;
}

static void summary(dl_html *h, const struct dl_who_view *v)
{
    size_t traced = 0;
    for (size_t i = 0; i < v->traces->n; i++)
        traced += v->traces->p[i].traced && !v->traces->p[i].unclear;
    DL_HTML(h, "<p class=\"muted\">");
    dl_html_int(h, (int64_t)v->traces->n);
    dl_html_c(h, v->traces->n == 1 ? " statement" : " statements");
    DL_HTML(h, ", ");
    dl_html_int(h, (int64_t)traced);
    DL_HTML(h, " with a source behind the outlet");
    which(h, v, "denied", is_denied);
    which(h, v, "attribution unclear", is_unclear);
    if (v->traces->n > STATEMENTS) {
        DL_HTML(h, " \u00b7 the first ");
        dl_html_int(h, STATEMENTS);
        DL_HTML(h, " are listed");
    }
    DL_HTML(h, "</p>\n");
}

void dl_who_says(dl_html *h, const struct dl_who_view *v)
{
    DL_HTML(h, "<section aria-labelledby=\"statements\"><h2 id=\"statements\">Who says so</h2>\n");
    if (v->traces->n == 0) {
        DL_HTML(h, "<p class=\"muted\">No statements were found. Not found does not mean that "
                   "none are there.</p></section>\n");
        return;
    }
    summary(h, v);
    list(h, v, DL_VOICE_SOURCE);
    if (count(v->traces, DL_VOICE_OUTLET) > 0)
        DL_HTML(h, "<h3 id=\"own-voice\">In the outlet's own voice</h3>\n");
    list(h, v, DL_VOICE_OUTLET);
    if (count(v->traces, DL_VOICE_ANALYSIS) > 0)
        DL_HTML(h, "<h3 id=\"analysis\">The outlet's own analysis</h3>\n<p class=\"muted\">What "
                   "the outlet concludes, not what it reports.</p>\n");
    list(h, v, DL_VOICE_ANALYSIS);
    DL_HTML(h, "</section>\n");
}
