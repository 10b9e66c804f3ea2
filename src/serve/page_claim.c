/* One claim: its numbers, its origins and why they count as they do, its wordings side by side, how
 * these changed, what a person decided. */
#include "serve/claims_show.h"
#include "serve/decide.h"
#include "serve/pages.h"

enum {
    MEMBERS = 1000, /* documents of the story that are known by their ids */
    WORDINGS = 200, /* on the page; the API has those that are kept */
    MERGES = 200,
};

struct claim_page {
    struct dl_claim_view view;
    struct dl_store_story story;
    dl_store_members members;
    dl_store_decisions decisions;
    int64_t sequence, now_ms;
    bool may_decide;
    dl_arena *arena;
};

static enum dl_err gather(dl_store *store, dl_str id, struct claim_page *p)
{
    struct dl_store_claim row;
    dl_store_origin_ids ids;
    dl_map by_id;
    DL_TRY(dl_store_newest_change(store, &p->sequence));
    DL_TRY(dl_store_claim(store, p->arena, id, &row, NULL));
    DL_TRY(dl_store_story(store, p->arena, dl_id_str(p->arena, &row.story), &p->story, NULL));
    DL_TRY(dl_store_story_members(store, p->arena, p->story.story, 0, MEMBERS, &p->members));
    DL_TRY(dl_store_claim_origins(store, p->arena, row.claim, &ids));
    DL_TRY(dl_store_claim_decisions(store, p->arena, &row.id, &p->decisions));
    DL_TRY(dl_claim_members(p->arena, &p->members, &by_id));
    return dl_claim_view(p->arena, &row, &by_id, &ids, &p->view);
}

static void head(dl_html *h, const struct claim_page *p)
{
    const struct dl_store_claim *c = &p->view.row;
    DL_HTML(h, "<p class=\"kicker\">Claim in the story ");
    DL_HEADLINE(h, "/s/", &p->story.id, p->story.language, p->story.headline);
    DL_HTML(h, "</p><h1>");
    dl_show_quote(h, c->language, c->wording);
    DL_HTML(h, "</h1><div class=\"facts\">");
    dl_show_claim_counts(h, c);
    DL_HTML(h, "</div><p class=\"muted\">In the words of ");
    dl_html_foreign(h, (dl_str){NULL, 0}, c->outlet_name.n > 0 ? c->outlet_name : c->outlet);
    DL_HTML(h, ", which had them first here, ");
    dl_html_when(h, c->first_seen_ms, p->now_ms);
    DL_HTML(h, ". Documents, copies and origins are three numbers: copies are not confirmation. "
               "Whether it is true is not said.</p>\n");
}

static void origins(dl_html *h, const struct claim_page *p)
{
    DL_HTML(h, "<section aria-labelledby=\"origins\"><h2 id=\"origins\">Origins</h2>\n<p>");
    dl_show_origins(h, &p->view.row);
    if (p->view.row.origins_max > 0) {
        DL_HTML(h, ", ");
        dl_html_int(h, p->view.row.origins_named);
        DL_HTML(h, " of them with a name; ");
        dl_html_int(h, p->view.row.origins_free);
        DL_HTML(h, " at most without those that are a party to it");
    }
    DL_HTML(h, ".</p>\n");
    dl_show_missing(h, &p->view);
    dl_show_origin_lanes(h, p->arena, &p->view);
    DL_HTML(h, "</section>\n");
}

/* --- why they count as one ---------------------------------------------------------------------
 */

static void evidence(dl_html *h, const struct dl_view_merge *m)
{
    for (size_t i = 0; i < m->n_evidence; i++) {
        if (i > 0) DL_HTML(h, ", ");
        dl_show_document(h, m->evidence[i].document);
        DL_HTML(h, " <span class=\"muted\">bytes ");
        dl_html_int(h, m->evidence[i].start);
        DL_HTML(h, "\u2013");
        dl_html_int(h, m->evidence[i].end);
        DL_HTML(h, "</span>");
    }
}

static void merge_row(dl_html *h, const struct claim_page *p, const struct dl_view_merge *m)
{
    DL_HTML(h, "<tr><td data-label=\"Documents\">");
    dl_show_document(h, m->a);
    DL_HTML(h, " and ");
    dl_show_document(h, m->b);
    DL_HTML(h, "</td><td data-label=\"Why\">");
    dl_html_text(h, dl_show_rule(m->rule));
    DL_HTML(h, " <span class=\"code\">");
    dl_html_text(h, m->rule);
    DL_HTML(h, "</span></td><td data-label=\"How sure\">");
    dl_html_c(h, m->cut    ? "parted by a person"
                 : m->soft ? "in doubt: counts in the lower number only"
                           : "sure");
    DL_HTML(h, "</td><td data-label=\"Where it stands\">");
    evidence(h, m);
    DL_HTML(h, "</td><td data-label=\"Decide\">");
    if (p->may_decide && !m->cut) dl_decide_button(h, &p->view.row.id, &m->a->id, &m->b->id, true);
    if (p->may_decide && m->soft) dl_decide_button(h, &p->view.row.id, &m->a->id, &m->b->id, false);
    DL_HTML(h, "</td></tr>\n");
}

/* Of sources that may all be one, each pair is a merge; one for each source says as much. */
static bool says_more(const struct dl_view_merge *m, bool *told, size_t n)
{
    if (!m->soft || m->origin_b >= n) return true;
    bool is_told = told[m->origin_b];
    told[m->origin_b] = true;
    return !is_told;
}

static void merges(dl_html *h, const struct claim_page *p)
{
    size_t n = p->view.origins.n, shown = 0;
    bool *told = dl_calloc(p->arena, n + 1, sizeof *told);
    if (p->view.merges.n == 0 || told == NULL) return;
    DL_HTML(h, "<section aria-labelledby=\"why\"><h2 id=\"why\">Why documents count as one "
               "origin</h2><table class=\"rows\"><thead><tr><th scope=\"col\">Documents</th><th "
               "scope=\"col\">Why</th><th scope=\"col\">How sure</th><th scope=\"col\">Where it "
               "stands</th><th scope=\"col\">Decide</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < p->view.merges.n && shown < MERGES; i++) {
        if (!says_more(&p->view.merges.p[i], told, n)) continue;
        merge_row(h, p, &p->view.merges.p[i]);
        shown++;
    }
    DL_HTML(h, "</tbody></table>\n");
    if (shown < p->view.merges.n) {
        DL_HTML(h, "<p class=\"muted\">Of ");
        dl_html_number(h, (int64_t)p->view.merges.n);
        DL_HTML(h, " pairs; <a");
        DL_HREF(h, "/api/v1/claims/", &p->view.row.id);
        DL_HTML(h, ">the API</a> has all.</p>\n");
    }
    DL_HTML(h, "</section>\n");
}

/* --- decisions ----------------------------------------------------------------------------------
 */

static void decision_item(dl_html *h, const struct claim_page *p, const struct dl_store_decision *d)
{
    DL_HTML(h, "<li>");
    dl_html_when(h, d->at_ms, p->now_ms);
    DL_HTML(h, ": the origins of ");
    dl_html_foreign(h, (dl_str){NULL, 0}, d->outlet_a);
    DL_HTML(h, " and ");
    dl_html_foreign(h, (dl_str){NULL, 0}, d->outlet_b);
    dl_html_c(h, d->split ? " are not one" : " are one");
    if (d->undone_ms > 0) {
        DL_HTML(h, "; taken back ");
        dl_html_when(h, d->undone_ms, p->now_ms);
    } else if (p->may_decide) {
        DL_HTML(h, " ");
        dl_undo_button(h, &p->view.row.id, d->decision);
    }
    DL_HTML(h, "</li>\n");
}

static void decisions(dl_html *h, const struct claim_page *p)
{
    if (p->decisions.n == 0) return;
    DL_HTML(h, "<section aria-labelledby=\"decided\"><h2 id=\"decided\">Decided by a person</h2>"
               "<ul>\n");
    for (size_t i = 0; i < p->decisions.n; i++)
        decision_item(h, p, &p->decisions.p[i]);
    DL_HTML(h, "</ul></section>\n");
}

static void page(dl_html *h, const dl_web *web, struct claim_page *p)
{
    struct dl_view view = {.title = p->view.row.wording,
                           .sequence = p->sequence,
                           .story = &p->story.id,
                           .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    head(h, p);
    origins(h, p);
    DL_HTML(h, "<section aria-labelledby=\"wordings\"><h2 id=\"wordings\">Wordings</h2>\n");
    dl_show_changes(h, &p->view);
    dl_show_figures(h, p->arena, &p->view);
    dl_show_wordings(h, &p->view, p->now_ms, WORDINGS);
    DL_HTML(h, "</section>\n");
    merges(h, p);
    decisions(h, p);
    dl_view_end(h, &view);
}

void dl_route_claim(struct dl_web *web, struct dl_http_request *request,
                    struct dl_http_reply *reply)
{
    struct claim_page p = {
        .arena = request->arena, .now_ms = dl_now_ms(), .may_decide = dl_may_decide(web, request)};
    if (!dl_route_wants_id(request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->params[0], &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "claim")) return;
    dl_str own = dl_id_str(request->arena, &p.view.row.id);
    if (!dl_str_eq(own, request->params[0])) { /* part of another, or a short form */
        dl_route_redirect(reply, dl_str_fmt(request->arena, "/c/%.*s", DL_FMT(own)));
        return;
    }
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
