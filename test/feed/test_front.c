/* Front pages of invented sites: their articles in order, and nothing else. */
#include "feed/front.h"

#include "lab.h"

static dl_front_links read_at(const char *html, const char *url)
{
    dl_front_links links = {0};
    assert_int_equal(dl_front_read(arena, dl_str_c(html), dl_str_c(url), &links, NULL), DL_OK);
    return links;
}

static void assert_links(const char *html, const char *url, const char *const *want, size_t n)
{
    dl_front_links links = read_at(html, url);
    for (size_t i = 0; i < links.n && i < n; i++)
        assert_str(links.p[i].url, want[i]);
    assert_int_equal(links.n, n);
}
#define LINKS(html, url, ...)                                                                      \
    do {                                                                                           \
        static const char *const want_[] = {__VA_ARGS__};                                          \
        assert_links(html, url, want_, sizeof want_ / sizeof *want_);                              \
    } while (0)

#define MENU                                                                                       \
    "<nav><a href='/'>Home</a><a href='/world/'>World</a><a href='/sport/'>Sport</a>"              \
    "<a href='/about-us'>About us</a></nav>"
#define FOOT                                                                                       \
    "<footer><a href='/privacy-policy-and-terms-of-use'>Privacy policy and terms of use</a>"       \
    "<a href='https://social.example/share/12345678'>Follow us on the social thing</a></footer>"

static void articles_stand_in_the_order_of_the_page(void **state)
{
    (void)state;
    LINKS(MENU "<main><a href='/world/2031/05/07/bridge-closed-until-autumn'><img src=x></a>"
               "<h2><a href='/world/2031/05/07/bridge-closed-until-autumn'>Bridge is closed until "
               "autumn</a></h2>"
               "<h2><a href='https://www.courier.example/sport/2031/05/07/town-wins-the-cup#top'>"
               "Town wins the cup</a></h2>"
               "<a href='/world/2031/05/06/minister-of-works-resigns'>The minister of works "
               "resigns</a><a href='/video.mp4'>Watch the whole of the long match here</a>"
               "<a href='/tag/bridges'>All reports about bridges and pillars</a>"
               "<a href='/author/a-example-of-courier'>A. EXAMPLE of the Courier</a></main>" FOOT,
          "https://www.courier.example/",
          "https://www.courier.example/world/2031/05/07/bridge-closed-until-autumn",
          "https://www.courier.example/sport/2031/05/07/town-wins-the-cup#top",
          "https://www.courier.example/world/2031/05/06/minister-of-works-resigns");
}

static void titles_are_the_headings(void **state)
{
    (void)state;
    dl_front_links links = read_at(
        "<a href='/n/1234567'><span>Now</span></a><a href='/n/1234567'><h3>Old  bridge\n closed "
        "</h3><p>Two pillars have moved, says the ministry of works on Friday.</p></a>"
        "<a href='/n/1234567'>Read more about this and many other things</a>"
        "<a href='/n/1234568'>Harbour opens again after a week</a>",
        "https://n.example/");
    assert_int_equal(links.n, 2);
    assert_str(links.p[0].title, "Old bridge closed");
    assert_str(links.p[1].title, "Harbour opens again after a week");
}

static void numbers_and_queries_are_addresses_of_articles(void **state)
{
    (void)state;
    LINKS("<a href='article.php?id=771&PHPSESSID=x'>Council decides about the new school</a>"
          "<a href='article.php?id=772'>School gets a roof before the winter</a>"
          "<a href='article.php?id=773'>Winter comes early, say farmers</a>"
          "<a href='list.php?page=2'>Page two</a><a href='forum.php?sid=1'>Forum</a>",
          "http://old.example/news/", "http://old.example/news/article.php?id=771&PHPSESSID=x",
          "http://old.example/news/article.php?id=772",
          "http://old.example/news/article.php?id=773");
}

static void scripts_without_spaces_or_capitals(void **state)
{
    (void)state;
    LINKS("<ul><li><a href='/a/202405/07/WS663a1b2c.html'>旧大桥因两根桥墩移位关闭至秋季</a>"
          "<li><a href='/a/202405/07/WS663a1b2d.html'>港口停运一周后重新开放</a>"
          "<li><a href='/a/202405/07/WS663a1b2e.html'>农民称冬天提前到来</a>"
          "<li><a href='/china/'>中国</a><li><a href='/world/'>国际</a></ul>",
          "https://zh.example/", "https://zh.example/a/202405/07/WS663a1b2c.html",
          "https://zh.example/a/202405/07/WS663a1b2d.html",
          "https://zh.example/a/202405/07/WS663a1b2e.html");
    LINKS(
        "<a href='/news/%D8%A7%D9%84%D8%AC%D8%B3%D8%B1-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%85-"
        "%D9%85%D8%BA%D9%84%D9%82-%D8%AD%D8%AA%D9%89'>الجسر القديم مغلق حتى الخريف بعد تحرك "
        "عمودين</a><a href='/news/sport/'>رياضة</a>",
        "https://ar.example/",
        "https://ar.example/news/%D8%A7%D9%84%D8%AC%D8%B3%D8%B1-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%"
        "85-%D9%85%D8%BA%D9%84%D9%82-%D8%AD%D8%AA%D9%89");
}

/* A short headline is an article where its neighbours are. */
static void company_decides_for_the_short(void **state)
{
    (void)state;
    LINKS("<a href='/story/40001'>The old bridge is closed until the autumn</a>"
          "<a href='/story/40002'>Fire!</a>"
          "<a href='/story/40003'>Harbour opens again after a whole week</a>"
          "<a href='/story/40004'>Farmers say that winter has come early</a>",
          "https://s.example/", "https://s.example/story/40001", "https://s.example/story/40002",
          "https://s.example/story/40003", "https://s.example/story/40004");
}

static void sections_and_strangers_are_no_articles(void **state)
{
    (void)state;
    dl_front_links links = read_at(
        MENU "<a href='/politics'>Politics and everything around it in the capital</a>"
             "<a href='/search?q=bridge'>Search for reports about the bridge here</a>"
             "<a href='javascript:alert(1)'>Open the menu of this very long page</a>"
             "<a href='https://other.example/2031/05/07/somebody-elses-long-article'>Somebody "
             "else's long article about the bridge</a><a href='#c'>x</a><a>y</a>" FOOT,
        "https://www.courier.example/");
    assert_int_equal(links.n, 0);
    assert_int_equal(read_at("", "https://e.example/").n, 0);
    assert_int_equal(
        read_at("<a href='/2031/05/07/a-b-c-d-e'>Long enough for a headline here", "nonsense").n,
        0);
}

static void a_page_of_links_ends(void **state)
{
    (void)state;
    dl_buf buf = DL_BUF_INIT(8 << 20);
    for (int i = 0; i < 20000; i++)
        dl_buf_fmt(&buf,
                   "<div><a href='/news/%d/the-old-bridge-is-closed'>Report number %d of the "
                   "day</a></div>",
                   100000 + i, i);
    dl_front_links links;
    assert_int_equal(
        dl_front_read(arena, dl_buf_slice(&buf), DL_STR("https://m.example/"), &links, NULL),
        DL_OK);
    assert_int_equal(links.n, DL_FRONT_LINKS);
    assert_str(links.p[0].url, "https://m.example/news/100000/the-old-bridge-is-closed");
    dl_buf_free(&buf);
    dl_str deep = lab_repeat("<a href='/2031/05/07/one-two-three-four'><h2>", 20000);
    assert_int_equal(dl_front_read(arena, deep, DL_STR("https://m.example/"), &links, NULL), DL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(articles_stand_in_the_order_of_the_page),
        LAB_TEST(titles_are_the_headings),
        LAB_TEST(numbers_and_queries_are_addresses_of_articles),
        LAB_TEST(scripts_without_spaces_or_capitals),
        LAB_TEST(company_decides_for_the_short),
        LAB_TEST(sections_and_strangers_are_no_articles),
        LAB_TEST(a_page_of_links_ends),
    };
    return cmocka_run_group_tests_name("front", tests, NULL, NULL);
}
