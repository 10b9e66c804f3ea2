#include "claim/why.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "said.h"

static dl_statements statements;
static dl_why why;

static void ask(struct said *s, const char *text)
{
    said_open_with_trees(s, "en", "", text);
    assert_int_equal(dl_statements_why(&s->text, s->arena, &statements, &why), DL_OK);
}

static bool left(const struct said *s, const char *cue, const char *reason)
{
    for (size_t i = 0; i < why.left.n; i++)
        if (dl_str_eq_c(said_words(s, why.left.p[i].cue), cue) &&
            strstr(why.left.p[i].reason, reason) != NULL)
            return true;
    for (size_t i = 0; i < why.left.n; i++)
        print_message("left: %.*s: %s\n", DL_FMT(said_words(s, why.left.p[i].cue)),
                      why.left.p[i].reason);
    return false;
}

/* Asking changes nothing, and the factors make the score. */
static void the_steps_make_the_score(void **state)
{
    (void)state;
    struct said s;
    ask(&s,
        "The army said that the mayor had claimed that the bridge was closed. “It is,” he said. "
        "According to the police, two cars burned. Ana Roth insisted on a vote.");
    assert_int_equal(statements.n, s.statements.n);
    assert_true(statements.n >= 4);
    for (size_t k = 0; k < statements.n; k++) {
        float score = 1;
        size_t steps = 0;
        for (size_t i = 0; i < why.steps.n; i++)
            if (why.steps.p[i].made == statements.p[k].made)
                score *= why.steps.p[i].factor, steps++;
        assert_true(steps > 0);
        assert_true(score == statements.p[k].score);
        assert_true(statements.p[k].score == s.statements.p[k].score);
        assert_true(statements.p[k].source.first == s.statements.p[k].source.first);
    }
    said_close(&s);
}

static void what_was_left_has_a_reason(void **state)
{
    (void)state;
    struct said s;
    ask(&s, "The said minister left a report. “They said nothing of it,” she told us. He said.");
    assert_true(left(&s, "said", "no verb of saying here"));
    assert_true(left(&s, "report", "no pattern with a source"));
    assert_true(left(&s, "said", "stands in quotation marks"));
    said_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_steps_make_the_score),
        cmocka_unit_test(what_was_left_has_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
