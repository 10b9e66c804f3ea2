#include "feed/feed.h"
#include "feed/xmlsax.h"

#include "lab.h"

static struct dl_feed *parse_as(dl_str bytes, const char *type)
{
    struct dl_feed_input in = {bytes, DL_STR("https://news.example/a/feed"), dl_str_c(type)};
    struct dl_feed *feed = NULL;
    struct dl_diag diag = {0};
    enum dl_err err = dl_feed_parse(arena, &in, &feed, &diag);
    if (err != DL_OK) print_message("# %s: %s\n", dl_err_name(err), diag.message);
    return err == DL_OK ? feed : NULL;
}

static struct dl_feed *parse(const char *text)
{
    return parse_as(dl_str_c(text), NULL);
}

static dl_str json_of(const struct dl_feed *f)
{
    yyjson_mut_doc *doc = dl_json_new(arena);
    dl_str text;
    dl_feed_json(f, arena, doc, yyjson_mut_doc_get_root(doc));
    assert_int_equal(dl_json_text(doc, arena, &text), DL_OK);
    return text;
}

static enum dl_err error_of(dl_str bytes)
{
    struct dl_feed_input in = {bytes, DL_STR("https://news.example/"), {NULL, 0}};
    struct dl_feed *feed = NULL;
    enum dl_err err = dl_feed_parse(arena, &in, &feed, NULL);
    assert_true(err == DL_OK || feed == NULL);
    return err;
}

static void formats_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *format;
    } cases[] = {
        {"<rss version='0.91'><channel/></rss>", "rss091"},
        {"<rss version='0.92'/>", "rss092"},
        {"<rss version='2.0'/>", "rss20"},
        {"<rss version='2.0.11'/>", "rss20"},
        {"<rss/>", "rss"},
        {"<RSS version='2.0'/>", "rss20"},
        {"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns='http://my.netscape.com/rdf/simple/0.9/'/>",
         "rss090"},
        {"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns='http://purl.org/rss/1.0/'/>",
         "rss10"},
        {"<feed xmlns='http://www.w3.org/2005/Atom'/>", "atom10"},
        {"<feed version='0.3' xmlns='http://purl.org/atom/ns#'/>", "atom03"},
        {"<feed/>", "atom"},
        {"<CHANNEL HREF='http://x.example/'/>", "cdf"},
        {"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}", "json10"},
        {"{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", "json11"},
        {"<html><body><rss version='2.0'/></body></html>", "rss20"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dl_feed *feed = parse(cases[i].text);
        assert_non_null(feed);
        assert_string_equal(feed->format, cases[i].format);
    }
}

static void a_feed_says_when_it_wants_to_be_asked(void **state)
{
    (void)state;
    struct dl_feed *f = parse(
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
        "xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
        "<skipHours><hour>0</hour><hour> 23 </hour><hour>7</hour><hour>25</hour><hour>-1</hour>"
        "<hour>noon</hour></skipHours>"
        "<skipDays><day>Saturday</day><day>SUNDAY</day><day>Sunday</day><day>воскресенье</day>"
        "</skipDays>"
        "<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"
        "<sy:updateFrequency>\n\t4\t</sy:updateFrequency>"
        "<sy:updatePeriod>\n\tHourly\t</sy:updatePeriod>"
        "<atom:link rel='hub' href='https://hub.example/'/>"
        "<atom:link rel='self' href='https://news.example/rss'/>"
        "<item><title>x</title><skipHours><hour>3</hour></skipHours></item></channel></rss>");
    assert_non_null(f);
    assert_int_equal(f->skip_hours, 1U | 1U << 7 | 1U << 23);
    assert_int_equal(f->skip_days, 1 << 5 | 1 << 6);
    assert_int_equal(f->update_s, 900);
    assert_int_equal(f->update_base.ms, INT64_C(946728000000));
    dl_str json = json_of(f);
    assert_true(dl_str_find_c(json, "\"skip_hours\":[0,7,23]", 0) != DL_NO_POS);
    assert_true(dl_str_find_c(json, "\"skip_days\":[\"saturday\",\"sunday\"]", 0) != DL_NO_POS);
    assert_true(dl_str_find_c(json, "\"update_s\":900,", 0) != DL_NO_POS);
    assert_true(dl_str_find_c(json, "\"update_base\":\"2000-01-01T12:00:00Z\"", 0) != DL_NO_POS);
}

static int64_t update_s_of(const char *elements)
{
    struct dl_feed *f =
        parse(dl_str_fmt(arena, "<rss version='2.0'><channel>%s</channel></rss>", elements).p);
    assert_non_null(f);
    return f->update_s;
}

static void a_rhythm_half_told_or_absurd_is_read_soberly(void **state)
{
    (void)state;
    enum { DAY = 24 * 3600 };
    assert_int_equal(update_s_of(""), 0);
    assert_int_equal(update_s_of("<sy:updatePeriod>weekly</sy:updatePeriod>"), 7 * DAY);
    assert_int_equal(update_s_of("<sy:updateFrequency>2</sy:updateFrequency>"), DAY / 2);
    assert_int_equal(update_s_of("<sy:updatePeriod>monthly</sy:updatePeriod>"
                                 "<sy:updateFrequency>0</sy:updateFrequency>"),
                     30 * DAY);
    assert_int_equal(update_s_of("<sy:updatePeriod>sometimes</sy:updatePeriod>"), 0);
    assert_int_equal(update_s_of("<sy:updatePeriod>yearly</sy:updatePeriod>"
                                 "<sy:updateFrequency>99999999999999</sy:updateFrequency>"),
                     365 * DAY);
    assert_int_equal(update_s_of("<sy:updatePeriod>hourly</sy:updatePeriod>"
                                 "<sy:updateFrequency>2147483647</sy:updateFrequency>"),
                     0);
    /* Another vocabulary means something else. */
    assert_int_equal(update_s_of("<x:updatePeriod xmlns:x='urn:x:y'>daily</x:updatePeriod>"), 0);
    struct dl_feed *f = parse("<rss version='0.91'><channel><skipHours><hour>24</hour>"
                              "</skipHours></channel></rss>");
    assert_int_equal(f->skip_hours, 1);
}

static void rss_item_has_all_its_fields(void **state)
{
    (void)state;
    struct dl_feed *f = parse(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:media='http://search.yahoo.com/mrss/' xmlns:georss='http://www.georss.org/georss' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        "<title>أخبار &amp; آراء</title><link>https://news.example/</link><ttl>15</ttl>"
        "<item><title>&lt;b&gt;洪水&lt;/b&gt; &amp;amp; fire 🔥</title><link>/2024/1?a=1&amp;b=2</link>"
        "<guid isPermaLink='false'>tag:1</guid><pubDate>Mon, 25 Mar 2024 10:00:00 +0330</pubDate>"
        "<dc:creator>Sara Müller</dc:creator><author>desk@news.example (The Desk)</author>"
        "<category domain='urn:x'>Rivers</category>"
        "<description>&lt;p&gt;Short&lt;/p&gt;</description>"
        "<content:encoded><![CDATA[<p>Long <a href='../b'>b</a></p>]]></content:encoded>"
        "<enclosure url='a.mp3' type='audio/mpeg' length='7'/>"
        "<media:group><media:content url='p.jpg' width='10'/><media:thumbnail url='t.jpg'/>"
        "<media:credit>Ann</media:credit></media:group>"
        "<georss:point>52.5 13.4</georss:point>"
        "<source url='https://agency.example/rss'>Agency</source></item></channel></rss>");
    assert_non_null(f);
    assert_str(f->title, "أخبار & آراء");
    assert_int_equal(f->ttl_min, 15);
    assert_int_equal(f->items.n, 1);
    struct dl_feed_item *it = &f->items.p[0];
    assert_str(it->title, "洪水 & fire 🔥");
    assert_str(it->link, "https://news.example/2024/1?a=1&b=2");
    assert_str(it->id, "tag:1");
    assert_str(dl_time_format(arena, it->published), "2024-03-25T06:30:00Z");
    assert_str(it->authors.p[0].name, "Sara Müller");
    assert_str(it->authors.p[1].name, "The Desk");
    assert_str(it->authors.p[1].email, "desk@news.example");
    assert_str(it->categories.p[0].term, "Rivers");
    assert_str(it->categories.p[0].scheme, "urn:x");
    assert_str(it->summary, "<p>Short</p>");
    assert_str(it->content.p[0].value, "<p>Long <a href=\"https://news.example/b\">b</a></p>");
    assert_str(it->enclosures.p[0].url, "https://news.example/a/a.mp3");
    assert_str(it->media.p[0].url, "https://news.example/a/p.jpg");
    assert_str(it->thumbnails.p[0].url, "https://news.example/a/t.jpg");
    assert_str(it->credits.p[0], "Ann");
    assert_str(it->geo_type, "Point");
    assert_str(it->source_title, "Agency");
    assert_int_equal(f->warnings.n, 0);
}

static void atom_base_language_and_types(void **state)
{
    (void)state;
    struct dl_feed *f =
        parse("<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fa' xml:base='/x/'>"
              "<title type='text'>5 &lt; 6 &amp; 7</title><link rel='self' href='feed'/>"
              "<link rel='hub' href='https://hub.example/'/><entry><id>urn:1</id>"
              "<title type='html'>&lt;i&gt;خبر&lt;/i&gt;</title><link href='2'/>"
              "<content type='xhtml' xml:base='y/'><div xmlns='http://www.w3.org/1999/xhtml'>"
              "<p onclick='a()'>t <img src='i.png'/></p></div></content></entry></feed>");
    assert_non_null(f);
    assert_str(f->title, "5 < 6 & 7");
    assert_str(f->language, "fa");
    assert_str(f->self, "https://news.example/x/feed");
    assert_str(f->hubs.p[0], "https://hub.example/");
    struct dl_feed_item *it = &f->items.p[0];
    assert_str(it->title, "خبر");
    assert_str(it->link, "https://news.example/x/2");
    assert_str(it->content.p[0].language, "fa");
    assert_has(it->content.p[0].value, "<img src=\"https://news.example/");
    assert_has_not(it->content.p[0].value, "onclick");
}

static void names_of_other_vocabularies_are_not_taken(void **state)
{
    (void)state;
    struct dl_feed *f = parse("<rss version='2.0' xmlns:x='http://other.example/ns/'><channel>"
                              "<item><x:title>wrong</x:title><title>right</title>"
                              "<x:description>wrong</x:description></item></channel></rss>");
    assert_str(f->items.p[0].title, "right");
    assert_int_equal(f->items.p[0].summary.n, 0);
}

static void broken_feeds_are_recovered_and_reported(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "<rss version='2.0'><channel><item><title>kept</title>",
        "<rss version='2.0'><channel><item><title>kept</title></channel></rss>",
        "junk <rss version='2.0'><channel><item><title>kept</title></item></channel></rss>",
        "<rss version='2.0'><channel><item><title>kept</title><link>a&b</link></item></channel>",
        "<rss version='2.0'><channel><item><u:x>1</u:x><title>kept</title></item></channel></rss>",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dl_feed *f = parse(cases[i]);
        assert_non_null(f);
        assert_int_equal(f->items.n, 1);
        assert_str(f->items.p[0].title, "kept");
        assert_true(f->warnings.n > 0);
    }
}

static void encodings_are_decoded(void **state)
{
    (void)state;
    static const char cyrillic[] =
        "<?xml version='1.0' encoding='windows-1251'?><rss version='2.0'>"
        "<channel><title>\xCD\xEE\xE2</title></channel></rss>";
    static const char lying[] = "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'>"
                                "<channel><title>\xC3\xA9\xE4\xB8\xAD</title></channel></rss>";
    static const char broken[] = "<rss version='2.0'><channel><title>a\xFF\xFE"
                                 "b</title>";
    assert_str(parse(cyrillic)->title, "Нов");
    assert_str(parse(lying)->title, "é中"); /* valid UTF-8 beats what is declared */
    struct dl_feed *f = parse(broken);
    assert_non_null(f);
    assert_true(dl_utf8_valid(f->title, NULL));
    dl_str koi = DL_STR("<rss version='2.0'><channel><title>\xEE\xCF\xD7</title></channel></rss>");
    assert_str(parse_as(koi, "text/xml; charset=koi8-r")->title, "Нов");
    static const char utf16[] =
        "\xFF\xFE<\0r\0s\0s\0>\0<\0t\0i\0t\0l\0e\0>\0\x16\x04<\0/\0t\0i\0t\0"
        "l\0e\0>\0<\0/\0r\0s\0s\0>\0";
    assert_str(parse_as((dl_str){utf16, sizeof utf16 - 1}, NULL)->title, "Ж");
}

static void entities_of_html_are_known_and_no_file_is_read(void **state)
{
    (void)state;
    struct dl_feed *f = parse("<!DOCTYPE rss [<!ENTITY me 'Desk'><!ENTITY f SYSTEM "
                              "'file:///etc/passwd'>]><rss version='2.0'><channel>"
                              "<title>&eacute;&me;&f;&nosuch;</title>"
                              "<image><url>a.png?x=&amp;y=&eacute;</url></image></channel></rss>");
    assert_str(f->title, "éDesk&f;&nosuch;");
    assert_str(f->image_url, "https://news.example/a/a.png?x=&y=%C3%A9");
}

static void entity_bombs_stay_small(void **state)
{
    (void)state;
    dl_buf b = DL_BUF_INIT(1 << 20);
    dl_buf_c(&b, "<!DOCTYPE l [<!ENTITY a0 'ha'>");
    for (int i = 1; i < 12; i++)
        dl_buf_fmt(&b, "<!ENTITY a%d '&a%d;&a%d;&a%d;&a%d;'>", i, i - 1, i - 1, i - 1, i - 1);
    dl_buf_c(&b, "]><rss version='2.0'><channel><title>&a11;</title></channel></rss>");
    size_t before = dl_arena_used(arena);
    struct dl_feed *f = parse_as(dl_buf_slice(&b), NULL);
    assert_non_null(f);
    assert_str(f->title, "&a11;"); /* a name in a name is no text */
    assert_true(dl_arena_used(arena) - before < 1 << 20);
    /* One long text, a thousand times: no name stands in another, and it is a bomb all the same. */
    dl_buf_reset(&b);
    dl_buf_c(&b, "<!DOCTYPE l [<!ENTITY s 'short'><!ENTITY b '");
    dl_buf_str(&b, lab_repeat("x", DL_SAX_ENTITY + 1));
    dl_buf_c(&b, "'>]><rss version='2.0'><channel><title>&s; ");
    dl_buf_str(&b, lab_repeat("&b;", 1000));
    dl_buf_c(&b, "</title></channel></rss>");
    f = parse_as(dl_buf_slice(&b), NULL);
    assert_non_null(f);
    assert_has(f->title, "short &b;&b;");
    assert_has_not(f->title, "x");
    dl_buf_free(&b);
}

static void depth_and_attributes_are_limited(void **state)
{
    (void)state;
    dl_str deep = lab_repeat("<a>", 100000);
    assert_int_equal(error_of(deep), DL_ERR_TOO_DEEP);
    assert_int_equal(error_of(lab_repeat("<a>", DL_XML_DEPTH + 1)), DL_ERR_TOO_DEEP);
    dl_buf b = DL_BUF_INIT(16 << 20);
    dl_buf_c(&b, "<rss");
    for (int i = 0; i < 100000; i++)
        dl_buf_fmt(&b, " a%d='1'", i);
    dl_buf_c(&b, "/>");
    assert_int_equal(error_of(dl_buf_slice(&b)), DL_ERR_TOO_BIG);
    dl_buf_free(&b);
    dl_str json = dl_str_fmt(arena, "{\"items\":%.*s", DL_FMT(lab_repeat("[", 100000)));
    assert_true(error_of(json) != DL_OK);
}

static void what_is_no_feed_says_why(void **state)
{
    (void)state;
    assert_int_equal(error_of(DL_STR("")), DL_ERR_EMPTY);
    assert_int_equal(error_of(DL_STR(" \n")), DL_ERR_EMPTY);
    assert_int_equal(error_of(DL_STR("\x7F\x45\x4C\x46\0\0\0\0")), DL_ERR_BINARY);
    assert_int_equal(error_of(DL_STR("hello")), DL_ERR_SYNTAX);
    assert_int_equal(error_of(DL_STR("<html><body>no</body></html>")), DL_ERR_UNSUPPORTED);
    assert_int_equal(error_of(DL_STR("{\"a\":1}")), DL_ERR_UNSUPPORTED);
}

static void a_wrong_media_type_is_a_warning(void **state)
{
    (void)state;
    dl_str feed = DL_STR("<rss version='2.0'/>");
    assert_int_equal(parse_as(feed, "application/rss+xml")->warnings.n, 0);
    assert_string_equal(parse_as(feed, "text/plain")->warnings.p[0].code, "media-type");
}

static void items_are_limited(void **state)
{
    (void)state;
    dl_str items = lab_repeat("<item><title>t</title></item>", DL_FEED_ITEMS + 10);
    dl_str text =
        dl_str_fmt(arena, "<rss version='2.0'><channel>%.*s</channel></rss>", DL_FMT(items));
    assert_int_equal(parse_as(text, NULL)->items.n, DL_FEED_ITEMS);
}

static void without_memory_it_fails_cleanly(void **state)
{
    (void)state;
    dl_str text = DL_STR("<feed xmlns='http://www.w3.org/2005/Atom'><title>&eacute;</title><entry>"
                         "<link href='2'/><author><name>n</name></author><content type='html'>"
                         "&lt;p&gt;x &lt;a href='b'&gt;</content></entry></feed>");
    bool done = false;
    for (size_t n = 1; n < 5000 && !done; n++) {
        dl_arena *small = dl_arena_new(1 << 20);
        dl_arena_fail_at(small, n);
        struct dl_feed_input in = {text, DL_STR("https://news.example/"), {NULL, 0}};
        struct dl_feed *feed = NULL;
        enum dl_err err = dl_feed_parse(small, &in, &feed, NULL);
        assert_true((err == DL_OK) == (feed != NULL));
        done = err == DL_OK;
        dl_arena_free(small);
    }
    assert_true(done);
}

static void what_was_encoded_twice_is_repaired(void **state)
{
    (void)state;
    struct dl_feed *f =
        parse("<rss version='2.0'><channel><title>L’Écho</title><item><title>Le cafÃ© est "
              "fermÃ©</title><description>&lt;p&gt;L’été à la côte&lt;/p&gt;</description></item>"
              "<item><title>What does Ã© mean?</title></item></channel></rss>");
    assert_non_null(f);
    assert_true(dl_str_eq_c(f->items.p[0].title, "Le café est fermé"));
    assert_true(dl_str_eq_c(f->items.p[0].summary, "<p>L’été à la côte</p>"));
    assert_true(dl_str_eq_c(f->items.p[1].title, "What does Ã© mean?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(formats_are_told_apart),
        LAB_TEST(a_feed_says_when_it_wants_to_be_asked),
        LAB_TEST(a_rhythm_half_told_or_absurd_is_read_soberly),
        LAB_TEST(rss_item_has_all_its_fields),
        LAB_TEST(atom_base_language_and_types),
        LAB_TEST(names_of_other_vocabularies_are_not_taken),
        LAB_TEST(broken_feeds_are_recovered_and_reported),
        LAB_TEST(encodings_are_decoded),
        LAB_TEST(what_was_encoded_twice_is_repaired),
        LAB_TEST(entities_of_html_are_known_and_no_file_is_read),
        LAB_TEST(entity_bombs_stay_small),
        LAB_TEST(depth_and_attributes_are_limited),
        LAB_TEST(what_is_no_feed_says_why),
        LAB_TEST(a_wrong_media_type_is_a_warning),
        LAB_TEST(items_are_limited),
        LAB_TEST(without_memory_it_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
