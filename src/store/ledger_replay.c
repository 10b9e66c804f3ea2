#include "store/ledger_replay.h"

#include "store/ledger_private.h"

enum dl_err dl_ledger_is_behind(dl_ledger *l, int64_t until_ms, bool *ret_behind)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_IS_BEHIND,
                             "SELECT 1 FROM entry WHERE state = 'pending' AND seen_by <= ?1 LIMIT "
                             "1");
    dl_sql_int(&q, until_ms);
    *ret_behind = dl_sql_step(&q);
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_document_is_behind(dl_ledger *l, int64_t document, int64_t seq,
                                         bool *ret_behind)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_DOCUMENT_IS_BEHIND,
                             "SELECT 1 FROM entry WHERE document = ?1 AND seq < ?2 AND state = "
                             "'pending' LIMIT 1");
    dl_sql_int(&q, document);
    dl_sql_int(&q, seq);
    *ret_behind = dl_sql_step(&q);
    dl_sql_end(&q);
    return l->db.failed;
}

/* --- canonical addresses ------------------------------------------------------------------ */

void dl_ledger_defer_aliases(dl_ledger *l, bool defer)
{
    l->defers_aliases = defer;
}

enum dl_err dl_ledger_put_canonical(dl_ledger *l, dl_str outlet, dl_str url, int64_t document,
                                    int64_t seq, int64_t seen_by_ms)
{
    if (url.n == 0) return DL_OK;
    if (!l->defers_aliases)
        return dl_ledger_put_alias(l, outlet, "url", url, document, "canonical");
    dl_sql q = DL_LEDGER_SQL(l, SQL_ALIAS_LATER,
                             "INSERT INTO alias_later (seen_by, seq, outlet, value, document) "
                             "VALUES (?1, ?2, ?3, ?4, ?5)");
    dl_sql_int(&q, seen_by_ms);
    dl_sql_int(&q, seq);
    dl_sql_str(&q, outlet);
    dl_sql_str(&q, url);
    dl_sql_int(&q, document);
    return dl_sql_run(&q);
}

/* The first one that is due; false: none. */
static bool first_due(dl_ledger *l, dl_arena *arena, int64_t until_ms, int64_t *ret_seq,
                      dl_str *ret_outlet, dl_str *ret_url, int64_t *ret_document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_ALIAS_DUE,
                             "SELECT seq, outlet, value, document FROM alias_later WHERE seen_by "
                             "<= ?1 ORDER BY seen_by, seq LIMIT 1");
    dl_sql_int(&q, until_ms);
    bool found = dl_sql_step(&q);
    if (found) {
        *ret_seq = dl_sql_get_int(&q, 0);
        *ret_outlet = dl_sql_get_str(arena, &q, 1);
        *ret_url = dl_sql_get_str(arena, &q, 2);
        *ret_document = dl_sql_get_int(&q, 3);
    }
    dl_sql_end(&q);
    return found;
}

enum dl_err dl_ledger_settle_aliases(dl_ledger *l, int64_t until_ms)
{
    enum { ADDRESS_MEMORY = 1 << 20 };
    int64_t seq, document;
    dl_str outlet, url;
    dl_arena *arena = dl_arena_new(ADDRESS_MEMORY);
    if (arena == NULL) return DL_ERR_NOMEM;
    enum dl_err err = DL_OK;
    while (err == DL_OK && first_due(l, arena, until_ms, &seq, &outlet, &url, &document)) {
        err = dl_ledger_put_alias(l, outlet, "url", url, document, "canonical");
        dl_sql q = DL_LEDGER_SQL(l, SQL_ALIAS_SETTLED, "DELETE FROM alias_later WHERE seq = ?1");
        dl_sql_int(&q, seq);
        if (err == DL_OK) err = dl_sql_run(&q);
        if (err == DL_OK) err = dl_arena_failed(arena);
        dl_arena_reset(arena);
    }
    dl_arena_free(arena);
    return err != DL_OK ? err : l->db.failed;
}

/* --- names that are the same everywhere --------------------------------------------------- */

static int64_t first_int(dl_sql *q)
{
    int64_t value = dl_sql_step(q) ? dl_sql_get_int(q, 0) : 0;
    dl_sql_end(q);
    return value;
}

enum dl_err dl_ledger_feed_of_url(dl_ledger *l, dl_str url, int64_t *ret_feed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_OF_URL, "SELECT feed FROM feed WHERE url = ?1");
    dl_sql_str(&q, url);
    *ret_feed = first_int(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_document_of_id(dl_ledger *l, dl_str hex, int64_t *ret_document)
{
    dl_id id;
    *ret_document = 0;
    if (!dl_id_parse(hex, &id)) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_DOCUMENT_OF_ID, "SELECT document FROM document WHERE id = ?1");
    dl_sql_id(&q, &id);
    *ret_document = first_int(&q);
    return l->db.failed;
}

dl_str dl_ledger_id_of_document(dl_ledger *l, dl_arena *arena, int64_t document)
{
    dl_id id;
    dl_sql q = DL_LEDGER_SQL(l, SQL_ID_OF_DOCUMENT, "SELECT id FROM document WHERE document = ?1");
    dl_sql_int(&q, document);
    bool found = dl_sql_step(&q) && dl_sql_get_id(&q, 0, &id);
    dl_sql_end(&q);
    return found ? dl_id_str(arena, &id) : (dl_str){NULL, 0};
}

enum dl_err dl_ledger_source_facts(dl_ledger *l, dl_arena *arena, int64_t feed,
                                   struct dl_source_facts *ret)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_SOURCE_FACTS,
        "SELECT o.outlet, o.name, o.country, o.language, o.kind, o.home, "
        "o.listed, f.url, f.kind, f.title, f.category, f.floor, f.ceiling FROM feed f JOIN outlet o USING "
        "(outlet) WHERE f.feed = ?1");
    dl_sql_int(&q, feed);
    bool found = dl_sql_step(&q);
    if (found)
        *ret = (struct dl_source_facts){
            .outlet = {.id = dl_sql_get_str(arena, &q, 0),
                       .name = dl_sql_get_str(arena, &q, 1),
                       .country = dl_sql_get_str(arena, &q, 2),
                       .language = dl_sql_get_str(arena, &q, 3),
                       .kind = dl_sql_get_str(arena, &q, 4),
                       .home = dl_sql_get_str(arena, &q, 5),
                       .listed = dl_sql_get_int(&q, 6) != 0},
            .url = dl_sql_get_str(arena, &q, 7),
            .kind = dl_sql_get_str(arena, &q, 8),
            .title = dl_sql_get_str(arena, &q, 9),
            .category = dl_sql_get_str(arena, &q, 10),
            .floor_s = dl_sql_get_int(&q, 11),
            .ceiling_s = dl_sql_get_int(&q, 12),
        };
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return found ? dl_arena_failed(arena) : DL_ERR_NOT_FOUND;
}

enum dl_err dl_ledger_source_as_it_was(dl_ledger *l, int64_t feed, const struct dl_source_facts *f)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_SOURCE_AS_IT_WAS,
        "UPDATE feed SET title = ?2, category = ?3, floor = nullif(?4, 0), ceiling = nullif(?5, 0) "
        "WHERE feed = ?1 AND (title IS NOT ?2 OR category IS NOT ?3 OR coalesce(floor, 0) <> ?4 OR "
        "coalesce(ceiling, 0) <> ?5)");
    dl_sql_int(&q, feed);
    dl_sql_str(&q, f->title);
    dl_sql_str(&q, f->category);
    dl_sql_int(&q, f->floor_s);
    dl_sql_int(&q, f->ceiling_s);
    return dl_sql_run(&q);
}

/* --- told before -------------------------------------------------------------------------- */

enum dl_err dl_ledger_poll_is_taken(dl_ledger *l, int64_t feed, int64_t at_ms, bool *ret_taken)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_POLL_IS_TAKEN,
                             "SELECT last_poll >= ?2 FROM feed WHERE feed = ?1 AND last_poll IS "
                             "NOT NULL");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, at_ms);
    *ret_taken = first_int(&q) != 0;
    return l->db.failed;
}

enum dl_err dl_ledger_page_is_taken(dl_ledger *l, int64_t document, int64_t tries, bool *ret_taken)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_PAGE_IS_TAKEN, "SELECT tries > ?2 FROM page_job WHERE document = ?1");
    dl_sql_int(&q, document);
    dl_sql_int(&q, tries);
    *ret_taken = first_int(&q) != 0;
    return l->db.failed;
}
