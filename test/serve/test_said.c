/* Statements of a story by source and by wording: copies are seen as copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/said.h"

static dl_arena *arena;

static int start(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return arena == NULL ? -1 : 0;
}

static int stop(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static struct dl_store_statement said(const char *source, const char *content, int document,
                                      const char *stance)
{
    struct dl_store_statement s = {.source = dl_str_c(source),
                                   .source_class = DL_STR("official"),
                                   .certainty = DL_STR("asserted"),
                                   .stance = dl_str_c(stance),
                                   .content = dl_str_c(content)};
    s.document.b[0] = (unsigned char)document;
    return s;
}

static dl_said group(struct dl_store_statement *list, size_t n, int copy)
{
    dl_store_statements statements = {n, n, list};
    struct dl_store_member member = {.is_copy = true};
    member.id.b[0] = (unsigned char)copy;
    dl_store_members members = {1, 1, &member};
    dl_said groups;
    assert_int_equal(dl_said_group(arena, &statements, &members, &groups), DL_OK);
    return groups;
}

static void copies_of_a_sentence_are_one_wording(void **state)
{
    (void)state;
    struct dl_store_statement list[] = {
        said("the ministry", "nine were injured", 1, "neutral"),
        said("The Ministry", "Nine  were injured", 2, "neutral"),
        said("the ministry", "the pier is closed", 2, "neutral"),
    };
    dl_said g = group(list, 3, 2);
    assert_int_equal(g.n, 1);
    assert_int_equal(g.p[0]->wordings.n, 2);
    assert_int_equal(g.p[0]->documents, 2);
    assert_int_equal(g.p[0]->copies, 1);
    assert_int_equal(g.p[0]->wordings.p[0]->tellings.n, 2);
    assert_false(g.p[0]->wordings.p[0]->tellings.p[0].in_copy);
    assert_true(g.p[0]->wordings.p[0]->tellings.p[1].in_copy);
}

static void other_certainty_is_another_wording(void **state)
{
    (void)state;
    struct dl_store_statement list[] = {said("a", "x", 1, "neutral"), said("a", "x", 2, "neutral")};
    list[1].certainty = DL_STR("negated");
    dl_said g = group(list, 2, 9);
    assert_int_equal(g.p[0]->wordings.n, 2);
}

static void own_voice_comes_last(void **state)
{
    (void)state;
    struct dl_store_statement list[] = {
        said("", "it is so", 1, "own"), said("", "it is said", 1, "hearsay"),
        said("港务局", "九人受伤", 2, "neutral"), said("", "it is so too", 2, "own")};
    dl_said g = group(list, 4, 9);
    assert_int_equal(g.n, 3);
    assert_true(dl_str_eq_c(g.p[0]->source, "港务局"));
    assert_false(g.p[1]->own);
    assert_true(g.p[2]->own);
    assert_int_equal(g.p[2]->wordings.n, 2);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    assert_int_equal(group(NULL, 0, 1).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_of_a_sentence_are_one_wording),
        cmocka_unit_test(other_certainty_is_another_wording),
        cmocka_unit_test(own_voice_comes_last),
        cmocka_unit_test(nothing_gives_nothing),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
