/* A tagger and a parser are trained on a tiny invented treebank, and must then read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/io.h"
#include "lang/pack.h"
#include "lang/parse_text.h"
#include "train/learn.h"

static const char treebank[] =
    "1\tThe\t_\tDET\tDT\t_\t2\tdet\t_\t_\n2\tferry\t_\tNOUN\tNN\t_\t3\tnsubj\t_\t_\n"
    "3\tleft\t_\tVERB\tVBD\t_\t0\troot\t_\t_\n4\tthe\t_\tDET\tDT\t_\t5\tdet\t_\t_\n"
    "5\tharbour\t_\tNOUN\tNN\t_\t3\tobj\t_\t_\n6\t.\t_\tPUNCT\t.\t_\t3\tpunct\t_\t_\n\n"
    "1\tIlse\t_\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n2\tsaw\t_\tVERB\tVBD\t_\t0\troot\t_\t_\n"
    "3\tthe\t_\tDET\tDT\t_\t4\tdet\t_\t_\n4\tferry\t_\tNOUN\tNN\t_\t2\tobj\t_\t_\n"
    "5\t.\t_\tPUNCT\t.\t_\t2\tpunct\t_\t_\n\n"
    "1\tThe\t_\tDET\tDT\t_\t2\tdet\t_\t_\n2\tharbour\t_\tNOUN\tNN\t_\t4\tnsubj:pass\t_\t_\n"
    "3\twas\t_\tAUX\tVBD\t_\t4\taux:pass\t_\t_\n4\tclosed\t_\tVERB\tVBN\t_\t0\troot\t_\t_\n"
    "5\tby\t_\tADP\tIN\t_\t6\tcase\t_\t_\n6\tIlse\t_\tPROPN\tNNP\t_\t4\tobl:agent\t_\t_\n"
    "7\t.\t_\tPUNCT\t.\t_\t4\tpunct\t_\t_\n\n"
    "1\t渡輪\t_\tNOUN\tNN\t_\t2\tnsubj\t_\t_\n2\t離開\t_\tVERB\tVB\t_\t0\troot\t_\t_\n\n";

struct made {
    dl_buf tagger, parser;
    dl_tagger t;
    dl_parser p;
    dl_material m;
};

static void learn(struct made *made, bool net)
{
    char path[] = "/tmp/dateline-treebank-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(dl_io_write_fd(fd, treebank, sizeof treebank - 1), DL_OK);
    close(fd);
    struct dl_learn_options options = {
        .epochs = net ? 150 : 40, .scale = 16, .least = 2, .max_bytes = 1 << 20, .quiet = true};
    memset(made, 0, sizeof *made);
    dl_buf_init(&made->tagger, 1 << 20);
    dl_buf_init(&made->parser, 1 << 20);
    dl_material_init(&made->m);
    made->m.xpos = true;
    for (int i = 0; i < 3; i++) /* words are listed from three on */
        dl_material_read(&made->m, path, 0, false);
    unlink(path);
    dl_learn_tagger(&made->m, &options, 0, 0, &made->tagger);
    if (net)
        dl_learn_net(&made->m, &options, &made->parser);
    else
        dl_learn_parser(&made->m, &options, &made->parser);
    assert_int_equal(dl_tagger_open(&made->t, dl_buf_slice(&made->tagger), NULL), DL_OK);
    assert_int_equal(dl_parser_open(&made->p, dl_buf_slice(&made->parser), NULL), DL_OK);
}

static void forget(struct made *made)
{
    dl_buf_free(&made->tagger);
    dl_buf_free(&made->parser);
    dl_material_free(&made->m);
}

static void check_learned(bool net)
{
    struct made made;
    learn(&made, net);
    dl_grammar g = {.tagger = &made.t, .parser = &made.p, .english = true};
    for (size_t k = 0; k < 4; k++) {
        const dl_conllu_sentence *s = &made.m.p[k].text;
        dl_arena *arena = dl_arena_new(1 << 20);
        dl_str forms[8];
        dl_unit units[8] = {{0}};
        for (size_t i = 0; i < s->n; i++)
            forms[i] = s->words[i].form;
        assert_int_equal(dl_grammar_read_forms(&g, arena, forms, s->n, true, units), DL_OK);
        for (size_t i = 0; i < s->n; i++) {
            assert_true(
                dl_str_eq_c(s->words[i].upos, dl_upos_name(g.tagger->labels[units[i].tag].upos)));
            assert_true(dl_str_eq(s->words[i].xpos, made.t.labels[units[i].tag].xpos));
            assert_int_equal(units[i].head, s->words[i].head);
            assert_true(
                dl_str_eq(dl_parser_relation(&made.p, units[i].relation), s->words[i].deprel));
        }
        dl_arena_free(arena);
    }
    forget(&made);
}

static void test_learned_is_read(void **state)
{
    (void)state;
    check_learned(false);
    check_learned(true);
}

static void check_same_bytes(bool net)
{
    struct made one, two;
    learn(&one, net);
    learn(&two, net);
    assert_int_equal(one.tagger.n, two.tagger.n);
    assert_memory_equal(one.tagger.p, two.tagger.p, one.tagger.n);
    assert_int_equal(one.parser.n, two.parser.n);
    assert_memory_equal(one.parser.p, two.parser.p, one.parser.n);
    forget(&one);
    forget(&two);
}

static void test_same_material_same_bytes(void **state)
{
    (void)state;
    check_same_bytes(false);
    check_same_bytes(true);
}

/* One root, every head in the sentence, no circles: whatever the words. */
static void check_tree(const dl_unit *units, size_t n)
{
    size_t roots = 0;
    for (size_t i = 0; i < n; i++) {
        roots += units[i].head == 0;
        size_t steps = 0, at = i + 1;
        while (at != 0 && steps++ <= n)
            at = units[at - 1].head;
        assert_int_equal(at, 0);
    }
    assert_int_equal(roots, 1);
}

static void check_always_a_tree(bool net)
{
    struct made made;
    learn(&made, net);
    dl_grammar g = {.tagger = &made.t, .parser = &made.p};
    static const char *const some[] = {"the", "ferry", ".",   "وزیر", "北",
                                       "👍",   "by",    "was", "",     "-"};
    uint64_t seed = 7;
    for (size_t n = 1; n < 400; n += 1 + n / 8) {
        dl_arena *arena = dl_arena_new(16 << 20);
        dl_str forms[400];
        dl_unit units[400] = {{0}};
        for (size_t i = 0; i < n; i++)
            forms[i] = dl_str_c(some[dl_random(&seed) % 10]);
        assert_int_equal(dl_grammar_read_forms(&g, arena, forms, n, true, units), DL_OK);
        check_tree(units, n);
        dl_arena_free(arena);
    }
    forget(&made);
}

static void test_always_a_tree(void **state)
{
    (void)state;
    check_always_a_tree(false);
    check_always_a_tree(true);
}

static void test_units_of_text(void **state)
{
    (void)state;
    struct made made;
    learn(&made, false);
    dl_grammar g = {.tagger = &made.t, .parser = &made.p, .english = true};
    static const struct {
        const char *text, *units;
    } cases[] = {
        {"Ilse can't leave.", "Ilse|ca|n't|leave|.|"},
        {"He can’t.", "He|ca|n’t|.|"},
        {"A well-known two-time winner cannot", "A|well|-|known|two|-|time|winner|can|not|"},
        {"渡輪離開了。", "渡輪|離開|了|。|"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        dl_arena *arena = dl_arena_new(64 << 20);
        dl_pack pack;
        dl_words words;
        dl_sentences sentences;
        dl_unit *units;
        size_t n;
        dl_buf out = DL_BUF_INIT(1 << 16);
        assert_int_equal(dl_pack_load(&pack, arena, "en", NULL), DL_OK);
        assert_int_equal(dl_words_split(&pack, arena, dl_str_c(cases[k].text), &words), DL_OK);
        assert_int_equal(dl_sentences_find(&pack, arena, &words, &sentences), DL_OK);
        assert_int_equal(dl_grammar_read(&g, arena, &words, &sentences.p[0], true, &units, &n),
                         DL_OK);
        for (size_t i = 0; i < n; i++) {
            dl_buf_str(&out, dl_str_sub(words.text, units[i].start, units[i].end));
            dl_buf_byte(&out, '|');
        }
        assert_string_equal(out.p, cases[k].units);
        check_tree(units, n);
        dl_buf_free(&out);
        dl_arena_free(arena);
    }
    forget(&made);
}

/* A parser's file is no tagger's, and the other way round. */
static void test_models_are_not_mixed_up(void **state)
{
    (void)state;
    struct made made;
    learn(&made, false);
    assert_int_equal(dl_tagger_open(&made.t, dl_buf_slice(&made.parser), NULL), DL_ERR_SYNTAX);
    assert_int_equal(dl_parser_open(&made.p, dl_buf_slice(&made.tagger), NULL), DL_ERR_SYNTAX);
    forget(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learned_is_read),
        cmocka_unit_test(test_same_material_same_bytes),
        cmocka_unit_test(test_always_a_tree),
        cmocka_unit_test(test_units_of_text),
        cmocka_unit_test(test_models_are_not_mixed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
