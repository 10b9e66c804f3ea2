/* Two documents beside each other: the words in which they differ. */
#include "page/rights.h"
#include "serve/page_revisions.h"
#include "serve/pages.h"

struct diff_page {
    struct dl_store_document a, b; /* the one that was seen first is a */
    struct dl_edited edited;
    int64_t now_ms;
};

static enum dl_err gather(dl_store *store, dl_arena *arena, const dl_str ids[2],
                          struct diff_page *p)
{
    DL_TRY(dl_store_document(store, arena, ids[0], &p->a, NULL));
    DL_TRY(dl_store_document(store, arena, ids[1], &p->b, NULL));
    if (p->b.seen_by_ms < p->a.seen_by_ms) {
        struct dl_store_document later = p->a;
        p->a = p->b;
        p->b = later;
    }
    return dl_edits_between(arena, &p->a, &p->b, &p->edited);
}

static void row(dl_html *h, const char *which, const struct dl_store_document *d, int64_t now_ms)
{
    DL_HTML(h, "<tr><th scope=\"row\">");
    dl_html_c(h, which);
    DL_HTML(h, "</th><td data-label=\"Outlet\">");
    dl_view_outlet(h, d->outlet_name, d->outlet, d->country);
    DL_HTML(h, "</td><td data-label=\"Headline\">");
    DL_HEADLINE(h, "/d/", &d->id, d->language, d->title);
    dl_view_code(h, d->language);
    DL_HTML(h, "</td><td data-label=\"Seen\">");
    dl_view_seen(h, d->seen_after_ms, d->seen_by_ms, now_ms);
    DL_HTML(h, "</td></tr>\n");
}

static bool is_quiet(const struct dl_store_document *d)
{
    return (d->rights & DL_RIGHTS_NOSNIPPET) != 0;
}

static void page(dl_html *h, const dl_web *web, const struct diff_page *p)
{
    struct dl_view view = {.title = DL_STR("Two documents"), .sequence = -1, .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(
        h,
        "<h1 class=\"page\">Two documents</h1><table class=\"rows\"><thead><tr><th "
        "scope=\"col\">Which</th><th scope=\"col\">Outlet</th><th scope=\"col\">Headline</th><th "
        "scope=\"col\">Seen</th></tr></thead><tbody>\n");
    row(h, "seen first", &p->a, p->now_ms);
    row(h, "seen later", &p->b, p->now_ms);
    DL_HTML(h,
            "</tbody></table><section aria-labelledby=\"words\"><h2 id=\"words\">Words that "
            "differ</h2><p><del>struck</del> stands in the first alone, <ins>underlined</ins> in "
            "the later one alone.</p>\n");
    dl_view_words_changed(h, &p->edited, dl_web_shows_text(web),
                          is_quiet(&p->a) || is_quiet(&p->b));
    DL_HTML(h, "</section>\n");
    dl_view_end(h, &view);
}

void dl_route_diff(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply)
{
    struct diff_page p = {.now_ms = dl_now_ms()};
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->arena, request->params, &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "document")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
