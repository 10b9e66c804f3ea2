#include "event/lexicons.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_arena *arena;
static const dl_lexicons *tables;
static dl_buf image = DL_BUF_INIT(256 << 20);

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_words_open(&diag);
    if (err == DL_OK) err = dl_lexicons_read(&tables, arena, &diag);
    if (err == DL_OK) err = dl_lexicons_freeze(tables, arena, &image, &diag);
    if (err != DL_OK) print_error("%s\n", diag.message);
    return err == DL_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dl_buf_free(&image);
    dl_arena_free(arena);
    return 0;
}

/* What comes back holds the same: frozen once more it gives the same bytes. */
static void the_image_holds_what_the_tables_hold(void **state)
{
    (void)state;
    const dl_lexicons *again;
    dl_buf second = DL_BUF_INIT(256 << 20);
    assert_int_equal(dl_lexicons_thaw(&again, arena, dl_buf_slice(&image), NULL), DL_OK);
    assert_int_equal(dl_lexicons_freeze(again, arena, &second, NULL), DL_OK);
    assert_true(dl_str_eq(dl_buf_slice(&second), dl_buf_slice(&image)));
    dl_buf_free(&second);
}

/* Two readings of the tables give one image: builds can be repeated. */
static void an_image_is_the_same_every_time(void **state)
{
    (void)state;
    dl_arena *other = dl_arena_new(DL_ARENA_NO_CAP);
    const dl_lexicons *again;
    dl_buf second = DL_BUF_INIT(256 << 20);
    assert_int_equal(dl_lexicons_read(&again, other, NULL), DL_OK);
    assert_int_equal(dl_lexicons_freeze(again, other, &second, NULL), DL_OK);
    assert_true(dl_str_eq(dl_buf_slice(&second), dl_buf_slice(&image)));
    dl_buf_free(&second);
    dl_arena_free(other);
}

static void phrases_of_the_image_match(void **state)
{
    (void)state;
    const dl_lexicons *frozen;
    assert_int_equal(dl_lexicons_thaw(&frozen, arena, dl_buf_slice(&image), NULL), DL_OK);
    const struct dl_lexicon *ru = &frozen->of[dl_lexicons_index(frozen, "ru")];
    dl_words words;
    dl_str text = DL_STR("по словам министра в Москве");
    assert_int_equal(dl_words_split(&ru->pack, arena, text, &words), DL_OK);
    uint32_t link, value;
    assert_int_equal(dl_phrases_match(&ru->names, &words, 4, words.n, &link), 1);
    assert_true(dl_phrases_value(&ru->names, &link, &value));
    assert_true(dl_str_eq_c(frozen->gazetteer.known[value].name, "Moscow"));
    assert_int_equal(dl_lexicons_index(frozen, "en"), 0);
    assert_int_equal(dl_lexicons_index(frozen, "xx"), frozen->n);
}

static void the_atlas_of_the_image_knows_what_the_tables_say(void **state)
{
    (void)state;
    const dl_lexicons *frozen;
    dl_atlas read, thawed;
    struct dl_known a[DL_ATLAS_MOST], b[DL_ATLAS_MOST];
    assert_int_equal(dl_lexicons_thaw(&frozen, arena, dl_buf_slice(&image), NULL), DL_OK);
    assert_int_equal(dl_atlas_thaw(&thawed, &frozen->atlas, NULL), DL_OK);
    assert_int_equal(dl_atlas_open(&read, arena, NULL), DL_OK);
    uint64_t key = dl_words_name_key(DL_STR("Springfield"));
    size_t n = dl_atlas_find(&thawed, key, a, DL_ATLAS_MOST);
    assert_true(n > 5);
    assert_int_equal(dl_atlas_find(&read, key, b, DL_ATLAS_MOST), n);
    for (size_t i = 0; i < n; i++)
        assert_true(dl_str_eq(a[i].name, b[i].name) && a[i].lat == b[i].lat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_image_holds_what_the_tables_hold),
        cmocka_unit_test(an_image_is_the_same_every_time),
        cmocka_unit_test(phrases_of_the_image_match),
        cmocka_unit_test(the_atlas_of_the_image_knows_what_the_tables_say),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
