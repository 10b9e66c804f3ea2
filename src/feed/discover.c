#include "feed/discover.h"

#include "base/map.h"
#include "base/utf8.h"
#include "feed/htmltree.h"
#include "feed/sanitize.h"
#include "net/url.h"

static const char *const feed_types[] = {"application/rss+xml",
                                         "application/atom+xml",
                                         "application/feed+json",
                                         "application/rdf+xml",
                                         "application/x-rss+xml",
                                         "application/x.atom+xml",
                                         "application/x-atom+xml",
                                         "text/rss+xml",
                                         "text/atom+xml",
                                         "application/rss",
                                         "text/rss",
                                         "application/atom"};
/* Types that a feed shares with other things: the address has to look like one too. */
static const char *const vague_types[] = {"application/json", "application/xml", "text/xml",
                                          "text/json"};

struct reading {
    dl_arena *arena;
    dl_str base;
    dl_discovered_vec declared, guessed;
    dl_map seen_declared, seen_guessed; /* address -> anything */
};

static bool in_list(dl_str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_ieq_c(s, list[i])) return true;
    return false;
}
#define IN(s, list) in_list(s, list, sizeof(list) / sizeof *(list))

/* --- addresses ---------------------------------------------------------------------------- */

/* "feed", "rss2", "atom.xml", "index.rdf", "news-feed.xml". */
static bool is_feed_name(dl_str name)
{
    static const char *const names[] = {"feed",    "feeds",   "rss",       "rss2",     "atom",
                                        "rdf",     "rss.php", "feed.php",  "rss.aspx", "atom.php",
                                        "rss.asp", "rss.jsp", "feed.aspx", "xml-rss",  "rss-feed"};
    static const char *const endings[] = {".rss", ".rdf", ".atom", ".rss2"};
    static const char *const files[] = {"index.xml"};
    if (IN(name, names) || IN(name, files)) return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (dl_str_iends(name, endings[i])) return true;
    bool data = dl_str_iends(name, ".xml") || dl_str_iends(name, ".json");
    return data && (dl_str_ifind_c(name, "feed", 0) != DL_NO_POS ||
                    dl_str_ifind_c(name, "rss", 0) != DL_NO_POS ||
                    dl_str_ifind_c(name, "atom", 0) != DL_NO_POS);
}

/* "feed=rss2", "format=atom", "type=rss", "alt=rss". */
static bool is_feed_query(dl_str query)
{
    static const char *const keys[] = {"feed", "format", "type", "alt", "output", "view"};
    static const char *const values[] = {"rss",  "rss2",  "atom",         "rdf",
                                         "feed", "rss20", "comments-rss2"};
    dl_str part;
    while (query.n > 0 && dl_str_split(&query, '&', &part)) {
        size_t eq = dl_str_chr(part, '=', 0);
        if (eq == DL_NO_POS) continue;
        if (IN(dl_str_sub(part, 0, eq), keys) && IN(dl_str_sub(part, eq + 1, part.n), values))
            return true;
    }
    return false;
}

/* Services that take a feed's address as a parameter are no feeds. */
static bool names_another_address(const struct dl_url *url)
{
    return dl_str_ifind_c(url->query, "http%3a", 0) != DL_NO_POS ||
           dl_str_ifind_c(url->query, "https%3a", 0) != DL_NO_POS ||
           dl_str_ifind_c(url->query, "://", 0) != DL_NO_POS ||
           dl_str_ifind_c(url->path, "://", 0) != DL_NO_POS;
}

static bool looks_like_feed(const struct dl_url *url)
{
    if (!dl_url_is_web(url) || names_another_address(url)) return false;
    if (is_feed_query(url->query)) return true;
    dl_str rest = url->path, part;
    bool feed_host = dl_str_starts(url->host, "feeds.") || dl_str_starts(url->host, "feed.") ||
                     dl_str_starts(url->host, "rss.");
    bool some_path = rest.n > 1;
    for (size_t n = 0; rest.n > 0 && dl_str_split(&rest, '/', &part); n++) {
        /* "/feeds/posts/default" is a feed, "/rss/how-to.html" a page about them. */
        bool last = rest.n == 0 || dl_str_eq_c(rest, "/");
        if (is_feed_name(part) && last) return true;
        if (n == 1 && dl_str_ieq_c(part, "feeds") && dl_str_chr(rest, '.', 0) == DL_NO_POS)
            return true;
    }
    return feed_host && some_path && !dl_str_iends(url->path, ".html");
}

bool dl_discover_looks_like_feed(dl_arena *arena, dl_str s)
{
    struct dl_url url;
    return dl_url_parse(arena, s, (dl_str){NULL, 0}, &url) == DL_OK && looks_like_feed(&url);
}

/* --- the page ----------------------------------------------------------------------------- */

static bool has_token(dl_str list, const char *token)
{
    dl_str word, rest = list;
    size_t at = 0;
    while (at < rest.n) {
        size_t start = at;
        while (at < rest.n && !dl_is_space((unsigned char)rest.p[at]))
            at++;
        word = dl_str_sub(rest, start, at++);
        if (dl_str_ieq_c(word, token)) return true;
    }
    return false;
}

static dl_str media_type(struct reading *r, dl_str s)
{
    return dl_str_lower_ascii(r->arena, dl_str_trim(dl_str_sub(s, 0, dl_str_chr(s, ';', 0))));
}

static enum dl_err add(struct reading *r, bool declared, dl_str href, dl_str type, dl_str title)
{
    dl_discovered_vec *list = declared ? &r->declared : &r->guessed;
    dl_map *seen = declared ? &r->seen_declared : &r->seen_guessed;
    if (list->n >= DL_DISCOVER_FEEDS || dl_map_get(seen, href) != NULL) return DL_OK;
    DL_TRY(dl_map_set(seen, href, r));
    struct dl_discovered f = {href, type, dl_utf8_clean(r->arena, dl_str_squeeze(r->arena, title)),
                              declared};
    return dl_vec_push(r->arena, list, f);
}

static enum dl_err on_link(struct reading *r, lxb_dom_node_t *node)
{
    dl_str rel = dl_html_attr(node, "rel"), href = dl_str_trim(dl_html_attr(node, "href"));
    bool alternate = has_token(rel, "alternate"), feed = has_token(rel, "feed");
    if ((!alternate && !feed) || has_token(rel, "stylesheet") || href.n == 0) return DL_OK;
    struct dl_url url;
    if (dl_url_parse(r->arena, href, r->base, &url) != DL_OK || !dl_url_is_web(&url)) return DL_OK;
    dl_str type = media_type(r, dl_html_attr(node, "type"));
    bool looks = looks_like_feed(&url);
    bool declared = IN(type, feed_types) || (IN(type, vague_types) && looks) ||
                    (feed && type.n == 0 && !has_token(rel, "nofollow"));
    if (!declared && !(type.n == 0 && looks)) return DL_OK;
    return add(r, declared, url.href, type, dl_html_attr(node, "title"));
}

static enum dl_err on_anchor(struct reading *r, lxb_dom_node_t *node)
{
    dl_str href = dl_str_trim(dl_html_attr(node, "href"));
    if (href.n == 0 || href.p[0] == '#' || r->guessed.n >= DL_DISCOVER_FEEDS) return DL_OK;
    struct dl_url url;
    if (dl_url_parse(r->arena, href, r->base, &url) != DL_OK || !dl_url_is_web(&url)) return DL_OK;
    dl_str type = media_type(r, dl_html_attr(node, "type"));
    if (!IN(type, feed_types) && !looks_like_feed(&url)) return DL_OK;
    size_t n = 0;
    lxb_char_t *text = lxb_dom_node_text_content(node, &n);
    dl_str title = dl_html_attr(node, "title");
    if (title.n == 0 && text != NULL) title = dl_utf8_prefix((dl_str){(const char *)text, n}, 200);
    return add(r, false, url.href, IN(type, feed_types) ? type : (dl_str){NULL, 0},
               dl_str_dup(r->arena, title));
}

static enum dl_err walk(struct reading *r, lxb_dom_node_t *root)
{
    r->base = dl_html_base(r->arena, root, r->base);
    for (lxb_dom_node_t *n = root; n != NULL; n = dl_html_next(root, n)) {
        if (dl_html_is(n, LXB_TAG_LINK))
            DL_TRY(on_link(r, n));
        else if (dl_html_is(n, LXB_TAG_A) || dl_html_is(n, LXB_TAG_AREA))
            DL_TRY(on_anchor(r, n));
    }
    return DL_OK;
}

static _Thread_local lxb_html_document_t *document;

enum dl_err dl_discover_page(dl_arena *arena, dl_str html, dl_str url, dl_discovered_vec *ret_feeds,
                             struct dl_diag *diag)
{
    struct reading r = {.arena = arena, .base = url};
    if (html.n > DL_DISCOVER_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_DISCOVER_MAX, "larger than %d MiB",
                       DL_DISCOVER_MAX >> 20);
    dl_map_init(&r.seen_declared, arena);
    dl_map_init(&r.seen_guessed, arena);
    if (document == NULL) document = lxb_html_document_create();
    if (document == NULL) return DL_ERR_NOMEM;
    lxb_html_document_clean(document);
    dl_str text = dl_html_bounded(dl_utf8_repair(arena, html));
    if (!dl_html_tree_parse(document, text))
        return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "the page cannot be parsed");
    DL_TRY(walk(&r, lxb_dom_interface_node(document)));
    DL_TRY(dl_arena_failed(arena));
    *ret_feeds = r.declared.n > 0 ? r.declared : r.guessed;
    return DL_OK;
}

enum dl_err dl_discover_well_known(dl_arena *arena, dl_str url, dl_discovered_vec *ret_places)
{
    static const char *const places[] = {"/feed",
                                         "/rss",
                                         "/rss.xml",
                                         "/feed.xml",
                                         "/atom.xml",
                                         "/feed/rss",
                                         "/feeds",
                                         "/index.xml",
                                         "/?feed=rss2",
                                         "/feed.json",
                                         "/news-sitemap.xml",
                                         "/sitemap-news.xml",
                                         "/sitemap_news.xml",
                                         "/sitemap.xml",
                                         "/sitemap_index.xml"};
    dl_discovered_vec list = {0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        dl_str href = dl_url_resolve_web(arena, dl_str_c(places[i]), url);
        struct dl_discovered f = {.url = href};
        if (href.n > 0) DL_TRY(dl_vec_push(arena, &list, f));
    }
    DL_TRY(dl_arena_failed(arena));
    *ret_places = list;
    return DL_OK;
}

void dl_discover_json(const dl_discovered_vec *feeds, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    yyjson_mut_val *list = dl_json_arr(json, object, "feeds");
    for (size_t i = 0; i < feeds->n; i++) {
        const struct dl_discovered *f = &feeds->p[i];
        yyjson_mut_val *o = dl_json_push_obj(json, list);
        dl_json_str(json, o, "url", f->url);
        dl_json_str(json, o, "type", f->type);
        dl_json_str(json, o, "title", f->title);
        if (!f->declared) dl_json_bool(json, o, "guessed", true);
    }
}
