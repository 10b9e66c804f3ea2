/* Any text: quotations lie in order, none in another, none over the end of a
 * paragraph; tokens know the one they stand in; one that goes on has one before it. */
#include <stdint.h>

#include "base/utf8.h"
#include "claim/quotes.h"
#include "lang/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What goes on has something to go on from: open at the end of the paragraph before. */
static void check_continued(const dl_quotations *found, size_t k)
{
    DL_ASSERT(k > 0);
    const dl_quotation *before = &found->p[k - 1], *q = &found->p[k];
    DL_ASSERT(!before->closed && before->paragraph + 1 == q->paragraph);
}

static void check(const dl_words *words, const dl_quotations *found)
{
    uint32_t end = 0;
    for (size_t k = 0; k < found->n; k++) {
        const dl_quotation *q = &found->p[k];
        DL_ASSERT(end <= q->first && q->first < q->last && q->last <= words->n);
        uint32_t counted = 0;
        for (uint32_t i = q->first; i < q->last; i++) {
            DL_ASSERT(words->p[i].quote == k + 1 && words->p[i].kind != DL_TOKEN_PARA);
            counted += words->p[i].kind == DL_TOKEN_WORD;
        }
        DL_ASSERT(q->words == counted && q->first > 0);
        DL_ASSERT(words->p[q->first - 1].kind == DL_TOKEN_PUNCT);
        if (q->closed && !q->dash) DL_ASSERT(words->p[q->last].kind == DL_TOKEN_PUNCT);
        DL_ASSERT(!(q->dash && q->continues));
        if (q->continues) check_continued(found, k);
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
    /* Marks found again are the same marks. */
    dl_quotations again;
    for (size_t i = 0; i < words.n; i++)
        words.p[i].quote = 0;
    DL_ASSERT(dl_quotes_find(arena, &words, &again) == DL_OK);
    DL_ASSERT(again.n == found.n);
    check(&words, &again);
    dl_arena_free(arena);
    return 0;
}
