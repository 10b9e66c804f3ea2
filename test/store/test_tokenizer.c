#include "fixture.h"
#include "store/tokenizer.h"

/* Tokens parted by "|", those beside the one before with "+". */
static int show(void *ctx, const struct dl_token *token)
{
    dl_buf *out = ctx;
    if (out->n > 0) dl_buf_byte(out, token->same_place ? '+' : '|');
    dl_buf_str(out, token->word);
    return 0;
}

static const struct {
    const char *text, *words, *query;
} cases[] = {
    {"", "", ""},
    {" .,!? \n", "", ""},
    {"The FSB's 2 men", "the|fsb|s|2|men", "the|fsb|s|2|men"},
    {"naïve Élysée İstanbul Straße ﬁn", "naive|elysee|istanbul|strasse|fin",
     "naive|elysee|istanbul|strasse|fin"},
    {"北京大学", "北京|京大|大学+学", "北京|京大|大学"},
    {"北京", "北京+京", "北京"},
    {"京", "京", "京"},
    {"手机iPhone", "手机+机|iphone", "手机|iphone"},
    {"コーヒーが", "コー|ーヒ|ヒー|ーが+が", "コー|ーヒ|ヒー|ーが"},
    {"서울시", "서울|울시+시", "서울|울시"},
    {"ประเทศไทยวันนี้", "ประเทศไทย|วัน|นี้", "ประเทศไทย|วัน|นี้"},
    {"مُحَمَّد السلام", "محمد|السلام", "محمد|السلام"},
    {"کتاب‌ها", "کتاب|ها", "کتاب|ها"},
    {"कुछ किताब", "कुछ|किताब", "कुछ|किताब"},
    {"Ёлка й", "елка|и", "елка|и"},
    {"ΆΘΗΝΑΣ", "αθηνασ", "αθηνασ"},
    {"😀 x😀y", "x|y", "x|y"},
};

static void every_script_is_cut_into_words(void **state)
{
    (void)state;
    struct dl_tokenizer *t = dl_tokenizer_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int query = 0; query < 2; query++) {
            dl_buf out = DL_BUF_INIT(1 << 16);
            dl_buf_c(&out, "");
            dl_tokenize(t, dl_str_c(cases[i].text), query, show, &out);
            const char *want = query ? cases[i].query : cases[i].words;
            if (!dl_str_eq_c(dl_buf_slice(&out), want))
                fail_msg("%s: %.*s, should be %s", cases[i].text, DL_FMT(dl_buf_slice(&out)), want);
            dl_buf_free(&out);
        }
    }
    dl_tokenizer_free(t);
}

static int check(void *ctx, const struct dl_token *token)
{
    size_t *n = ctx;
    assert_true(token->word.n > 0 && token->word.n <= 96);
    assert_true(token->start < token->end);
    (*n)++;
    return 0;
}

/* Long runs are cut into pieces of bounded length, and none is lost for good. */
static void long_runs_are_cut(void **state)
{
    (void)state;
    static const char *const units[] = {"a", "é", "北", "ก", "م"};
    struct dl_tokenizer *t = dl_tokenizer_new();
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        dl_buf text = DL_BUF_INIT(1 << 20);
        for (int k = 0; k < 20000; k++)
            dl_buf_c(&text, units[i]);
        size_t n = 0;
        assert_int_equal(dl_tokenize(t, dl_buf_slice(&text), false, check, &n), 0);
        assert_true(n >= 2);
        dl_buf_free(&text);
    }
    dl_tokenizer_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_is_cut_into_words),
        cmocka_unit_test(long_runs_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
