/* How the instance itself fares: lags, queues, quarantine with reasons, conservation, versions. */
#include "serve/pages.h"
#include "serve/view.h"
#include "store/health.h"
#include "store/read_hub.h"

enum {
    TROUBLES = 50,
    OUTLETS = 100, /* of the last day in the conservation table */
    HUBS = 200,    /* subscriptions */
    HOUR_MS = 3600 * 1000,
};

struct status_page {
    struct dl_store_status s;
    dl_store_entries troubles;
    dl_store_tallies tallies;
    dl_store_subscriptions hubs;
    int64_t now_ms;
};

static enum dl_err gather(dl_store *store, dl_arena *arena, struct status_page *p)
{
    DL_TRY(dl_store_status(store, p->now_ms, &p->s));
    DL_TRY(dl_store_list_subscriptions(store, arena, 0, HUBS, &p->hubs));
    DL_TRY(dl_store_list_quarantine(store, arena, 0, TROUBLES, &p->troubles));
    return dl_store_list_tallies(store, arena, p->now_ms / HOUR_MS - 24, OUTLETS, &p->tallies);
}

static void number_row(dl_html *h, const char *name, int64_t number, const char *note)
{
    DL_HTML(h, "<dt>");
    dl_html_c(h, name);
    DL_HTML(h, "</dt><dd class=\"n\"><b>");
    dl_html_number(h, number);
    DL_HTML(h, "</b> <span class=\"muted\">");
    dl_html_c(h, note);
    DL_HTML(h, "</span></dd>\n");
}

static void since_row(dl_html *h, const char *name, int64_t ms, int64_t now_ms)
{
    DL_HTML(h, "<dt>");
    dl_html_c(h, name);
    DL_HTML(h, "</dt><dd>");
    if (ms > 0)
        dl_html_when(h, ms, now_ms);
    else
        DL_HTML(h, "<span class=\"muted\">never</span>");
    DL_HTML(h, "</dd>\n");
}

static void verdict(dl_html *h, const struct status_page *p)
{
    const struct dl_store_status *s = &p->s;
    if (s->day.residual != 0) {
        DL_HTML(h,
                "<p class=\"state s-down\"><span aria-hidden=\"true\">\u2715</span> The books do "
                "not balance: ");
        dl_html_number(h, s->day.residual);
        DL_HTML(h, " documents are unaccounted for. That is a bug of Dateline.</p>\n");
        return;
    }
    DL_HTML(h,
            "<p class=\"state s-good\"><span aria-hidden=\"true\">\u25cf</span> Nothing is lost: "
            "all that was seen is stored, duplicate, rejected, quarantined or on its way.</p>\n");
}

static void lags(dl_html *h, const struct status_page *p)
{
    const struct dl_store_status *s = &p->s;
    DL_HTML(h, "<section aria-labelledby=\"lags\"><h2 id=\"lags\">Lags and queues</h2><dl "
               "class=\"record\">\n");
    since_row(h, "Newest document", s->newest_seen_ms, p->now_ms);
    since_row(h, "Newest change", s->newest_change_ms, p->now_ms);
    number_row(h, "To be read", s->pending, "documents wait for a reader");
    if (s->oldest_pending_ms > 0) since_row(h, "Oldest of them", s->oldest_pending_ms, p->now_ms);
    number_row(h, "To be placed", s->story_lag, "read, not in a story yet");
    number_row(h, "Pages to fetch", s->pages_waiting, "behind feed items");
    number_row(h, "of these due", s->pages_due, "now");
    number_row(h, "Feeds due", s->feeds_due, "to be polled now");
    number_row(h, "Feeds failing", s->feeds_failing, "three times in a row or more");
    DL_HTML(h, "</dl></section>\n");
}

static void holdings(dl_html *h, const struct status_page *p)
{
    const struct dl_store_status *s = &p->s;
    DL_HTML(
        h, "<section aria-labelledby=\"store\"><h2 id=\"store\">Store</h2><dl class=\"record\">\n");
    number_row(h, "Documents", s->documents, "");
    number_row(h, "Revisions", s->revisions, "");
    number_row(h, "Statements", s->statements, "");
    number_row(h, "Stories", s->stories, "");
    number_row(h, "Outlets", s->outlets, "");
    number_row(h, "Feeds", s->feeds, "");
    number_row(h, "Database", s->database_bytes >> 20, "MiB");
    number_row(h, "Change", s->newest_change, "sequence of the newest");
    DL_HTML(h, "</dl></section>\n");
}

static void tally_row(dl_html *h, const struct dl_store_tally *t, bool total)
{
    const int64_t numbers[] = {t->seen,        t->stored,    t->duplicate, t->rejected,
                               t->quarantined, t->in_flight, t->residual};
    static const char *const labels[] = {"Seen",        "Stored",    "Duplicate", "Rejected",
                                         "Quarantined", "In flight", "Rest"};
    DL_HTML(h, "<tr><th scope=\"row\">");
    if (total)
        DL_HTML(h, "All");
    else
        dl_html_foreign(h, (dl_str){NULL, 0}, t->outlet);
    DL_HTML(h, "</th>");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        DL_HTML(h, "<td class=\"n\"");
        DL_ATTR(h, "data-label", dl_str_c(labels[i]));
        DL_HTML(h, ">");
        dl_html_number(h, numbers[i]);
        DL_HTML(h, "</td>");
    }
    DL_HTML(h, "</tr>\n");
}

static void conservation(dl_html *h, const struct status_page *p)
{
    DL_HTML(h,
            "<section aria-labelledby=\"books\"><h2 id=\"books\">Conservation, last 24 hours</h2>"
            "<p class=\"muted\">seen = stored + duplicate + rejected + quarantined + in flight; "
            "the rest must be 0.</p><table class=\"rows numbers\"><thead><tr><th "
            "scope=\"col\">Outlet</th><th scope=\"col\">Seen</th><th scope=\"col\">Stored</th><th "
            "scope=\"col\">Duplicate</th><th scope=\"col\">Rejected</th><th scope=\"col\">Quaran"
            "tined</th><th scope=\"col\">In flight</th><th scope=\"col\">Rest</th></tr></thead>"
            "<tbody>\n");
    tally_row(h, &p->s.day, true);
    for (size_t i = 0; i < p->tallies.n; i++)
        tally_row(h, &p->tallies.p[i], false);
    DL_HTML(h, "</tbody></table></section>\n");
}

static void hubs(dl_html *h, const dl_web *web, dl_arena *arena, const struct status_page *p)
{
    DL_HTML(h, "<section aria-labelledby=\"hubs\"><h2 id=\"hubs\">Hubs</h2><p class=\"muted\">");
    if (dl_web_websub_base(web) != NULL) {
        DL_HTML(h, "They reach us at ");
        dl_html_c(h, dl_web_websub_base(web));
        DL_HTML(h, " and push what feeds publish.");
    } else {
        DL_HTML(h, "No hub is asked to push: where hubs reach this server is not given (serve "
                   "--websub-callback).");
    }
    DL_HTML(h, "</p>\n");
    dl_view_hubs(h, arena, &p->hubs);
    DL_HTML(h, "</section>\n");
}

static void code_in_words(dl_html *h, dl_str code)
{
    char name[40];
    snprintf(name, sizeof name, "%.*s", DL_FMT(code));
    enum dl_err err = dl_err_from_name(name);
    if (err != DL_OK) dl_html_c(h, dl_err_text(err));
}

static void trouble_row(dl_html *h, const struct dl_store_entry *t, int64_t now_ms)
{
    DL_HTML(h, "<tr><td data-label=\"Seen\">");
    dl_html_when(h, t->seen_by_ms, now_ms);
    DL_HTML(h, "</td><td data-label=\"Document\"><a");
    DL_HREF(h, "/d/", &t->document);
    DL_HTML(h, ">");
    dl_html_text(h, t->url.n > 0 ? t->url : t->outlet);
    DL_HTML(h, "</a></td><td data-label=\"What\">");
    dl_html_text(h, t->state);
    if (t->tries > 1) {
        DL_HTML(h, " <span class=\"muted\">after ");
        dl_html_int(h, t->tries);
        DL_HTML(h, " tries</span>");
    }
    DL_HTML(h, "</td><td data-label=\"Why\"><code>");
    dl_html_text(h, t->code);
    DL_HTML(h, "</code> ");
    if (t->message.n > 0)
        dl_html_text(h, t->message);
    else
        code_in_words(h, t->code);
    DL_HTML(h, "</td></tr>\n");
}

static void quarantine(dl_html *h, const struct status_page *p)
{
    DL_HTML(h,
            "<section aria-labelledby=\"quarantine\"><h2 id=\"quarantine\">Not readable</h2><p>");
    dl_view_count(h, p->s.quarantined, "quarantined", "quarantined");
    DL_HTML(h, " <span class=\"muted\">(three readers failed; the bytes are kept)</span>, ");
    dl_view_count(h, p->s.rejected, "rejected", "rejected");
    DL_HTML(h, " <span class=\"muted\">(never will be readable)</span></p>\n");
    if (p->troubles.n == 0) {
        DL_HTML(h, "<p class=\"muted\">None.</p></section>\n");
        return;
    }
    DL_HTML(h, "<table class=\"rows\"><thead><tr><th scope=\"col\">Seen</th><th scope=\"col\">"
               "Document</th><th scope=\"col\">What</th><th scope=\"col\">Why</th></tr></thead>"
               "<tbody>\n");
    for (size_t i = 0; i < p->troubles.n; i++)
        trouble_row(h, &p->troubles.p[i], p->now_ms);
    DL_HTML(h, "</tbody></table></section>\n");
}

static void versions(dl_html *h, const dl_web *web, int64_t now_ms)
{
    dl_buf lines = DL_BUF_INIT(4096);
    dl_web_versions(web, &lines);
    dl_str rest = dl_buf_slice(&lines), line;
    DL_HTML(h, "<section aria-labelledby=\"versions\"><h2 id=\"versions\">This instance</h2><dl "
               "class=\"record\">\n");
    since_row(h, "Web process since", dl_web_started_ms(web), now_ms);
    DL_HTML(h, "<dt>Network</dt><dd>");
    dl_html_c(h, dl_web_is_offline(web) ? "offline: nothing is fetched" : "feeds are polled");
    DL_HTML(h, "</dd>\n<dt>Private addresses</dt><dd>");
    if (dl_web_egress(web) != NULL)
        dl_html_c(h, dl_web_egress(web));
    else
        DL_HTML(h, "none may be fetched");
    DL_HTML(h, "</dd>\n");
    while (dl_str_line(&rest, &line)) {
        size_t space = dl_str_chr(line, ' ', 0);
        if (space == DL_NO_POS) continue;
        DL_HTML(h, "<dt>");
        dl_html_text(h, dl_str_sub(line, 0, space));
        DL_HTML(h, "</dt><dd class=\"n\">");
        dl_html_text(h, dl_str_sub(line, space + 1, line.n));
        DL_HTML(h, "</dd>\n");
    }
    DL_HTML(h, "</dl></section>\n");
    dl_buf_free(&lines);
}

static void page(dl_html *h, const dl_web *web, dl_arena *arena, const struct status_page *p)
{
    struct dl_view view = {
        .title = DL_STR("Status"), .here = "/status", .sequence = -1, .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<h1 class=\"page\">Status</h1>\n");
    verdict(h, p);
    DL_HTML(h, "<div class=\"columns\">\n");
    lags(h, p);
    holdings(h, p);
    versions(h, web, p->now_ms);
    DL_HTML(h, "</div>\n");
    conservation(h, p);
    hubs(h, web, arena, p);
    quarantine(h, p);
    dl_view_end(h, &view);
}

void dl_route_status(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct status_page p = {.now_ms = dl_now_ms()};
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->arena, &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "status")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, request->arena, &p);
    reply->type = "text/html; charset=utf-8";
}
