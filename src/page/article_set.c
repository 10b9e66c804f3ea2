#include "base/utf8.h"
#include "net/url.h"
#include "page/article.h"

enum { LINKS_MAX = 5000 /* of one article; resolving more is not worth the time */ };

/* Long cells are layout, not data. */
enum { CELL_CHARS = 200 };

static uint8_t kind_of(const struct dl_run *r)
{
    bool layout = r->kind == DL_BLOCK_TABLE && r->chars > CELL_CHARS;
    return layout ? DL_BLOCK_PARAGRAPH : r->kind;
}

struct setter {
    dl_arena *arena;
    const struct dl_blocks *b;
    struct dl_page *page;
    dl_str base;
    dl_buf out;
    size_t link; /* next of b->links */
    enum dl_err err;
};

static void put_links(struct setter *s, const struct dl_run *r, size_t at)
{
    while (s->link < s->b->links.n && s->b->links.p[s->link].end <= r->start)
        s->link++;
    for (; s->link < s->b->links.n; s->link++) {
        const struct dl_run_link *l = &s->b->links.p[s->link];
        if (l->start >= r->end) return;
        if (s->page->links.n >= LINKS_MAX || l->start < r->start || l->end > r->end) continue;
        struct dl_page_link link = {.start = at + l->start - r->start,
                                    .end = at + l->end - r->start};
        link.href = dl_url_resolve_web(s->arena, dl_str_trim(l->href), s->base);
        if (link.href.n == 0) continue;
        if (dl_vec_push(s->arena, &s->page->links, link) != DL_OK) s->err = DL_ERR_TOO_BIG;
    }
}

static void put_run(struct setter *s, const struct dl_run *r)
{
    uint8_t kind = kind_of(r);
    struct dl_page_block *last =
        s->page->blocks.n > 0 ? &s->page->blocks.p[s->page->blocks.n - 1] : NULL;
    bool cell = kind == DL_BLOCK_TABLE && (r->flags & DL_RUN_CELL) != 0 && last != NULL &&
                last->kind == DL_BLOCK_TABLE;
    if (s->out.n > 0) dl_buf_c(&s->out, cell ? "\t" : "\n\n");
    size_t at = s->out.n;
    dl_buf_str(&s->out, dl_run_text(s->b, r));
    put_links(s, r, at);
    struct dl_page_block block = {at, s->out.n, kind};
    if (cell)
        last->end = s->out.n;
    else if (dl_vec_push(s->arena, &s->page->blocks, block) != DL_OK)
        s->err = DL_ERR_TOO_BIG;
}

enum dl_err dl_article_set(dl_arena *arena, const struct dl_blocks *blocks, const uint8_t *keep,
                           dl_str base, uint32_t *at, struct dl_page *page)
{
    struct setter s = {.arena = arena, .b = blocks, .page = page, .base = base};
    dl_buf_init(&s.out, 2 * blocks->text.n + 16);
    for (size_t i = 0; i < blocks->runs.n; i++)
        if (keep == NULL || keep[i] != 0) {
            put_run(&s, &blocks->runs.p[i]);
            size_t n = blocks->runs.p[i].end - blocks->runs.p[i].start;
            if (at != NULL) at[i] = (uint32_t)(s.out.n >= n ? s.out.n - n : 0);
        }
    page->text = dl_str_dup(arena, dl_buf_slice(&s.out));
    enum dl_err err = dl_buf_failed(&s.out);
    dl_buf_free(&s.out);
    if (err == DL_OK) err = s.err;
    return err != DL_OK ? err : dl_arena_failed(arena);
}
