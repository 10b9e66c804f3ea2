#include "page/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "page/page.h"

static dl_arena *arena;
static dl_page_reader *reader;
static dl_buf html;

#define NEWSLETTER "Letters from Example Bay come every morning: write down where to send them."
#define TEASER     "More of what the harbour talks about stands in the Sunday paper of the bay."
#define BACKGROUND                                                                                 \
    "The harbour of Example Bay was closed in spring, when the old bridge was found to be weak, "  \
    "and ships have used the northern quay since then."

/* An article of an invented site whose container holds more than the article. */
struct article {
    unsigned number;
    const char *container;        /* class of it */
    bool boxes, background, copy; /* copy: the paragraphs of number 0 */
};

static void paragraphs(const struct article *a)
{
    static const char *const what[] = {"fishers", "teachers", "sailors", "gardeners", "bakers"};
    unsigned own = a->copy ? 0 : a->number;
    for (unsigned i = 0; i < 5; i++)
        dl_buf_fmt(&html,
                   "<p>On day %u the %s of quarter %u met for the %uth time this year, and said "
                   "that %u boats had come in before the storm, more than anybody had hoped.</p>",
                   own, what[(own + i) % 5], own * 7 + i, i + 2, own * 13 + i * 3 + 5);
}

static struct dl_page *read_article(const struct article *a, const struct dl_page_site *site)
{
    struct dl_page *page = NULL;
    struct dl_diag diag;
    dl_buf_reset(&html);
    dl_buf_fmt(&html,
               "<html><title>Report %u</title><body><div class='page x%u'><div class='%s'><h1>"
               "Report %u</h1>",
               a->number, a->number, a->container, a->number);
    paragraphs(a);
    if (a->background) dl_buf_c(&html, "<p>" BACKGROUND "</p>");
    if (a->boxes)
        dl_buf_c(&html, "<div class=zq1><p>" NEWSLETTER "</p></div><div class=zq2><div><p>" TEASER
                        "</p></div></div>");
    dl_buf_c(&html, "</div></div></body></html>");
    struct dl_page_input in = {
        .bytes = dl_buf_slice(&html), .url = DL_STR("https://a.example/1"), .site = site};
    assert_int_equal(dl_page_read(reader, arena, &in, &page, &diag), DL_OK);
    assert_int_equal(page->kind, DL_PAGE_ARTICLE);
    return page;
}

static bool says(const struct dl_page *page, const char *text)
{
    return dl_str_find_c(page->text, text, 0) != DL_NO_POS;
}

/* As it goes to the store and back. */
static struct dl_site_article kept(unsigned document, const struct dl_page *page)
{
    struct dl_site_article out = {.document = document};
    dl_str packed = dl_sample_pack(arena, &page->sample);
    assert_int_equal(dl_sample_unpack(arena, packed, &out.sample), DL_OK);
    assert_int_equal(out.sample.texts.n, page->sample.texts.n);
    assert_true(dl_str_eq(out.sample.root, page->sample.root));
    return out;
}

static struct dl_site_lesson learn(const struct dl_site_article *articles, size_t n)
{
    struct dl_site_lesson lesson;
    struct dl_page_site again;
    assert_int_equal(dl_site_learn(arena, articles, n, &lesson), DL_OK);
    assert_int_equal(dl_site_unpack(arena, dl_site_pack(arena, &lesson.site), &again), DL_OK);
    assert_int_equal(again.n_texts, lesson.site.n_texts);
    assert_int_equal(again.n_roots, lesson.site.n_roots);
    return lesson;
}

static struct dl_site_lesson lesson_of(struct article *a, unsigned n)
{
    struct dl_site_article seen[DL_SITE_WINDOW];
    for (unsigned i = 0; i < n; i++) {
        a->number = i + 1;
        seen[i] = kept(i, read_article(a, NULL));
    }
    a->number = n + 1;
    return learn(seen, n);
}

static void texts_of_several_articles_are_left_out(void **state)
{
    (void)state;
    struct article a = {.container = "story-text", .boxes = true};
    struct dl_page_site none = {0};
    struct dl_site_lesson lesson = lesson_of(&a, 3);
    assert_int_equal(lesson.articles, 3);
    assert_int_equal(lesson.site.n_texts, 2);
    assert_true(says(read_article(&a, NULL), NEWSLETTER));
    assert_true(says(read_article(&a, &none), NEWSLETTER));
    struct dl_page *page = read_article(&a, &lesson.site);
    assert_false(says(page, NEWSLETTER));
    assert_false(says(page, TEASER));
    assert_true(says(page, "On day 4 the"));
    /* It still tells that they stand there, or the memory would forget them. */
    assert_int_equal(page->sample.texts.n, 7);
}

static void two_articles_teach_nothing(void **state)
{
    (void)state;
    struct article a = {.container = "story-text", .boxes = true};
    struct dl_site_lesson lesson = lesson_of(&a, 2);
    assert_int_equal(lesson.site.n_texts, 0);
    assert_int_equal(lesson.site.n_roots, 0);
}

static void an_article_that_comes_again_is_no_boilerplate(void **state)
{
    (void)state;
    struct article a = {.container = "story-text", .boxes = true};
    struct dl_site_article seen[8];
    for (unsigned i = 0; i < 8; i++) { /* a wire's text under eight addresses, with its headline */
        a.number = i + 1;
        a.copy = true;
        seen[i] = kept(i, read_article(&a, NULL));
    }
    assert_int_equal(learn(seen, 8).articles, 1);
    for (unsigned i = 0; i < 8; i++) /* revisions of one */
        seen[i].document = 7;
    assert_int_equal(learn(seen, 8).articles, 1);
    /* And should it be learnt, the page would be too much of it. */
    struct dl_page *page = read_article(&a, NULL);
    uint64_t texts[16];
    struct dl_page_site site = {.texts = texts};
    for (size_t i = 0; i < page->sample.texts.n; i++)
        texts[site.n_texts++] = page->sample.texts.p[i].hash;
    for (size_t i = 1; i < site.n_texts; i++)
        for (size_t k = i; k > 0 && texts[k - 1] > texts[k]; k--) {
            uint64_t t = texts[k];
            texts[k] = texts[k - 1];
            texts[k - 1] = t;
        }
    assert_true(dl_str_eq(read_article(&a, &site)->text, page->text));
}

static void the_background_of_a_running_story_stays(void **state)
{
    (void)state;
    struct dl_site_article seen[24];
    for (unsigned i = 0; i < 24; i++) {
        struct article a = {i + 1, "story-text", true, i % 4 == 0, false};
        seen[i] = kept(i, read_article(&a, NULL));
    }
    struct article last = {25, "story-text", true, true, false};
    struct dl_page *page = read_article(&last, &(struct dl_page_site){0});
    struct dl_site_lesson lesson = learn(seen, 24);
    page = read_article(&last, &lesson.site);
    assert_true(says(page, BACKGROUND));
    assert_false(says(page, NEWSLETTER));
}

static void where_articles_stand_is_learnt_and_drift_told(void **state)
{
    (void)state;
    struct dl_site_article seen[16];
    for (unsigned i = 0; i < 16; i++) {
        struct article a = {i + 1, i < 10 ? "story-text" : "longread_body sc-1x2y kDqWuS", true,
                            false, false};
        seen[i] = kept(i, read_article(&a, NULL));
    }
    struct dl_site_lesson lesson = learn(seen, 10);
    assert_true(dl_str_eq_c(lesson.root, "html > body > div.page > div.story-text"));
    assert_int_equal(lesson.site.n_roots, 1);
    assert_false(lesson.changed);
    assert_false(learn(seen, 13).changed); /* three may be galleries */
    lesson = learn(seen, 14);
    assert_true(lesson.changed);
    assert_int_equal(lesson.changed_at, 10);
    assert_true(dl_str_eq_c(lesson.root_before, "html > body > div.page > div.story-text"));
    assert_true(dl_str_eq_c(lesson.root, "html > body > div.page > div.longread_body"));
    /* A site with two templates in turn has none that is new. */
    for (unsigned i = 0; i < 16; i++) {
        struct article a = {i + 1, i % 3 == 0 ? "story-text" : "longread_body", true, false, false};
        seen[i] = kept(i, read_article(&a, NULL));
    }
    lesson = learn(seen, 16);
    assert_false(lesson.changed);
    assert_int_equal(lesson.site.n_roots, 2);
}

static void what_is_damaged_is_refused(void **state)
{
    (void)state;
    struct dl_page_site site;
    struct dl_site_sample sample;
    char bytes[64];
    srand(7);
    for (int i = 0; i < 20000; i++) {
        size_t n = (size_t)rand() % sizeof bytes;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)(k == 0 ? 1 : rand() % (k < 4 ? 8 : 256));
        dl_str s = {bytes, n};
        if (dl_site_unpack(arena, s, &site) == DL_OK) assert_true(site.n_roots <= DL_SITE_ROOTS);
        if (dl_sample_unpack(arena, s, &sample) == DL_OK) assert_true(sample.root.n <= n);
        dl_arena_reset(arena);
    }
    assert_int_equal(dl_site_unpack(arena, DL_STR(""), &site), DL_ERR_CORRUPT);
    assert_int_equal(dl_sample_unpack(arena, DL_STR(""), &sample), DL_ERR_CORRUPT);
}

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    reader = dl_page_reader_new();
    dl_buf_init(&html, 1 << 20);
    return arena == NULL || reader == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_page_reader_free(reader);
    dl_arena_free(arena);
    dl_buf_free(&html);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_several_articles_are_left_out),
        cmocka_unit_test(two_articles_teach_nothing),
        cmocka_unit_test(an_article_that_comes_again_is_no_boilerplate),
        cmocka_unit_test(the_background_of_a_running_story_stays),
        cmocka_unit_test(where_articles_stand_is_learnt_and_drift_told),
        cmocka_unit_test(what_is_damaged_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
