/* Every feed, how it fares and why, in words. */
#include "serve/pages.h"
#include "serve/source_health.h"
#include "serve/view.h"
#include "serve/words.h"

enum { PER_READ = 1000, FEEDS = 5000 /* on one page; more is a matter for the API */ };

static enum dl_err gather(dl_store *store, dl_arena *arena, dl_str country,
                          dl_store_feeds *ret_feeds)
{
    dl_store_feeds all = {0}, some;
    struct dl_store_feed_filter filter = {.country = country, .limit = PER_READ};
    do {
        some = (dl_store_feeds){0};
        DL_TRY(dl_store_list_feeds(store, arena, &filter, &some));
        for (size_t i = 0; i < some.n && all.n < FEEDS; i++) {
            DL_TRY(dl_vec_push(arena, &all, some.p[i]));
            filter.after = some.p[i].feed;
        }
    } while (some.n == PER_READ && all.n < FEEDS);
    *ret_feeds = all;
    return DL_OK;
}

struct choice {
    dl_str country;
    bool by_health;
    enum dl_health health;
};

static void choice_link(dl_html *h, const struct choice *c, bool by_health, enum dl_health health)
{
    DL_HTML(h, "<a href=\"/sources");
    const char *before = "?";
    if (by_health) {
        dl_html_c(h, "?health=");
        dl_html_c(h, dl_source_health_name(health));
        before = "&";
    }
    if (c->country.n > 0) {
        dl_html_c(h, before);
        dl_html_c(h, "country=");
        dl_html_query_part(h, c->country);
    }
    DL_HTML(h, "\"");
    if (c->by_health == by_health && (!by_health || c->health == health))
        DL_HTML(h, " aria-current=\"true\"");
    DL_HTML(h, ">");
}

/* Numbers of all, each a way to those alone. */
static void summary(dl_html *h, const dl_store_feeds *feeds, const struct choice *c, int64_t now_ms)
{
    int64_t counts[DL_HEALTH_COUNT] = {0};
    for (size_t i = 0; i < feeds->n; i++)
        counts[dl_source_health(&feeds->p[i], now_ms)]++;
    DL_HTML(h, "<nav aria-label=\"Sources by state\"><ul class=\"counts big\"><li>");
    choice_link(h, c, false, DL_HEALTH_GOOD);
    dl_view_count(h, (int64_t)feeds->n, "channel", "channels");
    DL_HTML(h, "</a></li>");
    for (size_t i = 0; i < DL_HEALTH_COUNT; i++) {
        enum dl_health health = dl_source_health_by_need(i);
        if (counts[health] == 0) continue;
        DL_HTML(h, "<li>");
        choice_link(h, c, true, health);
        dl_view_count(h, counts[health], dl_source_health_word(health),
                      dl_source_health_word(health));
        DL_HTML(h, "</a></li>");
    }
    DL_HTML(h, "</ul></nav>\n");
}

static void note(dl_html *h, dl_str words)
{
    if (words.n == 0) return;
    DL_HTML(h, " <br><span class=\"muted\">");
    dl_html_text(h, words);
    DL_HTML(h, "</span>");
}

static void health_cell(dl_html *h, dl_arena *arena, const struct dl_store_feed *f, int64_t now_ms)
{
    enum dl_health health = dl_source_health(f, now_ms);
    DL_HTML(h, "<td data-label=\"State\"><span class=\"state s-");
    dl_html_c(h, dl_source_health_name(health));
    DL_HTML(h, "\"><span aria-hidden=\"true\">");
    dl_html_c(h, dl_source_health_sign(health));
    DL_HTML(h, "</span> ");
    dl_html_c(h, dl_source_health_word(health));
    DL_HTML(h, "</span>");
    if (health == DL_HEALTH_SILENT || health == DL_HEALTH_QUIET)
        note(h, dl_words_silence(arena, &f->silence));
    note(h, f->last_result);
    if (f->losses > 0)
        note(h, dl_str_fmt(arena, "%lld %s lost items", (long long)f->losses,
                           f->losses == 1 ? "time it probably" : "times it probably"));
    DL_HTML(h, "</td>");
}

static void when_cell(dl_html *h, const char *label, int64_t ms, int64_t now_ms, dl_str why)
{
    DL_HTML(h, "<td");
    DL_ATTR(h, "data-label", dl_str_c(label));
    DL_HTML(h, ">");
    if (ms > 0)
        dl_html_when(h, ms, now_ms);
    else
        DL_HTML(h, "<span class=\"muted\">never</span>");
    note(h, why);
    DL_HTML(h, "</td>");
}

static void feed_row(dl_html *h, dl_arena *arena, const struct dl_store_feed *f, int64_t now_ms)
{
    DL_HTML(h, "<tr><th scope=\"row\">");
    DL_HTML(h, "<a class=\"name\"");
    DL_PATH(h, "/sources/", f->outlet);
    DL_HTML(h, ">");
    dl_view_outlet(h, f->outlet_name, f->outlet, f->country);
    DL_HTML(h, "</a> <br><span class=\"muted\">");
    if (f->outlet_kind.n > 0) {
        dl_html_text(h, dl_words_kind(f->outlet_kind));
        DL_HTML(h, " \u00b7 ");
    }
    dl_html_text(h, dl_words_feed_kind(f->kind));
    DL_HTML(h, " \u00b7 </span><a class=\"url\" rel=\"noopener noreferrer external\"");
    dl_html_href(h, f->url);
    DL_HTML(h, ">");
    dl_html_text(h, f->url);
    DL_HTML(h, "</a></th>");
    health_cell(h, arena, f, now_ms);
    when_cell(h, "Last new item", f->last_new_ms, now_ms, (dl_str){NULL, 0});
    dl_str notes = dl_words_notes(arena, f);
    when_cell(h, "Next poll", f->next_poll_ms, now_ms,
              notes.n == 0 ? f->why
                           : dl_str_fmt(arena, "%.*s %.*s", DL_FMT(f->why), DL_FMT(notes)));
    DL_HTML(h, "<td data-label=\"Items\" class=\"n\"><b>");
    dl_html_number(h, f->items_new);
    DL_HTML(h, "</b> new of ");
    dl_html_number(h, f->items_seen);
    DL_HTML(h, " <br><span class=\"muted\">");
    dl_html_number(h, f->polls);
    dl_html_c(h, f->polls == 1 ? " poll, " : " polls, ");
    dl_html_number(h, f->unchanged);
    DL_HTML(h, " unchanged</span></td></tr>\n");
}

/* What needs a look comes first. */
static void rows(dl_html *h, dl_arena *arena, const dl_store_feeds *feeds, const struct choice *c,
                 int64_t now_ms)
{
    for (size_t k = 0; k < DL_HEALTH_COUNT; k++) {
        enum dl_health health = dl_source_health_by_need(k);
        if (c->by_health && health != c->health) continue;
        for (size_t i = 0; i < feeds->n; i++)
            if (dl_source_health(&feeds->p[i], now_ms) == health)
                feed_row(h, arena, &feeds->p[i], now_ms);
    }
}

static void no_feeds(dl_html *h)
{
    DL_HTML(h, "<section class=\"notice\"><h2>No feeds</h2><p>Dateline knows no feed yet. "
               "<code>dateline serve</code> brings its starter sources with it; <code>dateline "
               "sources add <var>URL</var></code> adds one.</p></section>\n");
}

static void page(dl_html *h, dl_arena *arena, const dl_web *web, const dl_store_feeds *feeds,
                 const struct choice *c, int64_t now_ms)
{
    struct dl_view view = {
        .title = DL_STR("Sources"), .here = "/sources", .sequence = -1, .now_ms = now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Sources</h1>\n");
    if (dl_web_is_offline(web))
        DL_HTML(
            h, "<p class=\"notice\">Offline: nothing is polled. What follows is how it was.</p>\n");
    if (feeds->n == 0) {
        no_feeds(h);
    } else {
        summary(h, feeds, c, now_ms);
        DL_HTML(h,
                "<table class=\"rows\"><thead><tr><th scope=\"col\">Source and channel</th><th "
                "scope=\"col\">State</th><th scope=\"col\">Last new item</th><th "
                "scope=\"col\">Next poll</th><th scope=\"col\">Items</th></tr></thead><tbody>\n");
        rows(h, arena, feeds, c, now_ms);
        DL_HTML(h, "</tbody></table>\n");
    }
    dl_view_end(h, &view);
}

void dl_route_sources(struct dl_web *web, struct dl_http_request *request,
                      struct dl_http_reply *reply)
{
    dl_store_feeds feeds = {0};
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    struct choice c = {.country = dl_http_query(request, "country")};
    c.by_health = dl_source_health_from(dl_http_query(request, "health"), &c.health);
    enum dl_err err = gather(store, request->arena, c.country, &feeds);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "list of sources")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, request->arena, web, &feeds, &c, dl_now_ms());
    reply->type = "text/html; charset=utf-8";
}
