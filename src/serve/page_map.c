/* The map: where the newest documents say that something happened. */
#include "serve/happened.h"
#include "serve/pages.h"
#include "serve/view.h"

enum { DOCUMENTS = 400 /* the newest; 0.2 ms each */ };

static void page(dl_html *h, const dl_web *web, dl_arena *arena, dl_happened *places,
                 size_t documents, int64_t sequence)
{
    struct dl_view view = {
        .title = DL_STR("Map"), .here = "/map", .sequence = sequence, .now_ms = dl_now_ms()};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Map</h1><p class=\"muted\">Where the newest ");
    dl_view_count(h, (int64_t)documents, "document says", "documents say");
    DL_HTML(h, " that something happened. Copies are counted as documents here.</p>\n");
    if (places->n == 0)
        DL_HTML(h, "<p class=\"notice\">None of them has an event with its place in one clause. "
                   "Not found does not mean that none is there.</p>\n");
    dl_happened_show(h, arena, places, true, "the newest documents");
    dl_view_end(h, &view);
}

void dl_route_map(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply)
{
    dl_store_analyses analyses = {0};
    dl_happened places = {0};
    int64_t sequence = -1;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = dl_store_newest_change(store, &sequence);
    if (err == DL_OK) err = dl_store_walk_analysed(store, request->arena, 0, DOCUMENTS, &analyses);
    dl_web_unread(web, store);
    if (err == DL_OK) err = dl_happened_gather(request->arena, &analyses, &places);
    if (dl_web_failed(reply, err, "map")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, request->arena, &places, analyses.n, sequence);
    reply->type = "text/html; charset=utf-8";
}
