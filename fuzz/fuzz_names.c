/* Names of any text; the first byte chooses the language, its highest bit whether the recogniser is
 * asked. Names lie in order within their sentences, none over another; short forms stand for names
 * that are there; places lie in order. */
#include <stdint.h>

#include "base/utf8.h"
#include "event/lexicons.h"
#include "lang/names_refer.h"
#include "lang/ner.h"
#include "lang/places.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const dl_lexicons *lexicons;
static dl_atlas atlas;
static dl_model model[DL_LEXICON_LANGUAGES + 1];
static bool own[DL_LEXICON_LANGUAGES + 1];

/* Of libFuzzer, before its clock runs; standalone.c does not call it. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (lexicons != NULL) return 0;
    dl_arena *kept = dl_arena_new(DL_ARENA_NO_CAP);
    DL_ASSERT(kept != NULL && dl_words_open(NULL) == DL_OK);
    DL_ASSERT(dl_lexicons_open(&lexicons, kept, NULL) == DL_OK);
    DL_ASSERT(dl_atlas_thaw(&atlas, &lexicons->atlas, NULL) == DL_OK);
    for (size_t i = 0; i <= lexicons->n; i++)
        DL_ASSERT(dl_ner_open(&model[i], lexicons->of[i].pack.code, &own[i], NULL) == DL_OK);
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

static void check_places(const dl_words *w, const dl_entities *names, const dl_places *places)
{
    for (size_t i = 0; i < places->n; i++) {
        DL_ASSERT(places->p[i].first < places->p[i].last && places->p[i].last <= w->n);
        DL_ASSERT(i == 0 || places->p[i - 1].first <= places->p[i].first);
    }
    for (size_t i = 0; i < names->n; i++)
        DL_ASSERT(names->p[i].place <= places->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LLVMFuzzerInitialize(NULL, NULL);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL || size == 0) {
        dl_arena_free(arena);
        return 0;
    }
    size_t i = (data[0] & 127) % (lexicons->n + 1);
    const struct dl_lexicon *of = &lexicons->of[i];
    dl_str text = dl_utf8_repair(arena, (dl_str){(const char *)data + 1, size - 1});
    dl_words words;
    dl_sentences sentences;
    dl_entities names;
    dl_mentions mentions;
    dl_places places;
    struct dl_naming with = {.gazetteer = &lexicons->gazetteer,
                             .atlas = &atlas,
                             .countries = i > 0 && i < lexicons->n ? &of->names : NULL,
                             .pack = &of->pack,
                             .model = data[0] > 127 ? NULL : &model[i],
                             .bare = !own[i]};
    DL_ASSERT(dl_words_split(&of->pack, arena, text, &words) == DL_OK);
    DL_ASSERT(dl_sentences_find(&of->pack, arena, &words, &sentences) == DL_OK);
    DL_ASSERT(dl_names_find(&with, arena, &words, &sentences, DL_STR("DE"), &names) == DL_OK);
    DL_ASSERT(dl_names_refer(arena, &words, &names, &mentions) == DL_OK);
    DL_ASSERT(dl_places_find(&with, arena, &words, DL_STR("DE"), &names, &places) == DL_OK);
    check_names(&words, &names, &mentions);
    check_places(&words, &names, &places);
    dl_arena_free(arena);
    return 0;
}
