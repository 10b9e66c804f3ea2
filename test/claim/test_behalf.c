#include "claim/behalf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

/* The source of the only statement speaks for `body`; NULL: for nobody that is told. */
static void speaks_for(const char *language, const char *text, const char *body)
{
    struct said s;
    said_open(&s, language, "", text);
    assert_true(s.statements.n > 0);
    struct dl_span span = {0, 0};
    bool told = dl_source_behalf(&s.text, s.statements.p[0].source, &span);
    assert_int_equal(told, body != NULL);
    if (body != NULL) assert_true(dl_str_eq_c(said_words(&s, span), body));
    said_close(&s);
}

static void english(void **state)
{
    (void)state;
    speaks_for("en", "A spokesman for the port authority said that the pier was closed.",
               "the port authority");
    speaks_for("en", "Ana Roth, a spokeswoman for the Harbour Ministry, said the pier was closed.",
               "the Harbour Ministry");
    speaks_for("en", "Harbour Ministry spokeswoman Ana Roth said the pier was closed.",
               "Harbour Ministry");
    speaks_for("en", "The ministry's spokesman said that the pier was closed.", "ministry");
    speaks_for("en", "A police spokesman said that the pier was closed.", "police");
}

static void not_told(void **state)
{
    (void)state;
    speaks_for("en", "A spokesman said that the pier was closed.", NULL);
    speaks_for("en", "Its spokesman said that the pier was closed.", NULL);
    speaks_for("en", "A spokesman in the capital said that the pier was closed.", NULL);
    speaks_for("en", "The mayor of Nordhaven said that the pier was closed.", NULL);
}

static void other_languages(void **state)
{
    (void)state;
    speaks_for("de", "Ein Sprecher des Innenministeriums sagte, die Brücke sei gesperrt.",
               "des Innenministeriums");
    speaks_for("de", "Eine Sprecherin der Polizei sagte, die Brücke sei gesperrt.", "der Polizei");
    speaks_for("fr", "Un porte-parole de la police a déclaré que le pont était fermé.",
               "la police");
    speaks_for("es", "Un portavoz de la empresa dijo que el puente está cerrado.", "la empresa");
    speaks_for("ru", "Представитель министерства обороны заявил, что мост закрыт.",
               "министерства обороны");
    speaks_for("ar", "قال المتحدث باسم الجيش إن الجسر أُغلق.", "الجيش");
    speaks_for("fa", "سخنگوی وزارت کشور گفت که پل بسته شده است.", "وزارت کشور");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english),
        cmocka_unit_test(not_told),
        cmocka_unit_test(other_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
