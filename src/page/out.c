#include "base/utf8.h"
#include "page/page.h"

const char *dl_block_name(enum dl_block_kind kind)
{
    static const char *const names[] = {"paragraph", "heading", "list_item", "quote",
                                        "caption",   "table",   "code"};
    DL_ASSERT((size_t)kind < sizeof names / sizeof *names);
    return names[kind];
}

const char *dl_page_kind_name(enum dl_page_kind kind)
{
    static const char *const names[] = {"article", "index", "live", "video", "other"};
    DL_ASSERT((size_t)kind < sizeof names / sizeof *names);
    return names[kind];
}

static void put_strings(yyjson_mut_doc *json, yyjson_mut_val *object, const char *key,
                        const dl_page_strings *strings)
{
    if (strings->n == 0) return;
    yyjson_mut_val *arr = dl_json_arr(json, object, key);
    for (size_t i = 0; i < strings->n; i++)
        dl_json_push_str(json, arr, strings->p[i]);
}

/* In the zone the page gives: the day a reader saw must not change. */
dl_str dl_page_local_time(dl_arena *arena, dl_time t)
{
    bool shift = t.precision >= DL_PREC_MINUTE && t.zone == DL_ZONE_KNOWN && t.offset_min != 0;
    if (!shift) return dl_time_format(arena, t);
    dl_civil c = dl_civil_of(t, true);
    int off = t.offset_min < 0 ? -t.offset_min : t.offset_min;
    return dl_str_fmt(arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day,
                      c.hour, c.minute, c.second, t.offset_min < 0 ? '-' : '+', off / 60, off % 60);
}

static void put_time(yyjson_mut_doc *json, yyjson_mut_val *object, dl_arena *arena, const char *key,
                     const char *zone_key, dl_time t)
{
    if (!dl_time_is_set(t)) return;
    dl_json_str(json, object, key, dl_page_local_time(arena, t));
    if (t.zone == DL_ZONE_ASSUMED) dl_json_c(json, object, zone_key, "assumed");
}

static void put_spans(const struct dl_page *page, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    yyjson_mut_val *blocks = page->blocks.n > 0 ? dl_json_arr(json, object, "blocks") : NULL;
    for (size_t i = 0; i < page->blocks.n; i++) {
        const struct dl_page_block *b = &page->blocks.p[i];
        yyjson_mut_val *o = dl_json_push_span(json, blocks, b->start, b->end);
        dl_json_c(json, o, "kind", dl_block_name(b->kind));
    }
    yyjson_mut_val *links = page->links.n > 0 ? dl_json_arr(json, object, "links") : NULL;
    for (size_t i = 0; i < page->links.n; i++) {
        const struct dl_page_link *l = &page->links.p[i];
        dl_json_str(json, dl_json_push_span(json, links, l->start, l->end), "href", l->href);
    }
}

static void put_items(const struct dl_page *page, dl_arena *arena, yyjson_mut_doc *json,
                      yyjson_mut_val *object)
{
    yyjson_mut_val *items = page->items.n > 0 ? dl_json_arr(json, object, "items") : NULL;
    for (size_t i = 0; i < page->items.n; i++) {
        const struct dl_page_item *item = &page->items.p[i];
        yyjson_mut_val *o = dl_json_push_span(json, items, item->start, item->end);
        put_time(json, o, arena, "published", "published_zone", item->published);
        dl_json_str(json, o, "title", item->title);
        dl_json_str(json, o, "url", item->url);
    }
}

static void put_rights(const struct dl_page *page, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    if (page->rights.n == 0) return;
    yyjson_mut_val *rights = dl_json_obj(json, object, "rights");
    for (size_t i = 0; i < page->rights.n; i++) {
        const struct dl_page_right *r = &page->rights.p[i];
        if (r->value.n > 0)
            yyjson_mut_obj_add(rights, yyjson_mut_strn(json, r->name.p, r->name.n),
                               yyjson_mut_strn(json, r->value.p, r->value.n));
    }
}

void dl_page_json(const struct dl_page *page, dl_arena *arena, yyjson_mut_doc *json,
                  yyjson_mut_val *object)
{
    dl_json_str(json, object, "url", page->url);
    dl_json_str(json, object, "canonical", page->canonical);
    dl_json_str(json, object, "title", page->title);
    dl_json_str(json, object, "subtitle", page->subtitle);
    put_strings(json, object, "byline", &page->byline);
    put_time(json, object, arena, "published", "published_zone", page->published);
    put_time(json, object, arena, "modified", "modified_zone", page->modified);
    dl_json_str(json, object, "site", page->site);
    dl_json_str(json, object, "language", page->language);
    dl_json_c(json, object, "direction", page->right_to_left ? "rtl" : "ltr");
    dl_json_str(json, object, "section", page->section);
    put_strings(json, object, "categories", &page->categories);
    put_strings(json, object, "tags", &page->tags);
    dl_json_str(json, object, "description", page->description);
    dl_json_str(json, object, "image", page->image);
    dl_json_str(json, object, "text", page->text);
    put_spans(page, json, object);
    put_items(page, arena, json, object);
    dl_json_c(json, object, "kind", dl_page_kind_name(page->kind));
    dl_json_score(json, object, "confidence", page->confidence);
    dl_json_score(json, object, "kind_confidence", page->kind_confidence);
    put_rights(page, json, object);
    put_strings(json, object, "warnings", &page->warnings);
}

/* --- text ---------------------------------------------------------------------------------- */

void dl_page_text(const struct dl_page *page, dl_arena *arena, dl_buf *out)
{
    const dl_str tops[] = {page->title, page->subtitle};
    size_t at = 0;
    for (size_t i = 0; i < 2; i++)
        if (tops[i].n > 0) dl_buf_fmt(out, "%.*s\n\n", DL_FMT(tops[i]));
    for (size_t i = 0; i < page->items.n; i++) {
        const struct dl_page_item *item = &page->items.p[i];
        if (!dl_time_is_set(item->published) || item->start < at) continue;
        dl_buf_str(out, dl_str_sub(page->text, at, item->start));
        dl_buf_fmt(out, "[%.*s]\n", DL_FMT(dl_page_local_time(arena, item->published)));
        at = item->start;
    }
    dl_str rest = dl_str_sub(page->text, at, page->text.n);
    if (rest.n > 0) dl_buf_fmt(out, "%.*s\n\n", DL_FMT(rest));
}
