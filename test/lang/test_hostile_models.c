/* The shipped weights, damaged in every way: a coded error or a model that can be used, never a
 * crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/asset.h"
#include "lang/ner.h"
#include "lang/parse_text.h"

enum { FLIPS = 120 };
static const char *const files[] = {"models/tagger-it.bin", "models/parser-it.bin",
                                    "models/ner-tr.bin"};
enum { TAGGER, PARSER, NER, FILES };

static dl_arena *arena;
static dl_grammar italian;

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return arena != NULL && dl_grammar_open(&italian, arena, "it", NULL) == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_str bytes_of(size_t file)
{
    dl_str bytes;
    assert_true(dl_asset_get(files[file], &bytes));
    return bytes;
}

static void use(const dl_tagger *tagger, const dl_parser *parser)
{
    const dl_str forms[] = {DL_STR("Il"), DL_STR("ponte"), DL_STR("vecchio"), DL_STR("cadde"),
                            DL_STR(".")};
    enum { N = sizeof forms / sizeof *forms };
    dl_unit units[N] = {{0}};
    dl_grammar g = {.tagger = tagger, .parser = parser};
    assert_int_equal(dl_grammar_read_forms(&g, arena, forms, N, parser != NULL, units), DL_OK);
    for (size_t i = 0; i < N; i++)
        assert_true(units[i].tag < tagger->model.n_labels && units[i].head <= N);
}

/* Opens as what the file is; what opens must be of use. */
static enum dl_err open_as(size_t file, dl_str bytes)
{
    dl_tagger tagger;
    dl_parser parser;
    dl_model model;
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = DL_OK;
    if (file == TAGGER && (err = dl_tagger_open(&tagger, bytes, &diag)) == DL_OK)
        use(&tagger, NULL);
    if (file == PARSER && (err = dl_parser_open(&parser, bytes, &diag)) == DL_OK)
        use(italian.tagger, &parser);
    if (file == NER && (err = dl_model_open(&model, bytes, &diag)) == DL_OK)
        err = dl_ner_check(&model, &diag);
    if (err != DL_OK) {
        assert_int_equal(err, DL_ERR_SYNTAX);
        assert_true(diag.message[0] != '\0');
    }
    return err;
}

static char *copy_of(dl_str bytes)
{
    char *copy = malloc(bytes.n);
    assert_non_null(copy);
    memcpy(copy, bytes.p, bytes.n);
    return copy;
}

static void put_u32(char *p, uint32_t v)
{
    for (int b = 0; b < 4; b++)
        p[b] = (char)(v >> (8 * b));
}

/* As somebody would who means it: the checksum is right. */
static void sign(char *p, size_t n)
{
    uint64_t sum = dl_hash64((dl_str){p + 24, n - 24});
    put_u32(p + 16, (uint32_t)sum);
    put_u32(p + 20, (uint32_t)(sum >> 32));
}

static void cut_files_are_refused(void **state)
{
    (void)state;
    for (size_t f = 0; f < FILES; f++) {
        dl_str bytes = bytes_of(f);
        assert_int_equal(open_as(f, bytes), DL_OK);
        char *copy = copy_of(bytes);
        for (size_t n = 0; n < bytes.n; n += n < 2 * DL_MODEL_HEAD ? 1 : bytes.n / 16) {
            assert_int_equal(open_as(f, (dl_str){copy, n}), DL_ERR_SYNTAX);
            if (n < DL_MODEL_HEAD) continue;
            put_u32(copy + 12, (uint32_t)n);
            sign(copy, n);
            assert_int_equal(open_as(f, (dl_str){copy, n}), DL_ERR_SYNTAX);
        }
        free(copy);
    }
}

static void wrong_heads_are_refused(void **state)
{
    (void)state;
    static const uint32_t values[] = {0, 1, 3, 255, 256, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (size_t f = 0; f < FILES; f++) {
        dl_str bytes = bytes_of(f);
        char *copy = copy_of(bytes);
        for (size_t at = 0; at < DL_MODEL_HEAD; at += 4)
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                memcpy(copy, bytes.p, DL_MODEL_HEAD);
                put_u32(copy + at, values[v]);
                if (at >= 24) sign(copy, bytes.n);
                if (memcmp(copy, bytes.p, bytes.n) != 0)
                    assert_int_equal(open_as(f, (dl_str){copy, bytes.n}), DL_ERR_SYNTAX);
            }
        free(copy);
    }
}

/* xorshift: the same flips in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

static void flipped_bytes_do_no_harm(void **state)
{
    (void)state;
    uint32_t random = 2463534242u;
    for (size_t f = 0; f < FILES; f++) {
        dl_str bytes = bytes_of(f);
        char *copy = copy_of(bytes);
        for (int i = 0; i < FLIPS; i++) {
            /* half of them where names of labels and the first buckets stand */
            size_t at = next_random(&random) % (i % 2 == 0 ? 4096 : bytes.n);
            if (at < 24) continue;
            memcpy(copy, bytes.p, 24);
            copy[at] = (char)(copy[at] ^ (1 << next_random(&random) % 8));
            assert_int_equal(open_as(f, (dl_str){copy, bytes.n}), DL_ERR_SYNTAX);
            sign(copy, bytes.n);
            (void)open_as(f, (dl_str){copy, bytes.n});
            copy[at] = bytes.p[at];
        }
        free(copy);
    }
}

static void one_is_not_another(void **state)
{
    (void)state;
    for (size_t f = 0; f < FILES; f++)
        for (size_t as = 0; as < FILES; as++)
            assert_int_equal(open_as(as, bytes_of(f)), f == as ? DL_OK : DL_ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(wrong_heads_are_refused),
        cmocka_unit_test(flipped_bytes_do_no_harm),
        cmocka_unit_test(one_is_not_another),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
