/* Pages to fetch: which, when, what came of it. */
#include "store/ledger.h"
#include "store/ledger_private.h"

#define PAGES_DUE                                                                                                         \
    "SELECT j.document, j.url, d.outlet, j.tries, j.not_before, j.etag, j.last_modified FROM page_job j JOIN document d " \
    "USING (document) WHERE j.result IS NULL AND (j.not_before, j.document) > (?1, ?2) AND "                              \
    "(j.not_before, j.document) <= (?3, ?4) ORDER BY "

enum dl_err dl_ledger_due_pages(dl_ledger *l, dl_arena *arena, const struct dl_due_window *window,
                                dl_page_jobs *ret_jobs)
{
    dl_page_jobs jobs = {0};
    dl_sql q = window->newest_first
                   ? DL_LEDGER_SQL(l, SQL_DUE_PAGES_NEWEST,
                                   PAGES_DUE "j.not_before DESC, j.document DESC LIMIT ?5")
                   : DL_LEDGER_SQL(l, SQL_DUE_PAGES, PAGES_DUE "j.not_before, j.document LIMIT ?5");
    dl_ledger_bind_window(&q, window);
    while (dl_sql_step(&q)) {
        struct dl_page_job job = {
            .document = dl_sql_get_int(&q, 0),
            .url = dl_sql_get_str(arena, &q, 1),
            .outlet = dl_sql_get_str(arena, &q, 2),
            .tries = dl_sql_get_int(&q, 3),
            .not_before_ms = dl_sql_get_int(&q, 4),
            .etag = dl_sql_get_str(arena, &q, 5),
            .last_modified = dl_sql_get_str(arena, &q, 6),
        };
        DL_TRY(dl_vec_push(arena, &jobs, job));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_jobs = jobs;
    return dl_arena_failed(arena);
}

/* After an hour, a day, a week: most edits come in the first, corrections in the second. */
const int64_t dl_page_again_ms[DL_PAGE_LOOKS] = {HOUR_MS, 24LL * HOUR_MS, 7LL * 24 * HOUR_MS};

enum {
    CHANGED_WAIT_MS = 60 * 1000,     /* its item changed: publishers change the page first */
    CHANGED_GAP_MS = 15 * 60 * 1000, /* and a live blog's item changes every minute */
    WAKE_MOST = 500,                 /* at once */
};

/* ?1 now, ?3 to ?5 the times. */
#define NEXT_LOOK                                                                                  \
    "(SELECT CASE WHEN ?1 < d.seen_by + ?3 THEN d.seen_by + ?3 WHEN ?1 < d.seen_by + ?4 THEN "     \
    "d.seen_by + ?4 WHEN ?1 < d.seen_by + ?5 THEN d.seen_by + ?5 END FROM document d WHERE "       \
    "d.document = page_job.document)"

enum dl_err dl_ledger_page_outcome(dl_ledger *l, const struct dl_page_outcome *o)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PAGE_OUTCOME,
        "UPDATE page_job SET tries = tries + 1, result = ?6, not_before = ?7, changed = 0, checked "
        "= CASE WHEN ?8 THEN ?1 ELSE checked END, etag = CASE WHEN ?9 THEN ?10 ELSE etag END, "
        "last_modified = CASE WHEN ?9 THEN ?11 ELSE last_modified END, again = CASE WHEN ?6 IS NOT "
        "NULL AND (?8 OR checked IS NOT NULL) THEN " NEXT_LOOK " END WHERE document = ?2");
    dl_sql_int(&q, o->at_ms);
    dl_sql_int(&q, o->document);
    for (size_t i = 0; i < DL_PAGE_LOOKS; i++)
        dl_sql_int(&q, dl_page_again_ms[i]);
    dl_sql_str(&q, o->result);
    dl_sql_int(&q, o->not_before_ms);
    dl_sql_int(&q, o->answered);
    dl_sql_int(&q, o->has_validators);
    dl_sql_str(&q, o->etag);
    dl_sql_str(&q, o->last_modified);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_page_checked(dl_ledger *l, int64_t document, int64_t *ret_checked_ms)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_PAGE_CHECKED, "SELECT checked FROM page_job WHERE document = ?1");
    dl_sql_int(&q, document);
    *ret_checked_ms = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_page_changed(dl_ledger *l, int64_t document, int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PAGE_CHANGED,
        "UPDATE page_job SET changed = 1, again = min(coalesce(again, ?2 + ?3), max(?2 + ?3, "
        "checked + ?4)) WHERE document = ?1 AND result IS NOT NULL AND checked IS NOT NULL");
    dl_sql_int(&q, document);
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, CHANGED_WAIT_MS);
    dl_sql_int(&q, CHANGED_GAP_MS);
    return dl_sql_run(&q);
}

static bool has_pages_to_wake(dl_ledger *l, int64_t now_ms)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_PAGES_AGAIN, "SELECT 1 FROM page_job WHERE again <= ?1 LIMIT 1");
    dl_sql_int(&q, now_ms);
    bool has = dl_sql_step(&q);
    dl_sql_end(&q);
    return has;
}

/* A document alone in its story, or in none, that did not change is not asked for again. */
static enum dl_err wake(dl_ledger *l, int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PAGES_WAKE,
        "UPDATE page_job SET result = NULL, again = NULL, not_before = ?1 WHERE document "
        "IN (SELECT j.document FROM page_job j JOIN document d USING (document) LEFT JOIN story s "
        "ON s.story = d.story WHERE j.again <= ?1 AND j.result IS NOT NULL AND (j.changed OR "
        "s.documents > 1) ORDER BY j.again LIMIT ?2)");
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, WAKE_MOST);
    DL_TRY(dl_sql_run(&q));
    dl_sql u = DL_LEDGER_SQL(
        l, SQL_PAGES_LATER,
        "UPDATE page_job SET again = " NEXT_LOOK " WHERE document IN (SELECT j.document FROM "
        "page_job j JOIN document d USING (document) LEFT JOIN story s ON s.story = d.story WHERE "
        "j.again <= ?1 AND NOT j.changed AND coalesce(s.documents, 1) <= 1 ORDER BY j.again LIMIT "
        "?2)");
    dl_sql_int(&u, now_ms);
    dl_sql_int(&u, WAKE_MOST);
    for (size_t i = 0; i < DL_PAGE_LOOKS; i++)
        dl_sql_int(&u, dl_page_again_ms[i]);
    return dl_sql_run(&u);
}

enum dl_err dl_ledger_wake_pages(dl_ledger *l, int64_t now_ms)
{
    if (!has_pages_to_wake(l, now_ms)) return l->db.failed;
    return wake(l, now_ms);
}
