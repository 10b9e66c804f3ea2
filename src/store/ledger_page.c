/* Pages to fetch: which, when, what came of it. */
#include "store/ledger.h"
#include "store/ledger_private.h"

#define PAGES_DUE                                                                                  \
    "SELECT j.document, j.url, d.outlet, j.tries, j.not_before FROM page_job j JOIN document d "   \
    "USING (document) WHERE j.result IS NULL AND (j.not_before, j.document) > (?1, ?2) AND "       \
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
        struct dl_page_job job = {dl_sql_get_int(&q, 0), dl_sql_get_str(arena, &q, 1),
                                  dl_sql_get_str(arena, &q, 2), dl_sql_get_int(&q, 3),
                                  dl_sql_get_int(&q, 4)};
        DL_TRY(dl_vec_push(arena, &jobs, job));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_jobs = jobs;
    return dl_arena_failed(arena);
}

enum dl_err dl_ledger_page_outcome(dl_ledger *l, int64_t document, dl_str result,
                                   int64_t not_before_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_PAGE_OUTCOME,
                             "UPDATE page_job SET tries = tries + 1, result = ?2, not_before = ?3 "
                             "WHERE document = ?1");
    dl_sql_int(&q, document);
    dl_sql_str(&q, result);
    dl_sql_int(&q, not_before_ms);
    return dl_sql_run(&q);
}
