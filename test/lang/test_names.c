#include "lang/names.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lang/names_refer.h"
#include "lang/ner.h"

static dl_arena *arena;
static dl_pack english;
static dl_gazetteer gazetteer;

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (dl_words_open(NULL) != DL_OK || dl_pack_load(&english, arena, "en", NULL) != DL_OK)
        return 1;
    return dl_gazetteer_load(&gazetteer, arena, &english, NULL) == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static dl_words words;
static dl_entities found;

static dl_str told(uint32_t first, uint32_t last)
{
    return dl_str_sub(words.text, words.p[first].start, words.p[last - 1].end);
}

/* "person Anna Orr; place Paris": names of a text in its order. */
static dl_str names_of(const char *code, const char *text)
{
    dl_pack *pack = DL_NEW(arena, dl_pack);
    dl_phrases *countries = DL_NEW(arena, dl_phrases);
    dl_model model;
    dl_sentences sentences;
    assert_int_equal(dl_pack_load(pack, arena, code, NULL), DL_OK);
    assert_int_equal(dl_gazetteer_language(&gazetteer, arena, pack, countries, NULL), DL_OK);
    assert_int_equal(dl_words_split(pack, arena, dl_str_c(text), &words), DL_OK);
    assert_int_equal(dl_sentences_find(pack, arena, &words, &sentences), DL_OK);
    dl_str bytes, path = dl_str_fmt(arena, "models/ner-%s.bin", code);
    bool learned = dl_asset_get(path.p, &bytes);
    if (learned) assert_int_equal(dl_model_open(&model, bytes, NULL), DL_OK);
    struct dl_naming with = {
        &gazetteer, NULL, strcmp(code, "en") == 0 ? NULL : countries, pack, learned ? &model : NULL,
        false,      NULL};
    assert_int_equal(dl_names_find(&with, arena, &words, &sentences, (dl_str){NULL, 0}, &found),
                     DL_OK);
    dl_str out = DL_STR("");
    for (size_t i = 0; i < found.n; i++) {
        dl_str name = told(found.p[i].first, found.p[i].last);
        out = dl_str_fmt(arena, "%.*s%s%s %.*s", DL_FMT(out), i > 0 ? "; " : "",
                         dl_entity_type_name(found.p[i].type), DL_FMT(name));
    }
    return out;
}

static void expect(const char *code, const char *text, const char *want)
{
    assert_string_equal(names_of(code, text).p, want);
}

static void lists_and_the_recogniser_agree(void **state)
{
    (void)state;
    expect("en", "Talks between Iran and the European Union were held in Vienna on Monday.",
           "place Iran; org European Union; place Vienna");
    expect("en", "The Iranian minister Darvan Eskori met Nadia Prohl in Geneva.",
           "nationality Iranian; person Darvan Eskori; person Nadia Prohl; place Geneva");
    expect("en", "A bomb went off in the town of Qasrabad, police said.", "place Qasrabad");
}

static void capitals_alone_are_no_names(void **state)
{
    (void)state;
    expect("en", "Yesterday the weather was fine. However, It Rained Later.", "");
    expect("en", "The ministry said on Monday that the road is open again.", "");
}

static void longer_names_hold_known_ones(void **state)
{
    (void)state;
    expect("en", "He works for the University of London as a teacher.", "org University of London");
}

static void other_languages_have_lists_and_weights(void **state)
{
    (void)state;
    expect("ru", "В Москве прошли переговоры с Россией, сообщает ТАСС.",
           "place Москве; place Россией; org ТАСС");
    expect("es", "El presidente viajó a Ginebra para hablar con las Naciones Unidas.",
           "place Ginebra; org Naciones Unidas");
    expect("ar", "قال مسؤول إن موسكو و الأمم المتحدة اتفقتا.", "place موسكو; org الأمم المتحدة");
    expect("zh", "联合国在日内瓦举行会议。", "org 联合国; place 日内瓦");
    expect("ja", "国連はジュネーブで会議を開いた。", "org 国連; place ジュネーブ");
}

static void names_in_other_cases_and_with_prefixes(void **state)
{
    (void)state;
    expect("ar", "وصل وفد من العراق ولندن إلى موسكو.", "place العراق; place ولندن; place موسكو");
    expect("ar", "قال إن بالعراق وللعراق وبلجيكا دورا، وكان ذلك لليمن.",
           "place بالعراق; place وللعراق; place وبلجيكا; place لليمن");
    expect("ru", "Он приехал из Челябинска в Рязань.", "place Челябинска; place Рязань");
}

static void holders_of_offices_are_known(void **state)
{
    (void)state;
    expect("en", "Angela Merkel met Emmanuel Macron in Berlin.",
           "person Angela Merkel; person Emmanuel Macron; place Berlin");
    expect("ru", "Об этом сказал Владимиру Путину министр.", "person Владимиру Путину");
}

/* "Orr = Anna Orr": what short forms stand for. */
static void refers(const char *code, const char *text, const char *want)
{
    dl_mentions mentions;
    dl_str out = DL_STR("");
    names_of(code, text);
    assert_int_equal(dl_names_refer(arena, &words, &found, &mentions), DL_OK);
    for (size_t i = 0; i < mentions.n; i++) {
        const dl_entity *e = &found.p[mentions.p[i].entity];
        dl_str short_form = told(mentions.p[i].first, mentions.p[i].last);
        dl_str name = told(e->first, e->last);
        out = dl_str_fmt(arena, "%.*s%s%.*s = %.*s", DL_FMT(out), i > 0 ? "; " : "",
                         DL_FMT(short_form), DL_FMT(name));
    }
    assert_string_equal(out.p, want);
}

static void short_forms_refer(void **state)
{
    (void)state;
    refers("en", "The Harbour Safety Board (HSB) met in Paris. The HSB said so.",
           "HSB = Harbour Safety Board; HSB = Harbour Safety Board");
    refers("en",
           "The Federal Bureau of Harbour Works (FBHW) met in Paris. The FBHW said so, but not "
           "the FBH.",
           "FBHW = Federal Bureau of Harbour Works; FBHW = Federal Bureau of Harbour Works");
    refers("en", "Nadia Prohl left the house. Mr. Prohl said nothing.", "Prohl = Nadia Prohl");
    refers("en", "The Interior Ministry answered. Later the ministry said more.",
           "the ministry = Interior Ministry");
    refers("en", "Fighters of Hamas left. A spokesman for the group denied it.",
           "the group = Hamas");
    refers("fr", "Les combattants du Hamas sont partis. Selon le groupe, tout est calme.",
           "le groupe = Hamas");
    refers("de", "Kämpfer der Hamas sind abgezogen. Die Gruppe bestritt das.",
           "Die Gruppe = Hamas");
    refers("es", "Hamás se retiró. El grupo lo negó.", "El grupo = Hamás");
}

static void what_is_not_clear_is_refused(void **state)
{
    (void)state;
    refers("en", "Nadia Prohl met Victor Prohl. Mr. Prohl said nothing.", "");
    refers("en", "The Interior Ministry and the Defence Ministry met. The ministry was silent.",
           "");
    refers("en", "Hamas and Hezbollah met. The group said nothing.", "");
    refers("en", "The ministry said on Monday that the road is open.", "");
}

static void tags_follow_each_other_as_names_do(void **state)
{
    (void)state;
    unsigned b = dl_ner_tag(DL_NER_PER, DL_NER_BEGIN), l = dl_ner_tag(DL_NER_PER, DL_NER_LAST);
    unsigned u = dl_ner_tag(DL_NER_LOC, DL_NER_ONLY), i = dl_ner_tag(DL_NER_LOC, DL_NER_INSIDE);
    assert_true(dl_ner_follows(b, l) && dl_ner_follows(0, u) && dl_ner_follows(l, u));
    assert_false(dl_ner_follows(b, 0) || dl_ner_follows(b, i) || dl_ner_follows(0, l));
    assert_true(dl_ner_ends(0) && dl_ner_ends(u) && !dl_ner_ends(b));
    /* The second word would like to be outside, which a beginning forbids. */
    int32_t scores[2][DL_NER_TAGS] = {{0}}, transitions[DL_NER_TAGS][DL_NER_TAGS] = {{0}};
    uint8_t tags[2];
    scores[0][b] = 9;
    scores[1][0] = 5;
    dl_ner_best(scores, transitions, 2, tags);
    assert_int_equal(tags[0], b);
    assert_int_equal(tags[1], l);
    scores[1][0] = 20;
    dl_ner_best(scores, transitions, 2, tags);
    assert_int_equal(tags[0], 0);
}

static void models_of_other_labels_are_refused(void **state)
{
    (void)state;
    dl_model model = {.n_labels = 2, .labels = {DL_STR("O"), DL_STR("NOUN")}};
    assert_int_equal(dl_ner_check(&model, NULL), DL_ERR_SYNTAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_the_recogniser_agree),
        cmocka_unit_test(capitals_alone_are_no_names),
        cmocka_unit_test(longer_names_hold_known_ones),
        cmocka_unit_test(other_languages_have_lists_and_weights),
        cmocka_unit_test(names_in_other_cases_and_with_prefixes),
        cmocka_unit_test(holders_of_offices_are_known),
        cmocka_unit_test(short_forms_refer),
        cmocka_unit_test(what_is_not_clear_is_refused),
        cmocka_unit_test(tags_follow_each_other_as_names_do),
        cmocka_unit_test(models_of_other_labels_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
