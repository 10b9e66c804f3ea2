#include "feed/sitemap.h"

#include <zlib.h>

#include "lab.h"

#define XMLNS "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"

static enum dl_err parse_into(dl_str bytes, struct dl_sitemap **ret)
{
    return dl_sitemap_parse(arena, bytes, DL_STR("https://news.example/maps/"), ret, NULL);
}

static struct dl_sitemap *parse(const char *text)
{
    struct dl_sitemap *map = NULL;
    assert_int_equal(parse_into(dl_str_c(text), &map), DL_OK);
    return map;
}

static dl_str gzip(dl_str plain)
{
    z_stream z = {.next_in = (Bytef *)plain.p, .avail_in = (uInt)plain.n};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    size_t cap = deflateBound(&z, plain.n);
    char *out = dl_alloc(arena, cap);
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    dl_str packed = {out, cap - z.avail_out};
    deflateEnd(&z);
    return packed;
}

static const char news[] =
    "<urlset " XMLNS " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9' "
    "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url>"
    "<image:image><image:loc>https://news.example/i.png</image:loc><image:title>no</image:title>"
    "</image:image><loc> ../2024/1?a=1&amp;b=2 </loc><lastmod>2024-03-25T10:00:00+02:00</lastmod>"
    "<n:news><n:publication><n:name>ТАСС &amp; Co</n:name><n:language>ru</n:language>"
    "</n:publication><n:publication_date>2024-03-25</n:publication_date>"
    "<n:title>Новости &lt;b&gt;дня&lt;/b&gt; 🙂</n:title></n:news></url></urlset>";

static void news_entry_has_its_fields(void **state)
{
    (void)state;
    struct dl_sitemap *map = parse(news);
    assert_int_equal(map->kind, DL_SITEMAP_NEWS);
    assert_int_equal(map->urls.n, 1);
    struct dl_sitemap_url *u = &map->urls.p[0];
    assert_str(u->loc, "https://news.example/2024/1?a=1&b=2");
    assert_str(dl_time_format(arena, u->lastmod), "2024-03-25T08:00:00Z");
    assert_str(u->publication, "ТАСС & Co");
    assert_str(u->language, "ru");
    assert_str(dl_time_format(arena, u->published), "2024-03-25");
    assert_str(u->title, "Новости дня 🙂");
}

static void packed_is_unpacked_within_limits(void **state)
{
    (void)state;
    struct dl_sitemap *map = NULL;
    assert_int_equal(parse_into(gzip(dl_str_c(news)), &map), DL_OK);
    assert_int_equal(map->urls.n, 1);
    dl_str packed = gzip(dl_str_c(news));
    assert_int_equal(parse_into(dl_str_sub(packed, 0, packed.n - 9), &map), DL_ERR_TRUNCATED);
    dl_str bomb = gzip(lab_repeat("                ", 1 << 18));
    assert_int_equal(parse_into(bomb, &map), DL_ERR_TOO_BIG);
}

static void indexes_and_texts(void **state)
{
    (void)state;
    struct dl_sitemap *map =
        parse("<sitemapindex " XMLNS "><sitemap><loc>https://news.example/1.xml.gz</loc>"
              "<lastmod>2024-03</lastmod></sitemap></sitemapindex>");
    assert_int_equal(map->kind, DL_SITEMAP_INDEX);
    assert_str(dl_time_format(arena, map->urls.p[0].lastmod), "2024-03");
    map = parse("\xEF\xBB\xBFhttps://news.example/1\r\nhttp://news.example/2\n\nftp://x/\nword\n");
    assert_int_equal(map->kind, DL_SITEMAP_TEXT);
    assert_int_equal(map->urls.n, 2);
    assert_int_equal(map->dropped, 2);
}

static void only_web_addresses_are_given(void **state)
{
    (void)state;
    struct dl_sitemap *map =
        parse("<urlset " XMLNS "><url><loc>javascript:attack()</loc></url><url><loc>file:///x</loc>"
              "</url><url></url><url><loc>https://news.example/ok</loc></url></urlset>");
    assert_int_equal(map->urls.n, 1);
    assert_int_equal(map->dropped, 3);
}

static void broken_ones_are_recovered(void **state)
{
    (void)state;
    struct dl_sitemap *map =
        parse("\n<urlset " XMLNS "><url><loc>https://news.example/a&b</loc></url>"
              "<url><loc>https://news.example/c</loc><lastmod>2024");
    assert_int_equal(map->urls.n, 2);
    assert_true(map->warning.n > 0);
}

static void what_is_no_sitemap_says_so(void **state)
{
    (void)state;
    struct dl_sitemap *map = NULL;
    assert_int_equal(parse_into(DL_STR(""), &map), DL_ERR_EMPTY);
    assert_int_equal(parse_into(DL_STR("<rss/>"), &map), DL_ERR_UNSUPPORTED);
    assert_int_equal(parse_into(DL_STR("<html><url><loc>x</loc></url></html>"), &map),
                     DL_ERR_UNSUPPORTED);
    assert_int_equal(parse_into(DL_STR("hello world"), &map), DL_ERR_UNSUPPORTED);
    assert_null(map);
}

static void entries_are_limited(void **state)
{
    (void)state;
    dl_str entries =
        lab_repeat("<url><loc>https://news.example/a</loc></url>", DL_SITEMAP_URLS + 5);
    dl_str text = dl_str_fmt(arena, "<urlset " XMLNS ">%.*s</urlset>", DL_FMT(entries));
    struct dl_sitemap *map = NULL;
    assert_int_equal(parse_into(text, &map), DL_OK);
    assert_int_equal(map->urls.n, DL_SITEMAP_URLS);
    assert_int_equal(map->dropped, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(news_entry_has_its_fields), LAB_TEST(packed_is_unpacked_within_limits),
        LAB_TEST(indexes_and_texts),         LAB_TEST(only_web_addresses_are_given),
        LAB_TEST(broken_ones_are_recovered), LAB_TEST(what_is_no_sitemap_says_so),
        LAB_TEST(entries_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
