/* What an article's identity is: feeds whose GUIDs or addresses churn or are shared give neither
 * duplicates nor swallow articles. Feeds and articles are invented. */
#include "fixture.h"

#include <sqlite3.h>

static struct fixture f;

struct item {
    const char *url, *guid, *title, *text;
    int64_t published_ms;
};

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    fixture_outlet(&f, "blatt", "Blatt", "DE");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static struct dl_material material(const struct item *i, const char *channel, int64_t after_ms)
{
    const dl_str parts[] = {dl_str_c(i->title), dl_str_c(i->text)};
    return (struct dl_material){
        .kind = DL_STR("item"),
        .outlet = DL_STR("blatt"),
        .url = dl_str_c(i->url),
        .shown_url = dl_str_c(i->url),
        .guid = dl_str_c(i->guid),
        .channel = dl_str_c(channel),
        .feed = 1,
        .hash = dl_id_of(parts, 2),
        .bytes = DL_STR("{}"),
        .title = dl_str_c(i->title),
        .lead = parts[1].n >= 80 ? (int64_t)(dl_hash64(parts[1]) | 1) : 0,
        .text_bytes = parts[1].n,
        .published_ms = i->published_ms,
        .seen_after_ms = after_ms,
        .seen_by_ms = f.now_ms,
        .wants_page = true,
    };
}

enum { MOST = 8 };
static struct dl_taken taken[MOST];

static void poll_by(const struct item *items, size_t n, const char *channel, int64_t after_ms)
{
    struct dl_material m[MOST];
    for (size_t i = 0; i < n; i++)
        m[i] = material(&items[i], channel, after_ms);
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, m, n, taken));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    f.now_ms += 600000;
}

static void poll(const struct item *items, size_t n)
{
    poll_by(items, n, "feed", 0);
}

#define POLL(...)                                                                                  \
    do {                                                                                           \
        const struct item items_[] = {__VA_ARGS__};                                                \
        poll(items_, sizeof items_ / sizeof *items_);                                              \
    } while (0)

static int64_t documents(void)
{
    return fixture_count(&f, "SELECT count(*) FROM document");
}

static int64_t trust(const char *column)
{
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT coalesce(sum(%s), 0) FROM identity_trust", column);
    return fixture_count(&f, sql);
}

#define LONG_DE                                                                                    \
    "Der Stadtrat hat am Montagabend mit knapper Mehrheit beschlossen, die alte Brücke am Hafen " \
    "bis zum Frühjahr zu sperren."
#define LONG_AR                                                                                    \
    "أعلنت وزارة النقل اليوم أن الجسر القديم عند الميناء سيبقى مغلقا حتى الربيع المقبل لأعمال الصيانة"
#define LONG_ZH                                                                                    \
    "市议会周一晚间以微弱多数通过决议,港口旧桥将关闭至明年春季进行维修,期间车辆须绕行北岸公路。"
#define MINUTE 60000

static void the_same_item_a_thousand_times_is_one_row(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        POLL({"https://b.example/1", "tag:b,1", "Brücke gesperrt", LONG_DE, 0});
    assert_int_equal(documents(), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM sighting"), 1);
    assert_int_equal(fixture_count(&f, "SELECT sum(residual <> 0) FROM v_conservation"), 0);
}

static void guids_that_churn_do_no_harm(void **state)
{
    (void)state;
    char guid[40];
    for (int i = 0; i < 60; i++) {
        snprintf(guid, sizeof guid, "urn:uuid:%08d", i);
        POLL({"https://b.example/1", guid, "桥梁关闭", LONG_ZH, 0});
    }
    assert_int_equal(documents(), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 1);
    /* Learnt, and then no longer remembered one by one. */
    assert_true(trust("guid_churned") >= 3);
    assert_true(fixture_count(&f, "SELECT count(*) FROM alias WHERE kind = 'guid'") < 10);
}

static void guid_and_address_may_churn_together(void **state)
{
    (void)state;
    char guid[40], url[80];
    for (int i = 0; i < 60; i++) {
        snprintf(guid, sizeof guid, "%d-%d", i, i * 7);
        snprintf(url, sizeof url, "https://b.example/a?zitzung=%d", i * 31);
        POLL({url, guid, "الجسر مغلق", LONG_AR, 0});
    }
    assert_int_equal(documents(), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 1);
    assert_true(fixture_count(&f, "SELECT count(*) FROM alias WHERE kind = 'url'") <= 32);
    assert_true(trust("url_churned") > 30);
}

static void one_guid_for_several_articles_keeps_them_apart(void **state)
{
    (void)state;
    POLL({"https://b.example/1", "news", "Brücke am Hafen gesperrt", LONG_DE, 0},
         {"https://b.example/2", "news", "Neues Museum öffnet im Mai", "Kurz.", 0},
         {"https://b.example/3", "news", "الجسر مغلق", LONG_AR, 0});
    assert_int_equal(documents(), 3);
    POLL({"https://b.example/4", "news", "桥梁关闭", LONG_ZH, 0});
    assert_int_equal(documents(), 4);
    assert_int_equal(taken[0].as, DL_TAKEN_NEW);
}

/* "item-1" is always the newest: one poll after the other, never two at once. */
static void a_guid_that_is_a_place_in_the_list_keeps_them_apart(void **state)
{
    (void)state;
    static const char *const titles[] = {"Brücke am Hafen gesperrt", "Neues Museum öffnet im Mai",
                                         "Regen bis zum Wochenende", "Streik bei der Bahn beendet"};
    for (int i = 0; i < 4; i++) {
        char url[60];
        snprintf(url, sizeof url, "https://b.example/%d", i);
        POLL({url, "item-1", titles[i], "", 0});
        assert_int_equal(taken[0].as, DL_TAKEN_NEW);
    }
    assert_int_equal(documents(), 4);
    assert_true(trust("guid_reused") > 0);
}

static void a_series_with_one_guid_stays_a_series(void **state)
{
    (void)state;
    int64_t day = 24LL * 3600000;
    POLL({"https://b.example/3", "zahlen", "Die Zahlen vom 3. März", "", 1700000000000});
    POLL({"https://b.example/4", "zahlen", "Die Zahlen vom 4. März", "", 1700000000000 + day});
    assert_int_equal(documents(), 2);
}

static void a_moved_slug_is_the_same_article(void **state)
{
    (void)state;
    POLL({"https://b.example/bruecke", "tag:b,1", "Brücke gesperrt", LONG_DE, 0});
    POLL({"https://b.example/bruecke-neu", "tag:b,1", "Brücke gesperrt", LONG_DE, 0});
    assert_int_equal(taken[0].as, DL_TAKEN_DUPLICATE);
    POLL({"https://b.example/bruecke-neu-2", "tag:b,1", "Brücke bis zum Frühjahr gesperrt", LONG_DE,
          0});
    assert_int_equal(taken[0].as, DL_TAKEN_CHANGED);
    assert_int_equal(documents(), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM alias WHERE why = 'guid'"), 2);
    assert_int_equal(trust("guid_held"), 2);
}

/* No GUID at all, as in a sitemap: headline and slug are edited together. */
static void a_moved_slug_is_known_by_time_and_key(void **state)
{
    (void)state;
    int64_t at = 1700000123000;
    POLL({"https://b.example/4711815-bruecke-gesperrt", "", "Brücke gesperrt", "", at});
    POLL({"https://b.example/4711815-hafen-ohne-zufahrt", "",
          "Brücke gesperrt: Hafen ohne Zufahrt nach Norden", "", at});
    assert_int_equal(taken[0].as, DL_TAKEN_CHANGED);
    assert_int_equal(documents(), 1);
    /* Another one of the same second. */
    POLL({"https://b.example/4711900-museum", "", "Neues Museum öffnet", "", at});
    assert_int_equal(documents(), 2);
}

/* Reports of one minute for many towns, seen one after the other. */
static void a_batch_is_several_articles(void **state)
{
    (void)state;
    int64_t at = 1700002800000;
    POLL({"https://b.example/20231114/wetter-in-aachen", "", "Das Wetter in Aachen", "", at});
    POLL({"https://b.example/20231114/wetter-in-bochum", "", "Das Wetter in Bochum", "", at});
    POLL({"https://b.example/20231114/wetter-in-bremen", "", "Das Wetter in Bremen", "", at});
    assert_int_equal(documents(), 3);
}

static void https_comes_for_an_article_that_is_edited_meanwhile(void **state)
{
    (void)state;
    POLL({"http://b.example/1", "", "Brücke gesperrt", "alt", 0});
    POLL({"https://b.example/1", "", "Hafen ohne Zufahrt", "neu", 0});
    assert_int_equal(taken[0].as, DL_TAKEN_CHANGED);
    assert_int_equal(documents(), 1);
}

/* A broadcaster's feed: every item links to the show. */
static void one_address_for_several_articles_keeps_them_apart(void **state)
{
    (void)state;
    POLL({"https://b.example/", "f1", "Folge 1", "", 0});
    for (int i = 0; i < 3; i++)
        POLL({"https://b.example/", "f1", "Folge 1", "", 0},
             {"https://b.example/", "f2", "Folge 2", "", 0},
             {"https://b.example/", "f3", "桥梁关闭", LONG_ZH, 0});
    assert_int_equal(documents(), 3);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 3);
    assert_int_equal(trust("url_shared"), 1);
    /* Their page is fetched for none but the one that had it to itself. */
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM page_job"), 1);
    /* An edit is still one. */
    POLL({"https://b.example/", "f2", "Folge 2 mit Nachtrag", "", 0});
    assert_int_equal(taken[0].as, DL_TAKEN_CHANGED);
    assert_int_equal(documents(), 3);
}

static void neither_address_nor_guid_is_an_article_too(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        POLL({"", "", "الجسر مغلق", LONG_AR, 0}, {"", "", "桥梁关闭", LONG_ZH, 0});
    assert_int_equal(documents(), 2);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 2);
}

/* A short headline that comes back every day is another article each time. */
static void the_same_words_at_other_times_are_other_articles(void **state)
{
    (void)state;
    int64_t day = 24LL * 3600000;
    for (int i = 0; i < 5; i++) {
        char url[60];
        snprintf(url, sizeof url, "https://b.example/wetter/%d", i);
        POLL({url, "", "Das Wetter", "Wie jeden Tag.", 1700000000000 + i * day});
    }
    assert_int_equal(documents(), 5);
}

static void the_same_article_under_two_sections_is_one(void **state)
{
    (void)state;
    POLL({"https://b.example/stadt/1", "", "Brücke gesperrt", LONG_DE, 0},
         {"https://b.example/verkehr/1", "", "Brücke gesperrt", LONG_DE, 0});
    assert_int_equal(documents(), 1);
}

/* A page of another article named this address as its own. */
static void a_wrong_canonical_address_swallows_nothing(void **state)
{
    (void)state;
    POLL({"https://b.example/1", "", "Brücke gesperrt", LONG_DE, 0});
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_put_alias(f.ledger, DL_STR("blatt"), "url", DL_STR("https://b.example/2"),
                                  taken[0].document, "canonical"));
    assert_ok(dl_ledger_put_alias(f.ledger, DL_STR("blatt"), "url", DL_STR("https://b.example/"),
                                  taken[0].document, "redirect"));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM alias"), 2);
    POLL({"https://b.example/2", "", "Neues Museum öffnet", "Kurz.", 0});
    assert_int_equal(taken[0].as, DL_TAKEN_NEW);
    POLL({"https://b.example/2", "", "Neues Museum öffnet am Abend", "Kurz.", 0});
    assert_int_equal(taken[0].as, DL_TAKEN_CHANGED);
    assert_int_equal(documents(), 2);
}

static void a_page_belongs_to_the_document_it_was_fetched_for(void **state)
{
    (void)state;
    POLL({"https://b.example/1", "", "Brücke gesperrt", LONG_DE, 0},
         {"https://b.example/2", "", "Neues Museum öffnet", "Kurz.", 0});
    int64_t second = taken[1].document;
    struct dl_material m = fixture_material(&f, "blatt", "https://b.example/1", "<p>page</p>");
    m.kind = DL_STR("page");
    m.channel = DL_STR("page");
    m.document = second;
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, taken));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(taken[0].document, second);
}

/* --- first seen --------------------------------------------------------------------------- */

static int64_t seen(const char *column)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT coalesce(%s, 0) FROM document", column);
    return fixture_count(&f, sql);
}

static void first_seen_is_the_earliest_of_all_ways_in(void **state)
{
    (void)state;
    const struct item item = {"https://b.example/1", "", "Brücke gesperrt", LONG_DE, 0};
    int64_t first = f.now_ms;
    poll_by(&item, 1, "sitemap", first - 10 * MINUTE);
    poll_by(&item, 1, "feed", first - 2 * MINUTE);
    assert_int_equal(seen("seen_by"), first);
    assert_int_equal(seen("seen_after"), first - 10 * MINUTE);
    /* A file tells later of an earlier look. */
    f.now_ms = first - 5 * MINUTE;
    poll_by(&item, 1, "file", 0);
    assert_int_equal(seen("seen_by"), first - 5 * MINUTE);
    assert_int_equal(seen("seen_after"), 0);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM sighting"), 3);
    assert_int_equal(fixture_count(&f, "SELECT channel = 'file' FROM document"), 1);
    /* Of two looks that end together the one that began later says more. */
    f.now_ms = first - 5 * MINUTE;
    poll_by(&item, 1, "push", first - 6 * MINUTE);
    assert_int_equal(seen("seen_after"), first - 6 * MINUTE);
}

/* --- pages looked at again ---------------------------------------------------------------- */

static int64_t due_pages(int64_t now_ms)
{
    dl_page_jobs jobs;
    struct dl_due_window window = {.low = {-1, 0}, .high = {now_ms, INT64_MAX}, .most = 10};
    assert_ok(dl_ledger_wake_pages(f.ledger, now_ms));
    assert_ok(dl_ledger_due_pages(f.ledger, f.arena, &window, &jobs));
    if (jobs.n > 0 && jobs.p[0].etag.n > 0) assert_str(jobs.p[0].etag, "\"v1\"");
    return (int64_t)jobs.n;
}

static void page_came(int64_t at_ms, const char *result)
{
    struct dl_page_outcome o = {
        .document = taken[0].document,
        .at_ms = at_ms,
        .result = dl_str_c(result),
        .not_before_ms = at_ms,
        .answered = true,
        .has_validators = true,
        .etag = DL_STR("\"v1\""),
    };
    assert_ok(dl_ledger_page_outcome(f.ledger, &o));
}

static void sql(const char *text)
{
    char path[96];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/dateline.db", f.dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void pages_of_stories_are_looked_at_again(void **state)
{
    (void)state;
    int64_t hour = 60 * MINUTE, first = f.now_ms;
    POLL({"https://b.example/1", "", "Brücke gesperrt", LONG_DE, 0});
    assert_int_equal(due_pages(first), 1);
    page_came(first + MINUTE, "fetched");
    assert_int_equal(due_pages(first + 50 * MINUTE), 0);
    /* Alone in its story: not after an hour, nor ever while it is. */
    assert_int_equal(due_pages(first + hour + MINUTE), 0);
    sql("INSERT INTO story (story, id, founder, first_seen, last_seen, last_change, documents, "
        "copies, outlets, languages, countries) VALUES (1, x'01', 1, 0, 0, 0, 2, 0, 2, 1, 1); UPDATE "
        "document SET story = 1");
    assert_int_equal(due_pages(first + 23 * hour), 0);
    assert_int_equal(due_pages(first + 24 * hour), 1);
    page_came(first + 24 * hour + MINUTE, "not changed");
    assert_int_equal(due_pages(first + 6 * 24 * hour), 0);
    assert_int_equal(due_pages(first + 7 * 24 * hour), 1);
    page_came(first + 7 * 24 * hour + MINUTE, "not changed");
    assert_int_equal(due_pages(first + 100 * 24 * hour), 0);
}

static void a_changed_item_calls_for_its_page(void **state)
{
    (void)state;
    int64_t first = f.now_ms;
    POLL({"https://b.example/1", "", "Brücke gesperrt", LONG_DE, 0});
    page_came(first + MINUTE, "fetched");
    f.now_ms = first + 20 * MINUTE;
    POLL({"https://b.example/1", "", "Brücke bis Mai gesperrt", LONG_DE, 0});
    assert_int_equal(due_pages(first + 20 * MINUTE), 0);
    assert_int_equal(due_pages(first + 21 * MINUTE), 1);
    page_came(first + 22 * MINUTE, "fetched");
    int64_t checked;
    assert_ok(dl_ledger_page_checked(f.ledger, taken[0].document, &checked));
    assert_int_equal(checked, first + 22 * MINUTE);
    /* A live blog's item changes all the time. */
    f.now_ms = first + 23 * MINUTE;
    POLL({"https://b.example/1", "", "Brücke bis Juni gesperrt", LONG_DE, 0});
    assert_int_equal(due_pages(first + 30 * MINUTE), 0);
    assert_int_equal(due_pages(first + 37 * MINUTE), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(the_same_item_a_thousand_times_is_one_row),
        T(guids_that_churn_do_no_harm),
        T(guid_and_address_may_churn_together),
        T(one_guid_for_several_articles_keeps_them_apart),
        T(a_guid_that_is_a_place_in_the_list_keeps_them_apart),
        T(a_series_with_one_guid_stays_a_series),
        T(a_moved_slug_is_the_same_article),
        T(a_moved_slug_is_known_by_time_and_key),
        T(a_batch_is_several_articles),
        T(https_comes_for_an_article_that_is_edited_meanwhile),
        T(one_address_for_several_articles_keeps_them_apart),
        T(neither_address_nor_guid_is_an_article_too),
        T(the_same_words_at_other_times_are_other_articles),
        T(the_same_article_under_two_sections_is_one),
        T(a_wrong_canonical_address_swallows_nothing),
        T(a_page_belongs_to_the_document_it_was_fetched_for),
        T(first_seen_is_the_earliest_of_all_ways_in),
        T(pages_of_stories_are_looked_at_again),
        T(a_changed_item_calls_for_its_page),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
