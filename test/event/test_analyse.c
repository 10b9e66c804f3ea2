#include "event/analyse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "spans.h"

static dl_analyser *analyser;

static int setup(void **state)
{
    (void)state;
    return dl_analyser_new(&analyser, NULL) == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_analyser_free(analyser);
    return 0;
}

static dl_str analyse(dl_arena *arena, const char *text, const char *title)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    struct dl_analyse_input in = {.text = dl_str_c(text), .title = dl_str_c(title)};
    assert_true(dl_time_parse(DL_STR("2031-05-14T10:00:00Z"), &in.published));
    assert_int_equal(dl_analyse(analyser, arena, &in, json, root, NULL), DL_OK);
    assert_true(spans_sound(root, in.text));
    dl_buf out = DL_BUF_INIT(1 << 22);
    assert_int_equal(dl_json_line(json, arena, &out), DL_OK);
    dl_str kept = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    assert_true(dl_utf8_valid(kept, NULL));
    return kept;
}

static void spans_hold_in_every_script(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "The mayor said on Monday that “three bridges” — the old ones — had been closed 😀.",
        "قال رئيس البلدية إن ثلاثة جسور أُغلقت. ونفى الجيش ذلك.",
        "شهردار گفت سه پل بسته شده است. به گفته پلیس، قربانی ۳۴ سال داشت.",
        "据新华社报道，市长说桥已关闭。“我们很幸运，”他说。",
        "ตำรวจกล่าวว่าถนนปิดเมื่อวันจันทร์ 😀👨‍👩‍👧",
        "«Мост закрыт», — сообщил мэр. По данным полиции, погибших нет.",
        "\"\"\"'''“““«««((((",
        "said said said, said said. said",
        ",,,, according to ,,,,",
        "a: b"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        analyse(arena, texts[i], texts[(i + 1) % 10]);
        dl_arena_free(arena);
    }
}

static void the_same_text_gives_the_same_bytes(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    const char *text = "The army denied on Tuesday that it had fired, according to Radio Quay.";
    assert_true(dl_str_eq(analyse(arena, text, "A"), analyse(arena, text, "A")));
    dl_arena_free(arena);
}

static void cut_text_never_breaks(void **state)
{
    (void)state;
    const char *text = "HALDEN (Meridian) - “We saw it. It burned,” Ana Roth, 34, told the Post, "
                       "citing a «report» by the U.N. that said: 'no.' وقال المتحدث 据报道 😀";
    for (size_t n = 1; n <= strlen(text); n++) {
        if (!dl_utf8_is_border(dl_str_c(text), n)) continue;
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        analyse(arena, dl_str_dup(arena, (dl_str){text, n}).p, "");
        dl_arena_free(arena);
    }
}

static void headline_and_deck_have_statements_of_their_own(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_mut_doc *json = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    struct dl_analyse_input in = {.text = DL_STR("The army said that it had left the town."),
                                  .title = DL_STR("Army: we have left the town"),
                                  .subtitle = DL_STR("Residents say that soldiers remain.")};
    assert_int_equal(dl_analyse(analyser, arena, &in, json, root, NULL), DL_OK);
    yyjson_mut_val *list = yyjson_mut_obj_get(root, "title_statements");
    assert_int_equal(yyjson_mut_arr_size(yyjson_mut_obj_get(root, "statements")), 1);
    assert_int_equal(yyjson_mut_arr_size(list), 2);
    static const char *const fields[] = {"title", "subtitle"};
    const dl_str texts[] = {in.title, in.subtitle};
    static const char *const sources[] = {"Army", "Residents"};
    for (size_t k = 0; k < 2; k++) {
        yyjson_mut_val *span =
            yyjson_mut_arr_get_first(yyjson_mut_obj_get(yyjson_mut_arr_get(list, k), "source"));
        size_t start = (size_t)yyjson_mut_get_int(yyjson_mut_obj_get(span, "start")),
               end = (size_t)yyjson_mut_get_int(yyjson_mut_obj_get(span, "end"));
        assert_string_equal(yyjson_mut_get_str(yyjson_mut_obj_get(span, "in")), fields[k]);
        assert_true(dl_str_eq_c(dl_str_sub(texts[k], start, end), sources[k]));
    }
    dl_arena_free(arena);
}

static void nothing_is_an_error(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_analyse_input in = {.text = DL_STR(" \n")};
    assert_int_equal(dl_analyse(analyser, arena, &in, json, yyjson_mut_doc_get_root(json), NULL),
                     DL_ERR_EMPTY);
    dl_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_hold_in_every_script),
        cmocka_unit_test(the_same_text_gives_the_same_bytes),
        cmocka_unit_test(cut_text_never_breaks),
        cmocka_unit_test(headline_and_deck_have_statements_of_their_own),
        cmocka_unit_test(nothing_is_an_error),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
