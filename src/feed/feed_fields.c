/* Elements to fields, whichever format they stand in. */
#include "base/hash.h"
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/feed_private.h"
#include "feed/sanitize.h"

static const struct {
    const char *part; /* of the URI, or all of a prefix that was never declared */
    bool is_prefix;
    unsigned vocabularies;
} namespaces[] = {
    {"search.yahoo.com/mrss", false, DL_FEED_MEDIA},
    {"media", true, DL_FEED_MEDIA},
    {"purl.org/dc", false, DL_FEED_DC},
    {"dc", true, DL_FEED_DC},
    {"dcterms", true, DL_FEED_DC},
    {"itunes", false, DL_FEED_ITUNES},
    {"georss", false, DL_FEED_GEO},
    {"opengis.net/gml", false, DL_FEED_GEO},
    {"wgs84", false, DL_FEED_GEO},
    {"geo", true, DL_FEED_GEO},
    {"modules/syndication", false, DL_FEED_SYNDICATION},
    {"sy", true, DL_FEED_SYNDICATION},
    {"slash", false, DL_FEED_SLASH},
    {"atom", true, DL_FEED_ATOM},
    {"atom10", true, DL_FEED_ATOM},
    {"w3.org/2005/atom", false, DL_FEED_ATOM | DL_FEED_CORE},
    {"purl.org/atom", false, DL_FEED_ATOM | DL_FEED_CORE},
    {"purl.org/rss/1.0", false, DL_FEED_CORE},
    {"purl.org/net/rss", false, DL_FEED_CORE},
    {"netscape.com/rdf", false, DL_FEED_CORE},
    {"backend.userland.com", false, DL_FEED_CORE},
    {"blogs.law.harvard.edu", false, DL_FEED_CORE},
    {"cyber.law.harvard.edu", false, DL_FEED_CORE},
    {"w3.org/1999/xhtml", false, DL_FEED_CORE},
    {"w3.org/1999/02/22-rdf", false, DL_FEED_CORE},
    {"creativecommons", false, DL_FEED_CORE},
    {"web.resource.org/cc", false, DL_FEED_CORE},
    {"webns.net/mvcb", false, DL_FEED_CORE},
};

static unsigned vocabularies_of(dl_str uri)
{
    /* Without a colon it is a prefix that was never declared: what its name says is all there is.
     */
    unsigned found = dl_str_chr(uri, ':', 0) == DL_NO_POS ? DL_FEED_CORE : 0;
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        if (namespaces[i].is_prefix ? dl_str_eq_c(uri, namespaces[i].part)
                                    : dl_str_ifind_c(uri, namespaces[i].part, 0) != DL_NO_POS)
            found |= namespaces[i].vocabularies;
    return found;
}

/* Looked up once for each place where a namespace is written: elements share it. */
unsigned dl_feed_vocabularies(struct dl_feed_reading *r, dl_node n)
{
    enum { SEEN = sizeof r->seen / sizeof *r->seen };
    for (size_t i = 0; i < SEEN; i++)
        if (r->seen[i].uri.p == n->ns.p && r->seen[i].uri.n == n->ns.n && n->ns.p != NULL)
            return r->seen[i].vocabularies;
    struct dl_feed_namespace *slot = &r->seen[r->n_seen++ % SEEN];
    *slot = (struct dl_feed_namespace){n->ns, vocabularies_of(n->ns)};
    return slot->vocabularies;
}

bool dl_feed_is(struct dl_feed_reading *r, dl_node n, unsigned wanted)
{
    return (dl_feed_vocabularies(r, n) & wanted) != 0;
}

bool dl_feed_is_foreign(struct dl_feed_reading *r, dl_node n)
{
    /* What speaks as the element around it does belongs to the feed's own vocabulary. */
    bool as_parent = n->parent != NULL && dl_str_eq(n->ns, n->parent->ns);
    return !as_parent && !dl_feed_is(r, n, DL_FEED_CORE);
}

dl_str dl_feed_base(struct dl_feed_reading *r, dl_node n)
{
    dl_str resolved = n->base.n > 0 ? dl_feed_url(r, n->base, r->url) : r->url;
    return resolved.n > 0 ? resolved : r->url;
}

dl_str dl_feed_node_text(struct dl_feed_reading *r, dl_node n)
{
    return dl_str_trim(dl_xml_text(r->arena, n));
}

/* --- text constructs ---------------------------------------------------------------------- */

static bool has_elements(dl_node n)
{
    for (dl_node c = n->first; c != NULL; c = c->next)
        if (c->name.n > 0) return true;
    return false;
}

static bool is_markup(dl_node n, dl_str type, dl_str mode, bool is_atom_text)
{
    if (dl_str_ieq_c(type, "xhtml") || dl_str_ieq_c(type, "application/xhtml+xml")) return true;
    if (!has_elements(n)) return false;
    return dl_str_ieq_c(mode, "xml") || !is_atom_text || mode.n == 0;
}

/* Bytes in base64: Atom 0.3 says so by its mode, Atom 1.0 by a type that is no text. */
static bool is_base64(dl_str type, dl_str mode, bool is_atom_text)
{
    if (dl_str_ieq_c(mode, "base64")) return true;
    return is_atom_text && type.n > 0 && !dl_str_istarts(type, "text") &&
           !dl_str_ieq_c(type, "html") && !dl_str_iends(type, "xml");
}

struct dl_feed_text dl_feed_construct(struct dl_feed_reading *r, dl_node n, bool is_atom_text)
{
    dl_str type = dl_xml_attr(n, "type"), mode = dl_xml_attr(n, "mode"), bytes;
    if (is_markup(n, type, mode, is_atom_text))
        return (struct dl_feed_text){dl_xml_inner(r->arena, n), true,
                                     DL_STR("application/xhtml+xml")};
    dl_str value = dl_xml_text(r->arena, n);
    bool html = dl_str_ieq_c(type, "html") || dl_str_ieq_c(type, "text/html") ||
                dl_str_ieq_c(mode, "escaped") ||
                (!is_atom_text && !dl_str_ieq_c(type, "text/plain"));
    if (is_base64(type, mode, is_atom_text) && dl_base64_decode(r->arena, value, &bytes)) {
        value = dl_utf8_repair(r->arena, bytes);
        html |= mode.n == 0 && dl_looks_like_html(value);
    }
    return (struct dl_feed_text){value, html, html ? DL_STR("text/html") : DL_STR("text/plain")};
}

dl_str dl_feed_construct_plain(struct dl_feed_reading *r, dl_node n)
{
    struct dl_feed_text t = dl_feed_construct(r, n, r->is_atom);
    return dl_feed_plain(r->arena, t.value, t.is_html);
}

dl_str dl_feed_construct_html(struct dl_feed_reading *r, dl_node n, bool is_atom_text)
{
    struct dl_feed_text t = dl_feed_construct(r, n, is_atom_text);
    return dl_feed_html(r, t.value, dl_feed_base(r, n), t.is_html);
}

void dl_feed_add_content(struct dl_feed_reading *r, struct dl_feed_item *it, dl_node n, bool atom)
{
    struct dl_feed_text t = dl_feed_construct(r, n, atom);
    dl_str base = dl_feed_base(r, n);
    struct dl_feed_content content = {t.type, n->language, base,
                                      dl_feed_html(r, t.value, base, t.is_html)};
    if (content.value.n > 0 && dl_vec_push(r->arena, &it->content, content) != DL_OK) return;
}

void dl_feed_date_of(struct dl_feed_reading *r, dl_node n, dl_time *ret_time)
{
    dl_time t;
    if (dl_feed_date(dl_feed_node_text(r, n), &t)) *ret_time = t;
}

/* --- people, categories, links, media ----------------------------------------------------- */

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

static struct dl_feed_person person_of(struct dl_feed_reading *r, dl_node n)
{
    struct dl_feed_person p = {0};
    dl_node name = dl_xml_child(n, "name"), email = dl_xml_child(n, "email");
    dl_node uri = dl_xml_child(n, "uri");
    if (uri == NULL) uri = dl_xml_child(n, "url");
    if (uri == NULL) uri = dl_xml_child(n, "homepage");
    if (name == NULL && email == NULL && uri == NULL)
        return person_of_text(r, dl_feed_node_text(r, n));
    if (name != NULL) p.name = dl_feed_plain(r->arena, dl_feed_node_text(r, name), false);
    if (email != NULL) p.email = dl_feed_node_text(r, email);
    if (uri != NULL) p.uri = dl_feed_url(r, dl_feed_node_text(r, uri), dl_feed_base(r, n));
    return p;
}

void dl_feed_add_person(struct dl_feed_reading *r, dl_feed_people *list, dl_node n)
{
    enum { PEOPLE = 64 /* of one item: each new one is compared with all */ };
    struct dl_feed_person p = person_of(r, n);
    if (p.name.n + p.email.n + p.uri.n == 0 || list->n >= PEOPLE) return;
    for (size_t i = 0; i < list->n; i++)
        if (dl_str_eq(list->p[i].name, p.name) && dl_str_eq(list->p[i].email, p.email) &&
            dl_str_eq(list->p[i].uri, p.uri))
            return;
    if (dl_vec_push(r->arena, list, p) != DL_OK) return;
}

/* iTunes nests categories; their depth is that of the tree, which is limited. */
void dl_feed_add_category(struct dl_feed_reading *r, dl_feed_categories *list, dl_node n)
{
    struct dl_feed_category c = {.term = dl_xml_attr(n, "term"),
                                 .scheme = dl_xml_attr(n, "scheme"),
                                 .label = dl_xml_attr(n, "label")};
    bool itunes = dl_feed_is(r, n, DL_FEED_ITUNES);
    if (c.scheme.n == 0) c.scheme = dl_xml_attr(n, "domain");
    if (c.term.n == 0 && itunes) c.term = dl_xml_attr(n, "text");
    if (c.term.n == 0) c.term = dl_feed_plain(r->arena, dl_feed_node_text(r, n), true);
    if (c.term.n + c.label.n > 0 && dl_vec_push(r->arena, list, c) != DL_OK) return;
    for (dl_node child = itunes ? n->first : NULL; child != NULL; child = child->next)
        if (dl_xml_is(child, "category")) dl_feed_add_category(r, list, child);
}

struct dl_feed_link dl_feed_link_of(struct dl_feed_reading *r, dl_node n)
{
    dl_str href = dl_xml_attr(n, "href");
    if (href.n == 0) href = dl_feed_node_text(r, n);
    return (struct dl_feed_link){.rel = dl_xml_attr(n, "rel"),
                                 .type = dl_xml_attr(n, "type"),
                                 .href = dl_feed_url(r, href, dl_feed_base(r, n)),
                                 .title = dl_xml_attr(n, "title"),
                                 .length = dl_xml_attr(n, "length"),
                                 .hreflang = dl_xml_attr(n, "hreflang")};
}

void dl_feed_add_media(struct dl_feed_reading *r, dl_feed_medias *list, dl_node n)
{
    dl_str url = dl_xml_attr(n, "url");
    if (url.n == 0) url = dl_xml_attr(n, "href");
    if (url.n == 0) url = dl_xml_attr(n, "resource");
    if (url.n == 0) url = dl_feed_node_text(r, n);
    struct dl_feed_media m = {.url = dl_feed_url(r, url, dl_feed_base(r, n)),
                              .type = dl_xml_attr(n, "type"),
                              .length = dl_xml_attr(n, "length"),
                              .medium = dl_xml_attr(n, "medium"),
                              .width = dl_xml_attr(n, "width"),
                              .height = dl_xml_attr(n, "height"),
                              .duration = dl_xml_attr(n, "duration")};
    if (m.url.n > 0 && dl_vec_push(r->arena, list, m) != DL_OK) return;
}

/* --- places ------------------------------------------------------------------------------- */

static void set_geo(struct dl_feed_item *it, const char *type, dl_str coordinates)
{
    it->geo_type = dl_str_c(type);
    it->geo_coordinates = coordinates;
}

/* GML below <where> or <Point>: pos, posList, or an exterior ring. */
static void gml(struct dl_feed_reading *r, struct dl_feed_item *it, dl_node c)
{
    dl_node pos = dl_xml_child(c, "pos"), list = dl_xml_child(c, "poslist");
    dl_node ring = dl_xml_child(c, "exterior");
    if (ring != NULL) ring = dl_xml_child(ring, "linearring");
    if (ring != NULL) list = dl_xml_child(ring, "poslist");
    if (pos != NULL)
        set_geo(it, "Point", dl_feed_node_text(r, pos));
    else if (list != NULL)
        set_geo(it, dl_xml_is(c, "linestring") ? "LineString" : "Polygon",
                dl_feed_node_text(r, list));
    else
        dl_feed_geo(r, it, c);
}

static const char *geo_type(dl_node n)
{
    static const struct {
        const char *name, *type;
    } known[] = {{"point", "Point"},
                 {"pos", "Point"},
                 {"line", "LineString"},
                 {"polygon", "Polygon"},
                 {"box", "Box"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dl_xml_is(n, known[i].name)) return known[i].type;
    return NULL;
}

void dl_feed_geo(struct dl_feed_reading *r, struct dl_feed_item *it, dl_node n)
{
    const char *type = geo_type(n);
    dl_node lat = dl_xml_child(n, "lat"), lon = dl_xml_child(n, "long");
    if (lat != NULL && lon != NULL)
        set_geo(it, "Point",
                dl_str_fmt(r->arena, "%.*s %.*s", DL_FMT(dl_feed_node_text(r, lat)),
                           DL_FMT(dl_feed_node_text(r, lon))));
    else if (dl_xml_is(n, "where") || (type != NULL && has_elements(n)))
        for (dl_node c = n->first; c != NULL && it->geo_type.n == 0; c = c->next) {
            if (c->name.n > 0) gml(r, it, c);
        }
    else if (type != NULL)
        set_geo(it, type, dl_str_dup(r->arena, dl_feed_node_text(r, n)));
}
