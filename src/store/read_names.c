/* Analyses of the revisions shown: for the queue of unknown names, and for maps. */
#include "store/blob.h"
#include "store/read_private.h"

#define ANALYSED                                                                                   \
    "SELECT d.document, d.id, d.outlet, d.seen_by, x.packed, x.body, o.name, r.title, r.language " \
    "FROM document d JOIN outlet o ON o.outlet = d.outlet JOIN revision r ON r.revision = "        \
    "d.revision JOIN result x ON x.revision = d.revision AND x.stage = 'analyse' "

static enum dl_err one(dl_arena *arena, const dl_sql *q, struct dl_store_analysed *ret)
{
    *ret = (struct dl_store_analysed){.document = dl_sql_get_int(q, 0),
                                      .outlet = dl_sql_get_str(arena, q, 2),
                                      .seen_by_ms = dl_sql_get_int(q, 3),
                                      .outlet_name = dl_sql_get_str(arena, q, 6),
                                      .title = dl_sql_get_str(arena, q, 7),
                                      .language = dl_sql_get_str(arena, q, 8)};
    if (!dl_sql_get_id(q, 1, &ret->id)) return DL_ERR_CORRUPT;
    dl_str stored = dl_sql_get_str(arena, q, 5);
    DL_TRY(dl_arena_failed(arena));
    return dl_blob_unpack(arena, stored, dl_sql_get_int(q, 4), &ret->analyse);
}

static enum dl_err rows_of(dl_arena *arena, dl_sql *q, dl_store_analyses *ret_rows)
{
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_sql_step(q)) {
        struct dl_store_analysed row;
        err = one(arena, q, &row);
        if (err == DL_OK) err = dl_vec_push(arena, ret_rows, row);
    }
    dl_sql_end(q);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

enum dl_err dl_store_walk_analysed(dl_store *s, dl_arena *arena, int64_t before, size_t limit,
                                   dl_store_analyses *ret_rows)
{
    bool own;
    dl_store_analyses rows = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_WALK_ANALYSED,
                            ANALYSED "WHERE d.document < ?1 ORDER BY d.document DESC LIMIT ?2");
    dl_sql_int(&q, before > 0 ? before : INT64_MAX);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    DL_TRY(dl_store_leave(s, own, rows_of(arena, &q, &rows)));
    *ret_rows = rows;
    return DL_OK;
}

enum dl_err dl_store_story_analysed(dl_store *s, dl_arena *arena, int64_t story, size_t limit,
                                    dl_store_analyses *ret_rows)
{
    bool own;
    dl_store_analyses rows = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_STORY_ANALYSED,
                            ANALYSED "JOIN story_document m ON m.document = d.document WHERE "
                                     "m.story = ?1 AND m.copy_of IS NULL ORDER BY m.seq LIMIT ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    DL_TRY(dl_store_leave(s, own, rows_of(arena, &q, &rows)));
    *ret_rows = rows;
    return DL_OK;
}
