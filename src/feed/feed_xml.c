/* RSS, RDF, Atom and CDF by element names and namespaces: what is said of the feed itself. */
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/feed_private.h"

typedef struct dl_feed_reading reading;

static dl_str url(reading *r, dl_node n, dl_str s)
{
    return dl_feed_url(r, s, dl_feed_base(r, n));
}

static bool is_core(reading *r, dl_node n)
{
    return !dl_feed_is(r, n, DL_FEED_EXTENSIONS);
}

/* --- elements ----------------------------------------------------------------------------- */

static void on_title(reading *r, dl_node n)
{
    if (!dl_feed_is(r, n, DL_FEED_MEDIA) && (is_core(r, n) || r->feed->title.n == 0))
        r->feed->title = dl_feed_construct_plain(r, n);
}

static void on_link(reading *r, dl_node n)
{
    struct dl_feed_link l = dl_feed_link_of(r, n);
    struct dl_feed *f = r->feed;
    if (l.href.n == 0) return;
    if (dl_str_ieq_c(l.rel, "self")) {
        f->self = l.href;
    } else if (dl_str_ieq_c(l.rel, "hub")) {
        if (f->hubs.n < DL_FEED_HUBS && dl_vec_push(r->arena, &f->hubs, l.href) != DL_OK) return;
    } else if (dl_feed_is(r, n, DL_FEED_ITUNES)) {
        if (dl_str_ieq_c(l.rel, "image") && f->image_url.n == 0) f->image_url = l.href;
    } else if (l.rel.n == 0 || dl_str_ieq_c(l.rel, "alternate")) {
        if (f->link.n == 0 || !dl_feed_is(r, n, DL_FEED_ATOM)) f->link = l.href;
    }
}

static void on_subtitle(reading *r, dl_node n)
{
    bool weak = dl_xml_is(n, "summary") || !is_core(r, n);
    if (!weak || r->feed->subtitle.n == 0)
        r->feed->subtitle = dl_feed_construct_html(r, n, r->is_atom);
}

static void on_id(reading *r, dl_node n)
{
    r->feed->id = dl_feed_node_text(r, n);
}

static void on_language(reading *r, dl_node n)
{
    r->feed->language = dl_feed_node_text(r, n);
}

static void on_rights(reading *r, dl_node n)
{
    r->feed->rights = dl_feed_construct_html(r, n, r->is_atom);
}

static void on_generator(reading *r, dl_node n)
{
    r->feed->generator = dl_feed_plain(r->arena, dl_feed_node_text(r, n), false);
}

static void on_generator_agent(reading *r, dl_node n)
{
    r->feed->generator = dl_xml_attr(n, "resource");
}

static void on_image(reading *r, dl_node n)
{
    dl_node href_node = dl_xml_child(n, "url"), title = dl_xml_child(n, "title"),
            link = dl_xml_child(n, "link");
    dl_str href = href_node != NULL ? dl_feed_node_text(r, href_node) : dl_xml_attr(n, "href");
    if (href.n == 0) href = dl_xml_attr(n, "resource");
    if (href.n > 0) r->feed->image_url = url(r, n, href);
    if (title != NULL)
        r->feed->image_title = dl_feed_plain(r->arena, dl_feed_node_text(r, title), true);
    if (link != NULL) r->feed->image_link = url(r, n, dl_feed_node_text(r, link));
}

static void on_icon(reading *r, dl_node n)
{
    r->feed->icon = url(r, n, dl_feed_node_text(r, n));
}

static void on_logo(reading *r, dl_node n)
{
    dl_str text = dl_feed_node_text(r, n);
    r->feed->logo = url(r, n, text.n > 0 ? text : dl_xml_attr(n, "href"));
}

static void on_ttl(reading *r, dl_node n)
{
    enum { TTL_MAX = 10000000 /* twenty years in minutes */ };
    uint64_t v;
    if (dl_str_u64(dl_feed_node_text(r, n), &v) && v < TTL_MAX) r->feed->ttl_min = (int64_t)v;
}

/* 0 to 23; RSS 0.91 counted from 1 to 24. */
static void on_skip_hours(reading *r, dl_node n)
{
    for (dl_node c = n->first; c != NULL; c = c->next) {
        uint64_t hour;
        if (dl_xml_is(c, "hour") && dl_str_u64(dl_feed_node_text(r, c), &hour) && hour <= 24)
            r->feed->skip_hours |= 1U << (hour % 24);
    }
}

static void on_skip_days(reading *r, dl_node n)
{
    for (dl_node c = n->first; c != NULL; c = c->next)
        for (unsigned day = 0; dl_xml_is(c, "day") && day < DL_FEED_DAYS; day++)
            if (dl_str_ieq_c(dl_feed_node_text(r, c), dl_feed_days[day]))
                r->feed->skip_days |= (uint8_t)(1U << day);
}

static void on_update_period(reading *r, dl_node n)
{
    enum { HOUR = 3600, DAY = 24 * HOUR };
    static const struct {
        const char *name;
        int64_t seconds;
    } periods[] = {{"hourly", HOUR},
                   {"daily", DAY},
                   {"weekly", 7 * DAY},
                   {"monthly", 30 * DAY},
                   {"yearly", 365 * DAY}};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (dl_str_ieq_c(dl_feed_node_text(r, n), periods[i].name))
            r->period_s = periods[i].seconds;
}

static void on_update_frequency(reading *r, dl_node n)
{
    uint64_t v;
    if (dl_str_u64(dl_feed_node_text(r, n), &v) && v <= INT32_MAX) r->per_period = (int64_t)v;
}

static void on_update_base(reading *r, dl_node n)
{
    dl_feed_date_of(r, n, &r->feed->update_base);
}

/* What the module takes for granted: once, daily. */
static int64_t update_s(const reading *r)
{
    if (r->period_s == 0 && r->per_period == 0) return 0;
    return (r->period_s > 0 ? r->period_s : 24 * 3600) / (r->per_period > 0 ? r->per_period : 1);
}

static void on_published(reading *r, dl_node n)
{
    dl_feed_date_of(r, n, &r->feed->published);
}

static void on_updated(reading *r, dl_node n)
{
    dl_feed_date_of(r, n, &r->feed->updated);
}

static void on_author(reading *r, dl_node n)
{
    dl_feed_add_person(r, &r->feed->authors, n);
}

static void on_owner(reading *r, dl_node n)
{
    if (r->feed->authors.n == 0) dl_feed_add_person(r, &r->feed->authors, n);
}

static void on_category(reading *r, dl_node n)
{
    dl_feed_add_category(r, &r->feed->categories, n);
}

enum vocabulary { ANY, DC, ITUNES, SYNDICATION };

static const struct {
    dl_str name;
    enum vocabulary of;
    void (*read)(reading *r, dl_node n);
} elements[] = {
    {{"title", sizeof "title" - 1}, ANY, on_title},
    {{"link", sizeof "link" - 1}, ANY, on_link},
    {{"description", sizeof "description" - 1}, ANY, on_subtitle},
    {{"subtitle", sizeof "subtitle" - 1}, ANY, on_subtitle},
    {{"tagline", sizeof "tagline" - 1}, ANY, on_subtitle},
    {{"abstract", sizeof "abstract" - 1}, ANY, on_subtitle},
    {{"summary", sizeof "summary" - 1}, ANY, on_subtitle},
    {{"id", sizeof "id" - 1}, ANY, on_id},
    {{"language", sizeof "language" - 1}, ANY, on_language},
    {{"rights", sizeof "rights" - 1}, ANY, on_rights},
    {{"copyright", sizeof "copyright" - 1}, ANY, on_rights},
    {{"generator", sizeof "generator" - 1}, ANY, on_generator},
    {{"generatoragent", sizeof "generatoragent" - 1}, ANY, on_generator_agent},
    {{"image", sizeof "image" - 1}, ANY, on_image},
    {{"thumbnail", sizeof "thumbnail" - 1}, ANY, on_image},
    {{"icon", sizeof "icon" - 1}, ANY, on_icon},
    {{"logo", sizeof "logo" - 1}, ANY, on_logo},
    {{"ttl", sizeof "ttl" - 1}, ANY, on_ttl},
    {{"skiphours", sizeof "skiphours" - 1}, ANY, on_skip_hours},
    {{"skipdays", sizeof "skipdays" - 1}, ANY, on_skip_days},
    {{"updateperiod", sizeof "updateperiod" - 1}, SYNDICATION, on_update_period},
    {{"updatefrequency", sizeof "updatefrequency" - 1}, SYNDICATION, on_update_frequency},
    {{"updatebase", sizeof "updatebase" - 1}, SYNDICATION, on_update_base},
    {{"pubdate", sizeof "pubdate" - 1}, ANY, on_published},
    {{"published", sizeof "published" - 1}, ANY, on_published},
    {{"issued", sizeof "issued" - 1}, ANY, on_published},
    {{"lastbuilddate", sizeof "lastbuilddate" - 1}, ANY, on_updated},
    {{"updated", sizeof "updated" - 1}, ANY, on_updated},
    {{"modified", sizeof "modified" - 1}, ANY, on_updated},
    {{"date", sizeof "date" - 1}, DC, on_updated},
    {{"author", sizeof "author" - 1}, ANY, on_author},
    {{"managingeditor", sizeof "managingeditor" - 1}, ANY, on_author},
    {{"creator", sizeof "creator" - 1}, DC, on_author},
    {{"owner", sizeof "owner" - 1}, ITUNES, on_owner},
    {{"category", sizeof "category" - 1}, ANY, on_category},
    {{"subject", sizeof "subject" - 1}, DC, on_category},
};

static enum dl_err element(reading *r, dl_node n)
{
    if (is_core(r, n) && dl_feed_is_foreign(r, n)) return DL_OK;
    if (dl_xml_is(n, "item") || dl_xml_is(n, "entry")) return dl_feed_add_item(r, n);
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        if (!dl_str_eq(n->name, elements[i].name)) continue;
        if (elements[i].of == DC && !dl_feed_is(r, n, DL_FEED_DC)) continue;
        if (elements[i].of == ITUNES && !dl_feed_is(r, n, DL_FEED_ITUNES)) continue;
        if (elements[i].of == SYNDICATION && !dl_feed_is(r, n, DL_FEED_SYNDICATION)) continue;
        elements[i].read(r, n);
    }
    return DL_OK;
}

/* --- formats ------------------------------------------------------------------------------ */

static const char *rss_format(dl_node root)
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

static const char *atom_format(dl_node root)
{
    if (dl_str_ifind_c(root->ns, "purl.org/atom", 0) != DL_NO_POS ||
        dl_str_starts(dl_xml_attr(root, "version"), "0."))
        return "atom03";
    return dl_str_ifind_c(root->ns, "2005/atom", 0) != DL_NO_POS ? "atom10" : "atom";
}

/* RDF: 0.90 declares Netscape's namespace. */
static const char *rdf_format(dl_node root)
{
    for (const struct dl_xml_attr *a = root->attrs; a != NULL; a = a->next)
        if (dl_str_eq_c(a->ns, "xmlns") &&
            dl_str_ifind_c(a->value, "netscape.com/rdf/simple/0.9", 0) != DL_NO_POS)
            return "rss090";
    return "rss10";
}

/* The element that is the feed: it may stand below HTML that wraps it. */
static dl_node find_feed(dl_node root)
{
    enum { LOOK_AT = 2000 /* nodes: a wrapper is short */ };
    static const char *const names[] = {"rss", "rdf", "feed", "channel"};
    size_t seen = 0;
    for (dl_node n = root; n != NULL && seen < LOOK_AT; seen++) {
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

static enum dl_err children(reading *r, dl_node parent)
{
    for (dl_node c = parent->first; c != NULL; c = c->next)
        if (c->name.n > 0 && !dl_xml_is(c, "channel")) DL_TRY(element(r, c));
    return DL_OK;
}

static enum dl_err namespaces(reading *r, dl_node root)
{
    dl_feed_strings *list = &r->feed->namespaces;
    for (const struct dl_xml_attr *a = root->attrs; a != NULL; a = a->next) {
        if (!dl_str_eq_c(a->ns, "xmlns")) continue;
        DL_TRY(dl_vec_push(r->arena, list, a->name));
        DL_TRY(dl_vec_push(r->arena, list, a->value));
    }
    return DL_OK;
}

static void cdf_attributes(reading *r, dl_node root)
{
    r->feed->link = url(r, root, dl_xml_attr(root, "href"));
    dl_feed_date(dl_xml_attr(root, "lastmod"), &r->feed->updated);
}

enum dl_err dl_feed_from_xml(reading *r, dl_node document, struct dl_diag *diag)
{
    dl_node root = find_feed(document);
    if (root == NULL)
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "XML, but no feed: <%.*s>",
                       DL_FMT(dl_utf8_prefix(document->name, 60)));
    r->is_atom = dl_xml_is(root, "feed");
    dl_node channel = dl_xml_child(root, "channel");
    if (r->is_atom)
        r->feed->format = atom_format(root);
    else if (dl_xml_is(root, "rdf"))
        r->feed->format = rdf_format(root);
    else if (dl_xml_is(root, "channel"))
        r->feed->format = "cdf";
    else
        r->feed->format = rss_format(root);
    if (dl_xml_is(root, "channel")) cdf_attributes(r, root);
    DL_TRY(namespaces(r, root));
    if (channel != NULL) DL_TRY(children(r, channel));
    DL_TRY(children(r, root));
    r->feed->update_s = update_s(r);
    if (r->feed->language.n == 0) r->feed->language = (channel != NULL ? channel : root)->language;
    return DL_OK;
}
