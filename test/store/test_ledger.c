/* The ledger: ids as documented, one poll once, failures, stories in order, restart. */
#include "fixture.h"
#include "store/ledger_source.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    fixture_outlet(&f, "reuters", "Reuters", "GB");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static void assert_hex(dl_id id, const char *want)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(&id, hex);
    assert_string_equal(hex, want);
}

/* Computed by another program from the words of README.md; these never change. */
static void ids_are_as_documented(void **state)
{
    (void)state;
    dl_id document = dl_document_id(DL_STR("reuters"), DL_STR("https://example.org/a"),
                                    DL_STR("ignored when there is a URL"));
    assert_hex(document, "40892ad6725db2e9d5a7ce11157dfecb64fc6d353800abaa2b4322fbfab8d39f");
    assert_hex(dl_document_id(DL_STR("reuters"), DL_STR(""), DL_STR("tag:1")),
               "aad6f7343638abb58f143fb51b11006b956e159fa519a98d9503f6aa3fcf5e14");
    dl_id hash = dl_content_hash(DL_STR("Title"), DL_STR(""), DL_STR("Text"));
    assert_hex(hash, "c1feb594c6b8a772d16114a47e59134e792a7ce0ccf6ec5f378159f82d71eee7");
    assert_hex(dl_revision_id(&document, &hash),
               "32ae696dbd957bda5701b0f5e565737d4c52d8505c01ef3bbfc5ab0a0b58c6e9");
    assert_hex(dl_story_id(&document),
               "5a3cfaf761da33c0801e9c0ac4cd4883c542839405a0c645cdc8b7f22665b78f");
}

static void the_same_material_is_taken_once(void **state)
{
    (void)state;
    assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "a"), DL_TAKEN_NEW);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "a"),
                         DL_TAKEN_DUPLICATE);
    assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "b"), DL_TAKEN_CHANGED);
    /* Two feeds of an outlet that word the same item differently take turns. */
    assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "a"), DL_TAKEN_DUPLICATE);
    assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "b"), DL_TAKEN_DUPLICATE);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM document"), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry"), 2);
    assert_int_equal(fixture_count(&f, "SELECT sum(residual <> 0) FROM v_conservation"), 0);
    assert_int_equal(fixture_count(&f, "SELECT sum(seen) FROM v_conservation"), 1004);
}

static void a_guid_leads_to_the_same_document(void **state)
{
    (void)state;
    struct dl_material m = fixture_material(&f, "reuters", "https://r.example/old", "a");
    m.guid = DL_STR("tag:r,1");
    struct dl_taken taken[3];
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, taken));
    m.url = DL_STR("https://r.example/moved");
    m.hash = dl_sha256(DL_STR("b"));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, taken + 1));
    m.guid = (dl_str){NULL, 0}; /* now known by its new address too */
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, taken + 2));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(taken[0].as, DL_TAKEN_NEW);
    assert_int_equal(taken[1].as, DL_TAKEN_CHANGED);
    assert_int_equal(taken[2].as, DL_TAKEN_DUPLICATE);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_alias"), 3);
}

/* Of one poll: by time seen, then by document id, however the items stood in the feed. */
static void order_does_not_depend_on_the_feed(void **state)
{
    (void)state;
    static const char *const urls[] = {"https://r.example/3", "https://r.example/1",
                                       "https://r.example/2", "https://r.example/1"};
    struct dl_material m[4];
    struct dl_taken taken[4];
    for (size_t i = 0; i < 4; i++)
        m[i] = fixture_material(&f, "reuters", urls[i], "x");
    m[2].seen_by_ms -= 1000;
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, m, 4, taken));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(taken[1].as, DL_TAKEN_NEW);
    assert_int_equal(taken[3].as, DL_TAKEN_DUPLICATE);
    dl_entries e;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    assert_int_equal(e.n, 3);
    assert_str(e.p[0].url, "https://r.example/2");
    assert_true(dl_id_cmp(&e.p[1].document_id, &e.p[2].document_id) < 0);
    assert_true(e.p[0].seq < e.p[1].seq && e.p[1].seq < e.p[2].seq);
}

static void a_rolled_back_poll_leaves_nothing(void **state)
{
    (void)state;
    struct dl_material m = fixture_material(&f, "reuters", "https://r.example/1", "a");
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, NULL));
    dl_ledger_rollback(f.ledger);
    assert_int_equal(fixture_count(&f, "SELECT (SELECT count(*) FROM document) + (SELECT count(*) "
                                       "FROM entry) + (SELECT count(*) FROM tally)"),
                     0);
    assert_int_equal(fixture_take(&f, "reuters", "https://r.example/1", "a"), DL_TAKEN_NEW);
}

static void the_third_failure_quarantines(void **state)
{
    (void)state;
    fixture_take(&f, "reuters", "https://r.example/1", "a");
    fixture_take(&f, "reuters", "https://r.example/2", "b");
    dl_entries e;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    for (int i = 1; i <= DL_TRIES_MAX; i++) {
        bool final;
        assert_ok(dl_ledger_try(f.ledger, e.p[0].seq));
        assert_ok(dl_ledger_begin(f.ledger));
        assert_ok(
            dl_ledger_read_failed(f.ledger, e.p[0].seq, DL_ERR_CRASHED, DL_STR("died"), &final));
        assert_ok(dl_ledger_commit(f.ledger, NULL));
        assert_int_equal(final, i == DL_TRIES_MAX);
    }
    bool final;
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(
        dl_ledger_read_failed(f.ledger, e.p[1].seq, DL_ERR_BINARY, DL_STR("no text"), &final));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_true(final);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_quarantine WHERE (state, code) IN "
                                       "(('quarantined', 'crashed'), ('rejected', 'binary'))"),
                     2);
    assert_int_equal(fixture_count(&f, "SELECT sum(abs(residual)) FROM v_conservation"), 0);
}

/* A writer that ends while an entry is tried is not the entry's fault, until it is always so. */
static void orphans_are_tried_again_and_not_for_ever(void **state)
{
    (void)state;
    fixture_take(&f, "reuters", "https://r.example/1", "a");
    for (int i = 0; i < DL_ORPHANS_MAX; i++) {
        dl_entries e;
        assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
        assert_int_equal(e.n, 1);
        assert_ok(dl_ledger_try(f.ledger, e.p[0].seq));
        fixture_reopen(&f);
    }
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_quarantine"), 1);
    assert_int_equal(fixture_count(&f, "SELECT sum(abs(residual)) FROM v_conservation"), 0);
}

static void a_reading_is_told_once(void **state)
{
    (void)state;
    struct said said = {
        "reuters",
        "https://r.example/1",
        "A flood",
        "He said: it rains.",
        "en",
        "{\"statements\":[{\"cue\":[{\"start\":3,\"end\":7}],\"source\":[{\"start\":0,"
        "\"end\":2}],\"content\":[{\"start\":9,\"end\":17},{\"start\":0,\"end\":1,"
        "\"in\":\"title\"},{\"start\":5,\"end\":900}],\"rule\":\"r1\","
        "\"source_class\":\"none\",\"score\":0.75}],\"places\":[{\"name\":\"Kyiv\","
        "\"country\":\"UA\"}],\"events\":[{\"act\":\"PROTEST\",\"place\":0,"
        "\"actors\":[{\"start\":0,\"end\":2}]}]}"};
    int64_t seq = fixture_say(&f, &said);
    struct dl_reading again = {.title = DL_STR("other"), .text = DL_STR("other")};
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_read_done(f.ledger, f.arena, seq, &again));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM revision"), 1);
    assert_int_equal(
        fixture_count(&f,
                      "SELECT count(*) FROM v_statement WHERE source = 'He' AND cue = 'said' "
                      "AND content = 'it rains … A' AND spans = '{\"cue\":[{\"start\":3,"
                      "\"end\":7}],\"source\":[{\"start\":0,\"end\":2}],\"content\":[{\"start\":9,"
                      "\"end\":17},{\"start\":0,\"end\":1,\"in\":\"title\"}]}'"),
        1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_event WHERE act = 'PROTEST' AND "
                                       "place = 'Kyiv' AND actors = 'He' AND country = 'UA'"),
                     1);
    assert_int_equal(fixture_count(&f, "SELECT rows FROM v_index"), 1);
    assert_int_equal(fixture_count(&f, "SELECT sum(abs(residual)) FROM v_conservation"), 0);
}

static void the_same_words_are_the_same_revision(void **state)
{
    (void)state;
    struct said said = {"reuters", "https://r.example/1", "T", "Text", "en", NULL};
    fixture_say(&f, &said);
    struct dl_material m = fixture_material(&f, "reuters", said.url, "other markup");
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_take(f.ledger, f.arena, &m, 1, NULL));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    dl_entries e;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    struct dl_reading r = {.title = DL_STR("T"), .text = DL_STR("Text")};
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_read_done(f.ledger, f.arena, e.p[0].seq, &r));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM revision"), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry WHERE state = 'same'"), 1);
    assert_int_equal(fixture_count(&f, "SELECT sum(abs(residual)) FROM v_conservation"), 0);
}

/* A reader that a page took over may answer anything; nothing of it is written. */
static void wrong_answers_are_refused(void **state)
{
    (void)state;
    fixture_take(&f, "reuters", "https://r.example/1", "a");
    dl_entries e;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    const struct dl_reading wrong[] = {
        {.title = DL_STR("bad \xff")},
        {.title = DL_STR("t"), .analyse = DL_STR("{\"a\":")},
        {.title = DL_STR("t"), .extract = DL_STR("no json")},
    };
    for (size_t i = 0; i < 3; i++) {
        assert_ok(dl_ledger_begin(f.ledger));
        assert_int_not_equal(dl_ledger_read_done(f.ledger, f.arena, e.p[0].seq, &wrong[i]), DL_OK);
        assert_ok(dl_ledger_commit(f.ledger, NULL));
    }
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM revision"), 0);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM entry WHERE state = 'pending'"), 1);
}

static void stories_wait_for_the_next_unread_entry(void **state)
{
    (void)state;
    struct said one = {"reuters", "https://r.example/1", "A", "a", "en", NULL};
    fixture_say(&f, &one);
    fixture_take(&f, "reuters", "https://r.example/2", "b");
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    assert_int_equal(rows.n, 1);
    dl_entries e;
    assert_ok(dl_ledger_pending(f.ledger, f.arena, 0, 10, &e));
    bool final;
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_read_failed(f.ledger, e.p[0].seq, DL_ERR_EMPTY, DL_STR(""), &final));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    assert_int_equal(rows.n, 2);
    assert_true(rows.p[1].skip);
}

/* Item and page of one document wait together: it goes into one story, once. */
static void a_document_is_assigned_once(void **state)
{
    (void)state;
    struct said one = {"reuters", "https://r.example/1", "A", "a", "en", NULL};
    struct said two = {"reuters", "https://r.example/1", "A", "a and more", "en", NULL};
    int64_t founder = fixture_say(&f, &one);
    fixture_say(&f, &two);
    fixture_assign(&f, NULL, 0);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_story"), 1);
    assert_int_equal(fixture_count(&f, "SELECT max(story) FROM story"), founder);
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    assert_int_equal(rows.n, 0);
}

static struct dl_replay_row replayed[8];
static size_t n_replayed;

static enum dl_err note(void *ctx, const struct dl_replay_row *row)
{
    (void)ctx;
    if (n_replayed < 8) replayed[n_replayed++] = *row;
    return DL_OK;
}

static void joined_stories_keep_their_ids(void **state)
{
    (void)state;
    struct said said[] = {{"reuters", "https://r.example/1", "A", "a", "en", NULL},
                          {"afp", "https://a.example/1", "B", "b", "fr", NULL},
                          {"afp", "https://a.example/2", "C", "c", "fr", NULL}};
    int64_t seq[3];
    for (size_t i = 0; i < 3; i++)
        seq[i] = fixture_say(&f, &said[i]);
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    struct dl_assignment a[3] = {
        {.row = &rows.p[0], .story = seq[0]},
        {.row = &rows.p[1], .story = seq[1]},
        {.row = &rows.p[2], .story = seq[1], .copy_of = seq[1], .similarity = 0.9, .n_joins = 1},
    };
    a[2].joins[0].from = seq[1];
    a[2].joins[0].into = seq[0];
    struct dl_diag diag = {0};
    if (dl_ledger_story_commit(f.ledger, f.arena, a, 3, seq[2], &diag) != DL_OK)
        fail_msg("%s", diag.message);
    assert_int_equal(fixture_count(&f, "SELECT documents * 1000 + copies * 100 + outlets * 10 + "
                                       "languages FROM v_story"),
                     3122);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM story_alias"), 1);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_document WHERE story = (SELECT id "
                                       "FROM v_story)"),
                     3);
    dl_arena *arena = dl_arena_new(1 << 20);
    n_replayed = 0;
    assert_ok(dl_ledger_story_replay(f.ledger, arena, 0, note, NULL));
    assert_int_equal(n_replayed, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(replayed[i].row.seq, a[i].row->seq);
        assert_int_equal(replayed[i].story, a[i].story);
        assert_int_equal(replayed[i].copy_of, a[i].copy_of);
        assert_int_equal(replayed[i].n_joins, a[i].n_joins);
    }
    assert_int_equal(replayed[2].joins[0].into, seq[0]);
    dl_arena_free(arena);
}

/* The one that was joined goes with the document that founded it, and so does what led to it. */
static void a_story_becomes_two(void **state)
{
    (void)state;
    struct said said[] = {{"reuters", "https://r.example/1", "A", "a", "en", NULL},
                          {"afp", "https://a.example/1", "B", "b", "fr", NULL},
                          {"afp", "https://a.example/2", "C", "c", "fr", NULL},
                          {"reuters", "https://r.example/2", "D", "c", "fr", NULL},
                          {"reuters", "https://r.example/3", "E", "e", "en", NULL}};
    int64_t seq[5];
    for (size_t i = 0; i < 5; i++)
        seq[i] = fixture_say(&f, &said[i]);
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f.ledger, f.arena, 10, &rows));
    uint64_t moved[] = {(uint64_t)seq[1], (uint64_t)seq[2], (uint64_t)seq[3]};
    struct dl_assignment a[5] = {
        {.row = &rows.p[0], .story = seq[0]},
        {.row = &rows.p[1], .story = seq[1]},
        {.row = &rows.p[2], .story = seq[1], .n_joins = 1},
        {.row = &rows.p[3], .story = seq[0], .copy_of = seq[2], .similarity = 0.9},
        {.row = &rows.p[4], .story = seq[0], .part = {seq[0], seq[2], 3, moved}},
    };
    a[2].joins[0].from = seq[1];
    a[2].joins[0].into = seq[0];
    struct dl_diag diag = {0};
    if (dl_ledger_story_commit(f.ledger, f.arena, a, 5, seq[4], &diag) != DL_OK)
        fail_msg("%s", diag.message);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_story"), 2);
    assert_int_equal(fixture_count(&f, "SELECT documents * 1000 + copies * 100 + outlets * 10 + "
                                       "languages FROM story WHERE story = 1"),
                     2011);
    assert_int_equal(fixture_count(&f, "SELECT documents * 1000 + copies * 100 + outlets * 10 + "
                                       "languages FROM story WHERE story = 3"),
                     3121);
    assert_int_equal(
        fixture_count(&f,
                      "SELECT sum(n) FROM story_facet WHERE kind = 'outlet' AND story IN (1, 3)"),
        5);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM document WHERE story = 3"), 3);
    assert_int_equal(fixture_count(&f, "SELECT headline FROM story WHERE story = 1"),
                     rows.p[0].document);
    assert_int_equal(fixture_count(&f, "SELECT story FROM story_alias"), seq[2]);
    assert_int_equal(fixture_count(&f, "SELECT joined_into FROM story WHERE story = 2"), seq[2]);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM claim_due WHERE due <> 0"), 2);
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_change WHERE kind = 'story.parted' "
                                       "AND story = (SELECT lower(hex(id)) FROM story WHERE story "
                                       "= 3)"),
                     1);
    dl_arena *arena = dl_arena_new(1 << 20);
    n_replayed = 0;
    assert_ok(dl_ledger_story_replay(f.ledger, arena, 0, note, NULL));
    assert_int_equal(n_replayed, 5);
    assert_int_equal(replayed[3].part.n, 0);
    assert_int_equal(replayed[3].story, seq[0]); /* as it was decided then */
    assert_int_equal(replayed[4].part.n, 3);
    assert_int_equal(replayed[4].part.from, seq[0]);
    assert_int_equal(replayed[4].part.into, seq[2]);
    dl_arena_free(arena);
}

static void a_request_is_remembered_a_day(void **state)
{
    (void)state;
    dl_str reply;
    assert_int_equal(dl_ledger_request_seen(f.ledger, f.arena, DL_STR("k"), &reply),
                     DL_ERR_NOT_FOUND);
    assert_ok(dl_ledger_request_done(f.ledger, DL_STR("k"), 1000, DL_STR("{\"a\":1}")));
    assert_ok(dl_ledger_request_seen(f.ledger, f.arena, DL_STR("k"), &reply));
    assert_str(reply, "{\"a\":1}");
    assert_ok(dl_ledger_request_done(f.ledger, DL_STR("l"), 1000 + 2 * 86400000, DL_STR("{}")));
    assert_int_equal(dl_ledger_request_seen(f.ledger, f.arena, DL_STR("k"), &reply),
                     DL_ERR_NOT_FOUND);
}

static void feeds_are_due_and_keep_their_validators(void **state)
{
    (void)state;
    dl_str url = DL_STR("https://r.example/feed");
    dl_feed_rows rows;
    for (int i = 0; i < 2; i++)
        assert_ok(dl_ledger_put_channel(
            f.ledger,
            &(struct dl_channel_put){.outlet = DL_STR("reuters"), .url = url, .next_poll_ms = 5000},
            NULL));
    assert_ok(dl_ledger_due_feeds(f.ledger, f.arena,
                                  &(struct dl_due_window){.high = {4999, 99}, .most = 10}, &rows));
    assert_int_equal(rows.n, 0);
    assert_ok(dl_ledger_due_feeds(f.ledger, f.arena,
                                  &(struct dl_due_window){.high = {5000, 99}, .most = 10}, &rows));
    assert_int_equal(rows.n, 1);
    struct dl_feed_outcome out = {.feed = rows.p[0].feed,
                                  .at_ms = 5100,
                                  .status = 200,
                                  .good = true,
                                  .has_validators = true,
                                  .etag = DL_STR("W/\"x\""),
                                  .next_poll_ms = 9000,
                                  .items = 3,
                                  .fresh = 2};
    assert_ok(dl_ledger_feed_outcome(f.ledger, &out));
    out.has_validators = false;
    out.good = false;
    out.status = 503;
    assert_ok(dl_ledger_feed_outcome(f.ledger, &out));
    struct dl_feed_row row;
    assert_ok(dl_ledger_feed(f.ledger, f.arena, rows.p[0].feed, &row));
    assert_str(row.etag, "W/\"x\"");
    assert_int_equal(row.failures, 1);
    assert_int_equal(row.polls, 2);
    assert_int_equal(row.last_good_ms, 5100);
    assert_int_equal(row.items_new, 4);
    int64_t found;
    assert_ok(dl_ledger_remove_channels(f.ledger, url, 1, &found));
    assert_int_equal(found, 1);
    assert_ok(dl_ledger_due_feeds(f.ledger, f.arena,
                                  &(struct dl_due_window){.high = {99999, 99}, .most = 10}, &rows));
    assert_int_equal(rows.n, 0);
}

/* Who walks through what is due in steps, from either end, meets each feed once; five are due at
 * the same time. */
static void windows_of_what_is_due(void **state)
{
    enum { FEEDS = 23, STEP = 4 };
    (void)state;
    for (int i = 0; i < FEEDS; i++)
        assert_ok(dl_ledger_put_channel(
            f.ledger,
            &(struct dl_channel_put){.outlet = DL_STR("reuters"),
                                     .url = dl_str_fmt(f.arena, "https://r.example/%d", i),
                                     .next_poll_ms = i < 10   ? i
                                                     : i < 15 ? 10
                                                              : i},
            NULL));
    for (int newest = 0; newest < 2; newest++) {
        struct dl_due_window window = {
            .low = {-1, 0}, .high = {20, INT64_MAX}, .newest_first = newest, .most = STEP};
        dl_feed_rows rows;
        int64_t met = 0, before = newest ? INT64_MAX : -1;
        do {
            assert_ok(dl_ledger_due_feeds(f.ledger, f.arena, &window, &rows));
            for (size_t i = 0; i < rows.n; i++, met++) {
                const struct dl_feed_row *row = &rows.p[i];
                assert_true(newest ? row->next_poll_ms <= before : row->next_poll_ms >= before);
                before = row->next_poll_ms;
                if (newest) {
                    window.high.ms = row->next_poll_ms;
                    window.high.id = row->feed - 1;
                } else {
                    window.low.ms = row->next_poll_ms;
                    window.low.id = row->feed;
                }
            }
        } while (rows.n == STEP);
        assert_int_equal(met, 21);
    }
    int64_t n;
    assert_ok(dl_ledger_count_due(f.ledger, 20, &n));
    assert_int_equal(n, 21);
    assert_ok(dl_ledger_next_due(f.ledger, 20, &n));
    assert_int_equal(n, 21);
    assert_ok(dl_ledger_next_due(f.ledger, 22, &n));
    assert_true(n == INT64_MAX);
}

static void one_writer_at_a_time(void **state)
{
    (void)state;
    struct dl_ledger_options options = {.dir = f.dir};
    struct dl_diag diag;
    dl_ledger *second;
    assert_int_equal(dl_ledger_open(&options, &second, &diag), DL_ERR_BUSY);
    assert_non_null(strstr(diag.message, "another dateline"));
}

static void sql(const char *text)
{
    char path[96];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/dateline.db", f.dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_newer_schema_is_refused(void **state)
{
    (void)state;
    struct dl_ledger_options options = {.dir = f.dir};
    struct dl_diag diag;
    dl_ledger *ledger;
    dl_store *store;
    int64_t version = fixture_count(&f, "PRAGMA user_version");
    char text[64];
    dl_ledger_close(f.ledger);
    snprintf(text, sizeof text, "PRAGMA user_version=%d", (int)version + 1);
    sql(text);
    assert_int_equal(dl_ledger_open(&options, &ledger, &diag), DL_ERR_VERSION);
    assert_non_null(strstr(diag.message, "newer dateline"));
    assert_int_equal(dl_store_open(f.dir, &store, &diag), DL_ERR_VERSION);
    snprintf(text, sizeof text, "PRAGMA user_version=%d", (int)version);
    sql(text);
    assert_ok(dl_ledger_open(&options, &f.ledger, &diag));
}

/* Damage is looked for when the last writer did not end in order, and then told, not used. */
/* A link in the place of a file of the store, and a folder, are not opened; the folder itself may
 * be a link. */
static void links_are_not_the_store(void **state)
{
    (void)state;
    char path[96], other[96];
    struct dl_diag diag = {0};
    struct dl_ledger_options options = {.dir = f.dir};
    dl_store *store;
    fixture_outlet(&f, "a.example", "A", "XA");
    dl_ledger_close(f.ledger);
    f.ledger = NULL;
    static const char *const names[] = {"dateline.db", "dateline.db-wal", "dateline.db-shm",
                                        "lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", f.dir, names[i]);
        snprintf(other, sizeof other, "%s/elsewhere", f.dir);
        rename(path, other);
        assert_int_equal(symlink("elsewhere", path), 0);
        assert_true(dl_ledger_open(&options, &f.ledger, &diag) != DL_OK);
        assert_non_null(strstr(diag.message, "a symbolic link"));
        if (i < 3) {
            assert_int_equal(dl_store_open(f.dir, &store, &diag), DL_ERR_DENIED);
            assert_non_null(strstr(diag.message, names[i]));
        }
        assert_int_equal(unlink(path), 0);
        rename(other, path);
    }
    snprintf(other, sizeof other, "%s/link", f.dir);
    assert_int_equal(symlink(".", other), 0);
    options.dir = other;
    if (dl_ledger_open(&options, &f.ledger, &diag) != DL_OK) fail_msg("%s", diag.message);
    assert_int_equal(unlink(other), 0);
}

static void damage_is_found_after_an_unclean_end(void **state)
{
    (void)state;
    char path[96];
    struct dl_ledger_options options = {.dir = f.dir};
    struct dl_diag diag;
    for (int i = 0; i < 200; i++) {
        char url[64];
        snprintf(url, sizeof url, "https://r.example/%d", i);
        fixture_take(&f, "reuters", url, "a");
    }
    int64_t root = fixture_count(&f, "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'");
    dl_ledger_close(f.ledger);
    f.ledger = NULL;
    snprintf(path, sizeof path, "%s/dateline.db", f.dir);
    int fd = open(path, O_WRONLY);
    static const char noise[4096] = {'n', 'o', 'i', 's', 'e'};
    assert_int_equal(pwrite(fd, noise, sizeof noise, (root - 1) * 16384), sizeof noise);
    close(fd);
    snprintf(path, sizeof path, "%s/lock", f.dir);
    fd = open(path, O_WRONLY);
    assert_int_equal(write(fd, "w", 1), 1); /* as a killed writer leaves it */
    close(fd);
    assert_int_equal(dl_ledger_open(&options, &f.ledger, &diag), DL_ERR_CORRUPT);
    assert_non_null(strstr(diag.message, "damaged"));
    f.ledger = NULL;
}

static void say_and_assign(const char *title, const char *language, int number, int64_t *story)
{
    char url[64], text[64];
    snprintf(url, sizeof url, "https://r.example/%d", number);
    snprintf(text, sizeof text, "text %d", number);
    struct said said = {
        .outlet = "reuters", .url = url, .title = title, .text = text, .language = language};
    int64_t seq = fixture_say(&f, &said);
    fixture_assign(&f, story, 1);
    if (*story == 0) *story = seq;
}

static void the_headline_is_chosen_among_the_titles(void **state)
{
    (void)state;
    int64_t story = 0;
    const char *sql = "SELECT headline FROM story";
    say_and_assign("Has the dam near Nordhaven broken?", "en", 1, &story);
    int64_t founder = fixture_count(&f, sql);
    say_and_assign("Dam near Nordhaven has broken", "en", 2, &story);
    int64_t second = fixture_count(&f, sql);
    assert_true(second != founder);
    say_and_assign("السد قرب نوردهافن انهار", "ar", 3, &story);
    say_and_assign("", "en", 4, &story);
    assert_int_equal(fixture_count(&f, sql), second); /* other languages and none do not count */
    for (int i = 5; i < 200; i++)
        say_and_assign("Nordhaven dam gives way after storm", "en", i, &story);
    int64_t last = fixture_count(&f, sql);
    assert_int_equal(last, fixture_count(&f, "SELECT document FROM revision WHERE title LIKE "
                                             "'%way%' ORDER BY document LIMIT 1"));
    assert_int_equal(fixture_count(&f, "SELECT documents FROM story"), 199);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(ids_are_as_documented),
        T(the_same_material_is_taken_once),
        T(a_guid_leads_to_the_same_document),
        T(order_does_not_depend_on_the_feed),
        T(a_rolled_back_poll_leaves_nothing),
        T(the_third_failure_quarantines),
        T(orphans_are_tried_again_and_not_for_ever),
        T(a_reading_is_told_once),
        T(the_same_words_are_the_same_revision),
        T(wrong_answers_are_refused),
        T(stories_wait_for_the_next_unread_entry),
        T(a_document_is_assigned_once),
        T(joined_stories_keep_their_ids),
        T(a_story_becomes_two),
        T(a_request_is_remembered_a_day),
        T(feeds_are_due_and_keep_their_validators),
        T(windows_of_what_is_due),
        T(one_writer_at_a_time),
        T(a_newer_schema_is_refused),
        T(links_are_not_the_store),
        T(damage_is_found_after_an_unclean_end),
        T(the_headline_is_chosen_among_the_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
