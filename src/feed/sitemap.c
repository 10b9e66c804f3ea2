#include "feed/sitemap.h"

#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/inflate.h"
#include "feed/sanitize.h"
#include "feed/xmlsax.h"
#include "net/url.h"

enum { FIELD_MAX = 64 << 10 /* as the longest address; more of a field is not kept */ };

struct reading {
    dl_arena *arena;
    struct dl_sitemap *map;
    dl_str base;
    size_t depth, entry_depth, news_depth; /* 0: not inside one */
    bool has_root, is_field;
    struct dl_sitemap_url entry;
    dl_str loc; /* of the entry, as written */
    dl_buf text;
};

static bool is_foreign(dl_str ns)
{
    return dl_str_ifind_c(ns, "image", 0) != DL_NO_POS ||
           dl_str_ifind_c(ns, "video", 0) != DL_NO_POS ||
           dl_str_ifind_c(ns, "xhtml", 0) != DL_NO_POS ||
           dl_str_ifind_c(ns, "pagemap", 0) != DL_NO_POS;
}

static enum dl_err root(struct reading *r, dl_str name)
{
    r->has_root = true;
    if (dl_str_eq_c(name, "sitemapindex"))
        r->map->kind = DL_SITEMAP_INDEX;
    else if (!dl_str_eq_c(name, "urlset"))
        return DL_ERR_UNSUPPORTED;
    return DL_OK;
}

static enum dl_err on_start(void *ctx, const struct dl_sax_element *e)
{
    struct reading *r = ctx;
    r->depth++;
    if (!r->has_root) return root(r, e->name);
    dl_buf_reset(&r->text);
    r->is_field = r->entry_depth > 0 && !is_foreign(e->ns);
    bool entry = dl_str_eq_c(e->name, "url") || dl_str_eq_c(e->name, "sitemap");
    if (entry && r->entry_depth == 0) {
        r->entry_depth = r->depth;
        r->entry = (struct dl_sitemap_url){0};
        r->loc = (dl_str){NULL, 0};
        r->is_field = false;
    } else if (r->entry_depth > 0 && r->news_depth == 0 && dl_str_eq_c(e->name, "news")) {
        r->news_depth = r->depth;
        r->entry.is_news = true;
    }
    return DL_OK;
}

static dl_str plain(struct reading *r)
{
    dl_str s = dl_str_squeeze(r->arena, dl_buf_slice(&r->text));
    if (dl_looks_like_html(s)) s = dl_text_of_html(r->arena, s, false);
    return dl_utf8_clean(r->arena, s);
}

static void date(struct reading *r, dl_time *ret_time)
{
    dl_time t;
    if (dl_feed_date(dl_buf_slice(&r->text), &t)) *ret_time = t;
}

static void field(struct reading *r, dl_str name)
{
    struct dl_sitemap_url *u = &r->entry;
    if (dl_str_eq_c(name, "loc") && r->loc.n == 0)
        r->loc = dl_str_dup(r->arena, dl_str_trim(dl_buf_slice(&r->text)));
    else if (dl_str_eq_c(name, "lastmod"))
        date(r, &u->lastmod);
    else if (r->news_depth == 0)
        return;
    else if (dl_str_eq_c(name, "name"))
        u->publication = plain(r);
    else if (dl_str_eq_c(name, "language"))
        u->language = plain(r);
    else if (dl_str_eq_c(name, "title"))
        u->title = plain(r);
    else if (dl_str_eq_c(name, "publication_date"))
        date(r, &u->published);
}

static enum dl_err add(struct reading *r)
{
    if (r->loc.n > 0) r->entry.loc = dl_url_resolve_web(r->arena, r->loc, r->base);
    if (r->entry.loc.n == 0 || r->map->urls.n >= DL_SITEMAP_URLS) {
        r->map->dropped++;
        return DL_OK;
    }
    if (r->entry.is_news && r->map->kind == DL_SITEMAP_URLSET) r->map->kind = DL_SITEMAP_NEWS;
    return dl_vec_push(r->arena, &r->map->urls, r->entry);
}

static enum dl_err on_end(void *ctx, dl_str name)
{
    struct reading *r = ctx;
    enum dl_err err = DL_OK;
    if (r->is_field) field(r, name);
    r->is_field = false;
    dl_buf_reset(&r->text);
    if (r->depth == r->news_depth) r->news_depth = 0;
    if (r->depth == r->entry_depth && r->depth > 0) {
        err = add(r);
        r->entry_depth = r->news_depth = 0;
    }
    if (r->depth > 0) r->depth--;
    return err;
}

static enum dl_err on_text(void *ctx, dl_str text)
{
    struct reading *r = ctx;
    if (r->is_field) dl_buf_str(&r->text, dl_utf8_prefix(text, FIELD_MAX - r->text.n));
    return dl_buf_failed(&r->text);
}

static void on_warning(void *ctx, dl_str message)
{
    ((struct reading *)ctx)->map->warning = message;
}

static enum dl_err from_xml(struct reading *r, dl_str bytes, struct dl_diag *diag)
{
    struct dl_sax sax = {r, on_start, on_end, on_text, on_warning};
    enum dl_err err = dl_sax_parse(r->arena, bytes, (dl_str){NULL, 0}, &sax, diag);
    /* The last entry of a file that was cut off counts when its address is whole. */
    if (err == DL_OK && r->entry_depth > 0 && r->loc.n > 0) err = add(r);
    dl_buf_free(&r->text);
    if (err == DL_ERR_UNSUPPORTED) return dl_fail(diag, err, DL_NO_POS, "XML, but no sitemap");
    if (err == DL_OK && !r->has_root)
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "no XML element");
    return err;
}

/* One address a line. A text without any is no sitemap. */
static enum dl_err from_text(struct reading *r, dl_str rest, struct dl_diag *diag)
{
    dl_str line;
    r->map->kind = DL_SITEMAP_TEXT;
    while (dl_str_line(&rest, &line)) {
        r->entry = (struct dl_sitemap_url){0};
        r->loc = dl_str_trim(line);
        if (r->loc.n == 0) continue;
        bool absolute = dl_str_istarts(r->loc, "http://") || dl_str_istarts(r->loc, "https://");
        if (absolute && dl_utf8_valid(r->loc, NULL))
            DL_TRY(add(r));
        else
            r->map->dropped++;
    }
    if (r->map->urls.n == 0)
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "no sitemap: no XML, no addresses");
    return DL_OK;
}

static enum dl_err parse(struct reading *r, dl_str bytes, struct dl_diag *diag)
{
    dl_str start = bytes;
    if (dl_str_starts(start, "\xEF\xBB\xBF")) start = dl_str_sub(start, 3, start.n);
    start = dl_str_trim(start);
    if (start.n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "nothing in it");
    if (bytes.n > DL_SITEMAP_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_SITEMAP_MAX, "larger than %d MiB",
                       DL_SITEMAP_MAX >> 20);
    bool utf16 = (unsigned char)bytes.p[0] >= 0xFE || start.p[0] == 0;
    return start.p[0] == '<' || utf16 ? from_xml(r, bytes, diag) : from_text(r, start, diag);
}

enum dl_err dl_sitemap_parse(dl_arena *arena, dl_str bytes, dl_str url,
                             struct dl_sitemap **ret_sitemap, struct dl_diag *diag)
{
    struct dl_sitemap *map = DL_NEW(arena, struct dl_sitemap);
    if (map == NULL) return dl_arena_failed(arena);
    struct reading r = {
        .arena = arena, .map = map, .base = url, .text = DL_BUF_INIT(2 * FIELD_MAX)};
    dl_buf unpacked = DL_BUF_INIT(DL_SITEMAP_MAX);
    enum dl_err err = DL_OK;
    enum dl_coding coding = dl_coding_sniff(bytes);
    if (coding != DL_CODING_NONE) {
        err = dl_inflate(coding, bytes, &unpacked, diag);
        bytes = dl_buf_slice(&unpacked);
    }
    if (err == DL_OK) err = parse(&r, bytes, diag);
    dl_buf_free(&unpacked);
    DL_TRY(err);
    DL_TRY(dl_arena_failed(arena));
    *ret_sitemap = map;
    return DL_OK;
}

const char *dl_sitemap_kind_name(enum dl_sitemap_kind kind)
{
    static const char *const names[] = {"urlset", "index", "news", "text"};
    return names[kind];
}

void dl_sitemap_json(const struct dl_sitemap *map, dl_arena *arena, yyjson_mut_doc *json,
                     yyjson_mut_val *object)
{
    dl_json_c(json, object, "kind", dl_sitemap_kind_name(map->kind));
    yyjson_mut_val *urls = dl_json_arr(json, object, "urls");
    for (size_t i = 0; i < map->urls.n; i++) {
        const struct dl_sitemap_url *u = &map->urls.p[i];
        yyjson_mut_val *o = dl_json_push_obj(json, urls);
        dl_json_str(json, o, "loc", u->loc);
        dl_json_time(json, o, "lastmod", arena, u->lastmod);
        if (!u->is_news) continue;
        yyjson_mut_val *news = dl_json_obj(json, o, "news");
        dl_json_str(json, news, "publication", u->publication);
        dl_json_str(json, news, "language", u->language);
        dl_json_time(json, news, "published", arena, u->published);
        dl_json_str(json, news, "title", u->title);
    }
    if (map->dropped > 0) dl_json_int(json, object, "dropped", (int64_t)map->dropped);
    if (map->warning.n == 0) return;
    yyjson_mut_val *w = dl_json_push_obj(json, dl_json_arr(json, object, "warnings"));
    dl_json_c(json, w, "code", "syntax");
    dl_json_str(json, w, "message", map->warning);
}
