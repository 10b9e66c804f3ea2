/* One document: its text with the statements in it, where it stands, how it came. */
#include "base/json.h"
#include "page/rights.h"
#include "serve/page_revisions.h"
#include "serve/pages.h"
#include "serve/prose.h"
#include "serve/view.h"
#include "serve/who_says.h"
#include "serve/words.h"

enum {
    EXCERPT_BYTES = 400,    /* of the text, where the text is not ours to show */
    TEXT_BYTES = 400 << 10, /* for the operator: longer than any article */
    RIGHTS = 20,            /* signals shown: there are 15 names */
    ALIASES = 8,            /* shown: session ids in addresses never end */
    WARNINGS = 8,           /* of the reading */
};

struct document_page {
    struct dl_store_document d;
    yyjson_val *extract; /* NULL: none */
    dl_traces traces;
    size_t text_shown; /* bytes of the text that the page shows */
    dl_edited_vec edits;
    int64_t now_ms;
    dl_arena *arena;
};

static yyjson_val *parse(dl_arena *arena, dl_str json)
{
    yyjson_doc *doc;
    if (json.n == 0 || dl_json_read(arena, json, &doc, NULL) != DL_OK) return NULL;
    return yyjson_doc_get_root(doc);
}

static void fact(dl_html *h, const char *name)
{
    DL_HTML(h, "<dt>");
    dl_html_c(h, name);
    DL_HTML(h, "</dt><dd>");
}

#define FACT_END(h) DL_HTML(h, "</dd>\n")

static void byline(dl_html *h, yyjson_val *extract)
{
    yyjson_val *names = yyjson_obj_get(extract, "byline"), *name;
    size_t i, max;
    if (yyjson_arr_size(names) == 0) return;
    fact(h, "By");
    yyjson_arr_foreach(names, i, max, name)
    {
        if (i > 0) DL_HTML(h, ", ");
        dl_html_foreign(h, (dl_str){NULL, 0}, dl_json_val_str(name));
    }
    FACT_END(h);
}

static void original(dl_html *h, const struct dl_store_document *d)
{
    if (!dl_html_is_link(d->url)) return;
    fact(h, "Original");
    DL_HTML(h, "<a rel=\"noopener noreferrer external\"");
    dl_html_href(h, d->url);
    DL_HTML(h, "><span class=\"url\">");
    dl_html_text(h, d->url);
    DL_HTML(h, "</span></a>");
    FACT_END(h);
}

static void copied(dl_html *h, const struct dl_store_document *d)
{
    if (!d->is_copy) return;
    fact(h, "Copy");
    DL_HTML(h, "shares ");
    dl_view_percent(h, d->similarity);
    DL_HTML(h, " of its text with <a");
    DL_HREF(h, "/d/", &d->copy_of);
    DL_HTML(h, ">a document seen before</a>");
    FACT_END(h);
}

/* The other ways in, each with its own interval. */
static void sightings(dl_html *h, const struct document_page *p)
{
    const struct dl_store_document *d = &p->d;
    if (d->sightings.n < 2) return;
    fact(h, "Also seen");
    for (size_t i = 0, n = 0; i < d->sightings.n; i++) {
        if (dl_str_eq(d->sightings.p[i].channel, d->channel)) continue;
        if (n++ > 0) DL_HTML(h, "<br>");
        dl_view_seen(h, d->sightings.p[i].seen_after_ms, d->sightings.p[i].seen_by_ms, p->now_ms);
        DL_HTML(h, " <span class=\"muted\">");
        dl_html_text(h, dl_words_channel(d->sightings.p[i].channel));
        DL_HTML(h, "</span>");
    }
    FACT_END(h);
}

/* Other addresses and GUIDs that lead here, and how they were found to. */
static void aliases(dl_html *h, const struct document_page *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->d.aliases.n; i++) {
        const struct dl_store_alias *a = &p->d.aliases.p[i];
        if (a->why.n == 0 || n >= ALIASES) continue;
        if (n++ == 0)
            fact(h, "Also known as");
        else
            DL_HTML(h, "<br>");
        DL_HTML(h, "<span class=\"url\">");
        dl_html_text(h, a->value);
        DL_HTML(h, "</span> <span class=\"muted\">by its ");
        dl_html_text(h, a->why);
        DL_HTML(h, "</span>");
    }
    if (n > 0) FACT_END(h);
}

static void rights(dl_html *h, const struct document_page *p)
{
    yyjson_val *found = yyjson_obj_get(p->extract, "rights"), *key, *value;
    size_t i, max, n = 0;
    if (yyjson_obj_size(found) == 0) return;
    fact(h, "Rights");
    yyjson_obj_foreach(found, i, max, key, value)
    {
        if (!yyjson_is_str(value) || n++ >= RIGHTS) continue;
        if (n > 1) DL_HTML(h, "<br>");
        DL_HTML(h, "<span class=\"muted\">");
        dl_html_text(h, dl_json_val_str(key));
        DL_HTML(h, "</span> ");
        dl_html_text(h, dl_json_val_str(value));
    }
    FACT_END(h);
}

/* Who gives the times: the material that the revision was read from. */
static const char *told_by(const struct dl_store_document *d)
{
    if (dl_str_eq_c(d->kind, "page")) return "told by the page";
    if (dl_str_eq_c(d->kind, "article")) return "as handed in";
    return dl_str_eq_c(d->kind, "item") ? "told by the feed" : NULL;
}

/* How much of a time is known: its precision, its zone; and where it comes from. */
static void certainty(dl_html *h, dl_time t, bool zone_assumed, const char *source)
{
    DL_HTML(h, " <span class=\"muted\">");
    if (t.precision < DL_PREC_DAY)
        DL_HTML(h, "\u00b7 no day given ");
    else if (t.precision == DL_PREC_DAY)
        DL_HTML(h, "\u00b7 the day only ");
    else if (zone_assumed)
        DL_HTML(h, "\u00b7 no zone given, UTC assumed ");
    else if (t.offset_min != 0) {
        dl_civil c = dl_civil_of(t, true);
        int off = abs(t.offset_min);
        dl_buf_fmt(h->out, "\u00b7 %02d:%02d there (UTC%s%02d:%02d) ", c.hour, c.minute,
                   t.offset_min < 0 ? "\u2212" : "+", off / 60, off % 60);
    }
    if (source != NULL) {
        DL_HTML(h, "\u00b7 ");
        dl_html_c(h, source);
    }
    DL_HTML(h, "</span>");
}

/* The extract keeps the zone of the page; the store's own text is in UTC. */
static void time_row(dl_html *h, const struct document_page *p, const char *name, const char *key,
                     const char *zone_key, dl_str stored)
{
    dl_time t;
    dl_str text = dl_json_get_str(p->extract, key);
    if (text.n == 0) text = stored;
    bool known = dl_time_parse(text, &t);
    if (!known && stored.p == NULL) return;
    fact(h, name);
    dl_view_published(h, text);
    bool assumed = dl_str_eq_c(dl_json_get_str(p->extract, zone_key), "assumed");
    if (known) certainty(h, t, assumed, told_by(&p->d));
    FACT_END(h);
}

/* What was odd in the bytes that were read. */
static void warnings(dl_html *h, const struct document_page *p)
{
    yyjson_val *list = yyjson_obj_get(p->extract, "warnings"), *one;
    size_t i, max;
    if (yyjson_arr_size(list) == 0) return;
    fact(h, "Reading");
    yyjson_arr_foreach(list, i, max, one)
    {
        if (i >= WARNINGS) break;
        if (i > 0) DL_HTML(h, "<br>");
        dl_html_text(h, dl_json_val_str(one));
    }
    FACT_END(h);
}

static void facts(dl_html *h, const struct document_page *p)
{
    const struct dl_store_document *d = &p->d;
    dl_str published = d->published.n > 0 ? d->published : DL_STR("");
    DL_HTML(h, "<dl class=\"record\">\n");
    fact(h, "Outlet");
    dl_view_outlet(h, d->outlet_name, d->outlet, d->country);
    FACT_END(h);
    byline(h, p->extract);
    time_row(h, p, "Published", "published", "published_zone", published);
    time_row(h, p, "Changed", "modified", "modified_zone", (dl_str){NULL, 0});
    fact(h, "Seen");
    dl_view_seen(h, d->seen_after_ms, d->seen_by_ms, p->now_ms);
    DL_HTML(h, " <span class=\"muted\">");
    dl_html_text(h, dl_words_channel(d->channel));
    DL_HTML(h, "</span>");
    FACT_END(h);
    sightings(h, p);
    if (d->section.n > 0) {
        fact(h, "Section");
        dl_html_foreign(h, d->language, d->section);
        FACT_END(h);
    }
    if (d->language.n > 0) {
        fact(h, "Language");
        dl_html_text(h, d->language);
        FACT_END(h);
    }
    original(h, d);
    aliases(h, p);
    copied(h, d);
    rights(h, p);
    warnings(h, p);
    if (d->has_story) {
        fact(h, "Story");
        DL_HTML(h, "<a");
        DL_HREF(h, "/s/", &d->story);
        DL_HTML(h, ">all documents of this story</a>");
        FACT_END(h);
    }
    DL_HTML(h, "</dl>\n");
}

static void marked_line(dl_html *h, const struct document_page *p, dl_str text, const char *field)
{
    struct dl_prose prose;
    if (dl_prose_init(&prose, p->arena, text, p->d.language, &p->traces, field) == DL_OK)
        dl_prose_run(&prose, h, 0, text.n);
    else
        dl_html_text(h, text);
}

static void head(dl_html *h, const struct document_page *p)
{
    const struct dl_store_document *d = &p->d;
    DL_HTML(h, "<p class=\"kicker\">Document</p><h1 id=\"title\"");
    dl_html_lang(h, d->language);
    DL_HTML(h, ">");
    if (d->title.n > 0)
        marked_line(h, p, d->title, "title");
    else
        DL_HTML(h, "Without a headline");
    DL_HTML(h, "</h1>\n");
    if (d->subtitle.n == 0) return;
    DL_HTML(h, "<p class=\"subtitle\" id=\"subtitle\"");
    dl_html_lang(h, d->language);
    DL_HTML(h, ">");
    marked_line(h, p, d->subtitle, "subtitle");
    DL_HTML(h, "</p>\n");
}

static void legend(dl_html *h)
{
    DL_HTML(h, "<p class=\"legend\"><span><span class=\"who\">solid line</span> who says it</span> "
               "<span><span class=\"cue\">double line</span> how it is said</span> <span><span "
               "class=\"says\">dotted line</span> what is said</span> <span><span "
               "class=\"hedge\">(in brackets)</span> what kind of hedge it is</span> <span>numbers "
               "lead to the statement</span></p>\n");
}

static void text(dl_html *h, const dl_web *web, struct document_page *p)
{
    const struct dl_store_document *d = &p->d;
    struct dl_prose prose;
    DL_HTML(h, "<section class=\"text\" aria-label=\"Text\">\n");
    if (p->traces.n > 0) legend(h);
    if (d->text.n == 0) {
        DL_HTML(h, "<p class=\"muted\">No text was found; the feed gave the headline only, or the "
                   "page has not been read yet.</p></section>\n");
        return;
    }
    bool whole = dl_web_shows_text(web);
    if (!whole && (d->rights & DL_RIGHTS_NOSNIPPET) != 0) {
        DL_HTML(h, "<p class=\"muted\">The publisher allows no excerpt; the text is at the "
                   "outlet.</p></section>\n");
        return;
    }
    if (dl_prose_init(&prose, p->arena, d->text, d->language, &p->traces, NULL) == DL_OK) {
        size_t limit = whole ? TEXT_BYTES : EXCERPT_BYTES;
        bool cut = dl_prose_blocks(&prose, h, yyjson_obj_get(p->extract, "blocks"), limit);
        p->text_shown = prose.shown;
        if (cut && whole)
            DL_HTML(h, "<p class=\"muted\">The text is longer than this page shows.</p>\n");
        else if (cut)
            DL_HTML(h, "<p class=\"muted\">An excerpt; the whole text is at the outlet.</p>\n");
    }
    DL_HTML(h, "</section>\n");
}

static void who_says(dl_html *h, const dl_web *web, const struct document_page *p)
{
    struct dl_who_view view = {
        .traces = &p->traces,
        .language = p->d.language,
        .text_shown = p->text_shown,
        .quotes = dl_web_shows_text(web) || (p->d.rights & DL_RIGHTS_NOSNIPPET) == 0,
    };
    dl_who_says(h, &view);
}

static void not_read(dl_html *h, const struct dl_store_document *d)
{
    DL_HTML(h, "<div class=\"notice\"><p>");
    if (dl_str_eq_c(d->state, "pending"))
        DL_HTML(h, "It has been taken in and waits to be read.");
    else
        DL_HTML(h, "It could not be read.");
    DL_HTML(h, "</p>");
    if (d->code.n > 0) {
        DL_HTML(h, "<p class=\"muted\"><code>");
        dl_html_text(h, d->code);
        DL_HTML(h, "</code> ");
        dl_html_text(h, d->message);
        DL_HTML(h, "</p>");
    }
    DL_HTML(h, "</div>\n");
}

static void page(dl_html *h, const dl_web *web, struct document_page *p)
{
    struct dl_view view = {.title = p->d.title, .sequence = -1, .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<article>\n");
    head(h, p);
    facts(h, p);
    if (!p->d.has_revision) not_read(h, &p->d);
    DL_HTML(h, "<div class=\"beside\">\n");
    if (p->d.has_revision) {
        text(h, web, p);
        who_says(h, web, p);
    }
    DL_HTML(h, "</div>\n");
    struct dl_revisions_view revisions = {&p->d, &p->edits, p->now_ms, dl_web_shows_text(web),
                                          (p->d.rights & DL_RIGHTS_NOSNIPPET) != 0 &&
                                              !dl_web_shows_text(web)};
    dl_view_revisions(h, &revisions);
    DL_HTML(h, "</article>\n");
    dl_view_end(h, &view);
}

void dl_route_document(struct dl_web *web, struct dl_http_request *request,
                       struct dl_http_reply *reply)
{
    struct document_page p = {.arena = request->arena, .now_ms = dl_now_ms()};
    if (!dl_route_wants_id(request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = dl_store_document(store, p.arena, request->params[0], &p.d, NULL);
    if (err == DL_OK) err = dl_edits_of(p.arena, store, &p.d, &p.edits);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "document")) return;
    dl_str own = dl_id_str(request->arena, &p.d.id);
    if (!dl_str_eq(own, request->params[0])) {
        dl_route_redirect(reply, dl_str_fmt(request->arena, "/d/%.*s", DL_FMT(own)));
        return;
    }
    p.extract = parse(p.arena, p.d.extract);
    struct dl_trace_text words = {p.d.title, p.d.subtitle, p.d.text,
                                  p.d.outlet_name.n > 0 ? p.d.outlet_name : p.d.outlet};
    err = dl_trace_read(p.arena, &words, parse(p.arena, p.d.analyse), &p.traces);
    if (dl_web_failed(reply, err, "document")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
