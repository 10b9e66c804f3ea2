/* The first line is a Link header, the second a signature, the rest a body. What comes out of a
 * Link header are addresses of http(s), also when they go through it again; a challenge that may be
 * sent back holds no line. */
#include "feed/websub.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_arena *arena = dl_arena_new(64 << 20);
    if (arena == NULL) return 0;
    dl_str rest = {(const char *)data, size}, header = {NULL, 0}, signature = {NULL, 0};
    (void)dl_str_line(&rest, &header);
    (void)dl_str_line(&rest, &signature);
    struct dl_websub_links links, again;
    if (dl_websub_links(arena, header, DL_STR("https://a.example/"), &links) == DL_OK) {
        DL_ASSERT(links.hubs.n <= DL_WEBSUB_LINKS);
        for (size_t i = 0; i < links.hubs.n; i++) {
            dl_str hub = links.hubs.p[i];
            DL_ASSERT(dl_str_starts(hub, "http://") || dl_str_starts(hub, "https://"));
            dl_str line = dl_str_fmt(arena, "<%.*s>; rel=hub", DL_FMT(hub));
            if (dl_websub_links(arena, line, (dl_str){NULL, 0}, &again) == DL_OK)
                DL_ASSERT(again.hubs.n == 1 && dl_str_eq(again.hubs.p[0], hub));
        }
    }
    (void)dl_websub_is_signed(signature, DL_STR("secret"), rest);
    if (dl_websub_challenge_is_sound(signature))
        DL_ASSERT(dl_str_chr(signature, '\n', 0) == DL_NO_POS);
    (void)dl_websub_lease(signature);
    struct dl_websub_ask ask = {.topic = header, .callback = signature, .secret = DL_STR("s")};
    dl_str form = dl_websub_form(arena, &ask);
    for (size_t i = 0; i < form.n; i++)
        DL_ASSERT(form.p[i] > ' ' && form.p[i] <= '~');
    dl_arena_free(arena);
    return 0;
}
