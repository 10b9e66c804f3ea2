/* The arithmetic of nets, the greatest tree against all trees, and files that are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/io.h"
#include "lang/parse.h"
#include "lang/spanning.h"
#include "train/learn.h"

static int32_t some(uint64_t *seed, int32_t most)
{
    return (int32_t)(dl_random(seed) % (2 * (uint64_t)most + 1)) - most;
}

static void test_layer_is_the_sum(void **state)
{
    (void)state;
    enum { IN = 48, OUT = 80 };
    static uint8_t bytes[2 * IN * OUT + 4 * OUT + 1];
    uint64_t seed = 5;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)dl_random(&seed);
    int16_t x[IN];
    int32_t y[OUT];
    for (size_t i = 0; i < IN; i++)
        x[i] = (int16_t)some(&seed, 4095);
    /* at an odd address: it is read where it lies */
    dl_layer layer = {bytes + 1, bytes + 1 + 2 * IN * OUT, IN, OUT};
    dl_layer_apply(&layer, x, y);
    for (size_t o = 0; o < OUT; o++) {
        int64_t sum = (int32_t)dl_model_u32(layer.bias + 4 * o);
        for (size_t i = 0; i < IN; i++) {
            const uint8_t *w = layer.weights + 4 * (i / 2 * OUT + o) + 2 * (i % 2);
            sum += (int64_t)x[i] * (int16_t)(w[0] | w[1] << 8);
        }
        assert_int_equal(y[o], (int32_t)(uint32_t)(uint64_t)sum);
    }
    int64_t dot = 0;
    for (size_t i = 0; i < IN; i++)
        dot += (int64_t)x[i] * x[i];
    assert_int_equal(dl_layer_dot(x, x, IN), dot);
}

/* A cell whose gates are open keeps and shows what comes; closed ones neither. */
static void test_cells(void **state)
{
    (void)state;
    enum { N = 16, OPEN = 5 << 20 };
    int32_t z[4 * N], cell[N];
    int16_t out[N];
    for (size_t i = 0; i < N; i++) {
        z[i] = i % 2 == 0 ? OPEN : -OPEN; /* in */
        z[N + i] = -OPEN;                 /* keep */
        z[2 * N + i] = OPEN;              /* new */
        z[3 * N + i] = OPEN;              /* show */
        cell[i] = 1 << 12;
    }
    dl_layer_cells(z, cell, out, N);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(cell[i], i % 2 == 0 ? 1 << 12 : 0);
        assert_int_equal(out[i], i % 2 == 0 ? 3 << 7 : 0); /* f(1) = 0.75 */
    }
}

static bool one_tree(const uint32_t *heads, size_t n)
{
    size_t roots = 0;
    for (size_t d = 1; d <= n; d++) {
        size_t at = d, steps = 0;
        roots += heads[d - 1] == 0;
        while (at != 0 && steps++ <= n)
            at = heads[at - 1];
        if (at != 0) return false;
    }
    return roots == 1;
}

static int64_t sum_of(const int32_t *scores, const uint32_t *heads, size_t n)
{
    int64_t sum = 0;
    for (size_t d = 1; d <= n; d++)
        sum += scores[d * (n + 1) + heads[d - 1]];
    return sum;
}

static int64_t best_of_all(const int32_t *scores, size_t n)
{
    int64_t best = INT64_MIN;
    uint32_t heads[6] = {0};
    for (;;) {
        if (one_tree(heads, n) && sum_of(scores, heads, n) > best) best = sum_of(scores, heads, n);
        size_t k = 0;
        while (k < n && ++heads[k] > n)
            heads[k++] = 0;
        if (k == n) return best;
    }
}

static void test_greatest_tree(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (size_t round = 0; round < 400; round++) {
        size_t n = 1 + round % 5;
        int32_t scores[49];
        uint32_t heads[6];
        dl_arena *arena = dl_arena_new(1 << 20);
        for (size_t i = 0; i < (n + 1) * (n + 1); i++)
            scores[i] = some(&seed, round % 2 == 0 ? 9 : 1 << 20);
        assert_int_equal(dl_spanning_tree(arena, scores, n, heads), DL_OK);
        assert_true(one_tree(heads, n));
        assert_int_equal(sum_of(scores, heads, n), best_of_all(scores, n));
        dl_arena_free(arena);
    }
}

static void test_great_sentence(void **state)
{
    (void)state;
    enum { N = 300 };
    static int32_t scores[(N + 1) * (N + 1)];
    uint32_t heads[N];
    uint64_t seed = 3;
    dl_arena *arena = dl_arena_new(64 << 20);
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++)
        scores[i] = some(&seed, DL_SPANNING_MAX_SCORE);
    assert_int_equal(dl_spanning_tree(arena, scores, N, heads), DL_OK);
    assert_true(one_tree(heads, N));
    dl_arena_free(arena);
}

static const char treebank[] =
    "1\tIlse\t_\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n2\tsaw\t_\tVERB\tVBD\t_\t0\troot\t_\t_\n"
    "3\tthe\t_\tDET\tDT\t_\t4\tdet\t_\t_\n4\tferry\t_\tNOUN\tNN\t_\t2\tobj\t_\t_\n\n"
    "1\tFerry\t_\tNOUN\tNN\t_\t2\tnsubj\t_\t_\n2\tsinks\t_\tVERB\tVBZ\t_\t0\troot\t_\t_\n\n";

static void learn(dl_buf *out)
{
    char path[] = "/tmp/dateline-treebank-XXXXXX";
    int fd = mkstemp(path);
    dl_material m;
    struct dl_learn_options options = {.epochs = 2, .max_bytes = 2 << 20, .quiet = true};
    assert_true(fd >= 0);
    assert_int_equal(dl_io_write_fd(fd, treebank, sizeof treebank - 1), DL_OK);
    close(fd);
    dl_material_init(&m);
    m.xpos = true;
    dl_material_read(&m, path, 0, false);
    unlink(path);
    dl_buf_init(out, 2 << 20);
    dl_learn_net(&m, &options, out);
    dl_material_free(&m);
}

static void sign(char *bytes, size_t n)
{
    uint64_t sum = dl_hash64((dl_str){bytes + 24, n - 24});
    for (size_t k = 0; k < 8; k++)
        bytes[16 + k] = (char)(sum >> 8 * k);
}

/* Whatever is written in it, and with the right sum: refused, or read without harm. */
static void test_damaged(void **state)
{
    (void)state;
    dl_buf bytes;
    dl_parser *parser = malloc(sizeof *parser);
    uint64_t seed = 9;
    learn(&bytes);
    char *copy = malloc(bytes.n);
    assert_true(copy != NULL && parser != NULL);
    for (size_t n = 0; n < bytes.n; n += 1 + bytes.n / 50)
        assert_int_equal(dl_parser_open(parser, (dl_str){bytes.p, n}, NULL), DL_ERR_SYNTAX);
    for (size_t round = 0; round < 300; round++) {
        memcpy(copy, bytes.p, bytes.n);
        size_t at = 24 + dl_random(&seed) % (round % 2 == 0 ? 400 : bytes.n - 24);
        copy[at] = (char)(copy[at] ^ (1 + dl_random(&seed) % 255));
        assert_int_equal(dl_parser_open(parser, (dl_str){copy, bytes.n}, NULL), DL_ERR_SYNTAX);
        sign(copy, bytes.n);
        if (dl_parser_open(parser, (dl_str){copy, bytes.n}, NULL) != DL_OK) continue;
        dl_arena *arena = dl_arena_new(1 << 20);
        dl_parse_word words[4] = {{.norm = 3}, {.fine = 5}, {.suffix = 7}, {.shape = 9}};
        dl_parse_arc arcs[4];
        uint32_t heads[4];
        assert_int_equal(dl_parser_parse(parser, arena, words, 4, arcs), DL_OK);
        for (size_t i = 0; i < 4; i++) {
            heads[i] = arcs[i].head;
            assert_true(dl_parser_relation(parser, arcs[i].relation).n > 0);
        }
        assert_true(one_tree(heads, 4));
        dl_arena_free(arena);
    }
    free(copy);
    free(parser);
    dl_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layer_is_the_sum), cmocka_unit_test(test_cells),
        cmocka_unit_test(test_greatest_tree),    cmocka_unit_test(test_great_sentence),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
