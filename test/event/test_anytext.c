/* Any text under any label of language: spans on borders and in order, the same bytes again.
 * usage: test_anytext [FOLDER...]: files of folders are read as texts, too. */
#include "anytext.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/utf8.h"
#include "event/analyse.h"
#include "lang/pack.h"
#include "lang/parse_text.h"
#include "spans.h"

static const char *const labels[] = {"en", "ru", "ar", "fa", "zh", "ja", "th",
                                     "tr", "fr", "de", "uk", "xx", ""};
static const char *const grammars[] = {"en", "de", "es", "fr", "it", "pt", "ru",
                                       "ar", "fa", "hi", "ja", "ko", "tr", "zh"};
enum { LABELS = sizeof labels / sizeof *labels, GRAMMARS = sizeof grammars / sizeof *grammars };

static dl_arena *kept;
static dl_analyser *analyser;
static dl_grammar grammar[GRAMMARS];
static dl_pack pack[GRAMMARS];
static int n_folders;
static char **folders;

static int setup(void **state)
{
    (void)state;
    kept = dl_arena_new(DL_ARENA_NO_CAP);
    if (kept == NULL || dl_analyser_new(&analyser, NULL) != DL_OK) return 1;
    for (size_t i = 0; i < GRAMMARS; i++)
        if (dl_grammar_open(&grammar[i], kept, grammars[i], NULL) != DL_OK ||
            dl_pack_load(&pack[i], kept, grammars[i], NULL) != DL_OK)
            return 1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dl_analyser_free(analyser);
    dl_arena_free(kept);
    return 0;
}

/* --- the record ----------------------------------------------------------------------------- */

/* One behind the other, none over another. */
static void check_order(yyjson_mut_val *root, const char *name)
{
    size_t i, max, before = 0;
    yyjson_mut_val *child;
    yyjson_mut_arr_foreach(yyjson_mut_obj_get(root, name), i, max, child)
    {
        size_t start = (size_t)yyjson_mut_get_int(yyjson_mut_obj_get(child, "start"));
        assert_true(start >= before);
        before = (size_t)yyjson_mut_get_int(yyjson_mut_obj_get(child, "end"));
    }
}

static dl_str analyse(dl_arena *arena, dl_str text, const char *label)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    struct dl_analyse_input in = {.text = text, .language = dl_str_c(label)};
    dl_buf out = DL_BUF_INIT(64 << 20);
    assert_true(dl_time_parse(DL_STR("2031-05-14T10:00:00Z"), &in.published));
    enum dl_err err = dl_analyse(analyser, arena, &in, json, root, NULL);
    if (err == DL_ERR_EMPTY || err == DL_ERR_TOO_BIG) return (dl_str){NULL, 0};
    assert_int_equal(err, DL_OK);
    assert_true(spans_sound(root, text));
    check_order(root, "sentences");
    check_order(root, "entities");
    check_order(root, "places");
    check_order(root, "times");
    assert_int_equal(dl_json_line(json, arena, &out), DL_OK);
    dl_str line = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    assert_true(dl_utf8_valid(line, NULL));
    return line;
}

/* --- words, sentences and trees --------------------------------------------------------------- */

static void check_words(const dl_words *w, const dl_sentences *s)
{
    size_t before = 0;
    for (size_t i = 0; i < w->n; i++) {
        const dl_token *t = &w->p[i];
        assert_true(t->start >= before && t->end >= t->start && t->end <= w->text.n);
        assert_true((t->end > t->start) == (t->kind < DL_TOKEN_LINE));
        assert_true(dl_utf8_is_border(w->text, t->start) && dl_utf8_is_border(w->text, t->end));
        before = t->end;
    }
    size_t token = 0;
    for (size_t i = 0; i < s->n; i++) {
        const dl_sentence *one = &s->p[i];
        assert_true(one->first >= token && one->last > one->first && one->last <= w->n);
        for (; token < one->first; token++) /* only line ends stand between sentences */
            assert_true(w->p[token].kind >= DL_TOKEN_LINE);
        assert_int_equal(one->start, w->p[one->first].start);
        assert_int_equal(one->end, w->p[one->last - 1].end);
        token = one->last;
    }
    for (; token < w->n; token++)
        assert_true(w->p[token].kind >= DL_TOKEN_LINE);
}

static void check_tree(const dl_sentence *s, const dl_unit *units, size_t n)
{
    size_t before = s->start, roots = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(units[i].start >= before && units[i].end > units[i].start);
        assert_true(units[i].end <= s->end && units[i].head <= n && units[i].head != i + 1);
        before = units[i].end;
        roots += units[i].head == 0;
    }
    assert_true(n == 0 || roots == 1);
}

static void parse(dl_arena *arena, dl_str text, size_t i)
{
    dl_words words;
    dl_sentences sentences;
    assert_int_equal(dl_words_split(&pack[i], arena, text, &words), DL_OK);
    assert_int_equal(dl_sentences_find(&pack[i], arena, &words, &sentences), DL_OK);
    check_words(&words, &sentences);
    for (size_t k = 0; k < sentences.n; k++) {
        const dl_sentence *s = &sentences.p[k];
        dl_unit *units;
        size_t n;
        assert_int_equal(
            dl_grammar_read(&grammar[i], arena, &words, s, grammar[i].parser != NULL, &units, &n),
            DL_OK);
        if (grammar[i].parser != NULL) check_tree(s, units, n);
        for (size_t u = 0; u < n; u++) {
            assert_true(dl_utf8_is_border(text, units[u].start));
            assert_true(dl_utf8_is_border(text, units[u].end));
        }
    }
}

static void check(dl_str text, size_t turn)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    const char *label = labels[turn % LABELS];
    dl_str once = analyse(arena, text, label);
    assert_true(dl_str_eq(analyse(arena, text, label), once));
    parse(arena, text, turn % GRAMMARS);
    dl_arena_free(arena);
}

/* --- texts ------------------------------------------------------------------------------------ */

static void repeated_fragments_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < ANYTEXT_FRAGMENTS; i++)
        for (size_t turn = 0; turn < LABELS; turn += 2)
            check(anytext_repeated(kept, anytext_fragments[i], 2000), i + turn);
}

static void mixed_fragments_hold(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 120; seed++)
        check(anytext_mixed(kept, seed, 40 + 30 * seed, seed % 2 == 1), seed);
}

static void noise_holds(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 60; seed++)
        check(anytext_noise(kept, seed, 1500), seed);
}

static void files_hold(void **state)
{
    (void)state;
    for (int i = 0; i < n_folders; i++) {
        dl_str_vec paths;
        assert_int_equal(dl_io_list(kept, folders[i], &paths, NULL), DL_OK);
        for (size_t k = 0; k < paths.n; k++) {
            dl_buf file = DL_BUF_INIT(DL_ANALYSE_MAX_TEXT + 1);
            if (dl_io_read_file(paths.p[k].p, DL_ANALYSE_MAX_TEXT, &file, NULL) == DL_OK)
                for (size_t turn = 0; turn < 3; turn++)
                    check(dl_utf8_repair(kept, dl_buf_slice(&file)), k + 5 * turn);
            dl_buf_free(&file);
        }
    }
}

int main(int argc, char **argv)
{
    n_folders = argc - 1;
    folders = argv + 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_fragments_hold),
        cmocka_unit_test(mixed_fragments_hold),
        cmocka_unit_test(noise_holds),
        cmocka_unit_test(files_hold),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
