/* Words, sentences and trees of any text; the first byte chooses the language. Tokens lie on
 * borders and in order, sentences hold all of them, units lie in their sentence, trees have one
 * root. */
#include <stdint.h>

#include "base/utf8.h"
#include "lang/pack.h"
#include "lang/parse_text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const codes[] = {"en", "de", "es", "fr", "it", "pt", "ru", "ar", "fa",
                                    "hi", "ja", "ko", "tr", "zh", "th", "uk", "und"};
enum { LANGUAGES = sizeof codes / sizeof *codes };
static dl_pack pack[LANGUAGES];
static dl_grammar grammar[LANGUAGES];

/* Of libFuzzer, before its clock runs; standalone.c does not call it. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static bool opened;
    (void)argc;
    (void)argv;
    if (opened) return 0;
    opened = true;
    dl_arena *kept = dl_arena_new(DL_ARENA_NO_CAP);
    DL_ASSERT(kept != NULL && dl_words_open(NULL) == DL_OK);
    for (size_t i = 0; i < LANGUAGES; i++) {
        DL_ASSERT(dl_pack_load(&pack[i], kept, codes[i], NULL) == DL_OK);
        enum dl_err err = dl_grammar_open(&grammar[i], kept, codes[i], NULL);
        DL_ASSERT(err == DL_OK || err == DL_ERR_NOT_FOUND);
    }
    return 0;
}

static void check_words(const dl_words *w, const dl_sentences *s)
{
    size_t before = 0, token = 0;
    for (size_t i = 0; i < w->n; i++) {
        const dl_token *t = &w->p[i];
        DL_ASSERT(t->start >= before && t->end >= t->start && t->end <= w->text.n);
        DL_ASSERT((t->end > t->start) == (t->kind < DL_TOKEN_LINE));
        DL_ASSERT(dl_utf8_is_border(w->text, t->start) && dl_utf8_is_border(w->text, t->end));
        before = t->end;
    }
    for (size_t i = 0; i < s->n; i++) {
        DL_ASSERT(s->p[i].first >= token && s->p[i].last > s->p[i].first);
        for (; token < s->p[i].first; token++)
            DL_ASSERT(w->p[token].kind >= DL_TOKEN_LINE);
        token = s->p[i].last;
    }
    for (; token < w->n; token++)
        DL_ASSERT(w->p[token].kind >= DL_TOKEN_LINE);
}

static void check_tree(dl_arena *arena, const dl_grammar *g, const dl_words *w,
                       const dl_sentence *s)
{
    dl_unit *units;
    size_t n, before = s->start, roots = 0;
    DL_ASSERT(dl_grammar_read(g, arena, w, s, true, &units, &n) == DL_OK);
    for (size_t i = 0; i < n; i++) {
        DL_ASSERT(units[i].start >= before && units[i].end > units[i].start);
        DL_ASSERT(units[i].end <= s->end && units[i].head <= n && units[i].head != i + 1);
        DL_ASSERT(dl_utf8_is_border(w->text, units[i].start));
        before = units[i].end;
        roots += units[i].head == 0;
    }
    DL_ASSERT(n == 0 || roots == 1 || g->parser == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LLVMFuzzerInitialize(NULL, NULL);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL || size == 0) {
        dl_arena_free(arena);
        return 0;
    }
    size_t i = data[0] % LANGUAGES;
    dl_str text = dl_utf8_repair(arena, (dl_str){(const char *)data + 1, size - 1});
    dl_words words;
    dl_sentences sentences;
    DL_ASSERT(dl_words_split(&pack[i], arena, text, &words) == DL_OK);
    DL_ASSERT(dl_sentences_find(&pack[i], arena, &words, &sentences) == DL_OK);
    check_words(&words, &sentences);
    for (size_t k = 0; grammar[i].tagger != NULL && k < sentences.n; k++)
        check_tree(arena, &grammar[i], &words, &sentences.p[k]);
    dl_arena_free(arena);
    return 0;
}
