#include "net/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "net/url_plain.h"

static dl_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(64 << 20);
    return arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

/* "" when it does not parse. */
static const char *href(const char *input, const char *base)
{
    struct dl_url url;
    if (dl_url_parse(arena, dl_str_c(input), dl_str_c(base), &url) != DL_OK) return "";
    return dl_str_cstr(arena, url.href);
}

static const char *canonical(const char *input)
{
    struct dl_url url;
    if (dl_url_parse(arena, dl_str_c(input), (dl_str){NULL, 0}, &url) != DL_OK) return "";
    return dl_str_cstr(arena, dl_url_canonical(arena, &url));
}

struct row {
    const char *input, *base, *want;
};

static void hosts_are_made_ascii(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"http://\u4f8b\u3048.\u30c6\u30b9\u30c8/", NULL, "http://xn--r8jz45g.xn--zckzah/"},
        {"http://\u0627\u062e\u0628\u0627\u0631.example:8080/x", NULL,
         "http://xn--mgbacxr.example:8080/x"},
        {"http://B\u00dcCHER.example/", NULL, "http://xn--bcher-kva.example/"},
        {"http://stra\u00dfe.example/", NULL, "http://xn--strae-oqa.example/"},
        {"http://b%C3%BCcher.example/", NULL, "http://xn--bcher-kva.example/"},
        {"http://a.xn--pokxncvks/", NULL, "http://a.xn--pokxncvks/"},
        {"http://XN--A/", NULL, "http://xn--a/"},
        {"http://u:p@b\u00fccher.example:80/?b\u00fc", NULL,
         "http://u:p@xn--bcher-kva.example/?b%C3%BC"},
        {"HTTP:\\\\b\u00fccher.example\\x", NULL, "http://xn--bcher-kva.example/x"},
        {"//b\u00fccher.example/x", "https://xn--a/y", "https://xn--bcher-kva.example/x"},
        {"/x", "https://xn--a/y/z", "https://xn--a/x"},
        {"https:x", "https://xn--a/y/z", "https://xn--a/y/x"},
        {"http:x", "https://xn--a/y/z", "http://x/"},
        {"\u0664", "http://a.example/", "http://a.example/%D9%A4"},
        {"http://\uff11\uff12\uff17.1/", NULL, "http://127.0.0.1/"},
        {"http://a\u200cb.example/", NULL, ""},
        {"http://a\u202eb.example/", NULL, ""},
        {"http://\u05d01a\u05d0.example/", NULL, ""},
        {"http://a%00b/", NULL, ""},
        {"http://a%2fb/", NULL, ""},
        {"http://%ff/", NULL, ""},
        {"http://\u00ad/", NULL, ""},
        {"http://placeholder.invalid/b\u00fc", NULL, "http://placeholder.invalid/b%C3%BC"},
        {"x", "http://base-placeholder.invalid/b", "http://base-placeholder.invalid/x"},
        {"http://xn--placeholder.invalid@b/", "http://c/", "http://xn--placeholder.invalid@b/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(href(rows[i].input, rows[i].base), rows[i].want) != 0)
            fail_msg("%s: %s, not %s", rows[i].input, href(rows[i].input, rows[i].base),
                     rows[i].want);
}

static void parser_follows_the_standard(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"https://example.com/a/b/%2e%2E?q", NULL, "https://example.com/a/?q"},
        {"https://example.com/a/b/..?q#f", NULL, "https://example.com/a/?q#f"},
        {"https://example.com/a/.%2e", NULL, "https://example.com/"},
        {"https://example.com/a/%2e#f", NULL, "https://example.com/a/#f"},
        {"https://example.com/a/...?q", NULL, "https://example.com/a/...?q"},
        {"https://example.com?a/..", NULL, "https://example.com/?a/.."},
        {"mailto:a@example.org  #x", NULL, "mailto:a@example.org %20#x"},
        {" \thttps://exa\nmple.com/\r ", NULL, "https://example.com/"},
        {"../c?d", "https://example.com/a/b", "https://example.com/c?d"},
        {"https://3../%2e%2e?x", NULL, "https://3../?x"},
        {"https://example.com//\u00e9", NULL, "https://example.com//%C3%A9"},
        {"//example.com:8\\/a|b/.x?//", "https://b/", "https://example.com:8//a|b/.x?//"},
        {"https://example.com//a/../../\u00e9", NULL, "https://example.com/%C3%A9"},
        {"..?x", "https://example.com/a/b/c", "https://example.com/a/?x"},
        {".?x", "https://example.com/a/b/c", "https://example.com/a/b/?x"},
        {"https:%2e#x", "https://example.com/a/b/c", "https://example.com/a/b/#x"},
        {"/..?x", "https://example.com/a/b/c", "https://example.com/?x"},
        {"https://example.com//./b", NULL, "https://example.com//b"},
        {"https://example.com/a//%2E/b/./", NULL, "https://example.com/a//b/"},
        {"https://example.com/a/b/..//../..\\.?/..", NULL, "https://example.com/?/.."},
        {"https://example.com:81/../..", NULL, "https://example.com:81/"},
        {"https://example.com/..a/.b/..../...", NULL, "https://example.com/..a/.b/..../..."},
        {"file:///c|/../..//x", NULL, "file:///c://x"},
        {"file:///x/c:/..", NULL, "file:///x/"},
        {"/../y", "file:///c:/x", "file:///c:/y"},
        {"https://example.com/%\x15 x|%2\"%zz%", NULL, "https://example.com/%%15%20x|%2%22%zz%"},
        {"https://zq.example/zq0z%?a=1", "https://example.com/", "https://zq.example/zq0z%?a=1"},
        {"https://example.com/100%?<\"{", NULL, "https://example.com/100%?%3C%22{"},
        {"x%#y", "https://example.com/%/%a", "https://example.com/%/x%#y"},
        {"a%/../ %<?% <", "https://example.com/a/b", "https://example.com/a/%20%%3C?%%20%3C"},
        {"x://h/%\x15 \u00e9", NULL, "x://h/%%15%20%C3%A9"},
        {"file:///% /\u00e9", NULL, "file:///%%20/%C3%A9"},
        {"?..", "https://example.com/a/b/c", "https://example.com/a/b/c?.."},
        {"file:////host|/x", NULL, "file:////host|/x"},
        {"file://host//\u00e9", NULL, "file://host//%C3%A9"},
        {"file:\\\\//host/\u00e9", NULL, "file:////host/%C3%A9"},
        {"////host\u00e9/x", "file:///c|/x", "file:////host%C3%A9/x"},
        {"\\\\\\host|/x", "file:///c|/x", "file:///host|/x"},
        {"file:///a/%2e?x", NULL, "file:///a/?x"},
        {"file:/a/b/..#x", NULL, "file:///a/#x"},
        {"file:././/c|/h", NULL, "file:////c|/h"},
        {"x://a/b\xFF", NULL, "x://a/b%EF%BF%BD"},
        {"file:/.//c|/h\u00e9", NULL, "file:////c|/h%C3%A9"},
        {"..?x", "file:///a/b/c", "file:///a/?x"},
        {"file://c|//\u00e9", NULL, "file:///c://%C3%A9"},
        {"file:///C|/../x", NULL, "file:///C:/x"},
        {"file://localhost/x", NULL, "file:///x"},
        {"", "https://example.com/a#b", "https://example.com/a"},
        {"//", "https://example.com/", ""},
        {"x", NULL, ""},
        {"x", "mailto:a", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(href(rows[i].input, rows[i].base), rows[i].want) != 0)
            fail_msg("%s: %s, not %s", rows[i].input, href(rows[i].input, rows[i].base),
                     rows[i].want);
    /* A path that begins twice is no host, whatever dots stood before it. */
    static const char *const paths[] = {"/.//x", "/a/..//x/..?y", "\\.\\\\x", "https:/.//x"};
    struct dl_url nul;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const dl_str base = DL_STR("https://example.com/a");
        assert_int_equal(dl_url_parse(arena, dl_str_c(paths[i]), base, &nul), DL_OK);
        assert_true(dl_str_eq_c(nul.host, "example.com"));
    }
    assert_int_equal(dl_url_parse(arena, DL_STR("file:/.//x"), (dl_str){NULL, 0}, &nul), DL_OK);
    assert_int_equal(nul.host.n, 0);
    /* A NUL: in a host it is wrong, elsewhere it is kept, and what is behind it. */
    const dl_str bad = {"http://127.0.0.1\0.example/", 26},
                 good = {"\0http://a.example/x\0y?\0z\0", 25};
    assert_int_equal(dl_url_parse(arena, bad, (dl_str){NULL, 0}, &nul), DL_ERR_SYNTAX);
    assert_int_equal(dl_url_parse(arena, good, (dl_str){NULL, 0}, &nul), DL_OK);
    assert_true(dl_str_eq_c(nul.href, "http://a.example/x%00y?%00z"));
    static char longest[DL_URL_MAX + 2];
    memset(longest, 'a', sizeof longest - 1);
    struct dl_url url;
    assert_int_equal(dl_url_parse(arena, dl_str_c(longest), (dl_str){NULL, 0}, &url),
                     DL_ERR_TOO_BIG);
}

static void copies_have_one_form(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"http://example.org/a?b=2&a=1", NULL, "http://EXAMPLE.org:80/x/../a?a=1&b=2#top"},
        {"http://example.org/a", NULL, "http://u:p@example.org./a?utm_source=x&fbclid=1&&c="},
        {"http://example.org/~a/%E6%96%B0", NULL, "http://example.org//%7ea/\u65b0"},
        {"http://example.org/a", NULL, "http://example.org/(S(4hqa0555fwsecu455xqckv45))/a"},
        {"http://example.org/a", NULL, "http://example.org/(4hqa0555fwsecu455xqckv45)/a"},
        {"http://example.org/a", NULL, "http://example.org/a;jsessionid=12?x_campaign=3"},
        {"http://example.org/?x[y]=1", NULL, "http://example.org/?x%5By%5D=1"},
    };
    static const char *const different[] = {
        "http://example.org/a",        "https://example.org/a",
        "http://www.example.org/a",    "http://example.org/A",
        "http://example.org/a?id=1",   "http://example.org/a/b",
        "http://example.org/a%2Fb",    "http://example.org:8080/a",
        "http://example.org/(a)/a",    "http://example.org/a?i=a+b",
        "http://example.org/(S(x))/a", "http://example.org/a?campaign=1",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *a = canonical(rows[i].input), *b = canonical(rows[i].want);
        if (strcmp(a, b) != 0) fail_msg("%s and %s", a, b);
        assert_string_equal(canonical(a), a);
    }
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(canonical(different[i]), canonical(different[j])) == 0)
                fail_msg("%s is %s", different[i], different[j]);
}

static void domains_end_at_public_suffixes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"www.bbc.co.uk", NULL, "bbc.co.uk"},
        {"a.b.example.com.", NULL, "example.com"},
        {"co.uk", NULL, ""},
        {"127.0.0.1", NULL, ""},
        {"[::1]", NULL, ""},
        {"a.xn--p1ai", NULL, "a.xn--p1ai"},
        {"x.github.io", NULL, "x.github.io"},
        {"", NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dl_str domain = dl_url_registrable(arena, dl_str_c(rows[i].input));
        if (!dl_str_eq_c(domain, rows[i].want)) fail_msg("%s: %.*s", rows[i].input, DL_FMT(domain));
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    enum dl_err err = DL_ERR_NOMEM;
    for (size_t n = 1; err != DL_OK && n < 200; n++) {
        struct dl_url url;
        dl_arena_reset(arena);
        dl_arena_fail_at(arena, n);
        err = dl_url_parse(arena, DL_STR("//b\u00fccher.example/a/..?q"), DL_STR("http://xn--a/"),
                           &url);
    }
    dl_arena_fail_at(arena, 0);
    assert_int_equal(err, DL_OK);
}

/* The short way for usual addresses against the whole parser. */
static void usual_addresses_resolve_as_all_do(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "http://", "https://", "HTTP://",   "ftp://",
        "//",      "/",        "a",         "news.example",
        "b-c",     "1",        "..",        ".",
        "%2e",     "%41",      "?",         "#",
        "&",       "=",        "+",         "'",
        "\"",      "<",        " ",         "\t",
        "\n",      ":",        ":80",       ":8080",
        "@",       "\\",       "|",         "^",
        "~",       "xn--",     "--",        "-",
        "\u00E9",  "[::1]",    "127.0.0.1", "0x7f",
        ".com",    "com",      "x.y.z",     "javascript:",
        "mailto:", ";",        ",",         "A",
        "_",       "*",        "(",         "%",
        "{",       "`",
    };
    static const char *const bases[] = {
        "https://news.example/a/feed?x#y",
        "http://news.example",
        "https://Über.example/",
        "",
        "http://1.2.3.4/a",
        "https://a.b.c.example/d/",
        "ftp://x.example/a",
        "mailto:x",
        "http://x.example:80/",
    };
    uint64_t seed = 9;
    size_t plain = 0;
    for (size_t round = 0; round < 60000; round++) {
        char text[256];
        size_t n = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const char *base = bases[(seed >> 40) % (sizeof bases / sizeof *bases)];
        if ((seed >> 50 & 3) == 0) n = (size_t)sprintf(text, "https://news.example");
        if ((seed >> 50 & 3) == 1) n = (size_t)sprintf(text, "/a");
        for (size_t k = seed >> 60 & 7; k < 9; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *part = parts[(seed >> 33) % (sizeof parts / sizeof *parts)];
            n += (size_t)sprintf(text + n, "%s", part);
        }
        dl_str input = {text, n}, href, want = {NULL, 0};
        struct dl_url url;
        if (dl_url_parse(arena, input, dl_str_c(base), &url) == DL_OK && dl_url_is_web(&url))
            want = url.href;
        dl_str got = dl_url_resolve_web(arena, input, dl_str_c(base));
        if (!dl_str_eq(got, want))
            print_message("# \"%.*s\" against %s: %.*s, not %.*s\n", (int)n, text, base,
                          DL_FMT(got), DL_FMT(want));
        assert_true(dl_str_eq(got, want));
        plain += dl_url_plain(arena, input, dl_str_c(base), &href);
        dl_arena_reset(arena);
    }
    assert_true(plain > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_made_ascii),
        cmocka_unit_test(parser_follows_the_standard),
        cmocka_unit_test(copies_have_one_form),
        cmocka_unit_test(domains_end_at_public_suffixes),
        cmocka_unit_test(usual_addresses_resolve_as_all_do),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
