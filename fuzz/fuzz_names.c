/* Names of any text; the first byte chooses the language, its highest bit whether the recogniser is
 * asked. Names lie in order within their sentences, none over another; short forms stand for names
 * that are there. */
#include <stdint.h>

#include "base/utf8.h"
#include "lang/names_refer.h"
#include "lang/ner.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const codes[] = {"en", "de", "es", "fr", "it", "pt", "ru", "uk",
                                    "ar", "fa", "tr", "zh", "ja", "th", "und"};
enum { LANGUAGES = sizeof codes / sizeof *codes };
static dl_pack pack[LANGUAGES];
static dl_gazetteer gazetteer;
static dl_phrases local[LANGUAGES];
static dl_model model[LANGUAGES];
static bool own[LANGUAGES];

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
    for (size_t i = 0; i < LANGUAGES; i++)
        DL_ASSERT(dl_pack_load(&pack[i], kept, codes[i], NULL) == DL_OK);
    DL_ASSERT(dl_gazetteer_load(&gazetteer, kept, &pack[0], NULL) == DL_OK);
    for (size_t i = 0; i < LANGUAGES; i++) {
        dl_str bytes, path = dl_str_fmt(kept, "models/ner-%s.bin", codes[i]);
        own[i] = dl_asset_get(path.p, &bytes);
        DL_ASSERT(own[i] || dl_asset_get("models/ner-und.bin", &bytes));
        DL_ASSERT(dl_model_open(&model[i], bytes, NULL) == DL_OK);
        DL_ASSERT(dl_gazetteer_language(&gazetteer, kept, &pack[i], &local[i], NULL) == DL_OK);
    }
    return 0;
}

static void check_names(const dl_words *w, const dl_entities *names, const dl_mentions *mentions)
{
    uint32_t before = 0;
    for (size_t i = 0; i < names->n; i++) {
        const dl_entity *e = &names->p[i];
        DL_ASSERT(e->first >= before && e->last > e->first && e->last <= w->n);
        DL_ASSERT(w->p[e->first].sentence == w->p[e->last - 1].sentence);
        DL_ASSERT(w->p[e->first].kind < DL_TOKEN_LINE && w->p[e->last - 1].kind < DL_TOKEN_LINE);
        DL_ASSERT(dl_entity_type_name((enum dl_entity_type)e->type) != NULL);
        before = e->last;
    }
    for (size_t i = 0; i < mentions->n; i++) {
        DL_ASSERT(mentions->p[i].entity < names->n);
        DL_ASSERT(mentions->p[i].first < mentions->p[i].last && mentions->p[i].last <= w->n);
        DL_ASSERT(i == 0 || mentions->p[i - 1].last <= mentions->p[i].first);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LLVMFuzzerInitialize(NULL, NULL);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL || size == 0) {
        dl_arena_free(arena);
        return 0;
    }
    size_t i = (data[0] & 127) % LANGUAGES;
    dl_str text = dl_utf8_repair(arena, (dl_str){(const char *)data + 1, size - 1});
    dl_words words;
    dl_sentences sentences;
    dl_entities names;
    dl_mentions mentions;
    struct dl_naming with = {.gazetteer = &gazetteer,
                             .countries = i > 0 ? &local[i] : NULL,
                             .pack = &pack[i],
                             .model = data[0] > 127 ? NULL : &model[i],
                             .bare = !own[i]};
    DL_ASSERT(dl_words_split(&pack[i], arena, text, &words) == DL_OK);
    DL_ASSERT(dl_sentences_find(&pack[i], arena, &words, &sentences) == DL_OK);
    DL_ASSERT(dl_names_find(&with, arena, &words, &sentences, DL_STR("DE"), &names) == DL_OK);
    DL_ASSERT(dl_names_refer(arena, &words, &names, &mentions) == DL_OK);
    check_names(&words, &names, &mentions);
    dl_arena_free(arena);
    return 0;
}
