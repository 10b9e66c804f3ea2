/* A story that turned out to be two. */
#include "store/ledger_claims.h"
#include "store/ledger_private.h"

/* Its number is that of a document that founded none, unless a window of the past has it otherwise:
 * then what was there lives again. */
static enum dl_err found(dl_ledger *l, int64_t story)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_PART_DOCUMENT,
                             "SELECT m.document, d.seen_by, s.story IS NOT NULL FROM "
                             "story_document m JOIN document d USING (document) LEFT JOIN story s "
                             "ON s.story = m.seq WHERE m.seq = ?1");
    dl_sql_int(&q, story);
    bool is = dl_sql_step(&q);
    int64_t document = is ? dl_sql_get_int(&q, 0) : 0, seen_ms = is ? dl_sql_get_int(&q, 1) : 0;
    bool there = is && dl_sql_get_int(&q, 2) != 0;
    dl_sql_end(&q);
    if (!is) return l->db.failed != DL_OK ? l->db.failed : DL_ERR_CORRUPT;
    if (!there) return dl_ledger_found_story(l, story, document, seen_ms);
    DL_TRY(dl_ledger_run(l, SQL_PART_REVIVED,
                         "UPDATE story SET joined_into = NULL WHERE story = ?1", story));
    return dl_ledger_run(
        l, SQL_PART_OWN_ALIAS,
        "DELETE FROM story_alias WHERE id = (SELECT id FROM story WHERE story = ?1)", story);
}

static enum dl_err move_members(dl_ledger *l, int64_t seq, const struct dl_story_moves *part)
{
    for (size_t i = 0; i < part->n; i++) {
        dl_sql q = DL_LEDGER_SQL(l, SQL_PART_NOTE,
                                 "INSERT INTO story_part (seq, moved, from_story, into_story) "
                                 "VALUES (?1, ?2, ?3, ?4)");
        dl_sql_int(&q, seq);
        dl_sql_int(&q, (int64_t)part->moved[i]);
        dl_sql_int(&q, part->from);
        dl_sql_int(&q, part->into);
        DL_TRY(dl_sql_run(&q));
        DL_TRY(dl_ledger_run_both(l, SQL_PART_MEMBER,
                                  "UPDATE story_document SET story = ?2 WHERE seq = ?1",
                                  (int64_t)part->moved[i], part->into));
    }
    return dl_ledger_run(l, SQL_PART_MOVED,
                         "UPDATE document SET story = ?1 WHERE document IN (SELECT document FROM "
                         "story_document WHERE story = ?1) AND story IS NOT ?1",
                         part->into);
}

/* Counts of a story from its members, as joins and assignments keep them. */
static enum dl_err recount(dl_ledger *l, int64_t story)
{
    DL_TRY(
        dl_ledger_run(l, SQL_PART_FACETS_GONE, "DELETE FROM story_facet WHERE story = ?1", story));
    DL_TRY(dl_ledger_run(
        l, SQL_PART_FACETS,
        "INSERT INTO story_facet (story, kind, value, n) SELECT ?1, kind, value, count(*) "
        "FROM (SELECT 'outlet' AS kind, d.outlet AS value FROM story_document m JOIN "
        "document d USING (document) WHERE m.story = ?1 UNION ALL SELECT 'country', "
        "o.country FROM story_document m JOIN document d USING (document) JOIN outlet o ON "
        "o.outlet = d.outlet WHERE m.story = ?1 UNION ALL SELECT 'language', r.language "
        "FROM story_document m JOIN entry e ON e.seq = m.seq JOIN revision r ON r.revision "
        "= e.revision WHERE m.story = ?1) WHERE coalesce(value, '') <> '' GROUP "
        "BY kind, value",
        story));
    return dl_ledger_run(
        l, SQL_PART_RECOUNT,
        "UPDATE story SET documents = f.documents, copies = f.copies, first_seen = "
        "coalesce(f.first_seen, story.first_seen), last_seen = coalesce(f.last_seen, "
        "story.last_seen), outlets = (SELECT count(*) FROM story_facet "
        "WHERE story = ?1 AND kind = 'outlet'), languages = (SELECT count(*) FROM "
        "story_facet WHERE story = ?1 AND kind = 'language'), countries = (SELECT count(*) "
        "FROM story_facet WHERE story = ?1 AND kind = 'country') FROM (SELECT count(*) AS "
        "documents, count(m.copy_of) AS copies, min(d.seen_by) AS first_seen, "
        "max(d.seen_by) AS last_seen FROM story_document m JOIN document d USING (document) "
        "WHERE m.story = ?1) AS f WHERE story = ?1",
        story);
}

/* Stories that were joined lead to where their founder is: the seq of it is their number. */
static enum dl_err lead_on(dl_ledger *l, const struct dl_story_moves *part)
{
    const int64_t both[] = {part->from, part->into};
    for (size_t i = 0; i < 2; i++)
        DL_TRY(dl_ledger_run(
            l, SQL_PART_ENDED,
            "UPDATE story SET joined_into = ?1 WHERE joined_into IS NOT NULL AND story <> "
            "?1 AND story IN (SELECT seq FROM story_document WHERE story = ?1)",
            both[i]));
    DL_TRY(dl_ledger_run_both(
        l, SQL_PART_ALIASES,
        "UPDATE story_alias SET story = ?2 WHERE story = ?1 AND id IN (SELECT s.id "
        "FROM story_document m JOIN story s ON s.story = m.seq WHERE m.story = ?2)",
        part->from, part->into));
    return dl_ledger_run_both(
        l, SQL_PART_CLAIMS,
        "UPDATE claim SET story = ?2 WHERE story = ?1 AND document IN (SELECT document "
        "FROM story_document WHERE story = ?2)",
        part->from, part->into);
}

static enum dl_err name(dl_ledger *l, int64_t story)
{
    DL_TRY(dl_ledger_run(l, SQL_PART_HEADLINE,
                         "UPDATE story SET headline = founder WHERE story = ?1 AND headline NOT "
                         "IN (SELECT document FROM story_document WHERE story = ?1)",
                         story));
    return dl_ledger_headline(l, story, true);
}

enum dl_err dl_ledger_part_story(dl_ledger *l, int64_t seq, const struct dl_story_moves *part,
                                 int64_t now_ms)
{
    const int64_t both[] = {part->from, part->into};
    DL_TRY(found(l, part->into));
    DL_TRY(move_members(l, seq, part));
    DL_TRY(lead_on(l, part));
    for (size_t i = 0; i < 2; i++) {
        DL_TRY(recount(l, both[i]));
        DL_TRY(name(l, both[i]));
        DL_TRY(dl_ledger_claims_behind(l, both[i]));
    }
    DL_TRY(dl_ledger_story_changed(l, "story.updated", part->from, 0, now_ms));
    return dl_ledger_story_changed(l, "story.parted", part->into, 0, now_ms);
}

enum dl_err dl_ledger_part_of(dl_ledger *l, dl_arena *arena, int64_t seq,
                              struct dl_story_moves *ret)
{
    DL_VEC(uint64_t) moved = {0};
    struct dl_story_moves part = {0};
    enum dl_err err = DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_REPLAY_PART,
                             "SELECT moved, from_story, into_story FROM story_part WHERE seq = ?1 "
                             "ORDER BY moved");
    dl_sql_int(&q, seq);
    while (err == DL_OK && dl_sql_step(&q)) {
        part.from = dl_sql_get_int(&q, 1);
        part.into = dl_sql_get_int(&q, 2);
        uint64_t key = (uint64_t)dl_sql_get_int(&q, 0);
        err = dl_vec_push(arena, &moved, key);
    }
    dl_sql_end(&q);
    DL_TRY(err);
    part.n = moved.n;
    part.moved = moved.p;
    *ret = part;
    return l->db.failed;
}
