#include "serve/claims_show.h"
#include "serve/svg.h"

enum { NAMED = 12 /* documents named of an origin */ };

static const dl_str no_language = {NULL, 0};

/* --- lanes -------------------------------------------------------------------------------------
 */

struct marks {
    struct dl_arrival *p;
    size_t n, most;
};

bool dl_show_is_traced(const struct dl_view_origin *o)
{
    return dl_str_eq_c(o->kind, "source");
}

static enum dl_mark mark_of(const struct dl_view_origin *o, const struct dl_store_member *m)
{
    if (m->is_corrected) return DL_MARK_CORRECTION;
    if (m->is_copy) return DL_MARK_COPY;
    if (dl_str_eq_c(o->kind, "own-voice")) return DL_MARK_NO_SOURCE;
    const struct dl_store_member *first = o->first;
    bool other = first != NULL && first != m && first->language.n > 0 && m->language.n > 0 &&
                 !dl_str_eq(first->language, m->language);
    return other ? DL_MARK_TRANSLATION : DL_MARK_FIRST;
}

static void put_mark(struct marks *marks, const struct dl_store_member *m, enum dl_mark mark,
                     dl_str lane, bool hatched)
{
    if (marks->n == marks->most) return;
    marks->p[marks->n++] =
        (struct dl_arrival){.ms = m->seen_by_ms, .mark = mark, .lane = lane, .hatched = hatched};
}

/* A lane keeps the order in which origins came: it is drawn by its first mark. */
static int by_time(const void *a, const void *b)
{
    const struct dl_arrival *x = a, *y = b;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    return x->mark < y->mark ? -1 : x->mark > y->mark;
}

static size_t marks_most(const struct dl_claim_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->origins.n; i++)
        n += v->origins.p[i].documents.n;
    for (size_t i = 0; i < v->denials.n; i++)
        n += v->denials.p[i].documents.n;
    return n;
}

static bool gather_marks(dl_arena *arena, const struct dl_claim_view *v, struct marks *marks)
{
    *marks = (struct marks){.most = marks_most(v)};
    marks->p = DL_NEW_ARRAY(arena, struct dl_arrival, marks->most + 1);
    if (marks->p == NULL) return false;
    for (size_t i = 0; i < v->origins.n; i++) {
        const struct dl_view_origin *o = &v->origins.p[i];
        dl_str lane = dl_show_is_traced(o) ? o->name : DL_STR("not traced");
        for (size_t k = 0; k < o->documents.n; k++) {
            const struct dl_store_member *m = o->documents.p[k];
            put_mark(marks, m, mark_of(o, m), lane, !dl_show_is_traced(o));
        }
    }
    for (size_t i = 0; i < v->denials.n; i++) {
        const struct dl_view_denial *d = &v->denials.p[i];
        dl_str lane = dl_str_fmt(arena, "denied: %.*s", DL_FMT(d->name));
        for (size_t k = 0; k < d->documents.n; k++)
            put_mark(marks, d->documents.p[k], DL_MARK_DENIAL, lane, false);
    }
    qsort(marks->p, marks->n, sizeof *marks->p, by_time);
    return marks->n > 0;
}

static void cell(dl_html *h, const char *label)
{
    DL_HTML(h, "<td");
    DL_ATTR(h, "data-label", dl_str_c(label));
    DL_HTML(h, ">");
}

static void origin_name(dl_html *h, const struct dl_view_origin *o)
{
    dl_str name = o->name.n > 0 ? o->name : DL_STR("without a name");
    dl_str language = o->first != NULL ? o->first->language : no_language;
    if (!o->has_id) {
        dl_html_foreign(h, language, name);
        return;
    }
    DL_HTML(h, "<a");
    DL_HREF(h, "/o/", &o->id);
    DL_HTML(h, ">");
    dl_html_foreign(h, language, name);
    DL_HTML(h, "</a>");
}

static const char *kind_words(const struct dl_view_origin *o)
{
    return o->circular                         ? "only cite each other: counts 0"
           : dl_str_eq_c(o->kind, "own-voice") ? "the outlet in its own voice"
           : dl_str_eq_c(o->kind, "medium")    ? "medium that is not watched: not traced further"
                                               : "";
}

static void origin_row(dl_html *h, const struct dl_claim_view *v, size_t i)
{
    const struct dl_view_origin *o = &v->origins.p[i];
    DL_HTML(h, "<tr>");
    cell(h, "Origin");
    origin_name(h, o);
    DL_HTML(h, "</td>");
    cell(h, "Who that is");
    const char *words = kind_words(o);
    if (words[0] != '\0')
        dl_html_c(h, words);
    else
        dl_show_who(h, o->class, o->anonymity);
    if (o->party) DL_HTML(h, "; a party to it");
    DL_HTML(h, "</td>");
    cell(h, "May be the same as");
    if (o->group != i && o->group < v->origins.n) origin_name(h, &v->origins.p[o->group]);
    DL_HTML(h, "</td>");
    cell(h, "First seen here");
    if (o->first != NULL) {
        dl_show_document(h, o->first);
        DL_HTML(h, " ");
        dl_html_time(h, (dl_time){.ms = o->first->seen_by_ms,
                                  .precision = DL_PREC_SECOND,
                                  .zone = DL_ZONE_KNOWN});
    }
    DL_HTML(h, "</td>");
    cell(h, "Documents whose chain ends there");
    dl_show_documents(h, &o->documents, NAMED);
    DL_HTML(h, "</td></tr>\n");
}

static void denial_row(dl_html *h, const struct dl_view_denial *d)
{
    DL_HTML(h, "<tr>");
    cell(h, "Origin");
    DL_HTML(h, "<span class=\"sign\" aria-hidden=\"true\">");
    dl_html_c(h, dl_mark_sign(DL_MARK_DENIAL));
    DL_HTML(h, "</span> denied by ");
    dl_html_foreign(h, no_language, d->name);
    DL_HTML(h, "</td>");
    cell(h, "Who that is");
    dl_show_who(h, d->class, d->anonymity);
    DL_HTML(h, "</td>");
    cell(h, "May be the same as");
    DL_HTML(h, "</td>");
    cell(h, "First seen here");
    if (d->documents.n > 0) dl_show_document(h, d->documents.p[0]);
    DL_HTML(h, "</td>");
    cell(h, "Documents that carry it");
    dl_show_documents(h, &d->documents, NAMED);
    DL_HTML(h, "</td></tr>\n");
}

void dl_show_origin_lanes(dl_html *h, dl_arena *arena, const struct dl_claim_view *v)
{
    struct marks marks;
    if (gather_marks(arena, v, &marks)) dl_svg_lanes(h, arena, marks.p, marks.n, "other origins");
    DL_HTML(h,
            "<table class=\"rows\"><thead><tr><th scope=\"col\">Origin</th><th scope=\"col\">Who "
            "that is</th><th scope=\"col\">May be the same as</th><th scope=\"col\">First seen "
            "here</th><th scope=\"col\">Documents</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < v->origins.n; i++)
        origin_row(h, v, i);
    for (size_t i = 0; i < v->denials.n; i++)
        denial_row(h, &v->denials.p[i]);
    DL_HTML(h, "</tbody></table>\n");
    if (v->denials.n == 0)
        DL_HTML(h, "<p class=\"muted\">No denial was found in these documents. That does not mean "
                   "that nobody denies it.</p>\n");
}
