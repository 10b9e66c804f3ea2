/* Articles saved as plain text. */
#include "page/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_page_reader *reader;
static dl_arena *arena;

static struct dl_page *read_text(const char *text)
{
    struct dl_page_input in = {.bytes = dl_str_c(text), .content_type = DL_STR("text/plain")};
    struct dl_page *page = NULL;
    assert_int_equal(dl_page_read(reader, arena, &in, &page, NULL), DL_OK);
    return page;
}

static void assert_str(dl_str s, const char *want)
{
    assert_string_equal(dl_str_cstr(arena, s), want);
}

#define BODY                                                                                       \
    "The council of Nordhaven said on Friday that the old bridge over the river would be closed "  \
    "until the autumn because two of its pillars have moved by several centimetres.\n"

static void a_title_that_stands_twice(void **state)
{
    (void)state;
    struct dl_page *p =
        read_text("EXAMPLE Gazette\n\nNews of the river\nBridge closed\n\n"
                  "Bridge closed\n\n25.03.2024traffic\n\n" BODY "\nWhat the town says\n\n" BODY);
    assert_str(p->title, "Bridge closed");
    assert_str(p->site, "EXAMPLE Gazette");
    assert_str(p->description, "News of the river");
    assert_str(p->section, "traffic");
    assert_str(dl_time_format(arena, p->published), "2024-03-25");
    assert_int_equal(p->blocks.n, 3);
    assert_int_equal(p->blocks.p[1].kind, DL_BLOCK_HEADING);
    assert_int_equal(p->kind, DL_PAGE_ARTICLE);
    assert_int_equal(dl_str_find_c(p->text, "Bridge closed", 0), DL_NO_POS);
}

static void a_title_that_stands_once(void **state)
{
    (void)state;
    struct dl_page *p = read_text("Bridge closed\nNobody may cross it\n3 May 2031\n\n" BODY);
    assert_str(p->title, "Bridge closed");
    assert_str(p->subtitle, "Nobody may cross it");
    assert_str(dl_time_format(arena, p->published), "2031-05-03");
    assert_int_equal(p->site.n, 0);
}

static void wrapped_lines_are_one_paragraph(void **state)
{
    (void)state;
    struct dl_page *p = read_text(
        "Title here\n\nThe council of Nordhaven said on Friday that the old bridge over\nthe river "
        "would be closed until the autumn because two of its\npillars have moved by several "
        "centimetres. It is one hundred years old.\n\n- first of a list\n- second of it\n\n" BODY);
    assert_int_equal(p->blocks.n, 0 + 4);
    assert_int_equal(p->blocks.p[0].kind, DL_BLOCK_PARAGRAPH);
    assert_int_equal(p->blocks.p[1].kind, DL_BLOCK_LIST_ITEM);
    assert_true(dl_str_find_c(p->text, "over the river", 0) != DL_NO_POS);
}

static void all_scripts(void **state)
{
    (void)state;
    struct dl_page *p = read_text(
        "旧桥关闭至秋季\n\n市政府周五表示，由于两根桥墩移动了数厘米，横跨河流的旧桥将关闭至秋季，"
        "每天约有一千二百人使用该桥，市民必须改乘渡船，船票免费。\n\n居民怎么说\n\n他们不高兴。\n");
    assert_str(p->title, "旧桥关闭至秋季");
    assert_int_equal(p->blocks.p[1].kind, DL_BLOCK_HEADING);
    assert_int_equal(p->blocks.p[2].kind, DL_BLOCK_PARAGRAPH);
    p = read_text("إغلاق الجسر القديم\n\nقالت بلدية المدينة إن الجسر القديم سيغلق حتى الخريف بسبب "
                  "تحرك اثنين من أعمدته عدة سنتيمترات خلال الأيام الماضية، ولن يسمح لأحد "
                  "بعبوره.\n\nماذا يقول السكان؟\n");
    assert_str(p->title, "إغلاق الجسر القديم");
    assert_int_equal(p->blocks.p[1].kind, DL_BLOCK_PARAGRAPH); /* a question is a sentence */
}

static void no_article(void **state)
{
    (void)state;
    struct dl_page *p = read_text("just a few words");
    assert_int_equal(p->kind, DL_PAGE_OTHER);
    assert_int_equal(p->title.n, 0);
}

static int set_up(void **state)
{
    (void)state;
    reader = dl_page_reader_new();
    arena = dl_arena_new(DL_ARENA_NO_CAP);
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
        cmocka_unit_test(a_title_that_stands_twice),
        cmocka_unit_test(a_title_that_stands_once),
        cmocka_unit_test(wrapped_lines_are_one_paragraph),
        cmocka_unit_test(all_scripts),
        cmocka_unit_test(no_article),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
