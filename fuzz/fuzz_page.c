/* Bytes to article: any page, any charset, any markup; spans must fit and text be valid. */
#include <stdint.h>

#include "base/utf8.h"
#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct dl_page *page)
{
    size_t last = 0;
    DL_ASSERT(dl_utf8_valid(page->text, NULL) && dl_utf8_valid(page->title, NULL));
    for (size_t i = 0; i < page->blocks.n; i++) {
        const struct dl_page_block *b = &page->blocks.p[i];
        DL_ASSERT(b->start >= last && b->start <= b->end && b->end <= page->text.n);
        DL_ASSERT(dl_utf8_is_border(page->text, b->start) && dl_utf8_is_border(page->text, b->end));
        last = b->end;
    }
    for (size_t i = 0; i < page->links.n; i++) {
        const struct dl_page_link *l = &page->links.p[i];
        DL_ASSERT(l->start <= l->end && l->end <= page->text.n);
        DL_ASSERT(dl_utf8_is_border(page->text, l->start) && dl_utf8_is_border(page->text, l->end));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dl_page_reader *reader;
    static dl_arena *arena;
    if (reader == NULL) reader = dl_page_reader_new();
    if (arena == NULL) arena = dl_arena_new(256 << 20);
    DL_ASSERT(reader != NULL && arena != NULL);
    struct dl_page_input in = {.bytes = {(const char *)data, size},
                               .url = DL_STR("https://news.example/2024/03/25/a")};
    struct dl_page *page;
    struct dl_diag diag;
    if (dl_page_read(reader, arena, &in, &page, &diag) == DL_OK) {
        dl_buf out = DL_BUF_INIT(64 << 20);
        yyjson_mut_doc *json = dl_json_new(arena);
        check(page);
        dl_page_markdown(page, &out);
        dl_page_json(page, arena, json, yyjson_mut_doc_get_root(json));
        DL_ASSERT(dl_json_line(json, arena, &out) == DL_OK);
        dl_buf_free(&out);
    }
    if (dl_page_fragment(reader, arena, in.bytes, in.url, &page, &diag) == DL_OK) check(page);
    dl_arena_reset(arena);
    return 0;
}
