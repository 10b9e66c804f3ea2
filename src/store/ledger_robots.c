/* What each host's robots.txt said, for the next fetcher. */
#include "store/ledger.h"
#include "store/ledger_private.h"

enum { ALL_MOST = 16 << 20 /* bytes given back: some ten thousand hosts */ };

enum dl_err dl_ledger_put_robots(dl_ledger *l, dl_str url, int64_t at_ms, int64_t until_ms,
                                 dl_str state)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_ROBOTS_PUT,
                             "INSERT OR REPLACE INTO robots (url, at, until, state) VALUES (?1, "
                             "?2, ?3, ?4)");
    dl_sql_str(&q, url);
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, until_ms);
    dl_sql_str(&q, state);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_list_robots(dl_ledger *l, dl_arena *arena, int64_t now_ms,
                                  dl_ledger_texts *ret_states)
{
    dl_ledger_texts states = {0};
    size_t bytes = 0;
    dl_sql q = DL_LEDGER_SQL(l, SQL_ROBOTS_FORGET,
                             "DELETE FROM robots WHERE until <= ?1 OR at > ?1 + 86400000");
    dl_sql_int(&q, now_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_ROBOTS, "SELECT state FROM robots ORDER BY at DESC");
    while (bytes < ALL_MOST && dl_sql_step(&q)) {
        dl_str state = dl_sql_get_str(arena, &q, 0);
        bytes += state.n;
        DL_TRY(dl_vec_push(arena, &states, state));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_states = states;
    return dl_arena_failed(arena);
}
