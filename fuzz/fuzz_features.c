/* Packed features from a store that may be damaged: refused, or as sound as their header says. */
#include <stdint.h>

#include "base/utf8.h"
#include "story/stories.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_twice(const struct dl_features *f)
{
    struct dl_stories *stories = dl_stories_new(NULL);
    struct dl_story_result r;
    for (uint64_t key = 1; stories != NULL && key <= 2; key++) {
        struct dl_story_doc doc = {.key = key, .features = f};
        DL_ASSERT(dl_stories_add(stories, &doc, &r) == DL_OK);
        DL_ASSERT(r.story >= 1 && r.story <= key);
    }
    dl_stories_free(stories);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ARENA = 4 << 20 };
    dl_arena *arena = dl_arena_new(ARENA);
    struct dl_features f, again;
    if (arena == NULL) return 0;
    if (dl_features_unpack(arena, (dl_str){(const char *)data, size}, &f) == DL_OK) {
        for (size_t i = 0; i < f.n_terms; i++)
            DL_ASSERT(dl_utf8_valid(f.terms[i].text, NULL));
        dl_str packed = dl_features_pack(arena, &f);
        DL_ASSERT(dl_features_unpack(arena, packed, &again) == DL_OK);
        DL_ASSERT(dl_str_eq(dl_features_pack(arena, &again), packed));
        add_twice(&f);
    }
    dl_arena_free(arena);
    return 0;
}
