/* Entries of live pages, and what a page without an article gives. */
#include "page/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_page_reader *reader;
static dl_arena *arena;

static struct dl_page *read_body(const char *title, const char *body)
{
    struct dl_page_input in = {
        .bytes = dl_str_fmt(arena, "<title>%s</title><h1>%s</h1>%s", title, title, body),
        .url = DL_STR("https://coast.example/storm")};
    struct dl_page *page = NULL;
    assert_int_equal(dl_page_read(reader, arena, &in, &page, NULL), DL_OK);
    return page;
}

#define ENTRY(time, text) "<div><span>" time "</span><p>" text "</p></div>"
#define THREE                                                                                      \
    ENTRY("07:10", "The office closes the harbour until the wind has gone down.")                  \
    ENTRY("8.30 am", "Two ferries lie on the quay, nobody was hurt there.")                        \
    ENTRY("14h05 GMT", "The first tug has reached the northern quay.")

static dl_str words_of(const struct dl_page *page, size_t i)
{
    return dl_str_sub(page->text, page->items.p[i].start, page->items.p[i].end);
}

static void entries_are_spans_of_the_text(void **state)
{
    (void)state;
    struct dl_page *p = read_body("Storm live", "<p>25 March 2024</p><div>" THREE "</div>");
    assert_int_equal(p->kind, DL_PAGE_LIVE);
    assert_int_equal(p->items.n, 3);
    assert_true(dl_str_eq_c(words_of(p, 1), "Two ferries lie on the quay, nobody was hurt there."));
    assert_int_equal(p->items.p[0].published.zone, DL_ZONE_ASSUMED);
    assert_int_equal(p->items.p[2].published.zone, DL_ZONE_KNOWN);
    dl_civil c = dl_civil_of(p->items.p[1].published, true);
    assert_int_equal(c.day, 25);
    assert_int_equal(c.hour, 8);
    assert_int_equal(c.minute, 30);
}

static void a_time_without_a_day_is_not_told(void **state)
{
    (void)state;
    struct dl_page *p = read_body("Storm live", "<div>" THREE "</div>");
    assert_int_equal(p->items.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_false(dl_time_is_set(p->items.p[i].published));
}

static void times_alone_make_no_live_page(void **state)
{
    (void)state;
    struct dl_page *p = read_body("Programme", "<p>25 March 2024</p><div>" THREE "</div>");
    assert_int_not_equal(p->kind, DL_PAGE_LIVE);
    assert_int_equal(p->items.n, 0);
}

static void text_and_markdown_tell_the_times(void **state)
{
    (void)state;
    struct dl_page *p = read_body("Storm live", "<p>25 March 2024</p><div>" THREE "</div>");
    dl_buf out = DL_BUF_INIT(1 << 16);
    dl_page_text(p, arena, &out);
    assert_non_null(strstr(out.p, "[2024-03-25T14:05:00Z]\nThe first tug"));
    dl_buf_reset(&out);
    dl_page_markdown(p, arena, &out);
    assert_non_null(strstr(out.p, "---\n\n*2024-03-25T14:05:00Z*\n\nThe first tug"));
    dl_buf_free(&out);
}

static void pages_without_an_article_give_no_text(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "", "<form><input type=password></form>", "<p>Nothing here.</p>",
        "<ul><li><a href=/a>One</a><li><a href=/b>Two</a><li><a href=/c>Three</a></ul>",
        "<div class=cookie-consent><p>We and our partners store identifiers on your device and "
        "read them out again, to choose what you see and to learn more about you.</p></div>"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct dl_page *p = read_body("Page", bodies[i]);
        assert_int_equal(p->text.n, 0);
        assert_int_equal(p->blocks.n, 0);
        assert_int_not_equal(p->kind, DL_PAGE_ARTICLE);
        assert_true(p->kind_confidence > 0 && p->kind_confidence <= 1);
    }
}

static int set_up(void **state)
{
    (void)state;
    reader = dl_page_reader_new();
    arena = dl_arena_new(64 << 20);
    return reader == NULL || arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_page_reader_free(reader);
    dl_arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_spans_of_the_text),
        cmocka_unit_test(a_time_without_a_day_is_not_told),
        cmocka_unit_test(times_alone_make_no_live_page),
        cmocka_unit_test(text_and_markdown_tell_the_times),
        cmocka_unit_test(pages_without_an_article_give_no_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
