/* Outlets, feeds, and what their polls teach. */
#include "store/ledger.h"
#include "store/ledger_private.h"

enum dl_err dl_ledger_put_outlet(dl_ledger *l, const struct dl_outlet *o)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PUT_OUTLET,
        "INSERT INTO outlet (outlet, name, country, language, kind, home, listed) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (outlet) DO UPDATE SET name = "
        "coalesce(?8, name), country = coalesce(excluded.country, country), language = "
        "coalesce(excluded.language, language), kind = coalesce(excluded.kind, kind), home = "
        "coalesce(excluded.home, home), listed = max(listed, excluded.listed) "
        "WHERE excluded.listed >= outlet.listed");
    dl_sql_str(&q, o->id);
    dl_sql_str(&q, o->name.n > 0 ? o->name : o->id);
    dl_sql_str(&q, o->country);
    dl_sql_str(&q, o->language);
    dl_sql_str(&q, o->kind);
    dl_sql_str(&q, o->home);
    dl_sql_int(&q, o->listed);
    dl_sql_str(&q, o->name); /* none given: what is known stays */
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_list_outlets(dl_ledger *l, dl_arena *arena, dl_outlets *ret_outlets)
{
    dl_outlets rows = {0};
    dl_sql q = DL_LEDGER_SQL(l, SQL_OUTLETS,
                             "SELECT outlet, name, country, language, kind, home, listed FROM "
                             "outlet ORDER BY outlet");
    while (dl_sql_step(&q)) {
        struct dl_outlet o = {
            .id = dl_sql_get_str(arena, &q, 0),
            .name = dl_sql_get_str(arena, &q, 1),
            .country = dl_sql_get_str(arena, &q, 2),
            .language = dl_sql_get_str(arena, &q, 3),
            .kind = dl_sql_get_str(arena, &q, 4),
            .home = dl_sql_get_str(arena, &q, 5),
            .listed = dl_sql_get_int(&q, 6) != 0,
        };
        DL_TRY(dl_vec_push(arena, &rows, o));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_outlets = rows;
    return dl_arena_failed(arena);
}

#define FEED_COLUMNS                                                                                    \
    "feed, outlet, url, kind, etag, last_modified, next_poll, interval, last_poll, last_good, "         \
    "last_new, failures, polls, unchanged, items_seen, items_new, floor, ceiling, handed, host, asks, " \
    "max_age, skip_hours, skip_days, hours, body, same_bodies, honest_at, probe, probe_at, "            \
    "untrusted, moved_to, moved_since, moved_seen, note FROM feed "

static struct dl_feed_state feed_state(dl_arena *arena, const dl_sql *q, int at)
{
    struct dl_feed_state s = {
        .host = dl_sql_get_str(arena, q, at),
        .asks_s = dl_sql_get_int(q, at + 1),
        .max_age_s = dl_sql_get_int(q, at + 2),
        .skip_hours = dl_sql_get_int(q, at + 3),
        .skip_days = dl_sql_get_int(q, at + 4),
        .body = dl_sql_get_int(q, at + 6),
        .same_bodies = dl_sql_get_int(q, at + 7),
        .honest_ms = dl_sql_get_int(q, at + 8),
        .probe = dl_sql_get_int(q, at + 9),
        .probe_ms = dl_sql_get_int(q, at + 10),
        .untrusted_ms = dl_sql_get_int(q, at + 11),
        .moved_to = dl_sql_get_str(arena, q, at + 12),
        .moved_since_ms = dl_sql_get_int(q, at + 13),
        .moved_seen = dl_sql_get_int(q, at + 14),
        .note = dl_sql_get_str(arena, q, at + 15),
    };
    dl_str hours = dl_sql_get_str(arena, q, at + 5);
    if (hours.n == sizeof s.hours) memcpy(s.hours, hours.p, sizeof s.hours);
    return s;
}

static struct dl_feed_row feed_row(dl_arena *arena, const dl_sql *q)
{
    enum { STATE = 19 };
    return (struct dl_feed_row){
        .feed = dl_sql_get_int(q, 0),
        .outlet = dl_sql_get_str(arena, q, 1),
        .url = dl_sql_get_str(arena, q, 2),
        .kind = dl_sql_get_str(arena, q, 3),
        .etag = dl_sql_get_str(arena, q, 4),
        .last_modified = dl_sql_get_str(arena, q, 5),
        .next_poll_ms = dl_sql_get_int(q, 6),
        .interval_ms = dl_sql_get_int(q, 7),
        .last_poll_ms = dl_sql_get_int(q, 8),
        .last_good_ms = dl_sql_get_int(q, 9),
        .last_new_ms = dl_sql_get_int(q, 10),
        .failures = dl_sql_get_int(q, 11),
        .polls = dl_sql_get_int(q, 12),
        .unchanged = dl_sql_get_int(q, 13),
        .items_seen = dl_sql_get_int(q, 14),
        .items_new = dl_sql_get_int(q, 15),
        .floor_s = dl_sql_get_int(q, 16),
        .ceiling_s = dl_sql_get_int(q, 17),
        .handed_ms = dl_sql_get_int(q, 18),
        .state = feed_state(arena, q, STATE),
    };
}

/* On the index of (next_poll), which holds the row id behind it. */
#define FEEDS_DUE                                                                                  \
    "SELECT " FEED_COLUMNS "WHERE removed = 0 AND (next_poll, feed) > (?1, ?2) AND (next_poll, "   \
    "feed) <= (?3, ?4) ORDER BY "

void dl_ledger_bind_window(dl_sql *q, const struct dl_due_window *window)
{
    dl_sql_int(q, window->low.ms);
    dl_sql_int(q, window->low.id);
    dl_sql_int(q, window->high.ms);
    dl_sql_int(q, window->high.id);
    dl_sql_int(q, (int64_t)window->most);
}

enum dl_err dl_ledger_due_feeds(dl_ledger *l, dl_arena *arena, const struct dl_due_window *window,
                                dl_feed_rows *ret_rows)
{
    dl_feed_rows rows = {0};
    dl_sql q =
        window->newest_first
            ? DL_LEDGER_SQL(l, SQL_DUE_FEEDS_NEWEST, FEEDS_DUE "next_poll DESC, feed DESC LIMIT ?5")
            : DL_LEDGER_SQL(l, SQL_DUE_FEEDS, FEEDS_DUE "next_poll, feed LIMIT ?5");
    dl_ledger_bind_window(&q, window);
    while (dl_sql_step(&q))
        DL_TRY(dl_vec_push(arena, &rows, feed_row(arena, &q)));
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_rows = rows;
    return dl_arena_failed(arena);
}

static enum dl_err one_int(dl_ledger *l, dl_sql q, int64_t arg, int64_t absent, int64_t *ret)
{
    dl_sql_int(&q, arg);
    bool found = dl_sql_step(&q) && !dl_sql_is_null(&q, 0);
    int64_t value = found ? dl_sql_get_int(&q, 0) : absent;
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret = value;
    return DL_OK;
}

enum dl_err dl_ledger_count_due(dl_ledger *l, int64_t ms, int64_t *ret_feeds)
{
    return one_int(l,
                   DL_LEDGER_SQL(l, SQL_COUNT_DUE,
                                 "SELECT count(*) FROM feed WHERE removed = 0 AND next_poll <= ?1"),
                   ms, 0, ret_feeds);
}

enum dl_err dl_ledger_next_due(dl_ledger *l, int64_t ms, int64_t *ret_ms)
{
    return one_int(
        l,
        DL_LEDGER_SQL(l, SQL_NEXT_DUE,
                      "SELECT min(next_poll) FROM feed WHERE removed = 0 AND next_poll > ?1"),
        ms, INT64_MAX, ret_ms);
}

enum dl_err dl_ledger_feed(dl_ledger *l, dl_arena *arena, int64_t feed, struct dl_feed_row *ret_row)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED, "SELECT " FEED_COLUMNS "WHERE feed = ?1");
    dl_sql_int(&q, feed);
    bool found = dl_sql_step(&q);
    if (found) *ret_row = feed_row(arena, &q);
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return found ? dl_arena_failed(arena) : DL_ERR_NOT_FOUND;
}

/* --- polls -------------------------------------------------------------------------------- */

static void bind_known(dl_sql *q, int64_t value)
{
    if (value != 0)
        dl_sql_int(q, value);
    else
        dl_sql_null(q);
}

static void bind_state(dl_sql *q, const struct dl_feed_state *s)
{
    static const uint8_t none[DL_FEED_HOURS];
    dl_sql_str(q, s->host);
    bind_known(q, s->asks_s);
    bind_known(q, s->max_age_s);
    bind_known(q, s->skip_hours);
    bind_known(q, s->skip_days);
    if (memcmp(s->hours, none, sizeof none) != 0)
        dl_sql_blob(q, s->hours, sizeof s->hours);
    else
        dl_sql_null(q);
    bind_known(q, s->body);
    dl_sql_int(q, s->same_bodies);
    bind_known(q, s->honest_ms);
    dl_sql_int(q, s->probe);
    bind_known(q, s->probe_ms);
    bind_known(q, s->untrusted_ms);
    dl_sql_str(q, s->moved_to);
    bind_known(q, s->moved_since_ms);
    dl_sql_int(q, s->moved_seen);
    dl_sql_str(q, s->note);
}

enum dl_err dl_ledger_feed_outcome(dl_ledger *l, const struct dl_feed_outcome *o)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_FEED_OUTCOME,
        "UPDATE feed SET last_poll = ?2, last_status = ?3, last_result = ?4, polls = polls + 1, "
        "failures = CASE WHEN ?5 THEN 0 WHEN ?16 THEN failures ELSE failures + 1 END, "
        "last_good = CASE WHEN ?5 THEN ?2 ELSE last_good END, unchanged = unchanged + ?6, "
        "etag = CASE WHEN ?7 THEN ?8 ELSE etag END, "
        "last_modified = CASE WHEN ?7 THEN ?9 ELSE last_modified END, "
        "title = coalesce(title, ?10), next_poll = ?11, interval = ?12, why = ?13, "
        "items_seen = items_seen + ?14, items_new = items_new + ?15, "
        "last_new = CASE WHEN ?15 > 0 THEN ?2 ELSE last_new END, handed = NULL, "
        "host = coalesce(?17, host), asks = ?18, max_age = ?19, skip_hours = ?20, skip_days = ?21, "
        "hours = ?22, body = ?23, same_bodies = ?24, honest_at = ?25, probe = ?26, "
        "probe_at = ?27, untrusted = ?28, moved_to = ?29, moved_since = ?30, moved_seen = ?31, "
        "note = ?32 WHERE feed = ?1");
    dl_sql_int(&q, o->feed);
    dl_sql_int(&q, o->at_ms);
    dl_sql_int(&q, o->status);
    dl_sql_str(&q, o->result);
    dl_sql_int(&q, o->good);
    dl_sql_int(&q, o->unchanged);
    dl_sql_int(&q, o->has_validators);
    dl_sql_str(&q, o->etag);
    dl_sql_str(&q, o->last_modified);
    dl_sql_str(&q, o->title);
    dl_sql_int(&q, o->next_poll_ms);
    dl_sql_int(&q, o->interval_ms);
    dl_sql_str(&q, o->why);
    dl_sql_int(&q, o->items);
    dl_sql_int(&q, o->fresh);
    dl_sql_int(&q, o->uncounted);
    bind_state(&q, &o->state);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_hand_out(dl_ledger *l, int64_t feed, int64_t now_ms, bool probe)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_FEED_HAND_OUT,
        "UPDATE feed SET handed = ?2, probe = CASE WHEN ?3 THEN 1 WHEN probe = 2 THEN 2 ELSE 0 END, "
        "probe_at = CASE WHEN ?3 THEN ?2 ELSE probe_at END WHERE feed = ?1");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, probe);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_feeds_in_doubt(dl_ledger *l, int64_t floor_ms)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_FEED_IN_DOUBT,
        "UPDATE feed SET next_poll = max(next_poll, handed + max(?1, coalesce(floor, 0) "
        "* 1000, min(max(coalesce(asks, 0), coalesce(max_age, 0)), 86400) * 1000)), handed = NULL, "
        "why = 'It was being looked at when Dateline ended; that may have reached its host, so the "
        "usual pause is kept.' WHERE handed IS NOT NULL");
    dl_sql_int(&q, floor_ms);
    return dl_sql_run(&q);
}

static size_t count_of(dl_sql *q)
{
    size_t n = dl_sql_step(q) ? (size_t)dl_sql_get_int(q, 0) : 0;
    dl_sql_end(q);
    return n;
}

static enum dl_err call_back_pages(dl_ledger *l, int64_t now_ms, int64_t far_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_PAGE_CALL_BACK,
                             "UPDATE page_job SET not_before = ?1 WHERE result IS NULL AND "
                             "not_before > ?1 + ?2");
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, far_ms);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_catch_up(dl_ledger *l, int64_t now_ms, int64_t late_ms, int64_t far_ms,
                               int64_t (*step_of)(size_t count), size_t *ret_n)
{
#define OUT_OF_PLACE                                                                               \
    "FROM feed WHERE removed = 0 AND handed IS NULL AND (next_poll < ?1 OR next_poll > ?2)"
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_LATE, "SELECT count(*) " OUT_OF_PLACE);
    dl_sql_int(&q, now_ms - late_ms);
    dl_sql_int(&q, now_ms + far_ms);
    *ret_n = count_of(&q);
    DL_TRY(l->db.failed);
    DL_TRY(call_back_pages(l, now_ms, far_ms));
    if (*ret_n == 0) return DL_OK;
    q = DL_LEDGER_SQL(
        l, SQL_FEED_REPLAN,
        "UPDATE feed SET next_poll = ?3 + (place.n - 1) * ?4, why = 'It waited while nothing was polled; "
        "all that waited are looked at in turn, the liveliest first.' FROM (SELECT feed AS id, "
        "row_number() OVER (ORDER BY interval, feed) AS n " OUT_OF_PLACE
        ") AS place WHERE feed.feed = place.id");
    dl_sql_int(&q, now_ms - late_ms);
    dl_sql_int(&q, now_ms + far_ms);
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, step_of(*ret_n));
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_shift_plans(dl_ledger *l, int64_t by_ms)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_FEED_SHIFT,
                      "UPDATE feed SET next_poll = max(0, next_poll + ?1), handed = CASE "
                      "WHEN handed IS NULL THEN NULL ELSE max(1, handed + ?1) END, honest_at = "
                      "max(1, honest_at + ?1), probe_at = max(1, probe_at + ?1), untrusted "
                      "= max(1, untrusted + ?1), moved_since = max(1, moved_since + ?1)");
    dl_sql_int(&q, by_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_HOST_PAUSE_SHIFT, "UPDATE host_pause SET until = max(0, until + ?1)");
    dl_sql_int(&q, by_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_PAGE_SHIFT,
                      "UPDATE page_job SET not_before = max(0, not_before + ?1) WHERE result IS "
                      "NULL");
    dl_sql_int(&q, by_ms);
    return dl_sql_run(&q);
}

static enum dl_err put_pause(dl_ledger *l, dl_str host, int64_t now_ms, int64_t until_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HOST_PAUSE_OVER, "DELETE FROM host_pause WHERE until <= ?1");
    dl_sql_int(&q, now_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_HOST_PAUSE_PUT,
                      "INSERT INTO host_pause (host, until) VALUES (?1, ?2) ON CONFLICT (host) DO "
                      "UPDATE SET until = max(until, excluded.until)");
    dl_sql_str(&q, host);
    dl_sql_int(&q, until_ms);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_host_later(dl_ledger *l, dl_str host, int64_t now_ms, int64_t until_ms,
                                 dl_str why)
{
    if (host.n == 0) return DL_OK;
    DL_TRY(put_pause(l, host, now_ms, until_ms));
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_HOST_LATER,
                             "UPDATE feed SET next_poll = ?2, why = ?3 WHERE host = ?1 AND "
                             "next_poll < ?2");
    dl_sql_str(&q, host);
    dl_sql_int(&q, until_ms);
    dl_sql_str(&q, why);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_host_pause(dl_ledger *l, dl_str host, int64_t *ret_until_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HOST_PAUSE, "SELECT until FROM host_pause WHERE host = ?1");
    dl_sql_str(&q, host);
    *ret_until_ms = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_feed_unblame(dl_ledger *l, int64_t feed, int64_t at_ms, dl_str result,
                                   dl_str why)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_UNBLAME,
                             "UPDATE feed SET failures = max(0, failures - 1), next_poll = "
                             "min(next_poll, ?2), last_result = ?3, why = ?4 WHERE feed = ?1");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, at_ms);
    dl_sql_str(&q, result);
    dl_sql_str(&q, why);
    return dl_sql_run(&q);
}

/* --- moving ------------------------------------------------------------------------------- */

enum dl_err dl_ledger_now_at(dl_ledger *l, dl_arena *arena, dl_str url, dl_str *ret_url)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_ADDRESS,
                             "SELECT f.url FROM feed_address a JOIN feed f USING (feed) WHERE "
                             "a.url = ?1 AND a.undone = 0");
    dl_sql_str(&q, url);
    *ret_url = dl_sql_step(&q) ? dl_sql_get_str(arena, &q, 0) : url;
    dl_sql_end(&q);
    return l->db.failed;
}

static int64_t feed_at(dl_ledger *l, dl_str url, bool *ret_removed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_AT, "SELECT feed, removed FROM feed WHERE url = ?1");
    dl_sql_str(&q, url);
    int64_t feed = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    *ret_removed = feed != 0 && dl_sql_get_int(&q, 1) != 0;
    dl_sql_end(&q);
    return feed;
}

static bool was_moved_back(dl_ledger *l, dl_str url)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_UNDONE,
                             "SELECT 1 FROM feed_address WHERE url = ?1 AND undone = 1");
    dl_sql_str(&q, url);
    bool found = dl_sql_step(&q);
    dl_sql_end(&q);
    return found;
}

static enum dl_err put_address(dl_ledger *l, dl_str url, int64_t feed, int64_t now_ms, bool undone)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_FEED_ADDRESS_PUT,
                      "INSERT INTO feed_address (url, feed, since, undone) VALUES (?1, ?2, "
                      "?3, ?4) ON CONFLICT (url) DO UPDATE SET feed = excluded.feed, since = "
                      "excluded.since, undone = excluded.undone");
    dl_sql_str(&q, url);
    dl_sql_int(&q, feed);
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, undone);
    return dl_sql_run(&q);
}

static enum dl_err set_address(dl_ledger *l, int64_t feed, dl_str url, bool removed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_MOVE,
                             "UPDATE feed SET url = coalesce(?2, url), removed = max(removed, ?3), "
                             "moved_to = NULL, moved_since = NULL, moved_seen = 0 WHERE feed = ?1");
    dl_sql_int(&q, feed);
    dl_sql_str(&q, url);
    dl_sql_int(&q, removed);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_move_feed(dl_ledger *l, const struct dl_feed_row *row, dl_str url,
                                int64_t now_ms, bool *ret_moved)
{
    bool other_removed;
    int64_t other = feed_at(l, url, &other_removed);
    *ret_moved = url.n > 0 && other != row->feed && !other_removed && !was_moved_back(l, row->url);
    DL_TRY(l->db.failed);
    if (!*ret_moved) return DL_OK;
    /* Somebody added the new address himself: one of the two is enough. */
    DL_TRY(put_address(l, row->url, other != 0 ? other : row->feed, now_ms, false));
    return set_address(l, row->feed, other != 0 ? (dl_str){NULL, 0} : url, other != 0);
}

enum dl_err dl_ledger_move_feed_back(dl_ledger *l, dl_arena *arena, dl_str url, int64_t now_ms,
                                     bool *ret_found)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_FEED_ONCE,
                             "SELECT f.feed, a.url FROM feed f JOIN feed_address a USING (feed) "
                             "WHERE (f.url = ?1 OR a.url = ?1) AND a.undone = 0 ORDER BY a.since "
                             "DESC LIMIT 1");
    dl_sql_str(&q, url);
    *ret_found = dl_sql_step(&q);
    int64_t feed = *ret_found ? dl_sql_get_int(&q, 0) : 0;
    dl_str old = *ret_found ? dl_sql_get_str(arena, &q, 1) : (dl_str){NULL, 0};
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    if (!*ret_found) return DL_OK;
    DL_TRY(put_address(l, old, feed, now_ms, true));
    bool removed;
    int64_t there = feed_at(l, old, &removed);
    if (there == 0) return set_address(l, feed, old, false);
    q = DL_LEDGER_SQL(l, SQL_FEED_RESTORE, "UPDATE feed SET removed = 0 WHERE feed = ?1");
    dl_sql_int(&q, there);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_set_pace(dl_ledger *l, dl_str url, int64_t floor_s, int64_t ceiling_s,
                               int64_t now_ms, bool *ret_found)
{
    /* A new ceiling holds for the poll that is planned, too. */
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_FEED_SET,
        "UPDATE feed SET floor = CASE WHEN ?2 < 0 THEN floor ELSE nullif(?2, 0) END, ceiling = "
        "CASE WHEN ?3 < 0 THEN ceiling ELSE nullif(?3, 0) END, next_poll = CASE WHEN ?3 > 0 AND "
        "failures = 0 AND last_poll IS NOT NULL AND next_poll > ?4 THEN max(?4, min(next_poll, "
        "last_poll + 1000 * max(?3, coalesce(asks, 0), coalesce(max_age, 0)))) ELSE next_poll END "
        "WHERE removed = 0 AND url = ?1");
    dl_sql_str(&q, url);
    dl_sql_int(&q, floor_s);
    dl_sql_int(&q, ceiling_s);
    dl_sql_int(&q, now_ms);
    DL_TRY(dl_sql_run(&q));
    *ret_found = sqlite3_changes(l->db.handle) > 0;
    return DL_OK;
}
