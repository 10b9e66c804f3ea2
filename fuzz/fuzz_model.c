/* Files of weights from strangers: refused, or usable as tagger, parser, recogniser and reader of
 * statements. The checksum and the length are put right before the second try, so that what lies
 * behind them is reached. */
#include <stdint.h>

#include "claim/statements.h"
#include "lang/ner.h"
#include "lang/parse_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_with(dl_arena *arena, const dl_tagger *tagger, const dl_parser *parser)
{
    static const char *const forms[] = {"The", "old", "bridge", "of", "Bay", "fell", "."};
    enum { N = sizeof forms / sizeof *forms };
    dl_str words[N];
    dl_unit units[N] = {{0}};
    for (size_t i = 0; i < N; i++)
        words[i] = dl_str_c(forms[i]);
    dl_grammar g = {.tagger = tagger, .parser = parser};
    DL_ASSERT(dl_grammar_read_forms(&g, arena, words, N, parser != NULL, units) == DL_OK);
    for (size_t i = 0; i < N; i++)
        DL_ASSERT(units[i].tag < tagger->model.n_labels && units[i].head <= N);
}

/* A tagger that stands in where only the parser is a stranger's. */
static const dl_tagger *own_tagger(void)
{
    static dl_grammar g;
    static dl_arena *arena;
    if (arena == NULL) {
        arena = dl_arena_new(DL_ARENA_NO_CAP);
        DL_ASSERT(arena != NULL && dl_grammar_open(&g, arena, "en", NULL) == DL_OK);
    }
    return g.tagger;
}

/* A text with a cue and a quotation that no rule answers, read with the stranger's weights. */
static void read_statements(dl_arena *arena, const dl_learned *learned)
{
    static dl_pack pack;
    static dl_cues cues;
    static dl_arena *kept;
    if (kept == NULL) {
        kept = dl_arena_new(DL_ARENA_NO_CAP);
        DL_ASSERT(kept != NULL && dl_words_open(NULL) == DL_OK &&
                  dl_pack_load(&pack, kept, "fr", NULL) == DL_OK &&
                  dl_cues_load(&cues, kept, &pack, NULL) == DL_OK);
    }
    dl_words words;
    dl_statements found;
    struct dl_say_text text = {.cues = &cues, .words = &words, .learned = learned};
    dl_str said = DL_STR("« Le pont de la ville est fermé », lit-on dans la note. Le rapport dit.");
    DL_ASSERT(dl_words_split(&pack, arena, said, &words) == DL_OK &&
              dl_sentences_find(&pack, arena, &words, &text.sentences) == DL_OK &&
              dl_quotes_find(arena, &words, &text.quotations) == DL_OK &&
              dl_statements_find(&text, arena, &found) == DL_OK);
    for (size_t k = 0; k < found.n; k++)
        DL_ASSERT(found.p[k].n_content > 0 && found.p[k].source.last <= words.n &&
                  found.p[k].score <= 1);
}

static void open_as_all(dl_arena *arena, dl_str bytes)
{
    dl_model model;
    dl_tagger tagger;
    dl_parser parser;
    struct dl_diag diag = {0};
    enum dl_err err = dl_model_open(&model, bytes, &diag);
    DL_ASSERT(err == DL_OK || (err == DL_ERR_SYNTAX && diag.message[0] != '\0'));
    if (err != DL_OK) return;
    int32_t scores[DL_MODEL_MAX_LABELS] = {0};
    for (uint64_t f = 0; f < 64; f++)
        dl_model_add(&model, dl_feature(f, 1, 2, 3), scores);
    if (dl_tagger_open(&tagger, bytes, &diag) == DL_OK) read_with(arena, &tagger, NULL);
    if (dl_parser_open(&parser, bytes, &diag) == DL_OK) read_with(arena, own_tagger(), &parser);
    dl_learned learned;
    err = dl_learned_read(&learned, bytes, &diag);
    DL_ASSERT(err == DL_OK || err == DL_ERR_SYNTAX);
    if (err == DL_OK) read_statements(arena, &learned);
    err = dl_ner_check(&model, &diag);
    DL_ASSERT(err == DL_OK || err == DL_ERR_SYNTAX);
}

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int b = 0; b < 4; b++)
        p[b] = (uint8_t)(v >> (8 * b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    uint8_t *copy = arena == NULL ? NULL : dl_alloc(arena, size + 1);
    if (copy == NULL) return 0;
    open_as_all(arena, (dl_str){(const char *)data, size});
    memcpy(copy, data, size);
    if (size >= DL_MODEL_HEAD) {
        put_u32(copy + 12, (uint32_t)size);
        uint64_t sum = dl_hash64((dl_str){(const char *)copy + 24, size - 24});
        put_u32(copy + 16, (uint32_t)sum);
        put_u32(copy + 20, (uint32_t)(sum >> 32));
        open_as_all(arena, (dl_str){(const char *)copy, size});
    }
    dl_arena_free(arena);
    return 0;
}
