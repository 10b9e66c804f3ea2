#include "serve/view.h"

#include "serve/assets.h"

static const struct {
    const char *path, *name;
} entries[] = {{"/", "Now"}, {"/sources", "Sources"}, {"/status", "Status"}};

static void head(dl_html *h, const struct dl_view *view)
{
    DL_HTML(h, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    if (view->title.n > 0) {
        dl_html_text(h, view->title);
        DL_HTML(h, " \xc2\xb7 ");
    }
    DL_HTML(h, "Dateline</title>\n<link rel=\"stylesheet\"");
    DL_ATTR(h, "href", dl_str_c(dl_asset_url("app.css")));
    DL_HTML(h, ">\n<link rel=\"icon\" type=\"image/svg+xml\"");
    DL_ATTR(h, "href", dl_str_c(dl_asset_url("icon.svg")));
    DL_HTML(h, ">\n");
    const char *script = dl_asset_url("app.js");
    if (script != NULL) {
        DL_HTML(h, "<script defer");
        DL_ATTR(h, "src", dl_str_c(script));
        DL_HTML(h, "></script>\n");
    }
    DL_HTML(h, "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Now\" "
               "href=\"/feed.atom\">\n<link rel=\"alternate\" type=\"application/feed+json\" "
               "title=\"Now\" href=\"/feed.json\">\n</head>\n");
}

static void navigation(dl_html *h, const struct dl_view *view)
{
    DL_HTML(h, "<nav aria-label=\"Pages\"><ul>");
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        DL_HTML(h, "<li><a");
        DL_ATTR(h, "href", dl_str_c(entries[i].path));
        if (view->here != NULL && strcmp(view->here, entries[i].path) == 0)
            DL_HTML(h, " aria-current=\"page\"");
        DL_HTML(h, ">");
        dl_html_c(h, entries[i].name);
        DL_HTML(h, "</a></li>");
    }
    DL_HTML(h, "</ul></nav>\n");
}

static void search_box(dl_html *h, const struct dl_view *view)
{
    DL_HTML(h, "<form role=\"search\" action=\"/search\"><label for=\"q\">Search</label>"
               "<input id=\"q\" name=\"q\" type=\"search\" dir=\"auto\" autocomplete=\"off\" "
               "spellcheck=\"false\"");
    DL_ATTR(h, "value", view->query);
    DL_HTML(h, "></form>\n");
}

void dl_view_begin(dl_html *h, const dl_web *web, const struct dl_view *view)
{
    head(h, view);
    DL_HTML(h, "<body");
    if (view->sequence >= 0) DL_ATTR_INT(h, "data-seq", view->sequence);
    DL_HTML(h, ">\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
               "<header class=\"top\"><a class=\"mark\" href=\"/\">Dateline</a>\n");
    navigation(h, view);
    search_box(h, view);
    if (dl_web_is_offline(web))
        DL_HTML(h, "<p class=\"flag\" title=\"Nothing is fetched\">offline</p>");
    DL_HTML(h, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

void dl_view_end(dl_html *h, const dl_web *web, const struct dl_view *view)
{
    (void)web;
    DL_HTML(h, "</main>\n<footer><p>As of ");
    dl_html_time(h,
                 (dl_time){.ms = view->now_ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN});
    DL_HTML(h, ". Dateline says who says so, not what is true. \xe2\x80\x9c"
               "First\xe2\x80\x9d is "
               "first seen by this instance.</p><p><a href=\"/feed.atom\">Atom</a> "
               "<a href=\"/feed.json\">JSON Feed</a> <a href=\"/api/v1\">API</a></p></footer>\n"
               "</body>\n</html>\n");
}

void dl_view_count(dl_html *h, int64_t number, const char *one, const char *many)
{
    DL_HTML(h, "<b>");
    dl_html_number(h, number);
    DL_HTML(h, "</b> ");
    dl_html_c(h, number == 1 ? one : many);
}
