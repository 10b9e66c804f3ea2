#include "serve/happened.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/map.h"
#include "serve/view.h"

enum { PLACES_MAX = 1000, DOCUMENTS_SHOWN = 5 };

struct gathering {
    dl_arena *arena;
    dl_map known; /* key of a place -> 1 + its number, as a pointer's value */
    dl_happened places;
};

static bool firm(dl_str status)
{
    return dl_str_eq_c(status, "occurred") || dl_str_eq_c(status, "ongoing");
}

static bool happened(dl_str status)
{
    return firm(status) || dl_str_eq_c(status, "alleged") || dl_str_eq_c(status, "attempted") ||
           dl_str_eq_c(status, "presupposed");
}

static dl_str key_of(dl_arena *arena, yyjson_val *place)
{
    int64_t geonames = dl_json_get_int(place, "geonames", 0);
    if (geonames > 0) return dl_str_fmt(arena, "%lld", (long long)geonames);
    return dl_str_fmt(arena, "%.*s|%.*s|%.*s", DL_FMT(dl_json_get_str(place, "kind")),
                      DL_FMT(dl_json_get_str(place, "country")),
                      DL_FMT(dl_json_get_str(place, "name")));
}

/* A country's point is the middle of its people, no place where anything happened. */
static struct dl_pin pin_of(yyjson_val *place, dl_str name, dl_str kind, dl_str country)
{
    struct dl_pin pin = {.lat = dl_json_get_num(place, "lat", 999),
                         .lon = dl_json_get_num(place, "lon", 999),
                         .name = name,
                         .alleged = true,
                         .area = !dl_str_eq_c(kind, "city") && !dl_str_eq_c(kind, "locality")};
    pin.placed = !dl_str_eq_c(kind, "country") && pin.lat >= -90 && pin.lat <= 90 &&
                 pin.lon >= -180 && pin.lon <= 180;
    if (country.n == 2) memcpy(pin.country, country.p, 2);
    return pin;
}

static enum dl_err place_at(struct gathering *g, yyjson_val *place, size_t *ret_number)
{
    dl_str key = key_of(g->arena, place);
    if (key.p == NULL) return dl_arena_failed(g->arena);
    uintptr_t there = (uintptr_t)dl_map_get(&g->known, key);
    if (there == 0) {
        if (g->places.n == PLACES_MAX) return DL_ERR_TOO_BIG;
        struct dl_happened_place p = {.name = dl_json_get_str(place, "name"),
                                      .kind = dl_json_get_str(place, "kind"),
                                      .country = dl_json_get_str(place, "country")};
        p.pin = pin_of(place, p.name, p.kind, p.country);
        DL_TRY(dl_vec_push(g->arena, &g->places, p));
        there = g->places.n;
        DL_TRY(dl_map_set(&g->known, key, (void *)there));
    }
    *ret_number = there - 1;
    return DL_OK;
}

static void add_act(struct dl_happening *in, dl_str act, dl_str status)
{
    for (size_t i = 0; i < in->n_acts; i++)
        if (dl_str_eq(in->acts[i].act, act) && dl_str_eq(in->acts[i].status, status)) return;
    if (in->n_acts == DL_HAPPENED_ACTS) return;
    in->acts[in->n_acts].act = act;
    in->acts[in->n_acts++].status = status;
}

static enum dl_err add_event(struct gathering *g, const struct dl_store_analysed *document,
                             yyjson_val *event, yyjson_val *places)
{
    size_t number = 0;
    dl_str status = dl_json_get_str(event, "status"), act = dl_json_get_str(event, "act");
    int64_t at = dl_json_get_int(event, "place", -1);
    yyjson_val *place = at < 0 ? NULL : yyjson_arr_get(places, (size_t)at);
    if (place == NULL || !happened(status) || act.n == 0 || dl_json_get_str(place, "name").n == 0 ||
        !dl_str_eq_c(dl_json_get_str(event, "place_relation"), "occurs-in"))
        return DL_OK;
    enum dl_err err = place_at(g, place, &number);
    if (err != DL_OK) return err == DL_ERR_TOO_BIG ? DL_OK : err;
    struct dl_happened_place *p = &g->places.p[number];
    if (p->in.n == 0 || p->in.p[p->in.n - 1].document != document) {
        struct dl_happening fresh = {.document = document};
        DL_TRY(dl_vec_push(g->arena, &p->in, fresh));
        p->pin.documents++;
    }
    if (firm(status)) p->pin.alleged = false;
    add_act(&p->in.p[p->in.n - 1], act, status);
    return DL_OK;
}

static int by_documents(const void *a, const void *b)
{
    const struct dl_happened_place *x = a, *y = b;
    if (x->pin.documents != y->pin.documents) return x->pin.documents > y->pin.documents ? -1 : 1;
    return dl_str_cmp(x->name, y->name);
}

enum dl_err dl_happened_gather(dl_arena *arena, const dl_store_analyses *analyses,
                               dl_happened *ret_places)
{
    struct gathering g = {.arena = arena};
    dl_map_init(&g.known, arena);
    for (size_t i = 0; i < analyses->n; i++) {
        yyjson_doc *doc;
        if (dl_json_read(arena, analyses->p[i].analyse, &doc, NULL) != DL_OK) continue;
        yyjson_val *root = yyjson_doc_get_root(doc), *event;
        yyjson_val *places = yyjson_obj_get(root, "places");
        size_t k, max;
        yyjson_arr_foreach(yyjson_obj_get(root, "events"), k, max, event)
        {
            DL_TRY(add_event(&g, &analyses->p[i], event, places));
        }
    }
    if (g.places.n > 1) qsort(g.places.p, g.places.n, sizeof *g.places.p, by_documents);
    *ret_places = g.places;
    return dl_arena_failed(arena);
}

/* --- the table that says the same --------------------------------------------------------- */

static void where(dl_html *h, const struct dl_happened_place *p)
{
    dl_html_foreign(h, (dl_str){NULL, 0}, p->name);
    if (!dl_str_eq_c(p->kind, "country")) dl_view_code(h, p->country);
    DL_HTML(h, " <span class=\"muted\">");
    if (dl_str_eq_c(p->kind, "country"))
        DL_HTML(h, "no nearer place is told");
    else if (p->pin.mark == 0)
        DL_HTML(h, "not on the map");
    else if (p->pin.area)
        DL_HTML(h, "somewhere in this area");
    DL_HTML(h, "</span>");
}

/* "assault (alleged)": PLOVER's words in small letters. */
static void acts(dl_html *h, const struct dl_happening *in)
{
    for (size_t i = 0; i < in->n_acts; i++) {
        char lower[48];
        size_t n = in->acts[i].act.n < sizeof lower ? in->acts[i].act.n : sizeof lower;
        for (size_t k = 0; k < n; k++)
            lower[k] = in->acts[i].act.p[k] == '_'
                           ? ' '
                           : (char)dl_to_lower((unsigned char)in->acts[i].act.p[k]);
        if (i > 0) DL_HTML(h, ", ");
        dl_html_text(h, (dl_str){lower, n});
        if (dl_str_eq_c(in->acts[i].status, "occurred")) continue;
        DL_HTML(h, " (");
        dl_html_text(h, in->acts[i].status);
        DL_HTML(h, ")");
    }
}

static void documents(dl_html *h, const struct dl_happened_place *p)
{
    DL_HTML(h, "<ul class=\"said\">");
    for (size_t i = 0; i < p->in.n && i < DOCUMENTS_SHOWN; i++) {
        const struct dl_store_analysed *d = p->in.p[i].document;
        DL_HTML(h, "<li>");
        acts(h, &p->in.p[i]);
        DL_HTML(h, ": ");
        DL_HEADLINE(h, "/d/", &d->id, d->language, d->title);
        DL_HTML(h, " <span class=\"muted\">");
        dl_html_foreign(h, (dl_str){NULL, 0}, d->outlet_name.n > 0 ? d->outlet_name : d->outlet);
        DL_HTML(h, "</span></li>");
    }
    if (p->in.n > DOCUMENTS_SHOWN) {
        DL_HTML(h, "<li class=\"muted\">and ");
        dl_html_int(h, (int64_t)(p->in.n - DOCUMENTS_SHOWN));
        DL_HTML(h, " more</li>");
    }
    DL_HTML(h, "</ul>");
}

static void row(dl_html *h, const struct dl_happened_place *p)
{
    DL_HTML(h, "<tr><td data-label=\"Place\">");
    where(h, p);
    DL_HTML(h, "</td><td class=\"n\" data-label=\"Reports\">");
    dl_html_int(h, p->pin.documents);
    DL_HTML(h, "</td><td data-label=\"What is reported\">");
    documents(h, p);
    DL_HTML(h, "</td></tr>\n");
}

/* A body of the table for each mark, so that the mark opens all its rows; then the rest. */
static void table(dl_html *h, const dl_happened *places, uint32_t marks)
{
    DL_HTML(h, "<table class=\"rows\"><caption class=\"muted\">The same as a table</caption><thead>"
               "<tr><th scope=\"col\">Place</th><th scope=\"col\">Reports</th><th scope=\"col\">"
               "What is reported, and where</th></tr></thead>\n");
    for (uint32_t mark = 1; mark <= marks + 1; mark++) {
        uint32_t wanted = mark <= marks ? mark : 0;
        bool any = false;
        for (size_t i = 0; i < places->n; i++) {
            if (places->p[i].pin.mark != wanted) continue;
            if (!any && wanted > 0) {
                DL_HTML(h, "<tbody id=\"map-");
                dl_html_int(h, wanted);
                DL_HTML(h, "\" tabindex=\"-1\">");
            } else if (!any) {
                DL_HTML(h, "<tbody>");
            }
            any = true;
            row(h, &places->p[i]);
        }
        if (any) DL_HTML(h, "</tbody>\n");
    }
    DL_HTML(h, "</table>\n");
}

static void legend(dl_html *h)
{
    DL_HTML(h,
            "<figcaption><p class=\"legend\"><span><span class=\"sign\" aria-hidden=\"true\">"
            "\u25cf</span> a place, with the number of reports</span> <span><span class=\"sign\" "
            "aria-hidden=\"true\">\u25cb</span> somewhere in an area</span> <span><span "
            "class=\"sign\" aria-hidden=\"true\">\u25cc</span> dashed: alleged or attempted "
            "only</span> <span><span class=\"sign\" aria-hidden=\"true\">\u25a8</span> hatched: a "
            "country, no nearer place is told</span></p><p class=\"muted\">Planned, threatened "
            "and denied events are not on it. Equal areas (Equal Earth); outlines: Natural Earth, "
            "borders as they are held, no statement on whose they are.</p></figcaption>");
}

void dl_happened_show(dl_html *h, dl_arena *arena, dl_happened *places, bool world,
                      const char *what)
{
    if (places->n == 0) return;
    struct dl_pin **pins = DL_NEW_ARRAY(arena, struct dl_pin *, places->n);
    dl_str title = dl_str_fmt(arena, "Where it happened, as %s has it", what);
    if (pins == NULL || title.p == NULL) return;
    for (size_t i = 0; i < places->n; i++)
        pins[i] = &places->p[i].pin;
    struct dl_map_view view = dl_worldmap_view(pins, places->n, world);
    uint32_t marks = dl_worldmap_merge(&view, pins, places->n);
    DL_HTML(h, "<figure class=\"map\">");
    dl_worldmap_draw(
        h, &view, pins, places->n, title.p,
        "Each mark stands for a place or for several that are close together, and opens "
        "its rows in the table below, which has the same data.");
    legend(h);
    DL_HTML(h, "</figure>\n");
    table(h, places, marks);
}
