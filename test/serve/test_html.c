#include "serve/html.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_buf out = DL_BUF_INIT(1 << 16);
static dl_html html = {&out};

static int fresh(void **state)
{
    (void)state;
    dl_buf_reset(&out);
    return 0;
}

#define assert_out(text) assert_string_equal(out.p, text)

static void markup_of_strangers_becomes_text(void **state)
{
    (void)state;
    dl_html_text(&html, DL_STR("<script>alert('1')</script> & \"so\""));
    assert_out("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;so&quot;");
}

static void attribute_cannot_be_left(void **state)
{
    (void)state;
    DL_ATTR(&html, "title", DL_STR("\" onclick=\"x"));
    assert_out(" title=\"&quot; onclick=&quot;x\"");
}

static void foreign_text_keeps_language_and_direction(void **state)
{
    (void)state;
    dl_html_foreign(&html, DL_STR("fa"), DL_STR("رسانه‌های ایران"));
    assert_out("<bdi lang=\"fa\" dir=\"auto\">رسانه‌های ایران</bdi>");
}

static void nonsense_language_is_left_out(void **state)
{
    (void)state;
    dl_html_foreign(&html, DL_STR("x\"><b"), DL_STR("a"));
    assert_out("<bdi dir=\"auto\">a</bdi>");
}

static void bidi_controls_and_controls_are_dropped(void **state)
{
    (void)state;
    dl_html_text(&html, DL_STR("a\u202e"
                               "gnp.exe\u202c \u2066b\u2069\x1b[31m\xc2\x85"
                               "c\ufeff\u2028d"));
    assert_out("agnp.exe b[31mcd");
}

static void joiners_and_scripts_stay(void **state)
{
    (void)state;
    const char *text = "می‌خواهم 北京大学 ไทย 👩‍👩‍👧 क्‍ष";
    dl_html_c(&html, text);
    assert_out(text);
}

static void only_web_addresses_become_links(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "http://",
        "https:///x",
        " https://a.example",
        "https://a.example/ b",
        "https://a\\b",
        "vbscript:x",
        "ftp://a.example",
        "https://a.example/\u202e",
        "https://a.example/\n",
        "/relative",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dl_html_href(&html, dl_str_c(bad[i])));
    assert_int_equal(out.n, 0);
    assert_true(dl_html_href(&html, DL_STR("HTTPS://a.example/?a=1&b='2'#c")));
    assert_out(" href=\"HTTPS://a.example/?a=1&amp;b=&#39;2&#39;#c\"");
}

static void path_parts_are_percent_encoded(void **state)
{
    (void)state;
    DL_PATH(&html, "/s/", DL_STR("a/b\"?é"));
    assert_out(" href=\"/s/a%2Fb%22%3F%C3%A9\"");
}

static void numbers_are_grouped(void **state)
{
    (void)state;
    dl_html_number(&html, 1234);
    DL_HTML(&html, " ");
    dl_html_number(&html, 1234567);
    DL_HTML(&html, " ");
    dl_html_number(&html, -12345);
    assert_out("1234 1\u202f234\u202f567 -12\u202f345");
}

static dl_time parsed(const char *text)
{
    dl_time t;
    assert_true(dl_time_parse(dl_str_c(text), &t));
    return t;
}

static void times_keep_their_precision(void **state)
{
    (void)state;
    dl_html_time(&html, parsed("2024-03-25"));
    assert_out("<time datetime=\"2024-03-25\">25\u00a0Mar\u00a02024</time>");
    dl_buf_reset(&out);
    dl_html_time(&html, parsed("2024-03-25T10:05:06+03:00"));
    assert_out(
        "<time datetime=\"2024-03-25T07:05:06Z\">25\u00a0Mar\u00a02024, 07:05\u00a0UTC</time>");
    dl_buf_reset(&out);
    dl_html_time(&html, parsed("2024-03"));
    assert_out("<time datetime=\"2024-03\">Mar\u00a02024</time>");
}

static void relative_time_stands_beside_absolute(void **state)
{
    (void)state;
    int64_t then = parsed("2024-03-25T10:00:00Z").ms;
    dl_html_when(&html, then, then + 5 * 60 * 1000);
    assert_out("<time datetime=\"2024-03-25T10:00:00Z\">10:00\u00a0UTC</time> "
               "<span class=\"ago\">5\u00a0min ago</span>");
    dl_buf_reset(&out);
    dl_html_when(&html, then, then - (int64_t)49 * 3600 * 1000);
    assert_out(
        "<time datetime=\"2024-03-25T10:00:00Z\">25\u00a0Mar\u00a02024, 10:00\u00a0UTC</time> "
        "<span class=\"ago\">in 2\u00a0days</span>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(markup_of_strangers_becomes_text, fresh),
        cmocka_unit_test_setup(attribute_cannot_be_left, fresh),
        cmocka_unit_test_setup(foreign_text_keeps_language_and_direction, fresh),
        cmocka_unit_test_setup(nonsense_language_is_left_out, fresh),
        cmocka_unit_test_setup(bidi_controls_and_controls_are_dropped, fresh),
        cmocka_unit_test_setup(joiners_and_scripts_stay, fresh),
        cmocka_unit_test_setup(only_web_addresses_become_links, fresh),
        cmocka_unit_test_setup(path_parts_are_percent_encoded, fresh),
        cmocka_unit_test_setup(numbers_are_grouped, fresh),
        cmocka_unit_test_setup(times_keep_their_precision, fresh),
        cmocka_unit_test_setup(relative_time_stands_beside_absolute, fresh),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_buf_free(&out);
    return failed;
}
