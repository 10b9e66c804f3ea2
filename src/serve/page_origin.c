/* One origin of a claim: whose chains end there, in which words, and what it may be the same as. */
#include "serve/claims_show.h"
#include "serve/pages.h"
#include "serve/words.h"

enum { MEMBERS = 1000 };

struct origin_page {
    struct dl_claim_view view;
    const struct dl_view_origin *origin;
    size_t n; /* its place among the claim's */
    struct dl_store_story story;
    int64_t sequence, now_ms;
    dl_arena *arena;
};

static enum dl_err gather(dl_store *store, dl_str id, struct origin_page *p)
{
    struct dl_store_claim row;
    dl_store_members members;
    dl_store_origin_ids ids;
    dl_map by_id;
    DL_TRY(dl_store_newest_change(store, &p->sequence));
    DL_TRY(dl_store_origin(store, p->arena, id, &row, &p->n, NULL));
    DL_TRY(dl_store_story(store, p->arena, dl_id_str(p->arena, &row.story), &p->story, NULL));
    DL_TRY(dl_store_story_members(store, p->arena, p->story.story, 0, MEMBERS, &members));
    DL_TRY(dl_store_claim_origins(store, p->arena, row.claim, &ids));
    DL_TRY(dl_claim_members(p->arena, &members, &by_id));
    DL_TRY(dl_claim_view(p->arena, &row, &by_id, &ids, &p->view));
    if (p->n >= p->view.origins.n) return DL_ERR_CORRUPT;
    p->origin = &p->view.origins.p[p->n];
    return p->origin->has_id ? DL_OK : DL_ERR_CORRUPT;
}

static void head(dl_html *h, const struct origin_page *p)
{
    const struct dl_view_origin *o = p->origin;
    DL_HTML(h, "<p class=\"kicker\">Origin of the claim ");
    dl_show_claim_link(h, &p->view.row);
    DL_HTML(h, "</p><h1");
    dl_html_lang(h, o->first != NULL ? o->first->language : (dl_str){NULL, 0});
    DL_HTML(h, ">");
    dl_html_text(h, o->name.n > 0 ? o->name : DL_STR("Without a name"));
    DL_HTML(h, "</h1><p>");
    dl_html_text(h, dl_words_source_class(o->class));
    dl_str anonymity = dl_words_anonymity(o->anonymity);
    if (anonymity.n > 0) DL_HTML(h, ", "), dl_html_text(h, anonymity);
    if (o->party) DL_HTML(h, "; a party to it");
    if (o->circular) DL_HTML(h, "; outlets that only cite each other: counts 0");
    DL_HTML(h, ". ");
    dl_view_count(h, (int64_t)o->n_documents, "document's chain ends here",
                  "documents' chains end here");
    DL_HTML(h, ".</p>\n<p class=\"muted\">A source without a name is never joined to a "
               "person.</p>\n");
}

static bool carries(const struct dl_view_origin *o, const struct dl_store_member *m)
{
    for (size_t i = 0; i < o->documents.n; i++)
        if (o->documents.p[i] == m) return true;
    return false;
}

/* The wordings of its documents alone. */
static enum dl_err wordings(dl_html *h, const struct origin_page *p)
{
    struct dl_claim_view own = p->view;
    own.wordings.n = 0;
    own.wordings.cap = 0;
    own.wordings.p = NULL;
    for (size_t i = 0; i < p->view.wordings.n; i++) {
        const struct dl_view_wording *w = &p->view.wordings.p[i];
        if (w->document != NULL && !w->denies && carries(p->origin, w->document))
            DL_TRY(dl_vec_push(p->arena, &own.wordings, *w));
    }
    dl_show_wordings(h, &own, p->now_ms, own.wordings.n);
    return DL_OK;
}

static void joined(dl_html *h, const struct origin_page *p)
{
    size_t shown = 0;
    for (size_t i = 0; i < p->view.merges.n; i++) {
        const struct dl_view_merge *m = &p->view.merges.p[i];
        if (m->origin_a != p->n && m->origin_b != p->n) continue;
        if (shown++ == 0)
            DL_HTML(h, "<section aria-labelledby=\"why\"><h2 id=\"why\">Why its documents count as "
                       "one, or may</h2><ul>\n");
        DL_HTML(h, "<li>");
        dl_show_document(h, m->a);
        DL_HTML(h, " and ");
        dl_show_document(h, m->b);
        DL_HTML(h, ": ");
        dl_html_text(h, dl_show_rule(m->rule));
        if (m->soft) DL_HTML(h, " (in doubt)");
        DL_HTML(h, "</li>\n");
    }
    if (shown > 0) DL_HTML(h, "</ul></section>\n");
}

static void page(dl_html *h, const dl_web *web, const struct origin_page *p)
{
    struct dl_view view = {.title = p->origin->name,
                           .sequence = p->sequence,
                           .story = &p->story.id,
                           .now_ms = p->now_ms};
    dl_view_begin(h, web, &view);
    head(h, p);
    DL_HTML(h, "<section aria-labelledby=\"words\"><h2 id=\"words\">In which words</h2>\n");
    if (wordings(h, p) != DL_OK) DL_HTML(h, "<p>Too many to list here.</p>");
    DL_HTML(h, "</section>\n");
    joined(h, p);
    dl_view_end(h, &view);
}

void dl_route_origin(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct origin_page p = {.arena = request->arena, .now_ms = dl_now_ms()};
    if (!dl_route_wants_id(request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = gather(store, request->params[0], &p);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "origin")) return;
    dl_html html = dl_html_to(&reply->body);
    page(&html, web, &p);
    reply->type = "text/html; charset=utf-8";
}
