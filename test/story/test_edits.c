/* Noise, edits that own up, edits that do not. Texts are invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story/edits.h"

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(64 << 20);
    return arena != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static const char *class_at(const char *old, const char *new, const char *modified)
{
    struct dl_wording a = {.title = DL_STR("T"), .text = dl_str_c(old)};
    struct dl_wording b = {.title = DL_STR("T"), .text = dl_str_c(new)};
    struct dl_edit e;
    assert_true(dl_time_parse(DL_STR("2024-03-25T10:00:00Z"), &a.published));
    b.published = a.published;
    if (modified != NULL) assert_true(dl_time_parse(dl_str_c(modified), &b.modified));
    assert_int_equal(dl_edit_find(arena, &a, &b, &e), DL_OK);
    return dl_edit_class_name(e.class);
}

static const char *class_of(const char *old, const char *new)
{
    return class_at(old, new, NULL);
}

static void what_moves_by_itself_is_noise(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"1,234 views", "1,301 views"},
        {"Updated 5 minutes ago | 3 comments", "Updated 2 hours ago | 17 comments"},
        {"vor 5 Minuten aktualisiert", "vor 3 Stunden aktualisiert"},
        {"Il y a 5 minutes", "Il y a 3 heures"},
        {"Hace 5 minutos", "Hace 2 días"},
        {"5 минут назад · 12 просмотров", "2 часа назад · 80 просмотров"},
        {"منذ ٥ دقائق", "منذ ساعة"},
        {"۵ دقیقه پیش", "۲ ساعت پیش"},
        {"5分钟前 阅读 120", "3小时前 阅读 9800"},
        {"5 dakika önce", "2 saat önce"},
        {"5 นาทีที่แล้ว", "2 ชั่วโมงที่แล้ว"},
        {"ADVERTISEMENT", ""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        dl_str old =
            dl_str_fmt(arena, "The bridge is closed.\n\n%s\n\nIt opens in May.", lines[i][0]);
        dl_str new =
            dl_str_fmt(arena, "The bridge is closed.\n\n%s\n\nIt opens in May.", lines[i][1]);
        if (strcmp(class_of(old.p, new.p), "noise") != 0) fail_msg("%s", lines[i][0]);
    }
    assert_string_equal(class_of("It \"is\" closed.", "It  \u201Cis\u201D\u00A0closed."), "none");
}

static void one_word_more_is_text(void **state)
{
    (void)state;
    assert_string_equal(class_of("5 killed", "7 killed"), "silent");
    assert_string_equal(
        class_of("The siren went off 5 minutes before.", "The siren went off 7 minutes before."),
        "silent");
    assert_string_equal(class_of("死者5人", "死者7人"), "silent");
    assert_string_equal(class_of("قتل ٥ أشخاص", "قتل ٧ أشخاص"), "silent");
    assert_string_equal(class_of("5 погибших", "7 погибших"), "silent");
}

static void who_owns_up_is_not_silent(void **state)
{
    (void)state;
    static const char *const notices[] = {"Correction: five, not seven.",
                                          "This article has been updated.",
                                          "Korrektur: In einer früheren Version stand sieben.",
                                          "Исправлено: пять, не семь.",
                                          "更正:此前版本有误。",
                                          "تصحيح: خمسة لا سبعة",
                                          "Düzeltme: beş kişi.",
                                          "Rectificatif : cinq et non sept."};
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        dl_str new = dl_str_fmt(arena, "Five were hurt.\n\n%s", notices[i]);
        if (strcmp(class_of("Seven were hurt.", new.p), "marked") != 0) fail_msg("%s", notices[i]);
    }
    assert_string_equal(class_at("5 killed", "7 killed", "2024-03-25T12:00:00Z"), "marked");
    /* The date of modification is that of publication. */
    assert_string_equal(class_at("5 killed", "7 killed", "2024-03-25T10:00:00Z"), "silent");
}

/* A notice that stood there before owns up to nothing new. */
static void an_old_notice_is_none(void **state)
{
    (void)state;
    assert_string_equal(class_of("5 killed\n\nCorrection: it was Monday.",
                                 "7 killed\n\nCorrection: it was Monday."),
                        "silent");
    assert_string_equal(class_of("5 killed", "5 killed"), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moves_by_itself_is_noise),
        cmocka_unit_test(one_word_more_is_text),
        cmocka_unit_test(who_owns_up_is_not_silent),
        cmocka_unit_test(an_old_notice_is_none),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
