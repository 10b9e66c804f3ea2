#include "page/meta.h"

#include "base/asset.h"
#include "net/url.h"
#include "page/language.h"
#include "page/title.h"

enum { TAGS_MAX = 40, LABEL_MAX = 80, SITE_MAX = 60, HOME_SEARCH = 40 };

static enum dl_err load_home(dl_arena *arena, struct dl_meta_words *w, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    enum dl_err err;
    if (!dl_asset_get("lexicon/web/home-words.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK)
        DL_TRY(dl_vec_push(arena, &w->home, cell[0]));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_err dl_meta_words_new(dl_arena *arena, struct dl_meta_words *ret_words,
                              struct dl_diag *diag)
{
    struct dl_meta_words w = {0};
    DL_TRY(dl_date_words_new(arena, &w.dates, diag));
    DL_TRY(dl_byline_words_new(arena, &w.byline, diag));
    DL_TRY(load_home(arena, &w, diag));
    *ret_words = w;
    return DL_OK;
}

enum dl_err dl_meta_read(dl_arena *arena, const struct dl_meta_words *words,
                         const struct dl_blocks *blocks, dl_str url, struct dl_meta *ret_meta)
{
    struct dl_meta m = {.words = words, .blocks = blocks};
    DL_TRY(dl_head_read(arena, blocks, &m.head));
    DL_TRY(dl_ld_read(arena, blocks, &m.ld));
    m.url = dl_url_resolve_web(arena, url, (dl_str){NULL, 0});
    dl_str base = dl_head_get(&m.head, "base:href");
    m.base = base.n > 0 ? dl_url_resolve_web(arena, base, m.url) : m.url;
    if (m.base.n == 0) m.base = m.url;
    *ret_meta = m;
    return dl_arena_failed(arena);
}

/* An empty address would resolve to the page itself. */
static dl_str resolve(dl_arena *arena, const struct dl_meta *m, dl_str href)
{
    href = dl_str_trim(href);
    return href.n == 0 ? href : dl_url_resolve_web(arena, href, m->base);
}

/* --- addresses ----------------------------------------------------------------------------- */

/* The page's own address for itself: only on its own domain, and not the front page of a story. */
static dl_str canonical(dl_arena *arena, const struct dl_meta *m)
{
    static const char *const names[] = {"link:canonical", "og:url", NULL};
    for (const char *const *name = names; *name != NULL; name++) {
        dl_str href = resolve(arena, m, dl_head_get(&m->head, *name));
        struct dl_url own, other;
        if (href.n == 0 || dl_url_parse(arena, href, (dl_str){NULL, 0}, &other) != DL_OK) continue;
        if (m->url.n == 0) return href;
        if (dl_url_parse(arena, m->url, (dl_str){NULL, 0}, &own) != DL_OK) continue;
        dl_str a = dl_url_registrable(arena, own.host), b = dl_url_registrable(arena, other.host);
        bool same = a.n > 0 ? dl_str_eq(a, b) : dl_str_eq(own.host, other.host);
        bool front = other.path.n <= 1 && own.path.n > 1 && !other.has_query;
        if (same && !front) return href;
    }
    return (dl_str){NULL, 0};
}

static dl_str image(dl_arena *arena, const struct dl_meta *m)
{
    static const char *const names[] = {"og:image:secure_url", "og:image",          "og:image:url",
                                        "twitter:image",       "twitter:image:src", NULL};
    dl_str href = resolve(arena, m, dl_head_first(&m->head, names));
    if (href.n == 0) href = resolve(arena, m, m->ld.image);
    if (href.n == 0) href = resolve(arena, m, dl_head_get(&m->head, "link:image_src"));
    return href;
}

/* --- language ------------------------------------------------------------------------------ */

static dl_node *html_of(const struct dl_meta *m)
{
    return m->blocks->elems.p[0].node;
}

static dl_str language(dl_arena *arena, const struct dl_meta *m)
{
    const dl_str declared[] = {dl_node_attr(html_of(m), "lang", NULL),
                               dl_node_attr(html_of(m), "xml:lang", NULL),
                               dl_head_get(&m->head, "http:content-language"),
                               m->ld.language,
                               dl_head_get(&m->head, "og:locale"),
                               dl_head_get(&m->head, "language"),
                               dl_head_get(&m->head, "dc.language")};
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++) {
        dl_str tag = dl_language_tag(arena, declared[i]);
        if (tag.n > 0) return tag;
    }
    return (dl_str){NULL, 0};
}

static bool declared_direction(const struct dl_meta *m, bool *ret_rtl)
{
    for (size_t i = 0; i < m->blocks->elems.n && i < 4; i++) {
        dl_node *n = m->blocks->elems.p[i].node;
        if (!dl_node_is(n, LXB_TAG_HTML) && !dl_node_is(n, LXB_TAG_BODY)) continue;
        dl_str dir = dl_node_attr(n, "dir", NULL);
        if (!dl_str_ieq_c(dir, "rtl") && !dl_str_ieq_c(dir, "ltr")) continue;
        *ret_rtl = dl_str_ieq_c(dir, "rtl");
        return true;
    }
    return false;
}

/* --- site ---------------------------------------------------------------------------------- */

static bool is_home_word(const struct dl_meta *m, dl_str text)
{
    for (size_t i = 0; i < m->words->home.n; i++)
        if (dl_str_ieq(m->words->home.p[i], text)) return true;
    return false;
}

/* The page's title begins with its first words: "Name: a slogan" below "Name". */
static dl_str first_words(const struct dl_meta *m)
{
    for (size_t i = 0; i < m->blocks->runs.n && i < 6; i++) {
        dl_str text = dl_run_text(m->blocks, &m->blocks->runs.p[i]);
        dl_str t = m->head.title;
        bool starts = text.n >= 3 && text.n <= SITE_MAX && t.n > text.n + 2 &&
                      dl_str_ieq(dl_str_sub(t, 0, text.n), text);
        if (starts && strchr(":|-", t.p[text.n]) != NULL) return text;
        if (starts && t.p[text.n] == ' ' && strchr("|-", t.p[text.n + 1]) != NULL) return text;
    }
    return (dl_str){NULL, 0};
}

/* The text of the link to the front page, on top of the page. */
static dl_str home_link(const struct dl_meta *m)
{
    for (size_t i = 0; i < m->blocks->links.n && i < HOME_SEARCH; i++) {
        const struct dl_run_link *l = &m->blocks->links.p[i];
        dl_str text = dl_str_sub(m->blocks->text, l->start, l->end), href = dl_str_trim(l->href);
        bool home = dl_str_eq_c(href, "/");
        if (!home && dl_str_istarts(href, "http") && text.n <= SITE_MAX) {
            size_t slash = dl_str_chr(href, '/', 8);
            home = slash == DL_NO_POS || slash + 1 == href.n;
        }
        if (home && !is_home_word(m, text) && text.n >= 2 && text.n <= SITE_MAX) return text;
    }
    return (dl_str){NULL, 0};
}

static dl_str host_name(dl_arena *arena, const struct dl_meta *m)
{
    struct dl_url u;
    if (m->url.n == 0 || dl_url_parse(arena, m->url, (dl_str){NULL, 0}, &u) != DL_OK)
        return (dl_str){NULL, 0};
    return dl_str_istarts(u.host, "www.") ? dl_str_sub(u.host, 4, u.host.n) : u.host;
}

/* "Name: a slogan" is called by its name. */
static dl_str without_slogan(dl_str site)
{
    static const char *const marks[] = {": ", " | ", " - ", " – ", " — "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = dl_str_find_c(site, marks[i], 0);
        if (at != DL_NO_POS && at >= 3 && site.n > at + 12) site = dl_str_sub(site, 0, at);
    }
    return dl_str_trim(site);
}

static dl_str site(dl_arena *arena, const struct dl_meta *m)
{
    dl_str cut, name = dl_head_get(&m->head, "og:site_name");
    if (name.n > 0 && name.n <= LABEL_MAX) return without_slogan(name);
    if (m->ld.publisher.n > 0 && m->ld.publisher.n <= LABEL_MAX) return m->ld.publisher;
    name = dl_head_get(&m->head, "application-name");
    if (name.n > 0 && name.n <= SITE_MAX) return name;
    if (m->ld.site.n > 0 && m->ld.site.n <= SITE_MAX) return without_slogan(m->ld.site);
    dl_str home = home_link(m);
    dl_title_without_site(m->head.title, home, &cut);
    if (cut.n > 0 && cut.n <= SITE_MAX) return cut;
    if (home.n > 0) return home;
    dl_str first = first_words(m);
    if (first.n > 0) return first;
    return host_name(arena, m);
}

/* --- section and tags ---------------------------------------------------------------------- */

static enum dl_err push_once(dl_arena *arena, dl_page_strings *list, dl_str s)
{
    s = dl_str_trim(s);
    if (s.n == 0 || s.n > LABEL_MAX || list->n >= TAGS_MAX) return DL_OK;
    for (size_t i = 0; i < list->n; i++)
        if (dl_str_ieq(list->p[i], s)) return DL_OK;
    return dl_vec_push(arena, list, s);
}

static enum dl_err push_listed(dl_arena *arena, dl_page_strings *list, dl_str s)
{
    dl_str part;
    while (s.p != NULL && dl_str_split(&s, ',', &part))
        DL_TRY(push_once(arena, list, part));
    return DL_OK;
}

static enum dl_err tags(dl_arena *arena, const struct dl_meta *m, dl_page_strings *list)
{
    size_t pos = 0;
    dl_str value;
    while (dl_head_each(&m->head, "article:tag", &pos, &value))
        DL_TRY(push_listed(arena, list, value));
    for (size_t i = 0; i < m->ld.keywords.n; i++)
        DL_TRY(push_once(arena, list, m->ld.keywords.p[i]));
    DL_TRY(push_listed(arena, list, dl_head_get(&m->head, "news_keywords")));
    for (size_t i = 0; i < m->blocks->signals.n && list->n < TAGS_MAX; i++) {
        const struct dl_signal *s = &m->blocks->signals.p[i];
        if (s->kind != DL_SIGNAL_TAG || !dl_node_is(s->node, LXB_TAG_A)) continue;
        dl_str text = dl_node_all_text(arena, s->node, LABEL_MAX + 1);
        DL_TRY(push_once(arena, list, dl_head_clean(arena, text)));
    }
    if (list->n == 0) return push_listed(arena, list, dl_head_get(&m->head, "keywords"));
    return DL_OK;
}

/* The last breadcrumb that is neither the page itself nor the front page. */
static dl_str crumb(const struct dl_meta *m, dl_str title)
{
    for (size_t i = m->ld.crumbs.n; i-- > 1;) {
        dl_str c = m->ld.crumbs.p[i];
        bool own = dl_same_words(c, title) || dl_starts_alike(c, title, 12);
        if (!own && c.n <= LABEL_MAX) return c;
    }
    return (dl_str){NULL, 0};
}

static enum dl_err sections(dl_arena *arena, const struct dl_meta *m, dl_str beside,
                            struct dl_page *page)
{
    size_t pos = 0;
    dl_str value;
    while (dl_head_each(&m->head, "article:section", &pos, &value))
        DL_TRY(push_once(arena, &page->categories, value));
    DL_TRY(push_once(arena, &page->categories, m->ld.section));
    DL_TRY(push_once(arena, &page->categories, crumb(m, page->title)));
    if (page->categories.n == 0) {
        /* The word beside the date is no author. */
        bool author = page->byline.n > 0 && dl_same_words(page->byline.p[0], beside);
        if (!author) DL_TRY(push_once(arena, &page->categories, beside));
    }
    if (page->categories.n > 0) page->section = page->categories.p[0];
    return DL_OK;
}

/* --- rights -------------------------------------------------------------------------------- */

static enum dl_err right(dl_arena *arena, struct dl_page *page, const char *name, dl_str value)
{
    struct dl_page_right r = {dl_str_c(name), value};
    if (value.n == 0 || value.n > 500) return DL_OK;
    return dl_vec_push(arena, &page->rights, r);
}

static enum dl_err rights(dl_arena *arena, const struct dl_meta *m, struct dl_page *page)
{
    static const char *const names[] = {"robots",          "googlebot",  "googlebot-news",
                                        "tdm-reservation", "tdm-policy", "copyright",
                                        "dcterms.rights",  "dc.rights",  "rights"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        DL_TRY(right(arena, page, names[i], dl_head_get(&m->head, names[i])));
    dl_str license = dl_head_get(&m->head, "link:license");
    for (size_t i = 0; i < m->blocks->signals.n && license.n == 0; i++)
        if (m->blocks->signals.p[i].kind == DL_SIGNAL_LICENSE)
            license = dl_node_attr(m->blocks->signals.p[i].node, "href", NULL);
    license = resolve(arena, m, license.n > 0 ? license : m->ld.license);
    DL_TRY(right(arena, page, "license", license));
    return m->ld.paid ? right(arena, page, "access", DL_STR("paid")) : DL_OK;
}

/* --- all ----------------------------------------------------------------------------------- */

enum dl_err dl_meta_fill(dl_arena *arena, const struct dl_meta *m, struct dl_page *page)
{
    static const char *const descriptions[] = {"og:description", "description",
                                               "twitter:description", NULL};
    page->description = dl_head_first(&m->head, descriptions);
    if (page->description.n == 0) page->description = m->ld.description;
    page->site = site(arena, m);
    page->language = language(arena, m);
    page->canonical = canonical(arena, m);
    page->image = image(arena, m);
    DL_TRY(rights(arena, m, page));
    DL_TRY(tags(arena, m, &page->tags));
    struct dl_title_input in = {m->blocks, &m->head, m->ld.headline, page->site};
    DL_TRY(dl_title_find(arena, &in, &page->title));
    return dl_arena_failed(arena);
}

enum dl_err dl_meta_weighed(dl_arena *arena, const struct dl_meta *m,
                            const struct dl_scales *scales, struct dl_page *page)
{
    struct dl_dates_input din = {m->words->dates, m->blocks, scales,         &m->head,
                                 &m->ld,          m->url,    page->language, m->seen};
    struct dl_byline_input bin = {m->words->byline, m->blocks,   scales,    &m->head,
                                  &m->ld,           page->title, page->site};
    struct dl_dates dates;
    DL_TRY(dl_dates_find(arena, &din, &dates));
    DL_TRY(dl_byline_find(arena, &bin, &page->byline));
    page->published = dates.published;
    page->modified = dates.modified;
    return sections(arena, m, dates.beside, page);
}

enum dl_err dl_meta_finish(dl_arena *arena, const struct dl_meta *m, struct dl_page *page)
{
    if (!declared_direction(m, &page->right_to_left))
        page->right_to_left =
            page->language.n > 0 ? dl_language_is_rtl(page->language) : dl_text_is_rtl(page->text);
    return dl_arena_failed(arena);
}
