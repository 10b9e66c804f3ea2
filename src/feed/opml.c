#include "feed/opml.h"

#include "base/map.h"
#include "base/utf8.h"
#include "feed/sanitize.h"
#include "feed/xmltree.h"
#include "net/url.h"

enum { CATEGORIES = 16 /* of one feed: more is spam */ };

typedef const struct dl_xml *node;

struct reading {
    dl_arena *arena;
    struct dl_opml *opml;
    dl_str base;
    dl_map seen; /* address -> anything */
};

static dl_str plain(struct reading *r, dl_str s)
{
    s = dl_str_squeeze(r->arena, s);
    if (dl_looks_like_html(s)) s = dl_text_of_html(r->arena, s, false);
    return dl_utf8_clean(r->arena, s);
}

static dl_str attr(struct reading *r, node n, const char *name)
{
    return plain(r, dl_xml_attr(n, name));
}

/* "feed://host/path" and "feed:https://host/path" are old ways to say "subscribe to this". */
static dl_str web_url(struct reading *r, dl_str s)
{
    s = dl_str_trim(s);
    if (dl_str_istarts(s, "feed://"))
        s = dl_str_fmt(r->arena, "http:%.*s", DL_FMT(dl_str_sub(s, 5, s.n)));
    else if (dl_str_istarts(s, "feed:"))
        s = dl_str_sub(s, 5, s.n);
    return s.n > 0 ? dl_url_resolve_web(r->arena, s, r->base) : (dl_str){NULL, 0};
}

static dl_str title_of(struct reading *r, node n)
{
    dl_str title = attr(r, n, "title");
    return title.n > 0 ? title : attr(r, n, "text");
}

static enum dl_err add_category(struct reading *r, struct dl_opml_feed *f, dl_str name)
{
    name = dl_str_trim(name);
    if (name.n > 0 && name.p[0] == '/') name = dl_str_sub(name, 1, name.n);
    if (name.n == 0 || f->categories.n >= CATEGORIES) return DL_OK;
    for (size_t i = 0; i < f->categories.n; i++)
        if (dl_str_eq(f->categories.p[i], name)) return DL_OK;
    return dl_vec_push(r->arena, &f->categories, name);
}

/* The groups above, outermost first, as "Europe/Germany". */
static dl_str group_of(struct reading *r, node n)
{
    dl_str path = {NULL, 0};
    size_t parts = 0;
    for (node p = n->parent; p != NULL && parts < CATEGORIES; p = p->parent) {
        if (!dl_xml_is(p, "outline")) continue;
        dl_str name = title_of(r, p);
        if (name.n == 0) continue;
        parts++;
        path = path.n == 0 ? name : dl_str_fmt(r->arena, "%.*s/%.*s", DL_FMT(name), DL_FMT(path));
    }
    return path;
}

static enum dl_err categories(struct reading *r, struct dl_opml_feed *f, node n)
{
    DL_TRY(add_category(r, f, group_of(r, n)));
    dl_str rest = attr(r, n, "category"), part;
    while (rest.n > 0 && dl_str_split(&rest, ',', &part))
        DL_TRY(add_category(r, f, part));
    return DL_OK;
}

static enum dl_err outline(struct reading *r, node n)
{
    dl_str address = dl_xml_attr(n, "xmlurl");
    /* Early lists name the feed in `url` of an outline of type rss. */
    if (address.n == 0 && dl_str_ieq_c(dl_xml_attr(n, "type"), "rss"))
        address = dl_xml_attr(n, "url");
    if (dl_str_trim(address).n == 0) return DL_OK;
    struct dl_opml_feed f = {.url = web_url(r, address)};
    if (f.url.n == 0 || r->opml->feeds.n >= DL_OPML_FEEDS) {
        r->opml->refused++;
        return DL_OK;
    }
    if (dl_map_get(&r->seen, f.url) != NULL) return DL_OK;
    DL_TRY(dl_map_set(&r->seen, f.url, r->opml));
    f.title = title_of(r, n);
    f.site = web_url(r, dl_xml_attr(n, "htmlurl"));
    f.country = attr(r, n, "country");
    f.language = attr(r, n, "language");
    f.kind = attr(r, n, "kind");
    f.outlet = attr(r, n, "outlet");
    f.name = attr(r, n, "name");
    dl_str type = dl_xml_attr(n, "type");
    if (dl_str_eq_c(type, "sitemap") || dl_str_eq_c(type, "front")) f.channel = type;
    DL_TRY(categories(r, &f, n));
    return dl_vec_push(r->arena, &r->opml->feeds, f);
}

static node next(node root, node n)
{
    if (n->first != NULL) return n->first;
    while (n != root && n->next == NULL)
        n = n->parent;
    return n == root ? NULL : n->next;
}

static enum dl_err document(struct reading *r, node root, struct dl_diag *diag)
{
    bool seen = false;
    for (node n = root; n != NULL; n = next(root, n)) {
        seen |= dl_xml_is(n, "opml") || dl_xml_is(n, "outline");
        if (dl_xml_is(n, "outline")) DL_TRY(outline(r, n));
        if (dl_xml_is(n, "title") && n->parent != NULL && dl_xml_is(n->parent, "head"))
            r->opml->title = plain(r, dl_xml_text(r->arena, n));
    }
    if (seen) return DL_OK;
    return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "XML, but no OPML: <%.*s>",
                   DL_FMT(dl_utf8_prefix(root->name, 60)));
}

enum dl_err dl_opml_parse(dl_arena *arena, dl_str bytes, dl_str url, struct dl_opml **ret_opml,
                          struct dl_diag *diag)
{
    struct dl_opml *opml = DL_NEW(arena, struct dl_opml);
    if (opml == NULL) return dl_arena_failed(arena);
    struct reading r = {.arena = arena, .opml = opml, .base = url};
    dl_map_init(&r.seen, arena);
    if (dl_str_trim(bytes).n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "nothing in it");
    if (bytes.n > DL_OPML_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_OPML_MAX, "larger than %d MiB", DL_OPML_MAX >> 20);
    struct dl_xml *root;
    DL_TRY(dl_xml_parse(arena, bytes, (dl_str){NULL, 0}, &root, &opml->warning, diag));
    DL_TRY(document(&r, root, diag));
    DL_TRY(dl_arena_failed(arena));
    *ret_opml = opml;
    return DL_OK;
}

/* --- writing ------------------------------------------------------------------------------ */

static void put_attr(dl_buf *out, const char *name, dl_str value)
{
    if (value.n == 0) return;
    dl_buf_fmt(out, " %s=\"", name);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '&')
            dl_buf_c(out, "&amp;");
        else if (c == '<')
            dl_buf_c(out, "&lt;");
        else if (c == '>')
            dl_buf_c(out, "&gt;");
        else if (c == '"')
            dl_buf_c(out, "&quot;");
        else if ((unsigned char)c >= 0x20)
            dl_buf_byte(out, c);
    }
    dl_buf_byte(out, '"');
}

static void put_feed(dl_buf *out, const struct dl_opml_feed *f, const char *indent)
{
    dl_buf_c(out, indent);
    bool is_feed = f->channel.n == 0 || dl_str_eq_c(f->channel, "feed");
    dl_buf_c(out, "<outline");
    put_attr(out, "type", is_feed ? DL_STR("rss") : f->channel);
    put_attr(out, "text", f->title.n > 0 ? f->title : f->url);
    put_attr(out, "title", f->title);
    put_attr(out, "xmlUrl", f->url);
    put_attr(out, "htmlUrl", f->site);
    put_attr(out, "language", f->language);
    put_attr(out, "country", f->country);
    put_attr(out, "kind", f->kind);
    put_attr(out, "outlet", f->outlet);
    if (!dl_str_eq(f->name, f->title)) put_attr(out, "name", f->name);
    dl_buf more = DL_BUF_INIT(1 << 20);
    for (size_t i = 1; i < f->categories.n; i++) {
        if (more.n > 0) dl_buf_byte(&more, ',');
        dl_buf_byte(&more, '/');
        dl_buf_str(&more, f->categories.p[i]);
    }
    put_attr(out, "category", dl_buf_slice(&more));
    dl_buf_free(&more);
    dl_buf_c(out, "/>\n");
}

/* Feeds of one group follow each other in what a person edits; a group that comes back later is
 * opened again, which every reader merges. */
static void put_feeds(const struct dl_opml *opml, dl_buf *out)
{
    dl_str open = {NULL, 0};
    for (size_t i = 0; i < opml->feeds.n; i++) {
        const struct dl_opml_feed *f = &opml->feeds.p[i];
        dl_str group = f->categories.n > 0 ? f->categories.p[0] : (dl_str){NULL, 0};
        if (open.n > 0 && !dl_str_eq(open, group)) dl_buf_c(out, "    </outline>\n");
        if (group.n > 0 && !dl_str_eq(open, group)) {
            dl_buf_c(out, "    <outline");
            put_attr(out, "text", group);
            dl_buf_c(out, ">\n");
        }
        open = group;
        put_feed(out, f, group.n > 0 ? "      " : "    ");
    }
    if (open.n > 0) dl_buf_c(out, "    </outline>\n");
}

void dl_opml_write(const struct dl_opml *opml, dl_buf *out)
{
    dl_buf_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n");
    dl_buf_c(out, "    <title>");
    for (size_t i = 0; i < opml->title.n; i++) {
        char c = opml->title.p[i];
        if (c == '&' || c == '<')
            dl_buf_c(out, c == '&' ? "&amp;" : "&lt;");
        else if ((unsigned char)c >= 0x20)
            dl_buf_byte(out, c);
    }
    dl_buf_c(out, "</title>\n  </head>\n  <body>\n");
    put_feeds(opml, out);
    dl_buf_c(out, "  </body>\n</opml>\n");
}

void dl_opml_json(const struct dl_opml *opml, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    dl_json_str(json, object, "title", opml->title);
    yyjson_mut_val *feeds = dl_json_arr(json, object, "feeds");
    for (size_t i = 0; i < opml->feeds.n; i++) {
        const struct dl_opml_feed *f = &opml->feeds.p[i];
        yyjson_mut_val *o = dl_json_push_obj(json, feeds);
        dl_json_str(json, o, "url", f->url);
        dl_json_str(json, o, "title", f->title);
        dl_json_str(json, o, "site", f->site);
        yyjson_mut_val *categories = f->categories.n > 0 ? dl_json_arr(json, o, "category") : NULL;
        for (size_t k = 0; k < f->categories.n; k++)
            dl_json_push_str(json, categories, f->categories.p[k]);
        dl_json_str(json, o, "country", f->country);
        dl_json_str(json, o, "language", f->language);
        dl_json_str(json, o, "kind", f->kind);
        dl_json_str(json, o, "outlet", f->outlet);
        dl_json_str(json, o, "name", f->name);
        dl_json_str(json, o, "channel", f->channel);
    }
    if (opml->refused > 0) dl_json_int(json, object, "refused", (int64_t)opml->refused);
    if (opml->warning.n == 0) return;
    yyjson_mut_val *w = dl_json_push_obj(json, dl_json_arr(json, object, "warnings"));
    dl_json_c(json, w, "code", "syntax");
    dl_json_str(json, w, "message", opml->warning);
}
