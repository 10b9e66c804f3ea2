/* The first line is the base (may be empty), the rest the URL. Parsing what was serialised gives
 * the same bytes; the canonical form is its own canonical form. */
#include "net/url.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_arena *arena = dl_arena_new(64 << 20);
    if (arena == NULL) return 0;
    const dl_str none = {NULL, 0};
    dl_str in = {(const char *)data, size};
    size_t line = dl_str_chr(in, '\n', 0);
    dl_str base = line == DL_NO_POS ? none : dl_str_sub(in, 0, line);
    dl_str text = line == DL_NO_POS ? in : dl_str_sub(in, line + 1, in.n);
    struct dl_url url, again;
    if (dl_url_parse(arena, text, base, &url) == DL_OK) {
        if (url.href.n <= DL_URL_MAX && dl_url_parse(arena, url.href, none, &again) == DL_OK)
            DL_ASSERT(dl_str_eq(again.href, url.href));
        dl_str canonical = dl_url_canonical(arena, &url);
        if (canonical.n <= DL_URL_MAX && dl_url_parse(arena, canonical, none, &again) == DL_OK)
            DL_ASSERT(dl_str_eq(dl_url_canonical(arena, &again), canonical));
        (void)dl_url_surt(arena, &url);
        (void)dl_url_registrable(arena, url.host);
    }
    dl_arena_free(arena);
    return 0;
}
