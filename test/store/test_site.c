/* Pages of a site are read with what their place in the ledger says, whatever came meanwhile. */
#include "store/ledger_site.h"

#include "fixture.h"
#include "page/site.h"

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    fixture_outlet(&f, "bay", "Bay", "XA");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static struct dl_taken take(int n)
{
    struct dl_taken taken;
    struct dl_diag diag;
    dl_str url = dl_str_fmt(f.arena, "https://bay.example/%d", n);
    struct dl_material m = fixture_material(&f, "bay", dl_str_cstr(f.arena, url), "page");
    m.kind = DL_STR("page");
    m.host = DL_STR("bay.example");
    m.hash = dl_sha256(url);
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, &taken));
    assert_ok(dl_ledger_commit(f.ledger, &diag));
    return taken;
}

/* Its own text, and one in a box that all have. */
static void read_page(const struct dl_taken *page, int n)
{
    struct dl_diag diag;
    struct dl_site_sample sample = {.root = DL_STR("body > div.story")};
    struct dl_site_text texts[] = {{(uint64_t)n * 2 + 1000, 400, false}, {7, 80, true}};
    assert_ok(dl_vec_push(f.arena, &sample.texts, texts[1]));
    assert_ok(dl_vec_push(f.arena, &sample.texts, texts[0]));
    struct dl_reading r = {.title = dl_str_fmt(f.arena, "Title %d", n),
                           .text = dl_str_fmt(f.arena, "Text %d", n),
                           .sample = dl_sample_pack(f.arena, &sample),
                           .extract = DL_STR("{}"),
                           .analyse = DL_STR("{}")};
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_read_done(f.ledger, f.arena, page->seq, &r));
    assert_ok(dl_ledger_commit(f.ledger, &diag));
}

static size_t texts_for(const struct dl_taken *page, bool want_ready)
{
    bool ready;
    dl_str packed;
    struct dl_page_site site = {0};
    assert_ok(dl_ledger_site_memory(f.ledger, f.arena, page->site, page->nth, &ready, &packed));
    assert_int_equal(ready, want_ready);
    if (packed.n > 0) assert_ok(dl_site_unpack(f.arena, packed, &site));
    return site.n_texts;
}

static void what_is_known_grows_in_steps(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 3000; n++) {
        int64_t known = dl_site_known(n);
        assert_true(known >= 0 && known < n && known % DL_SITE_STEP == 0);
        assert_true(known >= dl_site_known(n - 1));
        assert_true(n - known <= DL_SITE_LAG_MOST + DL_SITE_STEP);
    }
}

static void a_page_waits_for_those_before_it_and_sees_no_more(void **state)
{
    (void)state;
    struct dl_taken pages[13];
    for (int i = 1; i <= 12; i++) {
        pages[i] = take(i);
        assert_int_equal(pages[i].nth, i);
    }
    assert_int_equal(texts_for(&pages[6], true), 0);
    assert_int_equal(texts_for(&pages[7], false), 0); /* wants the first four */
    for (int i = 4; i >= 2; i--)
        read_page(&pages[i], i);
    assert_int_equal(texts_for(&pages[7], false), 0);
    read_page(&pages[1], 1);
    assert_int_equal(texts_for(&pages[7], true), 1);
    assert_int_equal(texts_for(&pages[6], true), 0); /* as if nobody had read those */
    /* The same after a restart, and when more is read than it may see. */
    fixture_reopen(&f);
    for (int i = 8; i <= 12; i++)
        read_page(&pages[i], i);
    assert_int_equal(texts_for(&pages[7], true), 1);
    assert_int_equal(fixture_count(&f, "SELECT learnt FROM site"), 4);
    bool final;
    assert_ok(dl_ledger_begin(f.ledger));
    for (int i = 5; i <= 7; i++) /* no articles: they count as read */
        assert_ok(
            dl_ledger_read_failed(f.ledger, pages[i].seq, DL_ERR_EMPTY, DL_STR("empty"), &final));
    struct dl_diag diag;
    assert_ok(dl_ledger_commit(f.ledger, &diag));
    assert_int_equal(fixture_count(&f, "SELECT learnt FROM site"), 12);
}

static void little_is_kept(void **state)
{
    (void)state;
    for (int i = 1; i <= 150; i++) {
        struct dl_taken page = take(i);
        read_page(&page, i);
        dl_arena_reset(f.arena);
    }
    assert_true(fixture_count(&f, "SELECT count(*) FROM site_sample") <=
                DL_SITE_WINDOW + DL_SITE_STEP);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM site_memory"), 1);
    assert_int_equal(fixture_count(&f, "SELECT articles FROM site"), DL_SITE_WINDOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_grows_in_steps),
        cmocka_unit_test_setup_teardown(a_page_waits_for_those_before_it_and_sees_no_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(little_is_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
