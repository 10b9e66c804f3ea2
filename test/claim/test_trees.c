/* What tags and trees add to the rules of order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

static void german_subject_behind(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(
        &s, "de", "Tagblatt",
        "So berichtete der Journalist Dirk Lorenz dem Sender in einem Gespräch, "
        "dass die Brücke gesperrt bleibe. Am Abend gab er jedoch bekannt, er wolle "
        "noch am Freitag zurücktreten.");
    said_find(&s, "der Journalist Dirk Lorenz", "die Brücke");
    said_find(&s, "er", "er wolle");
    said_close(&s);
}

static void german_hearer_is_no_source(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "de", "Tagblatt",
                         "Die Wahl sei verloren, sagte die Ministerin Pilar Sosa der Zeitung "
                         "„Bay Herald“.");
    const dl_statement *st = said_find(&s, "die Ministerin Pilar Sosa", "Die Wahl");
    assert_int_equal(st->n_hops, 1);
    said_close(&s);
}

static void german_accord(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "de", "Tagblatt",
                         "Nach übereinstimmenden Angaben der Polizei dauerte der Einsatz drei "
                         "Stunden. Nach Polizeiangaben starben zwei Menschen. Kritik wurde laut.");
    said_find(&s, "übereinstimmenden Angaben der Polizei", "dauerte");
    said_find(&s, "Polizeiangaben", "starben");
    assert_int_equal(s.statements.n, 2);
    said_close(&s);
}

static void german_fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *source, *content;
    } cases[] = {
        {"Von der Leyen betonte, unter den Bewerbern seien viele Frauen.", "Von der Leyen",
         "unter den Bewerbern"},
        {"Ein Polizeisprecher meinte nun, der Mann könne gehen.", "Ein Polizeisprecher",
         "der Mann"},
        {"Wie Sprecher Tom Bauer mitteilte, ist die Brücke gesperrt.", "Sprecher Tom Bauer",
         "ist die Brücke"},
        {"Die Brücke ist, wie am Montag die Polizei mitteilte, gesperrt.", "die Polizei",
         "Die Brücke ist"},
        {"Erst vergangene Woche kündigte der Konzern an, alle Schalter zu schließen.",
         "der Konzern", "alle Schalter"},
        {"Offiziell sagt die Regierung, man gebe dem Land mehr Geld.", "die Regierung", "man gebe"},
        {"„Bis es zu spät war“, stellte Bek fest, seien die Rufe nicht gehört worden.", "Bek",
         "Bis es"},
        {"Als die Flut kam, flohen sie, teilten die Vereinten Nationen mit.",
         "die Vereinten Nationen", "Als die Flut"},
        {"Als er kam, sagte der Trainer, das Spiel sei aus.", "der Trainer", "das Spiel"},
        {"Der Bau ist laut einem Mitglied eine „kluge und gute Sache“.", "einem Mitglied",
         "Der Bau ist"},
        {"Der Fall wird nach Angaben der Behörde „ganz besonders sorgfältig“ geprüft.",
         "der Behörde", "Der Fall wird"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct said s;
        said_open_with_trees(&s, "de", "Tagblatt", cases[k].text);
        said_find(&s, cases[k].source, cases[k].content);
        said_close(&s);
    }
}

static void object_is_no_saying(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "de", "Tagblatt", "Der Konzern meldete hohe Verluste.");
    assert_int_equal(s.statements.n, 0);
    said_close(&s);
}

static void noun_is_no_verb(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "en", "Post",
                         "She said the flurry of late-night tweets targeting the mayor was wrong.");
    said_find(&s, "She", "the flurry");
    assert_int_equal(s.statements.n, 1);
    said_close(&s);
}

static void second_hand_is_unclear(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "en", "Post",
                         "The lawyer said that the owner had claimed the ferry was safe.");
    const dl_statement *outer = said_find(&s, "The lawyer", "the owner had claimed");
    const dl_statement *inner = said_find(&s, "the owner", "the ferry was safe");
    assert_true(outer->score >= 0.5f);
    assert_true(inner->score < 0.5f);
    assert_int_equal(inner->parent, (int)(outer - s.statements.p));
    said_close(&s);
}

static void subjunctive_goes_on(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "de", "Tagblatt",
                         "Die Ministerin sagte, die Lage bleibe ernst. Die Brücke sei gesperrt. "
                         "Am Montag regnete es.");
    const dl_statement *on = said_find(&s, "Die Ministerin", "Die Brücke sei");
    assert_string_equal(on->rule, "subjunctive");
    assert_int_equal(s.statements.n, 2);
    said_close(&s);
}

static void quoted_words_hang_on_what_holds_them(void **state)
{
    (void)state;
    struct said s;
    said_open_with_trees(&s, "de", "Tagblatt",
                         "Die Anwältin sagte, dass ihre Mandantin „große Angst hatte“ und floh.");
    const dl_statement *whole = said_find(&s, "Die Anwältin", "ihre Mandantin");
    const dl_statement *part = said_find(&s, "Die Anwältin", "große Angst");
    assert_int_equal(part->parent, (int)(whole - s.statements.p));
    assert_int_equal(part->n_hops, whole->n_hops);
    assert_int_equal(part->quote, DL_QUOTE_DIRECT);
    said_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(german_subject_behind),
        cmocka_unit_test(german_hearer_is_no_source),
        cmocka_unit_test(german_accord),
        cmocka_unit_test(german_fields),
        cmocka_unit_test(object_is_no_saying),
        cmocka_unit_test(subjunctive_goes_on),
        cmocka_unit_test(quoted_words_hang_on_what_holds_them),
        cmocka_unit_test(noun_is_no_verb),
        cmocka_unit_test(second_hand_is_unclear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
