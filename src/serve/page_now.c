/* Now: stories, newest change first. */
#include "serve/now_columns.h"
#include "serve/pages.h"
#include "serve/svg.h"
#include "serve/view.h"
#include "store/arrivals.h"
#include "store/source.h"

enum { STORIES = 60, HOUR_MS = 3600 * 1000 };

/* How the network seems to be, when there is nothing else to show. */
struct reach {
    size_t tried, answered; /* feeds */
};

static void nothing_yet(dl_html *h, const dl_web *web, const struct reach *reach)
{
    DL_HTML(h, "<section class=\"notice\"><h2>No stories yet</h2>");
    if (dl_web_is_offline(web)) {
        DL_HTML(h, "<p>Dateline runs with <code>--offline</code>: it fetches nothing.</p>");
    } else if (reach->tried > 0 && reach->answered == 0) {
        DL_HTML(h, "<p>There is no network: ");
        dl_html_int(h, (int64_t)reach->tried);
        dl_html_c(h, reach->tried == 1 ? " feed was" : " feeds were");
        DL_HTML(h, " asked and none answered. Dateline goes on trying; <a href=\"/sources\">"
                   "Sources</a> says why and when.</p>");
    } else {
        DL_HTML(h, "<p>Dateline has not read a document yet. The first ones come within a minute "
                   "when the network is there; <a href=\"/sources\">Sources</a> says how each feed "
                   "fares.</p>");
    }
    DL_HTML(h,
            "<p>Without a network, two commands put something here:</p><dl class=\"commands\">"
            "<dt><code>dateline demo</code></dt><dd>plays an invented world, every headline marked "
            "EXAMPLE, through the same pipeline</dd><dt><code>dateline ingest "
            "<var>PATH</var></code></dt><dd>reads feeds, pages, WARC files or folders that you "
            "have</dd></dl></section>\n");
}

struct now {
    struct reach reach;
    dl_store_stories stories;
    struct dl_now_columns columns;
    int64_t sequence, now_ms;
    bool more;
    uint32_t (*bins)[DL_SPARK_BINS];
};

_Static_assert((int)DL_SPARK_BINS == (int)DL_STORE_BINS, "a bar for each span");

static enum dl_err look_at_network(dl_store *store, dl_arena *arena, struct reach *reach)
{
    dl_store_feeds feeds;
    struct dl_store_feed_filter filter = {.limit = DL_STORE_LIST_MAX};
    DL_TRY(dl_store_list_feeds(store, arena, &filter, &feeds));
    for (size_t i = 0; i < feeds.n; i++) {
        reach->tried += feeds.p[i].last_poll_ms > 0;
        reach->answered += feeds.p[i].last_good_ms > 0 || feeds.p[i].last_status > 0;
    }
    return DL_OK;
}

static enum dl_err gather(dl_store *store, dl_arena *arena, int64_t before, struct now *now)
{
    DL_TRY(dl_store_newest_change(store, &now->sequence));
    struct dl_store_story_filter filter = {.before = before, .limit = STORIES + 1};
    DL_TRY(dl_store_list_stories(store, arena, &filter, &now->stories));
    if (now->stories.n == 0) return look_at_network(store, arena, &now->reach);
    if (before == 0) DL_TRY(dl_now_columns_gather(store, arena, now->now_ms, &now->columns));
    now->more = now->stories.n > STORIES;
    if (now->more) now->stories.n = STORIES;
    now->bins = dl_calloc(arena, now->stories.n + 1, sizeof *now->bins);
    int64_t *keys = DL_NEW_ARRAY(arena, int64_t, now->stories.n + 1);
    if (keys == NULL || now->bins == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < now->stories.n; i++)
        keys[i] = now->stories.p[i].story;
    /* Bins end at the full hour to come, so that bars do not dance between two looks. */
    int64_t until = (now->now_ms / HOUR_MS + 1) * HOUR_MS;
    return dl_store_arrivals(store, keys, now->stories.n, until, HOUR_MS, now->bins);
}

static void one_story(dl_html *h, const struct dl_store_story *s,
                      const uint32_t bins[DL_SPARK_BINS], int64_t now_ms)
{
    DL_HTML(h, "<li class=\"story\"><p class=\"when\">");
    dl_html_when(h, s->last_seen_ms, now_ms);
    DL_HTML(h, "</p><div class=\"what\"><h2>");
    DL_HEADLINE(h, "/s/", &s->id, s->language, s->headline);
    dl_view_code(h, s->language);
    DL_HTML(h, "</h2><div class=\"facts\">");
    dl_view_outlet(h, s->outlet_name, s->outlet, (dl_str){NULL, 0});
    dl_view_counts(h, s);
    DL_HTML(h, "</div></div>");
    dl_svg_spark(h, bins, "per hour in the last 24 hours");
    DL_HTML(h, "</li>\n");
}

static void list(dl_html *h, const struct now *now)
{
    DL_HTML(h, "<ol class=\"stories\">\n");
    for (size_t i = 0; i < now->stories.n; i++)
        one_story(h, &now->stories.p[i], now->bins[i], now->now_ms);
    DL_HTML(h, "</ol>\n");
    if (!now->more) return;
    DL_HTML(h, "<p class=\"more\"><a rel=\"next\" href=\"/?before=");
    dl_html_int(h, now->stories.p[now->stories.n - 1].change);
    DL_HTML(h, "\">Older stories</a></p>\n");
}

static void page(dl_html *h, const dl_web *web, const struct now *now, bool older)
{
    struct dl_view view = {
        .here = "/", .sequence = older ? -1 : now->sequence, .now_ms = now->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Now</h1>\n");
    dl_now_columns_show(h, &now->columns, now->now_ms);
    if (now->stories.n > 0)
        list(h, now);
    else if (older)
        DL_HTML(h, "<p class=\"notice\">There are no older stories.</p>\n");
    else
        nothing_yet(h, web, &now->reach);
    dl_view_end(h, &view);
}

void dl_route_now(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply)
{
    struct now now = {.now_ms = dl_now_ms()};
    dl_html html = dl_html_to(&reply->body);
    uint64_t before = 0;
    dl_str cursor = dl_http_query(request, "before");
    if (cursor.n > 0 && (!dl_str_u64(cursor, &before) || before > INT64_MAX)) {
        dl_route_fail(reply, 400, "?before= wants the number that the page before gave.");
        return;
    }
    struct dl_http_reply refusal = {0}; /* without a store the page still explains itself */
    dl_buf_init(&refusal.body, 4096);
    dl_store *store = dl_web_read(web, &refusal);
    dl_buf_free(&refusal.body);
    if (store != NULL) {
        enum dl_err err = gather(store, request->arena, (int64_t)before, &now);
        dl_web_unread(web, store);
        if (dl_web_failed(reply, err, "list of stories")) return;
    }
    page(&html, web, &now, before > 0);
    reply->type = "text/html; charset=utf-8";
}
