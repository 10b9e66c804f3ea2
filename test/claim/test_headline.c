#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

static const char ENGLISH[] =
    "Mayor Ines Marlow said on Monday that the bridge is safe. The Ministry of Works said it would "
    "open on Friday.";

/* The one statement of a headline has this rule, source and content. */
static void one(const char *language, const char *headline, const char *article, const char *rule,
                const char *source, const char *content)
{
    struct said s;
    said_open_headline(&s, language, "Quay Post", headline, article);
    const dl_statement *st = said_find(&s, source, content);
    assert_string_equal(st->rule, rule);
    assert_int_equal(s.statements.n, 1);
    said_close(&s);
}

static void none(const char *language, const char *headline)
{
    struct said s;
    said_open_headline(&s, language, "Quay Post", headline, ENGLISH);
    for (size_t k = 0; k < s.statements.n; k++)
        print_message("%s: %s\n", headline, s.statements.p[k].rule);
    assert_int_equal(s.statements.n, 0);
    said_close(&s);
}

static void source_before_a_colon(void **state)
{
    (void)state;
    one("en", "Ministry: bridge opens on Friday", ENGLISH, "headline-label", "Ministry", "bridge");
    one("de", "Innenministerium: Brücke öffnet am Freitag", "", "headline-label",
        "Innenministerium", "Brücke");
    one("ru", "МИД: мост откроется в пятницу", "", "headline-label", "МИД", "мост");
    one("fr", "Ministère de l'Intérieur : le pont ouvrira vendredi", "", "headline-label",
        "Ministère de l'Intérieur", "le pont");
    one("es", "El Gobierno: el puente abrirá el viernes", "", "headline-label", "El Gobierno",
        "el puente");
    one("zh", "外交部：大桥将于星期五开放", "", "headline-label", "外交部", "大桥");
    one("ar", "وزارة الخارجية: الجسر سيفتح يوم الجمعة", "", "headline-label", "وزارة الخارجية",
        "الجسر");
}

static void source_behind_a_dash_or_colon(void **state)
{
    (void)state;
    one("en", "Bridge to open on Friday - ministry", ENGLISH, "headline-tail", "ministry",
        "Bridge");
    one("en", "Bridge to open on Friday -sources", ENGLISH, "headline-tail", "sources", "Bridge");
    one("en", "Bridge 'unsafe for years': inspector", ENGLISH, "headline-tail", "inspector",
        "Bridge");
    one("de", "Brücke bald offen – Ministerium", "", "headline-tail", "Ministerium", "Brücke");
    one("ru", "Мост откроется в пятницу — источник", "", "headline-tail", "источник", "Мост");
}

static void topics_are_no_sources(void **state)
{
    (void)state;
    none("en", "Nordhaven: bridge closed after a storm");
    none("en", "Police shooting: two men dead");
    none("en", "Video: bridge falls into the river");
    none("en", "GAZA: hospital hit by a strike at night");
    none("en", "Torture of detainees: service released footage");
    none("en", "Bridge closed for two years - Quay Post");
    none("en", "Review of 'Barbie': a triumph");
    none("de", "Nordhafen: Brücke nach Sturm gesperrt");
}

/* "Marlow" alone is nobody; the article below says who she is. */
static void surname_of_the_article(void **state)
{
    (void)state;
    struct said s;
    said_open_headline(&s, "en", "", "Marlow: bridge is safe for all", ENGLISH);
    const dl_statement *st = said_find(&s, "Marlow", "bridge is safe");
    assert_int_equal(st->class, DL_SOURCE_POLITICAL);
    assert_int_equal(st->anonymity, DL_ANON_NAMED);
    said_close(&s);
    said_open_headline(&s, "en", "", "Bridge is safe, says Marlow", ENGLISH);
    assert_int_equal(said_find(&s, "Marlow", "Bridge")->class, DL_SOURCE_POLITICAL);
    said_close(&s);
    none("en", "Harrow: bridge is safe for all");
}

static void quotation_marks_instead_of_a_source(void **state)
{
    (void)state;
    struct said s;
    said_open_headline(&s, "en", "", "Bridge 'unsafe for years'", ENGLISH);
    const dl_statement *st = said_find(&s, "", "unsafe for years");
    assert_int_equal(st->stance, DL_STANCE_DISTANCED);
    assert_string_equal(st->rule, "headline-quotes");
    said_close(&s);
    /* It stands in what somebody says. */
    one("en", "Inspector says bridge was 'unsafe for years'", ENGLISH, "verb-clause", "Inspector",
        "bridge was");
    one("en", "'We will rebuild it,' says mayor", ENGLISH, "quote-verb", "mayor", "We will");
}

static void capitals_on_every_word(void **state)
{
    (void)state;
    one("en", "Bridge Was Unsafe for Years, Inspector Says", ENGLISH, "trail", "Inspector",
        "Bridge Was");
    one("en", "Police Say Bridge Was Closed After Threat", ENGLISH, "verb-clause", "Police",
        "Bridge Was");
    one("en", "Theresa May Says Bridge Is Safe for All", ENGLISH, "verb-clause", "Theresa May",
        "Bridge Is");
    struct said s;
    said_open_headline(&s, "en", "", "Bridge May Close Next Year, Mayor Says", ENGLISH);
    assert_int_equal(said_find(&s, "Mayor", "Bridge May")->certainty, DL_CERTAINTY_POSSIBLE);
    said_close(&s);
}

/* A text that is no headline keeps to its own rules. */
static void articles_are_no_headlines(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "", "Ministry: bridge opens on Friday");
    assert_int_equal(s.statements.n, 0);
    said_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source_before_a_colon),
        cmocka_unit_test(source_behind_a_dash_or_colon),
        cmocka_unit_test(topics_are_no_sources),
        cmocka_unit_test(surname_of_the_article),
        cmocka_unit_test(quotation_marks_instead_of_a_source),
        cmocka_unit_test(capitals_on_every_word),
        cmocka_unit_test(articles_are_no_headlines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
