#include "store/read_coverage.h"

#include "store/read_private.h"

enum { DAY_MS = 24 * 3600 * 1000 };

/* Stories of many outlets in the two weeks before the newest document of this one. */
#define COMPARABLE                                                                                 \
    "FROM story c WHERE c.joined_into IS NULL AND c.outlets >= ?1 AND c.last_seen BETWEEN ?2 AND " \
    "?3 AND c.story <> ?4"

static int64_t comparable(dl_store *s, const struct dl_store_story *story, int64_t since_ms)
{
    dl_sql q = DL_STORE_SQL(s, READ_COMPARABLE, "SELECT count(*) " COMPARABLE);
    dl_sql_int(&q, DL_COVERAGE_OUTLETS);
    dl_sql_int(&q, since_ms);
    dl_sql_int(&q, story->last_seen_ms);
    dl_sql_int(&q, story->story);
    int64_t n = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return n;
}

static enum dl_err silent(dl_store *s, dl_arena *arena, const struct dl_store_story *story,
                          size_t limit, dl_store_silences *ret)
{
    int64_t since_ms = story->last_seen_ms - (int64_t)DL_COVERAGE_DAYS * DAY_MS;
    int64_t of = comparable(s, story, since_ms);
    enum dl_err err = s->db.failed;
    if (err != DL_OK || of < DL_COVERAGE_STORIES) return err;
    dl_sql q = DL_STORE_SQL(
        s, READ_SILENT,
        "SELECT f.value, o.name, o.country, count(*), (SELECT max(e.seen_by) FROM story_facet g "
        "JOIN story_document m ON m.story = g.story JOIN entry e ON e.seq = m.seq WHERE g.kind = "
        "'outlet' AND g.value = f.value AND g.story = max(f.story) AND e.outlet = f.value) FROM "
        "story_facet f JOIN outlet o ON o.outlet = f.value WHERE f.kind = 'outlet' AND f.story IN "
        "(SELECT c.story " COMPARABLE
        ") AND NOT EXISTS (SELECT 1 FROM story_facet x WHERE x.story = "
        "?4 AND x.kind = 'outlet' AND x.value = f.value) GROUP BY f.value HAVING count(*) * 20 >= "
        "?5 * 19 ORDER BY count(*) DESC, f.value LIMIT ?6");
    const int64_t values[] = {DL_COVERAGE_OUTLETS, since_ms, story->last_seen_ms, story->story, of};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        dl_sql_int(&q, values[i]);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_silence row = {.outlet = dl_sql_get_str(arena, &q, 0),
                                       .name = dl_sql_get_str(arena, &q, 1),
                                       .country = dl_sql_get_str(arena, &q, 2),
                                       .had = dl_sql_get_int(&q, 3),
                                       .of = of,
                                       .heard_ms = dl_sql_get_int(&q, 4)};
        if (row.heard_ms >= story->first_seen_ms) err = dl_vec_push(arena, ret, row);
    }
    dl_sql_end(&q);
    return err != DL_OK ? err : dl_arena_failed(arena);
}

enum dl_err dl_store_silent(dl_store *s, dl_arena *arena, const struct dl_store_story *story,
                            size_t limit, dl_store_silences *ret)
{
    bool own;
    dl_store_silences silences = {0};
    if (story->outlets < DL_COVERAGE_OUTLETS) {
        *ret = silences;
        return DL_OK;
    }
    DL_TRY(dl_store_enter(s, &own));
    DL_TRY(dl_store_leave(s, own, silent(s, arena, story, limit, &silences)));
    *ret = silences;
    return DL_OK;
}
