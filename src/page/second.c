#include "page/second.h"

#include "base/utf8.h"
#include "net/url.h"
#include "page/article.h"
#include "page/title.h"

/* Bytes: less in the markup may be a lead only; less in the data is no text; so many times more
 * is clearly more. */
enum { ENOUGH_TEXT = 1500, LEAST_TEXT = 600, LEAST_UPDATES = 150, CLEARLY = 3, TITLES = 4 };
enum { TEXT_MAX = 8 << 20 };

static bool is_poorer(const struct dl_page *page, size_t text)
{
    return text >= LEAST_TEXT && text >= page->text.n * CLEARLY;
}

/* Plain text as markup; a body that is written as markup passes. */
static dl_str body_as_html(dl_arena *arena, dl_str body)
{
    bool markup =
        dl_str_ifind_c(body, "<p", 0) != DL_NO_POS || dl_str_ifind_c(body, "<br", 0) != DL_NO_POS;
    dl_buf out = DL_BUF_INIT(body.n * 6 + 64);
    dl_str line;
    dl_buf_c(&out, "<body>");
    if (markup) dl_buf_str(&out, body);
    for (body = dl_str_trim(body); !markup && dl_str_line(&body, &line);) {
        line = dl_str_trim(line);
        if (line.n == 0) continue;
        dl_buf_c(&out, "<p>");
        for (size_t i = 0; i < line.n; i++)
            line.p[i] == '<' ? dl_buf_c(&out, "&lt;") : dl_buf_byte(&out, line.p[i]);
        dl_buf_c(&out, "</p>");
    }
    dl_str html = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return html;
}

static void take(const struct dl_page *from, struct dl_page *page)
{
    page->text = from->text;
    page->blocks = from->blocks;
    page->links = from->links;
    page->kind = from->kind;
    page->confidence = from->confidence;
    if (page->subtitle.n == 0) page->subtitle = from->subtitle;
}

/* Weighs markup from the data as a page of its own. */
static enum dl_err weigh(dl_arena *arena, struct dl_second *second,
                         const struct dl_second_input *in, dl_str html, struct dl_page *page)
{
    struct dl_blocks blocks;
    struct dl_scales scales;
    struct dl_diag diag;
    struct dl_page other = {.title = page->title, .description = page->description};
    if (second->tree == NULL) second->tree = dl_tree_new();
    if (second->tree == NULL) return DL_ERR_NOMEM;
    if (dl_tree_parse(second->tree, html, &diag) != DL_OK) return DL_OK; /* a page without it */
    dl_node *root = dl_tree_root(second->tree);
    if (root == NULL) return DL_OK;
    dl_buf_init(&second->text, TEXT_MAX);
    enum dl_err err = dl_blocks_read(arena, in->cues, root, &second->text, &blocks);
    struct dl_anchors anchors = {.title = page->title, .description = page->description};
    if (err == DL_OK)
        err = dl_scales_weigh(arena, in->cues, &blocks, &anchors, &other.sample, &scales);
    struct dl_article_input article = {&blocks,           &scales,        page->title,
                                       page->description, in->meta->base, NULL};
    if (err == DL_OK) err = dl_article_find(arena, &article, &other);
    dl_buf_free(&second->text);
    if (err == DL_OK && other.kind == DL_PAGE_ARTICLE && is_poorer(page, other.text.n))
        take(&other, page);
    return err;
}

static bool is_own_name(const struct dl_page *page, dl_str title)
{
    return title.n == 0 || dl_same_words(title, page->site);
}

static enum dl_err from_state(dl_arena *arena, struct dl_second *second,
                              const struct dl_second_input *in, struct dl_page *page)
{
    static const char *const sharing[] = {"og:title", "twitter:title", NULL};
    const struct dl_head *head = &in->meta->head;
    dl_str cut, titles[TITLES],
        tried[TITLES] = {page->title, in->meta->ld.headline, dl_head_first(head, sharing),
                         dl_title_without_site(head->title, page->site, &cut)};
    struct dl_state_input input = {in->words, in->html, titles, 0, page->description};
    struct dl_state_article found;
    for (size_t i = 0; i < TITLES; i++)
        if (!is_own_name(page, tried[i])) titles[input.title_count++] = tried[i];
    DL_TRY(dl_state_find(arena, &input, &found));
    if (found.html.n == 0) return DL_OK;
    dl_str text = page->text;
    if (is_own_name(page, page->title) && found.title.n < 600)
        page->title = dl_utf8_clean(arena, found.title);
    DL_TRY(weigh(arena, second, in, dl_utf8_repair(arena, found.html), page));
    bool taken = page->text.p != text.p;
    if (taken && !dl_time_is_set(page->published)) page->published = found.published;
    return DL_OK;
}

/* --- entries of a live page ---------------------------------------------------------------- */

static enum dl_err put_block(dl_arena *arena, dl_buf *out, dl_str s, enum dl_block_kind kind,
                             struct dl_page *page)
{
    s = dl_str_trim(s);
    if (s.n == 0) return DL_OK;
    if (out->n > 0) dl_buf_c(out, "\n\n");
    struct dl_page_block block = {.start = out->n, .end = out->n + s.n, .kind = kind};
    dl_buf_str(out, s);
    return dl_vec_push(arena, &page->blocks, block);
}

static enum dl_err put_update(dl_arena *arena, dl_buf *out, const struct dl_ld_update *u,
                              struct dl_page *page)
{
    dl_str body = dl_utf8_clean(arena, u->body), line;
    struct dl_page_item item = {.title = u->headline};
    item.start = out->n > 0 ? out->n + 2 : 0;
    DL_TRY(put_block(arena, out, u->headline, DL_BLOCK_HEADING, page));
    while (dl_str_line(&body, &line))
        DL_TRY(put_block(arena, out, line, DL_BLOCK_PARAGRAPH, page));
    item.end = out->n;
    if (item.end <= item.start) return DL_OK;
    if (!dl_time_parse(dl_str_trim(u->published), &item.published)) item.published = (dl_time){0};
    item.url = dl_url_resolve_web(arena, u->url, page->url);
    return dl_vec_push(arena, &page->items, item);
}

/* Scripts draw the entries; the structured data holds them. */
static enum dl_err from_updates(dl_arena *arena, const struct dl_ld *ld, struct dl_page *page)
{
    size_t bytes = 0;
    for (size_t i = 0; i < ld->updates.n; i++)
        bytes += ld->updates.p[i].headline.n + ld->updates.p[i].body.n;
    bool poorer = bytes >= LEAST_UPDATES && bytes >= page->text.n * CLEARLY;
    if (ld->updates.n < 2 || page->items.n > 0 || !poorer) return DL_OK;
    page->blocks.n = page->links.n = 0;
    dl_buf out = DL_BUF_INIT(TEXT_MAX);
    enum dl_err err = DL_OK;
    for (size_t i = 0; i < ld->updates.n && err == DL_OK; i++)
        err = put_update(arena, &out, &ld->updates.p[i], page);
    page->text = dl_str_dup(arena, dl_buf_slice(&out));
    if (err == DL_OK) err = dl_buf_failed(&out);
    dl_buf_free(&out);
    page->kind = DL_PAGE_ARTICLE; /* and live, by what the data says */
    return err;
}

enum dl_err dl_second_read(dl_arena *arena, struct dl_second *second,
                           const struct dl_second_input *in, struct dl_page *page)
{
    dl_str body = in->meta->ld.body;
    if (page->text.n >= ENOUGH_TEXT || page->kind == DL_PAGE_LIVE) return DL_OK;
    if (in->meta->ld.is_live) DL_TRY(from_updates(arena, &in->meta->ld, page));
    if (page->items.n > 0) return DL_OK;
    if (is_poorer(page, body.n)) DL_TRY(weigh(arena, second, in, body_as_html(arena, body), page));
    if (page->text.n >= ENOUGH_TEXT) return DL_OK;
    DL_TRY(from_state(arena, second, in, page));
    return dl_arena_failed(arena);
}

void dl_second_end(struct dl_second *second)
{
    if (second->tree != NULL) dl_tree_free(second->tree);
    second->tree = NULL;
}
