#include "lang/places.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lang/ner.h"

static dl_arena *arena;
static dl_pack english;
static dl_gazetteer gazetteer;
static dl_atlas atlas;
static dl_model model;

static int setup(void **state)
{
    (void)state;
    dl_str bytes;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (dl_words_open(NULL) != DL_OK || dl_pack_load(&english, arena, "en", NULL) != DL_OK ||
        dl_gazetteer_load(&gazetteer, arena, &english, NULL) != DL_OK ||
        dl_atlas_open(&atlas, arena, NULL) != DL_OK || !dl_asset_get("models/ner-en.bin", &bytes))
        return 1;
    return dl_model_open(&model, bytes, NULL) == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_words words;
static dl_entities names;

static dl_places read_text(const char *text, const char *country)
{
    dl_sentences sentences;
    dl_places places;
    struct dl_naming with = {
        .gazetteer = &gazetteer, .atlas = &atlas, .pack = &english, .model = &model};
    assert_int_equal(dl_words_split(&english, arena, dl_str_c(text), &words), DL_OK);
    assert_int_equal(dl_sentences_find(&english, arena, &words, &sentences), DL_OK);
    dl_str outlet = dl_str_c(country);
    assert_int_equal(dl_names_find(&with, arena, &words, &sentences, outlet, &names), DL_OK);
    assert_int_equal(dl_places_find(&with, arena, &words, outlet, &names, &places), DL_OK);
    return places;
}

/* "Paris US/TX; Texas US/TX": places of a text in its order; "-" where nobody knows it. */
static void expect_from(const char *country, const char *text, const char *want)
{
    static const char *const uses[] = {"", " associative", " demonym"};
    dl_places places = read_text(text, country);
    dl_str out = DL_STR("");
    for (size_t i = 0; i < places.n; i++) {
        const dl_place *p = &places.p[i];
        dl_str name = dl_str_sub(words.text, words.p[p->first].start, words.p[p->last - 1].end);
        const char *admin = p->known != NULL ? p->known->admin : "";
        out = dl_str_fmt(arena, "%.*s%s%.*s %s%s%s%s", DL_FMT(out), i > 0 ? "; " : "", DL_FMT(name),
                         p->known != NULL ? p->known->country : "-", admin[0] != '\0' ? "/" : "",
                         admin, uses[p->use]);
    }
    assert_string_equal(out.p, want);
}

static void expect(const char *text, const char *want)
{
    expect_from(NULL, text, want);
}

static void what_stands_behind_settles(void **state)
{
    (void)state;
    expect("He lives in Paris, Texas.", "Paris US/TX; Texas US/TX");
    expect("He lives in Paris, France.", "Paris FR/11; France FR");
    expect("She moved to Athens, Georgia, last year.", "Athens US/GA; Georgia US/GA");
    expect("She moved to Troy, MI last year.", "Troy US/MI; MI US/MI");
    expect("She lives in Paris, Lamar County.", "Paris US/TX; Lamar County US/TX");
}

static void one_sense_a_text_but_for_what_is_said(void **state)
{
    (void)state;
    expect("Police in Paris, Texas, closed a road. Cars leave Paris by the bridge.",
           "Paris US/TX; Texas US/TX; Paris US/TX");
    expect("He flew from Paris, France, to Paris, Texas.",
           "Paris FR/11; France FR; Paris US/TX; Texas US/TX");
}

static void the_other_places_speak(void **state)
{
    (void)state;
    expect("The fair in Dublin drew crowds from Columbus, Westerville and Delaware County.",
           "Dublin US/OH; Columbus US/OH; Westerville US/OH; Delaware County US/OH");
    expect("The minister flew from Dublin to Cork and Galway.",
           "Dublin IE/L; Cork IE/M; Galway IE/C");
    expect("The troops left Georgia from Tbilisi and Batumi.",
           "Georgia GE; Tbilisi GE/51; Batumi GE/04");
}

static void what_repeats_itself_does_not_outvote_the_others(void **state)
{
    (void)state;
    dl_str once = DL_STR("Fire broke out in Deer Lake on Monday. "),
           text = DL_STR("Police in Canada spoke. ");
    uint32_t first = 0;
    for (int i = 0; i < 8; i++) {
        text = dl_str_fmt(arena, "%.*s%.*s", DL_FMT(text), DL_FMT(once));
        dl_places places = read_text(dl_str_cstr(arena, text), NULL);
        assert_int_equal(places.n, 2 + i);
        if (i == 0) first = places.p[1].known->geonames;
        assert_int_equal(places.p[1].known->geonames, first);
    }
}

static void codes_of_states_stand_behind_a_name(void **state)
{
    (void)state;
    expect("Police in Seattle, WA and in Springfield, IL said so.",
           "Seattle US/WA; WA US/WA; Springfield US/IL; IL US/IL");
}

static void lists_of_states_contain_nothing(void **state)
{
    (void)state;
    expect("Storms hit Alabama, Georgia and Texas.", "Alabama US/AL; Georgia US/GA; Texas US/TX");
}

static void the_outlet_is_a_weak_voice(void **state)
{
    (void)state;
    expect_from("CA", "The mayor of London spoke.", "London GB/ENG");
    expect_from("CA", "Snow fell in London, Sarnia and Kitchener.",
                "London CA/08; Sarnia CA/08; Kitchener CA/08");
}

static void people_and_bodies_are_told_apart(void **state)
{
    (void)state;
    expect("The Russian envoy left Vienna.", "Russian RU demonym; Vienna AT/09");
    assert_int_equal(read_text("Anna Orr met Ben Hale.", NULL).n, 0);
}

static void longer_names_hold_places(void **state)
{
    (void)state;
    expect("She was held in the Walker County Jail in Huntsville, Texas.",
           "Walker County US/TX; Huntsville US/TX; Texas US/TX");
}

static void two_names_are_two_things(void **state)
{
    (void)state;
    expect("He drove from New York City to Albany, New York.",
           "New York City US/NY; Albany US/NY; New York US/NY");
    dl_places places = read_text("He drove from New York City to upstate New York.", NULL);
    assert_int_equal(places.p[places.n - 1].known->kind, DL_KNOWN_DIVISION);
}

static void a_place_nobody_knows_has_no_point(void **state)
{
    (void)state;
    expect("A bomb went off in the town of Qasrabad, police said.", "Qasrabad -");
}

static void entities_know_their_place(void **state)
{
    (void)state;
    dl_places places = read_text("He lives in Paris, Texas.", NULL);
    size_t places_of_names = 0;
    for (size_t i = 0; i < names.n; i++) {
        if (names.p[i].type != DL_ENTITY_PLACE) continue;
        assert_in_range(names.p[i].place, 1, places.n);
        const dl_place *p = &places.p[names.p[i].place - 1];
        assert_ptr_equal(p->known, names.p[i].known);
        assert_int_equal(p->first, names.p[i].first);
        places_of_names++;
    }
    assert_int_equal(places_of_names, 2);
}

static void the_atlas_compares_as_people_write(void **state)
{
    (void)state;
    struct dl_known known[DL_ATLAS_MOST];
    uint64_t key = dl_words_name_key(DL_STR("WINSTON Salem"));
    assert_true(key != 0 && key == dl_words_name_key(DL_STR("Winston-Salem")));
    assert_true(dl_words_name_key(DL_STR("St. Marys")) == dl_words_name_key(DL_STR("st marys")));
    assert_true(dl_words_name_key(DL_STR(" . ")) == 0);
    assert_int_equal(dl_atlas_find(&atlas, 0, known, DL_ATLAS_MOST), 0);
    size_t n =
        dl_atlas_find(&atlas, dl_words_name_key(DL_STR("Walker County")), known, DL_ATLAS_MOST);
    assert_in_range(n, 2, 10);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(known[i].kind, DL_KNOWN_DISTRICT);
        assert_string_equal(known[i].country, "US");
    }
    assert_int_equal(dl_atlas_find(&atlas, dl_words_name_key(DL_STR("Walker County")), known, 1),
                     1);
    assert_int_not_equal(dl_atlas_find(&atlas, dl_words_name_key(DL_STR("Baltic Sea")), known, 1),
                         0);
    assert_int_equal(dl_atlas_find(&atlas, dl_words_name_key(DL_STR("Qasrabad")), known, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_behind_settles),
        cmocka_unit_test(one_sense_a_text_but_for_what_is_said),
        cmocka_unit_test(the_other_places_speak),
        cmocka_unit_test(lists_of_states_contain_nothing),
        cmocka_unit_test(what_repeats_itself_does_not_outvote_the_others),
        cmocka_unit_test(codes_of_states_stand_behind_a_name),
        cmocka_unit_test(the_outlet_is_a_weak_voice),
        cmocka_unit_test(people_and_bodies_are_told_apart),
        cmocka_unit_test(longer_names_hold_places),
        cmocka_unit_test(two_names_are_two_things),
        cmocka_unit_test(a_place_nobody_knows_has_no_point),
        cmocka_unit_test(entities_know_their_place),
        cmocka_unit_test(the_atlas_compares_as_people_write),
    };
    return cmocka_run_group_tests_name("lang/places", tests, setup, teardown);
}
