#include "page/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"

static dl_arena *arena;
static dl_page_reader *reader;

static struct dl_page *fragment(const char *html)
{
    struct dl_page *page = NULL;
    struct dl_diag diag;
    assert_int_equal(dl_page_fragment(reader, arena, dl_str_c(html), DL_STR("https://a.example/x"),
                                      &page, &diag),
                     DL_OK);
    return page;
}

static void fragment_keeps_blocks_and_links(void **state)
{
    (void)state;
    struct dl_page *p = fragment("<h2>Head</h2><div class=share>A <a href='y?z#q'>link</a>.</div>"
                                 "<ul><li>one<li>two</ul><script>no</script>");
    assert_true(dl_str_eq_c(p->text, "Head\n\nA link.\n\none\n\ntwo"));
    assert_int_equal(p->blocks.n, 4);
    assert_int_equal(p->blocks.p[0].kind, DL_BLOCK_HEADING);
    assert_int_equal(p->blocks.p[3].kind, DL_BLOCK_LIST_ITEM);
    assert_int_equal(p->links.n, 1);
    dl_str word = dl_str_sub(p->text, p->links.p[0].start, p->links.p[0].end);
    assert_true(dl_str_eq_c(word, "link"));
    assert_true(dl_str_eq_c(p->links.p[0].href, "https://a.example/y?z#q"));
}

static void plain_text_passes_as_paragraphs(void **state)
{
    (void)state;
    struct dl_page *p = fragment("First line\nsecond line\n\n  Next  paragraph \n");
    assert_true(dl_str_eq_c(p->text, "First line\nsecond line\n\nNext  paragraph"));
    assert_int_equal(p->blocks.n, 2);
    assert_int_equal(fragment("")->text.n, 0);
}

static void text_of_others_is_cleaned(void **state)
{
    (void)state;
    struct dl_page *p = fragment("<p>a\xE2\x80\xAE"
                                 "b\xE2\x80\x8B"
                                 "c &#1; \xE2\x80\x8D👩‍🚀 &nbsp; d\xFF</p>");
    assert_true(dl_utf8_valid(p->text, NULL));
    assert_true(dl_str_starts(p->text, "abc "));
    assert_true(dl_str_find_c(p->text, "👩‍🚀 d", 0) != DL_NO_POS);
}

static void only_web_links_come_out(void **state)
{
    (void)state;
    struct dl_page *p = fragment("<p><a href='javascript:x()'>a</a> <a href='mailto:b@c'>b</a> "
                                 "<a href='//d.example'>d</a></p>");
    assert_int_equal(p->links.n, 1);
    assert_true(dl_str_eq_c(p->links.p[0].href, "https://d.example/"));
}

static void markdown_has_marks_and_escapes(void **state)
{
    (void)state;
    struct dl_page *p =
        fragment("<h3>Head</h3><p>2 * 3 <a href='/y'>l[i]nk</a></p>"
                 "<ul><li>one<li>two</ul><blockquote>said</blockquote><pre>a\n b</pre>");
    dl_buf out = DL_BUF_INIT(1 << 16);
    p->title = DL_STR("# Title");
    dl_page_markdown(p, arena, &out);
    assert_string_equal(out.p,
                        "# \\# Title\n\n### Head\n\n2 \\* 3 [l\\[i\\]nk](<https://a.example/y>)\n\n"
                        "- one\n- two\n\n> said\n\n```\na\n b\n```\n\n");
    dl_buf_free(&out);
}

static void a_page_without_article_is_no_error(void **state)
{
    (void)state;
    struct dl_page_input in = {.bytes = DL_STR(" \n")};
    struct dl_page *page = NULL;
    struct dl_diag diag;
    assert_int_equal(dl_page_read(reader, arena, &in, &page, &diag), DL_OK);
    assert_int_equal(page->text.n, 0);
    assert_int_equal(page->kind, DL_PAGE_OTHER);
}

/* Every allocation fails once: an error, never a crash, and the next page is read. */
static void no_memory_is_an_error(void **state)
{
    (void)state;
    struct dl_page_input in = {
        .bytes =
            DL_STR("<html lang=en><title>T - S</title><script type=application/ld+json>"
                   "{\"@type\":\"NewsArticle\",\"author\":[{\"name\":\"A B\"}]}</script><h1>T</h1>"
                   "<p>A paragraph with <a href=/x>a link</a>, long enough to be running text "
                   "of an article, and then some more.</p><time>25.03.2024</time>"),
        .url = DL_STR("https://a.example/1")};
    dl_arena *small = dl_arena_new(DL_ARENA_NO_CAP);
    for (size_t n = 1; n < 400; n++) {
        struct dl_page *page = NULL;
        struct dl_diag diag;
        dl_arena_reset(small);
        dl_arena_fail_at(small, n);
        enum dl_err err = dl_page_read(reader, small, &in, &page, &diag);
        if (err == DL_OK) {
            assert_non_null(page);
            assert_true(n > 20);
            break;
        }
        assert_null(page);
    }
    dl_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragment_keeps_blocks_and_links),
        cmocka_unit_test(plain_text_passes_as_paragraphs),
        cmocka_unit_test(text_of_others_is_cleaned),
        cmocka_unit_test(only_web_links_come_out),
        cmocka_unit_test(markdown_has_marks_and_escapes),
        cmocka_unit_test(a_page_without_article_is_no_error),
        cmocka_unit_test(no_memory_is_an_error),
    };
    arena = dl_arena_new(64 << 20);
    reader = dl_page_reader_new();
    if (reader == NULL) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dl_page_reader_free(reader);
    dl_arena_free(arena);
    return failed;
}
