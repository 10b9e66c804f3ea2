/* Documents that match a query, newest first, with the words found. */
#include "serve/pages.h"
#include "serve/view.h"
#include "store/search.h"

enum { HITS = 40 };

struct search_page {
    dl_str text;
    struct dl_query query;
    dl_search_hits hits;
    int64_t count, sequence, now_ms;
    bool more;
    enum dl_err wrong; /* what is wrong with the query, DL_OK: nothing */
    struct dl_diag diag;
};

static enum dl_err gather(dl_store *store, dl_arena *arena, int64_t before, struct search_page *p)
{
    struct dl_search_options options = {.before = before, .limit = HITS + 1};
    DL_TRY(dl_search_documents(store, arena, &p->query, &options, &p->hits));
    p->more = p->hits.n > HITS;
    if (p->more) p->hits.n = HITS;
    return dl_search_count(store, &p->query, &p->count);
}

/* Text with the spans in <mark>; spans come in order. */
static void marked(dl_html *h, dl_str language, dl_str text, const struct dl_span *marks, size_t n)
{
    size_t done = 0;
    DL_HTML(h, "<bdi");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    for (size_t i = 0; i < n; i++) {
        if (marks[i].start < done || marks[i].end > text.n || marks[i].end <= marks[i].start)
            continue;
        dl_html_text(h, dl_str_sub(text, done, marks[i].start));
        DL_HTML(h, "<mark>");
        dl_html_text(h, dl_str_sub(text, marks[i].start, marks[i].end));
        DL_HTML(h, "</mark>");
        done = marks[i].end;
    }
    dl_html_text(h, dl_str_sub(text, done, text.n));
    DL_HTML(h, "</bdi>");
}

static void hit_item(dl_html *h, const struct dl_search_hit *hit, int64_t now_ms)
{
    DL_HTML(h, "<li class=\"story\"><p class=\"when\">");
    dl_html_when(h, hit->seen_by_ms, now_ms);
    DL_HTML(h, "</p><div class=\"what\"><h2><a class=\"headline\"");
    DL_HREF(h, "/d/", &hit->document);
    DL_HTML(h, ">");
    if (hit->title.n > 0)
        marked(h, hit->language, hit->title, hit->title_marks, hit->n_title_marks);
    else
        DL_HTML(h, "<i>without a headline</i>");
    DL_HTML(h, "</a></h2><p class=\"snippet\">");
    marked(h, hit->language, hit->snippet, hit->marks, hit->n_marks);
    DL_HTML(h, "</p><div class=\"facts\">");
    dl_view_outlet(h, hit->outlet_name, hit->outlet, hit->country);
    if (hit->published.n > 0) {
        DL_HTML(h, "<span>published ");
        dl_view_published(h, hit->published);
        DL_HTML(h, "</span>");
    }
    if (hit->has_story) {
        DL_HTML(h, "<a");
        DL_HREF(h, "/s/", &hit->story);
        DL_HTML(h, ">its story</a>");
    }
    DL_HTML(h, "</div></div></li>\n");
}

static void help(dl_html *h)
{
    static const struct {
        const char *query, *what;
    } rows[] = {
        {"port grain", "both words, in any order"},
        {"\"grain deal\"", "these words one after the other"},
        {"expl*", "words that begin so"},
        {"grain -opinion", "without a word"},
        {"(harbor OR harbour)", "one or the other"},
        {"lang:ar", "documents in a language"},
        {"from:OUTLET", "documents of an outlet"},
        {"country:UA", "documents of a country's outlets"},
        {"source:\"interior ministry\"", "somebody named so is cited"},
        {"since:2024-03-01 until:2024-03-25", "first seen in these days"},
    };
    DL_HTML(h, "<section class=\"notice\"><h2>How to search</h2><dl class=\"commands\">");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DL_HTML(h, "<dt><code>");
        dl_html_c(h, rows[i].query);
        DL_HTML(h, "</code></dt><dd>");
        dl_html_c(h, rows[i].what);
        DL_HTML(h, "</dd>");
    }
    DL_HTML(h, "</dl></section>\n");
}

/* The query with a caret at the place that is wrong. */
static void wrong_query(dl_html *h, const struct search_page *p)
{
    DL_HTML(h, "<section class=\"notice\"><h2>This query cannot be read</h2><p>");
    dl_html_c(h, p->diag.message[0] != '\0' ? p->diag.message : dl_err_text(p->wrong));
    DL_HTML(h, "</p>");
    if (p->diag.pos != DL_NO_POS && p->diag.pos <= p->text.n) {
        DL_HTML(h, "<p><code>");
        dl_html_text(h, dl_str_sub(p->text, 0, p->diag.pos));
        DL_HTML(h, "<mark>\u25b8</mark>");
        dl_html_text(h, dl_str_sub(p->text, p->diag.pos, p->text.n));
        DL_HTML(h, "</code></p>");
    }
    DL_HTML(h, "</section>\n");
    help(h);
}

static void results(dl_html *h, const struct search_page *p)
{
    DL_HTML(h, "<p class=\"muted\">");
    if (p->count >= DL_SEARCH_COUNT_MAX) DL_HTML(h, "at least ");
    dl_view_count(h, p->count, "document matches", "documents match");
    DL_HTML(h, ", newest first</p>\n<ol class=\"stories\">\n");
    for (size_t i = 0; i < p->hits.n; i++)
        hit_item(h, &p->hits.p[i], p->now_ms);
    DL_HTML(h, "</ol>\n");
    if (p->hits.n == 0)
        DL_HTML(h,
                "<p class=\"notice\">Nothing matches. Dateline looks in all that it has read, in "
                "the language in which it was written.</p>\n");
    if (!p->more) return;
    DL_HTML(h, "<p class=\"more\"><a rel=\"next\" href=\"/search?q=");
    dl_html_query_part(h, p->text);
    DL_HTML(h, "&amp;before=");
    dl_html_int(h, p->hits.p[p->hits.n - 1].key);
    DL_HTML(h, "\">Older ones</a></p>\n");
}

static void page(dl_html *h, const dl_web *web, const struct search_page *p)
{
    struct dl_view view = {.title = p->text.n > 0 ? p->text : DL_STR("Search"),
                           .query = p->text,
                           .sequence = -1,
                           .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Search</h1>\n");
    if (p->text.n == 0)
        help(h);
    else if (p->wrong != DL_OK)
        wrong_query(h, p);
    else
        results(h, p);
    dl_view_end(h, &view);
}

void dl_route_search(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct search_page p = {.text = dl_str_trim(dl_http_query(request, "q")),
                            .now_ms = dl_now_ms()};
    uint64_t before = 0;
    p.diag.pos = DL_NO_POS;
    dl_str_u64(dl_http_query(request, "before"), &before);
    if (p.text.n > 0) p.wrong = dl_query_parse(request->arena, p.text, &p.query, &p.diag);
    if (p.text.n > 0 && p.wrong == DL_OK) {
        dl_store *store = dl_web_read(web, reply);
        if (store == NULL) return;
        enum dl_err err = gather(store, request->arena, (int64_t)(before & INT64_MAX), &p);
        dl_web_unread(web, store);
        if (dl_web_failed(reply, err, "search")) return;
    }
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
    if (p.wrong != DL_OK) reply->status = 422;
}
