#include "net/robots_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/client.h"

enum { HOUR = 3600 * 1000, DAY = 24 * HOUR };
static const int64_t start = 1711360800000;

static dl_robots_cache *cache;
static struct dl_robots_advice advice;

static int setup(void **state)
{
    (void)state;
    cache = dl_robots_cache_new("dateline", 100);
    return cache == NULL;
}

static int teardown(void **state)
{
    (void)state;
    dl_robots_cache_free(cache);
    return 0;
}

static enum dl_robots_answer ask(const char *url, int64_t now_ms)
{
    return dl_robots_cache_ask(cache, dl_str_c(url), now_ms, &advice);
}

static void put(const char *fetch, int status, const char *body, int64_t now_ms)
{
    struct dl_response r = {.status = status,
                            .body = dl_str_c(body),
                            .url = dl_str_c(fetch),
                            .max_age_s = -1,
                            .retry_after_s = -1};
    dl_robots_cache_put(cache, dl_str_c(fetch), &r, now_ms);
}

static void put_fault(const char *fetch, enum dl_fault fault, int64_t now_ms)
{
    struct dl_response r = {
        .fault = fault, .err = dl_fault_err(fault), .max_age_s = -1, .retry_after_s = -1};
    dl_robots_cache_put(cache, dl_str_c(fetch), &r, now_ms);
}

#define FILE_A "https://a.example/robots.txt"

static void a_host_is_asked_once_and_for_a_day(void **state)
{
    (void)state;
    assert_int_equal(ask("https://a.example/x", start), DL_ROBOTS_FETCH);
    assert_true(dl_str_eq_c(advice.fetch, FILE_A));
    assert_int_equal(ask("https://a.example/y", start + 1), DL_ROBOTS_WAIT);
    assert_int_equal(ask("http://a.example/y", start + 1), DL_ROBOTS_FETCH);
    assert_int_equal(ask("https://a.example:8443/y", start + 1), DL_ROBOTS_FETCH);
    assert_int_equal(ask("https://A.example:443/robots.txt", start + 1), DL_ROBOTS_ALLOWED);
    put(FILE_A, 200,
        "User-agent: *\nCrawl-delay: 4\nDisallow: /\u65b0\u805e\nSitemap: /s.xml\n"
        "Content-Signal: ai-train=no\n",
        start + 10);
    assert_int_equal(ask("https://a.example/x", start + 11), DL_ROBOTS_ALLOWED);
    assert_int_equal(advice.gap_ms, 4000);
    assert_int_equal(advice.n_sitemaps, 1);
    assert_true(dl_str_eq_c(advice.sitemaps[0], "https://a.example/s.xml"));
    assert_true(dl_str_eq_c(advice.content_signal, "ai-train=no"));
    assert_int_equal(ask("https://a.example/%E6%96%B0%E8%81%9E/1", start + 11),
                     DL_ROBOTS_DISALLOWED);
    assert_string_equal(advice.why, "robots.txt forbids it: Disallow: /\u65b0\u805e");
    assert_true(dl_str_eq_c(advice.rule, "Disallow: /\u65b0\u805e"));
    assert_int_equal(advice.again_ms, start + 10 + DAY);
    assert_int_equal(ask("https://a.example/x", start + 9 + DAY), DL_ROBOTS_ALLOWED);
    assert_int_equal(ask("https://a.example/x", start + 10 + DAY), DL_ROBOTS_FETCH);
}

static void restart(void)
{
    static const char *const files[] = {FILE_A, "https://none.example/robots.txt",
                                        "https://down.example/robots.txt"};
    dl_robots_cache *next = dl_robots_cache_new("dateline", 100);
    dl_arena *arena = dl_arena_new(1 << 20);
    for (size_t i = 0; i < 3; i++) {
        struct dl_robots_record record;
        assert_true(dl_robots_cache_record(cache, dl_str_c(files[i]), arena, &record));
        dl_robots_cache_restore(next, &record);
    }
    dl_arena_free(arena);
    dl_robots_cache_free(cache);
    cache = next;
}

static void what_was_said_outlives_a_restart(void **state)
{
    (void)state;
    ask("https://a.example/x", start);
    put(FILE_A, 200,
        "User-agent: other\nDisallow: /\nUser-agent: *\nCrawl-delay: 4.5\nDisallow: /\u65b0\u805e\n"
        "Allow: /a$\nDisallow: /*?q=\nSitemap: /s.xml\nContent-Signal: ai-train=no\n"
        "License: https://a.example/license.xml\n",
        start);
    ask("https://none.example/x", start);
    put("https://none.example/robots.txt", 404, "", start);
    ask("https://down.example/x", start);
    put("https://down.example/robots.txt", 503, "", start);
    for (int i = 0; i < 3; i++) {
        restart();
        assert_int_equal(ask("https://a.example/x", start + DAY - 1), DL_ROBOTS_ALLOWED);
        assert_int_equal(advice.gap_ms, 4500);
        assert_int_equal(advice.n_sitemaps, 1);
        assert_true(dl_str_eq_c(advice.sitemaps[0], "https://a.example/s.xml"));
        assert_true(dl_str_eq_c(advice.content_signal, "ai-train=no"));
        assert_true(dl_str_eq_c(advice.license, "https://a.example/license.xml"));
        assert_int_equal(ask("https://a.example/b?q=1", start + 1), DL_ROBOTS_DISALLOWED);
        assert_int_equal(ask("https://a.example/%E6%96%B0%E8%81%9E/1", start + 1),
                         DL_ROBOTS_DISALLOWED);
        assert_string_equal(advice.why, "robots.txt forbids it: Disallow: /\u65b0\u805e");
        assert_int_equal(ask("https://none.example/x", start + DAY - 1), DL_ROBOTS_ALLOWED);
        assert_int_equal(ask("https://down.example/x", start + 59999), DL_ROBOTS_DISALLOWED);
    }
    assert_int_equal(ask("https://down.example/x", start + 60000), DL_ROBOTS_FETCH);
    assert_int_equal(ask("https://a.example/x", start + DAY), DL_ROBOTS_FETCH);
}

static void no_file_allows_all(void **state)
{
    (void)state;
    static const int statuses[] = {404, 401, 403, 410, 304};
    for (size_t i = 0; i < 5; i++) {
        char url[64], fetch[64];
        snprintf(url, sizeof url, "http://n%zu.example/x", i);
        snprintf(fetch, sizeof fetch, "http://n%zu.example/robots.txt", i);
        assert_int_equal(ask(url, start), DL_ROBOTS_FETCH);
        put(fetch, statuses[i], "User-agent: *\nDisallow: /", start);
        assert_int_equal(ask(url, start + DAY - 1), DL_ROBOTS_ALLOWED);
    }
    assert_int_equal(ask("http://r.example/", start), DL_ROBOTS_FETCH);
    put_fault("http://r.example/robots.txt", DL_FAULT_REDIRECTS, start);
    assert_int_equal(ask("http://r.example/", start), DL_ROBOTS_ALLOWED);
}

static void no_answer_allows_nothing(void **state)
{
    (void)state;
    int64_t now = start, minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ask("https://a.example/x", now), DL_ROBOTS_FETCH);
        if (i % 2 == 0)
            put(FILE_A, i % 4 == 0 ? 503 : 429, "", now);
        else
            put_fault(FILE_A, DL_FAULT_TIMEOUT, now);
        assert_int_equal(ask("https://a.example/x", now), DL_ROBOTS_DISALLOWED);
        assert_int_equal(advice.again_ms, now + minutes[i] * 60000);
        assert_non_null(strstr(advice.why, i % 2 == 0 ? "(HTTP " : "took longer"));
        now = advice.again_ms;
    }
    assert_int_equal(ask("https://a.example/x", now), DL_ROBOTS_FETCH);
    put_fault(FILE_A, DL_FAULT_CONNECT, start + (int64_t)DL_ROBOTS_GIVE_UP_S * 1000);
    assert_int_equal(ask("https://a.example/x", start + (int64_t)DL_ROBOTS_GIVE_UP_S * 1000),
                     DL_ROBOTS_ALLOWED);
}

static void an_older_copy_goes_on_to_hold(void **state)
{
    (void)state;
    assert_int_equal(ask("https://a.example/x", start), DL_ROBOTS_FETCH);
    put(FILE_A, 200, "User-agent: *\nDisallow: /x", start);
    assert_int_equal(ask("https://a.example/x", start + DAY), DL_ROBOTS_FETCH);
    put(FILE_A, 500, "", start + DAY);
    assert_int_equal(ask("https://a.example/x", start + DAY), DL_ROBOTS_DISALLOWED);
    assert_int_equal(ask("https://a.example/y", start + DAY), DL_ROBOTS_ALLOWED);
    assert_int_equal(ask("https://a.example/y", start + DAY + 60000), DL_ROBOTS_FETCH);
    put(FILE_A, 200, "", start + DAY + 60000);
    assert_int_equal(ask("https://a.example/x", start + DAY + 60000), DL_ROBOTS_ALLOWED);
}

static void what_is_never_answered_is_asked_again(void **state)
{
    (void)state;
    assert_int_equal(ask("https://a.example/x", start), DL_ROBOTS_FETCH);
    assert_int_equal(ask("https://a.example/x", start + 299999), DL_ROBOTS_WAIT);
    assert_int_equal(ask("https://a.example/x", start + 300000), DL_ROBOTS_FETCH);
    put_fault(FILE_A, DL_FAULT_CANCELLED, start + 300001);
    assert_int_equal(ask("https://a.example/x", start + 300002), DL_ROBOTS_FETCH);
    put(FILE_A, 200, "", start + 300003);
    /* The clock goes back for years. */
    assert_int_equal(ask("https://a.example/x", start - 1000LL * DAY), DL_ROBOTS_FETCH);
    assert_int_equal(ask("mailto:x", start), DL_ROBOTS_DISALLOWED);
    assert_int_equal(advice.again_ms, INT64_MAX);
}

static void memory_is_bounded_and_the_used_stay(void **state)
{
    (void)state;
    char url[64];
    for (int i = 0; i < 5000; i++) {
        snprintf(url, sizeof url, "https://h%d.example/robots.txt", i);
        char page[64];
        snprintf(page, sizeof page, "https://h%d.example/x", i);
        assert_int_equal(ask(page, start), DL_ROBOTS_FETCH);
        put(url, 200, "User-agent: *\nDisallow: /x", start);
        assert_int_equal(ask(page, start), DL_ROBOTS_DISALLOWED);
        assert_int_equal(ask("https://h0.example/x", start), DL_ROBOTS_DISALLOWED);
        assert_true(dl_robots_cache_hosts(cache) <= 200);
    }
    assert_int_equal(ask("https://h4990.example/x", start), DL_ROBOTS_DISALLOWED);
    assert_int_equal(ask("https://h1.example/x", start), DL_ROBOTS_FETCH);
}

static void max_age_shortens(void **state)
{
    (void)state;
    struct dl_response r = {.status = 200, .max_age_s = 7200, .retry_after_s = -1};
    assert_int_equal(ask("https://a.example/x", start), DL_ROBOTS_FETCH);
    dl_robots_cache_put(cache, DL_STR(FILE_A), &r, start);
    assert_int_equal(ask("https://a.example/x", start + 2 * HOUR - 1), DL_ROBOTS_ALLOWED);
    assert_int_equal(ask("https://a.example/x", start + 2 * HOUR), DL_ROBOTS_FETCH);
    r.max_age_s = 0;
    dl_robots_cache_put(cache, DL_STR(FILE_A), &r, start);
    assert_int_equal(ask("https://a.example/x", start + HOUR - 1), DL_ROBOTS_ALLOWED);
    assert_int_equal(ask("https://a.example/x", start + HOUR), DL_ROBOTS_FETCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_host_is_asked_once_and_for_a_day, setup, teardown),
        cmocka_unit_test_setup_teardown(no_file_allows_all, setup, teardown),
        cmocka_unit_test_setup_teardown(no_answer_allows_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_older_copy_goes_on_to_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_never_answered_is_asked_again, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_is_bounded_and_the_used_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(max_age_shortens, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_said_outlives_a_restart, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
