/* Runs a fuzz target over the files of folders, and over their cuts and bit flips: the saved
 * corpus as an ordinary test. usage: fuzz_X FOLDER... */
#include <stdint.h>
#include <stdio.h>

#include "base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 4 << 20, MUTATIONS = 64 };

/* xorshift: the same mutations in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

static void run_with_mutations(dl_buf *input)
{
    uint8_t *p = (uint8_t *)input->p;
    uint32_t state = 2463534242u;
    LLVMFuzzerTestOneInput(p, input->n);
    for (int i = 0; i < MUTATIONS && input->n > 0; i++) {
        size_t at = next_random(&state) % input->n;
        if (i % 2 == 0) {
            LLVMFuzzerTestOneInput(p, at);
        } else {
            uint8_t old = p[at];
            p[at] = (uint8_t)next_random(&state);
            LLVMFuzzerTestOneInput(p, input->n);
            p[at] = old;
        }
    }
}

/* Inputs in a folder; 0: none, or it cannot be read, which is told. */
static size_t run_folder(dl_arena *arena, const char *folder)
{
    dl_str_vec paths;
    struct dl_diag diag = {0};
    enum dl_err err = dl_io_list(arena, folder, &paths, &diag);
    for (size_t i = 0; err == DL_OK && i < paths.n; i++) {
        dl_buf input = DL_BUF_INIT(INPUT_MAX + 1);
        err = dl_io_read_file(paths.p[i].p, INPUT_MAX, &input, &diag);
        if (err == DL_OK) run_with_mutations(&input);
        dl_buf_free(&input);
    }
    if (err == DL_OK) return paths.n;
    fprintf(stderr, "%s: %s\n", folder, diag.message);
    return 0;
}

int main(int argc, char **argv)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    size_t total = 0;
    if (arena == NULL || argc < 2) return 1;
    for (int i = 1; i < argc; i++) {
        size_t n = run_folder(arena, argv[i]);
        if (n == 0) return 1;
        total += n;
    }
    printf("%zu inputs, %d mutations each\n", total, MUTATIONS);
    dl_arena_free(arena);
    return 0;
}
