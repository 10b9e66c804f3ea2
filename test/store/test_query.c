#include "fixture.h"
#include "store/query.h"

static const struct {
    const char *text, *match, *exclude;
    size_t filters;
} good[] = {
    {"flood", "\"flood\"", "", 0},
    {"flood  dam", "\"flood\" AND \"dam\"", "", 0},
    {"\"flood in\" dam", "\"flood in\" AND \"dam\"", "", 0},
    {"“flood in” dam", "\"flood in\" AND \"dam\"", "", 0},
    {"«потоп»", "\"потоп\"", "", 0},
    {"fl* -dam -\"big dam\"", "\"fl\"*", "\"dam\" OR \"big dam\"", 0},
    {"(flood OR rain) dam", "((\"flood\") OR (\"rain\")) AND \"dam\"", "", 0},
    {"(a b OR \"c d\")", "((\"a\" AND \"b\") OR (\"c d\"))", "", 0},
    {"京 北京", "\"京\"* AND \"北京\"", "", 0},
    {"lang:ar", "", "", 1},
    {"lang:ar -from:x.com source:\"Foreign Ministry\" since:2024-03", "", "", 4},
    {"flood lang:en", "\"flood\"", "", 1},
    {"http://x.org/a 12:30 a:b*", NULL, NULL, 0},
    {"http://x.org 12:30", "\"http://x.org\" AND \"12:30\"", "", 0},
    {"!!! flood", "\"flood\"", "", 0},
    {"NEAR AND NOT flood", "\"NEAR\" AND \"AND\" AND \"NOT\" AND \"flood\"", "", 0},
    {"洪水　大坝", "\"洪水\" AND \"大坝\"", "", 0},
};

static void queries_become_expressions(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct dl_query q;
        struct dl_diag diag = {0};
        enum dl_err err = dl_query_parse(arena, dl_str_c(good[i].text), &q, &diag);
        if (good[i].match == NULL) {
            assert_int_equal(err, DL_ERR_SYNTAX);
            continue;
        }
        if (err != DL_OK) fail_msg("%s: %s", good[i].text, diag.message);
        if (!dl_str_eq_c(q.match, good[i].match))
            fail_msg("%s: %.*s", good[i].text, DL_FMT(q.match));
        assert_str(q.exclude, good[i].exclude);
        assert_int_equal(q.filters.n, good[i].filters);
    }
    dl_arena_free(arena);
}

static const struct {
    const char *text;
    size_t pos;
    const char *says;
} bad[] = {
    {"langauge:ar", 0, "lang:"},
    {"flood language:ar", 6, "did you mean 'lang:'"},
    {"-sorce:x", 1, "did you mean 'source:'"},
    {"zzzzzz:x", 0, "there are lang:"},
    {"a \"b", 2, "not closed"},
    {"a (b", 2, "not closed"},
    {"a) b", 1, "not opened"},
    {"(a (b))", 3, "in one another"},
    {"a OR b", 2, "parentheses"},
    {"since:tomorrow", 6, "a date"},
    {"country:Ukraine", 8, "two letters"},
    {"lang:", 5, "value"},
    {"-since:2024", 7, "negated"},
};

static void mistakes_are_told_with_their_place(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dl_query q;
        struct dl_diag diag = {.pos = DL_NO_POS};
        assert_int_equal(dl_query_parse(arena, dl_str_c(bad[i].text), &q, &diag), DL_ERR_SYNTAX);
        if (diag.pos != bad[i].pos || strstr(diag.message, bad[i].says) == NULL)
            fail_msg("%s: %s at %zu", bad[i].text, diag.message, diag.pos);
    }
    dl_arena_free(arena);
}

static void limits_hold(void **state)
{
    (void)state;
    struct dl_query q;
    struct dl_diag diag;
    dl_arena *arena = dl_arena_new(1 << 20);
    char many[DL_QUERY_MAX + 2];
    memset(many, 'a', sizeof many);
    assert_int_equal(dl_query_parse(arena, (dl_str){many, sizeof many - 1}, &q, &diag),
                     DL_ERR_TOO_BIG);
    for (size_t i = 1; i < sizeof many; i += 2)
        many[i] = ' ';
    assert_int_equal(dl_query_parse(arena, (dl_str){many, 400}, &q, &diag), DL_ERR_TOO_BIG);
    assert_int_equal(dl_query_parse(arena, DL_STR(""), &q, &diag), DL_ERR_EMPTY);
    assert_int_equal(dl_query_parse(arena, DL_STR("?! -flood"), &q, &diag), DL_ERR_EMPTY);
    assert_int_equal(dl_query_parse(arena, DL_STR("a\xff"), &q, &diag), DL_ERR_ENCODING);
    dl_arena_free(arena);
}

/* since: begins with its day, month …; until: ends behind it. */
static void times_end_behind_their_day(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } times[] = {
        {"since:2024-03-25", 1711324800000},        {"until:2024-03-25", 1711411200000},
        {"until:2024-02", 1709251200000},           {"until:2023", 1704067200000},
        {"since:2024-03-25T10:00Z", 1711360800000},
    };
    dl_arena *arena = dl_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct dl_query q;
        assert_ok(dl_query_parse(arena, dl_str_c(times[i].text), &q, NULL));
        assert_int_equal(q.filters.p[0].ms, times[i].ms);
    }
    dl_arena_free(arena);
}

static void every_failed_allocation_is_told(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    enum dl_err err = DL_ERR_NOMEM;
    size_t n = 0;
    while (err != DL_OK && ++n < 100) {
        struct dl_query q;
        dl_arena_reset(arena);
        dl_arena_fail_at(arena, n);
        err = dl_query_parse(arena, DL_STR("a b (c OR d) lang:EN -e"), &q, NULL);
        dl_arena_fail_at(arena, 0);
        if (err != DL_OK) assert_int_not_equal(err, DL_ERR_SYNTAX);
    }
    assert_ok(err);
    assert_true(n > 2);
    dl_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_become_expressions),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(times_end_behind_their_day),
        cmocka_unit_test(every_failed_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
