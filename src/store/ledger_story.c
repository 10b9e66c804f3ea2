/* Stories: memberships, counts and changes, in ledger order. */
#include "base/map.h"
#include "store/ledger_claims.h"
#include "store/ledger_private.h"

static int64_t cursor_of(dl_ledger *l, const char *stage)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CURSOR, "SELECT seq FROM cursor WHERE stage = ?1");
    dl_sql_str(&q, dl_str_c(stage));
    int64_t seq = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return seq;
}

static enum dl_err set_cursor(dl_ledger *l, const char *stage, int64_t seq)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_SET_CURSOR,
                             "INSERT INTO cursor (stage, version, seq) VALUES (?1, 1, ?2) ON "
                             "CONFLICT (stage) DO UPDATE SET seq = excluded.seq");
    dl_sql_str(&q, dl_str_c(stage));
    dl_sql_int(&q, seq);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_story_next(dl_ledger *l, dl_arena *arena, size_t limit,
                                 dl_story_rows *ret_rows)
{
    dl_story_rows rows = {0};
    dl_map64 taken; /* a document is assigned once, also when two of its entries wait */
    dl_map64_init(&taken, arena);
    int64_t cursor = cursor_of(l, "story");
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_STORY_NEXT,
        "SELECT e.seq, e.document, d.seen_by, r.published, e.state, d.story IS NOT NULL, d.outlet, "
        "o.country, r.language, f.body, e.seen_by FROM entry e JOIN document d USING (document) JOIN outlet o "
        "ON o.outlet = d.outlet LEFT JOIN revision r ON r.revision = e.revision LEFT JOIN result f "
        "ON f.revision = e.revision AND f.stage = 'features' WHERE e.seq > ?1 ORDER BY e.seq LIMIT "
        "?2");
    dl_sql_int(&q, cursor);
    dl_sql_int(&q, (int64_t)limit);
    while (dl_sql_step(&q)) {
        dl_str state = dl_sql_get_str(arena, &q, 4);
        if (dl_str_eq_c(state, "pending")) break;
        struct dl_story_row row = {
            .seq = dl_sql_get_int(&q, 0),
            .document = dl_sql_get_int(&q, 1),
            .seen_by_ms = dl_sql_get_int(&q, 2),
            .published_ms = dl_sql_get_int(&q, 3),
            .outlet = dl_sql_get_str(arena, &q, 6),
            .country = dl_sql_get_str(arena, &q, 7),
            .language = dl_sql_get_str(arena, &q, 8),
            .features = dl_sql_get_str(arena, &q, 9),
            .at_ms = dl_sql_get_int(&q, 10),
        };
        row.skip = !dl_str_eq_c(state, "done") || dl_sql_get_int(&q, 5) != 0 ||
                   row.features.n == 0 || dl_map64_get(&taken, (uint64_t)row.document) != NULL;
        if (!row.skip && dl_map64_at(&taken, (uint64_t)row.document) == NULL)
            return dl_arena_failed(arena);
        DL_TRY(dl_vec_push(arena, &rows, row));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_rows = rows;
    return dl_arena_failed(arena);
}

/* --- one assignment ----------------------------------------------------------------------- */

static int64_t int_of(dl_ledger *l, enum dl_ledger_slot slot, const char *sql, int64_t key)
{
    dl_sql q = DL_LEDGER_SQL(l, slot, sql);
    dl_sql_int(&q, key);
    int64_t value = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return value;
}

static int64_t document_of_seq(dl_ledger *l, int64_t seq)
{
    return int_of(l, SQL_DOCUMENT_OF_SEQ, "SELECT document FROM story_document WHERE seq = ?1",
                  seq);
}

enum dl_err dl_ledger_found_story(dl_ledger *l, int64_t seq, int64_t document, int64_t seen_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_STORY_BY_SEQ, "SELECT id FROM document WHERE document = ?1");
    dl_sql_int(&q, document);
    dl_id document_id;
    bool found = dl_sql_step(&q) && dl_sql_get_id(&q, 0, &document_id);
    dl_sql_end(&q);
    if (!found) return l->db.failed != DL_OK ? l->db.failed : DL_ERR_CORRUPT;
    dl_id id = dl_story_id(&document_id);
    q = DL_LEDGER_SQL(l, SQL_NEW_STORY,
                      "INSERT INTO story (story, id, founder, first_seen, last_seen, last_change, "
                      "headline, documents, copies, outlets, languages, countries) VALUES (?1, ?2, "
                      "?3, ?4, ?4, 0, ?3, 0, 0, 0, 0, 0)");
    dl_sql_int(&q, seq);
    dl_sql_id(&q, &id);
    dl_sql_int(&q, document);
    dl_sql_int(&q, seen_ms);
    return dl_sql_run(&q);
}

/* Counts a value of the story; *ret_fresh when the story did not have it. */
static enum dl_err facet(dl_ledger *l, int64_t story, const char *kind, dl_str value,
                         int64_t *ret_fresh)
{
    *ret_fresh = 0;
    if (value.n == 0) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_FACET,
                             "INSERT INTO story_facet (story, kind, value, n) VALUES (?1, ?2, ?3, "
                             "1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n");
    dl_sql_int(&q, story);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    *ret_fresh = dl_sql_step(&q) && dl_sql_get_int(&q, 0) == 1;
    return dl_sql_run(&q);
}

static enum dl_err count_member(dl_ledger *l, int64_t story, const struct dl_story_row *row,
                                bool is_copy)
{
    int64_t outlet, language, country;
    DL_TRY(facet(l, story, "outlet", row->outlet, &outlet));
    DL_TRY(facet(l, story, "language", row->language, &language));
    DL_TRY(facet(l, story, "country", row->country, &country));
    dl_sql q = DL_LEDGER_SQL(l, SQL_STORY_COUNT,
                             "UPDATE story SET documents = documents + 1, copies = copies + ?2, "
                             "outlets = outlets + ?3, languages = languages + ?4, countries = "
                             "countries + ?5, last_seen = max(last_seen, ?6), first_seen = "
                             "min(first_seen, ?6) WHERE story = ?1");
    dl_sql_int(&q, story);
    dl_sql_int(&q, is_copy);
    dl_sql_int(&q, outlet);
    dl_sql_int(&q, language);
    dl_sql_int(&q, country);
    dl_sql_int(&q, row->seen_by_ms);
    return dl_sql_run(&q);
}

static enum dl_err put_member(dl_ledger *l, const struct dl_assignment *a, int64_t story,
                              int64_t copy_of)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_STORY_MEMBER,
                             "INSERT INTO story_document (document, story, first_story, seq, "
                             "copy_of, similarity, evidence) VALUES (?1, ?2, ?7, ?3, nullif(?4, "
                             "0), ?5, ?6)");
    dl_sql_int(&q, a->row->document);
    dl_sql_int(&q, story);
    dl_sql_int(&q, a->row->seq);
    dl_sql_int(&q, copy_of);
    dl_sql_real(&q, a->similarity);
    dl_sql_str(&q, a->evidence);
    dl_sql_int(&q, a->story);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_SET_DOCUMENT_STORY,
                      "UPDATE document SET story = ?2 WHERE document = ?1");
    dl_sql_int(&q, a->row->document);
    dl_sql_int(&q, story);
    return dl_sql_run(&q);
}

static enum dl_err join(dl_ledger *l, int64_t seq, int64_t from, int64_t into, int64_t now_ms)
{
    DL_TRY(dl_ledger_run_both(l, SQL_JOIN_MEMBERS,
                              "UPDATE story_document SET story = ?2 WHERE story = ?1", from, into));
    DL_TRY(dl_ledger_run_both(l, SQL_JOIN_DOCUMENTS,
                              "UPDATE document SET story = ?2 WHERE story = ?1", from, into));
    DL_TRY(dl_ledger_run_both(
        l, SQL_JOIN_FACETS,
        "INSERT INTO story_facet (story, kind, value, n) SELECT ?2, kind, value, n FROM "
        "story_facet WHERE story = ?1 ON CONFLICT DO UPDATE SET n = n + excluded.n",
        from, into));
    DL_TRY(dl_ledger_run_both(
        l, SQL_JOIN_RECOUNT,
        "UPDATE story SET documents = story.documents + f.documents, copies = story.copies + "
        "f.copies, first_seen = min(story.first_seen, f.first_seen), last_seen = "
        "max(story.last_seen, f.last_seen), "
        "outlets = (SELECT count(*) FROM story_facet WHERE story = ?2 AND kind = 'outlet'), "
        "languages = (SELECT count(*) FROM story_facet WHERE story = ?2 AND kind = "
        "'language'), countries = (SELECT count(*) FROM story_facet WHERE story = ?2 AND "
        "kind = 'country') FROM (SELECT documents, copies, first_seen, last_seen FROM story "
        "WHERE story = ?1) AS f WHERE story = ?2",
        from, into));
    int64_t change = dl_ledger_change(l, "story.merged", now_ms, into, 0);
    DL_TRY(dl_ledger_run_both(l, SQL_JOIN_ENDED,
                              "UPDATE story SET joined_into = ?2 WHERE story = ?1", from, into));
    DL_TRY(dl_ledger_run_both(l, SQL_JOIN_ALIASES,
                              "UPDATE story_alias SET story = ?2 WHERE story = ?1", from, into));
    DL_TRY(dl_ledger_run_both(l, SQL_CLAIMS_JOIN, "UPDATE claim SET story = ?2 WHERE story = ?1",
                              from, into));
    dl_sql q = DL_LEDGER_SQL(l, SQL_JOIN_ALIAS,
                             "INSERT OR IGNORE INTO story_alias (id, story, change) SELECT id, ?2, "
                             "?3 FROM story WHERE story = ?1");
    dl_sql_int(&q, from);
    dl_sql_int(&q, into);
    dl_sql_int(&q, change);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_JOIN_NOTE,
                      "INSERT INTO story_join (seq, n, from_story, into_story) VALUES (?1, (SELECT "
                      "count(*) FROM story_join WHERE seq = ?1), ?2, ?3)");
    dl_sql_int(&q, seq);
    dl_sql_int(&q, from);
    dl_sql_int(&q, into);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_story_changed(dl_ledger *l, const char *kind, int64_t story, int64_t document,
                                    int64_t now_ms)
{
    int64_t change = dl_ledger_change(l, kind, now_ms, story, document);
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_FACET_COUNT, "UPDATE story SET last_change = ?2 WHERE story = ?1");
    dl_sql_int(&q, story);
    dl_sql_int(&q, change);
    return dl_sql_run(&q);
}

/* Stories that grew by a join without the document's own; one joined further has no name. */
static enum dl_err name_joined(dl_ledger *l, const struct dl_assignment *a, int64_t own)
{
    for (size_t i = 0; i < a->n_joins; i++) {
        bool ends = a->joins[i].into == own;
        for (size_t k = i + 1; k < a->n_joins; k++)
            ends |= a->joins[k].from == a->joins[i].into || a->joins[k].into == a->joins[i].into;
        if (!ends) DL_TRY(dl_ledger_headline(l, a->joins[i].into, true));
    }
    return DL_OK;
}

/* The story that one lives on in; itself as a rule: who restored it from a window of the past may
 * not know of a join. */
static int64_t living(dl_ledger *l, int64_t story)
{
    for (int64_t into = story; into != 0;) {
        story = into;
        into = int_of(l, SQL_LIVING, "SELECT joined_into FROM story WHERE story = ?1", story);
    }
    return story;
}

/* Its changes happened when its entry came: a store that is made again has the same times. */
static enum dl_err assign(dl_ledger *l, dl_arena *arena, const struct dl_assignment *a)
{
    int64_t now_ms = a->row->at_ms;
    bool founded = a->story == a->row->seq;
    if (founded)
        DL_TRY(dl_ledger_found_story(l, a->row->seq, a->row->document, a->row->seen_by_ms));
    int64_t copy_of = a->copy_of == 0 ? 0 : document_of_seq(l, a->copy_of);
    int64_t story = living(l, a->story);
    DL_TRY(put_member(l, a, story, copy_of));
    DL_TRY(count_member(l, story, a->row, copy_of != 0));
    if (copy_of == 0) DL_TRY(dl_ledger_count_mentions(l, arena, a->row));
    for (size_t i = 0; i < a->n_joins; i++) {
        DL_TRY(join(l, a->row->seq, a->joins[i].from, a->joins[i].into, now_ms));
        if (a->joins[i].from == story) story = a->joins[i].into;
    }
    DL_TRY(name_joined(l, a, story));
    if (a->part.n > 0) {
        DL_TRY(dl_ledger_part_story(l, a->row->seq, &a->part, now_ms));
        story = int_of(l, SQL_STORY_OF_SEQ, "SELECT story FROM story_document WHERE seq = ?1",
                       a->row->seq);
    }
    DL_TRY(dl_ledger_headline(l, story, a->n_joins > 0));
    DL_TRY(dl_ledger_claims_behind(l, story));
    bool is_new = founded && story == a->story;
    return dl_ledger_story_changed(l, is_new ? "story.new" : "story.updated", story,
                                   a->row->document, now_ms);
}

enum dl_err dl_ledger_story_commit(dl_ledger *l, dl_arena *arena,
                                   const struct dl_assignment *assignments, size_t n,
                                   int64_t cursor, struct dl_diag *diag)
{
    if (l->early_cursor) { /* wrong on purpose: the cursor is durable before what it covers */
        DL_TRY(dl_ledger_begin(l));
        DL_TRY(set_cursor(l, "story", cursor));
        DL_TRY(dl_ledger_commit(l, diag));
    }
    DL_TRY(dl_ledger_begin(l));
    for (size_t i = 0; i < n; i++)
        if (assign(l, arena, &assignments[i]) != DL_OK) return dl_db_failed(&l->db, diag);
    if (set_cursor(l, "story", cursor) != DL_OK) return dl_db_failed(&l->db, diag);
    return dl_ledger_commit(l, diag);
}

/* --- restart ------------------------------------------------------------------------------ */

static enum dl_err joins_of(dl_ledger *l, struct dl_replay_row *row)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REPLAY_JOINS,
                             "SELECT from_story, into_story FROM story_join WHERE seq = ?1 ORDER "
                             "BY n");
    dl_sql_int(&q, row->row.seq);
    while (row->n_joins < DL_ASSIGNMENT_JOINS && dl_sql_step(&q)) {
        row->joins[row->n_joins].from = dl_sql_get_int(&q, 0);
        row->joins[row->n_joins++].into = dl_sql_get_int(&q, 1);
    }
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_story_replay(dl_ledger *l, dl_arena *arena, int64_t since_ms, dl_replay_fn fn,
                                   void *ctx)
{
    /* All from the first that counts, older ones among them, too: joins and parts hang on them.
     * `story` of a member is rewritten by joins and parts; the founder decided then is what
     * replays. */
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_REPLAY,
        "SELECT m.seq, m.document, d.seen_by, r.published, d.outlet, r.language, f.body, "
        "m.first_story, c.seq, (SELECT p.from_story FROM story_part p WHERE p.into_story = "
        "m.first_story LIMIT 1) FROM story_document m JOIN document d USING (document) JOIN entry e "
        "ON e.seq = m.seq JOIN revision r ON r.revision = e.revision JOIN result f ON f.revision = "
        "e.revision AND f.stage = 'features' LEFT JOIN story_document c ON c.document = m.copy_of "
        "WHERE m.seq >= (SELECT m.seq FROM story_document m JOIN document d USING (document) WHERE "
        "d.seen_by >= ?1 ORDER BY m.seq LIMIT 1) ORDER BY m.seq");
    dl_sql_int(&q, since_ms);
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_sql_step(&q)) {
        dl_arena_reset(arena);
        struct dl_replay_row row = {
            .row = {.seq = dl_sql_get_int(&q, 0),
                    .document = dl_sql_get_int(&q, 1),
                    .seen_by_ms = dl_sql_get_int(&q, 2),
                    .published_ms = dl_sql_get_int(&q, 3),
                    .outlet = dl_sql_get_str(arena, &q, 4),
                    .language = dl_sql_get_str(arena, &q, 5),
                    .features = dl_sql_get_str(arena, &q, 6)},
            .story = dl_sql_get_int(&q, 7),
            .copy_of = dl_sql_get_int(&q, 8),
            .parted_from = dl_sql_get_int(&q, 9),
        };
        err = joins_of(l, &row);
        if (err == DL_OK) err = dl_ledger_part_of(l, arena, row.row.seq, &row.part);
        if (err == DL_OK) err = dl_arena_failed(arena);
        if (err == DL_OK) err = fn(ctx, &row);
    }
    dl_sql_end(&q);
    return err != DL_OK ? err : l->db.failed;
}

int64_t dl_ledger_newest_seen(dl_ledger *l)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_NEWEST,
                             "SELECT max(seen_by) FROM entry WHERE seq > (SELECT max(seq) FROM "
                             "entry) - 1000");
    int64_t newest = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return newest;
}
