#include "serve/view.h"

#include "serve/assets.h"

enum { CODE_MAX = 12 }; /* "zh-Hant-TW"; what is longer is no code */

static const struct {
    const char *path, *name;
} entries[] = {{"/", "Now"},
               {"/trends", "Trends"},
               {"/map", "Map"},
               {"/sources", "Sources"},
               {"/status", "Status"}};

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
    if (view->story != NULL) {
        char hex[DL_ID_HEX + 1];
        dl_id_hex(view->story, hex);
        DL_ATTR(h, "data-story", dl_str_c(hex));
    }
    DL_HTML(h, ">\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
               "<header class=\"top\"><a class=\"mark\" href=\"/\">Dateline</a>\n");
    navigation(h, view);
    if (dl_web_is_offline(web))
        DL_HTML(h, "<p class=\"flag\" title=\"Nothing is fetched\">offline</p>");
    search_box(h, view);
    DL_HTML(h, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

void dl_view_end(dl_html *h, const struct dl_view *view)
{
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

void dl_view_counts(dl_html *h, const struct dl_store_story *story)
{
    const struct {
        int64_t number;
        const char *one, *many;
    } rows[] = {{story->documents, "document", "documents"},
                {story->copies, "copy", "copies"},
                {story->outlets, "outlet", "outlets"},
                {story->languages, "language", "languages"},
                {story->countries, "country", "countries"}};
    DL_HTML(h, "<ul class=\"counts\">");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].number == 0) continue; /* no copies, or a language that is not known */
        DL_HTML(h, "<li>");
        dl_view_count(h, rows[i].number, rows[i].one, rows[i].many);
        DL_HTML(h, "</li>");
    }
    DL_HTML(h, "</ul>");
}

void dl_view_code(dl_html *h, dl_str code)
{
    if (code.n == 0 || code.n > CODE_MAX) return;
    DL_HTML(h, " <span class=\"code\">");
    dl_html_text(h, code);
    DL_HTML(h, "</span>");
}

void dl_view_outlet(dl_html *h, dl_str name, dl_str id, dl_str country)
{
    DL_HTML(h, "<span class=\"outlet\">");
    dl_html_foreign(h, (dl_str){NULL, 0}, name.n > 0 ? name : id);
    dl_view_code(h, country);
    DL_HTML(h, "</span>");
}

void dl_view_href_(dl_html *h, const char *path, const dl_id *id)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(id, hex);
    dl_html_path_(h, path, dl_str_c(hex));
}

void dl_view_headline_(dl_html *h, const char *path, const dl_id *id, dl_str language,
                       dl_str headline)
{
    DL_HTML(h, "<a class=\"headline\"");
    dl_view_href_(h, path, id);
    if (headline.n == 0) {
        DL_HTML(h, "><i>without a headline</i></a>");
        return;
    }
    DL_HTML(h, ">");
    dl_html_foreign(h, language, headline);
    DL_HTML(h, "</a>");
}

void dl_view_seen(dl_html *h, int64_t after_ms, int64_t by_ms, int64_t now_ms)
{
    if (after_ms > 0) {
        dl_html_time(h,
                     (dl_time){.ms = after_ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN});
        DL_HTML(h, " to ");
    }
    dl_html_when(h, by_ms, now_ms);
}

void dl_view_published(dl_html *h, dl_str text)
{
    dl_time t;
    if (dl_time_parse(text, &t))
        dl_html_time(h, t);
    else
        DL_HTML(h, "<span class=\"muted\">not given</span>");
}

void dl_view_percent(dl_html *h, double similarity)
{
    if (similarity > 1) similarity = 1;
    dl_html_fixed(h, similarity < 0 ? 0 : similarity * 100, 0);
    DL_HTML(h, "\u202f%");
}

static void hub_row(dl_html *h, dl_arena *arena, const struct dl_store_subscription *s)
{
    DL_HTML(h, "<tr><td data-label=\"Feed\">");
    dl_html_foreign(h, (dl_str){NULL, 0}, s->feed_url);
    DL_HTML(h, "</td><td data-label=\"Hub\">");
    dl_html_foreign(h, (dl_str){NULL, 0}, s->hub);
    DL_HTML(h, "</td><td data-label=\"How it stands\">");
    dl_html_foreign(h, (dl_str){NULL, 0}, dl_store_subscription_words(arena, s));
    if (s->forged + s->foreign > 0) {
        DL_HTML(h, " <span class=\"muted\">");
        dl_view_count(h, s->forged + s->foreign, "delivery ignored: not signed by it",
                      "deliveries ignored: not signed by it");
        DL_HTML(h, "</span>");
    }
    DL_HTML(h, "</td></tr>\n");
}

void dl_view_hubs(dl_html *h, dl_arena *arena, const dl_store_subscriptions *hubs)
{
    if (hubs->n == 0) return;
    DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">Feed</th><th "
               "scope=\"col\">Hub</th><th scope=\"col\">How it stands</th></tr></thead>"
               "<tbody>\n");
    for (size_t i = 0; i < hubs->n; i++)
        hub_row(h, arena, &hubs->p[i]);
    DL_HTML(h, "</tbody></table>\n");
}
