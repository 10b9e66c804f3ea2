#include "serve/pages.h"
#include "serve/view.h"

static void nothing_yet(dl_html *h, const dl_web *web)
{
    DL_HTML(h, "<section class=\"notice\"><h2>No stories yet</h2>");
    if (dl_web_is_offline(web))
        DL_HTML(h, "<p>Dateline runs with <code>--offline</code>: it fetches nothing.</p>");
    else
        DL_HTML(h, "<p>Dateline has not read a document yet. The first ones come within a minute "
                   "when the network is there; <a href=\"/sources\">Sources</a> says how each feed "
                   "fares.</p>");
    DL_HTML(h,
            "<p>Without a network, two commands put something here:</p><dl class=\"commands\">"
            "<dt><code>dateline demo</code></dt><dd>plays an invented world, every headline marked "
            "EXAMPLE, through the same pipeline</dd><dt><code>dateline ingest "
            "<var>PATH</var></code></dt><dd>reads feeds, pages, WARC files or folders that you "
            "have</dd></dl></section>\n");
}

void dl_route_now(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply)
{
    (void)request;
    dl_html html = dl_html_to(&reply->body), *h = &html;
    struct dl_view view = {.here = "/", .sequence = 0, .now_ms = dl_now_ms()};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Now</h1>\n");
    nothing_yet(h, web);
    dl_view_end(h, web, &view);
    reply->type = "text/html; charset=utf-8";
}
