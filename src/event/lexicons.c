#include "event/lexicons.h"

/* Only in programs that were linked with the image. */
extern const char dl_lexicons_image[] __attribute__((weak));
extern const char dl_lexicons_image_end[] __attribute__((weak));

size_t dl_lexicons_index(const dl_lexicons *lexicons, const char *base)
{
    size_t i = 0;
    while (i < lexicons->n && strcmp(base, lexicons->of[i].pack.code) != 0)
        i++;
    return i;
}

static enum dl_err read_language(struct dl_lexicon *l, dl_arena *arena, const char *code,
                                 struct dl_diag *diag)
{
    DL_TRY(dl_pack_load(&l->pack, arena, code, diag));
    DL_TRY(dl_cues_load(&l->cues, arena, &l->pack, diag));
    return dl_acts_load(&l->acts, arena, &l->pack, diag);
}

enum dl_err dl_lexicons_read(const dl_lexicons **ret_lexicons, dl_arena *arena,
                             struct dl_diag *diag)
{
    char codes[DL_LEXICON_LANGUAGES][8];
    dl_lexicons *all = DL_NEW(arena, dl_lexicons);
    if (all == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_lexicon_languages(codes, &all->n, diag));
    all->of = DL_NEW_ARRAY(arena, struct dl_lexicon, all->n + 1);
    if (all->of == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < all->n; i++)
        DL_TRY(read_language(&all->of[i], arena, codes[i], diag));
    DL_TRY(read_language(&all->of[all->n], arena, "und", diag));
    DL_TRY(dl_gazetteer_load(&all->gazetteer, arena, &all->of[0].pack, diag));
    for (size_t i = 1; i < all->n; i++)
        DL_TRY(dl_gazetteer_language(&all->gazetteer, arena, &all->of[i].pack, &all->of[i].names,
                                     diag));
    DL_TRY(dl_atlas_open(&all->atlas, arena, diag));
    *ret_lexicons = all;
    return dl_arena_failed(arena);
}

enum dl_err dl_lexicons_freeze(const dl_lexicons *lexicons, dl_arena *arena, dl_buf *out,
                               struct dl_diag *diag)
{
    dl_freezer *f = dl_freezer_new(arena);
    if (f == NULL) return dl_arena_failed(arena);
    dl_freeze_block(f, lexicons, sizeof *lexicons, DL_FROZEN_POINTERS);
    dl_freeze_array(f, &lexicons->of, (lexicons->n + 1) * sizeof *lexicons->of, DL_FROZEN_POINTERS);
    for (size_t i = 0; i <= lexicons->n; i++) {
        const struct dl_lexicon *l = &lexicons->of[i];
        dl_pack_freeze(f, &l->pack);
        dl_cues_freeze(f, &l->cues);
        dl_acts_freeze(f, &l->acts);
        dl_phrases_freeze(f, &l->names);
    }
    dl_gazetteer_freeze(f, &lexicons->gazetteer);
    dl_atlas_freeze(f, &lexicons->atlas);
    return dl_freezer_write(f, out, diag);
}

enum dl_err dl_lexicons_thaw(const dl_lexicons **ret_lexicons, dl_arena *arena, dl_str image,
                             struct dl_diag *diag)
{
    const void *root;
    DL_TRY(dl_frozen_open(arena, image, &root, diag));
    *ret_lexicons = root;
    return DL_OK;
}

enum dl_err dl_lexicons_open(const dl_lexicons **ret_lexicons, dl_arena *arena,
                             struct dl_diag *diag)
{
    if (dl_lexicons_image_end == NULL) return dl_lexicons_read(ret_lexicons, arena, diag);
    dl_str image = {dl_lexicons_image, (size_t)(dl_lexicons_image_end - dl_lexicons_image)};
    return dl_lexicons_thaw(ret_lexicons, arena, image, diag);
}
