#include "lang/langid.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lang/pack.h"

static void expect(const char *text, const char *declared, const char *code, bool rtl)
{
    struct dl_language l;
    dl_langid_tell(dl_str_c(text), dl_str_c(declared), &l);
    assert_string_equal(l.code, code);
    assert_int_equal(l.rtl, rtl);
}

static void tells_languages(void **state)
{
    (void)state;
    expect("The mayor of the town said on Monday that three bridges had been closed to traffic.",
           "", "en", false);
    expect("Der Bürgermeister der Stadt sagte am Montag, drei Brücken seien gesperrt worden.", "",
           "de", false);
    expect("قال رئيس البلدية يوم الاثنين إن ثلاثة جسور أغلقت أمام حركة المرور في المدينة.", "",
           "ar", true);
    expect(
        "شهردار شهر روز دوشنبه گفت که سه پل به روی خودروها بسته شده است و باز نمی‌شود.",
        "", "fa", true);
    expect("市长星期一表示，三座桥梁已经对车辆关闭，何时重新开放尚不清楚。", "", "zh", false);
}

static void a_wrong_label_is_overruled(void **state)
{
    (void)state;
    expect("قال رئيس البلدية يوم الاثنين إن ثلاثة جسور أغلقت أمام حركة المرور في المدينة.", "en-US",
           "ar", true);
}

static void a_short_text_follows_its_label(void **state)
{
    (void)state;
    expect("Non!", "fr-FR", "fr", false);
    expect("123 😀", "", "und", false);
    expect("", "", "und", false);
    expect("ไป", "", "th", false);
}

static void folders_of_the_lexicon_are_languages(void **state)
{
    (void)state;
    char codes[DL_LEXICON_LANGUAGES][8];
    size_t n;
    assert_int_equal(dl_lexicon_languages(codes, &n, NULL), DL_OK);
    assert_string_equal(codes[0], "en");
    bool found = false;
    for (size_t i = 1; i < n; i++) {
        found = found || strcmp(codes[i], "zh") == 0;
        assert_string_not_equal(codes[i], "web");
        assert_string_not_equal(codes[i], "places");
        if (i > 1) assert_true(strcmp(codes[i - 1], codes[i]) < 0);
    }
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_of_the_lexicon_are_languages),
        cmocka_unit_test(tells_languages),
        cmocka_unit_test(a_wrong_label_is_overruled),
        cmocka_unit_test(a_short_text_follows_its_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
