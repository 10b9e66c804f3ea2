/* Ten times the text costs ten times the time, whatever the text is. */
#include "anytext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#include "event/analyse.h"

enum { SMALL = 100 * 1000, BIG = 10 * SMALL, TRIES = 6 };

/* 10 is linear; the rest is for caches, which the small text fits and the big one does not. */
static const double GROWTH_MAX = 16;
static const double LEAST_S = 0.01; /* below it the clock says nothing */

static dl_analyser *analyser;

static double seconds(dl_str text, const char *label)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_analyse_input in = {.text = text, .language = dl_str_c(label)};
    clock_t before = clock();
    enum dl_err err = dl_analyse(analyser, arena, &in, json, yyjson_mut_doc_get_root(json), NULL);
    double s = (double)(clock() - before) / CLOCKS_PER_SEC;
    assert_true(err == DL_OK || err == DL_ERR_TOO_BIG);
    dl_arena_free(arena);
    return s > LEAST_S ? s : LEAST_S;
}

static bool linear(dl_str small, dl_str big, const char *label)
{
    for (int i = 0; i < TRIES; i++)
        if (seconds(big, label) <= GROWTH_MAX * seconds(small, label)) return true;
    return false;
}

static void time_is_linear(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "ru", "zh", "ar", "th"};
    for (size_t i = 0; i < ANYTEXT_FRAGMENTS; i++) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        dl_str small = anytext_repeated(arena, anytext_fragments[i], SMALL);
        dl_str big = anytext_repeated(arena, anytext_fragments[i], BIG);
        const char *label = i % 2 == 0 ? "en" : languages[i / 2 % 5];
        if (!linear(small, big, label)) fail_msg("\"%s\" as %s", anytext_fragments[i], label);
        dl_arena_free(arena);
    }
}

static void mixed_text_is_linear(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    assert_true(
        linear(anytext_mixed(arena, 1, SMALL, true), anytext_mixed(arena, 1, BIG, true), "en"));
    assert_true(
        linear(anytext_mixed(arena, 2, SMALL, false), anytext_mixed(arena, 2, BIG, false), "fr"));
    assert_true(linear(anytext_noise(arena, 3, SMALL), anytext_noise(arena, 3, BIG), "ar"));
    dl_arena_free(arena);
}

int main(void)
{
    if (dl_analyser_new(&analyser, NULL) != DL_OK) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_linear),
        cmocka_unit_test(mixed_text_is_linear),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_analyser_free(analyser);
    return failed;
}
