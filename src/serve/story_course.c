#include "serve/story_course.h"

#include "serve/claims_show.h"
#include "story/trend.h"

enum {
    SILENT = 20,
    SHOWN = 12, /* countries and languages named */
    BURSTS = 6,
    HOUR_MS = 3600 * 1000,
    HOURS = 24 * 14, /* of a story that are looked at for bursts, the first */
    BEFORE = 3,      /* hours that must lie before one to call it a burst */
};

/* One in a thousand: a story has hundreds of hours. */
static const double BURST = 3;

enum dl_err dl_story_course_gather(dl_store *store, dl_arena *arena, struct dl_story_course *c)
{
    int64_t story = c->story->story;
    DL_TRY(dl_store_watched(store, &c->watched, &c->watched_countries));
    DL_TRY(dl_store_story_facets(store, arena, story, "country", &c->countries));
    DL_TRY(dl_store_story_facets(store, arena, story, "language", &c->languages));
    DL_TRY(dl_store_story_facets(store, arena, story, "outlet", &c->outlets));
    return dl_store_silent(store, arena, c->story, SILENT, &c->silent);
}

/* --- what was new when
 * ------------------------------------------------------------------------------ */

static int by_first(const void *a, const void *b)
{
    const struct dl_store_claim *x = *(const struct dl_store_claim *const *)a;
    const struct dl_store_claim *y = *(const struct dl_store_claim *const *)b;
    if (x->first_seen_ms != y->first_seen_ms) return x->first_seen_ms < y->first_seen_ms ? -1 : 1;
    return x->n < y->n ? -1 : x->n > y->n;
}

static void novelties(dl_html *h, dl_arena *arena, const struct dl_story_course *c, int64_t now_ms)
{
    const struct dl_store_claim **rows =
        DL_NEW_ARRAY(arena, const struct dl_store_claim *, c->claims->n + 1);
    if (rows == NULL || c->claims->n == 0) return;
    for (size_t i = 0; i < c->claims->n; i++)
        rows[i] = &c->claims->p[i];
    qsort(rows, c->claims->n, sizeof *rows, by_first);
    DL_HTML(h, "<h3>What was new when</h3><ol class=\"course\">\n");
    for (size_t i = 0; i < c->claims->n; i++) {
        DL_HTML(h, "<li>");
        dl_html_when(h, rows[i]->first_seen_ms, now_ms);
        DL_HTML(h, " ");
        dl_view_outlet(h, rows[i]->outlet_name, rows[i]->outlet, (dl_str){NULL, 0});
        DL_HTML(h, " ");
        dl_show_claim_link(h, rows[i]);
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ol>\n");
}

/* --- bursts
 * ------------------------------------------------------------------------------------------ */

static void put_burst(dl_html *h, int64_t hour_ms, uint32_t n, double usual)
{
    DL_HTML(h, "<li>");
    dl_html_time(h, (dl_time){.ms = hour_ms, .precision = DL_PREC_MINUTE, .zone = DL_ZONE_KNOWN});
    DL_HTML(h, ": ");
    dl_view_count(h, n, "document in an hour", "documents in an hour");
    DL_HTML(h, ", ");
    dl_html_fixed(h, usual, 1);
    DL_HTML(h, " in the hours before</li>\n");
}

static void bursts(dl_html *h, dl_arena *arena, const struct dl_story_course *c)
{
    uint32_t *hours = dl_calloc(arena, HOURS, sizeof *hours);
    if (hours == NULL || c->members->n == 0) return;
    int64_t from = c->members->p[0].seen_by_ms / HOUR_MS * HOUR_MS;
    size_t shown = 0;
    for (size_t i = 0; i < c->members->n; i++) {
        const struct dl_store_member *m = &c->members->p[i];
        int64_t hour = (m->seen_by_ms - from) / HOUR_MS;
        if (!m->is_copy && hour >= 0 && hour < HOURS) hours[hour]++;
    }
    for (size_t i = BEFORE; i < HOURS && shown < BURSTS; i++) {
        struct dl_trend t = dl_trend_of(hours[i], hours, i);
        if (t.surprise < BURST) continue;
        if (shown++ == 0) DL_HTML(h, "<h3>Bursts, copies left out</h3><ul>\n");
        put_burst(h, from + (int64_t)i * HOUR_MS, hours[i], t.usual);
    }
    if (shown > 0) DL_HTML(h, "</ul>\n");
}

/* --- coverage
 * ---------------------------------------------------------------------------------------- */

static void facets(dl_html *h, const char *what, const dl_store_facets *list)
{
    DL_HTML(h, "<dt>");
    dl_html_c(h, what);
    DL_HTML(h, "</dt><dd>");
    for (size_t i = 0; i < list->n && i < SHOWN; i++) {
        if (i > 0) DL_HTML(h, ", ");
        dl_html_foreign(h, (dl_str){NULL, 0}, list->p[i].value);
        DL_HTML(h, " ");
        dl_html_number(h, list->p[i].documents);
    }
    if (list->n > SHOWN) {
        DL_HTML(h, " and ");
        dl_html_int(h, (int64_t)(list->n - SHOWN));
        DL_HTML(h, " more");
    }
    DL_HTML(h, "</dd>");
}

static void silence(dl_html *h, const struct dl_story_course *c, int64_t now_ms)
{
    if (c->silent.n == 0) return;
    DL_HTML(h, "<h3>Silent, against their habit</h3><ul>\n");
    for (size_t i = 0; i < c->silent.n; i++) {
        const struct dl_store_silence *s = &c->silent.p[i];
        DL_HTML(h, "<li>");
        dl_view_outlet(h, s->name, s->outlet, s->country);
        DL_HTML(h, ": had ");
        dl_html_int(h, s->had);
        DL_HTML(h, " of ");
        dl_html_int(h, s->of);
        DL_HTML(h, " stories of eight outlets or more in two weeks; heard ");
        dl_html_when(h, s->heard_ms, now_ms);
        DL_HTML(h, "</li>\n");
    }
    DL_HTML(h, "</ul>\n");
}

void dl_story_course_show(dl_html *h, dl_arena *arena, const struct dl_story_course *c,
                          int64_t now_ms)
{
    DL_HTML(h, "<section aria-labelledby=\"course\"><h2 id=\"course\">How it went, and who covers "
               "it</h2>\n");
    novelties(h, arena, c, now_ms);
    bursts(h, arena, c);
    DL_HTML(h, "<dl class=\"record\"><dt>Watched</dt><dd>");
    dl_view_count(h, c->story->outlets, "outlet", "outlets");
    DL_HTML(h, " of ");
    dl_view_count(h, c->watched, "watched outlet", "watched outlets");
    DL_HTML(h, " in ");
    dl_view_count(h, c->watched_countries, "country", "countries");
    DL_HTML(h, "; who is not watched is not counted</dd>");
    facets(h, "Countries", &c->countries);
    facets(h, "Languages", &c->languages);
    facets(h, "Outlets", &c->outlets);
    DL_HTML(h, "</dl>\n");
    silence(h, c, now_ms);
    DL_HTML(h, "</section>\n");
}
