#include "feed/sanitize.h"

#include "feed/feed.h"
#include "lab.h"

static const char *const payloads[] = {
    "<script>attack()</script>",
    "<SCRIPT SRC=//evil.example/attack.js></SCRIPT>",
    "<scr<script>ipt>attack()</scr</script>ipt>",
    "<img src=x onerror=attack()>",
    "<img src=\"x\"onerror=\"attack()\">",
    "<img/src=x/onerror=attack()>",
    "<svg onload=attack()><script>attack()</script></svg>",
    "<svg><a xlink:href='javascript:attack()'><text>x</text></a></svg>",
    "<math><mtext><style><img src onerror=attack()></style></mtext></math>",
    "<a href='javascript:attack()'>x</a>",
    "<a href='java\tscript:attack()'>x</a>",
    "<a href='&#106;avascript:attack()'>x</a>",
    "<a href=' \x01javascript:attack()'>x</a>",
    "<a href='data:text/html,<script>attack()</script>'>x</a>",
    "<a href='vbscript:attack()'>x</a>",
    "<iframe srcdoc='<script>attack()</script>'></iframe>",
    "<iframe><script>attack()</script></iframe>",
    "<object data=attack.swf><param name=movie value=attack.swf><embed src=attack.swf></object>",
    "<base href='https://evil.example/'><link rel=stylesheet href=attack.css>",
    "<meta http-equiv=refresh content='0;url=javascript:attack()'>",
    "<style>@import 'attack.css';</style><p style='background:url(javascript:attack())'>x</p>",
    "<form action='javascript:attack()'><button formaction=javascript:attack()>x</button></form>",
    "<video poster=javascript:attack() onplay=attack()><source src=javascript:attack()></video>",
    "<noscript><p title='</noscript><img src=x onerror=attack()>'></noscript>",
    "<template><script>attack()</script></template>",
    "<p title='\"><script>attack()</script>'>x</p>",
    "<details open ontoggle=attack()>x</details>",
    "<xml><i><b>attack()</b></i></xml>",
    "<!--><img src=x onerror=attack()>-->",
    "<![CDATA[<img src=x onerror=attack()>]]>",
    "<textarea><script>attack()</script></textarea>",
    "<isindex type=image src=1 onerror=attack()>",
    "<marquee onstart=attack()>x</marquee>",
};
enum { PAYLOADS = sizeof payloads / sizeof *payloads };

/* In text "attack()" does no harm; in a tag, an attribute or a link it does. */
static bool is_active(dl_str html)
{
    static const char *const words[] = {
        "<script", "<style",  "<iframe",       "<object",       "<embed",   "<svg",
        "<math",   "<base",   "<link",         "<meta",         "<form",    "<xml",
        "srcdoc",  " style=", "javascript:\"", "=\"javascript", "=\"data:", "=\"vbscript"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dl_str_ifind_c(html, words[i], 0) != DL_NO_POS) return true;
    for (size_t at = 0; (at = dl_str_chr(html, '<', at)) != DL_NO_POS; at++) {
        dl_str tag = dl_str_sub(html, at, dl_str_chr(html, '>', at));
        bool quoted = false;
        for (size_t i = 0; i + 3 < tag.n; i++) {
            quoted ^= tag.p[i] == '"';
            if (!quoted && tag.p[i] == ' ' && tag.p[i + 1] == 'o' && tag.p[i + 2] == 'n')
                return true;
        }
    }
    return false;
}

static void nothing_active_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAYLOADS; i++) {
        dl_str clean = dl_sanitize_html(arena, dl_str_c(payloads[i]), DL_STR("https://a.example/"));
        if (is_active(clean)) fail_msg("%s gave %.*s", payloads[i], DL_FMT(clean));
        /* What is clean stays as it is: nothing comes to life by being cleaned twice. */
        dl_str again = dl_sanitize_html(arena, clean, DL_STR("https://a.example/"));
        assert_false(is_active(again));
    }
}

static void nothing_active_in_any_field_of_a_feed(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAYLOADS; i++) {
        dl_str p = dl_str_c(payloads[i]);
        dl_buf b = DL_BUF_INIT(1 << 20);
        static const char *const fields[] = {"title",
                                             "description",
                                             "copyright",
                                             "author",
                                             "category",
                                             "comments",
                                             "link",
                                             "guid",
                                             "content:encoded",
                                             "dc:rights",
                                             "media:description",
                                             "itunes:summary"};
        dl_buf_c(&b, "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
                     "xmlns:dc='http://purl.org/dc/elements/1.1/' "
                     "xmlns:media='http://search.yahoo.com/mrss/' "
                     "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>");
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
            dl_buf_fmt(&b, "<%s><![CDATA[%.*s]]></%s>", fields[k],
                       DL_FMT(dl_str_starts(p, "<![CDATA[") ? DL_STR("<img onerror=x>") : p),
                       fields[k]);
        dl_buf_c(&b, "</item></channel></rss>");
        struct dl_feed_input in = {dl_buf_slice(&b), DL_STR("https://a.example/"), {NULL, 0}};
        struct dl_feed *f;
        assert_int_equal(dl_feed_parse(arena, &in, &f, NULL), DL_OK);
        struct dl_feed_item *it = &f->items.p[0];
        assert_false(is_active(it->summary) || is_active(it->rights));
        assert_true(it->link.n == 0 || dl_str_starts(it->link, "https://"));
        assert_true(it->comments.n == 0 || dl_str_starts(it->comments, "https://"));
        for (size_t k = 0; k < it->content.n; k++)
            assert_false(is_active(it->content.p[k].value));
        dl_buf_free(&b);
    }
}

static void what_is_harmless_stays(void **state)
{
    (void)state;
    dl_str base = DL_STR("https://a.example/x/");
    assert_str(
        dl_sanitize_html(arena, DL_STR("<p dir=rtl lang=fa class=k>سلام <b>دنیا</b></p>"), base),
        "<p dir=\"rtl\" lang=\"fa\">سلام <b>دنیا</b></p>");
    assert_str(
        dl_sanitize_html(arena, DL_STR("<a href=../y>y</a><a href=mailto:a@b.example>m"), base),
        "<a href=\"https://a.example/y\">y</a><a href=\"mailto:a@b.example\">m</a>");
    assert_str(dl_sanitize_html(arena, DL_STR("a<object><param>in<embed></object>b"), base),
               "ainb");
    assert_str(dl_sanitize_html(arena, DL_STR("5 < 6 <! 7 & \"8\""), base),
               "5 &lt; 6 &lt;! 7 &amp; &quot;8&quot;");
    assert_str(dl_sanitize_html(arena, DL_STR("<custom-tag>中文</custom-tag><br>"), base),
               "中文<br>");
}

static void text_has_its_paragraphs(void **state)
{
    (void)state;
    dl_str html = DL_STR("<style>no</style><h1>One</h1><p>two\n&nbsp; three<br>ข่าว</p><li>4");
    assert_str(dl_text_of_html(arena, html, true), "One\n\ntwo three\n\nข่าว\n\n4");
    assert_str(dl_text_of_html(arena, html, false), "One two three ข่าว 4");
}

static void depth_and_size_end(void **state)
{
    (void)state;
    dl_str deep = lab_repeat("<div>", 20000);
    dl_str clean = dl_sanitize_html(arena, deep, (dl_str){NULL, 0});
    assert_true(clean.n <= DL_SANITIZE_DEPTH * 11);
    /* Would be quadratic if each "<" were searched to the end. */
    assert_false(dl_looks_like_html(lab_repeat("<a ", 1000000)));
    assert_false(dl_looks_like_html(lab_repeat("&a ", 1000000)));
    dl_sanitize_html(arena, lab_repeat("<iframe><", 10000), (dl_str){NULL, 0});
    dl_str many = lab_repeat("<i>", DL_SANITIZE_NODES + 10);
    assert_int_equal(dl_html_bounded(many).n, 3 * DL_SANITIZE_NODES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(nothing_active_is_left), LAB_TEST(nothing_active_in_any_field_of_a_feed),
        LAB_TEST(what_is_harmless_stays), LAB_TEST(text_has_its_paragraphs),
        LAB_TEST(depth_and_size_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
