/* One story: counts, arrivals, documents and why each is here, who says what. */
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "serve/claims_show.h"
#include "serve/happened.h"
#include "serve/pages.h"
#include "serve/said.h"
#include "serve/story_course.h"
#include "serve/svg.h"
#include "serve/view.h"
#include "serve/words.h"

enum {
    MEMBERS = 500,     /* documents on the page, the oldest; the API has all */
    STATEMENTS = 1000, /* read for the list of sources */
    SOURCES = 40,      /* sources shown */
    PER_SOURCE = 6,    /* different statements shown of each */
    PER_WORDING = 12,  /* documents named for each */
    CLAIMS = 12,       /* claims shown; the API has all that are kept */
    MAPPED = 200,      /* documents whose events are on the map */
    TERMS = 6,         /* shared terms shown of a document */
    QUOTE_BYTES = 280, /* of a statement: a short quote, the rest is at its document */
};

struct story_page {
    struct dl_store_story story;
    dl_store_members members;
    dl_store_statements statements;
    dl_happened happened;
    dl_store_claims claims;
    struct dl_claim_view lead; /* the claim that most documents carry, when there is one */
    struct dl_story_course course;
    dl_store_parts parts;
    dl_map by_id; /* hex of a document's id -> its member */
    int64_t sequence, now_ms;
    dl_arena *arena;
};

static enum dl_err gather(dl_store *store, dl_str id, struct story_page *p)
{
    DL_TRY(dl_store_newest_change(store, &p->sequence));
    DL_TRY(dl_store_story(store, p->arena, id, &p->story, NULL));
    DL_TRY(dl_store_story_parts(store, p->arena, p->story.story, &p->parts));
    DL_TRY(dl_store_story_members(store, p->arena, p->story.story, 0, MEMBERS, &p->members));
    DL_TRY(
        dl_store_story_statements(store, p->arena, p->story.story, 0, STATEMENTS, &p->statements));
    dl_store_analyses analyses;
    DL_TRY(dl_store_story_analysed(store, p->arena, p->story.story, MAPPED, &analyses));
    DL_TRY(dl_happened_gather(p->arena, &analyses, &p->happened));
    DL_TRY(dl_claim_members(p->arena, &p->members, &p->by_id));
    DL_TRY(dl_store_story_claims(store, p->arena, p->story.story, CLAIMS, &p->claims));
    p->course =
        (struct dl_story_course){.story = &p->story, .claims = &p->claims, .members = &p->members};
    DL_TRY(dl_story_course_gather(store, p->arena, &p->course));
    if (p->claims.n == 0) return DL_OK;
    dl_store_origin_ids ids;
    DL_TRY(dl_store_claim_origins(store, p->arena, p->claims.p[0].claim, &ids));
    return dl_claim_view(p->arena, &p->claims.p[0], &p->by_id, &ids, &p->lead);
}

static const struct dl_store_member *member_of(const struct story_page *p, const dl_id *id)
{
    return dl_map_get(&p->by_id, dl_id_str(p->arena, id));
}

static enum dl_mark mark_of(const struct story_page *p, const struct dl_store_member *m)
{
    if (m->is_copy) return DL_MARK_COPY;
    bool other = p->members.n > 0 && m->language.n > 0 && p->members.p[0].language.n > 0 &&
                 !dl_str_eq(m->language, p->members.p[0].language);
    return other ? DL_MARK_TRANSLATION : DL_MARK_FIRST;
}

static void head(dl_html *h, const struct story_page *p)
{
    const struct dl_store_story *s = &p->story;
    DL_HTML(h, "<p class=\"kicker\">Story</p><h1");
    dl_html_lang(h, s->language);
    DL_HTML(h, ">");
    if (s->headline.n > 0)
        dl_html_text(h, s->headline);
    else
        DL_HTML(h, "Without a headline");
    DL_HTML(h, "</h1><div class=\"facts\">");
    dl_view_counts(h, s);
    DL_HTML(h, "</div><p class=\"muted\">First seen by this instance ");
    dl_html_when(h, s->first_seen_ms, p->now_ms);
    DL_HTML(h, "; newest document ");
    dl_html_when(h, s->last_seen_ms, p->now_ms);
    DL_HTML(h, ". Copies are not confirmation: they are counted apart.</p>\n");
}

/* Who read it before misses documents, or finds them here. */
static void parts(dl_html *h, const struct story_page *p)
{
    for (size_t i = 0; i < p->parts.n; i++) {
        const struct dl_store_part *part = &p->parts.p[i];
        DL_HTML(h, "<p class=\"muted\">Until ");
        dl_html_when(h, part->at_ms, p->now_ms);
        DL_HTML(h, " this was one story with ");
        DL_HEADLINE(h, "/s/", &part->other, part->language, part->headline);
        DL_HTML(h, ": then the texts fell into two groups, and ");
        dl_view_count(h, part->documents, "document", "documents");
        dl_html_c(h, part->is_rest ? " went there." : " came from there.");
        DL_HTML(h, "</p>\n");
    }
}

static void claims(dl_html *h, const struct story_page *p)
{
    if (p->claims.n == 0) return;
    DL_HTML(h, "<section aria-labelledby=\"claims\"><h2 id=\"claims\">What is claimed, and on how "
               "many origins it rests</h2><ol class=\"claims\">\n");
    for (size_t i = 0; i < p->claims.n; i++) {
        DL_HTML(h, "<li>");
        dl_show_claim_link(h, &p->claims.p[i]);
        dl_show_claim_counts(h, &p->claims.p[i]);
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ol>\n<h3>Origins of the first claim</h3>\n");
    dl_show_origin_lanes(h, p->arena, &p->lead);
    dl_show_missing(h, &p->lead);
    dl_show_changes(h, &p->lead);
    dl_show_figures(h, p->arena, &p->lead);
    DL_HTML(h, "</section>\n");
}

static void arrivals(dl_html *h, const struct story_page *p)
{
    struct dl_arrival *rows = DL_NEW_ARRAY(p->arena, struct dl_arrival, p->members.n);
    if (rows == NULL) return;
    for (size_t i = 0; i < p->members.n; i++) {
        const struct dl_store_member *m = &p->members.p[i];
        rows[i] = (struct dl_arrival){.ms = m->seen_by_ms,
                                      .mark = mark_of(p, m),
                                      .lane = m->outlet_name.n > 0 ? m->outlet_name : m->outlet};
    }
    DL_HTML(h,
            "<section aria-labelledby=\"arrivals\"><h2 id=\"arrivals\">Arrivals by outlet</h2>\n");
    dl_svg_lanes(h, p->arena, rows, p->members.n, "other outlets");
    DL_HTML(h, "</section>\n");
}

static void role(dl_html *h, const struct story_page *p, const struct dl_store_member *m)
{
    enum dl_mark mark = mark_of(p, m);
    DL_HTML(h, "<span class=\"sign\" aria-hidden=\"true\">");
    dl_html_c(h, dl_mark_sign(mark));
    DL_HTML(h, "</span> ");
    if (!m->is_copy) {
        dl_html_c(h, dl_mark_word(mark));
        return;
    }
    const struct dl_store_member *from = member_of(p, &m->copy_of);
    DL_HTML(h, "shares ");
    dl_view_percent(h, m->similarity);
    DL_HTML(h, " of its text with <a");
    DL_HREF(h, "/d/", &m->copy_of);
    DL_HTML(h, ">");
    if (from != NULL)
        dl_html_foreign(h, (dl_str){NULL, 0},
                        from->outlet_name.n > 0 ? from->outlet_name : from->outlet);
    else
        DL_HTML(h, "another document");
    DL_HTML(h, "</a>");
    if (from == NULL || from->seen_by_ms >= m->seen_by_ms) return;
    DL_HTML(h, ", seen ");
    dl_html_span(h, m->seen_by_ms - from->seen_by_ms);
    DL_HTML(h, " earlier");
}

/* The shared terms that brought a document here; an object or a plain string each. */
static void why_here(dl_html *h, dl_arena *arena, const struct dl_store_member *m)
{
    yyjson_doc *doc;
    if (m->evidence.n == 0 || dl_json_read(arena, m->evidence, &doc, NULL) != DL_OK) return;
    yyjson_val *root = yyjson_doc_get_root(doc), *term;
    yyjson_val *terms = yyjson_is_arr(root) ? root : yyjson_obj_get(root, "terms");
    size_t i, max, shown = 0;
    yyjson_arr_foreach(terms, i, max, term)
    {
        dl_str text = yyjson_is_str(term) ? dl_json_val_str(term) : dl_json_get_str(term, "text");
        if (text.n == 0 && yyjson_is_obj(term)) text = dl_json_get_str(term, "term");
        if (text.n == 0 || shown == TERMS) continue;
        dl_buf_c(h->out, shown++ > 0 ? ", " : "");
        dl_html_foreign(h, (dl_str){NULL, 0}, dl_utf8_prefix(text, 60));
    }
}

static void cell(dl_html *h, const char *label)
{
    DL_HTML(h, "<td");
    DL_ATTR(h, "data-label", dl_str_c(label));
    DL_HTML(h, ">");
}

static void member_row(dl_html *h, const struct story_page *p, const struct dl_store_member *m)
{
    DL_HTML(h, "<tr>");
    cell(h, "Seen");
    dl_html_when(h, m->seen_by_ms, p->now_ms);
    DL_HTML(h, "</td>");
    cell(h, "Outlet");
    dl_view_outlet(h, m->outlet_name, m->outlet, m->country);
    DL_HTML(h, "</td>");
    cell(h, "Headline");
    DL_HEADLINE(h, "/d/", &m->id, m->language, m->title);
    dl_view_code(h, m->language);
    DL_HTML(h, "</td>");
    cell(h, "Role");
    role(h, p, m);
    DL_HTML(h, "</td>");
    cell(h, "Shares the words");
    why_here(h, p->arena, m);
    DL_HTML(h, "</td></tr>\n");
}

static void documents(dl_html *h, const struct story_page *p)
{
    DL_HTML(h, "<section aria-labelledby=\"documents\"><h2 id=\"documents\">Documents, in order of "
               "arrival</h2><table class=\"rows\"><thead><tr><th scope=\"col\">Seen</th><th "
               "scope=\"col\">Outlet</th><th scope=\"col\">Headline</th><th scope=\"col\">Role</th>"
               "<th scope=\"col\">Why it is here: shared words</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < p->members.n; i++)
        member_row(h, p, &p->members.p[i]);
    DL_HTML(h, "</tbody></table>\n");
    if ((int64_t)p->members.n < p->story.documents) {
        DL_HTML(h, "<p class=\"muted\">The first ");
        dl_view_count(h, (int64_t)p->members.n, "document", "documents");
        DL_HTML(h, "; <a");
        DL_HREF(h, "/api/v1/stories/", &p->story.id);
        DL_HTML(h, ">the API</a> has all.</p>\n");
    }
    DL_HTML(h, "</section>\n");
}

/* --- who says what -------------------------------------------------------------------------- */

static void source_head(dl_html *h, const struct dl_said_by *by)
{
    dl_str anonymity = dl_words_anonymity(by->anonymity);
    DL_HTML(h, "<h3>");
    if (by->source.n > 0)
        dl_html_foreign(h, (dl_str){NULL, 0}, by->source);
    else
        dl_html_c(h, by->own ? "The outlets in their own voice" : "No source given");
    DL_HTML(h, " <span class=\"muted\">");
    if (by->source.n > 0) dl_html_text(h, dl_words_source_class(by->class));
    if (by->source.n > 0 && anonymity.n > 0) {
        DL_HTML(h, ", ");
        dl_html_text(h, anonymity);
    }
    DL_HTML(h, " \u00b7 in ");
    dl_html_int(h, (int64_t)by->documents);
    dl_html_c(h, by->documents == 1 ? " document" : " documents");
    if (by->copies > 0) {
        DL_HTML(h, ", ");
        dl_html_int(h, (int64_t)by->copies);
        dl_html_c(h, by->copies == 1 ? " of them a copy" : " of them copies");
    }
    DL_HTML(h, "</span></h3>\n");
}

static void telling(dl_html *h, const struct dl_telling *t)
{
    const struct dl_store_statement *s = t->statement;
    if (t->in_copy) {
        DL_HTML(h, "<span class=\"sign\" title=\"copy\">");
        dl_html_c(h, dl_mark_sign(DL_MARK_COPY));
        DL_HTML(h, "</span> ");
    }
    DL_HTML(h, "<a");
    DL_HREF(h, "/d/", &s->document);
    DL_HTML(h, ">");
    dl_html_foreign(h, (dl_str){NULL, 0}, s->outlet_name.n > 0 ? s->outlet_name : s->outlet);
    DL_HTML(h, "</a>");
}

static void tellings(dl_html *h, const struct dl_wording *w)
{
    for (size_t i = 0; i < w->tellings.n && i < PER_WORDING; i++) {
        if (i > 0) DL_HTML(h, ", ");
        telling(h, &w->tellings.p[i]);
    }
    if (w->tellings.n <= PER_WORDING) return;
    DL_HTML(h, " and ");
    dl_html_int(h, (int64_t)(w->tellings.n - PER_WORDING));
    DL_HTML(h, " more");
}

static void wording_item(dl_html *h, const struct story_page *p, const struct dl_wording *w)
{
    const struct dl_store_statement *s = w->first;
    const struct dl_store_member *m = member_of(p, &s->document);
    dl_str language = m != NULL ? m->language : (dl_str){NULL, 0};
    dl_str quote = dl_utf8_prefix(s->content, QUOTE_BYTES);
    DL_HTML(h, "<li><q");
    dl_html_lang(h, language);
    DL_HTML(h, ">");
    dl_html_text(h, quote);
    if (quote.n < s->content.n) DL_HTML(h, "\u2026");
    DL_HTML(h, "</q> <span class=\"muted\">");
    if (s->cue.n > 0) {
        DL_HTML(h, "<span class=\"cue\">");
        dl_html_foreign(h, language, s->cue);
        DL_HTML(h, "</span> \u00b7 ");
    }
    if (s->certainty.n > 0) {
        dl_html_text(h, dl_words_certainty(s->certainty));
        DL_HTML(h, " \u00b7 ");
    }
    tellings(h, w);
    DL_HTML(h, "</span></li>\n");
}

static void source_item(dl_html *h, const struct story_page *p, const struct dl_said_by *by)
{
    source_head(h, by);
    DL_HTML(h, "<ul class=\"said\">\n");
    for (size_t i = 0; i < by->wordings.n && i < PER_SOURCE; i++)
        wording_item(h, p, by->wordings.p[i]);
    if (by->wordings.n > PER_SOURCE) {
        DL_HTML(h, "<li class=\"muted\">and ");
        dl_html_int(h, (int64_t)(by->wordings.n - PER_SOURCE));
        DL_HTML(h, " more</li>\n");
    }
    DL_HTML(h, "</ul>\n");
}

static void who_says(dl_html *h, const struct story_page *p)
{
    dl_said said = {0};
    DL_HTML(h, "<section aria-labelledby=\"who\"><h2 id=\"who\">Who says what</h2>\n");
    if (p->statements.n == 0)
        DL_HTML(h, "<p class=\"muted\">No statement with a source was found in these documents. "
                   "Not found does not mean that none is there.</p>\n");
    else if (dl_said_group(p->arena, &p->statements, &p->members, &said) != DL_OK)
        DL_HTML(h, "<p class=\"muted\">Too many statements to list here.</p>\n");
    for (size_t i = 0; i < said.n && i < SOURCES; i++)
        source_item(h, p, said.p[i]);
    if (said.n > SOURCES) DL_HTML(h, "<p class=\"muted\">More sources are in the documents.</p>\n");
    DL_HTML(h, "</section>\n");
}

static void map(dl_html *h, struct story_page *p)
{
    if (p->happened.n == 0) return;
    DL_HTML(h, "<section aria-labelledby=\"where\"><h2 id=\"where\">Where it happened</h2>"
               "<p class=\"muted\">As the documents say; copies are left out.</p>\n");
    dl_happened_show(h, p->arena, &p->happened, false, "this story");
    DL_HTML(h, "</section>\n");
}

static void page(dl_html *h, const dl_web *web, struct story_page *p)
{
    struct dl_view view = {.title = p->story.headline,
                           .sequence = p->sequence,
                           .story = &p->story.id,
                           .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    head(h, p);
    parts(h, p);
    claims(h, p);
    arrivals(h, p);
    map(h, p);
    dl_story_course_show(h, p->arena, &p->course, p->now_ms);
    documents(h, p);
    who_says(h, p);
    dl_view_end(h, &view);
}

void dl_route_story(struct dl_web *web, struct dl_http_request *request,
                    struct dl_http_reply *reply)
{
    struct story_page p = {.arena = request->arena, .now_ms = dl_now_ms()};
    if (!dl_route_wants_id(request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->params[0], &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "story")) return;
    dl_str own = dl_id_str(request->arena, &p.story.id);
    if (!dl_str_eq(own, request->params[0])) { /* joined into another, or a short form */
        dl_route_redirect(reply, dl_str_fmt(request->arena, "/s/%.*s", DL_FMT(own)));
        return;
    }
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
