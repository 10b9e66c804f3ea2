#include "feed/front.h"

#include "base/map.h"
#include "base/utf8.h"
#include "feed/htmltree.h"
#include "feed/sanitize.h"
#include "net/url.h"

enum {
    CANDIDATES = 3000, /* links of one page that are looked at */
    SHAPE = 96,        /* bytes of a shape */
    ID_DIGITS = 5,     /* a number so long is no page of a list */
    SLUG_WORDS = 4,    /* "old-bridge-closed-until" */
    SLUG_BYTES = 24,   /* of a last part without dashes, once unescaped: scripts without spaces */
    TEXT_LONG = 28,    /* columns of a headline; a wide character is two */
    TEXT_SHORT = 16,   /* below: a name, a section */
    COMPANY = 3,       /* links of one shape that are a kind */
    ENOUGH = 3,        /* points */
};

struct link {
    dl_str url, key, title; /* key: canonical */
    struct shape *shape;
    int points;
    size_t columns;
    bool heading;
};

struct shape {
    size_t n, good; /* links; those that pass alone */
};

struct reading {
    dl_arena *arena;
    dl_str base, domain, self;
    DL_VEC(struct link *) links;
    dl_map by_key, shapes;
};

/* --- addresses ---------------------------------------------------------------------------- */

static bool in_list(dl_str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_ieq_c(s, list[i])) return true;
    return false;
}
#define IN(s, list) in_list(s, list, sizeof(list) / sizeof *(list))

/* Parts that every site builder uses for what is no article, whatever its language. */
static bool is_service(dl_str part)
{
    static const char *const words[] = {
        "tag",     "tags",    "category", "categories", "author",    "authors",  "login",
        "signin",  "signup",  "register", "account",    "search",    "contact",  "about",
        "privacy", "terms",   "cookies",  "newsletter", "subscribe", "feed",     "feeds",
        "rss",     "amp",     "print",    "share",      "comments",  "cart",     "wp-content",
        "wp-json", "cdn-cgi", "topic",    "topics",     "section",   "sections", "podcasts"};
    return IN(part, words);
}

static bool is_file(dl_str path)
{
    static const char *const endings[] = {".jpg",  ".jpeg", ".png", ".gif", ".webp", ".svg",
                                          ".pdf",  ".mp3",  ".mp4", ".zip", ".xml",  ".rss",
                                          ".json", ".css",  ".js",  ".ico", ".apk",  ".doc"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (dl_str_iends(path, endings[i])) return true;
    return false;
}

struct part {
    size_t digits, longest_run, words, bytes; /* bytes: escapes count as one */
};

static struct part measure(dl_str s)
{
    struct part p = {.words = s.n > 0};
    size_t run = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool digit = dl_is_digit(c);
        if (c == '%' && i + 2 < s.n) i += 2;
        p.bytes++;
        p.digits += digit;
        run = digit ? run + 1 : 0;
        if (run > p.longest_run) p.longest_run = run;
        p.words += c == '-' || c == '_' || c == '+';
    }
    return p;
}

static bool is_year(dl_str s)
{
    return s.n == 4 && (dl_str_starts(s, "19") || dl_str_starts(s, "20")) &&
           dl_is_digit((unsigned char)s.p[2]) && dl_is_digit((unsigned char)s.p[3]);
}

static dl_str without_ending(dl_str s)
{
    size_t dot = dl_str_rchr(s, '.');
    return dot == DL_NO_POS || dot == 0 || s.n - dot > 7 ? s : dl_str_sub(s, 0, dot);
}

/* The kind of a part: what stays the same over the articles of a site. */
static char kind_of(dl_str s, const struct part *p)
{
    if (p->digits == s.n && s.n > 0) return s.n >= ID_DIGITS ? 'I' : is_year(s) ? 'Y' : 'n';
    if (p->words >= SLUG_WORDS) return p->longest_run >= ID_DIGITS ? 'J' : 'S';
    if (p->longest_run >= ID_DIGITS) return 'K';
    if (p->bytes >= SLUG_BYTES) return 'L';
    return 'w';
}

/* Points of the path, and its shape: kinds of the parts, ending. */
static int judge_path(dl_str path, char *shape, size_t size, bool *ret_service)
{
    int points = 0;
    size_t at = 0, parts = 0;
    dl_str rest = dl_str_sub(path, 1, path.n), s, last = {NULL, 0};
    bool year = false;
    while (rest.n > 0 && dl_str_split(&rest, '/', &s)) {
        if (s.n == 0) continue;
        last = s;
        dl_str stem = without_ending(s);
        struct part p = measure(stem);
        char kind = kind_of(stem, &p);
        *ret_service |= is_service(s);
        year |= kind == 'Y';
        /* A date is worth what an id is; "2024/03" with a name behind it is one. */
        points += kind == 'S' || kind == 'J' || kind == 'L' ? 2
                  : kind == 'I' || kind == 'K'              ? 2
                                                            : 0;
        if (year && kind == 'n') points++, year = false;
        if (at + 2 < size) shape[at++] = kind, shape[at++] = '/';
        parts++;
    }
    if (parts > 0 && last.n != without_ending(last).n) {
        if (at + 1 < size) shape[at++] = '.';
        points += parts > 0;
    }
    shape[at] = '\0';
    return parts == 0 ? -1 : points;
}

/* "?id=12345", "?p=7", "?newsid=…", "?article=…". */
static int judge_query(dl_str query)
{
    dl_str part;
    while (query.n > 0 && dl_str_split(&query, '&', &part)) {
        size_t eq = dl_str_chr(part, '=', 0);
        if (eq == DL_NO_POS) continue;
        dl_str key = dl_str_sub(part, 0, eq), value = dl_str_sub(part, eq + 1, part.n);
        struct part p = measure(value);
        bool number = value.n > 0 && p.digits == value.n;
        bool sure = dl_str_ieq_c(key, "id") || dl_str_ieq_c(key, "p");
        bool likely = dl_str_iends(key, "id") || dl_str_istarts(key, "article") ||
                      dl_str_istarts(key, "news") || dl_str_istarts(key, "story");
        if (number && (sure || (likely && value.n >= 3))) return 2;
        if (p.longest_run >= ID_DIGITS) return 2;
    }
    return 0;
}

/* --- texts -------------------------------------------------------------------------------- */

/* Columns: a character of a wide script says what two Latin letters say. */
static size_t columns(dl_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        n += (c & 0xC0) != 0x80;
        n += c >= 0xE3 && c <= 0xED; /* U+3000 … U+DFFF: CJK and Hangul */
    }
    return n;
}

static bool is_heading(lxb_dom_node_t *node)
{
    return dl_html_is(node, LXB_TAG_H1) || dl_html_is(node, LXB_TAG_H2) ||
           dl_html_is(node, LXB_TAG_H3) || dl_html_is(node, LXB_TAG_H4);
}

/* In a heading, or with one in it: then that is its text. */
static lxb_dom_node_t *heading_of(lxb_dom_node_t *anchor)
{
    enum { UP = 3, DOWN = 40 };
    lxb_dom_node_t *n = anchor->parent;
    for (int i = 0; i < UP && n != NULL; i++, n = n->parent)
        if (is_heading(n)) return anchor;
    n = dl_html_next(anchor, anchor);
    for (int i = 0; i < DOWN && n != NULL; i++, n = dl_html_next(anchor, n))
        if (is_heading(n)) return n;
    return NULL;
}

static bool is_aside(lxb_dom_node_t *anchor)
{
    enum { UP = 30 };
    lxb_dom_node_t *n = anchor->parent;
    for (int i = 0; i < UP && n != NULL; i++, n = n->parent)
        if (dl_html_is(n, LXB_TAG_NAV) || dl_html_is(n, LXB_TAG_FOOTER)) return true;
    return false;
}

static dl_str text_of(struct reading *r, lxb_dom_node_t *node)
{
    size_t n = 0;
    lxb_char_t *p = lxb_dom_node_text_content(node, &n);
    if (p == NULL) return (dl_str){NULL, 0};
    dl_str text = dl_str_squeeze(r->arena, (dl_str){(const char *)p, n});
    lxb_dom_document_destroy_text(node->owner_document, p);
    return dl_utf8_prefix(dl_utf8_clean(r->arena, text), DL_FRONT_TITLE);
}

/* --- links -------------------------------------------------------------------------------- */

/* An address of numbers is its own domain. */
static dl_str domain_of(struct reading *r, dl_str host)
{
    dl_str domain = dl_url_registrable(r->arena, host);
    return domain.n > 0 ? domain : host;
}

static enum dl_err shape_at(struct reading *r, dl_str host, const char *text, dl_str script,
                            struct shape **ret_shape)
{
    dl_str key = dl_str_fmt(r->arena, "%.*s %s%.*s", DL_FMT(host), text, DL_FMT(script));
    *ret_shape = dl_map_get(&r->shapes, key);
    if (*ret_shape != NULL) return DL_OK;
    *ret_shape = DL_NEW(r->arena, struct shape);
    if (*ret_shape == NULL) return dl_arena_failed(r->arena);
    return dl_map_set(&r->shapes, key, *ret_shape);
}

static enum dl_err judge(struct reading *r, const struct dl_url *url, dl_str key,
                         struct link **ret_link)
{
    char shape[SHAPE];
    bool service = false;
    *ret_link = NULL;
    int points = judge_path(url->path, shape, sizeof shape, &service);
    int by_query = points < 0 ? 0 : judge_query(url->query);
    points += by_query;
    if (points < 0 || service || is_file(url->path)) return DL_OK;
    struct link *link = DL_NEW(r->arena, struct link);
    if (link == NULL) return dl_arena_failed(r->arena);
    *link = (struct link){.url = url->href, .key = key, .points = points};
    /* A script is one kind of page, whatever its parameters. */
    dl_str script = by_query > 0 ? url->path : (dl_str){NULL, 0};
    DL_TRY(shape_at(r, url->host, shape, script, &link->shape));
    link->shape->n++;
    DL_TRY(dl_map_set(&r->by_key, key, link));
    *ret_link = link;
    return dl_vec_push(r->arena, &r->links, link);
}

static enum dl_err on_anchor(struct reading *r, lxb_dom_node_t *node)
{
    dl_str href = dl_str_trim(dl_html_attr(node, "href"));
    struct dl_url url;
    if (href.n == 0 || href.p[0] == '#' || r->links.n >= CANDIDATES) return DL_OK;
    if (dl_url_parse(r->arena, href, r->base, &url) != DL_OK || !dl_url_is_web(&url)) return DL_OK;
    if (url.path.n == 0 || !dl_str_eq(domain_of(r, url.host), r->domain)) return DL_OK;
    dl_str key = dl_url_canonical(r->arena, &url);
    if (dl_str_eq(key, r->self)) return DL_OK;
    struct link *link = dl_map_get(&r->by_key, key);
    if (link == NULL) DL_TRY(judge(r, &url, key, &link));
    if (link == NULL || is_aside(node)) return DL_OK;
    lxb_dom_node_t *heading = heading_of(node);
    dl_str text = text_of(r, heading != NULL ? heading : node);
    size_t wide = columns(text);
    bool better = heading != NULL && !link->heading
                      ? wide > 0
                      : (heading != NULL) == link->heading && wide > link->columns;
    if (!better) return DL_OK;
    link->heading = heading != NULL;
    link->title = text;
    link->columns = wide;
    return DL_OK;
}

/* --- the verdict -------------------------------------------------------------------------- */

static int points_of(const struct link *link)
{
    int points = link->points > 3 ? 3 : link->points;
    points += link->columns >= TEXT_LONG ? 2 : link->columns >= TEXT_SHORT ? 1 : 0;
    points += link->heading && link->columns >= TEXT_SHORT / 2;
    return link->points == 0 && link->columns < TEXT_LONG ? 0 : points;
}

/* Alone by its points; in company when most of its kind pass and its own text is no mere name. */
static bool is_article(const struct link *link)
{
    const struct shape *s = link->shape;
    if (s->n >= COMPANY && s->good * 2 > s->n) return link->points + (int)link->columns > 0;
    bool weak_company = s->n >= COMPANY && s->good * 4 < s->n;
    return points_of(link) >= ENOUGH + weak_company && link->points > 0;
}

static enum dl_err choose(struct reading *r, dl_front_links *ret_links)
{
    dl_front_links out = {0};
    for (size_t i = 0; i < r->links.n; i++)
        r->links.p[i]->shape->good += points_of(r->links.p[i]) >= ENOUGH;
    for (size_t i = 0; i < r->links.n && out.n < DL_FRONT_LINKS; i++) {
        const struct link *link = r->links.p[i];
        if (link->title.n == 0 || !is_article(link)) continue;
        struct dl_front_link row = {link->url, link->title};
        DL_TRY(dl_vec_push(r->arena, &out, row));
    }
    *ret_links = out;
    return DL_OK;
}

static _Thread_local lxb_html_document_t *document;

static enum dl_err address(struct reading *r, dl_str text)
{
    struct dl_url url;
    if (dl_url_parse(r->arena, text, (dl_str){NULL, 0}, &url) != DL_OK) return DL_OK;
    r->domain = domain_of(r, url.host);
    r->self = dl_url_canonical(r->arena, &url);
    return dl_arena_failed(r->arena);
}

enum dl_err dl_front_read(dl_arena *arena, dl_str html, dl_str url, dl_front_links *ret_links,
                          struct dl_diag *diag)
{
    struct reading r = {.arena = arena, .base = url};
    if (html.n > DL_FRONT_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_FRONT_MAX, "larger than %d MiB",
                       DL_FRONT_MAX >> 20);
    dl_map_init(&r.by_key, arena);
    dl_map_init(&r.shapes, arena);
    DL_TRY(address(&r, url));
    if (document == NULL) document = lxb_html_document_create();
    if (document == NULL) return DL_ERR_NOMEM;
    lxb_html_document_clean(document);
    if (!dl_html_tree_parse(document, dl_html_bounded(dl_utf8_repair(arena, html))))
        return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "the page cannot be parsed");
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    r.base = dl_html_base(arena, root, url);
    for (lxb_dom_node_t *n = root; n != NULL; n = dl_html_next(root, n))
        if (dl_html_is(n, LXB_TAG_A)) DL_TRY(on_anchor(&r, n));
    DL_TRY(choose(&r, ret_links));
    return dl_arena_failed(arena);
}
