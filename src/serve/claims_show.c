#include "serve/claims_show.h"

#include "base/utf8.h"
#include "serve/svg.h"
#include "serve/words.h"

enum { QUOTE_BYTES = 280 /* of a wording: a short quote, the rest is at its document */ };

static const dl_str no_language = {NULL, 0};

static dl_str outlet_of(const struct dl_store_member *m)
{
    return m->outlet_name.n > 0 ? m->outlet_name : m->outlet;
}

/* --- numbers --------------------------------------------------------------------------------- */

void dl_show_origins(dl_html *h, const struct dl_store_claim *c)
{
    if (c->origins_max == 0) {
        dl_html_c(h, c->circular ? "no independent origin: a circle of citations"
                                 : "no independent origin");
        return;
    }
    if (c->origins_min == c->origins_max) {
        dl_view_count(h, c->origins_max, "independent origin", "independent origins");
        return;
    }
    DL_HTML(h, "<b>");
    dl_html_int(h, c->origins_min);
    DL_HTML(h, " to ");
    dl_html_int(h, c->origins_max);
    DL_HTML(h, "</b> independent origins");
}

static void count_item(dl_html *h, int64_t number, const char *one, const char *many)
{
    if (number == 0) return;
    DL_HTML(h, "<li>");
    dl_view_count(h, number, one, many);
    DL_HTML(h, "</li>");
}

void dl_show_claim_counts(dl_html *h, const struct dl_store_claim *c)
{
    DL_HTML(h, "<ul class=\"counts\"><li class=\"origins\">");
    dl_show_origins(h, c);
    DL_HTML(h, "</li>");
    count_item(h, c->documents, "document", "documents");
    count_item(h, c->copies, "copy", "copies");
    count_item(h, c->outlets, "outlet", "outlets");
    count_item(h, c->denials, "document carries a denial", "documents carry a denial");
    count_item(h, c->hardened, "wording firmer than before", "wordings firmer than before");
    count_item(h, c->softened, "wording softer than before", "wordings softer than before");
    DL_HTML(h, "</ul>");
}

void dl_show_quote(dl_html *h, dl_str language, dl_str text)
{
    dl_str shown = dl_utf8_prefix(text, QUOTE_BYTES);
    if (text.n == 0) {
        DL_HTML(h, "<i class=\"muted\">words that its publisher does not allow to be shown</i>");
        return;
    }
    DL_HTML(h, "<q");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    dl_html_text(h, shown);
    if (shown.n < text.n) DL_HTML(h, "\u2026");
    DL_HTML(h, "</q>");
}

void dl_show_who(dl_html *h, dl_str class, dl_str anonymity)
{
    dl_str words = dl_words_anonymity(anonymity);
    dl_html_text(h, dl_words_source_class(class));
    if (words.n == 0) return;
    DL_HTML(h, ", ");
    dl_html_text(h, words);
}

void dl_show_claim_link(dl_html *h, const struct dl_store_claim *c)
{
    DL_HTML(h, "<a class=\"claim\"");
    DL_HREF(h, "/c/", &c->id);
    DL_HTML(h, ">");
    dl_show_quote(h, c->language, c->wording);
    DL_HTML(h, "</a>");
}

/* --- documents and chains --------------------------------------------------------------------- */

void dl_show_document(dl_html *h, const struct dl_store_member *m)
{
    if (m->is_copy) {
        DL_HTML(h, "<span class=\"sign\" aria-hidden=\"true\">");
        dl_html_c(h, dl_mark_sign(DL_MARK_COPY));
        DL_HTML(h, "</span> copy: ");
    }
    DL_HTML(h, "<a");
    DL_HREF(h, "/d/", &m->id);
    DL_HTML(h, ">");
    dl_html_foreign(h, no_language, outlet_of(m));
    DL_HTML(h, "</a>");
}

void dl_show_documents(dl_html *h, const dl_carriers *documents, size_t most)
{
    for (size_t i = 0; i < documents->n && i < most; i++) {
        if (i > 0) DL_HTML(h, ", ");
        dl_show_document(h, documents->p[i]);
    }
    if (documents->n <= most) return;
    DL_HTML(h, " and ");
    dl_html_int(h, (int64_t)(documents->n - most));
    DL_HTML(h, " more");
}

void dl_show_chain(dl_html *h, const struct dl_view_wording *w)
{
    int64_t depth = 0;
    if (w->document != NULL) dl_show_document(h, w->document);
    for (size_t i = 0; i < w->n_hops; i++) {
        dl_html_c(h, w->hops[i].depth == depth ? " and " : " \u2190 ");
        depth = w->hops[i].depth;
        dl_html_foreign(h, w->document != NULL ? w->document->language : no_language,
                        w->hops[i].text);
        DL_HTML(h, " <span class=\"muted\">(");
        dl_html_text(h, dl_words_source_class(w->hops[i].class));
        DL_HTML(h, ")</span>");
    }
    if (w->n_hops == 0) dl_html_c(h, w->own ? ", in its own voice" : ", no source given");
}

/* --- wordings ----------------------------------------------------------------------------------
 */

/* --- figures ------------------------------------------------------------------------------------
 */

static void cell(dl_html *h, const char *label)
{
    DL_HTML(h, "<td");
    DL_ATTR(h, "data-label", dl_str_c(label));
    DL_HTML(h, ">");
}

static void wording_row(dl_html *h, const struct dl_view_wording *w, int64_t now_ms)
{
    if (w->document == NULL) return;
    DL_HTML(h, "<tr>");
    cell(h, "Seen");
    dl_html_when(h, w->document->seen_by_ms, now_ms);
    DL_HTML(h, "</td>");
    cell(h, "Words");
    dl_show_quote(h, w->document->language, w->text);
    if (w->in_title) DL_HTML(h, " <span class=\"muted\">(headline)</span>");
    DL_HTML(h, "</td>");
    cell(h, "Who says so");
    dl_show_chain(h, w);
    DL_HTML(h, "</td>");
    cell(h, "How");
    if (w->denies && !dl_str_eq_c(w->stance, "denied")) DL_HTML(h, "<b>denied</b>; ");
    dl_html_text(h, dl_words_stance(w->stance));
    DL_HTML(h, "; ");
    dl_html_text(h, dl_words_certainty(w->certainty));
    if (w->legal_formula) DL_HTML(h, "; a formula of law");
    if (w->hedged) DL_HTML(h, "; doubt about the evidence");
    if (w->caveat) DL_HTML(h, "; says that it could not be verified");
    if (w->evidence.n > 0) {
        DL_HTML(h, "; ");
        dl_html_text(h, w->evidence);
        if (w->verified.n > 0) DL_HTML(h, ", "), dl_html_text(h, w->verified);
    }
    DL_HTML(h, "</td></tr>\n");
}

void dl_show_wordings(dl_html *h, const struct dl_claim_view *v, int64_t now_ms, size_t most)
{
    DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">Seen</th><th scope=\"col\">"
               "Words</th><th scope=\"col\">Who says so</th><th scope=\"col\">How</th></tr></thead>"
               "<tbody>\n");
    for (size_t i = 0; i < v->wordings.n && i < most; i++)
        wording_row(h, &v->wordings.p[i], now_ms);
    DL_HTML(h, "</tbody></table>\n");
}

/* --- why ----------------------------------------------------------------------------------------
 */

dl_str dl_show_rule(dl_str rule)
{
    static const struct {
        const char *code, *words;
    } names[] = {{"same-artefact", "both show the same document, footage or post"},
                 {"same-person", "both end at the same person"},
                 {"same-institution", "both end at the same body, or at those who speak for it"},
                 {"near-duplicate", "one text is a copy of the other"},
                 {"wire-credit", "both credit the same agency"},
                 {"citation", "one cites the other"},
                 {"same-quote", "both print the same words in quotation marks"},
                 {"shared-error", "both have the same unusual figure or spelling"},
                 {"common-owner", "both outlets have one owner"},
                 {"unnamed", "sources without a name may be the same"},
                 {"uncited-relay", "the later one may have taken it over without saying so"},
                 {"unattributed", "an outlet that names no source may rest on the other"},
                 {"person", "a person decided it here"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_str_eq_c(rule, names[i].code)) return dl_str_c(names[i].words);
    return rule;
}

void dl_show_missing(dl_html *h, const struct dl_claim_view *v)
{
    static const struct {
        const char *code, *words;
    } questions[] = {{"unnamed", "whether the sources without a name are the same"},
                     {"attribution", "where the outlet that names no source has it from"},
                     {"route", "whether the later one took it over from the earlier one"},
                     {"owner", "whether outlets of one owner worked apart"},
                     {"medium", "on whom a medium rests that is not watched"}};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        if (!dl_str_eq_c(v->missing, questions[i].code) || v->missing_a == NULL) continue;
        DL_HTML(h, "<p>What would change the count most: <b>");
        dl_html_c(h, questions[i].words);
        DL_HTML(h, "</b> (");
        dl_show_document(h, v->missing_a);
        if (v->missing_b != NULL) DL_HTML(h, ", "), dl_show_document(h, v->missing_b);
        DL_HTML(h, "): by ");
        dl_html_int(h, v->missing_changes);
        DL_HTML(h, ".</p>\n");
    }
}
