/* The read side: stories, documents, changes, health, search in every script. */
#include "fixture.h"

#include "store/health.h"
#include "store/ledger_source.h"
#include "store/search.h"
#include "store/source.h"

static struct fixture f;
static dl_store *store;

static const struct said said[] = {
    {"reuters", "https://r.example/1", "Dam breaks near Kyiv",
     "A dam broke near Kyiv on Monday. The Foreign Ministry said that nobody was hurt.", "en",
     "{\"statements\":[{\"source\":[{\"start\":33,\"end\":53}],\"cue\":[{\"start\":54,\"end\":58}],"
     "\"content\":[{\"start\":64,\"end\":79}],\"source_class\":\"official-political\"}]}"},
    {"reuters", "https://r.example/2", "Naïve élite", "The dam is not named here… it is.", "en",
     NULL},
    {"xinhua", "https://x.example/1", "北京大学发生火灾", "北京大学昨晚发生火灾，没有人员伤亡。",
     "zh", NULL},
    {"aljazeera", "https://j.example/1", "السدّ ينهار قرب كييف",
     "انهار سدٌّ كبير قرب مدينة كييف يوم الاثنين.", "ar", NULL},
    {"thairath", "https://t.example/1", "น้ำท่วมประเทศไทย", "เกิดน้ำท่วมหนักในประเทศไทยวันนี้", "th", NULL},
    {"isna", "https://i.example/1", "سیل در ایران",
     "کتاب‌های زیادی در سیل از بین رفت.", "fa", NULL},
};
enum { SAID = sizeof said / sizeof *said };

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    for (size_t i = 0; i < SAID; i++)
        fixture_say(&f, &said[i]);
    fixture_outlet(&f, "reuters", "Reuters News", "GB");
    fixture_outlet(&f, "xinhua", "新华社", "CN");
    static const int64_t story[] = {0, 0, 0, 1, 0, 0};
    fixture_assign(&f, story, SAID);
    return dl_store_open(f.dir, &store, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    dl_store_close(store);
    fixture_close(&f);
    return 0;
}

static size_t find(const char *text, enum dl_search_order order, dl_search_hits *ret)
{
    struct dl_query q;
    struct dl_diag diag = {0};
    struct dl_search_options options = {.order = order, .limit = 50};
    if (dl_query_parse(f.arena, dl_str_c(text), &q, &diag) != DL_OK)
        fail_msg("%s: %s", text, diag.message);
    enum dl_err err = dl_search_documents(store, f.arena, &q, &options, ret);
    if (err != DL_OK) fail_msg("%s: %s: %s", text, dl_err_text(err), dl_store_why(store));
    int64_t count;
    assert_ok(dl_search_count(store, &q, &count));
    assert_int_equal(count, ret->n);
    return ret->n;
}

/* What is found, as the numbers of `said` from the newest on. */
static const struct {
    const char *query, *found;
} searches[] = {
    {"dam", "10"},
    {"DAM kyiv", "0"},
    {"\"dam broke\"", "0"},
    {"\"broke dam\"", ""},
    {"broke*", "0"},
    {"bro*", "0"},
    {"dam -kyiv", "1"},
    {"dam -\"near kyiv\"", "1"},
    {"(kyiv OR naive)", "10"},
    {"(kyiv monday OR elite)", "10"},
    {"北京", "2"},
    {"大学", "2"},
    {"学", "2"},
    {"火", "2"},
    {"北大", ""},
    {"伤亡", "2"},
    {"亡", "2"},
    {"سد", "3"},
    {"كييف", "3"},
    {"ประเทศไทย", "4"},
    {"น้ำท่วม", "4"},
    {"کتاب", "5"},
    {"lang:en", "10"},
    {"lang:EN dam from:reuters", "10"},
    {"from:\"reuters news\"", "10"},
    {"from:新华社", "2"},
    {"-lang:en", "5432"},
    {"country:cn", "2"},
    {"source:\"foreign ministry\"", "0"},
    {"source:ministry", "0"},
    {"source:minist", ""},
    {"lang:en -source:ministry", "1"},
    {"lang:en -dam", ""},
    {"lang:zh -dam", "2"},
    {"dam since:2024-03-25 until:2024-03-25", "10"},
    {"dam since:2024-03-26", ""},
    {"dam until:2024-03-24", ""},
};

static void words_of_every_script_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        dl_search_hits hits;
        char got[16] = "";
        size_t n = find(searches[i].query, DL_SEARCH_NEWEST, &hits);
        for (size_t k = 0; k < n && k < 15; k++)
            for (size_t j = 0; j < SAID; j++)
                if (dl_str_eq_c(hits.p[k].url, said[j].url)) got[k] = (char)('0' + j);
        if (strcmp(got, searches[i].found) != 0)
            fail_msg("%s: %s, should be %s", searches[i].query, got, searches[i].found);
        assert_int_equal(find(searches[i].query, DL_SEARCH_BEST, &hits), n);
    }
}

static void assert_marked(dl_str text, struct dl_span span, const char *want)
{
    dl_str got = dl_str_sub(text, span.start, span.end);
    if (!dl_str_eq_c(got, want)) fail_msg("%.*s, should be %s", DL_FMT(got), want);
}

static void words_found_are_marked(void **state)
{
    (void)state;
    dl_search_hits hits;
    find("\"dam broke\" nobody", DL_SEARCH_NEWEST, &hits);
    assert_int_equal(hits.p[0].n_marks, 2);
    assert_marked(hits.p[0].snippet, hits.p[0].marks[0], "dam broke");
    assert_marked(hits.p[0].snippet, hits.p[0].marks[1], "nobody");
    find("naive", DL_SEARCH_NEWEST, &hits);
    assert_int_equal(hits.p[0].n_title_marks, 1);
    assert_marked(hits.p[0].title, hits.p[0].title_marks[0], "Naïve");
    find("北京大学", DL_SEARCH_NEWEST, &hits);
    assert_marked(hits.p[0].title, hits.p[0].title_marks[0], "北京大学");
    find("火灾 发生", DL_SEARCH_NEWEST, &hits);
    assert_int_equal(hits.p[0].n_marks, 1); /* side by side: one mark */
    assert_marked(hits.p[0].snippet, hits.p[0].marks[0], "发生火灾");
    find("سد", DL_SEARCH_NEWEST, &hits);
    assert_marked(hits.p[0].snippet, hits.p[0].marks[0], "سدٌّ");
}

static void snippets_show_the_place_in_long_texts(void **state)
{
    (void)state;
    dl_buf text = DL_BUF_INIT(1 << 20);
    for (int i = 0; i < 3000; i++)
        dl_buf_fmt(&text, "سطر رقم %d\nof many.\n", i);
    dl_buf_c(&text, "Here the zebra met the giraffe. ");
    for (int i = 0; i < 3000; i++)
        dl_buf_c(&text, "zebra tail 动物园动物园 ");
    struct said with = {"reuters", "https://r.example/long", "Long", text.p, "en", NULL};
    fixture_say(&f, &with);
    dl_search_hits hits;
    assert_int_equal(find("giraffe zebra", DL_SEARCH_NEWEST, &hits), 1);
    assert_true(dl_str_find_c(hits.p[0].snippet, "zebra met the giraffe", 0) != DL_NO_POS);
    assert_true(hits.p[0].snippet.n <= DL_SNIPPET_MAX);
    assert_true(dl_str_chr(hits.p[0].snippet, '\n', 0) == DL_NO_POS);
    assert_true(hits.p[0].n_marks >= 2);
    for (size_t i = 0; i < hits.p[0].n_marks; i++)
        assert_true(hits.p[0].marks[i].start < hits.p[0].marks[i].end &&
                    hits.p[0].marks[i].end <= hits.p[0].snippet.n);
    dl_buf_free(&text);
}

static void search_goes_on_behind_a_page(void **state)
{
    (void)state;
    struct dl_query q;
    dl_search_hits hits;
    assert_ok(dl_query_parse(f.arena, DL_STR("dam"), &q, NULL));
    struct dl_search_options options = {.limit = 1};
    assert_ok(dl_search_documents(store, f.arena, &q, &options, &hits));
    assert_int_equal(hits.n, 1);
    assert_str(hits.p[0].url, said[1].url);
    options.before = hits.p[0].key;
    assert_ok(dl_search_documents(store, f.arena, &q, &options, &hits));
    assert_str(hits.p[0].url, said[0].url);
    options.before = hits.p[0].key;
    assert_ok(dl_search_documents(store, f.arena, &q, &options, &hits));
    assert_int_equal(hits.n, 0);
}

static void stories_are_found_by_their_documents(void **state)
{
    (void)state;
    struct dl_query q;
    dl_store_stories stories;
    int64_t *matches;
    assert_ok(dl_query_parse(f.arena, DL_STR("(kyiv OR كييف)"), &q, NULL));
    assert_ok(dl_search_stories(store, f.arena, &q, 10, &stories, &matches));
    assert_int_equal(stories.n, 1);
    assert_int_equal(matches[0], 2);
    assert_str(stories.p[0].headline, said[0].title);
}

static void stories_are_listed_by_newest_change(void **state)
{
    (void)state;
    dl_store_stories all, some;
    struct dl_store_story_filter filter = {.limit = 100};
    assert_ok(dl_store_list_stories(store, f.arena, &filter, &all));
    assert_int_equal(all.n, 5);
    filter.limit = 2;
    size_t n = 0;
    do {
        assert_ok(dl_store_list_stories(store, f.arena, &filter, &some));
        for (size_t i = 0; i < some.n; i++, n++) {
            assert_true(dl_id_eq(&some.p[i].id, &all.p[n].id));
            assert_true(n == 0 || all.p[n].change < all.p[n - 1].change);
        }
        if (some.n > 0) filter.before = some.p[some.n - 1].change;
    } while (some.n > 0);
    assert_int_equal(n, 5);
    filter = (struct dl_store_story_filter){.language = DL_STR("ar"), .limit = 10};
    assert_ok(dl_store_list_stories(store, f.arena, &filter, &some));
    assert_int_equal(some.n, 1);
    assert_str(some.p[0].headline, said[0].title);
    assert_int_equal(some.p[0].documents, 2);
    assert_int_equal(some.p[0].languages, 2);
    filter = (struct dl_store_story_filter){.outlet = DL_STR("reuters"), .limit = 10};
    assert_ok(dl_store_list_stories(store, f.arena, &filter, &some));
    assert_int_equal(some.n, 2);
}

static void a_story_is_shown_with_its_documents(void **state)
{
    (void)state;
    dl_store_stories all;
    struct dl_store_story_filter filter = {.language = DL_STR("ar"), .limit = 1};
    assert_ok(dl_store_list_stories(store, f.arena, &filter, &all));
    dl_str hex = dl_id_str(f.arena, &all.p[0].id);
    struct dl_store_story story;
    struct dl_diag diag;
    assert_ok(dl_store_story(store, f.arena, dl_str_sub(hex, 0, 8), &story, &diag));
    assert_true(dl_id_eq(&story.id, &all.p[0].id));
    assert_int_equal(dl_store_story(store, f.arena, DL_STR("abc"), &story, &diag),
                     DL_ERR_NOT_FOUND);
    assert_int_equal(dl_store_story(store, f.arena, DL_STR("'; DROP TABLE"), &story, &diag),
                     DL_ERR_NOT_FOUND);
    dl_store_members members;
    assert_ok(dl_store_story_members(store, f.arena, story.story, 0, 10, &members));
    assert_int_equal(members.n, 2);
    assert_str(members.p[0].title, said[0].title);
    assert_str(members.p[0].published, "2024-03-25");
    assert_int_equal(members.p[0].n_statements, 1);
    assert_str(members.p[1].lead, said[3].text);
    dl_store_statements statements;
    assert_ok(dl_store_story_statements(store, f.arena, story.story, 0, 10, &statements));
    assert_int_equal(statements.n, 1);
    assert_str(statements.p[0].source, "The Foreign Ministry");
    assert_str(statements.p[0].content, "nobody was hurt");
    dl_store_facets facets;
    assert_ok(dl_store_story_facets(store, f.arena, story.story, "outlet", &facets));
    assert_int_equal(facets.n, 2);
}

static void a_joined_story_leads_to_the_other(void **state)
{
    (void)state;
    struct said more = {"afp", "https://a.example/1", "Both", "both", "fr", NULL};
    int64_t seq = fixture_say(&f, &more);
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    struct dl_assignment a = {.row = &rows.p[0], .story = 1, .n_joins = 1};
    a.joins[0].from = 2;
    a.joins[0].into = 1;
    assert_ok(dl_ledger_story_commit(f.ledger, f.arena, &a, 1, seq, NULL));
    dl_id first = dl_document_id(DL_STR("reuters"), dl_str_c(said[0].url), (dl_str){0});
    dl_id second = dl_document_id(DL_STR("reuters"), dl_str_c(said[1].url), (dl_str){0});
    first = dl_story_id(&first);
    second = dl_story_id(&second);
    struct dl_store_story story;
    assert_ok(dl_store_story(store, f.arena, dl_id_str(f.arena, &second), &story, NULL));
    assert_true(dl_id_eq(&story.id, &first));
    assert_int_equal(story.documents, 4);
    dl_store_changes changes;
    assert_ok(dl_store_list_changes(store, f.arena, 0, 100, &changes));
    bool told = false;
    for (size_t i = 0; i < changes.n; i++)
        told |= dl_str_eq_c(changes.p[i].kind, "story.merged") && changes.p[i].has_joined &&
                dl_id_eq(&changes.p[i].joined, &second) && dl_id_eq(&changes.p[i].story, &first);
    assert_true(told);
    int64_t newest;
    assert_ok(dl_store_newest_change(store, &newest));
    assert_int_equal(newest, changes.p[changes.n - 1].seq);
    assert_int_equal(story.change, newest);
}

static void a_parted_story_says_so(void **state)
{
    (void)state;
    struct said more[] = {{"afp", "https://a.example/p1", "One of two", "one", "fr", NULL},
                          {"afp", "https://a.example/p2", "Two of two", "two", "fr", NULL},
                          {"afp", "https://a.example/p3", "Three", "three", "fr", NULL}};
    int64_t seq[3];
    for (size_t i = 0; i < 3; i++)
        seq[i] = fixture_say(&f, &more[i]);
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    uint64_t moved[] = {(uint64_t)seq[1]};
    struct dl_assignment a[3];
    for (size_t i = 0; i < 3; i++)
        a[i] = (struct dl_assignment){.row = &rows.p[i], .story = seq[0]};
    a[2].part = (struct dl_story_moves){seq[0], seq[1], 1, moved};
    assert_ok(dl_ledger_story_commit(f.ledger, f.arena, a, 3, seq[2], NULL));
    dl_id ids[2];
    dl_store_parts parts;
    for (size_t i = 0; i < 2; i++) {
        ids[i] = dl_document_id(DL_STR("afp"), dl_str_c(more[i].url), (dl_str){0});
        ids[i] = dl_story_id(&ids[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        struct dl_store_story story;
        assert_ok(dl_store_story(store, f.arena, dl_id_str(f.arena, &ids[i]), &story, NULL));
        assert_true(dl_id_eq(&story.id, &ids[i]));
        assert_int_equal(story.documents, 2 - (int)i);
        assert_ok(dl_store_story_parts(store, f.arena, story.story, &parts));
        assert_int_equal(parts.n, 1);
        assert_true(dl_id_eq(&parts.p[0].other, &ids[1 - i]));
        assert_str(parts.p[0].headline, more[1 - i].title);
        assert_int_equal(parts.p[0].is_rest, i == 0);
        assert_int_equal(parts.p[0].documents, 1);
        assert_true(parts.p[0].at_ms > 0);
    }
}

static void a_document_is_found_by_all_its_names(void **state)
{
    (void)state;
    struct dl_store_document d, same;
    struct dl_diag diag;
    assert_ok(dl_store_document(store, f.arena, dl_str_c(said[0].url), &d, &diag));
    assert_str(d.title, said[0].title);
    assert_str(d.text, said[0].text);
    assert_str(d.analyse, said[0].analyse);
    assert_str(d.outlet_name, "Reuters News");
    assert_str(d.state, "done");
    assert_int_equal(d.revisions.n, 1);
    assert_true(d.revisions.p[0].shown);
    assert_int_equal(d.aliases.n, 1);
    assert_true(d.has_story && !d.is_copy);
    dl_str hex = dl_id_str(f.arena, &d.id);
    assert_ok(dl_store_document(store, f.arena, hex, &same, &diag));
    assert_ok(dl_store_document(store, f.arena, dl_str_sub(hex, 0, 7), &same, &diag));
    assert_ok(
        dl_store_document(store, f.arena, DL_STR("https://r.example:443/1#top"), &same, &diag));
    assert_int_equal(same.document, d.document);
    assert_ok(dl_store_document_at(store, f.arena, &d.revision, &same));
    assert_str(same.text, said[0].text);
    assert_int_equal(
        dl_store_document(store, f.arena, DL_STR("https://nowhere.example/"), &d, &diag),
        DL_ERR_NOT_FOUND);
}

/* Big results are stored compressed and come back byte for byte. */
static void results_survive_compression(void **state)
{
    (void)state;
    dl_buf json = DL_BUF_INIT(1 << 20);
    dl_buf_c(&json, "{\"sentences\":[");
    for (int i = 0; i < 5000; i++)
        dl_buf_fmt(&json, "%s{\"start\":%d,\"end\":%d}", i > 0 ? "," : "", i * 7, i * 7 + 5);
    dl_buf_c(&json, "]}");
    struct said big = {"reuters", "https://r.example/big", "Big", "big", "en", json.p};
    fixture_say(&f, &big);
    struct dl_store_document d;
    assert_ok(dl_store_document(store, f.arena, dl_str_c(big.url), &d, NULL));
    assert_str(d.analyse, json.p);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM result WHERE packed > 0"), 1);
    dl_buf_free(&json);
}

static void health_is_told(void **state)
{
    (void)state;
    assert_ok(
        dl_ledger_put_channel(f.ledger,
                              &(struct dl_channel_put){.outlet = DL_STR("xinhua"),
                                                       .url = DL_STR("https://x.example/feed"),
                                                       .title = DL_STR("新闻")},
                              NULL));
    assert_ok(
        dl_ledger_put_channel(f.ledger,
                              &(struct dl_channel_put){.outlet = DL_STR("reuters"),
                                                       .url = DL_STR("https://r.example/feed"),
                                                       .next_poll_ms = f.now_ms + 1},
                              NULL));
    dl_store_feeds feeds;
    struct dl_store_feed_filter one = {.limit = 1};
    assert_ok(dl_store_list_feeds(store, f.arena, &one, &feeds));
    assert_str(feeds.p[0].outlet, "reuters");
    one.after = feeds.p[0].feed;
    assert_ok(dl_store_list_feeds(store, f.arena, &one, &feeds));
    assert_str(feeds.p[0].title, "新闻");
    one.after = feeds.p[0].feed;
    assert_ok(dl_store_list_feeds(store, f.arena, &one, &feeds));
    assert_int_equal(feeds.n, 0);
    fixture_take(&f, "reuters", "https://r.example/3", "not read");
    struct dl_store_status st;
    assert_ok(dl_store_status(store, f.now_ms, &st));
    assert_int_equal(st.documents, SAID + 1);
    assert_int_equal(st.stories, 5);
    assert_int_equal(st.pending, 1);
    assert_int_equal(st.oldest_pending_ms, f.now_ms);
    assert_int_equal(st.story_lag, 0);
    assert_int_equal(st.feeds, 2);
    assert_int_equal(st.feeds_due, 1);
    assert_int_equal(st.residual, 0);
    assert_int_equal(st.day.seen, SAID + 1);
    assert_int_equal(st.day.in_flight, 1);
    assert_true(st.database_bytes > 0 && st.newest_change > 0);
    dl_store_tallies tallies;
    assert_ok(dl_store_list_tallies(store, f.arena, 0, 10, &tallies));
    assert_str(tallies.p[0].outlet, "reuters");
    assert_int_equal(tallies.p[0].seen, 3);
    dl_entries e;
    bool final;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_read_failed(f.ledger, e.p[0].seq, DL_ERR_EMPTY, DL_STR("nothing"), &final));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    dl_store_entries entries;
    assert_ok(dl_store_list_quarantine(store, f.arena, 0, 10, &entries));
    assert_int_equal(entries.n, 1);
    assert_str(entries.p[0].code, "empty");
    assert_str(entries.p[0].url, "https://r.example/3");
}

static void a_page_sees_one_moment(void **state)
{
    (void)state;
    struct dl_store_status before, during, after;
    assert_ok(dl_store_begin(store));
    assert_ok(dl_store_status(store, f.now_ms, &before));
    fixture_take(&f, "reuters", "https://r.example/9", "new");
    assert_ok(dl_store_status(store, f.now_ms, &during));
    dl_store_end(store);
    assert_ok(dl_store_status(store, f.now_ms, &after));
    assert_int_equal(before.documents, during.documents);
    assert_int_equal(after.documents, before.documents + 1);
}

static void no_store_is_told(void **state)
{
    (void)state;
    dl_store *none;
    struct dl_diag diag;
    assert_int_equal(dl_store_open("/tmp/dl-there-is-none", &none, &diag), DL_ERR_NOT_FOUND);
    assert_non_null(strstr(diag.message, "no store"));
}

/* Whatever a person types, the answer is hits or a told mistake, never a failed database. */
static void any_text_is_a_query_or_a_mistake(void **state)
{
    (void)state;
    static const char alphabet[] = "ab \"*-():OR{}^+,\\'%_学ก";
    uint32_t seed = 7;
    for (int i = 0; i < 3000; i++) {
        char text[24];
        struct dl_query q;
        dl_search_hits hits;
        struct dl_search_options options = {.limit = 5};
        for (size_t k = 0; k < sizeof text; k++) {
            seed = seed * 1664525 + 1013904223;
            text[k] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        dl_arena *arena = dl_arena_new(1 << 22);
        if (dl_query_parse(arena, (dl_str){text, 1 + seed % sizeof text}, &q, NULL) == DL_OK &&
            dl_search_documents(store, arena, &q, &options, &hits) != DL_OK)
            fail_msg("%.24s: %s", text, dl_store_why(store));
        dl_arena_free(arena);
    }
}

static void a_failed_allocation_leaves_the_store_usable(void **state)
{
    (void)state;
    struct dl_query q;
    assert_ok(dl_query_parse(f.arena, DL_STR("dam"), &q, NULL));
    dl_arena *arena = dl_arena_new(1 << 22);
    bool good = false;
    size_t n = 0;
    while (!good && ++n < 1000) {
        struct dl_store_document d;
        dl_search_hits hits;
        struct dl_search_options options = {.limit = 5};
        dl_arena_reset(arena);
        dl_arena_fail_at(arena, n);
        good = dl_store_document(store, arena, dl_str_c(said[0].url), &d, NULL) == DL_OK &&
               dl_search_documents(store, arena, &q, &options, &hits) == DL_OK;
        dl_arena_fail_at(arena, 0);
    }
    assert_true(good && n > 20);
    struct dl_store_status st;
    assert_ok(dl_store_status(store, f.now_ms, &st));
    dl_arena_free(arena);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(words_of_every_script_are_found),
        T(words_found_are_marked),
        T(snippets_show_the_place_in_long_texts),
        T(search_goes_on_behind_a_page),
        T(stories_are_found_by_their_documents),
        T(stories_are_listed_by_newest_change),
        T(a_story_is_shown_with_its_documents),
        T(a_joined_story_leads_to_the_other),
        T(a_parted_story_says_so),
        T(a_document_is_found_by_all_its_names),
        T(results_survive_compression),
        T(health_is_told),
        T(a_page_sees_one_moment),
        T(no_store_is_told),
        T(any_text_is_a_query_or_a_mistake),
        T(a_failed_allocation_leaves_the_store_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
