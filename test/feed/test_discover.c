#include "feed/discover.h"

#include "lab.h"

static dl_discovered_vec find(const char *html)
{
    dl_discovered_vec feeds = {0};
    assert_int_equal(
        dl_discover_page(arena, dl_str_c(html), DL_STR("https://news.example/a/b"), &feeds, NULL),
        DL_OK);
    return feeds;
}

static void declared_feeds_in_page_order(void **state)
{
    (void)state;
    dl_discovered_vec f = find(
        "<link rel='stylesheet' href='x.css'><link rel=ALTERNATE type='Application/RSS+XML; "
        "charset=utf-8' href='rss' title=' اخبار  روز '><link rel='alternate home' "
        "type=application/atom+xml href='//feeds.example/atom'><link rel=alternate hreflang=fr "
        "href='/fr'><link rel=alternate type=application/rss+xml href='/a/rss'>"
        "<a href='/feed'>never looked at</a>");
    assert_int_equal(f.n, 2);
    assert_str(f.p[0].url, "https://news.example/a/rss");
    assert_str(f.p[0].type, "application/rss+xml");
    assert_str(f.p[0].title, "اخبار روز");
    assert_true(f.p[0].declared);
    assert_str(f.p[1].url, "https://feeds.example/atom");
}

static void base_holds_for_the_whole_page(void **state)
{
    (void)state;
    dl_discovered_vec f = find("<link rel=alternate type=application/rss+xml href='rss'>"
                               "<base href='https://other.example/x/'><base href='/late/'>");
    assert_str(f.p[0].url, "https://other.example/x/rss");
}

static void what_is_no_feed_is_not_found(void **state)
{
    (void)state;
    assert_int_equal(find("").n, 0);
    assert_int_equal(
        find("<link rel=alternate type='application/json' href='/wp-json/wp/v2/posts/1'>"
             "<link rel=alternate type=application/json+oembed href='/oembed?format=xml'>"
             "<link rel=alternate type=application/rss+xml href>"
             "<link rel=alternate type=application/rss+xml href='javascript:x'>"
             "<!-- <link rel=alternate type=application/rss+xml href='/c'> -->")
            .n,
        0);
}

static void links_that_look_like_feeds(void **state)
{
    (void)state;
    dl_discovered_vec f = find(
        "<link rel=alternate href='/atom.xml'><a href='/rss/how-to.html'>about</a>"
        "<a href='?feed=rss2'>RSS</a><a href='https://reader.example/add?url=https%3A%2F%2Fx%2Ffeed'>"
        "add</a><a href='/feeds/posts/default'>x</a><a href='/atom.xml'>again</a>"
        "<a href='mailto:feed@news.example'>m</a><a href='/feedback'>f</a>");
    assert_int_equal(f.n, 3);
    assert_str(f.p[0].url, "https://news.example/atom.xml");
    assert_str(f.p[1].url, "https://news.example/a/b?feed=rss2");
    assert_str(f.p[1].title, "RSS");
    assert_str(f.p[2].url, "https://news.example/feeds/posts/default");
    assert_false(f.p[0].declared);
}

static void addresses_of_feeds(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool feed;
    } cases[] = {
        {"https://a.example/feed/", true},
        {"https://a.example/news/rss.xml", true},
        {"https://a.example/index.rdf", true},
        {"https://feeds.a.example/main", true},
        {"https://a.example/x?format=atom", true},
        {"https://a.example/news.atom", true},
        {"https://a.example/", false},
        {"https://a.example/sitemap.xml", false},
        {"https://a.example/rss/about", false},
        {"https://a.example/transfeed", false},
        {"ftp://a.example/rss.xml", false},
        {"https://feeds.a.example/", false},
        {"https://a.example/feed/https://b.example/", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (dl_discover_looks_like_feed(arena, dl_str_c(cases[i].url)) != cases[i].feed)
            fail_msg("%s", cases[i].url);
}

static void well_known_places_are_absolute(void **state)
{
    (void)state;
    dl_discovered_vec places = {0};
    assert_int_equal(dl_discover_well_known(arena, DL_STR("https://news.example/a/b"), &places),
                     DL_OK);
    assert_true(places.n > 5);
    assert_str(places.p[0].url, "https://news.example/feed");
}

static void many_links_are_limited(void **state)
{
    (void)state;
    dl_buf b = DL_BUF_INIT(4 << 20);
    for (int i = 0; i < 5000; i++)
        dl_buf_fmt(&b, "<link rel=alternate type=application/rss+xml href='/%d/rss'>", i);
    assert_int_equal(find(b.p).n, DL_DISCOVER_FEEDS);
    dl_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(declared_feeds_in_page_order), LAB_TEST(base_holds_for_the_whole_page),
        LAB_TEST(what_is_no_feed_is_not_found), LAB_TEST(links_that_look_like_feeds),
        LAB_TEST(addresses_of_feeds),           LAB_TEST(well_known_places_are_absolute),
        LAB_TEST(many_links_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
