/* Packed sayings from a store that may be damaged: refused, or sound enough to make claims of. */
#include <stdint.h>

#include "base/utf8.h"
#include "story/claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void claim_twice(dl_arena *arena, const struct dl_sayings *s)
{
    struct dl_claim_doc docs[2];
    for (uint32_t i = 0; i < 2; i++) {
        docs[i] = (struct dl_claim_doc){.outlet = i == 0 ? DL_STR("a") : DL_STR("b"), .sayings = s};
        docs[i].copy_of = docs[i].translation_of = docs[i].revision_of = DL_NO_DOCUMENT;
    }
    struct dl_claims_input in = {docs, 2, NULL, 0};
    struct dl_claims claims;
    DL_ASSERT(dl_claims_of_story(arena, &in, &claims) == DL_OK);
    for (size_t i = 0; i < claims.n; i++)
        DL_ASSERT(claims.p[i].origins_min <= claims.p[i].origins_max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ARENA = 64 << 20 };
    dl_arena *arena = dl_arena_new(ARENA);
    struct dl_sayings s, again;
    if (arena == NULL) return 0;
    if (dl_sayings_unpack(arena, (dl_str){(const char *)data, size}, &s) == DL_OK) {
        for (size_t i = 0; i < s.n_sayings; i++)
            DL_ASSERT(dl_utf8_valid(s.sayings[i].text, NULL));
        dl_str packed = dl_sayings_pack(arena, &s);
        DL_ASSERT(dl_sayings_unpack(arena, packed, &again) == DL_OK);
        DL_ASSERT(dl_str_eq(dl_sayings_pack(arena, &again), packed));
        claim_twice(arena, &s);
    }
    dl_arena_free(arena);
    return 0;
}
