#include "net/robots.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"

static dl_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(256 << 20);
    return arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static struct dl_robots parse(dl_str file)
{
    struct dl_robots robots;
    dl_arena_reset(arena);
    assert_int_equal(dl_robots_parse(arena, file, DL_STR("dateline"),
                                     DL_STR("https://example.org/robots.txt"), &robots),
                     DL_OK);
    return robots;
}

static bool allowed(const char *file, const char *path)
{
    struct dl_robots robots = parse(dl_str_c(file));
    dl_str url = dl_str_fmt(arena, "https://example.org%s", path);
    bool verdict = false;
    assert_int_equal(dl_robots_check(&robots, arena, url, &verdict, NULL), DL_OK);
    return verdict;
}

struct example {
    const char *file, *yes, *no; /* paths parted by spaces */
};

static void check(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (int want = 0; want < 2; want++) {
            dl_str rest = dl_str_c(want ? examples[i].yes : examples[i].no), path;
            while (dl_str_split(&rest, ' ', &path)) {
                if (path.n == 0) continue;
                char copy[512];
                snprintf(copy, sizeof copy, "%.*s", DL_FMT(path));
                if (allowed(examples[i].file, copy) != want)
                    fail_msg("%s: wanted %d by\n%s", copy, want, examples[i].file);
            }
        }
    }
}

#define CHECK(...)                                                                                 \
    do {                                                                                           \
        static const struct example examples_[] = {__VA_ARGS__};                                   \
        check(examples_, sizeof examples_ / sizeof *examples_);                                    \
    } while (0)

static void groups_are_chosen_and_merged(void **state)
{
    (void)state;
    CHECK({"", "/ /x", ""}, {"User-agent: *\nDisallow: /\n", "/robots.txt", "/ /x"},
          {"User-agent: *\nDisallow: /\nUser-agent: dateline\nDisallow: /a\n", "/ /b", "/a"},
          {"User-agent: dateline\nDisallow: /a\nUser-agent: x\nDisallow: /\nUSER-AGENT: Dateline\n"
           "disallow: /b\n",
           "/ /c", "/a /b"},
          {"User-agent: x\nUser-agent: dateline\nDisallow: /a", "/b", "/a"},
          {"User-agent: dateline\nUser-agent: x\nSitemap: /s\nUser-agent: y\nDisallow: /", "", "/"},
          {"User-agent: dateline\nDisallow:\nUser-agent: *\nDisallow: /", "/ /a", ""},
          {"User-agent: dateline\nUser-agent: *\nDisallow: /a", "/b", "/a"},
          {"Disallow: /\nUser-agent: x\nDisallow: /", "/", ""},
          {"User-agent: datelinebot\nDisallow: /\nUser-agent: date\nDisallow: /", "/", ""},
          {"User-agent: dateline/1.0 (x)\nDisallow: /a", "/b", "/a"},
          {"User-agent: Mozilla, dateline other\nDisallow: /a", "/b", "/a"});
}

static void longest_match_wins(void **state)
{
    (void)state;
    CHECK({"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b /a/bc /x", "/a /a/c"},
          {"User-agent: *\nAllow: /a\nDisallow: /a\n", "/a", ""},
          {"User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", ""},
          {"User-agent: *\nDisallow: /*.php$\n", "/a.php5 /a.php?x /a", "/a.php /b/c.php /.php"},
          {"User-agent: *\nDisallow: /a$\n", "/ /ab /a/", "/a"},
          {"User-agent: *\nDisallow: /*a*b\n", "/b /ba /", "/ab /xaxbx /aab"},
          {"User-agent: *\nDisallow: *\nAllow: /$\n", "/", "/a"},
          {"User-agent: *\nDisallow: /a**b$\n", "/a /ac", "/ab /axxb"},
          {"User-agent: *\nDisallow: /*ab$\n", "/aba", "/ab /abab /xxab"},
          {"User-agent: *\nDisallow: /a?b=\n", "/a /a?c=1", "/a?b=1"},
          {"User-agent: *\nDisallow: /a$b\n", "/a /ab", "/a$b"});
}

static void octets_are_compared_in_one_form(void **state)
{
    (void)state;
    CHECK({"User-agent: *\nDisallow: /\u65b0\u805e/\n", "/",
           "/\u65b0\u805e/1 "
           "/%e6%96%b0%e8%81%9e/"},
          {"User-agent: *\nDisallow: /%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1\n", "/x",
           "/\u0627\u062e\u0628\u0627\u0631"},
          {"User-agent: *\nDisallow: /\u0e02\u0e48\u0e32\u0e27*\U0001f4f0$\n",
           "/\u0e02\u0e48\u0e32\u0e27", "/\u0e02\u0e48\u0e32\u0e27/x/\U0001f4f0"},
          {"User-agent: *\nDisallow: /%7ejoe/\n", "/joe", "/~joe/ /%7Ejoe/ /%7ejoe/"},
          {"User-agent: *\nDisallow: /a%2fb\n", "/a/b", "/a%2Fb /a%2fb"},
          {"User-agent: *\nDisallow: /a%2Ab\n", "/axb", "/a*b /a%2ab"},
          {"User-agent: *\nDisallow: /a{b}\n", "/ab", "/a{b} /a%7Bb%7D"},
          {"User-agent: *\nDisallow: /a%zz%\n", "/a", "/a%zz%"});
}

static void real_files_are_understood(void **state)
{
    (void)state;
    CHECK({"\xEF\xBB\xBFUser-agent: *\nDisallow: /a", "/", "/a"},
          {"\xEFUser-agent: *\nDisallow: /a", "/", "/a"},
          {"User-agent: *\rDisallow: /a\r\rDisallow: /b", "/", "/a /b"},
          {"  useragent : *  # all\n\tDissallow :/a#b\n", "/", "/a"},
          {"User agent: *\nDisalow: /a\nAlow: /a/b", "/a/b", "/a"},
          {"User-agent *\nDisallow /a\nDisallow some words here", "/ /some", "/a"},
          {"User-agent: *\nHallway: /a\nNoindex: /b", "/a /b", ""},
          {"User-agent: *\nDisallow: /\nAllow: /x/index.html", "/x/ /x/index.html", "/x/y /"},
          {"<html><body>User-agent: *<br>\nDisallow: /a<br>\n</body>", "/", "/a"},
          {"<html><h1>Not found</h1></html>", "/ /a", ""});
    static const char utf16[] = "\xFF\xFEU\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0*\0\n\0D\0i\0s\0a\0l\0l"
                                "\0o\0w\0:\0/\0";
    struct dl_robots robots = parse((dl_str){utf16, sizeof utf16 - 1});
    assert_int_equal(robots.n_rules, 1);
}

static void delays_sitemaps_and_signals(void **state)
{
    (void)state;
    struct dl_robots r = parse(DL_STR(
        "Content-Signal: ai-train=no\nLicense: /license.xml\nUser-agent: dateline\n"
        "Crawl-delay: 2.5\nUser-agent: other\nCrawl-delay: 7\nDisallow: /a\n"
        "Sitemap: /news.xml\nsitemap: https://cdn.example.com/s.xml\nSitemap: javascript:x\n"));
    assert_int_equal(r.crawl_delay_ms, 2500);
    assert_true(r.named);
    assert_int_equal(r.n_rules, 1); /* a delay parts no group of rules */
    assert_int_equal(r.n_sitemaps, 2);
    assert_true(dl_str_eq_c(r.sitemaps[0], "https://example.org/news.xml"));
    assert_true(dl_str_eq_c(r.sitemaps[1], "https://cdn.example.com/s.xml"));
    assert_true(dl_str_eq_c(r.content_signal, "ai-train=no"));
    assert_true(dl_str_eq_c(r.license, "https://example.org/license.xml"));
    static const struct {
        const char *text;
        int64_t ms;
    } delays[] = {{"0", 0},
                  {"1", 1000},
                  {".5", 500},
                  {"10s", 10000},
                  {"3 sec", 3000},
                  {"-1", -1},
                  {"x", -1},
                  {"", -1},
                  {"1e9", -1},
                  {".", -1},
                  {"99999999999999999999", DL_ROBOTS_DELAY_MAX_MS}};
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        char file[128];
        snprintf(file, sizeof file, "User-agent: *\nCrawl-delay: %s\n", delays[i].text);
        if (parse(dl_str_c(file)).crawl_delay_ms != delays[i].ms) fail_msg("%s", delays[i].text);
    }
}

static void the_rule_is_shown_without_controls(void **state)
{
    (void)state;
    struct dl_robots r = parse(DL_STR("User-agent: *\nDisallow: /a\x1b[31m\xff\u202e\n"));
    assert_int_equal(r.n_rules, 1);
    assert_true(dl_utf8_valid(r.rules[0].line, NULL));
    assert_true(dl_str_eq_c(r.rules[0].line, "Disallow: /a[31m\uFFFD"));
}

static void size_is_limited(void **state)
{
    (void)state;
    dl_buf file = DL_BUF_INIT(4 << 20);
    dl_buf_c(&file, "User-agent: *\nDisallow: /first\n");
    while (file.n < DL_ROBOTS_MAX)
        dl_buf_c(&file, "Disallow: /*x*y*z*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
    dl_buf_c(&file, "Disallow: /last\n");
    struct dl_robots r = parse(dl_buf_slice(&file));
    assert_true(r.cut);
    dl_buf url = DL_BUF_INIT(1 << 20);
    dl_buf_c(&url, "https://example.org/last");
    while (url.n < 60000)
        dl_buf_c(&url, "xyzaaaaaaaa");
    bool verdict = false;
    assert_int_equal(dl_robots_check(&r, arena, dl_buf_slice(&url), &verdict, NULL), DL_OK);
    assert_true(verdict);
    assert_int_equal(
        dl_robots_check(&r, arena, DL_STR("https://example.org/first"), &verdict, NULL), DL_OK);
    assert_false(verdict);
    dl_buf_free(&url);
    dl_buf_free(&file);
}

static void what_is_no_web_address_is_an_error(void **state)
{
    (void)state;
    struct dl_robots r = parse(DL_STR("User-agent: *\nDisallow: /\n"));
    bool verdict = true;
    assert_int_equal(dl_robots_check(&r, arena, DL_STR("file:///etc/passwd"), &verdict, NULL),
                     DL_ERR_SYNTAX);
    assert_int_equal(dl_robots_check(&r, arena, DL_STR("x"), &verdict, NULL), DL_ERR_SYNTAX);
    assert_true(verdict);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const dl_str file = DL_STR("User-agent: dateline\nDisallow: /a*b\nAllow: /x/index.html\n"
                               "Sitemap: /s.xml\nContent-Signal: search=yes\n");
    enum dl_err err = DL_ERR_NOMEM;
    for (size_t n = 1; err != DL_OK && n < 1000; n++) {
        struct dl_robots r;
        dl_arena_reset(arena);
        dl_arena_fail_at(arena, n);
        err = dl_robots_parse(arena, file, DL_STR("dateline"), DL_STR("https://example.org/"), &r);
    }
    dl_arena_fail_at(arena, 0);
    assert_int_equal(err, DL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_chosen_and_merged),
        cmocka_unit_test(longest_match_wins),
        cmocka_unit_test(octets_are_compared_in_one_form),
        cmocka_unit_test(real_files_are_understood),
        cmocka_unit_test(delays_sitemaps_and_signals),
        cmocka_unit_test(the_rule_is_shown_without_controls),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(what_is_no_web_address_is_an_error),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
