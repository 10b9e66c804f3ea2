/* One item of an XML feed. */
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "feed/feed_private.h"

typedef struct dl_feed_reading reading;
typedef struct dl_feed_item item;

static dl_str plain(reading *r, dl_node n)
{
    return dl_feed_plain(r->arena, dl_feed_node_text(r, n), true);
}

static dl_str html(reading *r, dl_node n)
{
    return dl_feed_html(r, dl_feed_node_text(r, n), dl_feed_base(r, n), true);
}

static dl_str url(reading *r, dl_node n, dl_str s)
{
    return dl_feed_url(r, s, dl_feed_base(r, n));
}

/* --- other vocabularies ------------------------------------------------------------------- */

static void media_element(reading *r, item *it, dl_node n)
{
    if (dl_xml_is(n, "content")) dl_feed_add_media(r, &it->media, n);
    if (dl_xml_is(n, "thumbnail")) dl_feed_add_media(r, &it->thumbnails, n);
    if (dl_xml_is(n, "credit") &&
        dl_vec_push(r->arena, &it->credits,
                    dl_feed_plain(r->arena, dl_feed_node_text(r, n), false)) != DL_OK)
        return;
    if (dl_xml_is(n, "title") && it->title.n == 0) it->title = plain(r, n);
    if (dl_xml_is(n, "description") && it->summary.n == 0) it->summary = html(r, n);
    if (dl_xml_is(n, "category") || dl_xml_is(n, "keywords"))
        dl_feed_add_category(r, &it->categories, n);
    if (dl_xml_is(n, "group") || dl_xml_is(n, "content"))
        for (dl_node c = n->first; c != NULL; c = c->next)
            if (dl_feed_is(r, c, DL_FEED_MEDIA)) media_element(r, it, c);
}

static void dc_element(reading *r, item *it, dl_node n)
{
    if (dl_xml_is(n, "creator") || dl_xml_is(n, "author"))
        dl_feed_add_person(r, &it->authors, n);
    else if (dl_xml_is(n, "contributor"))
        dl_feed_add_person(r, &it->contributors, n);
    else if (dl_xml_is(n, "title") && it->title.n == 0)
        it->title = plain(r, n);
    else if (dl_xml_is(n, "description") && it->summary.n == 0)
        it->summary = html(r, n);
    else if (dl_xml_is(n, "date") || dl_xml_is(n, "modified"))
        dl_feed_date_of(r, n, &it->updated);
    else if (dl_xml_is(n, "issued") && !dl_time_is_set(it->published))
        dl_feed_date_of(r, n, &it->published);
    else if (dl_xml_is(n, "created"))
        dl_feed_date_of(r, n, &it->created);
    else if (dl_xml_is(n, "publisher"))
        it->publisher = dl_feed_plain(r->arena, dl_feed_node_text(r, n), false);
    else if (dl_xml_is(n, "language"))
        it->language = dl_feed_node_text(r, n);
    else if (dl_xml_is(n, "rights"))
        it->rights = html(r, n);
    else if (dl_xml_is(n, "subject"))
        dl_feed_add_category(r, &it->categories, n);
    else if (dl_xml_is(n, "identifier") && it->id.n == 0)
        it->id = dl_feed_node_text(r, n);
}

static void itunes_element(reading *r, item *it, dl_node n)
{
    if (dl_xml_is(n, "author")) dl_feed_add_person(r, &it->authors, n);
    if (dl_xml_is(n, "summary") && it->summary.n == 0) it->summary = html(r, n);
    if (dl_xml_is(n, "image")) dl_feed_add_media(r, &it->thumbnails, n);
    if (dl_xml_is(n, "category")) dl_feed_add_category(r, &it->categories, n);
    if (!dl_xml_is(n, "keywords")) return;
    dl_str rest = dl_feed_node_text(r, n), word;
    while (dl_str_split(&rest, ' ', &word)) {
        struct dl_feed_category c = {.term = dl_str_trim(word)};
        if (c.term.n > 0 && dl_vec_push(r->arena, &it->categories, c) != DL_OK) return;
    }
}

/* --- the formats' own elements ------------------------------------------------------------ */

static void on_title(reading *r, item *it, dl_node n)
{
    dl_str title = dl_feed_construct_plain(r, n);
    if (title.n > 0 || it->title.n == 0) it->title = title;
}

static void on_link(reading *r, item *it, dl_node n)
{
    struct dl_feed_link l = dl_feed_link_of(r, n);
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

static void on_enclosure(reading *r, item *it, dl_node n)
{
    size_t before = it->enclosures.n;
    dl_feed_add_media(r, &it->enclosures, n);
    if (it->enclosures.n == before) return;
    const struct dl_feed_media *m = &it->enclosures.p[before];
    struct dl_feed_link l = {
        .rel = DL_STR("enclosure"), .type = m->type, .href = m->url, .length = m->length};
    if (dl_vec_push(r->arena, &it->links, l) != DL_OK) return;
}

static void on_id(reading *r, item *it, dl_node n)
{
    it->id = dl_feed_node_text(r, n);
    bool permalink = dl_xml_is(n, "guid") && !dl_str_ieq_c(dl_xml_attr(n, "ispermalink"), "false");
    if (permalink && it->link.n == 0) it->link = url(r, n, it->id);
}

static void on_encoded(reading *r, item *it, dl_node n)
{
    dl_feed_add_content(r, it, n, false);
}

static void on_content(reading *r, item *it, dl_node n)
{
    dl_feed_add_content(r, it, n, true);
}

static void on_summary(reading *r, item *it, dl_node n)
{
    dl_str value = dl_feed_construct_html(r, n, r->is_atom && dl_xml_is(n, "summary"));
    if (it->summary.n == 0 || !dl_xml_is(n, "abstract")) it->summary = value;
}

static void on_author(reading *r, item *it, dl_node n)
{
    dl_feed_add_person(r, &it->authors, n);
}

static void on_contributor(reading *r, item *it, dl_node n)
{
    dl_feed_add_person(r, &it->contributors, n);
}

static void on_category(reading *r, item *it, dl_node n)
{
    dl_feed_add_category(r, &it->categories, n);
}

static void on_published(reading *r, item *it, dl_node n)
{
    dl_feed_date_of(r, n, &it->published);
}

static void on_updated(reading *r, item *it, dl_node n)
{
    dl_feed_date_of(r, n, &it->updated);
}

static void on_created(reading *r, item *it, dl_node n)
{
    dl_feed_date_of(r, n, &it->created);
}

static void on_expired(reading *r, item *it, dl_node n)
{
    dl_feed_date_of(r, n, &it->expired);
}

static void on_comments(reading *r, item *it, dl_node n)
{
    if (!dl_feed_is(r, n, DL_FEED_SLASH)) it->comments = url(r, n, dl_feed_node_text(r, n));
}

static void on_rights(reading *r, item *it, dl_node n)
{
    it->rights = dl_feed_construct_html(r, n, r->is_atom);
}

static void on_license(reading *r, item *it, dl_node n)
{
    dl_str href = dl_xml_attr(n, "resource");
    it->license = url(r, n, href.n > 0 ? href : dl_feed_node_text(r, n));
}

static void on_source(reading *r, item *it, dl_node n)
{
    dl_node title = dl_xml_child(n, "title"), link = dl_xml_child(n, "link"),
            id = dl_xml_child(n, "id");
    it->source_title = title != NULL ? dl_feed_construct_plain(r, title) : plain(r, n);
    it->source_link = url(r, n, link != NULL ? dl_xml_attr(link, "href") : dl_xml_attr(n, "url"));
    if (id != NULL) it->source_id = dl_feed_node_text(r, id);
}

static void on_language(reading *r, item *it, dl_node n)
{
    it->language = dl_feed_node_text(r, n);
}

static const struct {
    dl_str name;
    void (*read)(reading *r, item *it, dl_node n);
} elements[] = {
    {{"title", sizeof "title" - 1}, on_title},
    {{"link", sizeof "link" - 1}, on_link},
    {{"guid", sizeof "guid" - 1}, on_id},
    {{"id", sizeof "id" - 1}, on_id},
    {{"description", sizeof "description" - 1}, on_summary},
    {{"summary", sizeof "summary" - 1}, on_summary},
    {{"abstract", sizeof "abstract" - 1}, on_summary},
    {{"tagline", sizeof "tagline" - 1}, on_summary},
    {{"encoded", sizeof "encoded" - 1}, on_encoded},
    {{"body", sizeof "body" - 1}, on_encoded},
    {{"fullitem", sizeof "fullitem" - 1}, on_encoded},
    {{"content", sizeof "content" - 1}, on_content},
    {{"pubdate", sizeof "pubdate" - 1}, on_published},
    {{"published", sizeof "published" - 1}, on_published},
    {{"issued", sizeof "issued" - 1}, on_published},
    {{"updated", sizeof "updated" - 1}, on_updated},
    {{"modified", sizeof "modified" - 1}, on_updated},
    {{"lastmod", sizeof "lastmod" - 1}, on_updated},
    {{"created", sizeof "created" - 1}, on_created},
    {{"expirationdate", sizeof "expirationdate" - 1}, on_expired},
    {{"author", sizeof "author" - 1}, on_author},
    {{"managingeditor", sizeof "managingeditor" - 1}, on_author},
    {{"contributor", sizeof "contributor" - 1}, on_contributor},
    {{"category", sizeof "category" - 1}, on_category},
    {{"enclosure", sizeof "enclosure" - 1}, on_enclosure},
    {{"comments", sizeof "comments" - 1}, on_comments},
    {{"rights", sizeof "rights" - 1}, on_rights},
    {{"copyright", sizeof "copyright" - 1}, on_rights},
    {{"license", sizeof "license" - 1}, on_license},
    {{"source", sizeof "source" - 1}, on_source},
    {{"language", sizeof "language" - 1}, on_language},
};

static void element(reading *r, item *it, dl_node n)
{
    unsigned of = dl_feed_vocabularies(r, n);
    if ((of & DL_FEED_MEDIA) != 0) {
        media_element(r, it, n);
    } else if ((of & DL_FEED_GEO) != 0) {
        dl_feed_geo(r, it, n);
    } else if ((of & DL_FEED_DC) != 0) {
        dc_element(r, it, n);
    } else if ((of & DL_FEED_ITUNES) != 0) {
        itunes_element(r, it, n);
    } else if (!dl_feed_is_foreign(r, n)) {
        for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
            if (dl_str_eq(n->name, elements[i].name)) elements[i].read(r, it, n);
    }
}

enum dl_err dl_feed_add_item(reading *r, dl_node n)
{
    item it = {.language = dl_xml_attr_ns(n, "xml", "lang")};
    if (r->feed->items.n >= DL_FEED_ITEMS) return DL_OK;
    for (dl_node c = n->first; c != NULL; c = c->next)
        if (c->name.n > 0) element(r, &it, c);
    dl_str about = dl_xml_attr(n, "about"), href = dl_xml_attr(n, "href");
    if (it.id.n == 0) it.id = about;
    if (it.link.n == 0) it.link = url(r, n, about);
    /* CDF names the page in an attribute. */
    struct dl_feed_link l = {.rel = DL_STR("alternate"), .href = url(r, n, href)};
    if (l.href.n > 0) DL_TRY(dl_vec_push(r->arena, &it.links, l));
    if (it.link.n == 0) it.link = l.href;
    if (dl_xml_attr(n, "lastmod").n > 0) dl_feed_date(dl_xml_attr(n, "lastmod"), &it.updated);
    return dl_vec_push(r->arena, &r->feed->items, it);
}
