/* CoNLL-U of strangers: refused with a line's number, or what is printed reads back the same. */
#include <stdint.h>

#include "lang/conllu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum dl_err print_all(dl_arena *arena, dl_str text, dl_buf *out)
{
    dl_conllu_reader reader = {.rest = text};
    dl_conllu_sentence s;
    struct dl_diag diag = {0};
    enum dl_err err;
    while ((err = dl_conllu_next(&reader, arena, &s, &diag)) == DL_OK) {
        DL_ASSERT(s.n > 0 && s.n <= DL_CONLLU_MAX_WORDS);
        for (size_t i = 0; i < s.n; i++)
            DL_ASSERT(s.words[i].form.n > 0 && s.words[i].head <= s.n);
        dl_conllu_print(&s, out);
    }
    DL_ASSERT(err == DL_ERR_NOT_FOUND || (err == DL_ERR_SYNTAX && diag.message[0] != '\0'));
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (arena == NULL) return 0;
    dl_buf once = DL_BUF_INIT(64 << 20), again = DL_BUF_INIT(64 << 20);
    print_all(arena, (dl_str){(const char *)data, size}, &once);
    DL_ASSERT(print_all(arena, dl_buf_slice(&once), &again) == DL_ERR_NOT_FOUND);
    DL_ASSERT(dl_str_eq(dl_buf_slice(&once), dl_buf_slice(&again)));
    dl_buf_free(&once);
    dl_buf_free(&again);
    dl_arena_free(arena);
    return 0;
}
