/* Now as feeds: Atom (RFC 4287) and JSON Feed 1.1. Entry ids are the stories', for ever; an entry
 * changes when its story does. */
#include "serve/api.h"
#include "serve/html.h"
#include "serve/pages.h"
#include "serve/web.h"

enum { ENTRIES = 60 };

struct feed {
    dl_store_stories stories;
    int64_t sequence;
    dl_str base; /* http://host */
};

/* False: the reply is an error, or a 304, already. */
static bool gather(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply,
                   struct feed *f)
{
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return false;
    struct dl_store_story_filter filter = {.limit = ENTRIES};
    enum dl_err err = dl_store_newest_change(store, &f->sequence);
    if (err == DL_OK) err = dl_store_list_stories(store, request->arena, &filter, &f->stories);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "list of stories")) return false;
    /* The host is what the client asked for: it was checked on loopback, and a proxy sets it. */
    const char *scheme =
        dl_str_eq_c(dl_http_header(request, "X-Forwarded-Proto"), "https") ? "https" : "http";
    f->base = dl_str_fmt(request->arena, "%s://%.*s", scheme, DL_FMT(request->host));
    char etag[40];
    snprintf(etag, sizeof etag, "W/\"seq-%lld\"", (long long)f->sequence);
    return !dl_http_not_modified(request, reply, etag);
}

static dl_str counts(dl_arena *arena, const struct dl_store_story *s)
{
    return dl_str_fmt(arena,
                      "%lld documents (%lld of them copies) of %lld outlets in %lld languages and "
                      "%lld countries.",
                      (long long)s->documents, (long long)s->copies, (long long)s->outlets,
                      (long long)s->languages, (long long)s->countries);
}

static dl_str stamp(dl_arena *arena, int64_t ms)
{
    return dl_time_format(arena,
                          (dl_time){.ms = ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN});
}

static dl_str title_of(const struct dl_store_story *s)
{
    return s->headline.n > 0 ? s->headline : DL_STR("Without a headline");
}

static void atom_entry(dl_html *h, dl_arena *arena, const struct feed *f,
                       const struct dl_store_story *s)
{
    dl_str id = dl_id_str(arena, &s->id);
    DL_HTML(h, "<entry");
    if (s->language.n > 0) DL_ATTR(h, "xml:lang", s->language);
    DL_HTML(h, "><id>urn:dateline:story:");
    dl_html_text(h, id);
    DL_HTML(h, "</id><title>");
    dl_html_text(h, title_of(s));
    DL_HTML(h, "</title><link");
    DL_ATTR(h, "href", dl_str_fmt(arena, "%.*s/s/%.*s", DL_FMT(f->base), DL_FMT(id)));
    DL_HTML(h, "/><published>");
    dl_html_text(h, stamp(arena, s->first_seen_ms));
    DL_HTML(h, "</published><updated>");
    dl_html_text(h, stamp(arena, s->last_seen_ms));
    DL_HTML(h, "</updated><author><name>");
    dl_html_text(h, s->outlet_name.n > 0 ? s->outlet_name : s->outlet);
    DL_HTML(h, "</name></author><summary xml:lang=\"en\">");
    dl_html_text(h, counts(arena, s));
    DL_HTML(h, "</summary></entry>\n");
}

void dl_route_feed_atom(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    struct feed f = {0};
    if (!gather(web, request, reply, &f)) return;
    dl_html html = dl_html_to(&reply->body), *h = &html;
    dl_arena *arena = request->arena;
    int64_t updated = f.stories.n > 0 ? f.stories.p[0].last_seen_ms : dl_web_started_ms(web);
    DL_HTML(h,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom"
            "\" xml:lang=\"en\"><id>");
    dl_html_text(h, f.base);
    DL_HTML(h, "/feed.atom</id><title>Dateline: now</title><link rel=\"self\" "
               "type=\"application/atom+xml\"");
    DL_ATTR(h, "href", dl_str_fmt(arena, "%.*s/feed.atom", DL_FMT(f.base)));
    DL_HTML(h, "/><link");
    DL_ATTR(h, "href", dl_str_fmt(arena, "%.*s/", DL_FMT(f.base)));
    DL_HTML(h, "/><generator>Dateline</generator><updated>");
    dl_html_text(h, stamp(arena, updated));
    DL_HTML(h, "</updated>\n");
    for (size_t i = 0; i < f.stories.n; i++)
        atom_entry(h, arena, &f, &f.stories.p[i]);
    DL_HTML(h, "</feed>\n");
    reply->type = "application/atom+xml; charset=utf-8";
}

static void json_item(yyjson_mut_doc *doc, yyjson_mut_val *item, dl_arena *arena,
                      const struct feed *f, const struct dl_store_story *s)
{
    dl_str id = dl_id_str(arena, &s->id);
    dl_json_str(doc, item, "id", dl_str_fmt(arena, "urn:dateline:story:%.*s", DL_FMT(id)));
    dl_json_str(doc, item, "url", dl_str_fmt(arena, "%.*s/s/%.*s", DL_FMT(f->base), DL_FMT(id)));
    dl_json_str(doc, item, "title", title_of(s));
    dl_json_str(doc, item, "language", s->language);
    dl_json_str(doc, item, "content_text", counts(arena, s));
    dl_json_str(doc, item, "date_published", stamp(arena, s->first_seen_ms));
    dl_json_str(doc, item, "date_modified", stamp(arena, s->last_seen_ms));
    yyjson_mut_val *author = dl_json_push_obj(doc, dl_json_arr(doc, item, "authors"));
    dl_json_str(doc, author, "name", s->outlet_name.n > 0 ? s->outlet_name : s->outlet);
    dl_api_story(doc, dl_json_obj(doc, item, "_dateline"), arena, s);
}

void dl_route_feed_json(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    struct feed f = {0};
    if (!gather(web, request, reply, &f)) return;
    dl_arena *arena = request->arena;
    yyjson_mut_doc *doc = dl_json_new(arena);
    if (doc == NULL) {
        dl_route_fail(reply, 503, "There was no memory for the answer.");
        return;
    }
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, root, "version", "https://jsonfeed.org/version/1.1");
    dl_json_c(doc, root, "title", "Dateline: now");
    dl_json_str(doc, root, "home_page_url", dl_str_fmt(arena, "%.*s/", DL_FMT(f.base)));
    dl_json_str(doc, root, "feed_url", dl_str_fmt(arena, "%.*s/feed.json", DL_FMT(f.base)));
    yyjson_mut_val *items = dl_json_arr(doc, root, "items");
    for (size_t i = 0; i < f.stories.n; i++)
        json_item(doc, dl_json_push_obj(doc, items), arena, &f, &f.stories.p[i]);
    reply->type = "application/feed+json";
    if (dl_json_line(doc, arena, &reply->body) != DL_OK)
        dl_route_fail(reply, 500, "The feed could not be written.");
}
