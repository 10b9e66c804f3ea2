#include "store/ledger_source.h"

#include "store/ledger_private.h"

/* --- channels ----------------------------------------------------------------------------- */

static enum dl_err standing_of(dl_ledger *l, dl_str url, bool *ret_found, bool *ret_removed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CHANNEL_STANDING, "SELECT removed FROM feed WHERE url = ?1");
    dl_sql_str(&q, url);
    *ret_found = dl_sql_step(&q);
    *ret_removed = *ret_found && dl_sql_get_int(&q, 0) != 0;
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_put_channel(dl_ledger *l, const struct dl_channel_put *c,
                                  enum dl_put_as *ret_as)
{
    bool found, removed;
    DL_TRY(standing_of(l, c->url, &found, &removed));
    if (ret_as != NULL) *ret_as = !found ? DL_PUT_NEW : removed ? DL_PUT_RESTORED : DL_PUT_KNOWN;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PUT_CHANNEL,
        "INSERT INTO feed (outlet, url, kind, title, category, next_poll, why) VALUES (?1, ?2, "
        "?3, ?4, ?5, ?6, 'new') ON CONFLICT (url) DO UPDATE SET outlet = excluded.outlet, title = "
        "coalesce(excluded.title, title), category = coalesce(excluded.category, category), "
        "next_poll = CASE WHEN removed <> 0 THEN max(next_poll, excluded.next_poll) ELSE next_poll "
        "END, removed = 0 WHERE removed <> 0 OR outlet <> excluded.outlet OR title IS NOT "
        "coalesce(excluded.title, title) OR category IS NOT coalesce(excluded.category, category)");
    dl_sql_str(&q, c->outlet);
    dl_sql_str(&q, c->url);
    dl_sql_str(&q, c->kind.n > 0 ? c->kind : DL_STR("feed"));
    dl_sql_str(&q, c->title);
    dl_sql_str(&q, c->category);
    dl_sql_int(&q, c->next_poll_ms);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_remove_channels(dl_ledger *l, dl_str what, int64_t now_ms, int64_t *ret_n)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REMOVE_CHANNELS,
                             "UPDATE feed SET removed = ?2 WHERE removed = 0 AND feed IN (SELECT "
                             "feed FROM feed WHERE url = ?1 UNION ALL SELECT feed FROM feed WHERE "
                             "outlet = ?1 AND removed = 0)");
    dl_sql_str(&q, what);
    dl_sql_int(&q, now_ms > 0 ? now_ms : 1);
    DL_TRY(dl_sql_run(&q));
    *ret_n = sqlite3_changes(l->db.handle);
    return DL_OK;
}

enum dl_err dl_ledger_undo_remove(dl_ledger *l, int64_t now_ms, int64_t *ret_n)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_UNDO_REMOVE,
                             "UPDATE feed SET removed = 0, next_poll = max(next_poll, ?1) WHERE "
                             "removed <> 0 AND removed = (SELECT max(removed) FROM feed)");
    dl_sql_int(&q, now_ms);
    DL_TRY(dl_sql_run(&q));
    *ret_n = sqlite3_changes(l->db.handle);
    return DL_OK;
}

enum dl_err dl_ledger_block(dl_ledger *l, int64_t feed, bool blocked)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_BLOCK,
                             "UPDATE feed SET blocked = ?2 WHERE feed = ?1 AND blocked <> ?2");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, blocked);
    return dl_sql_run(&q);
}

/* --- lists -------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static size_t sort_once(int64_t *p, size_t n)
{
    size_t kept = 0;
    qsort(p, n, sizeof *p, by_number);
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0 && (kept == 0 || p[kept - 1] != p[i])) p[kept++] = p[i];
    return kept;
}

static enum dl_err list_before(dl_ledger *l, dl_arena *arena, int64_t feed, dl_str *ret_list,
                               int64_t *ret_at_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CHANNEL_LIST,
                             "SELECT documents, at FROM channel_list WHERE feed = ?1");
    *ret_list = (dl_str){NULL, 0};
    dl_sql_int(&q, feed);
    if (dl_sql_step(&q)) {
        *ret_list = dl_sql_get_str(arena, &q, 0);
        *ret_at_ms = dl_sql_get_int(&q, 1);
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return dl_arena_failed(arena);
}

static enum dl_err keep_list(dl_ledger *l, const struct dl_look *look, dl_str list)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_KEEP_LIST,
                      "INSERT INTO channel_list (feed, at, documents) VALUES (?1, ?2, ?3) ON "
                      "CONFLICT DO UPDATE SET at = ?2, documents = ?3");
    dl_sql_int(&q, look->feed);
    dl_sql_int(&q, look->at_ms);
    dl_sql_blob(&q, list.p, list.n);
    return dl_sql_run(&q);
}

static bool in_list(dl_str list, int64_t document)
{
    return list.n > 0 &&
           bsearch(&document, list.p, list.n / sizeof document, sizeof document, by_number) != NULL;
}

static enum dl_err note_seen(dl_ledger *l, const struct dl_look *look, int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CHANNEL_SAW,
                             "INSERT OR IGNORE INTO channel_seen (feed, document, seen_after, "
                             "seen_by, pushed) VALUES (?1, ?2, nullif(?3, 0), ?4, ?5)");
    dl_sql_int(&q, look->feed);
    dl_sql_int(&q, document);
    dl_sql_int(&q, look->after_ms);
    dl_sql_int(&q, look->at_ms);
    dl_sql_int(&q, look->pushed);
    return dl_sql_run(&q);
}

static enum dl_err forget_seen(dl_ledger *l, int64_t feed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FORGET_SEEN,
                             "DELETE FROM channel_seen WHERE feed = ?1 AND document <= (SELECT "
                             "document FROM channel_seen WHERE feed = ?1 ORDER BY document DESC "
                             "LIMIT 1 OFFSET ?2)");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, DL_SEEN_KEPT);
    return dl_sql_run(&q);
}

/* Whom to keep is looked at now and then: by the clock, which all looks share. */
static bool is_time_to_forget(const struct dl_look *look)
{
    enum { ONE_IN = 32 };
    return (look->at_ms / 1000 + look->feed) % ONE_IN == 0;
}

enum dl_err dl_ledger_saw(dl_ledger *l, dl_arena *arena, const struct dl_look *look,
                          int64_t *documents, size_t n, struct dl_saw *ret_saw)
{
    dl_str before;
    *ret_saw = (struct dl_saw){0};
    n = sort_once(documents, n);
    DL_TRY(list_before(l, arena, look->feed, &before, &ret_saw->before_ms));
    ret_saw->before = before.n / sizeof *documents;
    ret_saw->items = n;
    for (size_t i = 0; i < n; i++) {
        bool known = in_list(before, documents[i]);
        ret_saw->shared += known;
        if (!known) DL_TRY(note_seen(l, look, documents[i]));
    }
    if (is_time_to_forget(look)) DL_TRY(forget_seen(l, look->feed));
    dl_str list = {(const char *)documents, n * sizeof *documents};
    if (look->pushed || n == 0 || dl_str_eq(list, before)) return DL_OK;
    return keep_list(l, look, list);
}

/* --- losses ------------------------------------------------------------------------------- */

static enum dl_err outlet_of(dl_ledger *l, int64_t feed, int64_t *ret_asked, int64_t *ret_last_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_WHO_FILLS,
                             "SELECT o.feed, o.last_poll FROM feed f JOIN feed o ON o.outlet = "
                             "f.outlet WHERE f.feed = ?1 AND o.feed <> ?1 AND o.removed = 0 AND "
                             "o.blocked = 0 AND o.failures = 0 AND o.kind IN ('sitemap', 'front') "
                             "ORDER BY o.kind = 'sitemap' DESC, o.items_new DESC, o.feed LIMIT 1");
    *ret_asked = *ret_last_ms = 0;
    dl_sql_int(&q, feed);
    if (dl_sql_step(&q)) {
        *ret_asked = dl_sql_get_int(&q, 0);
        *ret_last_ms = dl_sql_get_int(&q, 1);
    }
    dl_sql_end(&q);
    return l->db.failed;
}

static enum dl_err make_due(dl_ledger *l, int64_t feed, int64_t at_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_MAKE_DUE,
                             "UPDATE feed SET next_poll = ?2, why = 'at once: items of a feed were "
                             "probably lost, this may fill in' WHERE feed = ?1 AND next_poll > ?2");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, at_ms);
    return dl_sql_run(&q);
}

/* What other channels of the outlet saw while this one was not looked at, and it never did. */
static enum dl_err covered_by_others(dl_ledger *l, const struct dl_look *look, int64_t from_ms,
                                     int64_t *ret_n)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_COVERED,
        "SELECT count(DISTINCT s.document) FROM feed f JOIN feed o ON o.outlet = f.outlet AND "
        "o.removed = 0 AND o.feed <> f.feed JOIN channel_seen s ON s.feed = o.feed WHERE f.feed = "
        "?1 AND s.seen_by > ?2 AND s.seen_by <= ?3 AND s.seen_after IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM channel_seen m WHERE m.feed = ?1 AND m.document = s.document)");
    dl_sql_int(&q, look->feed);
    dl_sql_int(&q, from_ms);
    dl_sql_int(&q, look->at_ms);
    *ret_n = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return l->db.failed;
}

static enum dl_err forget_losses(dl_ledger *l, int64_t feed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FORGET_LOSSES,
                             "DELETE FROM loss WHERE feed = ?1 AND loss <= (SELECT loss FROM loss "
                             "WHERE feed = ?1 ORDER BY loss DESC LIMIT 1 OFFSET ?2)");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, DL_LOSSES_KEPT);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_lost(dl_ledger *l, const struct dl_look *look, const struct dl_saw *saw)
{
    int64_t asked, last_ms, covered;
    DL_TRY(outlet_of(l, look->feed, &asked, &last_ms));
    DL_TRY(covered_by_others(l, look, saw->before_ms, &covered));
    int64_t due = last_ms + DL_FILL_GAP_MS > look->at_ms ? last_ms + DL_FILL_GAP_MS : look->at_ms;
    if (asked != 0) DL_TRY(make_due(l, asked, due));
    dl_sql q = DL_LEDGER_SQL(l, SQL_NEW_LOSS,
                             "INSERT INTO loss (feed, after, at, before, items, covered, asked) "
                             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0))");
    dl_sql_int(&q, look->feed);
    dl_sql_int(&q, look->after_ms > saw->before_ms ? look->after_ms : saw->before_ms);
    dl_sql_int(&q, look->at_ms);
    dl_sql_int(&q, (int64_t)saw->before);
    dl_sql_int(&q, (int64_t)saw->items);
    dl_sql_int(&q, covered);
    dl_sql_int(&q, asked);
    DL_TRY(dl_sql_run(&q));
    return forget_losses(l, look->feed);
}

enum dl_err dl_ledger_open_losses(dl_ledger *l, dl_arena *arena, int64_t asked,
                                  dl_open_losses *ret_losses)
{
    dl_open_losses rows = {0};
    dl_sql q = DL_LEDGER_SQL(l, SQL_OPEN_LOSSES,
                             "SELECT loss, after, at FROM loss WHERE asked = ?1 AND looked IS NULL "
                             "AND asked IS NOT NULL");
    dl_sql_int(&q, asked);
    while (dl_sql_step(&q)) {
        struct dl_open_loss row = {dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1),
                                   dl_sql_get_int(&q, 2)};
        DL_TRY(dl_vec_push(arena, &rows, row));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_losses = rows;
    return dl_arena_failed(arena);
}

enum dl_err dl_ledger_fill(dl_ledger *l, int64_t loss, int64_t at_ms, int64_t filled)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_FILL_LOSS, "UPDATE loss SET looked = ?2, filled = ?3 WHERE loss = ?1");
    dl_sql_int(&q, loss);
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, filled);
    return dl_sql_run(&q);
}

/* --- rhythm ------------------------------------------------------------------------------- */

enum dl_err dl_ledger_rhythm(dl_ledger *l, dl_arena *arena, dl_str outlet,
                             struct dl_rhythm *ret_rhythm)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_RHYTHM, "SELECT packed FROM rhythm WHERE outlet = ?1");
    dl_sql_str(&q, outlet);
    dl_str packed = dl_sql_step(&q) ? dl_sql_get_str(arena, &q, 0) : (dl_str){NULL, 0};
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    DL_TRY(dl_arena_failed(arena));
    dl_rhythm_unpack(packed, ret_rhythm);
    return DL_OK;
}

enum dl_err dl_ledger_put_rhythm(dl_ledger *l, dl_str outlet, const struct dl_rhythm *rhythm)
{
    uint8_t packed[DL_RHYTHM_PACKED];
    dl_rhythm_pack(rhythm, packed);
    dl_sql q = DL_LEDGER_SQL(l, SQL_PUT_RHYTHM,
                             "INSERT INTO rhythm (outlet, packed) VALUES (?1, ?2) ON CONFLICT DO "
                             "UPDATE SET packed = ?2");
    dl_sql_str(&q, outlet);
    dl_sql_blob(&q, packed, sizeof packed);
    return dl_sql_run(&q);
}
