/* Trends: places and topics that have more today than they usually have, who does what to whom by
 * week and status, what is said to follow from what. Each number opens to its documents. */
#include "serve/pages.h"
#include "serve/view.h"
#include "serve/words.h"
#include "store/read_trends.h"

enum {
    ROWS = 15,
    MENTIONS = 100,
    DAY_MS = 24 * 3600 * 1000,
    WEEK = 7,
    PARTS = 4,    /* of a key */
    BAR_MAX = 20, /* pixels of the highest */
};

/* Below one in a hundred nothing is called unusual. */
static const double SURPRISING = 2;

struct trends_page {
    dl_store_trends places, topics, pairs, links;
    int64_t day, sequence, now_ms;
};

static enum dl_err gather(dl_store *store, dl_arena *arena, struct trends_page *p)
{
    DL_TRY(dl_store_newest_change(store, &p->sequence));
    DL_TRY(dl_store_newest_day(store, &p->day));
    DL_TRY(dl_store_rising(store, arena, DL_TREND_PLACE, p->day, ROWS, &p->places));
    DL_TRY(dl_store_rising(store, arena, DL_TREND_TOPIC, p->day, ROWS, &p->topics));
    DL_TRY(dl_store_by_week(store, arena, DL_TREND_PAIR, p->day, ROWS, &p->pairs));
    return dl_store_by_week(store, arena, DL_TREND_LINK, p->day, ROWS, &p->links);
}

static void show_day(dl_html *h, int64_t day)
{
    dl_html_time(h, (dl_time){.ms = day * DAY_MS, .precision = DL_PREC_DAY, .zone = DL_ZONE_KNOWN});
}

static size_t split(dl_str key, dl_str parts[PARTS])
{
    size_t n = 0;
    for (dl_str part; n < PARTS && dl_str_split(&key, '|', &part);)
        parts[n++] = part;
    return n;
}

/* "COP → CVL: COERCE, occurred"; places and topics are their own words. */
static void key_words(dl_html *h, enum dl_trend_kind kind, dl_str key)
{
    dl_str parts[PARTS] = {{NULL, 0}};
    size_t n = split(key, parts);
    if (kind == DL_TREND_PLACE) {
        dl_html_foreign(h, DL_STR("en"), parts[0]);
        dl_view_code(h, parts[1]);
    } else if (kind == DL_TREND_TOPIC) {
        dl_html_foreign(h, DL_STR("en"), parts[1]);
    } else if (kind == DL_TREND_PAIR && n == PARTS) {
        dl_html_text(h, parts[0]);
        DL_HTML(h, " \u2192 ");
        dl_html_text(h, parts[1]);
        DL_HTML(h, ": ");
        dl_html_text(h, parts[2]);
        DL_HTML(h, ", ");
        dl_html_text(h, parts[3]);
    } else {
        dl_html_text(h, parts[1]);
        DL_HTML(h, " \u2014 ");
        dl_html_text(h, parts[0]);
        DL_HTML(h, " \u2192 ");
        dl_html_text(h, parts[2]);
    }
}

static void open_number(dl_html *h, enum dl_trend_kind kind, dl_str key, int64_t from, int64_t to)
{
    DL_HTML(h, "<a href=\"/trends/");
    dl_html_c(h, dl_trend_kind_name(kind));
    DL_HTML(h, "?key=");
    dl_html_query_part(h, key);
    DL_HTML(h, "&amp;from=");
    dl_html_int(h, from);
    DL_HTML(h, "&amp;to=");
    dl_html_int(h, to);
    DL_HTML(h, "\">");
}

static void rising(dl_html *h, const struct trends_page *p, enum dl_trend_kind kind,
                   const dl_store_trends *trends, const char *what)
{
    size_t shown = 0;
    for (size_t i = 0; i < trends->n; i++) {
        const struct dl_store_trend *t = &trends->p[i];
        if (t->trend.surprise < SURPRISING) continue;
        if (shown++ == 0) {
            DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">");
            dl_html_c(h, what);
            DL_HTML(h, "</th><th scope=\"col\">Documents of the day</th><th scope=\"col\">Usual in "
                       "four weeks before</th></tr></thead><tbody>\n");
        }
        DL_HTML(h, "<tr><td data-label=\"What\">");
        key_words(h, kind, t->key);
        DL_HTML(h, "</td><td data-label=\"Documents of the day\">");
        open_number(h, kind, t->key, p->day, p->day);
        dl_html_number(h, t->documents);
        DL_HTML(h, "</a></td><td data-label=\"Usual\">");
        dl_html_fixed(h, t->trend.usual, 1);
        DL_HTML(h, " a day</td></tr>\n");
    }
    if (shown > 0)
        DL_HTML(h, "</tbody></table>\n");
    else
        DL_HTML(h, "<p class=\"muted\">Nothing has more than it usually has.</p>\n");
}

/* Bars of the weeks; the numbers stand in the label. */
static void weeks(dl_html *h, const struct dl_store_trend *t)
{
    uint32_t top = 1;
    for (size_t i = 0; i < DL_TREND_WEEKS; i++)
        if (t->weeks[i] > top) top = t->weeks[i];
    DL_HTML(h, "<svg class=\"spark\" viewBox=\"0 0 96 20\" width=\"96\" height=\"20\" role=\"img\" "
               "aria-label=\"Documents by week, oldest first:");
    for (size_t i = 0; i < DL_TREND_WEEKS; i++) {
        DL_HTML(h, " ");
        dl_html_int(h, t->weeks[i]);
    }
    DL_HTML(h, "\"><path d=\"");
    for (size_t i = 0; i < DL_TREND_WEEKS; i++) {
        uint32_t height = t->weeks[i] * (BAR_MAX - 1) / top;
        if (t->weeks[i] > 0)
            dl_buf_fmt(h->out, "M%zu 20v-%uh10v%u", i * 12, height + 1, height + 1);
    }
    DL_HTML(h, "z\"/></svg>");
}

static void by_week(dl_html *h, const struct trends_page *p, enum dl_trend_kind kind,
                    const dl_store_trends *trends, const char *none)
{
    if (trends->n == 0) {
        DL_HTML(h, "<p class=\"muted\">");
        dl_html_c(h, none);
        DL_HTML(h, "</p>\n");
        return;
    }
    DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">What</th><th scope=\"col\">"
               "Documents in eight weeks</th><th scope=\"col\">By week</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < trends->n; i++) {
        const struct dl_store_trend *t = &trends->p[i];
        DL_HTML(h, "<tr><td data-label=\"What\">");
        key_words(h, kind, t->key);
        DL_HTML(h, "</td><td data-label=\"Documents\">");
        open_number(h, kind, t->key, p->day + 1 - DL_TREND_WEEKS * WEEK, p->day);
        dl_html_number(h, t->documents);
        DL_HTML(h, "</a></td><td data-label=\"By week\">");
        weeks(h, t);
        DL_HTML(h, "</td></tr>\n");
    }
    DL_HTML(h, "</tbody></table>\n");
}

static void page(dl_html *h, const dl_web *web, const struct trends_page *p)
{
    struct dl_view view = {
        .title = DL_STR("Trends"), .here = "/trends", .sequence = -1, .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Trends</h1><p class=\"muted\">");
    if (p->day > 0) {
        DL_HTML(h, "The day of the newest document, ");
        show_day(h, p->day);
        DL_HTML(h, " (UTC), beside the days before. ");
    }
    DL_HTML(h, "Documents are counted, copies left out; what happened is not. Nothing is "
               "forecast.</p><section aria-labelledby=\"places\"><h2 id=\"places\">Places</h2>\n");
    rising(h, p, DL_TREND_PLACE, &p->places, "Place");
    DL_HTML(h, "</section><section aria-labelledby=\"topics\"><h2 id=\"topics\">Topics</h2>\n");
    rising(h, p, DL_TREND_TOPIC, &p->topics, "Topic");
    DL_HTML(h, "</section><section aria-labelledby=\"pairs\"><h2 id=\"pairs\">Who is said to do "
               "what to whom</h2><p class=\"muted\">Codes of states, bodies and groups (CAMEO); "
               "persons are not counted. The status is part of it: planned, alleged and denied are "
               "not occurred.</p>\n");
    by_week(h, p, DL_TREND_PAIR, &p->pairs, "No document says so of two known parties.");
    DL_HTML(h,
            "</section><section aria-labelledby=\"links\"><h2 id=\"links\">What is said to follow "
            "from what</h2>\n");
    by_week(h, p, DL_TREND_LINK, &p->links, "No document links two events in so many words.");
    DL_HTML(h, "</section>\n");
    dl_view_end(h, &view);
}

void dl_route_trends(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct trends_page p = {.now_ms = dl_now_ms()};
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->arena, &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "list of trends")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}

/* --- the documents behind a number
 * ---------------------------------------------------------------- */

struct mentions_page {
    enum dl_trend_kind kind;
    dl_str key;
    uint64_t from, to;
    dl_store_mentions mentions;
    int64_t now_ms;
};

static void mention(dl_html *h, const struct dl_store_mention *m, int64_t now_ms)
{
    DL_HTML(h, "<tr><td data-label=\"Seen\">");
    dl_html_when(h, m->seen_by_ms, now_ms);
    DL_HTML(h, "</td><td data-label=\"Outlet\">");
    dl_view_outlet(h, m->outlet_name, m->outlet, (dl_str){NULL, 0});
    DL_HTML(h, "</td><td data-label=\"Headline\">");
    DL_HEADLINE(h, "/d/", &m->document, m->language, m->title);
    dl_view_code(h, m->language);
    DL_HTML(h, "</td><td data-label=\"Story\">");
    if (m->has_story) {
        DL_HTML(h, "<a");
        DL_HREF(h, "/s/", &m->story);
        DL_HTML(h, ">story</a>");
    }
    DL_HTML(h, "</td></tr>\n");
}

static void mentions(dl_html *h, const dl_web *web, const struct mentions_page *p)
{
    struct dl_view view = {
        .title = DL_STR("Documents of a trend"), .sequence = -1, .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<p class=\"kicker\"><a href=\"/trends\">Trends</a></p><h1 class=\"page\">");
    key_words(h, p->kind, p->key);
    DL_HTML(h, "</h1><p class=\"muted\">");
    show_day(h, (int64_t)p->from);
    if (p->from != p->to) {
        DL_HTML(h, " to ");
        show_day(h, (int64_t)p->to);
    }
    DL_HTML(h, ", copies left out");
    if (p->mentions.n == MENTIONS) DL_HTML(h, "; the newest hundred");
    DL_HTML(h, ".</p><table class=\"rows\"><thead><tr><th scope=\"col\">Seen</th><th "
               "scope=\"col\">Outlet</th><th scope=\"col\">Headline</th><th "
               "scope=\"col\">Story</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < p->mentions.n; i++)
        mention(h, &p->mentions.p[i], p->now_ms);
    DL_HTML(h, "</tbody></table>\n");
    dl_view_end(h, &view);
}

static bool day_of(const struct dl_http_request *request, const char *name, uint64_t *ret)
{
    enum { DAYS_MOST = 1 << 20 };
    return dl_str_u64(dl_http_query(request, name), ret) && *ret <= DAYS_MOST;
}

void dl_route_trend(struct dl_web *web, struct dl_http_request *request,
                    struct dl_http_reply *reply)
{
    struct mentions_page p = {.key = dl_http_query(request, "key"), .now_ms = dl_now_ms()};
    if (!dl_trend_kind_from(request->params[0], &p.kind)) {
        dl_route_fail(reply, 404, "There is nothing at this address.");
        return;
    }
    if (p.key.n == 0 || !day_of(request, "from", &p.from) || !day_of(request, "to", &p.to)) {
        dl_route_fail(reply, 400,
                      "A trend is named by ?key=, ?from= and ?to=, as the page gives them.");
        return;
    }
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = dl_store_mentions_of(store, request->arena, p.kind, p.key, (int64_t)p.from,
                                           (int64_t)p.to, MENTIONS, &p.mentions);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "trend")) return;
    dl_html html = dl_html_to(&reply->body);
    mentions(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
