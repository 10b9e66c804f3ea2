#include "store/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "store/ledger_private.h"

/* Nobody sends a request again after a day; without an end the table would grow for ever. */
enum { REQUEST_KEPT_MS = 24 * HOUR_MS };
/* After a crash the database is looked through for so long; a big one not to its end. */
enum { CHECK_MS = 2000 };

static enum dl_err take_lock(dl_ledger *l, const char *dir, struct dl_diag *diag)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/lock", dir);
    l->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->lock_fd < 0 && errno == ELOOP)
        return dl_fail(diag, DL_ERR_DENIED, DL_NO_POS, "%s is a symbolic link: it is not opened",
                       path);
    if (l->lock_fd < 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write in %s: %s", dir, strerror(errno));
    if (flock(l->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return dl_fail(diag, DL_ERR_BUSY, DL_NO_POS, "another dateline is writing to %s", dir);
    return DL_OK;
}

/* The lock file holds one byte while a writer works: it is still there when that one was killed. */
static enum dl_err check_after_crash(dl_ledger *l, struct dl_diag *diag)
{
    struct stat st;
    bool unclean = fstat(l->lock_fd, &st) == 0 && st.st_size > 0;
    if (unclean && !dl_db_check(&l->db, CHECK_MS, diag)) return DL_ERR_CORRUPT;
    if (!unclean && pwrite(l->lock_fd, "w", 1, 0) != 1)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write the lock: %s", strerror(errno));
    return DL_OK;
}

/* Entries that were being tried when the last writer ended. */
static enum dl_err adopt_orphans(dl_ledger *l)
{
    char sql[1024];
    snprintf(
        sql, sizeof sql,
        "BEGIN IMMEDIATE;"
        "UPDATE entry SET orphans = orphans + 1, trying = 0 WHERE trying = 1;"
        "INSERT INTO tally (outlet, hour, quarantined) SELECT outlet, hour, count(*) FROM entry "
        "WHERE state = 'pending' AND orphans >= %d GROUP BY outlet, hour ON CONFLICT DO UPDATE SET "
        "quarantined = quarantined + excluded.quarantined;"
        "UPDATE entry SET state = 'quarantined', code = 'crashed', message = 'the writer ended "
        "again and again while it was read' WHERE state = 'pending' AND orphans >= %d;"
        "COMMIT",
        DL_ORPHANS_MAX, DL_ORPHANS_MAX);
    return dl_db_exec(&l->db, sql);
}

enum dl_err dl_ledger_open(const struct dl_ledger_options *options, dl_ledger **ret_ledger,
                           struct dl_diag *diag)
{
    dl_ledger *l = calloc(1, sizeof *l);
    char path[4200];
    if (l == NULL) return DL_ERR_NOMEM;
    l->lock_fd = -1;
    l->early_cursor = options->early_cursor;
    snprintf(path, sizeof path, "%s/dateline.db", options->dir);
    enum dl_err err = dl_io_make_dirs(options->dir, diag);
    if (err == DL_OK) err = take_lock(l, options->dir, diag);
    l->packer = dl_packer_new();
    if (err == DL_OK && l->packer == NULL) err = DL_ERR_NOMEM;
    if (err == DL_OK) err = dl_db_open_write(path, &l->db, diag);
    if (err == DL_OK) err = check_after_crash(l, diag);
    l->sound = err == DL_OK;
    if (err == DL_OK) err = dl_spool_open(options->dir, true, &l->spool, diag);
    if (err == DL_OK && adopt_orphans(l) != DL_OK) err = dl_db_failed(&l->db, diag);
    if (err != DL_OK) {
        dl_ledger_close(l);
        return err;
    }
    *ret_ledger = l;
    return DL_OK;
}

void dl_ledger_close(dl_ledger *l)
{
    if (l == NULL) return;
    if (l->in_transaction) dl_ledger_rollback(l);
    if (l->db.handle != NULL)
        sqlite3_wal_checkpoint_v2(l->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    dl_db_close(&l->db, l->slots, DL_LEDGER_STATEMENTS);
    dl_spool_close(l->spool);
    dl_packer_free(l->packer);
    if (l->sound && ftruncate(l->lock_fd, 0) != 0) l->sound = false; /* checked next time, then */
    if (l->lock_fd >= 0) close(l->lock_fd);
    free(l);
}

dl_spool *dl_ledger_spool(dl_ledger *l)
{
    return l->spool;
}

enum dl_err dl_ledger_begin(dl_ledger *l)
{
    DL_ASSERT(!l->in_transaction);
    DL_TRY(dl_db_exec(&l->db, "BEGIN IMMEDIATE"));
    l->in_transaction = true;
    return DL_OK;
}

enum dl_err dl_ledger_commit(dl_ledger *l, struct dl_diag *diag)
{
    DL_ASSERT(l->in_transaction);
    DL_TRY(dl_spool_sync(l->spool, diag));
    if (dl_db_exec(&l->db, "COMMIT") != DL_OK) return dl_db_failed(&l->db, diag);
    l->in_transaction = false;
    return DL_OK;
}

void dl_ledger_rollback(dl_ledger *l)
{
    for (size_t i = 0; i < DL_LEDGER_STATEMENTS; i++)
        if (l->slots[i] != NULL) sqlite3_reset(l->slots[i]);
    sqlite3_exec(l->db.handle, "ROLLBACK", NULL, NULL, NULL);
    dl_db_clear(&l->db);
    l->in_transaction = false;
}

/* --- outlets and feeds -------------------------------------------------------------------- */

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

enum dl_err dl_ledger_put_feed(dl_ledger *l, dl_str outlet, dl_str url, dl_str kind, dl_str title,
                               int64_t next_poll_ms)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PUT_FEED,
        "INSERT INTO feed (outlet, url, kind, title, next_poll, why) VALUES (?1, ?2, ?3, ?4, ?5, "
        "'new') ON CONFLICT (url) DO UPDATE SET outlet = excluded.outlet, title = "
        "coalesce(excluded.title, title), removed = 0 WHERE removed <> 0 OR outlet <> "
        "excluded.outlet OR title IS NOT excluded.title");
    dl_sql_str(&q, outlet);
    dl_sql_str(&q, url);
    dl_sql_str(&q, kind.n > 0 ? kind : DL_STR("feed"));
    dl_sql_str(&q, title);
    dl_sql_int(&q, next_poll_ms);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_remove_feed(dl_ledger *l, dl_str url, bool *ret_found)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REMOVE_FEED,
                             "UPDATE feed SET removed = 1 WHERE url = ?1 AND removed = 0");
    dl_sql_str(&q, url);
    DL_TRY(dl_sql_run(&q));
    *ret_found = sqlite3_changes(l->db.handle) > 0;
    return DL_OK;
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

#define FEED_COLUMNS                                                                               \
    "feed, outlet, url, kind, etag, last_modified, next_poll, interval, last_poll, last_good, "    \
    "last_new, failures, polls, unchanged, items_seen, items_new FROM feed "

static struct dl_feed_row feed_row(dl_arena *arena, const dl_sql *q)
{
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

enum dl_err dl_ledger_feed_outcome(dl_ledger *l, const struct dl_feed_outcome *o)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_FEED_OUTCOME,
        "UPDATE feed SET last_poll = ?2, last_status = ?3, last_result = ?4, polls = polls + 1, "
        "failures = CASE WHEN ?5 THEN 0 ELSE failures + 1 END, "
        "last_good = CASE WHEN ?5 THEN ?2 ELSE last_good END, unchanged = unchanged + ?6, "
        "etag = CASE WHEN ?7 THEN ?8 ELSE etag END, "
        "last_modified = CASE WHEN ?7 THEN ?9 ELSE last_modified END, "
        "title = coalesce(title, ?10), next_poll = ?11, interval = ?12, why = ?13, "
        "items_seen = items_seen + ?14, items_new = items_new + ?15, "
        "last_new = CASE WHEN ?15 > 0 THEN ?2 ELSE last_new END WHERE feed = ?1");
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
    return dl_sql_run(&q);
}

/* --- requests, counts --------------------------------------------------------------------- */

enum dl_err dl_ledger_request_seen(dl_ledger *l, dl_arena *arena, dl_str key, dl_str *ret_reply)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REQUEST_SEEN, "SELECT reply FROM request WHERE key = ?1");
    dl_sql_str(&q, key);
    bool found = dl_sql_step(&q);
    if (found) *ret_reply = dl_sql_get_str(arena, &q, 0);
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return found ? DL_OK : DL_ERR_NOT_FOUND;
}

enum dl_err dl_ledger_request_done(dl_ledger *l, dl_str key, int64_t now_ms, dl_str reply)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REQUEST_DONE,
                             "INSERT OR IGNORE INTO request (key, at, reply) VALUES (?1, ?2, ?3)");
    dl_sql_str(&q, key);
    dl_sql_int(&q, now_ms);
    dl_sql_str(&q, reply);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_REQUEST_FORGET, "DELETE FROM request WHERE at < ?1");
    dl_sql_int(&q, now_ms - REQUEST_KEPT_MS);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_counts(dl_ledger *l, struct dl_ledger_counts *ret_counts)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_COUNTS,
                             "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM entry "
                             "WHERE state = 'pending'), (SELECT count(*) FROM story WHERE "
                             "joined_into IS NULL), (SELECT count(*) FROM feed)");
    struct dl_ledger_counts c = {0};
    if (dl_sql_step(&q))
        c = (struct dl_ledger_counts){dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1),
                                      dl_sql_get_int(&q, 2), dl_sql_get_int(&q, 3)};
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_counts = c;
    return DL_OK;
}

int64_t dl_ledger_change(dl_ledger *l, const char *kind, int64_t now_ms, int64_t story,
                         int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CHANGE,
                             "INSERT INTO change (kind, at, story, document) VALUES (?1, ?2, "
                             "nullif(?3, 0), nullif(?4, 0))");
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, story);
    dl_sql_int(&q, document);
    return dl_sql_run(&q) == DL_OK ? sqlite3_last_insert_rowid(l->db.handle) : 0;
}

enum dl_err dl_ledger_tally(dl_ledger *l, enum dl_ledger_slot which, dl_str outlet, int64_t hour)
{
#define TALLY(column)                                                                              \
    "INSERT INTO tally (outlet, hour, " column ") VALUES (?1, ?2, 1) "                             \
    "ON CONFLICT (hour, outlet) DO UPDATE SET " column " = " column " + 1"
    const char *sql = which == SQL_TALLY_SEEN        ? TALLY("seen")
                      : which == SQL_TALLY_STORED    ? TALLY("stored")
                      : which == SQL_TALLY_DUPLICATE ? TALLY("duplicate")
                      : which == SQL_TALLY_REJECTED  ? TALLY("rejected")
                                                     : TALLY("quarantined");
    dl_sql q = DL_LEDGER_SQL(l, which, sql);
    dl_sql_str(&q, outlet);
    dl_sql_int(&q, hour);
    return dl_sql_run(&q);
}
