/* One source: how it is, its week, what each of its channels is worth, what was lost. */
#include "serve/pages.h"
#include "serve/source_health.h"
#include "serve/svg.h"
#include "serve/view.h"
#include "serve/words.h"

static const int64_t HOUR_MS = 3600000, DAY_MS = 86400000;

struct page {
    dl_html *h;
    dl_arena *arena;
    const struct dl_store_source *s;
    int64_t now_ms;
};

static void state(dl_html *h, enum dl_health health)
{
    DL_HTML(h, "<span class=\"state s-");
    dl_html_c(h, dl_source_health_name(health));
    DL_HTML(h, "\"><span aria-hidden=\"true\">");
    dl_html_c(h, dl_source_health_sign(health));
    DL_HTML(h, "</span> ");
    dl_html_c(h, dl_source_health_word(health));
    DL_HTML(h, "</span>");
}

static void when(const struct page *p, int64_t ms)
{
    if (ms > 0)
        dl_html_when(p->h, ms, p->now_ms);
    else
        DL_HTML(p->h, "<span class=\"muted\">never</span>");
}

static void link_to(dl_html *h, dl_str url)
{
    DL_HTML(h, "<a class=\"url\" rel=\"noopener noreferrer external\"");
    dl_html_href(h, url);
    DL_HTML(h, ">");
    dl_html_text(h, url);
    DL_HTML(h, "</a>");
}

/* --- head --------------------------------------------------------------------------------- */

static void head(const struct page *p)
{
    dl_html *h = p->h;
    const struct dl_store_source *s = p->s;
    DL_HTML(h, "<p class=\"crumb\"><a href=\"/sources\">Sources</a></p>\n<h1>");
    dl_html_foreign(h, s->language, s->name.n > 0 ? s->name : s->outlet);
    DL_HTML(h, "</h1>\n<p class=\"muted\">");
    dl_html_text(h, s->outlet);
    dl_view_code(h, s->country);
    dl_view_code(h, s->language);
    if (s->kind.n > 0) {
        DL_HTML(h, " \u00b7 ");
        dl_html_text(h, dl_words_kind(s->kind));
    }
    if (dl_html_is_link(s->home)) {
        DL_HTML(h, " \u00b7 ");
        link_to(h, s->home);
    }
    DL_HTML(h, "</p>\n<p class=\"verdict\">");
    state(h, dl_source_health_of_all(s, p->now_ms));
    dl_str words = dl_words_silence(p->arena, &s->silence);
    if (words.n > 0) {
        DL_HTML(h, " <span>");
        dl_html_text(h, words);
        DL_HTML(h, "</span>");
    } else if (!s->silence.known && s->rhythm.since_ms > 0) {
        DL_HTML(h, " <span class=\"muted\">Its rhythm is not known yet: that takes two weeks and "
                   "eight silences.</span>");
    }
    DL_HTML(h, "</p>\n");
}

/* --- week --------------------------------------------------------------------------------- */

struct day {
    int items, hours;
    double usual;
};

static void days_table(const struct page *p, int64_t first_hour, const struct day days[7])
{
    dl_html *h = p->h;
    DL_HTML(h, "<details><summary>The same in numbers</summary><table class=\"rows\"><thead><tr>"
               "<th scope=\"col\">24 hours from</th><th scope=\"col\">New</th><th "
               "scope=\"col\">Usual</th></tr></thead><tbody>\n");
    for (int i = 0; i < 7; i++) {
        DL_HTML(h, "<tr><th scope=\"row\">");
        dl_html_time(h, (dl_time){.ms = first_hour * HOUR_MS + i * DAY_MS,
                                  .precision = DL_PREC_MINUTE,
                                  .zone = DL_ZONE_KNOWN});
        DL_HTML(h, "</th><td data-label=\"New\">");
        if (days[i].hours > 0)
            dl_html_number(h, days[i].items);
        else
            DL_HTML(h, "<span class=\"muted\">not looked at</span>");
        DL_HTML(h, "</td><td data-label=\"Usual\">");
        dl_html_fixed(h, days[i].usual, 1);
        DL_HTML(h, "</td></tr>\n");
    }
    DL_HTML(h, "</tbody></table></details>\n");
}

static void week(const struct page *p)
{
    dl_html *h = p->h;
    const struct dl_rhythm *r = &p->s->rhythm;
    struct dl_week_hour hours[DL_WEEK_HOURS];
    struct day days[7] = {0};
    if (r->since_ms == 0) return;
    int64_t first = r->seen_ms / HOUR_MS - DL_WEEK_HOURS + 1;
    int sum = 0;
    for (int i = 0; i < DL_WEEK_HOURS; i++) {
        struct dl_expected e = dl_rhythm_expected(r, (first + i) * HOUR_MS);
        hours[i] =
            (struct dl_week_hour){dl_rhythm_arrivals(r, (first + i) * HOUR_MS), e.low, e.high};
        struct day *day = &days[i / 24];
        day->usual += e.mean;
        if (hours[i].items < 0) continue;
        day->hours++;
        day->items += hours[i].items;
        sum += hours[i].items;
    }
    dl_str label = dl_str_fmt(p->arena,
                              "New articles by hour, last seven days: %d in all. The "
                              "shaded band is what is usual at that hour.",
                              sum);
    DL_HTML(h, "<section><h2>The last seven days</h2>\n<figure class=\"chart\">");
    dl_svg_week(h, hours, label);
    DL_HTML(h, "<p class=\"ends\"><span>");
    dl_html_time(
        h, (dl_time){.ms = first * HOUR_MS, .precision = DL_PREC_MINUTE, .zone = DL_ZONE_KNOWN});
    DL_HTML(h, "</span><span>");
    dl_html_time(h,
                 (dl_time){.ms = r->seen_ms, .precision = DL_PREC_MINUTE, .zone = DL_ZONE_KNOWN});
    DL_HTML(h, "</span></p><figcaption><b>");
    dl_html_number(h, sum);
    DL_HTML(h, "</b> new by hour; the shaded band is usual at that hour, hatched is when nobody "
               "looked.</figcaption></figure>\n");
    days_table(p, first, days);
    DL_HTML(h, "</section>\n");
}

/* --- channels ----------------------------------------------------------------------------- */

static void note(dl_html *h, dl_str words)
{
    if (words.n == 0) return;
    DL_HTML(h, " <br><span class=\"muted\">");
    dl_html_text(h, words);
    DL_HTML(h, "</span>");
}

static void channel_row(const struct page *p, const struct dl_store_channel *c)
{
    dl_html *h = p->h;
    const struct dl_store_feed *f = &c->feed;
    DL_HTML(h, "<tr><th scope=\"row\">");
    dl_html_text(h, dl_words_feed_kind(f->kind));
    if (f->title.n > 0) {
        DL_HTML(h, " \u00b7 ");
        dl_html_foreign(h, p->s->language, f->title);
    }
    DL_HTML(h, " <br>");
    link_to(h, f->url);
    DL_HTML(h, "</th><td data-label=\"State\">");
    state(h, dl_source_health(f, p->now_ms));
    note(h, f->last_result);
    note(h, dl_words_trust(p->arena, c));
    DL_HTML(h, "</td><td data-label=\"Last new\">");
    when(p, f->last_new_ms);
    DL_HTML(h, "</td><td data-label=\"Next poll\">");
    when(p, f->next_poll_ms);
    note(h, f->why);
    note(h, dl_words_notes(p->arena, f));
    note(h, dl_words_pace(p->arena, f));
    DL_HTML(h, "</td><td data-label=\"Worth\">");
    dl_str coverage = dl_words_coverage(p->arena, c);
    dl_html_text(h, coverage.n > 0 ? coverage : DL_STR("not known yet"));
    if (c->first > 0 && p->s->channels.n > 1)
        note(h, dl_str_fmt(p->arena, "%lld here first", (long long)c->first));
    if (c->pushed > 0) note(h, dl_str_fmt(p->arena, "%lld by push", (long long)c->pushed));
    note(h, dl_words_lead(p->arena, c));
    DL_HTML(h, "</td></tr>\n");
}

static void channels(const struct page *p)
{
    dl_html *h = p->h;
    DL_HTML(h, "<section><h2>Channels</h2>\n<table class=\"rows\"><thead><tr><th "
               "scope=\"col\">Channel</th><th scope=\"col\">State</th><th scope=\"col\">Last "
               "new</th><th scope=\"col\">Next poll</th><th scope=\"col\">Worth</th></tr></thead>"
               "<tbody>\n");
    for (size_t i = 0; i < p->s->channels.n; i++)
        channel_row(p, &p->s->channels.p[i]);
    DL_HTML(h, "</tbody></table></section>\n");
}

static void hubs(const struct page *p)
{
    if (p->s->hubs.n == 0) return;
    DL_HTML(p->h, "<section><h2>Hubs</h2>\n");
    dl_view_hubs(p->h, p->arena, &p->s->hubs);
    DL_HTML(p->h, "</section>\n");
}

/* --- losses, edits, polls ----------------------------------------------------------------- */

static void losses(const struct page *p)
{
    dl_html *h = p->h;
    DL_HTML(h, "<section><h2>What was probably lost</h2>\n");
    if (p->s->losses.n == 0) {
        DL_HTML(
            h,
            "<p>Nothing that is known of: no two looks in a row were without a common item.</p></section>\n");
        return;
    }
    DL_HTML(h, "<ul class=\"plain\">\n");
    for (size_t i = 0; i < p->s->losses.n; i++) {
        const struct dl_store_loss *l = &p->s->losses.p[i];
        DL_HTML(h, "<li>");
        dl_html_when(h, l->at_ms, p->now_ms);
        DL_HTML(h, " <br>");
        dl_html_text(h, dl_words_loss(p->arena, l));
        if (p->s->channels.n > 1) note(h, l->url);
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ul></section>\n");
}

static void sites(const struct page *p)
{
    dl_html *h = p->h;
    if (p->s->sites.n == 0) return;
    DL_HTML(h, "<section><h2>How its pages are made</h2>\n<ul class=\"plain\">\n");
    for (size_t i = 0; i < p->s->sites.n; i++) {
        const struct dl_store_site *s = &p->s->sites.p[i];
        DL_HTML(h, "<li><b>");
        dl_html_text(h, s->host);
        DL_HTML(h, "</b>");
        if (s->changed_ms > 0) {
            DL_HTML(h, " \u00b7 new template since ");
            dl_html_when(h, s->changed_ms, p->now_ms);
        }
        DL_HTML(h, " <br>");
        dl_html_text(h, dl_words_site(p->arena, s));
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ul></section>\n");
}

static void edits(const struct page *p)
{
    dl_html *h = p->h;
    if (p->s->articles == 0) return;
    DL_HTML(h, "<section><h2>Edited after publication</h2>\n<p><b>");
    dl_html_number(h, p->s->edited);
    DL_HTML(h, "</b> of the last <b>");
    dl_html_number(h, p->s->articles);
    DL_HTML(h,
            "</b> articles say something else now than when they were first seen.</p></section>\n");
}

static void polls(const struct page *p)
{
    dl_html *h = p->h;
    if (p->s->polls.n == 0) return;
    DL_HTML(h, "<section><h2>Recent polls that brought a list</h2>\n<table class=\"rows\"><thead>"
               "<tr><th scope=\"col\">When</th><th scope=\"col\">Items</th><th "
               "scope=\"col\">New</th><th scope=\"col\">Channel</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < p->s->polls.n; i++) {
        const struct dl_store_poll *poll = &p->s->polls.p[i];
        DL_HTML(h, "<tr><th scope=\"row\">");
        dl_html_when(h, poll->at_ms, p->now_ms);
        DL_HTML(h, "</th><td data-label=\"Items\">");
        dl_html_number(h, poll->items);
        DL_HTML(h, "</td><td data-label=\"New\">");
        dl_html_number(h, poll->fresh);
        DL_HTML(h, "</td><td data-label=\"Channel\"><span class=\"url\">");
        dl_html_text(h, poll->url);
        DL_HTML(h, "</span></td></tr>\n");
    }
    DL_HTML(h, "</tbody></table></section>\n");
}

void dl_route_source(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct dl_store_source source;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = dl_store_source(store, request->arena, request->params[0], &source);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "source")) return;
    dl_html html = dl_html_to(&reply->body);
    struct page p = {&html, request->arena, &source, dl_now_ms()};
    struct dl_view view = {.title = source.name.n > 0 ? source.name : source.outlet,
                           .here = "/sources",
                           .sequence = -1,
                           .now_ms = p.now_ms};
    dl_view_begin(&html, web, &view);
    head(&p);
    week(&p);
    channels(&p);
    hubs(&p);
    losses(&p);
    edits(&p);
    sites(&p);
    polls(&p);
    DL_HTML(&html, "<p class=\"muted\"><a");
    DL_PATH(&html, "/api/v1/sources/", source.outlet);
    DL_HTML(&html, ">The same as JSON</a></p>\n");
    dl_view_end(&html, &view);
    reply->type = "text/html; charset=utf-8";
}
