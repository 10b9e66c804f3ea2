/* Makes the image of all lexicons that the program is linked with (src/event/lexicons.h), and
 * checks the weights of models/ (lang/model.h, lang/parse_net.h).
 *
 *     freeze-lexicons IMAGE ASSEMBLY
 *
 * ASSEMBLY takes IMAGE in. Exit 1 with the reason, for a bad line of lexicon/ too. */
#include <stdio.h>

#include "event/lexicons.h"
#include "lang/parse_net.h"

enum { IMAGE_MAX = 256 << 20 };

static bool put(const char *path, dl_str bytes)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return false;
    bool written = fwrite(bytes.p, 1, bytes.n, file) == bytes.n;
    return fclose(file) == 0 && written;
}

static bool put_assembly(const char *path, const char *image)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) return false;
    bool written = fprintf(file,
                           "    .section .rodata\n    .balign 4096\n"
                           "    .global dl_lexicons_image\n    .hidden dl_lexicons_image\n"
                           "dl_lexicons_image:\n    .incbin \"%s\"\n"
                           "    .global dl_lexicons_image_end\n    .hidden dl_lexicons_image_end\n"
                           "dl_lexicons_image_end:\n    .byte 0\n"
                           "    .section .note.GNU-stack,\"\",%%progbits\n",
                           image) > 0;
    return fclose(file) == 0 && written;
}

static enum dl_err check_models(struct dl_diag *diag)
{
    size_t pos = 0;
    dl_str name, bytes;
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_asset_next("models/", &pos, &name, &bytes))
        err =
            dl_parse_net_is(bytes) ? dl_parse_net_check(bytes, diag) : dl_model_check(bytes, diag);
    return err;
}

static enum dl_err freeze(dl_arena *arena, dl_buf *out, struct dl_diag *diag)
{
    const dl_lexicons *lexicons;
    if (arena == NULL) return DL_ERR_NOMEM;
    DL_TRY(check_models(diag));
    DL_TRY(dl_words_open(diag));
    DL_TRY(dl_lexicons_read(&lexicons, arena, diag));
    return dl_lexicons_freeze(lexicons, arena, out, diag);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_buf image = DL_BUF_INIT(IMAGE_MAX);
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = freeze(arena, &image, &diag);
    bool done =
        err == DL_OK && put(argv[1], dl_buf_slice(&image)) && put_assembly(argv[2], argv[1]);
    if (!done) fprintf(stderr, "freeze-lexicons: %s\n", err == DL_OK ? argv[1] : diag.message);
    dl_buf_free(&image);
    dl_arena_free(arena);
    return done ? 0 : 1;
}
