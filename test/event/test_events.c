#include "event/analyse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

static yyjson_val *read_text(dl_arena *arena, const char *text, const char *language)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    struct dl_analyse_input in = {.text = dl_str_c(text), .language = dl_str_c(language)};
    assert_true(dl_time_parse(DL_STR("2024-03-25"), &in.published));
    assert_int_equal(dl_analyse(analyser, arena, &in, json, yyjson_mut_doc_get_root(json), NULL),
                     DL_OK);
    dl_buf out = DL_BUF_INIT(1 << 20);
    assert_int_equal(dl_json_line(json, arena, &out), DL_OK);
    yyjson_doc *read;
    assert_int_equal(dl_json_read(arena, dl_str_dup(arena, dl_buf_slice(&out)), &read, NULL),
                     DL_OK);
    dl_buf_free(&out);
    return yyjson_doc_get_root(read);
}

/* The item of a list whose key has this value; fails the test when there is none. */
static yyjson_val *item(yyjson_val *root, const char *list, const char *key, const char *value)
{
    size_t i, max;
    yyjson_val *one;
    yyjson_arr_foreach(yyjson_obj_get(root, list), i, max, one)
    {
        const char *have = yyjson_get_str(yyjson_obj_get(one, key));
        if (have != NULL && strcmp(have, value) == 0) return one;
    }
    fail_msg("no %s with %s %s", list, key, value);
    return NULL;
}

static const char *text_of(yyjson_val *obj, const char *key)
{
    return yyjson_get_str(yyjson_obj_get(obj, key));
}

static const char *first_name(yyjson_val *event, const char *side)
{
    return text_of(yyjson_arr_get_first(yyjson_obj_get(event, side)), "name");
}

static void who_did_what_to_whom(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_val *root =
        read_text(arena, "Police arrested 40 protesters near the harbour on Friday.", "en");
    yyjson_val *event = item(root, "events", "act", "COERCE");
    assert_string_equal(text_of(event, "status"), "occurred");
    assert_string_equal(text_of(event, "time"), "2024-03-22");
    assert_string_equal(first_name(event, "actors"), "Police");
    assert_string_equal(first_name(event, "recipients"), "protesters");
    dl_arena_free(arena);
}

static void plans_and_allegations_are_no_facts(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_val *root = read_text(
        arena,
        "The rebels are plotting attacks against Iranian civilians in retaliation for the alleged "
        "torture of Kurdish prisoners.",
        "en");
    assert_string_equal(text_of(item(root, "events", "status", "planned"), "act"), "ASSAULT");
    assert_string_equal(text_of(item(root, "events", "status", "alleged"), "act"), "ASSAULT");
    item(root, "event_links", "type", "retaliation_for");
    dl_arena_free(arena);
}

static void no_party_no_event(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_val *root = read_text(arena, "Prices hit a new high. Snow blocked the pass.", "en");
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(root, "events")), 0);
    root = read_text(arena, "شهردار گفت سه پل بسته شده است.", "fa");
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(root, "events")), 0);
    dl_arena_free(arena);
}

static void demonyms_are_no_locations(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_val *root = read_text(
        arena,
        "The Islamic State of Iraq and Syria spoke of Tajik workers. Ana Roth met the Russian envoy "
        "in Paris, Texas, and the World Health Organization was there.",
        "en");
    assert_string_equal(text_of(item(root, "places", "country", "TJ"), "use"), "demonym");
    assert_string_equal(text_of(item(root, "entities", "type", "group"), "name"),
                        "Islamic State of Iraq and Syria");
    assert_string_equal(text_of(item(root, "entities", "type", "person"), "name"), "Ana Roth");
    assert_string_equal(text_of(item(root, "places", "name", "Paris"), "country"), "US");
    assert_string_equal(text_of(item(root, "entities", "type", "org"), "name"),
                        "World Health Organization");
    root = read_text(arena, "وزير الخارجية زار روسيا أمس.", "ar");
    assert_string_equal(text_of(item(root, "places", "kind", "country"), "country"), "RU");
    dl_arena_free(arena);
}

static void times_have_values(void **state)
{
    (void)state;
    static const struct {
        const char *text, *language, *value;
    } cases[] = {
        {"He left on March 3, 2021.", "en", "2021-03-03"},
        {"She came yesterday.", "en", "2024-03-24"},
        {"It burned two years ago.", "en", "2022"},
        {"The strike lasted six weeks.", "en", "P6W"},
        {"Sales fell last month.", "en", "2024-02"},
        {"They met on Tuesday.", "en", "2024-03-19"},
        {"Le pont a fermé le 5 avril 2023.", "fr", "2023-04-05"},
        {"Мост закрыли 7 мая 2022 года.", "ru", "2022-05-07"},
        {"大桥于2023年4月5日关闭。", "zh", "2023-04-05"},
        {"أغلق الجسر في 5 أبريل 2023.", "ar", "2023-04-05"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        item(read_text(arena, cases[i].text, cases[i].language), "times", "value", cases[i].value);
        dl_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_did_what_to_whom),
        cmocka_unit_test(plans_and_allegations_are_no_facts),
        cmocka_unit_test(no_party_no_event),
        cmocka_unit_test(demonyms_are_no_locations),
        cmocka_unit_test(times_have_values),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
