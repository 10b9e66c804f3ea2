/* How the wording of a claim changed, and its numbers. */
#include "serve/claims_show.h"
#include "serve/svg.h"

enum { UNITS_OF = 60 /* wordings looked at for what is counted: the first say it */ };

dl_str dl_show_changed(dl_str field)
{
    static const struct {
        const char *code, *words;
    } names[] = {{"attribution", "who says it"},
                 {"stance", "distance to it"},
                 {"certainty", "doubt about it"},
                 {"anonymity", "that the source has no name"},
                 {"scope", "the limits of its number"},
                 {"evidence-hedge", "doubt about the evidence"},
                 {"caveat", "that it could not be verified"},
                 {"denial", "that it is denied"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_str_eq_c(field, names[i].code)) return dl_str_c(names[i].words);
    return field;
}

static void change_item(dl_html *h, const struct dl_claim_view *v, const struct dl_view_change *c,
                        const char *of)
{
    const struct dl_view_wording *from = &v->wordings.p[c->from], *to = &v->wordings.p[c->to];
    if (from->document == NULL || to->document == NULL) return;
    DL_HTML(h, "<li><b>");
    dl_html_c(h, c->softened ? "softer" : "firmer");
    DL_HTML(h, "</b> ");
    dl_html_c(h, of);
    dl_html_c(h, c->softened ? "gained: " : "lost: ");
    for (size_t i = 0; i < c->n_lost; i++) {
        if (i > 0) DL_HTML(h, ", ");
        dl_html_text(h, dl_show_changed(c->lost[i]));
    }
    DL_HTML(h, "<br>");
    dl_show_document(h, from->document);
    DL_HTML(h, " ");
    dl_show_quote(h, from->document->language, from->text);
    DL_HTML(h, " \u2192 ");
    dl_show_document(h, to->document);
    DL_HTML(h, " ");
    dl_show_quote(h, to->document->language, to->text);
    if (from->document != to->document) {
        DL_HTML(h, " <a");
        char a[DL_ID_HEX + 1], b[DL_ID_HEX + 1];
        dl_id_hex(&from->document->id, a);
        dl_id_hex(&to->document->id, b);
        DL_HTML(h, " href=\"/diff/");
        dl_html_c(h, a);
        DL_HTML(h, "/");
        dl_html_c(h, b);
        DL_HTML(h, "\">compare</a>");
    }
    DL_HTML(h, "</li>\n");
}

void dl_show_changes(dl_html *h, const struct dl_claim_view *v)
{
    enum { MOST = 40 };
    if (v->changes.n + v->titles.n == 0) return;
    DL_HTML(h, "<ol class=\"changes\">\n");
    for (size_t i = 0; i < v->changes.n && i < MOST; i++)
        change_item(h, v, &v->changes.p[i], "");
    for (size_t i = 0; i < v->titles.n && i < MOST; i++)
        change_item(h, v, &v->titles.p[i], "headline than its own text; ");
    DL_HTML(h, "</ol>\n");
}

/* --- figures ------------------------------------------------------------------------------------
 */

static dl_str origin_of(const struct dl_claim_view *v, const struct dl_store_member *m)
{
    for (size_t i = 0; i < v->origins.n; i++)
        for (size_t k = 0; k < v->origins.p[i].documents.n; k++)
            if (v->origins.p[i].documents.p[k] == m)
                return dl_show_is_traced(&v->origins.p[i]) ? v->origins.p[i].name
                                                           : DL_STR("not traced");
    return DL_STR("denials");
}

/* The unit that most wordings count; figures of other things are no comparison. */
static int64_t main_unit(const struct dl_claim_view *v)
{
    int64_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < v->wordings.n && i < UNITS_OF; i++) {
        for (size_t k = 0; k < v->wordings.p[i].n_counts; k++) {
            int64_t unit = v->wordings.p[i].counts[k].unit;
            size_t n = 0;
            for (size_t j = 0; j < v->wordings.n && j < UNITS_OF; j++)
                for (size_t l = 0; l < v->wordings.p[j].n_counts; l++)
                    n += v->wordings.p[j].counts[l].unit == unit;
            if (n > most) best = unit, most = n;
        }
    }
    return best;
}

void dl_show_figures(dl_html *h, dl_arena *arena, const struct dl_claim_view *v)
{
    int64_t unit = main_unit(v), low = INT64_MAX, high = INT64_MIN;
    struct dl_dot *dots = DL_NEW_ARRAY(arena, struct dl_dot, v->wordings.n + 1);
    size_t n = 0;
    if (dots == NULL) return;
    for (size_t i = 0; i < v->wordings.n; i++) {
        const struct dl_view_wording *w = &v->wordings.p[i];
        if (w->document == NULL) continue;
        for (size_t k = 0; k < w->n_counts; k++) {
            if (w->counts[k].unit != unit) continue;
            int64_t value = w->counts[k].value;
            dots[n++] = (struct dl_dot){.value = value,
                                        .lane = origin_of(v, w->document),
                                        .mark = w->denies              ? DL_MARK_DENIAL
                                                : w->document->is_copy ? DL_MARK_COPY
                                                                       : DL_MARK_FIRST};
            if (value < low) low = value;
            if (value > high) high = value;
            break;
        }
    }
    if (n < 2 || low == high) return;
    DL_HTML(h, "<h3>The number, by origin</h3>\n");
    dl_svg_dots(h, arena, dots, n, "other origins");
}
