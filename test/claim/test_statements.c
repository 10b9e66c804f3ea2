#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

static void trailing_and_leading(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "Harbour Times",
              "Two piers burned down on Friday, the port authority said. Mayor Ilse Brandt told "
              "reporters that nobody was hurt. “We were lucky,” said Olaf Dern, a crane driver.");
    const dl_statement *a = said_find(&s, "the port authority", "Two piers burned down on Friday");
    assert_int_equal(a->class, DL_SOURCE_OFFICIAL);
    assert_int_equal(a->stance, DL_STANCE_NEUTRAL);
    const dl_statement *b = said_find(&s, "Mayor Ilse Brandt", "nobody was hurt");
    assert_int_equal(b->class, DL_SOURCE_POLITICAL);
    assert_int_equal(b->anonymity, DL_ANON_NAMED);
    assert_int_equal(b->certainty, DL_CERTAINTY_NEGATED);
    const dl_statement *c = said_find(&s, "Olaf Dern, a crane driver", "We were lucky");
    assert_int_equal(c->quote, DL_QUOTE_DIRECT);
    said_close(&s);
}

static void chains_through_media(void **state)
{
    (void)state;
    struct said s;
    said_open(
        &s, "en", "Harbour Times",
        "The minister will resign, the newspaper Dawn reported, citing two aides. The ferry "
        "was overloaded, a sailor told Radio Quay. The lock is shut, Ana Roth told the Harbour "
        "Times.");
    const dl_statement *a = said_find(&s, "two aides", "The minister will resign");
    assert_int_equal(a->n_hops, 1);
    assert_true(dl_str_eq_c(said_words(&s, a->hop[0].source), "the newspaper Dawn"));
    assert_int_equal(a->hop[0].class, DL_SOURCE_MEDIA);
    assert_int_equal(a->certainty, DL_CERTAINTY_FUTURE);
    const dl_statement *b = said_find(&s, "a sailor", "The ferry was overloaded");
    assert_int_equal(b->n_hops, 1);
    assert_true(dl_str_eq_c(said_words(&s, b->hop[0].source), "Radio Quay"));
    assert_int_equal(said_find(&s, "Ana Roth", "The lock is shut")->n_hops, 0);
    said_close(&s);
}

static void hedges_and_denials(void **state)
{
    (void)state;
    struct said s;
    said_open(
        &s, "en", "",
        "The rebels claimed that they had taken the bridge. The army denied that it had "
        "retreated. The bridge was reportedly mined. An alleged accomplice fled, police said. "
        "The clip purportedly shows soldiers running.");
    assert_int_equal(said_find(&s, "The rebels", "they had taken")->stance, DL_STANCE_DISTANCED);
    assert_int_equal(said_find(&s, "The army", "it had retreated")->stance, DL_STANCE_DENIED);
    assert_int_equal(said_find(&s, "", "The bridge was reportedly")->stance, DL_STANCE_HEARSAY);
    const dl_statement *law = said_find(&s, "police", "An alleged accomplice fled");
    assert_int_equal(law->stance, DL_STANCE_NEUTRAL);
    assert_true(law->legal_formula);
    const dl_statement *clip = said_find(&s, "The clip", "soldiers running");
    assert_int_equal(clip->stance, DL_STANCE_DISTANCED);
    assert_int_equal(clip->n_evidence, 1);
    assert_int_equal(clip->evidence[0].kind, DL_EVIDENCE_FOOTAGE);
    said_close(&s);
}

static void unnamed_sources_stay_unnamed(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "Captain Leo Marsh left on Monday. Sources close to the captain said the ship would "
              "sail. Militants within the group who claim that it will rise were not seen.");
    const dl_statement *a = said_find(&s, "Sources close to the captain", "the ship would sail");
    assert_int_equal(a->anonymity, DL_ANON_BARE);
    said_close(&s);
}

static void silence_gives_nothing(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "",
              "Snow fell on the pass. The road stayed open. The company declined to "
              "comment. State television showed films.");
    for (size_t i = 0; i < s.statements.n; i++)
        assert_false(s.statements.p[i].stance == DL_STANCE_DENIED);
    said_close(&s);
    said_open(&s, "th", "", "ตำรวจกล่าวว่าถนนปิด 😀");
    assert_int_equal(s.statements.n, 0);
    said_close(&s);
}

static void other_languages(void **state)
{
    (void)state;
    static const struct {
        const char *language, *text, *source, *content;
        int stance;
    } cases[] = {
        {"fr", "Le pont est fermé, a déclaré le maire.", "le maire", "Le pont est fermé",
         DL_STANCE_NEUTRAL},
        {"de", "Die Polizei bestätigte, dass der Fahrer tot ist.", "Die Polizei", "der Fahrer tot",
         DL_STANCE_ENDORSED},
        {"es", "El ejército negó haber disparado.", "El ejército", "haber disparado",
         DL_STANCE_DENIED},
        {"ru", "По данным полиции, мост закрыт.", "полиции", "мост закрыт", DL_STANCE_NEUTRAL},
        {"ru", "Мэр сообщил, что закрыты три моста.", "Мэр", "закрыты три моста",
         DL_STANCE_NEUTRAL},
        {"uk", "Речник заперечив, що міст закрито.", "Речник", "міст закрито", DL_STANCE_DENIED},
        {"ar", "زعم المتمردون أنهم أسقطوا طائرة.", "المتمردون", "أسقطوا طائرة",
         DL_STANCE_DISTANCED},
        {"pt", "A polícia confirmou que a ponte está fechada.", "A polícia", "a ponte",
         DL_STANCE_ENDORSED},
        {"it", "Il ponte è chiuso, ha detto il sindaco.", "il sindaco", "Il ponte",
         DL_STANCE_NEUTRAL},
        {"uk", "За словами мера, міст закрито.", "мера", "міст закрито", DL_STANCE_NEUTRAL},
        {"zh", "据新华社报道，大桥已经关闭。", "新华社", "大桥", DL_STANCE_NEUTRAL},
        {"fa", "ارتش قرزان سرنگونی بالگرد را تکذیب کرد.", "ارتش قرزان", "سرنگونی بالگرد",
         DL_STANCE_DENIED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s;
        said_open(&s, cases[i].language, "", cases[i].text);
        assert_int_equal(said_find(&s, cases[i].source, cases[i].content)->stance, cases[i].stance);
        said_close(&s);
    }
}

static void evidence_of(const char *language, const char *text, const char *source,
                        const char *content, enum dl_evidence_kind kind)
{
    struct said s;
    said_open(&s, language, "", text);
    const dl_statement *a = said_find(&s, source, content);
    assert_int_equal(a->n_evidence, 1);
    assert_int_equal(a->evidence[0].kind, kind);
    said_close(&s);
}

static void evidence_stands_around_what_is_said(void **state)
{
    (void)state;
    evidence_of("de",
                "Im Hafen brannten zwei Hallen nieder, sagte die Behörde. Das belegen "
                "Satellitenbilder.",
                "die Behörde", "Im Hafen", DL_EVIDENCE_SATELLITE);
    evidence_of("en", "The mayor said that satellite images show two burnt halls.", "The mayor",
                "satellite images", DL_EVIDENCE_SATELLITE);
    evidence_of("en",
                "A sailor said on television that he had set the fire. Lawyers called the "
                "confession forced.",
                "A sailor", "he had set", DL_EVIDENCE_CONFESSION);
}

static void ambiguous_verbs_need_a_clause(void **state)
{
    (void)state;
    struct said s;
    said_open(&s, "en", "", "The clerk added that the lock was shut. The clerk carried the books.");
    said_find(&s, "The clerk", "the lock was shut");
    assert_int_equal(s.statements.n, 1);
    said_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trailing_and_leading),
        cmocka_unit_test(chains_through_media),
        cmocka_unit_test(hedges_and_denials),
        cmocka_unit_test(unnamed_sources_stay_unnamed),
        cmocka_unit_test(silence_gives_nothing),
        cmocka_unit_test(other_languages),
        cmocka_unit_test(evidence_stands_around_what_is_said),
        cmocka_unit_test(ambiguous_verbs_need_a_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
