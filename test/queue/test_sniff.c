#include "queue/sniff.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void kinds_are_told_from_the_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *type, *url;
        enum dl_sniffed want;
    } rows[] = {
        {"", "", "", DL_SNIFF_EMPTY},
        {"\xef\xbb\xbf \n", "text/html", "", DL_SNIFF_EMPTY},
        {"<!doctype html><title>x</title>", "", "", DL_SNIFF_PAGE},
        {"\xef\xbb\xbf<html lang=fa><p>می‌خواهند", "", "", DL_SNIFF_PAGE},
        {"<?xml version='1.0'?><rss version='2.0'>", "text/html", "", DL_SNIFF_FEED},
        {"<?xml version='1.0'?>\n<!-- x --><feed xmlns='http://www.w3.org/2005/Atom'>", "", "",
         DL_SNIFF_FEED},
        {"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "", "", DL_SNIFF_FEED},
        {"<!DOCTYPE html><html><body>about <code>&lt;rss</code> <rss", "", "", DL_SNIFF_PAGE},
        {"<?xml version='1.0'?><urlset><url><loc>", "", "", DL_SNIFF_SITEMAP},
        {"<sitemapindex>", "", "", DL_SNIFF_SITEMAP},
        {"{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}", "", "",
         DL_SNIFF_FEED},
        {"{\"title\":\"x\",\"text\":\"y\"}", "", "", DL_SNIFF_ARTICLE},
        {"{\"title\":\"x\"}\n", "", "", DL_SNIFF_ARTICLE},
        {"{\n  \"title\":\"x\"\n}\n", "", "", DL_SNIFF_ARTICLE},
        {"{\"title\":\"x\"}\n{\"title\":\"y\"}\n", "", "", DL_SNIFF_ARTICLES},
        {"WARC/1.1\r\n", "", "", DL_SNIFF_WARC},
        {"\x1f\x8b\x08", "", "a.warc.gz", DL_SNIFF_WARC},
        {"\x1f\x8b\x08", "", "a.gz", DL_SNIFF_BINARY},
        {"\x28\xb5\x2f\xfd", "", "crawl.warc.zst", DL_SNIFF_WARC},
        {"%PDF-1.7\x01\x02\x03\x04", "text/html", "", DL_SNIFF_BINARY},
        {"\x89PNG\r\n\x1a\n\x01\x02", "", "", DL_SNIFF_BINARY},
        {"just words, no markup", "", "", DL_SNIFF_PAGE},
        {"just words, no markup", "text/html; charset=x", "", DL_SNIFF_PAGE},
        {"นี่คือข่าว <p>ข่าว", "", "", DL_SNIFF_PAGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum dl_sniffed got =
            dl_sniff(dl_str_c(rows[i].bytes), dl_str_c(rows[i].type), dl_str_c(rows[i].url));
        if (got != rows[i].want) print_error("row %zu: %s\n", i, rows[i].bytes);
        assert_int_equal(got, rows[i].want);
    }
    assert_int_equal(dl_sniff(DL_STR("\xff\xfe<\0h\0t\0m\0l\0>\0"), DL_STR(""), DL_STR("")),
                     DL_SNIFF_PAGE);
    assert_int_equal(dl_sniff((dl_str){NULL, 0}, (dl_str){NULL, 0}, (dl_str){NULL, 0}),
                     DL_SNIFF_EMPTY);
    assert_int_equal(dl_sniff(DL_STR("<a\0\0\0\0\0\0\0\0"), DL_STR(""), DL_STR("")),
                     DL_SNIFF_BINARY);
}

static void names_of_kinds(void **state)
{
    (void)state;
    assert_int_equal(dl_sniff_named(DL_STR("page")), DL_SNIFF_PAGE);
    assert_int_equal(dl_sniff_named(DL_STR("feed")), DL_SNIFF_FEED);
    assert_int_equal(dl_sniff_named(DL_STR("sitemap")), DL_SNIFF_SITEMAP);
    assert_int_equal(dl_sniff_named(DL_STR("article")), DL_SNIFF_ARTICLE);
    assert_int_equal(dl_sniff_named(DL_STR("Page")), DL_SNIFF_UNKNOWN);
    assert_int_equal(dl_sniff_named((dl_str){NULL, 0}), DL_SNIFF_UNKNOWN);
}

/* Heads of random bytes and cuts of good ones: any answer, no step outside. */
static void nothing_breaks_it(void **state)
{
    (void)state;
    unsigned seed = 3;
    for (int round = 0; round < 2000; round++) {
        size_t n = (size_t)round % 64;
        char *bytes = malloc(n + 1); /* exact, so that a sanitizer sees a read past it */
        for (size_t i = 0; i < n; i++)
            bytes[i] =
                "<>{}rsfeduhtml!?\n \0\xef\xbb\xbf"[(seed = seed * 1103515245u + 12345u) >> 16 &
                                                    15];
        char *exact = realloc(bytes, n == 0 ? 1 : n);
        enum dl_sniffed got = dl_sniff((dl_str){exact, n}, DL_STR("x"), DL_STR("y"));
        assert_in_range(got, DL_SNIFF_UNKNOWN, DL_SNIFF_WARC);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_from_the_bytes),
        cmocka_unit_test(names_of_kinds),
        cmocka_unit_test(nothing_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
