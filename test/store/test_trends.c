/* What documents speak of by day, and who covers what: numbers that open to their documents. */
#include "fixture.h"

#include <string.h>

#include "store/read_coverage.h"
#include "store/read_trends.h"

static struct fixture f;
static dl_store *store;

enum { DAY_MS = 24 * 3600 * 1000, DAY = 19807 /* 2024-03-25, the fixture's first */ };

#define VELM "{\"name\":\"Velm\",\"country\":\"NO\",\"use\":\"literal\"}"
#define BAM  "{\"name\":\"بم\",\"country\":\"IR\",\"use\":\"literal\"}"
#define RIGA "{\"name\":\"Riga\",\"country\":\"LV\",\"use\":\"metonymic\"}"
#define EVENT(id, act)                                                                             \
    "{\"id\":\"" id "\",\"act\":\"" act "\",\"status\":\"done\",\"actors\":[{\"code\":\"NOR\"}],"  \
    "\"recipients\":[{\"code\":\"IRN\"}]}"

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dl_store_close(store);
    store = NULL;
    fixture_close(&f);
    return 0;
}

static void open_store(void)
{
    struct dl_diag diag = {0};
    if (dl_store_open(f.dir, &store, &diag) != DL_OK) fail_msg("%s", diag.message);
}

/* One document of a day, in a story of its own. */
static void tell(int64_t day, const char *outlet, const char *analyse)
{
    static unsigned n;
    const char *url = dl_str_fmt(f.arena, "https://%s.example/%u%c", outlet, ++n, '\0').p;
    const char *text = dl_str_fmt(f.arena, "News number %u%c", n, '\0').p;
    struct said said = {outlet, url, text, text, "en", analyse};
    f.now_ms = day * DAY_MS + (int64_t)n * 1000;
    fixture_say(&f, &said);
    fixture_assign(&f, NULL, 0);
}

static void rising(void **state)
{
    (void)state;
    dl_store_trends trends;
    for (int i = 0; i < DL_TREND_DAYS; i++)
        tell(DAY + i, "afp", "{\"places\":[" VELM "," VELM "," RIGA "]}");
    for (int i = 0; i < 2; i++)
        tell(DAY + DL_TREND_DAYS, "afp", "{\"places\":[" VELM "," BAM "]}");
    open_store();
    int64_t day;
    assert_ok(dl_store_newest_day(store, &day));
    assert_int_equal(day, DAY + DL_TREND_DAYS);
    assert_ok(dl_store_rising(store, f.arena, DL_TREND_PLACE, day, 10, &trends));
    assert_int_equal(trends.n, 2); /* who stands for a government is no place of news */
    assert_str(trends.p[0].key, "بم|IR");
    assert_int_equal(trends.p[0].documents, 2);
    assert_str(trends.p[1].key, "Velm|NO");
    assert_true(trends.p[0].trend.surprise > 3 && trends.p[1].trend.surprise < 2);
    assert_true(trends.p[1].trend.usual > 1 && trends.p[1].trend.usual < 1.1); /* once a document */
    assert_ok(dl_store_rising(store, f.arena, DL_TREND_PLACE, day, 1, &trends));
    assert_int_equal(trends.n, 1);
    assert_ok(dl_store_rising(store, f.arena, DL_TREND_TOPIC, day, 10, &trends));
    assert_int_equal(trends.n, 0);
}

static void by_week(void **state)
{
    (void)state;
    enum { WEEK = 7, LAST = DAY + DL_TREND_WEEKS * WEEK - 1 };
    dl_store_trends trends;
    tell(DAY - 1, "afp", "{\"events\":[" EVENT("a", "accuse") "]}"); /* a day too old */
    tell(DAY, "afp", "{\"events\":[" EVENT("a", "accuse") "]}");
    tell(DAY + WEEK - 1, "afp", "{\"events\":[" EVENT("a", "accuse") "," EVENT("b", "strike") "]}");
    tell(DAY + WEEK, "afp", "{\"events\":[" EVENT("a", "accuse") "]}");
    tell(
        LAST, "afp",
        "{\"events\":[" EVENT("a", "accuse") "," EVENT(
            "b", "strike") "],\"event_links\":[{\"type\":\"cause\",\"from\":\"a\",\"to\":\"b\"}]}");
    tell(LAST + 1, "afp", "{\"events\":[" EVENT("a", "accuse") "]}"); /* not up to the day */
    open_store();
    assert_ok(dl_store_by_week(store, f.arena, DL_TREND_PAIR, LAST, 10, &trends));
    assert_int_equal(trends.n, 2);
    assert_str(trends.p[0].key, "NOR|IRN|accuse|done");
    assert_int_equal(trends.p[0].documents, 4);
    const uint32_t accuse[DL_TREND_WEEKS] = {2, 1, 0, 0, 0, 0, 0, 1};
    const uint32_t strike[DL_TREND_WEEKS] = {1, 0, 0, 0, 0, 0, 0, 1};
    assert_memory_equal(trends.p[0].weeks, accuse, sizeof accuse);
    assert_memory_equal(trends.p[1].weeks, strike, sizeof strike);
    assert_ok(dl_store_by_week(store, f.arena, DL_TREND_LINK, LAST, 10, &trends));
    assert_int_equal(trends.n, 1);
    assert_str(trends.p[0].key, "cause|accuse|strike");
}

static void opens_to_documents(void **state)
{
    (void)state;
    dl_store_mentions mentions;
    const char *analyse = "{\"topics\":[{\"medtop\":\"04000000\",\"label\":\"economy\"}]}";
    for (int i = 0; i < 3; i++)
        tell(DAY + i, i == 1 ? "fars" : "afp", analyse);
    open_store();
    dl_str key = DL_STR("04000000|economy");
    assert_ok(
        dl_store_mentions_of(store, f.arena, DL_TREND_TOPIC, key, DAY, DAY + 1, 10, &mentions));
    assert_int_equal(mentions.n, 2);
    assert_str(mentions.p[0].outlet, "fars");
    assert_str(mentions.p[1].outlet, "afp");
    assert_true(mentions.p[0].has_story && mentions.p[0].seen_by_ms > mentions.p[1].seen_by_ms);
    assert_ok(
        dl_store_mentions_of(store, f.arena, DL_TREND_TOPIC, key, DAY, DAY + 9, 1, &mentions));
    assert_int_equal(mentions.n, 1);
    assert_ok(
        dl_store_mentions_of(store, f.arena, DL_TREND_PLACE, key, DAY, DAY + 9, 10, &mentions));
    assert_int_equal(mentions.n, 0);
}

static void kinds(void **state)
{
    (void)state;
    enum dl_trend_kind kind;
    for (int k = DL_TREND_PLACE; k <= DL_TREND_LINK; k++) {
        assert_true(dl_trend_kind_from(dl_str_c(dl_trend_kind_name((enum dl_trend_kind)k)), &kind));
        assert_int_equal(kind, k);
    }
    assert_false(dl_trend_kind_from(DL_STR("places"), &kind));
}

/* One story that outlets o0 … on from `from` tell. */
static int64_t n_told;
static int64_t story_of(int64_t founder, int from, int to)
{
    int64_t story[DL_COVERAGE_OUTLETS + 1] = {0};
    for (int i = from; i < to; i++) {
        const char *outlet = dl_str_fmt(f.arena, "o%d%c", i, '\0').p;
        const char *url = dl_str_fmt(f.arena, "https://o%d.example/%d%c", i, (int)++n_told, '\0').p;
        const char *text = dl_str_fmt(f.arena, "Told as number %d%c", (int)n_told, '\0').p;
        struct said said = {outlet, url, text, text, "en", NULL};
        int64_t seq = fixture_say(&f, &said);
        story[i - from] = founder;
        if (founder == 0) founder = seq;
    }
    fixture_assign(&f, story, (size_t)(to - from));
    return founder;
}

/* The ninth outlet tells all that eight others tell, but not the last story. */
static void tell_silence(int stories, int missed, bool heard)
{
    enum { ALL = DL_COVERAGE_OUTLETS + 1 };
    for (int i = 0; i < stories - heard; i++)
        story_of(0, 0, i < missed ? ALL - 1 : ALL);
    int64_t story = story_of(0, 0, 1);
    if (heard) story_of(0, 0, ALL);
    story_of(story, 1, ALL - 1);
}

static dl_store_silences silences(void)
{
    dl_store_stories stories;
    dl_store_silences found;
    struct dl_store_story_filter newest = {.limit = 1};
    open_store();
    assert_ok(dl_store_list_stories(store, f.arena, &newest, &stories));
    assert_int_equal(stories.p[0].outlets, DL_COVERAGE_OUTLETS);
    assert_ok(dl_store_silent(store, f.arena, &stories.p[0], 10, &found));
    return found;
}

static void silent_one(void **state)
{
    (void)state;
    tell_silence(DL_COVERAGE_STORIES, 1, true); /* 19 of 20 are enough */
    dl_store_silences found = silences();
    assert_int_equal(found.n, 1);
    assert_str(found.p[0].outlet, "o8");
    assert_int_equal(found.p[0].had, DL_COVERAGE_STORIES - 1);
    assert_int_equal(found.p[0].of, DL_COVERAGE_STORIES);
}

static void silent_too_often(void **state)
{
    (void)state;
    tell_silence(DL_COVERAGE_STORIES, 2, true);
    assert_int_equal(silences().n, 0);
}

static void too_few_to_compare(void **state)
{
    (void)state;
    tell_silence(DL_COVERAGE_STORIES - 1, 0, true);
    assert_int_equal(silences().n, 0);
}

static void not_heard_since(void **state)
{
    (void)state;
    tell_silence(DL_COVERAGE_STORIES, 0, false);
    assert_int_equal(silences().n, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(rising),     TEST(by_week),          TEST(opens_to_documents), TEST(kinds),
        TEST(silent_one), TEST(silent_too_often), TEST(too_few_to_compare), TEST(not_heard_since),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
