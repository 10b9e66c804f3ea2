/* Stories follow the ledger: behind its cursor, in its order, in transactions of their own. */
#include <limits.h>

#include "queue/writer_private.h"

enum {
    STORY_ROWS = 256, /* in one transaction */
    REPLAY_MEMORY = 1 << 20,
    EVIDENCE_MAX = 8 << 10,
};
_Static_assert((int)DL_STORY_JOINS <= (int)DL_ASSIGNMENT_JOINS, "the ledger holds all joins");

static enum dl_err document_of(dl_arena *arena, const struct dl_story_row *row,
                               struct dl_features *features, struct dl_story_doc *ret)
{
    enum dl_err err = dl_features_unpack(arena, row->features, features);
    if (err == DL_ERR_VERSION) /* of an older program: they tell nothing, its decisions stay */
        *features = (struct dl_features){.print_limit = UINT32_MAX};
    else
        DL_TRY(err);
    *ret = (struct dl_story_doc){
        .key = (uint64_t)row->seq,
        .time_ms = row->seen_by_ms,
        .published_ms = row->published_ms,
        .outlet = row->outlet,
        .features = features,
    };
    return DL_OK;
}

static enum dl_err replay_one(void *ctx, const struct dl_replay_row *row)
{
    dl_writer *w = ctx;
    struct dl_features features;
    struct dl_story_doc doc;
    struct dl_story_result r = {.story = (uint64_t)row->story,
                                .parted_from = (uint64_t)row->parted_from,
                                .copy_of = (uint64_t)row->copy_of};
    DL_TRY(document_of(w->turn, &row->row, &features, &doc));
    for (r.n_joins = 0; r.n_joins < row->n_joins; r.n_joins++)
        r.joins[r.n_joins] = (struct dl_story_join){(uint64_t)row->joins[r.n_joins].from,
                                                    (uint64_t)row->joins[r.n_joins].into};
    const struct dl_story_moves *part = &row->part;
    r.part =
        (struct dl_story_part){(uint64_t)part->from, (uint64_t)part->into, part->n, part->moved};
    return dl_stories_restore(w->stories, &doc, &r);
}

enum dl_err dl_writer_restore_stories(dl_writer *w)
{
    char cache[PATH_MAX];
    snprintf(cache, sizeof cache, "%s/cache", w->options->dir);
    w->bilingual = dl_bilingual_new(dl_bilingual_folder(), cache);
    struct dl_stories_options options = {.bilingual = w->bilingual};
    w->stories = dl_stories_new(&options);
    if (w->stories == NULL || w->bilingual == NULL) return DL_ERR_NOMEM;
    int64_t since = dl_ledger_newest_seen(w->ledger) - DL_STORIES_WINDOW_MS;
    enum dl_err err = dl_ledger_story_replay(w->ledger, w->turn, since, replay_one, w);
    dl_arena_reset(w->turn);
    w->stories_behind = true;
    w->claims_behind = true;
    return err;
}

static dl_str evidence_json(dl_arena *arena, const struct dl_story_result *r)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL || r->n_evidence == 0) return (dl_str){NULL, 0};
    yyjson_mut_val *list = yyjson_mut_arr(json);
    yyjson_mut_doc_set_root(json, list);
    for (size_t i = 0; i < r->n_evidence; i++) {
        if (r->evidence[i].text.n == 0) continue;
        yyjson_mut_val *row = dl_json_push_obj(json, list);
        dl_json_str(json, row, "text", r->evidence[i].text);
        dl_json_score(json, row, "weight", r->evidence[i].weight);
    }
    return dl_writer_json(json, arena);
}

static enum dl_err assign(dl_writer *w, const struct dl_story_row *row, struct dl_assignment *ret)
{
    struct dl_features *features = DL_NEW(w->turn, struct dl_features);
    struct dl_story_doc doc;
    struct dl_story_result r;
    if (features == NULL) return dl_arena_failed(w->turn);
    DL_TRY(document_of(w->turn, row, features, &doc));
    DL_TRY(dl_stories_add(w->stories, &doc, &r));
    *ret = (struct dl_assignment){
        .row = row,
        .story = (int64_t)r.story,
        .copy_of = (int64_t)r.copy_of,
        .similarity = r.similarity,
        .evidence = evidence_json(w->turn, &r),
        .n_joins = r.n_joins,
    };
    for (size_t i = 0; i < r.n_joins; i++) {
        ret->joins[i].from = (int64_t)r.joins[i].from;
        ret->joins[i].into = (int64_t)r.joins[i].into;
    }
    if (r.part.n == 0) return DL_OK;
    uint64_t *moved = DL_NEW_ARRAY(w->turn, uint64_t, r.part.n);
    if (moved == NULL) return dl_arena_failed(w->turn);
    memcpy(moved, r.part.moved, r.part.n * sizeof *moved);
    ret->part =
        (struct dl_story_moves){(int64_t)r.part.from, (int64_t)r.part.into, r.part.n, moved};
    return DL_OK;
}

enum dl_err dl_writer_step_stories(dl_writer *w)
{
    dl_story_rows rows;
    struct dl_diag diag = {0};
    DL_TRY(dl_ledger_story_next(w->ledger, w->turn, STORY_ROWS, &rows));
    w->stories_behind = rows.n == STORY_ROWS;
    w->claims_behind = true; /* also of a document that says something else now */
    if (rows.n == 0) return DL_OK;
    struct dl_assignment *made = DL_NEW_ARRAY(w->turn, struct dl_assignment, rows.n);
    if (made == NULL) return dl_arena_failed(w->turn);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.p[i].skip) continue;
        DL_TRY(assign(w, &rows.p[i], &made[n]));
        n++;
    }
    enum dl_err err =
        dl_ledger_story_commit(w->ledger, w->turn, made, n, rows.p[rows.n - 1].seq, &diag);
    dl_arena_reset(w->turn);
    return err;
}
