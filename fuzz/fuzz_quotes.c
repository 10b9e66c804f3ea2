/* Any text: quotations lie in order, none in another, and tokens know the one they stand in. */
#include <stdint.h>

#include "base/utf8.h"
#include "claim/quotes.h"
#include "lang/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const dl_words *words, const dl_quotations *found)
{
    uint32_t end = 0;
    for (size_t k = 0; k < found->n; k++) {
        const dl_quotation *q = &found->p[k];
        DL_ASSERT(end <= q->first && q->first < q->last && q->last <= words->n);
        DL_ASSERT(q->words <= q->last - q->first);
        for (uint32_t i = q->first; i < q->last; i++)
            DL_ASSERT(words->p[i].quote == k + 1);
        end = q->last;
    }
    for (size_t i = 0; i < words->n; i++) {
        uint16_t quote = words->p[i].quote;
        if (quote == 0) continue;
        DL_ASSERT(quote <= found->n);
        DL_ASSERT(found->p[quote - 1].first <= i && i < found->p[quote - 1].last);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dl_pack pack;
    static dl_arena *kept;
    dl_str text = {(const char *)data, size};
    if (kept == NULL) {
        kept = dl_arena_new(DL_ARENA_NO_CAP);
        DL_ASSERT(kept != NULL && dl_words_open(NULL) == DL_OK);
        DL_ASSERT(dl_pack_load(&pack, kept, "en", NULL) == DL_OK);
    }
    if (!dl_utf8_valid(text, NULL)) return 0;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_words words;
    dl_sentences sentences;
    dl_quotations found;
    DL_ASSERT(dl_words_split(&pack, arena, text, &words) == DL_OK);
    DL_ASSERT(dl_sentences_find(&pack, arena, &words, &sentences) == DL_OK);
    DL_ASSERT(dl_quotes_find(arena, &words, &found) == DL_OK);
    check(&words, &found);
    dl_arena_free(arena);
    return 0;
}
