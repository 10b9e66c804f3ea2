/* Features of a document in every script, and their packed form, which trusts nothing. */
#include "material.h"

#include "base/utf8.h"

struct sample {
    const char *language, *title, *text;
};
static const struct sample samples[] = {
    {"en", "Dam breaks near Kyiv",
     "A dam broke near Kyiv on Monday. The Foreign Ministry said that "
     "1,200 people had left Kyiv's suburbs before 3.5 metres of water came."},
    {"zh", "北京大学发生火灾",
     "北京大学昨晚发生火灾，没有人员伤亡。消防部门表示，火灾于晚上十点被扑灭，共有１２０名消防员参加。"},
    {"th", "น้ำท่วมประเทศไทย", "เกิดน้ำท่วมหนักในประเทศไทยวันนี้ ประชาชน ๑๒๐ คนต้องอพยพออกจากบ้านเรือนของตน"},
    {"ar", "السدّ ينهار قرب كييف",
     "انهار سدٌّ كبير قرب مدينة كييف يوم الاثنين. وقالت الوزارة إن ١٢٠ شخصاً غادروا منازلهم."},
    {"fa", "سیل در ایران",
     "کتاب‌های زیادی در سیل از بین رفت و ۱۲۰ خانه ویران شد."},
    {"ja", "北京大学で火災",
     "北京大学で昨夜火災が発生した。ドナルド・トランプ氏は声明を出した。けが人はいなかった。"},
    {"hi", "बाँध टूटा", "कीव के पास सोमवार को एक बाँध टूट गया। १२० लोग अपने घर छोड़ गए।"},
    {"ko", "키이우 인근 댐 붕괴",
     "월요일 키이우 인근에서 댐이 무너졌다. 당국은 주민 120명이 대피했다고 밝혔다."},
    {"", "🌊🌊 👨‍👩‍👧‍👦",
     "🌊 🇺🇦 👍🏽 ✈️ … — \u202e abc \u202c"},
    {"xx", "", ""},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static struct dl_features sample(struct material *m, size_t i)
{
    return material_features(m, samples[i].language, samples[i].title, samples[i].text);
}

static bool ascending(const uint32_t *p, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (p[i] <= p[i - 1]) return false;
    return true;
}

static void every_script_has_features(void **state)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        struct dl_features f = sample(*state, i);
        bool has_words = i < 8;
        if ((f.n_terms > 5) != has_words) fail_msg("%s: %zu terms", samples[i].language, f.n_terms);
        if ((f.text_hash != 0) != has_words) fail_msg("%s: text hash", samples[i].language);
        if ((f.n_prints > 0) != has_words) fail_msg("%s: prints", samples[i].language);
        assert_true(ascending(f.prints, f.n_prints) && ascending(f.numbers, f.n_numbers));
        for (size_t k = 1; k < f.n_terms; k++)
            assert_true(f.terms[k].id > f.terms[k - 1].id);
        for (size_t k = 0; k < f.n_terms; k++)
            assert_true(dl_utf8_valid(f.terms[k].text, NULL));
    }
}

static void the_same_gives_the_same(void **state)
{
    struct material *m = *state;
    struct dl_featurer *other = dl_featurer_new();
    for (size_t i = 0; i < SAMPLES; i++) {
        struct dl_features a = sample(m, i), b;
        struct dl_features_input in = {dl_str_c(samples[i].title), DL_STR(""),
                                       dl_str_c(samples[i].text), dl_str_c(samples[i].language)};
        assert_ok(dl_features_make(other, m->arena, &in, &b));
        assert_true(dl_str_eq(dl_features_pack(m->arena, &a), dl_features_pack(m->arena, &b)));
    }
    dl_featurer_free(other);
}

/* The featurer caches stems: no document may show which ones came before. */
static void the_past_does_not_show(void **state)
{
    static const char *const names[] = {"en", "de", "fr", "es"};
    struct material *m = *state;
    struct dl_featurer *used = dl_featurer_new();
    for (size_t i = 0; i < 16; i++) {
        struct dl_featurer *fresh = dl_featurer_new();
        struct dl_features_input in = {.text = dl_str_c(names[i % 4]),
                                       .language = dl_str_c(names[i / 4])};
        struct dl_features alone, after;
        assert_ok(dl_features_make(fresh, m->arena, &in, &alone));
        assert_ok(dl_features_make(used, m->arena, &in, &after));
        assert_int_equal(alone.terms[0].id, after.terms[0].id);
        dl_featurer_free(fresh);
    }
    dl_featurer_free(used);
}

static void words_are_read_as_meant(void **state)
{
    struct dl_features f = sample(*state, 0);
    const struct dl_term *kyiv = material_term(&f, "kyiv");
    assert_non_null(kyiv);
    assert_true(kyiv->flags & DL_TERM_NAME);
    assert_int_equal(kyiv->title, 1);
    assert_int_equal(kyiv->body, 2); /* the apostrophe parts */
    const struct dl_term *number = material_term(&f, "1200");
    assert_non_null(number);
    assert_int_equal(number->flags, DL_TERM_NUMBER);
    assert_int_equal(f.n_numbers, 2);
    assert_string_equal(f.language, "en");
}

static void digits_of_all_scripts_are_one(void **state)
{
    struct dl_features arabic = sample(*state, 3), hindi = sample(*state, 6),
                       korean = sample(*state, 7);
    assert_int_equal(arabic.n_numbers, 1);
    assert_int_equal(arabic.numbers[0], hindi.numbers[0]);
    assert_int_equal(arabic.numbers[0], korean.numbers[0]);
}

static void case_marks_and_breaks_do_not_tell_texts_apart(void **state)
{
    struct material *m = *state;
    const char *a = "The dam near Kyiv broke on Monday night, “nobody” was hurt there today.";
    const char *b = "THE DAM\n\nnear Kyiv broke — on Monday night; nobody was hurt there today!";
    assert_true(material_features(m, "en", "", a).text_hash ==
                material_features(m, "en", "", b).text_hash);
    const char *pointed = "انهار سدٌّ كبيرٌ قرب مدينة كييف يوم الاثنين صباحاً";
    const char *plain = "انهار سد كبير قرب مدينة كييف يوم الاثنين صباحا";
    assert_true(material_features(m, "ar", "", pointed).text_hash ==
                material_features(m, "ar", "", plain).text_hash);
}

static bool share_anchor(const struct dl_features *a, const struct dl_features *b, uint8_t kind)
{
    for (size_t i = 0; i < a->n_anchors; i++)
        for (size_t k = 0; k < b->n_anchors; k++)
            if (a->anchors[i].id == b->anchors[k].id && a->anchors[i].kind == kind) return true;
    return false;
}

static void names_meet_across_scripts(void **state)
{
    struct material *m = *state;
    struct dl_features en = material_features(m, "en", "", "Yesterday Mr Trump spoke there.");
    static const char *const others[][2] = {{"ru", "Вчера Трамп выступил там."},
                                            {"uk", "Учора Трамп виступив там."},
                                            {"el", "Χθες ο Τραμπ μίλησε εκεί."},
                                            {"ar", "أمس تحدث ترامب هناك."},
                                            {"ja", "昨日トランプ氏が演説した。"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct dl_features f = material_features(m, others[i][0], "", others[i][1]);
        if (!share_anchor(&en, &f, DL_ANCHOR_NAME)) fail_msg("%s", others[i][0]);
    }
}

static void all_is_bounded(void **state)
{
    struct material *m = *state;
    dl_buf text = DL_BUF_INIT(4 << 20);
    for (size_t i = 0; i < 40000; i++)
        dl_buf_fmt(&text, "Word%zu %zu ", i, i);
    dl_buf_c(&text, "a");
    for (size_t i = 0; i < 100000; i++)
        dl_buf_c(&text, "\u0301"); /* one letter with marks without end */
    struct dl_features_input in = {dl_buf_slice(&text), dl_buf_slice(&text), dl_buf_slice(&text),
                                   DL_STR("en-x-very-long-private-tag")};
    struct dl_features f;
    assert_ok(dl_features_make(m->featurer, m->arena, &in, &f));
    assert_int_equal(f.n_prints, DL_FEATURES_PRINTS);
    assert_int_equal(f.n_terms, DL_FEATURES_TERMS);
    assert_true(f.n_anchors <= DL_FEATURES_ANCHORS);
    assert_int_equal(f.n_numbers, DL_FEATURES_NUMBERS);
    assert_true(f.print_limit < UINT32_MAX);
    dl_str packed = dl_features_pack(m->arena, &f);
    assert_true(packed.n > 0 && packed.n <= DL_FEATURES_MAX_PACKED);
    struct dl_features back;
    assert_ok(dl_features_unpack(m->arena, packed, &back));
    dl_buf_free(&text);
}

/* ------------------------------------------------------------------ packed form */

static void packing_loses_nothing(void **state)
{
    struct material *m = *state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct dl_features f = sample(m, i), back;
        dl_str packed = dl_features_pack(m->arena, &f);
        assert_true(packed.n > 0);
        assert_ok(dl_features_unpack(m->arena, packed, &back));
        assert_int_equal(back.n_terms, f.n_terms);
        for (size_t k = 0; k < f.n_terms; k++)
            assert_true(dl_str_eq(back.terms[k].text, f.terms[k].text));
        assert_true(dl_str_eq(dl_features_pack(m->arena, &back), packed));
    }
}

static void every_truncation_is_refused(void **state)
{
    struct material *m = *state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct dl_features f = sample(m, i), back;
        dl_str packed = dl_features_pack(m->arena, &f);
        for (size_t n = 0; n < packed.n; n++)
            assert_int_equal(dl_features_unpack(m->arena, (dl_str){packed.p, n}, &back),
                             DL_ERR_CORRUPT);

        char *more = dl_alloc(m->arena, packed.n + 1);
        memcpy(more, packed.p, packed.n);
        more[packed.n] = 0;
        assert_int_equal(dl_features_unpack(m->arena, (dl_str){more, packed.n + 1}, &back),
                         DL_ERR_CORRUPT);
    }
}

/* What is accepted must hold what the header says, whatever the bytes were. */
static void assert_sound(struct material *m, const struct dl_features *f)
{
    assert_true(f->n_prints <= DL_FEATURES_PRINTS && f->n_terms <= DL_FEATURES_TERMS);
    assert_true(f->n_anchors <= DL_FEATURES_ANCHORS && f->n_numbers <= DL_FEATURES_NUMBERS);
    assert_true(ascending(f->prints, f->n_prints) && ascending(f->numbers, f->n_numbers));
    for (size_t i = 0; i < f->n_terms; i++) {
        assert_true(f->terms[i].text.n <= DL_FEATURES_WORD_BYTES);
        assert_true(dl_utf8_valid(f->terms[i].text, NULL));
        assert_true(i == 0 || f->terms[i].id > f->terms[i - 1].id);
    }
    assert_true(strlen(f->language) < sizeof f->language);
    assert_true(dl_features_pack(m->arena, f).n > 0);
}

static void every_byte_flip_is_refused_or_sound(void **state)
{
    struct material *m = *state;
    size_t refused = 0;
    dl_arena *scratch = dl_arena_new(1 << 20);
    struct material own = {scratch, m->featurer};
    for (size_t i = 0; i < 4; i++) {
        struct dl_features f = sample(m, i), back;
        dl_str packed = dl_features_pack(m->arena, &f);
        char *bytes = dl_str_cstr(m->arena, packed);
        for (size_t at = 0; at < packed.n; at++)
            for (int bit = 0; bit < 8; bit++) {
                bytes[at] = (char)(bytes[at] ^ (1 << bit));
                enum dl_err err = dl_features_unpack(scratch, (dl_str){bytes, packed.n}, &back);
                if (at == 0) assert_int_equal(err, DL_ERR_VERSION);
                if (err == DL_OK) assert_sound(&own, &back);
                refused += err != DL_OK;
                bytes[at] = (char)(bytes[at] ^ (1 << bit));
                dl_arena_reset(scratch);
            }
    }
    assert_true(refused > 200);
    dl_arena_free(scratch);
}

static void a_failing_arena_is_told(void **state)
{
    struct material *m = *state;
    dl_arena *small = dl_arena_new(8 << 20);
    struct dl_features f = {.words = 77};
    size_t failures = 0;
    for (size_t n = 1; n < 200; n++) {
        struct dl_features_input in = {dl_str_c(samples[1].title), DL_STR(""),
                                       dl_str_c(samples[1].text), DL_STR("zh")};
        dl_arena_reset(small);
        dl_arena_fail_at(small, n);
        enum dl_err err = dl_features_make(m->featurer, small, &in, &f);
        if (err == DL_OK) break;
        assert_int_equal(f.words, 77); /* untouched */
        failures++;
    }
    assert_true(failures > 5 && failures < 199);
    dl_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_script_has_features),
        cmocka_unit_test(the_same_gives_the_same),
        cmocka_unit_test(the_past_does_not_show),
        cmocka_unit_test(words_are_read_as_meant),
        cmocka_unit_test(digits_of_all_scripts_are_one),
        cmocka_unit_test(case_marks_and_breaks_do_not_tell_texts_apart),
        cmocka_unit_test(names_meet_across_scripts),
        cmocka_unit_test(all_is_bounded),
        cmocka_unit_test(packing_loses_nothing),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_byte_flip_is_refused_or_sound),
        cmocka_unit_test(a_failing_arena_is_told),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
