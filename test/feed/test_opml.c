#include "feed/opml.h"

#include "lab.h"

static struct dl_opml *parse(dl_str text)
{
    struct dl_opml *opml = NULL;
    assert_int_equal(dl_opml_parse(arena, text, (dl_str){NULL, 0}, &opml, NULL), DL_OK);
    return opml;
}

static const char list[] =
    "<?xml version='1.0'?><opml version='2.0'><head><title>Мои &amp; ленты</title></head><body>"
    "<outline text='Europe'><outline title='Deutschland' text='DE'>"
    "<outline text='Tagesblatt &quot;X&quot;' xmlUrl='feed://t.example/rss?a=1&amp;b=2' "
    "htmlUrl='https://t.example/' country='DE' language='de' kind='newspaper' outlet='t.example' "
    "category='/a/b,c,c'/></outline></outline>"
    "<outline text='中文' type='rss' xmlUrl='https://c.example/'/>"
    "<outline text='again' xmlUrl='https://c.example/'/>"
    "<outline text='old' type='rss' url='http://old.example/feed'/>"
    "<outline text='page' type='link' url='https://page.example/'/></body></opml>";

static void feeds_have_their_groups_and_our_attributes(void **state)
{
    (void)state;
    struct dl_opml *opml = parse(dl_str_c(list));
    assert_str(opml->title, "Мои & ленты");
    assert_int_equal(opml->feeds.n, 3);
    struct dl_opml_feed *f = &opml->feeds.p[0];
    assert_str(f->url, "http://t.example/rss?a=1&b=2");
    assert_str(f->title, "Tagesblatt \"X\"");
    assert_str(f->site, "https://t.example/");
    assert_int_equal(f->categories.n, 3);
    assert_str(f->categories.p[0], "Europe/Deutschland");
    assert_str(f->categories.p[1], "a/b");
    assert_str(f->categories.p[2], "c");
    assert_str(f->country, "DE");
    assert_str(f->language, "de");
    assert_str(f->kind, "newspaper");
    assert_str(f->outlet, "t.example");
    assert_str(opml->feeds.p[1].title, "中文");
    assert_str(opml->feeds.p[2].url, "http://old.example/feed");
}

static void nothing_but_web_addresses_comes_out(void **state)
{
    (void)state;
    struct dl_opml *opml =
        parse(DL_STR("<opml><body><outline xmlUrl='exec:rm -rf /'/><outline xmlUrl='filter:x:y'/>"
                     "<outline xmlUrl='file:///etc/passwd'/><outline xmlUrl='javascript:x'/>"
                     "<outline xmlUrl='feed:file:///x'/><outline xmlUrl='https://ok.example/' "
                     "htmlUrl='javascript:x'/></body></opml>"));
    assert_int_equal(opml->feeds.n, 1);
    assert_int_equal(opml->refused, 5);
    assert_int_equal(opml->feeds.p[0].site.n, 0);
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct dl_opml *opml = parse(dl_str_c(list));
    dl_buf first = DL_BUF_INIT(1 << 20), second = DL_BUF_INIT(1 << 20);
    dl_opml_write(opml, &first);
    dl_opml_write(parse(dl_buf_slice(&first)), &second);
    assert_string_equal(first.p, second.p);
    assert_int_equal(parse(dl_buf_slice(&first))->feeds.n, 3);
    dl_buf_free(&first);
    dl_buf_free(&second);
}

static void a_million_outlines_are_refused(void **state)
{
    (void)state;
    struct dl_opml *opml = NULL;
    dl_str outlines = lab_repeat("<outline xmlUrl='a'/>", 700000);
    dl_str text = dl_str_fmt(arena, "<opml><body>%.*s</body></opml>", DL_FMT(outlines));
    assert_int_equal(dl_opml_parse(arena, text, (dl_str){NULL, 0}, &opml, NULL), DL_ERR_TOO_BIG);
    text = lab_repeat("<outline text='x'>", 5000);
    assert_int_not_equal(dl_opml_parse(arena, text, (dl_str){NULL, 0}, &opml, NULL), DL_OK);
    assert_null(opml);
}

static void what_is_no_opml_says_so(void **state)
{
    (void)state;
    struct dl_opml *opml = NULL;
    dl_str none = {NULL, 0};
    assert_int_equal(dl_opml_parse(arena, DL_STR(" "), none, &opml, NULL), DL_ERR_EMPTY);
    assert_int_equal(dl_opml_parse(arena, DL_STR("<rss/>"), none, &opml, NULL), DL_ERR_UNSUPPORTED);
    assert_int_equal(dl_opml_parse(arena, DL_STR("x"), none, &opml, NULL), DL_ERR_SYNTAX);
    assert_int_equal(parse(DL_STR("<opml><body/></opml>"))->feeds.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(feeds_have_their_groups_and_our_attributes),
        LAB_TEST(nothing_but_web_addresses_comes_out),
        LAB_TEST(what_is_written_reads_back),
        LAB_TEST(a_million_outlines_are_refused),
        LAB_TEST(what_is_no_opml_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
