#include "lang/sentences.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "cuts.h"
#include "lang/pack.h"

static dl_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return dl_words_open(NULL) == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_sentences cut(const char *code, const char *text, dl_words *words)
{
    dl_pack *pack = DL_NEW(arena, dl_pack);
    dl_sentences out;
    assert_int_equal(dl_pack_load(pack, arena, code, NULL), DL_OK);
    assert_int_equal(dl_words_split(pack, arena, dl_str_c(text), words), DL_OK);
    assert_int_equal(dl_sentences_find(pack, arena, words, &out), DL_OK);
    for (size_t i = 0; i < words->n; i++) {
        assert_true(dl_utf8_is_border(words->text, words->p[i].start));
        assert_true(dl_utf8_is_border(words->text, words->p[i].end));
        assert_true(i == 0 || words->p[i - 1].end <= words->p[i].start);
    }
    return out;
}

static void expect(const char *code, const char *text, size_t n, const char *const *want)
{
    dl_words words;
    dl_sentences s = cut(code, text, &words);
    assert_int_equal(s.n, n);
    for (size_t i = 0; i < n; i++) {
        dl_str got = dl_str_sub(words.text, s.p[i].start, s.p[i].end);
        assert_int_equal(got.n, strlen(want[i]));
        assert_memory_equal(got.p, want[i], got.n);
    }
}

static void abbreviations_do_not_end(void **state)
{
    (void)state;
    const char *want[] = {"Dr. Ana J. Prohl of the U.S. Navy met Gen. Orr on Jan. 27 at 3.5 knots.",
                          "He left the U.S.", "The ship stayed."};
    expect("en",
           "Dr. Ana J. Prohl of the U.S. Navy met Gen. Orr on Jan. 27 at 3.5 knots. He left the "
           "U.S. The ship stayed.",
           3, want);
}

static void quotations_hold_sentences(void **state)
{
    (void)state;
    const char *want[] = {"“We saw it.", "It burned,” she said.", "\"No!\" he cried."};
    expect("en", "“We saw it. It burned,” she said. \"No!\" he cried.", 3, want);
}

static void headings_are_sentences(void **state)
{
    (void)state;
    const char *want[] = {"How it began", "The fire broke out at noon", "and spread."};
    expect("en", "How it began\n\nThe fire broke out at noon\n\nand spread.", 3, want);
}

static void other_scripts(void **state)
{
    (void)state;
    const char *ar[] = {"قال الوزير إن الطريق مفتوح.", "هل عادوا؟", "نعم."};
    expect("ar", "قال الوزير إن الطريق مفتوح. هل عادوا؟ نعم.", 3, ar);
    const char *zh[] = {"市长说桥已关闭。", "警方拒绝评论！"};
    expect("zh", "市长说桥已关闭。警方拒绝评论！", 2, zh);
    const char *fa[] = {"شهردار گفت سه پل بسته شده است.", "پلیس می‌گوید نه."};
    expect("fa",
           "شهردار گفت سه پل بسته شده است. پلیس می‌گوید نه.",
           2, fa);
    const char *de[] = {"Am 3. Mai kam er.", "Sie ging."};
    expect("de", "Am 3. Mai kam er. Sie ging.", 2, de);
    const char *left_out[] = {"Er sah „bis zur Tat […] keine Gefahr“.", "Dann …", "Sie ging."};
    expect("de", "Er sah „bis zur Tat […] keine Gefahr“. Dann … Sie ging.", 3, left_out);
}

/* Traps of each language. All are tried, so that a change shows all it breaks. */
static void traps_of_languages(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        dl_buf plain = DL_BUF_INIT(4096), told = DL_BUF_INIT(4096);
        dl_str rest = dl_str_c(cuts[i].text);
        for (size_t at; (at = dl_str_find(rest, DL_STR("¦"), 0)) != DL_NO_POS;
             rest = dl_str_sub(rest, at + 2, rest.n))
            dl_buf_str(&plain, dl_str_sub(rest, 0, at));
        dl_buf_str(&plain, rest);
        dl_buf_byte(&plain, '\0');
        dl_words words;
        dl_sentences s = cut(cuts[i].code, plain.p, &words);
        for (size_t k = 0; k < s.n; k++) {
            if (k > 0) dl_buf_str(&told, DL_STR("¦"));
            size_t from = k > 0 ? s.p[k - 1].end : 0, to = k + 1 < s.n ? s.p[k].end : plain.n - 1;
            dl_buf_str(&told, dl_str_sub(words.text, from, to));
        }
        dl_str want = dl_str_squeeze(arena, dl_str_c(cuts[i].text));
        dl_str got = dl_str_squeeze(arena, dl_buf_slice(&told));
        if (!dl_str_eq(want, got)) {
            print_message("# %s: %.*s\n# not %.*s\n", cuts[i].code, DL_FMT(got), DL_FMT(want));
            wrong++;
        }
        dl_buf_free(&plain);
        dl_buf_free(&told);
    }
    assert_int_equal(wrong, 0);
}

static void thai_has_words(void **state)
{
    (void)state;
    dl_words words;
    cut("th", "ตำรวจกล่าวว่าถนนปิด 😀", &words);
    assert_true(words.n >= 5);
}

static void hostile_text_stays_bounded(void **state)
{
    (void)state;
    dl_words words;
    cut("en", "", &words);
    assert_int_equal(words.n, 0);
    cut("en", ".. ..''\"\"((\xE2\x80\x8D\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 ''’s ’’",
        &words);
    char *dots = dl_alloc(arena, 200001);
    memset(dots, '.', 200000);
    dots[200000] = '\0';
    cut("en", dots, &words);
    assert_int_equal(words.n, 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(abbreviations_do_not_end, setup, teardown),
        cmocka_unit_test_setup_teardown(quotations_hold_sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(headings_are_sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(other_scripts, setup, teardown),
        cmocka_unit_test_setup_teardown(traps_of_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(thai_has_words, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_text_stays_bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
