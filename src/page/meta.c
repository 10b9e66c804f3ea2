#include "page/meta.h"

#include "net/url.h"
#include "page/title.h"

enum dl_err dl_meta_read(dl_arena *arena, const struct dl_blocks *blocks,
                         const struct dl_head *head, dl_str url, struct dl_meta *ret_meta)
{
    struct dl_meta m = {.blocks = blocks, .head = head};
    m.url = dl_url_resolve_web(arena, url, (dl_str){NULL, 0});
    m.base = m.url;
    *ret_meta = m;
    return dl_arena_failed(arena);
}

enum dl_err dl_meta_fill(dl_arena *arena, const struct dl_meta *m, struct dl_page *page)
{
    static const char *const descriptions[] = {"og:description", "description",
                                               "twitter:description", NULL};
    static const char *const sites[] = {"og:site_name", "application-name", NULL};
    page->description = dl_head_first(m->head, descriptions);
    page->site = dl_head_first(m->head, sites);
    struct dl_title_input in = {m->blocks, m->head, {NULL, 0}, page->site};
    return dl_title_find(arena, &in, &page->title);
}

enum dl_err dl_meta_finish(dl_arena *arena, const struct dl_meta *m, struct dl_page *page)
{
    (void)arena, (void)m, (void)page;
    return DL_OK;
}
