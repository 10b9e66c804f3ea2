/* The common form as JSON. */
#include "feed/feed.h"

static void people(yyjson_mut_doc *j, yyjson_mut_val *o, const char *key, const dl_feed_people *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, key) : NULL;
    for (size_t i = 0; i < v->n; i++) {
        yyjson_mut_val *p = dl_json_push_obj(j, arr);
        dl_json_str(j, p, "name", v->p[i].name);
        dl_json_str(j, p, "email", v->p[i].email);
        dl_json_str(j, p, "uri", v->p[i].uri);
    }
}

static void strings(yyjson_mut_doc *j, yyjson_mut_val *o, const char *key, const dl_feed_strings *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, key) : NULL;
    for (size_t i = 0; i < v->n; i++)
        dl_json_push_str(j, arr, v->p[i]);
}

static void categories(yyjson_mut_doc *j, yyjson_mut_val *o, const dl_feed_categories *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, "categories") : NULL;
    for (size_t i = 0; i < v->n; i++) {
        yyjson_mut_val *c = dl_json_push_obj(j, arr);
        dl_json_str(j, c, "term", v->p[i].term);
        dl_json_str(j, c, "scheme", v->p[i].scheme);
        dl_json_str(j, c, "label", v->p[i].label);
    }
}

static void medias(yyjson_mut_doc *j, yyjson_mut_val *o, const char *key, const dl_feed_medias *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, key) : NULL;
    for (size_t i = 0; i < v->n; i++) {
        yyjson_mut_val *m = dl_json_push_obj(j, arr);
        dl_json_str(j, m, "url", v->p[i].url);
        dl_json_str(j, m, "type", v->p[i].type);
        dl_json_str(j, m, "length", v->p[i].length);
        dl_json_str(j, m, "medium", v->p[i].medium);
        dl_json_str(j, m, "width", v->p[i].width);
        dl_json_str(j, m, "height", v->p[i].height);
        dl_json_str(j, m, "duration", v->p[i].duration);
    }
}

static void links(yyjson_mut_doc *j, yyjson_mut_val *o, const dl_feed_links *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, "links") : NULL;
    for (size_t i = 0; i < v->n; i++) {
        yyjson_mut_val *l = dl_json_push_obj(j, arr);
        dl_json_str(j, l, "rel", v->p[i].rel);
        dl_json_str(j, l, "type", v->p[i].type);
        dl_json_str(j, l, "href", v->p[i].href);
        dl_json_str(j, l, "title", v->p[i].title);
        dl_json_str(j, l, "length", v->p[i].length);
        dl_json_str(j, l, "hreflang", v->p[i].hreflang);
    }
}

static void contents(yyjson_mut_doc *j, yyjson_mut_val *o, dl_arena *arena,
                     const dl_feed_contents *v)
{
    yyjson_mut_val *arr = v->n > 0 ? dl_json_arr(j, o, "content") : NULL;
    for (size_t i = 0; i < v->n; i++) {
        yyjson_mut_val *c = dl_json_push_obj(j, arr);
        dl_json_str(j, c, "type", v->p[i].type);
        dl_json_str(j, c, "language", v->p[i].language);
        dl_json_str(j, c, "base", v->p[i].base);
        dl_json_long(j, c, "value", arena, v->p[i].value);
    }
}

enum { COORDINATES = 512 };

/* "lat lon lat lon"; the numbers up to the first that is none, or no place on Earth. */
static size_t numbers(dl_str s, double v[COORDINATES])
{
    size_t n = 0;
    for (const char *p = s.p != NULL ? s.p : ""; n < COORDINATES && *p != '\0';) {
        char *end;
        double d = strtod(p, &end), most = n % 2 == 0 ? 90 : 180;
        if (end == p || !(d >= -most && d <= most)) break;
        v[n++] = d;
        p = end;
        while (*p == ' ' || *p == ',' || *p == '\n' || *p == '\t' || *p == '\r')
            p++;
    }
    return n;
}

/* As GeoJSON, which wants the longitude first. */
static void geo(yyjson_mut_doc *j, yyjson_mut_val *o, const struct dl_feed_item *item)
{
    double v[COORDINATES];
    size_t n = item->geo_type.n > 0 ? numbers(item->geo_coordinates, v) : 0;
    bool polygon = dl_str_eq_c(item->geo_type, "Polygon");
    bool point = dl_str_eq_c(item->geo_type, "Point");
    /* A ring has three corners and comes back to the first. */
    if (n < (polygon ? 8 : point ? 2 : 4)) return;
    yyjson_mut_val *g = dl_json_obj(j, o, "geo");
    dl_json_str(j, g, "type", item->geo_type);
    yyjson_mut_val *list = dl_json_arr(j, g, "coordinates");
    if (polygon) list = yyjson_mut_arr_add_arr(j, list);
    for (size_t i = 0; i + 1 < n; i += 2) {
        yyjson_mut_val *pair = point ? list : yyjson_mut_arr_add_arr(j, list);
        yyjson_mut_arr_add_real(j, pair, v[i + 1]);
        yyjson_mut_arr_add_real(j, pair, v[i]);
        if (point) break;
    }
}

void dl_feed_item_json(const struct dl_feed_item *item, dl_arena *arena, yyjson_mut_doc *j,
                       yyjson_mut_val *o)
{
    dl_json_str(j, o, "id", item->id);
    dl_json_str(j, o, "link", item->link);
    links(j, o, &item->links);
    dl_json_str(j, o, "title", item->title);
    dl_json_long(j, o, "summary", arena, item->summary);
    contents(j, o, arena, &item->content);
    people(j, o, "authors", &item->authors);
    people(j, o, "contributors", &item->contributors);
    dl_json_str(j, o, "publisher", item->publisher);
    dl_json_time(j, o, "published", arena, item->published);
    dl_json_time(j, o, "updated", arena, item->updated);
    dl_json_time(j, o, "created", arena, item->created);
    dl_json_time(j, o, "expired", arena, item->expired);
    categories(j, o, &item->categories);
    medias(j, o, "enclosures", &item->enclosures);
    medias(j, o, "media", &item->media);
    medias(j, o, "thumbnails", &item->thumbnails);
    strings(j, o, "credits", &item->credits);
    dl_json_str(j, o, "comments", item->comments);
    dl_json_str(j, o, "language", item->language);
    dl_json_str(j, o, "rights", item->rights);
    dl_json_str(j, o, "license", item->license);
    if (item->source_title.n + item->source_link.n + item->source_id.n > 0) {
        yyjson_mut_val *s = dl_json_obj(j, o, "source");
        dl_json_str(j, s, "title", item->source_title);
        dl_json_str(j, s, "link", item->source_link);
        dl_json_str(j, s, "id", item->source_id);
    }
    geo(j, o, item);
}

static void warnings(yyjson_mut_doc *j, yyjson_mut_val *o, const struct dl_feed *f)
{
    yyjson_mut_val *arr = f->warnings.n > 0 ? dl_json_arr(j, o, "warnings") : NULL;
    for (size_t i = 0; i < f->warnings.n; i++) {
        yyjson_mut_val *w = dl_json_push_obj(j, arr);
        dl_json_c(j, w, "code", f->warnings.p[i].code);
        dl_json_str(j, w, "message", f->warnings.p[i].message);
    }
}

const char *const dl_feed_days[DL_FEED_DAYS] = {"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};

static void pace(const struct dl_feed *f, dl_arena *arena, yyjson_mut_doc *j, yyjson_mut_val *o)
{
    yyjson_mut_val *hours = f->skip_hours != 0 ? dl_json_arr(j, o, "skip_hours") : NULL;
    for (unsigned hour = 0; hour < 24; hour++)
        if (f->skip_hours >> hour & 1) yyjson_mut_arr_add_uint(j, hours, hour);
    yyjson_mut_val *days = f->skip_days != 0 ? dl_json_arr(j, o, "skip_days") : NULL;
    for (unsigned day = 0; day < DL_FEED_DAYS; day++)
        if (f->skip_days >> day & 1) yyjson_mut_arr_add_str(j, days, dl_feed_days[day]);
    if (f->update_s > 0) dl_json_int(j, o, "update_s", f->update_s);
    dl_json_time(j, o, "update_base", arena, f->update_base);
}

void dl_feed_json(const struct dl_feed *f, dl_arena *arena, yyjson_mut_doc *j, yyjson_mut_val *o)
{
    dl_json_c(j, o, "format", f->format);
    dl_json_str(j, o, "title", f->title);
    dl_json_str(j, o, "subtitle", f->subtitle);
    dl_json_str(j, o, "link", f->link);
    dl_json_str(j, o, "id", f->id);
    dl_json_str(j, o, "self", f->self);
    dl_json_str(j, o, "language", f->language);
    dl_json_str(j, o, "rights", f->rights);
    dl_json_str(j, o, "generator", f->generator);
    dl_json_time(j, o, "published", arena, f->published);
    dl_json_time(j, o, "updated", arena, f->updated);
    if (f->image_url.n > 0) {
        yyjson_mut_val *image = dl_json_obj(j, o, "image");
        dl_json_str(j, image, "url", f->image_url);
        dl_json_str(j, image, "title", f->image_title);
        dl_json_str(j, image, "link", f->image_link);
    }
    dl_json_str(j, o, "icon", f->icon);
    dl_json_str(j, o, "logo", f->logo);
    if (f->ttl_min > 0) dl_json_int(j, o, "ttl", f->ttl_min);
    pace(f, arena, j, o);
    strings(j, o, "hubs", &f->hubs);
    people(j, o, "authors", &f->authors);
    categories(j, o, &f->categories);
    if (f->namespaces.n > 0) {
        yyjson_mut_val *ns = dl_json_obj(j, o, "namespaces");
        for (size_t i = 0; i + 1 < f->namespaces.n; i += 2)
            yyjson_mut_obj_add_val(
                j, ns, f->namespaces.p[i].p,
                yyjson_mut_strn(j, f->namespaces.p[i + 1].p, f->namespaces.p[i + 1].n));
    }
    warnings(j, o, f);
    yyjson_mut_val *items = dl_json_arr(j, o, "items");
    for (size_t i = 0; i < f->items.n; i++)
        dl_feed_item_json(&f->items.p[i], arena, j, dl_json_push_obj(j, items));
}
