/* The first line is the URL, the rest the file. */
#include <stdint.h>

#include "base/utf8.h"
#include "net/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_arena *arena = dl_arena_new(64 << 20);
    if (arena == NULL) return 0;
    dl_str in = {(const char *)data, size};
    size_t line = dl_str_chr(in, '\n', 0);
    dl_str url = dl_str_sub(in, 0, line);
    struct dl_robots robots;
    const struct dl_robots_rule *rule = NULL;
    bool allowed;
    dl_str file = line == DL_NO_POS ? in : dl_str_sub(in, line + 1, in.n);
    if (dl_robots_parse(arena, file, DL_STR("dateline"), url, &robots) == DL_OK) {
        for (size_t i = 0; i < robots.n_rules; i++)
            DL_ASSERT(dl_utf8_valid(robots.rules[i].line, NULL));
        for (size_t i = 0; i < robots.n_sitemaps; i++)
            DL_ASSERT(dl_str_starts(robots.sitemaps[i], "http"));
        DL_ASSERT(dl_utf8_valid(robots.content_signal, NULL));
        if (dl_robots_check(&robots, arena, url, &allowed, &rule) == DL_OK)
            DL_ASSERT(rule == NULL ? allowed : allowed == rule->allow);
    }
    dl_arena_free(arena);
    return 0;
}
