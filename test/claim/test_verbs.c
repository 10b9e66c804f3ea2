#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

static void second_content(const struct said *s, const dl_statement *st, const char *starts)
{
    assert_int_equal(st->n_content, 2);
    assert_true(dl_str_starts(said_words(s, st->content[1]), starts));
}

static void inverted_with_apposition_and_clause(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "“The lamp swung and then it fell,” said Runa Holt, a steward who was carrying "
              "the bags. “When I looked up, the roof was gone. Nobody spoke.”\n\n"
              "“Nobody knows,” said Dr. Ines Roth of the University of Hallgate, who led the "
              "study.\n\n"
              "“We go home,” said one of the men, who did not want to be named because he was not "
              "allowed to speak. “It is over.”");
    const dl_statement *a =
        said_find(&s, "Runa Holt, a steward who was carrying the bags", "The lamp swung");
    second_content(&s, a, "When I looked up, the roof was gone. Nobody spoke");
    const dl_statement *b = said_find(
        &s, "Dr. Ines Roth of the University of Hallgate, who led the study", "Nobody knows");
    assert_int_equal(b->n_content, 1);
    said_find(&s,
              "one of the men, who did not want to be named because he was not allowed to speak",
              "We go home");
    said_close(&s);
}

static void inverted_with_bare_apposition(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "“We are safe,” said Ola Hamre, chief of the village's only school, adding that the "
              "roof had held.\n\n"
              "“Come back in May,” said Ken Ruiz, a guide at the museum in Port Ash, on Friday. "
              "“The halls are shut.”");
    assert_int_equal(
        said_find(&s, "Ola Hamre, chief of the village's only school", "We are safe")->n_content,
        1);
    said_find(&s, "Ola Hamre, chief of the village's only school", "the roof had held");
    const dl_statement *b =
        said_find(&s, "Ken Ruiz, a guide at the museum in Port Ash", "Come back in May");
    second_content(&s, b, "The halls are shut");
    said_close(&s);
}

static void words_of_the_outlet_stay_its_own(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "“I saw smoke,” said Mrs. Alvarez, 71, a retired nurse, as she packed her bags. "
              "“Then the windows broke.”\n\n"
              "“We will appeal,” said the lawyer for both men, Jonas Weil, in a letter. “We will "
              "win.”");
    second_content(&s, said_find(&s, "Mrs. Alvarez, 71, a retired nurse", "I saw smoke"),
                   "Then the windows broke");
    second_content(&s, said_find(&s, "the lawyer for both men, Jonas Weil", "We will appeal"),
                   "We will win");
    said_close(&s);
}

static void what_is_told_goes_on(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "The mayor told reporters that the bridge was closed, but that nobody had been "
              "hurt. The minister said that rents would rise, but she gave no date.");
    const dl_statement *a = said_find(&s, "The mayor", "the bridge was closed");
    assert_true(dl_str_eq_c(said_words(&s, a->content[0]),
                            "the bridge was closed, but that nobody had been hurt"));
    const dl_statement *b = said_find(&s, "The minister", "rents would rise");
    assert_true(dl_str_eq_c(said_words(&s, b->content[0]), "rents would rise"));
    said_close(&s);
}

/* A relative clause is no part of a source outside English; it must not hide the source either. */
static void clauses_in_other_languages(void **state)
{
    (void)state;
    static const struct {
        const char *language, *text, *source, *content;
    } cases[] = {
        {"de", "„Das Dach ist weg“, sagte Olaf Dern, der seit Jahren am Hafen arbeitet.",
         "Olaf Dern", "Das Dach ist weg"},
        {"de", "Die Partei wirft der Werft vor, die Pläne gefälscht zu haben.", "Die Partei",
         "die Pläne gefälscht"},
        {"de", "Gleichzeitig teilte der Hafen mit, dass die Fähre fährt.", "der Hafen",
         "die Fähre fährt"},
        {"de", "Das Dock ist leer, wie die Werft mitteilte.", "die Werft", "Das Dock ist leer"},
        {"de", "Das zeigten Bilder, so die Organisation.", "die Organisation",
         "Das zeigten Bilder"},
        {"de", "Barbara Stein, die Chefin der Werft, warnte, der Hafen sinke.",
         "Barbara Stein, die Chefin der Werft", "der Hafen sinke"},
        {"fr", "« Le toit est parti », a dit Luc Ferron, qui travaille au port.", "Luc Ferron",
         "Le toit est parti"},
        {"es", "«El techo se fue», dijo Ana Ruiz, que trabaja en el puerto.", "Ana Ruiz",
         "El techo se fue"},
        {"it", "«Il tetto è andato», ha detto Ugo Neri, che lavora al porto.", "Ugo Neri",
         "Il tetto è andato"},
        {"pt", "“O telhado caiu”, disse Rui Leal, que trabalha no porto.", "Rui Leal",
         "O telhado caiu"},
        {"ru", "«Крыши нет», — сказал Олег Дёмин, который работает в порту.", "Олег Дёмин",
         "Крыши нет"},
        {"uk", "«Даху немає», — сказав Олег Демко, який працює в порту.", "Олег Демко",
         "Даху немає"},
        {"ar", "قال الوزير إن الجسر مغلق.", "الوزير", "الجسر مغلق"},
        {"fa", "وزیر گفت که پل بسته است.", "وزیر", "پل بسته است"},
        {"zh", "市长表示，大桥已经关闭。", "市长", "大桥已经关闭"},
        {"tr", "Bakan, köprünün kapalı olduğunu söyledi.", "Bakan", "köprünün kapalı olduğunu"},
        {"tr", "Belediye Başkanı Ayla Demir, “Köprü kapalı kalacak” dedi.",
         "Belediye Başkanı Ayla Demir", "Köprü kapalı kalacak"},
        {"tr", "Polise göre köprü kapalı.", "Polise", "köprü kapalı"},
        {"tr", "Başkan Ayla Demir, dünkü yazısında “Köprü kapalı kalacak” dedi.",
         "Başkan Ayla Demir", "Köprü kapalı kalacak"},
        /* A clause as a noun before its verb; the subject is an office, a body, a name. */
        {"tr", "Tarım Müdürlüğü köprünün kapalı olduğunu teyit etti.", "Tarım Müdürlüğü",
         "köprünün kapalı olduğunu"},
        {"tr", "Köprünün kapalı olduğunu belirten Kaya, sabır istedi.", "Kaya",
         "Köprünün kapalı olduğunu"},
        {"tr", "Köprünün kapalı olduğu bildirildi.", "", "Köprünün kapalı olduğu"},
        /* Names in marks are no quotations. */
        {"ru", "Газета «Береговой листок» сообщила, что мост закрыт.", "Газета «Береговой листок»",
         "мост закрыт"},
        {"ru", "Житель рассказал «Листку», что мост закрыт.", "Житель", "мост закрыт"},
        {"ru", "Житель рассказал вчера журналистам, что мост закрыт.", "Житель", "мост закрыт"},
        {"uk", "Компанія «Політ» підтвердила, що міст закрито.", "Компанія «Політ»",
         "міст закрито"},
        {"zh", "据《青石晚报》报道，大桥已经关闭。", "《青石晚报》", "大桥已经关闭"},
        /* The author's words within a quotation. */
        {"ru", "«Моста нет, — сказал мэр. — Его смыло».", "мэр", "Моста нет"},
        {"tr", "– Köprü kapalı, dedi muhtar.", "muhtar", "Köprü kapalı"},
        /* The source in another case. */
        {"ru", "В полиции заявили, что мост закрыт.", "полиции", "мост закрыт"},
        {"ru", "Мост закрыт, подчёркивают в профсоюзе.", "профсоюзе", "Мост закрыт"},
        {"ru", "Как выяснила газета, мост закрыт.", "газета", "мост закрыт"},
        {"ar", "أغلق الجسر، وفقا للشرطة.", "للشرطة", "أغلق الجسر"},
        {"ar", "قال الوزير إن الجسر مغلق. وأضاف أن الطريق سالك.", "الوزير", "الطريق سالك"},
        {"zh", "公司发言人强调：“大桥已经关闭。”", "公司发言人", "大桥已经关闭"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s;
        said_open(&s, cases[i].language, "", cases[i].text);
        said_find(&s, cases[i].source, cases[i].content);
        said_close(&s);
    }
}

/* The Romance languages, with tags and trees where order leaves doubt. */
static void between_subject_and_verb(void **state)
{
    (void)state;
    static const struct {
        const char *language, *text, *source, *content;
    } cases[] = {
        {"it", "Il sindaco, reduce dal consiglio, ha confidato ai cronisti che il ponte chiude.",
         "Il sindaco, reduce dal consiglio", "il ponte chiude"},
        {"it", "Il sindaco non lo aveva mai detto, ma ha ribadito che il ponte chiude.",
         "Il sindaco", "il ponte chiude"},
        {"es", "Los vecinos que viven junto al río dicen que el puente está cerrado.",
         "Los vecinos", "el puente está cerrado"},
        /* Nouns of saying. */
        {"it", "L'accusa del sindaco secondo cui il ponte era marcio non è provata.", "sindaco",
         "il ponte era marcio"},
        {"fr", "La rumeur selon laquelle le pont serait fermé a couru.", "",
         "le pont serait fermé"},
        {"ru", "Утверждение министра о том, что мост закрыт, не подтвердилось.", "министра",
         "мост закрыт"},
        {"en", "Patients were told to expect delays.", "", "to expect delays"},
        {"pt", "Os doentes foram avisados de que a ponte fechou.", "", "a ponte fechou"},
        {"es", "En una carta, la directora, Ana Gil, niega que el puente cediera.",
         "la directora, Ana Gil", "el puente cediera"},
        {"en", "The minister called the bridge “a ruin”.", "The minister", "the bridge “a ruin"},
        {"fr", "Le pont est fermé, ont indiqué les pompiers, cités par le Courrier.",
         "les pompiers", "Le pont est fermé"},
        {"pt", "“A ponte fechou”, disse o prefeito, acrescentando que o desvio é longo.",
         "o prefeito", "o desvio é longo"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s;
        said_open_with_trees(&s, cases[i].language, "", cases[i].text);
        said_find(&s, cases[i].source, cases[i].content);
        said_close(&s);
    }
}

/* A participle without its auxiliary, other senses, an article before the form, what is not said.
 */
static void romance_that_is_no_report(void **state)
{
    (void)state;
    static const struct {
        const char *language, *text;
    } cases[] = {
        {"es", "Un cargamento de azúcar añadido quedó en la aduana."},
        {"it", "La funivia è rimasta ferma per sei ore sopra il lago."},
        {"it", "La notizia, rilanciata dalla radio, ha fatto sorridere il paese."},
        {"fr", "La banque relève son taux d'un quart de point."},
        {"pt", "O desvio acrescenta doze quilómetros à viagem."},
        {"pt", "O ministério não comenta."},
        {"en", "It did not say where they were going."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s;
        said_open_with_trees(&s, cases[i].language, "", cases[i].text);
        for (size_t k = 0; k < s.statements.n; k++)
            assert_int_equal(s.statements.p[k].source.last, s.statements.p[k].source.first);
        said_close(&s);
    }
}

/* "X, cited by Y": Y stands nearer to the outlet. */
static void cited_by_a_medium(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"en", "The bridge is closed, the mayor said, quoted by the Courier."},
        {"it", "Il ponte è chiuso, ha detto il sindaco, citato dal Corriere."},
        {"es", "El puente está cerrado, dijo el alcalde, citado por el Correo."},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct said s;
        said_open(&s, texts[i][0], "", texts[i][1]);
        assert_int_equal(s.statements.n, 1);
        assert_int_equal(s.statements.p[0].n_hops, 1);
        assert_true(s.statements.p[0].hop[0].source.first > s.statements.p[0].source.first);
        said_close(&s);
    }
}

/* German: "so" that only means so, nouns with capitals, what nobody has said yet. */
static void what_is_no_report(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Sie gehören zum so genannten dreckigen Dutzend geächteter Stoffe.",
        "Sie bestätigten der Zeitung ein Schreiben der Werft an die Reeder.",
        "Der Junge warf den Ball, den er gefunden hatte.",
        "Der Sprecher beeilte sich, den Gästen die Pläne zu erklären.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct said s;
        said_open(&s, "de", "", texts[i]);
        for (size_t k = 0; k < s.statements.n; k++) {
            dl_str cue = said_words(&s, s.statements.p[k].cue);
            assert_false(dl_str_eq_c(cue, "so") || dl_str_eq_c(cue, "Schreiben") ||
                         dl_str_eq_c(cue, "warf") || dl_str_eq_c(cue, "erklären"));
        }
        said_close(&s);
    }
}

/* "secondo" is an ordinal, too. */
static void no_source_without_article(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "it", "", "La nave resta nel porto anche il secondo giorno di sole.");
    assert_int_equal(s.statements.n, 0);
    said_close(&s);
    said_open(&s, "it", "", "Secondo la polizia, il ponte è chiuso.");
    said_find(&s, "la polizia", "il ponte");
    said_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_source_without_article),
        cmocka_unit_test(inverted_with_apposition_and_clause),
        cmocka_unit_test(inverted_with_bare_apposition),
        cmocka_unit_test(words_of_the_outlet_stay_its_own),
        cmocka_unit_test(what_is_told_goes_on),
        cmocka_unit_test(clauses_in_other_languages),
        cmocka_unit_test(between_subject_and_verb),
        cmocka_unit_test(romance_that_is_no_report),
        cmocka_unit_test(cited_by_a_medium),
        cmocka_unit_test(what_is_no_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
