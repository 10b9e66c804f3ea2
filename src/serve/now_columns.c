#include "serve/now_columns.h"

#include "serve/claims_show.h"

enum {
    ROWS = 6,
    HOURS = 24, /* "of the day" is a day to here, not since midnight somewhere */
    HOUR_MS = 3600 * 1000,
};

enum dl_err dl_now_columns_gather(dl_store *store, dl_arena *arena, int64_t now_ms,
                                  struct dl_now_columns *c)
{
    int64_t since = now_ms - (int64_t)HOURS * HOUR_MS;
    DL_TRY(dl_store_list_claims(store, arena, DL_CLAIMS_CONTESTED, since, ROWS, &c->contested));
    DL_TRY(dl_store_list_claims(store, arena, DL_CLAIMS_SPREADING, since, ROWS, &c->spreading));
    return dl_store_list_corrections(store, arena, since, ROWS, &c->corrections);
}

static void claims(dl_html *h, const dl_store_claims *list, const char *none)
{
    if (list->n == 0) {
        DL_HTML(h, "<p class=\"muted\">");
        dl_html_c(h, none);
        DL_HTML(h, "</p>");
        return;
    }
    DL_HTML(h, "<ul class=\"plain\">\n");
    for (size_t i = 0; i < list->n; i++) {
        DL_HTML(h, "<li>");
        dl_show_claim_link(h, &list->p[i]);
        dl_show_claim_counts(h, &list->p[i]);
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ul>\n");
}

static void corrections(dl_html *h, const dl_store_edits *list, int64_t now_ms)
{
    if (list->n == 0) {
        DL_HTML(h, "<p class=\"muted\">No document says that it corrects something.</p>");
        return;
    }
    DL_HTML(h, "<ul class=\"plain\">\n");
    for (size_t i = 0; i < list->n; i++) {
        const struct dl_store_edit *e = &list->p[i];
        DL_HTML(h, "<li>");
        DL_HEADLINE(h, "/d/", &e->document, e->language, e->title);
        DL_HTML(h, "<p class=\"facts\">");
        dl_view_outlet(h, e->outlet_name, e->outlet, (dl_str){NULL, 0});
        DL_HTML(h, " ");
        dl_html_when(h, e->at_ms, now_ms);
        DL_HTML(h, "</p></li>\n");
    }
    DL_HTML(h, "</ul>\n");
}

void dl_now_columns_show(dl_html *h, const struct dl_now_columns *c, int64_t now_ms)
{
    if (c->contested.n + c->spreading.n + c->corrections.n == 0) return;
    DL_HTML(h, "<div class=\"columns look\"><section aria-labelledby=\"contested\"><h2 "
               "id=\"contested\">Contested</h2>\n");
    claims(h, &c->contested, "Nothing that was seen in a day is denied by anybody here.");
    DL_HTML(h, "</section><section aria-labelledby=\"spreading\"><h2 id=\"spreading\">One origin, "
               "and spreading</h2>\n");
    claims(h, &c->spreading, "No claim of three outlets or more rests on one origin.");
    DL_HTML(h, "</section><section aria-labelledby=\"corrections\"><h2 "
               "id=\"corrections\">Corrections</h2>\n");
    corrections(h, &c->corrections, now_ms);
    DL_HTML(h, "</section></div>\n");
}
