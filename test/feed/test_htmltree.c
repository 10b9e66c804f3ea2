/* Pages and items made to cost time or memory. */
#include <time.h>

#include "feed/discover.h"
#include "feed/sanitize.h"
#include "lab.h"

enum { SECONDS_MOST = 8 /* a sanitizer on a busy machine; without bounds it takes minutes */ };

static dl_str times(const char *what, size_t n)
{
    size_t len = strlen(what);
    char *p = dl_alloc(arena, n * len);
    for (size_t i = 0; i < n; i++)
        memcpy(p + i * len, what, len);
    return (dl_str){p, n * len};
}

static void costs_little(dl_str html)
{
    clock_t before = clock();
    dl_discovered_vec feeds;
    dl_str clean = dl_sanitize_html(arena, html, DL_STR("https://a.example/"));
    assert_true(dl_utf8_valid(clean, NULL));
    (void)dl_text_of_html(arena, html, true);
    assert_int_equal(dl_discover_page(arena, html, DL_STR("https://a.example/"), &feeds, NULL),
                     DL_OK);
    assert_true((clock() - before) / CLOCKS_PER_SEC < SECONDS_MOST);
}

static void deep_elements(void **state)
{
    (void)state;
    costs_little(times("<div>", 60000));
    costs_little(times("<table><tr><td>", 30000));
    costs_little(times("<b><i><u>", 30000));
    costs_little(times("<svg><g>", 30000));
    costs_little(times("<ul><li>x", 30000));
}

static void formatting_that_is_copied_into_every_paragraph(void **state)
{
    (void)state;
    dl_buf html = DL_BUF_INIT(1 << 20);
    for (int i = 0; i < 500; i++)
        dl_buf_fmt(&html, "<font size=%d>", i);
    dl_str paragraphs = times("<p>x", 30000);
    dl_buf_str(&html, paragraphs);
    costs_little(dl_buf_slice(&html));
    dl_buf_free(&html);
}

static void one_tag_with_very_many_attributes(void **state)
{
    (void)state;
    dl_buf html = DL_BUF_INIT(4 << 20);
    dl_buf_c(&html, "<a href=/x");
    for (int i = 0; i < 60000; i++)
        dl_buf_fmt(&html, " a%d=1", i);
    dl_buf_c(&html, ">text</a>");
    costs_little(dl_buf_slice(&html));
    dl_str clean = dl_sanitize_html(arena, dl_buf_slice(&html), DL_STR("https://a.example/"));
    assert_true(dl_str_find_c(clean, "https://a.example/x", 0) != DL_NO_POS);
    dl_buf_free(&html);
}

static void text_below_the_depth_stays(void **state)
{
    (void)state;
    dl_str html = dl_str_fmt(arena, "%.*s<p>deep <script>attack()</script>text</p>%.*s<p>after",
                             DL_FMT(times("<div>", 1000)), DL_FMT(times("</div>", 1000)));
    dl_str text = dl_text_of_html(arena, html, false);
    assert_true(dl_str_find_c(text, "deep", 0) != DL_NO_POS);
    assert_true(dl_str_find_c(text, "after", 0) != DL_NO_POS);
    dl_str clean = dl_sanitize_html(arena, html, DL_STR("https://a.example/"));
    assert_true(dl_str_find_c(clean, "<script", 0) == DL_NO_POS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(deep_elements, lab_begin, lab_end),
        cmocka_unit_test_setup_teardown(formatting_that_is_copied_into_every_paragraph, lab_begin,
                                        lab_end),
        cmocka_unit_test_setup_teardown(one_tag_with_very_many_attributes, lab_begin, lab_end),
        cmocka_unit_test_setup_teardown(text_below_the_depth_stays, lab_begin, lab_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
