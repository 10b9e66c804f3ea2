#include "queue/reader.h"

#include <signal.h>

#include "base/log.h"
#include "base/utf8.h"
#include "event/analysed.h"
#include "feed/feed.h"
#include "feed/front.h"
#include "feed/sitemap.h"
#include "lang/placefile.h"
#include "page/charset.h"
#include "page/page.h"
#include "queue/identity.h"
#include "queue/item.h"
#include "queue/sandbox.h"
#include "queue/signals.h"
#include "queue/sniff.h"
#include "story/features.h"
#include "story/sayings.h"

enum { RIGHT_MAX = 500 }; /* bytes of a signal; a licence's text is in its address */

struct dl_reader {
    dl_page_reader *pages;
    dl_analyser *analyser;
    struct dl_featurer *featurer;
    struct dl_sayer *sayer;
    bool poison;
};

enum dl_err dl_reader_new(bool poison, struct dl_reader **ret_reader, struct dl_diag *diag)
{
    struct dl_reader *r = calloc(1, sizeof *r);
    if (r == NULL) return DL_ERR_NOMEM;
    r->poison = poison;
    r->pages = dl_page_reader_new();
    r->featurer = dl_featurer_new();
    enum dl_err err = r->pages == NULL || r->featurer == NULL
                          ? dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "no memory for a reader")
                          : dl_analyser_new(&r->analyser, diag);
    if (err == DL_OK && (r->sayer = dl_sayer_new(diag)) == NULL) err = DL_ERR_NOMEM;
    if (err != DL_OK) {
        dl_reader_free(r);
        return err;
    }
    *ret_reader = r;
    return DL_OK;
}

void dl_reader_import(struct dl_reader *r, const char *dir)
{
    char path[4096];
    struct dl_diag diag = {.pos = DL_NO_POS};
    size_t bytes;
    if (snprintf(path, sizeof path, "%s/" DL_PLACEFILE_NAME, dir) >= (int)sizeof path) return;
    enum dl_err err = dl_analyser_import(r->analyser, path, &bytes, &diag);
    if (err == DL_OK)
        dl_sandbox_mapped(bytes);
    else if (err != DL_ERR_NOT_FOUND)
        dl_log(DL_LOG_WARNING, "imported places are not used", "why=%s",
               dl_log_text(dl_str_c(diag.message)));
}

void dl_reader_free(struct dl_reader *r)
{
    if (r == NULL) return;
    dl_page_reader_free(r->pages);
    dl_featurer_free(r->featurer);
    dl_sayer_free(r->sayer);
    dl_analyser_free(r->analyser);
    free(r);
}

/* What is known of the material beside its bytes. */
struct facts {
    dl_str kind, url, content_type, outlet_name, country, language;
    struct dl_page_signals signals;
    const struct dl_page_site *site; /* NULL: nothing is known of it */
    dl_time seen;
};

static enum dl_err facts_from(dl_arena *arena, dl_str text, struct facts *ret, struct dl_diag *diag)
{
    yyjson_doc *doc;
    DL_TRY(dl_json_read(arena, text, &doc, diag));
    yyjson_val *o = yyjson_doc_get_root(doc);
    *ret = (struct facts){
        .kind = dl_json_get_str(o, "kind"),
        .url = dl_json_get_str(o, "url"),
        .content_type = dl_json_get_str(o, "content_type"),
        .outlet_name = dl_json_get_str(o, "outlet_name"),
        .country = dl_json_get_str(o, "country"),
        .language = dl_json_get_str(o, "language"),
    };
    dl_str signals = dl_json_get_str(o, "signals");
    if (signals.n > 0 && dl_json_read(arena, signals, &doc, NULL) == DL_OK)
        ret->signals = dl_signals_read(yyjson_doc_get_root(doc));
    int64_t seen_ms = dl_json_get_int(o, "seen_by", 0);
    if (seen_ms > 0)
        ret->seen = (dl_time){.ms = seen_ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN};
    return DL_OK;
}

/* --- one reading -------------------------------------------------------------------------- */

static void swallow_poison(const struct dl_reader *r, dl_arena *arena, dl_str title)
{
    if (!r->poison) return;
    if (dl_str_find_c(title, "POISON crash", 0) != DL_NO_POS) raise(SIGSEGV);
    bool spin = dl_str_find_c(title, "POISON spin", 0) != DL_NO_POS;
    for (volatile bool on = spin; on;) {
    }
    bool eat = dl_str_find_c(title, "POISON eat", 0) != DL_NO_POS;
    while (eat && dl_alloc(arena, 1 << 20) != NULL) {
    }
}

/* What it says, small enough to be kept for every document. */
static enum dl_err sayings(const struct dl_reader *r, dl_arena *arena,
                           const struct dl_analyse_input *in, const struct dl_analysed *read,
                           struct dl_frame *answer)
{
    struct dl_sayings made;
    DL_TRY(dl_sayings_make(r->sayer, arena, in, read, &made));
    do { /* news says the main thing first: what does not fit is its end */
        answer->part[6] = dl_sayings_pack(arena, &made);
        made.n_sayings -= (made.n_sayings + 7) / 8;
    } while (answer->part[6].n == 0 && made.n_sayings > 0);
    return dl_arena_failed(arena);
}

static enum dl_err analyse(const struct dl_reader *r, dl_arena *arena, const struct facts *facts,
                           struct dl_page *page, struct dl_frame *answer, struct dl_diag *diag)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_analyse_link *links = DL_NEW_ARRAY(arena, struct dl_analyse_link, page->links.n + 1);
    if (json == NULL || links == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < page->links.n; i++)
        links[i] = (struct dl_analyse_link){page->links.p[i].start, page->links.p[i].end,
                                            page->links.p[i].href};
    struct dl_analyse_input in = {
        .text = page->text,
        .title = page->title,
        .subtitle = page->subtitle,
        .published = page->published,
        .seen = facts->seen,
        .language = page->language.n > 0 ? page->language : facts->language,
        .outlet = facts->outlet_name.n > 0 ? facts->outlet_name : page->site,
        .country = facts->country,
        .links = links,
        .n_links = page->links.n,
    };
    /* A headline alone is told as a text of its own. */
    if (in.text.n == 0) {
        in.text = page->title;
        in.title = (dl_str){NULL, 0};
    }
    yyjson_mut_val *object = yyjson_mut_doc_get_root(json);
    struct dl_analysed *read = DL_NEW(arena, struct dl_analysed);
    if (read == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_analyse_read(r->analyser, arena, &in, read, diag));
    DL_TRY(dl_analyse_json(&in, read, arena, json, object));
    if (page->text.n > 0) DL_TRY(sayings(r, arena, &in, read, answer));
    dl_str language = {NULL, 0};
    yyjson_mut_val *found = yyjson_mut_obj_get(object, "language");
    if (found != NULL) language = (dl_str){yyjson_mut_get_str(found), yyjson_mut_get_len(found)};
    if (language.n > 0) page->language = language;
    /* Spans of a headline speak of nothing stored as text: its analysis is its language. */
    if (page->text.n == 0) {
        json = dl_json_new(arena);
        if (json == NULL) return dl_arena_failed(arena);
        dl_json_str(json, yyjson_mut_doc_get_root(json), "language", page->language);
    }
    return dl_json_text(json, arena, &answer->part[2]);
}

static enum dl_err features(const struct dl_reader *r, dl_arena *arena, const struct dl_page *page,
                            struct dl_frame *answer)
{
    struct dl_features_input in = {page->title, page->subtitle, page->text, page->language};
    struct dl_features made;
    DL_TRY(dl_features_make(r->featurer, arena, &in, &made));
    answer->part[3] = dl_features_pack(arena, &made);
    return answer->part[3].n > 0 ? DL_OK : dl_arena_failed(arena);
}

/* What a look tells beside the reading, which is the same however it came about. */
static enum dl_err head_of_page(dl_arena *arena, const char *kind, const struct dl_page *page,
                                struct dl_frame *answer)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *head = yyjson_mut_doc_get_root(json);
    dl_json_c(json, head, "material", kind);
    dl_json_str(json, head, "site", page->site);
    /* Its own address; for a page without one, where it was found. */
    struct dl_identity id;
    dl_str address = page->canonical.n > 0 ? page->canonical : page->url;
    dl_identity_of(arena, address, (dl_str){NULL, 0}, &id);
    if (id.url.n > 0) dl_identity_json(&id, json, head);
    return dl_json_text(json, arena, &answer->part[5]);
}

/* The parts of a reading. kind: of the material, for the answer to a look; may be NULL. */
static enum dl_err reading(const struct dl_reader *r, dl_arena *arena, const struct facts *facts,
                           struct dl_page *page, const char *kind, struct dl_frame *answer,
                           struct dl_diag *diag)
{
    if (page->title.n == 0 && page->text.n == 0)
        return dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "there is no article in it");
    swallow_poison(r, arena, page->title);
    DL_TRY(analyse(r, arena, facts, page, answer, diag));
    DL_TRY(features(r, arena, page, answer));
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *object = yyjson_mut_doc_get_root(json);
    dl_page_json(page, arena, json, object);
    yyjson_mut_obj_remove_key(object, "text");
    if (kind != NULL) DL_TRY(head_of_page(arena, kind, page, answer));
    struct dl_identity id;
    dl_identity_of(arena, page->canonical, (dl_str){NULL, 0}, &id);
    if (id.url.n > 0) dl_identity_json(&id, json, object);
    DL_TRY(dl_json_text(json, arena, &answer->part[0]));
    answer->part[1] = page->text;
    if (page->sample.root.n > 0) answer->part[4] = dl_sample_pack(arena, &page->sample);
    return dl_arena_failed(arena);
}

/* --- the kinds of material ---------------------------------------------------------------- */

static enum dl_err read_page(const struct dl_reader *r, dl_arena *arena, const struct facts *facts,
                             dl_str bytes, struct dl_page **ret_page, struct dl_diag *diag)
{
    struct dl_page_input in = {.bytes = bytes,
                               .url = facts->url,
                               .content_type = facts->content_type,
                               .signals = &facts->signals,
                               .seen = facts->seen,
                               .site = facts->site};
    struct dl_page *page;
    DL_TRY(dl_page_read(r->pages, arena, &in, &page, diag));
    if (page->text.n == 0 || (page->title.n == 0 && page->kind == DL_PAGE_OTHER))
        return dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "there is no article on the page (%s)",
                       dl_page_kind_name(page->kind));
    *ret_page = page;
    return DL_OK;
}

/* Other schemes run or open something where a person or a program follows them. */
static dl_str web_only(dl_str url)
{
    return dl_identity_is_web(url) ? url : (dl_str){NULL, 0};
}

static enum dl_err names_from(dl_arena *arena, yyjson_val *list, const char *key,
                              dl_page_strings *out)
{
    size_t i, n;
    yyjson_val *row;
    yyjson_arr_foreach(list, i, n, row)
    {
        dl_str name = dl_json_get_str(row, key);
        if (name.n > 0) DL_TRY(dl_vec_push(arena, out, name));
    }
    return DL_OK;
}

static enum dl_err right_of(dl_arena *arena, const char *name, dl_str value, struct dl_page *page)
{
    struct dl_page_right r = {dl_str_c(name), value};
    return value.n == 0 || value.n > RIGHT_MAX ? DL_OK : dl_vec_push(arena, &page->rights, r);
}

/* A feed item, or an entry of a news sitemap. */
static enum dl_err read_item(const struct dl_reader *r, dl_arena *arena, const struct facts *facts,
                             dl_str bytes, struct dl_page **ret_page, struct dl_diag *diag)
{
    yyjson_doc *doc;
    DL_TRY(dl_json_read(arena, bytes, &doc, diag));
    yyjson_val *item = yyjson_doc_get_root(doc), *news = yyjson_obj_get(item, "news");
    dl_str link = dl_json_get_str(item, "link");
    struct dl_page *page;
    DL_TRY(dl_page_fragment(r->pages, arena, dl_item_content(item), link.n > 0 ? link : facts->url,
                            &page, diag));
    page->kind = DL_PAGE_ARTICLE;
    page->url = web_only(link.n > 0 ? link : dl_json_get_str(item, "loc"));
    page->title = dl_json_get_str(news != NULL ? news : item, "title");
    page->language = dl_json_get_str(news != NULL ? news : item, "language");
    if (!dl_json_get_time(news != NULL ? news : item, "published", &page->published) &&
        !dl_json_get_time(item, "updated", &page->published))
        page->published = (dl_time){0};
    if (!dl_json_get_time(item, "updated", &page->modified)) page->modified = (dl_time){0};
    DL_TRY(names_from(arena, yyjson_obj_get(item, "authors"), "name", &page->byline));
    DL_TRY(names_from(arena, yyjson_obj_get(item, "categories"), "term", &page->tags));
    DL_TRY(right_of(arena, "copyright", dl_json_get_str(item, "rights"), page));
    DL_TRY(right_of(arena, "license", dl_json_get_str(item, "license"), page));
    *ret_page = page;
    return DL_OK;
}

/* Paragraphs of plain text: parted by blank lines. */
static enum dl_err blocks_of(dl_arena *arena, struct dl_page *page)
{
    for (size_t at = 0; at < page->text.n;) {
        size_t end = dl_str_find_c(page->text, "\n\n", at);
        if (end == DL_NO_POS) end = page->text.n;
        struct dl_page_block block = {.start = at, .end = end, .kind = DL_BLOCK_PARAGRAPH};
        if (end > at) DL_TRY(dl_vec_push(arena, &page->blocks, block));
        at = end + 2;
    }
    return DL_OK;
}

static enum dl_err read_article(dl_arena *arena, dl_str bytes, struct dl_page **ret_page,
                                struct dl_diag *diag)
{
    yyjson_doc *doc;
    DL_TRY(dl_json_read(arena, bytes, &doc, diag));
    yyjson_val *o = yyjson_doc_get_root(doc);
    struct dl_page *page = DL_NEW(arena, struct dl_page);
    if (page == NULL) return dl_arena_failed(arena);
    page->kind = DL_PAGE_ARTICLE;
    page->confidence = 1;
    page->url = web_only(dl_json_get_str(o, "url"));
    page->title = dl_utf8_clean(arena, dl_json_get_str(o, "title"));
    page->subtitle = dl_utf8_clean(arena, dl_json_get_str(o, "subtitle"));
    page->text = dl_str_trim(dl_utf8_clean(arena, dl_json_get_str(o, "text")));
    page->language = dl_json_get_str(o, "language");
    page->site = dl_json_get_str(o, "outlet_name");
    page->section = dl_json_get_str(o, "section");
    if (!dl_json_get_time(o, "published", &page->published)) page->published = (dl_time){0};
    DL_TRY(blocks_of(arena, page));
    *ret_page = page;
    return DL_OK;
}

static enum dl_err read_entry(const struct dl_reader *r, dl_arena *arena, const struct facts *facts,
                              dl_str bytes, const char *material, struct dl_frame *answer,
                              struct dl_diag *diag)
{
    struct dl_page *page = NULL;
    if (dl_str_eq_c(facts->kind, "item"))
        DL_TRY(read_item(r, arena, facts, bytes, &page, diag));
    else if (dl_str_eq_c(facts->kind, "article"))
        DL_TRY(read_article(arena, bytes, &page, diag));
    else
        DL_TRY(read_page(r, arena, facts, bytes, &page, diag));
    return reading(r, arena, facts, page, material, answer, diag);
}

/* --- a look at something unknown ---------------------------------------------------------- */

/* Lines of JSON for the items of a list; a reader works on one document at a time. */
static dl_buf *item_lines(void)
{
    static dl_buf lines = DL_BUF_INIT(DL_FRAME_MAX_PART);
    dl_buf_reset(&lines);
    return &lines;
}

/* A line starts with the item's identity. */
static yyjson_mut_doc *item_doc(dl_arena *arena, dl_str url, dl_str guid)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_identity id;
    if (json == NULL) return NULL;
    dl_identity_of(arena, url, guid, &id);
    dl_identity_json(&id, json, yyjson_mut_doc_get_root(json));
    return json;
}

static enum dl_err head_of_list(dl_arena *arena, const char *material, dl_str site,
                                yyjson_mut_doc **ret_json)
{
    yyjson_mut_doc *json = item_doc(arena, site, (dl_str){NULL, 0});
    if (json == NULL) return dl_arena_failed(arena);
    dl_json_c(json, yyjson_mut_doc_get_root(json), "material", material);
    *ret_json = json;
    return DL_OK;
}

/* When the publisher wants to be asked, and who tells of news without being asked. */
static void pace_of_feed(const struct dl_feed *feed, yyjson_mut_doc *json, yyjson_mut_val *head)
{
    if (feed->ttl_min > 0) dl_json_int(json, head, "ttl_min", feed->ttl_min);
    if (feed->update_s > 0) dl_json_int(json, head, "update_s", feed->update_s);
    if (feed->skip_hours != 0) dl_json_int(json, head, "skip_hours", feed->skip_hours);
    if (feed->skip_days != 0) dl_json_int(json, head, "skip_days", feed->skip_days);
    dl_json_str(json, head, "self", feed->self);
    yyjson_mut_val *hubs = feed->hubs.n > 0 ? dl_json_arr(json, head, "hubs") : NULL;
    for (size_t i = 0; i < feed->hubs.n; i++)
        dl_json_push_str(json, hubs, feed->hubs.p[i]);
}

static enum dl_err look_at_feed(dl_arena *arena, const struct facts *facts, dl_str bytes,
                                struct dl_frame *answer, struct dl_diag *diag)
{
    struct dl_feed_input in = {bytes, facts->url, facts->content_type};
    struct dl_feed *feed;
    yyjson_mut_doc *json = NULL;
    DL_TRY(dl_feed_parse(arena, &in, &feed, diag));
    DL_TRY(head_of_list(arena, "feed", feed->link.n > 0 ? feed->link : facts->url, &json));
    yyjson_mut_val *head = yyjson_mut_doc_get_root(json);
    dl_json_str(json, head, "title", feed->title);
    dl_json_str(json, head, "language", feed->language);
    pace_of_feed(feed, json, head);
    DL_TRY(dl_json_text(json, arena, &answer->part[0]));
    dl_buf *lines = item_lines();
    for (size_t i = 0; i < feed->items.n; i++) {
        const struct dl_feed_item *item = &feed->items.p[i];
        yyjson_mut_doc *line = item_doc(arena, item->link, item->id);
        if (line == NULL) return dl_arena_failed(arena);
        dl_feed_item_json(item, arena, line, yyjson_mut_doc_get_root(line));
        DL_TRY(dl_json_line(line, arena, lines));
    }
    answer->part[1] = dl_buf_slice(lines);
    return DL_OK;
}

static enum dl_err put_sitemap_url(dl_arena *arena, const struct dl_sitemap_url *url, dl_buf *lines)
{
    yyjson_mut_doc *line = item_doc(arena, url->loc, (dl_str){NULL, 0});
    if (line == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *object = yyjson_mut_doc_get_root(line);
    dl_json_str(line, object, "loc", url->loc);
    dl_json_time(line, object, "lastmod", arena, url->lastmod);
    yyjson_mut_val *news = dl_json_obj(line, object, "news");
    dl_json_str(line, news, "title", url->title);
    dl_json_str(line, news, "language", url->language);
    dl_json_time(line, news, "published", arena, url->published);
    return dl_json_line(line, arena, lines);
}

/* Only news entries say something themselves; other addresses are for the caller to fetch. */
static enum dl_err look_at_sitemap(dl_arena *arena, const struct facts *facts, dl_str bytes,
                                   struct dl_frame *answer, struct dl_diag *diag)
{
    struct dl_sitemap *sitemap;
    yyjson_mut_doc *json = NULL;
    DL_TRY(dl_sitemap_parse(arena, bytes, facts->url, &sitemap, diag));
    DL_TRY(head_of_list(arena, "sitemap", facts->url, &json));
    yyjson_mut_val *head = yyjson_mut_doc_get_root(json);
    bool is_index = sitemap->kind == DL_SITEMAP_INDEX;
    yyjson_mut_val *others = dl_json_arr(json, head, is_index ? "sitemaps" : "pages");
    dl_buf *lines = item_lines();
    for (size_t i = 0; i < sitemap->urls.n; i++) {
        const struct dl_sitemap_url *url = &sitemap->urls.p[i];
        if (url->is_news && url->title.n > 0)
            DL_TRY(put_sitemap_url(arena, url, lines));
        else
            dl_json_push_str(json, others, url->loc);
    }
    answer->part[1] = dl_buf_slice(lines);
    return dl_json_text(json, arena, &answer->part[0]);
}

/* An item for each article that a front page links to, in its order. */
static enum dl_err look_at_front(dl_arena *arena, const struct facts *facts, dl_str bytes,
                                 struct dl_frame *answer, struct dl_diag *diag)
{
    struct dl_charset_input in = {bytes, facts->content_type, facts->url};
    struct dl_charset_text html;
    dl_front_links links;
    yyjson_mut_doc *json = NULL;
    DL_TRY(dl_charset_decode(arena, &in, &html, diag));
    DL_TRY(dl_front_read(arena, html.text, facts->url, &links, diag));
    DL_TRY(head_of_list(arena, "front", facts->url, &json));
    dl_buf *lines = item_lines();
    for (size_t i = 0; i < links.n; i++) {
        yyjson_mut_doc *line = item_doc(arena, links.p[i].url, (dl_str){NULL, 0});
        if (line == NULL) return dl_arena_failed(arena);
        dl_json_str(line, yyjson_mut_doc_get_root(line), "link", links.p[i].url);
        dl_json_str(line, yyjson_mut_doc_get_root(line), "title", links.p[i].title);
        DL_TRY(dl_json_line(line, arena, lines));
    }
    answer->part[1] = dl_buf_slice(lines);
    return dl_json_text(json, arena, &answer->part[0]);
}

static enum dl_err look(const struct dl_reader *r, dl_arena *arena, struct facts *facts,
                        dl_str bytes, struct dl_frame *answer, struct dl_diag *diag)
{
    enum dl_sniffed kind = facts->kind.n > 0 ? dl_sniff_named(facts->kind)
                                             : dl_sniff(bytes, facts->content_type, facts->url);
    switch (kind) {
    case DL_SNIFF_FEED:
        return look_at_feed(arena, facts, bytes, answer, diag);
    case DL_SNIFF_SITEMAP:
        return look_at_sitemap(arena, facts, bytes, answer, diag);
    case DL_SNIFF_FRONT:
        return look_at_front(arena, facts, bytes, answer, diag);
    case DL_SNIFF_PAGE:
        facts->kind = DL_STR("page");
        return read_entry(r, arena, facts, bytes, "page", answer, diag);
    case DL_SNIFF_ARTICLE:
        facts->kind = DL_STR("article");
        return read_entry(r, arena, facts, bytes, "article", answer, diag);
    case DL_SNIFF_EMPTY:
        return dl_fail(diag, DL_ERR_EMPTY, 0, "there is nothing in it");
    case DL_SNIFF_BINARY:
        return dl_fail(diag, DL_ERR_BINARY, DL_NO_POS, "it is no page, feed, sitemap or article");
    default:
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS,
                       "it is no page, feed, sitemap or article");
    }
}

enum dl_err dl_reader_work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                           struct dl_frame *ret_answer, struct dl_diag *diag)
{
    const struct dl_reader *r = ctx;
    struct facts facts;
    struct dl_page_site site;
    DL_TRY(facts_from(arena, ask->part[0], &facts, diag));
    if (ask->part[2].n > 0) {
        DL_TRY(dl_site_unpack(arena, ask->part[2], &site));
        facts.site = &site;
    }
    if (ask->type == DL_JOB_LOOK) return look(r, arena, &facts, ask->part[1], ret_answer, diag);
    return read_entry(r, arena, &facts, ask->part[1], NULL, ret_answer, diag);
}
