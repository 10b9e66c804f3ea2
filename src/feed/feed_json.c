/* JSON Feed 1.0 and 1.1 (jsonfeed.org). */
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/feed_private.h"

static dl_str str(struct dl_feed_reading *r, yyjson_val *obj, const char *key)
{
    yyjson_val *v = yyjson_obj_get(obj, key);
    if (yyjson_is_str(v)) return dl_json_val_str(v);
    if (yyjson_is_int(v)) return dl_str_fmt(r->arena, "%lld", (long long)yyjson_get_sint(v));
    return (dl_str){NULL, 0};
}

static void people(struct dl_feed_reading *r, yyjson_val *obj, dl_feed_people *ret)
{
    yyjson_val *one = yyjson_obj_get(obj, "author"), *many = yyjson_obj_get(obj, "authors"), *a;
    size_t i, n;
    yyjson_arr_foreach(many, i, n, a)
    {
        struct dl_feed_person p = {dl_feed_plain(r->arena, str(r, a, "name"), false),
                                   {NULL, 0},
                                   dl_feed_url(r, str(r, a, "url"), r->url)};
        if (dl_vec_push(r->arena, ret, p) != DL_OK) return;
    }
    if (ret->n == 0 && yyjson_is_obj(one)) {
        struct dl_feed_person p = {dl_feed_plain(r->arena, str(r, one, "name"), false),
                                   {NULL, 0},
                                   dl_feed_url(r, str(r, one, "url"), r->url)};
        if (dl_vec_push(r->arena, ret, p) != DL_OK) return;
    }
}

static enum dl_err item(struct dl_feed_reading *r, yyjson_val *o)
{
    struct dl_feed_item it = {0};
    it.id = str(r, o, "id");
    it.link = dl_feed_url(r, str(r, o, "url"), r->url);
    if (it.link.n == 0) it.link = dl_feed_url(r, str(r, o, "external_url"), r->url);
    it.title = dl_feed_plain(r->arena, str(r, o, "title"), false);
    it.summary = dl_feed_html(r, str(r, o, "summary"), r->url, false);
    it.language = str(r, o, "language");
    dl_str html = str(r, o, "content_html"), text = str(r, o, "content_text");
    if (html.n > 0) {
        struct dl_feed_content c = {DL_STR("text/html"), it.language, r->url,
                                    dl_feed_html(r, html, r->url, true)};
        DL_TRY(dl_vec_push(r->arena, &it.content, c));
    }
    if (text.n > 0) {
        struct dl_feed_content c = {DL_STR("text/plain"), it.language, r->url,
                                    dl_feed_html(r, text, r->url, false)};
        DL_TRY(dl_vec_push(r->arena, &it.content, c));
    }
    dl_feed_date(str(r, o, "date_published"), &it.published);
    dl_feed_date(str(r, o, "date_modified"), &it.updated);
    people(r, o, &it.authors);
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(yyjson_obj_get(o, "tags"), i, n, v)
    {
        struct dl_feed_category c = {.term = dl_json_val_str(v)};
        DL_TRY(dl_vec_push(r->arena, &it.categories, c));
    }
    yyjson_arr_foreach(yyjson_obj_get(o, "attachments"), i, n, v)
    {
        struct dl_feed_media m = {.url = dl_feed_url(r, str(r, v, "url"), r->url),
                                  .type = str(r, v, "mime_type"),
                                  .length = str(r, v, "size_in_bytes"),
                                  .duration = str(r, v, "duration_in_seconds")};
        DL_TRY(dl_vec_push(r->arena, &it.enclosures, m));
    }
    dl_str image = dl_feed_url(r, str(r, o, "image"), r->url);
    if (image.n > 0)
        DL_TRY(dl_vec_push(r->arena, &it.thumbnails, ((struct dl_feed_media){.url = image})));
    return dl_vec_push(r->arena, &r->feed->items, it);
}

enum dl_err dl_feed_from_json(struct dl_feed_reading *r, dl_str text, struct dl_diag *diag)
{
    yyjson_doc *doc;
    text = dl_utf8_repair(r->arena, text);
    DL_TRY(dl_json_read(r->arena, text, &doc, diag));
    yyjson_val *o = yyjson_doc_get_root(doc);
    dl_str version = str(r, o, "version");
    if (dl_str_find_c(version, "jsonfeed.org", 0) == DL_NO_POS &&
        !yyjson_is_arr(yyjson_obj_get(o, "items")))
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "JSON, but no JSON Feed");
    struct dl_feed *f = r->feed;
    f->format =
        dl_str_ends(version, "1") && !dl_str_ends(version, "version/1") ? "json11" : "json10";
    f->title = dl_feed_plain(r->arena, str(r, o, "title"), false);
    f->subtitle = dl_feed_html(r, str(r, o, "description"), r->url, false);
    f->self = dl_feed_url(r, str(r, o, "feed_url"), r->url);
    f->link = dl_feed_url(r, str(r, o, "home_page_url"), r->url);
    f->icon = dl_feed_url(r, str(r, o, "favicon"), r->url);
    f->logo = dl_feed_url(r, str(r, o, "icon"), r->url);
    f->language = str(r, o, "language");
    people(r, o, &f->authors);
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(yyjson_obj_get(o, "hubs"), i, n, v) if (f->hubs.n < DL_FEED_HUBS)
        DL_TRY(dl_vec_push(r->arena, &f->hubs, dl_feed_url(r, str(r, v, "url"), r->url)));
    yyjson_arr_foreach(yyjson_obj_get(o, "items"), i, n, v)
    {
        if (f->items.n >= DL_FEED_ITEMS) break;
        if (yyjson_is_obj(v)) DL_TRY(item(r, v));
    }
    return DL_OK;
}
