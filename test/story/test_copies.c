/* Copies: sketches estimate containment; what counts as a copy, and what only looks like one. */
#include "material.h"

#include "story/copies.h"
#include "story/prints.h"

static double containment(const struct dl_features *a, const struct dl_features *b)
{
    struct dl_containment c = dl_prints_compare(a->prints, a->n_prints, a->print_limit, b->prints,
                                                b->n_prints, b->print_limit);
    return c.smaller == 0 ? 0 : (double)c.shared / c.smaller;
}

static struct dl_features plain(struct material *m, const char *text)
{
    return material_features(m, "en", "A title", text);
}

static void sketches_estimate_containment(void **state)
{
    struct material *m = *state;
    const char *a = material_prose(m, 1, 60), *b = material_prose(m, 2, 60);
    struct dl_features whole = plain(m, a), other = plain(m, b);
    struct dl_features both = plain(m, material_join(m, b, a, ""));
    struct dl_features part = plain(m, material_prose(m, 1, 15));
    assert_true(containment(&whole, &whole) > 0.999);
    assert_true(containment(&whole, &other) < 0.01);
    assert_true(containment(&whole, &both) > 0.85);
    assert_true(containment(&part, &both) > 0.85);
    assert_int_equal(part.print_limit == UINT32_MAX, part.shingles <= DL_FEATURES_PRINTS);
}

static void short_texts_have_no_prints(void **state)
{
    struct material *m = *state;
    assert_int_equal(plain(m, "Seven words say nothing when they come").n_prints, 0);
    assert_int_equal(plain(m, "").n_prints, 0);
    assert_true(plain(m, "Eight words are enough to be compared here").n_prints > 0);
}

/* ------------------------------------------------------------------ finding */

struct archive {
    struct dl_copies *copies;
    uint64_t key;
};

static void keep(struct archive *a, const struct dl_features *f, uint32_t outlet, int64_t time_ms)
{
    a->key++;
    assert_ok(dl_copies_add(a->copies, a->key, f, outlet, (uint32_t)a->key, time_ms,
                            time_ms - 7LL * DAY));
}

static uint64_t copied(struct archive *a, const struct dl_features *f, uint32_t outlet)
{
    return dl_copies_find(a->copies, f, outlet, 0).key;
}

static void a_copy_names_the_earliest(void **state)
{
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    struct dl_features first = plain(m, material_prose(m, 1, 30));
    for (uint32_t i = 0; i < 40; i++) {
        struct dl_features other = plain(m, material_prose(m, 100 + i, 30));
        assert_int_equal(copied(&a, &other, i), 0);
        keep(&a, &other, i, i);
    }
    keep(&a, &first, 1, 50);
    struct dl_features longer =
        plain(m, material_join(m, material_prose(m, 7, 8), material_prose(m, 1, 30), "(Agency) "));
    assert_int_equal(copied(&a, &longer, 2), 41);
    keep(&a, &longer, 2, 60);
    assert_int_equal(copied(&a, &first, 3), 41);
    assert_int_equal(dl_copies_find(a.copies, &first, 3, 0).story, 41);
    dl_copies_move(a.copies, 40, 7); /* numbers count from 0, keys of this test from 1 */
    assert_int_equal(dl_copies_find(a.copies, &first, 3, 0).story, 7);
    dl_copies_move(a.copies, 4000, 8); /* not held */
    dl_copies_free(a.copies);
}

static void half_of_a_text_is_a_copy_elsewhere_not_at_home(void **state)
{
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    const char *block = material_prose(m, 1, 15);
    struct dl_features one = plain(m, material_join(m, block, material_prose(m, 2, 15), ""));
    struct dl_features two = plain(m, material_join(m, block, material_prose(m, 3, 15), ""));
    keep(&a, &one, 5, 0);
    assert_int_equal(copied(&a, &two, 5), 0); /* the furniture of one house */
    assert_int_equal(copied(&a, &two, 6), 1);
    assert_int_equal(copied(&a, &two, 0), 1); /* unknown outlets are not one outlet */
    dl_copies_free(a.copies);
}

static void a_template_filled_in_again_is_news(void **state)
{
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    const char *form = material_prose(m, 1, 12);
    struct dl_features monday =
        plain(m, material_join(m, form, "Magnitude 4.1 at 12.30, 17 km, 2019, 310 felt it.", ""));
    struct dl_features friday =
        plain(m, material_join(m, form, "Magnitude 5.7 at 09.45, 44 km, 2024, 802 felt it.", ""));
    keep(&a, &monday, 1, 0);
    assert_int_equal(copied(&a, &friday, 2), 0);
    assert_int_equal(copied(&a, &monday, 2), 1);
    dl_copies_free(a.copies);
}

static void what_an_outlet_always_prints_contradicts_nothing(void **state)
{
    static const char *const lines[] = {
        "Call 5551 or 5552, box 8801, suite 77, since 1897, from 9.30 to 17.45.",
        "Ring 6120 or 6121, room 340, floor 12, founded 1921, from 8.15 to 18.50."};
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    const char *report = material_prose(m, 1, 12);
    for (uint32_t i = 0; i < 12; i++) {
        struct dl_features other =
            plain(m, material_join(m, material_prose(m, 100 + i, 12), lines[i % 2], ""));
        keep(&a, &other, 1 + i % 2, 0);
    }
    struct dl_features first = plain(m, material_join(m, report, lines[0], ""));
    struct dl_features second = plain(m, material_join(m, report, lines[1], ""));
    keep(&a, &first, 1, 0);
    assert_int_equal(copied(&a, &second, 2), 13);
    struct archive young = {dl_copies_new(), 0};
    keep(&young, &first, 1, 0);
    assert_int_equal(copied(&young, &second, 2), 0); /* nobody knows these outlets */
    dl_copies_free(young.copies);
    dl_copies_free(a.copies);
}

static void copies_are_found_in_every_script(void **state)
{
    static const char *const texts[][2] = {
        {"zh",
         "北京大学昨晚发生火灾，没有人员伤亡。消防部门表示，火灾于晚上十点被扑灭，校方称将展开调查并公布结果。"},
        {"th",
         "เกิดน้ำท่วมหนักในประเทศไทยวันนี้ ประชาชนจำนวนมากต้องอพยพออกจากบ้านเรือนของตน และรัฐบาลประกาศภาวะฉุกเฉิน"},
        {"ar",
         "انهار سد كبير قرب مدينة كييف يوم الاثنين وقالت الوزارة إن السكان غادروا منازلهم قبل وصول المياه إلى الضواحي الشرقية مساء"},
        {"fa",
         "سد بزرگی روز دوشنبه در نزدیکی شهر فرو ریخت و وزارتخانه اعلام کرد که ساکنان پیش از رسیدن آب خانه‌های خود را ترک کرده بودند"},
    };
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    for (uint32_t i = 0; i < 4; i++) {
        struct dl_features f = material_features(m, texts[i][0], "", texts[i][1]);
        assert_int_equal(copied(&a, &f, 100 + i), 0);
        keep(&a, &f, i, i);
    }
    for (uint32_t i = 0; i < 4; i++) {
        const char *more = material_join(m, texts[i][1], "\n\n(AFP)", "");
        struct dl_features f = material_features(m, texts[i][0], "x", more);
        assert_int_equal(copied(&a, &f, 100 + i), i + 1);
    }
    dl_copies_free(a.copies);
}

/* An article an hour for eleven years: only the week counts, in what is found and in memory. */
static void old_documents_are_forgotten(void **state)
{
    enum { TEXTS = 50, DOCUMENTS = 100000 };
    struct material *m = *state;
    struct archive a = {dl_copies_new(), 0};
    struct dl_features f[TEXTS];
    for (uint32_t i = 0; i < TEXTS; i++)
        f[i] = plain(m, material_prose(m, i, 8));
    for (uint32_t i = 0; i < DOCUMENTS; i++)
        keep(&a, &f[i / 1000 % TEXTS], i, (int64_t)i * HOUR);
    assert_true(dl_copies_held(a.copies) <= 7 * 24 + 2);
    assert_true(dl_copies_bytes(a.copies) < (size_t)DOCUMENTS * 200); /* a text's prints are more */
    int64_t from = (DOCUMENTS - 8LL) * HOUR;
    assert_int_equal(dl_copies_find(a.copies, &f[0], 0, from).key, 0);
    assert_int_equal(dl_copies_find(a.copies, &f[TEXTS - 1], 0, from).key, DOCUMENTS - 7);
    dl_copies_free(a.copies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sketches_estimate_containment),
        cmocka_unit_test(short_texts_have_no_prints),
        cmocka_unit_test(a_copy_names_the_earliest),
        cmocka_unit_test(half_of_a_text_is_a_copy_elsewhere_not_at_home),
        cmocka_unit_test(a_template_filled_in_again_is_news),
        cmocka_unit_test(what_an_outlet_always_prints_contradicts_nothing),
        cmocka_unit_test(copies_are_found_in_every_script),
        cmocka_unit_test(old_documents_are_forgotten),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
