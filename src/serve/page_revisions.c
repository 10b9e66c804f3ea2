#include "serve/page_revisions.h"

#include "base/utf8.h"

enum {
    AROUND = 60,        /* bytes left of what did not change, on each side */
    AROUND_WHOLE = 400, /* the same for the operator */
    SHOWN_BYTES = 1500, /* of an edit where the text is not ours to show */
    SHOWN_WHOLE = 64 << 10,
};

static dl_str utf8_suffix(dl_str s, size_t most)
{
    size_t from = s.n > most ? s.n - most : 0;
    while (from < s.n && !dl_utf8_is_border(s, from))
        from++;
    return dl_str_sub(s, from, s.n);
}

/* The beginning behind a change, the end before the next. */
static size_t unchanged(dl_html *h, dl_str text, size_t around, bool is_first, bool is_last)
{
    dl_str head = is_first ? (dl_str){NULL, 0} : dl_utf8_prefix(text, around);
    dl_str rest = dl_str_sub(text, head.n, text.n);
    dl_str tail = is_last ? (dl_str){NULL, 0} : utf8_suffix(rest, around);
    dl_html_text(h, head);
    if (head.n + tail.n < text.n) DL_HTML(h, " … ");
    dl_html_text(h, tail);
    return head.n + tail.n;
}

static size_t changed(dl_html *h, enum dl_diff_op op, dl_str text)
{
    if (op == DL_DIFF_DELETED)
        DL_HTML(h, "<del>");
    else
        DL_HTML(h, "<ins>");
    dl_html_text(h, text);
    if (op == DL_DIFF_DELETED)
        DL_HTML(h, "</del> ");
    else
        DL_HTML(h, "</ins> ");
    return text.n;
}

static void diff(dl_html *h, const struct dl_diff *d, dl_str old, dl_str new, dl_str language,
                 bool whole)
{
    if (d->runs.n == 0) return;
    size_t left = whole ? SHOWN_WHOLE : SHOWN_BYTES;
    DL_HTML(h, "<p class=\"diff\"");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    for (size_t i = 0; i < d->runs.n && left > 0; i++) {
        const struct dl_diff_run *r = &d->runs.p[i];
        bool gone = r->op == DL_DIFF_DELETED;
        dl_str text = gone ? dl_str_sub(old, r->old_start, r->old_end)
                           : dl_str_sub(new, r->new_start, r->new_end);
        size_t n = r->op == DL_DIFF_SAME ? unchanged(h, text, whole ? AROUND_WHOLE : AROUND, i == 0,
                                                     i + 1 == d->runs.n)
                                         : changed(h, r->op, dl_utf8_prefix(text, left));
        left -= n < left ? n : left;
    }
    if (left == 0) DL_HTML(h, " …");
    DL_HTML(h, "</p>\n");
}

static void class_words(dl_html *h, const struct dl_edit *e)
{
    if (e->class == DL_EDIT_SILENT)
        DL_HTML(h, "<b>edited silently</b>: neither a later date nor a notice of correction");
    else if (e->class == DL_EDIT_MARKED && e->by_notice)
        DL_HTML(h, "edited, with a notice");
    else if (e->class == DL_EDIT_MARKED)
        DL_HTML(h, "edited, with a later date of modification");
    else
        DL_HTML(h, "nothing that says anything changed");
}

static void part(dl_html *h, const char *name, const struct dl_diff *d, bool *first)
{
    if (d->runs.n == 0) return;
    if (!*first) DL_HTML(h, " \u00b7 ");
    *first = false;
    dl_html_c(h, name);
    DL_HTML(h, ": ");
    dl_html_number(h, (int64_t)d->deleted);
    DL_HTML(h, " out, ");
    dl_html_number(h, (int64_t)d->inserted);
    DL_HTML(h, " in");
}

void dl_view_words_changed(dl_html *h, const struct dl_edited *e, bool whole, bool quiet)
{
    const struct dl_wording *old = &e->old.wording, *new = &e->new.wording;
    bool first = true;
    DL_HTML(h, "<p class=\"muted\">");
    part(h, "words of the headline", &e->edit.title, &first);
    part(h, "of the subtitle", &e->edit.subtitle, &first);
    part(h, "of the text", &e->edit.text, &first);
    DL_HTML(h, "</p>\n");
    diff(h, &e->edit.title, old->title, new->title, e->new.language, true);
    diff(h, &e->edit.subtitle, old->subtitle, new->subtitle, e->new.language, true);
    if (!quiet) diff(h, &e->edit.text, old->text, new->text, e->new.language, whole);
}

static void edit(dl_html *h, const struct dl_edited *e, const struct dl_revisions_view *v)
{
    DL_HTML(h, "<li><p>");
    dl_view_seen(h, e->new.seen_after_ms, e->new.seen_by_ms, v->now_ms);
    DL_HTML(h, ": ");
    class_words(h, &e->edit);
    DL_HTML(h, "</p>");
    dl_view_words_changed(h, e, v->whole, v->quiet);
    DL_HTML(h, "</li>\n");
}

static void table(dl_html *h, const struct dl_revisions_view *v)
{
    const struct dl_store_document *d = v->document;
    DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">Seen</th><th "
               "scope=\"col\">From</th><th scope=\"col\">Headline</th><th "
               "scope=\"col\"></th></tr></thead><tbody>\n");
    for (size_t i = 0; i < d->revisions.n; i++) {
        const struct dl_store_revision *r = &d->revisions.p[i];
        DL_HTML(h, "<tr><td data-label=\"Seen\">");
        dl_html_when(h, r->seen_by_ms, v->now_ms);
        DL_HTML(h, "</td><td data-label=\"From\">");
        dl_html_text(h, r->kind);
        DL_HTML(h, "</td><td data-label=\"Headline\">");
        dl_html_foreign(h, r->language, r->title);
        DL_HTML(h, "</td><td>");
        if (r->shown) DL_HTML(h, "shown here");
        DL_HTML(h, "</td></tr>\n");
    }
    DL_HTML(h, "</tbody></table>\n");
}

void dl_view_revisions(dl_html *h, const struct dl_revisions_view *v)
{
    if (v->document->revisions.n < 2) return;
    DL_HTML(h, "<section aria-labelledby=\"revisions\"><h2 id=\"revisions\">Revisions</h2>\n");
    table(h, v);
    if (v->edits->n > 0) {
        DL_HTML(h, "<h3>What changed</h3><ol class=\"edits\" reversed>\n");
        for (size_t i = 0; i < v->edits->n; i++)
            edit(h, &v->edits->p[i], v);
        DL_HTML(h, "</ol>\n");
    }
    DL_HTML(h, "</section>\n");
}
