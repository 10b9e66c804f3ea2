/* RSS, RDF, Atom and CDF by element names and namespaces. */
#include "base/hash.h"
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/feed_private.h"
#include "feed/sanitize.h"

typedef const struct dl_xml *node;

static bool ns_has(node n, const char *part)
{
    return dl_str_ifind_c(n->ns, part, 0) != DL_NO_POS;
}

static bool is_media(node n)
{
    return ns_has(n, "search.yahoo.com/mrss") || dl_str_eq_c(n->ns, "media");
}
static bool is_dc(node n)
{
    return ns_has(n, "purl.org/dc") || dl_str_eq_c(n->ns, "dc") || dl_str_eq_c(n->ns, "dcterms");
}
static bool is_itunes(node n)
{
    return ns_has(n, "itunes");
}
static bool is_geo(node n)
{
    return ns_has(n, "georss") || ns_has(n, "opengis.net/gml") || ns_has(n, "wgs84") ||
           dl_str_eq_c(n->ns, "geo");
}
static bool is_atom(node n)
{
    return ns_has(n, "w3.org/2005/atom") || ns_has(n, "purl.org/atom") ||
           dl_str_eq_c(n->ns, "atom") || dl_str_eq_c(n->ns, "atom10");
}
static bool is_core(node n)
{
    return !is_media(n) && !is_dc(n) && !is_itunes(n) && !is_geo(n);
}

static dl_str base_of(struct dl_feed_reading *r, node n)
{
    dl_str resolved = n->base.n > 0 ? dl_feed_url(r, n->base, r->url) : r->url;
    return resolved.n > 0 ? resolved : r->url;
}

static dl_str text(struct dl_feed_reading *r, node n)
{
    return dl_str_trim(dl_xml_text(r->arena, n));
}

/* Kind of an Atom text construct or RSS field: its markup as HTML, or its text. */
struct construct {
    dl_str value;
    bool is_html;
    dl_str type;
};

static struct construct construct_of(struct dl_feed_reading *r, node n, bool is_atom_text)
{
    dl_str type = dl_xml_attr(n, "type"), mode = dl_xml_attr(n, "mode");
    bool has_elements = false;
    for (node c = n->first; c != NULL; c = c->next)
        has_elements |= c->name.n > 0;
    bool xhtml = dl_str_ieq_c(type, "xhtml") || dl_str_ieq_c(type, "application/xhtml+xml") ||
                 (dl_str_ieq_c(mode, "xml") && has_elements) || (!is_atom_text && has_elements) ||
                 (is_atom_text && has_elements && mode.n == 0);
    if (xhtml)
        return (struct construct){dl_xml_inner(r->arena, n), true, DL_STR("application/xhtml+xml")};
    dl_str value = dl_xml_text(r->arena, n);
    dl_str bytes;
    if (dl_str_ieq_c(mode, "base64") ||
        (is_atom_text && type.n > 0 && !dl_str_istarts(type, "text") &&
         !dl_str_ieq_c(type, "html"))) {
        if (dl_base64_decode(r->arena, value, &bytes)) value = dl_utf8_repair(r->arena, bytes);
    }
    bool html = dl_str_ieq_c(type, "html") || dl_str_ieq_c(type, "text/html") ||
                dl_str_ieq_c(mode, "escaped") ||
                (!is_atom_text && !dl_str_ieq_c(type, "text/plain"));
    return (struct construct){value, html, html ? DL_STR("text/html") : DL_STR("text/plain")};
}

/* "jane@example.org (Jane)", "Jane <jane@example.org>", "Jane". */
static struct dl_feed_person person_of_text(struct dl_feed_reading *r, dl_str s)
{
    s = dl_feed_plain(r->arena, s, false);
    struct dl_feed_person p = {.name = s};
    size_t at = dl_str_chr(s, '@', 0);
    if (at == DL_NO_POS) return p;
    size_t start = at, end = at;
    while (start > 0 && strchr(" <([:;,", s.p[start - 1]) == NULL)
        start--;
    while (end < s.n && strchr(" >)],;", s.p[end]) == NULL)
        end++;
    p.email = dl_str_sub(s, start, end);
    dl_str before = dl_str_trim(dl_str_sub(s, 0, start)),
           after = dl_str_trim(dl_str_sub(s, end, s.n));
    dl_str name = before.n > after.n ? before : after;
    while (name.n > 0 && strchr("<>()[]- ", name.p[0]) != NULL)
        name = dl_str_sub(name, 1, name.n);
    while (name.n > 0 && strchr("<>()[] ", name.p[name.n - 1]) != NULL)
        name.n--;
    if (dl_str_iends(name, "mailto:")) name.n -= 7;
    p.name = dl_str_trim(name);
    return p;
}

static struct dl_feed_person person_of(struct dl_feed_reading *r, node n)
{
    struct dl_feed_person p = {0};
    node name = dl_xml_child(n, "name"), email = dl_xml_child(n, "email");
    node uri = dl_xml_child(n, "uri");
    if (uri == NULL) uri = dl_xml_child(n, "url");
    if (uri == NULL) uri = dl_xml_child(n, "homepage");
    if (name == NULL && email == NULL && uri == NULL) return person_of_text(r, text(r, n));
    if (name != NULL) p.name = dl_feed_plain(r->arena, text(r, name), false);
    if (email != NULL) p.email = text(r, email);
    if (uri != NULL) p.uri = dl_feed_url(r, text(r, uri), base_of(r, n));
    return p;
}

static void add_person(struct dl_feed_reading *r, dl_feed_people *list, struct dl_feed_person p)
{
    if (p.name.n + p.email.n + p.uri.n == 0) return;
    for (size_t i = 0; i < list->n; i++)
        if (dl_str_eq(list->p[i].name, p.name) && dl_str_eq(list->p[i].email, p.email)) return;
    if (dl_vec_push(r->arena, list, p) != DL_OK) return;
}

static void add_category(struct dl_feed_reading *r, dl_feed_categories *list, node n)
{
    struct dl_feed_category c = {.term = dl_xml_attr(n, "term"),
                                 .scheme = dl_xml_attr(n, "scheme"),
                                 .label = dl_xml_attr(n, "label")};
    if (c.scheme.n == 0) c.scheme = dl_xml_attr(n, "domain");
    if (c.term.n == 0) c.term = dl_feed_plain(r->arena, text(r, n), true);
    if (c.term.n + c.label.n > 0 && dl_vec_push(r->arena, list, c) != DL_OK) return;
}

static struct dl_feed_link link_of(struct dl_feed_reading *r, node n)
{
    dl_str href = dl_xml_attr(n, "href");
    return (struct dl_feed_link){.rel = dl_xml_attr(n, "rel"),
                                 .type = dl_xml_attr(n, "type"),
                                 .href =
                                     dl_feed_url(r, href.n > 0 ? href : text(r, n), base_of(r, n)),
                                 .title = dl_xml_attr(n, "title"),
                                 .length = dl_xml_attr(n, "length"),
                                 .hreflang = dl_xml_attr(n, "hreflang")};
}

static struct dl_feed_media media_of(struct dl_feed_reading *r, node n)
{
    dl_str url = dl_xml_attr(n, "url");
    if (url.n == 0) url = dl_xml_attr(n, "href");
    if (url.n == 0) url = dl_xml_attr(n, "resource");
    if (url.n == 0) url = text(r, n);
    return (struct dl_feed_media){.url = dl_feed_url(r, url, base_of(r, n)),
                                  .type = dl_xml_attr(n, "type"),
                                  .length = dl_xml_attr(n, "length"),
                                  .medium = dl_xml_attr(n, "medium"),
                                  .width = dl_xml_attr(n, "width"),
                                  .height = dl_xml_attr(n, "height"),
                                  .duration = dl_xml_attr(n, "duration")};
}

static void add_media(struct dl_feed_reading *r, dl_feed_medias *list, node n)
{
    struct dl_feed_media m = media_of(r, n);
    if (m.url.n > 0 && dl_vec_push(r->arena, list, m) != DL_OK) return;
}

static void add_content(struct dl_feed_reading *r, struct dl_feed_item *it, node n, bool atom)
{
    struct construct c = construct_of(r, n, atom);
    dl_str base = base_of(r, n), src = dl_xml_attr(n, "src");
    struct dl_feed_content content = {c.type, dl_xml_attr_ns(n, "xml", "lang"), base,
                                      dl_feed_html(r, c.value, base, c.is_html)};
    (void)src;
    if (content.value.n > 0 && dl_vec_push(r->arena, &it->content, content) != DL_OK) return;
}

static void date(struct dl_feed_reading *r, node n, dl_time *ret)
{
    dl_time t;
    if (dl_feed_date(text(r, n), &t)) *ret = t;
}

static void geo(struct dl_feed_reading *r, struct dl_feed_item *it, node n)
{
    const char *type = dl_xml_is(n, "point") || dl_xml_is(n, "pos") ? "Point"
                       : dl_xml_is(n, "line")                       ? "LineString"
                       : dl_xml_is(n, "polygon")                    ? "Polygon"
                       : dl_xml_is(n, "box")                        ? "Box"
                                                                    : NULL;
    node inner = n;
    if (dl_xml_is(n, "where") || (type != NULL && n->first != NULL && n->first->name.n > 0) ||
        (dl_xml_is(n, "point") && dl_xml_child(n, "lat") != NULL)) {
        for (node c = n->first; c != NULL; c = c->next)
            if (c->name.n > 0 && it->geo_type.n == 0) {
                node pos = dl_xml_child(c, "pos");
                node ring = dl_xml_child(c, "exterior");
                node list = dl_xml_child(c, "poslist");
                if (ring != NULL && dl_xml_child(ring, "linearring") != NULL)
                    list = dl_xml_child(dl_xml_child(ring, "linearring"), "poslist");
                if (pos != NULL || list != NULL) {
                    it->geo_type = pos != NULL                  ? DL_STR("Point")
                                   : dl_xml_is(c, "linestring") ? DL_STR("LineString")
                                                                : DL_STR("Polygon");
                    it->geo_coordinates = text(r, pos != NULL ? pos : list);
                } else {
                    geo(r, it, c);
                }
            }
        node lat = dl_xml_child(n, "lat"), lon = dl_xml_child(n, "long");
        if (lat != NULL && lon != NULL) {
            it->geo_type = DL_STR("Point");
            it->geo_coordinates =
                dl_str_fmt(r->arena, "%.*s %.*s", DL_FMT(text(r, lat)), DL_FMT(text(r, lon)));
        }
        return;
    }
    if (type == NULL) return;
    it->geo_type = dl_str_c(type);
    it->geo_coordinates = dl_str_dup(r->arena, text(r, inner));
}

static void media_element(struct dl_feed_reading *r, struct dl_feed_item *it, node n)
{
    if (dl_xml_is(n, "content")) add_media(r, &it->media, n);
    if (dl_xml_is(n, "thumbnail")) add_media(r, &it->thumbnails, n);
    if (dl_xml_is(n, "credit") && dl_vec_push(r->arena, &it->credits, text(r, n)) != DL_OK) return;
    if (dl_xml_is(n, "title") && it->title.n == 0)
        it->title = dl_feed_plain(r->arena, text(r, n), true);
    if (dl_xml_is(n, "description") && it->summary.n == 0)
        it->summary = dl_feed_html(r, text(r, n), base_of(r, n), true);
    if (dl_xml_is(n, "category") || dl_xml_is(n, "keywords")) add_category(r, &it->categories, n);
    if (dl_xml_is(n, "group") || dl_xml_is(n, "content"))
        for (node c = n->first; c != NULL; c = c->next)
            if (is_media(c)) media_element(r, it, c);
}

static void dc_element(struct dl_feed_reading *r, struct dl_feed_item *it, node n)
{
    if (dl_xml_is(n, "creator") || dl_xml_is(n, "author"))
        add_person(r, &it->authors, person_of_text(r, text(r, n)));
    if (dl_xml_is(n, "contributor"))
        add_person(r, &it->contributors, person_of_text(r, text(r, n)));
    if (dl_xml_is(n, "title") && it->title.n == 0)
        it->title = dl_feed_plain(r->arena, text(r, n), true);
    if (dl_xml_is(n, "description") && it->summary.n == 0)
        it->summary = dl_feed_html(r, text(r, n), base_of(r, n), true);
    if (dl_xml_is(n, "date") || dl_xml_is(n, "modified")) date(r, n, &it->updated);
    if (dl_xml_is(n, "issued") && !dl_time_is_set(it->published)) date(r, n, &it->published);
    if (dl_xml_is(n, "created")) date(r, n, &it->created);
    if (dl_xml_is(n, "publisher")) it->publisher = dl_feed_plain(r->arena, text(r, n), false);
    if (dl_xml_is(n, "language")) it->language = text(r, n);
    if (dl_xml_is(n, "rights")) it->rights = dl_feed_html(r, text(r, n), base_of(r, n), true);
    if (dl_xml_is(n, "subject")) add_category(r, &it->categories, n);
    if (dl_xml_is(n, "identifier") && it->id.n == 0) it->id = text(r, n);
}

static void item_link(struct dl_feed_reading *r, struct dl_feed_item *it, node n)
{
    struct dl_feed_link l = link_of(r, n);
    if (l.href.n == 0) return;
    bool alternate = l.rel.n == 0 || dl_str_ieq_c(l.rel, "alternate");
    if (dl_str_ieq_c(l.rel, "enclosure")) {
        struct dl_feed_media m = {.url = l.href, .type = l.type, .length = l.length};
        if (dl_vec_push(r->arena, &it->enclosures, m) != DL_OK) return;
    }
    if (dl_str_ieq_c(l.rel, "license")) it->license = l.href;
    if (l.rel.n == 0) l.rel = DL_STR("alternate");
    if (alternate && (it->link.n == 0 || dl_str_ieq_c(l.type, "text/html"))) it->link = l.href;
    if (dl_vec_push(r->arena, &it->links, l) != DL_OK) return;
}

static void item_element(struct dl_feed_reading *r, struct dl_feed_item *it, node n, bool atom)
{
    if (is_media(n)) {
        media_element(r, it, n);
    } else if (is_geo(n)) {
        geo(r, it, n);
    } else if (is_dc(n)) {
        dc_element(r, it, n);
    } else if (is_itunes(n)) {
        if (dl_xml_is(n, "author")) add_person(r, &it->authors, person_of_text(r, text(r, n)));
        if (dl_xml_is(n, "summary") && it->summary.n == 0)
            it->summary = dl_feed_html(r, text(r, n), base_of(r, n), true);
        if (dl_xml_is(n, "image")) add_media(r, &it->thumbnails, n);
        if (dl_xml_is(n, "keywords")) {
            dl_str rest = text(r, n), word;
            while (dl_str_split(&rest, ' ', &word)) {
                struct dl_feed_category c = {.term = dl_str_trim(word)};
                if (c.term.n > 0 && dl_vec_push(r->arena, &it->categories, c) != DL_OK) return;
            }
        }
    } else if (dl_xml_is(n, "title")) {
        struct construct c = construct_of(r, n, atom);
        dl_str title = dl_feed_plain(r->arena, c.value, c.is_html);
        if (title.n > 0 || it->title.n == 0) it->title = title;
    } else if (dl_xml_is(n, "link")) {
        item_link(r, it, n);
    } else if (dl_xml_is(n, "guid") || dl_xml_is(n, "id")) {
        it->id = text(r, n);
        bool permalink =
            dl_xml_is(n, "guid") && !dl_str_ieq_c(dl_xml_attr(n, "ispermalink"), "false");
        if (permalink && it->link.n == 0) it->link = dl_feed_url(r, it->id, base_of(r, n));
    } else if (dl_xml_is(n, "encoded") || dl_xml_is(n, "body") || dl_xml_is(n, "fullitem")) {
        add_content(r, it, n, false);
    } else if (dl_xml_is(n, "content")) {
        add_content(r, it, n, true);
    } else if (dl_xml_is(n, "description") || dl_xml_is(n, "summary") || dl_xml_is(n, "abstract") ||
               dl_xml_is(n, "tagline")) {
        struct construct c = construct_of(r, n, atom && dl_xml_is(n, "summary"));
        dl_str html = dl_feed_html(r, c.value, base_of(r, n), c.is_html);
        if (it->summary.n == 0 || !dl_xml_is(n, "abstract")) it->summary = html;
    } else if (dl_xml_is(n, "author") || dl_xml_is(n, "managingeditor")) {
        add_person(r, &it->authors, person_of(r, n));
    } else if (dl_xml_is(n, "contributor")) {
        add_person(r, &it->contributors, person_of(r, n));
    } else if (dl_xml_is(n, "category")) {
        add_category(r, &it->categories, n);
    } else if (dl_xml_is(n, "pubdate") || dl_xml_is(n, "published") || dl_xml_is(n, "issued")) {
        date(r, n, &it->published);
    } else if (dl_xml_is(n, "updated") || dl_xml_is(n, "modified") || dl_xml_is(n, "lastmod")) {
        date(r, n, &it->updated);
    } else if (dl_xml_is(n, "created")) {
        date(r, n, &it->created);
    } else if (dl_xml_is(n, "expirationdate")) {
        date(r, n, &it->expired);
    } else if (dl_xml_is(n, "enclosure")) {
        add_media(r, &it->enclosures, n);
    } else if (dl_xml_is(n, "comments") && !ns_has(n, "slash")) {
        it->comments = dl_feed_url(r, text(r, n), base_of(r, n));
    } else if (dl_xml_is(n, "rights") || dl_xml_is(n, "copyright")) {
        struct construct c = construct_of(r, n, atom);
        it->rights = dl_feed_html(r, c.value, base_of(r, n), c.is_html);
    } else if (dl_xml_is(n, "license")) {
        dl_str href = dl_xml_attr(n, "resource");
        it->license = dl_feed_url(r, href.n > 0 ? href : text(r, n), base_of(r, n));
    } else if (dl_xml_is(n, "source")) {
        node title = dl_xml_child(n, "title"), link = dl_xml_child(n, "link"),
             id = dl_xml_child(n, "id");
        it->source_title = dl_feed_plain(r->arena, text(r, title != NULL ? title : n), true);
        dl_str url = link != NULL ? dl_xml_attr(link, "href") : dl_xml_attr(n, "url");
        it->source_link = dl_feed_url(r, url, base_of(r, n));
        if (id != NULL) it->source_id = text(r, id);
    } else if (dl_xml_is(n, "language")) {
        it->language = text(r, n);
    }
}

static enum dl_err add_item(struct dl_feed_reading *r, node n, bool atom)
{
    struct dl_feed_item it = {.language = dl_xml_attr_ns(n, "xml", "lang")};
    if (r->feed->items.n >= DL_FEED_ITEMS) return DL_OK;
    for (node c = n->first; c != NULL; c = c->next)
        if (c->name.n > 0) item_element(r, &it, c, atom);
    if (it.id.n == 0) {
        dl_str about = dl_xml_attr(n, "about");
        it.id = about;
        if (it.link.n == 0) it.link = dl_feed_url(r, about, base_of(r, n));
    }
    if (it.link.n == 0) {
        dl_str href = dl_xml_attr(n, "href");
        it.link = dl_feed_url(r, href, base_of(r, n));
    }
    if (dl_xml_attr(n, "lastmod").n > 0) dl_feed_date(dl_xml_attr(n, "lastmod"), &it.updated);
    return dl_vec_push(r->arena, &r->feed->items, it);
}

static void image_element(struct dl_feed_reading *r, node n)
{
    node url = dl_xml_child(n, "url"), title = dl_xml_child(n, "title"),
         link = dl_xml_child(n, "link");
    dl_str href = url != NULL ? text(r, url) : dl_xml_attr(n, "href");
    if (href.n == 0) href = dl_xml_attr(n, "resource");
    if (href.n > 0) r->feed->image_url = dl_feed_url(r, href, base_of(r, n));
    if (title != NULL) r->feed->image_title = dl_feed_plain(r->arena, text(r, title), true);
    if (link != NULL) r->feed->image_link = dl_feed_url(r, text(r, link), base_of(r, n));
}

static void feed_link(struct dl_feed_reading *r, node n)
{
    struct dl_feed_link l = link_of(r, n);
    struct dl_feed *f = r->feed;
    if (l.href.n == 0) return;
    if (dl_str_ieq_c(l.rel, "self"))
        f->self = l.href;
    else if (dl_str_ieq_c(l.rel, "hub")) {
        if (dl_vec_push(r->arena, &f->hubs, l.href) != DL_OK) return;
    } else if (l.rel.n == 0 || dl_str_ieq_c(l.rel, "alternate")) {
        if (f->link.n == 0 || !is_atom(n)) f->link = l.href;
    }
}

static enum dl_err feed_element(struct dl_feed_reading *r, node n, bool atom)
{
    struct dl_feed *f = r->feed;
    if (dl_xml_is(n, "item") || dl_xml_is(n, "entry")) return add_item(r, n, atom);
    if (dl_xml_is(n, "title") && (is_core(n) || f->title.n == 0)) {
        struct construct c = construct_of(r, n, atom);
        if (!is_media(n)) f->title = dl_feed_plain(r->arena, c.value, c.is_html);
    } else if (dl_xml_is(n, "link")) {
        feed_link(r, n);
    } else if (dl_xml_is(n, "description") || dl_xml_is(n, "subtitle") || dl_xml_is(n, "tagline") ||
               dl_xml_is(n, "abstract") || (dl_xml_is(n, "summary") && f->subtitle.n == 0)) {
        struct construct c = construct_of(r, n, atom);
        if (is_core(n) || f->subtitle.n == 0)
            f->subtitle = dl_feed_html(r, c.value, base_of(r, n), c.is_html);
    } else if (dl_xml_is(n, "id")) {
        f->id = text(r, n);
    } else if (dl_xml_is(n, "language")) {
        f->language = text(r, n);
    } else if (dl_xml_is(n, "rights") || dl_xml_is(n, "copyright")) {
        struct construct c = construct_of(r, n, atom);
        f->rights = dl_feed_html(r, c.value, base_of(r, n), c.is_html);
    } else if (dl_xml_is(n, "generator")) {
        f->generator = dl_feed_plain(r->arena, text(r, n), false);
    } else if (dl_xml_is(n, "generatoragent")) {
        f->generator = dl_xml_attr(n, "resource");
    } else if (dl_xml_is(n, "image") || dl_xml_is(n, "thumbnail")) {
        image_element(r, n);
    } else if (dl_xml_is(n, "icon")) {
        f->icon = dl_feed_url(r, text(r, n), base_of(r, n));
    } else if (dl_xml_is(n, "logo")) {
        f->logo =
            dl_feed_url(r, text(r, n).n > 0 ? text(r, n) : dl_xml_attr(n, "href"), base_of(r, n));
    } else if (dl_xml_is(n, "ttl")) {
        uint64_t v;
        if (dl_str_u64(text(r, n), &v) && v < 10000000) f->ttl_min = (int64_t)v;
    } else if (dl_xml_is(n, "pubdate") || dl_xml_is(n, "published") || dl_xml_is(n, "issued")) {
        date(r, n, &f->published);
    } else if (dl_xml_is(n, "lastbuilddate") || dl_xml_is(n, "updated") ||
               dl_xml_is(n, "modified") || (is_dc(n) && dl_xml_is(n, "date"))) {
        date(r, n, &f->updated);
    } else if (dl_xml_is(n, "author") || dl_xml_is(n, "managingeditor") ||
               (is_dc(n) && dl_xml_is(n, "creator")) ||
               (is_itunes(n) && dl_xml_is(n, "owner") && f->authors.n == 0)) {
        add_person(r, &f->authors, person_of(r, n));
    } else if (dl_xml_is(n, "category") || (is_dc(n) && dl_xml_is(n, "subject"))) {
        add_category(r, &f->categories, n);
    }
    return DL_OK;
}

static const char *rss_format(node root)
{
    static const struct {
        const char *version, *format;
    } known[] = {{"0.90", "rss090"}, {"0.91", "rss091"}, {"0.92", "rss092"}, {"0.93", "rss093"},
                 {"0.94", "rss094"}, {"1.0", "rss10"},   {"2", "rss20"},     {"2.0", "rss20"}};
    dl_str version = dl_str_trim(dl_xml_attr(root, "version"));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dl_str_eq_c(version, known[i].version)) return known[i].format;
    return dl_str_starts(version, "2.") ? "rss20" : "rss";
}

static const char *atom_format(node root)
{
    if (ns_has(root, "purl.org/atom") || dl_str_starts(dl_xml_attr(root, "version"), "0."))
        return "atom03";
    return ns_has(root, "2005/atom") ? "atom10" : "atom";
}

/* The element that is the feed: it may stand below HTML that wraps it. */
static node find_feed(node root)
{
    static const char *const names[] = {"rss", "rdf", "feed", "channel"};
    size_t seen = 0;
    for (node n = root; n != NULL && seen < 2000; seen++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (dl_xml_is(n, names[i])) return n;
        if (n->first != NULL) {
            n = n->first;
            continue;
        }
        while (n != root && n->next == NULL)
            n = n->parent;
        n = n == root ? NULL : n->next;
    }
    return NULL;
}

static enum dl_err elements(struct dl_feed_reading *r, node parent, bool atom)
{
    for (node c = parent->first; c != NULL; c = c->next)
        if (c->name.n > 0 && !dl_xml_is(c, "channel")) DL_TRY(feed_element(r, c, atom));
    return DL_OK;
}

static void lift_language(struct dl_feed_reading *r, node root, node channel)
{
    dl_str lang = dl_xml_attr_ns(channel, "xml", "lang");
    if (lang.n == 0) lang = dl_xml_attr_ns(root, "xml", "lang");
    if (r->feed->language.n == 0) r->feed->language = lang;
}

enum dl_err dl_feed_from_xml(struct dl_feed_reading *r, node document, struct dl_diag *diag)
{
    node root = find_feed(document);
    if (root == NULL)
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "XML, but no feed: <%.*s>",
                       DL_FMT(document->name));
    bool atom = dl_xml_is(root, "feed");
    node channel = dl_xml_child(root, "channel");
    if (atom) {
        r->feed->format = atom_format(root);
    } else if (dl_xml_is(root, "rdf")) {
        r->feed->format = ns_has(channel != NULL ? channel : root, "0.9") ? "rss090" : "rss10";
    } else if (dl_xml_is(root, "channel")) {
        r->feed->format = "cdf";
        r->feed->link = dl_feed_url(r, dl_xml_attr(root, "href"), base_of(r, root));
    } else {
        r->feed->format = rss_format(root);
    }
    if (channel != NULL) DL_TRY(elements(r, channel, atom));
    DL_TRY(elements(r, root, atom));
    lift_language(r, root, channel != NULL ? channel : root);
    return DL_OK;
}
