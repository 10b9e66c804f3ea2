/* Claims in the ledger: which stories are behind, ids that stay, what became part of what,
 * decisions and their undoing, edits that say that they correct. */
#include "fixture.h"

#include <string.h>

#include "store/ledger_claims.h"
#include "store/read_claims.h"

static struct fixture f;
static dl_store *store;

enum { DAY_MS = 24 * 3600 * 1000 };

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f);
    fixture_outlet(&f, "reuters", "Reuters", "GB");
    fixture_outlet(&f, "afp", "AFP", "FR");
    fixture_outlet(&f, "fars", "Fars", "IR");
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

static int64_t say(const char *outlet, const char *url, const char *text)
{
    struct said said = {
        .outlet = outlet, .url = url, .title = text, .text = text, .language = "en"};
    return fixture_say(&f, &said);
}

/* Three documents of three outlets in one story. */
static int64_t three(void)
{
    int64_t first = say("reuters", "https://r.example/1", "The dam had cracks, an engineer said");
    say("afp", "https://a.example/1", "The dam had cracks, AFP was told");
    say("fars", "https://f.example/1", "سد ترک داشت");
    const int64_t story[] = {0, first, first};
    fixture_assign(&f, story, 3);
    return first;
}

enum { COST_MS = 1000 };

/* When a story has rested for thrice what it cost. */
static struct dl_claim_story due(bool calm)
{
    struct dl_claim_story story = {0};
    bool more;
    if (dl_ledger_claims_due(f.ledger, dl_now_ms() + 3 * COST_MS, calm, &story, &more) != DL_OK)
        story.story = 0;
    return story;
}

static struct dl_claim_row row_of(const struct dl_claim_document *d, const char *wording)
{
    struct dl_claim_row row = {.document = d->document,
                               .wording = dl_str_c(wording),
                               .language = DL_STR("en"),
                               .documents = 3,
                               .outlets = 3,
                               .origins_min = 1,
                               .origins_max = 2,
                               .first_seen_ms = f.now_ms,
                               .last_seen_ms = f.now_ms,
                               .body = DL_STR("{\"wordings\":[]}")};
    row.id = dl_claim_id(&d->id, row.wording);
    return row;
}

static void put(const struct dl_claim_story *story, struct dl_claim_row *rows, size_t n)
{
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_name_claims(f.ledger, f.arena, story->story, rows, n));
    assert_ok(dl_ledger_put_claims(f.ledger, f.arena, story, rows, n, COST_MS, f.now_ms));
    assert_ok(dl_ledger_commit(f.ledger, NULL));
}

static struct dl_store_claim one_claim(const dl_id *id)
{
    struct dl_store_claim c;
    if (store == NULL) assert_ok(dl_store_open(f.dir, &store, NULL));
    assert_ok(dl_store_claim(store, f.arena, dl_id_str(f.arena, id), &c, NULL));
    return c;
}

static void a_story_of_one_has_no_claims(void **state)
{
    (void)state;
    say("reuters", "https://r.example/1", "Alone");
    fixture_assign(&f, NULL, 0);
    assert_int_equal(due(true).story, 0);
}

static void a_story_is_due_until_it_was_looked_at(void **state)
{
    (void)state;
    int64_t first = three();
    struct dl_claim_story story = due(true);
    assert_int_equal(story.story, first);
    put(&story, NULL, 0);
    assert_int_equal(due(true).story, 0);
    int64_t more = say("afp", "https://a.example/2", "The dam broke");
    fixture_assign(&f, &first, 1);
    (void)more;
    assert_int_equal(due(true).story, first);
    assert_int_equal(due(false).story, 0); /* it rests for what it cost the last time */
}

static void documents_come_in_order_with_their_copies(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    assert_int_equal(d.n, 3);
    assert_str(d.p[0].outlet, "reuters");
    assert_str(d.p[2].title, "سد ترک داشت");
    assert_true(d.p[0].seq < d.p[1].seq && d.p[1].seq < d.p[2].seq);
    assert_int_equal(d.p[1].copy_of, 0);
}

static void an_id_stays_when_its_document_is_reworded(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    struct dl_claim_row rows[] = {row_of(&d.p[0], "the dam above the town of Orla had cracks"),
                                  row_of(&d.p[1], "it was known")};
    dl_id first = rows[0].id, second = rows[1].id;
    put(&story, rows, 2);
    rows[0] = row_of(&d.p[0], "the dam above the town of Orla was cracked");
    rows[1] = row_of(&d.p[1], "it was known");
    put(&story, rows, 2);
    assert_true(dl_id_eq(&rows[0].id, &first));
    assert_str(one_claim(&first).wording, "the dam above the town of Orla was cracked");
    assert_str(one_claim(&second).wording, "it was known");
    rows[0] = row_of(&d.p[0], "nobody was warned"); /* another claim of the same document */
    put(&story, rows, 2);
    assert_false(dl_id_eq(&rows[0].id, &first));
}

static void what_was_taken_in_leads_on(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    struct dl_claim_row rows[] = {row_of(&d.p[0], "the dam had cracks"),
                                  row_of(&d.p[1], "the dam was cracked")};
    dl_id first = rows[0].id, second = rows[1].id;
    put(&story, rows, 2);
    const dl_id within[] = {first, second};
    rows[0].within = within;
    rows[0].n_within = 2;
    put(&story, rows, 1);
    struct dl_store_claim c = one_claim(&second);
    assert_true(dl_id_eq(&c.id, &first));
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_claim"), 1);
}

static void decisions_stand_until_they_are_undone(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    dl_decisions decisions;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    struct dl_claim_row row = row_of(&d.p[0], "the dam had cracks");
    put(&story, &row, 1);
    struct dl_decision decision = {
        .at_ms = f.now_ms, .claim = row.id, .a = d.p[0].id, .b = d.p[1].id, .split = true};
    for (int i = 0; i < 2; i++) { /* the same twice is once */
        assert_ok(dl_ledger_begin(f.ledger));
        assert_ok(dl_ledger_decide(f.ledger, &decision));
        assert_ok(dl_ledger_commit(f.ledger, NULL));
    }
    assert_ok(dl_ledger_claim_decisions(f.ledger, f.arena, story.story, &decisions));
    assert_int_equal(decisions.n, 1);
    assert_true(decisions.p[0].split);
    assert_int_equal(due(true).story, story.story);
    assert_ok(dl_ledger_begin(f.ledger));
    assert_ok(dl_ledger_undo(f.ledger, decisions.p[0].decision, f.now_ms + 1));
    assert_int_equal(dl_ledger_undo(f.ledger, 99, f.now_ms), DL_ERR_NOT_FOUND);
    decision.claim = d.p[0].id; /* no claim's */
    assert_int_equal(dl_ledger_decide(f.ledger, &decision), DL_ERR_NOT_FOUND);
    assert_ok(dl_ledger_commit(f.ledger, NULL));
    assert_ok(dl_ledger_claim_decisions(f.ledger, f.arena, story.story, &decisions));
    assert_int_equal(decisions.n, 0);
    dl_store_decisions kept;
    one_claim(&row.id);
    assert_ok(dl_store_claim_decisions(store, f.arena, &row.id, &kept));
    assert_int_equal(kept.n, 1);
    assert_int_equal(kept.p[0].undone_ms, f.now_ms + 1);
}

static void lists_tell_what_is_contested_or_spreads(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    dl_store_claims claims;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    struct dl_claim_row rows[] = {row_of(&d.p[0], "the dam had cracks"),
                                  row_of(&d.p[1], "the dam will hold")};
    rows[0].origins_max = rows[0].origins_min = 1;
    rows[1].denials = 2;
    put(&story, rows, 2);
    one_claim(&rows[0].id);
    assert_ok(
        dl_store_list_claims(store, f.arena, DL_CLAIMS_CONTESTED, f.now_ms - DAY_MS, 10, &claims));
    assert_int_equal(claims.n, 1);
    assert_str(claims.p[0].wording, "the dam will hold");
    assert_ok(
        dl_store_list_claims(store, f.arena, DL_CLAIMS_SPREADING, f.now_ms - DAY_MS, 10, &claims));
    assert_int_equal(claims.n, 1);
    assert_str(claims.p[0].wording, "the dam had cracks");
    assert_ok(
        dl_store_list_claims(store, f.arena, DL_CLAIMS_SPREADING, f.now_ms + DAY_MS, 10, &claims));
    assert_int_equal(claims.n, 0);
}

static void origins_are_found_by_their_ids(void **state)
{
    (void)state;
    struct dl_claim_story story = {.story = three()};
    dl_claim_documents d;
    struct dl_store_claim claim;
    size_t n;
    assert_ok(dl_ledger_claim_documents(f.ledger, f.arena, story.story, &d));
    struct dl_claim_row row = row_of(&d.p[0], "the dam had cracks");
    const dl_id origins[] = {dl_origin_id(&row.id, &d.p[0].id, DL_STR("an engineer")),
                             dl_origin_id(&row.id, &d.p[2].id, DL_STR("یک مهندس"))};
    row.origins = origins;
    row.n_origins = 2;
    put(&story, &row, 1);
    put(&story, &row, 1); /* made again: the same */
    one_claim(&row.id);
    assert_ok(dl_store_origin(store, f.arena, dl_id_str(f.arena, &origins[1]), &claim, &n, NULL));
    assert_int_equal(n, 1);
    assert_true(dl_id_eq(&claim.id, &row.id));
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM claim_origin"), 2);
    assert_int_equal(
        dl_store_origin(store, f.arena, dl_id_str(f.arena, &d.p[0].id), &claim, &n, NULL),
        DL_ERR_NOT_FOUND);
}

static void a_correction_is_told_from_an_edit(void **state)
{
    (void)state;
    dl_store_edits edits;
    say("reuters", "https://r.example/1", "Five people died in the fire.");
    say("reuters", "https://r.example/1", "Seven people died in the fire.");
    say("afp", "https://a.example/1", "Five people died in the fire.");
    say("afp", "https://a.example/1",
        "Seven people died in the fire.\n\nCorrection: an earlier version gave a wrong number.");
    assert_int_equal(fixture_count(&f, "SELECT count(*) FROM v_edit"), 2);
    assert_ok(dl_store_open(f.dir, &store, NULL));
    assert_ok(dl_store_list_corrections(store, f.arena, 0, 10, &edits));
    assert_int_equal(edits.n, 1);
    assert_str(edits.p[0].outlet, "afp");
    assert_false(edits.p[0].has_story);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_story_of_one_has_no_claims),
        TEST(a_story_is_due_until_it_was_looked_at),
        TEST(documents_come_in_order_with_their_copies),
        TEST(an_id_stays_when_its_document_is_reworded),
        TEST(what_was_taken_in_leads_on),
        TEST(decisions_stand_until_they_are_undone),
        TEST(lists_tell_what_is_contested_or_spreads),
        TEST(origins_are_found_by_their_ids),
        TEST(a_correction_is_told_from_an_edit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
