/* Bytes to article, metadata, JSON and Markdown: any page, any charset, any markup. What the
 * contract promises of every answer is asserted, and that a reader which has read other pages
 * answers as it did the first time. A last byte below 8 names the content type. */
#include <stdint.h>

#include "base/utf8.h"
#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 256 << 20, OUT_MAX = 64 << 20, TWICE = 16 /* one of so many is read twice */ };

static void check_str(dl_str s)
{
    static const char *const forbidden[] = {"\x1B", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xEF\xBB\xBF"};
    DL_ASSERT(dl_utf8_valid(s, NULL));
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        DL_ASSERT(dl_str_find_c(s, forbidden[i], 0) == DL_NO_POS);
    DL_ASSERT(s.n == 0 || memchr(s.p, '\0', s.n) == NULL);
}

static void check_strs(const dl_page_strings *strings)
{
    for (size_t i = 0; i < strings->n; i++) {
        check_str(strings->p[i]);
        DL_ASSERT(strings->p[i].n > 0);
    }
}

static void check_url(dl_str url)
{
    check_str(url);
    DL_ASSERT(url.n == 0 || dl_str_starts(url, "http://") || dl_str_starts(url, "https://"));
    for (size_t i = 0; i < url.n; i++)
        DL_ASSERT((unsigned char)url.p[i] > ' ' && strchr("<>", url.p[i]) == NULL);
}

/* Blocks lie in order, a blank line apart, from the first byte to the last. */
static void check_blocks(const struct dl_page *page)
{
    size_t at = 0;
    for (size_t i = 0; i < page->blocks.n; i++) {
        const struct dl_page_block *b = &page->blocks.p[i];
        DL_ASSERT(b->start == at && b->end > b->start && b->end <= page->text.n);
        DL_ASSERT(dl_utf8_is_border(page->text, b->start) && dl_utf8_is_border(page->text, b->end));
        at = b->end;
        if (at == page->text.n) continue;
        DL_ASSERT(dl_str_starts(dl_str_sub(page->text, at, page->text.n), "\n\n"));
        at += 2;
    }
    DL_ASSERT(at == page->text.n);
}

static void check_items(const struct dl_page *page)
{
    size_t last = 0;
    for (size_t i = 0; i < page->items.n; i++) {
        const struct dl_page_item *item = &page->items.p[i];
        DL_ASSERT(item->start >= last && item->start < item->end && item->end <= page->text.n);
        DL_ASSERT(dl_utf8_is_border(page->text, item->start));
        DL_ASSERT(dl_utf8_is_border(page->text, item->end));
        check_str(item->title);
        check_url(item->url);
        last = item->end;
    }
}

static void check_links(const struct dl_page *page)
{
    size_t last = 0;
    for (size_t i = 0; i < page->links.n; i++) {
        const struct dl_page_link *l = &page->links.p[i];
        DL_ASSERT(l->start >= last && l->start < l->end && l->end <= page->text.n);
        DL_ASSERT(dl_utf8_is_border(page->text, l->start) && dl_utf8_is_border(page->text, l->end));
        DL_ASSERT(l->href.n > 0);
        check_url(l->href);
        last = l->end;
    }
}

static void check(const struct dl_page *page)
{
    const dl_str strings[] = {page->title,   page->subtitle,    page->site, page->language,
                              page->section, page->description, page->text};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        check_str(strings[i]);
    check_strs(&page->byline);
    check_strs(&page->categories);
    check_strs(&page->tags);
    check_url(page->url);
    check_url(page->canonical);
    check_url(page->image);
    check_blocks(page);
    check_links(page);
    check_items(page);
    DL_ASSERT(page->kind_confidence >= 0 && page->kind_confidence <= 1);
    DL_ASSERT(page->confidence >= 0 && page->confidence <= 1);
}

static void write_out(const struct dl_page *page, dl_arena *arena, dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    dl_page_markdown(page, arena, out);
    dl_page_text(page, arena, out);
    DL_ASSERT(dl_buf_failed(out) == DL_OK);
    check_str(dl_buf_slice(out));
    dl_page_json(page, arena, json, yyjson_mut_doc_get_root(json));
    DL_ASSERT(dl_json_line(json, arena, out) == DL_OK);
    DL_ASSERT(dl_utf8_valid(dl_buf_slice(out), NULL));
}

static dl_str content_type(const uint8_t *data, size_t *size)
{
    static const char *const types[] = {
        "text/plain",
        "text/html; charset=utf-8",
        "text/html; charset=windows-1252",
        "text/html; charset=windows-1251",
        "text/html; charset=shift_jis",
        "text/html; charset=gb18030",
        "text/html; charset=iso-2022-jp",
        "application/xhtml+xml; charset=utf-16",
    };
    if (*size == 0 || data[*size - 1] >= sizeof types / sizeof *types) return (dl_str){NULL, 0};
    --*size;
    return dl_str_c(types[data[*size]]);
}

static bool read_and_check(dl_page_reader *reader, dl_arena *arena, const struct dl_page_input *in,
                           dl_buf *out)
{
    struct dl_page *page;
    struct dl_diag diag;
    if (dl_page_read(reader, arena, in, &page, &diag) != DL_OK) return false;
    check(page);
    write_out(page, arena, out);
    return true;
}

static void feed_item(dl_page_reader *reader, dl_arena *arena, const struct dl_page_input *in)
{
    struct dl_page *page;
    struct dl_diag diag;
    if (dl_page_fragment(reader, arena, in->bytes, in->url, &page, &diag) != DL_OK) return;
    dl_buf out = DL_BUF_INIT(OUT_MAX);
    check(page);
    write_out(page, arena, &out);
    dl_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dl_page_reader *reader;
    static dl_arena *arena;
    if (reader == NULL) reader = dl_page_reader_new();
    if (arena == NULL) arena = dl_arena_new(ARENA_MAX);
    DL_ASSERT(reader != NULL && arena != NULL);
    struct dl_page_input in = {.url = DL_STR("https://news.example/2024/03/25/a"),
                               .content_type = content_type(data, &size)};
    in.bytes = (dl_str){(const char *)data, size};
    dl_buf first = DL_BUF_INIT(OUT_MAX), second = DL_BUF_INIT(OUT_MAX);
    bool some = read_and_check(reader, arena, &in, &first);
    feed_item(reader, arena, &in);
    if (some && size % TWICE == 0) {
        DL_ASSERT(read_and_check(reader, arena, &in, &second));
        DL_ASSERT(dl_str_eq(dl_buf_slice(&first), dl_buf_slice(&second)));
    }
    dl_buf_free(&first);
    dl_buf_free(&second);
    dl_arena_reset(arena);
    return 0;
}
